"""The lines of the last look before the number, and how the form's fields are called in links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.ui.reception.review import due_words
from liaison_desktop.ui.reception.values import DuePreview
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, ntr, tr
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind
from server_sync.contract.person import group_phone

FIELD_NAMES: dict[str, Say] = {
    "pin": lambda: tr("PIN"),
    "surname": lambda: tr("Surname"),
    "given_name": lambda: tr("Given name"),
    "phone": lambda: tr("Telephone number"),
    "email": lambda: tr("E-mail address"),
    "answer_by": lambda: tr("How the answer is received"),
    "territory": lambda: tr("District"),
    "settlement": lambda: tr("Village"),
    "street": lambda: tr("Street, house, flat"),
    "signatories_count": lambda: tr("How many signed"),
    "kind": lambda: tr("Kind of the request"),
    "addressee": lambda: tr("To whom"),
    "category": lambda: tr("Matter"),
    "subject": lambda: tr("Subject"),
    "text": lambda: tr("Text"),
}

KIND_WORDS: dict[AppealKind, Say] = {
    AppealKind.PROPOSAL: lambda: tr("Proposal"),
    AppealKind.APPLICATION: lambda: tr("Application"),
    AppealKind.COMPLAINT: lambda: tr("Complaint"),
    AppealKind.THANKS: lambda: tr("Thanks"),
}
FORM_WORDS: dict[AppealForm, Say] = {
    AppealForm.WRITTEN: lambda: tr("written"),
    AppealForm.ORAL: lambda: tr("oral"),
    AppealForm.ELECTRONIC: lambda: tr("electronic"),
}
ANSWER_WORDS: dict[AnswerBy, Say] = {
    AnswerBy.LETTER: lambda: tr("by letter"),
    AnswerBy.PHONE: lambda: tr("by telephone"),
    AnswerBy.EMAIL: lambda: tr("by e-mail"),
    AnswerBy.IN_PERSON: lambda: tr("in person"),
}


class Names(Protocol):
    """Words of codes."""

    @property
    def addressee(self) -> Callable[[str], Choice | None]: ...
    @property
    def category(self) -> Callable[[str], Choice | None]: ...
    @property
    def territory(self) -> Callable[[str], Choice | None]: ...


def review_facts(draft: AppealDraft, due: DuePreview | None, names: Names) -> tuple[tuple[Say, Say], ...]:
    """Label and words of everything that is read to the citizen."""
    whom = f"{draft.addressee_code}@{draft.addressee_site}" if draft.addressee_site else draft.addressee_code

    def applicant() -> str:
        if draft.is_collective and draft.signatories_count:
            signed = ntr("{n} person signed", "{n} people signed", draft.signatories_count)
            return joined((draft.applicant_name, signed))
        return draft.applicant_name

    def address() -> str:
        territory = names.territory(draft.territory_code) if draft.territory_code else None
        parts = (territory.words if territory else "", draft.settlement, draft.street)
        return joined(parts)

    def addressee() -> str:
        choice = names.addressee(whom)
        return choice.words if choice else whom

    def matter() -> str:
        chosen = (names.category(code) for code in draft.categories)
        return "; ".join(choice.words for choice in chosen if choice is not None)

    def kind() -> str:
        words = KIND_WORDS[draft.kind]() if draft.kind is not None else ""
        return f"{words}, {FORM_WORDS[draft.form]()}"

    def answer() -> str:
        way = ANSWER_WORDS[draft.answer_by]() if draft.answer_by is not None else ""
        contact = {AnswerBy.PHONE: group_phone(draft.phone), AnswerBy.EMAIL: draft.email}
        more = contact.get(draft.answer_by, "") if draft.answer_by is not None else ""
        return joined((way, more))

    lines: list[tuple[Say, Say]] = [
        (lambda: tr("From whom"), applicant),
        (lambda: tr("Address"), address),
        (lambda: tr("Answer"), answer),
        (lambda: tr("Kind"), kind),
        (lambda: tr("To whom"), addressee),
        (lambda: tr("Matter"), matter),
        (lambda: tr("Subject"), lambda: draft.subject),
    ]
    if draft.attachments:
        count = len(draft.attachments)
        lines.append((lambda: tr("Attachments"), lambda: ntr("{n} file", "{n} files", count)))
    if due is not None:
        known = due
        lines.append((lambda: tr("Answer due"), lambda: due_words(known)))
    return tuple((label, words) for label, words in lines if words())
