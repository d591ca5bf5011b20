"""Finds what is shipped with the program: translations, reference data, fonts; packed by PyInstaller or not."""

import sys
from functools import cache
from pathlib import Path


@cache
def resources_folder() -> Path:
    """The folder `resources` of this installation."""
    packed = getattr(sys, "_MEIPASS", None)
    base = Path(packed) if isinstance(packed, str) else Path(__file__).resolve().parents[2]
    return base / "resources"


def resource(*parts: str) -> Path:
    """Name a shipped file or folder, wherever the program was installed."""
    return resources_folder().joinpath(*parts)


def reference_texts() -> dict[str, str]:
    """Read the shipped reference tables, by file name, as contract.reference takes them."""
    folder = resource("reference")
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}
