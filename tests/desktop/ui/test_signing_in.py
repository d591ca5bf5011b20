"""Who is let in, what a wrong password says, and what the first screen tells."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.ui.paper import Tray
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
            lambda: hands.find(window, "signin.password", QWidget).isEnabled() and "not right" in message.text()
        )
        hands.until(lambda: desktop.runner.is_idle)
    assert "Seconds until the next try" in message.text()
    assert not hands.find(window, "signin.enter", QWidget).isEnabled()


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


def test_a_clerk_who_says_no_stops_the_numbering_and_keeps_the_drafts(programs: Programs, hands: Hands) -> None:
    (programs.folder / "running").write_text("1 x\n", encoding="ascii")
    desktop = programs.start()
    window = desktop.window
    hands.sign_in(window)
    hands.fill(window)
    counter = desktop.counter
    assert counter is not None
    counter.reception.last_number_denied.emit()
    hands.until(lambda: desktop.runner.is_idle)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    hands.click(review, "review.register")
    hands.until(lambda: any("No number" in label.text() for label in review.findChildren(QLabel)))
    hands.click(review, "review.back")


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
    hands.until(lambda: hands.find(window, "enrolment.begin", QWidget).isEnabled())
    desktop.close()
