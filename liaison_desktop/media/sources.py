"""Where pictures come from: a camera, a film in a file, a drawn picture, and stand-ins for cameras with troubles."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final, Protocol

import cv2
import numpy as np

from liaison_desktop.meetings.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

RATE: Final = 20
"""Pictures a second that are shown."""
WIDTH: Final = 1280
HEIGHT: Final = 720
"""What is asked of a camera: a meeting sends it in three sizes, of which each office takes what its line bears."""


class Faulty(Exception):
    """A device that is of no use now, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class PictureSource(Protocol):
    """Gives pictures in blue, green and red, at its own pace, about twenty a second. One thread has it."""

    def open(self) -> None:
        """Begin. Raises Faulty."""

    def next(self) -> Pixels:
        """Wait for the next picture and give it. Raises Faulty when there will be none."""

    def close(self) -> None:
        """Give the device back."""


class Pace:
    """Waits until the next picture is due; after a long halt it goes on from now."""

    def __init__(self, rate: float) -> None:
        self._every_s = 1 / rate
        self._due = time.monotonic()

    def wait(self) -> None:
        """Sleep till then."""
        now = time.monotonic()
        if self._due > now:
            time.sleep(self._due - now)
        self._due = max(self._due, now - self._every_s) + self._every_s


class FilmSource:
    """A film from a file, again and again."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._film: cv2.VideoCapture | None = None
        self._pace = Pace(RATE)
        self._skipped = 0.0
        self._per_picture = 1.0

    def open(self) -> None:
        film = cv2.VideoCapture(self._path)
        if not film.isOpened():
            film.release()
            raise Faulty(Fault.CAMERA_NONE)
        self._per_picture = max(1.0, (film.get(cv2.CAP_PROP_FPS) or RATE) / RATE)
        self._film = film

    def next(self) -> Pixels:
        self._pace.wait()
        film = self._film
        if film is None:
            raise Faulty(Fault.CAMERA_GONE)
        self._skipped += self._per_picture - 1
        while self._skipped >= 1:
            film.grab()
            self._skipped -= 1
        there, picture = film.read()
        if not there:
            film.set(cv2.CAP_PROP_POS_FRAMES, 0)
            there, picture = film.read()
        if not there:
            raise Faulty(Fault.CAMERA_GONE)
        return _bytes(picture)

    def close(self) -> None:
        if self._film is not None:
            self._film.release()
            self._film = None


class DrawnSource:
    """A moving test picture with a clock: a room, a person, a hand of a watch that goes round each second.

    With a number the wall has the colour of that number, so that whose picture it is can be told from far.
    """

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, number: int | None = None) -> None:
        self._ground = _room(width, height)
        if number is not None:
            _number(self._ground, number)
        self._width, self._height = width, height
        self._pace = Pace(RATE)

    def open(self) -> None:
        self._pace = Pace(RATE)

    def next(self) -> Pixels:
        self._pace.wait()
        now = time.time()
        picture = self._ground.copy()
        sway = round(self._width * 0.02 * np.sin(now * 1.7))
        middle = (self._width // 2 + sway, round(self._height * 0.42))
        shoulders = (middle[0], round(self._height * 1.02))
        cv2.ellipse(picture, shoulders, (self._width // 5, round(self._height * 0.38)), 0, 180, 360, (64, 52, 46), -1)
        cv2.ellipse(picture, middle, (self._height // 8, self._height // 6), 0, 0, 360, (134, 170, 206), -1)
        cv2.ellipse(picture, middle, (self._height // 8, self._height // 6), 0, 180, 360, (52, 58, 66), -1)
        watch = (round(self._width * 0.85), round(self._height * 0.2))
        long = self._height // 10
        cv2.circle(picture, watch, long + 4, (250, 250, 250), -1)
        angle = now % 1 * 2 * np.pi
        end = (round(watch[0] + long * np.sin(angle)), round(watch[1] - long * np.cos(angle)))
        cv2.line(picture, watch, end, (40, 60, 20), 2, cv2.LINE_AA)
        words = time.strftime("%H:%M:%S", time.localtime(now))
        place = (round(self._width * 0.05), round(self._height * 0.94))
        size = self._height / 400
        cv2.putText(picture, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), 2, cv2.LINE_AA)
        return picture

    def close(self) -> None:
        """Nothing is held."""


class TroubledSource:
    """A stand-in for a camera with a trouble; what it gives until then is the drawn picture."""

    def __init__(self, trouble: str) -> None:
        self._trouble = trouble
        self._drawn = DrawnSource()
        self._pace = Pace(RATE)
        self._still: Pixels | None = None
        self._begun = 0.0

    def open(self) -> None:
        if self._trouble == "busy":
            raise Faulty(Fault.CAMERA_BUSY)
        if self._trouble == "unplugged" and self._begun:
            raise Faulty(Fault.CAMERA_GONE)
        self._begun = time.monotonic()

    def next(self) -> Pixels:
        if self._trouble == "unplugged" and time.monotonic() - self._begun > UNPLUGGED_AFTER_S:
            raise Faulty(Fault.CAMERA_GONE)
        if self._trouble == "frozen":
            self._pace.wait()
            if self._still is None:
                self._still = self._drawn.next()
            return self._still
        picture = self._drawn.next()
        if self._trouble == "black":
            return _bytes(np.random.default_rng().integers(0, 6, picture.shape, np.uint8))
        return picture

    def close(self) -> None:
        """Nothing is held."""


UNPLUGGED_AFTER_S: Final = 1.0


DRAWN: Final = re.compile(r"synthetic(?::([0-9]{1,3}))?(?::([1-9][0-9]{1,3})x([1-9][0-9]{1,3}))?")


def stand_in(kind: str) -> Callable[[], PictureSource] | None:
    """The source that a word of LIAISON_CAMERA names; None for a word that names none."""
    if kind.startswith("file:"):
        return lambda: FilmSource(kind.removeprefix("file:"))
    if drawn := DRAWN.fullmatch(kind):
        number, width, height = (None if part is None else int(part) for part in drawn.groups())
        return lambda: DrawnSource(width or WIDTH, height or HEIGHT, number)
    if kind in ("black", "frozen", "busy", "unplugged"):
        troubled = TroubledSource(kind)
        return lambda: troubled
    return None


def colour_of(number: int) -> tuple[int, int, int]:
    """The blue, green and red that a drawn picture of this number has on its wall: near numbers differ much."""
    hue = number * 67 % 180
    blue, green, red = cv2.cvtColor(np.array([[[hue, 150, 170]]], np.uint8), cv2.COLOR_HSV2BGR)[0, 0]
    return int(blue), int(green), int(red)


def _number(picture: Pixels, number: int) -> None:
    height, width = picture.shape[:2]
    cv2.rectangle(picture, (0, 0), (width // 3, height), colour_of(number), -1)
    size, thick = height / 180, max(2, height // 90)
    place = (width // 20, height // 2)
    cv2.putText(picture, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), thick, cv2.LINE_AA)


def _room(width: int, height: int) -> Pixels:
    """A wall lit from the left, a window, a table."""
    light = np.linspace(196, 150, width)[None, :] + np.linspace(8, -14, height)[:, None]
    picture = np.stack([light, light + 6, light + 2], axis=2).clip(0, 255).astype(np.uint8)
    left, top = round(width * 0.62), round(height * 0.12)
    cv2.rectangle(picture, (left, top), (round(width * 0.95), round(height * 0.62)), (236, 224, 206), -1)
    hills = np.array([[left, height * 0.5], [width * 0.72, height * 0.3], [width * 0.95, height * 0.52]], np.int32)
    cv2.fillPoly(picture, [hills], (170, 160, 140))
    cv2.rectangle(picture, (0, round(height * 0.86)), (width, height), (70, 100, 140), -1)
    return picture


def _bytes(picture: NDArray[np.generic]) -> Pixels:
    return picture.astype(np.uint8, copy=False)
