"""Where pictures lie on the canvas: all of equal size, or one large and the others in a row below it. Pure arithmetic.

The order is that of the seats, so that nobody jumps while others come and go; the own picture is the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

WIDE, HIGH = 16, 9
ROW_PART: Final = 0.17
"""How much of the canvas' height the row of small pictures takes."""
SMALL_LEAST: Final = 112
"""No small picture is narrower, in pixels; who finds no room beside the others is heard and stands in the list."""
STRIP: Final = 28
"""How high the name below a picture of the grid is, in pixels."""
CANVAS_WIDE_MOST: Final = 1920
CANVAS_HIGH_MOST: Final = 1080


class Layout(Enum):
    """How the pictures share the canvas."""

    SPEAKER = "speaker"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the canvas."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Whose picture lies where; `name` is the strip below it, or None where the name lies over the picture."""

    who: str
    picture: Box
    name: Box | None
    is_large: bool = False


def canvas_size(width: int, height: int) -> tuple[int, int]:
    """The canvas for a widget of so many pixels of the screen: never larger than the ring holds, the same shape."""
    factor = min(1.0, CANVAS_WIDE_MOST / max(1, width), CANVAS_HIGH_MOST / max(1, height))
    return max(1, int(width * factor)), max(1, int(height * factor))


def in_order(seats: Sequence[str], own: str) -> tuple[str, ...]:
    """Who is shown, in the order of the seats, the own picture last."""
    others = tuple(who for who in seats if who != own)
    return (*others, own) if own in seats else others


def lay(
    people: Sequence[str],
    layout: Layout,
    large: str,
    width: int,
    height: int,
    *,
    gap: int = 8,
    strip: int = STRIP,
    small: int = SMALL_LEAST,
) -> tuple[Cell, ...]:
    """Lay the pictures of these people; `large` is who is shown large, the first when it is none of them."""
    if not people:
        return ()
    if layout is Layout.GRID or len(people) == 1:
        return _grid(people, width, height, gap, strip if layout is Layout.GRID else 0)
    return _speaker(people, large if large in people else people[0], width, height, gap, small)


def _grid(people: Sequence[str], width: int, height: int, gap: int, strip: int) -> tuple[Cell, ...]:
    """As many columns as make the pictures largest; the last row stands in the middle."""
    best = max(
        range(1, len(people) + 1), key=lambda columns: _picture_width(len(people), columns, width, height, gap, strip)
    )
    wide = _picture_width(len(people), best, width, height, gap, strip)
    high = wide * HIGH // WIDE
    rows = -(-len(people) // best)
    top = max(0, (height - rows * (high + strip) - (rows - 1) * gap) // 2)
    cells = []
    for place, who in enumerate(people):
        row, column = divmod(place, best)
        in_row = min(best, len(people) - row * best)
        left = max(0, (width - in_row * wide - (in_row - 1) * gap) // 2)
        x, y = left + column * (wide + gap), top + row * (high + strip + gap)
        name = Box(x, y + high, wide, strip) if strip else None
        cells.append(Cell(who, Box(x, y, wide, high), name, is_large=len(people) == 1))
    return tuple(cells)


def _picture_width(count: int, columns: int, width: int, height: int, gap: int, strip: int) -> int:
    rows = -(-count // columns)
    wide = (width - gap * (columns - 1)) // columns
    high = (height - gap * (rows - 1)) // rows - strip
    return max(16, min(wide, high * WIDE // HIGH))


def _speaker(people: Sequence[str], large: str, width: int, height: int, gap: int, least: int) -> tuple[Cell, ...]:
    others = [who for who in people if who != large]
    row = max(least * HIGH // WIDE, int(height * ROW_PART))
    fit = max(1, (width + gap) // (least + gap))
    if len(others) > fit:
        others = [*others[: fit - 1], others[-1]]  # the last is the own one, which is always seen
    small = min(row * WIDE // HIGH, (width - gap * (len(others) - 1)) // len(others))
    row = small * HIGH // WIDE
    above = height - row - gap
    wide = max(16, min(width, above * WIDE // HIGH))
    high = wide * HIGH // WIDE
    top = max(0, (above - high) // 2)
    below = min(height - row, top + high + gap)
    cells = [Cell(large, Box((width - wide) // 2, top, wide, high), None, is_large=True)]
    left = max(0, (width - len(others) * small - (len(others) - 1) * gap) // 2)
    for place, who in enumerate(others):
        cells.append(Cell(who, Box(left + place * (small + gap), below, small, row), None))
    return tuple(cells)
