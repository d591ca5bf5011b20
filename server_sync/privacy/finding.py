"""What was found in a text that could point to a person: what it is, where it stands, why it was taken for that."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import sha256


class Kind(StrEnum):
    """What was found."""

    PIN = "pin"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT = "document"
    PLATE = "plate"
    ADDRESS = "address"
    NAME = "name"


class Grade(IntEnum):
    """How much it weighs: what is serious has to be struck out, or kept with a reason; the other is shown."""

    LOW = 1
    SERIOUS = 2


class Reason(StrEnum):
    """Why it was taken for what it is."""

    OF_REQUEST = "of_request"
    FOURTEEN_DIGITS = "fourteen_digits"
    PIN_OF_ORGANISATION = "pin_of_organisation"
    DIGITS_IN_WORDS = "digits_in_words"
    CARD_DIGITS = "card_digits"
    MAIL_ADDRESS = "mail_address"
    MAIL_IN_WORDS = "mail_in_words"
    ACCOUNT = "account"
    PHONE_SHAPE = "phone_shape"
    PHONE_WORD = "phone_word"
    DOCUMENT_SHAPE = "document_shape"
    DOCUMENT_WORD = "document_word"
    PLATE_SHAPE = "plate_shape"
    STREET_AND_HOUSE = "street_and_house"
    VILLAGE_AND_HOUSE = "village_and_house"
    FLAT = "flat"
    LIVES_AT = "lives_at"
    GIVEN_NAME = "given_name"
    SURNAME = "surname"
    PATRONYMIC = "patronymic"
    KINSHIP = "kinship"
    INITIALS = "initials"
    CALLED_SO = "called_so"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Finding:
    """One trace of a person; `text[start:end]` of the text that was searched is `text` here."""

    kind: Kind
    start: int
    end: int
    text: str
    reason: Reason
    grade: Grade = Grade.SERIOUS

    @property
    def mark(self) -> str:
        """By what a person's word about it is known again: without the words, for each trace another."""
        return sha256(f"{self.kind}\0{self.text}".encode()).hexdigest()[:16]

    @property
    def is_serious(self) -> bool:
        """Whether nothing is published before a person said what becomes of it."""
        return self.grade is Grade.SERIOUS


@dataclass(frozen=True, slots=True)
class Known:
    """What a request says of its own people: found wherever it stands."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Telephones."""
    pin: str = ""
    document: str = ""
    email: str = ""
    street: str = ""


NOBODY = Known()
