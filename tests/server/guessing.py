"""Strangers who guess, for the tests of what guessing costs whom, and a clock that goes when it is told to."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from server_sync.workplaces import throttle

A_THOUSAND = 1_000
QUARTER = timedelta(minutes=15)
"""The longest that anybody waits for the next try."""


class Clock:
    """Stands still until time passes."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def let_pass(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every wait."""
    own = Clock()
    monkeypatch.setattr(throttle, "clock", own)
    return own


def addresses(count: int = A_THOUSAND) -> Iterator[str]:
    """So many different addresses of IPv4."""
    return (f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}" for at in range(count))
