"""What the room of a meeting shows, and what is known of the meeting before it is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from liaison_desktop.ui.meetings.tiles import Cell, Layout
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.meeting_lines import Line


@dataclass(frozen=True, slots=True)
class RoomItem:
    """A matter of the agenda: who reports on it (a site's code, or nothing) and for how many minutes."""

    title: Say
    speaker: str
    minutes: int


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A meeting as this computer knows it without the line."""

    meeting: bytes
    title: Say
    starts_at: datetime
    minutes: int
    chair: str
    sites: tuple[str, ...]
    agenda: tuple[RoomItem, ...] = ()
    may_speak: bool = True
    """Whether this office may ask for the floor; who was invited to listen may not."""
    is_recorded: bool = False
    is_public: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the pictures' place: what is so, and what comes next. `act` names what can be done about it."""

    icon: str
    title: Say
    body: Say
    act: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """How this office stands in the meeting, in one line."""

    icon: str
    tone: str
    say: Say


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody on stage as the canvas shows him. The line is 0 lost, 1 poor, 2 good, 3 excellent."""

    who: str
    name: Say
    is_own: bool = False
    has_picture: bool = True
    is_silent: bool = False
    is_speaking: bool = False
    has_hand: bool = False
    line: int = 3
    is_sharing: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """The canvas: its size in pixels, and whose picture lies where on it."""

    width: int
    height: int
    cells: tuple[Cell, ...] = ()
    faces: tuple[Face, ...] = ()


class Switch(Enum):
    """How a button that is on or off stands."""

    HIDDEN = "hidden"
    OFF = "off"
    ON = "on"
    BUSY = "busy"


class ScreenShown(Enum):
    """Whether the others see a screen of this computer; it is withheld while the line carries no pictures of it."""

    NOT = "not"
    WITHHELD = "withheld"
    COMING = "coming"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Bar:
    """The buttons below the pictures; `place` is that of the own hand in the queue, 0 for none."""

    microphone: Switch = Switch.HIDDEN
    camera: Switch = Switch.HIDDEN
    hand: Switch = Switch.HIDDEN
    place: int = 0
    reply: Switch = Switch.HIDDEN
    layout: Layout = Layout.SPEAKER
    count: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """The line above the pictures: which item, since when, of how many minutes; 0 where nothing is said."""

    title: Say
    item: int = 0
    items: int = 0
    gone_s: int = 0
    minutes: int = 0
    is_recorded: bool = False
    is_public: bool = False
    bound_s: int = 0
    """Seconds that the desk gave to the item; 0: those of the plan."""
    speaker: Say | None = None
    """Whose time is bounded; None where nobody's is."""
    speaker_s: int = 0
    speaker_most_s: int = 0
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An item of the agenda as it stands now."""

    number: int
    title: Say
    speaker: Say
    minutes: int
    is_current: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An office in the meeting: on stage, with a hand and its place, there, or not."""

    who: str
    site: str
    name: Say
    is_here: bool
    is_on_stage: bool
    place: int = 0
    line: int = 3
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The meeting in one line, for the bar over the other screens."""

    title: Say
    sign: Sign
    microphone: Switch


class OfficeState(Enum):
    """How an office stands in the meeting, for the chair's desk."""

    ON_STAGE = "on_stage"
    WAITS = "waits"
    """A guest at the door, whom the desk lets in."""
    HAND = "hand"
    INTERPRETS = "interprets"
    HERE = "here"
    LOST = "lost"
    OUT = "out"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class HandRow:
    """A raised hand: its place, whose it is, for which item or as a reply, and how long that office had the floor.

    `line` is how the media server finds its line, `told_line` what it can show and send, as it says itself.
    """

    place: int
    who: str
    name: Say
    item: int
    is_reply: bool
    spoken_s: int
    line: int
    is_here: bool
    told_line: Line = Line.UNKNOWN


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office, or one of its computers, as the desk sees it; its line as in a `HandRow`."""

    who: str
    site: str
    name: Say
    state: OfficeState
    spoken_s: int = 0
    line: int = 3
    has_seat: bool = False
    is_silenced: bool = False
    is_shown: bool = False
    is_own: bool = False
    into: str = ""
    """The language into which it interprets."""
    told_line: Line = Line.UNKNOWN


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who was called last and still has the floor; `most_s` is the bound of their time, 0 for none."""

    who: str
    name: Say
    gone_s: int
    most_s: int = 0


@dataclass(frozen=True, slots=True)
class DeskShown:
    """All that the chair's desk shows."""

    hands: tuple[HandRow, ...]
    offices: tuple[OfficeRow, ...]
    order: str
    seats: int
    seats_most: int
    here: int
    invited: int
    quorum: int = 0
    """So many offices have to be there, of those that are invited."""
    speaking: Speaking | None = None
    is_begun: bool = False
    next_item: int = 0
    is_busy: bool = False
    may_decide: bool = True
    """Nobody decides in a conversation with a citizen."""
