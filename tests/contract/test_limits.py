"""Every breach of a request is named at once; what is only odd is kept to the letter."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.bodies import (
    TEXT_CHARACTERS,
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    Applicant,
    Attachment,
    DueTerm,
)
from server_sync.contract.events import BODY_LIMIT_BYTES, EventKind, Header, make_event, read_event
from server_sync.contract.limits import (
    ATTACHMENT_BYTES,
    ATTACHMENTS_COUNT,
    CATEGORIES_COUNT,
    NAME_CHARACTERS,
    REQUEST_BYTES,
    SIGNATORIES_COUNT,
    SUBJECT_CHARACTERS,
    check_registration,
    is_blank,
)
from tests.contract.shipped import BOOK, sample_requests

FILE = Attachment(blob_id=bytes(32), blob_key=bytes(32), name="арыз.pdf", media_type="application/pdf", size_bytes=1)
SOUND = AppealRegistered(
    kind=AppealKind.APPLICATION,
    form=AppealForm.WRITTEN,
    language="ky",
    applicant=Applicant(surname="Асанова", given_name="Айгүл"),
    address=Address("KG-C-ALA", "Лебединовка", "Ленин, 1"),
    answer_by=AnswerBy.LETTER,
    addressee_code="AKIM",
    addressee_site="KG-C-ALA",
    categories=("03.03",),
    subject="Ичүүчү суу",
    text="Көчөдө суу жок.",
    registered_on=date(2026, 11, 23),
    due=DueTerm(),
)
HEADER = Header(epoch=bytes(16), seq=1, kind=EventKind.APPEAL_REGISTERED, wall_ms=0, monotonic_ms=0, boot=bytes(8))


def breaches(body: AppealRegistered) -> list[tuple[str, str]]:
    return [(breach.code, breach.field) for breach in check_registration(body, BOOK)]


def changed(**fields: Any) -> AppealRegistered:
    """Change fields, also to what their types forbid: drafts and newer programs may do so."""
    return replace(SOUND, **fields)


def applicant(**fields: Any) -> AppealRegistered:
    return replace(SOUND, applicant=replace(SOUND.applicant, **fields))


def test_a_sound_request_may_be_registered() -> None:
    assert breaches(SOUND) == []
    assert breaches(replace(SOUND, attachments=(FILE,), addressee_code="PM", addressee_site="")) == []


@pytest.mark.parametrize(
    ("body", "breach"),
    [
        (replace(SOUND, text=""), ("text_empty", "text")),
        (replace(SOUND, text=" \n\u200b\u00a0"), ("text_empty", "text")),
        (replace(SOUND, text="а" * (TEXT_CHARACTERS + 1)), ("text_too_long", "text")),
        (replace(SOUND, subject=" "), ("subject_empty", "subject")),
        (replace(SOUND, subject="а" * (SUBJECT_CHARACTERS + 1)), ("text_too_long", "subject")),
        (replace(SOUND, subject="а\nб"), ("control_character", "subject")),
        (replace(SOUND, categories=()), ("category_missing", "categories")),
        (replace(SOUND, categories=("99.99",)), ("category_unknown", "categories")),
        (replace(SOUND, categories=("03.03", "03.03")), ("category_repeated", "categories")),
        (replace(SOUND, addressee_code=""), ("addressee_empty", "addressee_code")),
        (replace(SOUND, addressee_code="KING"), ("addressee_unknown", "addressee_code")),
        (replace(SOUND, addressee_site="KG-X"), ("addressee_unknown", "addressee_site")),
        (replace(SOUND, address=Address("KG-X")), ("territory_unknown", "territory_code")),
        (replace(SOUND, language="de"), ("language_unknown", "language")),
        (changed(kind=7), ("kind_unknown", "kind")),
        (changed(kind=None), ("kind_unknown", "kind")),
        (changed(form=None), ("form_unknown", "form")),
        (replace(SOUND, signatories_count=-1), ("number_out_of_range", "signatories_count")),
        (replace(SOUND, signatories=("а",) * (SIGNATORIES_COUNT + 1)), ("too_many", "signatories")),
        (replace(SOUND, attachments=(FILE,) * (ATTACHMENTS_COUNT + 1)), ("too_many", "attachments")),
        (replace(SOUND, attachments=(replace(FILE, size_bytes=0),)), ("attachment_empty", "attachments")),
        (
            replace(SOUND, attachments=(replace(FILE, size_bytes=ATTACHMENT_BYTES + 1),)),
            ("attachment_too_large", "attachments"),
        ),
        (applicant(surname="", given_name=" "), ("name_empty", "surname")),
        (applicant(surname="а" * (NAME_CHARACTERS + 1)), ("text_too_long", "surname")),
        (applicant(given_name="Ай\x00гүл"), ("control_character", "given_name")),
        (applicant(given_name="\ud83d"), ("lone_surrogate", "given_name")),
        (replace(SOUND, text="а\x1bб"), ("control_character", "text")),
        (replace(SOUND, text="а\x85б"), ("control_character", "text")),
        (replace(SOUND, text="а\udc00"), ("lone_surrogate", "text")),
    ],
)
def test_a_breach_is_named_with_its_field(body: AppealRegistered, breach: tuple[str, str]) -> None:
    assert breach in breaches(body)


def test_too_many_categories_are_named() -> None:
    codes = tuple(category.code for category in BOOK.categories[: CATEGORIES_COUNT + 1])
    assert breaches(replace(SOUND, categories=codes)) == [("too_many", "categories")]


def test_all_breaches_are_told_at_once() -> None:
    worst = changed(kind=None, text="", subject="", categories=("99",), addressee_code="", applicant=Applicant())
    assert {code for code, _ in breaches(worst)} == {
        "kind_unknown",
        "text_empty",
        "subject_empty",
        "category_unknown",
        "addressee_empty",
        "name_empty",
    }


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        '=HYPERLINK("http://example.org")',
        "🙂👨‍👩‍👧",
        "\u202eтекст\u202c \u200f",
        "Ѳкмѳт Кеўеш",
        "e\u0301 é",
        "  боштуктар  \n\tсап\r\n",
        "ﬁ № ½",
    ],
)
def test_what_a_citizen_said_is_kept_to_the_letter(said: str) -> None:
    body = replace(SOUND, text=f"{said} сөз", applicant=replace(SOUND.applicant, pin="1234567890123", phone="жок"))
    assert breaches(body) == []
    read = read_event(make_event(HEADER, body, bytes(16)))
    assert isinstance(read.body, AppealRegistered)
    assert read.body.text == f"{said} сөз"
    assert read.body == body


def test_a_name_of_300_letters_is_kept_and_one_of_301_is_refused() -> None:
    assert breaches(applicant(surname="Ө" * 300)) == []
    assert breaches(applicant(surname="Ө" * 301)) == [("text_too_long", "surname")]


def test_a_text_of_a_megabyte_is_refused_by_name() -> None:
    assert [code for code, _ in breaches(replace(SOUND, text="а" * 1_000_000))] == [
        "text_too_long",
        "request_too_large",
    ]


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200),
    st.integers(0, 100_000),
    st.integers(0, SIGNATORIES_COUNT),
)
def test_whatever_may_be_registered_fits_into_an_event(said: str, repeated: int, signatories: int) -> None:
    text = (said * (repeated // len(said) + 1))[:repeated]
    body = replace(SOUND, text=text, signatories=("Ө" * 20,) * signatories, attachments=(FILE,) * ATTACHMENTS_COUNT)
    if breaches(body):
        return
    event = make_event(HEADER, body, bytes(16))
    assert len(event.body) <= BODY_LIMIT_BYTES
    assert read_event(event).body == body


def test_the_room_left_beside_the_texts_is_enough_for_a_hundred_attachments_and_all_signatories() -> None:
    signatories = ("Ө" * 10,) * SIGNATORIES_COUNT
    fixed = replace(SOUND, signatories=signatories, attachments=(FILE,) * ATTACHMENTS_COUNT, text="а")
    most = REQUEST_BYTES // 4
    while breaches(body := replace(fixed, text="\U0001f642" * most)):
        most -= 64
    assert most > 40_000
    assert read_event(make_event(HEADER, body, bytes(16))).body == body


def test_every_sample_request_may_be_registered() -> None:
    kinds = {kind.name.lower(): kind for kind in AppealKind}
    forms = {form.name.lower(): form for form in AppealForm}
    for request in sample_requests():
        citizen = request["citizen"]
        body = replace(
            SOUND,
            kind=kinds[request["kind"]],
            form=forms[request["form"]],
            language=request["language"],
            applicant=Applicant(
                surname=citizen["surname"],
                given_name=citizen["given_name"],
                patronymic=citizen["patronymic"],
                pin=citizen["pin"],
                phone=citizen["phone"],
            ),
            address=Address(citizen["address"]["district_code"], citizen["address"]["settlement"]),
            addressee_code=request["addressee"]["code"],
            addressee_site=request["site_code"],
            categories=tuple(request["categories"]),
            subject=request["subject"],
            text=request["text"],
        )
        assert breaches(body) == [], request["id"]


@dataclass(frozen=True)
class Draft:
    """What a form holds before anything was chosen; it has never heard of the wire."""

    kind: AppealKind | None = None
    form: AppealForm | None = None
    language: str = "ky"
    applicant: Applicant = Applicant()
    address: Address = Address()
    addressee_code: str = ""
    addressee_site: str = ""
    categories: list[str] = None  # type: ignore[assignment]
    subject: str = ""
    text: str = ""
    signatories_count: int = 0
    signatories: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def test_a_draft_is_checked_by_the_same_rules() -> None:
    found = {breach.code for breach in check_registration(Draft(categories=[]), BOOK)}
    assert found == {
        "kind_unknown",
        "form_unknown",
        "name_empty",
        "addressee_empty",
        "category_missing",
        "subject_empty",
        "text_empty",
    }


@given(st.text(max_size=50))
def test_blank_is_what_shows_nothing(text: str) -> None:
    assert is_blank(text + " \u200b\n") == is_blank(text)
    assert not is_blank(text + "а")
