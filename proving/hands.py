"""What a person does at the window: finds a control by its name, types, presses keys, waits for what is to be seen."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListWidget, QTextEdit, QWidget

from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.chooser import Choice, Chooser

Control = TypeVar("Control", bound=QWidget)
SOON_S: Final = 60.0
CHOICES_MOST: Final = 40
CHOICE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
LETTERS_OF_A_NAME: Final = 60


class NotSeen(Exception):
    """What should be on the screen is not there; the text says what."""


def spin(for_s: float = 0.0) -> None:
    """Let the window live for a moment; what it put away goes, as in the program's own loop."""
    end = time.monotonic() + for_s
    while True:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() >= end:
            return
        time.sleep(0.002)


def until(seen: Callable[[], object], what: str, timeout_s: float = SOON_S) -> None:
    """Let the window live until a condition holds, or raise NotSeen."""
    end = time.monotonic() + timeout_s
    while not seen():
        if time.monotonic() > end:
            raise NotSeen(what)
        spin(0.002)


class Hands:
    """The hands at one window."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def sees(self, name: str) -> bool:
        """Whether a control of this name is to be seen."""
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    def find(self, name: str, kind: type[Control]) -> Control:
        """The visible control of this name, once it is there."""
        until(lambda: self.sees(name), f"{name} is not to be seen")
        for one in self.window.findChildren(kind, name):
            if one.isVisible():
                return one
        raise NotSeen(f"{name} is no {kind.__name__}")

    def write(self, name: str, text: str) -> None:
        """Put a text into a field in the place of what stands there, as an input method commits it."""
        field = self.find(name, QWidget)
        if not isinstance(field, (QLineEdit, QTextEdit)):
            raise NotSeen(f"{name} takes no text")
        field.setFocus()
        field.selectAll()
        if text:
            commit(field, text)
        else:
            QTest.keyClick(field, Qt.Key.Key_Backspace)
        spin()

    def choose(self, name: str, words: str, code: str) -> None:
        """Type the beginning of a name into a chooser and take the choice of this code by arrows and Enter."""
        field = self.find(name, Chooser)
        before = field.choice()
        if before is not None and before.code == code:
            return
        self.take(name, words, code)
        chosen = field.choice()
        if chosen is None or chosen.code != code:
            raise NotSeen(f"{name} does not offer {code} for {words}")
        spin()

    def take(self, name: str, words: str, code: str) -> None:
        """Do so in a chooser that gives away at once what was chosen, and is empty again."""
        field = self.find(name, Chooser)
        self.write(name, words[:LETTERS_OF_A_NAME])
        until(lambda: field.is_open, f"{name} offers nothing for {words}", 10)
        for _ in range(CHOICES_MOST):
            if self._offered() == code:
                QTest.keyClick(field, Qt.Key.Key_Return)
                break
            QTest.keyClick(field, Qt.Key.Key_Down)

    def can_press(self, name: str) -> bool:
        """Whether a button of this name is to be seen and can be pressed."""
        return any(one.isVisible() and _can_press(one) for one in self.window.findChildren(QAbstractButton, name))

    def click(self, name: str) -> None:
        """Press a button, or a link."""
        control = self.find(name, QWidget)
        until(lambda: attention.has_seen, "the screen was not seen yet")
        until(lambda: _can_press(control), f"{name} cannot be pressed")
        if isinstance(control, QAbstractButton):
            control.click()
        else:
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        spin()

    def press(self, key: Qt.Key, over: QWidget | None = None) -> None:
        """Press a key where the keyboard is, in the window or the dialog over it."""
        where = over or self.window
        where.activateWindow()
        until(lambda: QApplication.activeWindow() is where, "the window has the keyboard")
        until(lambda: attention.has_seen, "the screen was looked at")
        QTest.keyClick(QApplication.focusWidget() or where, key)
        spin()

    def _offered(self) -> str:
        """The code of the choice that Enter would take."""
        for one in self.window.findChildren(QListWidget):
            choice = one.currentIndex().data(CHOICE_ROLE) if one.isVisible() else None
            if isinstance(choice, Choice):
                return choice.code
        return ""


def _can_press(control: QWidget) -> bool:
    """Whether a press does something: a button that is busy, or waits until the screen is seen, stays enabled."""
    return control.is_live if isinstance(control, Button) else control.isEnabled()


def commit(field: QWidget, text: str) -> None:
    """Type as an input method does: Cyrillic by single key events aborts the process."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)
