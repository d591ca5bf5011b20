"""Finds people's names in Kyrgyz and Russian texts, with their endings, in small letters and in Latin ones too.

A word is looked at by itself (a given name, a patronymic, the ending of a surname) and by what stands beside it
(initials, "son of", a title, an office, the word street).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import Final

from server_sync.contract.folding import fold, fold_latin
from server_sync.privacy import known_names as lists
from server_sync.privacy.finding import Finding, Grade, Kind, Known, Reason
from server_sync.privacy.reading import Reading

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"[.!?…\n]")
_BESIDE: Final = re.compile(r"[ \t\u00a0]{1,2}|-|\n")
_KIN_JOINED: Final = re.compile(r"[а-я]{3,}(?:уулу|кызы)(?:нун|на|н|нан|нын|нда)?|[a-z]{3,}(?:uulu|kyzy)")
_GENITIVE: Final = re.compile(r"[а-я]+[ндт][ыиу]н")
_BY_CAPITALS: Final = re.compile(r"[а-я]{2,}(?:енко|швили|ский|ского|скому|скими?|ская|ской|скую|чук|юк)")

_MANY: Final = re.compile(r"[а-я]+(?:чик|щик|ник|ист|тор|ент|ант|атор|лог|граф|метр|кт|изм|ств|ост)ов")
"""Of many of them, at the beginning of a sentence, rather than somebody."""

_KY_AFTER_MANY: Final = (
    *("", "дын", "дин", "дун", "га", "ге", "го", "ды", "ди", "ду", "дан", "ден", "дон", "да", "де", "до"),
)
_KY_CASES: Final = (
    *(f"{first}{vowel}н" for first in "ндт" for vowel in "ыиу"),
    *(f"{first}{vowel}" for first in "ндт" for vowel in "ыиу"),
    *(f"{first}{vowel}" for first in "гк" for vowel in "аео"),
    *(f"{first}{vowel}" for first in "дт" for vowel in "аео"),
    *(f"{first}{vowel}н" for first in "дтн" for vowel in "аео"),
    *(f"{first}{vowel}р{more}" for first in "лдт" for vowel in "аео" for more in _KY_AFTER_MANY),
    *(f"м{vowel}н" for vowel in "ыиу"),
    *(f"{first}{vowel}к{more}" for first in "ндт" for vowel in "ыиу" for more in ("ы", "и", "у")),
)  # fmt: skip
"""Endings that Kyrgyz puts on a name, folded: of whom, whom, to whom, at whom, from whom, X's people, I am X."""
_RU_MALE: Final = ("а", "у", "ом", "ем", "е", "ы", "ов", "ам", "ами")
_RU_A: Final = ("ы", "и", "е", "у", "ой", "ей", "ою")
_RU_YA: Final = ("и", "е", "ю", "ей", "ею")
_RU_SHORT_I: Final = ("я", "ю", "ем", "е", "и")
_RU_SOFT: Final = ("я", "ю", "ем", "е", "и", "ью")

