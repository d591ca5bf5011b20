"""Registration numbers `SITE-YY-SLOT-NNNNN-RRCC`: written at the counter, read aloud, typed in any alphabet.

ALA-26-A-00042-7184: the site's three letters, the year, the slot of the store that counts, its counter without gaps
(five digits, more when needed), two random digits, two check digits by ISO 7064 MOD 97-10 over all before them without
dashes. Slots are A…Z without I and O, then two letters, then three; `Z` and four letters mark a store that gave itself
a slot when there was no line.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from typing import Final

from stdnum.iso7064 import mod_97_10
from typing_extensions import override

from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.folding import narrow
from server_sync.contract.spelling import LETTER, digits_of, spellings

SLOT_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which read as 1 and 0."""

SELF_ISSUED_LENGTH: Final = 5
NUMBER_CODE_LENGTH: Final = 3
COUNTER_DIGITS: Final = 5
PORTAL_CODE: Final = "WEB"
"""What the numbers begin with that the centre gives to what is written on its portal."""
CENTURY: Final = 2000
"""Two digits of a year mean this century."""

TYPED_LIMIT: Final = 64
"""Characters of an entry that is looked at."""

_CODE: Final = re.compile(r"[A-Z]{3}")
_SLOT: Final = re.compile(rf"[{SLOT_LETTERS}]{{1,{SELF_ISSUED_LENGTH}}}")
_WRITTEN: Final = re.compile(r"([A-Z]{3})([0-9]{2})([A-Z]{1,5})([0-9]{5,18})([0-9]{4})", re.ASCII)
_SEPARATORS: Final = re.compile(r"[\s\W_]+")
_DIGIT: Final = r"[0-9OОΟIІΙ]"
_SLOT_TYPED: Final = rf"(?:(?!{_DIGIT}){LETTER}){{1,10}}"
_TYPED: Final = re.compile(
    rf"({LETTER}{{1,6}}?)-?({_DIGIT}{{2}})-?({_SLOT_TYPED})-?({_DIGIT}{{5,20}})-?({_DIGIT}{{2}})-?({_DIGIT}{{2}})"
)
"""A typed separator may stand between the parts only: `F8-20938` is a mistyped `FD-20938`, not `F-820938`."""

_HEAD: Final = re.compile(rf"{LETTER}{{1,6}}")
_BEGUN: Final = re.compile(
    rf"-?({_DIGIT}{{1,2}})(?:-?({_SLOT_TYPED})(?:-?({_DIGIT}{{1,20}})(?:-({_DIGIT}{{1,4}}))?)?)?"
)
"""What may follow the site's letters of a number that is not finished."""


