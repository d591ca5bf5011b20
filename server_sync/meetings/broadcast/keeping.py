"""Keeps broadcasts and mixes running: one process for each meeting that wants one, started again when it ends or hangs.

A fault in a decoder, or a broadcast that was killed, ends no meeting; the next process goes on in the same playlists
and with a further part of the record.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog

from server_sync.meetings.broadcast.orders import LINE_MOST, Caption, Order, Over, Token, Told, Word

log = structlog.get_logger(__name__)

ROOT: Final = Path(__file__).resolve().parents[3]
READ_BYTES: Final = 65_536


class Source(Protocol):
    """Where it is known which meetings are to be broadcast, and what is new in them."""

    def orders(self) -> Sequence[Order]:
        """All that is wanted now, at most one for each meeting."""
        ...

    def token(self, order: Order) -> str:
        """A way into a meeting's room; empty while there is none."""
        ...

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[Caption]]:
        """What was typed after a number, with the newest number; after None, nothing but that number."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently broadcasts are kept."""

    pause_s: float = 0.5
    """How long is waited before the first new start; twice as long before each further one."""
    longest_pause_s: float = 30.0
    steady_s: float = 60.0
    """Who ran for so long is started again as quickly as the first time."""
    silent_s: float = 20.0
    """Who says nothing for so long hangs."""
    finishing_s: float = 600.0
    """So long a record may be put together: it says nothing meanwhile."""
    grace_s: float = 15.0
    token_s: float = 240.0


class Keeper:
    """Looks again and again; `look` never waits."""

    def __init__(self, source: Source, pace: Pace | None = None) -> None:
        self._source = source
        self._pace = pace or Pace()
        self._running: dict[str, _Running] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    @property
    def words(self) -> Mapping[str, Word]:
        """How each broadcast is, as it said last, by meeting."""
        return {meeting: one.word for meeting, one in self._running.items()}

    @property
    def processes(self) -> Mapping[str, int]:
        """The process of each, by meeting."""
        return {meeting: one.pid for meeting, one in self._running.items()}

    def look(self) -> None:
        """Start what is wanted and does not run, tell what is new, end what is wanted no more."""
        wanted = {order.meeting: order for order in self._source.orders()}
        for meeting, one in tuple(self._running.items()):
            before = one.word.fault
            one.read()
            if one.word.fault not in {"", before}:
                log.warning("broadcast_in_trouble", error=one.word.fault, passed=list(one.word.passed))
            order = wanted.get(meeting)
            if one.has_ended:
                self._note_end(meeting, one, is_wanted=order is not None and one.does(order))
            elif order is None or not one.does(order):
                one.ask_to_end(self._pace.grace_s)
            elif one.is_silent(self._pace):
                log.warning("broadcast_hangs", code=meeting)
                one.kill()
            else:
                self._tell_news(one)
        for meeting, order in wanted.items():
            if meeting not in self._running and self._may_start(meeting):
                self._running[meeting] = _Running(order)
                log.info("broadcast_started", code=meeting)
                self._tell_news(self._running[meeting])

    def end(self) -> None:
        """End all, without saying that the meetings are over: the next keeper goes on with them."""
        for one in self._running.values():
            one.let_go()
        end = time.monotonic() + self._pace.grace_s
        for one in self._running.values():
            one.wait_until(end)
        self._running.clear()

    def _note_end(self, meeting: str, one: "_Running", *, is_wanted: bool) -> None:
        del self._running[meeting]
        one.close()
        if not is_wanted:
            self._failures.pop(meeting, None)
            return
        failures, _ = self._failures.get(meeting, (0, 0.0))
        failures = 1 if one.lasted_s > self._pace.steady_s else failures + 1
        pause_s = min(self._pace.pause_s * 2 ** min(failures - 1, 16), self._pace.longest_pause_s)
        self._failures[meeting] = failures, time.monotonic() + pause_s
        log.warning("broadcast_ended", code=one.code, error=one.word.fault, passed=list(one.word.passed))

    def _may_start(self, meeting: str) -> bool:
        return time.monotonic() >= self._failures.get(meeting, (0, 0.0))[1]

    def _tell_news(self, one: "_Running") -> None:
        if not one.order.finish:
            if one.token_age_s > self._pace.token_s and (token := self._source.token(one.order)):
                one.tell_token(token)
            one.newest_caption, captions = self._source.captions(one.order, one.newest_caption)
            for caption in captions:
                one.tell(caption)
        one.flush()


class _Running:
    """One broadcast's process. What it is told never waits for it: what the pipe does not take is given later."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.word = Word()
        self.newest_caption: int | None = None
        self._begun = self._said_at = time.monotonic()
        self._token_at: float | None = None
        self._kill_at: float | None = None
        self._heard = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server_sync.meetings.broadcast"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries of media write there whatever they like
            process_group=0,  # Ctrl-C reaches the keeper, who ends it
        )
        assert self._process.stdin is not None  # noqa: S101 (both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        for pipe in (self._stdin, self._stdout):
            os.set_blocking(pipe.fileno(), False)
        self._waiting = order.written()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def code(self) -> int:
        return self._process.returncode

    @property
    def lasted_s(self) -> float:
        return time.monotonic() - self._begun

    @property
    def token_age_s(self) -> float:
        return float("inf") if self._token_at is None else time.monotonic() - self._token_at

    def does(self, order: Order) -> bool:
        """Whether it does what is wanted."""
        ours = self.order
        return all(
            getattr(ours, what) == getattr(order, what) for what in ("live", "record", "finish", "is_mix", "url")
        )

    def is_silent(self, pace: Pace) -> bool:
        limit_s = pace.finishing_s if self.order.finish else pace.silent_s
        return time.monotonic() - self._said_at > limit_s

    def tell_token(self, token: str) -> None:
        self._token_at = time.monotonic()
        self.tell(Token(token))

    def tell(self, told: Told) -> None:
        if len(self._waiting) < LINE_MOST:
            self._waiting += told.written()
        self.flush()

    def flush(self) -> None:
        """Give the pipe what it takes."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError, ValueError):
            while self._waiting:
                self._waiting = self._waiting[os.write(self._stdin.fileno(), self._waiting) :]

    def read(self) -> None:
        """Hear what it has said since."""
        with contextlib.suppress(BlockingIOError, ValueError):
            while said := os.read(self._stdout.fileno(), READ_BYTES):
                self._heard = (self._heard + said)[-READ_BYTES:]
        *lines, self._heard = self._heard.split(b"\n")
        words = [word for line in lines if (word := Word.read(line)) is not None]
        if words:
            self.word, self._said_at = words[-1], time.monotonic()

    def ask_to_end(self, grace_s: float) -> None:
        """Say that the meeting is over; killed when it does not hear of it in time."""
        if self._kill_at is None:
            self._kill_at = time.monotonic() + grace_s
            self.tell(Over())
        self.flush()
        if time.monotonic() > self._kill_at:
            self.kill()

    def let_go(self) -> None:
        """Close its pipe, which ends it."""
        with contextlib.suppress(OSError):
            self._stdin.close()

    def kill(self) -> None:
        self._said_at = time.monotonic()  # it is given the time to be gone
        self._process.kill()

    def wait_until(self, end: float) -> None:
        """Wait for its end; killed after that."""
        try:
            self._process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.close()

    def close(self) -> None:
        """Let go of its pipes."""
        for pipe in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                pipe.close()
