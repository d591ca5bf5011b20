"""Decides when the line is measured before a meeting, what is said of it, and what this PC takes of meetings.

It is measured by itself once the door of the lobby's meeting is open, and again when a person asks; never while
something is on its way to the centre, which goes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.meetings.messages import LineWish
from liaison_desktop.meetings.profiles import AUTOMATIC, Profile, of_kbps
from liaison_desktop.sync.line_test import Measured
from liaison_desktop.ui.meetings import line_telling
from liaison_desktop.ui.meetings.values import Verdict
from server_sync.contract.errors import ContractError

WAIT_MS: Final = 2_000
"""So long is waited for what is on its way to the centre, again and again."""


class LineView(Protocol):
    """What the presenter needs of the screen."""

    def show_measured(self, verdict: Verdict | None, *, may_measure: bool) -> None: ...
    def show_chosen(self, code: str) -> None: ...


@dataclass(frozen=True, slots=True)
class LineActs:
    """What the presenter may ask for."""

    measure: Callable[[bytes, Callable[[Measured], None], Callable[[ContractError], None]], None]
    stop: Callable[[], None]
    is_sending: Callable[[], bool]
    after: Callable[[int, Callable[[], None]], None]
    chosen: Callable[[], str]
    keep: Callable[[str], None]
    changed: Callable[[], None] = lambda: None
    """Told when this PC takes something else of meetings."""
    measured: Callable[[], None] = lambda: None
    """Told when the line was measured."""


class LinePresenter:
    """One for a signed-in person."""

    def __init__(self, view: LineView, acts: LineActs) -> None:
        self._view, self._acts = view, acts
        self._meeting: bytes | None = None
        self._tried: bytes | None = None
        self._measured: Measured | None = None
        self._is_seen = False
        self._is_measuring = self._waits = False
        self._failed = False
        self._fixed = known(acts.chosen())
        self._show()

    @property
    def wish(self) -> LineWish:
        """What this PC takes of a meeting, and with what it begins."""
        first = of_kbps(self._measured.down_kbps) if self._measured is not None else Profile.ALL
        return LineWish(self._fixed, first.value)

    def open(self) -> None:
        """The person came to the screen."""
        self._is_seen = True
        self._try()

    def leave(self) -> None:
        """The person went elsewhere, or into the meeting, which needs the line."""
        self._is_seen = self._waits = False
        if self._is_measuring:
            self._acts.stop()

    def offer(self, meeting: bytes | None) -> None:
        """The door of this meeting is open now; None: there is none to be measured for."""
        if meeting != self._meeting:
            self._meeting = meeting
            self._show()
        self._try()

    def measure(self) -> None:
        """Measure again, as a person asks."""
        self._tried = None
        self._try()

    def choose(self, code: str) -> None:
        """Fix a profile, now and the next time, or follow the line."""
        self._fixed = known(code)
        self._acts.keep(self._fixed)
        self._view.show_chosen(self._fixed)
        self._acts.changed()

    def line_is_used(self) -> None:
        """Something is on its way to the centre: it goes first."""
        if self._is_measuring and self._acts.is_sending():
            self._acts.stop()

    def _try(self) -> None:
        if self._meeting is None or self._meeting == self._tried or self._is_measuring or not self._is_seen:
            return
        if self._acts.is_sending():
            if not self._waits:
                self._waits = True
                self._acts.after(WAIT_MS, self._waited)
            return
        self._tried, self._is_measuring, self._failed = self._meeting, True, False
        self._show()
        self._acts.measure(self._meeting, self._done, self._not_done)

    def _waited(self) -> None:
        self._waits = False
        self._try()

    def _done(self, measured: Measured) -> None:
        self._is_measuring, self._measured = False, measured
        self._show()
        self._acts.measured()

    def _not_done(self, error: ContractError) -> None:
        self._is_measuring = False
        if error.code == STOPPED:
            self._tried = None  # what went first is done in a moment
            if self._is_seen and not self._waits:
                self._waits = True
                self._acts.after(WAIT_MS, self._waited)
        else:
            self._failed = not isinstance(error, MeetingRefused)
        self._show()

    def _show(self) -> None:
        self._view.show_measured(self._verdict(), may_measure=self._meeting is not None and not self._is_measuring)
        self._view.show_chosen(self._fixed)

    def _verdict(self) -> Verdict | None:
        if self._is_measuring:
            return line_telling.MEASURES
        if self._failed:
            return line_telling.NOT_MEASURED
        return None if self._measured is None else line_telling.measured(self._measured)


STOPPED: Final = "stopped_here"


def known(code: str) -> str:
    """A profile's code, or that the line is followed where it is none."""
    return code if code in {one.value for one in Profile} else AUTOMATIC
