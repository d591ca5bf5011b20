"""A closed meeting shows its lock, says what it means, and says in words that its key has not come."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from liaison_desktop.ui import names
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract.meetings import MeetingCall
from tests.desktop.ui.hall import Hall, invitation
from tests.desktop.ui.test_meeting_room import SITES, SIZES, InWindow, hall, room, settle

__all__ = ["hall", "room"]
KEY = b"k" * 32


def offer_closed(room: InWindow) -> None:
    seen = invitation(sites=SITES)
    room.attending.offer(replace(seen, plan=replace(seen.plan, is_closed=True)))
    assert room.desktop.counter is not None
    room.desktop.counter.shell.open("meetings")


def give_key(room: InWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the centre's answers have been opened with the key."""
    true = Hall.act

    def act(self: Hall, call: MeetingCall, done, failed, once) -> None:
        true(self, call, lambda told: done(replace(told, key=KEY, key_number=1)), failed, once)

    acts = room.attending.presenter._acts
    bound = act.__get__(room.hall)
    monkeypatch.setattr(room.attending.presenter, "_acts", replace(acts, call=bound))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_without_the_key_words_stand_in_the_pictures_place_and_one_comes_in_when_it_comes(
    room: InWindow, monkeypatch: pytest.MonkeyPatch, language: str, size: tuple[int, int]
) -> None:
    room.desktop.set_language(language)
    room.window.resize(*size)
    offer_closed(room)
    room.attending.enter()
    settle()
    assert not room.hall.children or not is_in(room)
    assert len(room.view.canvas.words) > 60
    give_key(room, monkeypatch)
    room.hands.until(lambda: bool(room.hall.children) and is_in(room))
    assert room.wish.room is not None
    assert room.wish.room.key == KEY.hex()
    mark = room.hands.find(room.window, names.ROOM_CLOSED, QAbstractButton)
    assert mark.isVisible()
    assert mark.width() >= mark.minimumSizeHint().width() > 40
    assert mark.focusPolicy() & Qt.FocusPolicy.TabFocus
    mark.click()
    settle()
    (means,) = [one for one in room.window.findChildren(Dialog, names.ROOM_CLOSED_MEANS) if one.isVisible()]
    assert max(len(one.text()) for one in means.findChildren(Text)) > 100
    room.hands.press(means, Qt.Key.Key_Escape)
    settle()
    room.press(Qt.Key.Key_C)
    settle()
    said = [one.text() for one in room.view.chat.findChildren(Text) if one.isVisible()]
    assert any(len(one) > 60 for one in said), said


def test_an_open_meeting_shows_no_lock(room: InWindow) -> None:
    room.enter()
    assert not room.is_seen(names.ROOM_CLOSED)


def test_with_the_chairs_office_noted_the_keys_go_with_every_call(room: InWindow) -> None:
    offer_closed(room)
    room.attending.enter()
    assert room.attending.calling._closed_by == {b"m" * 16: "KG-HALL"}


def is_in(room: InWindow) -> bool:
    return room.child.wish is not None and room.child.wish.room is not None
