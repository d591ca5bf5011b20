"""Looks at what a person gave of themselves and warns of what is unusual. Never refuses, never changes a letter.

A warning is a code with parameters; its words are chosen where it is shown. Facts about PIN, documents and phones are
those of working programs, not of a decree that could be read (docs/adr/0013).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from server_sync.contract.bodies import Sex
from server_sync.contract.folding import digits_in, is_mixed, narrow

PIN_DIGITS: Final = 14
OLDEST_YEAR: Final = 1900
NAME_LONG_CHARACTERS: Final = 60
HOME_REGION: Final = "KG"
"""Numbers written without a country are read as this country's."""

PHONE_LOOKED_AT_CHARACTERS: Final = 40
EMAIL_LOOKED_AT_CHARACTERS: Final = 254

Parameter = str | int

_PIN: Final = re.compile(r"[012][0-9]{13}")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015]+")
_PHONE: Final = re.compile(r"(?:(\+996)([0-9]{3})|(0[0-9]{3}))([0-9]{3})([0-9]{3})")
_EMAIL: Final = re.compile(r"[^\s@,;:<>()]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_TELEPHONE: Final = re.compile(r"\+?\d(?:[\d\s().\u2010-\u2015\u00ad-]*\d)?")
_EXTENSION: Final = re.compile(r"(?:доб|вн|внутр|ички|кош|ext|extn|int|#|[xх])\w*\.?\s*:?\s*$", re.IGNORECASE)
_SIDE_BY_SIDE: Final = re.compile(r"(?:(?:996|0)\d{9}){2,}")
_ONE_OF_THEM: Final = re.compile(r"(?:996|0)\d{9}")
PHONE_KEY_DIGITS: Final = 9
"""The digits of a number without the country or the zero before it: by them it is known again."""
PHONE_SHORT_DIGITS: Final = 5
"""A shorter one is an extension or no telephone."""
_DOCUMENT: Final = re.compile(r"[A-Z]{2}[0-9]{6,8}")
_DOCUMENT_LOOKS: Final = str.maketrans("АВСЕНІЈКМОРЅТУХ", "ABCEHIJKMOPSTYX")
_WORD: Final = re.compile(r"[^\W\d_]+")
_WRONG_LETTERS: Final = {"ѳ": "ө", "Ѳ": "Ө", "ӊ": "ң", "Ӊ": "Ң", "њ": "ң", "Њ": "Ң"}
_RIGHT: Final = str.maketrans(_WRONG_LETTERS)
_DOUBTFUL_LETTERS: Final = {"ў": "ү / ң", "Ў": "Ү / Ң"}
"""Some fonts show it for one and some for the other, and it is a letter of Uzbek: asked about, never guessed."""

_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LATIN_LOOKS: Final = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_PICTURES: Final = frozenset({"So", "Sk", "Cs", "Co"})


@dataclass(frozen=True, slots=True)
class PersonWarning:
    """Something unusual in a field: worth a look, never a reason to refuse."""

    code: str
    field: str
    params: tuple[tuple[str, Parameter], ...] = ()

    @property
    def values(self) -> dict[str, Parameter]:
        """The parameters by name, for the sentence that is shown."""
        return dict(self.params)


@dataclass(frozen=True, slots=True)
class PinFacts:
    """What a PIN says of its person; may fill the fields, never overrules them."""

    sex: Sex
    birth_on: date


class PersonLike(Protocol):
    """A person's fields, as in a body or a draft."""

    @property
    def surname(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def patronymic(self) -> str: ...
    @property
    def pin(self) -> str: ...
    @property
    def no_pin_reason(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def birth_on(self) -> date | None: ...
    @property
    def sex(self) -> Sex | None: ...
    @property
    def phone(self) -> str: ...


def check_person(person: PersonLike, today: date) -> tuple[PersonWarning, ...]:
    """Look at all fields of a person at once."""
    names = (("surname", person.surname), ("given_name", person.given_name), ("patronymic", person.patronymic))
    warnings = [warning for field, name in names for warning in check_name(name, field)]
    if person.pin or not person.no_pin_reason.strip():
        warnings.extend(check_pin(person.pin, person.birth_on, person.sex, today))
    warnings.extend(check_document(person.document))
    warnings.extend(check_phone(person.phone)[1])
    return tuple(warnings)


def pin_facts(pin: str) -> PinFacts | None:
    """Read sex and date of birth out of a PIN; None for an organisation's or an unusual one.

    Digit 1 is the sex (1 female, 2 male, 0 an organisation), digits 2–9 the date of birth as DDMMYYYY.
    """
    digits = _SEPARATORS.sub("", pin)
    if _PIN.fullmatch(digits) is None or digits[0] == "0":
        return None
    try:
        birth_on = date(int(digits[5:9]), int(digits[3:5]), int(digits[1:3]))
    except ValueError:
        return None
    return PinFacts(Sex.FEMALE if digits[0] == "1" else Sex.MALE, birth_on)


def check_pin(pin: str, birth_on: date | None, sex: Sex | None, today: date) -> tuple[PersonWarning, ...]:
    """Look at a PIN and whether it agrees with the other fields. The last digit is no known control digit."""
    return tuple(_pin_warnings(_SEPARATORS.sub("", pin), birth_on, sex, today))


def mask_pin(pin: str) -> str:
    """Show a PIN on a screen without what it tells of the person: `2******* 10047`."""
    digits = _SEPARATORS.sub("", pin)
    if len(digits) == PIN_DIGITS:
        return f"{digits[0]}{'*' * 7} {digits[-5:]}" if not digits.startswith("0") else f"{'*' * 9} {digits[-5:]}"
    return "*" * len(digits)


def group_phone(phone: str) -> str:
    """Show a number of this country in its groups, `+996 799 671 401`, to be read only; any other as it was typed."""
    found = _PHONE.fullmatch(phone)
    return "\u00a0".join(filter(None, found.groups())) if found is not None else phone


def check_name(name: str, field: str) -> tuple[PersonWarning, ...]:
    """Look at one part of a name for letters of another alphabet, wrong letters, digits, marks and unusual length."""
    return tuple(_name_warnings(name, field))


def repair_for_search(text: str) -> str:
    """Right the letters that were surely meant otherwise: ѳ as ө, ӊ and њ as ң, Latin look-alikes in Cyrillic words.

    For search and for the offer *"Ө instead of Ѳ?"* while typing. What was entered stays as it is.
    """
    without_marks = "".join(letter for letter in text.translate(_RIGHT) if letter not in _DIRECTION)
    return _WORD.sub(lambda found: _righted_word(found.group()), without_marks)


def check_phone(text: str) -> tuple[str | None, tuple[PersonWarning, ...]]:
    """Give a phone number in E.164 when it can be read at all, with what is unusual about it. Any country's will do.

    Of several numbers in one field the first that can be read, and what is unusual about any.
    """
    if not text.strip():
        return None, ()
    several = tuple(_telephones(text)) if len(text) <= 2 * PHONE_LOOKED_AT_CHARACTERS else ()
    if len(several) > 1:
        read = [check_phone(one) for one in several]
        warnings = tuple(dict.fromkeys(warning for _, found in read for warning in found))
        return next((number for number, _ in read if number is not None), None), warnings
    if len(text) > PHONE_LOOKED_AT_CHARACTERS:
        return None, (PersonWarning("phone_unreadable", "phone"),)
    import phonenumbers  # its tables take longer to load than the window may take to open

    try:
        number = phonenumbers.parse(_with_plus(text), HOME_REGION)
    except phonenumbers.NumberParseException:
        return None, (PersonWarning("phone_unreadable", "phone"),)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number):
        return None, (PersonWarning("phone_length_unusual", "phone", (("number", written),)),)
    if not phonenumbers.is_valid_number(number):
        return written, (PersonWarning("phone_not_in_use", "phone", (("number", written),)),)
    return written, ()


def phone_keys(text: str) -> tuple[str, ...]:
    """The telephones in a field, each by the digits it is known again by; extensions are left out.

    Nine digits for a whole number, whatever stands before them, and all of a short one (`62-12-34`).
    """
    return tuple(dict.fromkeys(digits_in(one)[-PHONE_KEY_DIGITS:] for one in _telephones(text)))


def _telephones(text: str) -> Iterator[str]:
    """Each telephone of a field as it was typed; extensions and what is too short are left out."""
    plain = narrow(text)
    for found in _TELEPHONE.finditer(plain):
        if _EXTENSION.search(plain, 0, found.start()):
            continue
        digits = digits_in(found.group())
        each = _ONE_OF_THEM.findall(digits) if _SIDE_BY_SIDE.fullmatch(digits) else [found.group()]
        yield from (one for one in each if len(digits_in(one)) >= PHONE_SHORT_DIGITS)


def check_document(text: str) -> tuple[PersonWarning, ...]:
    """Look at the number of a passport or ID card: two Latin letters and six to eight digits are usual."""
    if not text.strip():
        return ()
    plain = _SEPARATORS.sub("", text).upper()
    righted = plain.translate(_DOCUMENT_LOOKS)
    if _DOCUMENT.fullmatch(plain):
        return ()
    if _DOCUMENT.fullmatch(righted):
        return (PersonWarning("document_letters_cyrillic", "document", (("suggestion", righted),)),)
    return (PersonWarning("document_unusual", "document"),)


def check_email(text: str) -> tuple[PersonWarning, ...]:
    """Look whether an e-mail address has the shape of one; whether it is anybody's only a letter can tell."""
    plain = text.strip()
    if not plain:
        return ()
    if len(plain) <= EMAIL_LOOKED_AT_CHARACTERS and _EMAIL.fullmatch(plain) is not None and ".." not in plain:
        return ()
    return (PersonWarning("email_unusual", "email"),)


def _pin_warnings(pin: str, birth_on: date | None, sex: Sex | None, today: date) -> Iterator[PersonWarning]:
    if not pin:
        yield PersonWarning("pin_missing", "pin")
        return
    if not (pin.isascii() and pin.isdigit()):
        yield PersonWarning("pin_not_digits", "pin")
        return
    if len(pin) != PIN_DIGITS:
        yield PersonWarning("pin_length_unusual", "pin", (("length", len(pin)), ("usual", PIN_DIGITS)))
        return
    if pin[0] == "0":
        yield PersonWarning("pin_of_organisation", "pin")
        return
    if pin[0] not in "12":
        yield PersonWarning("pin_first_digit_unusual", "pin", (("digit", pin[0]),))
        return
    facts = pin_facts(pin)
    if facts is None or facts.birth_on.year < OLDEST_YEAR:
        yield PersonWarning("pin_date_impossible", "pin")
        return
    if facts.birth_on > today:
        yield PersonWarning("pin_date_in_future", "pin")
    if birth_on is not None and birth_on != facts.birth_on:
        yield PersonWarning("pin_birth_differs", "pin", (("pin_says", f"{facts.birth_on:%d.%m.%Y}"),))
    if sex is not None and sex is not facts.sex:
        yield PersonWarning("pin_sex_differs", "pin", (("pin_says", facts.sex.name.lower()),))


def _name_warnings(name: str, field: str) -> Iterator[PersonWarning]:
    if len(name) > NAME_LONG_CHARACTERS:
        yield PersonWarning("name_long", field, (("length", len(name)), ("usual", NAME_LONG_CHARACTERS)))
    mixed = next((word for word in _WORD.findall(name) if is_mixed(word)), None)
    if mixed is not None:
        yield PersonWarning("name_mixes_alphabets", field, (("word", mixed), ("suggestion", _righted_word(mixed))))
    meant = _WRONG_LETTERS | _DOUBTFUL_LETTERS
    wrong = next((letter for letter in name if letter in meant), None)
    if wrong is not None:
        yield PersonWarning("name_letter_unusual", field, (("letter", wrong), ("suggestion", meant[wrong])))
    if any(letter.isdigit() for letter in name):
        yield PersonWarning("name_has_digits", field)
    if any(unicodedata.category(letter) in _PICTURES for letter in name):
        yield PersonWarning("name_has_pictures", field)
    if any(unicodedata.category(letter) in {"Cf", "Cc"} for letter in name):
        yield PersonWarning("name_has_invisible_marks", field)
    if name != name.strip() or "  " in name:
        yield PersonWarning("name_has_extra_spaces", field)


def _righted_word(word: str) -> str:
    return word.translate(_LATIN_LOOKS) if is_mixed(word) else word


def _with_plus(text: str) -> str:
    """Read 996… and 00996… as the country's code written without its plus."""
    digits = re.sub(r"\D", "", text)
    if not text.lstrip().startswith("+") and digits.startswith("996") and len(digits) == 12:
        return f"+{digits}"
    return text
