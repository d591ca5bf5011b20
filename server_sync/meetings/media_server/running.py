"""Keeps the media server running: starts it, asks after it, notices its end and its silence, and starts it again.

One thread does all of it. The media server ends with the process that keeps it, however that one ends: the system kills
it (`setpriv --pdeathsig`), and who is killed cannot forget to.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from server_sync.meetings.media_server.configuration import media_folder, pair_of, write_configuration
from server_sync.meetings.media_server.standing import (
    Standing,
    State,
    confirm_standing,
    forget_standing,
    write_standing,
)
from server_sync.meetings.media_server.wanted import LOOPBACK, Ports, Wanted
from server_sync.meetings.media_server.words import KeptWords

log = structlog.get_logger(__name__)

READ_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the media server is looked at, and how patiently."""

    step_s: float = 0.1
    look_s: float = 2.0
    answer_s: float = 3.0
    """An answer takes a millisecond; a computer that is busy with something else must not end a meeting."""
    silences: int = 3
    """Looks in vain, one after another, until it is taken to hang."""
    start_s: float = 20.0
    """How long a start may take until its silence counts."""
    pause_s: float = 0.5
    """How long is waited before the first new start; twice as long before each further one."""
    longest_pause_s: float = 60.0
    steady_s: float = 120.0
    """Who was well for so long is started again as quickly as the first time."""
    ask_again_s: float = 0.4
    grace_s: float = 5.0
    tell_s: float = 10.0
    """How often a standing that has not changed is written down again."""


class Keeper:
    """Keeps one media server: ours as a child, or one elsewhere by looking at it alone."""

    def __init__(self, wanted: Wanted, home: Path, pace: Pace | None = None) -> None:
        self._wanted = wanted
        self._home = home
        self._pace = pace or Pace()
        self._folder = media_folder(home)
        self._ports = wanted.ports or Ports.free()
        self._process: subprocess.Popen[bytes] | None = None
        self._words = KeptWords(self._folder / "log")
        self._told_at = 0.0
        now = datetime.now(UTC)
        self._standing = Standing(State.STARTING, *self._addresses(), since=now, looked_at=now)

    def keep(self, is_over: Callable[[], bool]) -> None:
        """Keep it until it is over; then it is ended, and nobody is told of it any more."""
        try:
            if self._wanted.is_kept_here:
                self._keep_running(is_over)
            else:
                self._keep_looking(is_over)
        finally:
            self._end()
            self._words.close()
            forget_standing(self._folder)

    def _addresses(self) -> tuple[str, str]:
        """Where the centre reaches it, and where everybody else does."""
        address = self._wanted.elsewhere or f"http://{LOOPBACK}:{self._ports.signal}"
        return address, self._wanted.client_url or "ws" + address.removeprefix("http")

    # ours

    def _keep_running(self, is_over: Callable[[], bool]) -> None:
        failures = 0
        while not is_over():
            well_for_s = self._run_once(is_over)
            if is_over():
                return
            failures = 1 if well_for_s >= self._pace.steady_s else failures + 1
            pause_s = min(self._pace.pause_s * 2 ** min(failures - 1, 16), self._pace.longest_pause_s)
            again_at = time.monotonic() + pause_s
            while not is_over() and time.monotonic() < again_at:
                self._say_so_still()
                time.sleep(self._pace.step_s)
            if self._standing.state in {State.ENDED, State.SILENT}:
                self._standing = replace(self._standing, restarts=self._standing.restarts + 1)

    def _run_once(self, is_over: Callable[[], bool]) -> float:
        """Start it and stay with it until it has ended or hangs; gives how long it was well."""
        program = self._wanted.executable
        if program is None:
            self._tell(State.NOT_BUILT)
            return 0.0
        if taken := taken_port(self._wanted, self._ports):
            self._tell(State.PORT_TAKEN, port=taken)
            if self._wanted.ports is None:
                self._ports = Ports.free()
                address, client_url = self._addresses()
                self._standing = replace(self._standing, address=address, client_url=client_url)
            return 0.0
        pair = pair_of(self._wanted, self._home)
        configuration = write_configuration(self._wanted, self._ports, pair, self._folder)
        process = self._process = start(program, configuration)
        begun = time.monotonic()
        self._tell(State.STARTING, pid=process.pid)
        well_at = self._stay(process, begun, is_over)
        ended = process.poll()
        well_for_s = time.monotonic() - well_at if well_at else 0.0
        if ended is not None:
            log.warning("media_server_ended", code=ended, duration_ms=_ms_since(begun))
        self._end(firmly=ended is None and not is_over())
        if not is_over():
            self._tell(State.ENDED if ended is not None else State.SILENT)
        return well_for_s

    def _stay(self, process: subprocess.Popen[bytes], begun: float, is_over: Callable[[], bool]) -> float:
        """Look at it again and again until it has ended, hangs or is not wanted; gives when it was first well."""
        well_at, silences = 0.0, 0
        look_at = begun
        while not is_over() and process.poll() is None:
            self._read()
            if time.monotonic() < look_at:
                self._say_so_still()
                time.sleep(self._pace.step_s)
                continue
            answer = ask_how_it_is(self._standing.address, self._pace.answer_s)
            look_at = time.monotonic() + (self._pace.look_s if well_at or answer is Answer.WELL else self._pace.step_s)
            if answer is Answer.NOT_READY and well_at and self._wanted.redis is not None:
                silences = 0  # whoever is in a meeting stays in it, and a new start would not bring Redis back
                self._tell(State.NOT_READY, pid=process.pid)
                continue
            if answer is Answer.WELL:
                silences = 0
                if not well_at:
                    well_at = time.monotonic()
                    log.info("media_server_well", duration_ms=_ms_since(begun), port=self._ports.signal)
                self._tell(State.WELL, pid=process.pid)
                continue
            silences += 1
            patience_s = self._pace.start_s if not well_at else 0.0
            if silences >= self._pace.silences and time.monotonic() - begun > patience_s:
                log.warning("media_server_hangs", count=silences, duration_ms=_ms_since(begun))
                break
        self._read()
        return well_at

    def _read(self) -> None:
        """Take what it has said since; never waits."""
        if self._process is None or self._process.stdout is None or self._process.stdout.closed:
            return
        while True:
            try:
                said = os.read(self._process.stdout.fileno(), READ_BYTES)
            except BlockingIOError:
                return
            if not said:
                return
            self._words.add(said)

    def _end(self, *, firmly: bool = False) -> None:
        """End it: asked once it waits for the rooms to empty, asked twice it goes; killed if it does not.

        It hears no more than two askings, and none in the first 0.1 s: so they are some time apart.
        """
        process = self._process
        if process is None:
            return
        begun = time.monotonic()
        ask_at = begun
        while process.poll() is None and not firmly and time.monotonic() < begun + self._pace.grace_s:
            if time.monotonic() >= ask_at:
                process.send_signal(signal.SIGTERM)
                ask_at = time.monotonic() + self._pace.ask_again_s
            self._read()
            time.sleep(self._pace.step_s)
        if process.poll() is None:
            process.kill()
        process.wait()
        self._read()
        if process.stdout is not None:
            process.stdout.close()
        self._process = None

    # one elsewhere

    def _keep_looking(self, is_over: Callable[[], bool]) -> None:
        look_at, silences = 0.0, 0
        while not is_over():
            if time.monotonic() < look_at:
                time.sleep(self._pace.step_s)
                continue
            answer = ask_how_it_is(self._standing.address, self._pace.answer_s)
            silences = 0 if answer is Answer.WELL else silences + 1
            look_at = time.monotonic() + self._pace.look_s
            if silences == 0:
                self._tell(State.WELL)
            elif silences >= self._pace.silences:
                self._tell(State.NOT_READY if answer is Answer.NOT_READY else State.SILENT)

    # what others are told

    def _tell(self, state: State, *, pid: int = 0, port: int = 0) -> None:
        now = datetime.now(UTC)
        has_changed = (state, pid, port) != (self._standing.state, self._standing.pid, self._standing.port)
        since = now if state is not self._standing.state else self._standing.since
        self._standing = replace(self._standing, state=state, pid=pid, port=port, since=since, looked_at=now)
        if has_changed and state not in {State.STARTING, State.WELL}:
            log.warning("media_server", state=str(state), port=port)
        if has_changed or time.monotonic() - self._told_at > self._pace.tell_s:
            try:
                write_standing(self._folder, self._standing)
            except OSError as failure:  # a full disk ends no meeting that runs well
                log.warning("standing_not_written", code=failure.errno)
                if not has_changed:
                    confirm_standing(self._folder)
            self._told_at = time.monotonic()

    def _say_so_still(self) -> None:
        """What is in trouble is looked at all the time; so the word of it does not become stale."""
        if self._standing.state is not State.WELL:
            self._tell(self._standing.state, pid=self._standing.pid, port=self._standing.port)


