"""Lays a line's letters as they are drawn: right-to-left text in its order, Arabic letters in the forms that join."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

_TURNED: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that are written from right to left."""
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
"""What stands between them is laid out by itself."""
_FORMS: Final = ("isolated", "final", "initial", "medial")
_JOINERS: Final = frozenset("\u0640\u200d")

Has = Callable[[str], bool]


def is_turned(text: str) -> bool:
    """Whether a text has letters that are written from right to left."""
    return _TURNED.search(text) is not None


def laid_out(text: str, has: Has) -> str:
    """A line in the order its letters stand from the left, joined as far as the fonts have the forms (`has`).

    The line itself runs from the left, as its paper does. Marks that turn the direction of others are not obeyed: they
    would let a name turn what stands beside it.
    """
    if not is_turned(text):
        return text
    return "".join(_laid_out(part, has) if is_turned(part) else part for part in _ISOLATES.split(text))


def side_by_side(texts: Iterable[str]) -> str:
    """Join what people wrote so that none turns what stands beside it."""
    return ", ".join(f"\u2068{text}\u2069" if is_turned(text) else text for text in texts)


def _laid_out(text: str, has: Has) -> str:
    plain = "".join(letter for letter in text if unicodedata.category(letter) != "Cf" or letter in "\u200c\u200d")
    joined = "".join(_joined(plain, has))
    return str(BidiParagraph(text=joined, base_direction=TextDirection.LTR).get_reordered_string())


@cache
def _forms() -> dict[str, dict[str, str]]:
    """The presentation forms of Unicode by the letter, or the two letters, that they draw."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFDFB), *range(0xFE70, 0xFEFD)):
        form, *letters = unicodedata.decomposition(chr(code)).split()[:3] or [""]
        drawn = "".join(chr(int(letter, 16)) for letter in letters)
        if form.strip("<>") in _FORMS and (len(drawn) == 1 or drawn.startswith("\u0644")):
            forms.setdefault(drawn, {}).setdefault(form.strip("<>"), chr(code))
    return {drawn: found for drawn, found in forms.items() if len(drawn) == 1 or drawn[1] in "\u0622\u0623\u0625\u0627"}


def _joined(text: str, has: Has) -> Iterator[str]:
    place = 0
    while place < len(text):
        drawn = text[place : place + 2] if text[place : place + 2] in _forms() else text[place]
        after = place + len(drawn)
        known = _forms().get(drawn)
        if known is None:
            if text[place] not in "\u200c\u200d":
                yield text[place]
        else:
            before, behind = _joins_on(text, place), len(drawn) == 1 and _is_joined_to(text, after)
            ahead = behind and "initial" in known
            name = ("medial" if ahead else "final") if before else ("initial" if ahead else "isolated")
            form = known.get(name, "")
            yield form if form and has(form) else drawn
        place = after


def _joins_on(text: str, place: int) -> bool:
    """Whether the letter before joins to the one that follows it."""
    while place > 0 and unicodedata.category(text[place - 1]) == "Mn":
        place -= 1
    before = text[place - 1 : place]
    return before in _JOINERS or "initial" in _forms().get(before, {})


def _is_joined_to(text: str, place: int) -> bool:
    """Whether the letter at a place joins to the one before it."""
    while place < len(text) and unicodedata.category(text[place]) == "Mn":
        place += 1
    here = text[place : place + 1]
    return here in _JOINERS or "final" in _forms().get(here, {})
