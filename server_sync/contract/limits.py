"""Says what a request may hold, field by field, and names every breach at once.

Odd content (a PIN of thirteen digits, emoji, HTML, direction marks) is no breach: what a citizen said is kept to the
letter. Refused is only what cannot be kept, shown or answered.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from server_sync.contract import bodies
from server_sync.contract.bodies import ADDRESS_CHARACTERS, SHORT_CHARACTERS, TEXT_CHARACTERS
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import BODY_LIMIT_BYTES
from server_sync.contract.messages import BLOB_LIMIT_BYTES
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.territory import LANGUAGES

NAME_UNUSUAL_CHARACTERS: Final = 120
"""From here on a name is asked about (contract.person)."""

NAME_CHARACTERS: Final = SHORT_CHARACTERS
SUBJECT_CHARACTERS: Final = 200
PIN_CHARACTERS: Final = 64
PHONE_CHARACTERS: Final = 64
DOCUMENT_CHARACTERS: Final = 64
EMAIL_CHARACTERS: Final = 254
CATEGORIES_COUNT: Final = 10
SIGNATORIES_COUNT: Final = 2_000
SIGNATORIES_CLAIMED: Final = 1_000_000
ATTACHMENTS_COUNT: Final = 100
FILE_NAME_CHARACTERS: Final = 255
MEDIA_TYPE_CHARACTERS: Final = 100
ATTACHMENT_BYTES: Final = BLOB_LIMIT_BYTES
REQUEST_BYTES: Final = BODY_LIMIT_BYTES - 2 * 1_024
"""All a request says, as it is written; the rest of the body is left to dates, codes and the term."""

LETTER_BYTES: Final = 4
"""Of one letter in UTF-8, at most."""

TEXT_HEAD_BYTES: Final = 5
"""What CBOR writes before a text, at most."""

ATTACHMENT_HEAD_BYTES: Final = 96
"""An attachment's id, key and size as they are written."""

_UNSOUND: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSOUND_IN_LINES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What programs write where a line ends: Word's Shift+Enter is U+000B, a PDF's page ends by U+000C."""
_PASTED_ENDS: Final = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")
_GAPS: Final = re.compile(r"\r\n|[\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]")
_BLANK_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc"})


class ApplicantLike(Protocol):
    """The person's texts, as in a body or a draft."""

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
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


class AddressLike(Protocol):
    """Where the person lives, as in a body or a draft."""

    @property
    def territory_code(self) -> str: ...
    @property
    def settlement(self) -> str: ...
    @property
    def street(self) -> str: ...


class AttachmentLike(Protocol):
    """A file by name, type and size, as in a body or a draft."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...


class RegistrationLike(Protocol):
    """What is checked before a number is given: a registering body, or a draft that is about to become one."""

    @property
    def kind(self) -> bodies.AppealKind | None: ...
    @property
    def form(self) -> bodies.AppealForm | None: ...
    @property
    def language(self) -> str: ...
    @property
    def applicant(self) -> ApplicantLike: ...
    @property
    def address(self) -> AddressLike: ...
    @property
    def addressee_code(self) -> str: ...
    @property
    def addressee_site(self) -> str: ...
    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def signatories_count(self) -> int: ...
    @property
    def signatories(self) -> Sequence[str]: ...
    @property
    def attachments(self) -> Sequence[AttachmentLike]: ...


def check_registration(body: RegistrationLike, book: ReferenceBook) -> tuple[InvalidField, ...]:
    """List every breach of a request, empty when it may be registered.

    Codes: `kind_unknown`, `form_unknown`, `language_unknown`, `name_empty`, `category_missing`, `category_unknown`,
    `category_repeated`, `addressee_empty`, `addressee_unknown`, `territory_unknown`, `text_empty`, `text_too_long`,
    `subject_empty`, `too_many`, `attachment_empty`, `attachment_too_large`, `number_out_of_range`,
    `request_too_large`, `control_character`, `lone_surrogate`.
    """
    return tuple(_breaches(body, book))


def check_text(field: str, text: str, limit: int, *, is_long: bool = False) -> Iterator[InvalidField]:
    """Check one text: its length, lone surrogates and control characters; long texts may hold lines and tabs."""
    if len(text) > limit:
        yield InvalidField("text_too_long", field=field, length=len(text), limit=limit)
    found = (_UNSOUND_IN_LINES if is_long else _UNSOUND).search(text)
    if found is None:
        return
    letter, place = found[0], found.start() + 1
    if "\ud800" <= letter <= "\udfff":
        yield InvalidField("lone_surrogate", field=field, place=place)
    else:
        yield InvalidField("control_character", field=field, place=place, character=f"U+{ord(letter):04X}")


def settle_line_ends(text: str, *, is_long: bool = False) -> str:
    """Write every kind of line end as one: a line end in a long text, a space where there is one line only."""
    return _LINE_ENDS.sub("\n", text) if is_long else _GAPS.sub(" ", text)


def settle_pasted(text: str, *, is_long: bool = False) -> str:
    """Write line ends of word processors and PDFs as ours, and leave a long text to the letter otherwise."""
    return _PASTED_ENDS.sub("\n", text) if is_long else _GAPS.sub(" ", text)


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: spaces, line ends, invisible marks only."""
    return all(unicodedata.category(letter) in _BLANK_CATEGORIES for letter in text)


