"""Lets Python clear away what nobody refers to any more in the window's thread alone."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY_MS: Final = 500


class Clearing(QObject):
    """Takes the place of Python's own collector, which runs in whichever thread happens to fill its measure.

    On a lane it would destroy what belongs to widgets while Qt is at work on them in the window's thread, which ends
    the program without a word. What stands when it begins is taken as lasting, so that looking through the rest is
    quick enough for a window.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._clear_away)

    def begin(self) -> None:
        """From now on nothing is cleared away elsewhere."""
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def end(self) -> None:
        """Leave it to Python again, when no lane runs any more."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def _clear_away(self) -> None:
        """What has filled the measure that Python itself goes by, the oldest first, which takes the younger with it."""
        held = zip(gc.get_count(), gc.get_threshold(), strict=True)
        full = [age for age, (count, most) in enumerate(held) if most and count > most]
        if full:
            gc.collect(full[-1])
