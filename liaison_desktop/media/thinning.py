"""Follows what the line gives while a meeting runs, and says what of the room may be asked for and sent."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from liaison_desktop.meetings.messages import Follows, LineWish
from liaison_desktop.meetings.profiles import SHARES, Figures, Profile, begin, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit import rtc

    from liaison_desktop.meetings.messages import Told
    from liaison_desktop.meetings.profiles import Share

LOOK_S: Final = 2.0
STATS_S: Final = 1.5
"""Who does not say by then how it is says it the next time."""


class Thinning:
    """Lives in the room's loop, over all stays in it: who comes back begins where the line left them."""

    def __init__(self, say: Callable[[Told], None]) -> None:
        self._say = say
        self._wish = LineWish()
        self._following = begin(Profile.ALL)
        self._told: Follows | None = None
        self._figures = (0, 0)
        self.has_mix = False
        """Whether the centre's mix is in the room."""

    @property
    def profile(self) -> Profile:
        """What the line is given now."""
        return Profile(self._wish.fixed) if self._wish.fixed else self._following.profile

    @property
    def share(self) -> Share:
        """What that means."""
        return SHARES[self.profile]

    def begin(self, wish: LineWish) -> None:
        """Another room: begin with what was measured before."""
        self._wish, self._told, self.has_mix = wish, None, False
        self._following = begin(Profile(wish.first))

    def want(self, wish: LineWish) -> None:
        """Keep to a profile from now on, or follow the line again from where it is."""
        if self._wish.fixed and not wish.fixed:
            self._following = begin(Profile(self._wish.fixed))
        self._wish = wish

    def see(self, figures: Figures) -> bool:
        """One more look at the line; says whether it is given another profile."""
        before = self.profile
        self._following = follow(self._following, figures)
        return self.profile is not before

    def count(self, kbps: int, lost: float) -> None:
        """So much came lately."""
        self._figures = kbps, round(lost * 1000)

    def tell(self) -> None:
        """Say what the line is given, when that is new, with the figures of the moment."""
        told = self._told
        if told is None or (told.profile, told.has_mix) != (self.profile.value, self.has_mix):
            self._told = Follows(self.profile.value, self.has_mix, *self._figures)
            self._say(self._told)


class Gauge:
    """Looks at one stay's line, again and again."""

    def __init__(self, room: rtc.Room, thinning: Thinning) -> None:
        self._room, self._thinning = room, thinning
        self._counts: dict[str, tuple[int, int, int]] = {}
        self._at = time.monotonic()

    async def keep_looking(
        self, quality: Callable[[], int], is_stalled: Callable[[], bool], moved: Callable[[], None]
    ) -> None:
        """Look for ever; `moved` is told when something else may be asked for."""
        while True:
            await asyncio.sleep(LOOK_S)
            counts = await self._counted()
            if counts is None:
                continue
            now = time.monotonic()
            passed_s, self._at = now - self._at, now
            kept = [(counts[one], before) for one, before in self._counts.items() if one in counts]
            came, lost, octets = (sum(max(0, new[n] - old[n]) for new, old in kept) for n in range(3))
            self._counts = counts
            part = lost / (came + lost) if came + lost else 0.0
            self._thinning.count(round(octets * 8 / 1000 / passed_s), part)
            if self._thinning.see(Figures(passed_s, part, quality(), is_stalled())):
                moved()
            self._thinning.tell()

    async def _counted(self) -> dict[str, tuple[int, int, int]] | None:
        """Of each stream the packets that came, those that did not, and the bytes; None when it was not said."""
        try:
            async with asyncio.timeout(STATS_S):
                stats = await self._room.get_rtc_stats()
        except (TimeoutError, RuntimeError):  # on its way out of the room, or into it
            return None
        both = (*stats.publisher_stats, *stats.subscriber_stats)  # of one connection, or of one for each way
        return {one.inbound_rtp.rtc.id: _of(one.inbound_rtp) for one in both if _is_stream(one)}


def _is_stream(one: Any) -> bool:
    return bool(one.WhichOneof("stats") == "inbound_rtp")


def _of(stream: Any) -> tuple[int, int, int]:
    return stream.received.packets_received, stream.received.packets_lost, stream.inbound.bytes_received
