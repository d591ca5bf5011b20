"""Draws the minutes of a meeting as a PDF of A4 pages, with numbers on them and with Kyrgyz letters."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from django.utils.translation import gettext
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.conferring.minutes import Decided, Item, Minutes

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
MARGIN_MM: Final = 20.0
LINE: Final = 1.3
PAGES: Final = "\ue000\ue001"
"""Stands for the number of pages until it is known; no text that is drawn has these letters."""
CHAT_LETTERS: Final = 40_000
"""So much of the chat is drawn, some ten pages; the page of the minutes shows more."""
BUSY_S: Final = 5
MUTED: Final = 90
BLACK: Final = 0


_drawing: Final = BoundedSemaphore()


@cache
def find_font(*names: str) -> Path | None:
    """The first of these font files that is on this computer."""
    return next((folder / name for name in names for folder in FOLDERS if (folder / name).is_file()), None)


def draw(minutes: Minutes, made_at: datetime) -> bytes:
    """Draw minutes; raises Refused `paper_fonts_missing` where no font has the letters, or `paper_busy`.

    One at a time: long ones take seconds of the processor, and who waits for one presses again.
    """
    if not _drawing.acquire(blocking=False):
        raise Refused("paper_busy", permanent=False, wait_s=BUSY_S)
    try:
        paper = Paper(minutes, made_at)
        paper.write_head()
        paper.write_attendance()
        paper.write_items()
        paper.write_chat()
        paper.write_signatures()
        return bytes(paper.output())
    finally:
        _drawing.release()


class Paper(FPDF):
    """The pages of one meeting's minutes."""

    def __init__(self, minutes: Minutes, made_at: datetime) -> None:
        super().__init__(format="A4", unit="mm")
        plain, bold, standing_in = find_font(*PLAIN), find_font(*BOLD), find_font(*STANDING_IN)
        if plain is None or bold is None:
            raise Refused("paper_fonts_missing")
        self.minutes = minutes
        self.alias_nb_pages(PAGES)
        self.set_title(minutes.title)
        self.set_lang(minutes.language)
        self.set_creator("Liaison")
        self.set_producer("Liaison")
        self.set_creation_date(made_at)
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=MARGIN_MM)
        self.add_font("paper", "", plain)
        self.add_font("paper", "B", bold)
        if standing_in is not None:
            self.add_font("stands_in", "", standing_in)
            self.set_fallback_fonts(["stands_in"], exact_match=False)
        self._letters = {code for font in self.fonts.values() for code in getattr(font, "cmap", ())}
        self.add_page()

    @override
    def footer(self) -> None:
        """The title and the number of the page."""
        self.set_y(-14)
        self._style(8, grey=MUTED)
        self.cell(self.epw - 30, 5, self._fitting(self.minutes.title, self.epw - 34))
        self.cell(30, 5, f"{self.page_no()} / {PAGES}", align="R")
        self.set_text_color(BLACK)

    # parts

    def write_head(self) -> None:
        """What it is, of which meeting, when, where, and who led."""
        told = self.minutes
        self._say(gettext("Minutes of the meeting"), 10, bold=True, grey=MUTED)
        self._say(told.title, 16, bold=True)
        self.ln(1)
        if not told.is_final:
            self._say(gettext("The meeting goes on: this is a draft."), 10, bold=True)
        for label, words in (
            (gettext("Day"), f"{told.day}, {told.hours}"),
            (gettext("Place"), told.place),
            (gettext("Leads"), told.chair),
        ):
            self._labelled(label, words)

    def write_attendance(self) -> None:
        """Who was there and how long, and who was invited and was not."""
        told = self.minutes
        self._heading(" ".join((gettext("Who was there"), f"({len(told.there)})")))
        for one in told.there:
            about = ", ".join(word for word in (one.part, one.length) if word)
            self._pair(one.office, about)
        if told.absent:
            self.ln(1)
            absent = ", ".join(one.office for one in told.absent)
            self._labelled(gettext("Were not there"), absent)

    def write_items(self) -> None:
        """The matters, what was voted on and what was decided in each."""
        self._heading(gettext("Agenda"))
        if not self.minutes.items:
            self._say(gettext("There is no agenda."), 10, grey=MUTED)
        for item in self.minutes.items:
            self._write_item(item)
        if not any(item.decisions for item in self.minutes.items):
            self._say(gettext("No decision was written down."), 10, grey=MUTED)

    def _write_item(self, item: Item) -> None:
        self.ln(1.5)
        title = f"{item.place}. {item.title}" if item.place else gettext("Of no item of the agenda")
        self._say(title, 11, bold=True)
        if item.speaker:
            self._say(": ".join((gettext("Who reports"), item.speaker)), 9.5, grey=MUTED)
        for paper in item.papers:
            self._say(": ".join((gettext("Paper of the meeting"), paper.title)), 10, indent=5)
            self._say(paper.withdrawn or paper.about, 9, indent=8, grey=MUTED)
        for result in item.results:
            self._say(": ".join((gettext("Vote"), result.question)), 10, indent=5)
            self._say(result.line, 9, indent=8, grey=MUTED)
            for alike in result.voted:
                self._say(f"{alike.how}: {alike.offices}", 9, indent=8, grey=MUTED)
        for one in item.decisions:
            self._write_decision(one)

    def _write_decision(self, one: Decided) -> None:
        self.ln(1)
        self._say(gettext("Decision %(n)s") % {"n": one.place}, 9.5, bold=True, indent=5)
        self._say(one.text, 10.5, indent=5, grey=MUTED if one.withdrawn else BLACK)
        for label, words in (
            (gettext("Carried out by"), one.executors),
            (gettext("Due on"), one.due),
            (gettext("Requests"), one.requests),
        ):
            if words:
                self._say(f"{label}: {words}", 9.5, indent=5)
        if one.withdrawn:
            self._say(one.withdrawn, 9.5, bold=True, indent=5)

    def write_chat(self) -> None:
        """What was written beside, as an annex."""
        told = self.minutes
        if not told.chat:
            return
        self._heading(gettext("Written in the chat"))
        letters = drawn = 0
        for one in told.chat:
            letters += len(one.text)
            if letters > CHAT_LETTERS:
                break
            self._say(f"{one.at}  {one.office}: {one.text}", 9.5)
            drawn += 1
        if told.chat_count > drawn:
            self._say(gettext("… and %(n)s more lines.") % {"n": told.chat_count - drawn}, 9.5, grey=MUTED)

    def write_signatures(self) -> None:
        """Room for two hands."""
        self.ln(10)
        if self.get_y() > self.h - 55:
            self.add_page()
        for who in (gettext("Led the meeting"), gettext("Wrote the minutes")):
            self._say(f"{who}:  ______________________________", 10.5)
            self.ln(5)
        self._say(gettext("Printed from the register: %(moment)s") % {"moment": self.minutes.made_at}, 8.5, grey=MUTED)

    # drawing

    def _style(self, size_pt: float, *, bold: bool = False, grey: int = BLACK) -> None:
        self.set_font("paper", "B" if bold else "", size_pt)
        self.set_text_color(grey)

    def _say(self, text: str, size_pt: float, *, bold: bool = False, grey: int = BLACK, indent: float = 0) -> None:
        self._style(size_pt, bold=bold, grey=grey)
        self.set_x(self.l_margin + indent)
        self._put(self.epw - indent, self._height(size_pt), self._drawable(text))

    def _heading(self, words: str) -> None:
        self.ln(4)
        if self.get_y() > self.h - 45:
            self.add_page()
        self._say(words, 12.5, bold=True)
        self.set_draw_color(170)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y() + 0.5, self.w - self.r_margin, self.get_y() + 0.5)
        self.ln(1.5)

    def _labelled(self, label: str, words: str) -> None:
        self._style(10, grey=MUTED)
        top = self.get_y()
        self._put(34, self._height(10), self._drawable(label))
        self._style(10)
        self.set_xy(self.l_margin + 36, top)
        self._put(self.epw - 36, self._height(10), self._drawable(words))

    def _pair(self, left: str, right: str) -> None:
        """Two columns of one row, which is not torn between pages."""
        self._style(10)
        height, wide = self._height(10), self.epw * 0.62
        if self.get_y() + 2 * height > self.h - MARGIN_MM:
            self.add_page()
        top = self.get_y()
        self._put(wide, height, self._drawable(left))
        below = self.get_y()
        self.set_xy(self.l_margin + wide, top)
        self._put(self.epw - wide, height, self._drawable(right), align="R")
        self.set_y(max(below, self.get_y()))

    def _put(self, wide_mm: float, line_mm: float, text: str, align: str = "L") -> None:
        """Wrap a text into a width; what comes next stands below it, at the left edge."""
        self.multi_cell(wide_mm, line_mm, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @staticmethod
    def _height(size_pt: float) -> float:
        return size_pt * LINE * 25.4 / 72

    def _drawable(self, text: str) -> str:
        """A text of letters that the fonts here have, a white square for each of the others."""
        lines = text.replace("\t", " ").split("\n")
        return "\n".join("".join(self._letter(letter) for letter in line) for line in lines)

    def _letter(self, letter: str) -> str:
        if letter.isspace():
            return " "  # a wide, narrow or unbroken one holds words apart as well
        if letter.isprintable():
            return letter if ord(letter) in self._letters else MISSING_LETTER
        return ""  # direction marks and joiners: nothing to see, and some fonts draw a box

    def _fitting(self, text: str, room_mm: float) -> str:
        shown = self._drawable(text).replace("\n", " ")
        while shown and self.get_string_width(shown) > room_mm:
            shown = f"{shown[:-2]}…" if len(shown) > 2 else ""
        return shown
