"""Other bodies work on the same request: what they are asked for and until when, what they contribute.

That a body does, and until when, is an event, of which applicant and office hear. What is asked of it and what it
writes are working papers of the two bodies, and nobody else reads them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import covers
from server_sync.casework import acts, papers
from server_sync.casework.access import OFFICERS, is_of_body, may
from server_sync.casework.models import CoTask, WorkingPaper
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import CoExecutorAdded, CoExecutorRemoved, Words
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import State
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import Urgency, body_name, urgency

BODIES_MOST: Final = 10
"""So many bodies beside the one that answers."""
CONTRIBUTION: Final = WorkingPaper.Kind.CONTRIBUTION


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one body: as the body that answers sees it, and as its own officers do."""

    body_code: str
    body: str
    asked: str
    due_on: date | None
    urgency: Urgency | None
    text: str
    version: int
    by: str
    changed_at: datetime | None
    done_at: datetime | None
    is_taken_back: bool


def add(standing: Standing, appeal: Appeal, body_code: str, due_on: date | None, asked: str, notice: Words) -> None:
    """Let another body work on the request too.

    Raises Refused `same_body`, `co_body_there`, `too_many_co_bodies`, `co_day_past`, `co_day_late` (after the answer is
    due), `moved_on`, `not_allowed`.
    """
    if body_code == appeal.body_code:
        raise Refused("same_body")
    today = timezone.localdate()

    def check(now: Appeal) -> None:
        if body_code in now.co_bodies:
            raise Refused("co_body_there")
        if len(now.co_bodies) >= BODIES_MOST:
            raise Refused("too_many_co_bodies")
        if due_on is not None and due_on < today:
            raise Refused("co_day_past")
        if due_on is not None and now.due_on is not None and max(now.due_on, today) < due_on:
            raise Refused("co_day_late")

    with transaction.atomic():
        acts.do(standing, appeal, CoExecutorAdded(body_code, due_on, notice), check)
        acts.hold_with_words(appeal)
        said = {"asked": asked, "due_on": due_on, "added_by": standing.person, "added_at": timezone.now()}
        CoTask.objects.update_or_create(
            appeal=bytes(appeal.hash), body_code=body_code, defaults={**said, "done_at": None}
        )


def take_back(standing: Standing, appeal: Appeal, body_code: str, notice: Words) -> None:
    """Let a body work on it no more; what it wrote stays with the body that answers, and opens to itself no more.

    Raises Refused `co_body_gone`, `moved_on`, `not_allowed`.
    """

    def check(now: Appeal) -> None:
        if body_code not in now.co_bodies:
            raise Refused("co_body_gone")

    with transaction.atomic():
        acts.do(standing, appeal, CoExecutorRemoved(body_code, notice), check)
        tasks = CoTask.objects.filter(appeal=bytes(appeal.hash), body_code=body_code, done_at=None)
        tasks.update(done_at=timezone.now())  # nobody waits for it any more


def contribute(
    standing: Standing, appeal: Appeal, body_code: str, text: str, seen_version: int, *, is_done: bool
) -> WorkingPaper:
    """Keep what a body contributes, or hand it over.

    Raises Refused `co_body_gone`, `not_allowed`, `text_missing`, `not_in_this_state`, and as `papers.write`.
    """
    if body_code not in own_parts(standing, appeal):
        raise Refused("not_allowed" if body_code in appeal.co_bodies else "co_body_gone")
    if appeal.state != State.WITH_BODY:
        raise Refused("not_in_this_state")
    if is_done and not text.strip():
        raise Refused("contribution_missing")
    with transaction.atomic():
        paper = papers.write(appeal, body_code, CONTRIBUTION, standing.person, text, seen_version)
        CoTask.objects.filter(appeal=bytes(appeal.hash), body_code=body_code).update(
            done_at=timezone.now() if is_done else None
        )
    return paper


