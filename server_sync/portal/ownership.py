"""Decides which request a number and a code open: several may stand under one number, each with a code of its own.

A code that is typed at a number is a guess at each of them: at those that the browser is known to it counts as theirs,
at the others as a stranger's (ADR 0067).
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from server_sync.appeals.numbered import BEARING_MOST, bearing
from server_sync.common.refusals import Refused
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.folding import digits_in
from server_sync.workplaces.throttle import Guesser, Secret, Turn, take_turn

CODE: Final = Secret("case", "code_wait", free_here=5, free_anywhere=15, ever=50)
"""A code has six digits: 50 wrong guesses for all strangers together, 50 for the browsers that opened the case, 50 for
those that were shown its receipt leave a chance of 150 in a million that anybody ever guesses the code of a case."""

OPENED: Final = "case"
RECEIPT: Final = "receipt"
"""How a browser is known to a request: it opened it with the code, or it was shown its receipt."""

KnownAs = Callable[[str, str], str]
"""The name under which the browser that asks is known to a thing in one of these ways; empty when it is not."""


def _nobody(_how: str, _thing: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number before somebody who asks for it, and the requests that stand under it by their hashes.

    `salts` has those that a code can open, `erased` those whose code went with their words. `known` are those that know
    the browser, with the ways in which they do, the best first.
    """

    number: str
    place: str
    salts: Mapping[bytes, bytes] = field(default_factory=dict)
    erased: frozenset[bytes] = frozenset()
    known: Mapping[bytes, tuple[Guesser, ...]] = field(default_factory=dict)

    @property
    def is_shared(self) -> bool:
        """Whether several requests stand under the number."""
        return len(self.salts) + len(self.erased) > 1

    @property
    def own_erased(self) -> tuple[bytes, ...]:
        """The requests that know the browser and were erased: no code opens them, and their citizen is told."""
        return tuple(one for one in self.known if one in self.erased)

    @property
    def takes_code(self) -> bool:
        """Whether there is a reason to type a code: not for somebody who knows here what was erased, and that alone."""
        return not self.own_erased or not self.salts.keys().isdisjoint(self.known)

    @property
    def strange(self) -> Mapping[bytes, bytes]:
        """The requests at which this browser is a stranger. Who is told of an erasure guesses at none as a stranger."""
        return {} if self.own_erased else {one: salt for one, salt in self.salts.items() if one not in self.known}


def asked_for(number: str, place: str, known_as: KnownAs = _nobody) -> Asked:
    """Look at a number for somebody who calls from a place with a browser that may be known to its requests."""
    rows = bearing(number).values_list("hash", "event__salt")[:BEARING_MOST]
    found = {bytes(appeal): bytes(salt or b"") for appeal, salt in rows}
    known = {}
    for appeal in found:
        ways = []
        for how in (OPENED, RECEIPT):
            device = known_as(how, appeal.hex())
            if not device and how == OPENED and len(found) == 1:
                device = known_as(how, number)  # cookies of before name the number: of one request alone it says enough
            if device:
                ways.append(Guesser(place, device, how))
        if ways:
            known[appeal] = tuple(ways)
    salts = {appeal: salt for appeal, salt in found.items() if salt}
    return Asked(number, place, salts, frozenset(found.keys() - salts.keys()), known)


def prove_ownership(asked: Asked, code: str) -> bytes:
    """Let the holder of number and code in, and say by its hash which request opens.

    Raises Refused `code_wrong`, `code_wait` (with `wait_s`), `code_spent` (guessed at so often that nobody known in
    these ways is let try any more), `code_of_several` (of two that do not know the browser, it opens both). An unknown
    number is answered like a wrong code, and so is one whose code was erased with its words: nothing is there to be
    guessed, and no guess counts for ever. "Wrong" is said only where the code was compared with all that it may open.
    """
    typed = digits_in(code).encode()
    turns: list[Turn] = []
    refusals: list[Refused] = []
    for appeal, ways in asked.known.items():
        salt = asked.salts.get(appeal)
        try:
            turn = _turn_of_known(appeal, ways, exists=salt is not None)
        except Refused as refusal:
            refusals.append(refusal)
            continue
        if salt is not None and _fits(salt, typed):
            turn.start_anew()
            _give_back(turns)
            return appeal
        turns.append(turn)
    strange = asked.strange
    if strange or not asked.known:
        try:
            turn = take_turn(CODE, asked.number, Guesser(asked.place), lasting=[one.hex() for one in strange])
        except Refused as refusal:
            refusals.append(refusal)
        else:
            turns.append(turn)
            looked_at = {one: salt for one, salt in strange.items() if one.hex() in turn.open}
            fitting = [one for one, salt in (looked_at or {b"": b""}).items() if _fits(salt, typed)]
            if looked_at and fitting:
                _give_back(turns)
                if len(fitting) > 1:
                    raise Refused("code_of_several")
                return fitting[0]
            if len(looked_at) < len(strange):
                refusals.append(Refused("code_spent"))
    raise refusals[0] if refusals else Refused("code_wrong")


def _turn_of_known(appeal: bytes, ways: Iterable[Guesser], *, exists: bool) -> Turn:
    """Take a turn in the first way in which attempts are left for ever."""
    *better, last = ways
    lasting = [appeal.hex()] if exists else []
    for caller in better:
        try:
            return take_turn(CODE, appeal.hex(), caller, lasting=lasting)
        except Refused as refusal:
            if refusal.code != "code_spent":
                raise
    return take_turn(CODE, appeal.hex(), last, lasting=lasting)


def _give_back(turns: Iterable[Turn]) -> None:
    for turn in turns:
        turn.give_back()


def _fits(salt: bytes, typed: bytes) -> bool:
    return hmac.compare_digest(short_code(salt).encode(), typed)
