"""Acts of the chair's assistant on meetings: checked, written as the centre's events, applied, told to the offices.

What every office concerned sent before is interpreted first, and their feeds are held, so that all of them learn of one
act in one place of their feeds; the lock order is that of `appeals.acts`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from server_sync.appeals.actions import catch_up, catch_up_by_and_by
from server_sync.appeals.acts import write
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    SEATS_MOST,
    Attended,
    Body,
    MeetingCancelled,
    MeetingChanged,
    MeetingClosed,
    MeetingOpened,
    MeetingPlan,
    MeetingPlanned,
    MeetingSaid,
    Words,
)
from server_sync.contract.events import KIND_OF, NO_PERSON
from server_sync.contract.meetings import MeetingState
from server_sync.contract.signing import sha256
from server_sync.contract.workflow import may_be_by_rule
from server_sync.journal import centre
from server_sync.journal.models import Event, Unread
from server_sync.meetings import receptions
from server_sync.meetings.live_models import Live
from server_sync.meetings.models import MEETING_BYTES, Meeting
from server_sync.meetings.planned import REFUSED_IN
from server_sync.meetings.plans import UnsoundPlan, chair_of, demand_sound, is_silent, sites_of, starts_at
from server_sync.meetings.repeating import TIMES_MOST
from server_sync.meetings.standing import chair_site, invited_sites
from server_sync.workplaces.models import Person
from server_sync.workplaces.people import may

AHEAD_MOST: Final = timedelta(days=2 * 366)
"""How far ahead a meeting can be planned: farther is a slip of the hand."""
MINUTES_MOST: Final = 1_440
NO_WORDS: Final = Words()


def nth_of_series(first: bytes, place: int) -> bytes:
    """The name of the meeting at a place of a series, from 0; the first is called as the form was that planned it."""
    return first if place == 0 else sha256(first + place.to_bytes(2, "big"))[:MEETING_BYTES]


def plan_meetings(person: bytes, first: bytes, plans: Sequence[MeetingPlan]) -> list[bytes]:
    """Call one meeting or a series; all of them or none. Gives their names.

    `first` is drawn once for what a person is about to plan: sent twice, it is planned once (Refused `meeting_known`).
    Raises Refused `role_missing`, `starts_in_the_past`, `too_far_ahead`, `length_out_of_range`, `seats_out_of_range`,
    `too_many`, or with the code of an UnsoundPlan.
    """
    if not 1 <= len(plans) <= TIMES_MOST:
        raise Refused("too_many", limit=TIMES_MOST)
    now = timezone.now()
    for plan in plans:
        _demand_plan(plan, now)
        _demand_ahead(starts_at(plan), now)
        demand_may(person, MeetingPlanned(first, plan), chair_of(plan))
    names = [nth_of_series(first, place) for place in range(len(plans))]
    sites = frozenset(code for plan in plans for code in sites_of(plan))
    read_before(sites)
    with transaction.atomic():
        catch_up(sorted(sites))
        said = zip(names, plans, strict=True)
        write([centre.Act(MeetingPlanned(name, plan), None, person) for name, plan in said])
    return names


def change_meeting(person: bytes, meeting: bytes, plan: MeetingPlan, reason: Words, seen: bytes = b"") -> Event:
    """Lay another plan on a meeting that is not over.

    `seen` is the hash of the event whose plan the person had before them; another one since is Refused
    `changed_meanwhile`. Its beginning may have passed only as it stood before. Raises further what `plan_meetings`
    does, `meeting_unknown`, `meeting_over`, `meeting_cancelled`, `closed_while_held`.
    """
    now = timezone.now()
    _demand_plan(plan, now)
    before = find(meeting)
    if before.starts_at != starts_at(plan):
        _demand_ahead(starts_at(plan), now)
    _demand_as_held(before, plan)
    body = MeetingChanged(meeting, plan, reason)
    demand_may(person, body, chair_of(plan))
    return do_to(person, body, before, sites_of(plan), seen, MeetingState.PLANNED, MeetingState.OPEN)


def _demand_as_held(meeting: Meeting, plan: MeetingPlan) -> None:
    """Raise Refused `closed_while_held`: who is in the room is encrypted, or is not."""
    if meeting.is_closed != plan.is_closed and Live.objects.filter(pk=meeting.pk).exists():
        raise Refused("closed_while_held")


def cancel_meeting(person: bytes, meeting: bytes, reason: Words, seen: bytes = b"") -> Event:
    """Let a meeting not be held; by rule, when `person` is NO_PERSON, that of a conversation about a request alone.

    Raises Refused `reason_missing`, `person_missing`, and as `change_meeting`.
    """
    if is_silent(reason):
        raise Refused("reason_missing")
    if person == NO_PERSON and not receptions.is_reception(meeting):
        raise Refused("person_missing")
    before = find(meeting)
    return do_to(person, MeetingCancelled(meeting, reason), before, frozenset(), seen, MeetingState.PLANNED)


def open_meeting(person: bytes, meeting: bytes) -> Event:
    """Let a meeting begin; raises Refused `meeting_open`, and as `change_meeting`."""
    return do_to(person, MeetingOpened(meeting), find(meeting), frozenset(), b"", MeetingState.PLANNED)


def close_meeting(
    person: bytes,
    meeting: bytes,
    attended: Iterable[Attended] = (),
    said: Callable[[], Sequence[MeetingSaid]] = tuple,
) -> Event:
    """Let a meeting end, with who was there and what was written in its chat; by rule when `person` is NO_PERSON.

    `said` is asked under the lock, so that no line is written after it was.

    Raises Refused `meeting_not_open`, and as `change_meeting`.
    """
    body = MeetingClosed(meeting, tuple(attended))
    return do_to(person, body, find(meeting), frozenset(), b"", MeetingState.OPEN, besides=said)


def may_lead(person: Person, site_code: str) -> bool:
    """Whether a person plans and leads meetings that an office chairs, today."""
    return may(person, KIND_OF[MeetingPlanned], site_code=site_code, body_code=None)


def do_to(
    person: bytes,
    body: Body,
    before: Meeting,
    further: frozenset[str],
    seen: bytes,
    *states: MeetingState,
    besides: Callable[[], Sequence[Body]] = tuple,
) -> Event:
    """Write one act on a meeting that was read without a lock, if it still stands so under the lock.

    `further` are offices that learn it besides those invited, `besides` what is said with it.
    """
    if not receptions.may_run(person, KIND_OF[type(body)], bytes(before.id)):
        demand_may(person, body, chair_site(before))
    sites = invited_sites(before) | further
    read_before(sites)
    with transaction.atomic():
        catch_up(sorted(sites))
        centre.centre_epoch()  # held, so that nobody else writes of this meeting before it is
        now = find(bytes(before.id))
        if isinstance(body, MeetingChanged):
            _demand_as_held(now, body.plan)
        if not invited_sites(now) <= sites or (seen and bytes(now.event.hash) != seen):
            raise Refused("changed_meanwhile")
        if MeetingState(now.state) not in states:
            raise Refused(REFUSED_IN[MeetingState(now.state)])
        return write([centre.Act(one, None, person) for one in (body, *besides())])[0]


def find(meeting: bytes) -> Meeting:
    """The meeting of a name, or Refused `meeting_unknown`."""
    found = Meeting.objects.select_related("event").filter(pk=meeting).first()
    if found is None:
        raise Refused("meeting_unknown")
    return found


def read_before(sites: Iterable[str]) -> None:
    """Interpret what offices sent, letting others in between; under the locks there is little left."""
    for code in Unread.objects.filter(site__in=sites).order_by("site").values_list("site_id", flat=True).distinct():
        catch_up_by_and_by(code)


def demand_may(person: bytes, body: Body, site_code: str) -> None:
    """Raise Refused `role_missing` or `person_missing` unless a person, or a rule, may say this of a meeting."""
    kind = KIND_OF[type(body)]
    if person == NO_PERSON:
        if may_be_by_rule(kind):
            return
        raise Refused("person_missing")
    known = Person.objects.filter(pk=UUID(bytes=person), is_active=True).first()
    if known is None or not may(known, kind, site_code=site_code, body_code=None):
        raise Refused("role_missing")


def _demand_plan(plan: MeetingPlan, now: datetime) -> None:
    if not 1 <= plan.minutes <= MINUTES_MOST:
        raise Refused("length_out_of_range", limit=MINUTES_MOST)
    if not 1 <= plan.seats <= SEATS_MOST:
        raise Refused("seats_out_of_range", limit=SEATS_MOST)
    try:
        demand_sound(plan)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code, site=unsound.params.get("site", "")) from unsound
    if starts_at(plan) > now + AHEAD_MOST:
        raise Refused("too_far_ahead")


def _demand_ahead(start: datetime, now: datetime) -> None:
    if start <= now:
        raise Refused("starts_in_the_past")
