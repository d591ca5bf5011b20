"""Leads an office through a meeting: in at the door, into the room, onto the stage and off it, and back after a cut.

Three tell what is so: the centre's answers (who sits on stage), the room (the same, sooner, and who is seen and heard)
and the person. The centre's word about seats and hands counts; the newest version of it is the true one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypedDict

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    TILES_MOST,
    Captioned,
    ChatSays,
    Follows,
    InRoom,
    LineWish,
    May,
    Nudged,
    People,
    Person,
    RoomSays,
    RoomStage,
    RoomWish,
    State,
    Tile,
    Told,
    Wish,
)
from liaison_desktop.meetings.profiles import is_mix
from liaison_desktop.sync import meeting
from liaison_desktop.ui.meetings import interpreter_signs, room_line, room_telling, telling
from liaison_desktop.ui.meetings.captions import Captions
from liaison_desktop.ui.meetings.chat_lines import ChatLines
from liaison_desktop.ui.meetings.room_values import (
    AgendaRow,
    Bar,
    Face,
    Head,
    Notice,
    PersonRow,
    RoomPlan,
    Scene,
    Sign,
    Standing,
    Switch,
)
from liaison_desktop.ui.meetings.tiles import SMALL_LEAST, STRIP, Cell, Layout, canvas_size, in_order, lay
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.chat import read_lines
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import Into
from server_sync.contract.meetings import (
    GUEST_SITE,
    NOBODY,
    Desk,
    MeetingAct,
    MeetingCall,
    MeetingState,
    Stage,
    read_stage,
    site_of,
)

LOOK_MS: Final = 30_000
"""So often the centre is asked although nothing was told: a word of the room may be lost."""
DESK_LOOK_MS: Final = 4_000
"""The desk's list of who is there comes with answers alone."""
DOOR_MS: Final = 5_000
"""So often is asked again by whoever waits to be let in."""
EARLY_MS: Final = 20_000
AGAIN_FIRST_MS: Final = 1_000
AGAIN_MOST_MS: Final = 15_000
RENEW_BEFORE_MS: Final = 120_000
"""So long before its end a token is replaced, so that a lost room is joined again without asking first."""
SPEAKER_STAYS_S: Final = 2.0
"""So long whoever is large stays large while somebody else speaks: a cough changes nothing."""

UNANSWERED_S: Final = 4.0
"""So long nobody is told that the centre does not answer."""
SAID_S: Final = 8.0
"""So long it stays said that an act was given up, also when the centre answers again at once."""

FOR_GOOD: Final = frozenset({"not_invited", "meeting_unknown", "no_role_here", "person_unknown"})
EARLY: Final = frozenset({"not_begun"})
KEY_MS: Final = 1_500
"""So often is asked again by whoever waits for the key of a closed meeting."""
OUT: Final = frozenset({"put_out", "not_let_in"})


class SpeakerTime(TypedDict, total=False):
    """Of a Head: whose time runs, for how long already, and its bound."""

    speaker: Say
    speaker_s: int
    speaker_most_s: int


class RoomView(Protocol):
    """What the presenter needs of the room's screen."""

    def show_head(self, head: Head) -> None: ...
    def show_notice(self, notice: Notice | None) -> None: ...
    def show_sign(self, sign: Sign) -> None: ...
    def show_scene(self, scene: Scene) -> None: ...
    def show_bar(self, bar: Bar) -> None: ...
    def show_agenda(self, rows: tuple[AgendaRow, ...]) -> None: ...
    def show_people(self, rows: tuple[PersonRow, ...]) -> None: ...
    def show_captions(self, lines: tuple[str, ...] | None) -> None: ...
    def ask_leave(self, leave: Callable[[], None]) -> None: ...


@dataclass(frozen=True, slots=True)
class RoomActs:
    """What the presenter may ask for. `call` is told what to do with the answer; with `once` it is tried once."""

    want: Callable[[Wish], None]
    give_back: Callable[[], None]
    call: Callable[[MeetingCall, Callable[[meeting.Told], None], Callable[[ContractError], None], bool], None]
    after: Callable[[str, int, Callable[[], None]], None]
    forget: Callable[[str], None]
    chosen: Callable[[Part], str]
    now: Callable[[], datetime]
    draw_id: Callable[[], bytes]
    spread: Callable[[int], int]
    """Some time up to so many milliseconds, so that offices do not come back all at once."""
    person: bytes
    name_of: Callable[[str], str]
    """A site's name in the language now spoken."""
    show_standing: Callable[[Standing | None], None]
    yield_line: Callable[[bool], None]
    note: Callable[[ContractError], None]
    listens: Callable[[], str] = lambda: ""
    """Which interpretation this PC hears, as its language's code; nothing for what is spoken."""
    language: Callable[[], str] = lambda: "ky"
    """The language now spoken, as its code."""
    changed: Callable[[], None] = lambda: None
    """Told whenever the stage, the desk's list or the people of the room are others."""
    line: Callable[[], LineWish] = LineWish
    """What this PC takes of a meeting: what was fixed by hand, or what its line was measured with."""
    went: Callable[[], None] = lambda: None
    """Told when the room is left."""
    say: Callable[[Sign], Sign] = lambda sign: sign
    """How a sign is said where nobody sits at a keyboard."""
    px: Callable[[int], int] = lambda length: length
    """A length of the canvas where letters are larger: what stands over and below pictures grows with them."""


