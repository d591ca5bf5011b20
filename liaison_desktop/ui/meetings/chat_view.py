"""The chat beside the pictures: the lines, a field to write in, and for the desk what it may do with them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.chat_presenter import ChatRow, ChatShown
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.layout import Scroll, boxed, column, row
from liaison_desktop.ui.widgets.messages import EmptyState
from liaison_desktop.ui.widgets.saying import Say, fixed
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.direction import isolate

LETTERS_MOST: Final = 2_000_000
"""More than anybody pastes: what is too long is said beside the field, and never cut silently."""


class _LineToWrite(LineField):
    """Enter sends, Esc gives the keyboard back to the keys of the room."""

    sent = Signal()
    escaped = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.sent.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)


class ChatPage(QWidget):
    """Emits what the person wrote, and what the desk takes away."""

    typed = Signal(str)
    sent = Signal(str)
    taken_away = Signal(int)
    turned = Signal()
    escaped = Signal()
    read = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.CHAT)
        self._rows: dict[int, _LineShown] = {}
        self._order: tuple[int, ...] = ()
        self._is_desk = False
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(4, 4, 4, 4)
        self._lines.setSpacing(10)
        self._nothing = EmptyState(
            "chats-circle",
            lambda: tr("Nothing was written yet"),
            lambda: tr("What is written here is read by everybody in the meeting and kept with the minutes."),
        )
        self.area = Scroll(boxed(column(self._nothing, boxed(self._lines), 1)))
        self.field = _LineToWrite(icon="chat-text", say=lambda: tr("Write to everybody"))
        self.field.setObjectName(names.CHAT_FIELD)
        self.field.setMaxLength(LETTERS_MOST)
        self._field = Field(lambda: tr("Write to everybody in the meeting"), self.field)
        self.send = Button(lambda: tr("Send"), Kind.PRIMARY, key="Enter")
        self.send.setObjectName(names.CHAT_SEND)
        self.turn = Button("", icon="lock")
        self.turn.setObjectName(names.CHAT_TURN)
        self._why_not = Text("", Size.SECONDARY, tone="muted", wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._why_not)
        whole.addWidget(self._field)
        whole.addLayout(row(self.turn, 1, self.send))
        self.field.textChanged.connect(self.typed)
        self.field.sent.connect(lambda: self.sent.emit(self.field.text()))
        self.field.escaped.connect(self.escaped)
        self.send.clicked.connect(lambda: self.sent.emit(self.field.text()))
        self.turn.clicked.connect(self.turned)

    # what the presenter asks

    def show_chat(self, shown: ChatShown) -> None:
        """Show the lines, and whether something can be written."""
        self._show_rows(shown)
        self._nothing.setVisible(not shown.rows and shown.why_not is None)  # else that is said alone
        can_write = shown.why_not is None
        if not can_write and self.field.hasFocus():
            self.escaped.emit()
        self._field.setVisible(can_write)
        self.send.setVisible(can_write)
        self.send.set_busy(shown.is_busy)
        self.field.setReadOnly(shown.is_busy)
        self._why_not.say(shown.why_not or fixed(""))
        self._why_not.setVisible(not can_write)
        self.turn.setVisible(shown.is_desk)
        self.turn.say(_say_open if shown.is_closed else _say_close)
        self.turn.set_icon("lock-open" if shown.is_closed else "lock")

    def say_wrong(self, say: Say | None) -> None:
        """Name what is wrong with what is typed, or nothing."""
        if say is None:
            self._field.quiet()
        else:
            self._field.say_error(say)

    def forget_typed(self) -> None:
        """What was typed is with the centre."""
        self.field.clear()

    def is_read(self) -> bool:
        """Whether the newest line is before the person's eyes."""
        return self.isVisible() and self.window().isActiveWindow()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read.emit()

    def _show_rows(self, shown: ChatShown) -> None:
        order = tuple(one.number for one in shown.rows)
        if order == self._order and shown.is_desk == self._is_desk:
            return
        bar = self.area.verticalScrollBar()
        was_below = bar.value() >= bar.maximum() - 8
        if shown.is_desk != self._is_desk:
            self._is_desk = shown.is_desk
            for number in tuple(self._rows):
                self._drop(number)
        for number in set(self._rows) - set(order):
            self._drop(number)
        for place, one in enumerate(shown.rows):
            if one.number not in self._rows:
                line = _LineShown(one, self._is_desk)
                line.taken_away.connect(self.taken_away)
                self._rows[one.number] = line
                self._lines.insertWidget(place, line)
        self._order = order
        if was_below:
            QTimer.singleShot(0, self, lambda: bar.setValue(bar.maximum()))

    def _drop(self, number: int) -> None:
        line = self._rows.pop(number)
        self._lines.removeWidget(line)
        line.deleteLater()


class _LineShown(QWidget):
    """One line of the chat: who and when above, the words below, as they were written."""

    taken_away = Signal(int)

    def __init__(self, one: ChatRow, is_desk: bool) -> None:
        super().__init__()
        head = row(
            Text(_say_own(one.name) if one.is_own else one.name, Size.SECONDARY, strong=True),
            Text(one.at, Size.SECONDARY, tone="muted", figures=True),
            1,
            gap=8,
        )
        if is_desk:
            away = IconButton("trash", lambda: tr("Take this line away"), side=28, size=16)
            away.setObjectName(names.CHAT_AWAY.format(number=one.number))
            away.clicked.connect(lambda: self.taken_away.emit(one.number))
            head.addWidget(away)
        words = Text(isolate(one.text), wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(head)
        whole.addWidget(words)


def _say_own(name: Say) -> Say:
    return lambda: tr("{name} (you)", name=name())


def _say_close() -> str:
    return tr("Close the chat")


def _say_open() -> str:
    return tr("Open the chat")
