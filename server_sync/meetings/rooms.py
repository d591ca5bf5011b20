"""Speaks with the media server about rooms: makes and ends them, says who may be seen and heard, tells them the stage.

A room is called by the 32 hexadecimal digits of its meeting. Nothing here waits longer than `LIMIT_S`, and nothing is
asked inside a transaction. What fails is said to the caller, who goes on: the tables are the truth, and `reconciling`
brings the rooms after them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiohttp import ClientError, ClientTimeout
from livekit import api
from livekit.api.room_service import RoomService

from server_sync.contract.meetings import Stage
from server_sync.meetings.media_server.standing import Reach

log = structlog.get_logger(__name__)

LIMIT_S: Final = 2.0
SILENT_S: Final = 3.0
"""So long nobody asks a media server again that did not answer in time: each who asks holds a worker of the centre."""
NOT_THERE: Final = api.TwirpErrorCode.NOT_FOUND
ROOM_DIGITS: Final = 32

Step = Callable[[RoomService], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Rights:
    """What a PC may do in a room besides seeing and hearing: be seen, and be heard; an interpreter is heard alone."""

    is_on_stage: bool = False
    is_silenced: bool = False
    is_interpreter: bool = False

    @classmethod
    def of(cls, stage: Stage, who: str) -> "Rights":
        """What somebody may do who sits there, or does not."""
        seat = next((one for one in stage.seats if one.who == who), None)
        if seat is not None:
            return cls(is_on_stage=True, is_silenced=seat.is_silenced)
        return cls(is_interpreter=any(one.who == who for one in stage.interpreters))

    def as_livekit_says_it(self) -> api.ParticipantPermission:
        """The whole permission; a source that is not named is taken away while it is being sent."""
        sources = []
        if self.is_on_stage:
            sources = [api.TrackSource.CAMERA, api.TrackSource.SCREEN_SHARE]
            if not self.is_silenced:
                sources += [api.TrackSource.MICROPHONE, api.TrackSource.SCREEN_SHARE_AUDIO]
        elif self.is_interpreter:
            sources = [api.TrackSource.MICROPHONE]
        return api.ParticipantPermission(
            can_subscribe=True, can_publish=bool(sources), can_publish_data=False, can_publish_sources=sources
        )


PICTURES: Final = frozenset({api.TrackSource.CAMERA, api.TrackSource.SCREEN_SHARE})
VOICES: Final = frozenset({api.TrackSource.MICROPHONE, api.TrackSource.SCREEN_SHARE_AUDIO})


def is_disguised(kind: int, source: int) -> bool:
    """Whether a track calls itself what it is not, as sound that goes for a camera: that nobody would have silenced.

    The media server goes by the source that a participant names and does not look at what it sends.
    """
    return source not in (PICTURES if kind == api.TrackType.VIDEO else VOICES)


def number_of(names: Any, name: str) -> int:
    """A kind or source of a track by the name that the media server has for it; the first of them for any other."""
    found = names.DESCRIPTOR.values_by_name.get(name)
    return 0 if found is None else int(found.number)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A participant as the media server has it now; `is_disguised`: sends something under a wrong name."""

    who: str
    permission: api.ParticipantPermission
    is_disguised: bool = False

    def has(self, rights: Rights) -> bool:
        """Whether they may do exactly that."""
        wanted = rights.as_livekit_says_it()
        return (
            self.permission.can_publish == wanted.can_publish
            and self.permission.can_subscribe
            and not self.permission.can_publish_data
            and not self.permission.can_update_metadata
            and set(self.permission.can_publish_sources) == set(wanted.can_publish_sources)
        )


def name_of(meeting_id: bytes) -> str:
    """What the room of a meeting is called."""
    return meeting_id.hex()


def meeting_of(room: str) -> bytes | None:
    """The meeting whose room is called so; None for a name that is none of ours."""
    try:
        return bytes.fromhex(room) if len(room) == ROOM_DIGITS else None
    except ValueError:
        return None


def ensure(reach: Reach, room: str, metadata: str) -> bool:
    """Have a room made that is not there; says whether there is one now."""
    listed = listing(reach, [room])
    if listed is None:
        return False
    return room in listed or carry_out(reach, [making(room, metadata)])


