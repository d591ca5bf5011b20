"""The messages between the office's program and its media process: one line of JSON each, read once, at the border.

What the office's program wants is one message, `Wish`, said whole: a process that was started anew is told the last one
and is where the other was, in the same room too.
"""

import json
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.profiles import AUTOMATIC, Profile

LINE_LIMIT_BYTES: Final = 512 * 1024
"""No message is longer; a longer line is none of ours. What a room says is 64 KiB at most, six times that in JSON."""
TILES_MOST: Final = 64
TOPIC_MOST: Final = 64
INTERPRETERS_MOST: Final = 6
CHAT_TOPIC: Final = "chat"
CHAT_BYTES_MOST: Final = 16 * 1024
"""Of one packet for the chat, which the media server bounds too."""
CAPTION_TOPIC: Final = "caption"
"""The same word as in the contract, which the media process does not know."""
CAPTION_MOST: Final = 2_000
SCREENS_MOST: Final = 8
THUMBNAIL_MOST: Final = 48_000
"""Of one small picture of a screen, in base64; eight of them and their names fit into a line."""
KEY_DIGITS: Final = 64
KEY_NUMBER_MOST: Final = 2**31 - 1

T = TypeVar("T")


class NotAMessage(ValueError):
    """A line that no program of this version writes."""


class RecordingStage(Enum):
    """How far the trial recording has come."""

    RECORDING = "recording"
    PLAYING = "playing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Device:
    """A camera, a microphone or a speaker; `code` finds it again, `name` is what its maker calls it."""

    code: str
    name: str


class RoomStage(Enum):
    """Where we stand with the meeting's room."""

    JOINING = "joining"
    IN = "in"
    LOST = "lost"
    """We were in it, or tried, and it is tried again, for ever."""
    TOKEN_WANTED = "token_wanted"  # noqa: S105 (a stage, no secret)
    """The token is old or was refused; a wish with another one is waited for."""
    REMOVED = "removed"
    """The room put us out; it is not tried again before a wish with another token."""


@dataclass(frozen=True, slots=True)
class RoomWish:
    """The room to be in, and what of ours shall be heard and seen there as soon as the room lets us.

    Another token for the same address changes nothing while we are in: it is kept for the next join.
    """

    url: str
    token: str
    camera: bool
    microphone: bool
    sound: bool
    """Whether the others are to be heard."""
    screen: bool = False
    apart: tuple[str, ...] = ()
    """Who says what others say in another language: their sound is no part of what is spoken."""
    over: tuple[str, ...] = ()
    """Those of them who are to be heard, over what is spoken."""
    display: str = ""
    """Which of this computer's screens, by its code; without one, the first."""
    key: str = field(default="", repr=False)
    """The key of a closed meeting in hexadecimal digits: what we send is encrypted, and nothing else is decoded."""
    key_number: int = 0
    """The newest of a meeting is the greatest; another number while we are in changes the key there."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Where on the canvas somebody's picture is laid, in pixels; without an identity it is the own camera's."""

    identity: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LineWish:
    """What is taken of a meeting: a profile's name that a person fixed, or `AUTOMATIC`, which begins with `first`."""

    fixed: str = AUTOMATIC
    first: str = Profile.ALL.value


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted now: the devices by their codes (empty: the usual one) and the room for the picture in pixels.

    With tiles the picture is a canvas of that size with all of them on it; without, it is the own camera's.
    """

    camera: str = ""
    microphone: str = ""
    speaker: str = ""
    width: int = 640
    height: int = 360
    mirrored: bool = True
    room: RoomWish | None = None
    tiles: tuple[Tile, ...] = ()
    line: LineWish = LineWish()


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks whether the process still does its work."""

    number: int


@dataclass(frozen=True, slots=True)
class PlayMelody:
    """Wants the short melody at the speaker."""


@dataclass(frozen=True, slots=True)
class RecordSample:
    """Wants three seconds of the microphone, and then to hear them."""


@dataclass(frozen=True, slots=True)
class ListScreens:
    """Wants to know which screens there are, and how they look now."""


@dataclass(frozen=True, slots=True)
class Pong:
    """Answers a `Ping`."""

    number: int


@dataclass(frozen=True, slots=True)
class Devices:
    """All there is of one part."""

    part: Part
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class State:
    """How a part is: the device in use, and its fault or none."""

    part: Part
    device: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """How loud the microphone was since the last one, in tenths of dBFS: 0 is the loudest there is."""

    rms: int
    peak: int


@dataclass(frozen=True, slots=True)
class Melody:
    """Whether the melody plays."""

    playing: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """How far the trial recording has come."""

    stage: RecordingStage


