"""Gathers a request for its own applicant, who proved to hold the number and the code (portal.ownership)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from server_sync.appeals import complaining
from server_sync.appeals.models import Appeal, Attachment
from server_sync.appeals.numbered import bearing
from server_sync.blobs.storage import size_of
from server_sync.contract.bodies import AppealForm, AppealKind
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import State
from server_sync.pages.appeal_words import (
    FORMS,
    KINDS,
    Badge,
    Urgency,
    body_name,
    category_name,
    outcome_badge,
    site_name,
    solved_badge,
    state_badge,
    urgency,
)
from server_sync.pages.life import Life, Wanted, left_notice, life
from server_sync.pages.term import Term, term_of
from server_sync.pages.wording import size
from server_sync.portal import by_applicant
from server_sync.workplaces.models import CENTRE

KINDS_OF_ACTS: Final = {
    "rate": EventKind.ANSWER_RATED,
    "complain": EventKind.COMPLAINT_MADE,
    "add": EventKind.APPEAL_SUPPLEMENTED,
    "withdraw": EventKind.APPEAL_WITHDRAWN,
}
"""What applicants do with a request that is there, by the names in addresses."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that came with an answer; not `is_here`: the centre was restored without it, the office may have it."""

    id: int
    name: str
    size: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as its applicant reads it."""

    body: str
    outcome: Badge
    text: str
    other_text: str
    signed_by: str
    reference: str
    at: datetime
    is_late: bool
    files: tuple[OwnFile, ...]
    rating: Badge | None


@dataclass(frozen=True, slots=True)
class OwnCase:
    """All that the applicant sees of the own request; no internal papers. `signed` is 0 unless it is collective.

    `acts` may be done now, by their names in addresses; `complained_of` names the body that an open complaint is about.
    """

    number: str
    subject: str
    text: str
    kind: str
    form: str
    office: str
    body: str
    categories: tuple[str, ...]
    signed: int
    registered_at: datetime
    registered_on: date
    state: State
    badge: Badge
    urgency: Urgency
    left_notice: str
    answers: tuple[OwnAnswer, ...]
    life: Life
    term: Term | None
    event_hash: str
    is_beside: bool
    acts: frozenset[str]
    is_complained: bool
    complained_of: str
    is_of_portal: bool


def own_case(appeal_hash: bytes, language: str, wanted: Wanted) -> OwnCase | None:
    """Gather the request for the page, its history as far as it is wanted; ownership has been proved before.

    None when its words were erased since.
    """
    appeal = Appeal.objects.select_related("event").filter(hash=appeal_hash, event__salt__isnull=False).first()
    if appeal is None:
        return None
    state = State(appeal.state)
    kind = AppealKind(appeal.kind)
    return OwnCase(
        number=appeal.number,
        subject=appeal.subject,
        text=appeal.text,
        kind=str(KINDS[kind]),
        form=str(FORMS[AppealForm(appeal.form)]),
        office=site_name(appeal.site_id, language),
        body=body_name(appeal.body_code, language),
        categories=tuple(category_name(code, language) for code in appeal.categories),
        signed=appeal.signed,
        registered_at=appeal.registered_at,
        registered_on=appeal.registered_on,
        state=state,
        badge=state_badge(state, is_accepted=appeal.accepted_at is not None),
        urgency=urgency(appeal.due_on, state, timezone.localdate(), appeal.answered_on),
        left_notice=left_notice(appeal, language) if state is State.LEFT_WITHOUT_CONSIDERATION else "",
        answers=tuple(_answers(appeal, language)),
        life=life(appeal, language, wanted, for_applicant=True),
        term=term_of(appeal, language),
        event_hash=bytes(appeal.hash).hex(),
        is_beside=bearing(appeal.number).exclude(pk=appeal.pk).exists(),
        acts=frozenset(name for name, kind in KINDS_OF_ACTS.items() if by_applicant.may(appeal, kind)),
        is_complained=appeal.is_complained,
        complained_of=_complained_of(appeal, language),
        is_of_portal=appeal.site_id == CENTRE,
    )


def answer_file(appeal_hash: bytes, file_id: int) -> Attachment | None:
    """A file of an answer to a request; ownership has been proved before."""
    return Attachment.objects.filter(
        pk=file_id, appeal__hash=appeal_hash, site=CENTRE, event__answer__isnull=False
    ).first()


def _complained_of(appeal: Appeal, language: str) -> str:
    complaint = complaining.newest(appeal) if appeal.is_complained else None
    return body_name(complaint.body_code, language) if complaint is not None else ""


def _answers(appeal: Appeal, language: str) -> list[OwnAnswer]:
    told = []
    files = list(appeal.attachments.exclude(event__answer=None))
    for answer in appeal.answers.all():
        texts = [text for text in (answer.text_ky, answer.text_ru, answer.text_en) if text]
        own = str(getattr(answer, f"text_{appeal.language}", "")) or (texts[0] if texts else "")
        told.append(
            OwnAnswer(
                body=body_name(answer.body_code, language),
                outcome=outcome_badge(answer.outcome),
                text=own,
                other_text=next((text for text in texts if text != own), ""),
                signed_by=answer.signed_by,
                reference=answer.reference,
                at=answer.at,
                is_late=answer.is_late,
                files=tuple(_file(one) for one in files if one.event_id == answer.event_id),
                rating=solved_badge(answer.rating) if answer.rating is not None else None,
            )
        )
    return told[::-1]


def _file(file: Attachment) -> OwnFile:
    is_here = size_of(file.site_id, bytes(file.blob_id)) is not None
    return OwnFile(file.pk, file.name, size(file.size_bytes), is_here)
