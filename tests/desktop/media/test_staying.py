"""What is asked for in a room follows the wish: the voices of the floor, and the interpretation that was chosen."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from livekit import rtc

from liaison_desktop.media.canvas import Canvas
from liaison_desktop.media.publishing import MICROPHONE
from liaison_desktop.media.staying import HEARD_MOST, Stay
from liaison_desktop.media.talking import Talking
from liaison_desktop.media.thinning import Thinning
from liaison_desktop.meetings.messages import RoomWish

INTERPRETERS = ("KG-O-OSH-00000001", "KG-N-NAR-00000002")


def nothing(*_: object) -> None:
    """Stands in for what is told to nobody."""


@dataclass
class Sound:
    """A microphone as it was published; it is asked for or not."""

    sid: str
    is_asked: bool = False
    kind: int = rtc.TrackKind.KIND_AUDIO
    source: int = MICROPHONE
    muted: bool = False
    simulcasted: bool = False

    def set_subscribed(self, wanted: bool) -> None:
        self.is_asked = wanted


@dataclass
class StandInRoom:
    """Those who are there, in the order in which they came."""

    remote_participants: dict[str, SimpleNamespace] = field(default_factory=dict)

    @property
    def local_participant(self) -> SimpleNamespace:
        return SimpleNamespace(permissions=SimpleNamespace(can_publish=False, can_publish_sources=[]))

    def come(self, *whos: str) -> None:
        for who in whos:
            self.remote_participants[who] = SimpleNamespace(identity=who, track_publications={who: Sound(who)})

    def asked(self) -> set[str]:
        tracks = [one for who in self.remote_participants.values() for one in who.track_publications.values()]
        return {one.sid for one in tracks if one.is_asked}


@pytest.mark.parametrize("come_last", [True, False])
def test_with_a_full_stage_the_interpretation_that_was_chosen_is_heard(
    monkeypatch: pytest.MonkeyPatch, come_last: bool
) -> None:
    room = StandInRoom()
    floor = [f"KG-J-{number:03}-00000009" for number in range(HEARD_MOST + 1)]
    room.come(*((*floor, *INTERPRETERS) if come_last else (*INTERPRETERS, *floor)))
    monkeypatch.setattr(rtc, "Room", lambda: room)

    async def subscribe() -> None:
        canvas = cast("Canvas", SimpleNamespace(hide=nothing))
        talking = cast("Talking", SimpleNamespace(voices=SimpleNamespace(over=frozenset())))
        wish = RoomWish("ws://x", "t", False, False, True, apart=INTERPRETERS, over=INTERPRETERS[:1])
        stay: Any = Stay(wish, (), nothing, nothing, canvas, talking, Thinning(nothing))
        stay._subscribe()

    asyncio.run(subscribe())
    assert room.asked() == {*floor[:HEARD_MOST], INTERPRETERS[0]}
