"""Lays the pictures of the stage into one: whoever speaks large, the others small, each with the office's name.

Pictures stay as they come over the line and as they go out: brightness in full, colours at half the size (I420).
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from server_sync.meetings.broadcast.labels import Labels

Pixels = npt.NDArray[np.uint8]

WIDTH: Final = 640
HEIGHT: Final = 360
GROUND: Final = (24, 128, 128)
"""Plain ground in brightness and the two colours: a dark grey."""
NO_PICTURE: Final = (44, 128, 128)
"""Of a tile whose office sends no picture."""
LARGE: Final = 75
"""How wide a large picture is beside small ones, in hundredths of the whole."""
TILES_MOST: Final = 8
"""Seen at once: one large, four beside it, three below; of the others those are seen who spoke last."""
EQUAL_MOST: Final = 4
"""So many have places of equal size while nobody is shown large."""
LARGE_LETTERS: Final = 15
SMALL_LETTERS: Final = 11


@dataclass(frozen=True, slots=True)
class Tile:
    """Whose picture is laid where; all numbers are even."""

    who: str
    x: int
    y: int
    width: int
    height: int


def lay_out(people: Sequence[str], *, has_large: bool) -> tuple[Tile, ...]:
    """Give everybody a place, the first the large one; whoever comes after `TILES_MOST` has none.

    Without somebody to be shown large, up to four have places of equal size.
    """
    if not people:
        return ()
    if len(people) == 1:
        return (Tile(people[0], 0, 0, WIDTH, HEIGHT),)
    half = WIDTH // 2, HEIGHT // 2
    if not has_large and len(people) <= EQUAL_MOST:
        down = half[1] // 2 if len(people) == 2 else 0
        places = [(n % 2 * half[0], down + n // 2 * half[1]) for n in range(len(people))]
        return tuple(Tile(who, x, y, *half) for who, (x, y) in zip(people, places, strict=True))
    large = WIDTH * LARGE // 100, HEIGHT * LARGE // 100
    small = WIDTH - large[0], HEIGHT - large[1]
    beside = [(large[0], n * small[1]) for n in range(HEIGHT // small[1])]
    below = [(n * small[0], large[1]) for n in range(large[0] // small[0])]
    first = Tile(people[0], 0, 0, *large)
    others = zip(people[1:TILES_MOST], beside + below, strict=False)
    return (first, *(Tile(who, x, y, *small) for who, (x, y) in others))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it comes over the line: three planes."""

    bright: Pixels
    colours: tuple[Pixels, Pixels]

    @classmethod
    def of(cls, data: memoryview | bytes, width: int, height: int) -> "Picture":
        """Take the bytes of one."""
        raw = np.frombuffer(data, np.uint8)
        half = (height + 1) // 2, (width + 1) // 2
        one = half[0] * half[1]
        colours = raw[width * height :]
        return cls(
            raw[: width * height].reshape(height, width),
            (colours[:one].reshape(half), colours[one : 2 * one].reshape(half)),
        )

    def turned(self, turn: int) -> "Picture":
        """One that was filmed with the telephone upright, `turn` as OpenCV says it."""
        first, second = (_rotated(plane, turn) for plane in self.colours)
        return Picture(_rotated(self.bright, turn), (first, second))


class Mosaic:
    """Pictures come from the room's thread; `compose` is called by the one that makes the broadcast."""

    def __init__(self, labels: Labels, title: str) -> None:
        self._labels, self._title = labels, title
        self._knowing = threading.Lock()
        self._tiles: tuple[Tile, ...] = ()
        self._pictures: dict[str, Picture] = {}
        self._names: Mapping[str, str] = {}
        self._changed: set[str] = set()
        self._is_new = True
        self._whole = np.zeros((HEIGHT * 3 // 2, WIDTH), np.uint8)

    def lay(self, tiles: tuple[Tile, ...], names: Mapping[str, str]) -> None:
        """Have these tiles from now on, with these names."""
        with self._knowing:
            if tiles != self._tiles or names != self._names:
                self._tiles, self._names, self._is_new = tiles, names, True

    def show(self, who: str, picture: Picture) -> None:
        """This is somebody's newest picture."""
        with self._knowing:
            self._pictures[who] = picture
            self._changed.add(who)

    def hide(self, who: str) -> None:
        """Somebody has no picture any more; their tile is plain ground with their name."""
        with self._knowing:
            if self._pictures.pop(who, None) is not None:
                self._changed.add(who)

    def compose(self) -> Pixels:
        """Lay what has changed since; the picture stays ours and is written again at the next call."""
        with self._knowing:
            tiles, pictures, names = self._tiles, dict(self._pictures), self._names
            changed, is_new = self._changed, self._is_new
            self._changed, self._is_new = set(), False
        planes = _planes(self._whole)
        if is_new:
            for plane, colour in zip(planes, GROUND, strict=True):
                plane[:] = colour
            if not tiles:
                self._labels.of(self._title, LARGE_LETTERS, WIDTH).draw_in_the_middle(planes, WIDTH, HEIGHT)
        for tile in tiles:
            if is_new or tile.who in changed:
                self._lay_one(planes, tile, pictures.get(tile.who), names.get(tile.who, ""))
        return self._whole

    def _lay_one(self, planes: tuple[Pixels, Pixels, Pixels], tile: Tile, picture: Picture | None, name: str) -> None:
        regions = tuple(
            plane[tile.y // by : (tile.y + tile.height) // by, tile.x // by : (tile.x + tile.width) // by]
            for plane, by in zip(planes, (1, 2, 2), strict=True)
        )
        if picture is not None:
            _fill(regions, picture)
        else:
            for region, colour in zip(regions, NO_PICTURE, strict=True):
                region[:] = colour
        size = LARGE_LETTERS if tile.width > WIDTH // 2 else SMALL_LETTERS
        self._labels.of(name, size, tile.width).draw_below(regions)


def _planes(whole: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """The three planes of a picture, lying in it."""
    colours = whole[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return whole[:HEIGHT], colours[0], colours[1]


def _fill(regions: tuple[Pixels, ...], picture: Picture) -> None:
    """Make a picture as large as its place allows in its own shape; what is left stays plain."""
    high, wide = regions[0].shape
    height, width = picture.bright.shape
    factor = min(wide / width, high / height)
    size = _even(width * factor, wide), _even(height * factor, high)
    left, top = (wide - size[0]) // 4 * 2, (high - size[1]) // 4 * 2
    for region, plane, by, colour in zip(regions, (picture.bright, *picture.colours), (1, 2, 2), GROUND, strict=True):
        if size != (wide, high):
            region[:] = colour
        room = region[top // by : (top + size[1]) // by, left // by : (left + size[0]) // by]
        shrinks = plane.shape[1] > room.shape[1]
        way = cv2.INTER_AREA if shrinks and by == 1 else cv2.INTER_LINEAR
        room[:] = cv2.resize(plane, (room.shape[1], room.shape[0]), interpolation=way)


def _even(length: float, most: int) -> int:
    return max(2, min(most, round(length / 2) * 2))


def _rotated(plane: Pixels, turn: int) -> Pixels:
    return cv2.rotate(plane, turn).astype(np.uint8, copy=False)
