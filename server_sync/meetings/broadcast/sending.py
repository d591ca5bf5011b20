"""Sends the stage back into its room for thin lines: one picture in three qualities, and one sound (ADR 0082).

All of it lives in the room's loop; pictures are laid and made smaller in a thread beside it. A quality that nobody
takes is not encoded (dynacast).
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from livekit import rtc

from server_sync.contract.meeting_lines import MixTrack
from server_sync.meetings.broadcast.mixing import RATE, Voices
from server_sync.meetings.broadcast.mosaic import HEIGHT, WIDTH, Mosaic, Pixels

PUBLISH_S: Final = 5.0
PICTURES_A_SECOND: Final = 10
SOUND_BPS: Final = 24_000
PIECE: Final = RATE // 50
KEEPS_ITS_SIZE: Final = rtc.DegradationPreference.MAINTAIN_RESOLUTION
"""Fewer pictures rather than smaller ones: the offices' names stand in them."""
PIECE_S: Final = PIECE / RATE
QUEUED_MS: Final = 100
LATE_S: Final = 0.1
KEPT_S: Final = 0.25
"""More than this of a voice is not kept: whoever answers waits for it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A picture of the stage: how large, at most how many bits a second, each of so many pictures."""

    name: MixTrack
    width: int
    height: int
    most_bps: int
    rate: int
    every: int = 1


QUALITIES: Final = (
    Quality(MixTrack.PICTURE, WIDTH, HEIGHT, 250_000, 10),
    Quality(MixTrack.SMALL, 480, 272, 130_000, 8),
    Quality(MixTrack.STILLS, 320, 180, 30_000, 1, every=20),
)


class Sending:
    """Is told a room by `last` and sends there until that is cancelled."""

    def __init__(self, mosaic: Mosaic, voices: Voices) -> None:
        self.frames = 0
        self.rate = 0
        self._mosaic, self._voices = mosaic, voices

    async def last(self, room: rtc.Room) -> None:
        """Send into this room for ever. Raises TimeoutError or PublishTrackError when it takes nothing."""
        pictures = [(quality, rtc.VideoSource(quality.width, quality.height)) for quality in QUALITIES]
        sound = rtc.AudioSource(RATE, 1, queue_size_ms=QUEUED_MS)
        for quality, source in pictures:
            seen = rtc.TrackPublishOptions(
                source=rtc.TrackSource.SOURCE_CAMERA,
                simulcast=False,
                video_codec=rtc.VideoCodec.VP8,
                video_encoding=rtc.VideoEncoding(max_bitrate=quality.most_bps, max_framerate=quality.rate),
                degradation_preference=KEEPS_ITS_SIZE,  # type: ignore[arg-type]  # its stub is older than it
            )
            await _publish(room, rtc.LocalVideoTrack.create_video_track(quality.name, source), seen)
        heard = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=True, red=True)
        heard.audio_encoding.max_bitrate = SOUND_BPS
        await _publish(room, rtc.LocalAudioTrack.create_audio_track(MixTrack.SOUND, sound), heard)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_filming(pictures))
            both.create_task(self._keep_sounding(sound))

    async def _keep_filming(self, pictures: list[tuple[Quality, rtc.VideoSource]]) -> None:
        number, due, counted, counted_at = 0, time.monotonic(), self.frames, time.monotonic()
        while True:
            sizes = [(one.width, one.height) for one, _source in pictures if number % one.every == 0]
            made = await asyncio.to_thread(self._made, sizes)
            for quality, source in pictures:
                if number % quality.every == 0:
                    size = quality.width, quality.height
                    source.capture_frame(rtc.VideoFrame(*size, rtc.VideoBufferType.I420, made[size]))
            number, self.frames = number + 1, self.frames + 1
            now = time.monotonic()
            if now - counted_at >= 1:
                self.rate = round((self.frames - counted) / (now - counted_at))
                counted, counted_at = self.frames, now
            due = max(due + 1 / PICTURES_A_SECOND, now)
            await asyncio.sleep(due - now)

    def _made(self, sizes: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        whole = self._mosaic.compose()
        return {size: _sized(whole, size) for size in sizes}

    async def _keep_sounding(self, sound: rtc.AudioSource) -> None:
        number, begun = 0, time.monotonic()
        while True:
            late_s = time.monotonic() - begun - number * PIECE_S
            if late_s < 0:
                await asyncio.sleep(-late_s)
            elif late_s > LATE_S:  # the process was held up: what was not said then is not said later
                number, begun = 0, time.monotonic()
            mixed = (self._voices.mix(PIECE) * 32_767).astype(np.int16)
            await sound.capture_frame(rtc.AudioFrame(mixed.tobytes(), RATE, 1, PIECE))
            number += 1


def _sized(whole: Pixels, size: tuple[int, int]) -> bytes:
    """A picture of the mosaic's size in another one, plane by plane (I420)."""
    if size == (WIDTH, HEIGHT):
        return whole.tobytes()
    half = size[0] // 2, size[1] // 2
    colours = whole[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    planes = [cv2.resize(whole[:HEIGHT], size, interpolation=cv2.INTER_AREA)]
    planes += [cv2.resize(colour, half, interpolation=cv2.INTER_AREA) for colour in colours]
    return b"".join(plane.tobytes() for plane in planes)


async def _publish(room: rtc.Room, track: rtc.LocalTrack, options: rtc.TrackPublishOptions) -> None:
    async with asyncio.timeout(PUBLISH_S):
        await room.local_participant.publish_track(track, options)
