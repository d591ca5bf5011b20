"""A vote in a meeting that runs: asked by the desk, told by the stage, and a secret one leaks nothing to anybody."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.contract import ballots
from server_sync.contract.bodies import MeetingVoteClosed, VoteCast, VoteChoice, Words
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.meetings import MeetingAct, VoteAsked
from server_sync.contract.messages import EventRow
from server_sync.journal.models import Event, FeedRow
from server_sync.meetings import voting
from server_sync.meetings.models import Vote
from server_sync.meetings.reconciling import reconcile
from tests.server.conftest import PASSWORD
from tests.server.meetings.live.calling import LEADS, SPEAKS, Window
from tests.server.meetings.live.guests import Hall, hall, wait_until
from tests.server.meetings.live.test_together import at_once
from tests.server.meetings.live.test_who_may import outcome
from tests.server.meetings.planning import NAME

VOTE = b"\x21" * 16
QUESTION = Words("Кабыл алабызбы?", "Принять?", "")
OPEN = VoteAsked(QUESTION, quorum=2)
SECRET = VoteAsked(QUESTION, is_secret=True, quorum=3)
FOR, AGAINST, ABSTAIN = VoteChoice


@pytest.fixture
def people() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


def ask(desk: Window, asked: VoteAsked = OPEN) -> Vote:
    desk.call(MeetingAct.OPEN_VOTE, act_id=VOTE, asked=asked, item=1)
    return Vote.objects.get(pk=VOTE)


def cast(window: Window, choice: VoteChoice) -> None:
    key = Vote.objects.get(pk=VOTE).sealing_key
    sealed = None if key is None else ballots.seal_choice(choice, key, VOTE, window.site)
    window.office.write(VoteCast(VOTE, choice if key is None else None, sealed))
    window.office.exchange()


@pytest.mark.django_db
def test_the_stage_tells_the_vote_to_everybody_and_how_many_voted(begun, speaker, office, viewer):
    ask(begun, SECRET)
    for window in (begun, speaker, office, viewer):
        told = window.stage().vote
        assert told is not None
        assert (told.vote, told.question, told.cast, told.most, told.quorum) == (VOTE.hex(), QUESTION, 0, 3, 3)
        assert bytes.fromhex(told.sealing_key) == Vote.objects.get().sealing_key
    cast(speaker, FOR)
    cast(speaker, AGAINST)
    cast(office, FOR)
    told = viewer.stage().vote
    assert told is not None
    assert told.cast == 2
    assert begun.stage(MeetingAct.END_VOTE, vote=VOTE).vote is None


@pytest.mark.django_db
def test_an_act_on_a_vote_that_is_sent_again_is_done_once(begun, speaker):
    ask(begun)
    ask(begun)
    cast(speaker, FOR)
    for _ in range(2):
        assert begun.call(MeetingAct.END_VOTE, act_id=b"\x31" * 16, vote=VOTE)
    assert outcome(begun, MeetingAct.END_VOTE, vote=VOTE) == (200, "")  # the other desk of two
    assert Event.custody.filter(kind=EventKind.MEETING_VOTE_OPENED).count() == 1
    assert Event.custody.filter(kind=EventKind.MEETING_VOTE_CLOSED).count() == 1


@pytest.mark.django_db
def test_a_vote_that_cannot_be_is_refused_by_name(begun):
    for said, code in (
        ({}, "question_missing"),
        ({"asked": VoteAsked(Words())}, "question_missing"),
        ({"asked": VoteAsked(QUESTION, seconds=5)}, "seconds_out_of_range"),
        ({"asked": VoteAsked(QUESTION, quorum=4)}, "quorum_out_of_range"),
        ({"asked": OPEN, "item": 9}, "item_unknown"),
    ):
        assert outcome(begun, MeetingAct.OPEN_VOTE, **said) == (409, code)
    assert outcome(begun, MeetingAct.END_VOTE) == (409, "vote_unknown")
    assert outcome(begun, MeetingAct.END_VOTE, vote=VOTE) == (409, "vote_unknown")
    ask(begun)
    assert outcome(begun, MeetingAct.OPEN_VOTE, asked=OPEN) == (409, "vote_running")


@pytest.mark.django_db
def test_marks_that_turn_a_direction_are_taken_out_of_a_question(begun):
    vote = ask(begun, VoteAsked(Words("\u202eКабыл алынсынбы?", "Принять\u2069?"), quorum=1))
    assert (vote.question_ky, vote.question_ru) == ("Кабыл алынсынбы?", "Принять?")


@pytest.mark.django_db
def test_before_the_meeting_began_nobody_is_asked(desk):
    desk.come()
    assert outcome(desk, MeetingAct.OPEN_VOTE, asked=OPEN) == (409, "meeting_not_open")


@pytest.mark.django_db
def test_when_its_time_is_up_a_vote_is_counted_by_rule_once_whoever_restarts(begun, speaker, office):
    ask(begun)
    for window in (speaker, office):
        cast(window, FOR)
    now = timezone.now()
    reconcile(now + timedelta(seconds=130))
    assert Vote.objects.get().is_open  # the grace for what was cast in the last moment
    for _ in range(3):
        reconcile(now + timedelta(seconds=136))
    closed = Event.custody.get(kind=EventKind.MEETING_VOTE_CLOSED)
    said = read_body(read_header(bytes(closed.header)), closed.said)
    assert isinstance(said, MeetingVoteClosed)
    assert (said.in_favour, said.is_adopted) == (2, True)
    assert begun.stage().vote is None


@pytest.mark.django_db(transaction=True)
def test_who_is_in_the_room_hears_of_the_vote_at_once_and_of_the_count_of_votes_soon(begun, speaker, people):
    entered = speaker.call(MeetingAct.ENTER)
    there = people.join(entered.url, entered.token)
    speaker.call(MeetingAct.HERE)
    ask(begun)
    wait_until(lambda: there.stage.vote is not None, "the vote")
    cast(speaker, FOR)
    reconcile(timezone.now())
    wait_until(lambda: there.stage.vote is not None and there.stage.vote.cast == 1, "that somebody voted")
    begun.call(MeetingAct.END_VOTE, vote=VOTE)
    wait_until(lambda: there.stage.vote is None, "that it is over")


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_ask_at_once_one_is_told_that_a_vote_goes_on(begun, seat_at, assistant):
    second = seat_at(LEADS, assistant).come()
    seen = at_once(*(lambda one=one: outcome(one, MeetingAct.OPEN_VOTE, asked=OPEN) for one in (begun, second)))
    assert sorted(seen, key=str) == [(200, ""), (409, "vote_running")]
    assert Vote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_two_desks_and_the_rule_count_at_once_is_counted_once(begun, seat_at, assistant, speaker):
    second = seat_at(LEADS, assistant).come()
    ask(begun)
    cast(speaker, FOR)
    later = timezone.now() + timedelta(seconds=200)
    seen = at_once(
        lambda: outcome(begun, MeetingAct.END_VOTE, vote=VOTE),
        lambda: outcome(second, MeetingAct.END_VOTE, vote=VOTE),
        lambda: voting.close_due(later),
    )
    assert seen[:2] == [(200, ""), (200, "")]
    assert Event.custody.filter(kind=EventKind.MEETING_VOTE_CLOSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_offices_that_vote_while_it_is_counted_are_counted_once_or_not_at_all(begun, speaker, office):
    ask(begun)
    at_once(
        lambda: cast(speaker, FOR),
        lambda: cast(office, AGAINST),
        lambda: outcome(begun, MeetingAct.END_VOTE, vote=VOTE),
    )
    vote = Vote.objects.get()
    assert vote.in_favour + vote.against == vote.ballots.count()


@pytest.mark.django_db
def test_a_secret_vote_tells_nobody_anywhere_how_an_office_voted(
    begun, speaker, office, viewer, seat_at, assistant, administrator, nur, caplog
):
    """Every answer, feed, page, log and table of a vote is the same whoever of two voted for and who against."""
    caplog.set_level(logging.DEBUG)
    ask(begun, SECRET)
    cast(begun, FOR)
    before = {window.site: choice for window, choice in ((speaker, FOR), (office, AGAINST))}
    for window in (speaker, office):
        cast(window, before[window.site])
    colleague = seat_at(SPEAKS)  # another PC of an office that voted
    windows = (begun, viewer, speaker, office, colleague)
    seen = [everything(windows)]
    begun.call(MeetingAct.END_VOTE, vote=VOTE)
    seen += [everything(windows)]
    for person in (assistant, administrator, nur):
        person.set_password(PASSWORD)
        person.save()
        client = Client()
        client.force_login(person)
        for address in (f"/meetings/{NAME.hex()}", "/meetings", "/doubts", "/board"):
            seen += [client.get(address).content.decode()]
    told = "\n".join([*seen, caplog.text])
    assert "<VoteChoice" not in told
    for event in Event.custody.filter(kind=EventKind.VOTE_CAST).select_related("epoch"):
        fed = FeedRow.objects.filter(event=event)
        assert list(fed.values_list("site_id", flat=True)) == [event.epoch.site_id]
        said = read_body(read_header(bytes(event.header)), event.said)
        assert isinstance(said, VoteCast)
        assert said.choice is None
    assert Vote.objects.get().in_favour == 2


def everything(windows: tuple[Window, ...]) -> str:
    """All that PCs are answered and read; nothing of the running count is in it but how many voted."""
    told = []
    for window in windows:
        reply = window.call(MeetingAct.LOOK)
        told += [reply.stage, reply.desk]
        window.office.exchange()
        for row in window.office.feed:
            if isinstance(row, EventRow):
                header = read_header(row.header)
                told.append(repr(read_body(header, row.body)))
    return "\n".join(told)
