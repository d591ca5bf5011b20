"""Finds in a text all that could point to a person: a help for whoever reviews it, never a guarantee."""

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Final

from server_sync.privacy.addresses import addresses
from server_sync.privacy.finding import NOBODY, Finding, Grade, Kind, Known, Reason
from server_sync.privacy.names import names
from server_sync.privacy.numbers import numbers
from server_sync.privacy.reading import Reading

_FIRST: Final = {
    kind: place
    for place, kind in enumerate(
        (Kind.PIN, Kind.CARD, Kind.EMAIL, Kind.PHONE, Kind.DOCUMENT, Kind.PLATE, Kind.ADDRESS, Kind.NAME)
    )
}
"""Which of two that lie over one another stands."""


def find(text: str, known: Known = NOBODY, today: date | None = None) -> tuple[Finding, ...]:
    """Find personal data, in the order of the text; no two lie over one another.

    `known` is what the request says of its own people: that is found wherever it stands, with any ending. Takes time
    with the length of the text. `today` bounds the years of birth that a PIN with odd signs between may tell of.
    """
    reading = Reading.of(text)
    if not reading.plain:
        return ()
    found = chain(
        numbers(reading, known, today or date.max),
        addresses(reading, known),
        names(reading, known),
    )
    return tuple(_parted(found))


def _parted(found: Iterable[Finding]) -> list[Finding]:
    """Of findings that lie over one another let the serious and weightier stand, and of equal ones the longer."""
    stands: list[Finding] = []
    taken: dict[int, Finding] = {}
    order = sorted(found, key=lambda one: (one.grade is Grade.LOW, _FIRST[one.kind], one.start - one.end, one.start))
    for one in order:
        over = {taken[place] for place in range(one.start, one.end) if place in taken}
        if over:
            if one.reason is Reason.OF_REQUEST:
                for other in over:
                    if other.grade is Grade.LOW and other in stands:  # an official who is the applicant as well
                        stands[stands.index(other)] = _serious(other)
            continue
        stands.append(one)
        taken.update(dict.fromkeys(range(one.start, one.end), one))
    return sorted(stands, key=lambda one: one.start)


def _serious(one: Finding) -> Finding:
    return Finding(one.kind, one.start, one.end, one.text, Reason.OF_REQUEST)
