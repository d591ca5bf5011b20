"""The demonstration for a person at a screen: two offices' windows, the centre, and a line that can be cut.

Every window is the real program in a process of its own, enrolled and waiting for its first sign-in. Whoever sits there
types `line off` and `line on` in the terminal, and works.
"""

import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from email.message import EmailMessage
from typing import Any, Final, TextIO

from proving.demo.meeting import HALL, Meeting, devices, has_camera
from proving.demo.showing import Shown
from proving.demo.story import NAMES, SITES, Wish, surroundings_of
from proving.line import Line
from proving.mailbox import Mailbox, mail_server, surroundings_of_mail, text_of, why_no_mail
from proving.world import REPOSITORY, Centre, Office, ProgramFailed, free_port, with_us

HALL_NAME: Final = "HAL"
LOOK_S: Final = 0.5
END_S: Final = 15.0
ROLES: Final = {
    "clerk": "clerk",
    "registrar": "registrar of the centre",
    "central_operator": "operator: the board",
    "public_editor": "editor of public summaries",
    "administrator": "administrator",
    "chair_assistant": "chair's assistant: plans meetings; signs in at the window of the Big Hall and leads",
    "captioner": "captioner: types what is spoken in meetings",
    "case_officer": "officer: the list of cases",
}
HELP: Final = (
    "In this terminal: `line off` takes the line away from both offices, `line on` brings it back,",
    f"`line off {NAMES[0]}` from one of them. Ctrl-C ends everything.",
)


