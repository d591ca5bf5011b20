"""A published request in words, from nothing but what `appeals.public` releases."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from server_sync.appeals.public import PublicAppeal
from server_sync.pages.appeal_words import (
    KINDS,
    Badge,
    Urgency,
    body_name,
    category_name,
    outcome_badge,
    site_name,
    state_badge,
    urgency,
)


@dataclass(frozen=True, slots=True)
class PublicAnswerLine:
    """That a body answered, with which outcome, when."""

    body: str
    outcome: Badge
    answered_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What everyone reads of a published request."""

    number: str
    subject: str
    text: str
    kind: str
    office: str
    body: str
    categories: tuple[str, ...]
    registered_on: date
    state: Badge
    urgency: Urgency
    answers: tuple[PublicAnswerLine, ...]
    published_at: datetime

    @classmethod
    def of(cls, appeal: PublicAppeal, language: str) -> "PublicPage":
        """Put a published request into the words of a language."""
        return cls(
            number=appeal.number,
            subject=appeal.subject.best(language),
            text=appeal.text.best(language),
            kind=str(KINDS[appeal.kind]),
            office=site_name(appeal.site_code, language),
            body=body_name(appeal.body_code, language),
            categories=tuple(category_name(code, language) for code in appeal.categories),
            registered_on=appeal.registered_on,
            state=state_badge(appeal.state, is_accepted=appeal.is_accepted),
            urgency=urgency(appeal.due_on, appeal.state, timezone.localdate(), appeal.answered_on),
            answers=tuple(
                PublicAnswerLine(
                    body_name(answer.body_code, language),
                    outcome_badge(answer.outcome),
                    answer.answered_on,
                    answer.is_late,
                )
                for answer in appeal.answers
            ),
            published_at=appeal.published_at,
        )
