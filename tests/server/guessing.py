"""Strangers who guess, for the tests of what guessing costs whom."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F

from server_sync.workplaces.models import Throttle

A_THOUSAND = 1_000


def addresses(count: int = A_THOUSAND) -> Iterator[str]:
    """So many different addresses of IPv4."""
    return (f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}" for at in range(count))


def let_time_pass(span: timedelta) -> None:
    """Move all that is written of guesses into the past."""
    Throttle.objects.update(open_at=F("open_at") - span, last_failed_at=F("last_failed_at") - span)
