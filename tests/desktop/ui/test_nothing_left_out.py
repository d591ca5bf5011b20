"""What was typed is registered, or refused at its field, or said to be left out; the review shows all of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Segments
from liaison_desktop.ui.widgets.chooser import Chooser
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import registered_here

Start = Callable[[], Desktop]


def message_at(desktop: Desktop, name: str) -> str:
    counter = desktop.counter
    assert counter is not None
    return counter.reception.form.fields[name].message()


def words_of(dialog: QWidget) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def test_an_addressee_typed_and_not_chosen_stops_at_its_field(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    field = hands.find(window, "reception.addressee", Chooser)
    field.selectAll()
    hands.type(window, "reception.addressee", "мурунку министр")
    hands.press(window, Qt.Key.Key_F9)
    assert window.findChild(QWidget, "review") is None
    assert "not chosen from the list" in message_at(desktop, "addressee")
    assert field.text() == "мурунку министр"
    assert registered_here(desktop) == 0


def test_a_second_matter_typed_and_not_chosen_stops_at_its_field(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F5)
    hands.type(window, "reception.category.2", "ичүүчү суу жок деп жазылган")
    hands.press(window, Qt.Key.Key_F9)
    assert window.findChild(QWidget, "review") is None
    assert "not chosen from the list" in message_at(desktop, "category")


def test_a_place_typed_and_not_chosen_is_read_out_and_registered(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    place = hands.find(window, "reception.territory", QLineEdit)
    place.selectAll()
    hands.type(window, "reception.territory", "Россия, Омск")
    hands.find(window, "reception.subject", QLineEdit).setFocus()
    assert "written into the address as typed" in message_at(desktop, "territory")
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    assert any("Россия, Омск" in words for words in words_of(review))


def test_the_review_reads_out_everything_that_is_registered(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.type(window, "reception.document", "ID1234567")
    hands.type(window, "reception.text", " " + "сөз " * 900 + "АКЫРЫ")
    hands.press(window, Qt.Key.Key_F9)
    said = "\n".join(words_of(hands.dialog(window, "review")))
    for expected in ("10101198899656", "ID1234567", "Кыргызча", "Турдубаева", "Ленин, 27", "by telephone", "АКЫРЫ"):
        assert expected in said, expected


def test_the_review_reads_out_why_there_is_no_pin(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.find(window, "reception.pin", QLineEdit).clear()
    counter = desktop.counter
    assert counter is not None
    counter.reception.focus_on("no_pin_reason")
    hands.type(window, "reception.no_pin_reason", "Россиянын жараны")
    hands.press(window, Qt.Key.Key_F9)
    assert "Россиянын жараны" in words_of(hands.dialog(window, "review"))


def test_what_does_not_apply_is_said_to_be_left_out(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    counter = desktop.counter
    assert counter is not None
    counter.reception.focus_on("no_pin_reason")
    hands.type(window, "reception.no_pin_reason", "паспортун жоготкон")
    hands.click(window, "reception.collective.collective")
    hands.type(window, "reception.signatories", "Асанов Асан")
    hands.click(window, "reception.collective.individual")
    hands.fill(window)
    assert "not registered" in message_at(desktop, "no_pin_reason")
    assert "not registered" in message_at(desktop, "signatories_count")
    hands.press(window, Qt.Key.Key_F9)
    said = "\n".join(words_of(hands.dialog(window, "review")))
    assert said.count("not registered") == 2


def test_an_added_matter_left_empty_goes_and_one_chosen_can_be_taken_away(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F5)
    assert hands.is_seen(window, "reception.category.2")
    hands.press(window, Qt.Key.Key_Tab)
    hands.until(lambda: not hands.is_seen(window, "reception.category.2"))
    hands.press(window, Qt.Key.Key_F5)
    second = hands.find(window, "reception.category.2", Chooser)
    hands.type(window, "reception.category.2", "мектеп")
    hands.press(window, Qt.Key.Key_Return, "reception.category.2")
    assert second.choice() is not None
    second.selectAll()
    hands.press(window, Qt.Key.Key_Backspace, "reception.category.2")
    hands.press(window, Qt.Key.Key_Escape, "reception.category.2")
    hands.press(window, Qt.Key.Key_Tab)
    hands.until(lambda: not hands.is_seen(window, "reception.category.2"))
    hands.press(window, Qt.Key.Key_F9)
    hands.dialog(window, "review")


def test_the_first_matter_taken_away_leaves_the_second_in_its_place(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F5)
    hands.type(window, "reception.category.2", "мектеп")
    hands.press(window, Qt.Key.Key_Return, "reception.category.2")
    second = hands.find(window, "reception.category.2", Chooser).choice()
    first = hands.find(window, "reception.category", Chooser)
    first.setFocus()
    first.selectAll()
    QTest.keyClick(first, Qt.Key.Key_Backspace)
    hands.find(window, "reception.subject", QLineEdit).setFocus()
    hands.until(lambda: first.choice() == second)
    assert not hands.is_seen(window, "reception.category.2")


def test_typed_words_go_by_escape_and_by_the_cross(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.type(window, "reception.addressee", "мурунку министр")
    hands.press(window, Qt.Key.Key_Escape, "reception.addressee")
    hands.press(window, Qt.Key.Key_Escape, "reception.addressee")
    assert hands.find(window, "reception.addressee", QLineEdit).text() == ""
    QApplication.processEvents()


def test_another_language_and_an_odd_address_of_mail_are_asked_about_and_hinder_nobody(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.click(window, "reception.answer_by.email")
    hands.type(window, "reception.email", "sidorov(at)mail.ru")
    hands.find(window, "reception.text", QTextEdit).selectAll()
    hands.type(window, "reception.text", "Ребёнку не дают справку о гражданстве, прошу помочь с документами.")
    hands.find(window, "reception.subject", QLineEdit).setFocus()
    hands.until(lambda: bool(message_at(desktop, "email")) and bool(message_at(desktop, "text")))
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    for name in ("email", "text"):
        assert message_at(desktop, name) in words_of(review)
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_kind_that_was_not_chosen_has_words_at_its_place(signed_in: Start, hands: Hands, language: str) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    window = desktop.window
    hands.press(window, Qt.Key.Key_F9)
    words = message_at(desktop, "kind")
    said = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text() == words]
    assert words
    assert len(said) == 1
    kind = hands.find(window, "reception.kind", Segments)
    below = said[0].mapTo(window, said[0].rect().topLeft()).y() - kind.mapTo(window, kind.rect().bottomLeft()).y()
    assert 0 < below < 24
    edge = kind.grab().toImage().pixelColor(kind.width() // 2, 0)
    assert edge == look.color("danger")
    hands.click(window, "reception.kind.complaint")
    assert message_at(desktop, "kind") == ""
    assert not said[0].isVisible()
