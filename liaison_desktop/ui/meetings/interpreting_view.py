"""The strip of interpreting: what is heard, for whoever listens; direction and cough button for whoever interprets."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.interpreting import Interprets, Listens
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.text import Elided, Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.interpreting import Into


class CoughButton(Button):
    """Pressed as long as it is held, by the mouse or the space bar; whatever takes it away lets it go."""

    held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(lambda: tr("Cough: hold to be unheard"), icon="microphone-slash", parent=parent)
        self.setObjectName(names.ROOM_COUGH)
        self.pressed.connect(lambda: self.held.emit(True))
        self.released.connect(lambda: self.held.emit(False))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_go()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._let_go()
        super().hideEvent(event)

    def _let_go(self) -> None:
        if self.isDown():
            self.setDown(False)
            self.held.emit(False)


class InterpretingStrip(QWidget):
    """Not there while nobody interprets."""

    chosen = Signal(str)
    turned = Signal(str)
    coughed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.ROOM_INTERPRETING)
        self.choices = Segments(
            (
                (_FLOOR, lambda: tr("What is spoken")),
                (Into.KY, lambda: tr("Kyrgyz")),
                (Into.RU, lambda: tr("Russian")),
            ),
            lambda: tr("What you hear"),
            small=True,
        )
        self.choices.setObjectName(names.ROOM_CHANNELS)
        self.choices.chosen.connect(lambda value: self.chosen.emit("" if value == _FLOOR else value))
        self._who = Elided("", Size.SECONDARY, tone="muted")
        self.direction = Segments(
            (
                (Into.RU, lambda: tr("Kyrgyz → Russian")),
                (Into.KY, lambda: tr("Russian → Kyrgyz")),
            ),
            lambda: tr("Direction in which you interpret"),
        )
        self.direction.setObjectName(names.ROOM_DIRECTION)
        self.direction.chosen.connect(self.turned)
        self.cough = CoughButton()
        self.cough.held.connect(self.coughed)
        self._listening, self._interpreting = QWidget(), QWidget()
        for place, parts in (
            (self._listening, (Text(lambda: tr("You hear"), Size.SECONDARY, strong=True), self.choices, self._who)),
            (self._interpreting, (self.direction, self.cough)),
        ):
            flow = Flow(8, parent=place)
            for part in parts:
                flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for place in (self._listening, self._interpreting):
            column.addWidget(place)
        self.hide()

    def show_listening(self, listens: Listens) -> None:
        """Let somebody choose what is heard."""
        self._show_page(self._listening)
        self.choices.set_value(listens.chosen or _FLOOR)
        self._who.say(listens.say)
        self._who.set_tone("warning" if listens.is_missing else "muted")
        self.setVisible(True)

    def show_interpreting(self, interprets: Interprets) -> None:
        """Let an interpreter choose the direction, and cough."""
        self._show_page(self._interpreting)
        self.direction.set_value(interprets.into)
        self.cough.setVisible(interprets.is_heard or self.cough.isDown())
        self.setVisible(True)

    def _show_page(self, page: QWidget) -> None:
        for one in (self._listening, self._interpreting):
            one.setVisible(one is page)

    def show_nothing(self) -> None:
        """Nobody interprets."""
        self.hide()


_FLOOR = "floor"
"""What is spoken, where a choice needs a name."""
