"""A hall's wall goes to its meetings by what it knows and what time it is; five keys do the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from liaison_desktop.domain.delivery import LineState
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import State
from liaison_desktop.services import walls
from liaison_desktop.services.walls import BEFORE
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui.meetings import room_telling, telling
from liaison_desktop.ui.meetings.attending import plan_of
from liaison_desktop.ui.meetings.room_values import Bar, Notice, RoomPlan, Sign, Switch
from liaison_desktop.ui.wall import telling as wall_telling
from liaison_desktop.ui.wall.presenter import ROW_SHOWN, STAYS, WallActs, WallPresenter
from liaison_desktop.ui.wall.values import Act, Press, Waiting
from liaison_desktop.workplace import words
from server_sync.contract.bodies import Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.meetings import MeetingState

SITE = "KG-C-ALA"
NOON = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_english() -> object:
    words.set_language("en")
    yield
    words.set_language("ky")


def meeting(name: int, at: datetime = NOON, state: MeetingState = MeetingState.PLANNED) -> MeetingSeen:
    plan = MeetingPlan(
        title=Words(ru=f"Совещание {name}"),
        starts_at_ms=int(at.timestamp() * 1000),
        minutes=60,
        invited=(Invited("KG-C", MeetingPart.CHAIR), Invited(SITE, MeetingPart.OFFICE)),
    )
    return MeetingSeen(bytes([name]) * 16, plan, state)


@dataclass
class StandInRoom:
    """A room that is open until a test says otherwise."""

    plan: RoomPlan | None = None
    is_open: bool = True
    is_elsewhere: bool = False
    is_microphone_on: bool = False
    is_camera_on: bool = False
    entered: list[bytes] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    @property
    def is_in(self) -> bool:
        return self.plan is not None

    def enter(self, seen: MeetingSeen) -> None:
        self.plan, self.is_open = plan_of(seen, SITE), True
        self.entered.append(seen.meeting)

    def go(self) -> None:
        self.plan, self.is_elsewhere = None, False

    def turn_microphone(self) -> None:
        self.pressed.append("microphone")

    def turn_camera(self) -> None:
        self.pressed.append("camera")

    def turn_hand(self) -> None:
        self.pressed.append("hand")

    def turn_layout(self) -> None:
        self.pressed.append("layout")


@dataclass
class Screen:
    """The wall of a test: what the store knows, what time it is, what is shown."""

    now: datetime = NOON - 2 * HOUR
    known: tuple[MeetingSeen, ...] = ()
    news: LineNews = LineNews()
    waiting: Waiting | None = None
    is_meeting: bool = False
    presses: tuple[Press, ...] = ()
    chosen: int = 0
    left: int = 0
    looked: int = 0
    room: StandInRoom = field(default_factory=StandInRoom)

    def __post_init__(self) -> None:
        self.presenter = self.start()

    def start(self) -> WallPresenter:
        """Switch the computer on: nothing is remembered but what the store has."""

        def look() -> None:
            self.looked += 1

        def leave() -> None:
            self.left += 1

        def meetings(done: Callable[[tuple[MeetingSeen, ...]], None]) -> None:
            done(self.known)

        acts = WallActs(meetings, self.room.enter, look, leave, lambda: self.now, lambda: self.news)
        self.presenter = WallPresenter(self, self.room, acts)
        self.presenter.refresh()
        return self.presenter

    def show_waiting(self, waiting: Waiting) -> None:
        self.waiting, self.is_meeting = waiting, False

    def show_meeting(self) -> None:
        self.is_meeting = True

    def show_presses(self, presses: tuple[Press, ...], chosen: int) -> None:
        self.presses, self.chosen = presses, chosen

    def shows_meeting(self) -> bool:
        """Whether the meeting is on the wall now."""
        return self.is_meeting

    def at(self, moment: datetime) -> None:
        self.now = moment
        self.presenter.tick()

    def hear(self, *known: MeetingSeen) -> None:
        self.known = known
        self.presenter.refresh()


def test_it_goes_to_a_meeting_by_itself_some_minutes_before_its_hour() -> None:
    screen = Screen(known=(meeting(1),))
    screen.at(NOON - BEFORE - timedelta(seconds=1))
    assert not screen.shows_meeting()
    screen.at(NOON - BEFORE)
    assert screen.shows_meeting()
    assert screen.room.entered == [bytes([1]) * 16]


def test_a_computer_switched_on_in_the_middle_is_in_the_meeting_at_once() -> None:
    running = meeting(1, NOON - HOUR / 2, MeetingState.OPEN)
    screen = Screen(now=NOON, known=(running,))
    assert screen.shows_meeting()
    screen.room.go()
    screen.start()
    assert screen.room.entered == [running.meeting] * 2


def test_one_that_runs_goes_before_one_that_is_about_to_begin() -> None:
    known = (meeting(1, NOON - HOUR, MeetingState.OPEN), meeting(2, NOON + BEFORE / 2))
    chosen = walls.choose(known, NOON, set())
    assert chosen is not None
    assert chosen.meeting == known[0].meeting


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.CLOSED])
def test_it_goes_to_none_that_is_cancelled_or_over(state: MeetingState) -> None:
    assert walls.choose([meeting(1, NOON, state)], NOON, set()) is None


def test_it_goes_to_none_that_was_never_begun_and_whose_time_has_passed() -> None:
    assert walls.choose([meeting(1)], NOON + HOUR, set()) is None


def test_the_word_of_the_end_stays_a_minute_and_the_meeting_is_not_entered_again() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.room.is_open = False
    screen.at(NOON + timedelta(seconds=1))
    screen.at(NOON + STAYS)
    assert screen.shows_meeting()
    screen.at(NOON + STAYS + timedelta(seconds=1))
    assert not screen.shows_meeting()
    screen.at(NOON + STAYS + timedelta(seconds=2))
    assert len(screen.room.entered) == 1


def test_a_meeting_that_was_over_for_this_wall_is_entered_when_it_is_moved_to_another_hour() -> None:
    screen = Screen(now=NOON, known=(meeting(1),))
    screen.room.is_open = False
    screen.at(NOON)
    screen.at(NOON + 2 * STAYS)
    screen.hear(meeting(1, NOON + HOUR))
    screen.at(NOON + HOUR)
    assert len(screen.room.entered) == 2


def test_whose_place_another_window_took_comes_back_after_a_minute() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.room.is_open, screen.room.is_elsewhere = False, True
    screen.at(NOON)
    screen.at(NOON + 2 * STAYS)
    assert len(screen.room.entered) == 2


def test_it_leaves_the_waiting_room_of_a_meeting_that_is_moved_away() -> None:
    screen = Screen(now=NOON, known=(meeting(1),))
    assert screen.shows_meeting()
    screen.hear(meeting(1, NOON + 5 * HOUR))
    screen.at(NOON + timedelta(seconds=1))
    assert not screen.shows_meeting()
    assert screen.waiting is not None
    assert "Today, 17:00" in [row.when() for row in screen.waiting.rows]


def test_while_nothing_runs_the_hour_and_what_comes_next_stand_there_without_a_line() -> None:
    cancelled = replace(meeting(2, NOON + HOUR), state=MeetingState.CANCELLED)
    screen = Screen(known=(meeting(1), cancelled), news=LineNews(LineState.OFFLINE))
    screen.at(NOON - HOUR)
    assert screen.waiting is not None
    assert screen.waiting.clock() == "11:00"
    assert [(row.when(), row.note()) for row in screen.waiting.rows] == [
        ("Today, 12:00", "This screen comes in by itself 10 min before"),
        ("Today, 13:00", "Cancelled"),
    ]
    assert screen.waiting.is_line_lost
    assert screen.waiting.line().startswith("No line yet")


def test_a_clock_that_is_set_back_asks_the_store_again() -> None:
    screen = Screen(now=NOON - 5 * HOUR)
    screen.known = (meeting(1, NOON - 6 * HOUR),)
    screen.at(NOON - 6 * HOUR)
    assert screen.shows_meeting()


def test_enter_brings_the_buttons_out_arrows_choose_enter_does_and_they_go_by_themselves() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.presenter.bar_is(Bar(hand=Switch.OFF, count=3))
    assert not screen.presses
    screen.presenter.press()
    assert [one.act for one in screen.presses] == [Act.HAND, Act.LAYOUT, Act.LEAVE]
    assert screen.room.pressed == []
    screen.presenter.press()
    screen.presenter.step(1)
    screen.presenter.press()
    assert screen.room.pressed == ["hand", "layout"]
    screen.presenter.step(-1)
    screen.presenter.step(-1)
    assert screen.presses[screen.chosen].act is Act.LEAVE
    screen.presenter.back()
    assert not screen.presses
    screen.presenter.press()
    screen.at(NOON + ROW_SHOWN)
    assert not screen.presses


def test_a_button_that_goes_leaves_the_choice_on_one_that_is_there() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.presenter.bar_is(Bar(hand=Switch.OFF))
    screen.presenter.press()
    screen.presenter.bar_is(Bar())
    assert [one.act for one in screen.presses] == [Act.LEAVE]
    assert screen.chosen == 0


def test_one_press_brings_camera_and_microphone_to_a_hall_that_has_the_floor() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.presenter.bar_is(Bar(microphone=Switch.OFF, camera=Switch.OFF))
    screen.presenter.press()
    assert screen.presses[0].say() == "Be seen and heard"
    screen.presenter.press()
    assert screen.room.pressed == ["camera", "microphone"]


def test_a_hall_that_the_desk_has_silenced_is_offered_no_microphone() -> None:
    acts = [one.act for one in wall_telling.presses(Bar(microphone=Switch.BUSY, camera=Switch.ON), is_faulty=False)]
    assert acts == [Act.CAMERA, Act.LEAVE]


def test_leaving_room_mode_asks_for_a_person_and_leaves_no_meeting() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.presenter.press()
    screen.presenter.step(-1)
    screen.presenter.press()
    assert screen.left == 1
    assert screen.room.is_in


def test_devices_are_looked_for_where_one_is_missing() -> None:
    screen = Screen(now=NOON, known=(meeting(1, NOON, MeetingState.OPEN),))
    screen.presenter.press()
    assert Act.DEVICES not in [one.act for one in screen.presses]
    screen.presenter.heard(State(Part.MICROPHONE, "", Fault.MICROPHONE_NONE))
    assert screen.presses[0].act is Act.DEVICES or screen.presses[-2].act is Act.DEVICES
    while screen.presses[screen.chosen].act is not Act.DEVICES:
        screen.presenter.step(1)
    screen.presenter.press()
    assert screen.looked == 1


def test_no_sign_of_a_wall_names_a_key_that_a_remote_control_has_not() -> None:
    signs = [one for one in vars(room_telling).values() if isinstance(one, Sign)]
    assert signs
    for one in signs:
        said = wall_telling.sign(one).say()
        assert not said.endswith((": H", ": M", ": V")), said
    for verdict in telling.FAULTS.values():
        assert "F5" not in wall_telling.sign(room_telling.fault(verdict.say)).say()


def test_nothing_that_stands_in_the_pictures_place_asks_for_a_press() -> None:
    notices = [one for one in vars(room_telling).values() if isinstance(one, Notice)]
    for one in notices:
        shown = wall_telling.notice(one)
        assert shown is not None
        assert not shown.act, shown.title()
