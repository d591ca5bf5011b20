"""Checks everything, one step after another, and says at the end what failed and how long each step took.

`./liaison test` runs it. With paths only those tests run, on SQLite or, with --postgresql, on a PostgreSQL.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from proving.postgresql import NoPostgresql, postgresql

ROOT: Final = Path(__file__).resolve().parents[1]
ROOMS: Final = ("liaison_desktop", "server_sync", "proving", "resources", "docs", "tests")
CODE: Final = [name for name in ROOMS if (ROOT / name).is_dir()]
SERVER: Final = "tests/server"
"""Tests of what stands on a database: they run on SQLite and once more on PostgreSQL."""
DESKTOP: Final = "tests/desktop"
PAGES: Final = {"casework", "monitoring", "oversight", "pages", "portal"}
"""Folders of the server's tests that are about what is shown."""
COMMANDS: Final = {"config"}
"""Those about how it is set up and served."""
ONCE: Final = (
    *(f"tests/server/config/test_{name}.py" for name in ("addresses", "fitness", "health", "logs", "run")),
    "tests/server/config/test_operators_page.py",
    "tests/server/monitoring/test_standing.py",
    *(f"tests/server/config/test_{name}.py" for name in ("slow_callers", "turns", "waiting_in_turn")),
    *(f"tests/server/pages/test_{name}.py" for name in ("axe_in_a_browser", "contrast", "in_a_browser", "tiles")),
    *(f"tests/server/casework/test_{name}_in_a_browser.py" for name in ("answering", "receptions")),
    "tests/server/conferring/test_in_a_browser.py",
    *(f"tests/server/doors/test_{name}_in_a_browser.py" for name in ("captions", "guests", "live")),
    *(
        f"tests/server/meetings/broadcast/test_{name}.py"
        for name in ("a_broadcast", "a_mix", "keeping", "mosaic", "recording", "window")
    ),
    *(
        f"tests/server/meetings/media_server/test_{name}.py"
        for name in ("beside_the_centre", "build", "running", "several", "wanted", "words")
    ),
)
"""The server's tests that do not ask the database they are given: what they start has a home of its own, or they look
in a browser at pages that other tests ask on both databases."""
LAYERS: Final = "from importlinter.cli import lint_imports_command; lint_imports_command()"
"""import-linter cannot be run as a module, and its script names a folder that may have been moved."""
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (folders with drawn names are made in it)
AVAILABLE: Final = re.compile(r"^MemAvailable: +(\d+) kB", re.MULTILINE)
ROOM_IN_MEMORY: Final = 6 * 1024**3
"""What must be free in memory before the tests' folders go there."""
NOTHING_TO_RUN: Final = 5
"""pytest's exit code when it found no test."""
COUNTED: Final = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|deselected)")


def print_now(text: str) -> None:
    """Show words at once, also where the output is a file."""
    sys.stdout.write(text)
    sys.stdout.flush()


