"""Looks for what could point to a person in a text that is about to be published; a help, never a guarantee."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.contract.folding import APOSTROPHES, digits_in, fold, narrow, without_marks
from server_sync.contract.person import mask_pin, pin_facts


class Trace(StrEnum):
    """What was found."""

    PIN = "pin"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Found:
    """One trace of a person, as it stands in the text."""

    trace: Trace
    words: str

    @property
    def mark(self) -> str:
        """What a person who looked at it ticks: without the words, for each trace another."""
        return sha256(self.words.encode()).hexdigest()[:16]


_PIN: Final = re.compile(r"(?<!\d)\d(?:[\s-]?\d){13}(?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?\s?996|0)(?:[\s()-]*\d){9}(?!\d)")
_DOTTED_PHONE: Final = re.compile(r"(?<!\d)0\d{2,3}(?:[./]\d{2,3}){2,3}(?!\d)")
_BORN_SINCE: Final = 1900
_TELLING_DIGITS: Final = 9
"""So many of somebody's own number tell them from all others: a telephone without its country."""
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
"""Bounded before the @, where it would else be tried anew from each letter of a long word."""
_PARTED_DIGITS: Final = re.compile(r"(?<!\d)\d(?:[\s./-]{0,3}\d){13}(?!\d)")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u30fb\u00b7]")
_WORD: Final = re.compile(rf"[\w{APOSTROPHES}-]+")
_PART: Final = re.compile(rf"[\w{APOSTROPHES}]+")
_KINSHIP: Final = frozenset(fold(word) for word in ("уулу", "кызы", "оглы", "кизи", "ogly", "uulu", "kyzy"))
"""Son and daughter of: parts of half of all names here, and of no use to find anybody."""
_SHORTEST_NAME: Final = 4
_ENDING: Final = 2
"""Letters of a name that its endings may change (Асанов, Асановго, Асанову)."""


def traces(text: str, appeal: Appeal) -> list[Found]:
    """Find PINs, telephones, addresses of mail, the applicant's and signatories' names, the street."""
    text = _DASHES.sub("-", narrow(without_marks(text)))
    found = [Found(Trace.PIN, match.group()) for match in _PIN.finditer(text)]
    found += [Found(Trace.PIN, match.group()) for match in _PARTED_DIGITS.finditer(text) if _is_pin(match.group())]
    digits = digits_in(text)
    if not found and len(own := digits_in(appeal.pin)) >= _TELLING_DIGITS and own in digits:
        found.append(Found(Trace.PIN, mask_pin(own)))
    found += [
        Found(Trace.PHONE, match.group().strip()) for match in _PHONE.finditer(text) if not _PIN.search(match.group())
    ]
    found += [Found(Trace.PHONE, match.group()) for match in _DOTTED_PHONE.finditer(text)]
    has_phone = any(item.trace is Trace.PHONE for item in found)
    if not has_phone and len(own := digits_in(appeal.phone)[-_TELLING_DIGITS:]) == _TELLING_DIGITS and own in digits:
        found.append(Found(Trace.PHONE, own))
    found += [Found(Trace.EMAIL, match.group()) for match in _EMAIL.finditer(text)]
    words = _WORD.findall(text)
    folded = [(word, fold(word)) for word in words]
    names = " ".join((appeal.surname, appeal.given_name, appeal.patronymic, *map(str, appeal.signatories)))
    found += _named(folded, [part for part in _PART.findall(names) if fold(part) not in _KINSHIP], Trace.NAME)
    found += _named(
        folded, [part for part in re.findall(r"[^\W\d_]+", appeal.street) if len(part) > _SHORTEST_NAME], Trace.ADDRESS
    )
    return list(dict.fromkeys(found))


def _is_pin(text: str) -> bool:
    """Whether digits that are parted somehow can be a living person's: dates and sums stand so as well."""
    facts = pin_facts(digits_in(text))
    return facts is not None and _BORN_SINCE <= facts.birth_on.year <= timezone.localdate().year


def _named(words: Iterable[tuple[str, str]], names: Iterable[str], trace: Trace) -> list[Found]:
    """The words that begin as one of the names does, or have it behind a hyphen; of thousands of names as of one."""
    stems = {
        folded[: max(_SHORTEST_NAME, len(folded) - _ENDING)]
        for name in names
        if len(folded := fold(name)) >= _SHORTEST_NAME
    }
    lengths = {len(stem) for stem in stems}
    return [
        Found(trace, word)
        for word, folded in words
        if any(part[:length] in stems for part in {folded, *folded.split("-")} for length in lengths)
    ]
