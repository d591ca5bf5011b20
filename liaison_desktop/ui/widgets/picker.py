"""Choosing one of a few known things: looks like a field, opens a list; for what is not found by typing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the list: its code and its words."""

    code: str
    words: str


class Picker(Painted):
    """Shows what is chosen; Space, Enter or Down opens the list. ``picked`` carries the code of another choice."""

    picked = Signal(str)

    def __init__(self, icon: str, label: Say, empty: Say, parent: QWidget | None = None) -> None:
        self._icon, self._label, self._empty = icon, label, empty
        self._options: tuple[Option, ...] = ()
        self._code = ""
        super().__init__(empty, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.open_list)

    def offer(self, options: tuple[Option, ...], code: str) -> None:
        """Show these and which of them is chosen; with none of them there is nothing to open."""
        self._options, self._code = options, code
        self.setEnabled(bool(options))
        chosen = next((one for one in options if one.code == code), None)
        self.say(chosen.words if chosen is not None else self._empty)

    @property
    def code(self) -> str:
        """What is chosen."""
        return self._code

    def open_list(self) -> None:
        """Open the list below the field, the chosen line marked and under the keyboard."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(look.font())
        menu.setMinimumWidth(self.width())
        menu.setAccessibleName(self._label())
        for one in self._options:
            action = QAction(one.words.replace("&", "&&"), menu)
            if one.code == self._code:
                action.setIcon(icons.icon("check", look.color("primary"), 16))
            action.triggered.connect(lambda _checked=False, code=one.code: self.choose(code))
            menu.addAction(action)
            if one.code == self._code:
                menu.setActiveAction(action)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def choose(self, code: str) -> None:
        """Take this one, as a press in the list does."""
        if code != self._code:
            self.offer(self._options, code)
            self.picked.emit(code)

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self.setAccessibleName(f"{self._label()}: {text}")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(36))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(140), look.px(36))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setPen(QPen(look.color("control" if self.isEnabled() else "line"), 1))
        painter.setBrush(look.color("neutral" if over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        side, height = look.px(20), self.height()
        icons.paint(painter, QRect(look.px(10), 0, side, height), self._icon, look.color("muted"), side)
        arrow = look.px(16)
        if self.isEnabled():
            place = QRect(self.width() - look.px(10) - arrow, 0, arrow, height)
            icons.paint(painter, place, "caret-down", look.color("muted"), arrow)
        left = look.px(38)
        room = QRect(left, 0, self.width() - left - look.px(34), height)
        painter.setFont(look.font())
        painter.setPen(look.color("text" if self.isEnabled() else "muted"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
