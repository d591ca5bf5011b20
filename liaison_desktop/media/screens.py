"""The screen of this computer as it is shared in a meeting: a few pictures a second, sharp."""

from __future__ import annotations

import base64
import hashlib
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

    from mss.models import Monitor, Monitors

    from liaison_desktop.media.sources import PictureSource, Pixels

SCREENS_A_SECOND: Final = 4
AGAIN_S: Final = 2.0
THUMBNAIL: Final = (288, 162)
"""A small picture of a screen is no larger."""
QUALITY: Final = 70
MARK_DIGITS: Final = 16


class ScreenHidden(Exception):
    """The system shows no program what stands on its screen."""


class ScreenSource:
    """A screen by its code, the first without one. Some systems show no program what others draw.

    A code says besides a screen's number how all screens lay when it was chosen: a number alone is another screen's
    as soon as one is taken away or another comes.
    """

    def __init__(self, code: str = "") -> None:
        self._code = code
        self._lay = ""
        self._looking: mss.MSS | None = None
        self._place: Monitor | None = None
        self._pace = Pace(SCREENS_A_SECOND)

    def open(self) -> None:
        try:
            self._looking = mss.MSS()
            lie, first = self._looking.monitors, self._looking.primary_monitor
        except ScreenShotError as error:
            raise ScreenHidden from error
        self._lay = _marked(lie)
        self._place = _chosen(lie, self._code) if self._code else first

    def next(self) -> Pixels:
        self._pace.wait()
        if self._looking is None or self._place is None:
            raise ScreenHidden
        try:
            seen = self._looking.grab(self._place)
            with mss.MSS() as anew:  # one that is open keeps the list that it read first
                lie = anew.monitors
        except ScreenShotError as error:
            raise ScreenHidden from error
        if self._lay != _marked(lie):
            raise ScreenHidden  # after the look, so that nothing is shown that was not the chosen screen
        dots = np.frombuffer(seen.bgra, np.uint8).reshape(seen.height, seen.width, 4)
        return cv2.cvtColor(dots, cv2.COLOR_BGRA2BGR).astype(np.uint8, copy=False)

    def close(self) -> None:
        if self._looking is not None:
            self._looking.close()
            self._looking = None


def _chosen(lie: Monitors, code: str) -> Monitor:
    """Where a screen lies; one that was taken away is not replaced by another, on which something else stands."""
    number, _, lay = code.partition("-")
    of_its_own = lie[1:]  # the first are all together
    if lay != _marked(lie) or not number.isdecimal() or not 1 <= int(number) <= len(of_its_own):
        raise ScreenHidden
    return of_its_own[int(number) - 1]


def _marked(lie: Monitors) -> str:
    """A mark of how all screens lie, the same as long as none comes, goes, moves or has another size."""
    places = ";".join(f"{one['left']},{one['top']},{one['width']},{one['height']}" for one in lie)
    return hashlib.sha256(places.encode()).hexdigest()[:MARK_DIGITS]


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
            lie = looking.monitors
    except ScreenShotError:
        return ()
    codes = [f"{number}-{_marked(lie)}" for number in range(1, min(len(lie) - 1, SCREENS_MOST) + 1)]
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
