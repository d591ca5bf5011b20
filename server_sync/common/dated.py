"""Reads tables whose rows hold from a day on and perhaps until one."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from server_sync.common.resources import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A row of such a table; without a last day it holds on."""

    valid_from_on: date
    valid_until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is one of a day."""
        return self.valid_from_on <= day and (self.valid_until_on is None or day <= self.valid_until_on)


def rows_of(name: str) -> Iterator[tuple[dict[str, str], date, date | None]]:
    """The rows of a file of resources/reference, each with its first day and its last."""
    with resource("reference", name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            last = row["valid_to"]
            yield row, date.fromisoformat(row["valid_from"]), date.fromisoformat(last) if last else None
