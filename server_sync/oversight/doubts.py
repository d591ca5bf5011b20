"""Lists every event in custody that is not registered, and what else waits for people: never what an event says.

Only headers are read here: codes, numbers, moments and the beginnings of hashes. Kind and office are asked of the
database and the list comes in pages, so that nobody hides another's doubts by the number of their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from server_sync.appeals.applying import KEPT_OUT
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.offices import office_of
from server_sync.appeals.registering import given_number
from server_sync.appeals.resolving import open_forks
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, Reading, Unread
from server_sync.oversight.models import DoubtProposal, Stage
from server_sync.oversight.stops import list_stopped
from server_sync.pages.access import Standing
from server_sync.workplaces.models import CENTRE

OLD: Final = timedelta(hours=24)
"""From this age on an event that is not registered is marked."""
UNREAD_FOR: Final = timedelta(minutes=10)
"""A batch just taken in is read by the next moment; one that lies longer is a fault of the centre."""
PAGE: Final = 100
_WORDS: Final = ("salt", "body", "remains")
"""Columns of an event that these pages never read."""


class Kind(StrEnum):
    """Why an event stands in the list."""

    QUARANTINED = "quarantined"
    AFTER_REVOCATION = "after_revocation"
    WAITING = "waiting"
    KIND_UNKNOWN = "kind_unknown"
    FORK = "fork"
    OUT_OF_TURN = "out_of_turn"
    DOUBTFUL = "doubtful"
    UNREAD = "unread"
    KEPT_OUT = "kept_out"


DECIDED: Final = frozenset({Kind.KEPT_OUT})
"""Kinds that two people have decided: listed when asked for, so that a mistake can be put right."""

_OF_STATUS: Final = {
    Status.QUARANTINED: Kind.QUARANTINED,
    Status.AFTER_REVOCATION: Kind.AFTER_REVOCATION,
    Status.WAITING: Kind.WAITING,
    Status.STORED: Kind.KIND_UNKNOWN,
}
"""Kinds that the status of a reading tells."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One event in the list; `number` is the one it gives, or that of the request of its own office it belongs to."""

    kind: Kind
    code: str
    hash: str
    event_kind: int
    site_code: str
    slot: str
    seq: int
    number: str
    leaf: int
    taken_at: datetime
    age: timedelta
    awaited: str
    is_proposed: bool

    @property
    def is_old(self) -> bool:
        """Whether it has not been registered for a day."""
        return self.kind not in {*DECIDED, Kind.DOUBTFUL} and self.age >= OLD


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    event: Event
    code: str = ""
    awaited: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of doubts, the oldest first; `next_after` is the place after which the next page begins, None at the end.

    `old`: how many of all that were asked for, on other pages too, have not been registered for a day.
    """

    doubts: tuple[Doubt, ...]
    old: int
    next_after: int | None


def count_open(standing: Standing) -> int:
    """How many doubts wait, for the badge in the head."""
    only = standing.reach(Role.CENTRAL_OPERATOR).offices
    waiting = sum(rows.count() for _, rows in _open_rows(only, None)) + _count_unread(only)
    return waiting + len(list_stopped(only))


def list_doubts(only: frozenset[str] | None, kind: Kind | None = None, after: int = -1) -> Listed:
    """List a page of the doubts of these offices (None: of all); of one kind, or all that are open.

    `after` is the place in custody after which the page begins.
    """
    found: list[_Found] = []
    old = 0
    long_ago = timezone.now() - OLD
    for one, rows in _rows(only, kind):
        if one not in {*DECIDED, Kind.DOUBTFUL}:
            old += rows.filter(event__taken_at__lte=long_ago).count()
        further = _with_event(rows.filter(event__leaf__gt=after)).order_by("event__leaf")
        found += [_found(one, row) for row in further[: PAGE + 1]]
    if kind in {None, Kind.UNREAD}:
        old += _count_unread(only, OLD)
        found += [_Found(Kind.UNREAD, event) for event in _unread(only, after)]
    leaves = sorted({one.event.leaf for one in found})
    last = leaves[PAGE - 1] if len(leaves) > PAGE else None
    shown = [one for one in found if last is None or one.event.leaf <= last]
    return Listed(tuple(_told(shown)), old, last)


def doubts_about(event: Event) -> list[Doubt]:
    """All that is doubtful about one event, what can be decided first."""
    rows = [*_open_rows(None, None), *_rows(None, Kind.KEPT_OUT)]
    found = [_found(kind, row) for kind, about in rows for row in _with_event(about.filter(event=event))]
    found += [_Found(Kind.UNREAD, one) for one in _unread(frozenset({event.epoch.site_id}), event.leaf - 1, event.leaf)]
    return _told(found)


def find_event(typed: str, only: frozenset[str] | None) -> Event | None:
    """Find the event that an address names; None when it is none, or of an office out of reach."""
    if len(typed) != 64 or set(typed) - set("0123456789abcdef"):
        return None
    events = Event.custody.defer(*_WORDS).select_related("epoch__site", "epoch__workplace")
    event = events.filter(hash=bytes.fromhex(typed)).first()
    return event if event is not None and (only is None or office_of(event) in only) else None


def _rows(only: frozenset[str] | None, kind: Kind | None) -> Iterator[tuple[Kind, QuerySet[Any]]]:
    """Rows that name an event that is doubtful, by why; of one kind, or of all that are open."""
    if kind is Kind.KEPT_OUT:
        yield kind, Reading.objects.filter(_at(only), code=KEPT_OUT)
    else:
        yield from _open_rows(only, kind)


def _open_rows(only: frozenset[str] | None, kind: Kind | None) -> Iterator[tuple[Kind, QuerySet[Any]]]:
    for status, one in _OF_STATUS.items():
        if kind in {None, one}:
            yield one, Reading.objects.filter(_at(only), status=status).exclude(code=KEPT_OUT)
    if kind in {None, Kind.FORK}:
        yield Kind.FORK, open_forks().filter(_at(only))
    if kind in {None, Kind.DOUBTFUL}:
        yield Kind.DOUBTFUL, Reading.objects.filter(_at(only), is_marked=True)
    if kind in {None, Kind.OUT_OF_TURN}:
        yield Kind.OUT_OF_TURN, _surprises(only)


def _surprises(only: frozenset[str] | None) -> QuerySet[HistoryEntry]:
    """Of each request with a doubt the newest event that its state did not expect."""
    later = HistoryEntry.objects.filter(
        appeal=OuterRef("appeal"), is_out_of_turn=True, event_id__gt=OuterRef("event_id")
    )
    doubtful = Appeal.objects.filter(has_doubt=True).values("pk")
    reached = doubtful if only is None else doubtful.filter(site__in=only)
    return HistoryEntry.objects.filter(~Exists(later), is_out_of_turn=True, appeal__in=reached)


def _unread_batches(only: frozenset[str] | None, since: timedelta) -> QuerySet[Unread]:
    old = Event.custody.filter(leaf=OuterRef("first_leaf"), taken_at__lt=timezone.now() - since)
    batches = Unread.objects.filter(Exists(old))
    return batches if only is None else batches.filter(site__in=only)


def _count_unread(only: frozenset[str] | None, since: timedelta = UNREAD_FOR) -> int:
    return int(_unread_batches(only, since).aggregate(all=Sum("count"))["all"] or 0)


def _unread(only: frozenset[str] | None, after: int, last: int | None = None) -> list[Event]:
    """The first unread events after a place in custody."""
    batches = _unread_batches(only, UNREAD_FOR).filter(first_leaf__gt=after + 1 - F("count")).order_by("first_leaf")
    leaves: list[int] = []
    for batch in batches[: PAGE + 1]:
        first = max(batch.first_leaf, after + 1)
        leaves += range(first, min(batch.first_leaf + batch.count, first + PAGE + 1))
    wanted = [leaf for leaf in leaves if last is None or leaf <= last][: PAGE + 1]
    return list(Event.custody.filter(leaf__in=wanted).defer(*_WORDS).select_related("epoch__site"))


def _at(only: frozenset[str] | None) -> Q:
    return Q() if only is None else Q(event__epoch__site__in=only)


def _with_event(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("event__epoch__site").defer(*(f"event__{column}" for column in _WORDS))


def _found(kind: Kind, row: Any) -> _Found:
    """What a row tells of its event; codes of what is no refusal say nothing to people."""
    code = row.code if kind in {Kind.QUARANTINED, Kind.KEPT_OUT} else row.doubt if kind is Kind.DOUBTFUL else ""
    awaited = (row.awaited or b"").hex()[:12] if kind is Kind.WAITING else ""
    return _Found(kind, row.event, code, awaited)


def _told(found: Iterable[_Found]) -> list[Doubt]:
    found = sorted(found, key=lambda one: one.event.leaf)
    now = timezone.now()
    hashes = [one.event.hash for one in found]
    proposed = DoubtProposal.objects.filter(event__in=hashes, stage=Stage.OPEN).values_list("event", flat=True)
    waiting = {bytes(event_hash) for event_hash in proposed}
    of_requests = {one.event.appeal for one in found if one.event.appeal is not None}
    rows = list(Appeal.objects.filter(hash__in=of_requests).only("hash", "number", "is_second", "site"))
    addresses = {(bytes(row.hash), row.site_id): row.address for row in rows}
    offices = {bytes(row.hash): row.site_id for row in rows}

    def office(event: Event) -> str:
        written_at = event.epoch.site_id
        return offices.get(event.appeal or b"", written_at) if written_at == CENTRE else written_at

    return [
        Doubt(
            kind=one.kind,
            code=one.code,
            hash=one.event.hash.hex(),
            event_kind=one.event.kind,
            site_code=office(one.event),
            slot=one.event.epoch.slot,
            seq=one.event.seq,
            number=given_number(one.event) or addresses.get((one.event.appeal or b"", office(one.event)), ""),
            leaf=one.event.leaf,
            taken_at=one.event.taken_at,
            age=now - one.event.taken_at,
            awaited=one.awaited,
            is_proposed=one.event.hash in waiting,
        )
        for one in found
    ]
