"""Rounds figures so that nobody can be told from them: what everybody sees is given in full fives (ADR 0060)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5
"""Counts are rounded down to a multiple of this; what is below it is said to be below it, and no more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count under a name in full fives; 0 is fewer than five, None is kept back."""

    name: str
    count: int | None


def cells(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    """Round down to full fives; where one cell alone is below five, keep the smallest of the others back as well.

    Cells with nothing are cells like others: a cell that appears would tell of the first request of its office.
    """
    few = [name for name, count in counts.items() if count < SMALL]
    others = sorted((count, name) for name, count in counts.items() if count >= SMALL)
    second = others[0][1] if len(few) == 1 and others else None
    return tuple(Cell(name, None if name == second else fives(count)) for name, count in counts.items())


def fives(count: int) -> int:
    """A count as everybody sees it."""
    return count - count % SMALL
