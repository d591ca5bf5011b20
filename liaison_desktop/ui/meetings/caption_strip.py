"""The strip under the pictures with the words that are spoken now; it grows with the size of the text."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.captions import LINES_MOST
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.layout import Card
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.ui.widgets.text import Text


class CaptionStrip(Card):
    """Not there before the first line of a meeting; away and back again as the person likes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=8, gap=2, parent=parent)
        self.setObjectName(names.ROOM_CAPTIONS)
        self._rows = tuple(Text("", Size.SECTION, wrap=True) for _ in range(LINES_MOST))
        for row in self._rows:
            self.column.addWidget(row)
        self._has_lines = False
        self._is_put_away = False
        self.hide()

    def show_lines(self, lines: tuple[str, ...] | None) -> None:
        """Show the newest lines; None when nothing was typed in this meeting."""
        self._has_lines = lines is not None
        said = lines or ()
        for row, text in zip(self._rows, (*said, *[""] * (LINES_MOST - len(said))), strict=True):
            row.say(fixed(text))
        self._fit()

    def turn(self) -> None:
        """Put the strip away, or bring it back."""
        if self._has_lines:
            self._is_put_away = not self._is_put_away
            self._fit()

    def _fit(self) -> None:
        self.setVisible(self._has_lines and not self._is_put_away)
