"""Soft checks of what identifies a person: PIN, names, phone, document. They warn and never refuse.

People come with old numbers, foreign telephones and names that no rule foresaw; what they say is stored to the letter.
The structure of the PIN is known from working programs, not from the decree itself (619 of 2017), so a mismatch is a
question to the clerk and nothing more.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from server_sync.contract.bodies import Sex
from server_sync.contract.errors import Parameter

PIN_DIGITS: Final = 14
LONG_NAME: Final = 60
EARLIEST_BIRTH: Final = date(1900, 1, 1)
_PIN_GAPS: Final = re.compile(r"[\s\-]")
_DOCUMENT: Final = re.compile(r"[A-Z]{2}\d{6,8}", re.ASCII)
_DOCUMENT_LOOKALIKES: Final = str.maketrans("АВЕІКМНОРСТУХ", "ABEIKMHOPCTYX")
_REPAIRS: Final = str.maketrans({"ѳ": "ө", "Ѳ": "Ө", "ӊ": "ң", "Ӊ": "Ң", "њ": "ң", "Њ": "Ң"})
_WRONG_LETTERS: Final = frozenset("ѳѲўЎӊӉњЊ")
_DIRECTION: Final = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class PersonWarning:
    """Something odd that a clerk may want to look at again."""

    code: str
    field: str
    params: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PinFacts:
    """What a PIN says of its holder."""

    sex: Sex
    birth_on: date


def pin_facts(pin: str) -> PinFacts | None:
    """Read sex and date of birth out of a person's PIN; None when it is not built like one."""
    digits = _PIN_GAPS.sub("", pin)
    if len(digits) != PIN_DIGITS or not (digits.isascii() and digits.isdigit()) or digits[0] not in "12":
        return None
    try:
        birth_on = date(int(digits[5:9]), int(digits[3:5]), int(digits[1:3]))
    except ValueError:
        return None
    return PinFacts(Sex.FEMALE if digits[0] == "1" else Sex.MALE, birth_on)


def check_pin(pin: str, birth_on: date | None, sex: Sex | None, today: date) -> tuple[PersonWarning, ...]:
    """Say what is odd about a PIN; an empty one is nobody's business here."""
    digits = _PIN_GAPS.sub("", pin)
    if not digits:
        return ()
    if not (digits.isascii() and digits.isdigit()):
        return (PersonWarning("pin_not_digits", "pin"),)
    if len(digits) != PIN_DIGITS:
        return (PersonWarning("pin_length", "pin", {"digits": len(digits), "wanted": PIN_DIGITS}),)
    if digits[0] == "0":
        return (PersonWarning("pin_of_organisation", "pin"),)
    facts = pin_facts(digits)
    if facts is None or not EARLIEST_BIRTH <= facts.birth_on <= today:
        return (PersonWarning("pin_structure", "pin"),)
    warnings = []
    if birth_on is not None and birth_on != facts.birth_on:
        warnings.append(PersonWarning("pin_birth_differs", "pin"))
    if sex is not None and sex != facts.sex:
        warnings.append(PersonWarning("pin_sex_differs", "pin"))
    return tuple(warnings)


def mask_pin(pin: str) -> str:
    """The PIN as screens and lists show it: sex and birth hidden, the last five digits left."""
    digits = _PIN_GAPS.sub("", pin)
    if len(digits) != PIN_DIGITS:
        return "*" * max(0, len(digits) - 2) + digits[-2:]
    return f"{digits[0]}******* {digits[9:]}"


def check_name(name: str, name_field: str) -> tuple[PersonWarning, ...]:
    """Say what is odd about a part of a name."""
    warnings = []
    scripts = {_script(letter) for letter in name if letter.isalpha()}
    if {"LATIN", "CYRILLIC"} <= scripts:
        warnings.append(PersonWarning("name_mixes_alphabets", name_field))
    if any(letter in _WRONG_LETTERS for letter in name):
        warnings.append(PersonWarning("name_wrong_letters", name_field, {"suggestion": repair_name(name)}))
    if any(letter.isdigit() for letter in name):
        warnings.append(PersonWarning("name_has_digits", name_field))
    if _DIRECTION.search(name):
        warnings.append(PersonWarning("name_invisible_marks", name_field))
    if any(unicodedata.category(letter) in {"So", "Sk", "Cn", "Co"} for letter in name):
        warnings.append(PersonWarning("name_has_signs", name_field))
    if len(name) > LONG_NAME:
        warnings.append(PersonWarning("name_long", name_field, {"characters": len(name)}))
    return tuple(warnings)


def repair_name(name: str) -> str:
    """What was probably meant: ѳ is ө, ӊ and њ are ң; offered to the clerk, never written by itself."""
    return name.translate(_REPAIRS)


def check_phone(typed: str, region: str = "KG") -> tuple[str | None, tuple[PersonWarning, ...]]:
    """A telephone number as E.164 if it can be one, and what is odd about it. Any country's number is welcome."""
    import phonenumbers  # its tables take 60 ms, which the start of a program does not wait for

    if not typed.strip():
        return None, ()
    text = typed.strip()
    if text.startswith("996"):
        text = f"+{text}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None, (PersonWarning("phone_unreadable", "phone"),)
    if not phonenumbers.is_possible_number(number):
        return None, (PersonWarning("phone_length", "phone"),)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number):
        return written, (PersonWarning("phone_unusual", "phone"),)
    return written, ()


def check_document(typed: str) -> tuple[PersonWarning, ...]:
    """Say whether a document's number looks like none that is known here; free text is allowed."""
    if not typed.strip():
        return ()
    plain = latin_document(typed)
    return () if _DOCUMENT.fullmatch(plain) else (PersonWarning("document_unusual", "document"),)


def latin_document(typed: str) -> str:
    """A document's number with the Cyrillic letters that look Latin turned into Latin, for comparing."""
    return re.sub(r"[\s№-]", "", typed).upper().translate(_DOCUMENT_LOOKALIKES)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "OTHER").split(" ", 1)[0]
