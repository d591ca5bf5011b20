"""Counts anew, by the law, the terms of requests whose claimed day or term could not be believed."""

from datetime import date
from typing import Final

import structlog
from django.db import transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import perform_by_rule
from server_sync.appeals.believing import DAY_DOUBTFUL, TERM_DOUBTFUL
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealKind, DueRecalculated, Words
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import TABLE
from server_sync.workplaces.reference import reference_book

log = structlog.get_logger(__name__)
BATCH: Final = 100
CAUSE: Final = Words(
    ky="Каттоодо көрсөтүлгөн күн же мөөнөт туура эмес болчу. Мөөнөт мыйзам боюнча кайра эсептелди.",
    ru="Дата или срок, указанные при регистрации, неверны. Срок пересчитан по закону.",
    en="The date or the term named at registration is not right. The term was counted anew, by the law.",
)


def put_right(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Write the term that the law gives for open requests after row `after` that claim another, the oldest first.

    Returns how many were put right and the last row looked at; from there the next call goes on.
    """
    open_states = TABLE[EventKind.DUE_RECALCULATED].states
    doubtful = Appeal.objects.filter(
        event__reading__is_marked=True,
        event__reading__code__in=(DAY_DOUBTFUL, TERM_DOUBTFUL),
        state__in=open_states,
        pk__gt=after,
    ).exclude(history__kind=EventKind.DUE_RECALCULATED)
    with transaction.atomic():
        found = list(doubtful.order_by("pk").values_list("pk", "site_id")[:limit])
        if not found:
            return 0, after
        catch_up(sorted({site_code for _, site_code in found}))
        acts = []
        for appeal in doubtful.filter(pk__in=[pk for pk, _ in found]).select_related("last_event"):
            due_on = _due_by_law(appeal)
            if due_on is not None and due_on != appeal.due_on:
                acts.append((appeal, DueRecalculated(CAUSE, appeal.due_on or due_on, due_on)))
        perform_by_rule(acts)
    if acts:
        log.info("terms_put_right", count=len(acts))
    return len(acts), found[-1][0]


def _due_by_law(appeal: Appeal) -> date | None:
    book = reference_book()
    return compute_due(appeal.registered_on, AppealKind(appeal.kind), book.calendar, book.terms).due_on