@dataclass(frozen=True, slots=True)
class InRoom:
    """Where we stand with the room; a room that put us out says why: `removed`, `duplicate` or `closed`."""

    stage: RoomStage
    why: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room; without an identity it is we. The line is 0 lost, 1 poor, 2 good, 3 excellent.

    `is_sharing`: what is seen of them is their screen.
    """

    identity: str
    has_picture: bool
    has_sound: bool
    is_speaking: bool
    line: int
    is_sharing: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """All in the room and we, whenever something of them has changed."""

    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class May:
    """Whether the room lets us be seen and heard now."""

    publish: bool


@dataclass(frozen=True, slots=True)
class RoomSays:
    """What stands written at the room, after each join and whenever it changes; who asked for the room reads it."""

    metadata: str


@dataclass(frozen=True, slots=True)
class Nudged:
    """Something happened of which the room told all at once: its name alone."""

    topic: str


@dataclass(frozen=True, slots=True)
class ChatSays:
    """What the centre sent to everybody in the room for the chat; who asked for the room reads it."""

    text: str


@dataclass(frozen=True, slots=True)
class Captioned:
    """A line of what is spoken, as the centre sent it to the room; who asked for the room reads it."""

    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How many pictures came of somebody in the last second, and how large the last one was."""

    identity: str
    frames: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Whether our screen is in the room now; it is not possible where the system shows programs no screen."""

    shared: bool
    possible: bool = True


@dataclass(frozen=True, slots=True)
class Follows:
    """What the line is given now: a profile's name, whether the centre's mix is there to be taken, and what comes.

    `kbps` came in the last seconds, of `lost` packets in a thousand none did.
    """

    profile: str
    has_mix: bool = False
    kbps: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Display:
    """One of this computer's screens: its code, its size, and a small picture of it (JPEG in base64)."""

    code: str
    width: int
    height: int
    picture: str


