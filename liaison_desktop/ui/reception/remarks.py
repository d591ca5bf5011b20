"""Soft checks as remarks on the form's fields: they warn and never refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import FieldProblem
from liaison_desktop.domain.returning import earlier_names, named_otherwise
from liaison_desktop.domain.tongue import tongue_of
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_problem
from liaison_desktop.ui.reception.values import Remark
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.person import (
    PersonWarning,
    check_document,
    check_email,
    check_name,
    check_phone,
    check_pin,
    pin_facts,
)

BEYOND_PAPER = "\u0530"
"""Before it stand Latin, Greek and Cyrillic, which every face of paper has."""
MARKS = "\u02bc\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2116"
TURNING = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
"""Unseen signs that show the words after them in another order; they come with pasted text."""
NAMES = ("surname", "given_name", "patronymic")
NAMES_MOST = 3
"""Earlier names of one PIN that are told."""
LISTS = {
    "territory": "territory_as_typed",
    "addressee": "addressee_not_chosen",
    "category": "category_not_chosen",
}
"""What is to be said of words typed into a list and not chosen."""


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
    found += check_email(draft.email)
    remarks = [*(_remark(warning) for warning in found), *(_soft(field, code) for field, code in _odd(draft, today))]
    printed = (*NAMES, "subject")
    remarks += [remark for name in printed if (remark := _not_on_paper(name, getattr(draft, name))) is not None]
    if draft.pin and not any(warning.field == "pin" for warning in found) and pin_facts(draft.pin) is not None:
        remarks.append(("pin", "success", lambda: tr("built correctly")))
    return tuple(remarks)


def say_may_stay() -> str:
    """What is to be done about another name when there is nothing to press."""
    return tr("The name may stay as typed.")


def remark_on_name(draft: AppealDraft, person: PersonCard | None, then: Say = say_may_stay) -> tuple[Remark, ...]:
    """Who has this PIN had another name here: said without a reproach, for names change."""
    field = named_otherwise(draft, person) if person is not None else ""
    if person is None or not field:
        return ()
    known = earlier_names(person)[:NAMES_MOST]

    def said() -> str:
        before = tr("This PIN was registered here before under the name {name}.", name=joined(map(_named, known)))
        return f"{before} {then()}"

    return ((field, "warning", said),)


def _named(person: PersonCard) -> str:
    """A name with the number of the request in which it stands."""
    name = " ".join(part for part in (person.surname, person.given_name) if part)
    numbers = [formats.unbroken(row.number) for row in person.rows[:1]]
    return " ".join([name, *(f"({number})" for number in numbers)])


def _odd(draft: AppealDraft, today: date) -> Iterator[tuple[str, str]]:
    """What is typed and not registered as it stands, or does not agree with what is chosen: field and code."""
    typed = dict(draft.as_typed)
    if draft.birth_on is not None and draft.birth_on > today:
        yield "birth_on", "birth_on_to_come"
    for name in typed:
        field = name.partition(".")[0]
        if field in LISTS:
            yield field, LISTS[field]
    if "no_pin_reason" in typed:
        yield "no_pin_reason", "reason_beside_pin"
    if not draft.is_collective and ("signatories" in typed or "signatories_count" in typed):
        yield "signatories_count", "signatories_beside_individual"
    if any(sign in name for name in draft.signatories for sign in ",;"):
        yield "signatories", "signatories_on_one_line"
    elif 0 < draft.signatories_count < len(draft.signatories):
        yield "signatories", "signatories_more_than_counted"
    if TURNING.intersection(draft.text):
        yield "text", "text_turned"
    if tongue_of(draft.text) not in ("", draft.language):
        yield "text", "language_differs"


def _soft(field: str, code: str) -> Remark:
    return field, "warning", lambda: say_problem(FieldProblem(field, code))


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