_KY_ON_SURNAME: Final = "|".join(sorted(_KY_CASES, key=len, reverse=True))
_SURNAME: Final = re.compile(
    rf"(?P<stem>[а-я]{{2,}}?)(?:ов|ев)(?:(?P<ru>а|у|ым|е|ой|ою|ы|ых|ыми|)|(?P<ky>а?(?:{_KY_ON_SURNAME})))"
)
_PATRONYMIC: Final = re.compile(
    rf"[а-я]{{2,}}(?:(?:ов|ев)ич(?:а|у|ем|е|и|ей|ам|ами|{_KY_ON_SURNAME})?"
    rf"|(?P<she>ов|ев)н(?:а(?:{_KY_ON_SURNAME})?|ы|е|у|ой|ою))"
)
_NOT_PATRONYMIC: Final = re.compile(
    r"(?:основ|верхов|духов|уголов|услов|церков|кров|ров|слов|чинов|винов|невинов|плано|конов|деревн?|дре?в|днев|уров|повседнев|ежедн|"
    r"плач|душ|коч|гн|напе|ле|ре|"
    r"пье|безуслов|обуслов|торгов|сторо|полюб|сосло|суро|здоров|лед|литерату|готов|нов|любов|столов|средн|"
    r"однодн|трёхдн|многодн|мгнов|штор|царе|короле)(?:ов|ев)?н"
)
_LATIN_SURNAME: Final = re.compile(r"[a-z]{3,}(?:ov|yev|ev)a?")
_LATIN_PATRONYMIC: Final = re.compile(r"[a-z]{3,}(?:ovich|evich|ovna|evna)")
_SHORTEST: Final = 4
_SHORT: Final = 4
_SMALL_LETTERS_FROM: Final = 5
_ENDING: Final = 2
"""Letters of a name of the request's own that its endings may change (Асанов, Асановго, Асанову)."""
_OFFICE_WITHIN: Final = 4
_OFFICE_AFTER: Final = 2


class _Is(Enum):
    """What a word is by itself."""

    NOTHING = auto()
    GIVEN = auto()
    MAYBE_GIVEN = auto()
    PATRONYMIC = auto()
    SURNAME = auto()
    MAYBE_SURNAME = auto()
    SHORT_SURNAME = auto()
    """Also a word; part of a name beside another part alone."""
    INITIAL = auto()


