"""Who is let in, what a wrong password says, and what the first screen tells."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.widgets.buttons import Button
from tests.desktop.office import StandInClock, StandInMachine, StandInVault
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands


def test_a_wrong_password_is_named_and_changes_nothing(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    window = desktop.window
    hands.type(window, "signin.password", "wrong password")
    hands.press(window, Qt.Key.Key_Return, "signin.password")
    hands.until(lambda: "not right" in hands.find(window, "signin.message", QLabel).text())
    hands.sign_in(window)


def test_after_many_wrong_passwords_the_wait_is_told_in_words(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    window = desktop.window
    message = hands.find(window, "signin.message", QLabel)
    for _ in range(4):
        hands.type(window, "signin.password", "wrong password")
        hands.press(window, Qt.Key.Key_Return, "signin.password")
        hands.until(
            lambda: not hands.find(window, "signin.password", QLineEdit).isReadOnly() and "not right" in message.text()
        )
        hands.until(lambda: desktop.runner.is_idle)
    assert "Seconds until the next try" in message.text()
    assert not hands.find(window, "signin.enter", QWidget).isEnabled()


def test_who_forgot_the_password_gets_a_new_one_by_the_key_from_the_safe(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    window = desktop.window
    hands.click(window, "signin.forgotten")
    dialog = hands.dialog(window, "recovery")

    def words() -> str:
        return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())

    def attempt(key: str, new: str, again: str) -> None:
        for name, text in (("key", key), ("new", new), ("again", again)):
            hands.find(dialog, f"recovery.{name}", QLineEdit).clear()
            hands.type(dialog, f"recovery.{name}", text)
        hands.click(dialog, "recovery.act")

    attempt("", "жаңы сырсөз", "жаңы сырсөз")
    hands.until(lambda: "Type the recovery key" in words())
    attempt("1", "кыска", "кыска")
    hands.until(lambda: "needs 8 letters" in words())
    attempt("1", "жаңы сырсөз", "башка сырсөз")
    hands.until(lambda: "not the same" in words())
    attempt("12345", "жаңы сырсөз", "жаңы сырсөз")
    hands.until(lambda: "compare it with the paper" in words())
    attempt("0" * 25, "жаңы сырсөз", "жаңы сырсөз")
    hands.until(lambda: "not that of this store" in words())
    attempt(programs.recovery_key.lower().replace("-", " "), "жаңы сырсөз", "жаңы сырсөз")
    hands.until(lambda: not hands.is_seen(window, "recovery.key"))
    assert "new password is set" in hands.find(window, "signin.message", QLabel).text()
    hands.sign_in(window, "жаңы сырсөз")


def test_a_recovery_that_was_left_while_the_key_is_tried_is_answered_at_the_sign_in(
    programs: Programs, hands: Hands
) -> None:
    desktop = programs.start()
    window = desktop.window
    hands.click(window, "signin.forgotten")
    dialog = hands.dialog(window, "recovery")
    for name, text in (("key", "0" * 25), ("new", "жаңы сырсөз"), ("again", "жаңы сырсөз")):
        hands.type(dialog, f"recovery.{name}", text)
    hands.click(dialog, "recovery.act")
    assert isinstance(dialog, QDialog)
    dialog.reject()
    hands.until(lambda: "not that of this store" in hands.find(window, "signin.message", QLabel).text())
    assert desktop._hook.count == 0


def test_only_a_person_of_this_computer_can_have_forgotten_the_password(programs: Programs, hands: Hands) -> None:
    window = programs.start().window
    assert hands.is_seen(window, "signin.forgotten")
    hands.click(window, "signin.other")
    assert not hands.is_seen(window, "signin.forgotten")


def test_after_an_unclean_end_the_first_screens_show_the_last_number(
    programs: Programs, signed_in: Callable[[], Desktop], hands: Hands
) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    hands.press(desktop.window, Qt.Key.Key_F9)
    hands.click(hands.dialog(desktop.window, "review"), "review.register")
    hands.until(lambda: hands.is_seen(desktop.window, "registered.number"))
    number = hands.find(desktop.window, "registered.number", QLabel).text()
    desktop.close()
    (programs.folder / "running").write_text("1 x\n", encoding="ascii")
    again = programs.start()
    words = [label.text() for label in again.window.findChildren(QLabel)]
    assert any(number in text for text in words)
    hands.sign_in(again.window)
    assert hands.is_seen(again.window, "reception.last_number")
    hands.click(again.window, "reception.last_number.same")
    assert not hands.is_seen(again.window, "reception.last_number")


def test_a_computer_that_is_no_workplace_asks_for_its_code(tmp_path: Path, qapp: QApplication, hands: Hands) -> None:
    desktop = app.build(
        tmp_path / "home",
        "http://127.0.0.1:9",
        papers=Tray(tmp_path / "tray"),
        vault=StandInVault(),
        clock=StandInClock(),
        machine=StandInMachine(),
    )
    desktop.set_language("en")
    desktop.show()
    window = desktop.window
    hands.type(window, "enrolment.code", "too short")
    hands.click(window, "enrolment.begin")
    assert any("20 letters" in label.text() for label in window.findChildren(QLabel))
    hands.type(window, "enrolment.code", "ABCDEFGHJKMNPQRSTVWXYZ")
    hands.click(window, "enrolment.begin")
    hands.until(
        lambda: any("centre" in one.accessibleName() for one in window.findChildren(QWidget, "enrolment.message"))
    )
    assert window.focusWidget() is hands.find(window, "enrolment.code", QWidget)
    hands.until(lambda: hands.find(window, "enrolment.begin", Button).is_live)
    desktop.close()


def test_tab_leads_from_card_to_card_and_then_to_the_password(programs: Programs, hands: Hands) -> None:
    window = programs.start().window
    window.activateWindow()
    hands.until(lambda: QApplication.activeWindow() is window)
    hands.find(window, "signin.theme", QWidget).setFocus()
    walked = []
    for _ in range(5):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        walked.append(focused.objectName() if focused is not None else "")
    assert walked == ["signin.person.alim", "signin.other", "signin.password", "signin.enter", "signin.forgotten"]
    hands.press(window, Qt.Key.Key_Space, "signin.other")
    hands.until(lambda: hands.is_seen(window, "signin.login"))
    card = hands.find(window, "signin.other", QAbstractButton)
    assert card.isChecked()
    hands.press(window, Qt.Key.Key_Return, "signin.other")
    assert card.isChecked()


def test_the_keyboard_stays_at_the_password_while_the_store_is_opened(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    window = desktop.window
    hands.type(window, "signin.password", "wrong password")
    hands.press(window, Qt.Key.Key_Return, "signin.password")
    assert "Opening" in hands.find(window, "signin.message", QLabel).text()
    assert window.focusWidget() is hands.find(window, "signin.password", QWidget)
    hands.until(lambda: "not right" in hands.find(window, "signin.message", QLabel).text())
