"""The one picture the window paints: the own camera's, or everybody's tiles on one canvas, each in its place."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from liaison_desktop.media.sources import RATE, Pace
from liaison_desktop.meetings.ring import HEIGHT_MOST, PIXEL_BYTES, WIDTH_MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liaison_desktop.media.sources import Pixels
    from liaison_desktop.meetings.messages import Tile
    from liaison_desktop.meetings.ring import FrameRing

GROUND: Final = (0x12, 0x14, 0x0B, 0xFF)
"""The colour around pictures, in blue, green, red: the one the window has there."""
ALMOST: Final = 0.015
"""A room whose shape differs so little is filled: a seam at its edge would be seen, the stretching is not."""
OWN: Final = ""
"""Whose picture is the own camera's."""


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as it comes over the line: brightness in full, colours at half the size below it (I420)."""

    pixels: Pixels

    @classmethod
    def of(cls, data: memoryview, width: int, height: int, turn: int | None = None) -> Planes:
        """Take bytes for such a picture; an odd last row or column, which colours cannot be halved for, is left off."""
        raw = np.frombuffer(data, np.uint8)
        if turn is not None:
            return cls._turned(raw, width, height, turn)
        if width % 2 == 0 and height % 2 == 0:
            return cls(raw.reshape(height * 3 // 2, width))
        half, even = ((width + 1) // 2, (height + 1) // 2), (width // 2 * 2, height // 2 * 2)
        bright = raw[: width * height].reshape(height, width)[: even[1], : even[0]]
        colours = raw[width * height :].reshape(2, half[1], half[0])[:, : even[1] // 2, : even[0] // 2]
        return cls(np.concatenate([bright.ravel(), colours.ravel()]).reshape(even[1] * 3 // 2, even[0]))

    @classmethod
    def _turned(cls, raw: Pixels, width: int, height: int, turn: int) -> Planes:
        """One that was filmed with the telephone upright."""
        half = (width + 1) // 2, (height + 1) // 2
        bright = cv2.rotate(raw[: width * height].reshape(height, width), turn)
        colours = raw[width * height :].reshape(2, half[1], half[0])
        both = [cv2.rotate(plane, turn).ravel() for plane in colours]
        turned = np.concatenate([bright.ravel(), *both])
        return cls.of(turned.astype(np.uint8, copy=False).data, bright.shape[1], bright.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0] * 2 // 3


class Canvas:
    """Has the ring to itself. Pictures come from any thread; one of its own lays them, while there are tiles."""

    def __init__(self, ring: FrameRing) -> None:
        self._ring = ring
        self._knowing = threading.Lock()
        """Over what is to be laid; held for moments."""
        self._writing = threading.Lock()
        """Over the ring and the canvas; held while pixels are moved."""
        self._size = (640, 360)
        self._mirrored = True
        self._tiles: tuple[Tile, ...] = ()
        self._pictures: dict[str, Planes | Pixels] = {}
        self._changed: set[str] = set()
        self._is_new = True
        self._whole: Pixels = np.zeros((1, 1, PIXEL_BYTES), np.uint8)
        self._stirred = threading.Event()
        self._ends = False
        self._thread: threading.Thread | None = None

    def lay(self, width: int, height: int, tiles: tuple[Tile, ...], *, mirrored: bool) -> None:
        """Have a canvas of this size with these tiles; without tiles, the own picture as large as that."""
        size = (min(width, WIDTH_MOST), min(height, HEIGHT_MOST))
        with self._knowing:
            if (size, tiles, mirrored) == (self._size, self._tiles, self._mirrored):
                return
            self._size, self._tiles, self._mirrored, self._is_new = size, tiles, mirrored, True
        if tiles and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="canvas", daemon=True)
            self._thread.start()
        self._stirred.set()

    def show(self, identity: str, picture: Planes | Pixels) -> None:
        """This is somebody's newest picture."""
        with self._knowing:
            laid = bool(self._tiles)
            self._pictures[identity] = picture
            self._changed.add(identity)
            size, mirrored = self._size, self._mirrored
        if laid:
            self._stirred.set()
        elif identity == OWN and not isinstance(picture, Planes):
            self._write_own(picture, size, mirrored=mirrored)

    def hide(self, identity: str) -> None:
        """Somebody has no picture any more; their tile is plain ground."""
        with self._knowing:
            if self._pictures.pop(identity, None) is None:
                return
            self._changed.add(identity)
        self._stirred.set()

    def hide_others(self) -> None:
        """Nobody but we has a picture any more."""
        for identity in tuple(self._pictures):
            if identity != OWN:
                self.hide(identity)

    def end(self) -> None:
        """Lay nothing any more."""
        self._ends = True
        self._stirred.set()
        if self._thread is not None:
            self._thread.join()

    def _write_own(self, picture: Pixels, room: tuple[int, int], *, mirrored: bool) -> None:
        """Make the picture as large as its room, which is no bigger than a slot, and hand it over."""
        width, height = fitting(picture.shape[1], picture.shape[0], room)
        shown = _own(picture, (width, height), mirrored=mirrored)
        with self._writing, self._ring.write(width, height) as pixels:
            slot = np.frombuffer(pixels, np.uint8).reshape(height, width, PIXEL_BYTES)
            cv2.cvtColor(shown, cv2.COLOR_BGR2BGRA, dst=slot)

    def _run(self) -> None:
        pace = Pace(RATE)
        while True:
            self._stirred.wait()
            self._stirred.clear()
            if self._ends:
                return
            self.compose()
            pace.wait()

    def compose(self) -> None:
        """Lay what has changed since and hand the whole over; what is as it was costs nothing."""
        with self._knowing:
            size, tiles, mirrored, is_new = self._size, self._tiles, self._mirrored, self._is_new
            changed, pictures = self._changed, dict(self._pictures)
            self._changed, self._is_new = set(), False
        if not tiles or not (is_new or any(tile.identity in changed for tile in tiles)):
            return
        with self._writing:
            if is_new:
                self._whole = np.full((size[1], size[0], PIXEL_BYTES), GROUND, np.uint8)
            self._lay_changed(tiles, None if is_new else changed, pictures, mirrored=mirrored)
            with self._ring.write(*size) as pixels:
                np.copyto(np.frombuffer(pixels, np.uint8).reshape(self._whole.shape), self._whole)

    def _lay_changed(
        self,
        tiles: tuple[Tile, ...],
        changed: set[str] | None,
        pictures: Mapping[str, Planes | Pixels],
        *,
        mirrored: bool,
    ) -> None:
        """Lay the tiles that changed, None for all, and those that lie upon one laid."""
        laid: list[Tile] = []
        for tile in tiles:
            if changed is None or tile.identity in changed or any(_touch(tile, below) for below in laid):
                _lay(self._whole, tile, pictures.get(tile.identity), mirrored=mirrored)
                laid.append(tile)


