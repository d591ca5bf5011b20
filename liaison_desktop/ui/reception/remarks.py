"""Soft checks as remarks on the form's fields: they warn and never refuse."""

from __future__ import annotations

from datetime import date

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import FieldProblem
from liaison_desktop.ui.errors import say_problem
from liaison_desktop.ui.reception.values import Remark
from liaison_desktop.workplace.words import tr
from server_sync.contract.person import PersonWarning, check_document, check_name, check_phone, check_pin, pin_facts

BEYOND_PAPER = "\u0530"
"""Before it stand Latin, Greek and Cyrillic, which every face of paper has."""
MARKS = "\u02bc\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d"
NAMES = ("surname", "given_name", "patronymic")


def remarks_on(draft: AppealDraft, today: date) -> tuple[Remark, ...]:
    """What is odd about the person of a draft, and the good word that a PIN is built correctly."""
    found: list[PersonWarning] = []
    if draft.pin:
        found += check_pin(draft.pin, draft.birth_on, draft.sex, today)
    for name in NAMES:
        found += check_name(getattr(draft, name), name)
    if draft.phone:
        found += check_phone(draft.phone)[1]
    if draft.document:
        found += check_document(draft.document)
    remarks = [_remark(warning) for warning in found]
    remarks += [remark for name in NAMES if (remark := _not_on_paper(name, getattr(draft, name))) is not None]
    if draft.pin and not any(warning.field == "pin" for warning in found) and pin_facts(draft.pin) is not None:
        remarks.append(("pin", "success", lambda: tr("built correctly")))
    return tuple(remarks)


def _not_on_paper(field: str, text: str) -> Remark | None:
    """What the receipt cannot show, told while the citizen is still here and can say how it is written otherwise."""
    if all(letter < BEYOND_PAPER or letter in MARKS for letter in text):
        return None
    from liaison_desktop.printing.letters import undrawable  # loads the drawing library: with the first such name

    missing = undrawable(text)
    if not missing:
        return None
    return (
        field,
        "warning",
        lambda: tr("The receipt will show □ for {letters}: no font here has them.", letters=missing),
    )


def _remark(warning: PersonWarning) -> Remark:
    problem = FieldProblem(warning.field, warning.code, dict(warning.params))
    return warning.field, "warning", lambda: say_problem(problem)
