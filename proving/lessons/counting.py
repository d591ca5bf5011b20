"""Counts what there is to learn by, for whoever tells about a whole centre."""

from pathlib import Path

from server_sync.common.resources import resource
from server_sync.contract.guides import MADE
from server_sync.contract.territory import LANGUAGES


def count_made(into: Path) -> int:
    """How many lessons lie in a folder, whole in all languages."""
    folders = [path for path in into.iterdir() if path.is_dir()] if into.is_dir() else []
    return sum(all((folder / language / MADE).is_file() for language in LANGUAGES) for folder in folders)


def count_guides() -> int:
    """How many written guides there are."""
    return len(list(resource("guides").glob("*.toml")))
