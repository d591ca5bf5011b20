"""Lists every event in custody that is not registered, and what else waits for people: never what an event says.

Only headers are read here: codes, numbers, moments and the beginnings of hashes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from server_sync.appeals.applying import KEPT_OUT
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.offices import office_of
from server_sync.appeals.registering import given_number
from server_sync.appeals.resolving import LOOKED_AT
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, Fork, Reading, Unread
from server_sync.oversight.models import DoubtProposal, Stage
from server_sync.oversight.stops import list_stopped
from server_sync.pages.access import Standing
from server_sync.workplaces.models import CENTRE

OLD: Final = timedelta(hours=24)
"""From this age on an event that is not registered is marked."""
UNREAD_FOR: Final = timedelta(minutes=10)
"""A batch just taken in is read by the next moment; one that lies longer is a fault of the centre."""
MOST: Final = 500
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


def count_open(standing: Standing) -> int:
    """How many doubts wait, for the badge in the head."""
    only = standing.reach(Role.CENTRAL_OPERATOR).offices
    readings = _open_readings(only).count()
    marked = _forks(only).count() + _surprises(only).count() + _marked(only).count()
    return readings + marked + len(_unread(only)) + len(list_stopped(only))


def list_doubts(only: frozenset[str] | None, kind: Kind | None = None) -> list[Doubt]:
    """List the doubts of these offices (None: of all), the oldest first; of one kind, or all that are open."""
    return _told([found for found in _all(only, kind) if kind in {None, found.kind}])


def doubts_about(event: Event) -> list[Doubt]:
    """All that is doubtful about one event, what can be decided first."""
    only = frozenset({event.epoch.site_id})
    return _told([found for found in _all(only, None, event) + _kept_out(only, event) if found.event.pk == event.pk])


def find_event(typed: str, only: frozenset[str] | None) -> Event | None:
    """Find the event that an address names; None when it is none, or of an office out of reach."""
    if len(typed) != 64 or set(typed) - set("0123456789abcdef"):
        return None
    events = Event.custody.defer(*_WORDS).select_related("epoch__site", "epoch__workplace")
    event = events.filter(hash=bytes.fromhex(typed)).first()
    return event if event is not None and (only is None or office_of(event) in only) else None


def _all(only: frozenset[str] | None, kind: Kind | None, event: Event | None = None) -> list[_Found]:
    if kind is Kind.KEPT_OUT:
        return _kept_out(only)
    about = Q() if event is None else Q(event=event)
    found = [_of_reading(reading) for reading in _with_event(_open_readings(only).filter(about))[:MOST]]
    found += [_Found(Kind.FORK, fork.event) for fork in _with_event(_forks(only).filter(about))]
    found += [_Found(Kind.DOUBTFUL, one.event, one.code) for one in _with_event(_marked(only).filter(about))[:MOST]]
    for appeal in _surprises(only if event is None else None).filter(_of_appeal(event))[:MOST]:
        entries = HistoryEntry.objects.filter(appeal=appeal, is_out_of_turn=True)
        entry = _with_event(entries).order_by("-event_id").first()
        if entry is not None:
            found.append(_Found(Kind.OUT_OF_TURN, entry.event))
    return found + [_Found(Kind.UNREAD, one) for one in _unread(only)]


def _of_appeal(event: Event | None) -> Q:
    return Q() if event is None else Q(hash=event.appeal)


def _kept_out(only: frozenset[str] | None, event: Event | None = None) -> list[_Found]:
    about = Q() if event is None else Q(event=event)
    readings = Reading.objects.filter(_at(only), about, code=KEPT_OUT).order_by("-event__leaf")
    return [_Found(Kind.KEPT_OUT, reading.event, KEPT_OUT) for reading in _with_event(readings)[:MOST]]


def _open_readings(only: frozenset[str] | None) -> QuerySet[Reading]:
    not_registered = Reading.objects.filter(_at(only)).exclude(status=Status.REGISTERED)
    return not_registered.exclude(code=KEPT_OUT).order_by("event__leaf")


def _forks(only: frozenset[str] | None) -> QuerySet[Fork]:
    return Fork.objects.filter(_at(only)).exclude(event__reading__code__in=LOOKED_AT).order_by("event__leaf")


def _surprises(only: frozenset[str] | None) -> QuerySet[Appeal]:
    doubtful = Appeal.objects.filter(has_doubt=True).only("id", "hash")
    return doubtful if only is None else doubtful.filter(site__in=only)


def _marked(only: frozenset[str] | None) -> QuerySet[Reading]:
    return Reading.objects.filter(_at(only), is_marked=True).order_by("event__leaf")


def _unread(only: frozenset[str] | None) -> list[Event]:
    batches = Unread.objects.all() if only is None else Unread.objects.filter(site__in=only)
    leaves = [leaf for batch in batches[:MOST] for leaf in range(batch.first_leaf, batch.first_leaf + batch.count)]
    since = timezone.now() - UNREAD_FOR
    events = Event.custody.filter(leaf__in=leaves[:MOST], taken_at__lt=since).defer(*_WORDS)
    return list(events.select_related("epoch__site"))


def _at(only: frozenset[str] | None) -> Q:
    return Q() if only is None else Q(event__epoch__site__in=only)


def _with_event(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]  # of any table whose rows name an event
    return rows.select_related("event__epoch__site").defer(*(f"event__{column}" for column in _WORDS))


def _of_reading(reading: Reading) -> _Found:
    match reading.status:
        case Status.QUARANTINED:
            return _Found(Kind.QUARANTINED, reading.event, reading.code)
        case Status.AFTER_REVOCATION:
            return _Found(Kind.AFTER_REVOCATION, reading.event)
        case Status.WAITING:
            return _Found(Kind.WAITING, reading.event, awaited=(reading.awaited or b"").hex()[:12])
        case _:
            return _Found(Kind.KIND_UNKNOWN, reading.event)


def _told(found: Iterable[_Found]) -> list[Doubt]:
    found = sorted(found, key=lambda one: one.event.leaf)
    now = timezone.now()
    hashes = [one.event.hash for one in found]
    proposed = DoubtProposal.objects.filter(event__in=hashes, stage=Stage.OPEN).values_list("event", flat=True)
    waiting = {bytes(event_hash) for event_hash in proposed}
    of_requests = {one.event.appeal for one in found if one.event.appeal is not None}
    rows = Appeal.objects.filter(hash__in=of_requests).values_list("hash", "number", "site")
    numbers = {(bytes(appeal), office): number for appeal, number, office in rows}
    offices = {bytes(appeal): office for appeal, _, office in rows}

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
            number=given_number(one.event) or numbers.get((one.event.appeal or b"", office(one.event)), ""),
            taken_at=one.event.taken_at,
            age=now - one.event.taken_at,
            awaited=one.awaited,
            is_proposed=one.event.hash in waiting,
        )
        for one in found
    ]
