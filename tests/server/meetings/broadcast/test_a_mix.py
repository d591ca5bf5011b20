"""The mix of a real room for thin lines: one picture in three qualities and one sound, seen by nobody as a person."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from livekit import rtc

from server_sync.contract.meeting_lines import MixTrack
from server_sync.contract.meetings import mix_of
from server_sync.meetings.broadcast.keeping import Keeper, Pace
from server_sync.meetings.broadcast.orders import Caption, Order
from server_sync.meetings.tokens import sign_in_mix
from tests.server.meetings.broadcast.coloured import (
    GREEN,
    MEETING,
    NAMES,
    RED,
    ROOM,
    TONES,
    coloured,
    stage,
    tell,
    token_for,
    wait_until,
)
from tests.server.meetings.live.guests import Hall, hall
from tests.server.meetings.media_server.kept import Kept

ONLOOKER = "KG-C-KEM-00000003"
RATE = 48_000
SOUND_KBPS = 90
"""Of a tone that never ends, each packet with a copy of the one before."""


@dataclass
class OneMix:
    kept: Kept
    order: Order

    def orders(self) -> Sequence[Order]:
        return [self.order]

    def token(self, order: Order) -> str:
        return sign_in_mix(self.kept.pair, ROOM, MEETING)

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[Caption]]:
        return 0, ()


@pytest.fixture
def lobby() -> Iterator[Hall]:
    with hall() as opened_hall:
        yield opened_hall


@pytest.fixture
def keeper(media: Kept) -> Iterator[Keeper]:
    tell(media, stage(RED, GREEN))
    order = Order(meeting=ROOM, is_mix=True, url=media.seen.client_url, title="Жыйналыш", names=NAMES)
    one = Keeper(OneMix(media, order), Pace(pause_s=0.1, grace_s=10))
    yield one
    one.end()


class Onlooker:
    """Somebody in the room who takes of the mix what a test asks for, and measures it."""

    def __init__(self) -> None:
        self.room: rtc.Room
        self.seen: list[tuple[int, int, bytes]] = []
        self.sound = np.zeros(0, np.int16)
        self.bytes = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, url: str, token: str) -> None:
        self.room = rtc.Room()
        self.room.on("track_subscribed", lambda track, _publication, _who: self._take(track))
        await self.room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))

    def tracks(self) -> dict[str, rtc.RemoteTrackPublication]:
        mix = self.room.remote_participants.get(mix_of(MEETING))
        return {} if mix is None else {one.name: one for one in mix.track_publications.values()}

    async def subscribe(self, name: str, wanted: bool) -> None:
        self.tracks()[name].set_subscribed(wanted)

    def _take(self, track: rtc.Track) -> None:
        is_picture = track.kind == rtc.TrackKind.KIND_VIDEO
        self._tasks.append(asyncio.ensure_future(self._watch(track) if is_picture else self._hear(track)))

    async def _watch(self, track: rtc.Track) -> None:
        stream = rtc.VideoStream(track, format=rtc.VideoBufferType.RGB24, capacity=1)
        async for event in stream:
            self.seen.append((event.frame.width, event.frame.height, bytes(event.frame.data)))

    async def _hear(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1, frame_size_ms=50)
        async for event in stream:
            self.sound = np.concatenate([self.sound, np.frombuffer(event.frame.data, np.int16)])

    async def received_bytes(self) -> int:
        stats = await self.room.get_rtc_stats()
        return sum(
            one.inbound_rtp.inbound.bytes_received
            for one in (*stats.publisher_stats, *stats.subscriber_stats)
            if one.WhichOneof("stats") == "inbound_rtp"
        )

    async def go(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()


@pytest.fixture
def onlooker(lobby: Hall, media: Kept, keeper: Keeper) -> Iterator[Onlooker]:
    one = Onlooker()
    lobby.run(one.come(media.seen.client_url, token_for(media.pair, ONLOOKER)))
    yield one
    lobby.run(one.go())


def loudness(sound: np.ndarray, hertz: float) -> float:
    quarter = RATE // 4
    quarters = (sound[-RATE:] / 32_768)[: RATE // quarter * quarter].reshape(-1, quarter)
    turning = np.exp(-2j * np.pi * hertz * np.arange(quarter) / RATE)
    return float(np.mean(2 * abs(np.mean(quarters * turning, axis=1))))


def test_the_stage_comes_as_one_picture_within_its_bits_and_as_one_sound(keeper, lobby, media, onlooker):
    with coloured(lobby, media, RED, GREEN):
        wait_until(lambda: keeper.look() or len(onlooker.tracks()) == 4, "its four tracks are there")
        assert set(onlooker.tracks()) == {str(one) for one in MixTrack}
        lobby.run(onlooker.subscribe(MixTrack.SOUND, True))
        wait_until(
            lambda: (
                len(onlooker.sound) > 4 * RATE
                and all(loudness(onlooker.sound, hertz) > 0.08 for hertz in TONES.values())
            ),
            "both are heard in one sound",
        )
        for name, size, most_kbps in (
            (MixTrack.PICTURE, (640, 360), 250),
            (MixTrack.SMALL, (480, 272), 130),
            (MixTrack.STILLS, (320, 180), 30),
        ):
            onlooker.seen.clear()
            lobby.run(onlooker.subscribe(name, True))

            def is_seen(size=size) -> bool:
                if not onlooker.seen or onlooker.seen[-1][:2] != size:
                    return False
                width, height, pixels = onlooker.seen[-1]
                shown = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
                red, green = shown[height // 2, width // 4], shown[height // 2, width * 3 // 4]
                return bool(red[0] > 180 and red[1] < 80 and green[1] > 90 and green[0] < 80)

            wait_until(is_seen, f"{name} shows both")
            before, begun = lobby.run(onlooker.received_bytes()), time.monotonic()
            count = len(onlooker.seen)
            time.sleep(4)
            passed = time.monotonic() - begun
            kbps = (lobby.run(onlooker.received_bytes()) - before) * 8 / 1000 / passed
            rate = (len(onlooker.seen) - count) / passed
            assert 10 < kbps < most_kbps + SOUND_KBPS, name
            assert rate > 0.3 if name is MixTrack.STILLS else 5 < rate < 11, name
            lobby.run(onlooker.subscribe(name, False))
