"""Makes a small world of real programs: a centre, the line to it, and offices; each in a process and folder of its own.

Programs are started as `python -m …` on loopback ports that the kernel chooses; only what was started here is stopped.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from server_sync.meetings.media_server.standing import Standing, standing

REPOSITORY: Final = Path(__file__).resolve().parents[1]
START_S: Final = 60.0
STOP_S: Final = 15.0
COMMAND_S: Final = 300.0


class ProgramFailed(Exception):
    """A program did not start, stopped by itself, or answered that it could not."""


@dataclass
class Centre:
    """The central server in a folder of its own."""

    home: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    address: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def manage(self, *command: str) -> str:
        """Run one command of the server to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "server_sync", *command],
            cwd=REPOSITORY,
            env=self.surroundings(),
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        if done.returncode:
            raise ProgramFailed(f"server_sync {command[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
        return done.stdout

    def prepare(self, sites: Sequence[str]) -> None:
        """Make keys, tables and invented people, unless they are there."""
        self.home.mkdir(parents=True, exist_ok=True)
        if (self.home / "demo_people.json").exists():
            return
        if not (self.home / "keys" / "directory.key").exists():
            self.manage("make_keys")
        self.manage("make_demo_data", "--sites", *sites)

    def people(self) -> list[dict[str, Any]]:
        """Who works here, with the passwords of the demonstration."""
        told: list[dict[str, Any]] = json.loads((self.home / "demo_people.json").read_text(encoding="utf-8"))
        return told

    def person(self, role: str, site: str = "", body: str = "", place: int = 0) -> dict[str, Any]:
        """One of the people, by role and, for clerks and officers, by site or body."""
        found = [
            one
            for one in self.people()
            if one["role"] == role and (not site or one["site"] == site) and (not body or body in one["bodies"])
        ]
        if len(found) <= place:
            raise ProgramFailed(f"nobody is {role} at {site or body}")
        return found[place]

    def enrolment_code(self, site: str) -> str:
        """A one-time code for one PC of a site."""
        return self.manage("make_enrolment_code", "--site", site).strip().splitlines()[0]

    def erase(self, event_hash: bytes) -> None:
        """Let two administrators erase a request, as on their pages."""
        self.manage(
            "shell",
            "--no-imports",
            "-c",
            "from server_sync.appeals.erasing import erase_request; from server_sync.workplaces.models import Person; "
            "one, other = Person.objects.filter(login__startswith='administrator').order_by('login')[:2]; "
            f"erase_request(bytes.fromhex('{event_hash.hex()}'), 'court', one.id.bytes, other.id.bytes)",
        )

    def start(self) -> None:
        """Start serving and wait until the port answers; the port stays the same over restarts."""
        log = (self.home / "server.log").open("a", encoding="utf-8")
        run = [sys.executable, "-m", "server_sync", "run", "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [*with_us(), *run, *self.arguments],
            cwd=REPOSITORY,
            env=self.surroundings(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        assert self.process.stdout is not None
        line = _first_line(self.process, START_S)
        if "listening on" not in line:
            self.process.stdout.close()
            self.stop()
            raise ProgramFailed(f"the server did not start: {_tail(self.home / 'server.log')}")
        self.address = line.split("listening on", 1)[1].strip()
        self.port = int(self.address.rsplit(":", 1)[1])
        _drain(self.process)
        wait_until(lambda: _answers(f"{self.address}/healthz"), START_S, "the server answers")

    def media_server(self) -> Standing | None:
        """The media server of meetings as it is now, waited for until it is well; None when this centre has none.

        Raises ProgramFailed when it should have one and that does not become well.
        """
        if self.surroundings().get("LIAISON_MEDIA_SERVER", "off") == "off":
            return None
        wait_until(lambda: (told := standing(self.home)) and told.is_well, START_S, "the media server of meetings")
        return standing(self.home)

    def stop(self) -> None:
        """Ask the server to end, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """Cut the server's power: SIGKILL to it and to all it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_S)
        self.process = None

    def surroundings(self) -> dict[str, str]:
        """The environment of the server's programs; a database named outside is not this world's."""
        return {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "LIAISON_HOME": str(self.home),
            "LIAISON_PUBLIC_URL": os.environ.get("LIAISON_PUBLIC_URL", "https://kattar.example"),
            **self.environment,
        }


@dataclass
class Office:
    """One office's PC: the real desktop in a child that takes one JSON command a line and answers one."""

    name: str
    site: str
    home: Path
    server: str
    process: subprocess.Popen[str] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    has_window: bool = False
    _ids: int = 0

    def start(self, *, screen: bool = False) -> None:
        """Start the PC's program; without a screen its window, if it has one, is drawn offscreen."""
        self.home.mkdir(parents=True, exist_ok=True)
        shown = {} if screen else {"QT_QPA_PLATFORM": "offscreen"}
        log = (self.home / "office.log").open("a", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "proving.office", "--home", str(self.home), "--server", self.server]
            + ["--window"] * self.has_window,
            cwd=REPOSITORY,
            env={**os.environ, **shown, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        answer = json.loads(_first_line(self.process, START_S) or '{"error": "ended"}')
        if "ready" not in answer:
            self.stop()
            raise ProgramFailed(f"{self.name} did not start: {answer} {_tail(self.home / 'office.log')}")

    def ask(
        self,
        command: str,
        timeout_s: float = COMMAND_S,
        progress: Callable[[dict[str, Any]], object] | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Have the PC do one thing and return what it says; raises ProgramFailed when it cannot or is gone."""
        self.tell(command, **arguments)
        return self.answer(timeout_s, progress)

    def tell(self, command: str, **arguments: Any) -> None:
        """Start one thing without waiting for its end."""
        if self.process is None or self.process.stdin is None:
            raise ProgramFailed(f"{self.name} is not running")
        self._ids += 1
        try:
            self.process.stdin.write(json.dumps({"id": self._ids, "do": command, **arguments}) + "\n")
            self.process.stdin.flush()
        except OSError as gone:
            raise ProgramFailed(f"{self.name} is gone") from gone

    def answer(
        self, timeout_s: float = COMMAND_S, progress: Callable[[dict[str, Any]], object] | None = None
    ) -> dict[str, Any]:
        """Wait for the answer to the last command; `progress` hears of each step, and the time runs anew after it."""
        while True:
            if self.process is None:
                raise ProgramFailed(f"{self.name} is not running")
            line = _first_line(self.process, timeout_s)
            if not line.endswith("\n"):
                raise ProgramFailed(f"{self.name} is gone: {_tail(self.home / 'office.log')}")
            told: dict[str, Any] = json.loads(line)
            if "error" in told:
                raise ProgramFailed(f"{self.name}: {told['error']} {told.get('params', '')}")
            if "progress" not in told:
                return told
            if progress is not None:
                progress(told["progress"])

    def kill(self) -> None:
        """Cut the PC's power."""
        self.cut()
        if self.process is not None:
            self.process.wait(STOP_S)
        self._forget()

    def cut(self) -> None:
        """Cut the PC's power from another thread than the one that waits for its answer."""
        process = self.process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Close the window, and wait."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProgramFailed):
                self.tell("close")
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()

    def _forget(self) -> None:
        if self.process is not None:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        self.process = None


def with_us() -> list[str]:
    """What to write before a command so that the system ends the program when this one is gone, however it ends."""
    tool = shutil.which("setpriv")
    return [tool, "--pdeathsig", "TERM"] if tool else []


@contextlib.contextmanager
def ended(*programs: Centre | Office) -> Iterator[None]:
    """Whatever happens inside, the programs are stopped."""
    try:
        yield
    finally:
        for program in programs:
            program.stop()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(condition: Callable[[], object], timeout_s: float, what: str) -> None:
    """Wait for a condition, or raise ProgramFailed naming what did not come."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise ProgramFailed(f"{what}: not within {timeout_s:.0f} s")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (an address of our own server)
            return bool(answer.status == 200)
    except OSError:
        return False


def _first_line(process: subprocess.Popen[str], timeout_s: float) -> str:
    """The next line a program prints; empty when it ended. A program that says nothing in time is killed."""
    assert process.stdout is not None
    watchdog = threading.Timer(timeout_s, process.kill)
    watchdog.start()
    try:
        return process.stdout.readline()
    finally:
        watchdog.cancel()
        watchdog.join()


def _drain(process: subprocess.Popen[str]) -> None:
    """Keep a chatty program from blocking on a full pipe."""
    output = process.stdout
    assert output is not None

    def read() -> None:
        with contextlib.suppress(ValueError, OSError), output:
            for _ in output:
                pass

    threading.Thread(target=read, daemon=True).start()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:].strip() if log.exists() else ""
