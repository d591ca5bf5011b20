"""Which meeting is open follows from what there is and what the person chose, and from nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from liaison_desktop.domain.decisions import DecisionSeen
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.services.conferring import MeetingsHere
from liaison_desktop.ui.meetings.lobby_presenter import LobbyActs, LobbyPresenter
from liaison_desktop.ui.meetings.lobby_values import DecisionShown, LobbyShown, MeetingLine
from liaison_desktop.workplace import words
from server_sync.contract.bodies import MeetingPart, Words
from server_sync.contract.meetings import MeetingState
from tests.desktop.centre_says import WHY, heating

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
SITE = "KG-C-ALA"
FIRST, SECOND = bytes(16), bytes(range(16))


class StandInScreen:
    """Keeps what it was last told."""

    shown: LobbyShown | None = None
    coming: tuple[MeetingLine, ...] = ()
    past: tuple[MeetingLine, ...] = ()
    to_do: tuple[DecisionShown, ...] = ()
    chosen = b""

    def show_meeting(self, shown: LobbyShown | None) -> None:
        self.shown = shown

    def show_lines(self, coming: tuple[MeetingLine, ...], past: tuple[MeetingLine, ...], chosen: bytes) -> None:
        self.coming, self.past, self.chosen = coming, past, chosen

    def show_to_do(self, to_do: tuple[DecisionShown, ...]) -> None:
        self.to_do = to_do


class Lobby:
    """A presenter over meetings that a test lays down."""

    def __init__(self) -> None:
        words.set_language("en")
        self.view = StandInScreen()
        self.now = NOW
        self.coming: list[MeetingSeen] = []
        self.past: list[MeetingSeen] = []
        self.to_do: list[DecisionSeen] = []
        self.asked = 0
        self.presenter = LobbyPresenter(
            self.view,
            LobbyActs(self.listed, self.whole, lambda: self.now, SITE, lambda code: code, self.days_left),
        )

    def listed(self, done: Callable[[MeetingsHere], None]) -> None:
        self.asked += 1
        coming, past = (tuple(one.row(SITE) for one in several) for several in (self.coming, self.past))
        titles = ((FIRST, Words("Жылытуу", "Отопление", "Heating")),)
        done(MeetingsHere(coming, past, tuple(self.to_do), titles))

    def days_left(self, due_on: date) -> int:
        return (due_on - NOW.date()).days

    def whole(self, meeting: bytes, done: Callable[[MeetingSeen], None]) -> None:
        done(next(one for one in (*self.coming, *self.past) if one.meeting == meeting))

    def shown(self) -> LobbyShown:
        self.presenter.refresh()
        assert self.view.shown is not None
        return self.view.shown


def seen(meeting: bytes = FIRST, minutes: int = 25, **changes: object) -> MeetingSeen:
    plan = heating(SITE, NOW + timedelta(minutes=minutes))
    return MeetingSeen(meeting, plan, **({"state": MeetingState.PLANNED} | changes))  # type: ignore[arg-type]


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


def test_without_meetings_none_is_shown(lobby: Lobby) -> None:
    lobby.presenter.refresh()
    assert lobby.view.shown is None
    assert lobby.view.chosen == b""


def test_the_next_meeting_that_is_held_is_shown_and_not_a_cancelled_one_before_it(lobby: Lobby) -> None:
    lobby.coming = [seen(FIRST, 10, state=MeetingState.CANCELLED), seen(SECOND, 60)]
    assert lobby.shown().meeting == SECOND


def test_one_that_goes_on_is_shown_before_one_that_should_have_begun(lobby: Lobby) -> None:
    lobby.coming = [seen(FIRST, -20), seen(SECOND, -10, state=MeetingState.OPEN)]
    assert lobby.shown().meeting == SECOND


def test_what_was_chosen_stays_when_others_come_and_gives_way_when_it_is_gone(lobby: Lobby) -> None:
    lobby.coming = [seen(FIRST), seen(SECOND, 100)]
    lobby.shown()
    lobby.presenter.choose(SECOND)
    assert lobby.shown().meeting == SECOND
    lobby.coming = [seen(FIRST)]
    assert lobby.shown().meeting == FIRST


def test_whoever_gives_the_way_in_hears_which_meeting_is_open(lobby: Lobby) -> None:
    heard: list[MeetingSeen | None] = []
    lobby.presenter.opened = heard.append
    lobby.coming = [seen(FIRST)]
    lobby.presenter.refresh()
    lobby.coming = []
    lobby.presenter.refresh()
    assert [one and one.meeting for one in heard] == [FIRST, None]


@pytest.mark.parametrize(
    ("minutes", "changes", "words_of_it"),
    [
        (25, {}, "Begins in: 25 minutes"),
        (60 * 50, {}, "Begins in: 2 days"),
        (-5, {}, "Is about to begin"),
        (-500, {}, "Was not opened"),
        (-5, {"state": MeetingState.OPEN}, "Goes on now"),
        (25, {"state": MeetingState.CANCELLED}, "Cancelled"),
        (-500, {"state": MeetingState.CLOSED}, "Is over"),
    ],
)
def test_where_a_meeting_stands_is_said_by_the_clock_that_counts(
    lobby: Lobby, minutes: int, changes: dict[str, Any], words_of_it: str
) -> None:
    lobby.coming = [seen(minutes=minutes, **changes)]
    assert lobby.shown().state.say() == words_of_it


def test_the_own_matter_stands_out_and_others_name_their_office(lobby: Lobby) -> None:
    lobby.coming = [seen()]
    shown = lobby.shown()
    assert [item.is_own for item in shown.agenda] == [False, False, True, False]
    assert [item.who() for item in shown.agenda] == ["", "KG-Y", "", ""]
    assert "KG-HALL" in shown.guests[0]()


def test_a_move_is_said_before_a_mere_change_and_a_cancelling_before_both(lobby: Lobby) -> None:
    moved: dict[str, Any] = {"moved_from": NOW + timedelta(minutes=5), "reason": WHY, "is_changed": True}
    said = []
    for one in (seen(is_changed=True), seen(**moved), seen(state=MeetingState.CANCELLED, **moved), seen()):
        lobby.coming = [one]
        word = lobby.shown().word
        said.append(None if word is None else word.title().split()[0])
    assert said == ["The", "Moved", "The", None]


def test_an_office_that_is_no_longer_invited_is_told_so(lobby: Lobby) -> None:
    one = seen()
    others = tuple(guest for guest in one.plan.invited if guest.site_code != SITE)
    plan = heating("KG-Y", one.starts_at, invited=others)
    lobby.coming = [MeetingSeen(FIRST, plan, MeetingState.PLANNED, reason=Words("Себеп"))]
    shown = lobby.shown()
    assert shown.word is not None
    assert "no longer invited" in shown.word.title()
    assert shown.state.say() == "Not invited"
    assert lobby.coming[0].part_of("KG-HALL") is MeetingPart.CHAIR


def test_a_minute_that_passes_asks_nothing_until_a_meeting_has_passed(lobby: Lobby) -> None:
    lobby.coming = [seen()]
    lobby.presenter.refresh()
    lobby.now += timedelta(minutes=10)
    lobby.presenter.tick()
    assert (lobby.asked, lobby.view.shown and lobby.view.shown.state.say()) == (1, "Begins in: 15 minutes")
    lobby.now += timedelta(minutes=200)
    lobby.presenter.tick()
    assert lobby.asked == 2


def decided(name: bytes, due_in: int | None, *executors: str, **changes: object) -> DecisionSeen:
    due_on = None if due_in is None else NOW.date() + timedelta(days=due_in)
    said: dict[str, object] = {"text": Words(f"{name.hex()[:2]}"), "executors": executors, "due_on": due_on}
    more = {"meeting": FIRST, "item": 0, "requests": (), "taken_at": NOW}
    return DecisionSeen(name, **(said | more | changes))  # type: ignore[arg-type]  # a test changes what it likes


def test_own_decisions_stand_first_the_earliest_due_before_the_others_and_the_withdrawn_last(lobby: Lobby) -> None:
    mine_late, mine, others, gone = (bytes([n]) * 16 for n in range(1, 5))
    decisions = (
        decided(gone, 1, SITE, is_withdrawn=True, reason=Words("ката")),
        decided(others, -9, "KG-O"),
        decided(mine, 5, "KG-O", SITE),
        decided(mine_late, -2, SITE),
    )
    lobby.past = [seen(FIRST, -200, state=MeetingState.CLOSED, decisions=decisions)]
    lobby.presenter.refresh()
    lobby.presenter.choose(FIRST)
    assert lobby.view.shown is not None
    told = lobby.view.shown.decisions
    assert [one.decision for one in told] == [mine_late, mine, others, gone]
    assert [one.tone for one in told] == ["danger", "muted", "muted", "muted"]
    assert told[0].due() == "28.11.2026: overdue by 2 working days"
    assert told[1].due() == "until 05.12.2026: 5 working days left"
    assert told[3].gone is not None
    assert "ката" in told[3].gone()


@pytest.mark.parametrize(
    ("due_in", "words", "tone"),
    [
        (0, "today is the last day", "warning"),
        (1, "1 working day left", "warning"),
        (-1, "overdue by 1 working day", "danger"),
        (None, "without a day", "muted"),
    ],
)
def test_how_near_a_day_is_stands_in_words(lobby: Lobby, due_in: int | None, words: str, tone: str) -> None:
    lobby.to_do = [decided(bytes(16), due_in, SITE)]
    lobby.presenter.refresh()
    (told,) = lobby.view.to_do
    assert (words in told.due(), told.tone) == (True, tone)
    assert told.about() == "Heating"


def test_what_a_meeting_without_this_office_decided_says_so(lobby: Lobby) -> None:
    lobby.to_do = [decided(bytes(16), 3, SITE, meeting=SECOND)]
    lobby.presenter.refresh()
    assert "was not invited to" in lobby.view.to_do[0].about()
