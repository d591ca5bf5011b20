"""The bar that speaks when this computer's clock is away from the time that counts, on every screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import formats
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.workplace.clock import NOTICED_OFFSET_MS, ClerksWord, HeldTime
from liaison_desktop.workplace.words import tr


class ClockBar(MessageBar):
    """Tells of a difference of more than two minutes; asks once where only the clerk can know."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning", "clock", parent)
        self.setObjectName("clock")
        self.right = self.add_action(Button(lambda: tr("The clock is right")))
        self.right.setObjectName("clock.right")
        self.wrong = self.add_action(Button(lambda: tr("The clock is wrong")))
        self.wrong.setObjectName("clock.wrong")
        self.right.clicked.connect(lambda: self.answered.emit(ClerksWord.RIGHT))
        self.wrong.clicked.connect(lambda: self.answered.emit(ClerksWord.WRONG))
        self._shown: tuple[str, int] | None = None
        self.hide()

    def show_time(self, held: HeldTime, word: ClerksWord | None = None) -> None:
        """Say how the clock stands; silent while it is right, and when the clerk has said that it is."""
        minutes = round(abs(held.away_ms) / 60_000)
        silent = abs(held.away_ms) <= NOTICED_OFFSET_MS or word is ClerksWord.RIGHT
        state = None if silent else (_shown_now() if held.is_to_ask else "", minutes)
        if state == self._shown:
            return
        self._shown = state
        if state is None:
            self.hide()
            return
        self.right.setVisible(held.is_to_ask)
        self.wrong.setVisible(held.is_to_ask)
        away = abs(held.away_ms) / 1000
        if held.is_to_ask:
            self.tell(
                "warning",
                "clock",
                lambda: tr("Is the clock of this computer right? It shows {now}.", now=_shown_now()),
                lambda: tr(
                    "By the last word of the centre it is away by {span}. Until the line is back, days and terms "
                    "are counted by what you say; the records are marked.",
                    span=formats.difference(away),
                ),
            )
        else:
            self.tell(
                "warning",
                "clock",
                lambda: tr("The clock of this computer is wrong by {span}", span=formats.difference(away)),
                lambda: tr(
                    "Days, terms and numbers do not go by it; the hours of records are marked. Have the clock set."
                ),
            )


def _shown_now() -> str:
    return formats.day_and_clock(formats.now() + formats.away())
