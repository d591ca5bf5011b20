"""A meeting's room on a real media server, and offices that are in it by media processes of their own."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
import pytest
from livekit import api

from liaison_desktop.background.media_process import MediaProcess
from liaison_desktop.media.sources import colour_of
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import (
    CHAT_TOPIC,
    Heard,
    InRoom,
    May,
    People,
    Person,
    RoomStage,
    RoomWish,
    Seen,
    Tile,
    Told,
    Wish,
)
from liaison_desktop.meetings.ring import PIXEL_BYTES, RING_BYTES, FrameRing
from liaison_desktop.meetings.supervising import Supervisor
from tests.server.meetings.media_server.kept import Kept
from tests.server.meetings.media_server.rooms import ask

SOON_S = 60
"""On two cores that others use as well; alone it takes a second or two."""
SIDE = (640, 360)

T = TypeVar("T", bound=Told)


class Room:
    """A room as the centre makes it and has a say in it."""

    def __init__(self, media: Kept, name: str = "government") -> None:
        self.media, self.name = media, name
        self.make()

    @property
    def url(self) -> str:
        """Where offices join."""
        return self.media.seen.address.replace("http://", "ws://")

    def ask(self, question: Callable[[api.LiveKitAPI], Any]) -> Any:
        return ask(self.media.seen.address, self.media.pair, question)

    def make(self, metadata: str = "") -> None:
        self.ask(lambda asked: asked.room.create_room(api.CreateRoomRequest(name=self.name, metadata=metadata)))

    def token(self, identity: str, *, publish: bool = True, lasts_s: float = 600) -> str:
        pair = self.media.pair
        grants = api.VideoGrants(room_join=True, room=self.name, can_publish=publish, can_subscribe=True)
        token = api.AccessToken(pair.key, pair.secret).with_identity(identity).with_grants(grants)
        return token.with_ttl(timedelta(seconds=lasts_s)).to_jwt()

    def let_publish(self, identity: str, *, publish: bool) -> None:
        rights = api.ParticipantPermission(can_publish=publish, can_subscribe=True)
        request = api.UpdateParticipantRequest(room=self.name, identity=identity, permission=rights)
        self.ask(lambda asked: asked.room.update_participant(request))

    def remove(self, identity: str) -> None:
        request = api.RoomParticipantIdentity(room=self.name, identity=identity)
        self.ask(lambda asked: asked.room.remove_participant(request))

    def wish(self, identity: str, *, publish: bool = True, lasts_s: float = 600, **differing: Any) -> RoomWish:
        """Be seen and heard, and hear the others."""
        token = self.token(identity, publish=publish, lasts_s=lasts_s)
        wished: dict[str, Any] = {"camera": True, "microphone": True, "sound": True}
        return RoomWish(self.url, token, **(wished | differing))

    def close(self) -> None:
        self.ask(lambda asked: asked.room.delete_room(api.DeleteRoomRequest(room=self.name)))

    def say(self, metadata: str) -> None:
        request = api.UpdateRoomMetadataRequest(room=self.name, metadata=metadata)
        self.ask(lambda asked: asked.room.update_room_metadata(request))

    def nudge(self, topic: str) -> None:
        self.call_out(topic, json.dumps("unread"))

    def call_out(self, topic: str, text: str) -> None:
        request = api.SendDataRequest(room=self.name, data=text.encode(), topic=topic)
        self.ask(lambda asked: asked.room.send_data(request))

    def write(self, text: str, topic: str = CHAT_TOPIC) -> None:
        """Send words to everybody in the room, as the centre does."""
        request = api.SendDataRequest(
            room=self.name, data=text.encode(), topic=topic, kind=api.DataPacket.Kind.RELIABLE
        )
        self.ask(lambda asked: asked.room.send_data(request))


class Office:
    """One media process, kept alive as the window keeps it; its camera draws a number, its microphone hums."""

    def __init__(self, number: int, pitch_hz: int, *, size: tuple[int, int] = (640, 360), screen: str = "none") -> None:
        self._surroundings = {
            "LIAISON_CAMERA": f"synthetic:{number}:{size[0]}x{size[1]}",
            "LIAISON_MICROPHONE": f"tone:{pitch_hz}",
            "LIAISON_SPEAKER": "synthetic",
            "LIAISON_SCREEN": screen,
        }
        self.heard: list[Told] = []
        self.processes: list[MediaProcess] = []
        self._memories: list[SharedMemory] = []
        self.ring: FrameRing | None = None
        self.supervisor = Supervisor(
            self._start, now_ms=lambda: time.monotonic_ns() // 1_000_000, hear=self.heard.append, lost=self._lose
        )

    def _start(self) -> MediaProcess:
        self._forget_memory()
        self._memories.append(SharedMemory.make(RING_BYTES))
        self.ring = FrameRing(self._memories[-1])
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self._surroundings.items():
                patch.setenv(name, value)
            self.processes.append(MediaProcess(self._memories[-1]))
        return self.processes[-1]

    def _lose(self, why: str) -> None:
        assert ": " not in why, f"a fault of the process: {why}"

    def _forget_memory(self) -> None:
        if self.ring is not None:
            self.ring.close()
            self._memories.pop().close()
            self.ring = None

    def want(self, room: RoomWish | None, tiles: tuple[Tile, ...] = (), size: tuple[int, int] = SIDE) -> None:
        self.supervisor.want(Wish(width=size[0], height=size[1], mirrored=False, room=room, tiles=tiles))

    def close(self) -> None:
        self.supervisor.close()
        self._forget_memory()

    # what was told, the newest of its kind

    @property
    def told(self) -> Sequence[Told]:
        return [one for one in self.heard if isinstance(one, InRoom | People | May | Seen)][-6:]

    def last(self, kind: type[T]) -> T | None:
        return next((one for one in reversed(self.heard) if isinstance(one, kind)), None)

    @property
    def stage(self) -> RoomStage | None:
        told = self.last(InRoom)
        return None if told is None else told.stage

    @property
    def may(self) -> bool:
        told = self.last(May)
        return told is not None and told.publish

    @property
    def pitch_hz(self) -> int:
        told = self.last(Heard)
        return 0 if told is None else told.hz

    def person(self, identity: str) -> Person | None:
        told = self.last(People)
        return next((one for one in told.people if one.identity == identity), None) if told else None

    def seen(self, identity: str) -> Seen | None:
        return next(
            (one for one in reversed(self.heard) if isinstance(one, Seen) and one.identity == identity),
            None,
        )

    # what is on the canvas

    def colour(self, x: int, y: int) -> tuple[int, ...]:
        """The middle of what stands around a place: blue, green, red."""
        if self.ring is None:
            return ()
        with self.ring.held() as picture:
            if picture is None or not (x < picture.width and y < picture.height):
                return ()
            whole = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, PIXEL_BYTES)
            around = whole[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5, :3].copy()
            del whole
        blue, green, red = np.median(around.reshape(-1, 3), axis=0)
        return round(blue), round(green), round(red)

    def sees(self, number: int, tile: Tile) -> bool:
        """Whether the wall in a tile has the colour of this number."""
        found = self.colour(tile.x + tile.width // 20, tile.y + tile.height // 8)
        return len(found) == 3 and all(abs(a - b) < 25 for a, b in zip(found, colour_of(number), strict=True))

    def is_plain(self, tile: Tile) -> bool:
        return self.colour(tile.x + tile.width // 20, tile.y + tile.height // 8) == (0x12, 0x14, 0x0B)


def beside(identity: str) -> tuple[Tile, Tile]:
    """The own picture at the upper left, somebody's at the lower right."""
    return Tile("", 0, 0, 320, 180), Tile(identity, 320, 180, 320, 180)


def until(holds: Callable[[], object], *offices: Office, most_s: float = SOON_S) -> float:
    """Let the offices live until something is so; gives how long that took."""
    begun = time.monotonic()
    while not holds():
        told = [
            [one for one in office.heard if isinstance(one, InRoom | People | May | Seen)][-4:] for office in offices
        ]
        assert time.monotonic() - begun < most_s, told
        live(*offices)
    return time.monotonic() - begun


def live(*offices: Office) -> None:
    for office in offices:
        office.supervisor.tick()
    time.sleep(0.01)


@contextmanager
def offices(*made: Office) -> Iterator[None]:
    try:
        yield
    finally:
        for office in made:
            office.close()
