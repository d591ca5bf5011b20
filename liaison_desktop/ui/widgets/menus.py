"""A button that opens a menu, as the person and the language at the top right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.saying import Say


class MenuButton(Painted):
    """An icon, words and a small arrow; a press opens its menu."""

    def __init__(self, icon: str, say: Say | str, *, parent: QWidget | None = None) -> None:
        self._icon = icon
        self._narrow = False
        super().__init__(say, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._entries: list[tuple[Say, Callable[[], None], Callable[[], bool] | None]] = []
        self.clicked.connect(self.open_menu)

    def add_entry(self, say: Say, act: Callable[[], None], checked: Callable[[], bool] | None = None) -> None:
        """Add a line to the menu; ``checked`` gives it a check mark while true."""
        self._entries.append((say, act, checked))

    def clear_entries(self) -> None:
        """Begin the menu anew."""
        self._entries.clear()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone where room is short."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.updateGeometry()
            self.update()

    def open_menu(self) -> None:
        """Open the menu below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(look.font())
        for say, act, checked in self._entries:
            action = QAction(say(), menu)
            if checked is not None and checked():
                action.setIcon(icons.icon("check", look.color("primary"), 16))
            action.triggered.connect(lambda _checked=False, do=act: do())
            menu.addAction(action)
        menu.popup(self.mapToGlobal(QPoint(self.width() - menu.sizeHint().width(), self.height() + 4)))

    @override
    def sizeHint(self) -> QSize:
        word = 0 if self._narrow else QFontMetrics(look.font()).horizontalAdvance(self.text()) + look.px(8)
        return QSize(look.px(16) + look.px(20) + word + look.px(20), look.px(36))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("neutral"))
            painter.drawRoundedRect(self.rect(), 6, 6)
        x = look.px(8)
        icons.paint(painter, QRect(x, 0, look.px(20), self.height()), self._icon, look.color("muted"), look.px(20))
        x += look.px(28)
        painter.setFont(look.font())
        painter.setPen(look.color("text"))
        if not self._narrow:
            painter.drawText(
                QRect(x, 0, self.width() - x, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text()
            )
        arrow = QRect(self.width() - look.px(24), 0, look.px(16), self.height())
        icons.paint(painter, arrow, "caret-down", look.color("muted"), look.px(14))
