"""Real participants in real rooms, as the media process is one: they see, hear, send, and are told."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from livekit import rtc

from server_sync.contract.meetings import Stage, read_stage

logging.getLogger("livekit").setLevel(logging.CRITICAL)  # it takes every end that others decide for an error of its own

T = TypeVar("T")
WAIT_S = 60.0
PUBLISH_S = 15.0
REFUSED_S = 3.0
"""What is not taken within so long was not let in; nothing says so."""
RATE = 48_000


def wait_until(holds: Callable[[], object], what: str, within_s: float = WAIT_S) -> float:
    """Wait for something; gives how long it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within_s, f"not within {within_s} s: {what}"
        time.sleep(0.005)
    return time.monotonic() - begun


class Refusing(Exception):
    """The media server did not let somebody in."""


@dataclass
class Hall:
    """Where participants live: one event loop, in a thread of its own."""

    loop: asyncio.AbstractEventLoop
    came: list["Participant"] = field(default_factory=list)

    def run(self, doing: Coroutine[Any, Any, T], within_s: float = WAIT_S) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(within_s)

    def join(self, url: str, token: str) -> "Participant":
        """Come into a room, or raise Refusing."""
        one = Participant(self)
        self.came.append(one)
        self.run(one.connect(url, token))
        return one

    def lets_in(self, url: str, token: str) -> bool:
        """Whether a token opens a room."""
        try:
            self.join(url, token)
        except Refusing:
            return False
        return True


@dataclass
class Participant:
    """Somebody in a room."""

    hall: Hall
    room: rtc.Room = field(init=False)
    why_gone: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def connect(self, url: str, token: str) -> None:
        self.room = rtc.Room()
        self.room.on("disconnected", lambda why: self.why_gone.append(int(why)))
        self.room.on("room_metadata_changed", lambda _old, new: self.said.append(new))
        try:
            await self.room.connect(url, token, rtc.RoomOptions(auto_subscribe=True))
        except rtc.ConnectError as refused:
            raise Refusing(str(refused)) from refused

    @property
    def stage(self) -> Stage:
        """The stage as the room tells it."""
        return read_stage(self.room.metadata or "")

    @property
    def may_publish(self) -> bool:
        return bool(self.room.local_participant.permissions.can_publish)

    @property
    def sources(self) -> set[int]:
        return set(self.room.local_participant.permissions.can_publish_sources)

    def publish(self, *, sound: bool = False, called: int | None = None) -> bool:
        """Send a picture or sound, under another name if told so; says whether it was taken."""
        return self.hall.run(self._publish(sound=sound, called=called, within_s=PUBLISH_S))

    def is_refused(self, *, sound: bool = False) -> bool:
        """Try to send a picture or sound where neither should be let in; says whether it was not."""
        return not self.hall.run(self._publish(sound=sound, within_s=REFUSED_S))

    async def _publish(self, *, sound: bool, called: int | None = None, within_s: float) -> bool:
        source, track = self._track(sound=sound)
        options = rtc.TrackPublishOptions(source=source if called is None else called)  # type: ignore[arg-type]
        try:
            await asyncio.wait_for(self.room.local_participant.publish_track(track, options), within_s)
        except (TimeoutError, rtc.participant.PublishTrackError):
            return False
        return True

    @contextmanager
    def showing(self, width: int, height: int, *, said: tuple[int, int]) -> Iterator[None]:
        """Send pictures of one size that were said to be of another, again and again."""
        shown = asyncio.run_coroutine_threadsafe(self._show(width, height, said), self.hall.loop)
        try:
            yield
        finally:
            shown.cancel()

    async def _show(self, width: int, height: int, said: tuple[int, int]) -> None:
        source = rtc.VideoSource(*said)
        track = rtc.LocalVideoTrack.create_video_track("picture", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
        await self.room.local_participant.publish_track(track, options)
        frame = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, bytes(width * height * 3 // 2))
        while True:
            source.capture_frame(frame)
            await asyncio.sleep(0.3)

    def _track(self, *, sound: bool) -> tuple[Any, rtc.LocalTrack]:
        if sound:
            heard = rtc.AudioSource(RATE, 1)
            return rtc.TrackSource.SOURCE_MICROPHONE, rtc.LocalAudioTrack.create_audio_track("sound", heard)
        seen = rtc.VideoSource(320, 180)
        return rtc.TrackSource.SOURCE_CAMERA, rtc.LocalVideoTrack.create_video_track("picture", seen)

    def sends(self, who: str, *, sound: bool = False) -> bool:
        """Whether this one knows of somebody else's picture or sound."""
        other = self.room.remote_participants.get(who)
        wanted = rtc.TrackSource.SOURCE_MICROPHONE if sound else rtc.TrackSource.SOURCE_CAMERA
        return other is not None and any(one.source == wanted for one in other.track_publications.values())

    def go(self) -> None:
        self.hall.run(self.room.disconnect())


@contextmanager
def hall() -> Iterator[Hall]:
    """Open a hall; whoever is still in a room leaves it at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="hall")
    thread.start()
    opened = Hall(loop)
    try:
        yield opened
    finally:
        for one in opened.came:
            opened.run(one.room.disconnect())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