@dataclass
class Tally:
    """What the runs of pytest counted, all together."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, closing_line: str) -> None:
        """Read the line pytest closes with: `== 12 passed, 1 skipped in 3.40s ==`."""
        for number, word in COUNTED.findall(closing_line):
            if word == "passed":
                self.passed += int(number)
            elif word in {"failed", "error", "errors"}:
                self.failed += int(number)
            elif word == "skipped":
                self.skipped += int(number)


@dataclass
class Run:
    """One run of the steps: the folder the programs may write to, and what came out."""

    environment: dict[str, str]
    tally: Tally = field(default_factory=Tally)
    results: list[tuple[str, bool, float]] = field(default_factory=list)
    counting: threading.Lock = field(default_factory=threading.Lock)
    begun: float = field(default_factory=time.monotonic)

    def step(self, name: str, do: Callable[[], bool]) -> None:
        """Run a step, whatever became of those before it."""
        print(f"\n── {name}", flush=True)
        begun = time.monotonic()
        well = do()
        self._ended(name, well, time.monotonic() - begun)

    def _ended(self, name: str, well: bool, seconds: float) -> None:
        self.results.append((name, well, seconds))
        print(f"── {name}: {'ok' if well else 'FAILED'}, {seconds:.1f} s", flush=True)

    def tool(self, module: str, *arguments: str) -> bool:
        """Run one of the checkers; its words go to the terminal."""
        return self.command("-m", module, *arguments)

    def command(self, *arguments: str) -> bool:
        """Run our Python with these arguments."""
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=False).returncode == 0

    def pytest(self, *arguments: str, database_url: str = "", say: Callable[[str], object] = print_now) -> bool:
        """Run tests and count them; a run that found no test has failed. Each line goes to `say`."""
        folder = tempfile.mkdtemp(prefix="tests-", dir=self.environment["LIAISON_HOME"])
        home = Path(folder, "home")
        home.mkdir(mode=0o700)
        surroundings = {"LIAISON_HOME": str(home)}
        if database_url:
            surroundings["DATABASE_URL"] = database_url
        closing = ""

        def hear(line: str) -> None:
            nonlocal closing
            say(line)
            closing = line if COUNTED.search(line) else closing

        code = self._listen(["-m", "pytest", f"--basetemp={folder}/tests", *arguments], hear, surroundings)
        with self.counting:
            self.tally.add(closing)
            if code not in {0, 1}:
                self.tally.failed += 1
        if code == NOTHING_TO_RUN:
            say("no test was found\n")
        return code == 0

    def mypy(self, say: Callable[[str], object]) -> bool:
        """Check the types; each line goes to `say`."""
        return self._listen(["-m", "mypy", *CODE], say, {}) == 0

    def build_media_server(self, say: Callable[[str], object]) -> bool:
        """Build what the tests of meetings run, unless it is there; what the compiler says of each step is not told."""
        steps: list[str] = []
        well = self._listen(["-m", "server_sync.meetings.media_server.build"], steps.append, {}) == 0
        say(f"{len(steps)} steps\n" if steps else "it is there\n")
        return well

    def _listen(self, arguments: Sequence[str], hear: Callable[[str], object], further: Mapping[str, str]) -> int:
        """Run our Python with these arguments and hear each line; gives the exit code."""
        with subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.environment, **further},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as running:
            assert running.stdout is not None
            for line in running.stdout:
                hear(line)
        return running.returncode

    def pytest_on_postgresql(self, *arguments: str, say: Callable[[str], object] = print_now) -> bool:
        """Run tests on a PostgreSQL that lives as long as they do."""
        with ExitStack() as until_the_end:
            try:
                url = until_the_end.enter_context(postgresql())
            except NoPostgresql as reason:
                say(f"{reason}\n")
                return False
            return self.pytest(*arguments, database_url=url, say=say)

    def side_by_side(self) -> None:
        """Check the types and run all tests, the server's on both databases, beside each other.

        Many parts, the longest first, and one more of them at once than there are cores, so that no core is idle.
        """
        pages, commands, rooms = _parted(SERVER, PAGES, COMMANDS)
        windows, behind_them = _parted(DESKTOP, {"ui"})
        journeys, _, others = _parted("tests", {"journeys"}, {Path(SERVER).name, Path(DESKTOP).name})
        not_again = [f"--ignore={path}" for path in ONCE]
        parts: dict[str, Callable[..., bool]] = {
            "the media server of meetings is built": self.build_media_server,
            "mypy --strict": self.mypy,
            "pytest of the desktop's windows": partial(self.pytest, *windows),
            "pytest of the server's rooms on SQLite": partial(self.pytest, *rooms),
            "pytest of the server's rooms on PostgreSQL": partial(self.pytest_on_postgresql, *rooms, *not_again),
            "pytest of the journeys": partial(self.pytest, *journeys),
            "pytest of the server's pages on SQLite": partial(self.pytest, *pages),
            "pytest of the server's pages and commands on PostgreSQL": partial(
                self.pytest_on_postgresql, *pages, *commands, *not_again
            ),
            "pytest of the desktop behind its windows": partial(self.pytest, *behind_them),
            "pytest of the server's commands on SQLite": partial(self.pytest, *commands),
            "pytest of all but server, desktop and journeys": partial(self.pytest, *others),
        }
        with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
            begun = {name: Part.begin(pool, do) for name, do in parts.items()}
            for name, part in begun.items():
                print(f"\n── {name}", flush=True)
                self._ended(name, *part.told())

    def close(self) -> int:
        """Say what took how long and what failed; gives the exit code."""
        print(f"\n── all steps, {(time.monotonic() - self.begun) / 60:.1f} min")
        for name, well, seconds in self.results:
            print(f"{seconds:8.1f} s  {'ok    ' if well else 'FAILED'}  {name}")
        failures = [name for name, well, _seconds in self.results if not well]
        if failures:
            print(f"\nfailed: {', '.join(failures)}")
        tally = self.tally
        others = sum(1 for name in failures if not name.startswith("pytest"))
        print(f"\n{tally.passed} passed, {tally.failed + others} failed, {tally.skipped} skipped", flush=True)
        return 1 if failures else 0


def _with_tests(folder: str) -> list[str]:
    """What in a folder is a test or holds tests."""
    paths = (
        path for path in sorted((ROOT / folder).iterdir()) if path.match("test_*.py") or any(path.rglob("test_*.py"))
    )
    return [str(path.relative_to(ROOT)) for path in paths]


def _parted(folder: str, *groups: set[str]) -> list[list[str]]:
    """A folder's tests in parts: those named by each group, and at last all others."""
    paths = _with_tests(folder)
    parts = [[path for path in paths if Path(path).name in group] for group in groups]
    named = set().union(*groups)
    return [*parts, [path for path in paths if Path(path).name not in named]]


