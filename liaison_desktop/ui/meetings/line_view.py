"""Shows what the line carries and what is taken of meetings: in the lobby below the line, in the room as a list."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.room_line import CHOICES
from liaison_desktop.ui.meetings.values import Verdict
from liaison_desktop.ui.meetings.verdict_line import VerdictLine
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.layout import row
from liaison_desktop.ui.widgets.picker import Option, Picker
from liaison_desktop.workplace.words import tr


class LineChoice(Picker):
    """What is taken of a meeting: as the line allows, or fixed by hand."""

    def __init__(self, name: str) -> None:
        super().__init__("cell-signal-high", lambda: tr("What is taken of a meeting"), lambda: "")
        self.setObjectName(name)
        self._chosen = ""
        self._offer()
        look.language_changed.connect(self._offer)

    def show_chosen(self, code: str) -> None:
        """This is chosen."""
        self._chosen = code
        self._offer()

    def _offer(self) -> None:
        self.offer(tuple(Option(code, say()) for code, say in CHOICES.items()), self._chosen)


class LinePart(QWidget):
    """The lobby's part: the measured line in words, the button that measures, the choice."""

    measure_clicked = Signal()
    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = VerdictLine()
        self.verdict.setObjectName(names.MEETINGS_MEASURED)
        self.button = Button(lambda: tr("Measure the line"), key="F6", icon="gauge")
        self.button.setObjectName(names.MEETINGS_MEASURE)
        self.choice = LineChoice(names.MEETINGS_LINE_CHOICE)
        self.button.clicked.connect(self.measure_clicked)
        self.choice.picked.connect(self.picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.verdict)
        line = row(self.choice, self.button, gap=8)
        line.setStretch(0, 1)
        column.addLayout(line)

    def show_measured(self, verdict: Verdict | None, *, may_measure: bool) -> None:
        """What was measured, and whether it can be measured now."""
        self.verdict.setVisible(verdict is not None)
        if verdict is not None:
            self.verdict.show_verdict(verdict)
        self.button.setVisible(may_measure or verdict is not None)
        self.button.set_busy(not may_measure)

    def show_chosen(self, code: str) -> None:
        """This is chosen."""
        self.choice.show_chosen(code)