def own_parts(standing: Standing, appeal: Appeal) -> list[str]:
    """The bodies of this person that work on the request beside the one that answers."""
    reach = standing.reach(*OFFICERS)
    return [code for code in appeal.co_bodies if covers(reach, appeal, {code})]


def parts_of(standing: Standing, appeal: Appeal, language: str) -> tuple[Part, ...]:
    """The parts this person may read: the body that answers reads all, what was taken back too, others their own."""
    tasks = {task.body_code: task for task in CoTask.objects.filter(appeal=bytes(appeal.hash))}
    written = WorkingPaper.objects.filter(appeal=bytes(appeal.hash), kind=CONTRIBUTION).select_related("written_by")
    texts = {paper.body_code: paper for paper in written}
    own = own_parts(standing, appeal)
    if is_of_body(standing, appeal):
        before = sorted(code for code, paper in texts.items() if paper.text and code not in appeal.co_bodies)
        own = [*appeal.co_bodies, *before]
    return tuple(_part(appeal, code, tasks.get(code), texts.get(code), language) for code in own)


def _part(appeal: Appeal, code: str, task: CoTask | None, paper: WorkingPaper | None, language: str) -> Part:
    is_taken_back = code not in appeal.co_bodies
    due_on = task.due_on if task is not None and not is_taken_back else None
    is_open = task is None or task.done_at is None
    return Part(
        body_code=code,
        body=body_name(code, language),
        asked=task.asked if task is not None else "",
        due_on=due_on,
        urgency=urgency(due_on, State.WITH_BODY, timezone.localdate(), None) if due_on and is_open else None,
        text=paper.text if paper is not None else "",
        version=paper.version if paper is not None else 0,
        by=paper.written_by.full_name if paper is not None else "",
        changed_at=paper.changed_at if paper is not None else None,
        done_at=task.done_at if task is not None and not is_taken_back else None,
        is_taken_back=is_taken_back,
    )


def may_add(standing: Standing, appeal: Appeal) -> bool:
    """Whether this person may let other bodies in now."""
    return may(standing, EventKind.CO_EXECUTOR_ADDED, appeal)


def waiting(standing: Standing, most: int) -> list[tuple[Appeal, CoTask]]:
    """What other bodies wait for from the person's own ones, by the day on which it is due, and at most so much."""
    tasks = CoTask.objects.filter(body_code__in=standing.bodies(*OFFICERS), done_at=None)
    open_now = Appeal.objects.filter(hash=OuterRef("appeal"), state=State.WITH_BODY, is_erased=False)
    rows = tasks.filter(Exists(open_now)).order_by(F("due_on").asc(nulls_last=True), "added_at")[:most]
    appeals = {bytes(one.hash): one for one in Appeal.objects.filter(hash__in=[bytes(row.appeal) for row in rows])}
    found = ((appeals.get(bytes(task.appeal)), task) for task in rows)
    return [(one, task) for one, task in found if one is not None and task.body_code in own_parts(standing, one)]


def reminders(appeals: Iterable[Appeal], language: str) -> dict[bytes, str]:
    """What a list says of bodies that were to contribute: who is late, or how many have."""
    co_bodies = {bytes(appeal.hash): set(appeal.co_bodies) for appeal in appeals if appeal.co_bodies}
    today = timezone.localdate()
    told: dict[bytes, str] = {}
    found: dict[bytes, list[CoTask]] = {}
    for task in CoTask.objects.filter(appeal__in=list(co_bodies)).order_by("due_on"):
        if task.body_code in co_bodies[bytes(task.appeal)]:
            found.setdefault(bytes(task.appeal), []).append(task)
    for appeal, tasks in found.items():
        late = [task for task in tasks if task.done_at is None and task.due_on is not None and task.due_on < today]
        done = sum(task.done_at is not None for task in tasks)
        if late:
            told[appeal] = gettext("late: %(body)s") % {"body": body_name(late[0].body_code, language)}
        else:
            told[appeal] = gettext("co-executors: %(done)s of %(all)s done") % {"done": done, "all": len(tasks)}
    return told
