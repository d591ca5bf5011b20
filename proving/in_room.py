"""Participants of a meeting's room as a media process is one: they come in, may something or not, are sent away."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from livekit import rtc

T = TypeVar("T")
WAIT_S: Final = 60.0
PUBLISH_S: Final = 15.0
REFUSED_S: Final = 3.0
"""What is not taken within so long was not let in; nothing says so."""
LEAVE_S: Final = 5.0
SIZE: Final = (320, 180)
EVERY_S: Final = 0.1


class NotLetIn(Exception):
    """The media server did not let somebody in."""


@dataclass
class Hall:
    """Where participants live: one event loop, in a thread of its own."""

    loop: asyncio.AbstractEventLoop
    came: list["InRoom"] = field(default_factory=list)

    def run(self, doing: Coroutine[Any, Any, T], within_s: float = WAIT_S) -> T:
        """Do something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(within_s)

    def join(self, url: str, token: str) -> "InRoom":
        """Come into a room. Raises NotLetIn."""
        one = InRoom(self)
        self.run(one.connect(url, token))
        self.came.append(one)
        return one

    def lets_in(self, url: str, token: str) -> bool:
        """Whether a token opens a room."""
        try:
            self.join(url, token).leave()
        except NotLetIn:
            return False
        return True


@dataclass
class InRoom:
    """Somebody in a room."""

    hall: Hall
    why_gone: list[int] = field(default_factory=list)
    seen: int = 0
    """Pictures of anybody that have come."""
    room: rtc.Room = field(init=False)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def connect(self, url: str, token: str) -> None:
        """Come in; called in the hall's loop."""
        self.room = rtc.Room()
        self.room.on("disconnected", lambda why: self.why_gone.append(int(why)))
        self.room.on("track_subscribed", self._follow)
        try:
            await self.room.connect(url, token, rtc.RoomOptions(auto_subscribe=True))
        except rtc.ConnectError as refused:
            raise NotLetIn(str(refused)) from refused

    @property
    def is_in(self) -> bool:
        """Whether they were not sent away and the room is there."""
        return not self.why_gone and self.room.isconnected()

    @property
    def may_perform(self) -> bool:
        """Whether the room lets them be seen."""
        return self.is_in and bool(self.room.local_participant.permissions.can_publish)

    def perform(self, within_s: float = PUBLISH_S) -> bool:
        """Be seen from now on; whether the room took it."""
        return self.hall.run(self._perform(within_s))

    def leave(self) -> None:
        """Go; from a room that is lost too."""
        with contextlib.suppress(TimeoutError):
            self.hall.run(self._leave(), LEAVE_S)

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.room.disconnect()

    async def _perform(self, within_s: float) -> bool:
        source = rtc.VideoSource(*SIZE)
        track = rtc.LocalVideoTrack.create_video_track("picture", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
        try:
            await asyncio.wait_for(self.room.local_participant.publish_track(track, options), within_s)
        except (TimeoutError, rtc.participant.PublishTrackError):
            return False
        self._tasks.append(asyncio.create_task(_film(source)))
        return True

    def _follow(self, track: rtc.Track, *_: object) -> None:
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            self._tasks.append(asyncio.create_task(self._count(track)))

    async def _count(self, track: rtc.Track) -> None:
        async for _event in rtc.VideoStream(track, format=rtc.VideoBufferType.I420, capacity=1):
            self.seen += 1


async def _film(source: rtc.VideoSource) -> None:
    pixels = bytes([128]) * (SIZE[0] * SIZE[1] * 3 // 2)
    while True:
        source.capture_frame(rtc.VideoFrame(*SIZE, rtc.VideoBufferType.I420, pixels))
        await asyncio.sleep(EVERY_S)


@contextlib.contextmanager
def hall() -> Iterator[Hall]:
    """Open a hall; whoever is still in a room leaves it at the end."""
    logging.getLogger("livekit").setLevel(logging.CRITICAL)  # it takes every end that others decide for its own error
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="hall")
    thread.start()
    opened = Hall(loop)
    try:
        yield opened
    finally:
        for one in opened.came:
            one.leave()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
