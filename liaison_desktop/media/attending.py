"""Keeps us in the meeting's room as long as that is wished, whatever becomes of line and server.

The media library lives in a thread of its own with a loop that nothing may hold up. A join that has begun is never
broken off: the library would end this process.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import importlib
import json
import logging
import random
import re
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from liaison_desktop.meetings.messages import InRoom, RoomStage, RoomWish, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.canvas import Canvas
    from liaison_desktop.media.sources import Pixels
    from liaison_desktop.media.staying import Stay
    from liaison_desktop.media.talking import Talking
    from liaison_desktop.media.thinning import Thinning
    from liaison_desktop.meetings.messages import LineWish, Tile

PAUSES_S: Final = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Before each new try after one that failed; sixty offices do not come back in the same instant."""
STEADY_S: Final = 5.0
"""Who was in so long begins again with the shortest pause."""
KNOCK_S: Final = 0.5
"""So often it is looked whether a server that could not be reached answers again."""
KNOCKED_MOST: Final = 120
"""After so many times in vain the join is tried all the same: there may be a way in that is not the straight one."""
ANSWER_S: Final = 2.0
REFUSED: Final = re.compile(r"client error: (\d{3})")
PORTS: Final = {"ws": 80, "http": 80, "wss": 443, "https": 443}


@dataclass(frozen=True, slots=True)
class Token:
    """What stands in a token that we need: the room, and how long it is good from its making."""

    text: str
    room: str = ""
    identity: str = ""
    lasts_s: float | None = None

    @classmethod
    def read(cls, text: str) -> Token:
        """Read one without checking it; of one that is none, nothing is known."""
        try:
            body = text.split(".")[1]
            found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            lasts_s = float(found["exp"]) - float(found["nbf"] if "nbf" in found else found["iat"])
            return cls(text, str(found.get("video", {}).get("room", "")), str(found.get("sub", "")), lasts_s)
        except (ValueError, IndexError, KeyError, TypeError, AttributeError):
            return cls(text)


