"""Measures the line to the centre before a meeting: at most three seconds and two hundred kilobytes."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.sync.door import failure_of
from liaison_desktop.sync.line import Timeouts
from liaison_desktop.sync.outcomes import Answered, Outcome, SignAnew, TryAgain
from liaison_desktop.sync.transport import Signer, Transport
from server_sync.contract.meeting_lines import FILLING_UP_BYTES
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingReply

PATIENCE: Final = Timeouts(connect_s=1.5, read_s=1.5, stall_s=1.5)
DOWN_S: Final = 2.2
"""So long after the beginning the way down is measured with what came by then."""
UP_BEFORE_S: Final = 2.0
"""The way up is measured only where so much time was not used yet."""
LEAST_BYTES: Final = 4 * 1024
"""Less than this says nothing of a line but that it carries no picture."""
PIECES_LEAST: Final = 4
WINDOW: Final = 3
"""The best third of what came counts: a line with a long way begins slowly."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the line carries, in kbit/s; 0 up: that was not measured any more."""

    down_kbps: int
    up_kbps: int = 0


@dataclass(slots=True)
class Course:
    """How much had come when."""

    moments: list[tuple[float, int]] = field(default_factory=list)

    def note(self, at_s: float, octets: int) -> None:
        """So much had come by then."""
        if octets and (not self.moments or octets > self.moments[-1][1]):
            self.moments.append((at_s, octets))

    def kbps(self, begun_s: float) -> int:
        """How fast it came: its fastest third, where it came in pieces; else all of it since it was asked for."""
        return fastest(self.moments, begun_s)


class LineTest:
    """The test of one workplace. Use it from the meeting's lane; `stop` from any thread."""

    def __init__(
        self,
        calls: Transport,
        signer: Signer,
        *,
        draw_id: Callable[[], bytes] = lambda: os.urandom(16),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls, self._signer, self._draw_id, self._now_s = calls, signer, draw_id, now_s
        self._stopped = False

    def measure(self, meeting: bytes, person: bytes) -> Measured:
        """Measure; raises MeetingRefused with the centre's code and ExchangeFailed for the line."""
        begun = self._now_s()
        try:
            self._begin(meeting, person)
            asked, course = self._now_s(), Course()
            first_s = 0.0

            def came(_up: int, down: int) -> None:
                nonlocal first_s
                now = self._now_s()
                first_s = first_s or (now - asked if down else 0.0)
                course.note(now, down)
                if now - begun > DOWN_S:
                    self._calls.stop()

            outcome = self._send(meeting, person, b"", came)
            octets = course.moments[-1][1] if course.moments else 0
            if not isinstance(outcome, Answered):
                if self._stopped or octets < LEAST_BYTES or not isinstance(outcome, TryAgain):
                    self._demand(outcome)
                return Measured(course.kbps(asked))
            if self._now_s() - begun > UP_BEFORE_S or self._stopped:
                return Measured(course.kbps(asked))
            return Measured(course.kbps(asked), self._up(meeting, person, first_s))
        finally:
            self._calls.close()

    def stop(self) -> None:
        """Measure no more: something else needs the line."""
        self._stopped = True
        self._calls.stop()

    def _begin(self, meeting: bytes, person: bytes) -> None:
        """Make the connection, which is not the line's speed, and sign by the centre's clock where ours is wrong."""
        outcome = self._send(meeting, person, b"\0")
        if isinstance(outcome, SignAnew) and outcome.server_time_ms:
            self._calls.take_centre_time(outcome.server_time_ms)
            outcome = self._send(meeting, person, b"\0")
        self._demand(outcome)

    def _up(self, meeting: bytes, person: bytes, first_s: float) -> int:
        begun = self._now_s()
        outcome = self._send(meeting, person, os.urandom(FILLING_UP_BYTES))
        took_s = self._now_s() - begun - first_s  # without the way there and back, and the centre's work
        if not isinstance(outcome, Answered):
            return 0
        return round(FILLING_UP_BYTES * 8 / 1000 / max(took_s, 0.001))

    def _send(
        self, meeting: bytes, person: bytes, filling: bytes, progress: Callable[[int, int], object] | None = None
    ) -> Outcome[MeetingReply]:
        call = MeetingCall(meeting, person, MeetingAct.TEST_LINE, self._draw_id(), filling=filling)
        return self._calls.act_in_meeting(self._signer, call, progress)

    def _demand(self, outcome: Outcome[MeetingReply]) -> None:
        if isinstance(outcome, Answered):
            return
        if isinstance(outcome, TryAgain):
            raise ExchangeFailed(outcome.reason.value)
        raise failure_of(outcome, MeetingRefused)


def fastest(moments: Sequence[tuple[float, int]], begun_s: float) -> int:
    """The kbit/s of the fastest third of what came, by when how much had come."""
    if not moments:
        return 0
    last_s, octets = moments[-1]
    best = octets / max(last_s - begun_s, 0.001)
    span = octets / WINDOW
    begin = 0
    for end in range(PIECES_LEAST, len(moments)):
        while begin + PIECES_LEAST < end and moments[end][1] - moments[begin + 1][1] >= span:
            begin += 1
        came, took_s = moments[end][1] - moments[begin][1], moments[end][0] - moments[begin][0]
        if came >= span and took_s > 0:
            best = max(best, came / took_s)
    return round(best * 8 / 1000)
