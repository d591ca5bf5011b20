"""Stopping the numbers is asked twice, is said on every screen, and is lifted by the head of the office."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.errors import ExchangeFailed, SignInRefused
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.ui import formats
from liaison_desktop.ui.shell.view import PLACES
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.messages import MessageBar
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import PersonReply
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


def test_one_bar_says_that_nothing_was_registered_and_why_until_one_goes_on(
    asked: tuple[Desktop, str], hands: Hands
) -> None:
    desktop, _number = asked
    window = desktop.window
    say_no(desktop, hands)
    window.resize(911, 512)
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F9)
    bars = [bar for bar in window.findChildren(MessageBar) if bar.isVisible()]
    assert [bar.objectName() for bar in bars] == ["stopped"]
    assert "kept as a draft" in bars[0].text()
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: "kept as a draft" not in bars[0].text())
    assert "No numbers are given" in bars[0].text()


def test_f9_on_an_empty_form_says_of_no_draft_that_it_was_kept(asked: tuple[Desktop, str], hands: Hands) -> None:
    desktop, _number = asked
    say_no(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_F9)
    stopped = hands.find(desktop.window, "stopped", MessageBar)
    assert "No numbers are given" in stopped.text()
    assert "kept as a draft" not in stopped.text()
    hands.type(desktop.window, "reception.surname", "Асанов")
    hands.press(desktop.window, Qt.Key.Key_F9)
    hands.until(lambda: "kept as a draft" in stopped.text())


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


class CentreOverTheLine:
    """Knows the head of the office, who has a one-time password, and a clerk."""

    def __init__(self) -> None:
        self.passwords = {"bakyt": "tree-moon-fish-4444", "cholpon": "star-lake-bird-5555"}
        self.must_change = {"bakyt"}
        self.is_there = True

    def ask_person(
        self,
        desk: Desk,
        login: str,
        password: str,
        new_password: str,
        done: Callable[[PersonReply], None],
        failed: Callable[[ContractError], None],
    ) -> None:
        if not self.is_there:
            failed(ExchangeFailed("no_route"))
        elif self.passwords.get(login) != password:
            failed(SignInRefused("sign_in_wrong"))
        elif login in self.must_change and not new_password:
            failed(SignInRefused("password_must_change"))
        else:
            self.must_change.discard(login)
            self.passwords[login] = new_password or password
            done(person_reply(login, "akim" if login == "bakyt" else "clerk", surname="Осмонов"))


@pytest.fixture
def over_the_line(
    asked: tuple[Desktop, str], hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> tuple[CentreOverTheLine, QWidget]:
    """The numbers are stopped, and the dialog that lifts it is open."""
    desktop, number = asked
    centre = CentreOverTheLine()
    monkeypatch.setattr(desktop.syncing, "ask_person", centre.ask_person)
    say_no(desktop, hands)
    hands.click(desktop.window, "stopped.lift")
    dialog = hands.dialog(desktop.window, "lift")
    hands.type(dialog, "lift.number", number)
    return centre, dialog


def said_in(dialog: QWidget) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_a_head_who_never_signed_in_here_lets_the_numbers_go_on_over_the_line(
    asked: tuple[Desktop, str], over_the_line: tuple[CentreOverTheLine, QWidget], hands: Hands, programs: Programs
) -> None:
    window = asked[0].window
    centre, dialog = over_the_line
    hands.type(dialog, "lift.login", "bakyt")
    hands.type(dialog, "lift.password", "tree-moon-fish-4444")
    hands.click(dialog, "lift.act")
    first = hands.dialog(window, "first_password")
    assert not dialog.isVisible(), "one question at a time"
    assert hands.find(first, "first_password.act", Button).text() == "Set it and go on"
    for name in ("new", "again"):
        hands.type(first, f"first_password.{name}", "менин сырсөзүм 7")
    hands.click(first, "first_password.act")
    hands.until(lambda: not hands.is_seen(window, "stopped") and QApplication.activeWindow() is window)
    assert centre.passwords["bakyt"] == "менин сырсөзүм 7"
    hands.fill(window)
    assert register(asked[0], hands) > asked[1]
    asked[0].close()
    again = programs.start()
    hands.until(lambda: hands.is_seen(again.window, "signin.password"))
    hands.sign_in(again.window)


def test_who_leaves_the_one_time_password_is_told_what_comes_first(
    asked: tuple[Desktop, str], over_the_line: tuple[CentreOverTheLine, QWidget], hands: Hands
) -> None:
    _centre, dialog = over_the_line
    hands.type(dialog, "lift.login", "bakyt")
    hands.type(dialog, "lift.password", "tree-moon-fish-4444")
    hands.click(dialog, "lift.act")
    first = hands.dialog(asked[0].window, "first_password")
    hands.press(first, Qt.Key.Key_Escape)
    hands.until(lambda: "First put your own password" in said_in(dialog))
    assert hands.find(dialog, "lift.password", QLineEdit).text() == "tree-moon-fish-4444"
    assert hands.find(dialog, "lift.act", Button).is_live


@pytest.mark.parametrize(
    ("login", "password", "is_there", "named"),
    [
        ("bakyt", "tree-moon-fish-4444", False, "call the centre: two people there lift it"),
        ("bakyt", "wrong password", True, "does not know this login and password together"),
        ("cholpon", "star-lake-bird-5555", True, "Only the head of this office"),
        ("", "", True, "Type your login"),
    ],
)
def test_the_dialog_says_what_can_be_done_there_and_not_what_stands_elsewhere(
    asked: tuple[Desktop, str],
    over_the_line: tuple[CentreOverTheLine, QWidget],
    hands: Hands,
    login: str,
    password: str,
    is_there: bool,
    named: str,
) -> None:
    centre, dialog = over_the_line
    centre.is_there = is_there
    hands.type(dialog, "lift.login", login)
    hands.type(dialog, "lift.password", password)
    hands.click(dialog, "lift.act")
    hands.until(lambda: named in said_in(dialog))
    assert "another person" not in said_in(dialog)
    assert hands.is_seen(asked[0].window, "stopped")
