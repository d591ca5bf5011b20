"""Ranks the choices of a list for what is typed: a clerk takes the first one that is offered.

Letters as they are typed come before folded ones (жол is roads before жөлөкпул, benefits), what is meant by itself
before what lies in a group of that name, the very words by which people ask before words of the name (свет is
electricity), words that stand together before scattered ones, whole words before their beginnings, the beginning of a
name before its middle. What is asked for in no such way is looked for by its sound, as typed on the wrong keyboard,
without its ending (дорогой, дорог), with one letter mistaken, and at last by some of its words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from itertools import combinations, islice, product
from typing import Final, Generic, NamedTuple, TypeVar

from server_sync.contract.folding import TERMS_LIMIT, fold, fold_latin, relayout, words_as_written

ENDING_MOST: Final = 3
"""Letters of an ending that may be left off."""
STEM_LEAST: Final = 3
"""Letters that must remain of a word; two of a name of three (Оша, Ош)."""
TELLING_LEAST: Final = 3
"""Fewer letters do not tell which name they begin."""
MISTAKEN_LEAST: Final = 5
"""Letters of a word in which one may be wrong."""
MISTAKEN_TRIED: Final = 6
READINGS_TRIED: Final = 24
TELLING_MOST: Final = 4
"""Words of a query of which some may be enough."""

SAYS_NOTHING: Final = frozenset(
    {"в", "во", "на", "по", "у", "и", "с", "к", "о", "об", "от", "для", "не", "нет", "без"}
    | {"жок", "жана", "учун", "менен", "the", "of", "in", "on", "no", "for"}
)
"""Words by which nothing is found when not all that is typed is found together."""

VOWELS: Final = frozenset("аеиоуыэюяaeiouy") | {""}
"""Letters after folding, or no letter: what an ending may begin with."""

T = TypeVar("T")


class Guess(Enum):
    """Why a choice may not be what is meant; nobody takes one unseen."""

    NONE = ""
    SOUND = "sound"
    """Only the sound of what is typed was found."""
    LETTER = "letter"
    """Some word was found with another letter than was typed."""
    PART = "part"
    """Only some of what is typed was found."""


class Word(NamedTuple):
    """A word as it is written and folded."""

    written: str
    folded: str


class Fit(NamedTuple):
    """How well a choice fits what is typed; the smaller the better."""

    way: int
    """0: all letters as typed, 1: some only folded, 2: some only by their sound."""
    is_wider: bool
    """Some word is not its own but its group's."""
    is_said_otherwise: bool
    """It is not asked for by the very words under which people ask for it."""
    is_scattered: bool
    begun: int
    """Words of which only the beginning was typed."""
    is_inside: bool
    """What is typed begins its name in no language."""
    is_unnamed: bool
    """What is typed begins no word of its name; people call it so, or a part of what they call it."""
    guess: Guess = Guess.NONE


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A choice with all the words it is found by."""

    item: T
    own: tuple[Word, ...]
    wider: tuple[Word, ...]
    also: frozenset[str]
    names: str
    """Own names folded, each name after a line end and each word after a space."""
    text: str
    """All words folded, each after a space."""


class Choices(Generic[T]):
    """Choices of one list, their words split and folded once."""

    def __init__(self) -> None:
        self._entries: list[Entry[T]] = []
        self._words: dict[str, tuple[Word, ...]] = {}

    def add(self, item: T, names: Sequence[str], also: str, wider: Sequence[str] = ()) -> None:
        """Put a choice at the end: its own names, other words for it, and the names of what it lies in."""
        own = tuple(dict.fromkeys(word for name in (*names, also) for word in self._split(name)))
        outer = tuple(dict.fromkeys(word for name in wider for word in self._split(name)))
        joined = "".join("\n" + "".join(f" {word.folded}" for word in self._split(name)) for name in names)
        text = "".join(f" {word.folded}" for word in (*own, *outer))
        said = frozenset(word.folded for word in self._split(also))
        self._entries.append(Entry(item, own, outer, said, joined, text))

    def find(self, query: str) -> list[tuple[Fit, T]]:
        """Choices that fit, in the order they were added, by the first way of reading in which there are any."""
        for terms, guess in self._readings(query):
            by_sound = guess is Guess.SOUND
            fits = ((fit_of(entry, terms, by_sound=by_sound), entry.item) for entry in self._entries)
            found = [(fit, item) for fit, item in fits if fit is not None]
            if found:
                return found if guess is Guess.NONE else [(fit._replace(guess=guess), item) for fit, item in found]
        return []

    def _split(self, name: str) -> tuple[Word, ...]:
        return tuple(word for part in name.split() for word in self._words_of(part))

    def _words_of(self, part: str) -> tuple[Word, ...]:
        known = self._words.get(part)
        if known is None:
            known = self._words[part] = tuple(words_in(part))
        return known

    def _readings(self, query: str) -> Iterator[tuple[tuple[Word, ...], Guess]]:
        """Ways to read a query, the likeliest first, each with what it guesses."""
        terms = _terms(query)
        if not terms:
            return
        yield terms, Guess.NONE
        if all(len(_heard(term.folded)) > 1 for term in terms):
            yield terms, Guess.SOUND
        elsewhere = relayout(query)
        relaid = _terms(elsewhere) if elsewhere is not None else ()
        if relaid:
            yield relaid, Guess.NONE
        for shorter in self._shorter(terms, 1):
            is_ending = all(self._may_end(term, shorter) for term in terms)
            yield shorter, Guess.NONE if is_ending else Guess.LETTER
        yield from ((meant, Guess.LETTER) for meant in self._mistaken(terms))
        for cut in range(2, ENDING_MOST + 1):
            for shorter in self._shorter(terms, cut):
                is_short = any(len(term.folded) <= STEM_LEAST for term in shorter)
                yield shorter, Guess.PART if is_short else Guess.NONE
        telling = _terms(" ".join(self._beginning(term.written) for term in terms if term.folded not in SAYS_NOTHING))
        telling = telling[:TELLING_MOST]
        for count in range(len(telling), 0, -1):
            for some in islice(combinations(telling, count), READINGS_TRIED):
                yield some, Guess.PART

    def _shorter(self, terms: tuple[Word, ...], cut: int) -> Iterator[tuple[Word, ...]]:
        """The query without endings: those of words that begin none, or of all when each begins one."""
        unknown = [term for term in terms if not self._is_begun(term.folded)] or terms
        said = (_without_ending(term.written, cut) if term in unknown else term.written for term in terms)
        shorter = _terms(" ".join(said))
        if shorter not in {terms, ()}:
            yield shorter

    def _may_end(self, term: Word, shorter: tuple[Word, ...]) -> bool:
        """Whether a word stands in a query without its ending, and not with one consonant for another (Бишкег)."""
        stem = next((one.folded for one in shorter if term.folded == one.folded + term.folded[-1]), "")
        if not stem or term.folded[-1] in VOWELS:
            return True
        following = {word[len(stem) : len(stem) + 1] for word in self._vocabulary if word.startswith(stem)}
        return any(letter in VOWELS for letter in following)

    def _beginning(self, written: str) -> str:
        """As much of a word as begins a word that is known."""
        for length in range(len(written), STEM_LEAST, -1):
            if self._is_begun(fold(written[:length])):
                return written[:length]
        return written

    def _mistaken(self, terms: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
        """The query with words that differ in one letter put for those that begin no word."""
        meant = [self._near(term.folded) for term in terms]
        if all(len(one) == 1 and one[0] == term.folded for one, term in zip(meant, terms, strict=True)):
            return
        for words in islice(product(*meant), READINGS_TRIED):
            yield _terms(" ".join(words))

    def _near(self, folded: str) -> list[str]:
        if len(folded) < MISTAKEN_LEAST or self._is_begun(folded):
            return [folded]
        near: dict[str, None] = {}
        for word in self._vocabulary:
            for length in (len(folded), len(folded) - 1, len(folded) + 1):
                if word[:1] == folded[:1] and len(word) >= length and _is_one_off(folded, word[:length]):
                    near[word[:length]] = None
                    break
        return list(near)[:MISTAKEN_TRIED] or [folded]

    def _is_begun(self, folded: str) -> bool:
        return any(word.startswith(folded) for word in self._vocabulary)

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word.folded for words in self._words.values() for word in words))


def words_in(text: str) -> Iterator[Word]:
    """Split a text into its words; punctuation and hyphens part them."""
    for written in words_as_written(text):
        folded = fold(written)
        if folded:
            yield Word(written, folded)


def fit_of(entry: Entry[T], terms: tuple[Word, ...], *, by_sound: bool) -> Fit | None:
    """How a choice fits: each word typed begins one of its own or of what it lies in; None when one does not."""
    if not by_sound and not all(f" {term.folded}" in entry.text for term in terms):
        return None
    way = begun = 0
    is_wider = False
    for term in terms:
        best = _best(term, entry.own, by_sound=by_sound)
        if best is None:
            best, is_wider = _best(term, entry.wider, by_sound=by_sound), True
        if best is None:
            return None
        way, begun = max(way, best[0]), begun + best[1]
    phrase = "".join(f" {term.folded}" for term in terms)
    return Fit(
        way,
        is_wider,
        not entry.also.issuperset(term.folded for term in terms),
        len(terms) > 1 and phrase not in entry.names,
        begun,
        len(terms[0].folded) >= TELLING_LEAST and f"\n {terms[0].folded}" not in entry.names,
        not all(f" {term.folded}" in entry.names for term in terms),
    )


def _best(term: Word, words: Iterable[Word], *, by_sound: bool) -> tuple[int, bool] | None:
    best: tuple[int, bool] | None = None
    sound = _heard(term.folded) if by_sound else ""
    for word in words:
        if word.written.startswith(term.written):
            found = (0, word.written != term.written)
        elif word.folded.startswith(term.folded):
            found = (1, word.folded != term.folded)
        elif by_sound and (heard := _heard(word.folded)).startswith(sound):
            found = (2, heard != sound)
        else:
            continue
        if best is None or found < best:
            best = found
            if best == (0, False):
                break
    return best


@lru_cache(maxsize=8_192)
def _heard(folded: str) -> str:
    """A word by its sound in Latin letters; asked for when letters find nothing, so made then and kept."""
    return fold_latin(folded)


def _terms(query: str) -> tuple[Word, ...]:
    return tuple(dict.fromkeys(words_in(query)))[:TERMS_LIMIT]


def _without_ending(word: str, cut: int) -> str:
    return word[: max(min(STEM_LEAST, len(word) - 1), len(word) - cut)]


def _is_one_off(typed: str, word: str) -> bool:
    """Whether one letter was left out, added or mistaken, or two neighbours changed places."""
    if typed == word:
        return True
    shorter, longer = sorted((typed, word), key=len)
    at = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    rest = at + 1
    if shorter[rest:] == longer[rest:]:
        return True
    return shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
