"""Bounds how often one PC may call about meetings, so that a window gone wild takes no time from the others.

Each process of the centre counts for itself: it is the work of that process which is bounded.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server_sync.common.refusals import Refused


@dataclass(frozen=True, slots=True)
class Pace:
    """So many calls at once, and so many a second on average."""

    at_once: int
    a_second: float


LOOKING: Final = Pace(at_once=2, a_second=2.0)
ACTING: Final = Pace(at_once=10, a_second=2.0)
COMING: Final = Pace(at_once=6, a_second=0.5)
"""Coming in asks the media server too, and whoever was cut off comes again at most once in some seconds."""
SAYING: Final = Pace(at_once=5, a_second=0.5)
TESTING: Final = Pace(at_once=12, a_second=0.3)
"""A test of the line takes three calls, four where the clock is wrong, and a hundred kilobytes; people do it twice."""
REMEMBERED_MOST: Final = 1_000
"""So many PCs are remembered, those that called last; there are fewer in the network."""


class Calls:
    """Counts the calls of each PC."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._counting = threading.Lock()

    def demand_seldom(self, epoch: bytes) -> None:
        """Count a call, or raise Refused `too_often` with `wait_s`."""
        with self._counting:
            now = self._clock()
            left, counted_at = self._left.pop(epoch, (float(self._pace.at_once), now))
            left = min(float(self._pace.at_once), left + (now - counted_at) * self._pace.a_second)
            may = left >= 1
            self._left[epoch] = (left - 1 if may else left, now)
            if len(self._left) > REMEMBERED_MOST:
                self._left.popitem(last=False)
        if not may:
            raise Refused("too_often", permanent=False, wait_s=1)
