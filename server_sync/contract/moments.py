"""When a request was registered, as its receipt and every screen say it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BISHKEK: Final = ZoneInfo("Asia/Bishkek")
_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def claimed_ms(wall_ms: int, registered_on: date) -> int:
    """The clock's word inside its own date, else that date's noon at Bishkek: milliseconds UTC.

    The date was held against the centre's time when it was written; a clock wrong by years is not believed.
    """
    noon = datetime.combine(registered_on, time(12), BISHKEK)
    begins, ends = noon.replace(hour=0), noon.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return wall_ms if _ms(begins) <= wall_ms <= _ms(ends) else _ms(noon)


def _ms(at: datetime) -> int:
    return (at - _ZERO) // timedelta(milliseconds=1)
