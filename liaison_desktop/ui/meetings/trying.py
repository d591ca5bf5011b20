"""Drives the media process from the window: begun with the first wish, moved by a timer, ended with the last."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from liaison_desktop.background.ticking import Ticking
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import Wish
from liaison_desktop.meetings.ring import RING_BYTES, FrameRing
from liaison_desktop.meetings.supervising import Child, Supervisor
from liaison_desktop.ui.hook import log

if TYPE_CHECKING:
    from liaison_desktop.background.media_process import MediaProcess

TICK_MS: Final = 33


class Trying(QObject):
    """One for a signed-in person. While nothing is wished for there is no process, no memory and no timer."""

    told = Signal(object)
    """A message of the media process."""
    lost = Signal()
    """The process ended by itself and is started again."""
    pictured = Signal()
    """A newer picture stands in the ring."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._memory: SharedMemory | None = None
        self.ring: FrameRing | None = None
        self._seen = 0
        self.process: MediaProcess | None = None
        self._supervisor = Supervisor(self._start, now_ms=_now_ms, hear=self.told.emit, lost=self._on_lost)
        self._ticking = Ticking(self._tick, TICK_MS, self)
        self.is_attended = False
        """Whether a meeting has the devices: what is tried out neither takes nor ends them then."""

    def want(self, wish: Wish) -> None:
        """Have the devices of this wish, to try them out."""
        if not self.is_attended:
            self._have(wish)

    def attend(self, wish: Wish) -> None:
        """Be in a meeting with the devices of this wish."""
        if self.is_attended:
            self._have(wish)

    def _have(self, wish: Wish) -> None:
        self._supervisor.want(wish)
        self._ticking.start()

    def play(self) -> None:
        """Play the melody."""
        self._supervisor.play()

    def record(self) -> None:
        """Record a sample and play it."""
        self._supervisor.record()

    def list_screens(self) -> None:
        """Ask which screens this computer has."""
        self._supervisor.list_screens()

    def begin_anew(self) -> None:
        """Find the devices that are there now."""
        self._supervisor.begin_anew()

    def end(self) -> None:
        """Give the devices back after a trial."""
        if not self.is_attended:
            self._supervisor.end()

    def go_out(self) -> None:
        """Give the devices of a meeting back."""
        if self.is_attended:
            self._supervisor.end()

    def close(self) -> None:
        """Give the devices back and wait for it: the person or the program goes."""
        self._ticking.stop()
        self._supervisor.close()
        self.process = None
        self._forget_memory()

    def _start(self) -> Child:
        from liaison_desktop.background.media_process import MediaProcess  # not at the program's start

        self._forget_memory()  # one that still goes may write there a while: a ring has one writer
        memory = self._memory = SharedMemory.make(RING_BYTES)
        self.ring, self._seen = FrameRing(memory), 0
        self.process = MediaProcess(memory)
        return self.process

    def _tick(self) -> None:
        self._supervisor.tick()
        if self._supervisor.is_idle:
            self._ticking.stop()
            self.process = None
            self._forget_memory()
        elif self.ring is not None and self.ring.newest != self._seen:
            self._seen = self.ring.newest
            self.pictured.emit()

    def _forget_memory(self) -> None:
        if self.ring is not None and self._memory is not None:
            self.ring.close()
            self._memory.close()
        self.ring = self._memory = None

    def _on_lost(self, why: str) -> None:
        log.info("the media process is started again: %s", why)
        self.lost.emit()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