def listing(reach: Reach, names: Sequence[str]) -> Mapping[str, str] | None:
    """The metadata of those of these rooms that are there; None when the media server does not say."""
    told = _asked(reach, [lambda rooms: rooms.list_rooms(api.ListRoomsRequest(names=names))])[0]
    return None if told is None else {room.name: room.metadata for room in told.rooms}


def people(reach: Reach, names: Sequence[str]) -> Mapping[str, tuple[Somebody, ...]]:
    """Who is in each of these rooms; a room of which the media server does not say it is left out."""
    told = zip(names, _asked(reach, [_listing_people(room) for room in names]), strict=True)
    return {
        room: tuple(
            Somebody(one.identity, one.permission, any(is_disguised(track.type, track.source) for track in one.tracks))
            for one in (answer.participants if answer else ())
        )
        for room, answer in told
        if answer is not None
    }


def carry_out(reach: Reach, steps: Iterable[Step]) -> bool:
    """Do several things at once; says whether all went well. Who is not in the room needs no more to be done to."""
    return None not in _asked(reach, tuple(steps))


def making(room: str, metadata: str) -> Step:
    """Make a room; one that is there stays."""
    return lambda rooms: rooms.create_room(api.CreateRoomRequest(name=room, metadata=metadata))


def telling(room: str, metadata: str) -> Step:
    """Tell everybody in a room, and whoever comes."""
    return lambda rooms: rooms.update_room_metadata(api.UpdateRoomMetadataRequest(room=room, metadata=metadata))


def sending(room: str, topic: str, text: str, to: str = "") -> Step:
    """Send a text to everybody who is in a room at this moment, or to one of them."""
    request = api.SendDataRequest(
        room=room,
        data=text.encode(),
        kind=api.DataPacket.Kind.RELIABLE,
        topic=topic,
        destination_identities=[to] if to else [],
    )
    return lambda rooms: rooms.send_data(request)


def ending(room: str) -> Step:
    """End a room; everybody is sent away."""
    return lambda rooms: rooms.delete_room(api.DeleteRoomRequest(room=room))


def giving_rights(room: str, who: str, rights: Rights) -> Step:
    """Say what somebody may do; what they send and may not is ended at once."""
    permission = rights.as_livekit_says_it()
    request = api.UpdateParticipantRequest(room=room, identity=who, permission=permission)
    return lambda rooms: rooms.update_participant(request)


def putting_out(room: str, who: str) -> Step:
    """Send somebody away."""
    return lambda rooms: rooms.remove_participant(api.RoomParticipantIdentity(room=room, identity=who))


def _listing_people(room: str) -> Step:
    return lambda rooms: rooms.list_participants(api.ListParticipantsRequest(room=room))


_silent_until: Final[dict[str, float]] = {}


def _asked(reach: Reach, steps: Sequence[Step]) -> list[Any]:
    """Ask all at once and give the answers in order; None for one that did not come."""
    if not steps:
        return []
    nothing: list[Any] = [None] * len(steps)
    if time.monotonic() < _silent_until.get(reach.address, 0):
        return nothing

    async def ask() -> list[Any]:
        pair, limit = reach.pair, ClientTimeout(total=LIMIT_S)
        async with api.LiveKitAPI(reach.address, pair.key, pair.secret, timeout=limit, failover=False) as server:
            async with asyncio.timeout(LIMIT_S):  # the library has limits of its own, longer ones
                return await asyncio.gather(*(_one(server.room, step) for step in steps))

    try:
        return asyncio.run(ask())
    except TimeoutError:
        _silent_until[reach.address] = time.monotonic() + SILENT_S
        log.warning("media_server_silent", code="TimeoutError")
        return nothing


async def _one(rooms: RoomService, step: Step) -> Any:
    try:
        return await step(rooms)
    except api.TwirpError as refused:
        if refused.code == NOT_THERE:
            return ()
        log.warning("media_server_refused", code=refused.code)
    except ClientError as failure:
        log.warning("media_server_silent", code=type(failure).__name__)
    return None
