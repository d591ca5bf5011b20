"""What of ours is seen and heard in the room: camera, shared screen and microphone, as wished and as far as allowed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import cv2
from livekit import rtc

from liaison_desktop.media.canvas import resized
from liaison_desktop.media.screens import SCREENS_A_SECOND
from liaison_desktop.media.sound import RATE
from liaison_desktop.media.sources import RATE as PICTURES_A_SECOND
from liaison_desktop.meetings.profiles import SHARES, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sources import Pixels
    from liaison_desktop.media.talking import Talking
    from liaison_desktop.meetings.messages import RoomWish
    from liaison_desktop.meetings.profiles import Share

PUBLISH_S: Final = 5.0
"""Without the right to publish the library never answers, and the right may go while it is asked."""
AGAIN_S: Final = 2.0
SETTLE_S: Final = 0.25
"""A camera that gives its first picture is published so soon."""
LAYERED_FROM: Final = 960
"""So wide a picture must be for three layers; of smaller ones two would be the same."""
CAMERA: Final = rtc.TrackSource.SOURCE_CAMERA
SCREEN: Final = rtc.TrackSource.SOURCE_SCREENSHARE
MICROPHONE: Final = rtc.TrackSource.SOURCE_MICROPHONE
NAMES: Final = {CAMERA: "camera", SCREEN: "screen"}
LARGEST: Final = {CAMERA: (1280, 720), SCREEN: (1920, 1080)}


@dataclass(slots=True)
class _Sight:
    """Pictures of ours as they were published."""

    source: rtc.VideoSource
    track: rtc.LocalVideoTrack
    sid: str
    size: tuple[int, int]


@dataclass(slots=True)
class _Voice:
    """Our voice as it was published, and what of it was not handed over yet."""

    source: rtc.AudioSource
    track: rtc.LocalAudioTrack
    sid: str
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=20))
    stirred: asyncio.Event = field(default_factory=asyncio.Event)


class Publishing:
    """Lives in the room's loop; only `film` is called by the threads of camera and screen."""

    def __init__(
        self,
        room: rtc.Room,
        wish: RoomWish,
        talking: Talking,
        moved: Callable[[], None],
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self._room, self._wish, self._talking, self._moved = room, wish, talking, moved
        self._published = published
        self._loop = asyncio.get_running_loop()
        self._sizes: dict[int, tuple[int, int]] = {}
        self._sights: dict[int, _Sight] = {}
        self._voice: _Voice | None = None
        self._limit: asyncio.Timeout | None = None
        self._again_at = 0.0
        self._stirred = asyncio.Event()
        self._share = SHARES[Profile.ALL]
        self._screen_at = 0.0

    def thin(self, share: Share) -> None:
        """Send at most so much from now on."""
        if share != self._share:
            self._share = share
            self._stirred.set()

    def want(self, wish: RoomWish) -> None:
        """Be seen and heard like this from now on."""
        self._wish = wish
        self._stirred.set()

    def film(self, picture: Pixels, source: rtc.TrackSource.ValueType = CAMERA) -> None:
        """The newest picture of camera or screen."""
        own, share = (picture.shape[1], picture.shape[0]), self._share
        if source == SCREEN and not self._is_due(share.screen_a_second):
            return
        largest = LARGEST[source]
        if source == CAMERA and 0 < share.own_width < largest[0]:
            largest = share.own_width, share.own_width * largest[1] // largest[0]
        size = self._sizes[source] = sent_size(*own, largest)
        sight = self._sights.get(source)
        if sight is None or sight.size != size or sight.track.muted:
            return
        planes = cv2.cvtColor(resized(picture, size), cv2.COLOR_BGR2YUV_I420)
        sight.source.capture_frame(rtc.VideoFrame(*size, rtc.VideoBufferType.I420, planes.reshape(-1).data))

    def _is_due(self, a_second: float) -> bool:
        """Whether another picture of the screen is sent now."""
        now = time.monotonic()
        if not a_second or (a_second < SCREENS_A_SECOND and now - self._screen_at < 1 / a_second):
            return False
        self._screen_at = now
        return True

    def may(self, source: rtc.TrackSource.ValueType | None = None) -> bool:
        """Whether the room lets us be seen and heard now, by a source or at all."""
        rights = self._room.local_participant.permissions
        sources = list(rights.can_publish_sources)
        return rights.can_publish and (source is None or not sources or source in sources)

    def rights_changed(self) -> None:
        """Our rights are others: what goes to nobody any more is given up, what may go is published."""
        if not self.may() and self._limit is not None:
            self._limit.reschedule(self._loop.time())
        self._stirred.set()

    def is_seen(self, source: rtc.TrackSource.ValueType = CAMERA) -> bool:
        """Whether pictures of ours are in the room."""
        sight = self._sights.get(source)
        return sight is not None and not sight.track.muted

    @property
    def is_heard(self) -> bool:
        """Whether our voice is in the room."""
        return self._voice is not None and not self._voice.track.muted

    def stop(self) -> None:
        """Send nothing any more: the room is over."""
        self._talking.send = None
        self._sights.clear()

    async def keep_settled(self) -> None:
        """Have published what is wished and allowed, for ever."""
        while True:
            self._stirred.clear()
            await self._settle_sight(CAMERA, is_wished=self._wish.camera and self._share.own_kbps > 0)
            await self._settle_sight(SCREEN, is_wished=self._wish.screen and self._share.screen_a_second > 0)
            await self._settle_voice()
            self._moved()
            try:
                async with asyncio.timeout(SETTLE_S):
                    await self._stirred.wait()
            except TimeoutError:
                continue

    async def _settle_sight(self, source: rtc.TrackSource.ValueType, *, is_wished: bool) -> None:
        may, size, sight = self.may(source), self._sizes.get(source), self._sights.get(source)
        ends = source == SCREEN and not is_wished  # a screen that is not shared is not shown as one that is paused
        if sight is not None and (not may or ends or (size is not None and size != sight.size)):
            del self._sights[source]
            await self._unpublish(sight.sid)
            sight = None
        if sight is not None:
            _mute(sight.track, muted=not is_wished)
        elif is_wished and may and size is not None:
            fed = rtc.VideoSource(*size)
            track = rtc.LocalVideoTrack.create_video_track(NAMES[source], fed)
            sid = await self._publish(track, _picture_options(source, size, self._share))
            if sid is not None:
                self._sights[source] = _Sight(fed, track, sid, size)
        if not is_wished:
            self._sizes.pop(source, None)

    async def _settle_voice(self) -> None:
        may, voice = self.may(MICROPHONE), self._voice
        if voice is not None and not may:
            self._voice = self._talking.send = None
            await self._unpublish(voice.sid)
            voice = None
        if voice is not None:
            _mute(voice.track, muted=not self._wish.microphone)
        elif self._wish.microphone and may:
            fed = rtc.AudioSource(RATE, 1, queue_size_ms=200)
            track = rtc.LocalAudioTrack.create_audio_track("microphone", fed)
            sid = await self._publish(track, rtc.TrackPublishOptions(source=MICROPHONE, dtx=True, red=True))
            if sid is not None:
                self._voice = _Voice(fed, track, sid)
        self._talking.send = self._speak if self.is_heard else None

    async def _publish(self, track: rtc.LocalTrack, options: rtc.TrackPublishOptions) -> str | None:
        """Give its number in the room; None when it did not go now: the next try is with a new track."""
        if time.monotonic() < self._again_at:
            return None
        try:
            async with asyncio.timeout(PUBLISH_S) as self._limit:
                sid = (await self._room.local_participant.publish_track(track, options)).sid
                self._published()
                return sid
        except (TimeoutError, rtc.participant.PublishTrackError):
            if self.may():
                self._again_at = time.monotonic() + AGAIN_S
            return None
        finally:
            self._limit = None

    async def _unpublish(self, sid: str) -> None:
        try:
            async with asyncio.timeout(PUBLISH_S):
                await self._room.local_participant.unpublish_track(sid)
        except (TimeoutError, rtc.participant.UnpublishTrackError):
            return  # the room took it away by itself

    # the voice

    def _speak(self, samples: bytes) -> None:
        """A clean hundredth of a second of our voice; in the thread of the sound."""
        self._loop.call_soon_threadsafe(self._take_voice, samples)

    def _take_voice(self, samples: bytes) -> None:
        if self._voice is not None:
            self._voice.waiting.append(samples)
            self._voice.stirred.set()

    async def keep_speaking(self) -> None:
        """Hand over what is said, for ever."""
        while True:
            voice = self._voice
            if voice is None:
                await asyncio.sleep(SETTLE_S / 5)
                continue
            try:
                async with asyncio.timeout(SETTLE_S):
                    await voice.stirred.wait()
            except TimeoutError:
                continue
            voice.stirred.clear()
            said = b"".join(voice.waiting)
            voice.waiting.clear()
            if said and not voice.track.muted:
                await voice.source.capture_frame(rtc.AudioFrame(said, RATE, 1, len(said) // 2))


def sent_size(width: int, height: int, largest: tuple[int, int]) -> tuple[int, int]:
    """How large a picture is sent: as it is, at most as large as is of use, and in even numbers."""
    factor = min(1.0, largest[0] / width, largest[1] / height)
    return max(2, round(width * factor) // 2 * 2), max(2, round(height * factor) // 2 * 2)


def _picture_options(source: rtc.TrackSource.ValueType, size: tuple[int, int], share: Share) -> rtc.TrackPublishOptions:
    layered = source == CAMERA and size[0] >= LAYERED_FROM
    if source == SCREEN:
        most_bps, rate = 700_000, SCREENS_A_SECOND
    else:
        most_bps, rate = 1_200_000 if layered else 120_000 + size[0] * size[1] * 5 // 4, PICTURES_A_SECOND
        most_bps = min(most_bps, share.own_kbps * 1_000)
    return rtc.TrackPublishOptions(
        source=source,
        simulcast=layered,
        video_codec=rtc.VideoCodec.VP8,
        video_encoding=rtc.VideoEncoding(max_bitrate=most_bps, max_framerate=rate),
    )


def _mute(track: rtc.LocalVideoTrack | rtc.LocalAudioTrack, *, muted: bool) -> None:
    if muted and not track.muted:
        track.mute()
    elif track.muted and not muted:
        track.unmute()
