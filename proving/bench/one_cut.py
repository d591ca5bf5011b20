"""One office in a meeting whose line is cut: says `out` when nobody is seen any more, and `in` when somebody is.

Arguments: a folder, the port of the centre at the other end of the line, the code and the login of the enrolment; the
password comes by the standard input. Stand-ins take the place of devices.
"""

import os
import sys
import time
from typing import Final

from liaison_desktop.ui import names
from proving.bench.one_meeting import InMeeting
from proving.emulated_line import CENTRE
from proving.hands import NotSeen, spin, until
from proving.line import Line

SETTLED_S: Final = 3.0
GONE_S: Final = 2.0
WAIT_S: Final = 120.0


def main(home: str, port: str, code: str, login: str) -> None:
    """Enter, and say in turn what becomes of the meeting until nobody listens."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    line = Line(int(port), target=CENTRE)
    line.up()
    one = InMeeting(home, line.address, code, login, sys.stdin.readline().strip())
    one.pc.hands.click(names.RAIL_ITEM.format(screen="meetings"))
    until(lambda: one.newest, "the own picture")
    spin(SETTLED_S)
    one.enter()
    while _say("in"):
        _until_nobody(one)
        if not _say("out"):
            break
        until(lambda: one.seen() > 0, "somebody is seen after the cut", WAIT_S)


def _until_nobody(one: InMeeting) -> None:
    """Wait until nobody has been seen for a while: a canvas that is laid anew is empty for a moment too."""
    seen_at, end = time.monotonic(), time.monotonic() + WAIT_S
    while time.monotonic() - seen_at < GONE_S:
        if time.monotonic() > end:
            raise NotSeen("nobody is seen in the cut")
        if one.seen():
            seen_at = time.monotonic()
        spin(0.02)


def _say(word: str) -> bool:
    """Say a word; whether somebody listens."""
    try:
        print(word, flush=True)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
