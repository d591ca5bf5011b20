"""Decisions beside their meeting and what this office has to do of all of them, to be read with no line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from liaison_desktop.ui.meetings.lobby_values import DecisionShown
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.layout import Card, boxed, clear, column, row
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import ntr, tr


class DecisionsCard(Card):
    """Decisions one below the other; hidden while there are none."""

    def __init__(self, title: Say, name: str) -> None:
        super().__init__(pad=16, gap=10)
        self.setObjectName(name)
        self._count = Text("", tone="muted")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        head = row(Text(title, Size.SECTION, strong=True, wrap=True), self._count)
        head.setStretch(0, 1)
        self.column.addLayout(head)
        self.column.addLayout(self._rows)
        self.hide()

    def show_decisions(self, decisions: tuple[DecisionShown, ...]) -> None:
        """Show these, in this order."""
        clear(self._rows)
        for one in decisions:
            self._rows.addLayout(_decision_row(one))
        holding = sum(one.gone is None for one in decisions)
        self._count.say(lambda: ntr("{n} decision", "{n} decisions", holding))
        self.setVisible(bool(decisions))


def _decision_row(one: DecisionShown) -> QHBoxLayout:
    is_gone = one.gone is not None
    words = column(
        Text(one.text, tone="muted" if is_gone else "text", strong=one.is_own and not is_gone, wrap=True), gap=2
    )
    if one.is_own and not is_gone:
        words.addWidget(
            Badge(lambda: tr("Your office carries it out"), "primary", "check-square"), 0, Qt.AlignmentFlag.AlignLeft
        )
    if one.gone is not None:
        words.addWidget(Text(one.gone, Size.SECONDARY, tone="danger", wrap=True))
    else:
        words.addWidget(Text(one.due, Size.SECONDARY, tone=one.tone, strong=one.tone != "muted", wrap=True))
    words.addWidget(Text(one.about, Size.SECONDARY, tone="muted", wrap=True))
    icon = Glyph("x-circle" if is_gone else "clipboard-text", "muted" if is_gone else "primary", 20)
    line = row(icon, boxed(words), gap=10)
    line.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return line
