"""Draws the minutes of a meeting as a PDF of A4 pages, with numbers on them and with Kyrgyz letters."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from typing_extensions import override

from server_sync.conferring.minutes import Decided, Item, Minutes
from server_sync.pages.sheet import BLACK, MUTED, Sheet, one_at_a_time

MARGIN_MM: Final = 20.0
PAGES: Final = "\ue000\ue001"
"""Stands for the number of pages until it is known; no text that is drawn has these letters."""
CHAT_LETTERS: Final = 40_000
"""So much of the chat is drawn, some ten pages; the page of the minutes shows more."""


def draw(minutes: Minutes, made_at: datetime) -> bytes:
    """Draw minutes; raises Refused `paper_fonts_missing` where no font has the letters, or `paper_busy`.

    One at a time: long ones take seconds of the processor, and who waits for one presses again.
    """
    with one_at_a_time():
        paper = Paper(minutes, made_at)
        paper.write_head()
        paper.write_attendance()
        paper.write_items()
        paper.write_chat()
        paper.write_signatures()
        return bytes(paper.output())


class Paper(Sheet):
    """The pages of one meeting's minutes."""

    def __init__(self, minutes: Minutes, made_at: datetime) -> None:
        super().__init__(minutes.title, minutes.language, made_at, margin_mm=MARGIN_MM)
        self.minutes = minutes
        self.alias_nb_pages(PAGES)
        self.add_page()

    @override
    def footer(self) -> None:
        """The title and the number of the page."""
        self.set_y(-14)
        self.style(8, grey=MUTED)
        self.cell(self.epw - 30, 5, self.fitting(self.minutes.title, self.epw - 34))
        self.cell(30, 5, f"{self.page_no()} / {PAGES}", align="R")
        self.set_text_color(BLACK)

    # parts

    def write_head(self) -> None:
        """What it is, of which meeting, when, where, and who led."""
        told = self.minutes
        self.say(gettext("Minutes of the meeting"), 10, bold=True, grey=MUTED)
        self.say(told.title, 16, bold=True)
        self.ln(1)
        if not told.is_final:
            self.say(gettext("The meeting goes on: this is a draft."), 10, bold=True)
        for label, words in (
            (gettext("Day"), f"{told.day}, {told.hours}"),
            (gettext("Place"), told.place),
            (gettext("Leads"), told.chair),
        ):
            self.labelled(label, words)

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
            self.labelled(gettext("Were not there"), absent)

    def write_items(self) -> None:
        """The matters, what was voted on and what was decided in each."""
        self._heading(gettext("Agenda"))
        if not self.minutes.items:
            self.say(gettext("There is no agenda."), 10, grey=MUTED)
        for item in self.minutes.items:
            self._write_item(item)
        if not any(item.decisions for item in self.minutes.items):
            self.say(gettext("No decision was written down."), 10, grey=MUTED)

    def _write_item(self, item: Item) -> None:
        self.ln(1.5)
        title = f"{item.place}. {item.title}" if item.place else gettext("Of no item of the agenda")
        self.say(title, 11, bold=True)
        if item.speaker:
            self.say(": ".join((gettext("Who reports"), item.speaker)), 9.5, grey=MUTED)
        for paper in item.papers:
            self.say(": ".join((gettext("Paper of the meeting"), paper.title)), 10, indent=5)
            self.say(paper.withdrawn or paper.about, 9, indent=8, grey=MUTED)
        for result in item.results:
            self.say(": ".join((gettext("Vote"), result.question)), 10, indent=5)
            self.say(result.line, 9, indent=8, grey=MUTED)
            for alike in result.voted:
                self.say(f"{alike.how}: {alike.offices}", 9, indent=8, grey=MUTED)
        for one in item.decisions:
            self._write_decision(one)

    def _write_decision(self, one: Decided) -> None:
        self.ln(1)
        self.say(gettext("Decision %(n)s") % {"n": one.place}, 9.5, bold=True, indent=5)
        self.say(one.text, 10.5, indent=5, grey=MUTED if one.withdrawn else BLACK)
        for label, words in (
            (gettext("Carried out by"), one.executors),
            (gettext("Due on"), one.due),
            (gettext("Requests"), one.requests),
        ):
            if words:
                self.say(f"{label}: {words}", 9.5, indent=5)
        if one.withdrawn:
            self.say(one.withdrawn, 9.5, bold=True, indent=5)

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
            self.say(f"{one.at}  {one.office}: {one.text}", 9.5)
            drawn += 1
        if told.chat_count > drawn:
            self.say(gettext("… and %(n)s more lines.") % {"n": told.chat_count - drawn}, 9.5, grey=MUTED)

    def write_signatures(self) -> None:
        """Room for two hands."""
        self.ln(10)
        if self.get_y() > self.h - 55:
            self.add_page()
        for who in (gettext("Led the meeting"), gettext("Wrote the minutes")):
            self.say(f"{who}:  ______________________________", 10.5)
            self.ln(5)
        self.say(gettext("Printed from the register: %(moment)s") % {"moment": self.minutes.made_at}, 8.5, grey=MUTED)

    # drawing

    def _heading(self, words: str) -> None:
        self.ln(4)
        if self.get_y() > self.h - 45:
            self.add_page()
        self.say(words, 12.5, bold=True)
        self.set_draw_color(170)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y() + 0.5, self.w - self.r_margin, self.get_y() + 0.5)
        self.ln(1.5)

    def _pair(self, left: str, right: str) -> None:
        """Two columns of one row, which is not torn between pages."""
        self.style(10)
        height, wide = self.height(10), self.epw * 0.62
        if self.get_y() + 2 * height > self.h - MARGIN_MM:
            self.add_page()
        top = self.get_y()
        self.put(wide, height, self.drawable(left))
        below = self.get_y()
        self.set_xy(self.l_margin + wide, top)
        self.put(self.epw - wide, height, self.drawable(right), align="R")
        self.set_y(max(below, self.get_y()))
