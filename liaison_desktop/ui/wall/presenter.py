"""Decides what stands on a hall's wall: the clock and what comes next, or the meeting that runs, entered by itself.

Everything follows from what the store knows and what time it is, so that a computer that is switched on in the middle
of a meeting does what it would have done at the hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import State, Told
from liaison_desktop.services import walls
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.room_values import Bar, RoomPlan, Switch
from liaison_desktop.ui.wall import telling
from liaison_desktop.ui.wall.values import Act, Press, Waiting
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.meetings import MeetingState

STAYS: Final = timedelta(minutes=1)
"""So long the word of a meeting's end stays on the wall."""
ROWS_MOST: Final = 3
LOOKS: Final = timedelta(minutes=1)
"""So often the store is asked although nothing was told: a meeting that was over yesterday is none of today."""
ROW_SHOWN: Final = timedelta(seconds=10)
"""So long after the last press the buttons stay on the wall."""


class WallView(Protocol):
    """What the presenter needs of the wall."""

    def show_waiting(self, waiting: Waiting) -> None: ...
    def show_meeting(self) -> None: ...
    def show_presses(self, presses: tuple[Press, ...], chosen: int) -> None: ...


class Room(Protocol):
    """The meeting's own presenter, as far as the wall leads it."""

    @property
    def is_in(self) -> bool: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def is_elsewhere(self) -> bool: ...
    @property
    def is_microphone_on(self) -> bool: ...
    @property
    def is_camera_on(self) -> bool: ...
    @property
    def plan(self) -> RoomPlan | None: ...
    def go(self) -> None: ...
    def turn_microphone(self) -> None: ...
    def turn_camera(self) -> None: ...
    def turn_hand(self) -> None: ...
    def turn_layout(self) -> None: ...


@dataclass(frozen=True, slots=True)
class WallActs:
    """What the presenter may ask for."""

    meetings: Callable[[Callable[[tuple[MeetingSeen, ...]], None]], None]
    enter: Callable[[MeetingSeen], None]
    look_for_devices: Callable[[], None]
    leave: Callable[[], None]
    """Let a person say who they are; the wall goes on behind it."""
    now: Callable[[], datetime]
    line: Callable[[], LineNews]


