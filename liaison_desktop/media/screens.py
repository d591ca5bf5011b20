"""The screen of this computer as it is shared in a meeting: a few pictures a second, sharp."""

from __future__ import annotations

import base64
import threading
from functools import partial
from typing import TYPE_CHECKING, Final

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from liaison_desktop.media.sources import DRAWN, DrawnSource, Pace
from liaison_desktop.meetings.messages import SCREENS_MOST, THUMBNAIL_MOST, Display

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import PictureSource, Pixels

SCREENS_A_SECOND: Final = 4
AGAIN_S: Final = 2.0
THUMBNAIL: Final = (288, 162)
"""A small picture of a screen is no larger."""
QUALITY: Final = 70


class ScreenHidden(Exception):
    """The system shows no program what stands on its screen."""


class ScreenSource:
    """A screen by its number from 1, the first without one. Some systems show no program what others draw."""

    def __init__(self, code: str = "") -> None:
        self._code = code
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
            seen = self._looking.grab(self._place(self._looking))
        except ScreenShotError as error:
            raise ScreenHidden from error
        dots = np.frombuffer(seen.bgra, np.uint8).reshape(seen.height, seen.width, 4)
        return cv2.cvtColor(dots, cv2.COLOR_BGRA2BGR).astype(np.uint8, copy=False)

    def _place(self, looking: mss.MSS) -> dict[str, int]:
        """Where it lies; a screen that was taken away is not replaced by another, on which something else stands."""
        if not self._code:
            return looking.primary_monitor
        of_its_own = looking.monitors[1:]  # the first are all together
        if not self._code.isdecimal() or not 1 <= int(self._code) <= len(of_its_own):
            raise ScreenHidden
        return of_its_own[int(self._code) - 1]

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


def screen(word: str, code: str = "") -> Callable[[], PictureSource]:
    """The screen, or what a word of LIAISON_SCREEN names in its place; none for a word that names none."""
    if not word:
        return partial(ScreenSource, code) if code else ScreenSource
    drawn = DRAWN.fullmatch(word)
    if drawn is None:
        return NoScreen
    number, width, height = (None if part is None else int(part) for part in drawn.groups())
    return lambda: DrawnSource(width or 1920, height or 1080, number)


def displays(word: str) -> tuple[Display, ...]:
    """The screens there are, each as it looks now; none where the system shows them to no program."""
    if word:
        return _pictured("1", screen(word)())
    try:
        with mss.MSS() as looking:
            count = len(looking.monitors) - 1
    except ScreenShotError:
        return ()
    codes = [str(number) for number in range(1, min(count, SCREENS_MOST) + 1)]
    return tuple(one for code in codes for one in _pictured(code, ScreenSource(code)))


def _pictured(code: str, source: PictureSource) -> tuple[Display, ...]:
    """One screen with its small picture, or nothing when it cannot be seen."""
    try:
        source.open()
        whole = source.next()
    except ScreenHidden:
        return ()
    finally:
        source.close()
    height, width = whole.shape[:2]
    factor = min(1.0, THUMBNAIL[0] / width, THUMBNAIL[1] / height)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    is_made, written = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    picture = base64.b64encode(written.tobytes()).decode() if is_made else ""
    return (Display(code, width, height, picture if len(picture) <= THUMBNAIL_MOST else ""),)
