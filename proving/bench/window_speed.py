"""How soon the window can be used, cold, with a full store, and how much memory the program takes then."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from proving.bench.figures import Figure, spread
from proving.bench.offices import office_of
from proving.world import REPOSITORY

START_LIMIT_S: Final = 1.5
MEMORY_LIMIT_MB: Final = 350.0


def window_speed(folder: Path, count: int, times: int) -> list[Figure]:
    """Start the desktop in a process of its own, several times; sign in once and look at all screens for memory."""
    home, person = office_of(folder, count)
    starts = [_start(home, None) for _ in range(times)]
    worked = _start(home, person)
    usable = [one["usable_s"] for one in starts]
    more = {
        "requests_in_store": count,
        "usable_s": spread(usable),
        "counter_after_password_s": round(worked["counter_s"], 3),
        "with": "process start to a window that was painted and whose password field takes keys",
    }
    memory = {"requests_in_store": count, "at_sign_in_mb": round(worked["first_mb"], 1)}
    return [
        Figure("window_usable_cold", statistics.median(usable), "s", START_LIMIT_S, more=more),
        Figure("desktop_memory", worked["worked_mb"], "MB", MEMORY_LIMIT_MB, more=memory),
    ]


def _start(home: Path, person: dict[str, Any] | None) -> dict[str, Any]:
    login, password = (person["login"], person["password"]) if person else ("", "")
    return told_by("one_window", str(home), repr(time.time()), login, password=password, timeout_s=180)


def told_by(program: str, *arguments: str, password: str, timeout_s: float) -> dict[str, Any]:
    """Run a program of this folder that opens a window nobody sees, and hear what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", f"proving.bench.{program}", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        input=password,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the window did not come to its end: {done.stderr.strip()[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
