"""Sets, moves and calls off the conversation about a request together with the meeting that is held for it.

Whoever asks for it has said whether the person may: `expect` is asked about the request as it stands under the lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from server_sync.appeals import receiving
from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.models import Appeal, Reception
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    Body,
    Invited,
    MeetingCancelled,
    MeetingChanged,
    MeetingPart,
    MeetingPlan,
    MeetingPlanned,
    ReceptionDeclined,
    ReceptionSet,
    Words,
)
from server_sync.contract.identifiers import uuid7
from server_sync.contract.meetings import MeetingState
from server_sync.contract.receptions import MINUTES_LEAST, MINUTES_MOST, SEATS, ReceptionState
from server_sync.journal import centre
from server_sync.meetings import acts
from server_sync.meetings.models import Meeting
from server_sync.meetings.plans import UnsoundPlan, demand_sound, in_ms
from server_sync.meetings.standing import invited_sites, plan_of

TITLE: Final = Words("Жандуу кабыл алуу", "Живой приём", "Live reception")
"""Of every one of them: whoever reads the list of meetings learns of nobody's request."""
MOVED: Final = Words("Башка убакыт белгиленди", "Назначено другое время", "Another time was set")
CALLED_OFF: Final = Words("Аңгемелешүү болбойт", "Беседа не состоится", "The conversation is not held")

Expect = Callable[[Appeal], None]


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and with whom a conversation is to be; `site_code` is the office they speak from, empty: by a browser."""

    starts_at: datetime
    minutes: int
    by_whom: Words
    bring: Words = Words()
    site_code: str = ""


def set_reception(person: bytes, appeal: Appeal, wanted: Appointment, expect: Expect) -> bytes:
    """Give a conversation its day and hour, or another one; gives the name of the meeting that is held for it.

    What stands so already is left as it is. Raises Refused `starts_in_the_past`, `too_far_ahead`,
    `length_out_of_range`, `reception_not_asked`, `reception_begun`, `site_unknown`, or what `expect` raises.
    """
    now = timezone.now()
    if not MINUTES_LEAST <= wanted.minutes <= MINUTES_MOST:
        raise Refused("length_out_of_range", limit=MINUTES_MOST)
    if wanted.starts_at <= now:
        raise Refused("starts_in_the_past")
    if wanted.starts_at > now + acts.AHEAD_MOST:
        raise Refused("too_far_ahead")
    plan = _plan(appeal, wanted)
    try:
        demand_sound(plan)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code) from unsound

    def said(row: Reception) -> tuple[bytes, Sequence[Body]]:
        if row.state == ReceptionState.ASKED:
            meeting = uuid7().bytes
            return meeting, [MeetingPlanned(meeting, plan), _set(meeting, wanted)]
        meeting = _meeting(row)
        standing = acts.find(meeting)
        if standing.state != MeetingState.PLANNED:
            raise Refused("reception_begun")
        if receiving.appointment(row) == _set(meeting, wanted) and plan_of(standing) == plan:
            return meeting, []
        return meeting, [MeetingChanged(meeting, plan, MOVED), _set(meeting, wanted)]

    return _say(person, appeal, _sites(plan), {ReceptionState.ASKED, ReceptionState.SET}, expect, said)


def cancel_reception(person: bytes, appeal: Appeal, reason: Words, expect: Expect) -> bytes:
    """Call off a conversation that was set, and the meeting with it; gives the meeting's name.

    Raises Refused `reception_not_set`, `reception_begun`, or what `expect` raises.
    """

    def said(row: Reception) -> tuple[bytes, Sequence[Body]]:
        if row.meeting is None:
            raise Refused("reception_not_set")
        meeting = _meeting(row)
        state = acts.find(meeting).state
        if state == MeetingState.OPEN:
            raise Refused("reception_begun")
        cancelled = [MeetingCancelled(meeting, CALLED_OFF)] if state == MeetingState.PLANNED else []
        return meeting, [*cancelled, ReceptionDeclined(reason, meeting)]

    return _say(person, appeal, frozenset(), {ReceptionState.SET, ReceptionState.TAKEN_BACK}, expect, said)


def decline_reception(person: bytes, appeal: Appeal, reason: Words, expect: Expect) -> None:
    """Say why there is no conversation; raises Refused `reception_not_asked`, or what `expect` raises."""

    def said(_row: Reception) -> tuple[bytes, Sequence[Body]]:
        return b"", [ReceptionDeclined(reason)]

    _say(person, appeal, frozenset(), {ReceptionState.ASKED}, expect, said)


def meeting_of(appeal: Appeal) -> Meeting | None:
    """The meeting of a request's newest conversation, while it may still be held or goes on."""
    row = receiving.newest(appeal)
    if row is None or row.meeting is None or row.state not in {ReceptionState.SET, ReceptionState.HELD}:
        return None
    return Meeting.objects.filter(pk=row.meeting).first()


