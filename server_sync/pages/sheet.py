"""Papers of the centre as PDF: the fonts of this computer, and pages on which Kyrgyz letters and numbers stand."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from server_sync.common.refusals import Refused

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table of every font

FOLDERS: Final = (
    Path("/usr/share/fonts/truetype/paratype"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/paratype-pt-sans"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/TTF"),
)
"""Debian's fonts-paratype and fonts-dejavu-core; where other distributions have the same."""
PLAIN: Final = ("PTS55F.ttf", "PT_Sans-Web-Regular.ttf", "DejaVuSans.ttf")
BOLD: Final = ("PTS75F.ttf", "PT_Sans-Web-Bold.ttf", "DejaVuSans-Bold.ttf")
STANDING_IN: Final = ("DejaVuSans.ttf",)
MISSING_LETTER: Final = "\N{WHITE SQUARE}"
LINE: Final = 1.3
BUSY_S: Final = 5
MUTED: Final = 90
BLACK: Final = 0

_drawing: Final = BoundedSemaphore()


@cache
def find_font(*names: str) -> Path | None:
    """The first of these font files that is on this computer."""
    return next((folder / name for name in names for folder in FOLDERS if (folder / name).is_file()), None)


@contextmanager
def one_at_a_time(turn: BoundedSemaphore = _drawing) -> Iterator[None]:
    """Draw no two papers at once: long ones take seconds of the processor. Raises Refused `paper_busy`.

    What anybody may have drawn again and again has a turn of its own, so that receipts and minutes do not wait for it.
    """
    if not turn.acquire(blocking=False):
        raise Refused("paper_busy", permanent=False, wait_s=BUSY_S)
    try:
        yield
    finally:
        turn.release()


class Sheet(FPDF):
    """Pages of one paper. Raises Refused `paper_fonts_missing` where no font has the letters."""

    def __init__(self, title: str, language: str, made_at: datetime, *, margin_mm: float, page: Any = "A4") -> None:
        super().__init__(format=page, unit="mm")
        plain, bold, standing_in = find_font(*PLAIN), find_font(*BOLD), find_font(*STANDING_IN)
        if plain is None or bold is None:
            raise Refused("paper_fonts_missing")
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Liaison")
        self.set_producer("Liaison")
        self.set_creation_date(made_at)
        self.set_margins(margin_mm, margin_mm, margin_mm)
        self.set_auto_page_break(True, margin=margin_mm)
        self.add_font("paper", "", plain)
        self.add_font("paper", "B", bold)
        if standing_in is not None:
            self.add_font("stands_in", "", standing_in)
            self.set_fallback_fonts(["stands_in"], exact_match=False)
        self._letters = {code for font in self.fonts.values() for code in getattr(font, "cmap", ())}

    def style(self, size_pt: float, *, bold: bool = False, grey: int = BLACK) -> None:
        """Write on in this size."""
        self.set_font("paper", "B" if bold else "", size_pt)
        self.set_text_color(grey)

    def say(self, text: str, size_pt: float, *, bold: bool = False, grey: int = BLACK, indent: float = 0) -> None:
        """Write a text from the left edge on."""
        self.style(size_pt, bold=bold, grey=grey)
        self.set_x(self.l_margin + indent)
        self.put(self.epw - indent, self.height(size_pt), self.drawable(text))

    def labelled(self, label: str, words: str) -> None:
        """Write words beside what they are."""
        self.style(10, grey=MUTED)
        top = self.get_y()
        page = self.page_no()
        self.put(34, self.height(10), self.drawable(label))
        below = self.get_y() if self.page_no() == page else top
        self.style(10)
        self.set_xy(self.l_margin + 36, top)
        self.put(self.epw - 36, self.height(10), self.drawable(words))
        if self.page_no() == page:
            self.set_y(max(below, self.get_y()))  # a label of two lines is not written over

    def put(self, wide_mm: float, line_mm: float, text: str, align: str = "L") -> None:
        """Wrap a text into a width; what comes next stands below it, at the left edge."""
        self.multi_cell(wide_mm, line_mm, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @staticmethod
    def height(size_pt: float) -> float:
        """How high a line of letters of this size is."""
        return size_pt * LINE * 25.4 / 72

    def drawable(self, text: str) -> str:
        """A text of letters that the fonts here have, a white square for each of the others."""
        lines = text.replace("\t", " ").split("\n")
        return "\n".join("".join(self._letter(letter) for letter in line) for line in lines)

    def _letter(self, letter: str) -> str:
        if letter.isspace():
            return " "  # a wide, narrow or unbroken one holds words apart as well
        if letter.isprintable():
            return letter if ord(letter) in self._letters else MISSING_LETTER
        return ""  # direction marks and joiners: nothing to see, and some fonts draw a box

    def fitting(self, text: str, room_mm: float) -> str:
        """As much of a text as there is room for."""
        shown = self.drawable(text).replace("\n", " ")
        while shown and self.get_string_width(shown) > room_mm:
            shown = f"{shown[:-2]}…" if len(shown) > 2 else ""
        return shown
