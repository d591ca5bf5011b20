"""The bar that says that a screen of this computer is seen, in the room and over every other screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.room_values import ScreenShown
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Panel
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import tr


class SharedBar(Panel):
    """Says that a screen of this computer is seen by everybody, with the way to stop it."""

    stop_clicked = Signal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__("danger_tint", radius=6, parent=parent)
        self.setObjectName(names.ROOM_SHARED)
        self._words = Text("", strong=True, wrap=True, tone="danger")
        self.stop = Button(lambda: tr("Stop sharing"), Kind.DANGER, key=key)
        self.stop.setObjectName(names.ROOM_SHARED_STOP)
        self.stop.clicked.connect(self.stop_clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 8, 4)
        line.setSpacing(10)
        line.addWidget(Glyph("screencast", "danger"))
        line.addWidget(self._words, 1)
        line.addWidget(self.stop)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_shared(self, shown: ScreenShown) -> None:
        """Say how it is; nothing while no screen is shared."""
        self.setVisible(shown is not ScreenShown.NOT)
        if shown is ScreenShown.SEEN:
            self._words.say(lambda: tr("Your screen is seen by everybody in the meeting"))
        elif shown is ScreenShown.WITHHELD:
            self._words.say(
                lambda: tr("While the line carries no pictures, nobody sees your screen; as soon as it does, everybody")
            )
        else:
            self._words.say(lambda: tr("Your screen is about to be seen by everybody in the meeting"))
