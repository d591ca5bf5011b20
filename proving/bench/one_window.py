"""One start of the desktop, to be timed from outside: imports what the program itself imports, and no more."""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

MEGABYTE: Final = 1024 * 1024
SCREEN_S: Final = 1.0
"""How long each screen is left open before the next."""


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
