"""The window: sign-in or enrolment first, then the rail, the top bar and the screens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.shell.clock_bar import ClockBar
from liaison_desktop.ui.shell.rail import Place, Rail
from liaison_desktop.ui.shell.topbar import TopBar
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.emblem import window_icon
from liaison_desktop.ui.widgets.focus import FocusRing
from liaison_desktop.ui.widgets.keys import Keys, KeysDialog
from liaison_desktop.ui.widgets.messages import Toast
from liaison_desktop.ui.widgets.saying import Say, fixed, tell
from liaison_desktop.workplace.words import tr

PLACES = (
    Place("reception", "note-pencil", lambda: tr("Reception"), "Alt+1"),
    Place("requests", "files", lambda: tr("Requests"), "Alt+2"),
    Place("delivery", "paper-plane-tilt", lambda: tr("Delivery"), "Alt+3"),
    Place("meetings", "video-camera", lambda: tr("Meetings"), "Alt+4"),
    Place("settings", "gear-six", lambda: tr("Settings"), "Alt+5", foot=True),
)

KEYS_OF_ALL: Keys = (
    ("Alt+1 … 5", lambda: tr("Reception, Requests, Delivery, Meetings, Settings")),
    ("Ctrl+K", lambda: tr("Check a receipt")),
    ("Ctrl+L", lambda: tr("Lock at once; what is typed stays")),
    ("F1", lambda: tr("Keys of this screen")),
    ("Shift+F1", lambda: tr("Guides and lessons")),
    ("Tab", lambda: tr("To the next field")),
    ("Esc", lambda: tr("Close a list, a question, the drawer")),
)


class Screen(QWidget):
    """A screen of the shell: tells its keys for F1 and where the keyboard begins."""

    def keys(self) -> tuple[tuple[str, Say], ...]:
        """The keys that work here."""
        return ()

    def take_keyboard(self) -> None:
        """Put the keyboard where work begins."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))


class Shell(QWidget):
    """Rail, top bar and the screens of a signed-in person."""

    screen_opened = Signal(str)
    rail_folded = Signal(bool)
    guides_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rail = Rail(PLACES)
        self.top = TopBar()
        self.clock = ClockBar()
        self.stack = QStackedWidget()
        self._screens: dict[str, Screen] = {}
        self._late: dict[str, Callable[[], Screen]] = {}
        self._current = ""
        self._wish: bool | None = None
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self.clock)
        self._over = QVBoxLayout()
        right.addLayout(self._over)
        right.addWidget(self.stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.rail.asked_for.connect(self.open)
        self.rail.folded.connect(self._fold)
        look.changed.connect(self._fit_rail)
        self.top.line_asked.connect(lambda: self.open("delivery"))
        self.top.keys_asked.connect(self.show_keys)
        for number, place in enumerate(PLACES, 1):
            key = QShortcut(QKeySequence(f"Alt+{number}"), self)
            key.activated.connect(lambda name=place.name: self.open(name))
        QShortcut(QKeySequence("F1"), self).activated.connect(self.show_keys)
        self.top.guides_asked.connect(self.guides_asked)
        QShortcut(QKeySequence("Shift+F1"), self).activated.connect(self.guides_asked)

    def add_banner(self, banner: QWidget) -> None:
        """Put what concerns every screen between the top bar and them."""
        self._over.addWidget(banner)

    def add_screen(self, name: str, screen: Screen) -> None:
        """Put a screen on the rail."""
        self._screens[name] = screen
        self.stack.addWidget(screen)

    def add_late(self, name: str, build: Callable[[], Screen]) -> None:
        """Put a screen on the rail that is built when it is first wanted."""
        self._late[name] = build

    @property
    def current(self) -> str:
        """The open screen's name."""
        return self._current

    def page(self, name: str) -> Screen:
        """A screen by its name."""
        build = self._late.pop(name, None)
        if build is not None:
            self.add_screen(name, build())
        return self._screens[name]

    def open(self, name: str) -> None:
        """Show a screen and give it the keyboard."""
        screen = self.page(name)
        self._current = name
        self.rail.set_current(name)
        if self.stack.currentWidget() is not screen:
            attention.turn()
        self.stack.setCurrentWidget(screen)
        self.screen_opened.emit(name)
        screen.take_keyboard()

    def wish_narrow(self, narrow: bool | None) -> None:
        """What the person wished about the rail; nothing leaves it to the room there is."""
        self._wish = narrow
        self._fit_rail()

    def show_keys(self) -> None:
        """Show the keys of the open screen."""
        if self._current:
            dialog = KeysDialog(self, self._screens[self._current].keys(), KEYS_OF_ALL)
            dialog.setObjectName("keys")
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _fold(self, narrow: bool) -> None:
        self._wish = narrow
        self._fit_rail()
        self.rail_folded.emit(narrow)

    def _fit_rail(self) -> None:
        must = self.width() < look.px(1100)
        narrow = must or bool(self._wish)
        if narrow != self.rail.is_narrow:
            self.rail.set_narrow(narrow)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()


class Window(QWidget):
    """The one window of the program; it shows one page at a time."""

    closing = Signal()
    activated = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = lambda: True
        """Asked before the window closes; who says no has asked the person something."""
        self.setObjectName(names.WINDOW)
        self.setWindowIcon(window_icon())
        tell(self, self.setWindowTitle, lambda: tr("Liaison"))
        self.stack = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.ring = FocusRing(self)
        self.toast = Toast(self)
        self.toast.set_close_words(lambda: tr("Close"))

    def show_page(self, page: QWidget) -> None:
        """Show sign-in, enrolment or the shell."""
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def drop_page(self, page: QWidget) -> None:
        """Take a page out for good."""
        if self.stack.indexOf(page) >= 0:
            self.stack.removeWidget(page)
            page.hide()
            page.deleteLater()

    def name_it(self, office: str) -> None:
        """Write the office into the window's title."""
        tell(self, self.setWindowTitle, fixed(office))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))
