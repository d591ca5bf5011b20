"""The citizen's receipt, from the counter to the camera."""

from functools import cache
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import codec
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.evidence import receipt as receipts
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.evidence.merkle import MemoryNodes, Tree
from server_sync.contract.evidence.receipt import (
    Receipt,
    Verdict,
    open_receipt,
    open_receipt_in_log,
    qr_text,
    sign_receipt,
)
from server_sync.contract.numbers import RegistrationNumber, trial_number
from server_sync.contract.signing import PublicKey, sha256
from tests.contract.invented import NOW_MS, ORIGIN, PORTAL, Centre

CENTRE = Centre()


def plain(raw: bytes, limit_bytes: int = 400) -> Any:
    """Read CBOR whose form the test knows."""
    return codec.decode(raw, limit_bytes)


OFFICE = CENTRE.office("ALA")
SAID = Receipt("ALA-26-A-00042-7184", 57, NOW_MS, sha256(b"the event"))
RAW = sign_receipt(OFFICE.key, SAID)


def numbered(number_code: str = "ALA", slot: str = "A", counter: int = 42) -> str:
    return str(RegistrationNumber(number_code, 2026, slot, counter, 71))


LONGEST = numbered(slot="ZQWKT", counter=1_234_567)
RING = CENTRE.ring(OFFICE)


def test_a_receipt_is_read_back_and_signed_by_its_workplace():
    assert open_receipt(RAW, RING) == (SAID, Verdict.SIGNED_NOT_YET_SEEN)
    assert receipts.key_id_of(RAW) == OFFICE.key.public.key_id


def test_it_is_a_cose_sign1_with_eddsa_and_a_key_id():
    protected, unprotected, payload, signature = plain(RAW)
    assert plain(protected) == {1: -8, 4: OFFICE.key.public.key_id}
    assert unprotected == {}
    assert plain(payload) == [1, "ALA26A000427184", 57, NOW_MS, SAID.event_hash]
    OFFICE.key.public.verify_as_is(signature, codec.encode(["Signature1", protected, b"", payload]))


def test_the_signed_bytes_are_those_of_the_cose_working_groups_example():
    signed = receipts._signed_bytes(bytes.fromhex("a201270300"), b"This is the content.")
    assert signed.hex() == "846a5369676e61747572653145a2012703004054546869732069732074686520636f6e74656e742e"
    key = PublicKey(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    key.verify_as_is(
        bytes.fromhex(
            "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb87"
            "11497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d"
        ),
        signed,
    )


def test_it_says_nothing_about_the_person():
    payload = plain(RAW)[2]
    assert len(payload) <= 70


@pytest.mark.parametrize(
    ("number", "seq", "version"),
    [("ALA-26-A-00042-7184", 57, 9), (numbered(counter=999), 12_345, 9), (LONGEST, 9_999_999, 10)],
)
def test_its_qr_code_is_alphanumeric_at_level_m_and_small(number, seq, version):
    raw = sign_receipt(OFFICE.key, Receipt(number, seq, NOW_MS, SAID.event_hash))
    code = segno.make_qr(qr_text(raw, PORTAL), error="m", boost_error=False)
    assert (code.mode, code.error, code.version) == ("alphanumeric", "M", version)


def test_the_longest_receipt_fits_version_10():
    longest = Receipt(LONGEST, 2**63 - 1, -(2**62), SAID.event_hash)
    code = segno.make_qr(
        qr_text(sign_receipt(OFFICE.key, longest), "https://kattar.gov.kg"), error="m", boost_error=False
    )
    assert int(code.version) <= 10


def test_its_qr_text_is_an_address_in_capitals_without_padding():
    text = qr_text(RAW, "https://kattar.gov.kg/")
    assert text.startswith("HTTPS://KATTAR.GOV.KG/Q/")
    assert text == text.upper()
    assert "=" not in text


@pytest.mark.parametrize(
    "portal", ["https://kattar.gov.kg", "http://127.0.0.1:41234", "https://каттар.кг", "https://a_b?c", ""]
)
def test_a_portal_goes_into_the_qr_code_or_is_refused_by_name(portal):
    if portal.isascii() and "_" not in portal and portal:
        assert receipts.receipt_from_qr_text(qr_text(RAW, portal)) == RAW
    else:
        with pytest.raises(InvalidField, match="portal_not_writable"):
            qr_text(RAW, portal)


def test_a_scanned_text_gives_the_receipt_back_in_any_case_and_from_any_portal():
    text = qr_text(RAW, PORTAL)
    for scanned in (text, text.lower(), f" {text}\n", text.replace("KATTAR.GOV.KG", "OTHER.KG:8000"), text[8:]):
        assert receipts.receipt_from_qr_text(scanned) == RAW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HTTPS://KATTAR.GOV.KG/Q/",
        "/Q/AAAA",
        "HTTPS://KATTAR.GOV.KG/",
        "https://x/Q/A",
        "https://x/Q/AAAA=",
        "https://x/Q/01",
        "https://x/Q/" + "A" * 10_000,
    ],
)
def test_a_text_that_holds_no_receipt_is_malformed(text):
    with pytest.raises(MalformedBytes, match="receipt_malformed"):
        open_receipt(receipts.receipt_from_qr_text(text), RING)


