"""Tells a camera that shows something from one that shows nothing: black, or the same for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from liaison_desktop.meetings.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import Pixels

LOOKED_AT: Final = (32, 18)
"""The size a picture is made for being looked at."""
LOOKED_FROM: Final = 320
"""Of wider ones only some dots are looked at, evenly spread."""
BLACK_BELOW: Final = 12
"""Of 255, for the brightest fiftieth of the picture: a covered lens has noise, a dark room has a lit corner."""
BLACK_AFTER_S: Final = 1.0
FROZEN_AFTER_S: Final = 2.5
"""A real sensor's noise changes every picture, also before a white wall."""


class Watching:
    """Looks at each picture; `fault` says what is wrong with them, or nothing."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._last: Pixels | None = None
        self._changed_at = self._lit_at = now_s()

    def see(self, picture: Pixels) -> None:
        """Look at a picture."""
        now = self._now_s()
        step = max(1, picture.shape[1] // LOOKED_FROM)
        some = np.ascontiguousarray(picture[::step, ::step])
        small = cv2.resize(some, LOOKED_AT, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        if np.percentile(small, 98) >= BLACK_BELOW:
            self._lit_at = now
        if self._last is None or not np.array_equal(small, self._last):
            self._changed_at = now
        self._last = small

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the pictures seen, also when none came."""
        now = self._now_s()
        if now - self._changed_at > FROZEN_AFTER_S:
            return Fault.CAMERA_FROZEN
        if now - self._lit_at > BLACK_AFTER_S and self._last is not None:
            return Fault.CAMERA_BLACK
        return None
