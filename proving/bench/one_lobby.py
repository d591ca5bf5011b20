"""One office tries its camera, to be measured from outside: how soon, how smoothly, and what a killed process costs.

Arguments: the folder of an enrolled workplace and a login; the password comes by the standard input. Stand-ins take the
place of devices.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QLineEdit

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.trying import Trying
from proving.hands import commit, spin, until
from proving.window import STAND_INS, Window

LOOK_MS: Final = 10
WATCHED_S: Final = 6.0
LETTER_S: Final = 0.05


class Lags(QObject):
    """How much later than due the window's thread came to a timer, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._came)

    def watch(self, act: Callable[[], object]) -> list[float]:
        """What it was while something was done."""
        self.found = []
        self._next()
        act()
        self._timer.stop()
        return self.found

    def _next(self) -> None:
        self._due = time.perf_counter() + LOOK_MS / 1000
        self._timer.start(LOOK_MS)

    def _came(self) -> None:
        self.found.append(max(0.0, (time.perf_counter() - self._due) * 1000))
        self._next()


def main(home: str, login: str) -> None:
    """Sign in, type, try the camera, kill its process, type again; say what was measured."""
    os.environ.update(STAND_INS)
    pc = Window(Path(home), "http://127.0.0.1:9")
    pc.sign_in(login, sys.stdin.read().strip())
    counter = pc.desktop.counter
    if counter is None:
        raise RuntimeError("nobody is signed in")
    trying, screen = counter.corner.trying, counter.corner.meetings
    lags = Lags()
    told: dict[str, Any] = {"alone_ms": lags.watch(lambda: _type(pc, WATCHED_S))}

    def has_picture() -> bool:
        return trying.ring is not None and trying.ring.newest > 0 and not screen.picture.words

    begun = time.perf_counter()
    pc.hands.click(names.RAIL_ITEM.format(screen="meetings"))
    until(has_picture, "the own picture")
    told["picture_s"] = time.perf_counter() - begun
    spin(2.0)
    process = trying.process
    ring = trying.ring
    if process is None or ring is None:
        raise RuntimeError("no picture")
    before, first, at = cpu_s("self"), ring.newest, time.perf_counter()
    child = cpu_s(str(process.pid))
    told["picture_ms"] = lags.watch(lambda: spin(WATCHED_S))
    took = time.perf_counter() - at
    told["pictures_a_second"] = (ring.newest - first) / took
    told["desktop_cpu"] = (cpu_s("self") - before) / took
    told["media_cpu"] = (cpu_s(str(process.pid)) - child) / took
    told["media_mb"] = memory_mb(str(process.pid))
    told["back_s"] = []
    for _ in range(3):
        killed = trying.process.pid if trying.process is not None else 0
        at = time.perf_counter()
        os.kill(killed, signal.SIGKILL)
        until(partial(is_another, trying, killed), "another process")
        until(has_picture, "the picture again")
        told["back_s"].append(time.perf_counter() - at)
    pc.hands.click(names.RAIL_ITEM.format(screen="reception"))
    told["left_ms"] = lags.watch(lambda: _type(pc, WATCHED_S))
    pc.close()
    print(json.dumps(told), flush=True)


def is_another(trying: Trying, than: int) -> bool:
    """Whether another media process runs than that one."""
    return trying.process is not None and trying.process.pid != than


def _type(pc: Window, for_s: float) -> None:
    """Type into the form, twenty letters a second."""
    field = pc.hands.find(names.RECEPTION_SURNAME, QLineEdit)
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        commit(field, "а")
        if len(field.text()) > 40:
            field.clear()
        spin(LETTER_S)


def cpu_s(process: str) -> float:
    """How much of the processor's time a process has taken."""
    parts = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process: str) -> float:
    """How much memory a process has."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main(*sys.argv[1:3])
