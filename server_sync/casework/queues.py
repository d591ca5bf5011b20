"""The lists of the officers' pages: own cases by due date, answers to check, requests to route and to publish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import requests_of
from server_sync.casework import co_executing
from server_sync.casework.access import OFFICERS
from server_sync.casework.models import AnswerDraft
from server_sync.contract.bodies import AppealKind
from server_sync.contract.folding import fold, fold_for_index, fold_latin
from server_sync.contract.person import phone_keys
from server_sync.contract.workflow import Role, State
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import KINDS, Urgency, signed_together, site_name, urgency

MOST = 300
"""Rows of one list; what lies beyond is found by searching."""

PAGE = 100
"""Open requests on one page of an officer's own list, and beside a case."""


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list; `who` asks stands only where its readers see applicants."""

    number: str
    address: str
    subject: str
    who: str
    kind: str
    office: str
    urgency: Urgency
    note: str
    registered_on: date
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Requests whose terms end at about the same time."""

    title: Promise
    look: str
    icon: str
    lines: tuple[Line, ...]


def own_open(standing: Standing) -> QuerySet[Appeal]:
    """Requests the person's bodies work on."""
    return _own(standing).filter(state=State.WITH_BODY)


def co_open(standing: Standing) -> list[Appeal]:
    """Requests the person's bodies contribute to, each by the day on which its part is due."""
    found: dict[int, Appeal] = {}
    for appeal, task in co_executing.waiting(standing, MOST):
        appeal.due_on = task.due_on or appeal.due_on  # in this list; never written
        found.setdefault(appeal.pk, appeal)
    return list(found.values())


def own_closed(standing: Standing) -> QuerySet[Appeal]:
    """Requests the person's bodies are done with, and those that went back to the office."""
    return _own(standing).exclude(state=State.WITH_BODY)


def _own(standing: Standing) -> QuerySet[Appeal]:
    return Appeal.objects.filter(requests_of(standing.reach(*OFFICERS)), is_erased=False)


def to_check(standing: Standing) -> QuerySet[AnswerDraft]:
    """Answers of the person's bodies that wait for a second person who is not their writer."""
    waiting = _own_drafts(standing).filter(stage=AnswerDraft.Stage.WAITING)
    return waiting.exclude(written_by=standing.person).order_by("changed_at")


def _own_drafts(standing: Standing) -> QuerySet[AnswerDraft]:
    """Drafts about requests that are with the draft's body still, and in reach."""
    own = _own(standing).filter(hash=OuterRef("appeal"), body_code=OuterRef("body_code"))
    return AnswerDraft.objects.filter(Exists(own))


def to_route(standing: Standing) -> QuerySet[Appeal]:
    """Requests in reach that no rule could send to a body, the oldest first."""
    in_reach = requests_of(standing.reach(Role.REGISTRAR))
    return Appeal.objects.filter(in_reach, state=State.REGISTERED, is_erased=False).order_by("pk")


def to_publish(standing: Standing) -> QuerySet[Appeal]:
    """Answered requests in reach without a public summary, the newest answer first."""
    in_reach = requests_of(standing.reach(Role.PUBLIC_EDITOR))
    answered = Appeal.objects.filter(in_reach, state=State.ANSWERED, is_erased=False, summary=None)
    return answered.order_by(F("answered_at").desc(nulls_last=True), "-pk")


def published(standing: Standing) -> QuerySet[Appeal]:
    """Requests in reach whose summary is public."""
    in_reach = requests_of(standing.reach(Role.PUBLIC_EDITOR))
    return Appeal.objects.filter(in_reach, summary__isnull=False).order_by("-summary__published_at")


def count_open(standing: Standing) -> int:
    return count_own(standing) + len(co_open(standing))


def count_own(standing: Standing) -> int:
    """How many requests the person's bodies work on."""
    return own_open(standing).count()


def own_nearest(standing: Standing, page: int = 1) -> list[Appeal]:
    """One page of what the person's bodies work on, the nearest term first.

    The index tells which they are; whole rows are read for those alone.
    """
    keys = in_order(own_open(standing)).values_list("pk", flat=True)[(page - 1) * PAGE : page * PAGE]
    return list(in_order(Appeal.objects.filter(pk__in=list(keys))))


def count_to_check(standing: Standing) -> int:
    return to_check(standing).count()


