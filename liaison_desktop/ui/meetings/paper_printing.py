"""Prints a paper as pictures of its pages: the system's printing never meets the file itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from liaison_desktop.background.page_reader import PageReader
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import tr

PRINTED_MOST: Final = 60
"""Pages; of a longer paper a copy is saved and printed by another program."""
WIDE, HIGH = 1_700, 2_400
"""Pixels of a page of A4 at 2 to the point."""


class PaperPrinting(QObject):
    """Prints one paper at a time."""

    def __init__(self, bench: Workbench, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._window = bench, window
        self._reader = PageReader(self)
        self._reader.drawn.connect(self._drawn)
        self._reader.failed.connect(self._failed)
        self._title, self._pages = "", 0

    def print(self, title: str, content: bytes, pages: int) -> None:
        """Draw all pages and hand them to the printer; says so, or why not."""
        if self._pages:
            self._bench.note(lambda: tr("A paper is being made ready for the printer."))
        elif not self._bench.papers.printers():
            self._bench.note(lambda: tr("There is no printer on this computer. Save a copy instead."))
        elif pages > PRINTED_MOST:
            self._bench.note(
                lambda: tr("More than {most} pages are not printed from here. Save a copy.", most=PRINTED_MOST)
            )
        else:
            from liaison_desktop.printing.pages import PicturePages

            self._title, self._pages, self._made = title, pages, PicturePages()
            self._reader.open(content)
            self._reader.ask(0, WIDE, HIGH)
            self._bench.note(lambda: tr("A paper is being made ready for the printer."))

    def close(self) -> None:
        """Stop: the person or the program goes."""
        self._pages = 0
        self._reader.close()

    def _drawn(self, place: int, picture: QImage) -> None:
        width, height, pixels = picture.width(), picture.height(), bytes(picture.constBits())
        made = self._made
        self._bench.work(lambda: made.add(width, height, pixels), lambda _: self._go_on(place + 1), owner=self)

    def _go_on(self, place: int) -> None:
        if not self._pages:
            return
        if place < self._pages:
            self._reader.ask(place, WIDE, HIGH)
            return
        title = self._title
        self.close()
        self._bench.work(self._made.whole, lambda pdf: self._hand_over(pdf, title), owner=self)

    def _hand_over(self, pdf: bytes, title: str) -> None:
        def send() -> None:
            if self._bench.papers.print_pdf(pdf, title, "", self._window):
                self._bench.note(lambda: tr("The page is at the printer."))

        self._bench.attempt(send)

    def _failed(self, _place: int) -> None:
        self.close()
        self._bench.note(lambda: tr("This paper cannot be printed from here. Save a copy."))
