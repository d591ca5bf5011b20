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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.postgresql import NoPostgresql, postgresql

ROOT: Final = Path(__file__).resolve().parents[1]
ROOMS: Final = ("liaison_desktop", "server_sync", "proving", "resources", "docs", "tests")
CODE: Final = [name for name in ROOMS if (ROOT / name).is_dir()]
TWICE: Final = ["tests/server"]
"""Tests of what stands on a database: they run on SQLite with all others and once more on PostgreSQL."""
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

    def pytest_on_both(self) -> None:
        """Run all tests on SQLite, and beside them, on the other core, the server's on PostgreSQL."""
        said: list[str] = []

        def beside() -> tuple[bool, float]:
            begun = time.monotonic()
            return self.pytest_on_postgresql(*TWICE, say=said.append), time.monotonic() - begun

        def told() -> bool:
            well, seconds = other.result()
            print_now("".join(said) + f"beside the tests on SQLite, {seconds:.0f} s in all\n")
            return well

        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(beside)
            self.step("pytest on SQLite", self.pytest)
            self.step("pytest on PostgreSQL", told)

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
    run.pytest_on_both()


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
            run.step("pytest on PostgreSQL", lambda: run.pytest_on_postgresql(*(paths or TWICE)))
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
