"""Sends complaints to the body above the one that is complained of, by dated rules, and counts the new term openly.

An answer is complained of at any time, silence when the term is over: what was said of it before waits for that day.
Which body stood above on the day, and why, is written in an act of the centre's, so that a register made anew needs no
table of that day (ADR 0090).
"""

from datetime import date
from typing import Final, NamedTuple

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import perform_by_rule
from server_sync.appeals.models import Appeal, Complaint
from server_sync.contract.bodies import AppealKind, Body, DueRecalculated, Forwarded, Reopened, Words
from server_sync.contract.deadlines import Due, compute_due
from server_sync.contract.workflow import State
from server_sync.workplaces.decrees import calendar_now
from server_sync.workplaces.reference import reference_book

log = structlog.get_logger(__name__)
BATCH: Final = 100

COUNTED: Final = Words(
    ky="Даттануу түштү. Жооптун мөөнөтү даттануунун мөөнөтү катары бүгүндөн кийинки күндөн тартып эсептелет.",
    ru="Поступила жалоба. Срок ответа считается как срок жалобы, со следующего после сегодняшнего дня.",
    en="A complaint came. The term of the answer is counted as that of a complaint, from the day after today.",
)
OPENED: Final = Words(
    ky="Кайрылуу кайра ачылды. Жооптун мөөнөтү бүгүндөн кийинки күндөн тартып кайра эсептелет.",
    ru="Обращение открыто снова. Срок ответа считается заново, со следующего после сегодняшнего дня.",
    en="The request was opened again. The term of the answer is counted anew, from the day after today.",
)
_COMPLAINT: Final = Words(
    ky="Кайрылуучу даттанды.",
    ru="Заявитель подал жалобу.",
    en="The applicant complained.",
)
_NOBODY_ABOVE: Final = Words(
    ky="Эрежелер боюнча бул органдын үстүндө орган жок: даттанууну анын башка кызматкери карайт.",
    ru="По правилам над этим органом нет другого: жалобу рассматривает другое его должностное лицо.",
    en="By the rules no body stands above this one: another officer of it looks at the complaint.",
)


class Above(NamedTuple):
    """Which body decides on a complaint about another, and why; the same body where none stands above it."""

    body_code: str
    reason: Words


def above(body_code: str, on: date) -> Above:
    """Find who decides on complaints about a body on a day."""
    found = reference_book().higher(body_code, on)
    if found is None:
        return Above(body_code, _NOBODY_ABOVE)
    return Above(found.body_code, Words(found.reason.ky, found.reason.ru, found.reason.en))


def is_silent(appeal: Appeal, today: date) -> bool:
    """Whether the term is over and the body has not answered."""
    return appeal.state == State.WITH_BODY and appeal.due_on is not None and appeal.due_on < today


def new_term(on: date, kind: AppealKind) -> Due:
    """The term of what begins anew on a day."""
    return compute_due(on, kind, calendar_now(), reference_book().terms)


def send_up_now(appeal_hash: bytes) -> None:
    """Send a complaint just made to who decides on it. Call inside the transaction of its own act."""
    appeal = Appeal.objects.select_related("last_event").get(hash=appeal_hash)
    perform_by_rule(_acts(appeal, timezone.localdate()))


def count_from_today(appeal_hash: bytes) -> None:
    """Count the term of a request that an officer opened again. Call inside the transaction of that act."""
    appeal = Appeal.objects.select_related("last_event").get(hash=appeal_hash)
    perform_by_rule(_recounted(appeal, timezone.localdate(), AppealKind(appeal.kind), OPENED))


def send_up(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Send up the complaints after row `after` that wait and may go, the oldest first.

    Offices write them without a line; those about silence wait for the end of the term. Returns how many went and the
    last row looked at; from there the next call goes on.
    """
    today = timezone.localdate()
    with transaction.atomic():
        found = list(_waiting(today).filter(pk__gt=after).order_by("pk").values_list("pk", "appeal__site_id")[:limit])
        if not found:
            return 0, after
        catch_up(sorted({site_code for _, site_code in found}))
        still = _waiting(today).filter(pk__in=[pk for pk, _ in found]).values("appeal")
        acts: list[tuple[Appeal, Body]] = []
        sent = 0
        for appeal in Appeal.objects.filter(pk__in=still).select_related("last_event").order_by("pk"):
            several = _acts(appeal, today)
            sent += bool(several)
            acts += several
        perform_by_rule(acts)
    if sent:
        log.info("complaints_sent_up", count=sent)
    return sent, found[-1][0]


def _waiting(today: date) -> QuerySet[Complaint]:
    """Complaints that wait about the body that still has the request."""
    of_body = Complaint.objects.filter(sent_to="", appeal__is_complained=True, appeal__body_code=F("body_code"))
    is_silent = Q(appeal__state=State.WITH_BODY, appeal__due_on__lt=today)
    decided = Q(is_of_answer=True, appeal__state__in=(State.WITH_BODY, State.LEFT_WITHOUT_CONSIDERATION))
    return of_body.exclude(body_code="").filter(decided | is_silent)


def _acts(appeal: Appeal, today: date) -> list[tuple[Appeal, Body]]:
    waiting = list(appeal.complaints.filter(sent_to="", body_code=appeal.body_code))
    if not (waiting and appeal.is_complained and appeal.body_code):
        return []
    to_body, reason = above(appeal.body_code, today)
    why = Words(*(f"{said} {told}" for said, told in zip(_texts(_COMPLAINT), _texts(reason), strict=True)))
    sent: Body
    if appeal.state == State.LEFT_WITHOUT_CONSIDERATION:
        sent = Reopened(why, to_body)
    elif is_silent(appeal, today) or (appeal.state == State.WITH_BODY and any(one.is_of_answer for one in waiting)):
        sent = Forwarded(appeal.body_code, to_body, new_term(today, AppealKind.COMPLAINT).due_on, why)
    else:
        return []
    return [(appeal, sent), *_recounted(appeal, today, AppealKind.COMPLAINT, COUNTED)]


def _recounted(appeal: Appeal, today: date, kind: AppealKind, cause: Words) -> list[tuple[Appeal, Body]]:
    due_on = new_term(today, kind).due_on
    if due_on is None:
        return []
    return [(appeal, DueRecalculated(cause, appeal.due_on or due_on, due_on))]


def _texts(words: Words) -> tuple[str, str, str]:
    return words.ky, words.ru, words.en
