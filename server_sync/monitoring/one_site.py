"""Looks closer at one office: its PCs and the incarnations of their stores, its events counted, its quarantine."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from server_sync.appeals.applying import KEPT_OUT
from server_sync.appeals.registering import given_number
from server_sync.contract.events import EventKind
from server_sync.contract.messages import Status
from server_sync.journal.models import Event, Reading
from server_sync.monitoring.board import report_of
from server_sync.monitoring.standing import Report
from server_sync.workplaces.models import Epoch, Workplace

DAYS = 14
LISTED = 100


@dataclass(frozen=True, slots=True)
class EpochLook:
    """One incarnation of a PC's store, the slot of its numbers, how far its events have come."""

    slot: str
    opened_at: datetime
    last_seq: int
    is_current: bool
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkplaceLook:
    """One PC: what it last said and all its epochs, the newest first."""

    report: Report
    epochs: tuple[EpochLook, ...]
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event kept aside: its code and number, nothing of what it says."""

    code: str
    number: str
    slot: str
    seq: int
    taken_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class SiteLook:
    """What the page of one office shows beside its state.

    `requests` are in the register, `events` in custody, `outside` those of them that are not in the register.
    """

    workplaces: tuple[WorkplaceLook, ...]
    days: tuple[tuple[date, int], ...]
    requests: int
    events: int
    outside: int
    quarantined: tuple[Quarantined, ...]

    @property
    def busiest(self) -> int:
        """The largest count of a day, for the scale of the bars."""
        return max((count for _, count in self.days), default=0)


def look_at(code: str) -> SiteLook:
    """Gather it all for one office."""
    accepted, taken = Event.accepted.filter(epoch__site=code), Event.custody.filter(epoch__site=code).count()
    return SiteLook(
        workplaces=tuple(_workplace(found) for found in _workplaces(code)),
        days=_by_day(code),
        requests=accepted.filter(kind=EventKind.APPEAL_REGISTERED).count(),
        events=taken,
        outside=taken - accepted.count(),
        quarantined=tuple(_quarantined(code)),
    )


def _workplaces(code: str) -> list[Workplace]:
    found = Workplace.objects.filter(site=code).select_related("contact").prefetch_related("epochs__revocation")
    return list(found.order_by("enrolled_at"))


def _workplace(workplace: Workplace) -> WorkplaceLook:
    epochs = sorted(workplace.epochs.all(), key=lambda epoch: epoch.opened_at, reverse=True)
    newest = Event.custody.filter(epoch__workplace=workplace).aggregate(at=Max("taken_at"))["at"]
    return WorkplaceLook(
        report_of(workplace), tuple(_epoch(epoch, is_current=epoch is epochs[0]) for epoch in epochs), newest
    )


def _epoch(epoch: Epoch, *, is_current: bool) -> EpochLook:
    revocation = getattr(epoch, "revocation", None)
    revoked_at = revocation.revoked_at if revocation else None
    return EpochLook(epoch.slot, epoch.opened_at, epoch.last_seq, is_current and revoked_at is None, revoked_at)


def _by_day(code: str) -> tuple[tuple[date, int], ...]:
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = Event.custody.filter(epoch__site=code).annotate(day=TruncDate("taken_at")).filter(day__gte=first)
    counts = {row["day"]: row["n"] for row in rows.values("day").annotate(n=Count("pk")).order_by("day")}
    return tuple((day, counts.get(day, 0)) for day in (first + timedelta(days=step) for step in range(DAYS)))


def _quarantined(code: str) -> list[Quarantined]:
    rows = Reading.objects.filter(status=Status.QUARANTINED, event__epoch__site=code).exclude(code=KEPT_OUT)
    rows = rows.select_related("event__epoch__site").order_by("-event__leaf")[:LISTED]
    return [
        Quarantined(
            code=row.code,
            number=given_number(row.event),
            slot=row.event.epoch.slot,
            seq=row.event.seq,
            taken_at=row.event.taken_at,
            hash=bytes(row.event.hash).hex(),
        )
        for row in rows
    ]
