"""How loud the microphone is, and whether it hears anything at all."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from liaison_desktop.meetings.messages import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sound import Samples

LEAST: Final = -1_200
"""Tenths of dBFS: quieter is not told apart."""
SILENT_BELOW: Final = -750
"""The noise of any room by any microphone is louder; what is muted gives zeros or the last bit."""
SILENT_AFTER_S: Final = 2.5


class Meter:
    """Measures what the microphone gave; `is_silent` once nothing came for a while."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._heard_at = now_s()

    def measure(self, samples: Samples) -> Level | None:
        """How loud these samples are; None for none."""
        if not len(samples):
            return None
        peak = _tenths(float(np.max(np.abs(samples))))
        if peak >= SILENT_BELOW:
            self._heard_at = self._now_s()
        return Level(_tenths(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))), peak)

    @property
    def is_silent(self) -> bool:
        """Whether not even a room is heard."""
        return self._now_s() - self._heard_at > SILENT_AFTER_S


def as_sound(samples: Samples) -> Samples:
    """Take a driver's samples for sound: what is no number becomes silence, what is too loud the loudest there is."""
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32, copy=False)


def _tenths(loudness: float) -> int:
    return max(LEAST, min(0, round(200 * math.log10(max(loudness, 1e-9)))))
