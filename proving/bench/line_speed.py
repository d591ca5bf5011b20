"""What the line carries: requests a second over loopback with signatures and log, and bytes for each request."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from proving.bench.figures import Figure
from proving.bench.offices import SITES, enrolled, fill, prepared_centre
from proving.counter import Counter, opened, states_here
from proving.line import Line
from proving.world import REPOSITORY, Centre
from server_sync.contract.workflow import State

RATE_LIMIT: Final = 2_000.0
BYTES_LIMIT: Final = 330.0
SAMPLE: Final = 300
BATCH_LEAST: Final = 150
ROUTED_MOST_S: Final = 120.0
ASK_AGAIN_S: Final = 0.2


def exchange_speed(folder: Path, count: int) -> list[Figure]:
    """Let one office, then two at once, deliver `count` requests each to a fresh centre.

    Routing by rule is the centre's own work, by another process: it is measured by itself, and beside a delivery.
    """
    home = folder / "exchange"
    shutil.rmtree(home, ignore_errors=True)
    centre = prepared_centre(home / "centre")
    centre.arguments = ("--without-worker",)
    centre.start()
    try:
        alone = _deliver(centre, home, {"alone": SITES[0]}, count).per_s
        begun = time.perf_counter()
        _route(centre)
        routed = count / (time.perf_counter() - begun)
        together = _deliver(centre, home, {"first": SITES[1], "second": SITES[2]}, count).per_s
    finally:
        centre.stop()
    more = {
        "requests_of_each": count,
        "two_offices_at_once_per_s": round(together, 1),
        "routed_afterwards_per_s": round(routed, 1),
        "beside_routing": _beside_routing(home, count),
        "with": "signatures, public log, register, confirmations by the feed",
    }
    return [Figure("exchange_requests_per_s", alone, "requests/s", RATE_LIMIT, at_most=False, more=more)]


def _beside_routing(home: Path, count: int) -> dict[str, float]:
    """One office alone again, the centre's worker routing by rule meanwhile: no limit of its own yet."""
    centre = prepared_centre(home / "routing-centre")
    centre.start()
    try:
        beside = _deliver(centre, home, {"beside": SITES[0]}, count, until_routed=True)
    finally:
        centre.stop()
    return {
        "delivered_per_s": round(beside.per_s, 1),
        "routed_meanwhile": beside.routed_meanwhile,
        "all_routed_s_after": round(beside.routed_after_s, 2),
    }


@dataclass(frozen=True, slots=True)
class Delivered:
    """How offices delivered, what they had heard of routing by the end, and how long it took to hear the rest."""

    per_s: float
    routed_meanwhile: int
    routed_after_s: float


def _deliver(centre: Centre, home: Path, names: dict[str, str], count: int, *, until_routed: bool = False) -> Delivered:
    people = []
    for name, site in names.items():
        person = enrolled(centre, home / name, site)
        with opened(home / name, centre.address) as pc:
            pc.sign_in(person["login"], person["password"])
            pc.on_desk(lambda desk: fill(desk, count))
        people.append(person)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "proving.bench.line_speed", str(home / name), centre.address, person["login"]],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, person in zip(names, people, strict=True)
    ]
    for child, person in zip(children, people, strict=True):
        _tell(child, person["password"])
    for child in children:
        _hear(child)
    begun = time.perf_counter()
    for child in children:
        _tell(child, "go")
    delivered = [_hear(child) for child in children]
    for told in delivered:
        if not told["drained"]:
            raise RuntimeError(f"an office did not deliver all: {told}")
    spent_s = time.perf_counter() - begun
    meanwhile = sum(told["routed"] for told in delivered)
    begun = time.perf_counter()
    for child in children:
        _tell(child, "until routed" if until_routed else "end")
    if until_routed and not all(_hear(child)["routed"] == count for child in children):
        raise RuntimeError("an office did not hear of every routing")
    after_s = time.perf_counter() - begun
    for child in children:
        child.communicate(timeout=60)
    per_s = count * len(names) / spent_s
    return Delivered(per_s, meanwhile, after_s)


def bytes_per_request(folder: Path) -> list[Figure]:
    """Deliver the 300 invented requests of one office over a counted line, in batches of 150 and more."""
    home = folder / "bytes"
    shutil.rmtree(home, ignore_errors=True)
    centre = prepared_centre(home / "centre")
    centre.start()
    line = Line(centre.port)
    line.up()
    try:
        person = enrolled(centre, home / "office", SITES[0], line.address)
        with opened(home / "office", line.address) as pc:
            pc.sign_in(person["login"], person["password"])
            pc.exchange()
            pc.on_desk(lambda desk: fill(desk, SAMPLE))
            before = line.bytes_up, line.bytes_down
            exchanges = _exchanges(pc)
            told = pc.exchange()
            up, down = line.bytes_up - before[0], line.bytes_down - before[1]
            batches = _exchanges(pc) - exchanges
            _route(centre)
            before_routing = line.bytes_up + line.bytes_down
            pc.exchange()
            routing = line.bytes_up + line.bytes_down - before_routing
    finally:
        line.close()
        centre.stop()
    more = {
        "requests": SAMPLE,
        "exchanges": batches,
        "drained": told["drained"],
        "bytes_up": up,
        "bytes_down": down,
        "with": "everything on the connection: HTTP headers, signatures, acknowledgement, proofs, confirmations",
        "routing_afterwards_bytes_per_request": round(routing / SAMPLE, 1),
    }
    return [Figure("bytes_per_request", (up + down) / SAMPLE, "B", BYTES_LIMIT, more=more)]


def _exchanges(pc: Counter) -> int:
    row = pc.desk.store.connection.execute("SELECT count(*) FROM contacts").fetchone()
    return int(row[0])


def _route(centre: Centre) -> None:
    centre.manage("work", "--once")


def _tell(child: "subprocess.Popen[str]", word: str) -> None:
    if child.stdin is None:
        raise RuntimeError("the child does not listen")
    child.stdin.write(word + "\n")
    child.stdin.flush()


def _hear(child: "subprocess.Popen[str]") -> dict[str, Any]:
    if child.stdout is None:
        raise RuntimeError("the child does not speak")
    told: dict[str, Any] = json.loads(child.stdout.readline() or '{"drained": false, "ended": true}')
    return told


def main(home: str, server: str, login: str) -> None:
    """Be one office: open, say so, wait for the word, deliver everything, say how it went; ask on if told to."""
    with opened(Path(home), server) as pc:
        pc.sign_in(login, sys.stdin.readline().strip())
        print(json.dumps({"ready": True}), flush=True)
        sys.stdin.readline()
        told = pc.exchange()
        print(json.dumps({**told, "routed": _routed(pc)}), flush=True)
        if sys.stdin.readline().strip() == "until routed":
            _ask_until_routed(pc)
            print(json.dumps({"routed": _routed(pc)}), flush=True)


def _ask_until_routed(pc: Counter) -> None:
    until = time.monotonic() + ROUTED_MOST_S
    while _routed(pc) < len(states_here(pc.desk)) and time.monotonic() < until:
        time.sleep(ASK_AGAIN_S)
        pc.exchange()


def _routed(pc: Counter) -> int:
    return sum(state != State.REGISTERED for state in states_here(pc.desk).values())


if __name__ == "__main__":
    main(*sys.argv[1:4])
