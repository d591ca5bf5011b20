"""The messages between the office's program and its media process: one line of JSON each, read once, at the border.

What the office's program wants is one message, `Wish`, said whole: a process that was started anew is told the last one
and is where the other was.
"""

import json
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final, TypeVar

from liaison_desktop.meetings.faults import Fault, Part

LINE_LIMIT_BYTES: Final = 64 * 1024
"""No message is longer; a longer line is none of ours."""

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


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted now: the devices by their codes (empty: the usual one) and the room for the picture in pixels."""

    camera: str = ""
    microphone: str = ""
    speaker: str = ""
    width: int = 640
    height: int = 360
    mirrored: bool = True


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
class Broken:
    """The process ends over a fault of its own and says which."""

    what: str


Asked = Wish | Ping | PlayMelody | RecordSample
"""What the office's program says."""
Told = Pong | Devices | State | Level | Melody | Recording | Broken
"""What the media process says."""

_ASKED: Final[dict[str, type[Asked]]] = {
    "wish": Wish,
    "ping": Ping,
    "play_melody": PlayMelody,
    "record_sample": RecordSample,
}
_TOLD: Final[dict[str, type[Told]]] = {
    "pong": Pong,
    "devices": Devices,
    "state": State,
    "level": Level,
    "melody": Melody,
    "recording": Recording,
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
        return [[one.code, one.name] for one in value]
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


def _fault(value: object) -> Fault | None:
    return None if value is None else Fault(value)


SIDE_MOST: Final = 8192
_FIELDS: Final[dict[type[Any], dict[str, Any]]] = {
    Wish: {
        "camera": _text,
        "microphone": _text,
        "speaker": _text,
        "width": _side,
        "height": _side,
        "mirrored": _yes_or_no,
    },
    Ping: {"number": _whole},
    PlayMelody: {},
    RecordSample: {},
    Pong: {"number": _whole},
    Devices: {"part": Part, "devices": _devices},
    State: {"part": Part, "device": _text, "fault": _fault},
    Level: {"rms": _whole, "peak": _whole},
    Melody: {"playing": _yes_or_no},
    Recording: {"stage": RecordingStage},
    Broken: {"what": _text},
}
