"""Writes names into pictures, in a face that has the letters of Kyrgyz."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]

PLACES: Final = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/TTF"),
    Path("/usr/share/fonts/truetype/paratype"),
    Path("/usr/share/fonts/paratype-pt-sans"),
)
FACES: Final = ("DejaVuSans.ttf", "PTS55F.ttf", "PT_Sans-Web-Regular.ttf")
DARKENED: Final = 0.35
WHITE: Final = 235
LETTERS_MOST: Final = 80
KEPT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text as it lies on a picture: how white each dot is, from 0 to 1; of no size where there is none."""

    white: npt.NDArray[np.float32]

    def draw_below(self, regions: tuple[Pixels, ...]) -> None:
        """Write it over the lower edge of a picture in three planes."""
        bright = regions[0]
        height, width = min(self.white.shape[0], bright.shape[0]), min(self.white.shape[1], bright.shape[1])
        if height and width:
            self._draw(regions, bright.shape[0] - height, 0, height, width)

    def draw_in_the_middle(self, regions: tuple[Pixels, ...], wide: int, high: int) -> None:
        """Write it into the middle of a picture in three planes."""
        height, width = min(self.white.shape[0], high), min(self.white.shape[1], wide)
        if height and width:
            self._draw(regions, (high - height) // 4 * 2, (wide - width) // 4 * 2, height, width)

    def _draw(self, regions: tuple[Pixels, ...], top: int, left: int, height: int, width: int) -> None:
        white = self.white[:height, :width]
        below = regions[0][top : top + height, left : left + width]
        below[:] = (below * DARKENED * (1 - white) + WHITE * white).astype(np.uint8)
        for colour in regions[1:]:
            part = colour[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
            part[:] = (128 + (part.astype(np.int16) - 128) // 3).astype(np.uint8)


class Labels:
    """Draws each text once; without a face on this computer there are no names in the pictures."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, int, int], Label] = {}

    def of(self, text: str, size: int, wide: int) -> Label:
        """A text in letters of a size, shortened where the picture is not wide enough for it."""
        found = self._drawn.get((text, size, wide))
        if found is None:
            if len(self._drawn) >= KEPT_MOST:
                self._drawn.clear()
            found = self._drawn[text, size, wide] = _draw(text, size, wide)
        return found


def _draw(text: str, size: int, wide: int) -> Label:
    face = _face(size)
    text = text[:LETTERS_MOST].strip()
    if face is None or not text:
        return Label(np.zeros((0, 0), np.float32))
    whole = text
    while (length := face.getlength(text)) > wide - size and len(whole) > 1:
        whole = whole[:-1].rstrip()
        text = f"{whole}…"
    width, height = (round(length) + size + 1) // 2 * 2, (size * 3 // 2 + 1) // 2 * 2
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((size // 2, height // 2), text, fill=255, font=face, anchor="lm")
    return Label((np.asarray(image, np.float32) / 255).astype(np.float32))


@cache
def _face(size: int) -> ImageFont.FreeTypeFont | None:
    found = (place / name for name in FACES for place in PLACES if (place / name).is_file())
    path = next(found, None)
    return None if path is None else ImageFont.truetype(str(path), size)
