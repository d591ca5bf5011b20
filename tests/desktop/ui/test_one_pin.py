"""One PIN under another name: the clerk is told the earlier one, nothing is stopped, and one key takes it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.returning import known_as, named_otherwise
from tests.desktop.office import make_draft
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def remark_on(desktop: Desktop, field: str) -> str:
    assert desktop.counter is not None
    return desktop.counter.reception.form.fields[field].message()


def begin_again(desktop: Desktop, hands: Hands, surname: str) -> None:
    """The same PIN comes back under a surname."""
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.fill(window, surname=surname)


def test_another_surname_under_a_known_pin_is_told_and_registered_as_typed(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    begin_again(desktop, hands, "Асанова")
    hands.until(lambda: "Турдубаева Бактыгүл" in remark_on(desktop, "surname"))
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    said = [label.text() for label in review.findChildren(QLabel) if "Турдубаева Бактыгүл" in label.text()]
    assert ["Shift" in one for one in said] == [False]
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    assert any("Асанова" in label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_one_key_takes_the_earlier_name_and_nothing_else(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    begin_again(desktop, hands, "Асанова")
    hands.until(lambda: hands.is_seen(window, "reception.earlier_name"))
    subject = hands.find(window, "reception.subject", QLineEdit)
    subject.setFocus()
    hands.press(window, Qt.Key.Key_F3, modifier=SHIFT)
    assert hands.find(window, "reception.surname", QLineEdit).text() == "Турдубаева"
    assert subject.text() == "Мал уурулугу боюнча тергөөнүн созулушу"
    assert QApplication.focusWidget() is subject
    assert remark_on(desktop, "surname") == ""
    assert not hands.is_seen(window, "reception.earlier_name")
    hands.press(window, Qt.Key.Key_F3, modifier=SHIFT)
    assert hands.find(window, "reception.surname", QLineEdit).text() == "Асанова"


def test_all_earlier_names_of_a_pin_are_told_with_their_numbers_and_taken_in_turn(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    begin_again(desktop, hands, "Асанова")
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.fill(window, surname="Башкабаева")
    hands.until(lambda: "Турдубаева Бактыгүл (ALA" in remark_on(desktop, "surname"))
    assert "Асанова Бактыгүл (ALA" in remark_on(desktop, "surname")
    assert not hands.is_seen(window, "reception.returning")
    taken = []
    for _ in range(3):
        hands.press(window, Qt.Key.Key_F3, modifier=SHIFT)
        taken.append(hands.find(window, "reception.surname", QLineEdit).text())
    assert taken == ["Турдубаева", "Асанова", "Башкабаева"]


def test_the_key_changes_no_name_that_agrees(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    begin_again(desktop, hands, "Турдубаева")
    hands.type(window, "reception.patronymic", "Нурматовна")
    hands.press(window, Qt.Key.Key_F3, modifier=SHIFT)
    assert hands.find(window, "reception.patronymic", QLineEdit).text() == "Нурматовна"
    assert "PIN" not in remark_on(desktop, "surname")


KNOWN = PersonCard(surname="Өмүрзакова", given_name="Айжан", pin="10101198899656")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"surname": "Омурзакова"}, ""),
        ({"surname": "ӨМҮРЗАКОВА", "given_name": "айжан"}, ""),
        ({"surname": ""}, ""),
        ({"surname": "Асанова"}, "surname"),
        ({"given_name": "Бермет"}, "given_name"),
        ({"surname": "Асанова", "pin": "20101198899656"}, ""),
        ({"surname": "Асанова", "pin": "1 0101 1988 99656"}, "surname"),
    ],
)
def test_letters_that_are_spelt_otherwise_make_no_other_name(typed: dict[str, str], field: str) -> None:
    before = {"surname": "Өмүрзакова", "given_name": "Айжан", "pin": "10101198899656"}
    assert named_otherwise(make_draft(**(before | typed)), KNOWN) == field


@pytest.mark.parametrize(("typed", "whom"), [("", None), ("Башкабаева", None), ("Асанова", "Асанова")])
def test_nothing_is_filled_in_of_one_of_several_until_the_name_says_of_whom(typed: str, whom: str | None) -> None:
    other = PersonCard(surname="Асанова", given_name="Айжан", pin=KNOWN.pin)
    draft = make_draft(surname=typed, given_name="Айжан", pin=KNOWN.pin)
    meant = known_as(draft, replace(KNOWN, others=(other,)))
    assert (meant.surname if meant is not None else None) == whom
