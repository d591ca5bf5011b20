"""Reckons the days of a series of meetings, and what becomes of those on which nobody works."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from server_sync.contract.deadlines import WorkingCalendar

TIMES_MOST: Final = 52
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_DAYS_OFF_MOST: Final = 31
"""More days off than any calendar has in a row."""


class Repeat(StrEnum):
    """How often a meeting comes again."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class OnDayOff(StrEnum):
    """What becomes of a day on which nobody works."""

    NEXT_WORKING_DAY = "next"
    SKIP = "skip"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a series: when the rule says, and on which day it is held; None when it falls out."""

    by_rule: date
    on: date | None

    @property
    def is_moved(self) -> bool:
        """Whether it is held on another day than the rule says, or on none."""
        return self.on != self.by_rule


def occurrences(
    first: date, repeat: Repeat, times: int, on_day_off: OnDayOff, days: WorkingCalendar
) -> tuple[Occurrence, ...]:
    """The days of a meeting, the first included. A month without such a day has its last one.

    Of two that would be held on one day, since days off moved the first, the second falls out.
    """
    count = 1 if repeat is Repeat.ONCE else min(times, TIMES_MOST)
    found = [_held(_by_rule(first, repeat, place), on_day_off, days) for place in range(count)]
    taken: set[date] = set()
    for place, one in enumerate(found):
        if one.on in taken:
            found[place] = Occurrence(one.by_rule, None)
        elif one.on is not None:
            taken.add(one.on)
    return tuple(found)


def _by_rule(first: date, repeat: Repeat, place: int) -> date:
    if repeat is not Repeat.MONTHLY:
        return first + place * _WEEK
    year, month = divmod(first.year * 12 + first.month - 1 + place, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def _held(by_rule: date, on_day_off: OnDayOff, days: WorkingCalendar) -> Occurrence:
    if on_day_off is OnDayOff.KEEP or days.is_working(by_rule):
        return Occurrence(by_rule, by_rule)
    if on_day_off is OnDayOff.SKIP:
        return Occurrence(by_rule, None)
    ahead = (by_rule + _DAY * days_on for days_on in range(1, _DAYS_OFF_MOST))
    return Occurrence(by_rule, next((day for day in ahead if days.is_working(day)), None))
