"""The first choice of a list is what is meant; an old name says who stands there today."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt

from liaison_desktop.app import Desktop
from liaison_desktop.ui.reception.remarks import remarks_on
from liaison_desktop.ui.widgets.chooser import Chooser
from liaison_desktop.workplace import words
from tests.desktop.office import make_draft
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("category", "жол", "09.01"),
        ("category", "суу", "03.03"),
        ("category", "свет", "03.01"),
        ("addressee", "президент", "PRESIDENT"),
        ("addressee", "аким", "AKIM@KG-C-ALA"),
        ("territory", "ош шаары", "KG-GO"),
        ("territory", "талас обл", "KG-T"),
        ("territory", "Бишкек", "KG-GB"),
        ("territory", "Каракол", "KG-Y-KRK"),
        ("territory", "Талас", "KG-T-TLC"),
        ("territory", "Жалал-", "KG-J-JAC"),
    ],
)
def test_enter_takes_what_is_meant(signed_in: Start, hands: Hands, field: str, typed: str, code: str) -> None:
    window = signed_in().window
    chooser = hands.find(window, f"reception.{field}", Chooser)
    chooser.set_choice(None)
    hands.type(window, f"reception.{field}", typed)
    hands.press(window, Qt.Key.Key_Return, f"reception.{field}")
    choice = chooser.choice()
    assert choice is not None
    assert choice.code == code


@pytest.mark.parametrize(("language", "said"), [("ky", "мурда: "), ("ru", "прежде: "), ("en", "formerly: ")])
def test_an_old_name_offers_who_stands_there_today(signed_in: Start, hands: Hands, language: str, said: str) -> None:
    desktop = signed_in()
    words.set_language(language)
    hands.type(desktop.window, "reception.addressee", "премьер")
    hands.press(desktop.window, Qt.Key.Key_Return, "reception.addressee")
    choice = hands.find(desktop.window, "reception.addressee", Chooser).choice()
    assert choice is not None
    assert choice.code == "CAB-CHAIR"
    assert choice.belongs.startswith(said)


@pytest.mark.parametrize("field", ["surname", "given_name", "patronymic", "subject"])
def test_what_paper_cannot_show_is_told_at_the_form(field: str) -> None:
    today = date(2026, 11, 29)
    found = [remark for remark in remarks_on(make_draft(**{field: "सीता"}), today) if remark[0] == field]
    assert [(tone, "will show □ for" in say()) for _, tone, say in found] == [("warning", True)]
    for drawn in ("王", "محمد", "«Ñúñez» № 5 – …"):
        assert not [one for one in remarks_on(make_draft(**{field: drawn}), today) if "□" in one[2]()]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("category", "Необос"),
        ("category", "Баланы"),
        ("category", "Алтын"),
        ("territory", "Россия, Омская область"),
    ],
)
def test_a_guess_is_taken_by_enter_once_an_arrow_or_an_enter_before_went_to_it(
    signed_in: Start, hands: Hands, field: str, typed: str
) -> None:
    window = signed_in().window
    chooser = hands.find(window, f"reception.{field}", Chooser)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Return):
        chooser.set_choice(None)
        hands.type(window, f"reception.{field}", typed)
        hands.until(lambda: chooser.is_open)
        hands.press(window, key, f"reception.{field}")
        assert chooser.choice() is None
        assert chooser.typed() == typed
    for first in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        chooser.set_choice(None)
        hands.type(window, f"reception.{field}", typed)
        hands.until(lambda: chooser.is_open)
        hands.press(window, first, f"reception.{field}")
        assert chooser.choice() is None
        hands.press(window, Qt.Key.Key_Return, f"reception.{field}")
        choice = chooser.choice()
        assert choice is not None
        assert choice.guess


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("ky", "Баланы", "Жазылышы дээрлик ушундай"),
        ("ru", "Баланы", "Пишется почти как набранное"),
        ("en", "Баланы", "Written almost like what was typed"),
        ("ky", "тилефон", "Жазылышы дээрлик ушундай"),
        ("en", "Необос", "Fits only a part of what was typed"),
        ("en", "жол", ""),
    ],
)
def test_a_list_of_guesses_says_above_them_what_was_guessed(
    signed_in: Start, hands: Hands, language: str, typed: str, said: str
) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    chooser = hands.find(desktop.window, "reception.category", Chooser)
    hands.type(desktop.window, "reception.category", typed)
    hands.until(lambda: chooser.is_open)
    popup = chooser._popup
    assert popup is not None
    assert (popup.guess.isVisible(), popup.guess.text()) == (bool(said), said)
    assert (popup.list.currentItem() is None) == bool(said)
    assert popup.list.viewport().height() >= popup.list.visualItemRect(popup.list.item(0)).height()


def test_addressees_of_the_place_where_the_citizen_lives_are_offered_first(signed_in: Start, hands: Hands) -> None:
    window = signed_in().window
    place = hands.find(window, "reception.territory", Chooser)
    place.set_choice(None)
    hands.type(window, "reception.territory", "узген")
    hands.press(window, Qt.Key.Key_Return, "reception.territory")
    hands.type(window, "reception.addressee", "аким")
    hands.press(window, Qt.Key.Key_Return, "reception.addressee")
    choice = hands.find(window, "reception.addressee", Chooser).choice()
    assert choice is not None
    assert choice.code == "AKIM@KG-O-UZG"


def test_a_matter_that_is_chosen_is_not_offered_once_more(signed_in: Start, hands: Hands) -> None:
    window = signed_in().window
    hands.type(window, "reception.category", "жол")
    hands.press(window, Qt.Key.Key_Return, "reception.category")
    hands.press(window, Qt.Key.Key_F5)
    hands.type(window, "reception.category.2", "жол")
    hands.press(window, Qt.Key.Key_Return, "reception.category.2")
    first, second = (hands.find(window, f"reception.{name}", Chooser).choice() for name in ("category", "category.2"))
    assert first is not None
    assert second is None or second.code != first.code


def test_a_day_of_birth_that_is_to_come_is_remarked_on() -> None:
    today = date(2026, 11, 30)
    found = remarks_on(make_draft(pin="", birth_on=date(2026, 12, 1)), today)
    assert [(field, tone) for field, tone, _ in found if field == "birth_on"] == [("birth_on", "warning")]
    assert not [field for field, *_ in remarks_on(make_draft(pin="", birth_on=today), today) if field == "birth_on"]


@pytest.mark.parametrize("sign", ["\u202e", "\u202a", "\u2067"])
def test_pasted_signs_that_turn_words_round_are_remarked_on(sign: str) -> None:
    today = date(2026, 11, 30)
    found = [tone for field, tone, _ in remarks_on(make_draft(text=f"Жол {sign}бузулган"), today) if field == "text"]
    assert found == ["warning"]
    assert not [field for field, *_ in remarks_on(make_draft(text="Жол бузулган"), today) if field == "text"]