def count_to_route(standing: Standing) -> int:
    return to_route(standing).count()


def searched(appeals: QuerySet[Appeal] | list[Appeal], query: str, *, by_applicant: bool = True) -> list[Appeal]:
    """Those that hold the words, as an office finds them: special letters aside, in Latin letters, by a telephone.

    Words stand in number, subject or applicant's name. Without `by_applicant` for those who are not shown who asks.
    """
    if not fold(query).strip():
        return list(appeals[:MOST])
    asked = _Asked(fold(query).split(), fold_latin(query).split(), phone_keys(query))
    return [appeal for appeal in appeals if asked.is_answered_by(appeal, by_applicant=by_applicant)][:MOST]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed: its words as they are written and as they sound, and telephones."""

    words: list[str]
    heard: list[str]
    phones: tuple[str, ...]

    def is_answered_by(self, appeal: Appeal, *, by_applicant: bool) -> bool:
        person = f"{appeal.surname} {appeal.given_name} {appeal.patronymic}" if by_applicant else ""
        text = f"{appeal.number} {appeal.subject} {person}"
        if _holds(fold_for_index(text), self.words) or _holds(fold_latin(text), self.heard):
            return True
        kept = phone_keys(appeal.phone) if by_applicant and self.phones else ()
        return any(one.endswith(other) or other.endswith(one) for one in self.phones for other in kept)


def _holds(text: str, words: list[str]) -> bool:
    return bool(words) and all(word in text for word in words)


def lines(
    appeals: Iterable[Appeal], language: str, notes: dict[bytes, str] | None = None, *, shows_applicant: bool = False
) -> list[Line]:
    """Put requests into the words of a list."""
    today = timezone.localdate()
    return [
        Line(
            number=appeal.number,
            address=appeal.address,
            subject=appeal.subject,
            who=appeal.applicant_name if shows_applicant else "",
            kind=_kind(appeal),
            office=site_name(appeal.site_id, language),
            urgency=urgency(appeal.due_on, State(appeal.state), today, appeal.answered_on),
            note=(notes or {}).get(bytes(appeal.hash), ""),
            registered_on=appeal.registered_on,
            is_accepted=appeal.accepted_at is not None,
        )
        for appeal in appeals
    ]


def _kind(appeal: Appeal) -> str:
    kind = str(KINDS[AppealKind(appeal.kind)])
    return f"{kind}, {signed_together(appeal.signed)}" if appeal.is_collective else kind


def by_due(appeals: Sequence[Appeal], language: str, notes: dict[bytes, str]) -> list[Group]:
    """Group open cases by how near their terms are, the most pressing first."""
    today = timezone.localdate()
    end_of_week = today + timedelta(days=6 - today.weekday())
    groups: list[tuple[Promise, str, str, list[Appeal]]] = [
        (_("Overdue"), "bad", "alert", [item for item in appeals if item.due_on and item.due_on < today]),
        (_("Today"), "warn", "clock", [item for item in appeals if item.due_on == today]),
        (
            _("This week"),
            "",
            "clock",
            [item for item in appeals if item.due_on and today < item.due_on <= end_of_week],
        ),
        (_("Later"), "", "calendar", [item for item in appeals if item.due_on and item.due_on > end_of_week]),
        (_("Without a term"), "", "calendar", [item for item in appeals if item.due_on is None]),
    ]
    return [
        Group(title, look, sign, tuple(lines(found, language, notes, shows_applicant=True)))
        for title, look, sign, found in groups
        if found
    ]


def in_order(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """By due date, those without one last."""
    return appeals.order_by(F("due_on").asc(nulls_last=True), "pk")


def nearest(appeal: Appeal) -> tuple[bool, date, int]:
    """The key of that order."""
    return appeal.due_on is None, appeal.due_on or date.max, appeal.pk


def draft_notes(standing: Standing) -> dict[bytes, str]:
    """What a list says of the drafts of the person's bodies."""
    words = {
        AnswerDraft.Stage.WAITING: _("waits for a second person"),
        AnswerDraft.Stage.SENT_BACK: _("sent back with a note"),
        AnswerDraft.Stage.WRITING: _("answer begun"),
    }
    drafts = _own_drafts(standing)
    return {bytes(draft.appeal): str(words[AnswerDraft.Stage(draft.stage)]) for draft in drafts}
