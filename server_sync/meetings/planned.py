"""What events of meetings do: the only writer of the tables of meetings, called by the register in order of custody.

Every invited office is told of all that becomes of its meeting; one that is no longer invited is told of that.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from server_sync.appeals.believing import moment
from server_sync.appeals.matters import Matter, Projected
from server_sync.appeals.refusals import Quarantine
from server_sync.contract import bodies
from server_sync.contract.bodies import NOTE_CHARACTERS, AgendaItem, Body, MeetingPlan
from server_sync.contract.events import NO_PERSON, EventKind, Header
from server_sync.contract.meetings import MeetingState
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event
from server_sync.meetings import decided
from server_sync.meetings.models import Attendance, Invitation, Meeting
from server_sync.meetings.papers import told as papers
from server_sync.meetings.plans import UnsoundPlan, demand_short, demand_sites, demand_sound, sites_of, starts_at
from server_sync.meetings.standing import invited_sites

KINDS: Final = frozenset(
    {
        EventKind.MEETING_PLANNED,
        EventKind.MEETING_CHANGED,
        EventKind.MEETING_CANCELLED,
        EventKind.MEETING_OPENED,
        EventKind.MEETING_CLOSED,
        EventKind.DECISION_TAKEN,
        EventKind.DECISION_WITHDRAWN,
        EventKind.MEETING_SAID,
        EventKind.MEETING_PAPER_ADDED,
        EventKind.MEETING_PAPER_WITHDRAWN,
    }
)

REFUSED_IN: Final = {
    MeetingState.PLANNED: "meeting_not_open",
    MeetingState.OPEN: "meeting_open",
    MeetingState.CLOSED: "meeting_over",
    MeetingState.CANCELLED: "meeting_cancelled",
}


def apply(event: Event, header: Header, body: Body) -> list[Change]:
    """Write what an event of a meeting says, and give whom to tell; raises Quarantine for what cannot be."""
    late = papers.for_newly_invited(body) if isinstance(body, bodies.MeetingChanged) else ()
    try:
        told = _written(event, header, body)
    except UnsoundPlan as unsound:
        raise Quarantine(unsound.code) from unsound
    return [*(Change(site_code, event) for site_code in sorted(told)), *late]


def _written(event: Event, header: Header, body: Body) -> frozenset[str]:
    """Write it, and say which offices learn it."""
    match body:
        case bodies.MeetingPlanned():
            return _plan(event, header, body)
        case bodies.MeetingChanged():
            return _change(event, body)
        case bodies.MeetingCancelled():
            return _cancel(event, body)
        case bodies.MeetingOpened():
            return _open(event, header, body)
        case bodies.MeetingClosed():
            return _close(event, header, body)
        case bodies.DecisionTaken():
            return decided.take(event, header, body)
        case bodies.DecisionWithdrawn():
            return decided.withdraw(event, header, body)
        case bodies.MeetingSaid():
            return decided.keep(body)
        case bodies.MeetingPaperAdded():
            return papers.add(event, header, body)
        case bodies.MeetingPaperWithdrawn():
            return papers.withdraw(event, header, body)
        case _:
            raise Quarantine("kind_mismatch")


def _plan(event: Event, header: Header, body: bodies.MeetingPlanned) -> frozenset[str]:
    demand_sound(body.plan)
    if Meeting.objects.filter(pk=body.meeting).exists():
        raise Quarantine("meeting_known")
    meeting = Meeting(id=body.meeting, state=MeetingState.PLANNED, event=event, last_event=event)
    meeting.planned_by = None if header.person == NO_PERSON else UUID(bytes=header.person)
    _lay_down(meeting, body.plan)
    meeting.save(force_insert=True)
    _invite(meeting, body.plan)
    return sites_of(body.plan)


def _change(event: Event, body: bodies.MeetingChanged) -> frozenset[str]:
    demand_sound(body.plan)
    demand_short(body.reason, NOTE_CHARACTERS)
    meeting = _meeting(body.meeting, MeetingState.PLANNED, MeetingState.OPEN)
    before = invited_sites(meeting)
    _lay_down(meeting, body.plan)
    meeting.event = meeting.last_event = event
    meeting.save(force_update=True)
    meeting.invitations.all().delete()
    _invite(meeting, body.plan)
    return before | sites_of(body.plan)


def _cancel(event: Event, body: bodies.MeetingCancelled) -> frozenset[str]:
    demand_short(body.reason, NOTE_CHARACTERS)
    meeting = _meeting(body.meeting, MeetingState.PLANNED)
    meeting.state = MeetingState.CANCELLED
    meeting.cancel_reason_ky = body.reason.ky
    meeting.cancel_reason_ru = body.reason.ru
    meeting.cancel_reason_en = body.reason.en
    meeting.last_event = event
    reasons = ("cancel_reason_ky", "cancel_reason_ru", "cancel_reason_en")
    meeting.save(update_fields=["state", *reasons, "last_event"])
    return invited_sites(meeting)


def _open(event: Event, header: Header, body: bodies.MeetingOpened) -> frozenset[str]:
    meeting = _meeting(body.meeting, MeetingState.PLANNED)
    meeting.state = MeetingState.OPEN
    meeting.opened_at = moment(event, header)
    meeting.last_event = event
    meeting.save(update_fields=["state", "opened_at", "last_event"])
    return invited_sites(meeting)


def _close(event: Event, header: Header, body: bodies.MeetingClosed) -> frozenset[str]:
    meeting = _meeting(body.meeting, MeetingState.OPEN)
    present = [one.site_code for one in body.attended]
    if len(set(present)) != len(present):
        raise Quarantine("attended_twice")
    demand_sites(present)
    meeting.state = MeetingState.CLOSED
    meeting.closed_at = moment(event, header)
    meeting.last_event = event
    meeting.save(update_fields=["state", "closed_at", "last_event"])
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, site_id=one.site_code, seconds=one.seconds) for one in body.attended
    )
    return invited_sites(meeting)


def _meeting(meeting_id: bytes, *states: MeetingState) -> Meeting:
    """The meeting that an event is about, if it stands where that can be said of it."""
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None:
        raise Quarantine("meeting_unknown")
    _demand_state(meeting, *states)
    return meeting


def _demand_state(meeting: Meeting, *states: MeetingState) -> None:
    """Raise Quarantine unless a meeting stands in one of these states.

    Codes: `meeting_over`, `meeting_cancelled`, `meeting_open`, `meeting_not_open`.
    """
    state = MeetingState(meeting.state)
    if state not in states:
        raise Quarantine(REFUSED_IN[state])


def _invite(meeting: Meeting, plan: MeetingPlan) -> None:
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, site_id=one.site_code, part=one.part) for one in plan.invited
    )


def _lay_down(meeting: Meeting, plan: MeetingPlan) -> None:
    """Give a meeting what its plan says."""
    meeting.title_ky, meeting.title_ru, meeting.title_en = plan.title.ky, plan.title.ru, plan.title.en
    meeting.note_ky, meeting.note_ru, meeting.note_en = plan.note.ky, plan.note.ru, plan.note.en
    meeting.starts_at = starts_at(plan)
    meeting.minutes = plan.minutes
    meeting.seats = plan.seats
    meeting.series = plan.series
    meeting.is_recorded = plan.is_recorded
    meeting.is_public = plan.is_public
    meeting.is_closed = plan.is_closed
    meeting.agenda = _plain(plan.agenda)


def _plain(agenda: Iterable[AgendaItem]) -> list[dict[str, object]]:
    """An agenda as the table keeps it."""
    return [
        {
            "title": {"ky": item.title.ky, "ru": item.title.ru, "en": item.title.en},
            "speaker": item.speaker,
            "minutes": item.minutes,
            "papers": [
                {
                    "blob_id": paper.blob_id.hex(),
                    "blob_key": paper.blob_key.hex(),
                    "name": paper.name,
                    "media_type": paper.media_type,
                    "size_bytes": paper.size_bytes,
                }
                for paper in item.papers
            ],
        }
        for item in agenda
    ]


MATTER: Final = Matter(
    kinds=KINDS,
    apply=apply,
    projections=(
        Projected(
            Meeting.objects,
            ("id", "event__hash", "last_event__hash"),
            (
                "title_ky",
                "title_ru",
                "title_en",
                "note_ky",
                "note_ru",
                "note_en",
                "starts_at",
                "minutes",
                "seats",
                "series",
                "is_recorded",
                "is_public",
                "is_closed",
                "agenda",
                "state",
                "opened_at",
                "closed_at",
                "cancel_reason_ky",
                "cancel_reason_ru",
                "cancel_reason_en",
                "planned_by",
            ),
        ),
        Projected(Invitation.objects, ("meeting_id", "site_id"), ("part",)),
        Projected(Attendance.objects, ("meeting_id", "site_id"), ("seconds",)),
        *decided.PROJECTIONS,
        *papers.PROJECTIONS,
    ),
)
