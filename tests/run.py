"""Checks everything, one step after another, and says at the end what failed and how long each step took.

`./liaison test` runs it. With paths only those tests run, on SQLite or, with --postgresql, on a PostgreSQL.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from tests.postgresql import NoPostgresql, postgresql

ROOT: Final = Path(__file__).resolve().parents[1]
ROOMS: Final = ("liaison_desktop", "server_sync", "proving", "resources", "docs", "tests")
CODE: Final = [name for name in ROOMS if (ROOT / name).is_dir()]
SERVER: Final = "tests/server"
"""Tests of what stands on a database: they run on SQLite and once more on PostgreSQL."""
DESKTOP: Final = "tests/desktop"
PAGES: Final = {"casework", "config", "monitoring", "oversight", "pages", "portal"}
"""Folders of the server's tests that are about what is shown and how it is served: more than half of their time."""
ONCE: Final = (
    *(f"tests/server/config/test_{name}.py" for name in ("addresses", "fitness", "health", "logs", "run")),
    *(f"tests/server/config/test_{name}.py" for name in ("slow_callers", "turns", "waiting_in_turn")),
    *(f"tests/server/pages/test_{name}.py" for name in ("contrast", "in_a_browser", "tiles")),
)
"""The server's tests that do not ask the database they are given: what they start has a home of its own, or they look
in a browser at pages that other tests ask on both databases."""
LAYERS: Final = "from importlinter.cli import lint_imports_command; lint_imports_command()"
"""import-linter cannot be run as a module, and its script names a folder that may have been moved."""
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

    def step(self, name: str, do: Callable[[], bool]) -> None:
        """Run a step, whatever became of those before it."""
        print(f"\n── {name}", flush=True)
        begun = time.monotonic()
        well = do()
        seconds = time.monotonic() - begun
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
        environment = dict(self.environment)
        environment["LIAISON_HOME"] = tempfile.mkdtemp(prefix="home-", dir=environment["LIAISON_HOME"])
        if database_url:
            environment["DATABASE_URL"] = database_url
        command = [sys.executable, "-m", "pytest", *arguments]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
        ) as running:
            assert running.stdout is not None
            closing = ""
            for line in running.stdout:
                say(line)
                closing = line if COUNTED.search(line) else closing
        with self.counting:
            self.tally.add(closing)
            if running.returncode not in {0, 1}:
                self.tally.failed += 1
        if running.returncode == NOTHING_TO_RUN:
            say("no test was found\n")
        return running.returncode == 0

    def pytest_on_postgresql(self, *arguments: str, say: Callable[[str], object] = print_now) -> bool:
        """Run tests on a PostgreSQL that lives as long as they do."""
        with ExitStack() as until_the_end:
            try:
                url = until_the_end.enter_context(postgresql())
            except NoPostgresql as reason:
                say(f"{reason}\n")
                return False
            return self.pytest(*arguments, database_url=url, say=say)

    def pytest_side_by_side(self) -> None:
        """Run all tests, the server's on both databases, in parts beside each other as far as there are cores."""
        pages, rooms = _halves(SERVER)
        others = [path for path in _with_tests("tests") if path not in {DESKTOP, SERVER}]
        again = [SERVER, *(f"--ignore={path}" for path in ONCE)]
        parts: dict[str, Callable[..., bool]] = {  # the longest first, so that no core is idle for long at the end
            "pytest of the server's pages on SQLite": partial(self.pytest, *pages),
            "pytest of all but desktop and server": partial(self.pytest, *others),
            "pytest of the server on PostgreSQL": partial(self.pytest_on_postgresql, *again),
            "pytest of the desktop": partial(self.pytest, DESKTOP),
            "pytest of the server's rooms on SQLite": partial(self.pytest, *rooms),
        }
        with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
            begun = {
                name: pool.submit(_noted, part, is_live=not place) for place, (name, part) in enumerate(parts.items())
            }
            for name, running in begun.items():
                self.step(name, partial(_told, running))

    def close(self) -> int:
        """Say what took how long and what failed; gives the exit code."""
        print("\n── all steps")
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


def _halves(folder: str) -> tuple[list[str], list[str]]:
    """A folder's tests in two parts, those of PAGES and the others."""
    paths = _with_tests(folder)
    pages = [path for path in paths if Path(path).name in PAGES]
    return pages, [path for path in paths if path not in pages]


def _noted(part: Callable[..., bool], *, is_live: bool) -> tuple[bool, float, str]:
    """Run a part of the tests; gives whether all went well, the seconds, and what was said and not shown yet."""
    said: list[str] = []
    begun = time.monotonic()
    well = part(say=print_now if is_live else said.append)
    return well, time.monotonic() - begun, "".join(said)


def _told(running: Future[tuple[bool, float, str]]) -> bool:
    well, seconds, said = running.result()
    print_now(f"{said}beside the other parts, {seconds:.0f} s in all\n")
    return well


def environment_for(folder: Path) -> dict[str, str]:
    """Give the programs a home of their own, no screen and one way of writing."""
    wanted = {
        "LIAISON_HOME": str(folder / "server"),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
    }
    (folder / "runtime").mkdir(mode=0o700)
    (folder / "server").mkdir(mode=0o700)
    unwanted = ("LIAISON_", "DATABASE_URL", "DJANGO_", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)} | wanted


def all_steps(run: Run) -> None:
    """Go through every check there is, quick ones first."""
    run.step("translations compile", lambda: run.tool("resources.compile_translations"))
    run.step("ruff check", lambda: run.tool("ruff", "check", *CODE))
    run.step("ruff format", lambda: run.tool("ruff", "format", "--check", *CODE))
    run.step("lint-imports", lambda: run.command("-c", LAYERS, "--no-logo"))
    run.step("mypy --strict", lambda: run.tool("mypy", *CODE))
    run.step("makemigrations --check", lambda: run.tool("server_sync", "makemigrations", "--check", "--dry-run"))
    run.pytest_side_by_side()


def main(arguments: list[str]) -> int:
    """Run all steps, or the tests named; gives the exit code."""
    parser = argparse.ArgumentParser(prog="./liaison test", description="Check everything, or run the tests named.")
    parser.add_argument("--postgresql", action="store_true", help="run the tests named on a PostgreSQL of their own")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="tests to run; after -- also pytest's own options")
    asked = parser.parse_args(arguments)
    here = Path.cwd()
    paths = [str((here / path).resolve()) if (here / path.split("::")[0]).exists() else path for path in asked.paths]
    with tempfile.TemporaryDirectory(prefix="liaison-test-") as folder:
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
