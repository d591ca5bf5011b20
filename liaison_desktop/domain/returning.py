"""A person who was here before: what the form may take from their last request instead of having it typed again."""

from dataclasses import replace

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft
from server_sync.contract.folding import digits_in, fold_latin


def filled_from(draft: AppealDraft, person: PersonCard) -> AppealDraft:
    """The draft with name, PIN, telephone and address where nothing was typed yet; what was typed stays.

    The address goes as a whole, and only where neither village nor street is written.
    """
    known = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic", "phone", "email")}
    changes: dict[str, str] = {name: text for name, text in known.items() if text and not getattr(draft, name)}
    typed = dict(draft.as_typed)
    if person.pin and not draft.pin and not draft.no_pin_reason and "no_pin_reason" not in typed:
        changes["pin"] = person.pin
    address = person.address
    if (address.settlement or address.street) and not (draft.settlement or draft.street or "territory" in typed):
        changes["territory_code"] = address.territory_code
        changes["settlement"] = address.settlement
        changes["street"] = address.street
    return replace(draft, **changes)  # type: ignore[arg-type]  # each value is of the field it is named for


def named_otherwise(draft: AppealDraft, person: PersonCard) -> str:
    """The field, surname or given name, in which who has this PIN was another here; empty while none is.

    Letters that differ in spelling alone make no other name, and what is not typed yet makes none either.
    """
    fields = [_differs(draft, one) for one in (person, *person.others)]
    return fields[0] if all(fields) else ""


def known_as(draft: AppealDraft, person: PersonCard) -> PersonCard | None:
    """Whom of those with this PIN the draft means: who has the name typed, else the only one; None when it is open."""
    if not person.others:
        return person
    if not draft.surname.strip():
        return None
    return next((one for one in (person, *person.others) if not _differs(draft, one)), None)


def earlier_names(person: PersonCard) -> tuple[PersonCard, ...]:
    """All whom this PIN named here, the oldest first."""
    return (person, *person.others)


def with_name_of(draft: AppealDraft, person: PersonCard | AppealDraft) -> AppealDraft:
    """The draft with the name that this PIN had here, or that was typed."""
    return replace(draft, surname=person.surname, given_name=person.given_name, patronymic=person.patronymic)


def _differs(draft: AppealDraft, person: PersonCard) -> str:
    if not person.pin or digits_in(person.pin) != digits_in(draft.pin):
        return ""
    for name in ("surname", "given_name"):
        typed, known = getattr(draft, name), getattr(person, name)
        if typed.strip() and known and fold_latin(typed.strip()) != fold_latin(known):
            return name
    return ""