@dataclass
class Part:
    """One of several things that are done at once: what it says is kept until its turn to be told has come."""

    kept: list[str] = field(default_factory=list)
    is_told: bool = False
    telling: threading.Lock = field(default_factory=threading.Lock)
    running: Future[tuple[bool, float]] = field(default_factory=Future)

    @classmethod
    def begin(cls, pool: ThreadPoolExecutor, do: Callable[..., bool]) -> "Part":
        """Have it done as soon as there is a core for it."""
        part = cls()
        part.running = pool.submit(part._timed, do)
        return part

    def told(self) -> tuple[bool, float]:
        """Tell what it has said, and from now on what it says; gives whether it went well, and the seconds it took."""
        with self.telling:
            self.is_told = True
            print_now("".join(self.kept))
        return self.running.result()

    def _timed(self, do: Callable[..., bool]) -> tuple[bool, float]:
        begun = time.monotonic()
        well = do(say=self._say)
        return well, time.monotonic() - begun

    def _say(self, words: str) -> None:
        with self.telling:
            if self.is_told:
                print_now(words)
            else:
                self.kept.append(words)


def in_memory() -> str | None:
    """Where folders lie in memory, if there is room: a disk is waited for at each fsync, and no test cuts its power."""
    if sys.platform != "linux" or not IN_MEMORY.is_dir():
        return None
    may_run = not os.statvfs(IN_MEMORY).f_flag & os.ST_NOEXEC  # some tests write programs
    told = AVAILABLE.search(Path("/proc/meminfo").read_text(encoding="ascii"))
    free = min(shutil.disk_usage(IN_MEMORY).free, int(told[1]) * 1024 if told else 0)
    return str(IN_MEMORY) if may_run and free > ROOM_IN_MEMORY else None


def environment_for(folder: Path) -> dict[str, str]:
    """Give the programs a home of their own, no screen and one way of writing."""
    wanted = {
        "LIAISON_HOME": str(folder / "server"),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
    }
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):  # hundreds of programs start: each would compile all anew
        wanted["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    (folder / "runtime").mkdir(mode=0o700)
    (folder / "server").mkdir(mode=0o700)
    unwanted = (
        *("LIAISON_", "DATABASE_URL", "DJANGO_", "PYTHONDONTWRITEBYTECODE"),
        *("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"),
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)} | wanted


def all_steps(run: Run) -> None:
    """Go through every check there is, quick ones first."""
    run.step("translations compile", lambda: run.tool("resources.compile_translations"))
    run.step("ruff check", lambda: run.tool("ruff", "check", *CODE))
    run.step("ruff format", lambda: run.tool("ruff", "format", "--check", *CODE))
    run.step("lint-imports", lambda: run.command("-c", LAYERS, "--no-logo"))
    run.step("makemigrations --check", lambda: run.tool("server_sync", "makemigrations", "--check", "--dry-run"))
    run.side_by_side()


def main(arguments: list[str]) -> int:
    """Run all steps, or the tests named; gives the exit code."""
    parser = argparse.ArgumentParser(prog="./liaison test", description="Check everything, or run the tests named.")
    parser.add_argument("--postgresql", action="store_true", help="run the tests named on a PostgreSQL of their own")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="tests to run; after -- also pytest's own options")
    asked = parser.parse_args(arguments)
    here = Path.cwd()
    paths = [str((here / path).resolve()) if (here / path.split("::")[0]).exists() else path for path in asked.paths]
    with tempfile.TemporaryDirectory(prefix="liaison-test-", dir=in_memory()) as folder:
        run = Run(environment_for(Path(folder)))
        if asked.postgresql:
            run.step("pytest on PostgreSQL", lambda: run.pytest_on_postgresql(*(paths or [SERVER])))
        elif paths:
            run.step("pytest on SQLite", lambda: run.pytest(*paths))
        else:
            all_steps(run)
        return run.close()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        sys.exit(130)
