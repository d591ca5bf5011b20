"""A collective request's names: a list with its count while one types, read out before the number, on every paper."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTextEdit

from liaison_desktop.app import Desktop
from liaison_desktop.ui.reception.remarks import remarks_on
from liaison_desktop.ui.reception.review_facts import in_lines
from tests.desktop.office import make_draft
from tests.desktop.ui.hands import Hands, type_text
from tests.desktop.ui.test_room import reception_of, settle

Start = Callable[[], Desktop]
TODAY = date(2026, 11, 29)
NAMES = ("Асанов Асан", "Үсөнов Үсөн", "Бекова Бермет")


def write_names(desktop: Desktop, hands: Hands) -> QTextEdit:
    hands.click(desktop.window, "reception.collective.collective")
    hands.type(desktop.window, "reception.signatories_count", "32")
    area = hands.find(desktop.window, "reception.signatories", QTextEdit)
    for place, name in enumerate(NAMES):
        type_text(area, name if place == 0 else f"\n{name}")
    settle()
    return area


def is_open(desktop: Desktop) -> bool:
    return reception_of(desktop).form._signed.is_open


def test_the_list_is_open_while_one_types_in_it_and_moves_nothing(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    reception = reception_of(desktop)
    hands.click(desktop.window, "reception.collective.collective")
    settle()
    below = reception.form.subject.pos()
    area = write_names(desktop, hands)
    assert is_open(desktop)
    assert area.verticalScrollBar().maximum() == 0, "all three names are to be seen"
    assert reception.form.subject.pos() == below
    assert hands.find(desktop.window, "reception.signatories.tally", QLabel).text() == "3 names"
    hands.find(desktop.window, "reception.subject", QLineEdit).setFocus()
    settle()
    assert not is_open(desktop)
    assert reception.form.subject.pos() == below


def test_a_list_that_was_left_shows_the_first_who_signed(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    area = write_names(desktop, hands)
    type_text(area, "".join(f"\nУсенов {place}" for place in range(9)))
    hands.find(desktop.window, "reception.subject", QLineEdit).setFocus()
    settle()
    assert area.verticalScrollBar().maximum() > 0
    assert area.verticalScrollBar().value() == 0


def test_the_last_look_reads_out_every_name_on_a_line_of_its_own(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    write_names(desktop, hands)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    texts = [label.text() for label in review.findChildren(QLabel)]
    assert "1. Асанов Асан\n2. Үсөнов Үсөн\n3. Бекова Бермет" in texts
    assert any("32 people signed" in one for one in texts)


def test_of_very_many_names_a_list_says_how_many_it_leaves_out() -> None:
    assert in_lines(("А", "Б", "В"), most=2) == "1. А\n2. Б\nand 1 more"
    assert in_lines(()) == ""


@pytest.mark.parametrize(
    ("count", "names", "said"),
    [
        (3, ("Асанов А., Бекова Б.",), "One name a line"),
        (2, ("А", "Б", "В"), "More names"),
        (3, ("Асанов А.", "Бекова Б."), ""),
    ],
)
def test_names_on_one_line_and_more_than_signed_are_remarked_on(count: int, names: tuple[str, ...], said: str) -> None:
    draft = make_draft(is_collective=True, signatories_count=count, signatories=names)
    found = [say() for field, _, say in remarks_on(draft, TODAY) if field == "signatories"]
    assert [one.startswith(said) for one in found] == ([True] if said else [])
