"""Reminds officers by mail of terms that end, and the body above of those that are over, in working days.

One letter a morning to each who has a work e-mail, with all that needs them: numbers, days and the address of a page,
and no word of a request. The morning is noted in the transaction that queues its letters, so whatever stops in the
middle is done anew as a whole, and of two workers one does it (ADR 0100).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Final

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import reached_at
from server_sync.appeals.sending_up import above
from server_sync.casework.models import Reminded, RemindedDay
from server_sync.common.dated import Dated, rows_of
from server_sync.common.refusals import Refused
from server_sync.contract.deadlines import WorkingCalendar
from server_sync.contract.workflow import State
from server_sync.letters.queue import are_letters_sent, has_room_for_many, post
from server_sync.pages.appeal_words import body_name
from server_sync.workplaces.decrees import calendar_now, working_calendar
from server_sync.workplaces.models import Person, RoleGrant
from server_sync.workplaces.people import grants_on
from server_sync.workplaces.reach import FOR_A_BODY, Reach, reach_of

log = structlog.get_logger(__name__)

TOLD_FROM: Final = time(8)
"""Bishkek time, on working days."""
TOLD_FOR: Final = timedelta(hours=20)
"""The next morning counts anew."""
LINES_MOST: Final = 50
FARTHEST: Final = timedelta(days=60)
"""In so many days lie the working days that any step counts."""
AT_ONCE: Final = 500
ABOVE, OWN = "above", "body"
_READ: Final = ("hash", "number", "site", "addressee_site", "territory_code", "body_code", "due_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Dated):
    """One row of resources/reference/reminders.csv: so many working days after the last day, before it below 0."""

    id: str
    working_days: int
    to: str


@dataclass(frozen=True, slots=True)
class Open:
    """A request that waits for an answer, as far as a reminder speaks of it; `late` as Step.working_days.

    `site` is where it is reached, which for one of the portal is no office's.
    """

    hash: bytes
    number: str
    site: str
    body: str
    due_on: date
    late: int


@dataclass(frozen=True, slots=True)
class Pressing:
    """How much of an officer's is how near its term."""

    overdue: int
    today: int
    next_day: int

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.next_day)


def pressing(appeals: QuerySet[Appeal]) -> Pressing:
    """Count what is overdue, what ends today, and what ends by the next working day."""
    today, calendar = timezone.localdate(), working_calendar()
    following = today + timedelta(days=1)
    while not calendar.is_working(following) and following < today + FARTHEST:
        following += timedelta(days=1)
    counted = appeals.aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        today=Count("pk", filter=Q(due_on=today)),
        next_day=Count("pk", filter=Q(due_on__gt=today, due_on__lte=following)),
    )
    return Pressing(**counted)


def remind() -> int:
    """Queue the letters of this morning, once; says how many."""
    here = timezone.localtime()
    today, calendar = here.date(), calendar_now()
    if not are_letters_sent() or here.time() < TOLD_FROM or not calendar.is_working(today):
        return 0
    if RemindedDay.objects.filter(on=today).exists() or not has_room_for_many():
        return 0
    steps = [one for one in _steps() if one.holds_on(today)]
    due: list[tuple[Open, Step]] = []
    passed: list[Reminded] = []
    for some in _open(today, calendar, steps):
        known = set(
            Reminded.objects.filter(appeal__in=[one.hash for one in some]).values_list(
                "appeal", "body_code", "due_on", "step"
            )
        )
        for one in some:
            reached = [
                step
                for step in steps
                if step.working_days <= one.late and (one.hash, one.body, one.due_on, step.id) not in known
            ]
            passed += (
                Reminded(appeal=one.hash, body_code=one.body, due_on=one.due_on, step=step.id) for step in reached
            )
            if reached:
                due.append((one, max(reached, key=lambda step: step.working_days)))
    try:
        with transaction.atomic():
            RemindedDay.objects.create(on=today)
            Reminded.objects.bulk_create(passed, batch_size=AT_ONCE)
            sent = _tell(due, today)
            _forget_settled()
    except IntegrityError:
        return 0  # another worker did
    except Refused:
        return 0  # the queue filled meanwhile: the next look does it
    log.info("reminders_queued", letters=sent, requests=len(due))
    return sent


def forget(request: bytes) -> None:
    """Know nothing of a request any more that was erased."""
    Reminded.objects.filter(appeal=request).delete()


