"""Reads letters of a Latin code that were typed in Cyrillic: by how they look, or by how they sound.

А on the paper is typed А; B may come as В (it looks so) or as Б (it sounds so); Ч stands for CH or C. Every spelling
is a candidate; who knows what the code must be chooses among them.
"""

from collections.abc import Collection, Iterable
from itertools import product
from typing import Final

LETTER: Final = r"[^\W_]"
"""Any letter or digit; a digit counts as the letter it looks like where a letter must stand."""

_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOOKS: Final[dict[str, str]] = {
    "А": "A", "В": "B", "С": "C", "Е": "E", "Ё": "E", "Н": "H", "Ң": "H", "І": "I", "Ј": "J", "К": "K", "М": "M",
    "О": "O", "Ө": "O", "Р": "P", "Ѕ": "S", "Т": "T", "У": "Y", "Ү": "Y", "Х": "X", "Һ": "H", "0": "O", "1": "I",
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
    "Τ": "T", "Υ": "Y", "Χ": "X",
}  # fmt: skip
SOUNDS: Final[dict[str, tuple[str, ...]]] = {
    "А": ("A",), "Б": ("B",), "В": ("V", "W"), "Г": ("G",), "Д": ("D",), "Е": ("E",), "Ё": ("E", "YO"),
    "Ж": ("J", "ZH"), "З": ("Z",), "И": ("I",), "Й": ("Y", "J"), "К": ("K", "C", "Q"), "Л": ("L",), "М": ("M",),
    "Н": ("N",), "Ң": ("N", "NG"), "О": ("O",), "Ө": ("O",), "П": ("P",), "Р": ("R",), "С": ("S", "C"), "Т": ("T",),
    "У": ("U",), "Ү": ("U", "Y"), "Ф": ("F",), "Х": ("H", "X", "KH"), "Ц": ("C", "TS"), "Ч": ("CH", "C"),
    "Ш": ("SH", "W"), "Щ": ("SH", "SHCH"), "Ы": ("Y",), "Э": ("E",), "Ю": ("YU", "U"), "Я": ("YA",), "Ь": ("",),
    "Ъ": ("",), "І": ("I",), "0": ("O",), "1": ("I",),
}  # fmt: skip
_DIGITS: Final = str.maketrans("OОΟIІΙ", "000111")
_SPELLINGS_LIMIT: Final = 4_096


def spellings(typed: str, lengths: Collection[int], *, mixed: bool = True) -> tuple[str, ...]:
    """List the Latin spellings of typed capitals that have one of the lengths, each once.

    Not `mixed`: all letters by look (by sound those that look like nothing), or all by sound. `mixed`: each either way.
    """
    ways = _both(typed) if mixed else (*_by_look(typed), *_by_sound(typed))
    return tuple(dict.fromkeys(way for way in ways if len(way) in lengths))


def digits_of(typed: str) -> str:
    """Read digits among which O stands for 0 and I for 1."""
    return typed.translate(_DIGITS)


def _by_look(typed: str) -> Iterable[str]:
    return _joined([(letter,) if letter in _LATIN else _look(letter) or _sound(letter) for letter in typed])


def _by_sound(typed: str) -> Iterable[str]:
    return _joined([(letter,) if letter in _LATIN else _sound(letter) or _look(letter) for letter in typed])


def _both(typed: str) -> Iterable[str]:
    return _joined([(letter,) if letter in _LATIN else (*_look(letter), *_sound(letter)) for letter in typed])


def _look(letter: str) -> tuple[str, ...]:
    return (LOOKS[letter],) if letter in LOOKS else ()


def _sound(letter: str) -> tuple[str, ...]:
    return SOUNDS.get(letter, ())


def _joined(choices: list[tuple[str, ...]]) -> Iterable[str]:
    count = 1
    for ways in choices:
        count *= len(set(ways))
    if not 0 < count <= _SPELLINGS_LIMIT:
        return ()
    return ("".join(letters) for letters in product(*(tuple(dict.fromkeys(ways)) for ways in choices)))
