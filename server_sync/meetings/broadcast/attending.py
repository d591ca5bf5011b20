"""Is in the meeting's room for the broadcast, unseen: watches and hears the stage, as long as there is a way in.

The media library lives in one loop that nothing holds up: pictures and voices are only handed on here. A join that has
begun is never broken off, and a room that is over is joined anew with the newest token (ADR 0075).
"""

import asyncio
import contextlib
import gc
import logging
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import cv2
import numpy as np

from server_sync.contract.errors import MalformedBytes
from server_sync.contract.meetings import Stage, is_of_centre, read_stage, site_of
from server_sync.meetings.broadcast.mixing import RATE, Voices
from server_sync.meetings.broadcast.mosaic import EQUAL_MOST, TILES_MOST, Mosaic, Picture, Tile, lay_out
from server_sync.meetings.broadcast.orders import Order

sys.modules.setdefault("livekit.rtc.media_devices", None)  # type: ignore[arg-type]  # it would load PortAudio
from livekit import rtc  # noqa: E402 (after the line above)

logging.getLogger("livekit").disabled = True  # it writes whole tokens

PAUSES_S: Final = (0.3, 1.0, 2.0, 4.0, 8.0)
STEADY_S: Final = 5.0
CONNECT_S: Final = 5.0
GOING_S: Final = 3.0
LOST_S: Final = 12.0
"""So long the library may try to come back by itself; then the room is joined anew."""
PIECE_MS: Final = 50
STALE_S: Final = 3.0
"""A camera of which nothing came for so long is paused or gone."""
HELD_S: Final = 2.0
"""Whoever is shown large because they speak stays so long, also when another one coughs."""
SHARP_ENOUGH: Final = 0.8
SCREEN: Final = rtc.TrackSource.SOURCE_SCREENSHARE
PICTURES: Final = frozenset({rtc.TrackSource.SOURCE_CAMERA, SCREEN})
VOICES: Final = frozenset({rtc.TrackSource.SOURCE_MICROPHONE, rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO})
VOICES_OF_ONE: Final = 2
"""A microphone, and the sound of the screen that is shared."""
PIXELS_MOST: Final = 2_560 * 1_600
"""A larger picture is not taken: one of 16,383 by 16,383 points fills gigabytes."""
TURNS: Final[dict[int, int]] = {
    rtc.VideoRotation.VIDEO_ROTATION_90: cv2.ROTATE_90_CLOCKWISE,
    rtc.VideoRotation.VIDEO_ROTATION_180: cv2.ROTATE_180,
    rtc.VideoRotation.VIDEO_ROTATION_270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


class Attending:
    """Everything here happens in one loop."""

    def __init__(
        self,
        order: Order,
        mosaic: Mosaic,
        voices: Voices,
        go_to_item: Callable[[int], None],
        send: Callable[[rtc.Room], Awaitable[None]] | None = None,
    ) -> None:
        self.is_in = False
        self._order, self._mosaic, self._voices, self._go_to_item = order, mosaic, voices, go_to_item
        self._send = send
        self._token = ""
        self._has_token = asyncio.Event()
        self._stay: _Stay | None = None
        self._is_over = False

    def take(self, token: str) -> None:
        """Come in by this token from now on."""
        self._token = token
        self._has_token.set()

    async def leave(self) -> None:
        """Go, for good."""
        self._is_over = True
        self._has_token.set()
        if self._stay is not None:
            await self._stay.go()

    async def attend(self) -> None:
        """Be in the room until told to leave."""
        failed = 0
        while True:
            await self._has_token.wait()
            if self._is_over:
                return
            begun = time.monotonic()
            stay = self._stay = _Stay(
                self._order, self._mosaic, self._voices, self._go_to_item, self._note_in, self._send
            )
            with contextlib.suppress(rtc.ConnectError):
                await stay.last(self._token)
            self.is_in, self._stay = False, None
            gc.collect()  # a room and who listens to it hold each other, and with them threads of the library
            failed = failed + 1 if time.monotonic() - begun < STEADY_S else 0
            if not self._is_over:
                await asyncio.sleep(PAUSES_S[min(failed, len(PAUSES_S) - 1)] * random.uniform(0.7, 1.3))

    def _note_in(self, is_in: bool) -> None:
        self.is_in = is_in


class _Stay:
    """One stay in the room."""

    def __init__(
        self,
        order: Order,
        mosaic: Mosaic,
        voices: Voices,
        go_to_item: Callable[[int], None],
        note_in: Callable[[bool], None],
        send: Callable[[rtc.Room], Awaitable[None]] | None,
    ) -> None:
        self._order, self._mosaic, self._voices, self._go_to_item = order, mosaic, voices, go_to_item
        self._note_in, self._send = note_in, send
        self._lost_at: float | None = None
        self._loop = asyncio.get_running_loop()
        self._room = rtc.Room()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._stage: Stage | None = None
        self._large = ""
        self._large_since = 0.0
        self._spoke: dict[str, float] = {}
        self._tiles: tuple[Tile, ...] = ()
        self._asked: set[str] = set()
        self._too_large: set[str] = set()
        self._layers: dict[str, int] = {}
        self._followed: dict[str, tuple[str, bool, asyncio.Task[None]]] = {}
        self._seen_at: dict[str, float] = {}
        self._going: set[asyncio.Task[Any]] = set()

    async def last(self, token: str) -> None:
        """Join and stay to the end. Raises rtc.ConnectError."""
        on = self._room.on
        on("disconnected", lambda *_: self._end())
        on("reconnecting", self._lose)
        on("reconnected", self._come_in)
        on("active_speakers_changed", self._hear_speakers)
        on("track_subscribed", self._follow)
        on("track_unsubscribed", lambda _track, publication, _who: self._unfollow(publication.sid))
        for word in (
            *("room_metadata_changed", "room_updated", "participant_connected"),
            *("participant_disconnected", "track_published", "track_muted", "track_unmuted"),
        ):
            on(word, lambda *_: self._look())
        on("track_unpublished", lambda publication, _who: self._miss(publication.sid))
        options = rtc.RoomOptions(auto_subscribe=False, dynacast=self._send is not None, connect_timeout=CONNECT_S)
        await self._room.connect(self._order.url, token, options)
        self._come_in()
        work = [self._loop.create_task(self._keep_looking())]
        if self._send is not None:
            work.append(self._loop.create_task(self._keep_sending(self._send)))
        try:
            done, _ = await asyncio.wait([self._ended, *work], return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()  # work ends before the stay over a fault of ours alone
            await self._ended
        finally:
            for one in work:
                one.cancel()
            for sid in tuple(self._followed):
                self._unfollow(sid)
            await asyncio.gather(*work, *self._going, return_exceptions=True)
            self._mosaic.lay((), {})

    async def go(self) -> None:
        """Take leave; a server that is not there takes none of us."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOING_S):
                await self._room.disconnect()
        self._end()

    def _come_in(self) -> None:
        self._lost_at = None
        self._note_in(True)
        self._asked.clear()
        self._layers.clear()
        self._look()

    def _lose(self) -> None:
        self._lost_at = time.monotonic()
        self._note_in(False)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    async def _keep_sending(self, send: Callable[[rtc.Room], Awaitable[None]]) -> None:
        """Send to the end; what the room does not take now is tried in another stay."""
        try:
            await send(self._room)
        except (TimeoutError, rtc.participant.PublishTrackError):
            await self.go()

    async def _keep_looking(self) -> None:
        """Once a second: who is large, who is seen no more; what the library cannot mend is given up."""
        while True:
            await asyncio.sleep(1)
            if self._lost_at is not None and time.monotonic() - self._lost_at > LOST_S:
                await self.go()
                return
            for who, seen_at in tuple(self._seen_at.items()):
                if time.monotonic() - seen_at > STALE_S and who not in self._screens():
                    self._mosaic.hide(who)
            self._look()

    # who is seen and heard

    def _look(self) -> None:
        """Bring what is laid and what is asked for after the stage as it is now."""
        with contextlib.suppress(MalformedBytes):
            self._stage = read_stage(self._room.metadata or "")
        if self._stage is None:
            return
        self._go_to_item(self._stage.item)
        here = {who for who in self._room.remote_participants if not is_of_centre(who)}
        seated = [seat.who for seat in self._stage.seats if seat.who in here]
        screens = [who for who in self._screens() if who in seated]
        self._choose_large(seated, screens)
        order = sorted(seated, key=lambda who: (who != self._large, -self._spoke.get(who, 0.0)))
        kept = order[:TILES_MOST]
        has_large = bool(screens) or self._stage.shown in seated or len(kept) > EQUAL_MOST
        first = kept[: 1 if has_large else 0]
        shown = [*first, *(who for who in seated if who in kept and who not in first)]  # small ones keep their places
        self._tiles = lay_out(shown, has_large=has_large)
        self._mosaic.lay(self._tiles, {who: self._name(who) for who in shown})
        self._subscribe(frozenset(seated))

    def _name(self, who: str) -> str:
        assert self._stage is not None  # noqa: S101 (whoever is laid sits on it)
        guest = next((one.name for one in self._stage.guests if one.who == who), "")
        return guest or self._order.names.get(site_of(who), site_of(who))

    def _choose_large(self, seated: list[str], screens: list[str]) -> None:
        assert self._stage is not None  # noqa: S101 (as above)
        if screens:
            self._large = screens[0]
        elif self._stage.shown in seated:
            self._large = self._stage.shown
        elif self._large not in seated:
            self._large = seated[0] if seated else ""
            self._large_since = 0.0

    def _hear_speakers(self, speakers: list[Any]) -> None:
        """Whoever speaks loudest becomes large, unless the desk shows somebody."""
        now = time.monotonic()
        seated = {seat.who for seat in self._stage.seats} if self._stage is not None else set()
        loud = [one.identity for one in speakers if one.identity in seated]
        for who in loud:
            self._spoke[who] = now
        if loud and self._large not in loud and now - self._large_since > HELD_S:
            self._large, self._large_since = loud[0], now
        self._look()

    def _screens(self) -> list[str]:
        """Who shares their screen."""
        return [
            who
            for who, one in self._room.remote_participants.items()
            if any(track.source == SCREEN and not track.muted for track in one.track_publications.values())
        ]

    def _subscribe(self, seated: frozenset[str]) -> None:
        widths = {tile.who: tile.width for tile in self._tiles}
        for who, participant in self._room.remote_participants.items():
            seen, heard = self._shown(participant), _heard(participant)
            for sid, track in participant.track_publications.items():
                is_picture = track.kind == rtc.TrackKind.KIND_VIDEO
                wanted = (track is seen and who in widths) if is_picture else who in seated and track in heard
                if wanted != (sid in self._asked):
                    track.set_subscribed(wanted)
                    (self._asked.add if wanted else self._asked.discard)(sid)
                if wanted and is_picture and track.simulcasted:
                    layer = _layer(track.width, widths[who])
                    if self._layers.get(sid) != layer:
                        self._layers[sid] = layer
                        track.set_video_quality(layer)
            if seen is None or seen.muted or who not in widths:
                self._mosaic.hide(who)

    def _shown(self, participant: Any) -> Any:
        """What is to be seen of somebody: the screen they share, else their camera; nothing that is too large."""
        pictures = [
            one
            for one in participant.track_publications.values()
            if one.kind == rtc.TrackKind.KIND_VIDEO
            and one.source in PICTURES
            and one.width * one.height <= PIXELS_MOST
            and one.sid not in self._too_large
        ]
        screens = [one for one in pictures if one.source == SCREEN and not one.muted]
        return next(iter([*screens, *pictures]), None)

    def _follow(self, track: rtc.Track, publication: Any, participant: Any) -> None:
        is_picture = track.kind == rtc.TrackKind.KIND_VIDEO
        self._unfollow(publication.sid)
        who = participant.identity
        following = self._watch(who, track, publication.sid) if is_picture else self._hear(who, track)
        self._followed[publication.sid] = participant.identity, is_picture, self._loop.create_task(following)
        self._layers.pop(publication.sid, None)  # what was asked before the track was there may not count
        self._look()

    def _miss(self, sid: str) -> None:
        self._asked.discard(sid)
        self._unfollow(sid)
        self._look()

    def _unfollow(self, sid: str) -> None:
        followed = self._followed.pop(sid, None)
        if followed is not None:
            who, is_picture, task = followed
            task.cancel()
            self._going.add(task)
            task.add_done_callback(self._going.discard)
            self._mosaic.hide(who) if is_picture else self._voices.forget(who)

    async def _watch(self, who: str, track: rtc.Track, sid: str) -> None:
        stream = rtc.VideoStream(track, format=rtc.VideoBufferType.I420, capacity=1)
        try:
            async for event in stream:
                frame = event.frame
                if frame.width * frame.height > PIXELS_MOST:
                    self._too_large.add(sid)
                    self._look()
                    break
                picture = Picture.of(frame.data, frame.width, frame.height)
                turn = TURNS.get(cast("int", event.rotation))
                self._seen_at[who] = time.monotonic()
                self._mosaic.show(who, picture if turn is None else picture.turned(turn))
        finally:
            self._seen_at.pop(who, None)
            await _close(stream)

    async def _hear(self, who: str, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1, frame_size_ms=PIECE_MS, capacity=8)
        try:
            async for event in stream:
                whole = np.frombuffer(event.frame.data, np.int16)
                self._voices.add(who, (whole / 32_768).astype(np.float32))
        finally:
            await _close(stream)


def _heard(participant: Any) -> list[Any]:
    """What is to be heard of somebody."""
    sounds = [one for one in participant.track_publications.values() if one.kind == rtc.TrackKind.KIND_AUDIO]
    return [one for one in sounds if one.source in VOICES][:VOICES_OF_ONE]


def _layer(width: int, wanted: int) -> rtc.VideoQuality.ValueType:
    """The smallest of the three layers of a picture that is sharp enough for its place."""
    if width >= wanted * SHARP_ENOUGH * 4:
        return rtc.VideoQuality.VIDEO_QUALITY_LOW
    if width >= wanted * SHARP_ENOUGH * 2:
        return rtc.VideoQuality.VIDEO_QUALITY_MEDIUM
    return rtc.VideoQuality.VIDEO_QUALITY_HIGH


async def _close(stream: Any) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GOING_S):
            await stream.aclose()
