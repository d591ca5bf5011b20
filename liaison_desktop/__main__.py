"""Starts the desktop: ``python -m liaison_desktop --home DIR [--server URL]``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path


def main() -> int:
    """Run until the window is closed; returns the exit status."""
    parser = argparse.ArgumentParser(prog="liaison_desktop", description="The program of a community liaison office.")
    parser.add_argument("--home", type=Path, default=None, help="folder that holds everything of this workplace")
    parser.add_argument("--server", default="", help="address of the centre, offered at enrolment")
    parser.add_argument("--tray", type=Path, default=None, help="folder that takes the pages instead of a printer")
    options = parser.parse_args()

    from liaison_desktop import app
    from liaison_desktop.workplace.home import default_home
    from server_sync.contract.errors import ContractError

    application = app.application()
    desktop = None
    while desktop is None:
        try:
            desktop = app.build(options.home or default_home(), options.server, papers=app.tray(options.tray))
        except ContractError as refused:
            if not app.say_not_started(refused):
                return 1
    # Ctrl-C in the terminal ends the program in order; the timer lets Python look at it.
    signal.signal(signal.SIGINT, lambda *_: desktop.end())
    signal.signal(signal.SIGTERM, lambda *_: desktop.end())
    waker = app.waker(desktop)
    desktop.show()
    status = application.exec()
    waker.stop()
    desktop.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
