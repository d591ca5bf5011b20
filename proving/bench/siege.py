"""How the honest fare beside slow callers of every sort, and what the worst requests cost."""

import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from liaison_desktop.store.epochs import current_epoch
from proving.bench.figures import Figure, percentile, spread
from proving.bench.offices import SITES, enrolled, fill, prepared_centre
from proving.bench.worst import Cost, costs
from proving.counter import Counter, opened
from proving.world import REPOSITORY, Centre, ProgramFailed

RATIO_LIMIT: Final = 2.0
SECONDS_LIMIT: Final = 0.3
MEGABYTES_LIMIT: Final = 64.0
READERS: Final = 2
PAUSE_S: Final = 0.05
ANSWER_S: Final = 60.0
IN_A_DELIVERY: Final = 20
PAGES: Final = ("/", "/requests", "/requests?q=%D0%B6%D0%BE%D0%BB", "/offices", "/log/checkpoint", "/healthz")


@dataclass
class Told:
    """How long the honest waited, and what they were refused."""

    exchanges_ms: list[float] = field(default_factory=list)
    pages_ms: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def siege(folder: Path, published: int, each: int, rounds: int) -> list[Figure]:
    """Let an office deliver and readers read, alone and then besieged; then ask the worst of everything."""
    home = folder / "siege"
    shutil.rmtree(home, ignore_errors=True)
    centre = prepared_centre(home / "centre")
    centre.arguments = ("--without-worker",)
    centre.start()
    try:
        person = enrolled(centre, home / "office", SITES[0])
        with opened(home / "office", centre.address) as pc:
            pc.sign_in(person["login"], person["password"])
            pc.on_desk(lambda desk: fill(desk, published))
            if not pc.exchange()["drained"]:
                raise ProgramFailed("the office did not deliver")
            _publish(centre)
            _honest(centre, pc, 2)  # everyone has been served once
            alone = _honest(centre, pc, rounds)
            with _besieged(centre, each) as reopened:
                beside = _honest(centre, pc, rounds)
            epoch = current_epoch(pc.desk.store.connection)
            if centre.process is None:
                raise ProgramFailed("the server is gone")
            dear = costs(centre.address, centre.process.pid, epoch.epoch, epoch.key)
    finally:
        centre.stop()
    more = {"slow_connections_of_each_sort": each, "opened_again": reopened[0], "published": published}
    return [
        _ratio("siege_exchange_p95_ratio", alone.exchanges_ms, beside.exchanges_ms, more),
        _ratio("siege_page_p95_ratio", alone.pages_ms, beside.pages_ms, more),
        Figure("siege_refused", len(beside.refused), "requests", 0, more={"refused": beside.refused[:20]}),
        _dearest("worst_request_seconds", dear, SECONDS_LIMIT, "s"),
        _dearest("worst_request_megabytes", dear, MEGABYTES_LIMIT, "MB"),
    ]


def _ratio(name: str, alone: list[float], beside: list[float], more: Mapping[str, int]) -> Figure:
    value = percentile(beside, 0.95) / percentile(alone, 0.95)
    return Figure(
        name, value, "×", RATIO_LIMIT, more={"alone_ms": spread(alone), "besieged_ms": spread(beside), **more}
    )


def _dearest(name: str, dear: list[Cost], limit: float, unit: str) -> Figure:
    def figure_of(cost: Cost) -> float:
        return cost.seconds if unit == "s" else cost.megabytes

    ordered = sorted(dear, key=figure_of, reverse=True)
    each = {f"{cost.name} ({cost.status})": round(figure_of(cost), 3) for cost in ordered}
    return Figure(name, figure_of(ordered[0]), unit, limit, more={"each": each})


def _honest(centre: Centre, pc: Counter, rounds: int) -> Told:
    """An office that delivers so many times, and readers who read meanwhile."""
    told = Told()
    ending = threading.Event()
    readers = [threading.Thread(target=_read, args=(centre.address, told, ending, at)) for at in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(rounds):
            pc.on_desk(lambda desk: fill(desk, IN_A_DELIVERY))
            begun = time.perf_counter()
            went = pc.exchange()
            told.exchanges_ms.append((time.perf_counter() - begun) * 1_000)
            if not went["drained"]:
                told.refused.append(f"exchange: {went['trouble'] or went['hindrance']}")
            time.sleep(PAUSE_S)
    finally:
        ending.set()
        for reader in readers:
            reader.join()
    return told


def _read(address: str, told: Told, ending: threading.Event, at: int) -> None:
    while not ending.wait(PAUSE_S):
        path = PAGES[at % len(PAGES)]
        at += 1
        begun = time.perf_counter()
        try:
            with urllib.request.urlopen(address + path, timeout=ANSWER_S) as answer:  # noqa: S310 (our own server)
                answer.read()
        except (urllib.error.URLError, OSError) as failure:
            told.refused.append(f"{path}: {failure}")
        told.pages_ms.append((time.perf_counter() - begun) * 1_000)


@contextmanager
def _besieged(centre: Centre, each: int) -> Iterator[list[int]]:
    """Slow callers of every sort, by a process of their own; afterwards how often they had to open again."""
    reopened = [0]
    child = subprocess.Popen(
        [sys.executable, "-m", "proving.bench.besieging", "127.0.0.1", str(centre.port), str(each)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if child.stdout is None or child.stdout.readline().strip() != "besieged":
            raise ProgramFailed("nobody besieges the server")
        yield reopened
        out, _ = child.communicate(timeout=ANSWER_S)
        reopened[0] = int(out.strip() or 0)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _publish(centre: Centre) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proving.bench.publishing"],
        cwd=REPOSITORY,
        env=centre.surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"publishing: {done.stderr.strip()[-2000:]}")