@given(st.text())
def test_any_text_is_malformed(text):
    with pytest.raises(MalformedBytes):
        open_receipt(receipts.receipt_from_qr_text(text), RING)


@given(st.binary(max_size=200))
def test_base32_has_one_form(raw):
    text = receipts.to_base32(raw)
    assert receipts.from_base32(text) == raw
    for letter in "AEQY7":
        if text and text[:-1] + letter != text:
            try:
                other = receipts.from_base32(text[:-1] + letter)
            except MalformedBytes:
                continue
            assert other != raw


@given(st.integers(0, len(RAW) * 8 - 1))
def test_any_flipped_bit_is_refused_or_shows_an_unknown_key(at):
    changed = bytes(byte ^ (1 << at % 8 if index == at // 8 else 0) for index, byte in enumerate(RAW))
    try:
        _, verdict = open_receipt(changed, RING)
    except ContractError:
        return
    assert verdict is Verdict.KEY_UNKNOWN


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed(raw):
    with pytest.raises(MalformedBytes):
        open_receipt(raw, RING)


def test_another_writing_of_the_same_receipt_is_malformed():
    protected, _, payload, signature = plain(RAW)
    tagged = b"\xd2" + RAW
    with_hints = codec.encode([protected, {4: b"hint"}, payload, signature])
    more_protected = codec.encode([codec.encode({1: -8, 3: 0, 4: OFFICE.key.public.key_id}), {}, payload, signature])
    longer_array = codec.encode([protected, {}, payload, signature, b""])
    for other in (tagged, with_hints, more_protected, longer_array, RAW + b"\x00"):
        with pytest.raises(MalformedBytes, match="receipt_malformed"):
            open_receipt(other, RING)


def test_a_receipt_of_another_suite_is_named():
    protected, _, payload, signature = plain(RAW)
    newer = codec.encode([2, *plain(payload)[1:]])
    with pytest.raises(ContractError, match="suite_unknown"):
        open_receipt(codec.encode([protected, {}, newer, signature]), RING)


def test_a_receipt_of_an_office_not_known_here_proves_nothing_yet():
    assert open_receipt(RAW, CENTRE.ring()) == (SAID, Verdict.KEY_UNKNOWN)


def test_a_receipt_with_another_offices_or_slots_number_is_forged():
    for number in (numbered(number_code="BTD"), numbered(slot="B")):
        raw = sign_receipt(OFFICE.key, Receipt(number, 57, NOW_MS, SAID.event_hash))
        with pytest.raises(NotAuthentic, match="receipt_forged"):
            open_receipt(raw, RING)


def test_a_receipt_signed_by_another_key_under_this_key_id_is_forged():
    protected, _, payload, _ = plain(RAW)
    signature = CENTRE.log.sign_as_is(codec.encode(["Signature1", protected, b"", payload]))
    with pytest.raises(NotAuthentic, match="receipt_forged"):
        open_receipt(codec.encode([protected, {}, payload, signature]), RING)


def test_a_withdrawn_workplaces_receipts_ask_for_a_question_whatever_their_seq():
    for last_good_seq in (0, 56, 57, 58):
        ring = CENTRE.ring(OFFICE, revocations=(CENTRE.revoke(OFFICE, last_good_seq),))
        assert open_receipt(RAW, ring) == (SAID, Verdict.KEY_WITHDRAWN)


@cache
def logged() -> tuple[Checkpoint, tuple[bytes, ...]]:
    tree = Tree(MemoryNodes())
    tree.append([*(sha256(bytes([at])) for at in range(40)), SAID.event_hash, sha256(b"later")])
    return Checkpoint(ORIGIN, tree.size, tree.root()), tree.inclusion_proof(40, tree.size)


def test_with_its_proof_a_receipt_is_in_the_log():
    point, proof = logged()
    assert open_receipt_in_log(RAW, RING, point, 40, proof) == (SAID, Verdict.IN_LOG)


def test_a_withdrawn_workplaces_receipt_in_the_log_counts_up_to_its_last_good_event():
    point, proof = logged()
    for last_good_seq, verdict in ((57, Verdict.IN_LOG), (56, Verdict.KEY_WITHDRAWN)):
        ring = CENTRE.ring(OFFICE, revocations=(CENTRE.revoke(OFFICE, last_good_seq),))
        assert open_receipt_in_log(RAW, ring, point, 40, proof)[1] is verdict


def test_a_withdrawn_workplaces_receipt_counts_only_if_its_leaf_was_there_by_then_whatever_its_seq():
    point, proof = logged()
    for log, verdict in (
        ((ORIGIN, 41), Verdict.IN_LOG),
        ((ORIGIN, 40), Verdict.KEY_WITHDRAWN),
        (("kattar.gov.kg/log/2", 41), Verdict.KEY_WITHDRAWN),
    ):
        signed = (CENTRE.revoke(OFFICE, 57), CENTRE.revoke(OFFICE, 57, log))
        assert open_receipt_in_log(RAW, CENTRE.ring(OFFICE, revocations=signed), point, 40, proof)[1] is verdict


def test_an_unknown_key_stays_unknown_even_if_the_hash_it_claims_is_in_the_log():
    point, proof = logged()
    assert open_receipt_in_log(RAW, CENTRE.ring(), point, 40, proof)[1] is Verdict.KEY_UNKNOWN


def test_a_proof_of_another_event_does_not_put_a_receipt_into_the_log():
    point, proof = logged()
    other = sign_receipt(OFFICE.key, Receipt(SAID.number, SAID.seq, SAID.time_ms, sha256(b"another event")))
    for raw, leaf in ((other, 40), (RAW, 39)):
        with pytest.raises(NotAuthentic, match="not_included"):
            open_receipt_in_log(raw, RING, point, leaf, proof)


@pytest.mark.parametrize(
    "number",
    [
        *("", "ALA26A000427184", "ALA-26-A-42-7184", "АЛА-26-A-00042-7184", "ALA-2026-A-00042-7184"),
        *("ala-26-a-00042-7184", "ALA-26-A-00042-7185", "ALA-26-O-00042-7184", "ALA-26-AAAA-00042-7184"),
    ],
)
def test_a_number_that_is_none_is_never_signed(number):
    with pytest.raises(InvalidField, match=r"number_malformed|number_check_failed"):
        sign_receipt(OFFICE.key, Receipt(number, 1, NOW_MS, bytes(32)))


def test_a_receipt_whose_numbers_check_digits_do_not_fit_is_no_receipt_even_if_rightly_signed():
    protected, _, payload, _ = plain(RAW)
    suite, number, *rest = plain(payload)
    changed = codec.encode([suite, number[:-1] + "5", *rest])
    signature = OFFICE.key.sign_as_is(codec.encode(["Signature1", protected, b"", changed]))
    with pytest.raises(MalformedBytes, match="receipt_malformed"):
        open_receipt(codec.encode([protected, {}, changed, signature]), RING)


def test_the_test_receipts_number_has_counter_0_and_check_digits_that_fit():
    number = trial_number("ALA", 2026, "A")
    assert number.startswith("ALA-26-A-00000-00")
    raw = sign_receipt(OFFICE.key, Receipt(number, 1, NOW_MS, bytes(32)))
    assert open_receipt(raw, RING)[0].number == number


def test_a_key_that_is_not_known_comes_before_a_proof_that_does_not_hold():
    point, proof = logged()
    assert open_receipt_in_log(RAW, CENTRE.ring(), point, 39, proof)[1] is Verdict.KEY_UNKNOWN


def test_the_code_for_the_telephone_has_six_digits_and_comes_from_the_salt():
    assert receipts.short_code(bytes(16)) == f"{int(sha256(b'code' + bytes(17)).hex(), 16) % 1_000_000:06d}"
    codes = {receipts.short_code(sha256(bytes([at]))[:16]) for at in range(256)}
    assert len(codes) > 250
    assert all(len(code) == 6 and code.isdigit() for code in codes)


@pytest.mark.parametrize("behind", ["", ".", ")", "/", "?utm_source=x&fbclid=AAAA", "#top", ",", "\u200b", " сөз", "»"])
@pytest.mark.parametrize("before", ["", "Караңыз: ", "(", "\u2068"])
def test_a_link_is_found_in_what_was_pasted(before, behind):
    text = qr_text(RAW, PORTAL)
    for pasted in (text, text.lower()):
        assert receipts.receipt_from_qr_text(receipts.link_in(f"{before}{pasted}{behind}")) == RAW


@pytest.mark.parametrize("wrong", ["=", "1", "A", "ſ", "сөз"])
def test_a_link_with_a_letter_too_many_is_not_put_right(wrong):
    with pytest.raises((MalformedBytes, NotAuthentic)):
        open_receipt(receipts.receipt_from_qr_text(receipts.link_in(qr_text(RAW, PORTAL) + wrong)), RING)


def test_a_text_without_a_link_stays_as_it_is():
    assert receipts.link_in("ALA-26-A-00042-7184") == "ALA-26-A-00042-7184"


@pytest.mark.parametrize("said", ["x", "/", "a/Q/" + 60 * "A" + "="])
def test_a_long_text_is_looked_through_once(said):
    text = said * 50_000  # looked through once for each letter this would take hours
    assert receipts.link_in(text) == text
