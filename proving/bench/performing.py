"""Fills a room: performers send pictures that were encoded beforehand, onlookers look at one of them each.

A program of its own, so that its work is counted neither as the media server's nor as the window's. It does that of
sixty-two computers, more than a core's worth, and yields to everybody else: no office shares its processor with others.
Its first line says who comes, in JSON; it answers `in` when all are in, `performing` at the line `perform` when every
performer is seen, `looking` at the line `look`, and at `count` how many pictures came to the onlookers since the last
count. It ends with its input.
"""

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Coroutine, Sequence
from fractions import Fraction
from typing import Any, Final

import av
import cv2
import numpy as np
from livekit import rtc

from liaison_desktop.media.sources import RATE, DrawnSource

SIZE: Final = (320, 180)
BITS: Final = 120_000
FILM_S: Final = 2
PUBLISH_S: Final = 10.0
CONNECT_S: Final = 5.0
AGAIN_S: Final = 0.3
AT_ONCE: Final = 8
POLITE: Final = 19
VP8: Final = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "g": "1000"}


def film() -> list[tuple[bytes, bool]]:
    """Two seconds of a drawn picture in VP8; the first picture stands by itself, and all others follow it."""
    context: Any = av.CodecContext.create("libvpx", "w")
    context.width, context.height = SIZE
    context.pix_fmt, context.bit_rate = "yuv420p", BITS
    context.time_base, context.options = Fraction(1, RATE), VP8
    drawn = DrawnSource(*SIZE, number=3)
    pieces: list[tuple[bytes, bool]] = []
    for place in range(FILM_S * RATE):
        planes = cv2.cvtColor(drawn.next(), cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = place, Fraction(1, RATE)
        pieces += [(bytes(one), bool(one.is_keyframe)) for one in context.encode(frame)]
    return pieces


class Somebody:
    """One participant; whoever is lost comes again, and performs again who did."""

    def __init__(self, url: str, token: str) -> None:
        self.frames = 0
        self._url, self._token = url, token
        self._pieces: Sequence[tuple[bytes, bool]] = ()
        self._looks_at = ""
        self._room = rtc.Room()
        self._sending: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False

    @property
    def identity(self) -> str:
        """What they are called in the room."""
        return self._room.local_participant.identity

    async def come(self) -> None:
        """Come into the room; nothing is received unasked."""
        self._room = rtc.Room()
        self._room.on("disconnected", lambda _why: self._begin(self._come_again()))
        self._room.on("track_subscribed", lambda track, *_: self._begin(self._count(track)))
        self._room.on("track_published", lambda *_: self._ask())
        options = rtc.RoomOptions(auto_subscribe=False, connect_timeout=CONNECT_S)  # broken off, it would end us
        await self._room.connect(self._url, self._token, options)

    async def perform(self, pieces: Sequence[tuple[bytes, bool]]) -> None:
        """Send the film again and again, as soon as there is a seat."""
        self._pieces = pieces
        while not self._room.local_participant.permissions.can_publish:  # noqa: ASYNC110 (nothing else tells at once)
            await asyncio.sleep(AGAIN_S)
        source = rtc.EncodedVideoSource(*SIZE)
        track = rtc.LocalVideoTrack.create_video_track("picture", source)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_CAMERA,
            simulcast=False,
            video_codec=rtc.VideoCodec.VP8,
            video_encoding=rtc.VideoEncoding(max_bitrate=2 * BITS, max_framerate=RATE),
            video_encoder=rtc.VideoEncoderBackend.ENCODER_BACKEND_PRE_ENCODED,
        )
        async with asyncio.timeout(PUBLISH_S):
            await self._room.local_participant.publish_track(track, options)
        self._sending = self._begin(_send(source, pieces))

    def look_at(self, identity: str) -> None:
        """Ask for somebody's picture, and count what comes of it."""
        self._looks_at = identity
        self._ask()

    async def leave(self) -> None:
        """Go for good."""
        self._is_over = True
        for task in tuple(self._tasks):
            task.cancel()
        await self._room.disconnect()

    def _ask(self) -> None:
        there = self._room.remote_participants.get(self._looks_at)
        for publication in there.track_publications.values() if there is not None else ():
            if publication.kind == rtc.TrackKind.KIND_VIDEO and not publication.subscribed:
                publication.set_subscribed(True)

    async def _come_again(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        while not self._is_over:
            await asyncio.sleep(AGAIN_S)
            try:
                await self.come()
                if self._pieces:
                    await self.perform(self._pieces)
                self._ask()
            except (rtc.ConnectError, TimeoutError, rtc.participant.PublishTrackError):
                continue
            return

    async def _count(self, track: rtc.Track) -> None:
        async for _event in rtc.VideoStream(track, format=rtc.VideoBufferType.I420, capacity=1):
            self.frames += 1

    def _begin(self, doing: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _send(source: rtc.EncodedVideoSource, pieces: Sequence[tuple[bytes, bool]]) -> None:
    place, due = 0, time.monotonic()
    while True:
        if source.take_feedback().keyframe_requested:
            place = 0
        content, is_key = pieces[place]
        kinds = rtc.EncodedFrameType
        source.capture_frame(
            rtc.EncodedVideoFrame(
                content,
                *SIZE,
                rtc.VideoCodec.VP8,
                kinds.ENCODED_FRAME_KEY if is_key else kinds.ENCODED_FRAME_DELTA,
                time.monotonic_ns() // 1_000,
            )
        )
        place = (place + 1) % len(pieces)
        due = max(due + 1 / RATE, time.monotonic() - 1)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _gather(url: str, tokens: Sequence[str]) -> list[Somebody]:
    doors = asyncio.Semaphore(AT_ONCE)

    async def come(token: str) -> Somebody:
        async with doors:
            one = Somebody(url, token)
            await one.come()
            return one

    return list(await asyncio.gather(*(come(token) for token in tokens)))


async def main() -> None:
    """Do what the lines say."""
    logging.getLogger("livekit").setLevel(logging.CRITICAL)
    if hasattr(os, "nice"):
        os.nice(POLITE)
    loop = asyncio.get_running_loop()

    async def next_line() -> str:
        return await loop.run_in_executor(None, sys.stdin.readline)

    asked = json.loads(await next_line())
    pieces = film()
    performers = await _gather(asked["url"], asked["performers"])
    onlookers = await _gather(asked["url"], asked["onlookers"])
    print("in", flush=True)
    while line := (await next_line()).strip():
        match line:
            case "perform":
                await asyncio.gather(*(one.perform(pieces) for one in performers))
                print("performing", flush=True)
            case "look":
                names = [one.identity for one in performers]
                for place, one in enumerate(onlookers):
                    one.look_at(names[place % len(names)])
                print("looking", flush=True)
            case _:
                print(json.dumps([one.frames for one in onlookers]), flush=True)
                for one in onlookers:
                    one.frames = 0
    for one in (*performers, *onlookers):
        await one.leave()


if __name__ == "__main__":
    asyncio.run(main())
