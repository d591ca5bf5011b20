"""Makes the copies of texts that search and sorting use. What a person entered is never changed by anything here.

Kyrgyz letters are typed without their marks on Russian keyboards, come in wrong from old fonts (fita for Ө, ў for ң or
ү, ӊ and њ for ң), and Latin look-alikes hide in Cyrillic words. Both the stored copy and the query are folded the same
way, so that all of these find one another.
"""

import re
import unicodedata
from itertools import groupby
from typing import Final

ALPHABET: Final = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
"""The 36 letters in the order of a Kyrgyz dictionary."""

TERMS_LIMIT: Final = 12
"""Words of a query that are looked at."""

_MARKS: Final = str.maketrans("ңөүёѳӊњўґ", "ноуеоннуг")
_LATIN_LOOKS: Final = str.maketrans("aceopxykmthbi", "асеорхукмтнві")
_LOOKING_ALIKE: Final = frozenset("aceopxykmthbi")
_WORD: Final = re.compile(r"\w+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_LATIN: Final = re.compile(r"[a-z]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphens, joiners and direction marks, which no one types into a query."""

_PLACES: Final = {letter: chr(0x400 + place) for place, letter in enumerate(ALPHABET)}
_SORTING: Final = str.maketrans(
    {**_PLACES, "ѳ": _PLACES["ө"], "ӊ": _PLACES["ң"], "њ": _PLACES["ң"], "-": " ", "\u2010": " ", "\u2011": " "}
)

_SOUNDS: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i", "к": "k",
        "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
        "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
_SPELLINGS: Final = (
    ("shch", "sh"), ("dzh", "j"), ("zh", "j"), ("dj", "j"), ("kh", "h"), ("ts", "c"), ("y", "i"), ("ng", "n"),
    ("w", "v"), ("q", "k"), ("x", "ks"),
)  # fmt: skip

_QWERTY: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_JCUKEN: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_JCUKEN: Final = str.maketrans(_QWERTY, _JCUKEN)
_TO_QWERTY: Final = str.maketrans(_JCUKEN, _QWERTY)


def fold(text: str) -> str:
    """Make the search copy: lower case, ңөүё as ноуе, wrong and look-alike letters righted, direction marks gone.

    Digits, spaces and punctuation stay. Folding what is folded changes nothing.
    """
    if text.isascii():
        return text.casefold()
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def fold_for_index(text: str) -> str:
    """Fold a stored text; a word with ў is given twice, because some fonts show it for ң and others for ү."""
    folded = fold(text)
    if "ў" not in text and "Ў" not in text:
        return folded
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    others = " ".join(dict.fromkeys(fold(word.replace("ў", "ң")) for word in words if "ў" in word))
    return f"{folded} {others}" if others else folded


def fold_latin(text: str) -> str:
    """Make the copy by sound in Latin letters: Өзгөн, Ozgon, Özgön become one, and so do Жумгал, Джумгал, Jumgal."""
    plain = unicodedata.normalize("NFD", fold(text).replace("дж", "ж").translate(_SOUNDS))
    sounded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for spelled, heard in _SPELLINGS:
        sounded = sounded.replace(spelled, heard)
    return _single(sounded)


def name_key(text: str) -> str:
    """Make the copy under which spellings of one name meet: Жумгал and Джумгал, Кыя and Кия, Майлуу and Майлу."""
    words = _WORD.findall(fold(text).replace("дж", "ж").replace("ы", "и"))
    return " ".join(_single(word.removesuffix("й") or word) for word in words)


def sort_key(text: str) -> str:
    """Give the text that puts names in the order of a Kyrgyz dictionary when compared by code point.

    ё after е, ң after н, ө after о, ү after у; digits and Latin before Cyrillic; a hyphen sorts as a space. Names that
    differ in case alone come by the text itself.
    """
    plain = unicodedata.normalize("NFC", text).casefold()
    return f"{plain.translate(_SORTING)}\0{text}"


def search_terms(query: str) -> tuple[str, ...]:
    """Split a query into folded words, each once, in the order typed."""
    return tuple(dict.fromkeys(words_of(query)))[:TERMS_LIMIT]


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into its folded words; punctuation and hyphens part them."""
    return tuple(_WORD.findall(fold(text)))


def relayout(query: str) -> str | None:
    """Re-read a query typed with the wrong keyboard switched on: `jpujy` is озгон, `фдф` is ala.

    None when the query mixes both alphabets or has no letters of either.
    """
    plain = query.casefold()
    is_cyrillic, is_latin = bool(_CYRILLIC.search(plain)), bool(_LATIN.search(plain))
    if is_cyrillic == is_latin:
        return None
    return plain.translate(_TO_QWERTY if is_cyrillic else _TO_JCUKEN)


def is_mixed(word: str) -> bool:
    """Whether a word hides Latin look-alikes among Cyrillic letters."""
    plain = word.casefold()
    return bool(_CYRILLIC.search(plain) and _LATIN.search(plain))


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).casefold())
    plain = plain.translate(_MARKS)
    if _LATIN.search(plain) and _CYRILLIC.search(plain):
        plain = _WORD.sub(_right_look_alikes, plain)
    return plain


def _right_look_alikes(found: re.Match[str]) -> str:
    word = found.group()
    if not _CYRILLIC.search(word):
        return word
    latin = set(_LATIN.findall(word))
    return word.translate(_LATIN_LOOKS) if latin and latin <= _LOOKING_ALIKE else word


def _single(text: str) -> str:
    return "".join(letter for letter, _ in groupby(text))
