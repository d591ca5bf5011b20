"""The paper of the request just registered: its picture, its print, its file, and copies after the first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from liaison_desktop.domain.appeals import AppealCard, RegisteredAppeal
from liaison_desktop.services import reading, registering
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui import formats, paper_contents
from liaison_desktop.ui.copies import hand_over_copy
from liaison_desktop.ui.workbench import Failed, Workbench
from liaison_desktop.workplace.words import tr


class ReceiptPapers:
    """Knows what was printed since the person signed in: the first paper is the receipt, every further one a copy."""

    def __init__(self, bench: Workbench, window: QWidget, printer: Callable[[], str]) -> None:
        self._bench, self._window, self._printer = bench, window, printer
        self._drawn: dict[tuple[bytes, str], tuple[bytes, str]] = {}
        self._printed: set[bytes] = set()

    def draw(self, appeal: bytes, paper: str, done: Callable[[bytes], None]) -> None:
        """Draw the receipt."""
        self._draw(appeal, paper, lambda pdf, _number: done(pdf), None)

    def print(self, appeal: bytes, paper: str, done: Callable[[bool], None], failed: Failed) -> None:
        """Print the receipt, or a copy when it has been printed before."""

        def to_printer(pdf: bytes, number: str) -> bool:
            title = tr("Receipt {number}", number=number)
            return self._bench.papers.print_pdf(pdf, title, self._printer(), self._window)

        def first(pdf: bytes, number: str) -> None:
            went = to_printer(pdf, number)
            if went:
                self._printed.add(appeal)
            done(went)

        if appeal in self._printed:
            hand_over_copy(self._bench, appeal, paper, to_printer, done, failed)
        else:
            self._draw(
                appeal, paper, lambda pdf, number: self._bench.attempt(lambda: first(pdf, number), failed), failed
            )

    def save(self, appeal: bytes, paper: str, name: str, done: Callable[[Path], None], failed: Failed) -> None:
        """Save the receipt where the person says."""

        def keep(pdf: bytes) -> None:
            path = self._bench.papers.save_pdf(pdf, name, self._window)
            if path is not None:
                done(path)

        self._draw(appeal, paper, lambda pdf, _number: self._bench.attempt(lambda: keep(pdf), failed), failed)

    def _draw(self, appeal: bytes, paper: str, done: Callable[[bytes, str], None], failed: Failed | None) -> None:
        known = self._drawn.get((appeal, paper))
        if known is not None:
            done(*known)
            return

        def read(desk: Desk) -> tuple[AppealCard, RegisteredAppeal]:
            return reading.appeal_card(desk, appeal), registering.registered(desk, appeal)

        def draw(found: tuple[AppealCard, RegisteredAppeal]) -> None:
            card, given = found
            content = paper_contents.receipt(self._bench.desk, card.seen, given, card.clerk_name, formats.now())
            self._bench.work(
                lambda: paper_contents.draw_receipt(content, paper), lambda pdf: drawn(pdf, given.number), failed
            )

        def drawn(pdf: bytes, number: str) -> None:
            self._drawn[(appeal, paper)] = (pdf, number)
            done(pdf, number)

        self._bench.store(read, draw, failed)
