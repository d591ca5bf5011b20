"""Makes any text drawable: what a citizen wrote may hold emoji, direction marks or letters that no font here has."""

import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from liaison_desktop.printing.directions import laid_out
from liaison_desktop.printing.shipped import FontsMissing, find_font

MISSING_LETTER: Final = "\N{WHITE SQUARE}"
UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Mc"})
SPACES: Final = frozenset({"Cc", "Zl", "Zp"})


class Face(Enum):
    """The few faces of paper: PT Serif says it, PT Sans labels it; DejaVu stands in where they are not installed."""

    SERIF = ("PTF55F.ttf", "PT_Serif-Web-Regular.ttf", "DejaVuSerif.ttf")
    SERIF_BOLD = ("PTF75F.ttf", "PT_Serif-Web-Bold.ttf", "DejaVuSerif-Bold.ttf")
    SERIF_ITALIC = ("PTF56F.ttf", "PT_Serif-Web-Italic.ttf", "DejaVuSerif-Italic.ttf", "DejaVuSerif.ttf")
    SANS = ("PTS55F.ttf", "PT_Sans-Web-Regular.ttf", "DejaVuSans.ttf")
    SANS_BOLD = ("PTS75F.ttf", "PT_Sans-Web-Bold.ttf", "DejaVuSans-Bold.ttf")
    FALLBACK = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "seguisym.ttf", "arial.ttf")
    HAN = ("DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "simhei.ttf", "malgun.ttf")


STANDING_IN: Final = (Face.FALLBACK, Face.HAN)
"""Faces for the letters that a paper's own face lacks, the first one that has them."""


@dataclass(frozen=True, slots=True)
class FontFacts:
    """What layout needs to know of a font file: its letters' widths in 1/1000 of the size."""

    path: Path
    widths: dict[int, int]


@cache
def font_facts(face: Face) -> FontFacts:
    """Read a face's letters once for the life of the program; raises FontsMissing."""
    path = find_font(*face.value)
    with TTFont(path, lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        # The rounding is fpdf2's own, so that what is measured here is what is drawn there.
        widths = {code: round(scale * advances[glyph][0] + 0.001) for code, glyph in font.getBestCmap().items()}
    return FontFacts(path, widths)


@cache
def _letters_of(face: Face) -> dict[int, int]:
    """The letters of a face that stands in, none where it is not installed."""
    try:
        return font_facts(face).widths
    except FontsMissing:
        return {}


def _standing_in(letter: str) -> Face | None:
    return next((face for face in STANDING_IN if ord(letter) in _letters_of(face)), None)


def undrawable(text: str) -> str:
    """The letters of a text that no face here has, each once: paper shows a white square for each of them."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        dict.fromkeys(
            letter
            for letter in composed
            if letter != MISSING_LETTER and _drawable(letter, Face.SERIF)[1] == MISSING_LETTER
        )
    )


@cache
def _drawable(letter: str, face: Face) -> tuple[Face, str]:
    """Choose the face that has this letter and what stands for it; an empty text when nothing is to be seen."""
    known = font_facts(face).widths
    category = unicodedata.category(letter)
    if category in SPACES:
        return face, " "
    if category == "Cf":  # direction marks, joiners, soft hyphens: nothing to see, and some fonts draw a box
        return face, ""
    if ord(letter) in known:
        return face, letter
    if category == "Zs":
        return face, " "
    other = _standing_in(letter)
    if other is not None:
        return other, letter
    if category in UNSEEN:
        return face, ""
    other = _standing_in(MISSING_LETTER)
    return (other, MISSING_LETTER) if other is not None else (face, "?")


def drawable(text: str, face: Face) -> tuple[tuple[Face, str], ...]:
    """Cut a line into runs of one face each, every letter of which that face has, as they stand from the left.

    Texts are composed (NFC) and put in order for drawing only; what is stored stays to the letter.
    """
    line = laid_out(unicodedata.normalize("NFC", text), lambda letter: _standing_in(letter) is not None)
    letters = (_drawable(letter, face) for letter in line)
    seen = (found for found in letters if found[1])
    return tuple(
        (run, "".join(letter for _, letter in found)) for run, found in groupby(seen, key=lambda pair: pair[0])
    )


def text_width(text: str, face: Face, size_pt: float, spacing_pt: float = 0) -> float:
    """Measure a text in points, as it will be drawn."""
    total = 0.0
    for run, letters in drawable(text, face):
        widths = font_facts(run).widths
        total += sum(widths[ord(letter)] for letter in letters) * size_pt / 1000 + spacing_pt * len(letters)
    return max(0.0, total - spacing_pt)
