"""In a closed meeting's room only who has the newest key sees and hears anything."""

import secrets
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from liaison_desktop.media.sealing import PLACES, place_of
from liaison_desktop.meetings.messages import ChatSays, Heard, RoomStage, RoomWish
from tests.desktop.meetings.room import Office, Room, beside, live, until
from tests.desktop.meetings.test_in_a_room import (
    NARYN,
    NARYN_HZ,
    OSH,
    OSH_HZ,
    OSH_SCREEN,
    OTHER,
    hears,
    media,
    naryn,
    osh,
    program,
    room,
    two,
)

__all__ = ["media", "naryn", "osh", "program", "room", "two"]
FIRST, SECOND = secrets.token_hex(32), secrets.token_hex(32)


def closed(wish: RoomWish, key: str = FIRST, number: int = 1) -> RoomWish:
    return replace(wish, key=key, key_number=number)


def meet(room: Room, osh: Office, naryn: Office) -> tuple[RoomWish, RoomWish]:
    wishes = closed(room.wish("osh")), closed(room.wish("naryn"))
    osh.want(wishes[0], beside("naryn"))
    naryn.want(wishes[1], beside("osh"))
    until(lambda: osh.stage is RoomStage.IN and naryn.stage is RoomStage.IN, osh, naryn)
    until(lambda: naryn.sees(OSH, beside("")[OTHER]) and hears(naryn, OSH_HZ), osh, naryn)
    until(lambda: osh.sees(NARYN, beside("")[OTHER]) and hears(osh, NARYN_HZ), osh, naryn)
    return wishes


def test_who_has_the_key_sees_and_hears_and_is_told_what_the_centre_sends(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    room.write("[]")
    until(lambda: naryn.last(ChatSays), osh, naryn)


@pytest.mark.parametrize("key", ["", SECOND], ids=["as_the_media_server_has_it", "with_another_key"])
def test_without_the_key_nothing_is_decoded_neither_picture_nor_voice(room: Room, osh: Office, key: str) -> None:
    osh.want(closed(room.wish("osh")), beside("naryn"))
    stranger = Office(9, 700)
    try:
        wish = room.wish("naryn", camera=False, microphone=False)
        stranger.want(closed(wish, key) if key else wish, beside("osh"))
        until(lambda: osh.stage is RoomStage.IN and stranger.stage is RoomStage.IN, osh, stranger)
        until(lambda: (told := stranger.person("osh")) and told.has_sound, osh, stranger)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            live(osh, stranger)
            assert not stranger.sees(OSH, beside("")[OTHER])
        heard = [abs(one.hz - OSH_HZ) < 10 for one in stranger.heard if isinstance(one, Heard)]
        assert not any(both == (True, True) for both in pairwise(heard)), "noise has any pitch, but none that stays"
        if key:  # our own program shows no noise for a picture, and plays none for a voice
            assert stranger.seen("osh") is None
            assert stranger.is_plain(beside("")[OTHER])
            assert not any(heard)
    finally:
        stranger.close()


def test_a_new_key_is_taken_without_leaving_and_the_one_before_opens_nothing_more(
    room: Room, osh: Office, naryn: Office
) -> None:
    osh_wish, naryn_wish = meet(room, osh, naryn)
    osh.want(closed(osh_wish, SECOND, 2), beside("naryn"))
    until(lambda: naryn.is_plain(beside("")[OTHER]) or frozen(naryn), osh, naryn)
    naryn.heard.clear()
    naryn.want(closed(naryn_wish, SECOND, 2), beside("osh"))
    until(lambda: naryn.seen("osh") and hears(naryn, OSH_HZ), osh, naryn)
    until(lambda: osh.sees(NARYN, beside("")[OTHER]) and hears(osh, NARYN_HZ), osh, naryn)
    assert RoomStage.LOST not in [getattr(one, "stage", None) for one in naryn.heard]
    osh.want(replace(closed(osh_wish, SECOND, 2), screen=True), beside("naryn"))
    until(lambda: naryn.sees(OSH_SCREEN, beside("")[OTHER]), osh, naryn)


def frozen(office: Office) -> bool:
    """Whether nothing came of Osh for a while."""
    told = office.person("osh")
    return told is not None and not told.has_picture


def test_each_number_has_a_place_and_none_the_one_the_library_begins_with() -> None:
    places = [place_of(number) for number in range(1, PLACES + 1)]
    assert 0 not in places
    assert sorted(set(places)) == list(range(1, PLACES))
    assert places[0] == places[-1]
