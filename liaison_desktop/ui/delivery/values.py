"""What the Delivery screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class LineShown:
    """The state of the line as the top bar and this screen say it."""

    say: Say
    tone: str
    icon: str
    short_icon: str
    title: Say
    body: Say


@dataclass(frozen=True, slots=True)
class RunningShown:
    """An exchange under way: how far it has come, and in words."""

    part: float
    words: Say
    speed: Say
    body: Say


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits."""

    key: str
    number: str
    what: Say
    why: Say
    tone: str
    icon: str
    since_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A request the centre could not take as it is; what to do, or that nothing is to do here, stands beside it."""

    appeal: bytes
    number: str
    title: Say
    body: Say
    may_correct: bool = True


@dataclass(frozen=True, slots=True)
class ConfirmedRow:
    """A confirmation from the centre."""

    at: datetime
    say: Say
    note: Say
    tone: str = "success"


@dataclass(frozen=True, slots=True)
class DaySent:
    """How many events went to the centre on a day."""

    on: date
    sent: int
