"""The lines of the last look before the number, and how the form's fields are called in links."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.ui import formats
from liaison_desktop.ui.reception.review import Facts, due_words
from liaison_desktop.ui.reception.values import DuePreview
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say, fixed
from liaison_desktop.workplace.words import joined, ntr, tr
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind
from server_sync.contract.direction import isolate
from server_sync.contract.limits import SIGNATORIES_COUNT
from server_sync.contract.person import group_phone

FIELD_NAMES: dict[str, Say] = {  # in the order in which the keyboard walks the form
    "pin": lambda: tr("PIN"),
    "no_pin_reason": lambda: tr("Why there is no PIN"),
    "birth_on": lambda: tr("Date of birth"),
    "surname": lambda: tr("Surname"),
    "given_name": lambda: tr("Given name"),
    "patronymic": lambda: tr("Patronymic"),
    "phone": lambda: tr("Telephone number"),
    "document": lambda: tr("Document"),
    "answer_by": lambda: tr("How the answer is received"),
    "email": lambda: tr("E-mail address"),
    "territory": lambda: tr("District"),
    "settlement": lambda: tr("Village"),
    "street": lambda: tr("Street, house, flat"),
    "signatories_count": lambda: tr("How many signed"),
    "signatories": lambda: tr("Those who signed"),
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


LANGUAGE_WORDS: dict[str, Say] = {"ky": fixed("Кыргызча"), "ru": fixed("Русский")}


class Names(Protocol):
    """Words of codes."""

    @property
    def addressee(self) -> Callable[[str], Choice | None]: ...
    @property
    def category(self) -> Callable[[str], Choice | None]: ...
    @property
    def territory(self) -> Callable[[str], Choice | None]: ...


def in_lines(signed: tuple[str, ...], most: int = SIGNATORIES_COUNT) -> str:
    """Names numbered, one a line; of very many the first, and how many more."""
    lines = [f"{place}. {isolate(name)}" for place, name in enumerate(signed[:most], start=1)]
    left = len(signed) - len(lines)
    return "\n".join([*lines, ntr("and {n} more", "and {n} more", left)] if left else lines)


def applicant_words(draft: AppealDraft) -> str:
    """Who asks, and of a collective request how many signed it."""
    if draft.is_collective and draft.signatories_count:
        signed = ntr("{n} person signed", "{n} people signed", draft.signatories_count)
        return joined((draft.applicant_name, signed))
    return draft.applicant_name


def review_facts(draft: AppealDraft, due: DuePreview | None, names: Names, repeats: str = "") -> Facts:
    """Label and words of everything that will be registered; ``repeats`` is the number of the request it repeats."""
    whom = f"{draft.addressee_code}@{draft.addressee_site}" if draft.addressee_site else draft.addressee_code

    def address() -> str:
        territory = names.territory(draft.territory_code) if draft.territory_code else None
        place = territory.words if territory else dict(draft.as_typed).get("territory", "")
        return joined((place, draft.settlement, draft.street))

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
        return ANSWER_WORDS[draft.answer_by]() if draft.answer_by is not None else ""

    def birth() -> str:
        return formats.day(draft.birth_on) if draft.birth_on is not None else ""

    def files() -> str:
        count = ntr("{n} file", "{n} files", len(draft.attachments))
        return f"{count}: {joined(file.name for file in draft.attachments)}" if draft.attachments else ""

    def repeated() -> str:
        return repeats or (tr("an earlier request") if draft.repeat_of is not None else "")

    lines: list[tuple[Say, Say]] = [
        (lambda: tr("From whom"), lambda: applicant_words(draft)),
        (lambda: tr("Those who signed"), lambda: in_lines(draft.signatories if draft.is_collective else ())),
        (lambda: tr("PIN"), lambda: draft.pin),
        (lambda: tr("Why there is no PIN"), lambda: draft.no_pin_reason),
        (lambda: tr("Date of birth"), birth),
        (lambda: tr("Document"), lambda: draft.document),
        (lambda: tr("Address"), address),
        (lambda: tr("Telephone"), lambda: group_phone(draft.phone)),
        (lambda: tr("E-mail"), lambda: draft.email),
        (lambda: tr("Answer"), answer),
        (lambda: tr("Kind"), kind),
        (lambda: tr("To whom"), addressee),
        (lambda: tr("Matter"), matter),
        (lambda: tr("Language of the request"), LANGUAGE_WORDS.get(draft.language, fixed(draft.language))),
        (lambda: tr("Repeats"), repeated),
        (lambda: tr("Attachments"), files),
        (lambda: tr("Subject"), lambda: draft.subject),
    ]
    if due is not None:
        known = due
        lines.append((lambda: tr("Answer due"), lambda: due_words(known)))
    return tuple((label, words) for label, words in lines if words())


def changed_facts(before: Facts, after: Facts) -> Facts:
    """Of two readings of a request what differs: the label, how it is now and how it was."""
    old, new = ({label(): words() for label, words in facts} for facts in (before, after))
    labels = {label(): label for label, _ in (*after, *before)}
    return tuple(
        (labels[name], partial(_said_anew, old.get(name, ""), new.get(name, "")))
        for name in labels
        if old.get(name) != new.get(name)
    )


def _said_anew(old: str, new: str) -> str:
    now = new or tr("nothing any more")
    return "\n".join((now, tr("before: {words}", words=old))) if old else now