def fitting(width: int, height: int, room: tuple[int, int]) -> tuple[int, int]:
    """How large a picture is in a room: as large as it can be, in its own shape, or the room's if that is almost it."""
    if abs(room[0] * height / (room[1] * width) - 1) < ALMOST:
        return room
    factor = min(room[0] / width, room[1] / height)
    return max(1, min(room[0], round(width * factor))), max(1, min(room[1], round(height * factor)))


def _lay(whole: Pixels, tile: Tile, picture: Planes | Pixels | None, *, mirrored: bool) -> None:
    region = whole[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
    high, wide = region.shape[:2]
    if not high or not wide:
        return
    if picture is None:
        region[:] = GROUND
        return
    width, height = picture.size if isinstance(picture, Planes) else picture.shape[1::-1]
    size = fitting(width, height, (wide, high))
    if size != (wide, high):
        region[:] = GROUND
    left, top = (wide - size[0]) // 2, (high - size[1]) // 2
    place = region[top : top + size[1], left : left + size[0]]
    if not isinstance(picture, Planes):
        cv2.cvtColor(_own(picture, size, mirrored=mirrored), cv2.COLOR_BGR2BGRA, dst=place)
    elif size == (width, height):
        cv2.cvtColor(picture.pixels, cv2.COLOR_YUV2BGRA_I420, dst=place)
    else:
        full = cv2.cvtColor(picture.pixels, cv2.COLOR_YUV2BGRA_I420).astype(np.uint8, copy=False)
        np.copyto(place, resized(full, size))


def _own(picture: Pixels, size: tuple[int, int], *, mirrored: bool) -> Pixels:
    picture = resized(picture, size)
    if mirrored:
        picture = cv2.flip(picture, 1).astype(np.uint8, copy=False)
    return picture


def resized(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """Make a picture larger or smaller: by the mean of whole numbers of dots first, which costs a tenth of others."""
    height, width = picture.shape[:2]
    times = min(width // size[0], height // size[1])
    if times > 1:
        whole = picture[: height // times * times, : width // times * times]
        picture = _resize(whole, (width // times, height // times), cv2.INTER_AREA)
    return picture if picture.shape[1::-1] == size else _resize(picture, size, cv2.INTER_LINEAR)


def _resize(picture: Pixels, size: tuple[int, int], way: int) -> Pixels:
    return cv2.resize(picture, size, interpolation=way).astype(np.uint8, copy=False)


def _touch(tile: Tile, other: Tile) -> bool:
    return (
        tile.x < other.x + other.width
        and other.x < tile.x + tile.width
        and tile.y < other.y + other.height
        and other.y < tile.y + tile.height
    )
