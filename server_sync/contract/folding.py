"""Makes the copies of texts that search and sorting use. What a person entered is never changed by anything here.

Kyrgyz letters are typed without their marks on Russian keyboards, come in wrong from old fonts (fita for Ө, ў for ң or
ү, ӊ and њ for ң), and Latin look-alikes hide in Cyrillic words. Names of neighbours have letters that no keyboard here
has (Ғ Қ Ҳ Ә І, ı ş ğ ç), apostrophes are written in a dozen ways or left out, and digits come full-width. Both the
stored copy and the query are folded the same way, so that all of these find one another.
"""

import re
import unicodedata
from itertools import groupby
from typing import Final

ALPHABET: Final = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
"""The 36 letters in the order of a Kyrgyz dictionary."""

TERMS_LIMIT: Final = 12
"""Words of a query that are looked at."""

_MARKS: Final = {
    "ң": "н", "ө": "о", "ү": "у", "ё": "е", "ѳ": "о", "ӊ": "н", "њ": "н", "ў": "у", "ґ": "г",
    "ғ": "г", "қ": "к", "ҳ": "х", "һ": "х", "ә": "а", "і": "и", "ї": "и", "є": "е", "ұ": "у", "ҷ": "ж", "җ": "ж",
    "ӄ": "к", "ҡ": "к", "ӷ": "г", "ҙ": "з", "ҫ": "с", "ј": "ж",
    "ı": "i", "ə": "a", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
}  # fmt: skip
_MARKED: Final = re.compile(f"[{''.join(_MARKS)}]")
"""Looked for in place of a translation of every letter: few letters of a text are marked."""
_COMBINING: Final = re.compile(r"[\u0300-\u036f]")
_SHORT_I: Final = "и\u0306"
"""й taken apart; the one mark that stays, because it makes another letter of every alphabet here."""
APOSTROPHES: Final = (
    "'`\u00b4\u02b0\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201a\u201b\u2032\u2035\uff07"
)
"""However one is written: they stand in O'Connor and Мар'яна, and are dropped in folding."""

