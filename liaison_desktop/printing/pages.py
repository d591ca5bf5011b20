"""Puts pictures of pages into a PDF of our own, so that what is printed of a paper from outside is pictures alone."""

from typing import Final

from fpdf import FPDF
from PIL import Image

PIXELS_PER_POINT: Final = 2.0
"""144 pixels an inch: small letters stay legible, and a page has some hundred kilobytes."""


class PicturePages:
    """One page after another; not for two threads at once."""

    def __init__(self) -> None:
        self._paper = FPDF(unit="pt")
        self._paper.set_image_filter("DCTDecode")
        self._paper.set_margin(0)
        self._paper.set_auto_page_break(False)

    def add(self, width: int, height: int, pixels: bytes) -> None:
        """Add a page; a pixel is blue, green, red and one byte that says nothing."""
        wide, high = width / PIXELS_PER_POINT, height / PIXELS_PER_POINT
        self._paper.add_page(format=(wide, high))
        picture = Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX")
        self._paper.image(picture, x=0, y=0, w=wide, h=high)

    def whole(self) -> bytes:
        """The PDF."""
        return bytes(self._paper.output())
