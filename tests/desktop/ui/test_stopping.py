"""Stopping the numbers is asked twice, is said on every screen, and is lifted by the head of the office."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.ui import formats
from liaison_desktop.ui.shell.view import PLACES
from tests.desktop.office import PASSWORD, person_reply
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]


@pytest.fixture
def asked(programs: Programs, signed_in: Start, hands: Hands) -> tuple[Desktop, str]:
    """After a power cut the last number is asked for."""
    desktop = signed_in()
    hands.fill(desktop.window)
    number = register(desktop, hands)
    desktop.close()
    (programs.folder / "running").write_text("1 x\n", encoding="ascii")
    again = signed_in()
    assert hands.is_seen(again.window, "reception.last_number")
    return again, number


def say_no(desktop: Desktop, hands: Hands) -> None:
    hands.click(desktop.window, "reception.last_number.later")
    hands.click(hands.dialog(desktop.window, "stop"), "question.act")
    hands.until(lambda: hands.is_seen(desktop.window, "stopped"))


def test_one_press_on_the_wrong_button_stops_nothing(asked: tuple[Desktop, str], hands: Hands) -> None:
    desktop, number = asked
    window = desktop.window
    hands.click(window, "reception.last_number.later")
    question = hands.dialog(window, "stop")
    assert any(formats.unbroken(number) in label.text() for label in question.findChildren(QLabel))
    hands.press(question, Qt.Key.Key_Escape)
    hands.until(lambda: not hands.is_seen(window, "stop") and QApplication.activeWindow() is window)
    assert hands.is_seen(window, "reception.last_number")
    hands.click(window, "reception.last_number.same")
    hands.click(window, "reception.new")
    hands.fill(window, surname="Асанов")
    assert register(desktop, hands) > number


def test_a_stopped_office_says_so_on_every_screen_and_before_the_form_is_begun(
    asked: tuple[Desktop, str], signed_in: Start, hands: Hands
) -> None:
    desktop, _number = asked
    say_no(desktop, hands)
    desktop.close()
    again = signed_in()
    hands.until(lambda: hands.is_seen(again.window, "stopped"))
    counter = again.counter
    assert counter is not None
    for place in PLACES:
        counter.shell.open(place.name)
        assert "No numbers are given" in hands.find(again.window, "stopped", QWidget).accessibleName(), place.name
    counter.shell.open("reception")
    hands.fill(again.window)
    hands.press(again.window, Qt.Key.Key_F9)
    assert again.window.findChild(QWidget, "review") is None
    assert any("kept as a draft" in label.text() for label in again.window.findChildren(QLabel))


def test_the_head_of_the_office_lets_the_numbers_go_on(asked: tuple[Desktop, str], hands: Hands) -> None:
    desktop, number = asked
    window = desktop.window
    desk = desktop.desk
    assert desk is not None
    said: list[object] = []
    desktop.runner.run(
        lambda: admit_person(desktop.place, desk, person_reply("bakyt", "akim", surname="Осмонов"), PASSWORD),
        done=said.append,
    )
    hands.until(lambda: bool(said))
    say_no(desktop, hands)
    hands.click(window, "stopped.lift")
    dialog = hands.dialog(window, "lift")
    for name, text in (("number", number[:-1]), ("login", "bakyt"), ("password", PASSWORD)):
        hands.type(dialog, f"lift.{name}", text)
    hands.click(dialog, "lift.act")
    hands.until(lambda: any("registration number" in label.text() for label in dialog.findChildren(QLabel)))
    hands.type(dialog, "lift.number", number[-1])
    hands.click(dialog, "lift.act")
    hands.until(lambda: not hands.is_seen(window, "stopped") and QApplication.activeWindow() is window)
    hands.fill(window)
    assert register(desktop, hands) > number
