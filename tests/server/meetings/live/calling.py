"""Calls of PCs in a meeting, as offices make them over the wire."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.utils import timezone

from server_sync.contract import frames
from server_sync.contract.bodies import Invited, MeetingPart
from server_sync.contract.meetings import (
    MEETING_PATH,
    Desk,
    MeetingAct,
    MeetingCall,
    MeetingReply,
    Stage,
    read_desk,
    read_stage,
    who_of,
)
from server_sync.contract.messages import Refusal
from server_sync.contract.workflow import Role
from server_sync.meetings.acts import plan_meetings
from server_sync.workplaces.models import Person, RoleGrant, Site
from tests.server.conftest import SINCE
from tests.server.exchange.offices import PlainOffice
from tests.server.meetings.planning import NAME, plan

SOON: Final = timedelta(minutes=30)
LEADS, SPEAKS, ASKS, WATCHES = "KG-C", "KG-C-ALA", "KG-C-JAY", "KG-C-KEM"
PARTS: Final = {
    LEADS: MeetingPart.CHAIR,
    SPEAKS: MeetingPart.SPEAKER,
    ASKS: MeetingPart.OFFICE,
    WATCHES: MeetingPart.VIEWER,
}


@dataclass
class Window:
    """One PC and the person before it."""

    office: PlainOffice
    site: str
    person: Person
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def who(self) -> str:
        return who_of(self.site, self.office.epoch)

    def send(self, act: MeetingAct, **said: object) -> tuple[int, bytes]:
        told = {"meeting": NAME, "person": self.person.id.bytes, "act_id": secrets.token_bytes(16)} | said
        return self.office.post(MeetingCall(act=act, **told), MEETING_PATH)  # type: ignore[arg-type]  # as said

    def call(self, act: MeetingAct, **said: object) -> MeetingReply:
        """Do something that is not refused."""
        status, raw = self.send(act, **said)
        assert status == 200, frames.unpack(Refusal, raw)
        return frames.unpack(MeetingReply, raw)

    def stage(self, act: MeetingAct = MeetingAct.LOOK, **said: object) -> Stage:
        """Do something and give the stage as it is then."""
        return read_stage(self.call(act, **said).stage)

    def desk(self) -> Desk:
        return read_desk(self.call(MeetingAct.LOOK).desk)

    def refused(self, act: MeetingAct, **said: object) -> tuple[int, str]:
        """Do something that is refused; gives status and code."""
        status, raw = self.send(act, **said)
        assert status != 200, read_stage(frames.unpack(MeetingReply, raw).stage)
        self.refusals.append(frames.unpack(Refusal, raw))
        return status, self.refusals[-1].code

    def come(self) -> "Window":
        """Enter and say that it is in the room, as a window does."""
        self.call(MeetingAct.ENTER)
        self.call(MeetingAct.HERE)
        return self


def somebody(login: str, role: Role, site: str = "") -> Person:
    person = Person.objects.create_person(login, None, surname="Асанова", given_name="Айгүл")
    grant(person, role, site)
    return person


def grant(person: Person, role: Role, site: str = "") -> RoleGrant:
    at = Site.objects.get(pk=site) if site else None
    return RoleGrant.objects.create(person=person, role=role, site=at, from_on=SINCE)


def plan_soon(assistant: Person, **changes: object) -> None:
    """Plan the meeting to which the four offices of `PARTS` are invited, in half an hour."""
    guests = tuple(Invited(site, part) for site, part in PARTS.items())
    said = plan(timezone.now() + SOON, **({"invited": guests} | changes))
    plan_meetings(assistant.id.bytes, NAME, [said])
