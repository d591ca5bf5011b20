"""Matters of which no summary is published, however it is written: dated data. Such requests are counted."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import structlog
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.facets import Facts
from server_sync.appeals.models import Appeal, Summary
from server_sync.common.dated import Dated, rows_of
from server_sync.common.refusals import Refused
from server_sync.common.word_index import newest_with
from server_sync.contract.bodies import SummaryWithdrawn
from server_sync.contract.territory import Names

LEVELS: Final = "."
STEP: Final = 100
"""Summaries that are taken off at once; the others the next time."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverPublished(Dated):
    """One row of resources/reference/never_published.csv; without a last day it holds. A group holds for its own."""

    category: str
    reason: Names

    def keeps_back(self, appeal: Appeal, day: date) -> bool:
        """Whether it holds for a request on a day."""
        return self.holds_on(day) and any(
            f"{code}{LEVELS}".startswith(f"{self.category}{LEVELS}") for code in appeal.categories
        )


def why_never(appeal: Appeal, day: date) -> Names | None:
    """Why a request is not published on a day, whatever is left out of it; None when it may be."""
    return next((one.reason for one in _read() if one.keeps_back(appeal, day)), None)


def take_off() -> int:
    """Take summaries off the public pages whose matter is never published, as the table has it today; some at a time.

    The matter may have been given later, or the row. Each is an event with the reason, by rule and without a person.
    """
    today = timezone.localdate()
    taken = 0
    for category in dict.fromkeys(one.category for one in _read()):
        for key in newest_with(Summary, "words", (), STEP, Facts(topic=category).words):
            appeal = Appeal.objects.filter(pk=key, is_erased=False).first()
            why = why_never(appeal, today) if appeal is not None else None
            if appeal is None or why is None:
                continue
            try:
                perform(bytes(appeal.hash), SummaryWithdrawn(f"{why.ky}. {why.ru}."), expect=_demand_kept_back)
            except Refused as refused:
                log.info("summary_stays", request=appeal.fingerprint, code=refused.code)
            else:
                taken += 1
    if taken:
        log.info("summaries_taken_off", count=taken)
    return taken


def _demand_kept_back(appeal: Appeal) -> None:
    """Refuse what an editor took off, or a correction made another matter, meanwhile."""
    if why_never(appeal, timezone.localdate()) is None or not Summary.objects.filter(appeal=appeal).exists():
        raise Refused("moved_on")


@lru_cache(maxsize=1)
def _read() -> tuple[NeverPublished, ...]:
    return tuple(
        NeverPublished(
            category=row["category"],
            valid_from_on=first,
            valid_until_on=last,
            reason=Names(row["reason_ky"], row["reason_ru"], row["reason_en"]),
        )
        for row, first, last in rows_of("never_published.csv")
    )
