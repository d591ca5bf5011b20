"""What a PC and the centre say to each other while a meeting runs: one call for all that a person does in it.

What lasts of a meeting are events (contract.bodies); who sits where at this moment is not. The centre's `Stage` is the
truth about that. It goes to everybody in the room as the room's metadata, and back to whoever calls, as the same JSON
text; a text with a smaller `version` than one that was seen is old. `who` is a PC in the room, the media server's
identity: the code of its site, a hyphen, the first eight hexadecimal digits of its epoch. A guest, who comes by a
browser, is called so too, with `guest` for the site; who that is, the stage says (`guests`).

A line of captions goes to everybody in the room as data of the topic `caption`: the JSON text of a `Caption`.
"""

import json
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from server_sync.contract.bodies import (
    CHAT_CHARACTERS,
    PAPER_PAGES_MOST,
    SHORT_CHARACTERS,
    DecisionTaken,
    DecisionWithdrawn,
    Words,
)
from server_sync.contract.closed import KeyGiven, KeysWished, MeetingKeys
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.interpreting import (
    BOUND_S_MOST,
    INTO_CHARACTERS,
    Bounds,
    Interpreter,
    read_bounds,
    read_interpreters,
)
from server_sync.contract.meeting_lines import FILLING_DOWN_BYTES, FILLING_UP_BYTES, MIX_SITE, Line
from server_sync.contract.shapes import key

MEETING_PATH: Final = "/sync/v1/meeting"
STAGE_LIMIT_CHARACTERS: Final = 48_000
NOBODY: Final = ""
WHO_CHARACTERS: Final = 32
WHO_DIGITS: Final = 8
PEOPLE_MOST: Final = 300
"""In one meeting, at the door and in the room together."""
OF_A_SITE_MOST: Final = 3
"""PCs of one office in one meeting: its window, its hall, its chair."""
HANDS_MOST: Final = 100
GUEST_SITE: Final = "guest"
"""What stands for the site in the name of a guest; no site is called so."""
GUESTS_MOST: Final = 20
BROADCAST_SITE: Final = "bot"
"""What stands for the site in the name of the centre's own broadcast, which sits on no stage; no site is called so."""
GUEST_NAME_CHARACTERS: Final = 80
CAPTION_TOPIC: Final = "caption"
KEYS_TOPIC: Final = "keys"
"""Sent to the desk that holds the key of a closed meeting: somebody waits for it."""
CAPTION_CHARACTERS: Final = 200
EARLY_S: Final = 3_600
"""So long before its hour a meeting's door opens, for trying camera and sound."""
LATE_S: Final = 6 * 3_600
"""So long after its planned end a meeting that nobody closed is closed by rule."""
TOKEN_S: Final = 600
VOTE_S: Final = 120
VOTE_S_LEAST: Final = 30
VOTE_S_MOST: Final = 86_400
VOTE_GRACE_S: Final = 15
"""So long after its end a vote takes what was cast in the last moment; then it is closed."""
SECRET_LEAST: Final = 3
"""So few votes of a secret vote are told in no count: two would each know how the other voted."""
NOTED_MOST: Final = 30
"""Decisions that the desk is told of."""
NOTED_CHARACTERS: Final = 160
NOTED_EXECUTORS_MOST: Final = 8
NOBODY_THERE: Final = bytes(16)
"""Who sits before the PC of a hall's wall: its key alone lets it in."""
ACT_AGE_MS: Final = 20_000
"""So far from the centre's time an act may be signed: later it is not what the person wants any more."""


