"""Looks for what could point to a person in a text that is about to be published; a help, never a guarantee."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server_sync.appeals.models import Appeal
from server_sync.contract.folding import APOSTROPHES, fold


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


_PIN: Final = re.compile(r"(?<!\d)\d(?:[\s-]?\d){13}(?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?\s?996|0)(?:[\s()-]*\d){9}(?!\d)")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_WORD: Final = re.compile(rf"[\w{APOSTROPHES}-]+")
_SHORTEST_NAME: Final = 4
_ENDING: Final = 2
"""Letters of a name that its endings may change (Асанов, Асановго, Асанову)."""


def traces(text: str, appeal: Appeal) -> list[Found]:
    """Find PINs, telephones, addresses of mail, the applicant's and signatories' names, the street."""
    found = [Found(Trace.PIN, match.group()) for match in _PIN.finditer(text)]
    found += [
        Found(Trace.PHONE, match.group().strip()) for match in _PHONE.finditer(text) if not _PIN.search(match.group())
    ]
    found += [Found(Trace.EMAIL, match.group()) for match in _EMAIL.finditer(text)]
    words = _WORD.findall(text)
    folded = [(word, fold(word)) for word in words]
    names = [appeal.surname, appeal.given_name, appeal.patronymic]
    names += [part for signatory in appeal.signatories for part in str(signatory).split()]
    found += _named(folded, names, Trace.NAME)
    found += _named(
        folded, [part for part in re.findall(r"[^\W\d_]+", appeal.street) if len(part) > _SHORTEST_NAME], Trace.ADDRESS
    )
    return list(dict.fromkeys(found))


def _named(words: Iterable[tuple[str, str]], names: Iterable[str], trace: Trace) -> list[Found]:
    stems = {
        folded[: max(_SHORTEST_NAME, len(folded) - _ENDING)]
        for name in names
        if len(folded := fold(name)) >= _SHORTEST_NAME
    }
    return [Found(trace, word) for word, folded in words if any(folded.startswith(stem) for stem in stems)]