class WallPresenter:
    """One for a wall; ``tick`` it every second."""

    def __init__(self, view: WallView, room: Room, acts: WallActs) -> None:
        self._view, self._room, self._acts = view, room, acts
        self._known: tuple[MeetingSeen, ...] = ()
        self._been: set[walls.Visited] = set()
        self._visiting: walls.Visited | None = None
        self._ended_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._bar = Bar()
        self._faults: dict[Part, Fault | None] = {}
        self._pressed_at: datetime | None = None
        self._chosen: Act | None = None

    # what is told

    def refresh(self) -> None:
        """Something of meetings came down, or a minute has gone."""
        self._asked_at = self._acts.now()
        self._acts.meetings(self._read)

    def tick(self) -> None:
        """A second has gone."""
        now = self._acts.now()
        if self._asked_at is None or not timedelta(0) <= now - self._asked_at < LOOKS:
            self.refresh()
        self._decide()
        if self._pressed_at is not None and not timedelta(0) <= now - self._pressed_at < ROW_SHOWN:
            self._hide_presses()

    def heard(self, told: Told) -> None:
        """The media process says something of the devices."""
        if isinstance(told, State):
            self._faults[told.part] = told.fault
            self._show_presses()

    def bar_is(self, bar: Bar) -> None:
        """What this hall may do in the meeting now."""
        self._bar = bar
        self._show_presses()

    # the remote control

    def press(self) -> None:
        """Enter: bring the buttons out, or do what is chosen."""
        if self._pressed_at is None:
            self._bring_out()
            return
        chosen = next((one.act for one in self._presses() if one.act is self._chosen), None)
        self._pressed_at = self._acts.now()
        if chosen is not None:
            self._do(chosen)

    def step(self, by: int) -> None:
        """An arrow: to the next button, or to the one before."""
        if self._pressed_at is None:
            self._bring_out()
            return
        acts = [one.act for one in self._presses()]
        at = acts.index(self._chosen) if self._chosen in acts else 0
        self._pressed_at = self._acts.now()
        self._chosen = acts[(at + by) % len(acts)]
        self._show_presses()

    def back(self) -> None:
        """Esc: put the buttons away."""
        self._hide_presses()

    # inner

    def _read(self, known: tuple[MeetingSeen, ...]) -> None:
        self._known = known
        self._decide()

    def _decide(self) -> None:
        now = self._acts.now()
        if self._room.is_in:
            self._look_at_end(now)
        if not self._room.is_in:
            due = walls.choose(self._known, now, self._been)
            if due is not None:
                self._visiting, self._ended_at = walls.visit_of(due), None
                self._faults.clear()
                self._acts.enter(due)
        if self._room.is_in:
            self._view.show_meeting()
        else:
            self._view.show_waiting(self._waiting(now))

    def _look_at_end(self, now: datetime) -> None:
        """Leave what is over a minute after its end, at once what was moved away or cancelled before it began."""
        if self._is_moved_away(now):
            self._room.go()
            return
        if self._room.is_open:
            self._ended_at = None
            return
        self._ended_at = self._ended_at or now
        if now - self._ended_at < STAYS and now >= self._ended_at:
            return
        if self._visiting is not None and not self._room.is_elsewhere:
            self._been.add(self._visiting)
        self._ended_at = None
        self._room.go()

    def _seen(self) -> MeetingSeen | None:
        plan = self._room.plan
        return next((one for one in self._known if plan is not None and one.meeting == plan.meeting), None)

    def _is_moved_away(self, now: datetime) -> bool:
        seen = self._seen()
        if seen is None or seen.state is not MeetingState.PLANNED:
            return False
        return self._visiting != walls.visit_of(seen) and not walls.is_due(seen, now)

    def _waiting(self, now: datetime) -> Waiting:
        line, is_lost = telling.line(self._acts.line())
        rows = tuple(telling.coming_row(one, now) for one in walls.next_ones(self._known, now, ROWS_MOST))
        return Waiting(telling.clock(self._acts.now), _say_day(now), rows, line, is_lost)

    def _presses(self) -> tuple[Press, ...]:
        bar = self._bar if self._room.is_in else Bar()
        is_faulty = self._room.is_in and any(telling.device_words(one) for one in self._faults.values() if one)
        return telling.presses(bar, is_faulty=is_faulty)

    def _bring_out(self) -> None:
        self._pressed_at, self._chosen = self._acts.now(), self._presses()[0].act
        self._show_presses()

    def _hide_presses(self) -> None:
        self._pressed_at = self._chosen = None
        self._view.show_presses((), 0)

    def _show_presses(self) -> None:
        if self._pressed_at is None:
            return
        found = self._presses()
        acts = [one.act for one in found]
        if self._chosen not in acts:
            self._chosen = acts[0]
        self._view.show_presses(found, acts.index(self._chosen))

    def _do(self, act: Act) -> None:
        match act:
            case Act.HAND:
                self._room.turn_hand()
            case Act.FLOOR:
                self._turn_floor()
            case Act.CAMERA:
                self._room.turn_camera()
            case Act.LAYOUT:
                self._room.turn_layout()
            case Act.DEVICES:
                self._acts.look_for_devices()
            case Act.LEAVE:
                self._hide_presses()
                self._acts.leave()

    def _turn_floor(self) -> None:
        """With both off one press brings both: that is what whoever has the floor wants."""
        if not self._room.is_microphone_on and not self._room.is_camera_on and self._bar.camera is Switch.OFF:
            self._room.turn_camera()
        self._room.turn_microphone()


def _say_day(now: datetime) -> Say:
    return lambda: formats.day_in_words(formats.local(now).date())
