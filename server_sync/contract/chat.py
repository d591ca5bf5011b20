"""What is written in a meeting beside what is said: the lines as they travel, in answers and by the room.

The centre sends a line to everybody in the room as a data packet of the topic `chat`, and to whoever calls and asks
for it (`MeetingCall.chat_after`); both are the same JSON text. A line has a number, which grows; one that the desk took
away comes once more without its text.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from server_sync.contract.bodies import CHAT_CHARACTERS
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.meetings import STAGE_LIMIT_CHARACTERS, WHO_CHARACTERS

TOPIC: Final = "chat"
LINES_MOST: Final = 200
"""Whoever comes late gets so many, the newest; fewer where they are long."""
KEPT_MOST: Final = 5_000
"""Lines of one meeting; a desk that has more has other worries, and closes the chat."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line: its number from 1, who wrote it (as in the stage) and when; without a text it was taken away."""

    number: int
    who: str
    said_ms: int
    text: str


def write_lines(lines: Sequence[ChatLine]) -> str:
    """Lines as JSON text without spaces: the newest that are not too many and not too long together."""
    kept: list[str] = []
    room = STAGE_LIMIT_CHARACTERS - 2
    for line in reversed(lines[-LINES_MOST:]):
        written = json.dumps(asdict(line), ensure_ascii=False, separators=(",", ":"))
        room -= len(written) + 1
        if room < 0:
            break
        kept.append(written)
    return f"[{','.join(reversed(kept))}]"


def read_lines(text: str) -> tuple[ChatLine, ...]:
    """Read lines, or raise MalformedBytes `chat_malformed`."""
    if len(text) > STAGE_LIMIT_CHARACTERS:
        raise MalformedBytes("chat_malformed")
    try:
        told: Any = json.loads(text)
        return tuple(
            ChatLine(
                _whole(one["number"]),
                _text(one["who"], WHO_CHARACTERS),
                _whole(one["said_ms"]),
                _text(one["text"], CHAT_CHARACTERS),
            )
            for one in _several(told)
        )
    except (KeyError, TypeError, ValueError, RecursionError) as wrong:
        raise MalformedBytes("chat_malformed") from wrong


def _several(value: object) -> list[Any]:
    if type(value) is not list or len(value) > LINES_MOST:
        raise ValueError("no list")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError("no whole number")
    return value


def _text(value: object, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise ValueError("no text")
    return value
