"""What events of votes do: the only writer of the tables of votes, called by the register in order of custody.

An office's last vote counts that came before the vote was counted, and not later than its end and the grace by the
centre's clock: the PC's clock is asked nothing. One that came later is in the register and changes nothing. Its own
office alone is told that it is there.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from server_sync.appeals.believing import moment
from server_sync.appeals.matters import Matter, Projected
from server_sync.appeals.refusals import Quarantine
from server_sync.contract import bodies
from server_sync.contract.bodies import SHORT_CHARACTERS, Body
from server_sync.contract.events import NO_PERSON, EventKind, Header
from server_sync.contract.meetings import VOTE_GRACE_S
from server_sync.journal.custody import utc
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event
from server_sync.meetings.models import Meeting
from server_sync.meetings.plans import UnsoundPlan, demand_short, demand_sites
from server_sync.meetings.standing import invited_sites
from server_sync.meetings.vote_models import Ballot, Vote

GRACE: Final = timedelta(seconds=VOTE_GRACE_S)


def apply(event: Event, header: Header, body: Body) -> list[Change]:
    """Write what an event of a vote says, and give whom to tell; raises Quarantine for what cannot be."""
    try:
        told = _written(event, header, body)
    except UnsoundPlan as unsound:
        raise Quarantine(unsound.code) from unsound
    return [Change(site_code, event) for site_code in sorted(told)]


def _written(event: Event, header: Header, body: Body) -> frozenset[str]:
    match body:
        case bodies.MeetingVoteOpened():
            return _open(event, header, body)
        case bodies.VoteCast():
            return _cast(event, body)
        case bodies.MeetingVoteClosed():
            return _close(event, header, body)
        case _:
            raise Quarantine("kind_mismatch")


def _open(event: Event, header: Header, body: bodies.MeetingVoteOpened) -> frozenset[str]:
    demand_short(body.question, SHORT_CHARACTERS)
    demand_sites(frozenset(body.offices))
    meeting = Meeting.objects.filter(pk=body.meeting).first()
    if meeting is None:
        raise Quarantine("meeting_unknown")
    if Vote.objects.filter(pk=body.vote).exists():
        raise Quarantine("vote_known")
    Vote.objects.create(
        id=body.vote,
        meeting=meeting,
        question_ky=body.question.ky,
        question_ru=body.question.ru,
        question_en=body.question.en,
        item=body.item,
        offices=list(body.offices),
        quorum=body.quorum,
        sealing_key=body.sealing_key,
        opened_at=moment(event, header),
        ends_at=utc(body.ends_at_ms),
        opened_by=None if header.person == NO_PERSON else UUID(bytes=header.person),
        event=event,
    )
    return invited_sites(meeting) | frozenset(body.offices)


def _cast(event: Event, body: bodies.VoteCast) -> frozenset[str]:
    """Put an office's vote in the place of the one before; one that came too late changes nothing."""
    site_code = event.epoch.site_id
    vote = Vote.objects.filter(pk=body.vote).first()
    if vote is None:
        raise Quarantine("vote_unknown")
    if site_code not in vote.offices:
        raise Quarantine("not_of_vote")
    if (body.choice is None) != vote.is_secret or (body.sealed is None) == vote.is_secret:
        raise Quarantine("ballot_malformed")
    if vote.is_open and event.taken_at <= vote.ends_at + GRACE:
        Ballot.objects.update_or_create(vote=vote, site_id=site_code, defaults={"choice": body.choice, "event": event})
    return frozenset({site_code})


def _close(event: Event, header: Header, body: bodies.MeetingVoteClosed) -> frozenset[str]:
    vote = Vote.objects.select_related("meeting").filter(pk=body.vote, meeting=body.meeting).first()
    if vote is None:
        raise Quarantine("vote_unknown")
    if not vote.is_open:
        raise Quarantine("vote_over")
    voted = [one.site_code for one in body.votes]
    if len(set(voted)) != len(voted) or not set(voted) <= set(vote.offices):
        raise Quarantine("count_wrong")
    vote.closing, vote.closed_at = event, moment(event, header)
    vote.in_favour, vote.against, vote.abstained = body.in_favour, body.against, body.abstained
    vote.spoilt, vote.is_told = body.spoilt, not body.is_withheld
    vote.is_quorate, vote.is_adopted = body.is_quorate, body.is_adopted
    vote.save(update_fields=_COUNTED)
    return invited_sites(vote.meeting) | frozenset(vote.offices)


_COUNTED: Final = [
    *("closing", "closed_at", "in_favour", "against", "abstained", "spoilt", "is_told", "is_quorate", "is_adopted")
]

MATTER: Final = Matter(
    kinds=frozenset({EventKind.VOTE_CAST, EventKind.MEETING_VOTE_OPENED, EventKind.MEETING_VOTE_CLOSED}),
    apply=apply,
    projections=(
        Projected(
            Vote.objects,
            ("id", "meeting_id", "event__hash", "closing__hash"),
            (
                *("question_ky", "question_ru", "question_en", "item", "offices", "quorum", "sealing_key"),
                *("opened_at", "ends_at", "opened_by", "closed_at", "in_favour", "against", "abstained", "spoilt"),
                *("is_told", "is_quorate", "is_adopted"),
            ),
        ),
        Projected(Ballot.objects, ("vote_id", "site_id", "event__hash"), ("choice",)),
    ),
)
