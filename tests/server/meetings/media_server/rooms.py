"""Asks a media server as the centre does, and as somebody who wants to join."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import requests
from livekit import api

from server_sync.meetings.media_server.configuration import Pair

TIMEOUT_S = 20


def ask(address: str, pair: Pair, question: Callable[[api.LiveKitAPI], Awaitable[Any]]) -> Any:
    """Put one question to the media server's API."""

    async def put() -> Any:
        async with api.LiveKitAPI(address, pair.key, pair.secret) as asked:
            return await question(asked)

    return asyncio.run(put())


def make_room(address: str, pair: Pair, name: str) -> None:
    ask(address, pair, lambda asked: asked.room.create_room(api.CreateRoomRequest(name=name)))


def rooms(address: str, pair: Pair) -> set[str]:
    told = ask(address, pair, lambda asked: asked.room.list_rooms(api.ListRoomsRequest()))
    return {room.name for room in told.rooms}


def may_join(address: str, pair: Pair, room: str, identity: str = "somebody") -> requests.Response:
    """Ask, as a client does before it joins, whether a token lets it into a room."""
    token = api.AccessToken(pair.key, pair.secret).with_identity(identity)
    token = token.with_grants(api.VideoGrants(room_join=True, room=room))
    return requests.get(f"{address}/rtc/validate", params={"access_token": token.to_jwt()}, timeout=TIMEOUT_S)
