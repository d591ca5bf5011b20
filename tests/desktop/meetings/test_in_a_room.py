"""Offices meet on a real media server: they see and hear each other, and are back whatever becomes of anything."""

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from livekit import rtc

from liaison_desktop.meetings.messages import (
    CHAT_BYTES_MOST,
    TOPIC_MOST,
    Captioned,
    ChatSays,
    InRoom,
    Nudged,
    People,
    RoomSays,
    RoomStage,
    RoomWish,
    Shared,
    State,
    Tile,
)
from server_sync.common.home import private_folder
from server_sync.config.logs import configure_structlog
from server_sync.meetings.media_server import build
from server_sync.meetings.media_server.standing import State as Standing
from server_sync.meetings.media_server.wanted import Kind, Ports, Wanted
from tests.desktop.meetings.room import Office, Room, beside, live, offices, until
from tests.server.meetings.live.guests import Hall, hall
from tests.server.meetings.media_server.kept import Kept, keeping

OSH, NARYN, OSH_SCREEN = 1, 2, 3
OSH_HZ, NARYN_HZ = 440, 1_000
OWN, OTHER = 0, 1
"""Of the two tiles that `beside` gives."""


@pytest.fixture(scope="module")
def program() -> Path:
    configure_structlog()  # what the keeper warns of goes where a test looks
    return build.build(lambda _line: None)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory, program: Path) -> Iterator[Kept]:
    home = private_folder(tmp_path_factory.mktemp("media") / "centre")
    with keeping(home, Wanted(kind=Kind.NAMED, program=program)) as kept:
        kept.wait_until(Standing.WELL)
        yield kept


@pytest.fixture
def room(media: Kept, request: pytest.FixtureRequest) -> Room:
    return Room(media, re.sub(r"\W", "-", request.node.name))


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Office, Office]]:
    """Two that were begun once: each test meets in a room of its own."""
    osh, naryn = Office(OSH, OSH_HZ, size=(1280, 720), screen=f"synthetic:{OSH_SCREEN}"), Office(NARYN, NARYN_HZ)
    with offices(osh, naryn):
        for office in (osh, naryn):
            office.want(None)
        until(lambda: osh.last(State) and naryn.last(State), osh, naryn)
        yield osh, naryn


@pytest.fixture
def osh(two: tuple[Office, Office]) -> Iterator[Office]:
    yield from _fresh(two[0])


@pytest.fixture
def naryn(two: tuple[Office, Office]) -> Iterator[Office]:
    yield from _fresh(two[1])


def _fresh(office: Office) -> Iterator[Office]:
    office.heard.clear()
    yield office
    office.want(None)
    for _ in range(20):  # it goes, before the next test comes
        live(office)


def meet(room: Room, osh: Office, naryn: Office, *, publish: bool = True) -> None:
    osh.want(room.wish("osh", publish=publish), beside("naryn"))
    naryn.want(room.wish("naryn"), beside("osh"))
    until(lambda: osh.stage is RoomStage.IN and naryn.stage is RoomStage.IN, osh, naryn)


def hears(office: Office, pitch_hz: int) -> bool:
    return abs(office.pitch_hz - pitch_hz) < 10


def test_each_sees_the_other_in_its_tile_and_hears_the_other(room: Room, osh: Office, naryn: Office) -> None:
    meet(room, osh, naryn)
    until(lambda: osh.sees(NARYN, beside("")[OTHER]) and naryn.sees(OSH, beside("")[OTHER]), osh, naryn)
    assert osh.sees(OSH, beside("")[OWN])
    assert naryn.sees(NARYN, beside("")[OWN])
    until(lambda: hears(osh, NARYN_HZ) and hears(naryn, OSH_HZ), osh, naryn)
    until(
        lambda: (told := osh.person("naryn")) and told.has_picture and told.has_sound and told.is_speaking, osh, naryn
    )
    until(lambda: (told := osh.person("")) and told.has_picture and told.has_sound and told.line == 3, osh, naryn)