@dataclass(frozen=True, slots=True, order=True)
class RegistrationNumber:
    """A number as given at the counter; `year` is the full year, `random` 0…99.

    Raises InvalidField `number_malformed` when a part cannot stand in a number.
    """

    number_code: str
    year: int
    slot: str
    counter: int
    random: int

    def __post_init__(self) -> None:
        sound = (
            _CODE.fullmatch(self.number_code)
            and _SLOT.fullmatch(self.slot)
            and CENTURY <= self.year <= 9999
            and self.counter >= 1
            and 0 <= self.random <= 99
        )
        if not sound:
            raise InvalidField("number_malformed", field="registration_number")

    @property
    def short(self) -> str:
        """The part a person says first: ALA-26-A-00042."""
        return f"{self.number_code}-{self.year % 100:02}-{self.slot}-{self.counter:0{COUNTER_DIGITS}}"

    @property
    def check(self) -> int:
        """The two check digits as a number, 2…98."""
        return int(mod_97_10.calc_check_digits(f"{self.short.replace('-', '')}{self.random:02}"))

    @override
    def __str__(self) -> str:
        return f"{self.short}-{self.random:02}{self.check:02}"

    @classmethod
    def parse(cls, text: str, known_codes: Collection[str] = ()) -> "RegistrationNumber":
        """Read a number as a person typed it.

        Latin or Cyrillic letters by look or by sound, any case, full-width letters and digits too, any dashes,
        spaces or none, O for 0 and I for 1. A letter that can be read in several ways is decided by the check digits
        and, when given, the known sites' codes.
        Raises InvalidField `number_malformed`, `number_check_failed`, or `number_ambiguous` when two readings hold.
        """
        typed = _TYPED.fullmatch(_compact(text))
        if typed is None:
            raise InvalidField("number_malformed", field="registration_number")
        year, counted = digits_of(typed[2]), digits_of(typed[4])
        counter, random, check = int(counted), int(digits_of(typed[5])), int(digits_of(typed[6]))
        if counter < 1 or (len(counted) > COUNTER_DIGITS and counted.startswith("0")):
            raise InvalidField("number_malformed", field="registration_number")
        for reading in _readings(typed[1], typed[3], known_codes):
            numbers = {cls(code, CENTURY + int(year), slot, counter, random) for code, slot in reading}
            holding = [number for number in numbers if number.check == check]
            if len(holding) > 1:
                raise InvalidField("number_ambiguous", field="registration_number", count=len(holding))
            if holding:
                return holding[0]
        raise InvalidField("number_check_failed", field="registration_number")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as a program wrote it, its form and its check digits looked at: `text` has the dashes."""

    text: str
    number_code: str
    slot: str


def written_number(plain: str) -> WrittenNumber:
    """Read a number as a program wrote it, without dashes, in its only form. Counter 0 is a test receipt's.

    Raises InvalidField `number_malformed`, or `number_check_failed` when its check digits do not fit.
    """
    parts = _WRITTEN.fullmatch(plain)
    if parts is None or not is_slot(parts[3]) or (len(parts[4]) > COUNTER_DIGITS and parts[4].startswith("0")):
        raise InvalidField("number_malformed", field="registration_number")
    if mod_97_10.calc_check_digits(plain[:-2]) != plain[-2:]:
        raise InvalidField("number_check_failed", field="registration_number")
    return WrittenNumber("-".join(parts.groups()), parts[1], parts[3])


def trial_number(number_code: str, year: int, slot: str) -> str:
    """The number of the paper that ends an enrolment: counter 0, which no request ever has."""
    plain = f"{number_code}{year % 100:02}{slot}{0:0{COUNTER_DIGITS}}00"
    return written_number(f"{plain}{mod_97_10.calc_check_digits(plain)}").text


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """What a part of a number asks for: `prefixes` of whole numbers, or one `counter` of any site."""

    prefixes: tuple[str, ...] = ()
    counter: int | None = None

    def fits(self, number: str) -> bool:
        """Whether a whole number is one that is asked for."""
        if self.counter is not None:
            return int(number.split("-")[3]) == self.counter
        return number.startswith(self.prefixes)


def number_query(text: str, known_codes: Collection[str] = ()) -> NumberQuery | None:
    """Read the beginning of a number, or a bare counter, for a search field; None when it can be neither.

    `ALA-26-A-00042`, `ала26`, `ALA-26-A-42` and `42` are such; letters are read as `parse` reads them.
    """
    compact = _compact(text)
    if compact.isascii() and compact.isdigit():
        return NumberQuery(counter=int(compact)) if len(compact) <= 9 and int(compact) > 0 else None
    found = [] if _HEAD.fullmatch(compact) is None else list(_begun_codes(compact, known_codes, is_whole=False))
    for cut in range(1, 7):
        begun = _BEGUN.fullmatch(compact, cut)
        if begun is not None and _HEAD.fullmatch(compact, 0, cut):
            codes = _begun_codes(compact[:cut], known_codes, is_whole=True)
            found.extend(f"{code}{rest}" for code in codes for rest in _begun_rests(begun))
    return NumberQuery(prefixes=tuple(dict.fromkeys(found))) if found else None


def slots() -> Iterator[str]:
    """Give all slots in the order in which a site's stores receive them."""
    for length in (1, 2, 3):
        for letters in product(SLOT_LETTERS, repeat=length):
            yield "".join(letters)


SLOTS: Final = tuple(islice(slots(), len(SLOT_LETTERS) * (len(SLOT_LETTERS) + 1)))
"""The slots of one and two letters in their order: 600 for each site."""


