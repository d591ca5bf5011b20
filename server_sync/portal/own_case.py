"""Opens a request to its own applicant, who holds the number and the six-digit code of the receipt."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealForm, AppealKind, Outcome
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.workflow import State
from server_sync.pages.appeal_words import (
    FORMS,
    KINDS,
    OUTCOMES,
    STATE_ICONS,
    STATES,
    Urgency,
    body_name,
    category_name,
    site_name,
    urgency,
)
from server_sync.pages.life import Told, life
from server_sync.pages.term import Term, term_of
from server_sync.workplaces.throttle import forget, take_turn

FREE_FOR_ONE_CASE = 5
FREE_FOR_ONE_PLACE = 30


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as its applicant reads it."""

    body: str
    outcome: str
    text: str
    other_text: str
    signed_by: str
    reference: str
    at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class OwnCase:
    """All that the applicant sees of the own request; no internal papers."""

    number: str
    subject: str
    text: str
    kind: str
    form: str
    office: str
    body: str
    categories: tuple[str, ...]
    registered_at: datetime
    registered_on: date
    state: State
    state_words: str
    state_icon: str
    urgency: Urgency
    answers: tuple[OwnAnswer, ...]
    history: tuple[Told, ...]
    term: Term | None
    event_hash: str


def prove_ownership(number: str, code: str, caller: str) -> None:
    """Let the holder of number and code in, or raise Refused `code_wrong`, `code_wait` (with `wait_s`).

    An unknown number is answered like a wrong code. Wrong guesses cost time, for a case wherever they come from and
    for a place whatever it guesses at.
    """
    take_turn("case", number, free=FREE_FOR_ONE_CASE, refusal="code_wait")
    take_turn("case_from", caller, free=FREE_FOR_ONE_PLACE, refusal="code_wait")
    appeal = Appeal.objects.select_related("event").filter(number=number).first()
    salt = bytes(appeal.event.salt) if appeal is not None and appeal.event.salt else b""
    typed = "".join(letter for letter in code if letter.isdecimal())
    if not hmac.compare_digest(short_code(salt).encode(), typed.encode()) or not salt:
        raise Refused("code_wrong")
    forget("case", number)
    forget("case_from", caller)


def own_case(number: str, language: str) -> OwnCase | None:
    """Gather the request for the page; ownership has been proved before."""
    appeal = Appeal.objects.select_related("event").filter(number=number).first()
    if appeal is None:
        return None
    state = State(appeal.state)
    entries = appeal.history.select_related("event")
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
        registered_at=appeal.registered_at,
        registered_on=appeal.registered_on,
        state=state,
        state_words=str(STATES[state]),
        state_icon=STATE_ICONS[state],
        urgency=urgency(appeal.due_on, state, timezone.localdate(), appeal.answered_on),
        answers=tuple(_answers(appeal, language)),
        history=tuple(life(entries, language, for_applicant=True)),
        term=term_of(kind, appeal.registered_on, appeal.due_on, language),
        event_hash=bytes(appeal.hash).hex(),
    )


def _answers(appeal: Appeal, language: str) -> list[OwnAnswer]:
    told = []
    for answer in appeal.answers.all():
        texts = [text for text in (answer.text_ky, answer.text_ru, answer.text_en) if text]
        own = str(getattr(answer, f"text_{appeal.language}", "")) or (texts[0] if texts else "")
        told.append(
            OwnAnswer(
                body=body_name(answer.body_code, language),
                outcome=str(OUTCOMES[Outcome(answer.outcome)]),
                text=own,
                other_text=next((text for text in texts if text != own), ""),
                signed_by=answer.signed_by,
                reference=answer.reference,
                at=answer.at,
                is_late=answer.is_late,
            )
        )
    return told[::-1]
