"""Counts terms anew, by the law: of requests whose claimed day or term could not be believed, and after decrees.

Each new term is an event of the centre with its cause, so that the office, the applicant and a register made anew all
have it; what an office claimed stays in its own event.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import perform_by_rule
from server_sync.appeals.believing import DAY_DOUBTFUL, TERM_DOUBTFUL
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealKind, DueRecalculated, Words
from server_sync.contract.deadlines import Decree, Due, WorkingCalendar, compute_due
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import TABLE
from server_sync.workplaces.decrees import calendar_now, newest_decrees
from server_sync.workplaces.models import DecreedDay
from server_sync.workplaces.reference import reference_book

log = structlog.get_logger(__name__)
BATCH: Final = 100
LONGEST_OFF: Final = timedelta(days=62)
"""Longer than any row of days off, so that a term which a decree draws nearer is looked at too."""

_BECAME: Final = {
    Decree.OFF: {"ky": "– дем алыш күн", "ru": "– выходной день", "en": "is a day off"},
    Decree.WORKING: {"ky": "– жумуш күнү", "ru": "– рабочий день", "en": "is a working day"},
    Decree.TAKEN_BACK: {"ky": "– чечим кайтарылды", "ru": "– решение отменено", "en": "– the decree was taken back"},
}

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
        calendar = calendar_now()
        acts = []
        for appeal in doubtful.filter(pk__in=[pk for pk, _ in found]).select_related("last_event"):
            due_on = _due_by_law(appeal, calendar).due_on
            if due_on is not None and due_on != appeal.due_on:
                acts.append((appeal, DueRecalculated(CAUSE, appeal.due_on or due_on, due_on)))
        perform_by_rule(acts)
    if acts:
        log.info("terms_put_right", count=len(acts))
    return len(acts), found[-1][0]


def count_anew(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Write the new term of open requests after row `after` whose days a decree has changed, the oldest first.

    Those that an office registers later by the calendar of before are found as well: it may have had no line. A term
    that an officer extended to a day stays at that day. Returns how many terms were written anew and the last row
    looked at; from there the next call goes on.
    """
    decreed = newest_decrees()
    if not decreed:
        return 0, after
    touched = Appeal.objects.filter(
        state__in=TABLE[EventKind.DUE_RECALCULATED].states,
        is_extended=False,
        is_erased=False,
        registered_on__lt=decreed[-1].on,
        due_on__gte=decreed[0].on - LONGEST_OFF,
        pk__gt=after,
    )
    with transaction.atomic():
        found = list(touched.order_by("pk").values_list("pk", "site_id")[:limit])
        if not found:
            return 0, after
        catch_up(sorted({site_code for _, site_code in found}))
        decreed, calendar = newest_decrees(), calendar_now()  # as they are now that nobody writes to these sites
        acts = []
        several = touched.filter(pk__in=[pk for pk, _ in found]).select_related("last_event")
        for appeal in several.order_by("event__leaf"):  # in order of custody, however they were parted into batches
            due = _due_by_law(appeal, calendar)
            between = _between(decreed, appeal, due)
            if between and due.due_on is not None and _is_other(due, appeal):
                acts.append((appeal, DueRecalculated(_cause(between), appeal.due_on or due.due_on, due.due_on)))
        perform_by_rule(acts)
    if acts:
        log.info("terms_counted_anew", count=len(acts))
    return len(acts), found[-1][0]


def _due_by_law(appeal: Appeal, calendar: WorkingCalendar) -> Due:
    return compute_due(appeal.registered_on, AppealKind(appeal.kind), calendar, reference_book().terms)


def _between(decreed: Sequence[DecreedDay], appeal: Appeal, due: Due) -> list[DecreedDay]:
    """Decreed days that the count of a term passes, by the calendar of before or by that of now."""
    last = max(day for day in (appeal.due_on, due.due_on) if day is not None)
    return [one for one in decreed if appeal.registered_on < one.on <= last]


def _is_other(due: Due, appeal: Appeal) -> bool:
    """Whether the law gives another day now, or has made sure of one that was provisional."""
    return due.due_on != appeal.due_on or (appeal.due_is_provisional and not due.provisional)


def _cause(decreed: Sequence[DecreedDay]) -> Words:
    """Which days were decreed and why, as the applicant reads it."""

    def said(language: str, beginning: str) -> str:
        days = "; ".join(
            f"{one.on:%d.%m.%Y} {_BECAME[Decree(one.decree)][language]} ({getattr(one, f'reason_{language}')})"
            for one in decreed
        )
        return f"{beginning}: {days}."

    return Words(
        ky=said("ky", "Мөөнөт кайра эсептелди, анткени күндөр өзгөрдү"),
        ru=said("ru", "Срок пересчитан, так как изменились дни"),
        en=said("en", "The term was counted anew because days were changed"),
    )
