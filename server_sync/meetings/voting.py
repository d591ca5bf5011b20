"""Opens votes and counts them, as the centre's events: each once, whoever and however many ask for it.

What every office that may vote has sent is read first, under the locks, so that the count holds all that came before
it, and a register made anew counts the same. The lock order is that of `appeals.acts`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.erasing import due_file, empty_journal
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.contract import ballots
from server_sync.contract.bodies import (
    SHORT_CHARACTERS,
    MeetingPart,
    MeetingVoteClosed,
    MeetingVoteOpened,
    OfficeVote,
    VoteCast,
    VoteChoice,
    Words,
)
from server_sync.contract.direction import without_marks
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.events import NO_PERSON, read_body, read_header
from server_sync.contract.meetings import SECRET_LEAST, VOTE_S_LEAST, VOTE_S_MOST, MeetingState, VoteAsked
from server_sync.evidence.log import hold_log
from server_sync.journal import centre
from server_sync.journal.models import Event
from server_sync.meetings.acts import demand_may, find, read_before
from server_sync.meetings.decided import demand_words
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.planned import REFUSED_IN
from server_sync.meetings.plans import UnsoundPlan, in_ms, is_silent
from server_sync.meetings.receptions import demand_no_reception
from server_sync.meetings.standing import chair_site, invited_sites
from server_sync.meetings.vote_models import Ballot, Vote, VoteKey
from server_sync.meetings.voted import GRACE
from server_sync.workplaces.sealing import seal, unseal

log = structlog.get_logger(__name__)

VOTES_MOST: Final = 100
"""In one meeting: more is a desk gone wild."""
_PURPOSE: Final = "vote"


def open_vote(person: bytes, meeting_id: bytes, vote_id: bytes, asked: VoteAsked, item: int, now: datetime) -> None:
    """Ask the offices of an open meeting; what was opened under this name before is not opened again.

    Raises Refused `question_missing`, `text_too_long`, `seconds_out_of_range`, `quorum_out_of_range`, `item_unknown`,
    `vote_running`, `too_many_votes`, `nobody_votes`, `not_in_reception`, as the meeting stands, or `changed_meanwhile`.
    """
    demand_no_reception(meeting_id)
    asked = _without_marks(asked)
    _demand_asked(asked)
    sites = invited_sites(find(meeting_id))
    read_before(sites)
    with transaction.atomic():
        catch_up(sorted(sites))
        centre.centre_epoch()  # held, so that nobody else writes of this meeting before it is
        meeting = find(meeting_id)
        if Vote.objects.filter(pk=vote_id).exists():
            return
        _demand_may_open(meeting, sites, item)
        offices = voters(meeting)
        private = ballots.new_ballot_key() if asked.is_secret else None
        body = MeetingVoteOpened(
            meeting=meeting_id,
            vote=vote_id,
            question=asked.question,
            ends_at_ms=in_ms(now + timedelta(seconds=asked.seconds)),
            offices=offices,
            quorum=_quorum(asked, len(offices)),
            item=item,
            sealing_key=None if private is None else ballots.sealing_key(private),
        )
        demand_may(person, body, chair_site(meeting))
        if private is not None:
            VoteKey.objects.create(vote=vote_id, sealed=seal(_PURPOSE, private, vote_id))
        write([centre.Act(body, None, person)])


def close_vote(person: bytes, vote_id: bytes) -> None:
    """Count a vote; by rule when `person` is NO_PERSON. Raises Refused `vote_unknown`, `vote_over`, `role_missing`."""
    before = Vote.objects.select_related("meeting").filter(pk=vote_id).first()
    if before is None:
        raise Refused("vote_unknown")
    sites = sorted(invited_sites(before.meeting) | frozenset(before.offices))
    read_before(sites)
    with transaction.atomic():
        catch_up(sites)
        centre.centre_epoch()
        hold_log()
        catch_up(sites)  # what came meanwhile; from here on nothing does, so that nothing stands uncounted before this
        vote = Vote.objects.select_related("meeting").get(pk=vote_id)
        if not vote.is_open:
            raise Refused("vote_over")
        body = _counted(vote)
        demand_may(person, body, chair_site(vote.meeting))
        keys, _tables = VoteKey.objects.filter(vote=vote_id).delete()
        write([centre.Act(body, None, person)])
    if keys:
        forget_keys()


def forget_keys() -> None:
    """Let no copy of a deleted key lie in SQLite's journal of writes; where somebody reads it, the worker does it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block and not empty_journal():
        due_file().touch()


def close_due(now: datetime) -> list[bytes]:
    """Count the votes whose time is up; gives the meetings that they belong to."""
    due = Vote.objects.filter(closing=None, ends_at__lt=now - GRACE).order_by("ends_at")
    closed = []
    for vote_id, meeting_id in list(due.values_list("pk", "meeting_id")):
        try:
            close_vote(NO_PERSON, bytes(vote_id))
        except Refused as refused:  # the desk was quicker
            log.info("vote_not_closed", code=refused.code)
            continue
        closed.append(bytes(meeting_id))
    return closed