def _breaches(body: RegistrationLike, book: ReferenceBook) -> Iterator[InvalidField]:
    if not _is_one_of(body.kind, bodies.AppealKind):
        yield InvalidField("kind_unknown", field="kind")
    if not _is_one_of(body.form, bodies.AppealForm):
        yield InvalidField("form_unknown", field="form")
    if body.language not in LANGUAGES:
        yield InvalidField("language_unknown", field="language")
    yield from _applicant(body.applicant)
    yield from _address(body.address, book)
    yield from _addressee(body, book)
    yield from _categories(body.categories, book)
    yield from _said(body)
    yield from _signatories(body)
    yield from _attachments(body.attachments)
    size = _size(body)
    if size > REQUEST_BYTES:
        yield InvalidField("request_too_large", field="text", size=size, limit=REQUEST_BYTES)


def _size(body: RegistrationLike) -> int:
    """Bytes of a request as it is written; of one that is surely small enough no more than an upper bound."""
    texts = tuple(_texts(body))
    heads = len(texts) * TEXT_HEAD_BYTES + len(body.attachments) * ATTACHMENT_HEAD_BYTES
    at_most = LETTER_BYTES * sum(map(len, texts)) + heads
    if at_most <= REQUEST_BYTES:
        return at_most
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) + heads


def _is_one_of(value: object, kind: type[bodies.AppealKind] | type[bodies.AppealForm]) -> bool:
    return isinstance(value, kind)


def _applicant(person: ApplicantLike) -> Iterator[InvalidField]:
    if is_blank(person.surname) and is_blank(person.given_name):
        yield InvalidField("name_empty", field="surname")
    yield from check_text("surname", person.surname, NAME_CHARACTERS)
    yield from check_text("given_name", person.given_name, NAME_CHARACTERS)
    yield from check_text("patronymic", person.patronymic, NAME_CHARACTERS)
    yield from check_text("pin", person.pin, PIN_CHARACTERS)
    yield from check_text("no_pin_reason", person.no_pin_reason, SHORT_CHARACTERS)
    yield from check_text("document", person.document, DOCUMENT_CHARACTERS)
    yield from check_text("phone", person.phone, PHONE_CHARACTERS)
    yield from check_text("email", person.email, EMAIL_CHARACTERS)


def _address(address: AddressLike, book: ReferenceBook) -> Iterator[InvalidField]:
    if address.territory_code and book.site(address.territory_code) is None:
        yield InvalidField("territory_unknown", field="territory_code")
    yield from check_text("settlement", address.settlement, SHORT_CHARACTERS)
    yield from check_text("street", address.street, ADDRESS_CHARACTERS)


def _addressee(body: RegistrationLike, book: ReferenceBook) -> Iterator[InvalidField]:
    if not body.addressee_code:
        yield InvalidField("addressee_empty", field="addressee_code")
    elif book.position(body.addressee_code) is None and book.body(body.addressee_code) is None:
        yield InvalidField("addressee_unknown", field="addressee_code")
    elif body.addressee_site and book.site(body.addressee_site) is None:
        yield InvalidField("addressee_unknown", field="addressee_site")


def _categories(categories: Sequence[str], book: ReferenceBook) -> Iterator[InvalidField]:
    if not categories:
        yield InvalidField("category_missing", field="categories")
    if len(categories) > CATEGORIES_COUNT:
        yield InvalidField("too_many", field="categories", count=len(categories), limit=CATEGORIES_COUNT)
    for code in dict.fromkeys(categories[: CATEGORIES_COUNT + 1]):
        if book.category(code) is None:
            yield InvalidField("category_unknown", field="categories", category=code[:16])
    if len(set(categories)) < len(categories):
        yield InvalidField("category_repeated", field="categories")


def _said(body: RegistrationLike) -> Iterator[InvalidField]:
    if is_blank(body.subject):
        yield InvalidField("subject_empty", field="subject")
    yield from check_text("subject", body.subject, SUBJECT_CHARACTERS)
    if is_blank(body.text):
        yield InvalidField("text_empty", field="text")
    yield from check_text("text", body.text, TEXT_CHARACTERS, is_long=True)


def _signatories(body: RegistrationLike) -> Iterator[InvalidField]:
    if len(body.signatories) > SIGNATORIES_COUNT:
        yield InvalidField("too_many", field="signatories", count=len(body.signatories), limit=SIGNATORIES_COUNT)
        return
    if not 0 <= body.signatories_count <= SIGNATORIES_CLAIMED:
        yield InvalidField("number_out_of_range", field="signatories_count", limit=SIGNATORIES_CLAIMED)
    for name in body.signatories:
        yield from check_text("signatories", name, NAME_CHARACTERS)


def _attachments(attachments: Sequence[AttachmentLike]) -> Iterator[InvalidField]:
    if len(attachments) > ATTACHMENTS_COUNT:
        yield InvalidField("too_many", field="attachments", count=len(attachments), limit=ATTACHMENTS_COUNT)
        return
    for file in attachments:
        yield from check_attachment(file)


def check_attachment(file: AttachmentLike) -> Iterator[InvalidField]:
    """Check one file by name, type and size."""
    yield from check_text("attachments", file.name, FILE_NAME_CHARACTERS)
    yield from check_text("attachments", file.media_type, MEDIA_TYPE_CHARACTERS)
    if file.size_bytes < 1:
        yield InvalidField("attachment_empty", field="attachments", file=file.name[:FILE_NAME_CHARACTERS])
    elif file.size_bytes > ATTACHMENT_BYTES:
        yield InvalidField(
            "attachment_too_large",
            field="attachments",
            file=file.name[:FILE_NAME_CHARACTERS],
            size=file.size_bytes,
            limit=ATTACHMENT_BYTES,
        )


def _texts(body: RegistrationLike) -> Iterable[str]:
    person, address = body.applicant, body.address
    yield from (body.subject, body.text, *body.signatories)
    yield from (text for file in body.attachments for text in (file.name, file.media_type))
    yield from (person.surname, person.given_name, person.patronymic, person.pin, person.no_pin_reason)
    yield from (person.document, person.phone, person.email, address.settlement, address.street)
