"""One stay in a meeting's room, from the join to its end: whom we see and hear, and what the room tells."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import cv2
import numpy as np
from livekit import rtc

from liaison_desktop.media.canvas import Planes
from liaison_desktop.media.publishing import CAMERA, MICROPHONE, SCREEN, Publishing
from liaison_desktop.media.sealing import Sealing, encryption
from liaison_desktop.media.sound import RATE
from liaison_desktop.media.thinning import Gauge
from liaison_desktop.meetings.messages import (
    CAPTION_MOST,
    CAPTION_TOPIC,
    CHAT_BYTES_MOST,
    CHAT_TOPIC,
    TOPIC_MOST,
    Captioned,
    ChatSays,
    May,
    Nudged,
    People,
    Person,
    RoomSays,
    RoomStage,
    RoomWish,
    Seen,
    Shared,
    Told,
)
from liaison_desktop.meetings.profiles import is_mix

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.canvas import Canvas
    from liaison_desktop.media.sources import Pixels
    from liaison_desktop.media.talking import Talking
    from liaison_desktop.media.thinning import Thinning
    from liaison_desktop.meetings.messages import Tile

CONNECT_S: Final = 5.0
LOST_S: Final = 12.0
"""So long the library may try to come back by itself; then the room is joined anew."""
STALE_S: Final = 3.0
"""A camera of which nothing came for so long is paused by the server or gone."""
TOLD_EVERY_S: Final = 0.25
CLOSE_S: Final = 2.0
GOING_S: Final = 3.0
HEARD_MOST: Final = 20
"""Seats there are; more voices of the floor are not mixed. Interpreters have no seat and are not counted."""
VOICES_OF_ONE: Final = 2
"""A microphone, and the sound of the screen that is shared."""
PICTURES: Final = frozenset({CAMERA, SCREEN})
VOICES: Final = frozenset({MICROPHONE, rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO})
"""What may be a picture and what a voice; a sound that calls itself a camera would be heard past the desk's silence."""
PIXELS_MOST: Final = 2_560 * 1_600
"""A larger picture is not taken: 16,383 by 16,383 points come in some hundred kilobytes and fill gigabytes here."""
PIECE_MS: Final = 50
"""Twenty voices in pieces of a hundredth of a second cost twice the processor's time."""
SHARP_ENOUGH: Final = 0.8
"""A layer of this part of a tile's width is not told from the next larger one."""
LINES: Final = {
    rtc.ConnectionQuality.QUALITY_LOST: 0,
    rtc.ConnectionQuality.QUALITY_POOR: 1,
    rtc.ConnectionQuality.QUALITY_GOOD: 2,
    rtc.ConnectionQuality.QUALITY_EXCELLENT: 3,
    rtc.ConnectionQuality.QUALITY_UNKNOWN: 2,
}
TURNS: Final[dict[int, int]] = {
    rtc.VideoRotation.VIDEO_ROTATION_90: cv2.ROTATE_90_CLOCKWISE,
    rtc.VideoRotation.VIDEO_ROTATION_180: cv2.ROTATE_180,
    rtc.VideoRotation.VIDEO_ROTATION_270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(slots=True)
class _Sight:
    """Somebody's pictures as they come."""

    frames: int = 0
    width: int = 0
    height: int = 0
    last_at: float = field(default_factory=time.monotonic)
    is_screen: bool = False


class Stay:
    """Lives in the room's loop; only `film` and `share` are called by other threads."""

    def __init__(
        self,
        wish: RoomWish,
        tiles: tuple[Tile, ...],
        say: Callable[[Told], None],
        tell: Callable[[RoomStage], None],
        canvas: Canvas,
        talking: Talking,
        thinning: Thinning,
    ) -> None:
        self.url = wish.url
        self.is_left = False
        self._wish, self._tiles = wish, tiles
        self._say, self._tell, self._canvas, self._talking = say, tell, canvas, talking
        self._loop = asyncio.get_running_loop()
        self._room = rtc.Room()
        self._is_joined = False
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._lost_at: float | None = None
        self._moved = asyncio.Event()
        self._thinning = thinning
        self._gauge = Gauge(self._room, thinning)
        self._withheld: set[str] = set()
        self._sealing = Sealing(self._room)
        self._publishing = Publishing(self._room, wish, talking, self._moved.set, self._sealing.settle)
        self._asked: set[str] = set()
        self._layers: dict[str, int] = {}
        self._followed: dict[str, asyncio.Task[None]] = {}
        self._sights: dict[str, _Sight] = {}
        self._too_large: set[str] = set()
        self._speaking: set[str] = set()
        self._said: dict[type[Told], Told] = {}
        self._going: set[asyncio.Task[None]] = set()
        talking.voices.over = frozenset(wish.over)

    # from outside

    def want(self, wish: RoomWish, tiles: tuple[Tile, ...]) -> None:
        """Be seen and heard, see and hear like this from now on."""
        self._wish, self._tiles = wish, tiles
        self._talking.voices.over = frozenset(wish.over)
        if self._is_joined:
            self._sealing.take(wish)
        self._publishing.want(wish)
        if self._is_joined:
            self._subscribe()

    def leave(self) -> None:
        """Go; a join that has begun is let come to its end first."""
        self.is_left = True
        if self._is_joined:
            self._go()

    def film(self, picture: Pixels) -> None:
        """The own camera's newest picture; in the camera's thread."""
        self._publishing.film(picture)

    def share(self, picture: Pixels) -> None:
        """The own screen as it is now; in the screen's thread."""
        self._publishing.film(picture, SCREEN)

    async def last(self) -> int:
        """Join and stay to the end; gives the library's reason for the end. Raises rtc.ConnectError."""
        self._listen()
        options = rtc.RoomOptions(
            auto_subscribe=False,
            dynacast=True,
            connect_timeout=CONNECT_S,
            # of two connections the first picture comes a seventh of a second sooner, but whoever was given up and is
            # wanted again stays away (livekit 1.2.1 with livekit-server 1.13.5)
            single_peer_connection=True,
            encryption=encryption(self._wish),
        )
        await self._room.connect(self.url, self._wish.token, options)
        self._sealing.begin(self._wish)
        self._is_joined = True
        if self.is_left:
            self._go()
            return await self._ended
        self._come_in()
        work = [
            self._loop.create_task(one)
            for one in (
                self._publishing.keep_settled(),
                self._publishing.keep_speaking(),
                self._keep_telling(),
                self._keep_counting(),
                self._gauge.keep_looking(self._quality, self._is_stalled, self._subscribe),
            )
        ]
        try:
            awaited: list[asyncio.Future[Any]] = [self._ended, *work]
            done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()  # work never ends but over a fault of ours
            return self._ended.result()
        finally:
            self._publishing.stop()
            await _cancel([*work, *self._followed.values()])

    def _go(self) -> None:
        async def go() -> None:
            try:
                async with asyncio.timeout(GOING_S):
                    await self._room.disconnect()
            except TimeoutError:
                pass  # a server that is not there takes no leave of us
            self._end(rtc.DisconnectReason.CLIENT_INITIATED)

        task = self._loop.create_task(go())
        self._going.add(task)

    def _end(self, reason: int) -> None:
        if not self._ended.done():
            self._ended.set_result(reason)

    # what the room tells

    def _listen(self) -> None:
        on = self._room.on
        on("disconnected", self._end)
        on("reconnecting", self._lose)
        on("reconnected", self._come_in)
        on("room_metadata_changed", lambda *_: self._read_room())
        on("room_updated", self._read_room)
        on("participant_permissions_changed", lambda *_: self._read_rights())
        on("data_received", self._nudge)
        on("active_speakers_changed", self._hear_speakers)
        on("track_published", lambda *_: self._subscribe())
        on("track_unpublished", lambda publication, _: self._miss_track(publication.sid))
        on("track_subscribed", self._follow)
        on("track_unsubscribed", lambda _track, publication, _: self._unfollow(publication.sid))
        on("track_muted", lambda *_: self._subscribe())
        on("track_unmuted", lambda *_: self._subscribe())
        on("participant_connected", lambda *_: self._subscribe())
        on("participant_disconnected", lambda participant: self._miss(participant.identity))
        on("connection_quality_changed", lambda *_: self._moved.set())

    def _come_in(self) -> None:
        self._lost_at = None
        for kind in (May, RoomSays, People):
            self._said.pop(kind, None)
        self._asked.clear()
        self._layers.clear()
        self._tell(RoomStage.IN)
        self._read_rights()
        self._read_room()
        self._subscribe()

    def _lose(self) -> None:
        self._lost_at = time.monotonic()
        self._tell(RoomStage.LOST)

    def _read_rights(self) -> None:
        self._say_once(May(self._publishing.may()))
        self._publishing.rights_changed()
        self._subscribe()  # whoever may speak has the voices, not the mix

    def _read_room(self) -> None:
        self._say_once(RoomSays(self._room.metadata))

    def _say_once(self, told: Told) -> None:
        if self._said.get(type(told)) != told:
            self._said[type(told)] = told
            self._say(told)

    def _nudge(self, packet: rtc.DataPacket) -> None:
        """Pass on what the centre sent for the chat and as captions; of everything else that something happened."""
        if packet.topic == CHAT_TOPIC and packet.participant is None and len(packet.data) <= CHAT_BYTES_MOST:
            self._say(ChatSays(packet.data.decode(errors="replace")))
            return
        if packet.topic == CAPTION_TOPIC and packet.participant is None and len(packet.data) <= CAPTION_MOST:
            self._say(Captioned(packet.data.decode(errors="replace")))
            return
        if packet.topic and len(packet.topic) <= TOPIC_MOST:
            self._say(Nudged(packet.topic))

    def _hear_speakers(self, speakers: list[rtc.Participant]) -> None:
        self._speaking = {one.identity for one in speakers}
        self._moved.set()

    def _miss(self, identity: str) -> None:
        self._sights.pop(identity, None)
        self._canvas.hide(identity)
        self._talking.voices.forget(identity)
        self._moved.set()

    # whom we see and hear

    def _subscribe(self) -> None:
        """Ask for the pictures that have a tile, each as large as its tile, and for the voices; for nothing else."""
        self._moved.set()
        self._thinning.has_mix = any(is_mix(one) and track for one, track in self._tracks().items())
        self._thinning.tell()
        self._publishing.thin(self._thinning.share)
        widths, takes_mix = self._taken(), self._takes_mix
        left = HEARD_MOST
        for identity, participant in self._room.remote_participants.items():
            seen = self._shown(participant)
            heard = _heard(participant)
            if identity in self._wish.apart:
                # however many have spoken on the floor: whoever does not understand them hears nothing else
                heard = heard[: 1 if identity in self._wish.over else 0]
            else:
                heard = heard[:left] if is_mix(identity) == takes_mix else []
                left -= len(heard)
            for sid, publication in participant.track_publications.items():
                if publication.kind == rtc.TrackKind.KIND_VIDEO:
                    wanted = publication is seen and identity in widths
                else:
                    wanted = self._wish.sound and publication in heard
                if wanted != (sid in self._asked):
                    publication.set_subscribed(wanted)
                    (self._asked.add if wanted else self._asked.discard)(sid)
                if wanted and publication.simulcasted:
                    self._choose_layer(publication, widths[identity])
            if identity not in widths or seen is None or seen.muted:
                self._canvas.hide(identity)

    def _tracks(self) -> dict[str, int]:
        return {who: len(one.track_publications) for who, one in self._room.remote_participants.items()}

    @property
    def _takes_mix(self) -> bool:
        """Whether all voices come in one: not to whoever may speak, whose own is in it."""
        return self._thinning.share.is_mixed and self._thinning.has_mix and not self._publishing.may(MICROPHONE)

    def _taken(self) -> dict[str, int]:
        """Whose pictures the line carries, each with the width of its tile: the mix, or the largest tiles."""
        share = self._thinning.share
        wanted: dict[str, int] = {}
        for tile in self._tiles:
            if tile.identity:
                wanted[tile.identity] = max(tile.width, wanted.get(tile.identity, 0))
        if share.is_mixed and self._thinning.has_mix:
            taken = {who: width for who, width in wanted.items() if is_mix(who)}
        else:
            others = {who: width for who, width in wanted.items() if not is_mix(who)}
            largest = sorted(others, key=lambda who: -others[who])[: share.pictures]  # of equal ones the first
            taken = {who: min(others[who], share.large_most_px) for who in largest}
        self._withheld = set(wanted) - set(taken)
        return taken

    def _choose_layer(self, publication: rtc.RemoteTrackPublication, width: int) -> None:
        layer = _layer(publication.width, width)
        if self._layers.get(publication.sid) != layer:
            self._layers[publication.sid] = layer
            publication.set_video_quality(layer)

    def _follow(
        self, track: rtc.Track, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        identity = participant.identity
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            is_screen = publication.source == SCREEN or is_mix(identity)  # neither is filmed at a steady pace
            following = self._watch(identity, track, publication.sid, is_screen=is_screen)
            self._layers.pop(publication.sid, None)  # what was asked before the track was there may not count
            self._subscribe()
        else:
            following = self._hear(identity, track)
        self._unfollow(publication.sid, forget=False)
        self._followed[publication.sid] = self._loop.create_task(following)

    def _miss_track(self, sid: str) -> None:
        self._unfollow(sid)
        self._subscribe()  # whose screen is shared no more has their camera

    def _unfollow(self, sid: str, *, forget: bool = True) -> None:
        if forget:
            self._asked.discard(sid)
            self._layers.pop(sid, None)
        task = self._followed.pop(sid, None)
        if task is not None:
            task.cancel()
            self._going.add(task)
            task.add_done_callback(self._going.discard)
        self._moved.set()

    async def _watch(self, identity: str, track: rtc.Track, sid: str, *, is_screen: bool) -> None:
        stream = rtc.VideoStream(track, format=rtc.VideoBufferType.I420, capacity=1)
        sight = self._sights[identity] = _Sight(is_screen=is_screen)
        try:
            async for event in stream:
                frame = event.frame
                if frame.width * frame.height > PIXELS_MOST:
                    self._too_large.add(sid)
                    self._subscribe()
                    break
                sight.frames += 1
                sight.width, sight.height, sight.last_at = frame.width, frame.height, time.monotonic()
                self._canvas.show(
                    identity, Planes.of(frame.data, frame.width, frame.height, TURNS.get(cast("int", event.rotation)))
                )
        finally:
            if self._sights.get(identity) is sight:
                del self._sights[identity]
                self._canvas.hide(identity)
            await _close(stream)

    def _shown(self, participant: rtc.RemoteParticipant) -> rtc.RemoteTrackPublication | None:
        """What is to be seen of somebody: the screen they share, else their camera; nothing that is too large.

        Of the mix it is the picture that the line carries.
        """
        if is_mix(participant.identity):
            name, tracks = self._thinning.share.mix_track, participant.track_publications.values()
            return next((one for one in tracks if name and one.name == name), None)
        pictures = [
            one
            for one in participant.track_publications.values()
            if one.kind == rtc.TrackKind.KIND_VIDEO and one.source in PICTURES and self._has_size(one)
        ]
        screens = [one for one in pictures if one.source == SCREEN and not one.muted]
        return next(iter([*screens, *pictures]), None)

    def _has_size(self, publication: rtc.RemoteTrackPublication) -> bool:
        """Whether a picture says that it is of a size that is taken, and was not found to be of another."""
        return publication.width * publication.height <= PIXELS_MOST and publication.sid not in self._too_large

    async def _hear(self, identity: str, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1, frame_size_ms=PIECE_MS, capacity=8)
        try:
            async for event in stream:
                whole = np.frombuffer(event.frame.data, np.int16)
                self._talking.voices.add(identity, (whole / 32_768).astype(np.float32))
        finally:
            self._talking.voices.forget(identity)
            await _close(stream)

    # what is told

    async def _keep_telling(self) -> None:
        """Tell who is there and how they are, whenever that is new."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            self._say_once(People(self._people()))
            shared = Shared(self._publishing.is_seen(SCREEN))
            if shared.shared or Shared in self._said:
                self._say_once(shared)
            await asyncio.sleep(TOLD_EVERY_S)

    def _people(self) -> tuple[Person, ...]:
        own = self._room.local_participant
        people = [
            Person(
                "",
                has_picture=self._publishing.is_seen(),
                has_sound=self._publishing.is_heard,
                is_speaking=own.identity in self._speaking,
                line=LINES[own.connection_quality],
                is_sharing=self._publishing.is_seen(SCREEN),
            )
        ]
        for identity, participant in sorted(self._room.remote_participants.items()):
            if is_mix(identity):
                continue  # it is no person
            seen, sight = self._shown(participant), self._sights.get(identity)
            people.append(
                Person(
                    identity,
                    has_picture=seen is not None
                    and not seen.muted
                    and identity not in self._withheld
                    and (sight is None or not _is_stale(sight)),
                    has_sound=any(not publication.muted for publication in _heard(participant)),
                    is_speaking=identity in self._speaking,
                    line=LINES[participant.connection_quality],
                    is_sharing=seen is not None and seen.source == SCREEN,
                )
            )
        return tuple(people)

    def _quality(self) -> int:
        return LINES[self._room.local_participant.connection_quality]

    def _is_stalled(self) -> bool:
        """Whether nothing comes of several pictures at once: one alone may be its sender's fault."""
        sights = [one for one in self._sights.values() if not one.is_screen]
        return len(sights) > 1 and all(_is_stale(one) for one in sights)

    async def _keep_counting(self) -> None:
        """Each second: tell what was seen, take away what is seen no more, give up what the library cannot mend."""
        while True:
            await asyncio.sleep(1)
            for identity, sight in self._sights.items():
                if sight.frames:
                    self._say(Seen(identity, sight.frames, sight.width, sight.height))
                    sight.frames = 0
                elif _is_stale(sight):
                    self._canvas.hide(identity)
                    self._moved.set()
            if self._lost_at is not None and time.monotonic() - self._lost_at > LOST_S:
                self._lost_at = None
                self._go()


def _heard(participant: rtc.RemoteParticipant) -> list[rtc.RemoteTrackPublication]:
    """What is to be heard of somebody."""
    sounds = [one for one in participant.track_publications.values() if one.kind == rtc.TrackKind.KIND_AUDIO]
    return [one for one in sounds if one.source in VOICES][:VOICES_OF_ONE]


def _is_stale(sight: _Sight) -> bool:
    return not sight.is_screen and time.monotonic() - sight.last_at > STALE_S


def _layer(width: int, wanted: int) -> rtc.VideoQuality.ValueType:
    """The smallest of the three layers of a picture that is sharp enough for a tile."""
    if width >= wanted * SHARP_ENOUGH * 4:
        return rtc.VideoQuality.VIDEO_QUALITY_LOW
    if width >= wanted * SHARP_ENOUGH * 2:
        return rtc.VideoQuality.VIDEO_QUALITY_MEDIUM
    return rtc.VideoQuality.VIDEO_QUALITY_HIGH


async def _close(stream: rtc.VideoStream | rtc.AudioStream) -> None:
    try:
        async with asyncio.timeout(CLOSE_S):
            await stream.aclose()
    except TimeoutError:
        return


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
