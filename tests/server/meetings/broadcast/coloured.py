"""People in a room who are seen in one colour and heard in one tone, and what a broadcast made of them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from livekit import api, rtc

from server_sync.contract.meetings import MeetingState, Seat, Stage, write_stage
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.tokens import sign_in_broadcast
from tests.server.meetings.live.guests import Hall
from tests.server.meetings.media_server.kept import Kept
from tests.server.meetings.media_server.rooms import ask

MEETING = bytes(range(16))
ROOM = MEETING.hex()
RED, GREEN = "KG-C-ALA-00000001", "KG-C-JAY-00000002"
COLOURS = {RED: (76, 85, 255), GREEN: (150, 44, 21)}
"""In brightness and the two colours."""
TONES = {RED: 440.0, GREEN: 1_000.0}
NAMES = {"KG-C-ALA": "Аламүдүн", "KG-C-JAY": "Жайыл өрөөнү"}
RATE = 48_000


def wait_until(holds: Callable[[], object], what: str, within_s: float = 60.0) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within_s, f"not within {within_s} s: {what}"
        time.sleep(0.05)


def stage(*whos: str, item: int = 0, shown: str = "") -> Stage:
    seats = tuple(Seat(who, 1) for who in whos)
    return Stage(version=1, state=MeetingState.OPEN, seats_most=20, item=item, shown=shown, seats=seats)


def tell(kept: Kept, told: Stage, room: str = ROOM) -> None:
    """Have the room and tell it a stage."""
    metadata = write_stage(told)
    address, pair = kept.seen.address, kept.pair
    ask(address, pair, lambda asked: asked.room.create_room(api.CreateRoomRequest(name=room, metadata=metadata)))
    request = api.UpdateRoomMetadataRequest(room=room, metadata=metadata)
    ask(address, pair, lambda asked: asked.room.update_room_metadata(request))


def token_for(pair: Pair, who: str, room: str = ROOM) -> str:
    grants = api.VideoGrants(room_join=True, room=room, can_publish=True)
    return api.AccessToken(pair.key, pair.secret).with_identity(who).with_grants(grants).to_jwt()


@dataclass
class Coloured:
    """Somebody in a room."""

    room: rtc.Room
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)


async def _film(source: rtc.VideoSource, colour: tuple[int, int, int]) -> None:
    width, height = 640, 360
    half = width * height // 4
    pixels = bytes([colour[0]]) * (width * height) + bytes([colour[1]]) * half + bytes([colour[2]]) * half
    while True:
        source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, pixels))
        await asyncio.sleep(1 / 10)


async def _sound(source: rtc.AudioSource, hertz: float) -> None:
    n, step = 0, RATE // 50
    while True:
        wave = np.sin(2 * np.pi * hertz * (n + np.arange(step)) / RATE) * 8_000
        n += step
        await source.capture_frame(rtc.AudioFrame(wave.astype(np.int16).tobytes(), RATE, 1, step))


async def _come(url: str, token: str, who: str) -> Coloured:
    one = Coloured(rtc.Room())
    await one.room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
    seen, heard = rtc.VideoSource(640, 360), rtc.AudioSource(RATE, 1, 100)
    picture = rtc.LocalVideoTrack.create_video_track("picture", seen)
    sound = rtc.LocalAudioTrack.create_audio_track("sound", heard)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
    await one.room.local_participant.publish_track(picture, options)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await one.room.local_participant.publish_track(sound, options)
    loop = asyncio.get_running_loop()
    one.tasks = [loop.create_task(_film(seen, COLOURS[who])), loop.create_task(_sound(heard, TONES[who]))]
    return one


async def _go(one: Coloured) -> None:
    for task in one.tasks:
        task.cancel()
    await asyncio.gather(*one.tasks, return_exceptions=True)
    await one.room.disconnect()


@contextmanager
def coloured(lobby: Hall, kept: Kept, *whos: str) -> Iterator[list[Coloured]]:
    """Have these people in the room while what stands inside lasts."""
    came: list[Coloured] = []
    try:
        came += [lobby.run(_come(kept.seen.client_url, token_for(kept.pair, who), who)) for who in whos]
        yield came
    finally:
        for one in came:
            lobby.run(_go(one))


def broadcast_token(kept: Kept) -> str:
    return sign_in_broadcast(kept.pair, ROOM, MEETING)


@dataclass(frozen=True)
class Heard:
    """What a piece or a record holds."""

    frames: list[Any]
    sound: Any

    def loudness(self, hertz: float) -> float:
        """How much of a tone is in the sound, as the height of its wave; by quarters, since a gap shifts it."""
        quarter = RATE // 4
        quarters = self.sound[: len(self.sound) // quarter * quarter].reshape(-1, quarter)
        if not len(quarters):
            return 0.0
        turning = np.exp(-2j * np.pi * hertz * np.arange(quarter) / RATE)
        return float(np.mean(2 * abs(np.mean(quarters * turning, axis=1))))

    def dots(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour of the last picture somewhere, in red, green and blue."""
        red, green, blue = self.frames[-1].to_ndarray(format="rgb24")[y, x]
        return int(red), int(green), int(blue)


def opened(path: Path) -> Heard:
    """Decode all of a file."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0)) if container.streams.video else []
    with av.open(str(path)) as container:
        pieces = [one.to_ndarray().reshape(-1) for one in container.decode(audio=0)]
    return Heard(frames, np.concatenate(pieces) if pieces else np.zeros(0))


def listed(folder: Path, name: str = "picture") -> list[str]:
    """The lines of a list, none while it is not there."""
    path = folder / f"{name}.m3u8"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def pieces_in(folder: Path, name: str = "picture") -> list[str]:
    return [line for line in listed(folder, name) if line and not line.startswith("#")]


def lasting(folder: Path) -> list[float]:
    return [float(line[8:-1]) for line in listed(folder) if line.startswith("#EXTINF:")]
