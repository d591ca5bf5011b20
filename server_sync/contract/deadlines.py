"""Computes terms in the open: working days, decreed days off, moved working Saturdays, terms valid from a date.

Law 67/2007 counts working days; which days those are is data (the shipped calendar and, over it, an administrator's
decrees). A term that reaches beyond the known calendar is provisional and computed anew when the days are decreed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from server_sync.contract.bodies import AppealKind
from server_sync.contract.errors import InvalidField
from server_sync.contract.territory import Names

WEEKEND: Final = (5, 6)
DAYS_MOST: Final = 3_660
ONE_DAY: Final = timedelta(days=1)


class DayKind(StrEnum):
    """What a decree makes of a day."""

    OFF = "off"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that is not what its weekday says, and why; `is_estimated` for feasts that follow the moon."""

    kind: DayKind
    reason: Names
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that does not count; without a reason it is a Saturday or Sunday."""

    day: date
    reason: Names | None
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class TermRule:
    """From a day on, requests of these kinds are answered within so many working days."""

    valid_from: date
    kinds: frozenset[str]
    working_days: int
    starts_after_days: int
    article: str
    version: int


@dataclass(frozen=True, slots=True)
class Due:
    """A term with its arithmetic; `due_on` is absent when the kind has none.

    `counted` are the working days, the last of them is the due day; `skipped` the days between that do not count;
    `moved` the weekend days that were decreed working.
    """

    due_on: date | None
    working_days: int
    counted: tuple[date, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    moved: tuple[date, ...] = ()
    provisional: bool = False
    rules_version: int = 0
    article: str = ""


class WorkingCalendar:
    """Which days are working days."""

    def __init__(self, exceptional: Mapping[date, Exceptional], known_until: date) -> None:
        self._exceptional: Final = dict(exceptional)
        self.known_until: Final = known_until

    def decreed(self, days: Mapping[date, Exceptional | None], known_until: date | None = None) -> "WorkingCalendar":
        """The calendar with an administrator's decrees laid over it; None takes a day back to its weekday."""
        merged = {**self._exceptional, **{day: found for day, found in days.items() if found is not None}}
        for day, found in days.items():
            if found is None:
                merged.pop(day, None)
        return WorkingCalendar(merged, max(self.known_until, known_until or self.known_until))

    def exceptional(self, day: date) -> Exceptional | None:
        """What is special about a day."""
        return self._exceptional.get(day)

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day."""
        special = self._exceptional.get(day)
        if special is not None:
            return special.kind is DayKind.WORKING
        return day.weekday() not in WEEKEND

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day."""
        return self.count_after(day, count)[0][-1] if count else day

    def working_days_between(self, after: date, until: date) -> int:
        """Working days after one day up to and with another; negative when `until` lies before."""
        if until < after:
            return -self.working_days_between(until, after)
        days = (after + timedelta(days=at) for at in range(1, (until - after).days + 1))
        return sum(1 for day in days if self.is_working(day))

    def count_after(self, after: date, count: int) -> tuple[list[date], list[Skipped], list[date]]:
        """The next `count` working days, the days passed over, and the weekend days among the working ones."""
        counted: list[date] = []
        skipped: list[Skipped] = []
        moved: list[date] = []
        day = after
        while len(counted) < count:
            day += ONE_DAY
            if (day - after).days > DAYS_MOST:
                raise InvalidField("term_too_long", field="due_on")
            special = self._exceptional.get(day)
            if not self.is_working(day):
                reason = special.reason if special else None
                skipped.append(Skipped(day, reason, special.is_estimated if special else False))
                continue
            counted.append(day)
            if day.weekday() in WEEKEND:
                moved.append(day)
        return counted, skipped, moved


def compute_due(
    registered_on: date, kind: AppealKind, calendar: WorkingCalendar, rules: Iterable[TermRule]
) -> Due:
    """The last day for an answer to a request registered on a day, by the rule in force on that day."""
    in_force = [rule for rule in rules if rule.valid_from <= registered_on and kind.name.lower() in rule.kinds]
    if not in_force:
        return Due(None, 0)
    rule = max(in_force, key=lambda found: found.valid_from)
    begins = registered_on + timedelta(days=rule.starts_after_days - 1)
    return replace(
        due_after(begins, rule.working_days, calendar), rules_version=rule.version, article=rule.article
    )


def due_after(day: date, working_days: int, calendar: WorkingCalendar) -> Due:
    """A term of so many working days after a day."""
    counted, skipped, moved = calendar.count_after(day, working_days)
    provisional = counted[-1] > calendar.known_until or any(gap.is_estimated for gap in skipped)
    return Due(
        due_on=counted[-1],
        working_days=working_days,
        counted=tuple(counted),
        skipped=tuple(skipped),
        moved=tuple(moved),
        provisional=provisional,
    )
