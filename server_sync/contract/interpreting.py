"""Who says in another language what is spoken in a meeting, and how long each may speak: the stage's words for both.

An interpreter sits on no seat, is heard and never seen, and says the floor's words in one of the two languages at a
time. Whose sound is an interpretation is said by the stage alone: a track of anybody else is none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

INTERPRETERS_MOST: Final = 6
"""Three for each language: they relieve each other every half hour."""
INTO_CHARACTERS: Final = 8
BOUND_S_MOST: Final = 4 * 3_600
_WHO_CHARACTERS: Final = 32


class Into(StrEnum):
    """The languages into which a meeting is interpreted."""

    KY = "ky"
    RU = "ru"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Somebody in the room who interprets, and into which language at this moment.

    `number`: which time it is that somebody was named; 0 of a centre that does not say it.
    """

    who: str
    into: Into
    number: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """For how long the desk lets a speaker and the present item go on, in seconds; 0: nothing was said.

    Nothing ends by itself when the time is up: whoever looks is warned.
    """

    speaker_s: int = 0
    item_s: int = 0


def into_of(typed: str) -> Into | None:
    """The language that is meant; None for what is none."""
    return Into(typed) if typed in set(Into) else None


def read_interpreters(told: Any) -> tuple[Interpreter, ...]:
    """Those of a stage; raises ValueError, TypeError or KeyError for what a centre does not write."""
    if type(told) is not list or len(told) > INTERPRETERS_MOST:
        raise ValueError("no interpreters")
    return tuple(Interpreter(_who(one["who"]), Into(one["into"]), _number(one.get("number", 0))) for one in told)


def read_bounds(told: Any) -> Bounds:
    """Those of a stage, as `read_interpreters`."""
    return Bounds(_seconds(told["speaker_s"]), _seconds(told["item_s"]))


def _who(value: object) -> str:
    if type(value) is not str or len(value) > _WHO_CHARACTERS:
        raise ValueError("nobody's name")
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no number")
    return value


def _seconds(value: object) -> int:
    if type(value) is not int or not 0 <= value <= BOUND_S_MOST:
        raise ValueError("no time")
    return value