class Tokens:
    """Tells old tokens by how long we have had them: this computer's clock may be wrong by years."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._newest = Token("")
        self._since = 0.0

    def take(self, text: str) -> Token:
        """Have this token, from now on unless we have it already."""
        if text != self._newest.text:
            self._newest, self._since = Token.read(text), self._now_s()
        return self._newest

    @property
    def is_old(self) -> bool:
        """Whether the newest is good no more."""
        lasts_s = self._newest.lasts_s
        return lasts_s is not None and self._now_s() - self._since >= lasts_s


class Attending:
    """`want` is called by the main thread, `film` by the camera's, `share` by the screen's; all else is the room's."""

    def __init__(self, say: Callable[[Told], None], canvas: Canvas, talking: Talking, thinning: Thinning) -> None:
        self._say, self._canvas, self._talking, self._thinning = say, canvas, talking, thinning
        self._wish: RoomWish | None = None
        self._tiles: tuple[Tile, ...] = ()
        self._tokens = Tokens()
        self._token = Token("")
        self._told: InRoom | None = None
        self._times_left = 0
        self._stay: Stay | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._begun = threading.Event()

    def prepare(self) -> None:
        """Have the media library at hand before a room is wished: loading it takes a third of the way in."""
        if self._loop is None:
            threading.Thread(target=self._run, name="room", daemon=True).start()
            self._begun.wait()

    def want(self, room: RoomWish | None, tiles: tuple[Tile, ...], line: LineWish) -> None:
        """Be in this room and see these, as far as the line carries it; None leaves."""
        if self._loop is None and room is None:
            return
        self.prepare()
        if room is None:
            self._talking.end()
        else:
            self._talking.plays = room.sound
            self._talking.begin()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._take_up, room, tiles, line)

    def film(self, picture: Pixels) -> None:
        """The own camera's newest picture."""
        stay = self._stay
        if stay is not None:
            stay.film(picture)

    def share(self, picture: Pixels) -> None:
        """The own screen as it is now."""
        stay = self._stay
        if stay is not None:
            stay.share(picture)

    # in the thread of the room

    def _run(self) -> None:
        logging.getLogger("livekit").disabled = True  # it writes whole tokens
        sys.modules["livekit.rtc.media_devices"] = None  # type: ignore[assignment]  # would load PortAudio: we have ours
        asyncio.run(self._attend())

    def _take_up(self, room: RoomWish | None, tiles: tuple[Tile, ...], line: LineWish) -> None:
        (self._thinning.begin if self._wish is None else self._thinning.want)(line)
        self._wish, self._tiles = room, tiles
        if room is None:
            self._told = None
            self._times_left += 1
        self._changed.set()
        stay = self._stay
        if stay is None:
            return
        if room is None or room.url != stay.url or not self._is_same_room(room.token):
            stay.leave()
        else:
            self._token = self._tokens.take(room.token)
            stay.want(room, tiles)

    def _is_same_room(self, token: str) -> bool:
        other = Token.read(token)
        return token == self._token.text or (other.room, other.identity) == (self._token.room, self._token.identity)

    async def _attend(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun.set()
        with contextlib.suppress(ImportError):  # told when a room is wished: devices are tried without it
            importlib.import_module("liaison_desktop.media.staying")
        failed = 0
        while True:
            wish = await self._wished()
            self._token = self._tokens.take(wish.token)
            if self._tokens.is_old:
                self._tell(RoomStage.TOKEN_WANTED)
                await self._other_token(wish)
                continue
            if self._told is None or self._told.stage is not RoomStage.LOST:
                self._tell(RoomStage.JOINING)
            begun = time.monotonic()
            why = await self._be_in(wish)
            gc.collect()  # a room and who listens to it hold each other, and with them threads of the library
            failed = failed + 1 if time.monotonic() - begun < STEADY_S else 0
            match why:
                case _Left():
                    failed = 0
                case _Removed(word):
                    self._tell(RoomStage.REMOVED, word)
                    await self._other_token(wish)
                    failed = 0
                case _Refused():
                    self._tell(RoomStage.TOKEN_WANTED)
                    await self._other_token(wish, PAUSES_S[-1])
                case _Lost(is_answered):
                    self._tell(RoomStage.LOST)
                    await self._pause(wish, failed, is_answered=is_answered)

    async def _be_in(self, wish: RoomWish) -> _Why:
        """Join, stay, and say why it is over."""
        from livekit import rtc

        from liaison_desktop.media.staying import Stay

        stay = self._stay = Stay(wish, self._tiles, self._say, self._tell, self._canvas, self._talking, self._thinning)
        try:
            reason = await stay.last()
        except rtc.ConnectError as error:
            refused = REFUSED.search(error.message)
            if refused is not None and refused[1] in ("401", "403"):
                return _Refused()
            return _Lost(is_answered=refused is not None)
        finally:
            self._stay = None
            self._canvas.hide_others()
        if stay.is_left:
            return _Left()
        reasons = rtc.DisconnectReason
        match reason:
            case reasons.DUPLICATE_IDENTITY:
                return _Removed("duplicate")
            case reasons.PARTICIPANT_REMOVED:
                return _Removed("removed")
            case reasons.ROOM_DELETED | reasons.ROOM_CLOSED:
                return _Removed("closed")
            case _:
                return _Lost(is_answered=False)

    def _tell(self, stage: RoomStage, why: str = "") -> None:
        told = InRoom(stage, why)
        if told != self._told:
            self._told = told
            self._say(told)

    async def _wished(self) -> RoomWish:
        """Wait until a room is wished."""
        while self._wish is None:
            await self._change()
        return self._wish

    async def _other_token(self, wish: RoomWish, most_s: float | None = None) -> None:
        """Wait until another token has come, the room was left, also for a moment only, or the time is over."""
        times_left = self._times_left
        try:
            async with asyncio.timeout(most_s):
                while self._wish is not None and times_left == self._times_left:
                    if (self._wish.url, self._wish.token) != (wish.url, wish.token):
                        return
                    await self._change()
        except TimeoutError:
            return

    async def _pause(self, wish: RoomWish, failed: int, *, is_answered: bool) -> None:
        """Wait a while before the next try; after a loss of the line, until there is one again."""
        pause_s = PAUSES_S[min(failed, len(PAUSES_S) - 1)] * random.uniform(0.7, 1.3)
        if is_answered:
            await self._other_token(wish, pause_s)
            return
        await self._other_token(wish, min(pause_s, KNOCK_S))
        for _ in range(KNOCKED_MOST):
            if self._wish is None or await _answers(wish.url):
                return
            await self._other_token(wish, KNOCK_S * random.uniform(0.7, 1.3))

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


@dataclass(frozen=True, slots=True)
class _Left:
    """We wanted to go."""


@dataclass(frozen=True, slots=True)
class _Removed:
    """The room put us out."""

    word: str


@dataclass(frozen=True, slots=True)
class _Refused:
    """The token was refused."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """The line or the server went, or was not there; whether a server answered tells what to wait for."""

    is_answered: bool


_Why = _Left | _Removed | _Refused | _Lost


async def _answers(url: str) -> bool:
    """Whether somebody opens where the room's server is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443)
        async with asyncio.timeout(ANSWER_S):
            _reader, writer = await asyncio.open_connection(host, port)
    except (OSError, ValueError):  # TimeoutError is an OSError
        return False
    writer.close()
    return True