def next_slot(given: Collection[str], left_out: int = 0) -> str:
    """Take the slot behind all that a site gave out, leaving some out; raises ContractError `slots_exhausted`.

    Slots between those given stay empty: they may have been given out by a centre that lost the memory of it.
    """
    places = _places()
    newest = max((places.get(slot, -1) for slot in given), default=-1)
    slot = next(islice(places, newest + 1 + left_out, None), None)
    if slot is None:
        raise ContractError("slots_exhausted")
    return slot


@cache
def _places() -> dict[str, int]:
    """All slots with their places; made when first asked for, since an office's program never asks."""
    return {slot: place for place, slot in enumerate(slots())}


def self_issued_slot(choose: Callable[[str], str]) -> str:
    """Make the slot of a store that opens itself without a line; `choose` draws one letter (secrets.choice)."""
    return "Z" + "".join(choose(SLOT_LETTERS) for _ in range(SELF_ISSUED_LENGTH - 1))


def is_slot(slot: str) -> bool:
    """Whether letters can be a slot at all."""
    if _SLOT.fullmatch(slot) is None or len(slot) == SELF_ISSUED_LENGTH - 1:
        return False
    return len(slot) < SELF_ISSUED_LENGTH or is_self_issued(slot)


def is_self_issued(slot: str) -> bool:
    """Whether a slot was taken by a store without a line."""
    return len(slot) == SELF_ISSUED_LENGTH and slot.startswith("Z") and _SLOT.fullmatch(slot) is not None


def _compact(text: str) -> str:
    """Leave letters and digits as capitals, one dash for what parted them; too long an entry becomes empty."""
    if len(text) > TYPED_LIMIT:
        return ""
    plain = unicodedata.normalize("NFC", narrow(text).replace("№", ""))
    return _SEPARATORS.sub("-", plain).strip("-").upper()


def _readings(code: str, slot: str, known_codes: Collection[str]) -> Iterator[set[tuple[str, str]]]:
    """Give the ways to read the letters, the likelier ones together first: all by look or all by sound, then mixed."""
    seen: set[tuple[str, str]] = set()
    for mixed in (False, True):
        codes = [c for c in spellings(code, lengths=(NUMBER_CODE_LENGTH,), mixed=mixed) if _is_code(c, known_codes)]
        slots_ = [s for s in spellings(slot, lengths=range(1, SELF_ISSUED_LENGTH + 1), mixed=mixed) if is_slot(s)]
        reading = set(product(codes, slots_)) - seen
        seen |= reading
        if reading:
            yield reading


def _is_code(code: str, known_codes: Collection[str]) -> bool:
    return code in known_codes if known_codes else _CODE.fullmatch(code) is not None


def _begun_codes(typed: str, known_codes: Collection[str], *, is_whole: bool) -> list[str]:
    lengths = (NUMBER_CODE_LENGTH,) if is_whole else range(1, NUMBER_CODE_LENGTH + 1)
    codes = spellings(typed, lengths=lengths)
    if not known_codes:
        return list(codes)
    return [code for code in codes if any(known.startswith(code) for known in known_codes)]


def _begun_rests(begun: re.Match[str]) -> list[str]:
    """Write what follows the site's letters as it stands in a whole number, in every way it can be meant."""
    year = digits_of(begun[1])
    if begun[2] is None:
        return [f"-{year}-" if len(year) == 2 else f"-{year}"]
    if len(year) < 2:
        return []
    slots_ = [slot for slot in spellings(begun[2], lengths=range(1, SELF_ISSUED_LENGTH + 1)) if _SLOT.fullmatch(slot)]
    return [f"-{year}-{slot}{tail}" for slot in slots_ for tail in _begun_tails(begun[3], begun[4])]


def _begun_tails(counter: str | None, after: str | None) -> list[str]:
    if counter is None:
        return [""]
    digits = digits_of(counter)
    whole = f"-{int(digits):0{COUNTER_DIGITS}}-"
    if after is not None:
        return [f"{whole}{digits_of(after)}"]
    if len(digits) < COUNTER_DIGITS:
        return [whole, f"-{digits}"]
    tails = [f"-{digits}"]
    tails.extend(
        f"-{digits[:length]}-{digits[length:]}"
        for length in range(max(COUNTER_DIGITS, len(digits) - 4), len(digits))
        if length == COUNTER_DIGITS or not digits.startswith("0")
    )
    return tails
