"""How an office stands: silence in open hours, a calm ordinary day, the worst PC counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server_sync.monitoring.standing import Report, Standing, Trouble, judge, open_time
from server_sync.monitoring.thresholds import Thresholds

LIMITS = Thresholds()
MONDAY_NOON = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""12:00 in Bishkek."""


def weekday(day: date) -> bool:
    return day.weekday() < 5


def look(*reports: Report, now: datetime = MONDAY_NOON, quarantined: int = 0):
    return judge("KG-C", "Чүй облусу", reports, quarantined, now, weekday, LIMITS)


def report(minutes_ago: int = 5, **said):
    heard = MONDAY_NOON - timedelta(minutes=minutes_ago)
    return Report("w", "Терезе 1", MONDAY_NOON - timedelta(days=30), heard, **said)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (datetime(2026, 11, 23, 3, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC), 3),
        (datetime(2026, 11, 20, 11, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC), 2),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC), 0),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC), 0),
    ],
)
def test_silence_counts_only_while_offices_are_open(since, until, hours):
    assert open_time(since, until, weekday, LIMITS) == timedelta(hours=hours)


def test_an_office_switched_off_for_the_weekend_is_in_order_on_monday_morning():
    friday_evening = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    monday_nine = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    site = look(Report("w", "", friday_evening, friday_evening), now=monday_nine)
    assert site.standing is Standing.IN_ORDER


def test_an_office_that_says_nothing_for_a_working_morning_and_more_is_silent():
    site = look(report(minutes_ago=24 * 60 * 3))
    assert (site.standing, site.troubles) == (Standing.SILENT, (Trouble.SILENT,))
    assert site.silence == timedelta(days=3)


def test_an_office_never_enrolled_is_no_alarm():
    site = look()
    assert (site.standing, site.troubles) == (Standing.NOT_CONNECTED, ())


def test_a_pc_enrolled_long_ago_that_never_called_is_silent():
    site = look(Report("w", "", MONDAY_NOON - timedelta(days=4)))
    assert site.standing is Standing.SILENT


def test_events_that_wait_for_a_short_time_leave_the_board_calm():
    site = look(report(waiting=12, oldest_waiting_at=MONDAY_NOON - timedelta(hours=1)))
    assert site.standing is Standing.IN_ORDER
    assert (site.waiting, site.oldest_age) == (12, timedelta(hours=1))


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ({"waiting": 3, "oldest_waiting_at": MONDAY_NOON - timedelta(days=3)}, Trouble.UNSENT),
        ({"clock_offset": timedelta(minutes=-4)}, Trouble.CLOCK),
        ({"clock_offset": timedelta(days=3650)}, Trouble.CLOCK),
        ({"disk_free_bytes": 4, "disk_total_bytes": 100}, Trouble.DISK),
    ],
)
def test_each_trouble_asks_for_attention(said, trouble):
    site = look(report(**said))
    assert (site.standing, site.troubles) == (Standing.ATTENTION, (trouble,))


def test_the_worst_pc_of_an_office_counts_and_the_newest_contact():
    site = look(report(minutes_ago=90, clock_offset=timedelta(minutes=5)), report(minutes_ago=2))
    assert site.clock_offset == timedelta(minutes=5)
    assert site.last_contact_at == MONDAY_NOON - timedelta(minutes=2)


def test_a_disk_that_was_not_reported_is_no_trouble():
    assert look(report()).disk_used_percent is None


def test_an_event_in_quarantine_asks_for_attention():
    assert look(report(), quarantined=1).troubles == (Trouble.QUARANTINED,)
