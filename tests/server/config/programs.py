"""Commands of a centre as programs of their own, as an operator starts them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
TIMEOUT_S: Final = 180

Manage = Callable[..., subprocess.Popen[str]]


@contextmanager
def commands_of(home: Path) -> Iterator[Manage]:
    """Give what starts commands of the centre in a folder; those that are still running in the end are killed."""
    started: list[subprocess.Popen[str]] = []
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"LIAISON_HOME": str(home), "PYTHONUNBUFFERED": "1"}

    def start(*arguments: str, has_terminal: bool = True, **further: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "server_sync", *arguments],
            cwd=ROOT,
            env=environment | further,
            stdin=subprocess.DEVNULL,
            start_new_session=not has_terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=TIMEOUT_S)


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code of a command and what it wrote, when it has ended."""
    out, err = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, out, err


def address_of(process: subprocess.Popen[str]) -> str:
    """Where a server that was just started listens."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    return line.removeprefix("listening on ").strip()
