"""The page of whoever looks after a hall's big screen: room mode on and off, its language, its devices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.services.walls import WallLook
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.view import Meetings
from liaison_desktop.ui.shell.topbar import LANGUAGES
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.wall.care_presenter import CareShown
from liaison_desktop.ui.widgets.buttons import Button, Kind, Segments
from liaison_desktop.ui.widgets.dialogs import Question
from liaison_desktop.ui.widgets.fields import Field
from liaison_desktop.ui.widgets.layout import Card, row
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

TRIAL_WIDE = 640
"""So wide the trial of the devices is at most: a picture as large as the window would hide what can be chosen."""


class CareView(QWidget):
    """Emits what the person did; shows what the presenter says."""

    turn_clicked = Signal()
    back_clicked = Signal()
    sign_out_clicked = Signal()
    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, office: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.WALL_CARE)
        title = Text(lambda: tr("Big screen of a hall"), Size.TITLE, strong=True, wrap=True)
        self.sign_out = Button(lambda: tr("Sign out"), Kind.QUIET, icon="sign-out")
        self.sign_out.setObjectName(f"{names.WALL_CARE}.sign_out")
        self.sign_out.clicked.connect(self.sign_out_clicked)
        head = row(title, self.sign_out, gap=12)
        head.setStretch(0, 1)
        self._state = Text("", Size.SECTION, strong=True, wrap=True)
        self._body = Text("", tone="muted", wrap=True)
        self.turn = Button(lambda: tr("Show meetings here"), Kind.PRIMARY, icon="monitor-play", tall=True)
        self.turn.setObjectName(names.WALL_TURN)
        self.turn.clicked.connect(self.turn_clicked)
        self.back = Button(lambda: tr("Back to the big screen"), Kind.PRIMARY, icon="monitor-play", tall=True)
        self.back.setObjectName(names.WALL_BACK)
        self.back.clicked.connect(self.back_clicked)
        self._refused = MessageBar()
        self._refused.hide()
        self.language = Segments(LANGUAGES, lambda: tr("Language of the wall"))
        self.language.setObjectName(names.WALL_LANGUAGE)
        self.language.chosen.connect(self.language_chosen)
        self.theme = Segments(
            (("dark", lambda: tr("Dark")), ("light", lambda: tr("Light"))), lambda: tr("Appearance of the wall")
        )
        self.theme.setObjectName(names.WALL_THEME)
        self.theme.chosen.connect(self.theme_chosen)
        mode = Card(pad=16, gap=10)
        mode.column.addWidget(self._state)
        mode.column.addWidget(self._body)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.back)
        buttons.addWidget(self.turn)
        buttons.addStretch(1)
        mode.column.addLayout(buttons)
        wears = QHBoxLayout()
        wears.setSpacing(24)
        wears.addWidget(Field(lambda: tr("Language of the wall"), self.language))
        wears.addWidget(Field(lambda: tr("Appearance of the wall"), self.theme))
        wears.addStretch(1)
        mode.column.addLayout(wears)
        self.devices = Meetings()
        for part in (self.devices.lobby, self.devices.lobby.head, self.devices.lobby.word, self.devices.line):
            part.hide()
        self.devices.setMaximumWidth(look.px(TRIAL_WIDE))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 0)
        column.setSpacing(12)
        column.addWidget(Text(office, tone="muted", wrap=True))
        column.addLayout(head)
        column.addWidget(self._refused)
        column.addWidget(mode)
        column.addWidget(self.devices, 1)

    def show_care(self, shown: CareShown) -> None:
        """Show whether the screen begins by itself."""
        self._state.say(shown.state)
        self._body.say(shown.body)
        self.back.setVisible(shown.is_on)
        self.turn.setVisible(shown.may_turn)
        self.turn.set_kind(Kind.DANGER if shown.is_on else Kind.PRIMARY)
        self.turn.set_icon("" if shown.is_on else "monitor-play")
        self.turn.say(_say_turn_off if shown.is_on else _say_turn_on)
        for button in (self.turn, self.back):
            button.set_busy(shown.is_busy)

    def show_look(self, wears: WallLook) -> None:
        """Show how the wall speaks and looks."""
        self.language.set_value(wears.language)
        self.theme.set_value(wears.theme)

    def show_refused(self, say: Say) -> None:
        """Say why it was not done."""
        self._refused.tell("danger", "warning-circle", lambda: tr("Not done"), say)

    def ask(self, title: Say, body: Say, act: Say, done: Callable[[], None], *, danger: bool) -> None:
        """Ask before it is done."""
        question = Question(self, title, body, act, lambda: tr("Back"), danger=danger)
        question.accepted.connect(done)
        question.finished.connect(question.deleteLater)
        question.open()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))


def _say_turn_on() -> str:
    return tr("Show meetings here")


def _say_turn_off() -> str:
    return tr("Switch room mode off")
