"""What a hall's big screen shows while no meeting runs, and the buttons of its remote control."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from liaison_desktop.ui.widgets.saying import Say, fixed


class Act(Enum):
    """What a press on the remote control does."""

    HAND = "hand"
    FLOOR = "floor"
    CAMERA = "camera"
    LAYOUT = "layout"
    DEVICES = "devices"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Press:
    """One button of the remote control's row, as it stands now."""

    act: Act
    icon: str
    say: Say


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A meeting to come: when, what, and what is to be known of it."""

    when: Say
    title: Say
    note: Say = field(default_factory=lambda: fixed(""))
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The wall while nothing runs: the clock, the day, what comes next, and how old that is."""

    clock: Say
    day: Say
    rows: tuple[ComingRow, ...] = ()
    line: Say = field(default_factory=lambda: fixed(""))
    is_line_lost: bool = False
