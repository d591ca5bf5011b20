"""What is typed in the dialogs of Requests is kept while one types, comes back, and goes when sent or unwanted."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.domain.drafts import KeptActDraft
from liaison_desktop.services import drafting
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.events import erase_event
from liaison_desktop.ui.requests.dialogs import SupplementDialog, TellDialog
from liaison_desktop.ui.requests.values import ActTyped
from liaison_desktop.ui.widgets.text import Elided, Link
from server_sync.contract.events import EventKind
from tests.desktop.ui.hands import Hands, type_text
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import number_on_card, screen_of

Start = Callable[[], Desktop]
ALT = Qt.KeyboardModifier.AltModifier
ACTS = {
    "correct": (Qt.Key.Key_F4, "correct.reason", EventKind.APPEAL_CORRECTED),
    "supplement": (Qt.Key.Key_F3, "supplement.text", EventKind.APPEAL_SUPPLEMENTED),
    "withdraw": (Qt.Key.Key_F7, "withdraw.reason", EventKind.APPEAL_WITHDRAWN),
}


def kept(desktop: Desktop, name: str) -> KeptActDraft | None:
    """What the store holds of an act on the request that is chosen."""
    desk = desktop.desk
    assert desk is not None
    row = screen_of(desktop).table.current()
    assert row is not None
    found: list[KeptActDraft | None] = []
    desktop.runner.run(lambda: drafting.find_act_draft(desk, row.appeal, ACTS[name][2]), done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]


def text_of(one: KeptActDraft | None) -> str:
    return "" if one is None else dict(one.draft.texts).get("reason", dict(one.draft.texts).get("text", ""))


def to_requests(desktop: Desktop, hands: Hands) -> None:
    hands.press(desktop.window, Qt.Key.Key_2, modifier=ALT)
    hands.until(lambda: bool(number_on_card(desktop)))


def opened(desktop: Desktop, hands: Hands, name: str) -> QWidget:
    hands.press(desktop.window, ACTS[name][0])
    return hands.dialog(desktop.window, name)


def close(desktop: Desktop, hands: Hands, dialog: QWidget, name: str) -> None:
    hands.press(dialog, Qt.Key.Key_Escape)
    hands.until(lambda: not hands.is_seen(desktop.window, name) and QApplication.activeWindow() is desktop.window)


def area(hands: Hands, dialog: QWidget, name: str) -> QTextEdit:
    return hands.find(dialog, ACTS[name][1], QTextEdit)


@pytest.fixture
def desktop(signed_in: Start, hands: Hands) -> Desktop:
    started = signed_in()
    hands.fill(started.window)
    register(started, hands)
    to_requests(started, hands)
    return started


@pytest.mark.parametrize("name", ACTS)
def test_what_is_typed_without_a_pause_is_kept_meanwhile_and_is_there_after_a_restart(
    desktop: Desktop, signed_in: Start, hands: Hands, name: str
) -> None:
    field = area(hands, opened(desktop, hands, name), name)

    def types_on() -> bool:
        type_text(field, "с")
        return bool(text_of(kept(desktop, name)))

    hands.until(types_on)
    typed = field.toPlainText()
    desktop.close()
    again = signed_in()
    to_requests(again, hands)
    dialog = opened(again, hands, name)
    assert area(hands, dialog, name).toPlainText() == typed
    assert "stands here again" in hands.find(dialog, f"{name}.saved", Elided).text()


@pytest.mark.parametrize("name", ACTS)
def test_it_comes_back_for_its_request_and_goes_when_it_is_thrown_away(
    desktop: Desktop, hands: Hands, name: str
) -> None:
    dialog = opened(desktop, hands, name)
    assert not hands.is_seen(dialog, f"{name}.discard")
    type_text(area(hands, dialog, name), "Айтпай койгон")
    close(desktop, hands, dialog, name)
    dialog = opened(desktop, hands, name)
    assert area(hands, dialog, name).toPlainText() == "Айтпай койгон"
    discard = hands.find(dialog, f"{name}.discard", Link)
    before = discard.previousInFocusChain()
    assert before is not None
    assert before.objectName() == f"{name}.act"  # Tab comes to it last
    discard.clicked.emit()
    hands.until(lambda: not hands.is_seen(desktop.window, name))
    assert kept(desktop, name) is None
    dialog = opened(desktop, hands, name)
    assert area(hands, dialog, name).toPlainText() == ""
    assert "stands here again" not in hands.find(dialog, f"{name}.saved", Elided).text()


@pytest.mark.parametrize("name", ACTS)
def test_it_is_gone_once_it_was_sent(desktop: Desktop, signed_in: Start, hands: Hands, name: str) -> None:
    dialog = opened(desktop, hands, name)
    if name == "correct":
        hands.find(dialog, "reception.settlement", QLineEdit).clear()
        hands.type(dialog, "reception.settlement", "Кара-Жыгач")
    if name == "withdraw":
        hands.click(dialog, "withdraw.expressed.oral")
    type_text(area(hands, dialog, name), "Жаңы сөз")
    hands.until(lambda: text_of(kept(desktop, name)) == "Жаңы сөз")
    type_text(area(hands, dialog, name), " жана дагы")  # F9 comes before this is written
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(desktop.window, name))
    assert kept(desktop, name) is None
    desktop.close()
    again = signed_in()
    to_requests(again, hands)
    assert kept(again, name) is None, "a late writing has not brought it back"


def test_a_correction_comes_back_with_its_form_and_the_request_is_unchanged(desktop: Desktop, hands: Hands) -> None:
    dialog = opened(desktop, hands, "correct")
    street = hands.find(dialog, "reception.street", QLineEdit)
    street.clear()
    hands.type(dialog, "reception.street", "Манас, 5")
    close(desktop, hands, dialog, "correct")
    dialog = opened(desktop, hands, "correct")
    assert hands.find(dialog, "reception.street", QLineEdit).text() == "Манас, 5"
    assert hands.find(dialog, "reception.surname", QLineEdit).text() == "Турдубаева"


def test_what_is_typed_and_cleared_again_is_not_kept(desktop: Desktop, hands: Hands) -> None:
    dialog = opened(desktop, hands, "withdraw")
    field = area(hands, dialog, "withdraw")
    type_text(field, "сөз")
    hands.until(lambda: kept(desktop, "withdraw") is not None)
    field.clear()
    hands.until(lambda: kept(desktop, "withdraw") is None)


def test_words_of_an_erased_request_that_are_being_typed_are_erased_too(desktop: Desktop, hands: Hands) -> None:
    dialog = opened(desktop, hands, "supplement")
    type_text(area(hands, dialog, "supplement"), "Турдубаева айтты")
    close(desktop, hands, dialog, "supplement")
    desk, row = desktop.desk, screen_of(desktop).table.current()
    assert isinstance(desk, Desk)
    assert row is not None

    def erase() -> None:
        with desk.store.transaction() as connection:
            erase_event(connection, row.appeal)

    done: list[object] = []
    desktop.runner.run(erase, done=done.append)
    hands.until(lambda: bool(done))
    assert kept(desktop, "supplement") is None


def test_what_a_colleague_typed_says_whose_it_is(desktop: Desktop, hands: Hands) -> None:
    dialog = opened(desktop, hands, "withdraw")
    type_text(area(hands, dialog, "withdraw"), "сөз")
    close(desktop, hands, dialog, "withdraw")
    desk = desktop.desk
    assert desk is not None
    for statement in (
        "UPDATE act_drafts SET person = zeroblob(16)",
        "INSERT INTO people (person, surname, given_name, patronymic) VALUES (zeroblob(16), 'Осмонова', 'Бела', '')",
    ):
        desktop.runner.run(partial(desk.store.connection.execute, statement), done=lambda _: None)
    dialog = opened(desktop, hands, "withdraw")
    assert "Typed by Бела Осмонова" in hands.find(dialog, "withdraw.saved", Elided).text()


def test_how_the_applicant_was_told_comes_back_and_nobody_is_told_of_it(desktop: Desktop, qtbot: QtBot) -> None:
    dialog = TellDialog(desktop.window, "ALA-26-A-00001", "phone", date(2026, 11, 29))
    typed = ActTyped((("how", "in_person"), ("note", "Уулуна айтылды")))
    with qtbot.assertNotEmitted(dialog.typed):
        dialog.restore(typed)
    assert dialog.as_typed() == typed
    with qtbot.waitSignal(dialog.typed, timeout=60_000):
        dialog.note.setText("Кызына айтылды")
    dialog.deleteLater()


def test_files_of_an_addition_are_named_when_its_words_come_back(
    desktop: Desktop, hands: Hands, tmp_path: Path
) -> None:
    first = opened(desktop, hands, "supplement")
    assert isinstance(first, SupplementDialog)
    file = tmp_path / "арыз.txt"
    file.write_text("сөз", encoding="utf-8")
    screen_of(desktop).supplement_files_chosen.emit([str(file)])
    hands.until(lambda: first.as_typed().files == ("арыз.txt",))
    close(desktop, hands, first, "supplement")
    dialog = opened(desktop, hands, "supplement")
    assert "add the files again: арыз.txt" in hands.find(dialog, "supplement.saved", Elided).text()
