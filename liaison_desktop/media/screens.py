"""The screen of this computer as it is shared in a meeting: a few pictures a second, sharp."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from liaison_desktop.media.sources import DRAWN, DrawnSource, Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import PictureSource, Pixels

SCREENS_A_SECOND: Final = 4
AGAIN_S: Final = 2.0


class ScreenHidden(Exception):
    """The system shows no program what stands on its screen."""


class ScreenSource:
    """The first screen. Some systems show no program what others draw."""

    def __init__(self) -> None:
        self._looking: mss.MSS | None = None
        self._pace = Pace(SCREENS_A_SECOND)

    def open(self) -> None:
        try:
            self._looking = mss.MSS()
        except ScreenShotError as error:
            raise ScreenHidden from error

    def next(self) -> Pixels:
        self._pace.wait()
        if self._looking is None:
            raise ScreenHidden
        try:
            seen = self._looking.grab(self._looking.primary_monitor)
        except ScreenShotError as error:
            raise ScreenHidden from error
        dots = np.frombuffer(seen.bgra, np.uint8).reshape(seen.height, seen.width, 4)
        return cv2.cvtColor(dots, cv2.COLOR_BGRA2BGR).astype(np.uint8, copy=False)

    def close(self) -> None:
        if self._looking is not None:
            self._looking.close()
            self._looking = None


class Sharing:
    """Shares the screen until ``end``; its own thread looks at it. `told` hears in it whether that is possible."""

    def __init__(
        self,
        make: Callable[[], PictureSource],
        show: Callable[[Pixels], None],
        told: Callable[[bool], None],
    ) -> None:
        self._make, self._show, self._told = make, show, told
        self._said: bool | None = None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="screen", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Share it no more."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            source = self._make()
            try:
                source.open()
                while not self._ends.is_set():
                    self._show(source.next())
                    self._tell(is_possible=True)
            except ScreenHidden:
                self._tell(is_possible=False)
            finally:
                source.close()
            self._ends.wait(AGAIN_S)

    def _tell(self, *, is_possible: bool) -> None:
        if is_possible is not self._said:
            self._said = is_possible
            self._told(is_possible)


class NoScreen:
    """A system that shows no program its screen."""

    def open(self) -> None:
        raise ScreenHidden

    def next(self) -> Pixels:
        raise ScreenHidden

    def close(self) -> None:
        """Nothing is held."""


def screen(word: str) -> Callable[[], PictureSource]:
    """The screen, or what a word of LIAISON_SCREEN names in its place; none for a word that names none."""
    if not word:
        return ScreenSource
    drawn = DRAWN.fullmatch(word)
    if drawn is None:
        return NoScreen
    number, width, height = (None if part is None else int(part) for part in drawn.groups())
    return lambda: DrawnSource(width or 1920, height or 1080, number)
