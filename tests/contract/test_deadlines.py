"""A term is counted in the open, and counted right for every day from 2014 to 2027."""

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.bodies import AppealKind
from server_sync.contract.deadlines import (
    CalendarException,
    OffReason,
    TermKind,
    TermRule,
    compute_due,
    registration_due_on,
    rule_for,
)
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.territory import Names
from tests.contract.shipped import BOOK

CALENDAR = BOOK.calendar
ORACLE = country_holidays("KG", years=range(2013, 2029))
FIRST, LAST = date(2014, 1, 1), date(2027, 12, 31)
DAY = timedelta(days=1)
NAMES = Names("күн", "день", "day")

days = st.dates(FIRST, LAST)


def test_every_day_of_fourteen_years_is_what_the_oracle_says() -> None:
    day, wrong = FIRST, []
    while day <= LAST:
        if CALENDAR.is_working(day) != ORACLE.is_working_day(day):
            wrong.append(day)
        day += DAY
    assert wrong == []


@pytest.mark.parametrize(
    ("registered_on", "due_on"),
    [(date(2026, 10, 28), date(2026, 11, 17)), (date(2026, 12, 28), date(2027, 1, 22))],
)
def test_the_published_examples_hold(registered_on: date, due_on: date) -> None:
    assert compute_due(registered_on, AppealKind.APPLICATION, CALENDAR, BOOK.terms).due_on == due_on


@given(st.dates(FIRST, date(2027, 11, 30)))
def test_the_fourteenth_working_day_is_the_oracle_s(registered_on: date) -> None:
    due = compute_due(registered_on, AppealKind.COMPLAINT, CALENDAR, BOOK.terms)
    assert due.due_on == ORACLE.get_nth_working_day(registered_on, 14)


@given(days, st.sampled_from([AppealKind.PROPOSAL, AppealKind.APPLICATION, AppealKind.COMPLAINT]))
def test_the_arithmetic_can_be_counted_again(registered_on: date, kind: AppealKind) -> None:
    due = compute_due(registered_on, kind, CALENDAR, BOOK.terms)
    assert due.due_on is not None
    span = [registered_on + DAY * ahead for ahead in range(1, (due.due_on - registered_on).days + 1)]
    assert sorted([*due.counted, *(day for day, _ in due.skipped)]) == span
    assert len(due.counted) == due.working_days == 14
    assert due.counted[-1] == due.due_on
    assert all(CALENDAR.is_working(day) for day in due.counted)
    assert all(off == CALENDAR.why_off(day) for day, off in due.skipped)
    assert CALENDAR.working_days_until(registered_on, due.due_on) == 14


def test_skipped_days_say_why() -> None:
    due = compute_due(date(2026, 12, 28), AppealKind.APPLICATION, CALENDAR, BOOK.terms)
    reasons = dict(due.skipped)
    assert reasons[date(2027, 1, 1)].reason is OffReason.HOLIDAY
    names = reasons[date(2027, 1, 1)].names
    assert names is not None
    assert names.ru == "Новый год"
    assert reasons[date(2027, 1, 9)].reason is OffReason.WEEKEND


def test_a_moved_working_saturday_counts() -> None:
    due = compute_due(date(2025, 1, 9), AppealKind.APPLICATION, CALENDAR, BOOK.terms)
    assert date(2025, 1, 11) in due.counted
    moved = CALENDAR.exception(date(2025, 1, 11))
    assert moved is not None
    assert moved.is_working


def test_thanks_have_no_term() -> None:
    due = compute_due(date(2026, 10, 28), AppealKind.THANKS, CALENDAR, BOOK.terms)
    assert (due.due_on, due.working_days, due.counted, due.provisional) == (None, 0, (), False)


def test_a_request_is_registered_within_one_working_day() -> None:
    assert registration_due_on(date(2026, 10, 30), CALENDAR, BOOK.terms) == date(2026, 11, 2)