class RoomPresenter:
    """One meeting at a time, between ``enter`` and the leave; goes on while other screens are open."""

    def __init__(self, view: RoomView, acts: RoomActs) -> None:
        self._view, self._acts = view, acts
        self._plan: RoomPlan | None = None
        self._visit = 0
        self._width, self._height = 1280, 720
        self._layout = Layout.SPEAKER
        self._names: dict[str, Say] = {"": lambda: ""}
        self._captions_shown: tuple[str, ...] | None = None
        self.ended: set[bytes] = set()
        """Meetings of which it was heard here that they are over; their events may be on their way still."""
        self._guest_names: dict[tuple[str, str], Say] = {}
        self._forget()

    def _forget(self) -> None:
        self._captions = Captions()
        self.stage: Stage | None = None
        self.desk: Desk | None = None
        self.people: dict[str, Person] = {}
        self.chat = ChatLines()
        self.who = ""
        self._room: RoomWish | None = None
        self._way_in: RoomWish | None = None
        """The room of a closed meeting, while its key has not come."""
        self._key, self._key_number = "", 0
        self._renew_at: datetime | None = None
        self._standing: RoomStage | None = None
        self._follows: Follows | None = None
        self._notice: Notice | None = room_telling.ENTERING
        self._microphone = False
        self._camera = False
        self.display: str | None = None
        """Which screen of this computer the others shall see; none when it is None."""
        self._is_screen_hidden = False
        self._takes_back = False
        self._may = False
        self._coughs = False
        self._is_locked = self._was_locked = False
        self._has_died = self._is_broken = False
        self._failures = 0
        self._faults: dict[Part, Fault | None] = {}
        self._asked: set[tuple[MeetingAct, str]] = set()
        """Which acts are under way, each with whom it is done to."""
        self._waiting: dict[bytes, tuple[MeetingAct, datetime]] = {}
        self._given_up: Sign | None = None
        self._given_up_at = _EPOCH
        self._late: Sign | None = None
        self._ahead = timedelta(0)
        self._large = ""
        self._large_since: datetime | None = None
        self._scene = Scene(0, 0)
        self._cells: tuple[Cell, ...] = ()
        """Whose pictures are asked for; they are shown with the scene, when the room has told who is there."""
        self._is_yielding = False

    # what the person does

    @property
    def is_in(self) -> bool:
        """Whether a meeting was entered and not left."""
        return self._plan is not None

    @property
    def plan(self) -> RoomPlan | None:
        """The meeting that was entered."""
        return self._plan

    @property
    def visit(self) -> int:
        """Which visit this is; answers to what was asked in an earlier one are told to nobody."""
        return self._visit

    @property
    def is_open(self) -> bool:
        """Whether the meeting was not ended, for this office or for all."""
        return self._notice is None or not self._notice.act

    @property
    def bar(self) -> Bar:
        """What this office may do now, as its buttons show it."""
        return self._bar()

    @property
    def is_elsewhere(self) -> bool:
        """Whether another window of this workplace took the place of this one."""
        return self._notice is room_telling.ELSEWHERE

    @property
    def is_on_stage(self) -> bool:
        """Whether this office has a seat."""
        return bool(self._seated_ms)

    @property
    def may_share(self) -> bool:
        """Whether this office may let the others see a screen: on stage, and in the room or on the way back to it."""
        return self._room is not None and self.is_open and self.is_on_stage

    @property
    def carries_screen(self) -> bool:
        """Whether the line carries pictures of a screen that is shared."""
        return room_line.carries_screen(self._follows)

    @property
    def into(self) -> Into | None:
        """Into which language this office interprets, where the desk lets it."""
        interpreters = self.stage.interpreters if self.stage is not None and not self.is_on_stage else ()
        return next((one.into for one in interpreters if one.who == self.who), None)

    @property
    def is_coughing(self) -> bool:
        """Whether an interpreter wants to be unheard for a moment."""
        return self._coughs

    @property
    def is_microphone_on(self) -> bool:
        """Whether this office is to be heard."""
        return self._can_be_heard and self._microphone

    @property
    def is_camera_on(self) -> bool:
        """Whether this office is to be seen."""
        return self.is_on_stage and self._camera

    def enter(self, plan: RoomPlan) -> None:
        """Go into this meeting."""
        self._visit += 1
        self._plan = plan
        self._forget()
        self._show()
        self._ask_in()

    def leave(self) -> None:
        """Go out; asked back when on stage, where the others would miss this office."""
        if self.is_on_stage and self.is_open:
            self._view.ask_leave(self.go)
        else:
            self.go()

    def go(self) -> None:
        """Go out at once."""
        if self._plan is not None:
            self.end()
            self._acts.went()

    def enter_again(self) -> None:
        """Come back after another window of this workplace was in the meeting."""
        if self._plan is not None:
            self.enter(self._plan)

    def sized(self, width: int, height: int) -> None:
        """The canvas has so many pixels of the screen."""
        self._width, self._height = canvas_size(width, height)
        if self._plan is not None:
            self._show_scene()

    def turn_microphone(self) -> None:
        """Microphone on or off; only whoever is on stage is heard."""
        if self._can_be_heard:
            self._microphone = not self._microphone
            self._was_locked = False
            self._show()

    def cough(self, *, held: bool) -> None:
        """Be unheard for a moment, for an interpreter."""
        held = held and self.into is not None
        if held != self._coughs:
            self._coughs = held
            self._show()

    def listen(self) -> None:
        """Another interpretation was chosen."""
        if self._plan is not None:
            self._show()

    def turn_camera(self) -> None:
        """Camera on or off."""
        if self.is_on_stage:
            self._camera = not self._camera
            self._was_locked = False
            self._show()

    def share(self, display: str | None) -> None:
        """Let the others see this screen of ours, or none; only whoever is on stage shares one."""
        if display is None or (self.may_share and not self._is_locked):
            self.display, self._is_screen_hidden = display, False
            self._show()

    def hide_screen(self) -> None:
        """The system shows no program the screen: share it no more, and say so."""
        self.display, self._is_screen_hidden = None, True
        self._show()

    def turn_hand(self, *, is_reply: bool = False) -> None:
        """Raise the hand for the item that is spoken of, or as a reply to whoever speaks; or take it back."""
        stage = self.stage
        if stage is None or not self._may_raise:
            return
        self._takes_back = bool(self.place)
        if self.place:
            self._call(MeetingAct.LOWER_HAND)
        else:
            self._call(MeetingAct.RAISE_HAND, item=stage.item, is_reply=is_reply)

    def line_chosen(self) -> None:
        """Another profile was fixed, or none is any more."""
        if self._plan is not None:
            self._show()

    def turn_layout(self) -> None:
        """All of equal size, or the speaker large."""
        self._layout = Layout.GRID if self._layout is Layout.SPEAKER else Layout.SPEAKER
        self._show()

    def lock(self) -> None:
        """The window is locked: the meeting is heard on, and nobody is filmed or heard here."""
        if self._plan is None or self._is_locked:
            return
        self._is_locked = True
        self._was_locked = self.is_on_stage or self.into is not None
        self._microphone = self._camera = self._coughs = False
        self.display = None
        self._show()

    def unlock(self) -> None:
        """The person is back; what was turned off stays off until it is turned on."""
        self._is_locked = False
        if self._plan is not None:
            self._show()

    def end(self) -> None:
        """The person or the program goes."""
        if self._plan is not None:
            if self.stage is not None and self.is_open:
                self._call(MeetingAct.LEAVE, failed=lambda _error: None)
            self._end()

    def tick(self) -> None:
        """A second has gone: clocks go on, an old token is replaced."""
        if self._plan is None:
            return
        now = self._acts.now()
        if self._renew_at is not None and now >= self._renew_at:
            self._renew_at = None
            self._ask_in()
        self._choose_large()
        self._show_head()
        self._show_captions()
        if self._said_of_centre() is not self._late:
            self._show()

    def note(self, error: ContractError) -> None:
        """Say why something was not done; a centre that was not reached is said beside the buttons, and stays said."""
        if not isinstance(error, ExchangeFailed):
            self._acts.note(error)

    def do(
        self,
        act: MeetingAct,
        *,
        who: str = "",
        item: int = 0,
        order: str = "",
        said: Callable[[MeetingCall], MeetingCall] = lambda call: call,
        done: Callable[[], None] = lambda: None,
        failed: Callable[[ContractError], None] | None = None,
    ) -> bool:
        """Do what the chair's desk does, or write into the chat; `said` puts into the call what it says besides.

        Says whether the centre is asked: `done` or `failed` is called for nothing else.
        """
        return self._call(act, who=who, item=item, order=order, said=said, done=lambda _told: done(), failed=failed)

    # what is told

    def heard(self, told: Told) -> None:
        """The media process says something."""
        if self._plan is None:
            return
        match told:
            case InRoom(stage, why):
                self._heard_of_room(stage, why)
            case RoomSays(metadata):
                self._read(metadata)
            case People(people):
                shared = self._sharers
                self.people = {person.identity or self.who: person for person in people}
                self._is_broken = self._is_broken and not self._goes_out
                if self._sharers - shared:
                    self._layout = Layout.SPEAKER  # in a small tile nobody could read it; G brings the grid back
                self._choose_large()
                self._show()
            case May(publish):
                self._may = publish
                self._show()
            case Follows():
                before, self._follows = room_line.told_line(self._follows), told
                if room_line.told_line(told) is not before:
                    self._look()
                self._show()
            case Nudged():
                self._look()
            case ChatSays(text):
                self._hear_chat(text)
            case Captioned(text):
                if self._captions.hear(text, self._acts.now()):
                    self._show_captions()
            case State(part, _device, fault):
                if self._faults.get(part) is not fault:
                    self._faults[part] = fault
                    self._show()
            case _:
                return

    def lost(self) -> None:
        """The media process ended by itself; another one is on its way into the same room."""
        if self._plan is None:
            return
        self._has_died = self._is_broken = True
        self._standing = RoomStage.JOINING
        self._faults.clear()
        self._show()

    def _heard_of_room(self, stage: RoomStage, why: str) -> None:
        before, self._standing = self._standing, stage
        match stage:
            case RoomStage.IN:
                self._has_died = False
                self._failures = 0
                if before is not RoomStage.IN:
                    self._say_here()
            case RoomStage.TOKEN_WANTED:
                self._may = False
                self._ask_in_again()
            case RoomStage.REMOVED:
                self._may = False
                self._put_out(why)
            case RoomStage.LOST | RoomStage.JOINING:
                self._is_broken = self._is_broken or before is RoomStage.IN
                self._may = False
        self._show()

    def _say_here(self) -> None:
        if self._standing is RoomStage.IN:
            self._call(MeetingAct.HERE, failed=lambda _error: self._soon("here", self._say_here))

    def _put_out(self, why: str) -> None:
        self._room = self._way_in = self.display = None
        match why:
            case "duplicate":
                self._stop(room_telling.ELSEWHERE)
            case "closed":
                self._ask_in_again()
            case _:
                self._lose_floor()
                self._notice = room_telling.PUT_OUT
                self._want()
                self._acts.after("enter", DOOR_MS, self._ask_in)

    def _lose_floor(self) -> None:
        """Put out, one has no seat and no hand; whoever is let in again and called chooses anew what others get."""
        self.display = None
        self._microphone = self._camera = self._coughs = False
        if self.stage is not None:
            self.stage = replace(
                self.stage,
                seats=tuple(one for one in self.stage.seats if one.who != self.who),
                hands=tuple(one for one in self.stage.hands if one.who != self.who),
                interpreters=tuple(one for one in self.stage.interpreters if one.who != self.who),
            )
        self._yield(False)

    def _read(self, metadata: str) -> None:
        try:
            self._take(read_stage(metadata))
        except ContractError:
            return  # another program's room, or a newer one's: the centre is asked now and then

    def _hear_chat(self, text: str) -> None:
        try:
            lines = read_lines(text)
        except ContractError:
            return  # of a newer centre: what can be read comes with the next answer
        if self.chat.take(lines):
            self._look()
        self._show()

    def _take(self, stage: Stage, *, is_first: bool = False) -> None:
        """The stage as the centre has it; one that is older than what is known is passed over."""
        known = self.stage
        if known is not None and stage.version < known.version and not is_first:
            return
        seated_ms, since = self._seated_ms, self._interpreting_since
        had_hand = bool(self.place) or (MeetingAct.RAISE_HAND, "") in self._asked
        self.stage = stage
        if stage.state in (MeetingState.CLOSED, MeetingState.CANCELLED):
            self._stop(room_telling.OVER if stage.state is MeetingState.CLOSED else room_telling.CANCELLED)
            return
        if self.is_on_stage and self._seated_ms != seated_ms:
            # only whoever asked for it and still does is seen and heard at once: not one who comes back, nor one
            # who is called without a hand, before an empty chair or in the middle of other work; a seat since another
            # moment is another seat, also when nothing was told of the time between
            self.display = None
            self._microphone = self._camera = had_hand and not self._takes_back and not self._is_locked
            self._was_locked = self._is_locked
        elif seated_ms and not self.is_on_stage:
            self._microphone = self._camera = False
            self.display = None
        elif since and self._interpreting_since != since:
            # also of one who was named anew before anything was told of the time between
            self._microphone = self._coughs = False
        if not self.place:
            self._takes_back = False
        self._yield(self.is_on_stage or self.into is not None)
        self._choose_large()
        if self._is_key_due:
            self._acts.after("key", self._acts.spread(AGAIN_FIRST_MS // 2), self._ask_key)
        self._show()

    # the way in

    def _ask_in(self) -> None:
        self._acts.forget("enter")
        self._call(MeetingAct.ENTER, done=self._entered, failed=self._not_entered)

    def _ask_in_again(self) -> None:
        """Ask once more, later each time it was in vain."""
        wait_ms = min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 2 ** min(self._failures, 6)) if self._failures else 0
        self._failures += 1
        self._acts.after("enter", wait_ms // 2 + self._acts.spread(wait_ms // 2), self._ask_in)

    def _entered(self, told: meeting.Told) -> None:
        self.who = told.who
        self._take(told.stage, is_first=self._room is None)
        if self._plan is None or not self.is_open:
            return
        if not told.url:
            self._room = self._way_in = None
            self._notice = room_telling.NOT_LET_IN
            self._acts.after("enter", DOOR_MS, self._ask_in)
        else:
            self._way_in = RoomWish(told.url, told.token, camera=False, microphone=False, sound=True)
            self._go_in()
            left_ms = told.token_until_ms - told.server_time_ms if told.token_until_ms else 0
            if left_ms > RENEW_BEFORE_MS:
                self._renew_at = self._acts.now() + timedelta(milliseconds=left_ms - RENEW_BEFORE_MS)
        self._look_later()
        self._show()

    def _go_in(self) -> None:
        """Be in the room; in that of a closed meeting as soon as there is a key, and never without."""
        way_in, plan = self._way_in, self._plan
        if way_in is None or plan is None:
            return
        if plan.is_closed and not self._key:
            self._room, self._notice = None, room_telling.NO_KEY
            self._acts.after("key", KEY_MS, self._ask_key)
            return
        self._room, self._way_in, self._notice = replace(way_in, key=self._key, key_number=self._key_number), None, None

    def _take_key(self, told: meeting.Told) -> None:
        """The newest key of a closed meeting that this PC has."""
        plan = self._plan
        if plan is None or not plan.is_closed or not told.key or told.key_number <= self._key_number:
            return
        self._key, self._key_number = told.key.hex(), told.key_number
        if self._room is not None:
            self._room = replace(self._room, key=self._key, key_number=self._key_number)
        elif self._way_in is not None:
            self._go_in()

    @property
    def _is_key_due(self) -> bool:
        """Whether the meeting has a newer key than this PC."""
        plan, stage = self._plan, self.stage
        return plan is not None and plan.is_closed and stage is not None and stage.key_number > self._key_number

    def _ask_key(self) -> None:
        if self._plan is not None and self.is_open and (self._way_in is not None or self._is_key_due):
            again = self._acts.after
            self._call(MeetingAct.LOOK, failed=lambda _error: again("key", KEY_MS, self._ask_key))
            again("key", KEY_MS, self._ask_key)

    def _not_entered(self, error: ContractError) -> None:
        code = error.code
        if not isinstance(error, MeetingRefused):
            if self._room is None:
                self._notice = room_telling.LOST
            self._failures = max(1, self._failures)
            self._ask_in_again()
        elif code in EARLY:
            self._notice = room_telling.begins(self._starts_at)
            self._acts.after("enter", EARLY_MS, self._ask_in)
        elif code in OUT:
            self._room = self._way_in = None
            self._lose_floor()
            self._notice = room_telling.PUT_OUT
            self._acts.after("enter", DOOR_MS, self._ask_in)
        elif code == "meeting_over":
            self._stop(room_telling.OVER)
        elif code == "meeting_cancelled":
            self._stop(room_telling.CANCELLED)
        elif code in FOR_GOOD:
            self._stop(room_telling.refused(error))
        else:
            self._notice = replace(room_telling.refused(error), act="")
            self._failures = max(1, self._failures)
            self._ask_in_again()
        self._show()

    def _starts_at(self) -> datetime:
        return self._plan.starts_at if self._plan is not None else self._acts.now()

    # calls

    def _call(
        self,
        act: MeetingAct,
        *,
        who: str = "",
        item: int = 0,
        is_reply: bool = False,
        order: str = "",
        said: Callable[[MeetingCall], MeetingCall] = lambda call: call,
        done: Callable[[meeting.Told], None] | None = None,
        failed: Callable[[ContractError], None] | None = None,
    ) -> bool:
        """Ask the centre; says whether it was asked: of what is said once enough, the second is not."""
        plan, visit = self._plan, self._visit
        if plan is None or ((act, who) in self._asked and act in _ONE_AT_A_TIME):
            return False
        self._asked.add((act, who))
        act_id, is_own = self._acts.draw_id(), act not in _BY_ITSELF
        self._waiting[act_id] = (act, self._acts.now())
        if is_own:
            self._given_up = None

        def answered(told: meeting.Told) -> None:
            if visit != self._visit or self._plan is None:
                return
            self._asked.discard((act, who))
            self._waiting.pop(act_id, None)
            if self._acts.now() - self._given_up_at >= timedelta(seconds=SAID_S):
                self._given_up = None
            if told.server_time_ms:
                self._ahead = timedelta(milliseconds=told.server_time_ms) - (self._acts.now() - _EPOCH)
            if told.desk is not None:
                self.desk = told.desk
            self.chat.take(told.chat)
            self._take_key(told)
            if act is not MeetingAct.ENTER:
                self._take(told.stage)
            if done is not None:
                done(told)
            if self._plan is not None:
                self._look_later()
                self._show()

        def not_done(error: ContractError) -> None:
            if visit != self._visit or self._plan is None:
                return
            self._asked.discard((act, who))
            self._waiting.pop(act_id, None)
            if is_own and isinstance(error, ExchangeFailed):
                may_happen = bool(error.params.get("may_happen", True))
                self._given_up_at = self._acts.now()
                self._given_up = room_telling.MAY_HAPPEN if may_happen else room_telling.NOT_DONE
            (failed or self.note)(error)
            self._show()

        call = MeetingCall(
            plan.meeting, self._acts.person, act, act_id, who, item, is_reply, order, chat_after=self.chat.after
        )
        if act in _TELLS_LINE:
            call = replace(call, told_line=room_line.told_line(self._follows))
        self._acts.call(said(call), answered, not_done, act is MeetingAct.LOOK)
        self._show()
        return True

    def _look(self) -> None:
        if self._room is not None:
            self._call(MeetingAct.LOOK, failed=lambda _error: self._look_later())

    def _look_later(self) -> None:
        if self.is_open:
            self._acts.after("look", DESK_LOOK_MS if self.desk is not None else LOOK_MS, self._look)

    def _soon(self, key: str, act: Callable[[], None]) -> None:
        self._acts.after(key, AGAIN_FIRST_MS + self._acts.spread(AGAIN_FIRST_MS), act)

    def _stop(self, notice: Notice) -> None:
        """There is nothing more to be in; the screen says why until the person goes back."""
        if self._plan is not None and notice in (room_telling.OVER, room_telling.CANCELLED):
            self.ended.add(self._plan.meeting)
        self._room, self._notice, self._standing = None, notice, None
        self._way_in = None
        self._renew_at = None
        self._may = self._microphone = False
        self.display = None
        self.people.clear()
        for key in _TIMERS:
            self._acts.forget(key)
        self._yield(False)
        self._show()

    def _end(self) -> None:
        for key in _TIMERS:
            self._acts.forget(key)
        self._yield(False)
        self._visit += 1
        self._plan = None
        self._forget()
        self._acts.give_back()
        self._acts.show_standing(None)

    def _yield(self, wanted: bool) -> None:
        if wanted != self._is_yielding:
            self._is_yielding = wanted
            self._acts.yield_line(wanted)

    # what is so

    @property
    def place(self) -> int:
        """The place of the own hand in the queue, 0 for none."""
        hands = self.stage.hands if self.stage is not None else ()
        return next((place for place, hand in enumerate(hands, 1) if hand.who == self.who), 0)

    @property
    def _seated_ms(self) -> int:
        """Since when this office has its seat, by the centre's clock; 0 without one."""
        seats = self.stage.seats if self.stage is not None else ()
        return next((max(1, seat.since_ms) for seat in seats if seat.who == self.who), 0)

    @property
    def _interpreting_since(self) -> int:
        """Which time it is that this office interprets, as the centre counts them; 0 while it does not."""
        interpreters = self.stage.interpreters if self.stage is not None and self.into is not None else ()
        return next((max(1, one.number) for one in interpreters if one.who == self.who), 0)

    @property
    def _goes_out(self) -> bool:
        """Whether all of this office that shall be seen and heard is in the room."""
        own = self.people.get(self.who)
        if own is None or self._standing is not RoomStage.IN:
            return False
        sends = room_line.sends_camera(self._follows) and self._faults.get(Part.CAMERA) is None
        has_picture = own.has_picture or not (self.is_camera_on and sends)
        hears = self._faults.get(Part.MICROPHONE) in (None, Fault.MICROPHONE_SILENT)
        return has_picture and (own.has_sound or not (self.is_microphone_on and hears))

    @property
    def _is_mixed(self) -> bool:
        """Whether the stage comes in one picture."""
        return room_line.is_mixed(self._follows)

    @property
    def _is_silenced(self) -> bool:
        return self.stage is not None and any(seat.who == self.who and seat.is_silenced for seat in self.stage.seats)

    @property
    def _is_shut(self) -> bool:
        """Whether the meeting has not begun for this office: only that of the chair sees and hears the stage."""
        plan, stage = self._plan, self.stage
        if plan is None or stage is None or stage.state is not MeetingState.PLANNED:
            return False
        return self.desk is None and site_of(self.who) != plan.chair

    def _said_of_centre(self) -> Sign | None:
        """What is to be said of a centre that does not answer; nothing while it does."""
        late = self._acts.now() - timedelta(seconds=UNANSWERED_S)
        slow = {act for act, since in self._waiting.values() if since <= late}
        if slow - _BY_ITSELF:
            return room_telling.TRIED
        if self._given_up is not None:
            return self._given_up
        return room_telling.UNREACHED if slow and not self.is_on_stage else None

    @property
    def _sharers(self) -> frozenset[str]:
        """Whose screen is seen in their picture's place."""
        return frozenset(who for who, person in self.people.items() if person.is_sharing)

    @property
    def _can_be_heard(self) -> bool:
        may_speak = self.is_on_stage or self.into is not None
        return may_speak and not self._is_silenced and not self._is_locked

    @property
    def _may_raise(self) -> bool:
        plan, stage = self._plan, self.stage
        is_running = stage is not None and stage.state is MeetingState.OPEN
        takes_part = self._room is not None and not self.is_on_stage and self.into is None
        return plan is not None and plan.may_speak and is_running and takes_part

    def seconds_since(self, at_ms: int) -> int:
        """How long ago by the centre's clock."""
        now = self._acts.now() + self._ahead - _EPOCH
        return max(0, int(now.total_seconds() - at_ms / 1000)) if at_ms else 0

    def say_site(self, site: str) -> Say:
        """A site's name; the same words for the same site, so that a row that has not changed is the same row."""
        if site not in self._names:
            self._names[site] = lambda: self._acts.name_of(site)
        return self._names[site]

    def say_who(self, who: str) -> Say:
        """What somebody in the room is called: a guest by name, a PC by its office."""
        if site_of(who) != GUEST_SITE:
            return self.say_site(site_of(who))
        named = [(one.who, one.name) for one in (self.stage.guests if self.stage is not None else ())]
        named += [(one.who, one.name) for one in (self.desk.present if self.desk is not None else ())]
        name = next((name for one, name in named if one == who and name), "")
        return self._guest_names.setdefault((who, name), lambda: name or tr("guest"))

    # showing

    def _show(self) -> None:
        plan = self._plan
        if plan is None:
            return
        self._late = self._said_of_centre()
        bar, sign = self._bar(), self._acts.say(self._sign())
        follows = self._follows if self._standing is RoomStage.IN and self._shown_notice() is None else None
        with_line = room_line.with_line(
            sign,
            follows,
            is_fixed=bool(self._acts.line().fixed),
            is_seen=self.is_camera_on,
            is_shared=self.display is not None,
        )
        self._show_head()
        self._view.show_notice(self._shown_notice())
        self._view.show_sign(with_line)
        self._view.show_bar(bar)
        self._view.show_agenda(self._agenda(plan))
        self._view.show_people(self._people_rows(plan))
        self._show_captions()
        self._show_scene()
        self._acts.show_standing(Standing(plan.title, room_telling.elsewhere(sign), bar.microphone))
        self._acts.changed()

    def _shown_notice(self) -> Notice | None:
        stage = self.stage
        if self._notice is not None:
            return self._notice
        if stage is None or self._room is None:
            return room_telling.ENTERING
        if self._standing is RoomStage.LOST and not self.people:
            return room_telling.LOST
        if self._standing in (None, RoomStage.JOINING) and not self.people:
            return room_telling.ENTERING
        if stage.state is MeetingState.PLANNED and (self._is_shut or not stage.seats):
            return room_telling.begins(self._starts_at)
        return None if stage.seats else room_telling.NOBODY_YET

    def _sign(self) -> Sign:
        if self._notice is room_telling.PUT_OUT:
            return room_telling.OUT
        if self._notice is room_telling.NOT_LET_IN:
            return room_telling.AT_DOOR
        if self._is_key_due and self._room is not None:
            return room_telling.KEY_DUE
        if self._room is None or self._standing is None:
            return room_telling.JOINING if self.is_open else room_telling.LISTENING
        if self._has_died:
            return room_telling.STARTED_AGAIN
        if self._standing is not RoomStage.IN:
            return room_telling.JOINED_AGAIN if self.people else room_telling.JOINING
        if self._late is not None:
            return self._late
        if self.is_on_stage:
            return self._sign_on_stage()
        if self.into is not None:
            return interpreter_signs.sign(is_microphone_on=self._microphone, may=self._may, is_locked=self._was_locked)
        if self.stage is not None and self.stage.state is MeetingState.PLANNED:
            return room_telling.WAITING
        if self.place:
            return room_telling.hand_raised(self.place)
        return room_telling.WATCHING if self._may_raise else room_telling.LISTENING

    def _sign_on_stage(self) -> Sign:
        if self._is_broken:
            return room_telling.STARTED_AGAIN
        if not self._may:
            return room_telling.CALLED
        if self._was_locked:
            return room_telling.LOCKED
        if self._is_silenced:
            return room_telling.SILENCED
        if self._is_screen_hidden:
            return room_telling.SCREEN_HIDDEN
        for part, is_wanted in ((Part.MICROPHONE, self._microphone), (Part.CAMERA, self._camera)):
            wrong = self._faults.get(part)
            if is_wanted and wrong is not None and wrong is not Fault.MICROPHONE_SILENT:
                return room_telling.fault(telling.FAULTS[wrong].say)
        is_hidden = room_line.hides_camera(self._follows)
        if self._microphone:
            return room_telling.ON_STAGE if self._camera and not is_hidden else room_telling.ON_STAGE_UNSEEN
        if self._camera:
            return room_telling.ON_STAGE_UNHEARD if is_hidden else room_telling.ON_STAGE_SILENT
        is_early = self.stage is not None and self.stage.state is MeetingState.PLANNED
        return room_telling.ON_STAGE_EARLY if is_early else room_telling.ON_STAGE_OFF

    def _bar(self) -> Bar:
        stage = self.stage
        count = len(stage.seats) if stage is not None and not self._is_mixed else 0
        bar = Bar(layout=self._layout, count=count)
        if not self.is_open or stage is None:
            return bar
        if self.is_on_stage:
            bar = replace(
                bar,
                microphone=_switch(self._microphone and not self._is_silenced, is_busy=not self._can_be_heard),
                camera=_switch(self._camera),
            )
        elif self.into is not None:
            bar = replace(bar, microphone=_switch(self._microphone, is_busy=not self._can_be_heard))
        if self._may_raise:
            is_asked = bool(self._asked & {(MeetingAct.RAISE_HAND, ""), (MeetingAct.LOWER_HAND, "")})
            bar = replace(bar, hand=_switch(bool(self.place), is_busy=is_asked), place=self.place)
            if stage.seats and not self.place:
                bar = replace(bar, reply=_switch(False, is_busy=is_asked))
        return bar

    def _show_head(self) -> None:
        plan, stage = self._plan, self.stage
        if plan is None:
            return
        marks = {
            "is_recorded": plan.is_recorded and self.is_open,
            "is_public": plan.is_public and self.is_open,
            "is_closed": plan.is_closed and self.is_open,
        }
        if stage is None or not self.is_open or not 0 < stage.item <= len(plan.agenda):
            self._view.show_head(Head(plan.title, **marks, **self._speaker(plan)))
            return
        item = plan.agenda[stage.item - 1]
        gone_s = self.seconds_since(stage.item_since_ms)
        head = Head(item.title, stage.item, len(plan.agenda), gone_s, item.minutes, **marks, **self._speaker(plan))
        self._view.show_head(replace(head, bound_s=stage.bounds.item_s))

    def _speaker(self, plan: RoomPlan) -> SpeakerTime:
        """Whose time runs, where the desk has bounded it: of whoever was called last, and never of the chair."""
        stage = self.stage
        called = [seat for seat in stage.seats if site_of(seat.who) != plan.chair] if stage is not None else []
        is_running = stage is not None and stage.state is MeetingState.OPEN and self.is_open
        if stage is None or not is_running or not called or not stage.bounds.speaker_s:
            return {}
        last = max(called, key=lambda seat: seat.since_ms)
        return {
            "speaker": self.say_who(last.who),
            "speaker_s": self.seconds_since(last.since_ms),
            "speaker_most_s": stage.bounds.speaker_s,
        }

    def _show_captions(self) -> None:
        lines = self._captions.lines(self._acts.language(), self._acts.now())
        if lines != self._captions_shown:
            self._captions_shown = lines
            self._view.show_captions(lines)

    def _agenda(self, plan: RoomPlan) -> tuple[AgendaRow, ...]:
        now = self.stage.item if self.stage is not None else 0
        return tuple(
            AgendaRow(
                number,
                item.title,
                self.say_site(item.speaker),
                item.minutes,
                number == now,
                number < now,
            )
            for number, item in enumerate(plan.agenda, 1)
        )

    def _people_rows(self, plan: RoomPlan) -> tuple[PersonRow, ...]:
        """Those on stage, those with a hand, those who are there, and who was invited and is not there."""
        stage = self.stage
        seats = [seat.who for seat in stage.seats] if stage is not None else []
        hands = [hand.who for hand in stage.hands] if stage is not None else []
        here = [who for who in self.people if who]
        if self.who and self.who not in here and self._standing is RoomStage.IN:
            here.append(self.who)
        rows = [
            PersonRow(
                who,
                site_of(who),
                self.say_who(who),
                who in here,
                who in seats,
                hands.index(who) + 1 if who in hands else 0,
                self.people[who].line if who in self.people else 3,
                who == self.who,
            )
            for who in dict.fromkeys((*seats, *hands, *here))
        ]
        known = {row.site for row in rows}
        absent = [PersonRow("", site, self.say_site(site), False, False) for site in plan.sites if site not in known]
        return (*rows, *absent)

    # the canvas

    def _show_scene(self) -> None:
        notice, self._cells = self._shown_notice(), self._laid()
        cells = self._cells if notice is None else ()
        scene = Scene(self._width, self._height, cells, tuple(self._face(cell.who) for cell in cells))
        if scene != self._scene:
            self._scene = scene
            self._view.show_scene(scene)
        self._want()

    def _laid(self) -> tuple[Cell, ...]:
        """Where whose picture lies, or will lie: on the way in they are asked for before the room has told anything."""
        stage = self.stage
        if stage is None or self._room is None or self._is_shut:
            return ()
        people = in_order([seat.who for seat in stage.seats], self.who)
        people = room_line.shown(people, self.who, self._plan.meeting if self._plan else b"", self._follows)
        layout = Layout.SPEAKER if people and is_mix(people[0]) else self._layout
        px = self._acts.px
        large = self._shown_large(people)
        return lay(people, layout, large, self._width, self._height, strip=px(STRIP), small=px(SMALL_LEAST))

    def _face(self, who: str) -> Face:
        if is_mix(who):
            return room_line.face_of_mix(who)
        stage = self.stage
        seat = next((seat for seat in stage.seats if seat.who == who), None) if stage is not None else None
        person = self.people.get(who)
        is_own = who == self.who
        has_sound = person is not None and person.has_sound
        is_heard_of = self._standing is RoomStage.IN and person is not None and person.line > 0
        return Face(
            who,
            self.say_who(who),
            is_own,
            has_picture=self._camera and self._faults.get(Part.CAMERA) is None
            if is_own
            else person is not None and person.has_picture,
            is_silent=(seat is not None and seat.is_silenced) or (not self._microphone if is_own else not has_sound),
            is_speaking=is_heard_of and person is not None and person.is_speaking,
            has_hand=stage is not None and any(hand.who == who for hand in stage.hands),
            line=person.line if person is not None else 0,
            is_sharing=not is_own and who in self._sharers,
        )

    def _shown_large(self, people: tuple[str, ...]) -> str:
        stage = self.stage
        if stage is not None and stage.shown != NOBODY and stage.shown in people:
            return stage.shown
        if people and is_mix(people[0]):
            return people[0]
        sharing = next((who for who in people if who in self._sharers and who != self.who), None)
        if sharing is not None:
            return sharing
        return self._large if self._large in people else (people[0] if people else "")

    def _choose_large(self) -> None:
        """Whoever speaks is large; the own picture never is while others are there, nor is anybody who interprets."""
        unseen = {self.who, *(one.who for one in (self.stage.interpreters if self.stage is not None else ()))}
        speaking = [who for who, person in self.people.items() if person.is_speaking and who not in unseen]
        if not speaking or self._large in speaking:
            return
        now = self._acts.now()
        if self._large_since is None or now - self._large_since >= timedelta(seconds=SPEAKER_STAYS_S):
            self._large, self._large_since = speaking[0], now
            self._show_scene()

    def _want(self) -> None:
        """Say to the media process what is wanted now; the camera is open only for whoever is seen."""
        if self._plan is None:
            return
        if self._room is None:
            if self._notice is not room_telling.ENTERING:
                self._acts.give_back()
            return  # on the way in what was tried out goes on: another process would take its time to begin
        interpreters = self.stage.interpreters if self.stage is not None else ()
        apart = tuple(one.who for one in interpreters if one.who != self.who)
        listens = self._acts.listens() if self.into is None else ""  # whoever interprets hears what is spoken
        over = tuple(one.who for one in interpreters if one.who in apart and one.into == listens)
        room = replace(
            self._room,
            camera=self.is_on_stage and self._camera,
            microphone=self._can_be_heard and self._microphone and not self._coughs,
            sound=self._room.sound and not self._is_shut,
            apart=apart,
            over=over,
            screen=self.is_on_stage and self.display is not None,
            display=self.display or "",
        )
        chosen = self._acts.chosen
        self._acts.want(
            Wish(
                camera=chosen(Part.CAMERA),
                microphone=chosen(Part.MICROPHONE),
                speaker=chosen(Part.SPEAKER),
                width=self._width,
                height=self._height,
                room=room,
                line=self._acts.line(),
                tiles=tuple(
                    Tile(
                        "" if cell.who == self.who else cell.who,
                        cell.picture.x,
                        cell.picture.y,
                        cell.picture.width,
                        cell.picture.height,
                    )
                    for cell in self._cells[:TILES_MOST]
                ),
            )
        )


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMERS: Final = ("enter", "look", "here", "key")
_ONE_AT_A_TIME: Final = frozenset(
    {MeetingAct.ENTER, MeetingAct.LOOK, MeetingAct.HERE, MeetingAct.RAISE_HAND, MeetingAct.LOWER_HAND}
)
"""Acts that say nothing new while the same is under way for the same person."""
_TELLS_LINE: Final = frozenset({MeetingAct.HERE, MeetingAct.LOOK})
_BY_ITSELF: Final = frozenset({MeetingAct.ENTER, MeetingAct.LOOK, MeetingAct.HERE, MeetingAct.LEAVE})
"""Acts that nobody waits for with a finger on a button."""


def _switch(is_on: bool, *, is_busy: bool = False) -> Switch:
    return Switch.BUSY if is_busy else Switch.ON if is_on else Switch.OFF