class MeetingAct(IntEnum):
    """What a person at a PC does. From 20 on: the chair's desk alone, but for those of `OF_EVERYBODY`.

    `ENTER` asks for a place and gets an address and a token; `HERE` says that the PC is in the room, so that a seat it
    has is given to it there; `LOOK` changes nothing. `CALL` gives a seat, `THANK` takes it back, `SILENCE` takes the
    sound alone and `UNSILENCE` gives it back, `PUT_OUT` sends away and `LET_IN` lets in again whoever was sent away.
    `OPEN_VOTE` asks the offices to vote, `END_VOTE` counts before the time is up.

    `SAY` writes a line into the chat, `UNSAY` takes one out of it; `CLOSE_CHAT` lets nobody but the desk write there
    until `OPEN_CHAT`. `TAKE_DECISION` and `WITHDRAW_DECISION` bring what they say as it goes into the event.
    `SHOW_PAPER` shows everybody a page of a paper, or none any more.

    `INTERPRET` lets somebody interpret who has no seat, or with no language interpret no more; whoever interprets goes
    over to the other language by `INTERPRET_INTO`. `SET_BOUND` says how long each may speak, or an item may take.

    `TEST_LINE` changes nothing: bytes without a meaning go up, or come down where none went up, so that the PC can
    measure how long they take.

    `GIVE_KEYS` hands out the key of a closed meeting, from a desk at the office that leads.
    """

    ENTER = 1
    HERE = 2
    LOOK = 3
    LEAVE = 4
    RAISE_HAND = 5
    LOWER_HAND = 6
    OPEN = 20
    CLOSE = 21
    CALL = 22
    THANK = 23
    SILENCE = 24
    UNSILENCE = 25
    PUT_OUT = 26
    LET_IN = 27
    GO_TO_ITEM = 28
    ORDER_HANDS = 29
    SHOW = 30
    OPEN_VOTE = 31
    END_VOTE = 32
    SAY = 36
    UNSAY = 37
    CLOSE_CHAT = 38
    OPEN_CHAT = 39
    TAKE_DECISION = 40
    WITHDRAW_DECISION = 41
    SHOW_PAPER = 46
    TEST_LINE = 47
    GIVE_KEYS = 48
    INTERPRET = 50
    INTERPRET_INTO = 51
    SET_BOUND = 52


FIRST_OF_DESK: Final = 20
OF_EVERYBODY: Final = frozenset({MeetingAct.SAY, MeetingAct.TEST_LINE, MeetingAct.INTERPRET_INTO})
"""Acts above `FIRST_OF_DESK` that are not the desk's alone."""


OF_WALLS: Final = frozenset(
    {
        MeetingAct.ENTER,
        MeetingAct.HERE,
        MeetingAct.LOOK,
        MeetingAct.LEAVE,
        MeetingAct.RAISE_HAND,
        MeetingAct.LOWER_HAND,
        MeetingAct.TEST_LINE,
    }
)
"""All that the PC of a hall's wall does: what is anybody's word or choice, a person says at another PC."""


class HandOrder(StrEnum):
    """In which order hands stand in the queue."""

    ITEM = "item"
    FIRST = "first"
    LEAST = "least"


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def is_of_desk(act: MeetingAct) -> bool:
    """Whether only the chair's desk does this."""
    return act >= FIRST_OF_DESK and act not in OF_EVERYBODY


class CaptionLanguage(StrEnum):
    """The languages in which what is spoken is typed."""

    KY = "ky"
    RU = "ru"


def who_of(site_code: str, epoch: bytes) -> str:
    """What a PC is called in a room."""
    return f"{site_code}-{epoch.hex()[:WHO_DIGITS]}"


def site_of(who: str) -> str:
    """The code of the site whose PC is called so; empty for what is no PC's name."""
    return who.rpartition("-")[0]


def broadcast_of(meeting: bytes) -> str:
    """What the centre's own broadcast of a meeting is called in its room."""
    return f"{BROADCAST_SITE}-{meeting.hex()[-WHO_DIGITS:]}"


def mix_of(meeting: bytes) -> str:
    """What the centre's mix for thin lines is called in a meeting's room."""
    return f"{MIX_SITE}-{meeting.hex()[-WHO_DIGITS:]}"


def is_of_centre(who: str) -> bool:
    """Whether somebody in a room is the centre's broadcast or its mix, and no PC and no person."""
    return site_of(who) in {BROADCAST_SITE, MIX_SITE}


@dataclass(frozen=True, slots=True)
class VoteAsked:
    """A vote as the desk asks for it; the `act_id` of its call names it.

    `quorum`: so many offices have to vote, or with `is_share` so many of a hundred of those that may.
    """

    question: Words = key(0)
    is_secret: bool = key(1, default=False)
    seconds: int = key(2, limit=10**6, default=VOTE_S)
    quorum: int = key(3, limit=10**6, default=50)
    is_share: bool = key(4, default=False)


