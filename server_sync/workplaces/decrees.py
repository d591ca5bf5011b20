"""Decreed days: how they are written down, and the calendar with all of them laid over the shipped one."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from server_sync.common.refusals import Refused
from server_sync.contract.deadlines import Decree, WorkingCalendar, decreed
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import DecreedDay, Person
from server_sync.workplaces.people import local_today, roles_of
from server_sync.workplaces.reach import reach_of
from server_sync.workplaces.reference import reference_book

BACK_MOST: Final = timedelta(days=366)
AHEAD_MOST: Final = timedelta(days=3 * 366)
"""How far from today a day can be decreed: farther is a slip of the hand."""

LOOKED_AT_S: Final = 1.0
"""How long a process goes by the calendar it has before it asks whether another one wrote a day down."""

Tell = Callable[[Iterable[DecreedDay]], None]


@dataclass(slots=True)
class _Kept:
    """The calendar made last, of which decrees, and until when it is taken as it is."""

    newest: int | None
    calendar: WorkingCalendar
    until: float


_kept: list[_Kept] = []


def decree(days: Mapping[date, Decree], reason: Names, by: Person, tell: Tell) -> list[DecreedDay]:
    """Write down what a decree says of days, and tell the offices in the same transaction.

    One administrator does it, whose role reaches the whole network: the calendar is everybody's. Raises Refused
    `role_missing`, and with the `day` `day_out_of_range`, `day_as_it_is` (it is already what it shall be) or
    `day_not_decreed` (there is nothing to take back).
    """
    _demand_may(by)
    with transaction.atomic():
        for day, wanted in sorted(days.items()):
            _demand_changes(day, wanted)
        rows = [
            DecreedDay(
                on=day,
                decree=wanted,
                reason_ky=reason.ky,
                reason_ru=reason.ru,
                reason_en=reason.en,
                decreed_by=by,
            )
            for day, wanted in sorted(days.items())
        ]
        DecreedDay.objects.bulk_create(rows)
        tell(rows)
    forget_calendar()
    return rows


def _demand_may(person: Person) -> None:
    held = reach_of(grant for grant in roles_of(person) if grant.role == Role.ADMINISTRATOR)
    if held.offices is not None:
        raise Refused("role_missing", role=Role.ADMINISTRATOR.value)


def _demand_changes(day: date, wanted: Decree) -> None:
    today = local_today()
    if not today - BACK_MOST <= day <= today + AHEAD_MOST:
        raise Refused("day_out_of_range", day=day.isoformat())
    last = DecreedDay.objects.filter(on=day).order_by("-pk").first()
    if wanted is Decree.TAKEN_BACK:
        if last is None or last.decree == Decree.TAKEN_BACK:
            raise Refused("day_not_decreed", day=day.isoformat())
        return
    calendar = calendar_now()
    known = calendar.exception(day)
    is_settled = known is None or not known.estimated
    if is_settled and calendar.is_working(day) == (wanted is Decree.WORKING):
        raise Refused("day_as_it_is", day=day.isoformat())


def newest_decrees(until: datetime | None = None) -> tuple[DecreedDay, ...]:
    """The newest decree about each day, by day; those taken back among them. Those written `until` a moment, or all."""
    written = DecreedDay.objects.all() if until is None else DecreedDay.objects.filter(decreed_at__lte=until)
    newest = written.values("on").annotate(newest=Max("pk")).values("newest")
    return tuple(DecreedDay.objects.filter(pk__in=newest).order_by("on"))


def undone_days(newest: Iterable[DecreedDay]) -> frozenset[date]:
    """Days whose newest decree only undoes an older one: they are again what the shipped calendar says of them."""
    newest = tuple(newest)
    decreed_before = set(DecreedDay.objects.exclude(pk__in=[row.pk for row in newest]).values_list("on", flat=True))
    return frozenset(
        row.on
        for row in newest
        if row.decree == Decree.TAKEN_BACK or (row.on in decreed_before and _is_as_shipped(row))
    )


def _is_as_shipped(row: DecreedDay) -> bool:
    shipped = reference_book().calendar
    known = shipped.exception(row.on)
    is_settled = known is None or not known.estimated
    return is_settled and shipped.is_working(row.on) == (row.decree == Decree.WORKING)


def calendar_now() -> WorkingCalendar:
    """The calendar with every decree that is written down at this moment."""
    return _laid_over_the_shipped(newest_decrees())


def calendar_at(moment: datetime) -> WorkingCalendar:
    """The calendar as it was known at a moment."""
    return _laid_over_the_shipped(newest_decrees(until=moment))


def _laid_over_the_shipped(newest: Iterable[DecreedDay]) -> WorkingCalendar:
    laid = (decreed(row.on, Decree(row.decree), Names(row.reason_ky, row.reason_ru, row.reason_en)) for row in newest)
    return reference_book().calendar.with_exceptions(day for day in laid if day is not None)


def working_calendar() -> WorkingCalendar:
    """The calendar for pages, which ask for every row they show: at most a moment behind what is written down."""
    now = time.monotonic()
    kept = _kept[0] if _kept else None
    if kept is not None and now < kept.until:
        return kept.calendar
    newest = DecreedDay.objects.aggregate(newest=Max("pk"))["newest"]
    calendar = kept.calendar if kept is not None and kept.newest == newest else calendar_now()
    _kept[:] = [_Kept(newest, calendar, now + LOOKED_AT_S)]
    return calendar


def forget_calendar() -> None:
    """Let the next page read what is written down."""
    _kept.clear()