_DROPPED: Final = str.maketrans(dict.fromkeys(APOSTROPHES, ""))
_PARTED: Final = str.maketrans(dict.fromkeys(APOSTROPHES, " "))
_IN_A_WORD: Final = re.compile(rf"\w[{APOSTROPHES}]\w")
_WIDE: Final = str.maketrans({0xFF01 + place: chr(0x21 + place) for place in range(94)} | {0x3000: " "})
_IS_WIDE: Final = re.compile("[\uff01-\uff5e\u3000]")
_FOREIGN_DIGIT: Final = re.compile(r"[^\D0-9]")
_LATIN_LOOKS: Final = str.maketrans("aceopxykmthbi", "асеорхукмтнві")
_LOOKING_ALIKE: Final = frozenset("aceopxykmthbi")
_WORD: Final = re.compile(r"\w+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_LATIN: Final = re.compile(r"[a-z]")
_UNSEEN: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_INVISIBLE: Final = re.compile(f"[{_UNSEEN}]")
"""Soft hyphens, joiners and direction marks, which no one types into a query."""
_DROPPED_OR_UNSEEN: Final = re.compile(f"[{_UNSEEN}{APOSTROPHES}]")
_PLAIN: Final = re.compile(r"[\x00-&(-@\[-_a-\x7fа-я]*")
"""Lower case without marks, apostrophes or foreign signs: what is left of most texts when they were folded."""

_STRIDE: Final = 30
_WITHOUT_LETTERS: Final = re.compile(r"\W{60,}")
_SEEN_TWICE: Final = re.compile(r"\W\W")
"""Sixty in a row are met by two of the characters that stand thirty apart: most texts need no closer look."""
_MARKS_IN_ONE: Final = frozenset("\u0f73\u0f75\u0f81")
"""Marks of Tibetan that call themselves letters and come apart into marks."""
MARKS_ON_A_LETTER: Final = 30
"""More combining marks in a row than these are no word of any language (the Stream-Safe Text Format of Unicode's Annex
15); to bring a run of them into order takes time with the square of its length."""

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


def narrow(text: str) -> str:
    """Write full-width letters, digits and signs as those of ASCII; all else stays."""
    return text.translate(_WIDE) if _IS_WIDE.search(text) else text


def without_marks(text: str) -> str:
    """Leave out soft hyphens, joiners and direction marks, which copying brings along and nobody types."""
    return _INVISIBLE.sub("", text)


def stream_safe(text: str) -> str:
    """Leave out of 60 combining marks in a row, or more, all but 30: normalising takes time with the length then."""
    if len(text) < 2 * _STRIDE or not _SEEN_TWICE.search(text[::_STRIDE]):
        return text
    return _WITHOUT_LETTERS.sub(_fewer_marks, text)


def compose(text: str) -> str:
    """Write a text that somebody typed in NFC, in bounded time."""
    return unicodedata.normalize("NFC", stream_safe(text))


def fold(text: str) -> str:
    """Make the search copy: lower case, ңөүё as ноуе, marks off, wrong and look-alike letters righted.

    Direction marks and apostrophes are gone. ASCII digits, spaces and other punctuation stay. Folding what is folded
    changes nothing.
    """
    if text.isascii():
        return text.casefold().translate(_DROPPED)
    folded = text
    while not _is_folded(folded) and (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def fold_for_index(text: str) -> str:
    """Fold a stored text; a word that is read in two ways is given in both.

    ў is shown for ң by some fonts and for ү by others; О'Коннор is looked for as оконнор and as коннор.
    """
    folded = fold(text)
    others: list[str] = []
    if "ў" in text or "Ў" in text:
        words = _WORD.findall(compose(text).casefold())
        others.extend(fold(word.replace("ў", "ң")) for word in words if "ў" in word)
    if _IN_A_WORD.search(text):
        others.extend(fold(word.translate(_PARTED)) for word in text.split() if _IN_A_WORD.search(word))
    return " ".join((folded, *dict.fromkeys(others))) if others else folded


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
    plain = compose(text).casefold()
    return f"{plain.translate(_SORTING)}\0{text}"


def search_terms(query: str) -> tuple[str, ...]:
    """Split a query into folded words, each once, in the order typed."""
    return tuple(dict.fromkeys(words_of(query)))[:TERMS_LIMIT]


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into its folded words; punctuation and hyphens part them."""
    return tuple(_WORD.findall(fold(text)))


def words_as_written(text: str) -> tuple[str, ...]:
    """Split a text into its words in lower case, letters as they are; marks and apostrophes inside are gone."""
    plain = narrow(without_marks(text).translate(_DROPPED))
    return tuple(_WORD.findall(compose(plain).casefold()))


def relayout(query: str) -> str | None:
    """Re-read a query typed with the wrong keyboard switched on: `jpujy` is озгон, `фдф` is ala.

    None when the query mixes both alphabets or has no letters of either.
    """
    plain = query.casefold()
    is_cyrillic, is_latin = bool(_CYRILLIC.search(plain)), bool(_LATIN.search(plain))
    if is_cyrillic == is_latin:
        return None
    return plain.translate(_TO_QWERTY if is_cyrillic else _TO_JCUKEN)


def digits_in(text: str) -> str:
    """Only the digits of a text, those of any script as ASCII's."""
    return "".join(letter for letter in _with_digits(text) if letter.isdecimal())


def is_mixed(word: str) -> bool:
    """Whether a word hides Latin look-alikes among Cyrillic letters."""
    plain = word.casefold()
    return bool(_CYRILLIC.search(plain) and _LATIN.search(plain))


def _with_digits(text: str) -> str:
    return _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), narrow(text))


def _is_folded(text: str) -> bool:
    """Whether folding would change nothing, seen at a glance; False where it is not so sure."""
    return _PLAIN.fullmatch(text) is not None and not (_LATIN.search(text) and _CYRILLIC.search(text))


def _fold_once(text: str) -> str:
    plain = stream_safe(_with_digits(_DROPPED_OR_UNSEEN.sub("", text)))
    apart = unicodedata.normalize("NFD", plain).casefold().replace(_SHORT_I, "й")
    plain = unicodedata.normalize("NFC", _COMBINING.sub("", apart))
    plain = _MARKED.sub(lambda found: _MARKS[found.group()], plain)
    if _LATIN.search(plain) and _CYRILLIC.search(plain):
        plain = _WORD.sub(_right_look_alikes, plain)
    return plain


def _fewer_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in found.group():
        marks = marks + 1 if unicodedata.combining(letter) or letter in _MARKS_IN_ONE else 0
        if marks <= MARKS_ON_A_LETTER:
            kept.append(letter)
    return "".join(kept)


def _right_look_alikes(found: re.Match[str]) -> str:
    word = found.group()
    if not _CYRILLIC.search(word):
        return word
    latin = set(_LATIN.findall(word))
    return word.translate(_LATIN_LOOKS) if latin and latin <= _LOOKING_ALIKE else word


def _single(text: str) -> str:
    return "".join(letter for letter, _ in groupby(text))
