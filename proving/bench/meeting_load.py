"""A full meeting: twenty on stage, sixty-three connected, one window that looks on; what each of them pays for it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from proving.bench.browser_room import browsed
from proving.bench.figures import Figure, percentile, spread
from proving.bench.one_lobby import cpu_s, memory_mb
from proving.bench.window_speed import told_by
from proving.crowd import PASSWORD, Crowd, gathered, who
from proving.emulated_line import may_be_emulated
from proving.torture.forging import ForgingPc
from proving.world import REPOSITORY, ProgramFailed
from server_sync.contract.meetings import MeetingAct

PAINT_MS: Final = 2.0
LAG_MS: Final = 15.0
FIRST_S: Final = 0.6
BACK_S: Final = 3.0
CORES: Final = 2.0
OF_BROWSER: Final = 0.5
SERVER_MB: Final = 1_024.0
MEETING_MB: Final = 700.0
ANSWER_S: Final = 60.0
SETTLED_S: Final = 3.0
WINDOW_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it is done."""

    seats: int = 20
    connected: int = 63
    times: int = 7
    """So often the window enters."""
    watched_s: float = 8.0
    cut_s: float = 60.0


SMALL: Final = Size(seats=3, connected=5, times=1, watched_s=1.0, cut_s=6.0)


def meeting_load(folder: Path, size: Size) -> list[Figure]:
    """Hold the meeting and say its figures."""
    with gathered(folder / "meeting", size.connected) as crowd:
        on_stage = [crowd.desk, *crowd.pcs[: size.seats - 1]]
        others = crowd.pcs[size.seats - 1 : -1]
        with performing(crowd, on_stage, others) as room:
            for pc in on_stage[1:]:
                crowd.call(crowd.desk, MeetingAct.CALL, who=who(pc))
            room.do("perform")
            server = _server(crowd, room, size)
            browser = browsed(crowd.enter([crowd.pcs[-1]])[0], size.seats, size.watched_s)
            told = _window(folder, crowd, size)  # last: it halts the media server, and kills
    return [*_of_window(told, size), *_beside_browser(told, browser), *server]


@dataclass
class Room:
    """The program that fills the room."""

    process: "subprocess.Popen[str]"

    def do(self, line: str) -> str:
        """Have it do something; gives what it answers. Raises ProgramFailed."""
        if self.process.stdin is None or self.process.stdout is None:
            raise ProgramFailed("nobody fills the room")
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise ProgramFailed(f"the room was not filled: {line[:40]}")
        return answer


@contextmanager
def performing(crowd: Crowd, on_stage: Sequence[ForgingPc], others: Sequence[ForgingPc]) -> Iterator[Room]:
    """Let all of these be in the room, by a program of its own."""
    ways = crowd.enter([*on_stage, *others])
    asked = {
        "url": ways[0].url,
        "performers": [way.token for way in ways[: len(on_stage)]],
        "onlookers": [way.token for way in ways[len(on_stage) :]],
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "proving.bench.performing"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        room = Room(process)
        room.do(json.dumps(asked))
        yield room
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(ANSWER_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _beside_browser(told: dict[str, Any], browser: dict[str, Any] | None) -> list[Figure]:
    """What the window takes for a full stage, as a part of what a browser takes; none where there is no browser."""
    if browser is None:
        print("bench: no browser to compare with", file=sys.stderr)
        return []
    cores = told["desktop_cpu"] + told["media_cpu"]
    more = {"window_cores": round(cores, 3), "browser": browser}
    return [Figure("cpu_beside_browser", cores / browser["cores"], "part", OF_BROWSER, more=more)]


def _window(folder: Path, crowd: Crowd, size: Size) -> dict[str, Any]:
    arguments = [str(folder / "meeting" / "office"), crowd.centre.address, crowd.window_code]
    arguments += ["trial-clerk", str(crowd.media.now.pid), str(size.seats)]
    halt_s = 0.0 if may_be_emulated() else size.cut_s  # a line is cut for this office alone where that can be
    arguments += [str(size.times), str(size.watched_s), str(halt_s)]
    return told_by("one_meeting", *arguments, password=PASSWORD, timeout_s=WINDOW_S)


def _server(crowd: Crowd, room: Room, size: Size) -> list[Figure]:
    """What the media server takes, first with the performers alone, then with everybody looking at one of them."""
    pid = str(crowd.media.now.pid)
    time.sleep(SETTLED_S)
    alone = _cores(pid, size.watched_s)
    room.do("look")
    time.sleep(SETTLED_S)
    room.do("count")
    begun = time.perf_counter()
    cores = _cores(pid, size.watched_s)
    came = [round(one / (time.perf_counter() - begun), 1) for one in json.loads(room.do("count"))]
    more = {
        "on_stage": size.seats,
        "connected": size.connected,
        "cores_before_anybody_looked": round(alone, 3),
        "pictures_a_second": spread(came),
        "with": "pictures of 320×180 encoded beforehand, each of those not on stage looks at one",
    }
    return [
        Figure("media_server_cores", cores, "cores", CORES, more=more),
        Figure("media_server_memory", memory_mb(pid), "MB", SERVER_MB, more={"connected": size.connected}),
    ]


def _cores(pid: str, for_s: float) -> float:
    before, begun = cpu_s(pid), time.perf_counter()
    time.sleep(for_s)
    return (cpu_s(pid) - before) / (time.perf_counter() - begun)


def _of_window(told: dict[str, Any], size: Size) -> list[Figure]:
    entered: list[float] = told["first_picture_s"]
    lags = {
        "typing_before_ms": spread(told["alone_ms"]),
        "watching_ms": spread(told["watching_ms"]),
        "typing_beside_the_pictures_ms": spread(told["chat_ms"]),
        "typing_in_the_form_ms": spread(told["form_ms"]),
        "pictures_a_second": round(told["pictures_a_second"], 1),
        "seats": size.seats,
    }
    lag = max(percentile(told[name], 0.99) for name in ("chat_ms", "form_ms"))
    memory = {"desktop": round(told["desktop_mb"], 1), "media_process": round(told["media_mb"], 1)}
    work = {"desktop": round(told["desktop_cpu"], 3), "media_process": round(told["media_cpu"], 3)}
    painted = {"canvas": told["canvas"], "tiles": size.seats, "ms": spread(told["paint_ms"])}
    return [
        Figure("paint_of_a_full_stage", percentile(told["paint_ms"], 0.5), "ms", PAINT_MS, more=painted),
        Figure("lag_in_a_full_meeting_p99", lag, "ms", LAG_MS, more={**lags, "cores": work}),
        Figure("first_picture_p50", percentile(entered, 0.5), "s", FIRST_S, more={"s": spread(entered)}),
        Figure(
            "meeting_back_after_kill",
            max(told["back_after_kill_s"]),
            "s",
            BACK_S,
            more={"s": spread(told["back_after_kill_s"])},
        ),
        Figure("meeting_memory", sum(memory.values()), "MB", MEETING_MB, more=memory),
        *_of_halt(told, size),
    ]


def _of_halt(told: dict[str, Any], size: Size) -> list[Figure]:
    """Where no line can be cut for one office alone, the media server halts for everybody."""
    if "back_after_halt_s" not in told:
        return []
    more = {"cut_s": size.cut_s, "by": "a media server that halts for so long"}
    return [Figure("meeting_back_after_cut", told["back_after_halt_s"], "s", BACK_S, more=more)]
