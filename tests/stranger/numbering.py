"""Section 3 of the page: registration numbers, their check digits, and letters that look alike."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from tests.stranger.encoding import Refused
from tests.stranger.page import the_page

LETTER: Final = "[A-HJ-NP-Z]"
FORM: Final = re.compile(rf"([A-Z]{{3}})(\d\d)(Z{LETTER}{{4}}|{LETTER}{{1,3}})(\d{{5,18}})(\d\d)(\d\d)", re.ASCII)
TYPED_AS_DIGITS: Final = str.maketrans("OОΟIІΙ", "000111")
DIGIT: Final = "[0-9OОΟIІΙ]"
TYPED: Final = re.compile(rf"(\w+?)-?({DIGIT}{{2}})-?(\w+?)-?({DIGIT}{{5,}})-?({DIGIT}{{2}})-?({DIGIT}{{2}})")


@dataclass(frozen=True)
class Number:
    """A registration number taken apart."""

    letters: str
    year: int
    slot: str
    counter: int
    random: int

    def plain(self) -> str:
        """Without dashes, as in a receipt."""
        before = f"{self.letters}{self.year % 100:02d}{self.slot}{self.counter:05d}{self.random:02d}"
        return before + check_digits(before)

    def printed(self) -> str:
        """As on the paper."""
        before = self.plain()
        tail = f"{self.random:02d}{before[-2:]}"
        return f"{self.letters}-{self.year % 100:02d}-{self.slot}-{self.counter:05d}-{tail}"


def check_digits(before: str) -> str:
    """ISO 7064 MOD 97-10: a letter counts as two digits, A 10 … Z 35."""
    digits = "".join(str(int(sign, 36)) for sign in before)
    return f"{98 - int(digits) * 100 % 97:02d}"


def read_plain(written: str) -> Number:
    """Read a number without dashes in its only form and refuse digits that do not fit."""
    found = FORM.fullmatch(written)
    if found is None or (len(found[4]) > 5 and found[4][0] == "0"):
        raise Refused("number_malformed")
    if check_digits(written[:-2]) != written[-2:]:
        raise Refused("number_check_failed")
    return Number(found[1], 2000 + int(found[2]), found[3], int(found[4]), int(found[5]))


def read_typed(typed: str, known: Collection[str]) -> Number:
    """Read a number as people type it; `known` are the letters of the sites."""
    signs = unicodedata.normalize("NFC", typed.replace("№", "")).upper()
    found = TYPED.fullmatch(re.sub(r"[\W_]+", "-", signs).strip("-"))
    if found is None:
        raise Refused("number_malformed")
    year, counter, random, check = (found[part].translate(TYPED_AS_DIGITS) for part in (2, 4, 5, 6))
    if int(counter) == 0 or (len(counter) > 5 and counter[0] == "0"):
        raise Refused("number_malformed")
    for ways in (_all_by_look_or_all_by_sound, _mixed):
        readings = [(site, slot) for site, slot in ways(found[1], found[3]) if site in known]
        fitting = {plain for site, slot in readings if _fits(plain := site + year + slot + counter + random + check)}
        if len(fitting) > 1:
            raise Refused("number_ambiguous")
        if fitting:
            return read_plain(fitting.pop())
    raise Refused("number_check_failed")


def _fits(plain: str) -> bool:
    return FORM.fullmatch(plain) is not None and check_digits(plain[:-2]) == plain[-2:]


def _all_by_look_or_all_by_sound(site: str, slot: str) -> Iterator[tuple[str, str]]:
    for way in (0, 1):
        means = [[_meanings(sign)[way] for sign in part] for part in (site, slot)]
        yield from _joined(*means)


def _mixed(site: str, slot: str) -> Iterator[tuple[str, str]]:
    means = [[[*look, *sound] for look, sound in map(_meanings, part)] for part in (site, slot)]
    yield from _joined(*means)


def _joined(site: list[list[str]], slot: list[list[str]]) -> Iterator[tuple[str, str]]:
    yield from product(map("".join, product(*site)), map("".join, product(*slot)))


def _meanings(sign: str) -> tuple[list[str], list[str]]:
    """What a sign is by look and by sound; where it has one of them only, that counts for both."""
    look, sound = the_page().letters.get(sign, ([sign], [sign]))
    return look or sound, sound or look
