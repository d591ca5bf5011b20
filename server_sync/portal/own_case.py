"""Opens a request to its own applicant, who holds the number and the six-digit code of the receipt."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.appeals.numbered import bearing
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealForm, AppealKind, Outcome
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.folding import digits_in
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
from server_sync.pages.life import Life, Wanted, life
from server_sync.pages.term import Term, term_of
from server_sync.workplaces.throttle import Guesser, Secret, Turn, take_turn

CODE = Secret("case", "code_wait", free_here=5, free_anywhere=15, ever=50)
"""A code has six digits: 50 wrong guesses for all strangers together, 50 for the browsers that opened the case, 50 for
those that were shown its receipt leave a chance of 150 in a million that anybody ever guesses the code of a case."""


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
    life: Life
    term: Term | None
    event_hash: str
    is_beside: bool


def prove_ownership(number: str, code: str, callers: Sequence[Guesser]) -> bytes:
    """Let the holder of number and code in, and say by its hash which request opens: several may have that number.

    Raises Refused `code_wrong`, `code_wait` (with `wait_s`), `code_spent` (guessed at so often that nobody known in
    these ways is let try any more). An unknown number is answered like a wrong code, and so is one whose code was
    erased with its words: nothing is there to be guessed, and no guess counts for ever. `callers` is one caller in all
    ways in which they are known, the best first.
    """
    salts = _salts_of(number)
    turn = _take_turn(number, callers, exists=bool(salts))
    typed = digits_in(code)
    fitting = [
        appeal
        for appeal, salt in (salts or {b"": b""}).items()
        if hmac.compare_digest(short_code(salt).encode(), typed.encode())
    ]
    if not fitting or not salts:
        raise Refused("code_wrong")
    turn.start_anew()
    return fitting[0]


def is_erased(number: str) -> bool:
    """Whether nothing opens by a number any more: the words were erased, and their code with them.

    For those who hold a genuine receipt.
    """
    return bearing(number).exists() and not _salts_of(number)


def _salts_of(number: str) -> dict[bytes, bytes]:
    rows = bearing(number).filter(event__salt__isnull=False).values_list("hash", "event__salt")
    return {bytes(appeal): bytes(salt) for appeal, salt in rows if salt}


def _take_turn(number: str, callers: Sequence[Guesser], *, exists: bool) -> Turn:
    *better, last = callers
    for caller in better:
        try:
            return take_turn(CODE, number, caller, exists=exists)
        except Refused as refusal:
            if refusal.code != "code_spent":
                raise
    return take_turn(CODE, number, last, exists=exists)


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
        registered_at=appeal.registered_at,
        registered_on=appeal.registered_on,
        state=state,
        state_words=str(STATES[state]),
        state_icon=STATE_ICONS[state],
        urgency=urgency(appeal.due_on, state, timezone.localdate(), appeal.answered_on),
        answers=tuple(_answers(appeal, language)),
        life=life(appeal, language, wanted, for_applicant=True),
        term=term_of(appeal, language),
        event_hash=bytes(appeal.hash).hex(),
        is_beside=bearing(appeal.number).exclude(pk=appeal.pk).exists(),
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