@dataclass(frozen=True, slots=True)
class Displays:
    """The screens there are; none where the system shows programs no screen."""

    displays: tuple[Display, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """The loudest pitch of what a stand-in for a speaker was given to play in the last second; 0 for silence."""

    hz: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The process ends over a fault of its own and says which."""

    what: str


Asked = Wish | Ping | PlayMelody | RecordSample | ListScreens
"""What the office's program says."""
Told = (
    Pong
    | Devices
    | State
    | Level
    | Melody
    | Recording
    | InRoom
    | People
    | May
    | RoomSays
    | Nudged
    | ChatSays
    | Captioned
    | Seen
    | Shared
    | Follows
    | Displays
    | Heard
    | Broken
)
"""What the media process says."""

_ASKED: Final[dict[str, type[Asked]]] = {
    "wish": Wish,
    "ping": Ping,
    "play_melody": PlayMelody,
    "record_sample": RecordSample,
    "list_screens": ListScreens,
}
_TOLD: Final[dict[str, type[Told]]] = {
    "pong": Pong,
    "devices": Devices,
    "state": State,
    "level": Level,
    "melody": Melody,
    "recording": Recording,
    "in_room": InRoom,
    "people": People,
    "may": May,
    "room_says": RoomSays,
    "nudged": Nudged,
    "chat_says": ChatSays,
    "captioned": Captioned,
    "seen": Seen,
    "shared": Shared,
    "follows": Follows,
    "displays": Displays,
    "heard": Heard,
    "broken": Broken,
}
_KINDS: Final[dict[type[Asked | Told], str]] = {kind: name for kinds in (_ASKED, _TOLD) for name, kind in kinds.items()}


def write(message: Asked | Told) -> bytes:
    """Write a message as one line, its end included."""
    values = {field.name: _plain(getattr(message, field.name)) for field in fields(message)}
    line = json.dumps({"kind": _KINDS[type(message)], **values}, ensure_ascii=False, separators=(",", ":"))
    return line.encode() + b"\n"


def read_asked(line: bytes) -> Asked:
    """Read what the office's program says. Raises NotAMessage."""
    return _read(line, _ASKED)


def read_told(line: bytes) -> Told:
    """Read what the media process says. Raises NotAMessage."""
    return _read(line, _TOLD)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return value


def _read(line: bytes, kinds: dict[str, type[T]]) -> T:
    if len(line) > LINE_LIMIT_BYTES:
        raise NotAMessage("too long")
    try:
        found = json.loads(line)
        kind = kinds[found.pop("kind")]
        wanted = _FIELDS[kind]
        if set(found) != set(wanted):
            raise NotAMessage("other fields")
        return kind(**{name: wanted[name](value) for name, value in found.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAMessage(type(error).__name__) from error


def _whole(value: object) -> int:
    if type(value) is not int:
        raise NotAMessage("no whole number")
    return value


def _side(value: object) -> int:
    if not 1 <= _whole(value) <= SIDE_MOST:
        raise NotAMessage("no side of a picture")
    return _whole(value)


def _place(value: object) -> int:
    if not 0 <= _whole(value) <= SIDE_MOST:
        raise NotAMessage("no place in a picture")
    return _whole(value)


def _line(value: object) -> int:
    if not 0 <= _whole(value) <= LINE_BEST:
        raise NotAMessage("no line")
    return _whole(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotAMessage("no text")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise NotAMessage("neither yes nor no")
    return value


def _devices(value: object) -> tuple[Device, ...]:
    if not isinstance(value, list):
        raise NotAMessage("no list")
    return tuple(Device(_text(code), _text(name)) for code, name in value)


def _room(value: object) -> RoomWish | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise NotAMessage("no list")
    url, token, camera, microphone, sound, screen, apart, over, display, secret, number = value
    return RoomWish(
        _text(url),
        _text(token),
        _yes_or_no(camera),
        _yes_or_no(microphone),
        _yes_or_no(sound),
        _yes_or_no(screen),
        _identities(apart),
        _identities(over),
        _text(display),
        _secret(secret),
        _key_number(number),
    )


def _identities(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > INTERPRETERS_MOST:
        raise NotAMessage("no interpreters")
    return tuple(_text(one) for one in value)


def _secret(value: object) -> str:
    if _text(value) and (len(_text(value)) != KEY_DIGITS or bytes.fromhex(_text(value)).hex() != value):
        raise NotAMessage("no key")
    return _text(value)


def _key_number(value: object) -> int:
    if not 0 <= _whole(value) <= KEY_NUMBER_MOST:
        raise NotAMessage("no number of a key")
    return _whole(value)


def _displays(value: object) -> tuple[Display, ...]:
    if not isinstance(value, list) or len(value) > SCREENS_MOST:
        raise NotAMessage("no screens")
    return tuple(
        Display(_text(code), _whole(width), _whole(height), _thumbnail(picture))
        for code, width, height, picture in value
    )


def _thumbnail(value: object) -> str:
    if len(_text(value)) > THUMBNAIL_MOST:
        raise NotAMessage("no small picture")
    return _text(value)


def _tiles(value: object) -> tuple[Tile, ...]:
    if not isinstance(value, list) or len(value) > TILES_MOST:
        raise NotAMessage("no tiles")
    return tuple(
        Tile(_text(identity), _place(x), _place(y), _side(width), _side(height))
        for identity, x, y, width, height in value
    )


def _people(value: object) -> tuple[Person, ...]:
    if not isinstance(value, list):
        raise NotAMessage("no list")
    return tuple(
        Person(
            _text(identity),
            _yes_or_no(picture),
            _yes_or_no(sound),
            _yes_or_no(speaking),
            _line(line),
            _yes_or_no(sharing),
        )
        for identity, picture, sound, speaking, line, sharing in value
    )


def _topic(value: object) -> str:
    if len(_text(value)) > TOPIC_MOST:
        raise NotAMessage("no topic")
    return _text(value)


def _caption(value: object) -> str:
    if len(_text(value)) > CAPTION_MOST:
        raise NotAMessage("no line of captions")
    return _text(value)


def _line_wish(value: object) -> LineWish:
    if not isinstance(value, list):
        raise NotAMessage("no list")
    fixed, first = value
    return LineWish(_profile(fixed) if fixed != AUTOMATIC else AUTOMATIC, _profile(first))


def _profile(value: object) -> str:
    return Profile(value).value


def _fault(value: object) -> Fault | None:
    return None if value is None else Fault(value)


SIDE_MOST: Final = 8192
LINE_BEST: Final = 3
_FIELDS: Final[dict[type[Any], dict[str, Any]]] = {
    Wish: {
        "camera": _text,
        "microphone": _text,
        "speaker": _text,
        "width": _side,
        "height": _side,
        "mirrored": _yes_or_no,
        "room": _room,
        "tiles": _tiles,
        "line": _line_wish,
    },
    Ping: {"number": _whole},
    PlayMelody: {},
    RecordSample: {},
    ListScreens: {},
    Pong: {"number": _whole},
    Devices: {"part": Part, "devices": _devices},
    State: {"part": Part, "device": _text, "fault": _fault},
    Level: {"rms": _whole, "peak": _whole},
    Melody: {"playing": _yes_or_no},
    Recording: {"stage": RecordingStage},
    InRoom: {"stage": RoomStage, "why": _text},
    People: {"people": _people},
    May: {"publish": _yes_or_no},
    RoomSays: {"metadata": _text},
    Nudged: {"topic": _topic},
    ChatSays: {"text": _text},
    Captioned: {"text": _caption},
    Seen: {"identity": _text, "frames": _whole, "width": _whole, "height": _whole},
    Shared: {"shared": _yes_or_no, "possible": _yes_or_no},
    Follows: {"profile": _profile, "has_mix": _yes_or_no, "kbps": _whole, "lost": _whole},
    Displays: {"displays": _displays},
    Heard: {"hz": _whole},
    Broken: {"what": _text},
}