@dataclass(frozen=True, slots=True)
class MeetingCall:
    """One act of a person at a PC in one meeting.

    `act_id` is drawn anew for every act and kept when it is sent again: an act is done once. `who` is the PC that the
    desk's act is about (empty in `SHOW`: nobody; in `LOWER_HAND`: the asking PC), `item` the place in the agenda from 1
    (0: none), `order` a HandOrder. `is_reply`: the hand answers whoever speaks now. `asked` stands in `OPEN_VOTE`
    alone, `vote` names the one that `END_VOTE` ends.

    `text` is what `SAY` writes, `line` the number of the line that `UNSAY` takes away. `chat_after`: this PC shows the
    chat and wants the lines after this number less one (1: all that are kept; 0: none, as from a program that knows no
    chat). `decision` and `withdrawal` are of this meeting. `into` is a language of contract.interpreting, `bound_s` the
    seconds that `SET_BOUND` gives to each speaker, or with an `item` to the present one; 0 takes it back.

    `paper` and its `page` from 1 are what `SHOW_PAPER` shows; without a paper it puts away what was shown. `told_line`
    is how the PC's line is; the centre notes it with `HERE` and `LOOK`. `filling` stands in `TEST_LINE` alone.

    `person` is `NOBODY_THERE` in every call of a hall's wall, and of no other PC.

    `keys` stands in every call in a closed meeting: a program that says none would send in the clear, and is not let
    in.
    """

    meeting: bytes = key(0, size=16)
    person: bytes = key(1, size=16)
    act: MeetingAct = key(2)
    act_id: bytes = key(3, size=16)
    who: str = key(4, limit=WHO_CHARACTERS, default="")
    item: int = key(5, limit=50, default=0)
    is_reply: bool = key(6, default=False)
    order: str = key(7, limit=16, default="")
    asked: VoteAsked | None = key(8, default=None)
    vote: bytes | None = key(9, size=16, default=None)
    text: str = key(14, limit=CHAT_CHARACTERS, default="")
    line: int = key(15, limit=2**31, default=0)
    chat_after: int = key(16, limit=2**31, default=0)
    decision: DecisionTaken | None = key(17, default=None)
    withdrawal: DecisionWithdrawn | None = key(18, default=None)
    paper: bytes | None = key(19, size=16, default=None)
    page: int = key(20, limit=PAPER_PAGES_MOST, default=0)
    into: str = key(25, limit=INTO_CHARACTERS, default="")
    bound_s: int = key(26, limit=BOUND_S_MOST, default=0)
    told_line: Line = key(21, default=Line.UNKNOWN)
    filling: bytes = key(22, limit=FILLING_UP_BYTES, default=b"")
    keys: MeetingKeys | None = key(23, default=None)


