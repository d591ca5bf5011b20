"""Shows how a term was computed: every day from the registration to the last one, counted or passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealKind
from server_sync.contract.deadlines import Due, OffReason, compute_due
from server_sync.contract.events import EventKind
from server_sync.contract.weekdays import weekdays_short
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.reference import reference_book

SATURDAY = 5
LONGEST_SHOWN = 62
"""Days drawn one by one; a longer term is told in figures alone."""


@dataclass(frozen=True, slots=True)
class TermDay:
    """One day of the strip: its place in the count (0 the day of registration, None when passed over)."""

    on: date
    weekday: str
    place: int | None
    why_not: str
    is_last: bool
    is_moved: bool


class Standing(Enum):
    """Why another day than the counted one can stand: somebody set it, it was written anew, or it was named so."""

    AS_NAMED = "as_named"
    CHANGED = "changed"
    EXTENDED = "extended"


@dataclass(frozen=True, slots=True)
class Term:
    """The arithmetic of one term. `due_on` is what the rules give today; `now_due_on` what stands, `standing` why.

    It `is_anew` when the request was complained of or opened again: `registered_on` is that day then.
    """

    registered_on: date
    due_on: date
    now_due_on: date
    standing: Standing
    working_days: int
    article: str
    is_provisional: bool
    days: tuple[TermDay, ...]
    holidays: tuple[str, ...]
    decreed: tuple[str, ...]
    is_anew: bool = False


def term_of(appeal: Appeal, language: str) -> Term | None:
    """Compute a request's term anew, to be shown; None for kinds without one."""
    registered_on = appeal.counted_from or appeal.registered_on
    kind = AppealKind(appeal.counted_as or appeal.kind)
    due = compute_due(registered_on, kind, working_calendar(), reference_book().terms)
    if due.due_on is None:
        return None
    places = {day: place for place, day in enumerate(due.counted, start=1)}
    skipped = {day: off.names.said_in(language) if off.names else "" for day, off in due.skipped}
    weekdays = weekdays_short(language)
    length = (due.due_on - registered_on).days
    strip = (registered_on + timedelta(days=step) for step in range(length + 1)) if length <= LONGEST_SHOWN else ()
    return Term(
        registered_on=registered_on,
        due_on=due.due_on,
        now_due_on=appeal.due_on or due.due_on,
        standing=_standing(appeal),
        working_days=due.working_days,
        article=due.article,
        is_provisional=due.provisional,
        days=tuple(
            TermDay(
                on=day,
                weekday=weekdays[day.weekday()],
                place=0 if day == registered_on else places.get(day),
                why_not=skipped.get(day, ""),
                is_last=day == due.due_on,
                is_moved=day.weekday() >= SATURDAY and day in places,
            )
            for day in strip
        ),
        holidays=_named(due, skipped, is_decreed=False),
        decreed=_named(due, skipped, is_decreed=True),
        is_anew=appeal.counted_from is not None,
    )


def _named(due: Due, reasons: Mapping[date, str], *, is_decreed: bool) -> tuple[str, ...]:
    """Days off that have a reason, each with it: feasts of the calendar, or days that a decree made free."""
    days = (day for day, off in due.skipped if (off.reason is OffReason.DECREED) is is_decreed)
    return tuple(f"{day:%d.%m.%Y} {reasons[day]}" for day in days if reasons[day])


def _standing(appeal: Appeal) -> Standing:
    """An office counts by the calendar that it has; the day that it named holds until somebody writes another."""
    if appeal.counted_from is not None:
        given = appeal.history.filter(kind__in=(EventKind.FORWARDED, EventKind.REOPENED), person=None)
        begun = given.order_by("-pk").values_list("pk", flat=True).first() or 0
        is_extended = appeal.history.filter(kind=EventKind.EXTENDED, pk__gt=begun).exists()
        return Standing.EXTENDED if is_extended else Standing.AS_NAMED
    if appeal.is_extended:
        return Standing.EXTENDED
    rewriting = (EventKind.DUE_RECALCULATED, EventKind.APPEAL_CORRECTED)
    return Standing.CHANGED if appeal.history.filter(kind__in=rewriting).exists() else Standing.AS_NAMED
