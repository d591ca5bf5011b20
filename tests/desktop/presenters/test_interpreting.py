"""What is heard of an interpretation follows the stage and the choice; who interprets is heard by right, and unseen."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.meetings.messages import May, People
from liaison_desktop.ui.meetings.interpreting import FLOOR, InterpretingPresenter, Interprets, Listens
from liaison_desktop.ui.meetings.room_values import Switch
from server_sync.contract.interpreting import Interpreter, Into
from server_sync.contract.meetings import MeetingAct, MeetingState, Stage
from tests.desktop.presenters.test_room import HALL, NARYN, OWN, STAGE, Room, seated, there

OSH = "KG-O-OSH-00000004"


@dataclass
class StandInStrip:
    """Keeps what it was last told."""

    shown: Listens | Interprets | None = None

    def show_listening(self, listens: Listens) -> None:
        self.shown = listens

    def show_interpreting(self, interprets: Interprets) -> None:
        self.shown = interprets

    def show_nothing(self) -> None:
        self.shown = None


def interpreted(*interpreters: tuple[str, Into], stage: Stage = STAGE) -> Stage:
    told = tuple(Interpreter(who, into) for who, into in interpreters)
    return replace(stage, version=stage.version + 1, interpreters=told)


@dataclass
class Interpreting:
    """A room, its strip, and what this PC remembers."""

    room: Room = field(default_factory=Room)
    view: StandInStrip = field(default_factory=StandInStrip)
    kept: str = ""

    def __post_init__(self) -> None:
        def keep(into: str) -> None:
            self.kept = into

        self.strip = InterpretingPresenter(self.view, self.room.presenter, lambda: self.kept, keep)
        presenter = self.room.presenter
        presenter._acts = replace(presenter._acts, listens=self.strip.choice, changed=self.strip.refresh)

    @property
    def listens(self) -> Listens:
        assert isinstance(self.view.shown, Listens)
        return self.view.shown

    @property
    def interprets(self) -> Interprets:
        assert isinstance(self.view.shown, Interprets)
        return self.view.shown

    def heard(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who is kept out of the floor, and who is heard over it."""
        room = self.room.wish.room
        assert room is not None
        return room.apart, room.over


@pytest.fixture
def at() -> Interpreting:
    one = Interpreting()
    one.room.enter()
    return one


def test_while_nobody_interprets_nothing_is_offered(at: Interpreting) -> None:
    assert at.view.shown is None
    assert at.heard() == ((), ())


def test_an_interpreter_is_no_part_of_what_is_spoken_and_is_heard_by_choice(at: Interpreting) -> None:
    at.room.says(interpreted((NARYN, Into.RU), (OSH, Into.KY)))
    assert at.heard() == ((NARYN, OSH), ())
    assert at.listens.say() == "into Russian: kg-n-nar · into Kyrgyz: kg-o-osh"
    at.strip.listen(Into.RU)
    assert at.heard() == ((NARYN, OSH), (NARYN,))
    assert at.kept == "ru"
    at.strip.listen(FLOOR)
    assert at.heard() == ((NARYN, OSH), ())


def test_the_choice_goes_after_the_language_when_an_interpreter_turns_round(at: Interpreting) -> None:
    at.kept = "ru"
    at.room.says(interpreted((NARYN, Into.RU)))
    assert at.heard() == ((NARYN,), (NARYN,))
    at.room.says(replace(interpreted((NARYN, Into.KY)), version=20))
    assert at.heard() == ((NARYN,), ())
    assert at.listens.is_missing
    assert at.listens.say().startswith("Nobody interprets into this language now.")


@pytest.mark.parametrize("kept", ["en", "floor", "x" * 500])
def test_what_was_kept_and_is_no_language_is_what_is_spoken(at: Interpreting, kept: str) -> None:
    at.kept = kept
    at.room.says(interpreted((NARYN, Into.RU)))
    assert at.listens.chosen == FLOOR
    assert at.heard() == ((NARYN,), ())


def test_one_key_goes_through_the_choices(at: Interpreting) -> None:
    at.room.says(interpreted((NARYN, Into.RU)))
    seen = []
    for _ in range(3):
        at.strip.turn()
        seen.append(at.kept)
    assert seen == ["ky", "ru", ""]


