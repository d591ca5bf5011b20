"""Finds what is shipped with the program: reference data, translations."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """Name a shipped file or folder, wherever the program was installed."""
    return RESOURCES.joinpath(*parts)
