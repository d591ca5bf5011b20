"""What a screen asks the store for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AppealFilter(StrEnum):
    """The filters of the list of requests."""

    ALL = "all"
    WAITING = "waiting"
    ANSWERED = "answered"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    TO_PUT_RIGHT = "to_put_right"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class AppealQuery:
    """Which requests, newest first.

    `today` and `soon_until` (a working day reckoned by the caller) are local dates. `after` is the last row of the page
    before, as its (registered_at in ms, row) place, for the next page.
    """

    today: date
    soon_until: date
    words: str = ""
    only: AppealFilter = AppealFilter.ALL
    limit: int = 200
    after: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class AppealCounts:
    """How many requests each filter has."""

    all: int
    waiting: int
    answered: int
    due_soon: int
    overdue: int
    to_put_right: int
    in_doubt: int

    def of(self, one: AppealFilter) -> int:
        """The count of a filter."""
        count: int = getattr(self, one.value)
        return count
