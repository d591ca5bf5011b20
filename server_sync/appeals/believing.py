"""What the register believes of the days, the clock and the term that an office claims, and what it marks for people.

A clock may be wrong by years and a PC may lie. An event can have been made between the last server time its PC had seen
and the moment it came; a claim within a day of that counts as it stands, another is drawn to the nearer end. The event
keeps what was claimed; the doubt of its reading says that the register goes by something else, until two people have
looked at it.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from server_sync.appeals.authority import AHEAD, local_day, span
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealKind, AppealRegistered, DueTerm
from server_sync.contract.deadlines import TermRule, rule_for, term_kind
from server_sync.contract.events import Header
from server_sync.journal.custody import utc
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

DAY_DOUBTFUL: Final = "day_doubtful"
TERM_DOUBTFUL: Final = "term_doubtful"
CLOCK_DOUBTFUL: Final = "clock_doubtful"
DOUBTFUL: Final = frozenset({DAY_DOUBTFUL, TERM_DOUBTFUL, CLOCK_DOUBTFUL})
"""What readings of events are marked with that are applied, for people to look at."""

_WEEK: Final = 7
_WORKING: Final = 5
_DAYS_OFF_MOST: Final = 31
"""More days off than any calendar has within one term."""


def moment(event: Event, header: Header) -> datetime:
    """When an event was made, as far as its clock can be believed."""
    claimed = utc(header.wall_ms)
    if abs(claimed - event.taken_at) <= AHEAD or event.epoch.site_id == CENTRE:
        return claimed
    earliest, latest = span(event, header)
    if claimed < earliest - AHEAD:
        return earliest
    return latest if claimed > latest + AHEAD else claimed


def day(event: Event, header: Header, claimed: date) -> date:
    """A day that an event names as that of its making, as far as it can be believed."""
    earliest, latest = span(event, header)
    if claimed < local_day(earliest - AHEAD):
        return local_day(earliest)
    return local_day(latest) if claimed > local_day(latest + AHEAD) else claimed


def doubt_of_registration(event: Event, header: Header, said: AppealRegistered, at: datetime, on: date) -> str:
    """What to mark a registration with that is believed to be made `at` a moment `on` a day; empty for none."""
    if said.registered_on != on:
        return DAY_DOUBTFUL
    if is_term_doubtful(event, said.kind, on, said.due):
        return TERM_DOUBTFUL
    return CLOCK_DOUBTFUL if at != utc(header.wall_ms) else ""


def is_term_doubtful(event: Event, kind: AppealKind, registered_on: date, due: DueTerm) -> bool:
    """Whether a claimed term is not the one of the rule, or its day not so many working days away.

    Asked without the calendar: days are decreed off late, and an office hears of it later than the centre.
    """
    rule = _rule(kind, registered_on, event.taken_at)
    if due.working_days != rule.working_days or (due.due_on is None) != (rule.working_days == 0):
        return True
    if due.due_on is None:
        return False
    ahead = due.due_on - registered_on
    most = timedelta(days=due.working_days * _WEEK // _WORKING + _DAYS_OFF_MOST)
    return not timedelta(days=due.working_days) <= ahead <= most


def drop_no_term(event: Event, appeal: Appeal) -> None:
    """Believe no day by which a request is to be answered of a kind that the law gives no term."""
    if appeal.due_on is not None and not appeal.is_extended:
        rule = _rule(AppealKind(appeal.kind), appeal.registered_on, event.taken_at)
        if rule.working_days == 0:
            appeal.due_on, appeal.due_working_days, appeal.due_is_provisional = None, 0, False


def go_by_rule(appeal: Appeal) -> None:
    """Lay the rule over a term that was counted anew by the law, where the office named another one."""
    rule = _rule(AppealKind(appeal.kind), appeal.registered_on, appeal.taken_at)
    if appeal.due_working_days != rule.working_days and not appeal.is_extended:
        appeal.due_working_days, appeal.due_article = rule.working_days, rule.article


def is_by_no_rule(appeal: Appeal) -> bool:
    """Whether the term of a request is one that no rule gives."""
    kind, due = AppealKind(appeal.counted_as or appeal.kind), DueTerm(appeal.due_on, appeal.due_working_days)
    return is_term_doubtful(appeal.event, kind, appeal.counted_from or appeal.registered_on, due)


@lru_cache(maxsize=1_024)
def _rule(kind: AppealKind, on: date, known_at: datetime) -> TermRule:
    """The rule for a kind on a day, among those that were entered by then; a batch asks the same again and again."""
    known = int(f"{local_day(known_at):%Y%m%d}")
    terms = reference_book().terms
    return rule_for([rule for rule in terms if rule.version <= known] or terms, term_kind(kind), on)
