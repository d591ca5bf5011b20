"""What a person does at the window: finds a control by its name, types, presses keys, waits for what is to be seen."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.office import PASSWORD

Widget = TypeVar("Widget", bound=QWidget)
SOON_MS = 60_000


def type_text(widget: QWidget, text: str) -> None:
    """Type as an input method does: Cyrillic by single key events aborts the process."""
    widget.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


class Hands:
    """One pair for a test."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def find(self, window: QWidget, name: str, kind: type[Widget]) -> Widget:
        """The visible control of this name."""
        found = [one for one in window.findChildren(kind, name) if one.isVisible()]
        assert found, f"{name} is not to be seen"
        return found[0]

    def is_seen(self, window: QWidget, name: str) -> bool:
        return any(one.isVisible() for one in window.findChildren(QWidget, name))

    def until(self, seen: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(seen, timeout=SOON_MS)

    def type(self, window: QWidget, name: str, text: str) -> None:
        field = self.find(window, name, QWidget)
        assert isinstance(field, (QLineEdit, QTextEdit))
        type_text(field, text)

    def press(
        self,
        window: QWidget,
        key: Qt.Key,
        name: str = "",
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press a key where the keyboard is, or in the control named; first wait until the window has the keyboard."""
        window.activateWindow()
        self.until(lambda: QApplication.activeWindow() is window)
        target = self.find(window, name, QWidget) if name else (QApplication.focusWidget() or window)
        QTest.keyClick(target, key, modifier)

    def dialog(self, window: QWidget, name: str) -> QWidget:
        """The dialog of this name over the window, once it is open."""
        self.until(lambda: any(one.isVisible() for one in window.findChildren(QWidget, name)))
        return next(one for one in window.findChildren(QWidget, name) if one.isVisible())

    def click(self, window: QWidget, name: str) -> None:
        self.find(window, name, QAbstractButton).click()

    def sign_in(self, window: QWidget, password: str = PASSWORD) -> None:
        self.type(window, "signin.password", password)
        self.press(window, Qt.Key.Key_Return, "signin.password")
        self.until(lambda: self.is_seen(window, "reception.pin"))
        window.activateWindow()
        self.until(lambda: QApplication.activeWindow() is window)

    def fill(self, window: QWidget, surname: str = "Турдубаева") -> None:
        """Fill in a whole request by the keyboard."""
        for name, text in (
            ("pin", "10101198899656"),
            ("surname", surname),
            ("given_name", "Бактыгүл"),
            ("phone", "+996 555 123456"),
            ("settlement", "Ак-Жол"),
            ("street", "Ленин, 27"),
        ):
            self.type(window, f"reception.{name}", text)
        self.click(window, "reception.answer_by.phone")
        self.click(window, "reception.kind.complaint")
        for name, query in (("addressee", "аким"), ("category", "мал")):
            self.type(window, f"reception.{name}", query)
            self.press(window, Qt.Key.Key_Return, f"reception.{name}")
        self.type(window, "reception.subject", "Мал уурулугу боюнча тергөөнүн созулушу")
        self.type(window, "reception.text", "Менин эки кунан жана бир бээм жоголду.")
