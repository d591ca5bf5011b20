"""The one-time code, as it is printed, typed and used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import enrolment
from server_sync.contract.enrolment import ALPHABET, EnrolmentCode
from server_sync.contract.errors import InvalidField, NotAuthentic

CODE = EnrolmentCode.parse("7K3QX-0M2VN-8RTBE-1HYCA")


def test_a_code_is_printed_in_four_groups_of_five():
    assert str(CODE) == CODE.grouped == "7K3QX-0M2VN-8RTBE-1HYCA"


@pytest.mark.parametrize(
    "typed",
    [
        "7k3qx-0m2vn-8rtbe-1hyca",
        " 7K3QX 0M2VN 8RTBE 1HYCA\n",
        "7K3QX0M2VN8RTBE1HYCA",
        "7K3QX–OM2VN—8RTBE-LHYCA",
        "7K3QX-OM2VN-8RTBE-IHYCA",
        "7КЗQХ-ОМ2VN-8RТВЕ-1НУСА",
        "7к3qх-0м2vn-8rтве-1нуса",
    ],
)
def test_a_code_is_read_however_people_type_it(typed):
    assert EnrolmentCode.parse(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "7K3QX-0M2VN-8RTBE", "7K3QX-0M2VN-8RTBE-1HYCAA", "7K3QX-0M2VN-8RTBE-1HYC*", "U" * 20]
)
def test_what_is_no_code_is_refused_by_name(typed):
    with pytest.raises(InvalidField) as refused:
        EnrolmentCode.parse(typed)
    assert (refused.value.code, refused.value.field) == ("code_malformed", "code")


@given(st.text())
def test_any_text_is_a_code_or_a_named_refusal(typed):
    try:
        code = EnrolmentCode.parse(typed)
    except InvalidField:
        return
    assert EnrolmentCode.parse(code.grouped) == code


def test_fresh_codes_differ_and_use_every_letter_of_the_alphabet():
    codes = {EnrolmentCode.generate().text for _ in range(200)}
    assert len(codes) == 200
    assert set("".join(codes)) == set(ALPHABET)


def test_neither_the_id_nor_the_printed_object_tells_the_code():
    assert len(CODE.id) == 16
    assert len(CODE.mac_key) == 32
    assert CODE.id not in CODE.mac_key
    assert CODE.text not in repr(CODE)


def test_the_code_authenticates_the_request_and_the_reply_to_that_request():
    request, reply = b"asking", b"certificate"
    enrolment.check_request(CODE.mac_key, request, enrolment.seal_request(CODE.mac_key, request))
    tag = enrolment.seal_reply(CODE.mac_key, request, reply)
    enrolment.check_reply(CODE.mac_key, request, reply, tag)
    with pytest.raises(NotAuthentic, match="mac_wrong"):
        enrolment.check_reply(CODE.mac_key, b"another asking", reply, tag)
    with pytest.raises(NotAuthentic, match="mac_wrong"):
        enrolment.check_request(CODE.mac_key, reply, tag)


def test_another_code_authenticates_nothing():
    tag = enrolment.seal_request(EnrolmentCode.generate().mac_key, b"asking")
    with pytest.raises(NotAuthentic, match="mac_wrong"):
        enrolment.check_request(CODE.mac_key, b"asking", tag)
