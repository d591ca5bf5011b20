"""Turns milliseconds of a clock that may be wrong by years into times a person can be shown."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server_sync.contract.events import Header

BISHKEK: Final = ZoneInfo("Asia/Bishkek")
_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MS: Final = -(2**40)
_LATEST_MS: Final = 253_000_000_000_000
"""The year 9987: what lies beyond cannot be shown in a time zone."""

DAY_MS: Final = 24 * 3600 * 1000

_DAY: Final = re.compile(r"(\d{1,2})[./,\-\s](\d{1,2})[./,\-\s](\d{4})|(\d{2})(\d{2})(\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def moment(time_ms: int) -> datetime:
    """Read milliseconds UTC; what no calendar shows is held at its edge."""
    return _ZERO + timedelta(milliseconds=min(max(time_ms, _EARLIEST_MS), _LATEST_MS))


def milliseconds(at: datetime) -> int:
    """Write an aware time as milliseconds UTC."""
    return (at - _ZERO) // timedelta(milliseconds=1)


def local_day(time_ms: int) -> date:
    """The date in Bishkek."""
    return moment(time_ms).astimezone(BISHKEK).date()


def noon_of(day: date) -> int:
    """Midday in Bishkek, milliseconds UTC."""
    return milliseconds(datetime(day.year, day.month, day.day, 12, tzinfo=BISHKEK))


def is_hour_measured(header: Header, at_ms: int) -> bool:
    """Whether a clock that could be believed measured the hour of a moment that an event is said to be of."""
    return not header.is_hour_doubtful and at_ms == header.wall_ms


def is_hour_stood_in(time_ms: int) -> bool:
    """Whether a moment of registering is a day whose hour nobody knew: midday stands there, to the millisecond."""
    return time_ms == noon_of(local_day(time_ms))


def read_day(text: str) -> date | None:
    """Read a day as people write it, ``14.03.1988`` or ``14031988``; None for anything else."""
    plain = text.strip()
    if (iso := _ISO_DAY.fullmatch(plain)) is not None:
        year, month, day = (int(part) for part in iso.groups())
    elif (found := _DAY.fullmatch(plain)) is not None:
        day, month, year = (int(part) for part in found.groups() if part is not None)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
