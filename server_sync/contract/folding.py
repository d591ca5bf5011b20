"""Folds Kyrgyz, Russian and Latin text for search: found without ң ө ү ё, from old fonts, in Latin letters.

What a citizen said is stored to the letter; only the search copy is folded.
"""

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "ң": "н", "ӊ": "н", "ӈ": "н", "њ": "н", "ө": "о", "ѳ": "о", "ү": "у", "ў": "у", "ұ": "у", "ё": "е", "һ": "х",
        "қ": "к", "ғ": "г", "і": "и", "ї": "и", "є": "е", "ј": "ж", "ѕ": "с",
        "ı": "i", "’": "'", "ʼ": "'", "`": "'",
    }
)  # fmt: skip
_SOUNDS: Final = (
    ("shch", "щ"), ("dzh", "ж"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("kh", "х"), ("ts", "ц"), ("ng", "н"),
    ("ya", "я"), ("yu", "ю"), ("yo", "е"), ("ye", "е"), ("ck", "к"),
)  # fmt: skip
_SINGLE: Final = str.maketrans(
    {
        "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ж", "k": "к",
        "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в",
        "w": "в", "x": "кс", "y": "ы", "z": "з", "ö": "о", "ü": "у", "ä": "а", "ı": "ы",
    }
)  # fmt: skip
_SPACES: Final = re.compile(r"\s+")
_INVISIBLE: Final = re.compile(r"[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS_RU: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LAYOUT: Final = str.maketrans(
    _KEYS + _KEYS.upper().replace("[", "{").replace("]", "}"), _KEYS_RU + _KEYS_RU.upper()
)
ALPHABET: Final = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
_PLACE: Final = {letter: chr(0xE000 + at) for at, letter in enumerate(ALPHABET)}


def fold(text: str) -> str:
    """The search form: composed, lower case, ң ө ү ё й as н о у е й, one space, no invisible marks. Idempotent."""
    composed = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    plain = unicodedata.normalize("NFC", composed).translate(_LETTERS)
    return _SPACES.sub(" ", plain).strip()


def fold_latin(text: str) -> str:
    """The search form of words typed in Latin letters, read by their sound: Asanov, Zhyldyz, Jyldyz."""
    folded = fold(text)
    for latin, cyrillic in _SOUNDS:
        folded = folded.replace(latin, cyrillic)
    return fold(folded.translate(_SINGLE))


def relayout(query: str) -> str:
    """What was meant by a query typed on the Latin layout: `fcfyjd` is асанов."""
    return query.translate(_LAYOUT)


def search_terms(query: str) -> tuple[str, ...]:
    """The words to look for, folded."""
    return tuple(word for word in re.split(r"[^\w]+", fold(query)) if word)


def readings(query: str) -> tuple[str, ...]:
    """What a query may mean, best first: as typed, by sound, by the other keyboard layout."""
    found = [fold(query)]
    if re.search("[a-z]", found[0]):
        found += [fold_latin(query), fold(relayout(query))]
    return tuple(dict.fromkeys(reading for reading in found if reading))


def sort_key(text: str) -> str:
    """Alphabetical order of the Kyrgyz alphabet: ң after н, ө after о, ү after у, ё after е."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return "".join(_PLACE.get(letter, letter) for letter in lowered)