def has_screen() -> bool:
    """Whether windows can be shown here."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in shown)


class Windows:
    """The centre, the lines and the windows; `close` ends them all."""

    def __init__(self, wish: Wish, shown: Shown) -> None:
        self._wish = wish
        self._shown = shown
        self._home = wish.out / ".windows"
        port = self._port("centre")
        self._ends = ExitStack()
        surroundings = surroundings_of(port)
        if not why_no_mail():
            server = self._ends.enter_context(mail_server(Mailbox(_show_letter), self._port("mail")))
            surroundings |= surroundings_of_mail(server.port)
        self.centre = Centre(self._home / "centre", port, environment=surroundings)
        self.lines = [Line(port, self._port(name)) for name in NAMES]
        self.windows: list[subprocess.Popen[bytes]] = []
        self.meeting: Meeting | None = None

    def open(self) -> None:
        """Start the centre, enrol the offices, open their windows."""
        self._shown.stage("The centre gets keys, a register and people")
        self.centre.prepare(SITES)
        self.centre.start()
        self.centre.media_server()
        for line in self.lines:
            line.up()
        self._shown.stage("Two offices become workplaces")
        for name, site, line in zip(NAMES, SITES, self.lines, strict=True):
            self._enrol(Office(name, site, self._home / name, line.address))
        meets = self.centre.media_server() is not None
        if meets:
            hall = Office(HALL_NAME, HALL, self._home / HALL_NAME, self.centre.address)
            self._enrol(hall)
            offices = [Office(*one, self._home, "") for one in zip(NAMES, SITES, strict=True)]
            self.meeting = Meeting(self.centre, hall, offices)
            self.meeting.plan()
        self._shown.stage("Their windows open")
        for k, (name, line) in enumerate(zip(NAMES, self.lines, strict=True), 1):
            self.windows.append(self._window(name, line.address, k))
        if meets:
            self.windows.append(self._window(HALL_NAME, self.centre.address, 0))

    def tell(self, write: Callable[[str], object]) -> None:
        """Say where everything is and who may sign in."""
        address = self.centre.address
        write("")
        for words, path in (
            ("what everybody sees", "/"),
            ("the board of the offices (operator)", "/board"),
            ("what two operators decide", "/doubts"),
            ("what two administrators erase", "/erasures"),
            ("an officer's cases", "/work"),
            ("is a receipt genuine?", "/verify"),
            ("write to an official: letters with codes are shown in this terminal", "/write"),
        ):
            write(f"  {address + path:<38} {words}")
        media = self.centre.media_server()
        if media is not None:
            write(
                f"  {address + '/meetings':<38} meetings (assistant); one begins in ten minutes and is in the windows"
            )
            write(f"  {address + '/captions':<38} captions are typed while it goes on (captioner)")
            if self.meeting is not None:
                write(f"  {address}/live/{self.meeting.name.hex()}  everybody watches it there")
            write(f"  {media.client_url:<38} where meetings are joined: the media server runs and is well")
        write("")
        write(f"  {'login':<18} {'password':<24} who")
        for one in self.centre.people():
            office = f" of {NAMES[SITES.index(one['site'])]}" if one["site"] in SITES else ""
            write(f"  {one['login']:<18} {one['password']:<24} {ROLES.get(one['role'], one['role'])}{office}")
        write("")
        for line in HELP:
            write(f"  {line}")
        write("")

    def watch(self, typed: TextIO, write: Callable[[str], object]) -> None:
        """Do what is typed until all windows are closed."""
        with selectors.DefaultSelector() as selector:
            if _can_be_read(typed):
                selector.register(typed, selectors.EVENT_READ)
            while any(window.poll() is None for window in self.windows):
                if self.centre.process is not None and self.centre.process.poll() is not None:
                    raise ProgramFailed("the centre has stopped by itself")
                for key, _ in selector.select(LOOK_S):
                    line = typed.readline()
                    if line:
                        write(self.obey(line))
                    else:
                        selector.unregister(key.fileobj)
        write("All windows are closed.")

    def obey(self, typed: str) -> str:
        """Do what was typed in the terminal, and say what came of it."""
        match typed.split():
            case ["line", ("on" | "off") as wanted, *names] if set(map(str.upper, names)) <= set(NAMES):
                chosen = {name.upper() for name in names} or set(NAMES)
                for name, line in zip(NAMES, self.lines, strict=True):
                    if name in chosen:
                        (line.up if wanted == "on" else line.down)()
                return f"The line of {' and '.join(sorted(chosen))} is {wanted}."
            case []:
                return ""
            case _:
                return " ".join(HELP)

    def close(self) -> None:
        """Close the windows as a person does, then end the centre and the lines."""
        for window in self.windows:
            if window.poll() is None:
                window.send_signal(signal.SIGTERM)
        for window in self.windows:
            try:
                window.wait(END_S)
            except subprocess.TimeoutExpired:
                window.kill()
        self.centre.stop()
        self._ends.close()
        for line in self.lines:
            line.close()

    def _enrol(self, office: Office) -> None:
        office.start()
        try:
            if not office.ask("standing")["enrolled"]:
                office.ask("enrol", code=self.centre.enrolment_code(office.site), name=f"{office.name}-1")
        finally:
            office.stop()

    def _window(self, name: str, server: str, place: int) -> subprocess.Popen[bytes]:
        home = self._home / name
        command = [*with_us(), sys.executable, "-m", "liaison_desktop", "--home", str(home), "--server", server]
        stand_ins = {} if has_camera() else devices(place)
        with (home / "window.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**stand_ins, **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _port(self, name: str) -> int:
        """A port that stays the same when the demonstration is taken up again: offices know it."""
        file = self._home / f"{name}.port"
        if file.is_file():
            return int(file.read_text(encoding="ascii"))
        port = free_port()
        self._home.mkdir(parents=True, exist_ok=True)
        file.write_text(str(port), encoding="ascii")
        return port


def show_windows(wish: Wish, shown: Shown) -> int:
    """Open everything, say how to get in, and stay until it is ended."""
    if not wish.resume:
        shutil.rmtree(wish.out / ".windows", ignore_errors=True)
    windows = Windows(wish, shown)
    write = _writer(sys.stdout)
    try:
        windows.open()
        shown.end()
        windows.tell(write)
        windows.watch(sys.stdin, write)
    except KeyboardInterrupt:
        write("Ending: what is typed in the windows is kept; --resume goes on with it.")
    except ProgramFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        shown.end()
        windows.close()
    return 0


def _show_letter(letter: EmailMessage, to: str) -> None:
    """Say in the terminal what came by e-mail: there is no other mailbox."""
    lines = [line for line in text_of(letter).splitlines() if line.strip()]
    sys.stdout.write("\n".join([f"A letter to {to}: {letter['Subject']}", *(f"    {line}" for line in lines)]) + "\n")
    sys.stdout.flush()


def _can_be_read(typed: Any) -> bool:
    try:
        return not typed.closed and os.fstat(typed.fileno()) is not None and not _is_nothing(typed.fileno())
    except (OSError, ValueError):
        return False


def _is_nothing(descriptor: int) -> bool:
    """Whether it is /dev/null or a plain file, which a selector cannot wait for."""
    mode = os.fstat(descriptor).st_mode
    is_terminal = os.isatty(descriptor)
    return stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not is_terminal)


def _writer(stream: TextIO) -> Callable[[str], None]:
    def write(words: str) -> None:
        stream.write(words + "\n")
        stream.flush()

    return write
