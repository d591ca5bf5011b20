"""Wherever a password is typed it can be looked at, and a wrong layout of the keyboard is seen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.ui.settings.view import PasswordCard
from liaison_desktop.ui.signin.first_password import FirstPasswordDialog
from liaison_desktop.ui.signin.recovery import RecoveryDialog
from liaison_desktop.ui.stop import LiftDialog
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import IconButton

HIDDEN, SEEN = QLineEdit.EchoMode.Password, QLineEdit.EchoMode.Normal
FORMS: dict[str, tuple[Callable[[QWidget], QWidget], tuple[str, ...]]] = {
    "first": (FirstPasswordDialog, ("new", "again")),
    "recovery": (lambda window: RecoveryDialog(window, "Алим", lambda: ""), ("new", "again")),
    "lift": (LiftDialog, ("password",)),
    "settings": (lambda _window: PasswordCard(), ("old", "new", "again")),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_is_typed_can_be_looked_at_and_the_layout_is_named(qtbot: QtBot, name: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    make, words = FORMS[name]
    form = make(window)
    form.setParent(window)
    for word in words:
        field = getattr(form, word)
        assert field.echoMode() is HIDDEN, word
        eye = field.findChild(IconButton)
        assert eye is not None, word
        assert eye.accessibleName()
        eye.click()
        assert field.echoMode() is SEEN, word
        QTest.keyClick(field, Qt.Key.Key_A)
        assert field.layout_sign() == "ENG", word
        eye.click()
        assert field.echoMode() is HIDDEN, word


def test_a_password_that_was_looked_at_is_hidden_again_once_it_is_changed(qtbot: QtBot) -> None:
    card = PasswordCard()
    qtbot.addWidget(card)
    eye = card.new.findChild(IconButton)
    assert eye is not None
    eye.click()
    card.new.setText("менин сырсөзүм 7")
    card.empty()
    assert (card.new.text(), card.new.echoMode()) == ("", HIDDEN)


@pytest.mark.parametrize("size", [100, 150])
def test_the_eye_and_the_sign_leave_room_for_what_is_typed_in_letters_of_any_size(
    signed_in: Callable[[], Desktop], size: int
) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    counter.shell.open("settings")
    desktop.set_text_size(size)
    QApplication.processEvents()
    for field in (counter.settings.person.old, counter.settings.person.new, counter.settings.person.again):
        assert field.textMargins().right() == look.px(112)
        assert field._words_box().width() >= field.fontMetrics().horizontalAdvance("●" * 8)
