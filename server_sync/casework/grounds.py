"""The grounds on which the law lets a request stay without consideration: dated data, in three languages."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from server_sync.common.dated import Dated, rows_of
from server_sync.contract.bodies import Words
from server_sync.contract.territory import Names

PREFIX: Final = "left:"
"""What a choice of the answer's form begins with when it is a ground and no outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Dated):
    """One row of resources/reference/grounds.csv; without a last day it holds."""

    id: str
    names: Names
    law: str

    def before(self, words: Words) -> Words:
        """What the applicant reads: the ground and, after it, what the officer wrote, in each language written in."""
        named = ((self.names.ky, words.ky), (self.names.ru, words.ru))
        return Words(*(f"{name}.\n\n{said}" if said.strip() else "" for name, said in named))


def ground(name: str) -> Ground | None:
    """The ground with this name, whether it holds today or not."""
    return next((one for one in _read() if one.id == name), None)


def grounds_on(day: date) -> list[Ground]:
    """Those that hold on a day, in the order of the table."""
    return [one for one in _read() if one.holds_on(day)]


@lru_cache(maxsize=1)
def _read() -> tuple[Ground, ...]:
    return tuple(
        Ground(
            id=row["id"],
            valid_from_on=first,
            valid_until_on=last,
            names=Names(row["name_ky"], row["name_ru"], row["name_en"]),
            law=row["law"],
        )
        for row, first, last in rows_of("grounds.csv")
    )
