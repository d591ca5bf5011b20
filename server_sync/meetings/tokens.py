"""Signs the way into a room: ten minutes, for one PC and one room, without the right to be seen or heard there.

That right is given in the room, to whoever has a seat (`rooms.give_rights`); a token that was kept or stolen brings
none.
"""

from datetime import timedelta
from typing import Final

from livekit import api

from server_sync.contract.meetings import TOKEN_S, broadcast_of, mix_of
from server_sync.meetings.media_server.configuration import Pair

LASTS: Final = timedelta(seconds=TOKEN_S)


def sign_in(pair: Pair, room: str, who: str) -> str:
    """Sign a token that lets a PC into a room. It names nobody: people know offices by their codes."""
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=False,
        can_subscribe=True,
        can_publish_data=False,
        can_update_own_metadata=False,
        hidden=False,
    )
    token = api.AccessToken(pair.key, pair.secret).with_identity(who).with_ttl(LASTS).with_grants(grants)
    return token.to_jwt()


def sign_in_broadcast(pair: Pair, room: str, meeting: bytes) -> str:
    """Sign a token that lets the centre's broadcast into a room: it sees and hears, and nobody there sees it."""
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=False,
        can_subscribe=True,
        can_publish_data=False,
        can_update_own_metadata=False,
        hidden=True,
    )
    token = api.AccessToken(pair.key, pair.secret).with_identity(broadcast_of(meeting))
    return token.with_ttl(LASTS).with_grants(grants).to_jwt()


def sign_in_mix(pair: Pair, room: str, meeting: bytes) -> str:
    """Sign a token that lets the centre's mix for thin lines into a room: seen by programs alone, with its own tracks.

    It is the one way in that may send without a seat; the centre gives it to no process but its own.
    """
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=True,
        can_publish_sources=["camera", "microphone"],
        can_subscribe=True,
        can_publish_data=False,
        can_update_own_metadata=False,
        hidden=False,
    )
    token = api.AccessToken(pair.key, pair.secret).with_identity(mix_of(meeting))
    return token.with_ttl(LASTS).with_grants(grants).to_jwt()
