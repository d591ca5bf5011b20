"""How soon the window can be used, cold, with a full store, and how much memory the program takes then."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from proving.bench.figures import MEGABYTE, Figure, spread
from proving.bench.offices import office_of
from proving.world import REPOSITORY

START_LIMIT_S: Final = 1.5
MEMORY_LIMIT_MB: Final = 350.0
SCREEN_S: Final = 1.0
"""How long each screen is left open before the next."""


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
        Figure("window_usable_cold", max(usable), "s", START_LIMIT_S, more=more),
        Figure("desktop_memory", worked["worked_mb"], "MB", MEMORY_LIMIT_MB, more=memory),
    ]


def _start(home: Path, person: dict[str, Any] | None) -> dict[str, Any]:
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "proving.bench.window_speed", str(home), repr(begun), person["login"] if person else ""],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        input=person["password"] if person else "",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the window did not start: {done.stderr.strip()[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def main(home: str, begun: str, login: str) -> None:
    """Be the desktop: start it as its users do, say when it can be used, and work a little if a person is named."""
    from liaison_desktop import app
    from liaison_desktop.ui.paper import Tray
    from liaison_desktop.workplace.vault import NoVault

    if login:
        print(json.dumps(_worked(Path(home), float(begun), login)), flush=True)
        return
    app.application()
    desktop = app.build(Path(home), "http://127.0.0.1:9", papers=Tray(Path(home) / "tray"), vault=NoVault())
    desktop.show()
    _until_painted(desktop)
    told = {"usable_s": time.time() - float(begun)}
    desktop.close()
    print(json.dumps(told), flush=True)


def _worked(home: Path, begun: float, login: str) -> dict[str, Any]:
    """Sign in and look at every screen, as in an ordinary hour."""
    from liaison_desktop.ui import names
    from proving.hands import spin
    from proving.window import Window

    pc = Window(home, "http://127.0.0.1:9")
    _until_painted(pc.desktop)
    told = {"usable_s": time.time() - begun, "first_mb": _memory_mb()}
    at = time.perf_counter()
    pc.sign_in(login, sys.stdin.read().strip())
    told["counter_s"] = time.perf_counter() - at
    for screen in ("requests", "delivery", "settings", "requests", "reception"):
        pc.hands.click(names.RAIL_ITEM.format(screen=screen))
        spin(SCREEN_S)
    told["worked_mb"] = _memory_mb()
    pc.close()
    return told


def _until_painted(desktop: Any) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + 60
    while time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        focused = QApplication.focusWidget()
        if desktop.window.isVisible() and focused is not None and focused.isEnabled():
            desktop.window.grab()
            return
    raise RuntimeError("no field of the window took the keyboard")


def _memory_mb() -> float:
    """The process's own memory now (resident, Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / MEGABYTE
    return 0.0


if __name__ == "__main__":
    main(*sys.argv[1:4])
