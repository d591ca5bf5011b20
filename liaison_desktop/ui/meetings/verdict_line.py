"""A verdict as a line: an icon and a sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from liaison_desktop.ui.meetings.values import Verdict
from liaison_desktop.ui.widgets.text import Glyph, Text


class VerdictLine(QWidget):
    """An icon and a sentence in the tone of what it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Glyph("info", "muted", 20)
        self._words = Text("", tone="muted", wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_verdict(self, verdict: Verdict) -> None:
        """Say this."""
        self._icon.set_icon(verdict.icon, verdict.tone)
        self._words.set_tone("text" if verdict.tone == "muted" else verdict.tone)
        self._words.say(verdict.say)
