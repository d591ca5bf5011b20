"""Knows which registration numbers are taken, asked of the register once for a batch.

A number that a copied PC gave as well is found before its request is written: a statement that the database refuses
would throw back all that is written with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from server_sync.appeals.models import Appeal

AT_ONCE: Final = 500


@dataclass(slots=True)
class TakenNumbers:
    """What one run of interpretation knows of numbers, the feed of their site locked: nobody else gives any."""

    _asked: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)

    def expect(self, numbers: Iterable[str]) -> None:
        """Ask at once which of these numbers requests of the register have."""
        unknown = sorted(set(numbers) - self._asked)
        for start in range(0, len(unknown), AT_ONCE):
            having = Appeal.objects.filter(number__in=unknown[start : start + AT_ONCE], is_second=False)
            self._taken.update(having.values_list("number", flat=True))
        self._asked.update(unknown)

    def is_taken(self, number: str) -> bool:
        """Whether a request has this number, or one that is about to enter the register."""
        self.expect([number])
        return number in self._taken

    def take(self, number: str) -> None:
        """Note that a request enters the register with this number."""
        self._asked.add(number)
        self._taken.add(number)

    def forget(self, number: str) -> None:
        """Ask the register anew for this number."""
        self._asked.discard(number)
        self._taken.discard(number)
