"""Two offices and their centre under drawn troubles: each round one trouble, then everything is started and checked."""

import random
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from proving.asked import SAMPLES
from proving.demo.showing import Shown
from proving.line import Line
from proving.look import look_into
from proving.torture.promises import Promises
from proving.world import Centre, Office, ProgramFailed, wait_until

SITES: Final = ("KG-C-ALA", "KG-C")
NAMES: Final = ("first", "second")
ROWS: Final = 300
BATCH: Final = 24
HELD_S: Final = 20.0
DRAIN_TRIES: Final = 20
REPLAYED_MOST: Final = 12

Told = dict[str, Any]


class CutNow(Exception):
    """The drawn moment has come."""


class Trial:
    """The world under trial. Rounds can be repeated: the same seed draws the same troubles and moments."""

    def __init__(self, folder: Path, seed: int, shown: Shown, troubles: Sequence[str]) -> None:
        self.promises = Promises()
        self._seed = seed
        self._shown = shown
        self._troubles = troubles
        self._done: Counter[str] = Counter()
        self._skipped: list[str] = []
        self._place = 0
        self._replayed = 0
        self._began = time.monotonic()
        self.centre = Centre(folder / "centre")
        self._folder = folder
        self.lines: list[Line] = []
        self.offices: list[Office] = []

    def prepare(self) -> None:
        """Start the centre, enrol both offices, sign their clerks in."""
        self._shown.stage("Two offices and their centre are made")
        self.centre.prepare(SITES)
        self.centre.start()
        for name, site in zip(NAMES, SITES, strict=True):
            line = Line(self.centre.port)
            line.record()
            line.up()
            self.lines.append(line)
            office = Office(name, site, self._folder / name, line.address)
            self.offices.append(office)
            office.start()
            office.ask("enrol", code=self.centre.enrolment_code(site), name=name)
            self._sign_in(office)

    def run(self, rounds: int, seconds: float) -> None:
        """Go through the rounds, and check after each."""
        self._shown.stage("Troubles")
        for number in range(rounds):
            if time.monotonic() - self._began > seconds or self.promises.broken:
                return
            draw = random.Random(f"{self._seed} {number}")
            trouble = self._troubles[number % len(self._troubles)]
            TROUBLES[trouble](self, draw)
            self._done[trouble] += 1
            self._mend()
            self._check()
            self._shown.count(number + 1, rounds, f"rounds, {len(self.promises.shown)} requests")

    def finish(self) -> None:
        """When all troubles are over everything drains by itself; then both ends say the same, and replays nothing."""
        self._shown.stage("Everything drains; both ends are compared")
        self._drain()
        wait_until(self._is_routed, 120, "every request has a body")
        self._drain()
        look = look_into(self.centre)
        self.promises.hold_at_centre(look, is_drained=True)
        for office in self.offices:
            self.promises.hold_replica(office.name, office.site, office.ask("states")["states"], look)
        for line in self.lines:
            for raw in line.recorded[-REPLAYED_MOST:]:
                self._replayed += replay(raw, self.centre.port)
        self.promises.hold_unchanged(look, look_into(self.centre))
        try:
            self.centre.manage("rebuild_projections", "--compare")
        except ProgramFailed as differs:
            self.promises.break_(f"I3 {differs}")

    def told(self) -> Told:
        """What came of it."""
        return {
            "rounds": dict(self._done),
            "skipped": self._skipped,
            "registered": len(self.promises.shown),
            "checks": self.promises.checked,
            "replayed": self._replayed,
            "broken": self.promises.broken,
            "seconds": round(time.monotonic() - self._began, 1),
        }

    def close(self) -> None:
        """Stop every program."""
        for office in self.offices:
            office.stop()
        self.centre.stop()
        for line in self.lines:
            line.close()

    # what every round needs

    def register(self, k: int, count: int, cut_after: int | None = None) -> None:
        """Register rows at an office; `cut_after` so many were shown, CutNow is raised."""
        rows = [(self._place + place) % ROWS for place in range(count)]
        run = f"torture {self._seed} {self._place}"
        self._place += count
        heard = 0

        def progress(told: Told) -> None:
            nonlocal heard
            if "number" in told:
                key = f"{run} {rows[heard]}"
                self.promises.show(self.offices[k].name, key, told["number"], told["event"])
            heard += 1
            if cut_after is not None and heard >= cut_after:
                raise CutNow

        self.offices[k].ask("register", progress=progress, file=str(SAMPLES), run=run, rows=rows, by="services")

    def _mend(self) -> None:
        """Start what is down; lines are up."""
        for line in self.lines:
            line.up()
        if self.centre.process is None:
            self.centre.start()
        for office in self.offices:
            if office.process is None:
                office.start()
                self._sign_in(office)

    def _sign_in(self, office: Office) -> None:
        clerk = self.centre.person("clerk", office.site)
        office.ask("sign_in", login=clerk["login"], password=clerk["password"])

    def _check(self) -> None:
        for office in self.offices:
            self.promises.hold_at_office(office.name, office.ask("registered")["requests"], office.ask("chain"))
        self.promises.hold_at_centre(look_into(self.centre), is_drained=False)

    def _drain(self) -> None:
        for office in self.offices:
            told: Told = {}
            for _ in range(DRAIN_TRIES):
                told = office.ask("exchange")
                if told["drained"]:
                    break
                time.sleep(0.5)
            else:
                self.promises.break_(f"I10 {office.name} does not drain: {told}")

    def _is_routed(self) -> bool:
        return "registered" not in look_into(self.centre)["states"]

    def skip(self, words: str) -> None:
        """Say what cannot be tried here."""
        if words not in self._skipped:
            self._skipped.append(words)
            self._shown.say(words)


