"""A vote is what the events say of it: one of each office, the last that came in time, the same count however often."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from server_sync.appeals.actions import EPOCH_OF_EVENT, interpret
from server_sync.appeals.matters import all_projections
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract import ballots
from server_sync.contract.bodies import (
    Invited,
    MeetingPart,
    MeetingVoteClosed,
    MeetingVoteOpened,
    OfficeVote,
    VoteCast,
    VoteChoice,
    Words,
)
from server_sync.contract.events import NO_PERSON, EventKind, read_body, read_header
from server_sync.contract.meetings import VOTE_GRACE_S, VoteAsked
from server_sync.contract.messages import EventRow, Quarantined, Status
from server_sync.journal.models import Event, FeedRow, Reading
from server_sync.meetings import acts, voting
from server_sync.meetings.models import Ballot, Vote, VoteKey
from server_sync.meetings.voted import MATTER
from server_sync.workplaces.models import RoleGrant
from tests.server.exchange.conftest import as_seen_from_the_wire
from tests.server.meetings.planning import CHAIR, NAME, SPEAKER, plan

pytestmark = pytest.mark.django_db
THIRD, WATCHES, STRANGER = "KG-C-JAY", "KG-C-KEM", "KG-O"
VOTE, OTHER = b"\x01" * 16, b"\x02" * 16
FOR, AGAINST, ABSTAIN = VoteChoice
INVITED = (
    Invited(CHAIR, MeetingPart.CHAIR),
    Invited(SPEAKER, MeetingPart.SPEAKER),
    Invited(THIRD, MeetingPart.OFFICE),
    Invited(WATCHES, MeetingPart.VIEWER),
)
ASKED = VoteAsked(Words(ru="Принять?"), quorum=2)
SECRET = VoteAsked(Words(ru="Принять?"), is_secret=True, quorum=3)


@pytest.fixture
def held(assistant) -> bytes:
    """A meeting that goes on, and the person who leads it."""
    person: bytes = assistant.id.bytes
    acts.plan_meetings(person, NAME, [plan(invited=INVITED)])
    acts.open_meeting(person, NAME)
    return person


@pytest.fixture
def offices(enrolled, held):
    """A PC of each office, by its site."""
    return {site: as_seen_from_the_wire(enrolled(site)) for site in (CHAIR, SPEAKER, THIRD, WATCHES, STRANGER)}


def ask(person: bytes, asked: VoteAsked = ASKED, vote: bytes = VOTE) -> Vote:
    voting.open_vote(person, NAME, vote, asked, 1, timezone.now())
    return Vote.objects.get(pk=vote)


def cast(office, choice: VoteChoice, vote: bytes = VOTE, site: str = "") -> Event:
    """Let an office vote and deliver it."""
    made = office.write(ballot(choice, vote, site))
    office.exchange()
    return Event.custody.get(hash=made.hash)


def ballot(choice: VoteChoice, vote: bytes, site: str) -> VoteCast:
    key = Vote.objects.get(pk=vote).sealing_key
    return VoteCast(vote, sealed=ballots.seal_choice(choice, key, vote, site)) if key else VoteCast(vote, choice)


def count(vote: bytes = VOTE) -> tuple[int, int, int]:
    found = Vote.objects.get(pk=vote)
    return found.in_favour, found.against, found.abstained


def told(office) -> list[object]:
    """What an office read of votes."""
    office.exchange()
    read = [(read_header(row.header), row.body) for row in office.feed if isinstance(row, EventRow)]
    return [read_body(header, body) for header, body in read if header.kind in MATTER.kinds]


def refusals(office) -> list[str]:
    office.exchange()
    return [row.code for row in office.feed if isinstance(row, Quarantined)]


def test_a_vote_is_opened_cast_in_and_counted(held, offices):
    vote = ask(held)
    assert vote.offices == sorted([CHAIR, SPEAKER, THIRD])
    for site, choice in ((CHAIR, FOR), (SPEAKER, FOR), (THIRD, AGAINST)):
        cast(offices[site], choice)
    voting.close_vote(held, VOTE)
    vote.refresh_from_db()
    assert count() == (2, 1, 0)
    assert (vote.is_quorate, vote.is_adopted, vote.is_told, vote.spoilt) == (True, True, True, 0)


def test_the_last_vote_of_an_office_counts_whichever_of_its_pcs_it_comes_from(held, offices, enrolled):
    ask(held)
    second = as_seen_from_the_wire(enrolled(SPEAKER))
    cast(offices[SPEAKER], FOR)
    cast(second, AGAINST)
    cast(offices[CHAIR], FOR)
    cast(offices[CHAIR], ABSTAIN)
    voting.close_vote(held, VOTE)
    assert count() == (0, 1, 1)


def test_a_vote_that_is_delivered_again_and_again_is_one(held, offices):
    ask(held)
    office = offices[SPEAKER]
    made = office.write(VoteCast(VOTE, FOR))
    asked = office.request()
    for _ in range(3):
        office.post(asked)
    assert Event.custody.filter(hash=made.hash).count() == 1
    voting.close_vote(held, VOTE)
    assert count() == (1, 0, 0)


def test_what_an_office_says_before_it_is_cut_off_is_counted_when_it_is_back_in_time(held, offices):
    ask(held)
    offices[SPEAKER].write(VoteCast(VOTE, FOR))  # on the disk, and the power goes
    cast(offices[CHAIR], FOR)
    assert Ballot.objects.count() == 1
    offices[SPEAKER].exchange()
    voting.close_vote(held, VOTE)
    assert count() == (2, 0, 0)


def test_what_lies_in_custody_unread_is_counted(held, offices, monkeypatch):
    ask(held)
    with monkeypatch.context() as stopped:
        stopped.setattr("server_sync.exchange.exchanging.catch_up", lambda *_, **__: True)
        offices[SPEAKER].write(VoteCast(VOTE, FOR))
        offices[SPEAKER].exchange()
    assert not Ballot.objects.exists()
    voting.close_vote(held, VOTE)
    assert count() == (1, 0, 0)


def test_a_vote_after_the_count_is_in_the_register_and_changes_nothing(held, offices):
    ask(held)
    cast(offices[CHAIR], FOR)
    voting.close_vote(held, VOTE)
    late = cast(offices[SPEAKER], AGAINST)
    assert Reading.objects.get(event=late).status == Status.REGISTERED
    assert refusals(offices[SPEAKER]) == []
    assert (count(), Ballot.objects.count()) == ((1, 0, 0), 1)
    assert rebuild(keep=True).is_equal
    assert (count(), Ballot.objects.count()) == ((1, 0, 0), 1)


@pytest.mark.parametrize(("late_s", "ballots_kept"), [(VOTE_GRACE_S - 2, 1), (VOTE_GRACE_S + 2, 0)])
def test_a_vote_of_the_last_moment_has_the_grace_to_come_and_no_longer(
    held, offices, monkeypatch, late_s, ballots_kept
):
    vote = ask(held)
    Vote.objects.update(ends_at=timezone.now() - timedelta(seconds=late_s))
    cast(offices[SPEAKER], FOR)
    assert vote.ballots.count() == ballots_kept


def test_no_clock_of_a_pc_says_what_is_in_time(held, offices):
    ask(held)
    offices[SPEAKER].write(VoteCast(VOTE, FOR), wall_ms=1)
    offices[SPEAKER].exchange()
    voting.close_vote(held, VOTE)
    offices[CHAIR].write(VoteCast(VOTE, AGAINST), wall_ms=1, server_time_ms=1)
    offices[CHAIR].exchange()
    assert count() == (1, 0, 0)


def test_whoever_is_not_asked_votes_in_vain_and_is_told_why(held, offices, enrolled):
    ask(held)
    for site, body, code in (
        (WATCHES, VoteCast(VOTE, FOR), "not_of_vote"),
        (STRANGER, VoteCast(VOTE, FOR), "not_of_vote"),
        (SPEAKER, VoteCast(OTHER, FOR), "vote_unknown"),
        (THIRD, VoteCast(VOTE), "ballot_malformed"),
        (THIRD, VoteCast(VOTE, sealed=bytes(49)), "ballot_malformed"),
        (THIRD, VoteCast(VOTE, FOR, bytes(49)), "ballot_malformed"),
    ):
        offices[site].write(body)
        assert refusals(offices[site])[-1] == code
    no_role = offices[SPEAKER]
    RoleGrant.objects.filter(person__login=f"clerk-{SPEAKER.lower()}").delete()
    no_role.write(VoteCast(VOTE, FOR))
    assert refusals(no_role)[-1] == "role_missing"
    no_role.write(VoteCast(VOTE, FOR), person=NO_PERSON)
    assert refusals(no_role)[-1] == "person_missing"
    assert not Ballot.objects.exists()


def test_an_office_opens_and_counts_nothing(held, offices):
    opened = MeetingVoteOpened(NAME, OTHER, Words(ru="?"), 2**40, (SPEAKER,), 1)
    ask(held)
    for body in (opened, MeetingVoteClosed(NAME, VOTE, (), 0, 0, 0)):
        offices[SPEAKER].write(body)
        assert refusals(offices[SPEAKER])[-1] == "not_for_offices"
    assert Vote.objects.get().is_open


def test_all_that_are_invited_are_told_of_the_question_and_of_the_count_and_nobody_of_a_vote(held, offices):
    ask(held)
    cast(offices[SPEAKER], FOR)
    voting.close_vote(held, VOTE)
    for site in (CHAIR, THIRD, WATCHES):
        opened, closed = told(offices[site])
        assert isinstance(opened, MeetingVoteOpened)
        assert isinstance(closed, MeetingVoteClosed)
        assert closed.votes == (OfficeVote(SPEAKER, FOR),)
    assert told(offices[STRANGER]) == []


def test_the_quorum_is_so_many_offices_or_so_many_of_a_hundred(held):
    for asked, wanted in (
        (replace(ASKED, quorum=3), 3),
        (replace(ASKED, quorum=50, is_share=True), 2),
        (replace(ASKED, quorum=67, is_share=True), 3),
        (replace(ASKED, quorum=1, is_share=True), 1),
        (replace(SECRET, quorum=1), 3),
    ):
        vote = ask(held, asked)
        assert vote.quorum == wanted
        voting.close_vote(held, VOTE)
        Vote.objects.all().delete()


def test_without_a_quorum_or_a_majority_nothing_is_adopted(held, offices):
    for quorum, votes, quorate in (
        (3, {CHAIR: FOR, SPEAKER: FOR}, False),
        (2, {CHAIR: FOR, SPEAKER: AGAINST}, True),
        (1, {CHAIR: ABSTAIN}, True),
        (1, {}, False),
    ):
        vote = bytes([quorum, len(votes)]) * 8
        ask(held, replace(ASKED, quorum=quorum), vote)
        for site, choice in votes.items():
            cast(offices[site], choice, vote)
        voting.close_vote(held, vote)
        found = Vote.objects.get(pk=vote)
        assert (found.is_quorate, found.is_adopted) == (quorate, False)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (replace(ASKED, question=Words()), "question_missing"),
        (replace(ASKED, question=Words(ky=" ", ru="\n")), "question_missing"),
        (replace(ASKED, seconds=29), "seconds_out_of_range"),
        (replace(ASKED, seconds=86_401), "seconds_out_of_range"),
        (replace(ASKED, quorum=0), "quorum_out_of_range"),
        (replace(ASKED, quorum=4), "quorum_out_of_range"),
        (replace(ASKED, quorum=101, is_share=True), "quorum_out_of_range"),
    ],
)
def test_a_vote_that_cannot_be_is_refused_by_name(held, asked, code):
    with pytest.raises(Refused, match=code):
        ask(held, asked)
    assert not Vote.objects.exists()


def test_in_a_meeting_of_two_that_vote_nothing_is_secret(held):
    guests = (Invited(CHAIR, MeetingPart.CHAIR), Invited(THIRD, MeetingPart.OFFICE))
    acts.change_meeting(held, NAME, plan(invited=guests, agenda=()), Words(ru="Мало"))
    with pytest.raises(Refused, match="nobody_votes"):
        voting.open_vote(held, NAME, VOTE, SECRET, 0, timezone.now())


def test_one_vote_goes_on_at_a_time_and_the_same_is_opened_once(held):
    ask(held)
    ask(held)
    with pytest.raises(Refused, match="vote_running"):
        ask(held, vote=OTHER)
    voting.close_vote(held, VOTE)
    ask(held)
    assert not Vote.objects.get().is_open
    with pytest.raises(Refused, match="item_unknown"):
        voting.open_vote(held, NAME, OTHER, ASKED, 2, timezone.now())


def test_only_while_the_meeting_goes_on_is_a_vote_opened(held):
    acts.close_meeting(held, NAME)
    with pytest.raises(Refused, match="meeting_over"):
        ask(held)


def test_a_vote_outlives_its_meeting_and_is_counted_at_its_end(held, offices):
    ask(held)
    acts.close_meeting(held, NAME)
    cast(offices[SPEAKER], FOR)
    now = timezone.now()
    assert voting.close_due(now + timedelta(seconds=100)) == []
    assert voting.close_due(now + timedelta(seconds=140)) == [NAME]
    assert voting.close_due(now + timedelta(seconds=140)) == []
    assert count() == (1, 0, 0)
    assert Event.custody.filter(kind=EventKind.MEETING_VOTE_CLOSED).count() == 1


def test_a_vote_is_counted_once(held):
    ask(held)
    voting.close_vote(NO_PERSON, VOTE)
    with pytest.raises(Refused, match="vote_over"):
        voting.close_vote(held, VOTE)
    with pytest.raises(Refused, match="vote_unknown"):
        voting.close_vote(held, OTHER)


def test_only_who_leads_the_meeting_opens_and_counts(held, vera):
    with pytest.raises(Refused, match="role_missing"):
        ask(vera.id.bytes)
    with pytest.raises(Refused, match="person_missing"):
        ask(NO_PERSON)
    ask(held)
    with pytest.raises(Refused, match="role_missing"):
        voting.close_vote(vera.id.bytes, VOTE)


# secret


def secret_vote(held, offices) -> None:
    ask(held, SECRET)
    for site, choice in ((CHAIR, FOR), (SPEAKER, AGAINST), (THIRD, FOR)):
        cast(offices[site], choice, site=site)


def test_a_secret_vote_is_counted_and_nothing_that_stays_says_who_voted_what(held, offices):
    secret_vote(held, offices)
    assert list(Ballot.objects.values_list("choice", flat=True)) == [None] * 3
    voting.close_vote(held, VOTE)
    assert count() == (2, 1, 0)
    assert not VoteKey.objects.exists()
    (_, closed) = told(offices[WATCHES])
    assert isinstance(closed, MeetingVoteClosed)
    assert closed.votes == tuple(OfficeVote(site) for site in sorted([CHAIR, SPEAKER, THIRD]))
    assert list(Ballot.objects.values_list("choice", flat=True)) == [None] * 3
    for event in Event.custody.filter(kind=EventKind.VOTE_CAST):
        said = read_body(read_header(bytes(event.header)), event.said)
        assert isinstance(said, VoteCast)
        assert said.choice is None


def test_a_secret_vote_of_fewer_than_three_tells_no_count_and_adopts_nothing(held, offices):
    ask(held, SECRET)
    for site in (CHAIR, SPEAKER):
        cast(offices[site], FOR, site=site)
    voting.close_vote(held, VOTE)
    found = Vote.objects.get()
    assert count() == (0, 0, 0)
    assert (found.is_told, found.is_quorate, found.is_adopted) == (False, False, False)


def test_a_choice_that_cannot_be_opened_is_spoilt_and_in_no_other_count(held, offices):
    secret_vote(held, offices)
    key = Vote.objects.get().sealing_key or b""
    offices[THIRD].write(VoteCast(VOTE, sealed=ballots.seal_choice(FOR, key, VOTE, SPEAKER)))  # another office's
    offices[THIRD].exchange()
    voting.close_vote(held, VOTE)
    found = Vote.objects.get()
    assert (found.spoilt, found.is_told, found.is_quorate) == (0, False, False)


def test_a_centre_that_lost_the_key_tells_no_count(held, offices):
    secret_vote(held, offices)
    VoteKey.objects.all().delete()
    voting.close_vote(held, VOTE)
    assert (count(), Vote.objects.get().is_told) == ((0, 0, 0), False)


# made anew


def much(held, offices) -> None:
    """An open vote that was counted, a secret one, one that goes on; changed, refused and late votes among them."""
    ask(held)
    cast(offices[SPEAKER], FOR)
    cast(offices[WATCHES], FOR)
    cast(offices[SPEAKER], AGAINST)
    voting.close_vote(held, VOTE)
    cast(offices[CHAIR], FOR)
    ask(held, SECRET, OTHER)
    for site in (CHAIR, SPEAKER, THIRD):
        cast(offices[site], FOR, OTHER, site)
    voting.close_vote(NO_PERSON, OTHER)
    ask(held, vote=b"\x03" * 16)
    cast(offices[THIRD], ABSTAIN, b"\x03" * 16)


def test_votes_are_made_anew_from_their_events_also_secret_ones_whose_key_is_gone(held, offices, capsys):
    much(held, offices)
    fed = FeedRow.objects.count()
    call_command("rebuild_projections", "--compare")
    call_command("rebuild_projections", "--keep")
    call_command("rebuild_projections", "--compare")
    assert "is what the events say" in capsys.readouterr().out
    assert (Vote.objects.count(), Ballot.objects.count()) == (3, 5)
    assert (count(), count(OTHER)) == ((0, 1, 0), (3, 0, 0))
    assert FeedRow.objects.count() == fed
    Ballot.objects.update(choice=1)
    assert not rebuild(keep=True).is_equal


def test_a_refused_vote_changes_nothing_that_is_judged_later(held, offices):
    ask(held)
    cast(offices[WATCHES], FOR)
    cast(offices[SPEAKER], FOR)
    voting.close_vote(held, VOTE)
    assert count() == (1, 0, 0)
    assert Ballot.objects.count() == 1


def test_votes_are_the_same_in_whatever_batches_their_events_are_read(held, offices):
    much(held, offices)
    events = list(Event.custody.filter(kind__in=MATTER.kinds).select_related(*EPOCH_OF_EVENT).order_by("leaf"))
    expected, told_first = rows(), None
    for seed in range(4):
        drawn = random.Random(seed)
        with transaction.atomic():
            for projected in reversed(MATTER.projections):
                projected.rows.all().delete()
            Reading.objects.filter(event__in=events).delete()
            left, changes = list(events), []
            while left:
                size = drawn.randint(1, len(left))
                changes += interpret(left[:size])
                left = left[size:]
            fed = [(one.site_code, one.event.leaf) for one in changes if one.event is not None]
            told_first = told_first or fed
            assert rows() == expected
            assert fed == told_first
            transaction.set_rollback(True)


def rows() -> list[list[str]]:
    return [sorted(map(repr, one.rows.values_list(*one.anchors, *one.columns))) for one in all_projections()]
