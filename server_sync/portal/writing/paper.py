"""Draws the receipt of a request that was written on the portal: one page of A5, to be kept or printed."""

from datetime import datetime
from typing import Final

import segno
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext

from server_sync.contract.evidence.receipt import qr_text
from server_sync.pages.sheet import MUTED, Sheet, one_at_a_time
from server_sync.portal.writing.shown import Receipt

A5_MM: Final = (148.0, 210.0)
MARGIN_MM: Final = 12.0
QR_MM: Final = 52.0
QUIET: Final = 4
"""Empty modules around the square, as readers want them."""


def draw(receipt: Receipt, made_at: datetime) -> bytes:
    """Draw a receipt; raises Refused `paper_fonts_missing` or `paper_busy`."""
    with one_at_a_time():
        paper = _Paper(receipt.number, receipt.language, made_at, margin_mm=MARGIN_MM, page=A5_MM)
        paper.add_page()
        paper.lay_out(receipt)
        return bytes(paper.output())


class _Paper(Sheet):
    """The page."""

    def lay_out(self, receipt: Receipt) -> None:
        """Draw what the citizen holds."""
        self.say(gettext("Receipt of a request"), 10, bold=True, grey=MUTED)
        self.say(receipt.number, 17, bold=True)
        self.ln(1)
        for label, words in (
            (
                gettext("Registered"),
                ", ".join((f"{localtime(receipt.registered_at):%d.%m.%Y %H:%M}", gettext("Bishkek time"))),
            ),
            (gettext("By"), receipt.office),
            (gettext("To"), receipt.addressee),
            (gettext("From"), receipt.applicant),
            (gettext("Kind"), receipt.kind),
            (gettext("Answer by"), receipt.due),
        ):
            if words:
                self.labelled(label, words)
        if receipt.arithmetic:
            self.say(receipt.arithmetic, 8.5, grey=MUTED)
        self.ln(3)
        top = self.get_y()
        self._square(qr_text(receipt.signed, settings.LIAISON_PUBLIC_URL), top)
        left = self.l_margin + QR_MM + 5
        for words, size_pt, is_bold in (
            (gettext("Code"), 10, False),
            (receipt.code, 22, True),
            (gettext("Number and code open your request: do not show them together."), 8.5, False),
            (settings.LIAISON_PUBLIC_URL, 9, False),
        ):
            self.style(size_pt, bold=is_bold)
            self.set_x(left)
            self.set_left_margin(left)
            self.put(self.w - self.r_margin - left, self.height(size_pt), self.drawable(words))
        self.set_left_margin(MARGIN_MM)
        self.set_y(max(self.get_y(), top + QR_MM) + 3)
        self.say(
            gettext("Point the camera of a telephone at the square: the page says whether the receipt is genuine."), 8.5
        )
        self.say(
            gettext("If there is no answer after the last day, you may complain without further ado."), 8.5, grey=MUTED
        )

    def _square(self, text: str, top: float) -> None:
        """Draw the code as rectangles: sharp at any size, and no picture to be decoded."""
        rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
        side = QR_MM / (len(rows) + 2 * QUIET)
        self.set_fill_color(0)
        for down, row in enumerate(rows, start=QUIET):
            for across, is_dark in enumerate(row, start=QUIET):
                if is_dark:
                    self.rect(self.l_margin + across * side, top + down * side, side, side, style="F")
