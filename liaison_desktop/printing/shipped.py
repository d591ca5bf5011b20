"""Finds what is shipped with the program for paper: fonts and words, packed or not."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from liaison_desktop.domain.errors import LiaisonError

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"
# Debian's fonts-paratype, fonts-dejavu-core, fonts-droid-fallback; other distributions; Windows has one folder.
SYSTEM_FONTS: Final = (
    Path("/usr/share/fonts/truetype/paratype"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts-droid-fallback/truetype"),
    Path("/usr/share/fonts/truetype/droid"),
    Path("/usr/share/fonts/google-droid-sans-fonts"),
    Path("/usr/share/fonts/paratype-pt-serif"),
    Path("/usr/share/fonts/paratype-pt-sans"),
    Path("/usr/share/fonts/dejavu-serif-fonts"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/TTF"),
    Path("C:/Windows/Fonts"),
)


class FontsMissing(LiaisonError):
    """No font on this computer has the letters of paper (params: wanted)."""


def resource(*parts: str) -> Path:
    """Name a shipped file or folder, wherever the program was installed."""
    return RESOURCES.joinpath(*parts)


def _places() -> Iterator[Path]:
    yield resource("fonts")
    yield from SYSTEM_FONTS


@cache
def find_font(*file_names: str) -> Path:
    """Find the first of these font files: shipped with the program first, then the system's.

    Raises FontsMissing when none of them is here.
    """
    for name in file_names:
        for place in _places():
            if (place / name).is_file():
                return place / name
    raise FontsMissing("paper_fonts_missing", wanted=", ".join(file_names))
