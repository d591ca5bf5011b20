"""What the office may do about a conversation, made of the services, the workbench and the meeting's room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from liaison_desktop.domain.appeals import AppealCard, ChangeSet
from liaison_desktop.services import reading, receiving
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui import formats, paper_contents
from liaison_desktop.ui.requests.receiving import Done, Failed, ReceivingActs
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import tr


def receiving_acts(
    bench: Workbench, window: QWidget, *, printer: Callable[[], str], begin: Callable[[bytes, bytes], None]
) -> ReceivingActs:
    """Everything the presenter of conversations may ask for."""

    def do(job: Callable[[Desk], ChangeSet], done: Done, failed: Failed) -> None:
        def finished(changes: ChangeSet) -> None:
            done()
            bench.announce(changes)

        bench.store(job, finished, failed)

    def slip(appeal: bytes, paper: str, failed: Failed) -> None:
        bench.store(lambda desk: reading.appeal_card(desk, appeal), lambda found: draw(found, paper, failed), failed)

    def draw(found: AppealCard, paper: str, failed: Failed) -> None:
        content = paper_contents.reception_slip(bench.desk, found.seen, formats.now())
        if content is not None:
            bench.work(
                lambda: paper_contents.draw_slip(content, paper),
                lambda pdf: bench.attempt(lambda: hand_over(pdf, found.number), failed),
                failed,
            )

    def hand_over(pdf: bytes, number: str) -> None:
        """To the printer, or where there is none into a file."""
        if not bench.papers.printers():
            path = bench.papers.save_pdf(pdf, f"{number}-slip.pdf", window)
            if path is not None:
                bench.note(lambda: tr("Saved: {name}", name=path.name))
            return
        if bench.papers.print_pdf(pdf, tr("Slip {number}", number=number), printer(), window):
            bench.note(lambda: tr("The page is at the printer."))

    return ReceivingActs(
        ask=lambda appeal, wish, done, failed: do(
            lambda desk: receiving.ask_reception(desk, appeal, wish), done, failed
        ),
        note=lambda appeal, meeting, outcome, done, failed: do(
            lambda desk: receiving.note_reception(desk, appeal, meeting, outcome), done, failed
        ),
        take_back=lambda appeal, asked, done, failed: do(
            lambda desk: receiving.take_back_reception(desk, appeal, asked), done, failed
        ),
        slip=slip,
        begin=begin,
    )
