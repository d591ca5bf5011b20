"""The thread that has the camera: opens it, writes its pictures into the ring, says what is wrong, tries again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from liaison_desktop.media.sources import Faulty
from liaison_desktop.media.watching import Watching
from liaison_desktop.meetings.faults import Fault
from liaison_desktop.meetings.ring import HEIGHT_MOST, WIDTH_MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import PictureSource, Pixels
    from liaison_desktop.meetings.ring import FrameRing

ALMOST: Final = 0.015
"""A room whose shape differs so little is filled: a seam at its edge would be seen, the stretching is not."""
AGAIN_S: Final = 2.0
"""A camera that another program has, or that was unplugged, is tried again after so long."""


class Filming:
    """One camera being filmed. `look` is called by the main thread now and then and tells of changes."""

    def __init__(
        self, make: Callable[[], PictureSource], ring: FrameRing, told: Callable[[Fault | None], None]
    ) -> None:
        self._make, self._ring, self._told = make, ring, told
        self.room = (640, 360)
        self.mirrored = True
        self._fault: Fault | None = None
        self._watching: Watching | None = None
        self._said: Fault | bool | None = False
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def end(self) -> bool:
        """Let the camera go; False when the driver does not give it back in time."""
        self._ends.set()
        self._thread.join(1.0)
        return not self._thread.is_alive()

    def look(self) -> None:
        """Tell how the camera is, when that has changed; one that never gave a picture is told of only as faulty."""
        watching = self._watching
        fault = self._fault
        if fault is None and watching is None:
            return
        if fault is None and watching is not None:
            fault = watching.fault
        if fault is not self._said:
            self._said = fault
            self._told(fault)

    def _run(self) -> None:
        while not self._ends.is_set():
            source = self._make()
            try:
                source.open()
                self._film(source)
            except Faulty as faulty:
                self._fault, self._watching = faulty.fault, None
            finally:
                source.close()
            self._ends.wait(AGAIN_S)

    def _film(self, source: PictureSource) -> None:
        watching = None
        while not self._ends.is_set():
            picture = source.next()
            if watching is None:
                watching = self._watching = Watching()
            watching.see(picture)
            self._fault = None
            self._write(picture)

    def _write(self, picture: Pixels) -> None:
        """Make the picture as large as its room, which is no bigger than a slot, and hand it over."""
        height, width = picture.shape[:2]
        room = (min(self.room[0], WIDTH_MOST), min(self.room[1], HEIGHT_MOST))
        factor = min(room[0] / width, room[1] / height)
        if abs(room[0] * height / (room[1] * width) - 1) < ALMOST:
            size = room
        else:
            size = (max(1, min(room[0], round(width * factor))), max(1, min(room[1], round(height * factor))))
        if size != (width, height):
            how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
            picture = cv2.resize(picture, size, interpolation=how).astype(np.uint8, copy=False)
        if self.mirrored:
            picture = cv2.flip(picture, 1).astype(np.uint8, copy=False)
        with self._ring.write(*size) as pixels:
            slot = np.frombuffer(pixels, np.uint8).reshape(size[1], size[0], 4)
            cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA, dst=slot)
