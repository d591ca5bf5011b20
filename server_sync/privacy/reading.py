"""Reads a text as the finders see it: folded, and each letter knows where it stands in the text."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from server_sync.contract.folding import fold, narrow, without_marks

_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fb\u00b7")
_MIXED: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_LATIN: Final = re.compile(r"[a-z]")
_LOOKS: Final = dict(zip("aceopxykmthbi", "асеорхукмтнви", strict=True))
_LOOKING_ALIKE: Final = frozenset(_LOOKS)
_LOOKS_TABLE: Final = str.maketrans(_LOOKS)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text without what nobody sees, letter by letter: `cased` as it stands, `plain` folded, `places` in the text."""

    text: str
    cased: str
    plain: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Read a text in time with its length."""
        cased: list[str] = []
        plain: list[str] = []
        places: list[int] = []
        for place, letter in enumerate(text):
            if letter.isascii():
                seen, folded = letter, letter.lower()
            else:
                seen, folded = _seen(letter)
                if not seen:
                    if cased and unicodedata.combining(letter):
                        _join(cased, plain, letter)
                    continue
            cased.append(seen)
            plain.append(folded)
            places.append(place)
        return cls(text, "".join(cased), _MIXED.sub(_right, "".join(plain)), tuple(places))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where letters of the reading stand in the text."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=4096)
def _seen(letter: str) -> tuple[str, str]:
    """A letter as it stands and folded, each one character; nothing for what nobody sees, and for marks on a letter."""
    if letter in _DASHES:
        return "-", "-"
    if unicodedata.combining(letter) or not without_marks(letter):
        return "", ""
    seen = narrow(letter)
    if seen.isdecimal():
        seen = str(unicodedata.decimal(seen))
    folded = fold(seen)
    return seen, folded if len(folded) == 1 else seen.lower()[:1] or seen


def _join(cased: list[str], plain: list[str], mark: str) -> None:
    """Put a mark on the letter before it where the two are one letter: й, ё; all other marks are left out."""
    joined = unicodedata.normalize("NFC", cased[-1] + mark)
    if len(joined) == 1:
        cased[-1], plain[-1] = _seen(joined)


def _right(found: re.Match[str]) -> str:
    word = found.group()
    if not _CYRILLIC.search(word):
        return word
    latin = set(_LATIN.findall(word))
    return word.translate(_LOOKS_TABLE) if latin and latin <= _LOOKING_ALIKE else word
