"""Makes the broadcast: at its own clock, picture by picture and piece by piece, whatever comes from the room.

Pieces last two seconds to the dot: a picture that comes too late for one begins it all the same, as it was. Where the
processor does not keep up there are fewer pictures, and more again when it does.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from server_sync.meetings.broadcast.encoding import TICKS, Encoded, Studio
from server_sync.meetings.broadcast.mixing import PIECE, RATE, Voices
from server_sync.meetings.broadcast.mosaic import Mosaic
from server_sync.meetings.broadcast.orders import Caption, Order
from server_sync.meetings.broadcast.recording import Recording
from server_sync.meetings.broadcast.window import PIECE_S, Window

RATES: Final = (15, 10, 5, 2)
"""Pictures a second, of which each makes a whole number in a piece."""
TOO_BUSY: Final = 0.85
"""A larger part of the time of a piece spent at work: fewer pictures."""
IDLE: Final = 0.35
PATIENCE: Final = 5
"""Pieces with little to do, one after another, until there are more pictures again."""
STEP_S: Final = 0.005


@dataclass(slots=True)
class Rate:
    """How many pictures a second there are, by how busy the last pieces were."""

    place: int = 0
    calm: int = 0

    @property
    def now(self) -> int:
        """Pictures a second."""
        return RATES[self.place]

    def judge(self, busy: float) -> None:
        """A piece took this part of its time."""
        if busy > TOO_BUSY:
            self.place, self.calm = min(self.place + 1, len(RATES) - 1), 0
        elif busy < IDLE and self.place:
            self.calm += 1
            if self.calm >= PATIENCE:
                self.place, self.calm = self.place - 1, 0
        else:
            self.calm = 0


@dataclass(slots=True)
class Made:
    """What was made so far, for whoever tells it."""

    frames: int = 0
    pieces: int = 0
    rate: int = RATES[0]
    fault: str = ""


@dataclass(slots=True)
class _Waiting:
    """What was encoded and is in no piece yet."""

    encoded: list[Encoded] = field(default_factory=list)

    def until(self, at: int) -> list[Encoded]:
        """Take what begins before a moment."""
        taken = [one for one in self.encoded if one.at < at]
        self.encoded = [one for one in self.encoded if one.at >= at]
        return taken


class Making:
    """Runs in a thread of its own between `run` and `end`; captions and items come from others."""

    def __init__(self, order: Order, mosaic: Mosaic, voices: Voices, clock: Callable[[], float] = time.time) -> None:
        self.made = Made()
        self._order, self._mosaic, self._voices = order, mosaic, voices
        self._studio = Studio()
        self._window = Window(Path(order.live), self._studio) if order.live else None
        self._rate = Rate()
        self._ends = threading.Event()
        self._is_over = False
        self._lock = threading.Lock()
        self._captions: list[Caption] = []
        self._item = 0
        self._waiting = _Waiting()
        passed = clock() - order.since_ms / 1000
        before = self._window.ends_at / TICKS if self._window is not None else 0.0
        self._first = max(0, round(max(passed, before) // PIECE_S) + 1) * PIECE_S * TICKS
        """Where it begins, at a whole piece, also where this computer's clock was set back."""
        self._shown_at = clock()
        self._sample = self._first * RATE // TICKS
        self._recording: Recording | None = None
        self._busy_s = 0.0

    def caption(self, caption: Caption) -> None:
        """Somebody typed this."""
        with self._lock:
            self._captions.append(caption)

    def go_to_item(self, item: int) -> None:
        """The meeting is at this item of its agenda."""
        self._item = item

    def end(self, *, is_over: bool) -> None:
        """Make no more; `is_over` says it to whoever watches."""
        self._is_over = is_over
        self._ends.set()

    def run(self) -> None:
        """Make pictures, sound and pieces until it is ended."""
        begun = time.monotonic()
        if self._order.record:
            with self._unless_full():
                self._recording = Recording(Path(self._order.record), self._studio, self._first)
        end = self._first + PIECE_S * TICKS
        try:
            for at, is_key in self._moments():
                while (wait_s := (at - self._first) / TICKS - (time.monotonic() - begun)) > 0:
                    self._ends.wait(min(wait_s, STEP_S * 4))
                    self._hear(begun)
                    if self._ends.is_set():
                        return
                self._hear(begun)
                if is_key and at > self._first:
                    self._close_piece(end - PIECE_S * TICKS, PIECE_S * TICKS)
                    end = at + PIECE_S * TICKS
                is_late = time.monotonic() - begun - (at - self._first) / TICKS > 1 / self._rate.now
                if not is_late or is_key:
                    self._film(at, is_key=is_key)
        finally:
            self._finish(end - PIECE_S * TICKS)

    def _moments(self) -> Iterator[tuple[int, bool]]:
        """When pictures are due, and which of them begin a piece."""
        at = self._first
        while not self._ends.is_set():
            pictures = self._rate.now * PIECE_S
            for n in range(pictures):
                yield at + n * PIECE_S * TICKS // pictures, n == 0
            at += PIECE_S * TICKS

    def _film(self, at: int, *, is_key: bool) -> None:
        begun = time.perf_counter()
        lasts = TICKS // self._rate.now
        self._waiting.encoded += self._studio.film(self._mosaic.compose(), at, lasts=lasts, is_key=is_key)
        self.made.frames += 1
        self._busy_s += time.perf_counter() - begun

    def _hear(self, begun: float) -> None:
        """Mix what is due by now."""
        due = self._first * RATE // TICKS + int((time.monotonic() - begun) * RATE)
        started = time.perf_counter()
        while self._sample + PIECE <= due:
            self._waiting.encoded += self._studio.hear(self._voices.mix(), self._sample)
            self._sample += PIECE
        self._busy_s += time.perf_counter() - started

    def _close_piece(self, at: int, lasts: int) -> None:
        begun = time.perf_counter()
        encoded = self._waiting.until(at + lasts)
        if self._window is not None:
            with self._lock:
                captions, self._captions = self._captions, []
            for one in captions:
                self._window.caption(one.language, self._time_of(one), one.text)
            said_at = datetime.fromtimestamp(self._shown_at + (at - self._first) / TICKS, UTC)
            with self._unless_full():
                self._window.add(encoded, at, lasts, said_at)
        if self._recording is not None:
            recording, self._recording = self._recording, None
            with self._unless_full():
                recording.go_to_item(self._item, at)
                recording.add(encoded)
                self._recording = recording
        self.made.pieces += 1
        self._rate.judge((self._busy_s + time.perf_counter() - begun) / PIECE_S)
        self._busy_s = 0.0
        self.made.rate = self._rate.now

    def _time_of(self, caption: Caption) -> int:
        return max(0, round((caption.at_ms - self._order.since_ms) * TICKS / 1000))

    def _finish(self, at: int) -> None:
        lasts = max((one.at + one.lasts for one in self._waiting.encoded if one.is_picture), default=at) - at
        if lasts > 0:
            self._close_piece(at, lasts)
        if self._window is not None and self._is_over:
            with self._unless_full():
                self._window.end()
        if self._recording is not None:
            with self._unless_full():
                self._recording.end()

    @contextlib.contextmanager
    def _unless_full(self) -> Iterator[None]:
        """A disk that takes no more is told; what is recorded ends there, and the lists go on when it takes more."""
        try:
            yield
        except OSError as failure:
            self.made.fault = type(failure).__name__
