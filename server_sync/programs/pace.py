"""Lets nobody ask too much in a minute: counts by key or network place, in the memory of the process.

Nothing is written for a question that only reads. Where very many ask, whoever asked longest ago is forgotten and
begins anew; with several processes each counts for itself (ADR 0103).
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 60
CALLERS_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Pace:
    """So many questions in a window; `name` keeps counts of different kinds apart."""

    name: str
    most: int


READING: Final = Pace("reading", 300)
"""Of one network place: an office building or a mobile operator has many people behind one address."""
READING_WITH_KEY: Final = Pace("reading-with-key", 1_200)
WRITING: Final = Pace("writing", 60)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is left of a caller's window after this question."""

    most: int
    left: int
    reset_s: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        """It as headers of an answer."""
        told = {
            "RateLimit-Policy": f"{self.most};w={WINDOW_S}",
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset_s),
        }
        return told | ({"Retry-After": str(self.reset_s)} if self.is_over else {})


class _Counts:
    """Questions of each caller in their window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def take(self, pace: Pace, caller: str, now: float, count: int = 1) -> Turn:
        with self._lock:
            begun, asked = self._windows.pop((pace.name, caller), (now, 0))
            if now >= begun + WINDOW_S:
                begun, asked = now, 0
            asked = min(asked + count, pace.most + 1)
            self._windows[pace.name, caller] = (begun, asked)
            if len(self._windows) > CALLERS_MOST:
                self._windows.popitem(last=False)
        reset_s = max(1, int(begun + WINDOW_S - now + 0.999))
        return Turn(pace.most, max(0, pace.most - asked), reset_s, asked > pace.most)

    def forget(self) -> None:
        with self._lock:
            self._windows.clear()


_COUNTS: Final = _Counts()


def take_turn(pace: Pace, caller: str, count: int = 1) -> Turn:
    """Count a question of a caller, or one that costs as much as several."""
    return _COUNTS.take(pace, caller, time.monotonic(), count)


def forget_turns() -> None:
    """Let everybody begin anew."""
    _COUNTS.forget()
