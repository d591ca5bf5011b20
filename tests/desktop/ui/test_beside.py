"""Beside the pictures: what everybody writes, and what the desk writes down; by keys and in three languages."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.chat_view import ChatPage
from liaison_desktop.ui.meetings.decision_view import DecidingPage
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract.bodies import Words
from server_sync.contract.meetings import MeetingAct, Noted
from tests.desktop.ui.hall import OWN, Hall
from tests.desktop.ui.hands import type_text
from tests.desktop.ui.test_meeting_room import BIG, KOCHKOR, NARYN, SIZES, TON, InWindow, desk, hall, room, settle

__all__ = ["desk", "hall", "room"]
CONTROL = Qt.KeyboardModifier.ControlModifier
MARKUP = "<b>Үнү</b> <img src=x> угулбайт"


def chat_of(room: InWindow) -> ChatPage:
    return room.view.chat


def words_in(page: ChatPage) -> list[str]:
    return [one.text() for one in page.findChildren(Text) if one.isVisible()]


def test_the_chat_opens_by_a_key_and_what_is_written_is_sent_by_enter(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_C)
    room.hands.until(lambda: chat_of(room).field.hasFocus())
    type_text(chat_of(room).field, MARKUP)
    room.press(Qt.Key.Key_Return)
    room.hands.until(lambda: [line.text for line in room.hall.chat] == [MARKUP])
    room.hands.until(lambda: MARKUP in words_in(chat_of(room)))
    assert chat_of(room).field.text() == ""


def test_letters_typed_into_the_chat_press_no_key_of_the_room_and_escape_gives_them_back(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_C)
    room.hands.until(lambda: chat_of(room).field.hasFocus())
    before = room.hall.acts()
    for key in (Qt.Key.Key_H, Qt.Key.Key_M, Qt.Key.Key_C, Qt.Key.Key_D):
        room.press(key)
    assert (room.hall.acts(), chat_of(room).field.text()) == (before, "hmcd")
    room.press(Qt.Key.Key_Escape)
    room.press(Qt.Key.Key_H)
    room.hands.until(lambda: MeetingAct.RAISE_HAND in room.hall.acts())


def test_unread_lines_are_counted_on_the_button_until_the_chat_is_open(room: InWindow) -> None:
    room.enter()
    for text in ("бир", "эки"):
        room.hall.write(NARYN, text)
    room.hall.write(OWN, "өзүм")
    room.hands.until(lambda: room.words_of("chat") == "Chat · 2")
    room.press(Qt.Key.Key_C)
    room.hands.until(lambda: room.words_of("chat") == "Chat")
    room.press(Qt.Key.Key_Escape)
    room.press(Qt.Key.Key_A)
    room.hall.write(NARYN, "үч")
    room.hands.until(lambda: room.words_of("chat") == "Chat · 1")


def test_a_hundred_thousand_letters_stay_in_the_field_with_words_and_are_not_sent(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_C)
    room.hands.until(lambda: chat_of(room).field.hasFocus())
    QApplication.clipboard().setText("а" * 100_000)
    chat_of(room).field.paste()
    room.press(Qt.Key.Key_Return)
    assert len(chat_of(room).field.text()) == 100_000
    assert "99500 letters too many" in chat_of(room)._field.message().replace(",", "").replace("\u202f", "")
    assert MeetingAct.SAY not in room.hall.acts()


def test_what_could_not_be_sent_stays_to_be_sent_again(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_C)
    room.hands.until(lambda: chat_of(room).field.hasFocus())
    type_text(chat_of(room).field, "сөз")
    room.hall.refusals.append(MeetingRefused("chat_closed"))
    room.press(Qt.Key.Key_Return)
    assert chat_of(room).field.text() == "сөз"
    assert not room.hall.chat


def test_the_desk_closes_the_chat_and_takes_a_line_away(desk: InWindow) -> None:
    desk.hall.write(KOCHKOR, "жаман сөз")
    desk.press(Qt.Key.Key_C)
    desk.hands.until(lambda: desk.is_seen("chat.away.1"))
    desk.hands.click(desk.window, "chat.away.1")
    desk.hands.until(lambda: "жаман сөз" not in words_in(chat_of(desk)))
    desk.hands.click(desk.window, "chat.turn")
    desk.hands.until(lambda: desk.hall.stage.is_chat_closed)
    desk.hands.until(lambda: chat_of(desk).turn.text() == "Open the chat")
    assert chat_of(desk).field.isVisible()


def test_a_closed_chat_says_so_and_offers_no_field(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_C)
    room.hall.change(is_chat_closed=True)
    room.hands.until(lambda: not chat_of(room).field.isVisible())
    assert any("has closed the chat" in words for words in words_in(chat_of(room)))
    assert not room.is_seen("chat.turn")


def page_of(desk: InWindow) -> DecidingPage:
    return desk.view.deciding


def test_a_decision_is_written_down_by_the_keyboard_alone(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_D)
    desk.hands.until(lambda: page_of(desk).ky.hasFocus())
    type_text(page_of(desk).ky, "Мектептерге көмүр жеткирилсин")
    desk.press(Qt.Key.Key_Tab)
    type_text(page_of(desk).ru, "Подвезти уголь в школы")
    desk.press(Qt.Key.Key_Tab)
    type_text(page_of(desk).executor, "кочкор")
    desk.hands.until(lambda: page_of(desk).executor.is_open)
    for _ in range(2):  # an Enter goes to a guess, the next one takes it
        if page_of(desk).executor.is_open:
            desk.press(Qt.Key.Key_Return)
    desk.hands.until(lambda: desk.is_seen("deciding.executor.KG-N-KOC"))
    page_of(desk).due.setFocus()
    type_text(page_of(desk).due, "10")
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.hands.until(lambda: len(desk.hall.decided) == 1)
    call = next(one for one in desk.hall.calls if one.act is MeetingAct.TAKE_DECISION)
    assert call.decision is not None
    assert call.decision.text == Words("Мектептерге көмүр жеткирилсин", "Подвезти уголь в школы")
    assert (call.decision.executors, call.decision.item) == (("KG-N-KOC",), 2)
    assert call.decision.due_on is not None
    assert call.decision.due_on > formats.today()
    desk.hands.until(lambda: page_of(desk).ky.text() == "")
    desk.hands.until(lambda: desk.is_seen("deciding.list"))


def test_a_decision_that_says_nothing_is_not_sent_and_its_field_says_so(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_D)
    desk.hands.until(lambda: page_of(desk).ky.hasFocus())
    desk.press(Qt.Key.Key_Return, CONTROL)
    assert page_of(desk)._fields["ky"].message() == "Write what was decided, in at least one of the languages."
    assert MeetingAct.TAKE_DECISION not in desk.hall.acts()


def test_a_decision_is_withdrawn_with_a_reason(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_D)
    desk.hands.until(lambda: page_of(desk).ky.hasFocus())
    type_text(page_of(desk).ky, "Ката чечим")
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.hands.until(lambda: desk.is_seen("deciding.list"))
    page_of(desk).list.choose(0)
    type_text(page_of(desk).reason, "Ката жазылды")
    desk.hands.click(desk.window, "deciding.withdraw")
    desk.hands.until(lambda: desk.hall.decided == [])
    desk.hands.until(lambda: not desk.is_seen("deciding.list"))


def test_an_office_has_no_desk_for_decisions(room: InWindow) -> None:
    room.enter()
    assert not room.is_seen("room.decisions")
    room.press(Qt.Key.Key_D)
    assert not page_of(room).isVisible()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", ["chat", "decisions"])
def test_every_word_beside_the_pictures_has_room(
    desk: InWindow, language: str, size: tuple[int, int], side: str
) -> None:
    fill(desk.hall)
    desk.desktop.set_language(language)
    desk.window.resize(*size)
    settle()
    desk.view._turn_side(side)
    if side == "decisions":
        for choice in desk.attending._bench.words.find_territories("")[:3]:
            desk.attending.beside.deciding.add(choice)
        desk.attending.presenter.do(MeetingAct.LOOK)
        desk.hands.until(lambda: desk.is_seen("deciding.list"))
        page_of(desk).list.choose(0)
    settle()
    shown = [one for one in desk.view.findChildren(QAbstractButton) if one.isVisible()]
    assert [one.objectName() for one in shown if not one.accessibleName()] == []
    painted = [one for one in desk.view.findChildren(Painted) if one.isVisible()]
    assert [f"{one.objectName()}: {one.text()}" for one in painted if one.minimumSizeHint().width() > one.width()] == []
    texts = [one for one in desk.view.findChildren(Text) if one.isVisible() and one.text() and one.wordWrap()]
    assert [one.text() for one in texts if one.height() < one.heightForWidth(one.width())] == []
    keep(desk, f"desk-{side}-{language}-{size[0]}")


def fill(hall: Hall) -> None:
    hall.write(BIG, "Саламатсыздарбы! Суроолорду ушул жерге жазсаңыздар болот, жооптор протокол менен кетет.")
    hall.write(KOCHKOR, MARKUP)
    hall.write(TON, "Көлдүн жээгиндеги айылдарда жарык өчүп жатат, байланыш начар. Кийинчерээк сүйлөйбүз.")
    hall.write(OWN, "Угулду, рахмат.")
    for n in range(3):
        hall.decided.append(
            Noted(
                bytes([n]).hex() * 16,
                2,
                "Мектептерге жана ооруканаларга көмүр жеткирилсин",
                ("KG-N",),
                "2026-12-14",
            )
        )


def keep(desk: InWindow, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        desk.window.grab().save(str(Path(folder) / f"{name}.png"))