def running(meeting: Meeting) -> Vote | None:
    """The vote that goes on in a meeting."""
    return Vote.objects.filter(meeting=meeting, closing=None).first()


def voters(meeting: Meeting) -> tuple[str, ...]:
    """The offices that may vote: all that are invited, but for those that watch."""
    invited = Invitation.objects.filter(meeting=meeting).exclude(part=MeetingPart.VIEWER)
    return tuple(invited.order_by("site").values_list("site_id", flat=True))


def _without_marks(asked: VoteAsked) -> VoteAsked:
    """A question whose words turn nothing that stands beside them: it is read in one line with the count."""
    ky, ru, en = (without_marks(text) for text in (asked.question.ky, asked.question.ru, asked.question.en))
    return replace(asked, question=Words(ky, ru, en))


def _demand_asked(asked: VoteAsked) -> None:
    if is_silent(asked.question):
        raise Refused("question_missing")
    try:
        demand_words(asked.question, SHORT_CHARACTERS)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code, limit=SHORT_CHARACTERS) from unsound
    if not VOTE_S_LEAST <= asked.seconds <= VOTE_S_MOST:
        raise Refused("seconds_out_of_range", least=VOTE_S_LEAST, limit=VOTE_S_MOST)


def _demand_may_open(meeting: Meeting, sites: frozenset[str], item: int) -> None:
    if not invited_sites(meeting) <= sites:
        raise Refused("changed_meanwhile")
    if meeting.state != MeetingState.OPEN:
        raise Refused(REFUSED_IN[MeetingState(meeting.state)])
    if item > len(meeting.agenda):
        raise Refused("item_unknown")
    if running(meeting) is not None:
        raise Refused("vote_running")
    if Vote.objects.filter(meeting=meeting).count() >= VOTES_MOST:
        raise Refused("too_many_votes", limit=VOTES_MOST)


def _quorum(asked: VoteAsked, most: int) -> int:
    """How many offices have to vote; in a secret vote never so few that the count tells how they did."""
    if most < (SECRET_LEAST if asked.is_secret else 1):
        raise Refused("nobody_votes", least=SECRET_LEAST if asked.is_secret else 1)
    if not 1 <= asked.quorum <= (100 if asked.is_share else most):
        raise Refused("quorum_out_of_range", limit=100 if asked.is_share else most)
    offices = -(-most * asked.quorum // 100) if asked.is_share else asked.quorum
    return max(offices, SECRET_LEAST) if asked.is_secret else offices


def _counted(vote: Vote) -> MeetingVoteClosed:
    """The count of what came; of a secret vote that too few took part in, nothing but who did."""
    votes = list(Ballot.objects.filter(vote=vote).select_related("event").order_by("site"))
    choices = _opened(vote, votes) if vote.is_secret else _open_choices(votes)
    counts = Counter(choices.values())
    is_quorate = len(choices) >= vote.quorum
    is_told = not vote.is_secret or len(choices) >= SECRET_LEAST
    named = (OfficeVote(one.site_id, None if vote.is_secret else choices[one.site_id]) for one in votes)
    if not is_told:
        return MeetingVoteClosed(bytes(vote.meeting_id), bytes(vote.id), tuple(named), 0, 0, 0, is_withheld=True)
    return MeetingVoteClosed(
        meeting=bytes(vote.meeting_id),
        vote=bytes(vote.id),
        votes=tuple(named),
        in_favour=counts[VoteChoice.FOR],
        against=counts[VoteChoice.AGAINST],
        abstained=counts[VoteChoice.ABSTAIN],
        spoilt=len(votes) - len(choices),
        is_quorate=is_quorate,
        is_adopted=is_quorate and counts[VoteChoice.FOR] > counts[VoteChoice.AGAINST],
    )


def _open_choices(votes: list[Ballot]) -> Mapping[str, VoteChoice]:
    return {one.site_id: VoteChoice(one.choice) for one in votes if one.choice is not None}


def _opened(vote: Vote, votes: list[Ballot]) -> Mapping[str, VoteChoice]:
    """The choices of a secret vote that can be opened; they are written nowhere."""
    private = _private(vote)
    choices = {}
    for one in votes:
        sealed = _sealed(one.event)
        try:
            if private is not None:
                choices[one.site_id] = ballots.open_choice(sealed, private, bytes(vote.id), one.site_id)
        except NotAuthentic:
            log.info("ballot_spoilt", site=one.site_id)
    return choices


def _private(vote: Vote) -> bytes | None:
    """The key of a secret vote; None where it is gone or sealed under another secret."""
    kept = VoteKey.objects.filter(vote=vote.id).first()
    try:
        return None if kept is None else unseal(_PURPOSE, bytes(kept.sealed), bytes(vote.id))
    except NotSetUp as lost:
        log.warning("vote_key_lost", code=lost.code)
        return None


def _sealed(event: Event) -> bytes:
    try:
        body = read_body(read_header(bytes(event.header)), event.said)
    except ContractError:
        return b""
    return (body.sealed or b"") if isinstance(body, VoteCast) else b""
