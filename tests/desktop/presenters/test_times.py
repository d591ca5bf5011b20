"""The desk bounds the time of speakers and items; whoever looks is warned, and nobody is cut off."""

from dataclasses import dataclass, replace

import pytest

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.ui.meetings.times import Clock, TimesPresenter, TimesTyped
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace import words
from server_sync.contract.interpreting import Bounds
from server_sync.contract.meetings import MeetingAct, Seat
from tests.desktop.presenters.test_desk import AtDesk
from tests.desktop.presenters.test_room import NARYN, NOW_MS


@dataclass
class StandInTimes:
    """Keeps what it was last told."""

    is_offered: bool = False
    typed: TimesTyped | None = None
    has_item: bool = False
    wrong: str = ""
    refused: str = ""
    closed: int = 0

    def show_times_button(self, shown: bool) -> None:
        self.is_offered = shown

    def open_form(self, typed: TimesTyped, *, has_item: bool) -> None:
        self.typed, self.has_item = typed, has_item

    def show_wrong(self, field: str, say: Say) -> None:
        self.wrong = f"{field}: {say()}"

    def show_refused(self, say: Say) -> None:
        self.refused = say()

    def close_form(self) -> None:
        self.closed += 1


class Timed(AtDesk):
    """The desk with its form of times."""

    def __init__(self) -> None:
        super().__init__()
        self.form = StandInTimes()
        self.times = TimesPresenter(self.form, self.room.presenter)
        self.times.refresh()


@pytest.fixture
def at() -> Timed:
    return Timed()


def test_only_the_desk_is_offered_the_form(at: Timed) -> None:
    assert at.form.is_offered
    at.room.presenter.desk = None
    at.times.refresh()
    assert not at.form.is_offered


def test_the_form_says_what_holds_and_only_what_is_new_is_set(at: Timed) -> None:
    at.room.says(replace(at.stage, version=9, bounds=Bounds(300, 0)))
    at.times.press()
    assert at.form.typed == TimesTyped("5", "")
    assert at.form.has_item
    at.times.set(TimesTyped("5", "20"))
    call = at.asked_last()
    assert (call.act, call.item, call.bound_s) == (MeetingAct.SET_BOUND, 1, 1_200)
    at.room.answer(replace(at.stage, version=10, bounds=Bounds(300, 1_200)))
    assert at.form.closed == 1


def test_both_are_set_one_after_the_other_and_a_bound_is_taken_back_by_nothing(at: Timed) -> None:
    at.room.says(replace(at.stage, version=9, bounds=Bounds(300, 600)))
    at.times.set(TimesTyped("", ""))
    assert (at.asked_last().item, at.asked_last().bound_s) == (0, 0)
    at.room.answer(replace(at.stage, version=10, bounds=Bounds(0, 600)))
    assert (at.asked_last().item, at.asked_last().bound_s) == (1, 0)
    at.room.answer(replace(at.stage, version=11))
    assert at.form.closed == 1


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "241", "five", "٣", "9" * 5_000])
def test_what_are_no_minutes_is_named_and_nothing_is_asked(at: Timed, typed: str) -> None:
    before = len(at.room.open)
    at.times.set(TimesTyped("5", typed))
    assert at.form.wrong == "item: Whole minutes from 1 to 240, or nothing."
    assert len(at.room.open) == before


def test_a_refusal_is_said_in_the_form(at: Timed) -> None:
    at.times.set(TimesTyped("5", ""))
    at.room.refuse(MeetingRefused("item_unknown"))
    assert at.form.refused == "The agenda has no such item any more."
    assert not at.form.closed


def test_the_time_of_whoever_was_called_last_is_told_to_all_where_it_is_bounded(at: Timed) -> None:
    called = (Seat("KG-HALL-00000002", NOW_MS), Seat(NARYN, NOW_MS - 192_000))
    at.room.says(replace(at.stage, version=9, seats=called, bounds=Bounds(180, 0)))
    head = at.room.view.head
    assert head is not None
    assert head.speaker is not None
    assert (head.speaker(), head.speaker_s, head.speaker_most_s) == ("kg-n-nar", 192, 180)
    at.room.says(replace(at.stage, version=10, seats=called))
    assert at.room.view.head is not None
    assert at.room.view.head.speaker is None


def test_a_time_that_is_up_is_told_by_colour_and_by_words() -> None:
    words.set_language("en")
    assert (Clock(192, 300).say(), Clock(192, 300).tone) == ("03:12 / 05:00", "muted")
    assert (Clock(301, 300).say(), Clock(301, 300).tone) == ("05:01 / 05:00 · time is up", "danger")
    assert Clock(192).say() == "03:12"


def test_the_quorum_is_more_than_half_of_the_offices_invited_and_guests_are_none(at: Timed) -> None:
    assert (at.shown.here, at.shown.invited, at.shown.quorum) == (3, 4, 3)
