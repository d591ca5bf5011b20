"""A drawer at the right edge: holds the second column where the window is too narrow for two."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import IconButton
from liaison_desktop.ui.widgets.saying import Say

WIDTH = 380


class Drawer(QWidget):
    """Lies over the screen, 380 wide unless told otherwise, with what else stands beside it; Esc closes it."""

    closed = Signal()

    def __init__(self, screen: QWidget, close: Say) -> None:
        super().__init__(screen)
        self._inner: QWidget | None = None
        self._width = WIDTH
        self._typing: QWidget | None = None
        self._close = IconButton("x", close, tone="muted")
        self._close.setObjectName("drawer.close")
        self._close.clicked.connect(self.close_drawer)
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(self._close)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 16)
        self._column.setSpacing(4)
        self._column.addLayout(top)
        screen.installEventFilter(self)
        look.changed.connect(self.update)
        self.hide()

    def hold(self, inner: QWidget) -> None:
        """Take the column in."""
        if self._inner is not inner:
            self._inner = inner
            self._column.addWidget(inner, 1)
            inner.show()

    def give_back(self) -> None:
        """Let the column go to its place beside the form."""
        self._inner = None
        self.hide()

    def open_drawer(self) -> None:
        """Come out over the screen."""
        self._typing = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.TabFocusReason)

    def close_drawer(self) -> None:
        """Go back, and the keyboard to where it was."""
        self.hide()
        if self._typing is not None and isValid(self._typing) and self._typing.isVisible():
            self._typing.setFocus(Qt.FocusReason.OtherFocusReason)
        self._typing = None
        self.closed.emit()

    def set_width(self, width: int) -> None:
        """Be so wide, for what needs more room than a list."""
        if width != self._width:
            self._width = width
            if self.isVisible():
                self._place()

    def _place(self) -> None:
        screen = self.parentWidget()
        if screen is not None:
            width = min(look.px(self._width), screen.width() - 40)
            self.setGeometry(screen.width() - width, 0, width, screen.height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_drawer()
            return
        super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("canvas"))
        painter.fillRect(0, 0, 1, self.height(), look.color("control"))
