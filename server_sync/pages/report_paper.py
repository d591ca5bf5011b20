"""Draws a report of a quarter as a PDF of A4 pages, with Kyrgyz letters and numbers on the pages."""

from collections.abc import Sequence
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final

from django.utils.translation import gettext
from typing_extensions import override

from server_sync.pages.report import Part, Report, head
from server_sync.pages.sheet import BLACK, MUTED, Sheet, one_at_a_time

MARGIN_MM: Final = 18.0
PAGES: Final = "\ue000\ue001"
"""Stands for the number of pages until it is known."""
WIDE: Final = (0.4, 0.22, 0.22, 0.16)
"""Parts of the width that the columns have."""
RULE: Final = 200
SMALLEST_PT: Final = 6.5


_REPORTS: Final = BoundedSemaphore()


def draw(told: Report, made_at: datetime) -> bytes:
    """Draw a report; raises Refused `paper_fonts_missing` where no font has the letters, or `paper_busy`."""
    with one_at_a_time(_REPORTS):
        paper = _Paper(told, made_at)
        paper.write_head()
        for part in told.parts:
            paper.write_part(part)
        paper.write_notes()
        return bytes(paper.output())


class _Paper(Sheet):
    """The pages of one report."""

    def __init__(self, told: Report, made_at: datetime) -> None:
        super().__init__(f"{told.title}: {told.name}", told.language, made_at, margin_mm=MARGIN_MM)
        self.told = told
        self.alias_nb_pages(PAGES)
        self.add_page()

    @override
    def footer(self) -> None:
        """Of what it is, and the number of the page."""
        self.set_y(-13)
        self.style(8, grey=MUTED)
        self.cell(self.epw - 30, 5, self.fitting(f"{self.told.name} · {self.told.period_words}", self.epw - 34))
        self.cell(30, 5, f"{self.page_no()} / {PAGES}", align="R")
        self.set_text_color(BLACK)

    def write_head(self) -> None:
        """What it is, of whom and of when."""
        told = self.told
        self.say(told.title, 10, bold=True, grey=MUTED)
        self.say(told.name, 17, bold=True)
        self.say(told.period_words, 11)
        self.say(
            gettext("Beside it: %(period)s. Made on %(day)s.")
            % {"period": told.before_words, "day": f"{told.made_on:%d.%m.%Y}"},
            9,
            grey=MUTED,
        )

    def write_part(self, part: Part) -> None:
        """A table under its heading, never parted from its first lines."""
        if self.will_page_break(34):
            self.add_page()
        self.ln(3.5)
        self.say(part.title, 11.5, bold=True)
        self._line(head(self.told), 7.5, grey=MUTED)
        for row in part.rows:
            self._line(row.words, 9.5)
        if part.note:
            self.ln(0.8)
            self.say(part.note, 8, grey=MUTED)

    def write_notes(self) -> None:
        """How it is counted."""
        self.ln(4)
        for note in self.told.notes:
            self.say(note, 8, grey=MUTED)

    def _line(self, cells: Sequence[str], size_pt: float, *, grey: int = BLACK) -> None:
        high = self.height(size_pt) + 0.9
        if self.will_page_break(high):
            self.add_page()
        top = self.get_y()
        for place, (text, part) in enumerate(zip(cells, WIDE, strict=True)):
            wide = self.epw * part
            shown, size = self.drawable(text), size_pt
            self.style(size, grey=grey)
            while size > SMALLEST_PT and self.get_string_width(shown) > wide - 2:
                size -= 0.5
                self.style(size, grey=grey)
            self.cell(wide, high, self.fitting(text, wide - 2), align="R" if place else "L")
        self.set_draw_color(RULE)
        self.line(self.l_margin, top + high, self.l_margin + self.epw, top + high)
        self.set_xy(self.l_margin, top + high)