def _say(
    person: bytes,
    appeal: Appeal,
    further: frozenset[str],
    states: set[ReceptionState],
    expect: Expect,
    said: Callable[[Reception], tuple[bytes, Sequence[Body]]],
) -> bytes:
    """Write the acts of both, the request's and its meeting's, if they stand where that can be said of them.

    A meeting that is planned still for a conversation before this one is called off with them.
    """
    sites = {appeal.site_id} | further | _invited(appeal)
    acts.read_before(sites)
    with transaction.atomic():
        catch_up(sorted(sites))
        centre.centre_epoch()  # held, so that nobody else writes of this meeting before it is
        now = Appeal.objects.select_related("last_event").get(hash=appeal.hash)
        expect(now)
        row = receiving.newest(now)
        if row is None or ReceptionState(row.state) not in states:
            raise Refused("reception_not_asked" if ReceptionState.ASKED in states else "reception_not_set")
        if not _invited(now) <= sites:
            raise Refused("changed_meanwhile")
        meeting, bodies = said(row)
        left = [MeetingCancelled(bytes(one.pk), CALLED_OFF) for one in _planned(now) if one.pk != row.meeting]
        newest = (bytes(now.last_event.hash),)
        of_request = (ReceptionSet, ReceptionDeclined)
        write(
            [
                centre.Act(body, bytes(now.hash), person, follows=newest)
                if isinstance(body, of_request)
                else centre.Act(body, None, person)
                for body in (*left, *bodies)
            ]
        )
    return meeting


def _planned(appeal: Appeal) -> list[Meeting]:
    """The meetings that are to be held for a request: more than one only after a conversation was asked for anew."""
    held_for = appeal.receptions.exclude(meeting=None).order_by().values("meeting")
    return list(Meeting.objects.filter(pk__in=held_for, state=MeetingState.PLANNED))


def _invited(appeal: Appeal) -> frozenset[str]:
    return frozenset(code for meeting in _planned(appeal) for code in invited_sites(meeting))


def _plan(appeal: Appeal, wanted: Appointment) -> MeetingPlan:
    invited = [Invited(appeal.site_id, MeetingPart.CHAIR)]
    if wanted.site_code and wanted.site_code != appeal.site_id:
        invited.append(Invited(wanted.site_code, MeetingPart.SPEAKER))
    return MeetingPlan(TITLE, in_ms(wanted.starts_at), wanted.minutes, tuple(invited), seats=SEATS)


def _set(meeting: bytes, wanted: Appointment) -> ReceptionSet:
    return ReceptionSet(meeting, in_ms(wanted.starts_at), wanted.minutes, wanted.by_whom, wanted.bring)


def _sites(plan: MeetingPlan) -> frozenset[str]:
    return frozenset(one.site_code for one in plan.invited)


def _meeting(row: Reception) -> bytes:
    if row.meeting is None:
        raise Refused("reception_not_set")
    return bytes(row.meeting)