def power_cut_while_registering(trial: Trial, draw: random.Random) -> None:
    """An office's PC goes dark at a drawn moment between two registrations."""
    k = draw.randrange(2)
    try:
        trial.register(k, BATCH, cut_after=draw.randrange(1, BATCH))
    except CutNow:
        time.sleep(draw.random() * 0.01)
        trial.offices[k].kill()


def power_cut_while_exchanging(trial: Trial, draw: random.Random) -> None:
    """An office's PC goes dark when a drawn number of bytes has passed, up or down."""
    k = draw.randrange(2)
    trial.register(k, BATCH)
    is_up = draw.random() < 0.5
    trial.lines[k].hold_after(draw.randrange(200, 9_000) if is_up else draw.randrange(1, 400), is_up=is_up)
    trial.offices[k].tell("exchange")
    wait_until(trial.lines[k].held.is_set, HELD_S, "the exchange is under way")
    time.sleep(draw.random() * 0.05)
    trial.offices[k].kill()


def power_cut_at_the_centre(trial: Trial, draw: random.Random) -> None:
    """The server goes dark at a drawn moment while both offices exchange."""
    for k in (0, 1):
        trial.register(k, BATCH)
    for office in trial.offices:
        office.tell("exchange")
    time.sleep(draw.random() * 0.25)
    trial.centre.kill()
    for office in trial.offices:
        office.answer()


def line_cut(trial: Trial, draw: random.Random) -> None:
    """The line breaks after a drawn number of bytes; the office goes on and exchanges again later."""
    k = draw.randrange(2)
    trial.register(k, BATCH)
    trial.lines[k].cut_after(draw.randrange(200, 9_000))
    trial.offices[k].ask("exchange")
    trial.register(k, 2)


def full_disk(trial: Trial, draw: random.Random) -> None:
    """Files of an office's PC cannot grow any more while requests are registered, until room is made."""
    if sys.platform != "linux":
        trial.skip("full disk: this system cannot limit another program's files, so it was not tried")
        return
    k = draw.randrange(2)
    office = trial.offices[k]
    if office.process is None:
        raise ProgramFailed(f"{office.name} is not running")
    pid = office.process.pid
    largest = max(file.stat().st_size for file in (office.home / "store").iterdir())
    hard = resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + draw.randrange(0, 60_000), hard))
    full = ""
    for _ in range(12):
        try:
            trial.register(k, BATCH)
        except ProgramFailed as failure:
            full = str(failure)
            break
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    if not full:
        trial.skip("full disk: the office's files had room after all in one round")
    trial.register(k, 2)


TROUBLES: Final[dict[str, Callable[[Trial, random.Random], None]]] = {
    "register": power_cut_while_registering,
    "exchange": power_cut_while_exchanging,
    "centre": power_cut_at_the_centre,
    "line": line_cut,
    "disk": full_disk,
}


def replay(raw: bytes, port: int) -> int:
    """Send recorded bytes to the centre once more, hear it out, and say how many answers came."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.settimeout(2)
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                heard += piece
        except OSError:
            pass
    return heard.count(b"HTTP/1.1 ")
