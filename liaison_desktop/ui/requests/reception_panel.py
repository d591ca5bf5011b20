"""The conversation on the card of a request: where it stands, and the buttons that carry it on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liaison_desktop.ui import formats
from liaison_desktop.ui.requests.reception_values import ReceptionShown
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

BEGIN, ASK, NOTE, TAKE_BACK = "begin", "ask", "note", "take_back"


class ReceptionPanel(QWidget):
    """Emits which button was pressed, by its name."""

    pressed = Signal(str)

    def __init__(self, shown: ReceptionShown, *, is_beside: bool = False) -> None:
        super().__init__()
        self.setObjectName("requests.reception")
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        if shown.state is not None:
            badges = Flow(8)
            badges.addWidget(Badge(shown.state, shown.tone, shown.icon))
            body.addLayout(badges)
        for place, say in enumerate(shown.lines):
            if say():
                strong = place == 0 and shown.meeting is not None
                body.addWidget(Text(say, Size.BODY if strong else Size.SECONDARY, strong=strong, wrap=True))
        self._buttons = Flow(8)
        if shown.can_note(formats.now()) and is_beside:
            self._add(NOTE, lambda: tr("Write down the outcome"), "note-pencil")
        if not is_beside:
            self._add_acts(shown)
        body.addLayout(self._buttons)

    def _add_acts(self, shown: ReceptionShown) -> None:
        if shown.meeting is not None and shown.can_begin(formats.now()):
            self._add(BEGIN, lambda: tr("Start the reception"), "video-camera")
        if shown.meeting is not None:
            self._add("a5", lambda: tr("Slip, A5"), "printer")
            self._add("roll", lambda: tr("Slip, 80 mm"), "receipt")
        if shown.can_note(formats.now()):
            self._add(NOTE, lambda: tr("Write down the outcome"), "note-pencil")
        if shown.may_ask:
            self._add(ASK, lambda: tr("Ask for a conversation"), "video-camera")
        if shown.may_take_back:
            self._add(TAKE_BACK, lambda: tr("Not wanted any more"), "x-circle")

    def _add(self, name: str, say: Say, icon: str) -> None:
        button = Button(say, icon=icon)
        button.setObjectName(f"requests.reception.{name}")
        button.clicked.connect(lambda: self.pressed.emit(name))
        self._buttons.addWidget(button)
