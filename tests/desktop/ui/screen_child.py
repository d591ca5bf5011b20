"""A program that starts on the screen its environment describes and says where its first window stands.

Arguments: the folder of an enrolled workplace, and `full` for a disk on which nothing can be written.
"""

import json
import resource
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from liaison_desktop import app
from tests.desktop.office import StandInClock, StandInMachine, StandInVault

NAMES = ("signin.password", "signin.enter", "signin.language")


def corners(rect: QRect) -> list[int]:
    return [rect.left(), rect.top(), rect.right(), rect.bottom()]


def main() -> None:
    """Start, look, and end."""
    if "full" in sys.argv:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    application = app.application()
    desktop = app.build(
        Path(sys.argv[1]), vault=StandInVault(), clock=StandInClock(), machine=StandInMachine(), sync=False
    )
    desktop.show()
    for _ in range(20):
        application.processEvents()
    window = desktop.window
    found = {name: [one for one in window.findChildren(QWidget, name) if one.isVisible()] for name in NAMES}
    told = {
        "scale": window.devicePixelRatioF(),
        "free": corners(QGuiApplication.primaryScreen().availableGeometry()),
        "window": corners(window.frameGeometry()),
        "maximised": window.isMaximized(),
        "controls": {
            name: corners(QRect(one.mapToGlobal(QPoint(0, 0)), one.size()))
            for name, those in found.items()
            for one in those
        },
    }
    desktop.close()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
