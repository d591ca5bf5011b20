"""One office in a full meeting, to be measured from outside: how soon it sees, how smoothly it types, what cuts cost.

Arguments: a folder, the centre's address, the code and the login of the enrolment, the media server's process, how many
sit on stage, how often to enter, for how many seconds to watch, and for how many to halt the media server, 0 for not at
all; the password comes by the standard input. Stand-ins take the place of devices.
"""

import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLineEdit, QTextEdit

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.attending import Attending
from liaison_desktop.ui.meetings.trying import Trying
from proving.bench.one_lobby import Lags, cpu_s, is_another, memory_mb
from proving.hands import commit, spin, until
from proving.window import SIZE, STAND_INS, Window

GROUND: Final = (0x12, 0x14, 0x0B)
"""What lies where nobody's picture does, in blue, green, red."""
LARGE: Final = (1900, 1000)
LETTER_S: Final = 0.05
LETTERS_MOST: Final = 40
PAINTS: Final = 100
KILLS: Final = 2
PAUSE_S: Final = 4.5
"""Between two entries: a centre lets a PC come in every other second."""
LOAD_S: Final = 3.0


class InMeeting:
    """The window, and what stands on its canvas."""

    def __init__(self, home: str, address: str, code: str, login: str, password: str) -> None:
        os.environ.update(STAND_INS)
        self.pc = Window(Path(home), address)
        self.pc.enrol(code)
        self.pc.sign_in(login, password)
        self.pc.exchange()
        counter = self.pc.desktop.counter
        if counter is None:
            raise RuntimeError("nobody is signed in")
        self.trying: Trying = counter.corner.trying
        self.attending: Attending = counter.corner.attending

    def seen(self) -> int:
        """How many others are to be seen now."""
        ring, scene = self.trying.ring, self.attending.view.canvas.scene
        if ring is None:
            return 0
        found = 0
        with ring.held() as picture:
            if picture is None or (picture.width, picture.height) != (scene.width, scene.height):
                return 0
            for cell in scene.cells:
                box = cell.picture
                at = ((box.y + box.height // 2) * picture.width + box.x + box.width // 2) * 4
                found += tuple(picture.pixels[at : at + 3]) != GROUND
        return found

    @property
    def newest(self) -> int:
        """The number of the newest picture."""
        return 0 if self.trying.ring is None else self.trying.ring.newest

    def enter(self) -> float:
        """Press the one button; gives the seconds until somebody is seen."""
        until(lambda: self.pc.hands.can_press(names.MEETINGS_ENTER), "the meeting can be entered")
        begun = time.perf_counter()
        self.pc.hands.click(names.MEETINGS_ENTER)
        until(lambda: self.seen() > 0, "somebody is seen")
        return time.perf_counter() - begun

    def leave(self) -> None:
        """Go out, to the lobby."""
        self.pc.hands.click(names.ROOM_BUTTON.format(name="leave"))
        until(lambda: not self.pc.hands.sees(names.ROOM_CANVAS), "the lobby is back")
        spin(PAUSE_S)

    def paint_ms(self, seats: int) -> tuple[list[int], list[float]]:
        """How large the canvas of a large window is, and how long painting it takes, again and again."""
        window, canvas = self.pc.desktop.window, self.attending.view.canvas
        window.resize(*LARGE)
        spin(LOAD_S / 3)
        until(lambda: self.seen() == seats, f"{seats} are seen in a large window")
        pixmap = QPixmap(canvas.size())
        took = []
        for _ in range(PAINTS):
            begun = time.perf_counter()
            canvas.render(pixmap)
            took.append((time.perf_counter() - begun) * 1_000)
        painted = [canvas.width(), canvas.height()]
        window.resize(*SIZE)
        spin(LOAD_S / 3)
        return painted, took


def main(home: str, address: str, code: str, login: str, server: str, seats: str, *sizes: str) -> None:
    """Enter several times, look at all, type, be killed and be cut off; say what was measured."""
    times, watched_s, cut_s = int(sizes[0]), float(sizes[1]), float(sizes[2])
    one = InMeeting(home, address, code, login, sys.stdin.read().strip())
    told: dict[str, Any] = {"alone_ms": _typing(one, names.RECEPTION_SURNAME, watched_s)}
    one.pc.hands.click(names.RAIL_ITEM.format(screen="meetings"))
    until(lambda: one.newest, "the own picture")
    spin(PAUSE_S)
    told["first_picture_s"] = [one.enter()]
    for _ in range(times - 1):
        one.leave()
        told["first_picture_s"].append(one.enter())
    one.pc.hands.click(names.ROOM_BUTTON.format(name="layout"))
    until(lambda: one.seen() == int(seats), f"{seats} are seen")
    spin(LOAD_S)
    process = one.trying.process
    if process is None:
        raise RuntimeError("no media process")
    first, at = one.newest, time.perf_counter()
    desktop, child = cpu_s("self"), cpu_s(str(process.pid))
    told["watching_ms"] = Lags().watch(partial(spin, watched_s))
    took = time.perf_counter() - at
    told["pictures_a_second"] = (one.newest - first) / took
    told["desktop_cpu"] = (cpu_s("self") - desktop) / took
    told["media_cpu"] = (cpu_s(str(process.pid)) - child) / took
    told["canvas"], told["paint_ms"] = one.paint_ms(int(seats))
    one.pc.hands.click(names.ROOM_BUTTON.format(name="chat"))
    until(lambda: one.seen() == int(seats), f"{seats} are seen beside the chat")
    told["chat_ms"] = _typing(one, names.CHAT_FIELD, watched_s)
    one.pc.hands.click(names.RAIL_ITEM.format(screen="reception"))
    told["form_ms"] = _typing(one, names.RECEPTION_SURNAME, watched_s)
    one.pc.hands.click(names.RAIL_ITEM.format(screen="meetings"))
    until(lambda: one.seen() == int(seats), f"{seats} are seen again")
    told["desktop_mb"], told["media_mb"] = memory_mb("self"), memory_mb(str(process.pid))
    told["back_after_kill_s"] = [_killed(one) for _ in range(KILLS)]
    until(lambda: one.seen() == int(seats), f"{seats} are seen after the kill")
    if cut_s:
        told["back_after_halt_s"] = _halted(one, int(server), cut_s)
    one.leave()
    one.pc.close()
    print(json.dumps(told), flush=True)


def _killed(one: InMeeting) -> float:
    """Kill the media process; gives the seconds until somebody is seen again."""
    killed = one.trying.process.pid if one.trying.process is not None else 0
    begun = time.perf_counter()
    os.kill(killed, signal.SIGKILL)
    until(partial(is_another, one.trying, killed), "another process")
    until(lambda: one.seen() > 0, "somebody is seen again")
    return time.perf_counter() - begun


def _halted(one: InMeeting, server: int, cut_s: float) -> float:
    """Let nothing come from the media server for a while; gives the seconds from then on until a new picture."""
    os.kill(server, signal.SIGSTOP)
    try:
        spin(cut_s)
        before = one.newest
    finally:
        os.kill(server, signal.SIGCONT)
    begun = time.perf_counter()
    until(lambda: one.newest != before and one.seen() > 0, "somebody is seen after the cut")
    return time.perf_counter() - begun


def _typing(one: InMeeting, name: str, for_s: float) -> list[float]:
    """Type into a field, twenty letters a second; gives how late the window's thread was."""
    field = next((kind for kind in one.pc.desktop.window.findChildren(QLineEdit, name)), None)
    target: QLineEdit | QTextEdit = field or one.pc.hands.find(name, QTextEdit)

    def type_on() -> None:
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            for _ in range(LETTERS_MOST):
                commit(target, "а")
                spin(LETTER_S)
            target.clear()

    return Lags().watch(type_on)


if __name__ == "__main__":
    main(*sys.argv[1:])
