"""From which point on an office asks for attention; settings, with defaults for offices that work 9–18."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of an ordinary day; silence and waiting count the hours in which offices are open."""

    silent_after: timedelta = timedelta(hours=4)
    waiting_too_long: timedelta = timedelta(hours=4)
    clock_off_by: timedelta = timedelta(minutes=3)
    disk_used_percent: int = 95
    opens_hour: int = 9
    closes_hour: int = 18


@cache
def thresholds() -> Thresholds:
    """The limits of this centre: `LIAISON_BOARD` in the settings overrides single ones by name."""
    return Thresholds(**getattr(settings, "LIAISON_BOARD", {}))
