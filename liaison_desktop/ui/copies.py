"""Hands a copy of a receipt over; it is written down when somebody has it, and not before."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.domain.appeals import AppealCard, ChangeSet, RegisteredAppeal
from liaison_desktop.services import acts, reading
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui import formats, paper_contents
from liaison_desktop.ui.workbench import Failed, Workbench

HandOver = Callable[[bytes, str], bool]
"""Print or save the pages of this number; False when the person turned back. Raises PaperFailed."""


def hand_over_copy(
    bench: Workbench, appeal: bytes, paper: str, hand_over: HandOver, done: Callable[[bool], None], failed: Failed
) -> None:
    """Draw the next copy and hand it over; ``done`` hears whether somebody has it now."""

    def read(desk: Desk) -> tuple[AppealCard, RegisteredAppeal]:
        given = acts.next_copy(desk, appeal)
        return reading.appeal_card(desk, appeal), given

    def draw(found: tuple[AppealCard, RegisteredAppeal]) -> None:
        card, given = found
        content = paper_contents.receipt(bench.desk, card.seen, given, card.clerk_name, formats.now())
        bench.work(
            lambda: paper_contents.draw_receipt(content, paper),
            lambda pdf: bench.attempt(lambda: take(pdf, given), failed),
            failed,
        )

    def take(pdf: bytes, given: RegisteredAppeal) -> None:
        if not hand_over(pdf, given.number):
            done(False)
            return
        bench.store(lambda desk: acts.note_copy(desk, appeal, given.copy_number), noted, failed)

    def noted(changes: ChangeSet) -> None:
        bench.announce(changes)
        done(True)

    bench.store(read, draw, failed)