@dataclass(frozen=True, slots=True)
class MeetingReply:
    """The stage as it is now; for ENTER the way in, for the chair's desk everybody who is there.

    `who` is what the asking PC is called in the room. `url`, `token` and `token_until_ms` come with ENTER alone: the
    way in, good for ten minutes. `desk` is JSON as well (`Desk`), empty for others. `chat` comes only to a PC
    that asked for it: JSON (contract.chat), the newest lines that it does not know. `filling` comes with a `TEST_LINE`
    that brought none: as many bytes as measure the way down. `key_given` is the key of a closed meeting, when there is
    a newer one than the PC said, `keys_wished` is for a desk of the office that leads.
    """

    stage: str = key(0, limit=STAGE_LIMIT_CHARACTERS)
    who: str = key(1, limit=WHO_CHARACTERS)
    url: str = key(2, limit=300, default="")
    token: str = key(3, limit=4_000, default="")
    token_until_ms: int = key(4, default=0)
    desk: str = key(5, limit=STAGE_LIMIT_CHARACTERS, default="")
    server_time_ms: int = key(6, default=0)
    chat: str = key(14, limit=STAGE_LIMIT_CHARACTERS, default="")
    filling: bytes = key(16, limit=FILLING_DOWN_BYTES, default=b"")
    key_given: KeyGiven | None = key(17, default=None)
    keys_wished: KeysWished | None = key(18, default=None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A PC on stage since a moment; `is_silenced`: the desk took its sound."""

    who: str
    since_ms: int
    is_silenced: bool = False


@dataclass(frozen=True, slots=True)
class Hand:
    """A PC that asks for the floor; `spoken_s`: how long its office had it already."""

    who: str
    item: int
    is_reply: bool
    raised_ms: int
    spoken_s: int


@dataclass(frozen=True, slots=True)
class RunningVote:
    """The vote that runs: all that an office needs to vote before the event of it came down.

    `vote` and `sealing_key` are hexadecimal digits, the key empty in an open vote; `cast` is how many offices voted, of
    `most` that may.
    """

    vote: str
    question: Words
    ends_at_ms: int
    cast: int
    most: int
    quorum: int
    item: int = 0
    sealing_key: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a browser, with the name that the chair's assistant wrote."""

    who: str
    name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """All that everybody in the meeting sees: seats, hands in their order, the item, who is shown large, the vote.

    `guests` are those who were let in. `paper` is the name of the paper that the desk shows, as hexadecimal digits, at
    its `page`; empty while none is shown. `key_number` is that of the newest key of a closed meeting. `vote`,
    `is_chat_closed`, `guests`, `interpreters`, `bounds`, `paper`, `page` and `key_number` are not written by centres
    that know none.
    """

    version: int
    state: MeetingState
    seats_most: int
    item: int = 0
    item_since_ms: int = 0
    shown: str = NOBODY
    order: HandOrder = HandOrder.FIRST
    seats: tuple[Seat, ...] = ()
    hands: tuple[Hand, ...] = ()
    vote: RunningVote | None = None
    is_chat_closed: bool = False
    guests: tuple[Guest, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    bounds: Bounds = Bounds()
    paper: str = ""
    page: int = 0
    key_number: int = 0


@dataclass(frozen=True, slots=True)
class Present:
    """A PC that came, for the chair's desk.

    `is_let_in` is false when it was put out; `is_connected`: the media server has it now. `name` is a guest's;
    `is_waiting`: a guest whom nobody has let in yet. `line` is how the PC says that its line is; centres that know
    nothing of it do not write it.
    """

    who: str
    is_let_in: bool
    is_connected: bool
    spoken_s: int
    name: str = ""
    is_waiting: bool = False
    line: Line = Line.UNKNOWN


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of what is spoken, as somebody typed it; a line with the number of one that was seen is the same."""

    number: int
    language: CaptionLanguage
    text: str
    said_ms: int


@dataclass(frozen=True, slots=True)
class Noted:
    """A decision as the desk is told of it: its beginning, in the first language that it has.

    `decision` is its name as hexadecimal digits; `due` a day as `2026-12-30`, or empty.
    """

    decision: str
    item: int
    text: str
    executors: tuple[str, ...] = ()
    due: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the chair's desk sees besides the stage; of the decisions that hold the newest.

    `is_reception`: a conversation about a request, in which nobody votes or decides (`not_in_reception`).
    """

    present: tuple[Present, ...] = ()
    decisions: tuple[Noted, ...] = ()
    is_reception: bool = False


def write_stage(stage: Stage) -> str:
    """The stage as JSON text without spaces."""
    return json.dumps(asdict(stage), ensure_ascii=False, separators=(",", ":"))


def write_desk(desk: Desk) -> str:
    """What the desk sees as JSON text without spaces."""
    return json.dumps(asdict(desk), ensure_ascii=False, separators=(",", ":"))


def read_stage(text: str) -> Stage:
    """Read the stage, or raise MalformedBytes `stage_malformed`."""
    told = _loaded(text)
    try:
        return Stage(
            version=_whole(told["version"]),
            state=MeetingState(told["state"]),
            seats_most=_whole(told["seats_most"]),
            item=_whole(told["item"]),
            item_since_ms=_whole(told["item_since_ms"]),
            shown=_who(told["shown"]),
            order=HandOrder(told["order"]),
            seats=tuple(
                Seat(_who(one["who"]), _whole(one["since_ms"]), _flag(one["is_silenced"]))
                for one in _several(told["seats"])
            ),
            hands=tuple(
                Hand(
                    _who(one["who"]),
                    _whole(one["item"]),
                    _flag(one["is_reply"]),
                    _whole(one["raised_ms"]),
                    _whole(one["spoken_s"]),
                )
                for one in _several(told["hands"])
            ),
            vote=_vote(told.get("vote")),
            is_chat_closed=_flag(told.get("is_chat_closed", False)),
            guests=tuple(Guest(_who(one["who"]), _name(one["name"])) for one in _several(told.get("guests", []))),
            interpreters=read_interpreters(told.get("interpreters", [])),
            bounds=read_bounds(told["bounds"]) if "bounds" in told else Bounds(),
            paper=_hexadecimal(told["paper"], 16) if told.get("paper") else "",
            page=_whole(told.get("page", 0)),
            key_number=_whole(told.get("key_number", 0)),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise MalformedBytes("stage_malformed") from wrong


def read_desk(text: str) -> Desk:
    """Read what the desk sees, or raise MalformedBytes `stage_malformed`."""
    told = _loaded(text)
    try:
        return Desk(
            tuple(
                Present(
                    _who(one["who"]),
                    _flag(one["is_let_in"]),
                    _flag(one["is_connected"]),
                    _whole(one["spoken_s"]),
                    _name(one.get("name", "")),
                    _flag(one.get("is_waiting", False)),
                    Line(_whole(one.get("line", 0))),
                )
                for one in _several(told["present"])
            ),
            tuple(
                Noted(
                    _short(one["decision"], NOTED_CHARACTERS),
                    _whole(one["item"]),
                    _short(one["text"], NOTED_CHARACTERS),
                    tuple(_who(code) for code in _several(one["executors"])),
                    _short(one["due"], WHO_CHARACTERS),
                )
                for one in _several(told.get("decisions", []))
            ),
            _flag(told.get("is_reception", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise MalformedBytes("stage_malformed") from wrong


def _vote(told: Any) -> RunningVote | None:
    """The vote of a stage; a centre of before tells none."""
    if told is None:
        return None
    question = told["question"]
    return RunningVote(
        vote=_hexadecimal(told["vote"], 16),
        question=Words(*(_words(question[language]) for language in ("ky", "ru", "en"))),
        ends_at_ms=_whole(told["ends_at_ms"]),
        cast=_whole(told["cast"]),
        most=_whole(told["most"]),
        quorum=_whole(told["quorum"]),
        item=_whole(told["item"]),
        sealing_key=_hexadecimal(told["sealing_key"], 32) if told["sealing_key"] else "",
    )


def _hexadecimal(value: object, size: int) -> str:
    if type(value) is not str or len(value) != 2 * size or bytes.fromhex(value).hex() != value:
        raise ValueError("no hexadecimal digits")
    return value


def _words(value: object) -> str:
    if type(value) is not str or len(value) > SHORT_CHARACTERS:
        raise ValueError("no words")
    return value


def write_caption(caption: Caption) -> str:
    """A line of captions as JSON text without spaces."""
    return json.dumps(asdict(caption), ensure_ascii=False, separators=(",", ":"))


def read_caption(text: str) -> Caption:
    """Read a line of captions, or raise MalformedBytes `caption_malformed`."""
    try:
        told = _loaded(text)
        line = _text(told["text"], CAPTION_CHARACTERS)
        return Caption(_whole(told["number"]), CaptionLanguage(told["language"]), line, _whole(told["said_ms"]))
    except (MalformedBytes, KeyError, TypeError, ValueError) as wrong:
        raise MalformedBytes("caption_malformed") from wrong


def _loaded(text: str) -> Any:
    if len(text) > STAGE_LIMIT_CHARACTERS:
        raise MalformedBytes("stage_malformed")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise MalformedBytes("stage_malformed") from wrong


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError("no whole number")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError("no flag")
    return value


def _who(value: object) -> str:
    return _text(value, WHO_CHARACTERS)


def _name(value: object) -> str:
    return _text(value, GUEST_NAME_CHARACTERS)


def _text(value: object, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise ValueError("no text, or a long one")
    return value


def _short(value: object, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise ValueError("no text")
    return value


def _several(value: object) -> list[Any]:
    if type(value) is not list or len(value) > PEOPLE_MOST:
        raise ValueError("no list")
    return value
