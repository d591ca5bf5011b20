"""What goes on is shown with its time, what is pressed is confirmed, what is over is awaited and then told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.errors import NotNow
from liaison_desktop.domain.votes import Count, OwnVote, VoteSeen, as_told
from liaison_desktop.ui.meetings.vote_desk import asked, check
from liaison_desktop.ui.meetings.vote_presenter import AGAIN_S, NAMES_MOST, SHOWN_FOR, VoteActs, VotePresenter
from liaison_desktop.ui.meetings.vote_values import HALF, NUMBER, VoteShown, VoteTyped
from liaison_desktop.workplace import words
from server_sync.contract.bodies import OfficeVote, VoteChoice, Words
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import RunningVote

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OWN = "KG-C-ALA"
MEETING, VOTE = b"m" * 16, b"v" * 16
FOR, AGAINST, ABSTAIN = VoteChoice
TOLD = RunningVote(VOTE.hex(), Words(en="Buy coal?"), int((NOW.timestamp() + 120) * 1000), 2, 9, 5)
SEEN = replace(as_told(TOLD), offices=(OWN, "KG-O", "KG-N"), most=3)


def count(*votes: OfficeVote, at: datetime = NOW, **changes: object) -> Count:
    said: dict[str, object] = {
        **dict.fromkeys(("in_favour", "against", "abstained", "spoilt"), 0),
        "is_told": True,
        "is_quorate": True,
        "is_adopted": False,
        "votes": votes,
        "at": at,
    }
    return Count(**(said | changes))  # type: ignore[arg-type]  # a test says what it likes


@dataclass
class Card:
    """A view of paper, a store of paper, a clock that a test turns."""

    now: datetime = NOW
    shown: tuple[VoteShown, ...] = ()
    kept: tuple[VoteSeen, ...] = ()
    exchanges: int = 0
    noted: list[str] = field(default_factory=list)
    cast: list[VoteChoice] = field(default_factory=list)
    waiting: list[tuple[Callable[[], None], Callable[[ContractError], None]]] = field(default_factory=list)

    def show_votes(self, votes: tuple[VoteShown, ...]) -> None:
        self.shown = votes

    @property
    def one(self) -> VoteShown:
        (only,) = self.shown
        return only

    def presenter(self, *, is_room: bool = True) -> VotePresenter:
        return VotePresenter(
            self,
            VoteActs(
                votes=self._votes,
                cast=self._cast,
                exchange=self._exchange,
                now=lambda: self.now,
                site_code=OWN,
                name_of=str.lower,
                note=lambda error: self.noted.append(error.code),
            ),
            is_room=is_room,
        )

    def _votes(self, _meeting: bytes, told: RunningVote | None, done: Callable[[tuple[VoteSeen, ...]], None]) -> None:
        known = {one.vote for one in self.kept}
        extra = (as_told(told),) if told is not None and bytes.fromhex(told.vote) not in known else ()
        done((*self.kept, *extra))

    def _cast(
        self,
        _meeting: bytes,
        _vote: VoteSeen,
        choice: VoteChoice,
        done: Callable[[], None],
        failed: Callable[[ContractError], None],
    ) -> None:
        self.cast.append(choice)
        self.waiting.append((done, failed))

    def _exchange(self) -> None:
        self.exchanges += 1


@pytest.fixture(autouse=True)
def _english() -> None:
    words.set_language("en")


@pytest.fixture
def card() -> Card:
    return Card()


def test_what_the_stage_tells_is_shown_at_once_and_its_event_is_asked_for(card: Card) -> None:
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    assert card.one.may_vote
    assert card.one.about() == "Open vote · 2 of 9 offices voted · quorum 5 · ends in 02:00"
    assert card.exchanges == 1
    room.attend(MEETING, replace(TOLD, cast=3), may_vote=True)
    assert "3 of 9" in card.one.about()
    assert card.exchanges == 1


def test_who_watches_is_not_asked_whatever_the_plan_says_when_the_event_says_so(card: Card) -> None:
    card.presenter().attend(MEETING, TOLD, may_vote=False)
    assert not card.one.may_vote
    card.kept = (replace(SEEN, offices=("KG-O",)),)
    card.presenter().attend(MEETING, TOLD, may_vote=True)
    assert not card.one.may_vote
    assert card.one.told is not None
    assert "does not vote" in card.one.told.say()


def test_a_choice_is_confirmed_before_it_is_written_and_only_once(card: Card) -> None:
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    room.confirm(VOTE)
    room.press(VOTE, AGAINST)
    assert (card.one.pressed, card.cast) == (AGAINST, [])
    room.back(VOTE)
    room.confirm(VOTE)
    room.press(VOTE, FOR)
    room.confirm(VOTE)
    room.confirm(VOTE)
    room.press(VOTE, AGAINST)
    assert card.cast == [FOR]
    assert card.one.is_busy
    before = card.exchanges
    card.waiting[0][0]()
    assert card.exchanges == before + 1, "it goes at once"
    assert card.one.pressed is None
    assert not card.one.is_busy


def test_what_cannot_be_written_is_said_and_can_be_pressed_again(card: Card) -> None:
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    room.press(VOTE, FOR)
    room.confirm(VOTE)
    card.waiting[0][1](NotNow("vote_over"))
    assert card.noted == ["vote_over"]
    room.confirm(VOTE)
    assert card.cast == [FOR, FOR]


def test_after_its_time_nothing_is_pressed_and_the_count_is_asked_for_again_and_again(card: Card) -> None:
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    room.press(VOTE, FOR)
    card.now += timedelta(seconds=121)
    room.tick()
    room.confirm(VOTE)
    assert card.cast == []
    assert card.one.state.say() == "Is being counted"
    before = card.exchanges
    room.tick()
    card.now += timedelta(seconds=AGAIN_S)
    room.tick()
    assert card.exchanges == before + 1
    card.now += timedelta(hours=1)
    room.tick()
    assert card.exchanges == before + 1, "not for ever"


def test_a_vote_that_the_desk_ended_early_is_over_at_once(card: Card) -> None:
    card.kept = (SEEN,)
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    room.attend(MEETING, None, may_vote=True)
    assert not card.one.may_vote
    assert card.exchanges == 2, "the count comes down by the feed"


@pytest.mark.parametrize(
    ("counted", "state"),
    [
        (count(is_adopted=True), "Adopted"),
        (count(), "Not adopted"),
        (count(is_quorate=False), "No quorum"),
        (count(is_told=False, is_quorate=False), "Too few votes"),
    ],
)
def test_what_came_of_it_is_a_word(card: Card, counted: Count, state: str) -> None:
    card.kept = (replace(SEEN, count=counted),)
    card.presenter().attend(MEETING, None, may_vote=True)
    assert card.one.state.say() == state


def test_the_count_stays_in_the_room_for_a_while_or_until_it_is_put_away(card: Card) -> None:
    card.kept = (replace(SEEN, count=count(in_favour=1)),)
    room = card.presenter()
    room.attend(MEETING, None, may_vote=True)
    assert card.one.counts is not None
    assert card.one.counts() == "For 1, against 0, abstained 0"
    room.put_away(VOTE)
    assert not card.shown
    again = card.presenter()
    card.now += SHOWN_FOR
    again.attend(MEETING, None, may_vote=True)
    assert not card.shown
    card.presenter(is_room=False).attend(MEETING, None, may_vote=True)
    assert len(card.shown) == 1


def test_of_many_the_names_stand_in_the_lobby_alone(card: Card) -> None:
    votes = tuple(OfficeVote(f"KG-{number}", FOR) for number in range(NAMES_MOST + 1))
    card.kept = (replace(SEEN, count=count(*votes)),)
    card.presenter().attend(MEETING, None, may_vote=True)
    in_room = card.one
    card.presenter(is_room=False).attend(MEETING, None, may_vote=True)
    in_lobby = card.one
    assert in_room.names is None
    assert in_lobby.names is not None
    assert in_lobby.names().startswith("For: kg-0, kg-1")


@pytest.mark.parametrize(
    ("own", "counted", "told"),
    [
        (OwnVote(FOR, NOW), None, "It is kept here and goes to the centre with the line"),
        (OwnVote(FOR, NOW, delivery=DeliveryState.STORED), None, "It can be changed until the end."),
        (OwnVote(None, NOW, is_here=False), None, "Your office has voted. It can be changed"),
        (OwnVote(FOR, NOW, delivery=DeliveryState.QUARANTINED), None, "the centre refused it"),
        (OwnVote(FOR, NOW), count(OfficeVote(OWN, FOR)), "It is counted."),
        (OwnVote(FOR, NOW), count(OfficeVote("KG-O", FOR)), "came after the count"),
        (None, count(), "Your office did not vote."),
    ],
)
def test_an_office_is_told_what_becomes_of_its_vote(
    card: Card, own: OwnVote | None, counted: Count | None, told: str
) -> None:
    card.kept = (replace(SEEN, own=own, count=counted),)
    card.presenter(is_room=False).attend(MEETING, None, may_vote=True)
    assert card.one.told is not None
    assert told in card.one.told.say()


def test_another_meeting_shows_nothing_of_this_one(card: Card) -> None:
    room = card.presenter()
    room.attend(MEETING, TOLD, may_vote=True)
    room.leave()
    assert card.shown == ()


# what the desk types


TYPED = VoteTyped("Кабыл алабызбы?", " ", is_secret=False, seconds=60, quorum=HALF, offices="")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (TYPED, None),
        (replace(TYPED, question_ky=" "), "question_ky"),
        (replace(TYPED, question_ru="п" * 301), "question_ru"),
        *((replace(TYPED, quorum=NUMBER, offices=text), "offices") for text in ("", "0", "-3", "два", "1e3", "٣")),
        (replace(TYPED, quorum=NUMBER, offices=" 12 "), None),
    ],
)
def test_what_is_typed_is_checked_before_the_centre_is_asked(typed: VoteTyped, wrong: str | None) -> None:
    found = check(typed)
    assert (None if found is None else found.field) == wrong


def test_a_quorum_is_a_share_or_a_number_as_it_was_chosen() -> None:
    half, twelve = asked(TYPED), asked(replace(TYPED, quorum=NUMBER, offices=" 12 "))
    assert (half.quorum, half.is_share, half.question) == (50, True, Words(ky="Кабыл алабызбы?"))
    assert (twelve.quorum, twelve.is_share) == (12, False)
