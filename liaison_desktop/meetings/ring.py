"""Pictures from one process to another without a copy: a ring of slots in shared memory.

One writes, one reads, neither waits; a process that takes the place of another has a ring of its own. The writer fills
a slot that is neither the newest nor held, and only then names it the newest. The reader holds the newest while it
paints. Each slot has a count that is odd while it is written: the writer makes it odd and then looks again whether the
reader took the slot meanwhile; the reader names what it holds and then looks again whether that is still the newest and
its count even. One of the two always sees the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from liaison_desktop.meetings.memory import SharedMemory

SLOTS: Final = 4
"""The newest, the one held, the one written, and one so that the oldest is never the one that was newest just now."""
WIDTH_MOST: Final = 1920
HEIGHT_MOST: Final = 1080
PIXEL_BYTES: Final = 4
"""Blue, green, red and one that means nothing: Qt's RGB32 on all processors we know."""

_WORD = 4
_HEAD_WORDS = 16
_SLOT_BYTES = WIDTH_MOST * HEIGHT_MOST * PIXEL_BYTES
_PIXELS_AT = 4096
RING_BYTES: Final = _PIXELS_AT + SLOTS * _SLOT_BYTES

_NEWEST, _HELD = 0, 1
"""Words of the head: a slot's place plus one, 0 for none."""
_COUNT, _WIDTH, _HEIGHT, _NUMBER = 0, 1, 2, 3
"""Words of a slot."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture while it is held: rows of `width` pixels without gaps."""

    number: int
    width: int
    height: int
    pixels: memoryview


class FrameRing:
    """The ring as either side sees it; `write` is the media process's, `held` the window's."""

    def __init__(self, memory: SharedMemory) -> None:
        self._bytes = memoryview(memory.pages)
        self._words = self._bytes[:_PIXELS_AT].cast("I")
        self._last = 0

    @property
    def newest(self) -> int:
        """The number of the newest picture, 0 before the first."""
        place = self._words[_NEWEST]
        return self._words[_slot(place - 1) + _NUMBER] if place else 0

    def close(self) -> None:
        """Let go of the memory."""
        self._words.release()
        self._bytes.release()

    # the writer

    @contextmanager
    def write(self, width: int, height: int) -> Iterator[memoryview]:
        """Give the pixels of a free slot; when the block ends well they are the newest picture."""
        place = self._taken()
        words, slot = self._words, _slot(place)
        words[slot + _WIDTH], words[slot + _HEIGHT] = width, height
        yield self._pixels(place, width, height)
        self._last = self._last % 0xFFFF_FFF0 + 1
        words[slot + _NUMBER] = self._last
        words[slot + _COUNT] = (words[slot + _COUNT] + 1) & 0xFFFF_FFFF
        words[_NEWEST] = place + 1

    def _taken(self) -> int:
        """Take the oldest slot that nobody needs; its count is odd from here on."""
        words = self._words
        while True:
            busy = {words[_NEWEST], words[_HELD]}
            free = [place for place in range(SLOTS) if place + 1 not in busy]
            place = min(free, key=lambda one: words[_slot(one) + _NUMBER])
            at = _slot(place) + _COUNT
            before = words[at]
            if before % 2:  # left by a block that ended badly
                before = (before - 1) & 0xFFFF_FFFF
            words[at] = before + 1
            if words[_HELD] != place + 1:
                return place
            words[at] = before

    # the reader

    @contextmanager
    def held(self) -> Iterator[Picture | None]:
        """Hold the newest whole picture; None before the first. Nothing made of its pixels may outlive the block."""
        words = self._words
        picture = None
        try:
            while words[_NEWEST]:
                place = words[_NEWEST] - 1
                words[_HELD] = place + 1
                slot = _slot(place)
                count = words[slot + _COUNT]
                if count % 2 or words[_NEWEST] != place + 1:
                    continue
                width, height = words[slot + _WIDTH], words[slot + _HEIGHT]
                if not (0 < width <= WIDTH_MOST and 0 < height <= HEIGHT_MOST):
                    break
                picture = Picture(words[slot + _NUMBER], width, height, self._pixels(place, width, height))
                break
            yield picture
        finally:
            words[_HELD] = 0
            if picture is not None:
                picture.pixels.release()

    def _pixels(self, place: int, width: int, height: int) -> memoryview:
        begin = _PIXELS_AT + place * _SLOT_BYTES
        return self._bytes[begin : begin + width * height * PIXEL_BYTES]


def _slot(place: int) -> int:
    return _HEAD_WORDS * (place + 1)