def test_who_interprets_hears_what_is_spoken_and_is_heard_only_with_the_microphone_on(at: Interpreting) -> None:
    at.kept = "ru"
    at.room.says(interpreted((OWN, Into.RU), (OSH, Into.RU)))
    at.room.presenter.heard(May(True))
    assert at.heard() == ((OSH,), ())
    assert at.room.published() == (False, False)
    assert at.room.sign() == "You interpret, unheard as yet. Turn the microphone on: M"
    assert (at.room.view.bar.microphone, at.room.view.bar.camera) == (Switch.OFF, Switch.HIDDEN)
    assert at.room.view.bar.hand is Switch.HIDDEN
    at.room.presenter.turn_microphone()
    at.room.presenter.turn_camera()
    assert at.room.published() == (False, True)
    assert at.interprets == Interprets(Into.RU, is_heard=True)
    assert at.room.yields[-1] is True


def test_a_cough_is_heard_by_nobody_and_the_microphone_is_on_again_after_it(at: Interpreting) -> None:
    at.room.says(interpreted((OWN, Into.RU)))
    at.room.presenter.turn_microphone()
    at.strip.cough(True)
    assert at.room.published() == (False, False)
    at.strip.cough(False)
    assert at.room.published() == (False, True)


def test_the_direction_is_turned_once_at_a_time_and_a_refusal_is_said(at: Interpreting) -> None:
    at.room.says(interpreted((OWN, Into.RU)))
    at.strip.turn()
    at.strip.turn()
    calls = [call for call, *_ in at.room.open if call.act is MeetingAct.INTERPRET_INTO]
    assert [call.into for call in calls] == ["ky"]
    assert [at.interprets.is_busy] == [True]
    at.room.refuse(MeetingRefused("not_interpreter"))
    assert at.room.noted == ["not_interpreter"]
    assert [at.interprets.is_busy] == [False]
    at.strip.turn(Into.RU)
    assert not at.room.open, "the language that is spoken already is no other one"


def test_who_interprets_no_more_is_heard_no_more(at: Interpreting) -> None:
    at.room.says(interpreted((OWN, Into.RU)))
    at.room.presenter.turn_microphone()
    at.room.says(replace(STAGE, version=30))
    assert at.room.published() == (False, False)
    assert at.view.shown is None
    assert at.room.yields[-1] is False
    at.room.says(replace(interpreted((OWN, Into.RU)), version=31))
    assert at.room.published() == (False, False)


def test_a_seat_is_more_than_interpreting(at: Interpreting) -> None:
    at.room.says(interpreted((OWN, Into.RU), stage=seated()))
    assert isinstance(at.view.shown, Listens)
    assert at.room.presenter.into is None


def test_a_locked_window_interprets_unheard(at: Interpreting) -> None:
    at.room.says(interpreted((OWN, Into.RU)))
    at.room.presenter.turn_microphone()
    at.room.presenter.lock()
    assert at.room.published() == (False, False)


def test_after_the_end_nothing_is_offered(at: Interpreting) -> None:
    at.room.says(interpreted((NARYN, Into.RU)))
    at.room.says(replace(STAGE, version=40, state=MeetingState.CLOSED, seats=()))
    assert at.view.shown is None


def test_whoever_interprets_is_not_shown_large_in_the_place_of_whoever_speaks(at: Interpreting) -> None:
    stage = seated(STAGE, NARYN)
    at.room.says(interpreted((OSH, Into.RU), stage=stage))
    at.room.presenter.heard(People((there(""), there(HALL), there(NARYN, speaking=True), there(OSH, speaking=True))))
    largest = max(at.room.view.scene.cells, key=lambda cell: cell.picture.width)
    assert largest.who == NARYN
    at.room.now += timedelta(seconds=10)
    at.room.presenter.heard(People((there(""), there(HALL), there(NARYN), there(OSH, speaking=True))))
    assert max(at.room.view.scene.cells, key=lambda cell: cell.picture.width).who == NARYN


def test_who_is_dismissed_and_named_again_before_anything_was_told_of_it_is_unheard_until_they_turn_it_on(
    at: Interpreting,
) -> None:
    named = interpreted((OWN, Into.RU))
    at.room.says(replace(named, interpreters=(Interpreter(OWN, Into.RU, 4),)))
    at.room.presenter.heard(May(True))
    at.room.presenter.turn_microphone()
    assert at.room.published() == (False, True)
    at.room.says(replace(named, version=named.version + 1, interpreters=(Interpreter(OWN, Into.KY, 4),)))
    assert at.room.published() == (False, True), "the other direction is the same interpreter"
    at.room.says(replace(named, version=named.version + 2, interpreters=(Interpreter(OWN, Into.KY, 7),)))
    assert at.room.published() == (False, False)
    at.room.presenter.turn_microphone()
    assert at.room.published() == (False, True)
