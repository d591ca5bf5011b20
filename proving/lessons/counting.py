"""Lets whoever shows a whole centre have its lessons, and counts what there is to learn by."""

import subprocess
import sys
from pathlib import Path

from proving.world import REPOSITORY, ProgramFailed
from server_sync.common.resources import resource
from server_sync.contract.guides import MADE
from server_sync.contract.territory import LANGUAGES


def have_lessons(into: Path) -> None:
    """Make the lessons that a folder lacks, by a program of its own that says what it does; raises ProgramFailed."""
    done = subprocess.run([sys.executable, "-m", "proving.lessons", "--into", str(into)], cwd=REPOSITORY, check=False)
    if done.returncode:
        raise ProgramFailed("lessons were not made; the words above say why")


def count_made(into: Path) -> int:
    """How many lessons lie in a folder, whole in all languages."""
    folders = [path for path in into.iterdir() if path.is_dir()] if into.is_dir() else []
    return sum(all((folder / language / MADE).is_file() for language in LANGUAGES) for folder in folders)


def count_guides() -> int:
    """How many written guides there are."""
    return len(list(resource("guides").glob("*.toml")))
