"""A meeting that begins soon, its PCs, and a real media server of the centre."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as centre_settings

from server_sync.contract.meetings import MeetingAct
from server_sync.contract.workflow import Role
from server_sync.meetings import conducting, rooms
from server_sync.meetings.media_server.standing import State
from server_sync.meetings.media_server.wanted import Kind, Wanted
from server_sync.meetings.pacing import Calls, Pace
from server_sync.workplaces.models import Person
from tests.server.conftest import Office
from tests.server.exchange.conftest import as_seen_from_the_wire
from tests.server.meetings.live.calling import ASKS, LEADS, SPEAKS, WATCHES, Window, plan_soon, somebody
from tests.server.meetings.media_server.conftest import program
from tests.server.meetings.media_server.kept import Kept, keeping

__all__ = ["program"]
OFTEN = Pace(at_once=10_000, a_second=10_000.0)

Seat = Callable[..., Window]
LIMIT_S = 10.0
"""For a media server beside other work; what becomes of one that is silent is seen with it all the same."""


@pytest.fixture(scope="module")
def media_server(program: Path) -> Iterator[Kept]:
    """The media server of the centre that these tests ask."""
    with keeping(centre_settings.LIAISON_HOME, Wanted(kind=Kind.NAMED, program=program)) as kept:
        kept.wait_until(State.WELL)
        yield kept


@pytest.fixture(autouse=True)
def _meetings_can_be_held(media_server: Kept, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIAISON_MEDIA = media_server.wanted
    for name in ("_calls", "_looks", "_comings", "_tests"):
        monkeypatch.setattr(conducting, name, Calls(OFTEN))
    monkeypatch.setattr(rooms, "LIMIT_S", LIMIT_S)


@pytest.fixture
def seat_at(enrolled: Callable[[str], Office]) -> Seat:
    """Enrols a PC of a site with somebody before it, a clerk of that office unless another is named."""

    def one(site: str, person: Person | None = None) -> Window:
        office = enrolled(site)
        plain = as_seen_from_the_wire(office)
        return Window(plain, site, person or Person.objects.get(pk=UUID(bytes=plain.person)))

    return one


@pytest.fixture
def assistant(centre) -> Person:
    """The chair's assistant of the office that leads."""
    return somebody("assistant", Role.CHAIR_ASSISTANT, LEADS)


@pytest.fixture
def planned(assistant: Person) -> None:
    """A meeting of four offices that begins in half an hour."""
    plan_soon(assistant)


@pytest.fixture
def desk(planned: None, seat_at: Seat, assistant: Person) -> Window:
    """The chair's desk."""
    return seat_at(LEADS, assistant)


@pytest.fixture
def speaker(planned: None, seat_at: Seat) -> Window:
    return seat_at(SPEAKS)


@pytest.fixture
def office(planned: None, seat_at: Seat) -> Window:
    return seat_at(ASKS)


@pytest.fixture
def viewer(planned: None, seat_at: Seat) -> Window:
    return seat_at(WATCHES)


@pytest.fixture
def begun(desk: Window) -> Window:
    """The desk of a meeting that has begun, in its room."""
    desk.come()
    desk.call(MeetingAct.OPEN)
    return desk