def test_a_term_beyond_the_known_calendar_is_provisional() -> None:
    assert compute_due(date(2027, 12, 20), AppealKind.APPLICATION, CALENDAR, BOOK.terms).provisional
    assert compute_due(date(2031, 5, 5), AppealKind.APPLICATION, CALENDAR, BOOK.terms).provisional
    assert not compute_due(date(2026, 11, 2), AppealKind.APPLICATION, CALENDAR, BOOK.terms).provisional


def test_a_term_that_passes_an_estimated_feast_is_provisional() -> None:
    assert compute_due(date(2027, 3, 1), AppealKind.APPLICATION, CALENDAR, BOOK.terms).provisional
    assert not compute_due(date(2027, 3, 10), AppealKind.APPLICATION, CALENDAR, BOOK.terms).provisional


def test_a_decreed_holiday_moves_the_term_and_a_decreed_saturday_moves_it_back() -> None:
    off = CalendarException(on=date(2026, 11, 9), is_working=False, reason=OffReason.DECREED, names=NAMES)
    on = CalendarException(on=date(2026, 11, 14), is_working=True, reason=OffReason.DECREED, names=NAMES)
    registered_on = date(2026, 10, 28)
    later = compute_due(registered_on, AppealKind.APPLICATION, CALENDAR.with_exceptions([off]), BOOK.terms)
    same = compute_due(registered_on, AppealKind.APPLICATION, CALENDAR.with_exceptions([off, on]), BOOK.terms)
    assert (later.due_on, same.due_on) == (date(2026, 11, 18), date(2026, 11, 17))
    assert dict(later.skipped)[date(2026, 11, 9)].reason is OffReason.DECREED


def test_a_new_law_holds_from_its_day_on() -> None:
    kinds = frozenset({TermKind.APPLICATION})
    shorter = TermRule(valid_from_on=date(2027, 1, 1), working_days=10, article="1/2026", kinds=kinds, version=20261224)
    rules = (*BOOK.terms, shorter)
    before = compute_due(date(2026, 12, 31), AppealKind.APPLICATION, CALENDAR, rules)
    after = compute_due(date(2027, 1, 1), AppealKind.APPLICATION, CALENDAR, rules)
    other = compute_due(date(2027, 1, 1), AppealKind.COMPLAINT, CALENDAR, rules)
    assert [due.working_days for due in (before, after, other)] == [14, 10, 14]
    assert (after.article, after.rules_version) == ("1/2026", 20261224)


def test_a_clock_wrong_by_years_still_gives_a_term_that_says_it_is_provisional() -> None:
    for registered_on in (date(1999, 1, 1), date(2099, 6, 1), date(1900, 1, 1), date(9990, 1, 1)):
        due = compute_due(registered_on, AppealKind.APPLICATION, CALENDAR, BOOK.terms)
        assert due.provisional
        assert due.due_on is not None


@pytest.mark.parametrize("registered_on", [date.min, date.max])
def test_a_day_outside_of_any_calendar_is_refused_by_name(registered_on: date) -> None:
    with pytest.raises(InvalidField) as refusal:
        compute_due(registered_on, AppealKind.APPLICATION, CALENDAR, BOOK.terms)
    assert refusal.value.code == "date_out_of_range"


def test_a_kind_without_any_rule_is_refused_by_name() -> None:
    with pytest.raises(ContractError) as refusal:
        rule_for((), TermKind.COMPLAINT, date(2026, 1, 1))
    assert refusal.value.code == "term_unknown"


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 13), 2),
        (date(2026, 11, 14), 2),
        (date(2026, 11, 16), 1),
        (date(2026, 11, 17), 0),
        (date(2026, 11, 18), -1),
        (date(2026, 11, 23), -4),
    ],
)
def test_days_left_are_working_days(today: date, left: int) -> None:
    assert CALENDAR.working_days_until(today, date(2026, 11, 17)) == left


def test_a_term_missed_on_a_friday_is_late_on_saturday() -> None:
    assert CALENDAR.working_days_until(date(2026, 11, 14), date(2026, 11, 13)) == -1
