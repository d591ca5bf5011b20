"""The desk writes a decision down once, whole, with days that offices work on; what is missing is said at its field."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.ui.meetings.decision_presenter import (
    DecidingActs,
    DecidingShown,
    DecisionPresenter,
    DueDay,
    Typed,
    due_of,
)
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.bodies import DecisionTaken, DecisionWithdrawn, Words
from server_sync.contract.deadlines import WorkingCalendar
from server_sync.contract.meetings import Desk, MeetingAct, MeetingState, Noted
from server_sync.contract.numbers import RegistrationNumber
from tests.desktop.presenters.test_room import PLAN, STAGE, Room

MONDAY = date(2026, 11, 30)
CALENDAR = WorkingCalendar((), date(2027, 12, 31))
NARYN, OSH = Choice("KG-N", "Нарын"), Choice("KG-O", "Ош")
NUMBER = str(RegistrationNumber("ALA", 2026, "A", 42, 7))


@dataclass
class StandInPage:
    """Keeps what it was last told."""

    shown: DecidingShown = DecidingShown()
    wrong: dict[str, Say | None] = field(default_factory=dict)
    due: Say | None = None
    offered: tuple[Choice, ...] = ()
    forgot: int = 0

    def show_deciding(self, shown: DecidingShown) -> None:
        self.shown = shown

    def say_wrong(self, name: str, say: Say | None) -> None:
        self.wrong[name] = say

    def say_due(self, say: Say | None) -> None:
        self.due = say

    def offer(self, query: str, choices: tuple[Choice, ...]) -> None:
        self.offered = choices

    def forget_typed(self) -> None:
        self.forgot += 1


class AtDesk:
    def __init__(self) -> None:
        self.room, self.page = Room(), StandInPage()
        self.names = iter(bytes([n]) * 16 for n in range(1, 9))
        acts = DecidingActs(
            lambda _query: (NARYN, OSH), str.lower, lambda: MONDAY, lambda: CALENDAR, lambda: next(self.names)
        )
        self.deciding = DecisionPresenter(self.page, self.room.presenter, acts)
        self.room.enter()
        self.room.fire("look")
        self.room.answer(desk=Desk())
        self.deciding.refresh()

    def wrong(self) -> set[str]:
        return {name for name, say in self.page.wrong.items() if say is not None}

    def asked(self) -> DecisionTaken:
        call, *_ = self.room.open[-1]
        assert call.act is MeetingAct.TAKE_DECISION
        assert call.decision is not None
        return call.decision


@pytest.fixture
def at() -> AtDesk:
    return AtDesk()


def test_a_decision_is_written_down_whole_for_the_item_that_is_spoken_of(at: AtDesk) -> None:
    for one in (NARYN, OSH, NARYN):
        at.deciding.add(one)
    at.deciding.write(Typed(" Көмүр жеткирилсин ", "Подвезти уголь", "10", f"{NUMBER.lower()}, {NUMBER}"))
    assert at.asked() == DecisionTaken(
        bytes([1]) * 16,
        PLAN.meeting,
        Words("Көмүр жеткирилсин", "Подвезти уголь"),
        ("KG-N", "KG-O"),
        date(2026, 12, 14),
        1,
        (NUMBER,),
    )
    at.room.answer()
    assert (at.page.forgot, at.page.shown.executors) == (1, ())


def test_what_is_sent_again_is_the_same_decision_and_the_next_is_another(at: AtDesk) -> None:
    at.deciding.write(Typed("Бир"))
    first = at.asked()
    at.room.refuse(ExchangeFailed("no_answer"))
    assert at.page.forgot == 0
    at.deciding.write(Typed("Бир"))
    assert at.asked() == first
    at.room.answer()
    at.deciding.write(Typed("Эки"))
    assert at.asked().decision != first.decision


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (Typed(), {"ky"}),
        (Typed(" ", "\u2060"), {"ky"}),
        (Typed("а" * 2_001), {"ky"}),
        (Typed("а", "а" * 100_000), {"ru"}),
        (Typed("а", due="эртең"), {"due"}),
        (Typed("а", due="29.11.2026"), set()),
        (Typed("а", due="27.11.2026"), {"due"}),
        (Typed("а", due="01.01.2040"), {"due"}),
        (Typed("а", due="1234567"), {"due"}),
        (Typed("а", requests="42"), {"requests"}),
        (Typed("а", requests=",".join([NUMBER[:-1] + "x"])), {"requests"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(at: AtDesk, typed: Typed, wrong: set[str]) -> None:
    at.deciding.write(typed)
    assert at.wrong() == wrong
    assert (at.room.asked() == []) == bool(wrong)


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("0", DueDay(MONDAY)),
        ("1", DueDay(date(2026, 12, 1))),
        ("5", DueDay(date(2026, 12, 7))),
        ("12.12.2026", DueDay(date(2026, 12, 14), date(2026, 12, 12))),
        ("11.12.2026", DueDay(date(2026, 12, 11))),
        ("", None),
        ("1000", None),
        ("-1", None),
        ("٣", None),
        ("31.02.2027", None),
        ("01.01.9999", None),
    ],
)
def test_a_day_is_one_that_offices_work_on(typed: str, due: DueDay | None) -> None:
    assert due_of(typed, MONDAY, CALENDAR) == due


def test_a_day_off_is_said_while_it_is_typed(at: AtDesk) -> None:
    at.deciding.due_typed("12.12.2026")
    assert at.page.due is not None
    assert at.page.due().startswith("12.12.2026 is a day off")
    at.deciding.due_typed("12.")
    assert at.page.due is None


def test_an_office_that_is_named_is_not_offered_again_and_can_be_left_out(at: AtDesk) -> None:
    at.deciding.add(NARYN)
    at.deciding.look_for("н")
    assert [one.code for one in at.page.offered] == [OSH.code]
    at.deciding.leave_out("KG-N")
    at.deciding.look_for("н")
    assert [one.code for one in at.page.offered] == [NARYN.code, OSH.code]


def test_the_desk_sees_what_holds_and_withdraws_it_with_a_reason(at: AtDesk) -> None:
    at.room.fire("look")
    name = bytes(range(16))
    at.room.answer(desk=Desk((), (Noted(name.hex(), 1, "Көмүр", ("KG-N",), "2026-12-14"),)))
    at.deciding.refresh()
    (row,) = at.page.shown.rows
    assert (row.text, row.about()) == ("Көмүр", "14.12.2026, kg-n")
    at.deciding.withdraw(row.decision, " ")
    assert at.wrong() == {"reason"}
    at.deciding.withdraw(row.decision, " Ката ")
    (call, *_) = at.room.open[-1]
    assert (call.act, call.withdrawal) == (
        MeetingAct.WITHDRAW_DECISION,
        DecisionWithdrawn(name, PLAN.meeting, Words(en="Ката")),
    )


def test_before_the_beginning_and_away_from_the_desk_nothing_is_decided(at: AtDesk) -> None:
    at.room.says(replace(STAGE, version=9, state=MeetingState.PLANNED))
    at.deciding.refresh()
    assert not at.page.shown.can_write
    at.deciding.write(Typed("Бир"))
    assert at.room.asked() == []
    plain = Room()
    plain.enter()
    page = StandInPage()
    DecisionPresenter(page, plain.presenter, at.deciding._acts).refresh()
    assert not page.shown.can_write
