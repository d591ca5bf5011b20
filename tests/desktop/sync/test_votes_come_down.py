"""A vote is written here first, goes with the ordinary exchange, and what the centre says of it comes down."""

import pytest

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.errors import NotAllowed, NotNow
from liaison_desktop.services import voting
from liaison_desktop.store import meetings
from server_sync.contract import ballots
from server_sync.contract.bodies import (
    MeetingPlanned,
    MeetingVoteClosed,
    MeetingVoteOpened,
    OfficeVote,
    VoteChoice,
    Words,
)
from server_sync.contract.meetings import RunningVote
from tests.contract.invented import NOW_MS
from tests.desktop.sync.test_meetings_come_down import HOUR_MS, NAME, plan

VOTE = b"\x07" * 16
QUESTION = Words(ru="Принять?")
FOR, AGAINST, ABSTAIN = VoteChoice
PRIVATE = ballots.new_ballot_key()
TOLD = RunningVote(VOTE.hex(), QUESTION, NOW_MS + HOUR_MS, 3, 9, 5, 1)


def opened(office, *, is_secret: bool = False) -> MeetingVoteOpened:
    key = ballots.sealing_key(PRIVATE) if is_secret else None
    offices = (office.office.desk.enrolment.site_code, "KG-O", "KG-N")
    return MeetingVoteOpened(NAME, VOTE, QUESTION, NOW_MS + HOUR_MS, offices, 2, 1, key)


def counted(*votes: OfficeVote, **counts: object) -> MeetingVoteClosed:
    said = {"in_favour": 0, "against": 0, "abstained": 0} | counts
    return MeetingVoteClosed(NAME, VOTE, votes, **said)  # type: ignore[arg-type]  # a test says what it likes


def seen(office, told: RunningVote | None = None):
    (one,) = voting.votes_here(office.office.desk, NAME, told)
    return one


def cast(office, choice: VoteChoice) -> None:
    voting.cast_vote(office.office.desk, NAME, seen(office), choice)


def test_a_vote_that_was_opened_stands_here_and_may_be_cast_in(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office))
    office.exchange()
    one = seen(office)
    assert (one.question, one.quorum, one.most, one.item, one.is_secret) == (QUESTION, 2, 3, 1, False)
    assert one.may_vote(office.office.desk.enrolment.site_code)
    assert one.may_vote("KG-B") is False
    assert office.changes[-1].meetings
    assert meetings.meeting_seen(office.office.desk.store.connection, NAME) is not None


def test_what_the_stage_tells_is_cast_in_before_its_event_has_come(office, centre):
    one = seen(office, TOLD)
    assert one.may_vote("KG-O") is None
    voting.cast_vote(office.office.desk, NAME, one, FOR)
    assert seen(office, TOLD).own.choice is FOR
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office))
    office.exchange()
    assert seen(office, TOLD).own.choice is FOR
    assert seen(office).most == 3


def test_the_last_vote_is_the_own_one_and_goes_with_the_next_exchange(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office))
    office.exchange()
    for choice in (FOR, AGAINST):
        cast(office, choice)
    own = seen(office).own
    assert (own.choice, own.is_here, own.delivery) == (AGAINST, True, DeliveryState.REGISTERED_HERE)
    office.exchange()
    assert seen(office).own.delivery.is_in_custody


def test_after_the_count_nothing_is_cast_any_more(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office))
    office.exchange()
    own_site = office.office.desk.enrolment.site_code
    cast(office, FOR)
    centre.say(counted(OfficeVote(own_site, FOR), in_favour=1))
    office.exchange()
    count = seen(office).count
    assert (count.in_favour, count.has_vote_of(own_site), count.has_vote_of("KG-O")) == (1, True, False)
    assert seen(office).own.choice is FOR
    with pytest.raises(NotNow, match="vote_over"):
        cast(office, AGAINST)


def test_a_secret_choice_is_forgotten_here_when_the_count_comes(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office, is_secret=True))
    office.exchange()
    cast(office, ABSTAIN)
    assert seen(office).own.choice is ABSTAIN
    centre.say(counted(is_withheld=True))
    office.exchange()
    one = seen(office)
    assert one.own.choice is None
    assert not one.count.is_told
    kept = office.office.desk.store.connection.execute("SELECT choice FROM ballots").fetchall()
    assert kept == [(None,)]


def test_without_a_person_or_a_role_nobody_votes_for_the_office(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(opened(office))
    office.exchange()
    desk = office.office.desk
    desk.signed_in = None
    with pytest.raises(NotAllowed, match="sign_in_needed"):
        cast(office, FOR)
    assert seen(office).own is None
