"""Matters of which no summary is published, however it is written: dated data. Such requests are counted."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from server_sync.appeals.models import Appeal
from server_sync.common.resources import resource
from server_sync.contract.territory import Names

LEVELS: Final = "."


@dataclass(frozen=True, slots=True)
class NeverPublished:
    """One row of resources/reference/never_published.csv; without a last day it holds. A group holds for its own."""

    category: str
    valid_from_on: date
    valid_until_on: date | None
    reason: Names

    def keeps_back(self, appeal: Appeal, day: date) -> bool:
        """Whether it holds for a request on a day."""
        if day < self.valid_from_on or (self.valid_until_on is not None and day > self.valid_until_on):
            return False
        return any(f"{code}{LEVELS}".startswith(f"{self.category}{LEVELS}") for code in appeal.categories)


def why_never(appeal: Appeal, day: date) -> Names | None:
    """Why a request is not published on a day, whatever is left out of it; None when it may be."""
    return next((one.reason for one in _read() if one.keeps_back(appeal, day)), None)


@lru_cache(maxsize=1)
def _read() -> tuple[NeverPublished, ...]:
    with resource("reference", "never_published.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            NeverPublished(
                row["category"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                Names(row["reason_ky"], row["reason_ru"], row["reason_en"]),
            )
            for row in csv.DictReader(file)
        )
