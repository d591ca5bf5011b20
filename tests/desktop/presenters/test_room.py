"""What the room of a meeting shows and asks for follows from the centre, the room and the person."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    Follows,
    InRoom,
    May,
    Nudged,
    People,
    Person,
    RoomSays,
    RoomStage,
    State,
    Wish,
)
from liaison_desktop.meetings.profiles import Profile
from liaison_desktop.sync import meeting
from liaison_desktop.ui.meetings import room_telling
from liaison_desktop.ui.meetings.room_presenter import LOOK_MS, RoomActs, RoomPresenter
from liaison_desktop.ui.meetings.room_values import (
    AgendaRow,
    Bar,
    Head,
    Notice,
    PersonRow,
    RoomItem,
    RoomPlan,
    Scene,
    Sign,
    Standing,
    Switch,
)
from liaison_desktop.ui.meetings.tiles import Layout
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import Bounds
from server_sync.contract.meetings import (
    Desk,
    Hand,
    MeetingAct,
    MeetingCall,
    MeetingState,
    Seat,
    Stage,
    write_stage,
)

OWN, HALL, NARYN = "KG-C-ALA-00000001", "KG-HALL-00000002", "KG-N-NAR-00000003"
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
PLAN = RoomPlan(
    b"m" * 16,
    fixed("The heating season"),
    NOW,
    90,
    "KG-HALL",
    ("KG-HALL", "KG-C-ALA", "KG-N-NAR", "KG-O-OSH"),
    (RoomItem(fixed("Opening"), "", 5), RoomItem(fixed("Coal for schools"), "KG-N-NAR", 25)),
)
STAGE = Stage(5, MeetingState.OPEN, 20, item=1, item_since_ms=NOW_MS, seats=(Seat(HALL, NOW_MS),))


def seated(stage: Stage = STAGE, *whos: str) -> Stage:
    return replace(
        stage, version=stage.version + 1, seats=(*stage.seats, *(Seat(who, NOW_MS) for who in whos or (OWN,)))
    )


def raised(stage: Stage = STAGE, *whos: str) -> Stage:
    hands = tuple(Hand(who, 1, False, NOW_MS, 0) for who in whos or (OWN,))
    return replace(stage, version=stage.version + 1, hands=hands)


def there(who: str, **more: bool) -> Person:
    return Person(who, more.get("picture", True), more.get("sound", True), more.get("speaking", False), 3)


@dataclass
class StandInView:
    """Keeps what it was last told."""

    head: Head | None = None
    notice: Notice | None = None
    sign: Sign | None = None
    scene: Scene = Scene(0, 0)
    bar: Bar = Bar()
    agenda: tuple[AgendaRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    captions: tuple[str, ...] | None = None
    leave: Callable[[], None] | None = None

    def show_head(self, head: Head) -> None:
        self.head = head

    def show_notice(self, notice: Notice | None) -> None:
        self.notice = notice

    def show_sign(self, sign: Sign) -> None:
        self.sign = sign

    def show_scene(self, scene: Scene) -> None:
        self.scene = scene

    def show_bar(self, bar: Bar) -> None:
        self.bar = bar

    def show_agenda(self, rows: tuple[AgendaRow, ...]) -> None:
        self.agenda = rows

    def show_people(self, rows: tuple[PersonRow, ...]) -> None:
        self.people = rows

    def show_captions(self, lines: tuple[str, ...] | None) -> None:
        self.captions = lines

    def ask_leave(self, leave: Callable[[], None]) -> None:
        self.leave = leave


Answer = tuple[MeetingCall, Callable[[meeting.Told], None], Callable[[ContractError], None], bool]


@dataclass
class Room:
    """A presenter with a screen, a centre that answers when a test lets it, and timers that a test lets run."""

    view: StandInView = field(default_factory=StandInView)
    wishes: list[Wish | None] = field(default_factory=list)
    open: list[Answer] = field(default_factory=list)
    done: list[MeetingCall] = field(default_factory=list)
    timers: dict[str, tuple[int, Callable[[], None]]] = field(default_factory=dict)
    standing: Standing | None = None
    yields: list[bool] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    went: int = 0
    now: datetime = NOW
    drawn: int = 0

    def __post_init__(self) -> None:
        words.set_language("en")
        self.presenter = RoomPresenter(
            self.view,
            RoomActs(
                want=self.wishes.append,
                give_back=lambda: self.wishes.append(None),
                call=lambda *asked: self.open.append(asked),
                after=lambda key, ms, act: self.timers.__setitem__(key, (ms, act)),
                forget=lambda key: self.timers.pop(key, None) and None,
                chosen=lambda part: part.value,
                now=lambda: self.now,
                draw_id=self._draw,
                spread=lambda most: most,
                person=b"p" * 16,
                name_of=lambda site: site.lower(),
                show_standing=lambda standing: setattr(self, "standing", standing),
                yield_line=self.yields.append,
                note=lambda error: self.noted.append(error.code),
                went=lambda: setattr(self, "went", self.went + 1),
            ),
        )

    def _draw(self) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(16, "big")

    @property
    def wish(self) -> Wish:
        wish = self.wishes[-1]
        assert wish is not None
        return wish

    def published(self) -> tuple[bool, bool]:
        """Whether camera and microphone are wished for in the room."""
        assert self.wish.room is not None
        return self.wish.room.camera, self.wish.room.microphone

    def is_in(self) -> bool:
        return self.presenter.is_in

    def layout(self) -> Layout:
        return self.view.bar.layout

    def asked(self) -> list[MeetingAct]:
        return [call.act for call, *_ in self.open]

    def answer(self, stage: Stage | None = None, **more: object) -> MeetingCall:
        """The centre answers the oldest open call."""
        call, done, _failed, _once = self.open.pop(0)
        self.done.append(call)
        told = meeting.Told(stage or self.presenter.stage or STAGE, OWN, server_time_ms=NOW_MS)
        done(replace(told, **more))  # type: ignore[arg-type]
        return call

    def refuse(self, error: ContractError) -> None:
        _call, _done, failed, _once = self.open.pop(0)
        failed(error)

    def fire(self, key: str) -> None:
        self.timers.pop(key)[1]()

    def enter(self, stage: Stage = STAGE) -> None:
        """In at the door, into the room, and the centre knows it."""
        self.presenter.enter(PLAN)
        self.answer(stage, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
        self.presenter.heard(InRoom(RoomStage.JOINING))
        self.presenter.heard(InRoom(RoomStage.IN))
        self.presenter.heard(People((there(""), there(HALL))))
        assert self.asked() == [MeetingAct.HERE]
        self.answer(stage)

    def says(self, stage: Stage) -> None:
        """The room tells the stage."""
        self.presenter.heard(RoomSays(write_stage(stage)))

    def on_stage(self, stage: Stage | None = None) -> None:
        self.enter()
        self.says(stage or seated())
        self.presenter.heard(May(True))

    def sign(self) -> str:
        assert self.view.sign is not None
        return self.view.sign.say()


@pytest.fixture
def room() -> Room:
    return Room()


# the way in


def test_entering_is_said_and_asked_for_once(room: Room) -> None:
    room.presenter.enter(PLAN)
    assert room.asked() == [MeetingAct.ENTER]
    assert room.view.notice is room_telling.ENTERING
    assert room.wishes == [], "what was tried out goes on until the room is known"


@pytest.mark.parametrize("mark", ["is_recorded", "is_public"])
def test_whoever_is_recorded_or_shown_to_all_sees_it_as_long_as_it_is_so(room: Room, mark: str) -> None:
    plan = replace(PLAN, is_recorded=mark == "is_recorded", is_public=mark == "is_public")
    room.presenter.enter(plan)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)

    def marks() -> dict[str, bool]:
        assert room.view.head is not None
        return {"is_recorded": room.view.head.is_recorded, "is_public": room.view.head.is_public}

    assert marks() == {"is_recorded": False, "is_public": False} | {mark: True}
    room.says(replace(STAGE, version=20, item=0))
    assert marks()[mark]
    room.says(replace(STAGE, version=21, state=MeetingState.CLOSED, seats=()))
    assert not any(marks().values())


def test_with_an_address_and_a_token_the_room_is_wished_for_with_camera_and_microphone_off(room: Room) -> None:
    room.enter()
    wished = room.wish.room
    assert wished is not None
    assert (wished.url, wished.token) == ("ws://x", "t1")
    assert (wished.camera, wished.microphone, wished.sound) == (False, False, True)
    assert room.done[-1].act is MeetingAct.HERE
    assert room.view.notice is None
    assert room.sign() == "You are watching. Raise your hand to speak: H"


def test_pictures_of_those_on_stage_are_wished_for_and_nobody_elses(room: Room) -> None:
    room.enter()
    assert [tile.identity for tile in room.wish.tiles] == [HALL]
    room.says(seated())
    assert [tile.identity for tile in room.wish.tiles] == [HALL, ""]
    assert [cell.who for cell in room.view.scene.cells] == [HALL, OWN]


def test_pictures_are_asked_for_with_the_way_in_and_shown_when_the_room_tells_who_is_there(room: Room) -> None:
    room.presenter.enter(PLAN)
    room.answer(STAGE, url="ws://x", token="t1", token_until_ms=NOW_MS + 600_000)
    assert [tile.identity for tile in room.wish.tiles] == [HALL]
    assert (room.view.notice, room.view.scene.cells) == (room_telling.ENTERING, ())
    room.presenter.heard(InRoom(RoomStage.IN))
    room.presenter.heard(People((there(""), there(HALL))))
    assert (room.view.notice, [cell.who for cell in room.view.scene.cells]) == (None, [HALL])
    assert [tile.identity for tile in room.wish.tiles] == [HALL]


def test_whoever_comes_too_early_waits_and_asks_again_by_itself(room: Room) -> None:
    room.presenter.enter(replace(PLAN, starts_at=NOW + timedelta(hours=2)))
    room.refuse(MeetingRefused("not_begun"))
    assert room.view.notice is not None
    assert room.view.notice.title() == "The meeting begins at 12:00"
    room.fire("enter")
    assert room.asked() == [MeetingAct.ENTER]


def test_before_the_beginning_one_is_in_and_told_when_it_begins(room: Room) -> None:
    room.enter(replace(STAGE, state=MeetingState.PLANNED, seats=()))
    assert room.view.notice is not None
    assert room.view.notice.title() == "The meeting begins at 10:00"
    assert room.view.bar.hand is Switch.HIDDEN
    room.says(seated(STAGE, NARYN))
    assert room.view.notice is None


def test_before_the_beginning_nobody_but_the_chairs_office_sees_or_hears_the_stage(room: Room) -> None:
    waiting = replace(STAGE, state=MeetingState.PLANNED)
    room.enter(waiting)
    room.presenter.heard(People((there(""), there(HALL, speaking=True))))
    assert room.view.notice is not None
    assert room.view.notice.title() == "The meeting begins at 10:00"
    assert (room.wish.tiles, room.view.scene.cells) == ((), ())
    assert room.wish.room is not None
    assert not room.wish.room.sound
    room.says(replace(waiting, version=6, state=MeetingState.OPEN))
    assert [tile.identity for tile in room.wish.tiles] == [HALL]
    assert room.wish.room is not None
    assert room.wish.room.sound


def test_a_line_too_thin_for_the_own_camera_is_not_told_to_show_it(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_camera()
    room.presenter.turn_microphone()
    assert "you are seen and heard" in room.sign()
    room.presenter.heard(Follows(Profile.SOUND.value, False))
    assert room.sign().startswith("You are on stage: you are heard and not seen")
    room.presenter.turn_microphone()
    assert room.sign().startswith("You are on stage, not heard yet")


def test_before_the_beginning_nobody_on_stage_is_told_that_they_have_the_floor(room: Room) -> None:
    room.enter(seated(replace(STAGE, state=MeetingState.PLANNED)))
    room.presenter.heard(May(True))
    assert room.sign() == "You are on stage. The meeting has not begun yet"
    room.says(seated(replace(STAGE, version=9)))
    assert "Your office has the floor" in room.sign()


def test_before_the_beginning_the_chairs_desk_sees_its_own_stage(room: Room) -> None:
    room.enter(replace(STAGE, state=MeetingState.PLANNED))
    room.fire("look")
    room.answer(desk=Desk())
    assert [tile.identity for tile in room.wish.tiles] == [HALL]
    assert room.wish.room is not None
    assert room.wish.room.sound


def test_a_speaker_whose_line_is_lost_is_not_shown_as_speaking(room: Room) -> None:
    room.enter()
    room.presenter.heard(People((there(""), there(HALL, speaking=True))))
    assert [face.is_speaking for face in room.view.scene.faces] == [True]
    room.presenter.heard(InRoom(RoomStage.LOST))
    assert [face.is_speaking for face in room.view.scene.faces] == [False]
    room.presenter.heard(InRoom(RoomStage.IN))
    room.presenter.heard(People((there(""), replace(there(HALL, speaking=True), line=0))))
    assert [face.is_speaking for face in room.view.scene.faces] == [False]


def test_at_the_door_it_is_asked_again_until_the_desk_lets_in(room: Room) -> None:
    room.presenter.enter(PLAN)
    room.answer(STAGE)
    assert room.view.notice is room_telling.NOT_LET_IN
    assert room.wishes[-1] is None, "nobody is filmed at the door"
    room.fire("enter")
    room.answer(STAGE, url="ws://x", token="t")
    assert room.wish.room is not None


@pytest.mark.parametrize("code", ["not_invited", "meeting_unknown", "no_role_here"])
def test_a_refusal_for_good_is_said_with_the_way_back_and_not_asked_again(room: Room, code: str) -> None:
    room.presenter.enter(PLAN)
    room.refuse(MeetingRefused(code))
    assert room.view.notice is not None
    assert room.view.notice.act == "back"
    assert room.timers == {}


@pytest.mark.parametrize(
    ("code", "notice"), [("meeting_over", room_telling.OVER), ("meeting_cancelled", room_telling.CANCELLED)]
)
def test_a_meeting_that_is_over_says_so(room: Room, code: str, notice: Notice) -> None:
    room.presenter.enter(PLAN)
    room.refuse(MeetingRefused(code))
    assert room.view.notice is notice


def test_without_a_line_it_is_tried_again_later_and_later_for_ever(room: Room) -> None:
    room.presenter.enter(PLAN)
    waits = []
    for _ in range(8):
        room.refuse(ExchangeFailed("no_answer"))
        assert room.view.notice is room_telling.LOST
        waits.append(room.timers["enter"][0])
        room.fire("enter")
    assert waits == sorted(waits)
    assert waits[0] >= 1_000
    assert waits[-1] == 15_000


def test_an_answer_that_comes_after_leaving_changes_nothing(room: Room) -> None:
    room.presenter.enter(PLAN)
    room.presenter.leave()
    room.answer(STAGE, url="ws://x", token="t")
    assert room.wishes == [None]
    assert room.went == 1


# a lost line, an old token


def test_an_old_token_is_replaced_before_it_ends(room: Room) -> None:
    room.enter()
    room.now = NOW + timedelta(seconds=470)
    room.presenter.tick()
    assert room.asked() == []
    room.now = NOW + timedelta(seconds=481)
    room.presenter.tick()
    assert room.asked() == [MeetingAct.ENTER]
    room.answer(url="ws://x", token="t2", token_until_ms=NOW_MS + 1_100_000)
    assert room.wish.room is not None
    assert room.wish.room.token == "t2"


def test_a_room_that_wants_a_token_gets_one_at_once(room: Room) -> None:
    room.enter()
    room.presenter.heard(InRoom(RoomStage.TOKEN_WANTED))
    room.fire("enter")
    assert room.asked() == [MeetingAct.ENTER]


def test_a_lost_room_is_said_and_after_it_the_centre_hears_that_one_is_back(room: Room) -> None:
    room.on_stage()
    room.presenter.heard(InRoom(RoomStage.LOST))
    assert room.sign() == "The line is lost, the meeting is being joined again"
    assert room.presenter.is_on_stage, "the seat is the centre's, and stays"
    room.presenter.heard(InRoom(RoomStage.IN))
    assert room.asked() == [MeetingAct.HERE]


def test_an_arrival_the_centre_did_not_hear_of_is_told_again(room: Room) -> None:
    room.presenter.enter(PLAN)
    room.answer(url="ws://x", token="t")
    room.presenter.heard(InRoom(RoomStage.IN))
    room.refuse(ExchangeFailed("no_answer"))
    room.fire("here")
    assert room.asked() == [MeetingAct.HERE]
    assert room.noted == []


def test_a_media_process_that_died_is_said_and_its_successor_is_wished_the_same(room: Room) -> None:
    room.enter()
    room.presenter.lost()
    assert room.sign() == "Picture and sound come back in a moment"
    room.presenter.heard(InRoom(RoomStage.JOINING))
    room.presenter.heard(InRoom(RoomStage.IN))
    assert room.sign().startswith("You are watching")


def test_whoever_was_put_out_sees_why_and_comes_back_when_let_in(room: Room) -> None:
    room.enter()
    room.presenter.heard(InRoom(RoomStage.REMOVED, "removed"))
    assert room.view.notice is room_telling.PUT_OUT
    assert room.sign() == "The chair's desk has sent this office out of the meeting"
    room.fire("enter")
    room.refuse(MeetingRefused("put_out"))
    room.fire("enter")
    room.answer(url="ws://x", token="t3")
    assert room.view.notice is not room_telling.PUT_OUT
    assert room.wish.room is not None
    assert room.wish.room.token == "t3"


def test_a_second_window_of_the_same_workplace_is_no_quarrel(room: Room) -> None:
    room.enter()
    room.presenter.heard(InRoom(RoomStage.REMOVED, "duplicate"))
    assert room.view.notice is room_telling.ELSEWHERE
    assert "enter" not in room.timers
    room.presenter.enter_again()
    assert room.asked() == [MeetingAct.ENTER]


# the stage


def test_of_two_words_about_the_stage_the_newer_counts(room: Room) -> None:
    room.enter()
    room.says(seated())
    room.says(STAGE)
    assert room.presenter.is_on_stage


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "x" * 70_000, '{"version": "seven"}'])
def test_what_is_no_stage_changes_nothing(room: Room, metadata: str) -> None:
    room.on_stage()
    room.presenter.heard(RoomSays(metadata))
    assert room.presenter.is_on_stage


def test_a_hand_is_raised_for_the_item_and_its_place_is_said(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    assert room.view.bar.hand is Switch.BUSY
    call = room.answer(raised(STAGE, NARYN, "KG-O-OSH-00000004", OWN))
    assert (call.act, call.item, call.is_reply) == (MeetingAct.RAISE_HAND, 1, False)
    assert room.view.bar.place == 3
    assert room.sign() == "Your hand is raised. Your place: 3"
    room.presenter.turn_hand()
    assert room.answer(STAGE).act is MeetingAct.LOWER_HAND


def test_a_hand_is_raised_as_a_reply(room: Room) -> None:
    room.enter()
    assert room.view.bar.reply is Switch.OFF
    room.presenter.turn_hand(is_reply=True)
    assert room.answer(raised()).is_reply


def test_a_hand_pressed_twice_at_once_is_one(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.presenter.turn_hand()
    assert room.asked() == [MeetingAct.RAISE_HAND]


def test_whoever_only_listens_has_no_hand(room: Room) -> None:
    room.presenter.enter(replace(PLAN, may_speak=False))
    room.answer(STAGE, url="ws://x", token="t")
    room.presenter.heard(InRoom(RoomStage.IN))
    assert room.view.bar.hand is Switch.HIDDEN
    assert room.sign() == "You are watching"
    room.presenter.turn_hand()
    assert MeetingAct.RAISE_HAND not in room.asked()


def test_called_with_a_raised_hand_one_is_heard_at_once(room: Room) -> None:
    room.enter(raised())
    room.says(seated(raised()))
    assert room.sign() == "You are called to the stage, one moment"
    room.presenter.heard(May(True))
    assert room.published() == (True, True)
    assert room.sign() == "You are on stage: you are seen and heard"
    assert room.yields == [True]


def test_called_without_having_asked_one_is_neither_seen_nor_heard_until_one_wants_it(room: Room) -> None:
    room.on_stage()
    assert room.published() == (False, False)
    assert room.sign().startswith("Your office has the floor. To be seen turn the camera on: V")
    room.presenter.turn_camera()
    assert room.published() == (True, False)
    assert "turn the microphone on: M" in room.sign()
    room.presenter.turn_microphone()
    assert room.published()[1]
    assert room.sign() == "You are on stage: you are seen and heard"


def test_who_comes_back_to_a_seat_is_neither_seen_nor_heard_until_one_wants_it(room: Room) -> None:
    room.enter(seated())
    room.presenter.heard(May(True))
    assert room.presenter.is_on_stage
    assert room.published() == (False, False)
    assert room.sign().startswith("Your office has the floor")


def test_a_hand_that_was_to_be_taken_back_lets_nobody_be_seen_or_heard(room: Room) -> None:
    room.enter(raised())
    room.presenter.turn_hand()
    assert room.asked() == [MeetingAct.LOWER_HAND]
    room.says(seated(raised()))
    room.presenter.heard(May(True))
    assert room.published() == (False, False)


def test_called_before_the_hand_was_answered_one_is_seen_and_heard(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.says(seated())
    room.presenter.heard(May(True))
    assert room.published() == (True, True)


# a centre that does not answer


def test_an_act_without_an_answer_is_said_to_be_tried_and_then_to_be_given_up(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.now += timedelta(seconds=3)
    room.presenter.tick()
    assert room.sign().startswith("You are watching")
    room.now += timedelta(seconds=1)
    room.presenter.tick()
    assert room.sign() == "The centre does not answer yet. What you pressed is tried, do not press again"
    room.refuse(ExchangeFailed("no_answer", may_happen=False))
    assert room.sign() == "The centre was not reached. What you pressed was not done"
    assert room.noted == []
    room.presenter.turn_hand()
    assert room.sign().startswith("You are watching")
    room.refuse(ExchangeFailed("timeout", may_happen=True))
    assert room.sign() == "The centre did not answer. What you pressed may still happen"


def test_a_given_up_act_stays_said_a_while_and_goes_when_the_centre_answers(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.refuse(ExchangeFailed("timeout"))
    room.presenter.heard(Nudged("stage"))
    room.answer()
    assert "may still happen" in room.sign()
    room.now += timedelta(seconds=9)
    room.presenter.heard(Nudged("stage"))
    room.answer()
    assert room.sign().startswith("You are watching")


def test_a_look_without_an_answer_is_said_in_the_audience_and_not_on_stage(room: Room) -> None:
    room.enter()
    room.fire("look")
    room.now += timedelta(seconds=5)
    room.presenter.tick()
    assert room.sign().startswith("The centre is not reached")
    room.says(seated())
    room.presenter.heard(May(True))
    assert room.sign().startswith("Your office has the floor")


def test_thanked_one_is_neither_seen_nor_heard_and_the_line_is_free_again(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_microphone()
    room.says(replace(STAGE, version=9))
    assert room.published() == (False, False)
    assert room.yields == [True, False]
    assert room.view.bar.microphone is Switch.HIDDEN
    room.says(replace(seated(), version=10))
    assert not room.published()[1], "the next time it is asked anew"


def test_a_sound_the_desk_took_is_said_and_cannot_be_turned_on_here(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_microphone()
    taken = replace(STAGE, version=9, seats=(*STAGE.seats, Seat(OWN, NOW_MS, is_silenced=True)))
    room.says(taken)
    assert room.wish.room is not None
    assert not room.published()[1]
    assert room.sign().startswith("The chair's desk has turned your microphone off")
    assert room.view.bar.microphone is Switch.BUSY
    room.presenter.turn_microphone()
    room.says(replace(seated(), version=10))
    assert room.published()[1], "given back, it is as it was"


def test_a_locked_window_is_neither_seen_nor_heard_and_goes_on_listening(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_microphone()
    room.presenter.lock()
    assert room.wish.room is not None
    assert (room.wish.room.camera, room.wish.room.microphone, room.wish.room.sound) == (False, False, True)
    room.presenter.turn_microphone()
    assert not room.published()[1]
    room.presenter.unlock()
    assert room.sign() == "The window was locked: microphone and camera were turned off."
    room.presenter.turn_microphone()
    assert room.published()[1]
    assert not room.published()[0]


def test_called_while_locked_nobody_is_heard(room: Room) -> None:
    room.enter(raised())
    room.presenter.lock()
    room.says(seated(raised()))
    room.presenter.heard(May(True))
    assert room.published() == (False, False)


def test_a_camera_that_was_unplugged_on_stage_is_said(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_camera()
    room.presenter.heard(State(Part.CAMERA, "camera", Fault.CAMERA_GONE))
    assert room.sign().startswith("The camera was unplugged")
    own = next(face for face in room.view.scene.faces if face.is_own)
    assert not own.has_picture
    room.presenter.turn_camera()
    assert room.sign().startswith("Your office has the floor")


# who is large


def test_whom_the_desk_shows_is_large_whoever_speaks(room: Room) -> None:
    room.enter(replace(seated(STAGE, NARYN), shown=NARYN))
    room.presenter.heard(People((there(""), there(HALL, speaking=True), there(NARYN))))
    assert room.view.scene.cells[0].who == NARYN


def test_whoever_speaks_becomes_large_and_a_cough_changes_nothing(room: Room) -> None:
    room.enter(seated(STAGE, NARYN))
    assert room.view.scene.cells[0].who == HALL
    room.presenter.heard(People((there(""), there(HALL), there(NARYN, speaking=True))))
    assert room.view.scene.cells[0].who == NARYN
    room.presenter.heard(People((there(""), there(HALL, speaking=True), there(NARYN))))
    assert room.view.scene.cells[0].who == NARYN
    room.now += timedelta(seconds=3)
    room.presenter.tick()
    assert room.view.scene.cells[0].who == HALL


def test_the_own_voice_does_not_make_the_own_picture_large(room: Room) -> None:
    room.on_stage()
    room.presenter.heard(People((there("", speaking=True), there(HALL))))
    assert room.view.scene.cells[0].who == HALL


def test_the_grid_is_chosen_and_left_by_the_same_key(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_layout()
    assert room.layout() is Layout.GRID
    assert len({cell.picture.width for cell in room.view.scene.cells}) == 1
    room.presenter.turn_layout()
    assert room.layout() is Layout.SPEAKER


def test_the_canvas_has_the_size_of_its_place_and_never_more_than_the_ring(room: Room) -> None:
    room.presenter.sized(3840, 2160)
    room.enter()
    assert (room.wish.width, room.wish.height) == (1920, 1080)


# agenda, people, clocks


def test_the_head_and_the_agenda_say_which_item_is_spoken_of_and_since_when(room: Room) -> None:
    room.enter()
    room.now = NOW + timedelta(seconds=72)
    room.presenter.tick()
    assert room.view.head is not None
    assert (room.view.head.title(), room.view.head.item, room.view.head.items) == ("Opening", 1, 2)
    assert (room.view.head.gone_s, room.view.head.minutes) == (72, 5)
    assert [(row.is_done, row.is_current) for row in room.view.agenda] == [(False, True), (False, False)]
    assert room.view.agenda[1].speaker() == "kg-n-nar"


def test_times_are_the_centres_also_with_a_wrong_clock_here(room: Room) -> None:
    room.now = NOW + timedelta(hours=5)
    room.enter()
    assert room.view.head is not None
    assert room.view.head.gone_s == 0


def test_people_are_those_on_stage_with_hands_there_and_those_who_are_not(room: Room) -> None:
    room.enter(raised(STAGE, NARYN))
    rows = {row.site: row for row in room.view.people}
    assert [row.site for row in room.view.people] == ["KG-HALL", "KG-N-NAR", "KG-C-ALA", "KG-O-OSH"]
    assert rows["KG-HALL"].is_on_stage
    assert rows["KG-N-NAR"].place == 1
    assert not rows["KG-N-NAR"].is_here
    assert rows["KG-C-ALA"].is_own
    assert not rows["KG-O-OSH"].is_here


# asking again, leaving


def test_a_nudge_is_answered_with_a_look_and_silence_too(room: Room) -> None:
    room.enter()
    assert room.timers["look"][0] == LOOK_MS
    room.presenter.heard(Nudged("stage"))
    assert room.asked() == [MeetingAct.LOOK]
    assert room.open[0][3], "a look is tried once"
    room.refuse(ExchangeFailed("no_answer"))
    assert "look" in room.timers
    assert room.noted == []


def test_the_desk_is_looked_at_more_often(room: Room) -> None:
    room.enter()
    room.fire("look")
    room.answer(desk=Desk())
    assert room.timers["look"][0] < LOOK_MS


def test_leaving_the_audience_is_not_asked_back(room: Room) -> None:
    room.enter()
    room.presenter.leave()
    assert room.asked() == [MeetingAct.LEAVE]
    assert room.wishes[-1] is None
    assert room.standing is None
    assert not room.is_in()
    assert room.timers == {}


def test_leaving_the_stage_is_asked_back(room: Room) -> None:
    room.on_stage()
    room.presenter.leave()
    assert room.is_in()
    assert room.view.leave is not None
    room.view.leave()
    assert not room.is_in()
    assert room.yields == [True, False]


def test_an_end_told_by_the_stage_turns_everything_off(room: Room) -> None:
    room.on_stage()
    room.says(replace(STAGE, version=20, state=MeetingState.CLOSED, seats=()))
    assert room.view.notice is room_telling.OVER
    assert room.wishes[-1] is None
    assert room.timers == {}
    assert room.yields == [True, False]


def test_a_refused_hand_is_said_and_nothing_else_changes(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.refuse(MeetingRefused("put_out"))
    assert room.noted == ["put_out"]
    assert room.view.bar.hand is Switch.OFF


def test_every_act_has_an_id_of_its_own(room: Room) -> None:
    room.enter()
    room.presenter.turn_hand()
    room.answer(raised())
    ids = [call.act_id for call in room.done]
    assert len(set(ids)) == len(ids)


def test_on_other_screens_it_is_said_without_keys_that_do_not_work_there(room: Room) -> None:
    room.enter()
    assert room.standing is not None
    assert room.standing.sign.say() == "You are watching"
    room.says(seated())
    room.presenter.heard(May(True))
    assert room.standing.sign.say() == "You are on stage, with microphone and camera off"
    room.presenter.turn_camera()
    assert room.standing.sign.say() == "You are on stage: you are seen and not heard"
    assert room.standing.microphone is Switch.OFF


def test_after_the_end_no_clock_of_an_item_or_a_speaker_goes_on(room: Room) -> None:
    stage = replace(seated(), item=2, item_since_ms=NOW_MS - 60_000, bounds=Bounds(speaker_s=60))
    room.on_stage(stage)
    assert room.view.head is not None
    assert (room.view.head.item, room.view.head.speaker is None) == (2, False)
    room.says(replace(stage, version=stage.version + 1, state=MeetingState.CLOSED, seats=()))
    room.now += timedelta(seconds=90)
    room.presenter.tick()
    head = room.view.head
    assert (head.item, head.gone_s, head.minutes, head.speaker) == (0, 0, 0, None)
    assert head.title() == PLAN.title()


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
def test_it_is_known_here_that_a_meeting_is_over_before_its_event_has_come(room: Room, state: MeetingState) -> None:
    room.enter()
    assert PLAN.meeting not in room.presenter.ended
    room.says(replace(STAGE, version=STAGE.version + 1, state=state))
    room.presenter.leave()
    assert PLAN.meeting in room.presenter.ended


def test_who_is_put_out_or_in_another_window_has_not_heard_of_an_end(room: Room) -> None:
    room.enter()
    room.presenter.heard(InRoom(RoomStage.REMOVED, "duplicate"))
    room.presenter.leave()
    assert not room.presenter.ended


def test_after_a_break_nobody_is_told_to_be_seen_before_their_picture_is_in_the_room_again(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_camera()
    room.presenter.turn_microphone()
    assert room.sign() == "You are on stage: you are seen and heard"
    room.presenter.lost()
    for told in (InRoom(RoomStage.JOINING), InRoom(RoomStage.IN), May(True)):
        room.presenter.heard(told)
        assert room.sign() == "Picture and sound come back in a moment"
    room.presenter.heard(People((there("", picture=False, sound=True), there(HALL))))
    assert room.sign() == "Picture and sound come back in a moment"
    room.presenter.heard(People((there(""), there(HALL))))
    assert room.sign() == "You are on stage: you are seen and heard"
    room.presenter.heard(InRoom(RoomStage.LOST))
    room.presenter.heard(InRoom(RoomStage.IN))
    room.presenter.heard(May(True))
    assert room.sign() == "Picture and sound come back in a moment"


def test_a_camera_that_is_gone_or_that_the_line_does_not_carry_is_not_waited_for_after_a_break(room: Room) -> None:
    room.on_stage()
    room.presenter.turn_camera()
    room.presenter.lost()
    room.presenter.heard(InRoom(RoomStage.IN))
    room.presenter.heard(May(True))
    room.presenter.heard(Follows("sound"))
    room.presenter.heard(People((there("", picture=False, sound=False), there(HALL))))
    assert room.sign().startswith("You are on stage, not heard yet")
