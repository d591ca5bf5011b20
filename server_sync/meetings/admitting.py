"""Says who may do what in a meeting now: an invited office's PC, with somebody before it who has a role there today.

The chair's desk is whoever holds the role of the chair's assistant over the office that leads, at a PC of that office;
who holds it for the whole network may sit at any PC where they work. Who comes to a reception, `receptions` says.
The PC of a hall's wall has nobody before it: its key lets it in, to watch, to ask for the floor and to have it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.meetings import (
    EARLY_S,
    LATE_S,
    NOBODY_THERE,
    OF_WALLS,
    MeetingAct,
    MeetingCall,
    MeetingState,
    is_of_desk,
    who_of,
)
from server_sync.contract.workflow import Role
from server_sync.meetings import receptions
from server_sync.meetings.live_models import Done, Present
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.plans import in_ms
from server_sync.workplaces.models import Epoch, Person, RoleGrant, Site
from server_sync.workplaces.people import grants_on, local_today, roles_of, works_at
from server_sync.workplaces.reach import reach_of

EARLY: Final = timedelta(seconds=EARLY_S)
LATE: Final = timedelta(seconds=LATE_S)
EACH_TIME: Final = frozenset({MeetingAct.ENTER, MeetingAct.HERE, MeetingAct.LOOK, MeetingAct.TEST_LINE})
"""What is done anew whenever it is asked for."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A PC that may be in a meeting now, and who sits before it.

    `is_desk`: the chair's desk. `has_done`: this very act was done before and its answer was lost.
    `is_wall`: the PC of a hall's wall, with nobody before it.
    """

    meeting: Meeting
    part: MeetingPart
    site_code: str
    epoch: bytes
    person: bytes
    who: str
    is_desk: bool
    has_done: bool
    is_wall: bool = False

    @property
    def meeting_id(self) -> bytes:
        """The 16 bytes that name the meeting."""
        return bytes(self.meeting.id)


def admit(call: MeetingCall, epoch: Epoch, now: datetime) -> Guest:
    """Say who calls, if they may do what they ask for as the meeting stands.

    Raises Refused `revoked`, `person_unknown`, `person_inactive`, `no_role_here`, `meeting_unknown`, `not_invited`,
    `meeting_cancelled`, `meeting_over`, `not_begun`, `put_out`, `not_of_desk`, `not_for_walls`.
    """
    if hasattr(epoch, "revocation"):
        raise Refused("revoked")
    is_wall = epoch.workplace.is_wall
    if is_wall and (call.act not in OF_WALLS or call.person != NOBODY_THERE):
        raise Refused("not_for_walls")
    grants = () if is_wall else _grants(call.person, epoch)
    meeting = Meeting.objects.filter(pk=call.meeting).first()
    if meeting is None:
        raise Refused("meeting_unknown")
    invited = Invitation.objects.filter(meeting=meeting).values_list("site_id", "part")
    parts = {str(site_code): MeetingPart(part) for site_code, part in invited}
    if epoch.site_id not in parts:
        raise Refused("not_invited")
    is_desk = receptions.is_desk(grants, epoch.site_id, meeting)
    if is_desk is None:
        chair = next(code for code in parts if parts[code] is MeetingPart.CHAIR)
        is_desk = _is_desk(grants, epoch.site_id, chair)
    guest = Guest(
        meeting=meeting,
        part=parts[epoch.site_id],
        site_code=epoch.site_id,
        epoch=bytes(epoch.id),
        person=call.person,
        who=who_of(epoch.site_id, bytes(epoch.id)),
        is_desk=is_desk,
        has_done=_has_done(call, bytes(epoch.id)),
        is_wall=is_wall,
    )
    if is_of_desk(call.act) and not guest.is_desk:
        raise Refused("not_of_desk")
    if Present.objects.filter(meeting=call.meeting, who=guest.who, is_let_in=False).exists():
        raise Refused("put_out")
    if not guest.has_done:
        demand_now(meeting, now)
    return guest


def demand_now(meeting: Meeting, now: datetime) -> None:
    """Raise Refused `meeting_cancelled`, `meeting_over` or `not_begun` (with `opens_ms`) unless its door is open."""
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("meeting_cancelled")
    if meeting.state == MeetingState.CLOSED or is_past(meeting, now):
        raise Refused("meeting_over")
    if meeting.state == MeetingState.PLANNED and now < meeting.starts_at - EARLY:
        raise Refused("not_begun", permanent=False, opens_ms=in_ms(meeting.starts_at - EARLY))


def with_a_role(
    came: QuerySet[Present], sees: Callable[[Sequence[RoleGrant], str], bool] = lambda _grants, _site: True
) -> frozenset[str]:
    """Who of those that came has somebody before it who is active and holds a role there today, or is a wall's PC.

    `sees` is asked of all that a person holds, which is nothing before a wall, and of the office whose PC it is.
    """
    walls = Epoch.objects.filter(workplace__is_wall=True).values("pk")
    at_walls = came.filter(person=NOBODY_THERE, epoch__in=walls).values_list("who", "site")
    of_walls = frozenset(who for who, site in at_walls if sees((), site))
    rows = list(came.exclude(person=NOBODY_THERE).values_list("who", "site", "person"))
    sites = Site.objects.in_bulk({site for _who, site, _person in rows})
    people = {UUID(bytes=bytes(person)) for _who, _site, person in rows}
    held: dict[UUID, list[RoleGrant]] = defaultdict(list)
    grants = grants_on(local_today()).filter(person__in=people)
    for grant in grants.select_related("body", "body__site"):
        held[grant.person_id].append(grant)
    return of_walls | frozenset(
        who
        for who, site, person in rows
        if site in sites and any(works_at(grant, sites[site]) for grant in held[UUID(bytes=bytes(person))])
        if sees(held[UUID(bytes=bytes(person))], site)
    )


def is_past(meeting: Meeting, now: datetime) -> bool:
    """Whether nobody is in it any more, whatever was said of its end."""
    return now > meeting.ends_at + LATE


def _has_done(call: MeetingCall, epoch_id: bytes) -> bool:
    """Whether this act was done in this meeting; what is done anew each time (the way in, a look) never was."""
    if call.act in EACH_TIME:
        return False
    return Done.objects.filter(meeting=call.meeting, epoch=epoch_id, act_id=call.act_id).exists()


def _grants(person_id: bytes, epoch: Epoch) -> tuple[RoleGrant, ...]:
    """The roles that a person holds today, if one of them brings them to this PC."""
    person = Person.objects.filter(pk=UUID(bytes=person_id)).first()
    if person is None:
        raise Refused("person_unknown")
    if not person.is_active:
        raise Refused("person_inactive")
    grants = roles_of(person)
    if not any(works_at(grant, epoch.site) for grant in grants):
        raise Refused("no_role_here")
    return grants


def _is_desk(grants: tuple[RoleGrant, ...], site_code: str, chair: str) -> bool:
    """Whether these roles, held before a PC of this office, are those of the desk of a meeting that `chair` leads."""
    leading = [grant for grant in grants if grant.role == Role.CHAIR_ASSISTANT]
    if not reach_of(leading).covers(chair):
        return False
    return site_code == chair or any(grant.site_id is None and grant.body_id is None for grant in leading)
