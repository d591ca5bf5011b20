"""What an event's bytes promise."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server_sync.contract import codec
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    AppealWithdrawn,
    Applicant,
    DueTerm,
)
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes
from server_sync.contract.events import (
    BODY_OF,
    KIND_OF,
    EventKind,
    Header,
    UnknownBody,
    frame_event,
    make_event,
    read_event,
    read_header,
)
from server_sync.contract.shapes import from_plain, keys_of, to_plain

HEADER = Header(
    epoch=bytes(16),
    seq=1,
    kind=EventKind.APPEAL_REGISTERED,
    wall_ms=1,
    monotonic_ms=2,
    boot=bytes(8),
    year=2026,
    counter=1,
)
REQUEST = AppealRegistered(
    kind=AppealKind.COMPLAINT,
    form=AppealForm.WRITTEN,
    language="ky",
    applicant=Applicant(surname="Турдубаева", given_name="Бактыгүл"),
    address=Address(territory_code="KG-C-ALA"),
    answer_by=AnswerBy.PHONE,
    addressee_code="AKIM",
    addressee_site="KG-C-ALA",
    categories=("01.02",),
    subject="Мал уурулугу 🐎 \u202e<b>=1+1",
    text="Ѳзгѳчѳ  ў\n\tэки боштук",
    registered_on=date(2026, 11, 23),
    due=DueTerm(due_on=date(2026, 12, 11), working_days=14),
)


def test_what_a_citizen_said_comes_back_to_the_letter() -> None:
    made = make_event(HEADER, REQUEST, bytes(16))
    read = read_event(made)
    assert (read.header, read.body, read.hash) == (HEADER, REQUEST, made.hash)


def test_the_same_event_is_the_same_bytes_and_any_change_another_hash() -> None:
    made = make_event(HEADER, REQUEST, bytes(16))
    assert made == make_event(HEADER, REQUEST, bytes(16))
    others = {
        made.hash,
        make_event(HEADER, REQUEST, b"\x01" + bytes(15)).hash,
        make_event(replace(HEADER, seq=2), REQUEST, bytes(16)).hash,
        make_event(HEADER, replace(REQUEST, text="x"), bytes(16)).hash,
    }
    assert len(others) == 4


def test_every_kind_has_one_body_and_every_body_one_kind() -> None:
    assert set(BODY_OF) == set(EventKind)
    assert len(KIND_OF) == len(EventKind)
    for body in BODY_OF.values():
        assert sorted(set(keys_of(body).values())) == sorted(keys_of(body).values())


def test_a_header_never_claims_another_kind_than_its_body() -> None:
    with pytest.raises(InvalidField, match="kind_mismatch"):
        make_event(HEADER, AppealWithdrawn(reason="", expressed=AppealForm.ORAL), bytes(16))


@pytest.mark.parametrize("change", [{"kind": 999}, {"body_version": 2}])
def test_an_event_of_the_future_is_kept_unread(change: dict[str, Any]) -> None:
    header = codec.encode(to_plain(replace(HEADER, **change)))
    read = read_event(frame_event(header, bytes(16), b"anything at all"))
    assert read.body == UnknownBody(read.header.kind, read.header.body_version)


def test_another_suite_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match="suite_unknown"):
        read_header(codec.encode(to_plain(replace(HEADER, suite=2))))


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        ({}, "missing"),
        ({0: 1, 23: 1}, "wrong_type|unknown_key"),
        ([], "wrong_type"),
        ({**to_plain(HEADER), 1: 0}, "out_of_range"),
        ({**to_plain(HEADER), 1: True}, "wrong_type"),
        ({**to_plain(HEADER), 0: b"short"}, "wrong_size"),
        ({**to_plain(HEADER), 10: [bytes(32)] * 9}, "too_many"),
    ],
)
def test_a_header_that_breaks_its_shape_is_refused_by_field(plain: object, code: str) -> None:
    with pytest.raises(InvalidField, match=code):
        from_plain(Header, plain)


def test_an_event_that_is_too_large_or_oddly_salted_is_refused() -> None:
    with pytest.raises(MalformedBytes, match="too_large"):
        frame_event(b"", bytes(16), bytes(256 * 1024 + 1))
    with pytest.raises(MalformedBytes, match="salt_size"):
        frame_event(b"", bytes(15), b"")
