"""What was promised to people at the counters, and the invariants that hold it against both ends."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Told = dict[str, Any]


@dataclass
class Promises:
    """Every number that was shown, by the row it was shown for, and what must never be otherwise."""

    shown: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """row → (number, event hash, office)"""
    broken: list[str] = field(default_factory=list)
    checked: int = 0

    def show(self, office: str, row: str, number: str, event: str) -> None:
        """An office has shown a number for a row; the same row is never shown another."""
        before = self.shown.setdefault(row, (number, event, office))
        if before != (number, event, office):
            self.break_(f"I1 row {row} was shown {before[0]} and {number}")

    def break_(self, words: str) -> None:
        """Note a broken promise."""
        self.broken.append(words)

    def hold_at_office(self, office: str, registered: Iterable[Told], chain: Told) -> None:
        """I1, I4, I5 at the counter: what was shown is there, each number once, no place of the chain empty."""
        here = {one["number"]: one["event"] for one in registered}
        for number, event, where in self.shown.values():
            if where == office and here.get(number) != event:
                self.break_(f"I1 {number} was shown at {office} and is not there")
        if len(here) != len(list(registered)):
            self.break_(f"I4 {office} gave a number twice")
        for epoch in chain["epochs"]:
            if not epoch["is_gapless"]:
                self.break_(f"I5 the chain of {office} has a gap")
        if chain["problems"]:
            self.break_(f"the store of {office} is damaged: {chain['problems'][:2]}")
        self.checked += 1

    def hold_at_centre(self, look: Told, *, is_drained: bool) -> None:
        """I1, I2, I4, I5, I8, I9 at the centre; that everything shown is there only when the queues are drained."""
        appeals = {one["number"]: one["event"] for one in look["appeals"]}
        if is_drained:
            missing = [number for number, event, _ in self.shown.values() if appeals.get(number) != event]
            if missing:
                self.break_(f"I1 {len(missing)} shown numbers are not at the centre: {missing[:3]}")
            for one in look["quarantined"]:
                self.break_(f"I4 {one['event'][:12]} is quarantined: {one['code']}")
        if not look["events"] == look["hashes"] == look["leaves"]:
            self.break_(f"I2 {look['events']} events, {look['hashes']} hashes, {look['leaves']} leaves")
        if len(appeals) != len(look["appeals"]):
            self.break_("I4 one number stands for two requests")
        for one in look["epochs"]:
            if not one["is_gapless"]:
                self.break_(f"I5 the centre has a gap in {one['site']} {one['slot']}")
        for one in look["feeds"]:
            if not one["is_gapless"]:
                self.break_(f"I8 the feed of {one['site']} has a gap")
        if look["blobs_wrong"]:
            self.break_(f"I9 attachments are visible that are not whole: {look['blobs_wrong'][:2]}")
        self.checked += 1

    def hold_replica(self, office: str, site: str, states: dict[str, str], look: Told) -> None:
        """I8: what the office sees of its requests is what the register says."""
        there = {one["number"]: one["state"] for one in look["appeals"] if one["site"] == site}
        different = [number for number in there.keys() | states.keys() if there.get(number) != states.get(number)]
        if different:
            first = different[0]
            self.break_(
                f"I8 {office} sees {len(different)} requests otherwise than the centre: {first} is "
                f"{states.get(first)} there and {there.get(first)} here"
            )

    def hold_unchanged(self, before: Told, after: Told) -> None:
        """I12: recorded requests, sent once more, have changed nothing."""
        if _fingerprint(before) != _fingerprint(after):
            self.break_("I12 replaying recorded requests changed the register")


def _fingerprint(look: Told) -> str:
    kept = {name: look[name] for name in ("appeals", "events", "leaves", "readings", "epochs")}
    return hashlib.sha256(repr(kept).encode()).hexdigest()
