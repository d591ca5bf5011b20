"""The thread that has the camera: opens it, hands its pictures on, says what is wrong, tries again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from liaison_desktop.media.sources import Faulty
from liaison_desktop.media.watching import Watching
from liaison_desktop.meetings.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import PictureSource, Pixels

AGAIN_S: Final = 2.0
"""A camera that another program has, or that was unplugged, is tried again after so long."""


class Filming:
    """One camera being filmed. `look` is called by the main thread now and then and tells of changes."""

    def __init__(
        self,
        make: Callable[[], PictureSource],
        show: Callable[[Pixels], None],
        told: Callable[[Fault | None], None],
    ) -> None:
        self._make, self._show, self._told = make, show, told
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
            self._show(picture)
