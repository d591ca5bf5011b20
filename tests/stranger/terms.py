"""Section 2 of the page, *The term*: when an answer is due, from the tables that the centre hands out."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from tests.stranger.made_up import days
from tests.stranger.page import Message

Row = dict[str, str]


def read_table(text: str) -> list[Row]:
    """Read a table of codes."""
    return [*csv.DictReader(StringIO(text))]


@dataclass(frozen=True)
class Terms:
    """`terms.csv` and the calendar, later tables laid over earlier ones."""

    rows: list[Row]
    calendar: dict[date, Row]

    @classmethod
    def of(cls, terms: str, *calendars: str) -> "Terms":
        laid = {date.fromisoformat(row["date"]): row for text in calendars for row in read_table(text)}
        return cls(read_table(terms), laid)

    def due(self, kind: str, registered_on: date) -> Message:
        """The structure DueTerm for a request of this kind, registered on that day."""
        rows = [row for row in self.rows if row["kind"] == kind]
        holding = [row for row in rows if _holds(row, registered_on)]
        row = min(holding or rows, key=lambda row: abs(date.fromisoformat(row["valid_from"]) - registered_on))
        wanted = int(row["working_days"])
        version = max(int(other["entered_on"].replace("-", "")) for other in self.rows)
        term: Message = {"working_days": wanted, "article": row["article"], "rules_version": version}
        if not wanted:
            return term
        provisional, day = not holding, registered_on
        while wanted:
            day += timedelta(days=1)
            wanted -= self.is_working(day)
            provisional |= self._is_estimated(day)
        provisional |= day.year > max(self.calendar).year
        return term | {"due_on": days(day), "provisional": provisional}

    def is_working(self, day: date) -> bool:
        decreed = self.calendar.get(day, {}).get("type")
        return decreed == "working_weekend" or (day.weekday() < 5 and decreed != "day_off")

    def _is_estimated(self, day: date) -> bool:
        row = self.calendar.get(day)
        return row is not None and row["type"] == "day_off" and bool(row["estimated"])


def _holds(row: Row, day: date) -> bool:
    return row["valid_from"] <= day.isoformat() and (not row["valid_to"] or day.isoformat() <= row["valid_to"])
