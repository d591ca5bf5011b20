"""On a thin line an office has the whole stage in one picture and one sound, and the voices while it may speak."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from livekit import rtc

from liaison_desktop.meetings.messages import Follows, LineWish, RoomStage, State, Tile, Wish
from server_sync.common.home import private_folder
from server_sync.config.logs import configure_structlog
from server_sync.contract.meetings import mix_of
from server_sync.meetings.broadcast.labels import Labels
from server_sync.meetings.broadcast.mixing import RATE, Voices
from server_sync.meetings.broadcast.mosaic import Mosaic
from server_sync.meetings.broadcast.sending import Sending
from server_sync.meetings.media_server import build
from server_sync.meetings.media_server.standing import State as Standing
from server_sync.meetings.media_server.wanted import Kind, Wanted
from tests.desktop.meetings.room import Office, Room, live, offices, until
from tests.server.meetings.live.guests import Hall, hall
from tests.server.meetings.media_server.kept import Kept, keeping

MIX = mix_of(bytes(16))
MIX_HZ, NARYN_HZ = 700, 1_000
TILES = (Tile(MIX, 0, 0, 320, 180), Tile("naryn", 320, 180, 320, 180), Tile("", 0, 180, 160, 90))


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    configure_structlog()
    program: Path = build.build(lambda _line: None)
    home = private_folder(tmp_path_factory.mktemp("media") / "centre")
    with keeping(home, Wanted(kind=Kind.NAMED, program=program)) as kept:
        kept.wait_until(Standing.WELL)
        yield kept


@pytest.fixture
def room(media: Kept, request: pytest.FixtureRequest) -> Room:
    return Room(media, re.sub(r"\W", "-", request.node.name))


@pytest.fixture
def lobby() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


class Mixing:
    """The centre's mix in a room, with one tone in it."""

    def __init__(self, lobby: Hall, room: Room) -> None:
        self._lobby = lobby
        lobby.run(self._come(room.url, room.token(MIX)))

    async def _come(self, url: str, token: str) -> None:
        voices = Voices(0.25)
        self._room = rtc.Room()
        await self._room.connect(url, token, rtc.RoomOptions(auto_subscribe=False, dynacast=True))
        sending = Sending(Mosaic(Labels(), "Жыйналыш"), voices)
        self._tasks = [asyncio.ensure_future(one) for one in (sending.last(self._room), self._hum(voices))]

    async def _hum(self, voices: Voices) -> None:
        number, step = 0, RATE // 50
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            at = (number * step + np.arange(step)) / RATE
            syllables = np.clip(np.sin(2 * np.pi * 3 * at) * 3, 0, 1)
            voices.add("all", (0.3 * np.sin(2 * np.pi * MIX_HZ * at) * syllables).astype(np.float32))
            number += 1
            await asyncio.sleep(max(0.0, begun + number / 50 - loop.time()))

    async def _go(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._room.disconnect()

    def close(self) -> None:
        self._lobby.run(self._go())


@pytest.fixture
def two() -> Iterator[tuple[Office, Office]]:
    osh, naryn = Office(1, 440), Office(2, NARYN_HZ, size=(1280, 720))
    with offices(osh, naryn):
        for office in (osh, naryn):
            office.want(None)
        until(lambda: osh.last(State) and naryn.last(State), osh, naryn)
        yield osh, naryn


def attend(office: Office, room: Room, line: LineWish, *, publish: bool = False) -> None:
    wish = room.wish("osh", publish=publish, camera=True, microphone=False)
    office.supervisor.want(Wish(width=640, height=360, mirrored=False, room=wish, tiles=TILES, line=line))


def hears(office: Office, pitch_hz: int) -> bool:
    return abs(office.pitch_hz - pitch_hz) < 15


def test_the_mix_is_taken_on_a_thin_line_and_the_voices_of_all_by_whoever_may_speak(room, lobby, two):
    osh, naryn = two
    mixing = Mixing(lobby, room)
    try:
        naryn.want(room.wish("naryn"), ())
        attend(osh, room, LineWish(fixed="small"))
        until(lambda: naryn.stage is RoomStage.IN and osh.stage is RoomStage.IN, osh, naryn)
        until(lambda: (seen := osh.seen(MIX)) and (seen.width, seen.height) == (480, 272), osh, naryn)
        until(lambda: hears(osh, MIX_HZ), osh, naryn)
        told = osh.last(Follows)
        assert told is not None
        assert (told.profile, told.has_mix) == ("small", True)
        assert osh.seen("naryn") is None, "no other picture is taken"
        assert osh.person(MIX) is None, "it is no person"
        until(lambda: (one := osh.person("naryn")) and one.has_sound and not one.has_picture, osh, naryn)

        attend(osh, room, LineWish(fixed="sound"))
        until(lambda: (told := osh.last(Follows)) and told.profile == "sound", osh, naryn)
        until(lambda: osh.is_plain(TILES[0]), osh, naryn)
        until(lambda: hears(osh, MIX_HZ), osh, naryn)

        room.let_publish("osh", publish=True)
        until(lambda: osh.may and hears(osh, NARYN_HZ), osh, naryn)
        for _ in range(100):
            live(osh, naryn)
        assert (one := naryn.person("osh")) is not None
        assert not one.has_picture, "the own camera is not sent"

        attend(osh, room, LineWish(fixed="all"))
        until(lambda: (seen := osh.seen("naryn")) and seen.width, osh, naryn)
        until(lambda: (one := naryn.person("osh")) and one.has_picture, osh, naryn)
        until(lambda: hears(osh, NARYN_HZ), osh, naryn)

        room.let_publish("osh", publish=False)
        attend(osh, room, LineWish(fixed="mosaic"))
        until(lambda: (seen := osh.seen(MIX)) and (seen.width, seen.height) == (640, 360), osh, naryn)
        until(lambda: hears(osh, MIX_HZ), osh, naryn)
    finally:
        mixing.close()
    until(lambda: (told := osh.last(Follows)) and not told.has_mix, osh, naryn)
    until(lambda: hears(osh, NARYN_HZ), osh, naryn)
    until(lambda: (seen := osh.seen("naryn")) and seen.width == 320, osh, naryn)
