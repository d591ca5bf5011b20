"""How long what is kept: dated rules of a table, by which the code goes and which everybody may read."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from server_sync.common.dated import Dated, rows_of
from server_sync.contract.territory import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Dated):
    """One row of resources/reference/retention.csv: what, for how many days, and what becomes of it then.

    Without days it is kept without end; without a last day the rule holds on.
    """

    id: str
    days: int | None
    what: Names
    then: Names


def kept(name: str, on: date | None = None) -> timedelta:
    """How long a thing of this name is kept by the rule of a day, or of today; by the first rule before there was one.

    Raises LookupError for what has no rule, or none with an end.
    """
    return _kept(name, timezone.localdate() if on is None else on)


def rules_on(day: date) -> tuple[Rule, ...]:
    """The rules of a day, in the order of the table."""
    return tuple(rule for rule in rules() if rule.holds_on(day))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules there were and will be."""
    return tuple(
        Rule(
            id=row["id"],
            days=int(row["days"]) if row["days"] else None,
            valid_from_on=first,
            valid_until_on=last,
            what=Names(row["what_ky"], row["what_ru"], row["what_en"]),
            then=Names(row["then_ky"], row["then_ru"], row["then_en"]),
        )
        for row, first, last in rows_of("retention.csv")
    )


@lru_cache(maxsize=256)
def _kept(name: str, on: date) -> timedelta:
    named = [rule for rule in rules() if rule.id == name and rule.days is not None]
    rule = next((rule for rule in named if rule.holds_on(on)), named[0] if named else None)
    if rule is None or rule.days is None:
        raise LookupError(name)
    return timedelta(days=rule.days)
