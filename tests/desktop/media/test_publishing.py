"""What of ours goes into the room follows the wish, the right, and what the line carries."""

import asyncio
import itertools
from types import SimpleNamespace
from typing import cast

import numpy as np
from livekit import rtc

from liaison_desktop.media.publishing import SCREEN, Publishing
from liaison_desktop.media.talking import Talking
from liaison_desktop.meetings.messages import RoomWish
from liaison_desktop.meetings.profiles import SHARES, Profile

SOON_S = 60.0


class StandInRoom:
    """Lets us publish all, and keeps what is published."""

    def __init__(self) -> None:
        self.published: dict[str, str] = {}
        self.local_participant = self
        self.permissions = SimpleNamespace(can_publish=True, can_publish_sources=[])
        self._numbers = itertools.count(1)

    async def publish_track(self, track: rtc.LocalTrack, _options: rtc.TrackPublishOptions) -> SimpleNamespace:
        sid = f"TR_{next(self._numbers)}"
        self.published[sid] = track.name
        return SimpleNamespace(sid=sid)

    async def unpublish_track(self, sid: str) -> None:
        del self.published[sid]


def test_a_screen_is_in_the_room_only_while_the_line_carries_pictures_of_it() -> None:
    picture = np.zeros((180, 320, 3), np.uint8)

    async def share() -> list[tuple[list[str], bool]]:
        room, seen = StandInRoom(), []
        wish = RoomWish("ws://x", "t", False, False, True, screen=True)
        talking = cast("Talking", SimpleNamespace(send=None))
        publishing = Publishing(cast("rtc.Room", room), wish, talking, lambda: None)
        keeping = asyncio.create_task(publishing.keep_settled())
        for profile in (Profile.ALL, Profile.STILLS, Profile.SMALL, Profile.SOUND):
            carried = SHARES[profile]
            publishing.thin(carried)
            expected = ["screen"] if carried.screen_a_second else []
            async with asyncio.timeout(SOON_S):
                while list(room.published.values()) != expected:
                    publishing.film(picture, SCREEN)
                    await asyncio.sleep(0.05)
            for _ in range(10):
                publishing.film(picture, SCREEN)
                await asyncio.sleep(0.05)
            seen.append((list(room.published.values()), publishing.is_seen(SCREEN)))
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        return seen

    assert asyncio.run(share()) == [(["screen"], True), ([], False)] * 2
