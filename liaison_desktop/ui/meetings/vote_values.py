"""What is shown of a vote, and what the chair's desk types to open one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.bodies import VoteChoice

HALF, TWO_THIRDS, ALL, NUMBER = "50", "67", "100", "number"
"""What quorum the desk chooses: so many of a hundred offices, or a number of them."""
QUORUMS: Final = (HALF, TWO_THIRDS, ALL, NUMBER)
SECONDS: Final = (30, 60, 120, 300, 600, 3_600, 86_400)


@dataclass(frozen=True, slots=True)
class Badged:
    """Where a vote stands: a word, its tone, an icon."""

    say: Say
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class OwnShown:
    """How this office voted, or why it does not vote."""

    say: Say
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class VoteShown:
    """One vote.

    `may_vote`: the three choices are there to be pressed. `own` marks the one that counts now, `pressed` the one that
    is to be confirmed, None for neither. `counts` and `names` belong to a vote that is over.
    """

    vote: bytes
    question: Say
    state: Badged
    about: Say
    may_vote: bool = False
    is_busy: bool = False
    own: VoteChoice | None = None
    pressed: VoteChoice | None = None
    told: OwnShown | None = None
    counts: Say | None = None
    names: Say | None = None
    may_put_away: bool = False


@dataclass(frozen=True, slots=True)
class VoteTyped:
    """A vote as the desk has typed it; `offices` is a number as it was written."""

    question_ky: str
    question_ru: str
    is_secret: bool
    seconds: int
    quorum: str
    offices: str


@dataclass(frozen=True, slots=True)
class VoteWrong:
    """The field that has to be put right, and how."""

    field: str
    say: Say
