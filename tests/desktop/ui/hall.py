"""A meeting without a network: a centre that keeps seats and hands as the real one does, and a media process of paper.

The process of paper paints every tile of the canvas in the colour of whoever it belongs to.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.meetings.faults import Part
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import (
    ChatSays,
    Display,
    Displays,
    InRoom,
    ListScreens,
    May,
    People,
    Person,
    Ping,
    Pong,
    RoomSays,
    RoomStage,
    Shared,
    State,
    Told,
    Wish,
    read_asked,
    write,
)
from liaison_desktop.meetings.ring import FrameRing
from liaison_desktop.sync import meeting
from liaison_desktop.ui import formats
from server_sync.contract.bodies import AgendaItem, Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.chat import ChatLine, write_lines
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import Interpreter, Into
from server_sync.contract.meetings import (
    Desk,
    Hand,
    HandOrder,
    MeetingAct,
    MeetingCall,
    MeetingState,
    Noted,
    Present,
    RunningVote,
    Seat,
    Stage,
    write_stage,
)

OWN_SITE = "KG-C-ALA"
OWN = f"{OWN_SITE}-00000001"
HALL_SITE = "KG-HALL"
GROUND = bytes((0x12, 0x14, 0x0B, 0xFF))


def other(site: str) -> str:
    return f"{site}-00000002"


def colour_of(who: str) -> tuple[int, int, int]:
    """Red, green, blue of whoever it is; far from the ground and from each other."""
    number = sum(who.encode()) * 37
    return (60 + number % 190, 60 + number // 7 % 190, 60 + number // 49 % 190)


def invitation(*, sites: tuple[str, ...], minutes: int = 90, opened: bool = True, in_minutes: int = 0) -> MeetingSeen:
    """A meeting that begins now, led by the Big Hall."""
    starts_at = formats.now() + timedelta(minutes=in_minutes)
    plan = MeetingPlan(
        title=Words("Жылытуу мезгилинин жүрүшү 2026–2027", "Ход отопительного сезона 2026–2027", "The heating season"),
        starts_at_ms=int(starts_at.timestamp() * 1000),
        minutes=minutes,
        invited=tuple(Invited(site, MeetingPart.CHAIR if site == sites[0] else MeetingPart.OFFICE) for site in sites),
        agenda=(
            AgendaItem(Words("Ачылыш, кворум", "Открытие, кворум", "Opening, quorum"), minutes=5),
            AgendaItem(
                Words(
                    "Мектептерде жана ооруканаларда көмүр запасы",
                    "Запасы угля в школах и больницах",
                    "Coal in schools and hospitals",
                ),
                speaker=sites[1] if len(sites) > 1 else "",
                minutes=25,
            ),
            AgendaItem(Words("Казанканаларды оңдоо", "Ремонт котельных", "Repair of boiler houses"), minutes=30),
            AgendaItem(Words("Башка маселелер", "Разное", "Other matters"), minutes=15),
        ),
    )
    state = MeetingState.OPEN if opened else MeetingState.PLANNED
    return MeetingSeen(b"m" * 16, plan, state)


@dataclass
class Hall:
    """The centre of one meeting; every act of this office is done at once unless a test holds answers back."""

    stage: Stage = field(default_factory=lambda: Stage(1, MeetingState.OPEN, 20, item=2))
    is_desk: bool = False
    present: dict[str, Present] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    calls: list[MeetingCall] = field(default_factory=list)
    refusals: list[ContractError] = field(default_factory=list)
    children: list["PaperChild"] = field(default_factory=list)
    is_let_in: bool = True
    chat: list[ChatLine] = field(default_factory=list)
    decided: list[Noted] = field(default_factory=list)
    displays: tuple[Display, ...] = ()
    carries_screen: bool = True

    def __post_init__(self) -> None:
        self.stage = replace(self.stage, item_since_ms=now_ms() - 192_000)

    # what a test says

    def seat(self, *whos: str) -> None:
        """Give seats."""
        taken = tuple(Seat(who, now_ms() - 60_000) for who in whos)
        self.change(seats=(*self.stage.seats, *taken))

    def thank(self, who: str) -> None:
        self.change(seats=tuple(seat for seat in self.stage.seats if seat.who != who))

    def silence(self, who: str) -> None:
        self.change(
            seats=tuple(replace(seat, is_silenced=True) if seat.who == who else seat for seat in self.stage.seats)
        )

    def raise_hands(self, *whos: str) -> None:
        hands = tuple(Hand(who, self.stage.item, False, now_ms(), 130 * n) for n, who in enumerate(whos))
        self.change(hands=(*self.stage.hands, *hands))

    def come(self, *whos: str, line: int = 3) -> None:
        """Be in the room."""
        for who in whos:
            self.people[who] = Person(who, True, True, False, line)
            self.present[who] = Present(who, True, True, 0)
        self.tell()

    def speak(self, who: str) -> None:
        self.people = {name: replace(one, is_speaking=name == who) for name, one in self.people.items()}
        self.tell()

    def ask(self, vote: bytes, question: Words, *, seconds: float = 120, key: str = "") -> None:
        """Open a vote."""
        ends_at_ms = now_ms() + int(seconds * 1000)
        self.change(vote=RunningVote(vote.hex(), question, ends_at_ms, 0, 62, 31, self.stage.item, key))

    def change(self, **what: object) -> None:
        """Make the stage another one and let the room tell it."""
        self.stage = replace(self.stage, version=self.stage.version + 1, **what)  # type: ignore[arg-type]
        self.tell()

    def tell(self) -> None:
        for child in self.children:
            child.tell_room()

    # the centre

    def act(
        self,
        call: MeetingCall,
        done: Callable[[meeting.Told], None],
        failed: Callable[[ContractError], None],
        once: bool,
    ) -> None:
        """Stands where `Calling.act` does."""
        self.calls.append(call)
        if self.refusals:
            failed(self.refusals.pop(0))
            return
        if call.act is MeetingAct.CALL and len(self.stage.seats) >= self.stage.seats_most:
            failed(MeetingRefused("stage_full", seats=self.stage.seats_most))
            return
        self._do(call)
        way_in = ("ws://127.0.0.1:7880", "token") if call.act is MeetingAct.ENTER and self.is_let_in else ("", "")
        done(
            meeting.Told(
                self.stage,
                OWN,
                *way_in,
                token_until_ms=now_ms() + 600_000,
                desk=Desk(tuple(self.present.values()), tuple(self.decided)) if self.is_desk else None,
                server_time_ms=now_ms(),
                chat=tuple(line for line in self.chat if line.number >= call.chat_after),
            )
        )

    def write(self, who: str, text: str) -> None:
        """Somebody writes into the chat."""
        self.say(ChatLine(len(self.chat) + 1, who, now_ms(), text))

    def say(self, line: ChatLine) -> None:
        """The room tells a line of the chat, or that it was taken away."""
        self.chat = [one for one in self.chat if one.number != line.number] + [line]
        for child in self.children:
            child.say(ChatSays(write_lines((line,))))

    def _do(self, call: MeetingCall) -> None:
        who = call.who or OWN
        stage = self.stage
        match call.act:
            case MeetingAct.HERE:
                self.present[OWN] = Present(OWN, True, True, 0)
                if self.is_desk and not any(seat.who == OWN for seat in stage.seats):
                    self.seat(OWN)
            case MeetingAct.RAISE_HAND:
                self.change(hands=(*stage.hands, Hand(OWN, call.item, call.is_reply, now_ms(), 0)))
            case MeetingAct.LOWER_HAND:
                self.change(hands=tuple(hand for hand in stage.hands if hand.who != who))
            case MeetingAct.CALL:
                self.change(
                    hands=tuple(hand for hand in stage.hands if hand.who != who),
                    seats=(*stage.seats, Seat(who, now_ms())),
                )
            case MeetingAct.THANK:
                self.thank(who)
            case MeetingAct.SILENCE:
                self.silence(who)
            case MeetingAct.SHOW:
                self.change(shown=call.who)
            case MeetingAct.GO_TO_ITEM:
                self.change(item=call.item, item_since_ms=now_ms())
            case MeetingAct.ORDER_HANDS:
                self.change(order=HandOrder(call.order))
            case MeetingAct.SAY:
                self.write(OWN, call.text)
            case MeetingAct.UNSAY:
                self.say(replace(next(one for one in self.chat if one.number == call.line), text=""))
            case MeetingAct.CLOSE_CHAT | MeetingAct.OPEN_CHAT:
                self.change(is_chat_closed=call.act is MeetingAct.CLOSE_CHAT)
            case MeetingAct.TAKE_DECISION if call.decision is not None:
                taken = call.decision
                due = "" if taken.due_on is None else taken.due_on.isoformat()
                noted = Noted(taken.decision.hex(), taken.item, taken.text.ky or taken.text.ru, taken.executors, due)
                self.decided.insert(0, noted)
            case MeetingAct.WITHDRAW_DECISION if call.withdrawal is not None:
                gone = call.withdrawal.decision.hex()
                self.decided = [one for one in self.decided if one.decision != gone]
            case MeetingAct.INTERPRET | MeetingAct.INTERPRET_INTO:
                others = tuple(one for one in stage.interpreters if one.who != who)
                told = (Interpreter(who, Into(call.into)),) if call.into else ()
                self.change(interpreters=(*others, *told))
            case MeetingAct.SET_BOUND:
                bounds = stage.bounds
                which = {"item_s": call.bound_s} if call.item else {"speaker_s": call.bound_s}
                self.change(bounds=replace(bounds, **which))
            case MeetingAct.SHOW_PAPER:
                self.change(paper="" if call.paper is None else call.paper.hex(), page=call.page)
            case MeetingAct.OPEN:
                self.change(state=MeetingState.OPEN)
            case MeetingAct.CLOSE:
                self.change(state=MeetingState.CLOSED, seats=(), hands=())
            case MeetingAct.PUT_OUT:
                self.present[who] = Present(who, False, False, 0)
                self.people.pop(who, None)
                self.change(seats=tuple(seat for seat in stage.seats if seat.who != who))
            case MeetingAct.OPEN_VOTE if call.asked is not None:
                self.ask(call.act_id, call.asked.question, seconds=call.asked.seconds)
            case MeetingAct.END_VOTE:
                self.change(vote=None)
            case _:
                return

    def acts(self) -> list[MeetingAct]:
        return [call.act for call in self.calls if call.act is not MeetingAct.LOOK]


def now_ms() -> int:
    return int(formats.now().timestamp() * 1000)


class PaperChild:
    """Stands where the media process does; joins at once and paints tiles of one colour."""

    pid = 0
    hall: Hall

    def __init__(self, memory: SharedMemory) -> None:
        self.memory = memory
        self.ring = FrameRing(memory)
        self.wish: Wish | None = None
        self.is_in = False
        self.lines: list[bytes] = []
        self.ended = False
        self.camera_fault = None
        self.hall.children.append(self)

    def say(self, told: Told) -> None:
        self.lines.append(write(told))

    def send(self, line: bytes) -> None:
        asked = read_asked(line)
        if isinstance(asked, Ping):
            self.say(Pong(asked.number))
        elif isinstance(asked, ListScreens):
            self.say(Displays(self.hall.displays))
        elif isinstance(asked, Wish):
            self.wish = asked
            if asked.room is not None and not self.is_in:
                self.is_in = True
                self.say(InRoom(RoomStage.JOINING))
                self.say(InRoom(RoomStage.IN))
                self.say(State(Part.CAMERA, "synthetic"))
            if asked.room is not None:
                self.tell_room()
                self.say(Shared(asked.room.screen and self.hall.carries_screen))
            self.paint()

    def tell_room(self) -> None:
        if not self.is_in:
            return
        stage = self.hall.stage
        self.say(RoomSays(write_stage(stage)))
        own = replace(self.hall.people.get(OWN, Person("", True, True, False, 3)), identity="")
        self.say(People((own, *(one for who, one in self.hall.people.items() if who != OWN))))
        may = [seat.who for seat in stage.seats] + [one.who for one in stage.interpreters]
        self.say(May(OWN in may))

    def paint(self) -> None:
        wish = self.wish
        if wish is None or self.ended:
            return
        with self.ring.write(wish.width, wish.height) as pixels:
            rows = [bytearray(GROUND * wish.width) for _ in range(wish.height)]
            for tile in wish.tiles:
                red, green, blue = colour_of(tile.identity or OWN)
                for y in range(tile.y, tile.y + tile.height):
                    rows[y][tile.x * 4 : (tile.x + tile.width) * 4] = bytes((blue, green, red, 255)) * tile.width
            pixels[:] = b"".join(rows)

    def take(self) -> tuple[bytes, ...]:
        lines, self.lines = tuple(self.lines), []
        return lines

    def has_ended(self) -> bool:
        return self.ended

    def leave(self) -> None:
        self.die()

    def kill(self) -> None:
        self.die()

    def close(self) -> None:
        self.die()

    def die(self) -> None:
        """End at once, as by a kill."""
        if not self.ended:
            self.ended = True
            self.ring.close()
