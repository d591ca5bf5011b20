"""Counts terms in working days, and can show every day it counted or skipped.

Law of 4 May 2007 No. 67: a request is registered within one working day and considered within a term of working days
that changes by law; terms are dated rows of resources/reference/terms.csv. Counting begins with the day after
registration. The words for a person belong to the programs; here are days, reasons and the rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from server_sync.contract.bodies import AppealKind
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.territory import Names

SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9990
"""Years that can be counted from without leaving the calendar of the language."""


class TermKind(StrEnum):
    """What a term is for: the four kinds of requests, and the registration itself."""

    REGISTRATION = "registration"
    PROPOSAL = "proposal"
    APPLICATION = "application"
    COMPLAINT = "complaint"
    THANKS = "thanks"


class Decree(IntEnum):
    """What a decree makes of a day; TAKEN_BACK leaves it to the calendar as it was shipped."""

    TAKEN_BACK = 0
    OFF = 1
    WORKING = 2


class OffReason(StrEnum):
    """Why a day is not counted; the first is of the week, the others come from the calendar's table."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SHIFTED_HOLIDAY = "shifted_from_weekend"
    TRANSFERRED = "transferred"
    DECREED = "decreed"


@dataclass(frozen=True, slots=True)
class DayOff:
    """Why one day is not counted; `names` is the holiday's, None for a plain Saturday or Sunday."""

    reason: OffReason
    names: Names | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarException:
    """One day that is not what its weekday says: a day off in the week, or a working Saturday or Sunday.

    `estimated`: a feast whose date is decreed late and only reckoned so far.
    """

    on: date
    is_working: bool
    reason: OffReason
    names: Names
    estimated: bool = False


def decreed(on: date, decree: Decree, names: Names) -> CalendarException | None:
    """A decreed day as the calendar takes it; None for one that was taken back."""
    if decree is Decree.TAKEN_BACK:
        return None
    return CalendarException(on=on, is_working=decree is Decree.WORKING, reason=OffReason.DECREED, names=names)


class WorkingCalendar:
    """Knows which days are working days, and how far that is known."""

    def __init__(self, exceptions: Iterable[CalendarException], known_until: date) -> None:
        self._exceptions: Final = {exception.on: exception for exception in exceptions}
        self.known_until: Final = known_until

    def is_working(self, day: date) -> bool:
        """Whether a day counts."""
        return self.why_off(day) is None

    def why_off(self, day: date) -> DayOff | None:
        """Say why a day does not count; None when it does."""
        exception = self._exceptions.get(day)
        if exception is not None:
            if exception.is_working:
                return None
            return DayOff(exception.reason, exception.names, exception.estimated)
        return DayOff(OffReason.WEEKEND) if day.weekday() >= SATURDAY else None

    def exception(self, day: date) -> CalendarException | None:
        """Find what the table says of a day, a working Saturday's reason for instance."""
        return self._exceptions.get(day)

    def exceptions(self) -> tuple[CalendarException, ...]:
        """List the whole table by date."""
        return tuple(self._exceptions[day] for day in sorted(self._exceptions))

    def with_exceptions(
        self, decreed: Iterable[CalendarException], known_until: date | None = None
    ) -> "WorkingCalendar":
        """Lay an administrator's table over this one, day by day."""
        return WorkingCalendar((*self._exceptions.values(), *decreed), known_until or self.known_until)

    def working_days_until(self, today: date, due_on: date) -> int:
        """Count working days left after today up to and with the due day; 0 is today, below 0 is how many days late."""
        if due_on < today:
            return -self.working_days_until(due_on, today) or -1
        return sum(self.is_working(today + _DAY * ahead) for ahead in range(1, (due_on - today).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRule:
    """One dated row of the terms: how many working days a kind has from a day on; 0 means no term.

    `version` is the day the row was entered, as a number YYYYMMDD.
    """

    valid_from_on: date
    working_days: int
    article: str
    kinds: frozenset[TermKind]
    valid_to_on: date | None = None
    version: int = 0

    def holds(self, kind: TermKind, on: date) -> bool:
        """Whether this row speaks of a kind on a day."""
        return kind in self.kinds and self.valid_from_on <= on and (self.valid_to_on is None or on <= self.valid_to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A term with its arithmetic: the days counted and the days skipped, so that anybody can count again.

    `provisional`: it reaches beyond the known calendar, or passes a feast whose date is estimated, or the day of
    registration lies before every rule; it is counted again when days are decreed.
    """

    registered_on: date
    due_on: date | None
    working_days: int
    counted: tuple[date, ...]
    skipped: tuple[tuple[date, DayOff], ...]
    provisional: bool
    rules_version: int
    article: str


def term_kind(kind: AppealKind) -> TermKind:
    """Name the term of a kind of request."""
    return TermKind(kind.name.lower())


def rule_for(rules: Sequence[TermRule], kind: TermKind, on: date) -> TermRule:
    """Find the newest rule that holds for a kind on a day.

    A day before every rule (a clock wrong by years) takes the oldest one. Raises ContractError `term_unknown`.
    """
    holding = [rule for rule in rules if rule.holds(kind, on)]
    if holding:
        return max(holding, key=lambda rule: rule.valid_from_on)
    others = [rule for rule in rules if kind in rule.kinds]
    if not others:
        raise ContractError("term_unknown", kind=kind.value)
    return min(others, key=lambda rule: abs((rule.valid_from_on - on).days))


def compute_due(
    registered_on: date, kind: AppealKind | TermKind, calendar: WorkingCalendar, rules: Sequence[TermRule]
) -> Due:
    """Count the term of a request registered on a local day.

    Raises ContractError `term_unknown`, and InvalidField `date_out_of_range` for a day no calendar can count from.
    """
    if not _FIRST_YEAR <= registered_on.year <= _LAST_YEAR:
        raise InvalidField("date_out_of_range", field="registered_on", date=registered_on.isoformat())
    named = term_kind(kind) if isinstance(kind, AppealKind) else kind
    rule = rule_for(rules, named, registered_on)
    version = max(known.version for known in rules)
    counted: list[date] = []
    skipped: list[tuple[date, DayOff]] = []
    provisional = not rule.holds(named, registered_on)
    day = registered_on
    while len(counted) < rule.working_days:
        day += _DAY
        off = calendar.why_off(day)
        if off is None:
            counted.append(day)
        else:
            skipped.append((day, off))
            provisional = provisional or off.estimated
    return Due(
        registered_on=registered_on,
        due_on=counted[-1] if counted else None,
        working_days=rule.working_days,
        counted=tuple(counted),
        skipped=tuple(skipped),
        provisional=bool(counted) and (provisional or day > calendar.known_until),
        rules_version=version,
        article=rule.article,
    )


def registration_due_on(made_on: date, calendar: WorkingCalendar, rules: Sequence[TermRule]) -> date:
    """Give the last day on which a request made on a day has to be registered."""
    due_on = compute_due(made_on, TermKind.REGISTRATION, calendar, rules).due_on
    if due_on is None:
        raise ContractError("term_unknown", kind=TermKind.REGISTRATION.value)
    return due_on
