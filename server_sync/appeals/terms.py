"""Counts terms anew, by the law: of requests whose claimed day or term could not be believed, and after decrees.

What an officer extended to a day stays at that day; where an office's correction names another, the centre says so.

Each new term is an event of the centre with its cause, so that the office, the applicant and a register made anew all
have it; what an office claimed stays in its own event.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import perform_by_rule
from server_sync.appeals.applying import STANDS
from server_sync.appeals.believing import DAY_DOUBTFUL, TERM_DOUBTFUL, is_by_no_rule
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.contract.bodies import AppealCorrected, AppealKind, DueRecalculated, DueTerm, Words
from server_sync.contract.deadlines import Decree, Due, WorkingCalendar, compute_due
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.workflow import TABLE
from server_sync.journal.custody import utc
from server_sync.journal.models import Event
from server_sync.workplaces.decrees import calendar_at, calendar_now, newest_decrees, undone_days
from server_sync.workplaces.models import CENTRE, DecreedDay
from server_sync.workplaces.reference import reference_book

log = structlog.get_logger(__name__)
BATCH: Final = 100
LONGEST_OFF: Final = timedelta(days=62)
"""Longer than any row of days off, so that a term which a decree draws nearer is looked at too."""

BARELY_HEARD: Final = timedelta(minutes=10)
"""What was decreed so shortly before a term was given may or may not have been counted by."""

_BECAME: Final = {
    Decree.OFF: {"ky": "– эс алуу күнү", "ru": "– выходной день", "en": "is a day off"},
    Decree.WORKING: {"ky": "– жумуш күнү", "ru": "– рабочий день", "en": "is a working day"},
    Decree.TAKEN_BACK: {"ky": "– чечим кайтарылды", "ru": "– решение отменено", "en": "– the decree was taken back"},
}

CAUSE: Final = Words(
    ky="Каттоодо көрсөтүлгөн күн же мөөнөт туура эмес болчу. Мөөнөт мыйзам боюнча кайра эсептелди.",
    ru="Дата или срок, указанные при регистрации, неверны. Срок пересчитан по закону.",
    en="The date or the term named at registration is not right. The term was counted anew, by the law.",
)

EXTENSION_STAYS: Final = Words(
    ky="Кеңсе кайрылууну оңдоп, башка мөөнөттү көрсөттү. Кызматкер узарткан күн өзгөрбөйт.",
    ru="Офис исправил обращение и назвал другой срок. День, до которого срок продлило должностное лицо, остаётся.",
    en="The office corrected the request and named another term. The day to which an officer extended it stays.",
)


def put_right(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Write the term that the law gives for open requests after row `after` that claim another, the oldest first.

    Whether the registration claims it or a correction. Returns how many were put right and the last row looked at; from
    there the next call goes on.
    """
    claims = HistoryEntry.objects.filter(
        kind__in=(EventKind.APPEAL_REGISTERED, EventKind.APPEAL_CORRECTED),
        event__reading__is_marked=True,
        event__reading__doubt__in=(DAY_DOUBTFUL, TERM_DOUBTFUL),
    )
    newest_claim = claims.filter(appeal=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    doubtful = (
        Appeal.objects.filter(
            pk__in=claims.values("appeal"),  # they are few, and what is marked has an index
            state__in=TABLE[EventKind.DUE_RECALCULATED].states,
            is_extended=False,
            pk__gt=after,
        )
        .annotate(claimed=Subquery(newest_claim), settled=_newest(EventKind.DUE_RECALCULATED))
        .filter(Q(settled=None) | Q(claimed__gt=F("settled")))
    )
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
        undone = undone_days(decreed)
        acts = []
        several = touched.filter(pk__in=[pk for pk, _ in found]).select_related("last_event", "event")
        for appeal in several.order_by("event__leaf"):  # in order of custody, however they were parted into batches
            due = _due_by_law(appeal, calendar)
            if due.due_on is None or not _is_other(due, appeal) or _is_let_stand(appeal):
                continue
            between = _between(decreed, undone, appeal, due)
            if between:
                acts.append((appeal, DueRecalculated(_cause(between), appeal.due_on or due.due_on, due.due_on)))
        perform_by_rule(acts)
    if acts:
        log.info("terms_counted_anew", count=len(acts))
    return len(acts), found[-1][0]


def keep_extended(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Say of open requests after row `after` that an officer's day stays although a correction named another one since.

    The register and newer programs of offices keep that day by themselves; the event is told to the applicant and the
    officers, and puts right what an older program shows. Returns how many were told and the last row looked at.
    """
    corrected = (
        Appeal.objects.filter(
            state__in=TABLE[EventKind.DUE_RECALCULATED].states, is_extended=True, is_erased=False, pk__gt=after
        )
        .annotate(corrected=_newest(EventKind.APPEAL_CORRECTED))
        .annotate(settled=_newest(EventKind.EXTENDED, EventKind.DUE_RECALCULATED))
        .filter(corrected__gt=F("settled"))
    )
    with transaction.atomic():
        found = list(corrected.order_by("pk").values_list("pk", "site_id")[:limit])
        if not found:  # all were looked at: what is extended has no index, and this is asked every second
            newest = Appeal.objects.order_by("-pk").values_list("pk", flat=True).first()
            return 0, max(after, newest or 0)
        catch_up(sorted({site_code for _, site_code in found}))
        acts = []
        several = corrected.filter(pk__in=[pk for pk, _ in found]).select_related("last_event")
        for appeal in several.order_by("event__leaf"):
            named = _named_since(appeal)
            if named is not None and appeal.due_on is not None and named.due_on != appeal.due_on:
                acts.append((appeal, DueRecalculated(EXTENSION_STAYS, named.due_on or appeal.due_on, appeal.due_on)))
        perform_by_rule(acts)
    if acts:
        log.info("extensions_kept", count=len(acts))
    return len(acts), found[-1][0]


def _newest(*kinds: EventKind) -> Subquery:
    """The newest entry of some kinds in a request's history, in the order in which they took effect."""
    entries = HistoryEntry.objects.filter(appeal=OuterRef("pk"), kind__in=kinds)
    return Subquery(entries.order_by("-pk").values("pk")[:1])


def _named_since(appeal: Appeal) -> DueTerm | None:
    """The newest term that an office named by a correction since an officer's day was set or last told."""
    settled = appeal.history.filter(kind__in=(EventKind.EXTENDED, EventKind.DUE_RECALCULATED)).order_by("-pk")
    since = settled.values_list("pk", flat=True).first() or 0
    corrections = appeal.history.filter(kind=EventKind.APPEAL_CORRECTED, pk__gt=since)
    return next((due for _, due in _terms_named(corrections) if due is not None), None)


def _terms_named(entries: QuerySet[HistoryEntry]) -> Iterator[tuple[Event, DueTerm | None]]:
    """Events of a history and the term that a correction among them names, the newest first."""
    for entry in entries.select_related("event__epoch").order_by("-pk").iterator(1):
        event = entry.event
        body = read_body(read_header(bytes(event.header)), event.said) if event.said else None
        yield event, body.due if isinstance(body, AppealCorrected) else None


def _is_let_stand(appeal: Appeal) -> bool:
    """Whether two people let a term stand that no rule gives."""
    claims = appeal.history.filter(kind__in=(EventKind.APPEAL_REGISTERED, EventKind.APPEAL_CORRECTED))
    return is_by_no_rule(appeal) and claims.filter(event__reading__doubt=STANDS).exists()


def _due_by_law(appeal: Appeal, calendar: WorkingCalendar) -> Due:
    begun_on, kind = appeal.counted_from or appeal.registered_on, AppealKind(appeal.counted_as or appeal.kind)
    return compute_due(begun_on, kind, calendar, reference_book().terms)


def _between(decreed: Sequence[DecreedDay], undone: frozenset[date], appeal: Appeal, due: Due) -> list[DecreedDay]:
    """Decreed days that the count of a term passes, by the calendar of before or by that of now.

    A day that is `undone` by now is one of them only where the term that stands was counted by what it was.
    """
    last = max(day for day in (appeal.due_on, due.due_on) if day is not None)
    passed = [one for one in decreed if (appeal.counted_from or appeal.registered_on) < one.on <= last]
    gone = {one.on for one in passed} & undone
    if gone:
        gone -= _counted_by(appeal, gone)
    return [one for one in passed if one.on not in gone]


def _counted_by(appeal: Appeal, undone: set[date]) -> set[date]:
    """Those of undone days that were still decreed when the term that stands was given, if it was counted so."""
    given_at, shipped = _given_at(appeal), reference_book().calendar
    for known_at in (given_at, given_at - BARELY_HEARD):
        calendar = calendar_at(known_at)
        if _due_by_law(appeal, calendar).due_on == appeal.due_on:
            return {day for day in undone if calendar.is_working(day) != shipped.is_working(day)}
    return set()


def _given_at(appeal: Appeal) -> datetime:
    """Until when whoever gave the term that stands can have heard of decrees."""
    giving = (EventKind.APPEAL_REGISTERED, EventKind.APPEAL_CORRECTED, EventKind.DUE_RECALCULATED)
    for event, named in _terms_named(appeal.history.filter(kind__in=giving)):
        if event.epoch.site_id == CENTRE:
            return event.taken_at
        if event.kind != EventKind.APPEAL_CORRECTED or named is not None:
            return _heard_at(event)
    return _heard_at(appeal.event)


def _heard_at(event: Event) -> datetime:
    """The last time of the centre that an office had seen when it made an event."""
    return utc(read_header(bytes(event.header)).server_time_ms)


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
