"""Waits a moment before doing something, and waits anew when asked again, as when a form is saved while one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Delays(QObject):
    """One timer per key; the newest wish replaces the older."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timers: dict[str, QTimer] = {}
        self._acts: dict[str, Callable[[], object]] = {}
        self._closed = False

    def after(self, key: str, delay_ms: int, act: Callable[[], object]) -> None:
        """Do ``act`` after the delay, unless the same key is asked again before."""
        if self._closed:
            return
        timer = self._timers.get(key)
        if timer is None:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self._fire(key))
            self._timers[key] = timer
        self._acts[key] = act
        timer.start(delay_ms)

    def now(self, key: str) -> None:
        """Do what waits under the key at once."""
        timer = self._timers.get(key)
        if timer is not None and timer.isActive():
            timer.stop()
            self._fire(key)

    def forget(self, key: str) -> None:
        """Drop what waits under the key."""
        timer = self._timers.get(key)
        if timer is not None:
            timer.stop()

    def close(self) -> None:
        """Drop everything that waits, and take no more."""
        self._closed = True
        self._acts.clear()
        for timer in self._timers.values():
            timer.stop()

    def _fire(self, key: str) -> None:
        act = self._acts.pop(key, None)
        if act is not None:
            act()
