"""The bar at the top: which office, how the line is in words, who works here, language and theme."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import IconButton
from liaison_desktop.ui.widgets.menus import MenuButton
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say, fixed
from liaison_desktop.ui.widgets.text import Elided, Glyph
from liaison_desktop.workplace.words import current, tr

LANGUAGES = (("ky", "Кыргызча"), ("ru", "Русский"), ("en", "English"))


def _is_spoken(language: str) -> bool:
    return current() == language


class LineBadge(Badge):
    """The state of the line; a press opens Delivery."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "primary", "wifi-high", tall=True, parent=parent)
        self.setObjectName(names.LINE_STATE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


class TopBar(QWidget):
    """52 high, over every screen."""

    language_chosen = Signal(str)
    theme_turned = Signal()
    line_asked = Signal()
    keys_asked = Signal()
    guides_asked = Signal()
    password_asked = Signal()
    sign_out_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.office = Elided("", strong=True, least=150)
        self.office.setObjectName(names.OFFICE)
        self.line = LineBadge()
        self.line.pressed.connect(self.line_asked)
        self.person = MenuButton("user", "")
        self.person.setObjectName(names.PERSON_MENU)
        self.person.add_entry(lambda: tr("Keys of this screen (F1)"), self.keys_asked.emit)
        self.person.add_entry(lambda: tr("Guides and lessons (Shift+F1)"), self.guides_asked.emit)
        self.person.add_entry(lambda: tr("Change my password"), self.password_asked.emit)
        self.person.add_entry(lambda: tr("Sign out"), self.sign_out_asked.emit)
        self.language = MenuButton("globe", lambda: dict(LANGUAGES)[current()])
        self.language.setObjectName(names.LANGUAGE_MENU)
        for code, name in LANGUAGES:
            self.language.add_entry(fixed(name), partial(self.language_chosen.emit, code), partial(_is_spoken, code))
        self.theme = IconButton("moon", lambda: tr("Light or dark"))
        self.theme.setObjectName(names.THEME)
        self.theme.clicked.connect(self.theme_turned)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(Glyph("map-pin", "muted"))
        row.addWidget(self.office, 1)
        row.addWidget(self.line)
        row.addSpacing(4)
        row.addWidget(self.person)
        row.addWidget(self.language)
        row.addWidget(self.theme)
        look.changed.connect(self._dress)
        self._dress()

    def show_line(self, say: Say, tone: str, icon: str) -> None:
        """Say how the line is and what waits."""
        self.line.show_state(say, tone, icon)

    def _dress(self) -> None:
        self.setFixedHeight(max(52, look.px(36) + 16))
        self.theme.set_icon("sun" if look.tokens.is_dark else "moon")
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.px(900)
        self.person.set_narrow(narrow)
        self.language.set_narrow(narrow)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.color("line"))
