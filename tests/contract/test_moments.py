"""A registration is of its day: the hour is the clock's where that has the same day, and noon otherwise."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server_sync.contract.moments import claimed_ms

DAY = date(2026, 11, 23)
NOON_MS = int(datetime(2026, 11, 23, 6, tzinfo=UTC).timestamp() * 1000)
HALF_A_DAY_MS = timedelta(hours=12) // timedelta(milliseconds=1)


@pytest.mark.parametrize("away_ms", [0, 1, -HALF_A_DAY_MS, HALF_A_DAY_MS - 1])
def test_the_clock_is_believed_within_its_own_day_at_bishkek(away_ms):
    assert claimed_ms(NOON_MS + away_ms, DAY) == NOON_MS + away_ms


@pytest.mark.parametrize("away_ms", [-HALF_A_DAY_MS - 1, HALF_A_DAY_MS, 10**13, -(2**62), 2**62])
def test_a_clock_of_another_day_gives_noon(away_ms):
    assert claimed_ms(NOON_MS + away_ms, DAY) == NOON_MS


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_is_too_far(day):
    assert claimed_ms(NOON_MS, day) == claimed_ms(2**62, day)