def start(program: Path, configuration: Path) -> subprocess.Popen[bytes]:
    """Start livekit-server as a child that ends with this process; what it says is read without waiting."""
    tool = shutil.which("setpriv")
    with_us = [tool, "--pdeathsig", "KILL"] if tool else []
    group = 0 if tool else None  # Ctrl-C reaches the keeper, who ends it; where nobody else would, it reaches both
    process = subprocess.Popen(
        [*with_us, str(program), "--config", str(configuration)],
        env={name: value for name, value in os.environ.items() if not name.startswith("LIVEKIT_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=group,
    )
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    os.set_blocking(process.stdout.fileno(), False)
    return process


class Answer(Enum):
    """What a media server says when it is asked how it is."""

    WELL = auto()
    NOT_READY = auto()
    NONE = auto()


def ask_how_it_is(address: str, timeout_s: float) -> Answer:
    """Ask a media server how it is; who says nothing in time, or cannot be reached, has not answered."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or LOOPBACK, parts.port, timeout=timeout_s)
    try:
        connection.request("GET", f"{parts.path}/")
        return Answer.WELL if connection.getresponse().status == http.client.OK else Answer.NOT_READY
    except (OSError, http.client.HTTPException):
        return Answer.NONE
    finally:
        connection.close()


def taken_port(wanted: Wanted, ports: Ports) -> int:
    """The first port that another program listens on; 0 when all are free."""
    host = wanted.host if wanted.is_trial else ""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    over_tcp = [(LOOPBACK, ports.signal), (LOOPBACK, ports.metrics), ("", ports.tcp)]
    if wanted.turn_domain:
        over_tcp.append((host, ports.turn_tls))
    asked = [(socket.SOCK_STREAM, place, port) for place, port in over_tcp]
    asked += [(socket.SOCK_DGRAM, host, port) for port in (ports.udp, ports.turn)]
    for kind, place, port in asked:
        with socket.socket(socket.AF_INET if place in {"", LOOPBACK} else family, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place, port))
            except OSError:
                return port
    return 0


def _ms_since(begun: float) -> int:
    return round(1000 * (time.monotonic() - begun))
