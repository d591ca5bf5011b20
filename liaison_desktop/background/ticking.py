"""Does something again and again while the window lives: the next exchange, the clock, the look at the line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

MINUTE_MS = 60_000


class Ticking(QObject):
    """One timer that may be hurried or put off; it belongs to its parent and stops with it."""

    def __init__(self, act: Callable[[], object], every_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._act = act
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def next_in(self, delay_ms: int) -> None:
        """Do it next after this delay and go on from there."""
        self._timer.start(max(0, delay_ms))

    def _tick(self) -> None:
        self._act()
