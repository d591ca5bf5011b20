"""Of a closed meeting nothing is sent or shown before the key is there, and a newer key is fetched at once."""

from dataclasses import replace

import pytest

from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.meetings.messages import InRoom, People, RoomStage, RoomWish
from liaison_desktop.ui.meetings import room_telling
from liaison_desktop.ui.meetings.chat_presenter import ChatPresenter, ChatShown
from liaison_desktop.ui.meetings.room_presenter import KEY_MS
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.meetings import Desk, MeetingAct, MeetingState
from tests.desktop.presenters.test_room import HALL, NOW_MS, PLAN, STAGE, Room, there

CLOSED = replace(PLAN, is_closed=True)
KEYED = replace(STAGE, key_number=1)
FIRST, SECOND = b"1" * 32, b"2" * 32


@pytest.fixture
def room() -> Room:
    return Room()


def wished(room: Room) -> RoomWish:
    assert room.wish.room is not None
    return room.wish.room


def come(room: Room, key: bytes = FIRST, number: int = 1) -> None:
    room.presenter.enter(CLOSED)
    room.answer(KEYED, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000, key=key, key_number=number)
    room.presenter.heard(InRoom(RoomStage.IN))
    room.presenter.heard(People((there(""), there(HALL))))
    room.answer(KEYED, key=key, key_number=number)


def test_with_the_key_one_is_in_at_once_and_sees_that_the_meeting_is_encrypted(room: Room) -> None:
    come(room)
    assert (wished(room).key, wished(room).key_number) == (FIRST.hex(), 1)
    assert room.view.notice is None
    assert room.view.head is not None
    assert room.view.head.is_closed


def test_without_the_key_nobody_is_in_the_room_and_it_is_said_what_is_waited_for(room: Room) -> None:
    room.presenter.enter(CLOSED)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
    assert room.view.notice is room_telling.NO_KEY
    assert all(wish is None or wish.room is None for wish in room.wishes)
    assert room.timers["key"][0] == KEY_MS
    room.fire("key")
    assert room.asked() == [MeetingAct.LOOK]
    room.refuse(ExchangeFailed("no_answer"))
    room.fire("key")
    room.answer(KEYED, key=FIRST, key_number=1)
    assert (wished(room).token, wished(room).key) == ("t1", FIRST.hex())
    assert room.view.notice is not room_telling.NO_KEY


def test_a_newer_key_is_asked_for_as_soon_as_the_room_tells_of_it_and_taken_without_leaving(room: Room) -> None:
    come(room)
    room.says(replace(KEYED, version=20, key_number=2))
    assert room.view.sign is room_telling.KEY_DUE
    room.fire("key")
    assert room.asked() == [MeetingAct.LOOK]
    room.answer(replace(KEYED, version=20, key_number=2))
    assert wished(room).key == FIRST.hex()
    room.fire("key")
    room.answer(replace(KEYED, version=20, key_number=2), key=SECOND, key_number=2)
    assert (wished(room).key, wished(room).key_number) == (SECOND.hex(), 2)
    assert room.view.sign is not room_telling.KEY_DUE
    room.says(replace(KEYED, version=21, key_number=2))
    assert room.asked() == []


def test_an_older_key_never_takes_the_place_of_a_newer_one(room: Room) -> None:
    come(room, SECOND, 2)
    room.fire("look")
    room.answer(replace(KEYED, key_number=2), key=FIRST, key_number=1)
    assert wished(room).key == SECOND.hex()


def test_whoever_leaves_while_waiting_asks_no_more(room: Room) -> None:
    room.presenter.enter(CLOSED)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
    room.presenter.leave()
    assert "key" not in room.timers


def test_a_meeting_that_ends_while_one_waits_is_said_to_be_over(room: Room) -> None:
    room.presenter.enter(CLOSED)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
    room.fire("key")
    room.answer(replace(STAGE, version=20, state=MeetingState.CLOSED, seats=()))
    assert room.view.notice is room_telling.OVER
    assert "key" not in room.timers


def test_a_centre_that_takes_the_meeting_for_an_open_one_gets_nothing_in_the_clear(room: Room) -> None:
    room.presenter.enter(CLOSED)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
    for _ in range(3):
        room.fire("key")
        room.answer(STAGE)
    assert all(wish is None or wish.room is None for wish in room.wishes)


def test_an_open_meeting_has_no_lock_and_no_key(room: Room) -> None:
    room.enter()
    assert wished(room).key == ""
    assert room.view.head is not None
    assert not room.view.head.is_closed


def test_in_a_closed_meeting_the_chat_says_why_there_is_none(room: Room) -> None:
    class View:
        shown = ChatShown()

        def show_chat(self, shown: ChatShown) -> None:
            self.shown = shown

        def say_wrong(self, say: Say | None) -> None:
            """Nothing is typed."""

        def forget_typed(self) -> None:
            """Nothing is typed."""

        def is_read(self) -> bool:
            return False

    view = View()
    chat = ChatPresenter(view, room.presenter)
    come(room)
    room.fire("look")
    room.answer(KEYED, desk=Desk(), key=FIRST, key_number=1)
    chat.refresh()
    assert view.shown.why_not is not None
    assert view.shown.why_not().startswith("In a closed meeting there is no chat")
    assert not view.shown.is_desk
    chat.send("угулат")
    assert MeetingAct.SAY not in room.asked()
