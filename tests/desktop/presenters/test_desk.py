"""The chair's desk shows who is there and who asks, and does one act of the centre for each press."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.meetings.messages import People
from liaison_desktop.sync.meeting import Told
from liaison_desktop.ui.meetings.decision_presenter import DecidingShown, DecisionPresenter
from liaison_desktop.ui.meetings.desk_presenter import DeskPresenter
from liaison_desktop.ui.meetings.room_values import DeskShown, OfficeState
from liaison_desktop.ui.meetings.vote_desk import VoteDesk
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.meetings import Desk, Guest, Hand, MeetingAct, MeetingCall, MeetingState, Present, Seat
from tests.desktop.presenters.test_room import HALL, NARYN, NOW_MS, OWN, PLAN, STAGE, Room, there

OSH = "KG-O-OSH-00000004"


@dataclass
class StandInDesk:
    """Keeps what it was last told, and every question that was asked."""

    shown: DeskShown | None = None
    asked: str = ""
    yes: Callable[[], None] = lambda: None

    def show_desk(self, shown: DeskShown | None) -> None:
        self.shown = shown

    def ask_begin(self, begin: Callable[[], None]) -> None:
        self.asked, self.yes = "begin", begin

    def ask_end(self, end: Callable[[], None]) -> None:
        self.asked, self.yes = "end", end

    def ask_put_out(self, name: Say, put_out: Callable[[], None]) -> None:
        self.asked, self.yes = f"put out {name()}", put_out


class StandInVotes:
    """Says whether a vote can be opened."""

    offered: Say | None = None

    def show_vote_button(self, say: Say | None) -> None:
        self.offered = say


class StandInDecisions:
    """Says whether decisions can be written."""

    shown = DecidingShown()

    def show_deciding(self, shown: DecidingShown) -> None:
        self.shown = shown


class AtDesk:
    """The desk of a meeting with three offices, one of them with a raised hand."""

    def __init__(self) -> None:
        self.room = Room()
        self.view = StandInDesk()
        self.desk = DeskPresenter(self.view, self.room.presenter)
        self.present = (Present(OWN, True, True, 0), Present(NARYN, True, True, 95), Present(OSH, False, False, 0))
        self.stage = replace(
            STAGE,
            version=6,
            seats=(Seat(OWN, NOW_MS - 9_000), Seat(HALL, NOW_MS - 5_000)),
            hands=(Hand(NARYN, 1, True, NOW_MS, 95), Hand(OSH, 2, False, NOW_MS, 0)),
        )
        self.room.enter(self.stage)
        self.room.fire("look")
        self.room.answer(self.stage, desk=Desk(self.present))
        self.room.presenter.heard(People((there(""), there(HALL), there(NARYN))))
        self.desk.refresh()

    @property
    def shown(self) -> DeskShown:
        assert self.view.shown is not None
        return self.view.shown

    def asked_last(self) -> MeetingCall:
        call, *_ = self.room.open[-1]
        return call

    def states(self) -> dict[str, OfficeState]:
        return {row.site: row.state for row in self.shown.offices}


@pytest.fixture
def at() -> AtDesk:
    return AtDesk()


def test_the_desk_is_shown_only_where_the_centre_says_so(at: AtDesk) -> None:
    assert at.view.shown is not None
    plain = Room()
    view = StandInDesk()
    plain.enter()
    DeskPresenter(view, plain.presenter).refresh()
    assert view.shown is None


def test_every_invited_office_stands_in_the_list_by_how_it_is(at: AtDesk) -> None:
    assert at.states() == {
        "KG-C-ALA": OfficeState.ON_STAGE,
        "KG-HALL": OfficeState.ON_STAGE,
        "KG-N-NAR": OfficeState.HAND,
        "KG-O-OSH": OfficeState.OUT,
    }
    assert (at.shown.seats, at.shown.seats_most, at.shown.here, at.shown.invited) == (2, 20, 3, 4)


def test_a_guest_at_the_door_stands_by_name_among_the_first_and_is_let_in(at: AtDesk) -> None:
    guest = "guest-0a0b0c0d"
    at.room.fire("look")
    waiting = Present(guest, False, False, 0, "Асан Усөнов", True)
    at.room.answer(at.stage, desk=Desk((*at.present, waiting)))
    at.desk.refresh()
    row = next(row for row in at.shown.offices if row.who == guest)
    assert (row.name(), row.state) == ("Асан Усөнов", OfficeState.WAITS)
    assert at.shown.here == 3, "a guest is no invited office"
    at.desk.let_in(guest)
    assert (at.asked_last().act, at.asked_last().who) == (MeetingAct.LET_IN, guest)
    seated = replace(at.stage, version=9, seats=(Seat(guest, NOW_MS),), guests=(Guest(guest, "Асан Усөнов"),))
    at.room.says(seated)
    assert [face.name() for face in at.room.view.scene.faces] == ["Асан Усөнов"]


def test_whoever_sits_on_stage_and_is_gone_is_told_apart(at: AtDesk) -> None:
    at.room.presenter.heard(People((there(""), there(NARYN))))
    at.desk.refresh()
    assert at.states()["KG-HALL"] is OfficeState.LOST
    lost = next(row for row in at.shown.offices if row.site == "KG-HALL")
    assert lost.has_seat, "the seat is kept, and can be taken"


def test_the_queue_says_item_reply_time_and_line(at: AtDesk) -> None:
    first, second = at.shown.hands
    assert (first.place, first.who, first.is_reply, first.spoken_s, first.line) == (1, NARYN, True, 95, 3)
    assert (second.item, second.is_here) == (2, False)


def test_the_next_is_the_first_who_is_there(at: AtDesk) -> None:
    at.desk.call_next()
    assert (at.asked_last().act, at.asked_last().who) == (MeetingAct.CALL, NARYN)
    assert at.shown.is_busy
    at.room.answer()
    at.desk.refresh()
    assert not at.shown.is_busy


def test_whoever_was_called_last_speaks_and_is_thanked(at: AtDesk) -> None:
    assert at.shown.speaking is not None
    assert (at.shown.speaking.who, at.shown.speaking.gone_s) == (HALL, 5)
    at.desk.thank_speaker()
    assert (at.asked_last().act, at.asked_last().who) == (MeetingAct.THANK, HALL)


def test_a_second_hand_is_lowered_while_the_first_is_under_way_and_the_desk_goes_on(at: AtDesk) -> None:
    at.desk.lower(NARYN)
    at.desk.lower(OSH)
    asked = [(call.act, call.who) for call, *_ in at.room.open]
    assert asked == [(MeetingAct.LOWER_HAND, NARYN), (MeetingAct.LOWER_HAND, OSH)]
    at.room.answer()
    at.desk.refresh()
    assert at.shown.is_busy
    at.room.answer()
    at.desk.refresh()
    assert not at.shown.is_busy


def test_the_same_hand_lowered_twice_at_once_is_one_act_and_the_floor_can_be_given_after_it(at: AtDesk) -> None:
    at.desk.lower(NARYN)
    at.desk.lower(NARYN)
    assert at.room.asked() == [MeetingAct.LOWER_HAND]
    at.room.answer()
    at.desk.refresh()
    assert not at.shown.is_busy


def test_what_was_asked_before_a_window_came_back_is_not_waited_for(at: AtDesk) -> None:
    at.desk.call(NARYN)
    call, done, *_ = at.room.open.pop(0)
    assert call.act is MeetingAct.CALL
    at.room.presenter.enter_again()
    at.room.answer(at.stage, url="ws://x", token="t2", desk=Desk(at.present))
    at.desk.refresh()
    assert not at.shown.is_busy
    at.desk.lower(NARYN)
    done(Told(at.stage, OWN))
    at.desk.refresh()
    assert at.shown.is_busy, "of an earlier visit nothing is counted"


def test_a_refusal_is_said_and_the_desk_goes_on(at: AtDesk) -> None:
    at.desk.call(NARYN)
    at.room.refuse(MeetingRefused("stage_full"))
    at.desk.refresh()
    assert at.room.noted == ["stage_full"]
    assert not at.shown.is_busy


def test_sound_is_taken_and_given_back_by_the_same_press(at: AtDesk) -> None:
    at.desk.silence(HALL)
    assert at.asked_last().act is MeetingAct.SILENCE
    silenced = tuple(replace(seat, is_silenced=seat.who == HALL) for seat in at.stage.seats)
    at.room.answer(replace(at.stage, version=9, seats=silenced))
    at.desk.silence(HALL)
    assert at.asked_last().act is MeetingAct.UNSILENCE


def test_whom_all_see_large_is_let_go_by_the_same_press(at: AtDesk) -> None:
    at.desk.show_large(HALL)
    assert (at.asked_last().act, at.asked_last().who) == (MeetingAct.SHOW, HALL)
    at.room.answer(replace(at.stage, version=9, shown=HALL))
    at.desk.show_large(HALL)
    assert (at.asked_last().act, at.asked_last().who) == (MeetingAct.SHOW, "")


@pytest.mark.parametrize(
    ("press", "asked", "act"),
    [
        (lambda desk: desk.begin(), "begin", MeetingAct.OPEN),
        (lambda desk: desk.end(), "end", MeetingAct.CLOSE),
        (lambda desk: desk.put_out(NARYN), "put out kg-n-nar", MeetingAct.PUT_OUT),
    ],
)
def test_what_cannot_be_taken_back_is_asked_first(
    at: AtDesk, press: Callable[[DeskPresenter], None], asked: str, act: MeetingAct
) -> None:
    press(at.desk)
    assert at.view.asked == asked
    assert at.room.open == []
    at.view.yes()
    assert at.asked_last().act is act


def test_items_go_on_one_by_one_and_not_past_the_last(at: AtDesk) -> None:
    assert at.shown.next_item == 2
    at.desk.next_item()
    assert (at.asked_last().act, at.asked_last().item) == (MeetingAct.GO_TO_ITEM, 2)
    at.room.answer(replace(at.stage, version=9, item=len(PLAN.agenda)))
    at.desk.refresh()
    assert at.shown.next_item == 0
    at.desk.next_item()
    assert at.room.open == []


def test_an_order_that_holds_already_is_not_asked_for(at: AtDesk) -> None:
    at.desk.order("first")
    assert at.room.open == []
    at.desk.order("least")
    assert (at.asked_last().act, at.asked_last().order) == (MeetingAct.ORDER_HANDS, "least")


def test_the_end_of_the_meeting_takes_the_desk_away(at: AtDesk) -> None:
    at.room.says(replace(at.stage, version=20, state=MeetingState.CLOSED, seats=(), hands=()))
    at.desk.refresh()
    assert at.view.shown is None


def test_in_a_conversation_with_a_citizen_the_desk_offers_neither_votes_nor_decisions(at: AtDesk) -> None:
    votes, decisions = StandInVotes(), StandInDecisions()
    vote_desk = VoteDesk(cast("Any", votes), at.room.presenter, lambda: ())
    deciding = DecisionPresenter(cast("Any", decisions), at.room.presenter, cast("Any", None))
    for is_reception in (False, True):
        at.room.fire("look")
        at.room.answer(at.stage, desk=Desk(at.present, is_reception=is_reception))
        for one in (at.desk, vote_desk, deciding):
            one.refresh()
        assert at.shown.may_decide is not is_reception
        assert (votes.offered is None) is is_reception
        assert decisions.shown.can_write is not is_reception
