"""Judges how an office stands: a calm day stays calm, silence is counted in the hours in which offices are open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from server_sync.monitoring.thresholds import Thresholds

BISHKEK = ZoneInfo("Asia/Bishkek")
LONGEST_LOOK_BACK = timedelta(days=60)
"""Silence beyond this is silence by any measure; older days are not counted one by one."""


class Trouble(IntEnum):
    """What an office can suffer from, the worst first."""

    SILENT = 1
    UNSENT = 2
    QUARANTINED = 3
    CLOCK = 4
    DISK = 5
    STOPPED = 6


class Standing(IntEnum):
    """How an office stands, for its colour on the map."""

    SILENT = 1
    ATTENTION = 2
    IN_ORDER = 3
    NOT_CONNECTED = 4


@dataclass(frozen=True, slots=True)
class Report:
    """What one PC last said of itself; `last_contact_at` is absent when it was enrolled and never called."""

    workplace: str
    name: str
    enrolled_at: datetime
    last_contact_at: datetime | None = None
    waiting: int = 0
    waiting_blobs: int = 0
    oldest_waiting_at: datetime | None = None
    clock_offset: timedelta = timedelta(0)
    version: str = ""
    disk_free_bytes: int = 0
    disk_total_bytes: int = 0
    stopped_code: str = ""

    @property
    def disk_used_percent(self) -> int | None:
        """How full the disk is; None when the PC did not say."""
        if self.disk_total_bytes <= 0:
            return None
        return round(100 - 100 * self.disk_free_bytes / self.disk_total_bytes)


@dataclass(frozen=True, slots=True)
class Health:
    """One office as the board shows it: the worst of its PCs counts, the newest contact of any."""

    code: str
    name: str
    reports: tuple[Report, ...]
    quarantined: int
    troubles: tuple[Trouble, ...]
    standing: Standing
    last_contact_at: datetime | None
    silence: timedelta | None
    waiting: int
    waiting_blobs: int
    oldest_age: timedelta | None
    clock_offset: timedelta | None
    disk_used_percent: int | None
    disk_free_bytes: int
    versions: tuple[str, ...]


def open_time(since: datetime, until: datetime, is_working: Callable[[date], bool], limits: Thresholds) -> timedelta:
    """How long offices were open between two moments: working days, opening to closing hour, Bishkek time."""
    since = max(since, until - LONGEST_LOOK_BACK).astimezone(BISHKEK)
    until = until.astimezone(BISHKEK)
    total = timedelta(0)
    day = since.date()
    while day <= until.date():
        if is_working(day):
            opens = max(since, datetime.combine(day, time(limits.opens_hour), BISHKEK))
            closes = min(until, datetime.combine(day, time(limits.closes_hour), BISHKEK))
            total += max(closes - opens, timedelta(0))
        day += timedelta(days=1)
    return total


def judge(
    code: str,
    name: str,
    reports: Sequence[Report],
    quarantined: int,
    now: datetime,
    is_working: Callable[[date], bool],
    limits: Thresholds,
) -> Health:
    """Say how an office stands; one without any PC is not connected yet, which is no alarm."""
    contacts = [report.last_contact_at for report in reports if report.last_contact_at]
    unsent = [report.oldest_waiting_at for report in reports if report.oldest_waiting_at and report.waiting]
    unsent_since = min(unsent, default=None)
    offsets = [report.clock_offset for report in reports if report.last_contact_at]
    disks = [used for report in reports if (used := report.disk_used_percent) is not None]
    heard = max(contacts, default=None)
    since = heard or min((report.enrolled_at for report in reports), default=None)
    offset = max(offsets, key=abs, default=None)
    troubles = []
    if since is not None and open_time(since, now, is_working, limits) > limits.silent_after:
        troubles.append(Trouble.SILENT)
    if unsent_since and open_time(unsent_since, now, is_working, limits) > limits.waiting_too_long:
        troubles.append(Trouble.UNSENT)
    if quarantined:
        troubles.append(Trouble.QUARANTINED)
    if offset is not None and abs(offset) > limits.clock_off_by:
        troubles.append(Trouble.CLOCK)
    if disks and max(disks) >= limits.disk_used_percent:
        troubles.append(Trouble.DISK)
    if any(report.stopped_code for report in reports):
        troubles.append(Trouble.STOPPED)
    return Health(
        code=code,
        name=name,
        reports=tuple(reports),
        quarantined=quarantined,
        troubles=tuple(troubles),
        standing=_standing(reports, troubles),
        last_contact_at=heard,
        silence=now - since if since else None,
        waiting=sum(report.waiting for report in reports),
        waiting_blobs=sum(report.waiting_blobs for report in reports),
        oldest_age=now - unsent_since if unsent_since else None,
        clock_offset=offset,
        disk_used_percent=max(disks, default=None),
        disk_free_bytes=min((report.disk_free_bytes for report in reports if report.disk_total_bytes), default=0),
        versions=tuple(sorted({report.version for report in reports if report.version})),
    )


def _standing(reports: Sequence[Report], troubles: Sequence[Trouble]) -> Standing:
    if not reports:
        return Standing.NOT_CONNECTED
    if Trouble.SILENT in troubles:
        return Standing.SILENT
    return Standing.ATTENTION if troubles else Standing.IN_ORDER