def _open(today: date, calendar: WorkingCalendar, steps: list[Step]) -> Iterable[list[Open]]:
    """What waits for an answer and has reached a step by its last day, some at a time."""
    first = min((step.working_days for step in steps), default=0)
    until = today
    while until < today + FARTHEST and calendar.working_days_until(today, until + timedelta(days=1)) <= max(0, -first):
        until += timedelta(days=1)
    waiting = Appeal.objects.filter(state=State.WITH_BODY, is_erased=False, due_on__lte=until).exclude(body_code="")
    after = 0
    while True:
        rows = list(waiting.filter(pk__gt=after).order_by("pk").only(*_READ)[:AT_ONCE])
        if not rows:
            return
        after = rows[-1].pk
        yield [
            Open(
                bytes(one.hash),
                one.number,
                reached_at(one),
                one.body_code,
                one.due_on,
                -calendar.working_days_until(today, one.due_on),
            )
            for one in rows
            if one.due_on is not None
        ]


def _tell(due: list[tuple[Open, Step]], today: date) -> int:
    """Queue a letter to each who is to be reminded of something. Raises Refused `letters_full`."""
    to_bodies: dict[str, list[tuple[Open, Step]]] = {}
    for one, step in due:
        code = above(one.body, today).body_code if step.to == ABOVE else one.body
        told = replace(step, to=OWN) if code == one.body else step  # nobody stands above it
        to_bodies.setdefault(code, []).append((one, told))
    roles = grants_on(today).filter(role__in=FOR_A_BODY, body__in=list(to_bodies)).exclude(person__email="")
    people: dict[Person, list[RoleGrant]] = {}
    for grant in roles.select_related("person", "body").order_by("person", "id"):
        people.setdefault(grant.person, []).append(grant)
    sent = 0
    for person, grants in people.items():
        reach = reach_of(grants)
        bodies = dict.fromkeys(grant.body_id for grant in grants if grant.body_id)
        mine = [pair for code in bodies for pair in to_bodies[code] if _reaches(reach, pair[0].site, code)]
        if mine:
            try:
                _post(person, mine)
            except Refused as refusal:
                if refusal.code != "address_malformed":
                    raise
                log.warning("work_address_malformed", person=str(person.pk))
            else:
                sent += 1
    return sent


def _reaches(reach: Reach, site: str, body: str) -> bool:
    """Whether an officer of a body is concerned with what came by an office."""
    return reach.covers(site, (body,))


def _post(person: Person, mine: list[tuple[Open, Step]]) -> None:
    mine = sorted(mine, key=lambda pair: (pair[0].due_on, pair[0].number))
    with override(person.language):
        own = [one for one, step in mine if step.to != ABOVE]
        of_others = [one for one, step in mine if step.to == ABOVE]
        late = sum(one.late > 0 for one, _ in mine)
        subject = gettext("Terms of requests: %(n)s to answer, %(late)s overdue") % {
            "n": len(mine) - late,
            "late": late,
        }
        parts = []
        if own:
            parts.append(gettext("Your body answers:") + "\n" + "\n".join(_lines(own)))
        if of_others:
            told = gettext("Overdue with bodies below yours, which you watch over:")
            parts.append(told + "\n" + "\n".join(_lines(of_others, person.language)))
        link = settings.LIAISON_PUBLIC_URL.rstrip("/") + reverse("work")
        parts.append(gettext("Open the list: %(link)s") % {"link": link})
        post(person.email, subject, "\n\n".join(parts) + "\n", useful_for=TOLD_FOR, mentions=())


def _lines(found: list[Open], language: str = "") -> Iterable[str]:
    """Each as a line; with a language the body that is late is named."""
    for one in found[:LINES_MOST]:
        day = f"{one.due_on:%d.%m.%Y}"
        told = {"number": one.number, "day": day, "n": one.late if one.late > 0 else -one.late}
        if one.late > 0:
            line = gettext("%(number)s: the last day was %(day)s, %(n)s working days ago") % told
        elif one.late == 0:
            line = gettext("%(number)s: today is the last day") % told
        else:
            line = gettext("%(number)s: by %(day)s, working days left: %(n)s") % told
        yield f"{line} ({body_name(one.body, language)})" if language else line
    if len(found) > LINES_MOST:
        yield gettext("and %(n)s more") % {"n": len(found) - LINES_MOST}


def _forget_settled() -> None:
    """Forget the steps of what waits for no answer any more, some at a time."""
    waiting = Appeal.objects.filter(state=State.WITH_BODY).values("hash")
    settled = Reminded.objects.exclude(appeal__in=waiting).values_list("pk", flat=True)[:AT_ONCE]
    Reminded.objects.filter(pk__in=list(settled)).delete()


@lru_cache(maxsize=1)
def _steps() -> tuple[Step, ...]:
    return tuple(
        Step(
            id=row["id"],
            working_days=int(row["working_days"]),
            to=row["to"],
            valid_from_on=first,
            valid_until_on=last,
        )
        for row, first, last in rows_of("reminders.csv")
    )
