"""The registration number `SITE-YY-SLOT-NNNNN-RRCC`: final at the counter, found however it is typed or read aloud.

SITE is the site's three letters, YY the year, SLOT the epoch's letters (never reissued), NNNNN its counter without
gaps, RR two random digits, CC check digits by ISO 7064 MOD 97-10 over all before them, without the dashes.
"""

import itertools
import re
import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from stdnum.iso7064 import mod_97_10

from server_sync.contract.errors import InvalidField

FIELD: Final = "number"
SLOT_LETTERS: Final = tuple(letter for letter in string.ascii_uppercase if letter not in "IO")
SLOTS: Final = (*SLOT_LETTERS, *("".join(pair) for pair in itertools.product(SLOT_LETTERS, repeat=2)))
"""Slots in the order they are given out: A … Z without I and O, then two letters."""

COUNTER_DIGITS: Final = 5
_DASHES: Final = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d_./\\–—]+")
_FORM: Final = re.compile(r"([A-Z]{3})([0-9]{2})([A-Z]{1,5})([0-9]{5,12})([0-9]{2})([0-9]{2})", re.ASCII)
_SHAPE: Final = re.compile(r"(\w{3})([\dOОIІLЗ]{2})([^\W\d_]{1,5})([\dOОIІLЗ]{9,16})")

READ_AS: Final[dict[str, str]] = {
    "А": "A", "Б": "B", "В": "VB", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "JZ", "З": "Z", "И": "I", "Й": "YJ",
    "К": "K", "Л": "L", "М": "M", "Н": "NH", "Ң": "NH", "О": "O", "Ө": "O", "П": "P", "Р": "RP", "С": "SC", "Т": "T",
    "У": "UY", "Ү": "UY", "Ф": "F", "Х": "HXK", "Ц": "CT", "Ч": "C", "Ш": "S", "Щ": "S", "Ы": "Y", "Э": "E", "Ю": "Y",
    "Я": "Y", "І": "I", "Ѕ": "S", "Ј": "J", "Ԛ": "Q", "Ԝ": "W",
}  # fmt: skip
"""Latin letters that a Cyrillic one may stand for: by its sound, and by its look."""

_DIGIT_FOR: Final = str.maketrans({"O": "0", "О": "0", "I": "1", "І": "1", "L": "1", "З": "3"})
_CANDIDATES_MOST: Final = 4_000


@dataclass(frozen=True, slots=True, order=True)
class RegistrationNumber:
    """One number, in its parts; `year` is whole (2026), `random` 0–99."""

    number_code: str
    year: int
    slot: str
    counter: int
    random: int

    @override
    def __str__(self) -> str:
        return f"{self.short}-{self.random:02d}{self.check:02d}"

    @property
    def short(self) -> str:
        """The number without its last group, as lists show it."""
        return f"{self.number_code}-{self.year % 100:02d}-{self.slot}-{self.counter:0{COUNTER_DIGITS}d}"

    @property
    def check(self) -> int:
        """The two check digits."""
        return int(mod_97_10.calc_check_digits(self._checked))

    @property
    def _checked(self) -> str:
        return f"{self.number_code}{self.year % 100:02d}{self.slot}{self.counter:0{COUNTER_DIGITS}d}{self.random:02d}"

    @classmethod
    def parse(cls, typed: str, known_codes: Collection[str] = ()) -> "RegistrationNumber":
        """Read a whole number as people type it: Cyrillic by sound or look, lower case, spaces, missing dashes.

        Raises InvalidField `number_malformed`, or `number_check_failed` when something is mistyped. With
        `known_codes`, a number of no known site is refused as well.
        """
        groups = _DASHES.sub("-", typed.strip()).upper().strip("-")
        shape = _SHAPE.fullmatch(groups.replace("-", ""))
        if shape is None or not _is_grouped_soundly(groups, len(shape[4])):
            raise InvalidField("number_malformed", field=FIELD)
        code, year, slot, rest = shape.groups()
        year, rest = year.translate(_DIGIT_FOR), rest.translate(_DIGIT_FOR)
        found = set()
        for letters in _readings(code + slot):
            number = _checked_number(letters[:3] + year + letters[3:] + rest)
            if number is not None and (not known_codes or number.number_code in known_codes):
                found.add(number)
        if len(found) != 1:
            raise InvalidField("number_check_failed", field=FIELD)
        return found.pop()


def _is_grouped_soundly(groups: str, tail_digits: int) -> bool:
    """Dashes tell a long counter from a letter mistyped as a digit; without them the counter has five digits."""
    if tail_digits == COUNTER_DIGITS + 4:
        return True
    parts = groups.split("-")
    return len(parts) == 5 and len(parts[3]) == tail_digits - 4


def _readings(letters: str) -> Iterator[str]:
    """Every Latin reading of what was typed; what is Latin already has one."""
    choices = [READ_AS.get(letter, letter) for letter in letters]
    return ("".join(reading) for reading in itertools.islice(itertools.product(*choices), _CANDIDATES_MOST))


def _checked_number(squeezed: str) -> RegistrationNumber | None:
    form = _FORM.fullmatch(squeezed)
    if form is None or not mod_97_10.is_valid(squeezed):
        return None
    code, year, slot, counter, random, _ = form.groups()
    if int(counter) < 1 or (len(counter) > COUNTER_DIGITS and counter[0] == "0"):
        return None
    return RegistrationNumber(code, 2000 + int(year), slot, int(counter), int(random))


def squeeze(typed: str) -> str:
    """The beginning of a number as it is stored for search: Latin capitals and digits, no dashes, first reading."""
    squeezed = _DASHES.sub("", typed).upper()
    return "".join(READ_AS.get(letter, letter)[0] for letter in squeezed)


def beginnings(typed: str) -> tuple[str, ...]:
    """What a partly typed number may begin with, for a prefix search over squeezed numbers; at most 16 readings."""
    squeezed = _DASHES.sub("", typed).upper()
    choices = [READ_AS.get(letter, letter) for letter in squeezed[:24]]
    readings = itertools.islice(itertools.product(*choices), 16)
    return tuple(dict.fromkeys("".join(reading) for reading in readings))


def next_slot(used: Collection[str]) -> str:
    """The next slot of a site that was never given out; raises InvalidField `slots_used_up`."""
    for slot in SLOTS:
        if slot not in used:
            return slot
    raise InvalidField("slots_used_up", field="slot")


def self_issued_slot(letters: str) -> str:
    """The slot of an epoch a workplace opened without a line: `Z` and four random letters."""
    if len(letters) != 4 or any(letter not in SLOT_LETTERS for letter in letters):
        raise InvalidField("slot_malformed", field="slot")
    return f"Z{letters}"