def test_a_larger_tile_is_given_a_sharper_layer_and_a_small_camera_comes_as_it_is(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    until(lambda: (seen := naryn.seen("osh")) and seen.width == 320, osh, naryn)
    until(lambda: (seen := osh.seen("naryn")) and (seen.width, seen.height) == (640, 360), osh, naryn)
    naryn.want(room.wish("naryn"), (Tile("osh", 0, 0, 1280, 720),), (1280, 720))
    until(lambda: (seen := naryn.seen("osh")) and seen.width == 1280, osh, naryn)
    until(lambda: naryn.sees(OSH, Tile("osh", 0, 0, 1280, 720)), osh, naryn)


def test_who_has_no_tile_is_not_sent_to_us(room: Room, osh: Office, naryn: Office) -> None:
    meet(room, osh, naryn)
    until(lambda: naryn.seen("osh"), osh, naryn)
    naryn.want(room.wish("naryn"), beside("nobody"))
    until(lambda: naryn.is_plain(beside("")[OTHER]), osh, naryn)
    live(*[osh, naryn] * 100)
    naryn.heard.clear()
    live(*[osh, naryn] * 75)
    assert naryn.seen("osh") is None


def test_who_may_not_publish_is_seen_as_soon_as_they_may_and_no_longer_than_that(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn, publish=False)
    assert not osh.may
    assert osh.sees(OSH, beside("")[OWN]) or until(lambda: osh.sees(OSH, beside("")[OWN]), osh, naryn)
    assert naryn.is_plain(beside("")[OTHER])
    for _ in range(2):
        room.let_publish("osh", publish=True)
        until(lambda: osh.may and naryn.sees(OSH, beside("")[OTHER]), osh, naryn)
        until(lambda: hears(naryn, OSH_HZ), osh, naryn)
        room.let_publish("osh", publish=False)
        until(lambda: not osh.may and naryn.is_plain(beside("")[OTHER]), osh, naryn)
        until(lambda: (told := naryn.person("osh")) and not told.has_picture and not told.has_sound, osh, naryn)
        until(lambda: naryn.pitch_hz == 0, osh, naryn)
    assert osh.stage is RoomStage.IN


def test_a_camera_that_is_off_and_a_muted_microphone_are_neither_seen_nor_heard(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    until(lambda: naryn.sees(OSH, beside("")[OTHER]) and hears(naryn, OSH_HZ), osh, naryn)
    wish = room.wish("osh", camera=False, microphone=False)
    osh.want(wish, beside("naryn"))
    until(lambda: naryn.is_plain(beside("")[OTHER]) and osh.is_plain(beside("")[OWN]), osh, naryn)
    until(lambda: naryn.pitch_hz == 0, osh, naryn)
    until(lambda: (told := naryn.person("osh")) and not told.has_picture and not told.has_sound, osh, naryn)
    osh.want(replace(wish, camera=True, microphone=True), beside("naryn"))
    until(lambda: naryn.sees(OSH, beside("")[OTHER]) and hears(naryn, OSH_HZ), osh, naryn)


def test_a_shared_screen_stands_in_its_tile_instead_of_the_camera_and_gives_way_to_it(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    until(lambda: naryn.sees(OSH, beside("")[OTHER]), osh, naryn)
    osh.want(room.wish("osh", screen=True), beside("naryn"))
    until(lambda: naryn.sees(OSH_SCREEN, beside("")[OTHER]) and osh.last(Shared) == Shared(shared=True), osh, naryn)
    assert osh.sees(OSH, beside("")[OWN])
    until(lambda: (told := naryn.person("osh")) and told.is_sharing, osh, naryn)
    assert (own := osh.person(""))
    assert own.is_sharing
    osh.want(room.wish("osh"), beside("naryn"))
    until(lambda: naryn.sees(OSH, beside("")[OTHER]) and osh.last(Shared) == Shared(shared=False), osh, naryn)
    naryn.want(room.wish("naryn", screen=True), beside("osh"))
    until(lambda: naryn.last(Shared) == Shared(shared=False, possible=False), osh, naryn)


def test_a_picture_that_comes_no_more_does_not_stand_still_in_its_tile(room: Room, osh: Office, naryn: Office) -> None:
    meet(room, osh, naryn)
    until(lambda: osh.sees(NARYN, beside("")[OTHER]), osh, naryn)
    os.kill(naryn.processes[-1].pid, signal.SIGSTOP)
    until(lambda: osh.is_plain(beside("")[OTHER]), osh)
    until(lambda: (told := osh.person("naryn")) is None or not told.has_picture, osh)
    os.kill(naryn.processes[-1].pid, signal.SIGCONT)
    until(lambda: osh.sees(NARYN, beside("")[OTHER]), osh, naryn)


def test_what_stands_at_the_room_and_what_is_called_out_there_is_told(room: Room, osh: Office, naryn: Office) -> None:
    room.say('{"topic":"суу"}')
    meet(room, osh, naryn)
    until(lambda: osh.last(RoomSays) == RoomSays('{"topic":"суу"}'), osh, naryn)
    long = "ң" * 30_000
    room.say(long)
    until(lambda: osh.last(RoomSays) == RoomSays(long), osh, naryn)
    room.nudge("x" * (TOPIC_MOST + 1))
    room.nudge("hand")
    until(lambda: naryn.last(Nudged), osh, naryn)
    assert [one for one in naryn.heard if isinstance(one, Nudged)] == [Nudged("hand")]
    room.call_out("caption", "Суу жок")
    until(lambda: naryn.last(Captioned) == Captioned("Суу жок"), osh, naryn)


def test_what_the_centre_sends_for_the_chat_is_told_whole_and_what_is_too_long_is_not(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    room.write("ң" * CHAT_BYTES_MOST)
    room.write('[{"number":1}]')
    until(lambda: naryn.last(ChatSays) and osh.last(ChatSays), osh, naryn)
    for office in (osh, naryn):
        assert [one for one in office.heard if isinstance(one, ChatSays)] == [ChatSays('[{"number":1}]')]


def test_another_token_while_in_changes_nothing_and_leaving_is_seen_by_the_others(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    until(lambda: naryn.person("osh"), osh, naryn)
    osh.want(room.wish("osh", lasts_s=500), beside("naryn"))
    live(*[osh, naryn] * 100)
    assert [one.stage for one in osh.heard if isinstance(one, InRoom)] == [RoomStage.JOINING, RoomStage.IN]
    osh.want(None)
    until(lambda: naryn.last(People) and naryn.person("osh") is None, osh, naryn)
    until(lambda: naryn.is_plain(beside("")[OTHER]), osh, naryn)


def test_whom_the_room_puts_out_is_told_and_does_not_come_back_before_there_is_another_token(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    room.remove("osh")
    until(lambda: osh.last(InRoom) == InRoom(RoomStage.REMOVED, "removed"), osh, naryn)
    live(*[osh, naryn] * 100)
    assert osh.stage is RoomStage.REMOVED
    osh.want(room.wish("osh", lasts_s=500), beside("naryn"))
    until(lambda: osh.stage is RoomStage.IN, osh, naryn)
    naryn.want(room.wish("osh"), beside("osh"))
    until(lambda: osh.last(InRoom) == InRoom(RoomStage.REMOVED, "duplicate"), osh, naryn)
    until(lambda: naryn.stage is RoomStage.IN, osh, naryn)
    room.close()
    until(lambda: naryn.last(InRoom) == InRoom(RoomStage.REMOVED, "closed"), osh, naryn)
    room.make()
    again = room.wish("osh")
    for wish in (again, None, again):  # who goes and comes back has thought better of it
        naryn.want(wish, beside("osh"))
    until(lambda: naryn.stage is RoomStage.IN, osh, naryn)
    room.remove("osh")
    until(lambda: naryn.stage is RoomStage.REMOVED, osh, naryn)
    naryn.want(None)
    naryn.want(again, beside("osh"))
    until(lambda: naryn.stage is RoomStage.IN, osh, naryn)


def test_an_old_token_is_told_and_with_a_fresh_one_we_are_in(room: Room, osh: Office) -> None:
    osh.want(room.wish("osh", lasts_s=-60), beside("naryn"))
    until(lambda: osh.stage is RoomStage.TOKEN_WANTED, osh)
    osh.want(room.wish("osh"), beside("naryn"))
    until(lambda: osh.stage is RoomStage.IN, osh)


def test_a_room_that_is_not_there_yet_is_tried_until_it_is(room: Room, osh: Office) -> None:
    room.close()
    osh.want(room.wish("osh"), beside("naryn"))
    until(lambda: osh.stage is RoomStage.LOST, osh)
    room.make()
    until(lambda: osh.stage is RoomStage.IN, osh)


@pytest.mark.expects_log("media_server")
def test_after_the_media_server_was_killed_both_are_in_again_and_see_each_other(
    room: Room, osh: Office, naryn: Office
) -> None:
    meet(room, osh, naryn)
    until(lambda: naryn.sees(OSH, beside("")[OTHER]), osh, naryn)
    first = room.media.seen.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: osh.stage is RoomStage.LOST and naryn.stage is RoomStage.LOST, osh, naryn)
    until(lambda: room.media.seen.pid not in {0, first} and room.media.seen.is_well, osh, naryn)
    room.make()
    until(lambda: osh.stage is RoomStage.IN and naryn.stage is RoomStage.IN, osh, naryn)
    osh.heard.clear()
    until(lambda: osh.seen("naryn") and osh.sees(NARYN, beside("")[OTHER]), osh, naryn)


def test_without_a_server_it_is_told_and_tried_until_there_is_one(tmp_path: Path, program: Path) -> None:
    ports = Ports.free()
    wanted = Wanted(kind=Kind.NAMED, program=program, ports=ports)
    osh = Office(OSH, OSH_HZ)
    with offices(osh):
        osh.want(RoomWish(f"ws://127.0.0.1:{ports.signal}", "", camera=True, microphone=True, sound=True), beside("b"))
        until(lambda: osh.stage is RoomStage.LOST, osh)
        until(lambda: osh.sees(OSH, beside("")[OWN]), osh)
        with keeping(private_folder(tmp_path / "centre"), wanted) as media:
            media.wait_until(Standing.WELL)
            until(lambda: osh.stage is RoomStage.TOKEN_WANTED, osh)
            room = Room(media)
            osh.want(room.wish("osh"), beside("b"))
            until(lambda: osh.stage is RoomStage.IN, osh)
            osh.close()


def test_a_killed_process_is_replaced_and_is_in_the_room_again(room: Room, naryn: Office) -> None:
    osh = Office(OSH, OSH_HZ)
    with offices(osh):
        meet(room, osh, naryn)
        until(lambda: naryn.sees(OSH, beside("")[OTHER]), osh, naryn)
        osh.heard.clear()
        naryn.heard.clear()
        os.kill(osh.processes[0].pid, signal.SIGKILL)
        until(lambda: osh.stage is RoomStage.IN, osh, naryn)
        until(lambda: len(osh.processes) == 2 and osh.sees(NARYN, beside("")[OTHER]), osh, naryn)
        naryn.heard.clear()
        until(lambda: naryn.seen("osh") and naryn.sees(OSH, beside("")[OTHER]), osh, naryn)


@pytest.fixture
def lobby() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


def test_a_picture_that_is_too_large_is_not_taken_whatever_it_said_of_its_size(
    room: Room, osh: Office, lobby: Hall
) -> None:
    rogue = lobby.join(room.url, room.token("rogue"))
    osh.want(room.wish("osh"), beside("rogue"))
    until(lambda: osh.stage is RoomStage.IN, osh)
    with rogue.showing(4096, 2160, said=(320, 180)):
        until(lambda: osh.person("rogue") is not None, osh)
        until(lambda: (told := osh.person("rogue")) and not told.has_picture, osh)
        for _ in range(40):
            live(osh)
        assert osh.is_plain(beside("")[OTHER])


def test_a_sound_that_calls_itself_a_camera_is_not_heard(room: Room, osh: Office, lobby: Hall) -> None:
    rogue = lobby.join(room.url, room.token("rogue"))
    assert rogue.publish(sound=True, called=rtc.TrackSource.SOURCE_CAMERA)
    osh.want(room.wish("osh"), beside("rogue"))
    until(lambda: osh.person("rogue") is not None, osh)
    for _ in range(20):
        live(osh)
    told = osh.person("rogue")
    assert told is not None
    assert not told.has_sound


def test_whoever_interprets_is_no_part_of_what_is_spoken_and_is_heard_by_choice(
    room: Room, osh: Office, naryn: Office
) -> None:
    osh.want(room.wish("osh", apart=("naryn",)), beside("naryn"))
    naryn.want(room.wish("naryn"), beside("osh"))
    until(lambda: (told := osh.person("naryn")) and told.has_sound, osh, naryn)
    live(*[osh, naryn] * 100)
    assert not hears(osh, NARYN_HZ)
    osh.want(room.wish("osh", apart=("naryn",), over=("naryn",)), beside("naryn"))
    until(lambda: hears(osh, NARYN_HZ), osh, naryn)
    osh.want(room.wish("osh", apart=("naryn",)), beside("naryn"))
    until(lambda: not hears(osh, NARYN_HZ), osh, naryn)
