"""A series is shown day by day before it is planned, and remarks are made on what a person should look at again."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from server_sync.contract.bodies import AgendaItem
from server_sync.contract.deadlines import Decree, WorkingCalendar, decreed
from server_sync.contract.territory import Names
from server_sync.meetings import acts
from server_sync.meetings.remarking import Remark, remarks_on
from server_sync.meetings.repeating import OnDayOff, Repeat, occurrences
from tests.server.meetings.planning import CHAIR, NAME, SPEAKER, TITLE, plan

MONDAY = date(2027, 3, 1)
DECREED = decreed(date(2027, 3, 8), Decree.OFF, Names("майрам", "праздник", "holiday"))
CALENDAR = WorkingCalendar([DECREED] if DECREED else [], date(2027, 12, 31))


def days(repeat: Repeat, times: int, on_day_off: OnDayOff, first: date = MONDAY) -> list[date | None]:
    return [one.on for one in occurrences(first, repeat, times, on_day_off, CALENDAR)]


def test_a_day_off_in_a_series_moves_falls_out_or_stays_as_the_planner_chose():
    rest = [date(2027, 3, 15), date(2027, 3, 22)]
    assert days(Repeat.WEEKLY, 4, OnDayOff.NEXT_WORKING_DAY) == [MONDAY, date(2027, 3, 9), *rest]
    assert days(Repeat.WEEKLY, 4, OnDayOff.SKIP) == [MONDAY, None, *rest]
    assert days(Repeat.WEEKLY, 4, OnDayOff.KEEP) == [MONDAY, date(2027, 3, 8), *rest]


def test_of_two_that_days_off_bring_to_one_day_the_second_falls_out():
    whole_week = [decreed(MONDAY + timedelta(days=n), Decree.OFF, Names("тыныгуу", "отдых", "rest")) for n in range(5)]
    calendar = WorkingCalendar([one for one in whole_week if one], date(2027, 12, 31))
    found = occurrences(MONDAY, Repeat.WEEKLY, 3, OnDayOff.NEXT_WORKING_DAY, calendar)
    assert [one.on for one in found] == [date(2027, 3, 8), None, date(2027, 3, 15)]


def test_a_month_without_such_a_day_has_its_last_one():
    monthly = days(Repeat.MONTHLY, 4, OnDayOff.KEEP, date(2026, 12, 31))
    assert monthly == [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_a_series_ends_after_a_year_of_weeks_and_one_meeting_is_one():
    assert len(days(Repeat.WEEKLY, 1_000, OnDayOff.KEEP)) == 52
    assert days(Repeat.ONCE, 9, OnDayOff.KEEP, date(2027, 3, 8)) == [date(2027, 3, 8)]
    assert days(Repeat.ONCE, 9, OnDayOff.NEXT_WORKING_DAY, date(2027, 3, 8)) == [date(2027, 3, 9)]
    assert days(Repeat.ONCE, 9, OnDayOff.SKIP, date(2027, 3, 8)) == [None]


def working_day(hour: int, minute: int = 0) -> datetime:
    """A working Wednesday well ahead that no holiday is near."""
    start = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=7)
    while start.weekday() != 2 or start.month in {1, 3, 5}:
        start += timedelta(days=1)
    return start


@pytest.mark.django_db
def test_what_a_planner_should_look_at_once_more_is_remarked_and_not_refused(assistant):
    sunday = working_day(10) + timedelta(days=4)
    long_agenda = (AgendaItem(TITLE, SPEAKER, 61),)
    said = {
        Remark.DAY_OFF: plan(sunday),
        Remark.BEFORE_HOURS: plan(working_day(8)),
        Remark.AFTER_HOURS: plan(working_day(17, 30)),
        Remark.AGENDA_LONGER: plan(working_day(10), agenda=long_agenda),
    }
    assert remarks_on([plan(working_day(10))]) == ()
    for remark, one in said.items():
        assert [found.remark for found in remarks_on([one])] == [remark]
    assert Remark.SHORT_NOTICE in {one.remark for one in remarks_on([plan(timezone.now() + timedelta(minutes=5))])}
    acts.plan_meetings(assistant.id.bytes, NAME, list(said.values()))


@pytest.mark.django_db
def test_offices_that_are_asked_elsewhere_at_that_hour_are_named(assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(working_day(10))])
    (found,) = remarks_on([plan(working_day(10, 30))])
    assert (found.remark, found.sites) == (Remark.ELSEWHERE, (CHAIR, SPEAKER))
    assert remarks_on([plan(working_day(11))]) == ()
    assert remarks_on([plan(working_day(10, 30))], about=NAME) == ()
