"""Between what stands on the screen and what the office keeps: a form's values and a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.times import read_day
from liaison_desktop.ui import formats
from liaison_desktop.ui.reception.values import AttachedRow, FormValues
from liaison_desktop.ui.widgets.chooser import Choice
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind

KINDS = {
    "proposal": AppealKind.PROPOSAL,
    "application": AppealKind.APPLICATION,
    "complaint": AppealKind.COMPLAINT,
    "thanks": AppealKind.THANKS,
}
FORMS = {"written": AppealForm.WRITTEN, "oral": AppealForm.ORAL}
ANSWER_WAYS = {
    "letter": AnswerBy.LETTER,
    "phone": AnswerBy.PHONE,
    "email": AnswerBy.EMAIL,
    "in_person": AnswerBy.IN_PERSON,
}
KIND_NAMES = {kind: name for name, kind in KINDS.items()}
FORM_NAMES = {form: name for name, form in FORMS.items()}
ANSWER_NAMES = {way: name for name, way in ANSWER_WAYS.items()}

Named = Callable[[str], Choice | None]
"""The choice of a code in the language now spoken."""


def draft_of(values: FormValues, before: AppealDraft) -> AppealDraft:
    """The draft with what now stands in the form; what the form does not show stays."""
    code, _, site = (values.addressee.code if values.addressee else "").partition("@")
    return replace(
        before,
        kind=KINDS.get(values.kind),
        form=FORMS.get(values.form, AppealForm.WRITTEN),
        language=values.language or "ky",
        surname=values.surname,
        given_name=values.given_name,
        patronymic=values.patronymic,
        pin=values.pin,
        no_pin_reason="" if values.pin else values.no_pin_reason,
        birth_on=read_day(values.birth_on),
        document=values.document,
        phone=values.phone,
        email=values.email,
        territory_code=values.territory.code if values.territory else "",
        settlement=values.settlement,
        street=values.street,
        answer_by=ANSWER_WAYS.get(values.answer_by),
        addressee_code=code,
        addressee_site=site,
        categories=tuple(choice.code for choice in values.categories),
        subject=values.subject,
        text=values.text,
        is_collective=values.is_collective,
        signatories_count=_count(values.signatories_count) if values.is_collective else 0,
        signatories=_lines(values.signatories) if values.is_collective else (),
        as_typed=(*values.as_typed, *_without_value(values)),
    )


def corrected(now: AppealDraft, blank: FormValues, values: FormValues) -> AppealDraft:
    """The request with what was changed in its form, which stood as ``blank``.

    What nobody touched stays as it is now, also what the form has no place for.
    """
    shown, typed = draft_of(blank, now), draft_of(values, now)
    changed = {
        one.name: getattr(typed, one.name)
        for one in fields(typed)
        if getattr(typed, one.name) != getattr(shown, one.name)
    }
    return replace(now, **changed)


def values_of(draft: AppealDraft, *, addressee: Named, category: Named, territory: Named) -> FormValues:
    """The form as a draft fills it; a code that is not known any more leaves its field empty."""
    typed = dict(draft.as_typed)
    whom = f"{draft.addressee_code}@{draft.addressee_site}" if draft.addressee_site else draft.addressee_code
    return FormValues(
        is_collective=draft.is_collective,
        signatories_count=typed.pop("signatories_count", str(draft.signatories_count or "")),
        signatories=typed.pop("signatories", "\n".join(draft.signatories)),
        pin=draft.pin,
        no_pin_reason=typed.pop("no_pin_reason", draft.no_pin_reason),
        birth_on=typed.pop("birth_on", formats.day(draft.birth_on) if draft.birth_on is not None else ""),
        surname=draft.surname,
        given_name=draft.given_name,
        patronymic=draft.patronymic,
        phone=draft.phone,
        email=draft.email,
        document=draft.document,
        answer_by=ANSWER_NAMES[draft.answer_by] if draft.answer_by is not None else "",
        territory=territory(draft.territory_code) if draft.territory_code else None,
        settlement=draft.settlement,
        street=draft.street,
        kind=KIND_NAMES[draft.kind] if draft.kind is not None else "",
        form=FORM_NAMES.get(draft.form, "written"),
        language=draft.language,
        addressee=addressee(whom) if whom else None,
        categories=tuple(choice for code in draft.categories if (choice := category(code)) is not None),
        subject=draft.subject,
        text=draft.text,
        as_typed=tuple(typed.items()),
    )


def row_of(attachment: AttachmentDraft) -> AttachedRow:
    """A file as the form lists it."""
    return AttachedRow(attachment.blob_id.hex(), attachment.name, attachment.size_bytes, attachment.media_type)


PLACES = {
    "categories": "category",
    "addressee_code": "addressee",
    "addressee_site": "addressee",
    "territory_code": "territory",
    "applicant": "surname",
}


def place_of(field: str) -> str:
    """The form's name of a draft's field."""
    return PLACES.get(field, field)


def _without_value(values: FormValues) -> tuple[tuple[str, str], ...]:
    """What is typed where the request as it stands takes no value from, or another one."""
    typed = {
        "no_pin_reason": (values.no_pin_reason, "" if values.pin else values.no_pin_reason),
        "birth_on": (values.birth_on, values.birth_on if read_day(values.birth_on) is not None else ""),
        "signatories_count": (values.signatories_count, str(_count(values.signatories_count) or "")),
        "signatories": (values.signatories, "\n".join(_lines(values.signatories))),
    }
    applies = {"no_pin_reason", "birth_on"} if not values.is_collective else set(typed)
    return tuple((name, text) for name, (text, value) in typed.items() if text != (value if name in applies else ""))


def _count(text: str) -> int:
    figures = text.strip()
    return int(figures) if figures.isdecimal() and len(figures) <= 7 else 0


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())
