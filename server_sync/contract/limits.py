"""What a request must have to be registered; everything odd beyond that is a warning (contract.person).

Checks never change a text: what a citizen said is stored to the letter.
"""

import re
from datetime import date
from typing import Final, Protocol

from server_sync.contract.bodies import (
    ADDRESS_CHARACTERS,
    NOTE_CHARACTERS,
    SHORT_CHARACTERS,
    TEXT_CHARACTERS,
    AppealForm,
    AppealKind,
    Applicant,
)
from server_sync.contract.errors import InvalidField
from server_sync.contract.reference import ReferenceBook

__all__ = ["ADDRESS_CHARACTERS", "NOTE_CHARACTERS", "SHORT_CHARACTERS", "TEXT_CHARACTERS", "check_registration"]

CATEGORIES_MOST: Final = 10
ATTACHMENTS_MOST: Final = 100
SIGNATORIES_MOST: Final = 2_000
LANGUAGES: Final = frozenset({"ky", "ru", "en"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Registrable(Protocol):
    """What is checked: the typed body of a registration, or a draft with the same fields."""

    @property
    def kind(self) -> AppealKind: ...
    @property
    def form(self) -> AppealForm: ...
    @property
    def language(self) -> str: ...
    @property
    def applicant(self) -> Applicant: ...
    @property
    def addressee_code(self) -> str: ...
    @property
    def addressee_site(self) -> str: ...
    @property
    def categories(self) -> tuple[str, ...]: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def is_collective(self) -> bool: ...
    @property
    def signatories_count(self) -> int: ...


def check_registration(found: Registrable, book: ReferenceBook) -> tuple[InvalidField, ...]:
    """All that keeps a request from being registered, field by field; empty when it may be."""
    problems = [
        *_text_problems("text", found.text, TEXT_CHARACTERS),
        *_text_problems("subject", found.subject, SHORT_CHARACTERS),
    ]
    applicant = found.applicant
    if not applicant.surname.strip() and not applicant.given_name.strip():
        problems.append(InvalidField("name_empty", field="surname"))
    for field in ("surname", "given_name", "patronymic", "no_pin_reason"):
        problems += _sound(field, getattr(applicant, field), SHORT_CHARACTERS)
    for field, most in (("pin", 64), ("document", 64), ("phone", 64), ("email", 254)):
        problems += _sound(field, getattr(applicant, field), most)
    if found.language not in LANGUAGES:
        problems.append(InvalidField("language_unknown", field="language"))
    if not found.categories:
        problems.append(InvalidField("category_empty", field="categories"))
    if len(found.categories) > CATEGORIES_MOST:
        problems.append(InvalidField("too_many", field="categories", limit=CATEGORIES_MOST))
    problems += [
        InvalidField("category_unknown", field="categories", value=code[:16])
        for code in found.categories
        if code not in book.categories
    ]
    if not found.addressee_code:
        problems.append(InvalidField("addressee_empty", field="addressee"))
    elif book.body(found.addressee_code, found.addressee_site) is None:
        problems.append(InvalidField("addressee_unknown", field="addressee"))
    if found.is_collective and found.signatories_count < 2:
        problems.append(InvalidField("signatories_too_few", field="signatories_count", limit=2))
    return tuple(problems)


def is_sound_text(text: str) -> bool:
    """Whether a text can be stored: no control characters but tab and line ends, no lone surrogates."""
    if _CONTROL.search(text):
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def check_birth(birth_on: date, today: date) -> bool:
    """Whether somebody alive can have been born on that day."""
    return date(1900, 1, 1) <= birth_on <= today


def _text_problems(field: str, text: str, most: int) -> list[InvalidField]:
    if not text.strip():
        return [InvalidField(f"{field}_empty", field=field)]
    return _sound(field, text, most)


def _sound(field: str, text: str, most: int) -> list[InvalidField]:
    if len(text) > most:
        return [InvalidField("text_too_long", field=field, limit=most)]
    if not is_sound_text(text):
        return [InvalidField("text_unsound", field=field)]
    return []
