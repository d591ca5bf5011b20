"""What the keeper of broadcasts and a broadcast say to each other: one line of JSON each, read once into typed values.

The keeper says the whole of what is wanted, then whatever is new; a broadcast says how it is, about once a second. A
pipe that closes ends the broadcast, so nothing is left of it when its keeper is killed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from server_sync.contract.errors import MalformedBytes

LINE_MOST: Final = 256 * 1024
CAPTION_CHARACTERS: Final = 300


@dataclass(frozen=True, slots=True)
class Order:
    """One meeting that is to be shown, recorded, or both; or, alone, whose recorded parts are to be put together.

    `is_mix`, alone too: its stage is to be sent back into its room, as one picture and one sound.

    `since_ms`: when it began, from where its time is counted, so that one who is started again goes on where the one
    before stopped. `names`: what the offices are called under their pictures. `items`: the agenda's titles.
    `decisions`, of a meeting that is over: at which millisecond of its time each was taken, and its words.
    """

    meeting: str
    live: str = ""
    """The folder of its playlists; empty where nobody is to watch."""
    record: str = ""
    """The folder of its record's parts; empty where nothing is to be recorded."""
    finish: str = ""
    """The folder whose parts become one record beside it, now that the meeting is over."""
    is_mix: bool = False
    url: str = ""
    since_ms: int = 0
    title: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    decisions: tuple[tuple[int, str], ...] = ()

    def written(self) -> bytes:
        """Its line."""
        return _line({"order": asdict(self)})


@dataclass(frozen=True, slots=True)
class Token:
    """The way into the room from now on."""

    token: str

    def written(self) -> bytes:
        """Its line."""
        return _line({"token": self.token})


@dataclass(frozen=True, slots=True)
class Caption:
    """A line that a captioner typed, at a moment, in a language (`ky` or `ru`)."""

    at_ms: int
    language: str
    text: str

    def written(self) -> bytes:
        """Its line."""
        return _line({"caption": asdict(self)})


@dataclass(frozen=True, slots=True)
class Over:
    """The meeting is over."""

    def written(self) -> bytes:
        """Its line."""
        return _line({"over": True})


Told = Order | Token | Caption | Over


def read_told(raw: bytes) -> Told:
    """Read one line of the keeper's; raises MalformedBytes for one that is none."""
    try:
        ((word, said),) = json.loads(raw).items()
        match word:
            case "order":
                decisions = tuple((int(at_ms), str(words)) for at_ms, words in said.get("decisions", ()))
                return Order(**{**said, "items": tuple(said["items"]), "decisions": decisions})
            case "token":
                return Token(str(said))
            case "caption":
                return Caption(int(said["at_ms"]), str(said["language"]), str(said["text"])[:CAPTION_CHARACTERS])
            case "over":
                return Over()
            case _:
                raise MalformedBytes("order_malformed")
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise MalformedBytes("order_malformed") from wrong


@dataclass(frozen=True, slots=True)
class Word:
    """How a broadcast is: whether it is in the room, how many frames and pieces it made, how fast.

    `fault` is a name of ours, or the kind of an error, with the places it passed.
    """

    is_in: bool = False
    frames: int = 0
    pieces: int = 0
    rate: int = 0
    fault: str = ""
    passed: tuple[str, ...] = ()

    def written(self) -> bytes:
        """Its line."""
        return _line(asdict(self))

    @classmethod
    def read(cls, raw: bytes) -> Self | None:
        """Read one line of a broadcast's; None for one that is none."""
        try:
            said: dict[str, Any] = json.loads(raw)
            return cls(**{**said, "passed": tuple(str(one) for one in said["passed"])})
        except (ValueError, TypeError, KeyError):
            return None


def _line(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