_REASONS: Final = {
    _Is.GIVEN: Reason.GIVEN_NAME,
    _Is.MAYBE_GIVEN: Reason.GIVEN_NAME,
    _Is.PATRONYMIC: Reason.PATRONYMIC,
    _Is.SURNAME: Reason.SURNAME,
    _Is.MAYBE_SURNAME: Reason.SURNAME,
    _Is.SHORT_SURNAME: Reason.SURNAME,
}
_CERTAIN: Final = frozenset({_Is.GIVEN, _Is.PATRONYMIC, _Is.SURNAME})


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with what its look says."""

    start: int
    end: int
    plain: str
    is_capital: bool
    begins: bool
    """Whether it begins a sentence, where a capital says nothing."""
    what: _Is
    is_quoted: bool


@lru_cache(maxsize=1)
def _given() -> dict[str, bool]:
    """Every form of every given name, and whether it surely is one."""
    forms: dict[str, bool] = {}
    for name in sorted(lists.KYRGYZ | lists.RUSSIAN | lists.AMBIGUOUS):
        is_sure = name not in lists.AMBIGUOUS
        for form in _forms(name):
            forms[form] = forms.get(form, True) and is_sure and form not in lists.NOT_NAMES
    return forms


def _forms(name: str) -> Iterator[str]:
    yield name
    yield from (name + ending for ending in _KY_CASES)
    last, stem = name[-1], name[:-1]
    if last == "а":
        yield from (stem + ending for ending in _RU_A)
    elif last == "я":
        yield from (stem + ending for ending in _RU_YA)
    elif last == "й":
        yield from (stem + ending for ending in _RU_SHORT_I)
    elif last == "ь":
        yield from (stem + ending for ending in _RU_SOFT)
    elif last not in "еиоуыэю":
        yield from (name + ending for ending in _RU_MALE)


@lru_cache(maxsize=1)
def _given_in_latin() -> frozenset[str]:
    names = (lists.KYRGYZ | lists.RUSSIAN) - lists.AMBIGUOUS
    return frozenset(sound for name in names if len(sound := fold_latin(name)) >= _SMALL_LETTERS_FROM)


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    """Surnames that stand in the list, with their endings; short ones are none by themselves."""
    forms: set[str] = set()
    for name in lists.SURNAMES:
        if len(name) > _SHORT:
            forms.update(_forms(name))
            if name.endswith(("ов", "ев", "ин", "ын")):
                forms.update((*_forms(name + "а"), name + "ым", name + "ых"))
    return frozenset(forms)


def names(reading: Reading, known: Known) -> Iterator[Finding]:
    """Find people, each with all words of the name that stand together."""
    words = list(_words(reading))
    own = _own(known)
    at = 0
    while at < len(words):
        if _is_own(words[at], own):
            yield _finding(reading, words[at].start, words[at].end, Reason.OF_REQUEST)
        reason = _seed(reading, words, at)
        if reason is None:
            at += 1
            continue
        first, last = _grown(reading, words, at)
        if not _is_place(reading, words, first, last):
            grade, why = _graded(reading, words, first, last, reason)
            end = words[last].end + (words[last].what is _Is.INITIAL)
            yield _finding(reading, words[first].start, min(end, len(reading.plain)), why, grade)
        for passed in words[at + 1 : last + 1]:
            if _is_own(passed, own):
                yield _finding(reading, passed.start, passed.end, Reason.OF_REQUEST)
        at = last + 1


def _words(reading: Reading) -> Iterator[_Word]:
    ended, was_initial = True, False
    place = 0
    for found in _TOKEN.finditer(reading.plain):
        start, end = found.span()
        gap = reading.plain[place:start]
        if _SENTENCE.search(gap) and not (was_initial and gap.startswith(".") and "\n" not in gap):
            ended = True
        plain = found.group().replace("'", "")
        cased = reading.cased[start:end]
        is_capital = cased[:1].isupper()
        is_quoted = reading.plain[start - 1 : start] in {"«", '"', "“", "„"} and start > 0
        what = _what(plain, cased, is_capital=is_capital, dotted=reading.plain[end : end + 1] == ".")
        yield _Word(start, end, plain, is_capital, ended, what, is_quoted)
        was_initial = len(plain) <= _ENDING and end < len(reading.plain) and reading.plain[end] == "."
        ended, place = False, end


def _what(plain: str, cased: str, *, is_capital: bool, dotted: bool) -> _Is:
    if len(plain) == 1 or (len(plain) == _ENDING and plain in {"дж", "ch", "sh", "zh"}):
        return _Is.INITIAL if dotted and is_capital else _Is.NOTHING
    if plain.isascii():
        return _what_in_latin(plain, is_capital=is_capital)
    if plain in lists.NOT_NAMES:
        return _Is.NOTHING
    sure = _given().get(plain)
    if sure is not None:
        return _Is.GIVEN if sure and (is_capital or len(plain) >= _SMALL_LETTERS_FROM) else _Is.MAYBE_GIVEN
    if (she := _PATRONYMIC.fullmatch(plain)) and not (she["she"] and _NOT_PATRONYMIC.match(plain)):
        return _Is.PATRONYMIC
    if plain in _surnames():
        return _Is.SURNAME if is_capital or not plain.endswith(("ов", "ев", "ин", "ы")) else _Is.MAYBE_SURNAME
    if (ends := _SURNAME.fullmatch(plain)) and plain not in lists.NOT_NAMES:
        if _is_of_names(ends["stem"]):
            return _Is.SURNAME
        return _Is.NOTHING if ends["ky"] == "аны" else _Is.MAYBE_SURNAME  # опубликованы
    if is_capital and plain in lists.SURNAMES:
        return _Is.SHORT_SURNAME
    if is_capital and _BY_CAPITALS.fullmatch(plain) and "ск" not in plain:
        return _Is.MAYBE_SURNAME
    return _Is.NOTHING


def _what_in_latin(plain: str, *, is_capital: bool) -> _Is:
    if _LATIN_PATRONYMIC.fullmatch(plain):
        return _Is.PATRONYMIC
    if is_capital and _LATIN_SURNAME.fullmatch(plain):
        return _Is.SURNAME
    if len(plain) >= _SMALL_LETTERS_FROM and fold_latin(plain) in _given_in_latin():
        return _Is.GIVEN if is_capital else _Is.MAYBE_GIVEN
    return _Is.NOTHING


@lru_cache(maxsize=4096)
def _is_of_names(stem: str) -> bool:
    """Whether what stands before -ов is made of a given name or of what surnames here are made of."""
    given = lists.KYRGYZ | lists.RUSSIAN
    if (
        any(stem + more in given for more in ("", "а", "й", "ы", "ь", "я", "ий", "у", "о"))
        and len(stem) >= _SHORTEST - 1
    ):
        return True
    return len(stem) >= _SMALL_LETTERS_FROM and any(stem.endswith(part) for part in lists.PARTS)


def _seed(reading: Reading, words: Sequence[_Word], at: int) -> Reason | None:
    """Why a word is the name of somebody by itself or by its nearest neighbours."""
    word = words[at]
    after = _next(reading, words, at)
    before = _next(reading, words, at, step=-1)
    if word.plain in lists.TITLES | lists.OFFICES | lists.KIN:
        return None
    is_child = after is not None and after.plain in lists.KIN and not _GENITIVE.fullmatch(word.plain)
    if is_child and (word.is_capital or word.what in _CERTAIN):
        return Reason.KINSHIP
    if _KIN_JOINED.fullmatch(word.plain) and word.is_capital:
        return Reason.KINSHIP
    if word.what is _Is.INITIAL:
        return Reason.INITIALS if _is_with_initials(reading, words, at) else None
    if word.what in _CERTAIN:
        return _REASONS[word.what]
    near = [one for one in (before, after) if one is not None]
    if any(one.what in _CERTAIN and one.is_capital >= word.is_capital for one in near) and word.what is not _Is.NOTHING:
        return _REASONS[word.what]
    if word.what is _Is.MAYBE_SURNAME and word.is_capital and not (word.begins and _MANY.fullmatch(word.plain)):
        return Reason.SURNAME
    if word.what is _Is.MAYBE_GIVEN and word.is_capital and not word.begins and not word.is_quoted:
        return Reason.GIVEN_NAME
    if word.is_capital and not word.is_quoted and any(_is_initial_after(reading, words, at)):
        return Reason.INITIALS
    return Reason.CALLED_SO if _is_called(reading, word, before, after) else None


def _is_called(reading: Reading, word: _Word, before: _Word | None, after: _Word | None) -> bool:
    """Whether a word with a capital stands behind a title (neighbour Bakyt) or before what elders are called."""
    if not word.is_capital or not _may_be_called(word):
        return False
    if before is not None and before.plain in lists.TITLES and not word.begins:
        return True
    return after is not None and after.plain in lists.HONORIFICS and reading.plain[after.end : after.end + 1] != "-"


def _may_be_called(word: _Word) -> bool:
    if word.what is _Is.NOTHING and word.plain.startswith(lists.PLACES):
        return False
    return word.plain not in lists.NOT_CALLED and len(word.plain) > 1 and word.plain not in lists.NOT_NAMES


def _is_with_initials(reading: Reading, words: Sequence[_Word], at: int) -> bool:
    """Whether one or two initials lead to a word with a capital that may be a surname."""
    place, dots = at, 0
    while place + 1 < len(words) and words[place].what is _Is.INITIAL and dots <= _ENDING:
        gap = reading.plain[words[place].end : words[place + 1].start]
        if gap.strip(" \t\u00a0") != "." or len(gap) > _SHORT:
            return False
        place, dots = place + 1, dots + 1
    word = words[place]
    return dots in {1, 2} and word.is_capital and len(word.plain) > 1 and _may_be_surname(word)


def _is_initial_after(reading: Reading, words: Sequence[_Word], at: int) -> Iterator[bool]:
    """Whether two initials, or one behind a word that looks like a surname, follow."""
    if at + 1 < len(words) and words[at + 1].what is _Is.INITIAL and _beside(reading, words[at], words[at + 1]):
        two = at + 2 < len(words) and words[at + 2].what is _Is.INITIAL
        gap = reading.plain[words[at + 1].end : words[at + 2].start].strip() if two else ""
        yield _may_be_surname(words[at]) and (words[at].what is not _Is.NOTHING or (two and gap == "."))


def _may_be_surname(word: _Word) -> bool:
    return (
        word.plain not in lists.NOT_SURNAME
        and word.plain not in lists.OFFICES
        and word.plain not in lists.NOT_PERSON_BEFORE
    )


def _grown(reading: Reading, words: Sequence[_Word], at: int) -> tuple[int, int]:
    """The first and the last word of the name that this word is of."""
    first = last = at
    while first > 0 and _belongs(reading, words, first - 1, first):
        first -= 1
    while last + 1 < len(words) and _follows(reading, words, last, last + 1):
        last += 1
    return first, last


def _belongs(reading: Reading, words: Sequence[_Word], place: int, beside: int) -> bool:
    word = words[place]
    gap = reading.plain[word.end : words[beside].start]
    if word.what is _Is.INITIAL:
        return gap.strip(" \t\u00a0") == "." and len(gap) <= _SHORT
    if (
        not _beside(reading, word, words[beside])
        or not _may_be_called(word)
        or word.plain in lists.TITLES | lists.OFFICES
    ):
        return False
    if word.what is not _Is.NOTHING:
        return word.is_capital or not words[beside].is_capital
    return word.is_capital and not word.begins and not _is_common(word) and words[beside].what is not _Is.INITIAL


def _follows(reading: Reading, words: Sequence[_Word], before: int, place: int) -> bool:
    word = words[place]
    gap = reading.plain[words[before].end : word.start]
    if words[before].what is _Is.INITIAL:
        return gap.strip(" \t\u00a0") == "." and len(gap) <= _SHORT and (word.is_capital or word.what is _Is.INITIAL)
    if not _beside(reading, words[before], word):
        return False
    if word.plain in lists.KIN:
        return not _GENITIVE.fullmatch(words[before].plain)
    if word.what is _Is.INITIAL:
        return True
    if word.plain in lists.HONORIFICS:
        return "\n" not in gap and reading.plain[word.end : word.end + 1] != "-"
    if word.plain in lists.TITLES | lists.OFFICES or not _may_be_called(word) or "\n" in gap:
        return False
    if words[before].plain in lists.KIN and word.is_capital:
        return word.plain not in lists.NOT_PERSON_BEFORE
    if word.what is not _Is.NOTHING:
        return word.is_capital or not words[before].is_capital
    return word.is_capital and not _is_common(word) and words[before].is_capital


def _is_common(word: _Word) -> bool:
    """Whether a word with a capital is of a place or a body rather than of a name."""
    return (
        word.plain in lists.NOT_SURNAME
        or word.plain.startswith(lists.NOT_PERSON_AFTER)
        or word.plain in lists.NOT_PERSON_BEFORE
    )


def _beside(reading: Reading, one: _Word, other: _Word) -> bool:
    return _BESIDE.fullmatch(reading.plain, one.end, other.start) is not None


def _next(reading: Reading, words: Sequence[_Word], at: int, step: int = 1) -> _Word | None:
    if not 0 <= at + step < len(words):
        return None
    one, other = (words[at], words[at + 1]) if step > 0 else (words[at - 1], words[at])
    return words[at + step] if _beside(reading, one, other) else None


def _is_place(reading: Reading, words: Sequence[_Word], first: int, last: int) -> bool:
    """Whether the word street or another stands beside it: what bears the name of somebody is not somebody."""
    if last + 1 < len(words):
        gap = reading.plain[words[last].end : words[last + 1].start]
        if (
            len(gap) <= _SHORT
            and not _SENTENCE.search(gap)
            and "," not in gap
            and words[last + 1].plain.startswith(lists.NOT_PERSON_AFTER)
        ):
            return True
    for place in range(max(0, first - 1), first):
        gap = reading.plain[words[place].end : words[first].start]
        word = words[place].plain
        if len(gap) <= _SHORT and "," not in gap and word in lists.NOT_PERSON_BEFORE:
            return len(word) > 1 or "." in gap  # с. Орловка is a village, с Асановым is with him
    return False


def _graded(reading: Reading, words: Sequence[_Word], first: int, last: int, reason: Reason) -> tuple[Grade, Reason]:
    """Whether an office stands beside the name: what an official does is said in public.

    An office is of the one name that stands next to it: whoever is named beside an official is a private person.
    """
    if _are_several(reading, words[first : last + 1]):
        return Grade.SERIOUS, reason
    for place in range(first - 1, max(-1, first - 1 - _OFFICE_WITHIN), -1):
        gap = reading.plain[words[place].end : words[place + 1].start]
        if (
            _SENTENCE.search(gap.replace(".", "") if len(words[place].plain) <= _SHORT else gap)
            or "," in gap
            or words[place].plain in lists.TITLES
            or _is_of_a_name(words[place])
        ):
            break
        if words[place].plain in lists.OFFICES:
            return Grade.LOW, Reason.OFFICIAL
    for place in range(last + 1, min(len(words), last + 1 + _OFFICE_AFTER)):
        if _SENTENCE.search(reading.plain[words[place - 1].end : words[place].start]) or _is_of_a_name(words[place]):
            break
        if words[place].plain in lists.OFFICES:
            if (
                place + 1 < len(words)
                and _is_of_a_name(words[place + 1])
                and _beside(reading, *words[place : place + 2])
            ):
                break  # the office of who is named after it
            return Grade.LOW, Reason.OFFICIAL
    return Grade.SERIOUS, reason


def _is_of_a_name(word: _Word) -> bool:
    """Whether a word is of a name by itself, offices and titles aside."""
    if word.plain in lists.OFFICES or word.plain in lists.TITLES or not word.is_capital:
        return False
    return word.what in _CERTAIN or word.what in {_Is.MAYBE_SURNAME, _Is.INITIAL}


def _are_several(reading: Reading, name: Sequence[_Word]) -> bool:
    """Whether words that stand together may be more than one person: over two lines, or with two of a part."""
    if any("\n" in reading.plain[one.end : other.start] for one, other in pairwise(name)):
        return True
    surnames = sum(word.what in {_Is.SURNAME, _Is.MAYBE_SURNAME} for word in name)
    given = sum(word.what is _Is.GIVEN for word in name)
    return surnames > 1 or (given > 1 and not any(word.plain in lists.KIN for word in name))


@dataclass(frozen=True, slots=True)
class _Own:
    """The words of the request's own names: beginnings that any ending may follow, and short ones whole."""

    stems: frozenset[str]
    lengths: frozenset[int]
    whole: frozenset[str]


def _own(known: Known) -> _Own:
    parts = [fold(part).replace("'", "") for name in known.names for part in _TOKEN.findall(fold(name))]
    parts = [part for part in parts if part not in lists.KIN]
    stems = frozenset(part[: max(_SHORTEST, len(part) - _ENDING)] for part in parts if len(part) >= _SHORTEST)
    whole = frozenset(part for part in parts if 1 < len(part) < _SHORTEST)
    return _Own(stems, frozenset(map(len, stems)), whole)


def _is_own(word: _Word, own: _Own) -> bool:
    if any(word.plain[:length] in own.stems for length in own.lengths):
        return True
    return word.is_capital and word.plain in own.whole


def _finding(reading: Reading, start: int, end: int, reason: Reason, grade: Grade = Grade.SERIOUS) -> Finding:
    first, last = reading.span(start, end)
    return Finding(Kind.NAME, first, last, reading.text[first:last], reason, grade)
