"""How soon an office sees the meeting again whose line was cut for a minute, while everybody else stayed in it.

The office and the centre are in two network namespaces; the line between them carries nothing during the cut, and says
nothing of it. Run as a program it is the centre's end: its first line says where it is reached, and it ends with its
input.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proving.bench.figures import Figure
from proving.bench.meeting_load import performing
from proving.crowd import PASSWORD, gathered, who
from proving.emulated_line import CENTRE, DEVICE, Quality, emulated, may_be_emulated
from proving.line import Line
from proving.world import REPOSITORY, ProgramFailed
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings.media_server.wanted import Ports, Wanted

LINE: Final = Quality(kbps=2_000, rtt_ms=60, jitter_ms=5, queue_bytes=64_000)
BACK_S: Final = 3.0
SEATS: Final = 3
PAUSE_S: Final = 4.0
"""Between two cuts: who has only just come back has not settled."""


def cut_off(folder: Path, cut_s: float, times: int) -> list[Figure]:
    """Cut the line again and again and say the figure; none, and a word, where no line can be emulated."""
    if not may_be_emulated():
        print("bench: no line to be cut without root and network namespaces", file=sys.stderr)
        return []
    folder.mkdir(parents=True, exist_ok=True)
    back = []
    with emulated(LINE) as line, _program(line.centre, "cut_off", str(folder / "centre")) as centre:
        told = json.loads(_said(centre))
        arguments = (str(folder / "office"), str(told["port"]), told["code"], "trial-clerk")
        with _program(line.office, "one_cut", *arguments) as office:
            _tell(office, PASSWORD)
            _expect(office, "in")
            for _ in range(times):
                time.sleep(PAUSE_S)
                line.cut()
                cut_at = time.monotonic()
                _expect(office, "out")
                time.sleep(max(0.0, cut_s - (time.monotonic() - cut_at)))
                line.mend()
                mended_at = time.monotonic()
                _expect(office, "in")
                back.append(time.monotonic() - mended_at)
    more = {"s": [round(one, 2) for one in back], "cut_s": cut_s, "kbps": LINE.kbps, "rtt_ms": LINE.rtt_ms}
    return [Figure("meeting_back_after_cut", max(back), "s", BACK_S, more=more)]


@contextmanager
def _program(within: Sequence[str], name: str, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """Run a program of this folder at one end; it is ended when it does not end by itself."""
    with subprocess.Popen(
        [*within, sys.executable, "-m", f"proving.bench.{name}", *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _tell(program: "subprocess.Popen[str]", line: str) -> None:
    if program.stdin is not None:
        program.stdin.write(line + "\n")
        program.stdin.flush()


def _said(program: "subprocess.Popen[str]") -> str:
    said = program.stdout.readline().strip() if program.stdout is not None else ""
    if not said:
        raise ProgramFailed("an end of the line that is cut ended too soon")
    return said


def _expect(program: "subprocess.Popen[str]", word: str) -> None:
    if (said := _said(program)) != word:
        raise ProgramFailed(f"the office said {said!r} where {word!r} was due")


def main(folder: str) -> None:
    """Hold the meeting at the centre's end until the input ends."""
    ports = Ports.free()
    signals = Line(ports.signal, host=CENTRE)
    signals.up()
    reached = Wanted(host=CENTRE, ports=ports, interfaces=(DEVICE, "lo"), client_url=f"ws://{CENTRE}:{signals.port}")
    try:
        with gathered(Path(folder), SEATS + 1, reached=reached) as crowd:
            on_stage = [crowd.desk, *crowd.pcs[: SEATS - 1]]
            with performing(crowd, on_stage, []) as room:
                for pc in on_stage[1:]:
                    crowd.call(crowd.desk, MeetingAct.CALL, who=who(pc))
                room.do("perform")
                calls = Line(crowd.centre.port, host=CENTRE)
                calls.up()
                print(json.dumps({"port": calls.port, "code": crowd.window_code}), flush=True)
                sys.stdin.read()
                calls.close()
    finally:
        signals.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
