"""Every vector of tests/contract/vectors, read by the stranger's own code, also those that must be refused."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from requests.structures import CaseInsensitiveDict

from tests.stranger.client import read_code
from tests.stranger.encoding import Refused, decode, encode, pack, unpack
from tests.stranger.keyring import Keyring
from tests.stranger.line import Asked, LineFailed, Refusal, verified
from tests.stranger.numbering import check_digits, read_plain, read_typed
from tests.stranger.page import VECTORS, the_page, vector
from tests.stranger.suite import (
    chain_over,
    commitment,
    event_hash,
    genesis,
    h,
    head_to_sign,
    key_id,
    mac,
    public_half,
    sign,
    six_digits,
    verify,
)
from tests.stranger.transparency import (
    LOG_SIGNATURE,
    check_consistency,
    check_cosignature,
    check_inclusion,
    check_range,
    key_hash,
    root_of,
    verified_checkpoint,
)
from tests.stranger.verifying import Proof, acknowledged, from_paper, on_paper, read_receipt, verdict

PORTAL = "https://kattar.gov.kg"


def b(written: str) -> bytes:
    return bytes.fromhex(written)


def changed(written: str) -> bytes:
    """The same bytes with the last bit turned."""
    raw = b(written)
    return raw[:-1] + bytes([raw[-1] ^ 1])


def keyring() -> Keyring:
    """What `keys.json` says, believed from the roots downwards."""
    told = vector("keys")
    ring = Keyring([b64decode(root["public_key"]) for root in told["roots"]])
    for one in told["keys"]:
        ring.add_key(b64decode(one["certificate"]))
    for one in told["workplaces"]:
        ring.add_workplace(b64decode(one["certificate"]))
    for one in told["revocations"]:
        for raw in (one["revocation"], *one["in_logs"]):
            ring.add_revocation(b64decode(raw))
    return ring


def test_the_page_names_every_vector_file():
    named = " ".join(file for file, _shows in the_page().rows("file", "shows"))
    assert {path.name for path in VECTORS.glob("*.json")} == {word.strip("`,") for word in named.split()}


@pytest.mark.parametrize("case", vector("codec")["read"], ids=lambda case: case["means"])
def test_cbor_that_is_read_is_written_the_same(case):
    value = decode(b(case["cbor"]))
    assert encode(value) == b(case["cbor"])


@pytest.mark.parametrize("case", vector("codec")["refused"], ids=lambda case: case["because"])
def test_cbor_that_is_refused(case):
    with pytest.raises(Refused):
        decode(b(case["cbor"]))


def test_a_key_its_id_and_a_signature_for_each_label_of_the_page():
    told = vector("signing")
    key = Ed25519PrivateKey.from_private_bytes(b(told["private_key"]))
    assert public_half(key).hex() == told["public_key"]
    assert key_id(public_half(key)).hex() == told["key_id"]
    assert set(told["signatures"]) == set(the_page().labels)
    for label, signature in told["signatures"].items():
        assert sign(key, label, b(told["message"])).hex() == signature


def test_events_their_hashes_chain_and_head():
    told = vector("events")
    certificate = b(told["certificate"])
    assert genesis(certificate).hex() == told["genesis"]
    bodies = dict(the_page().events.values())
    hashes = []
    for event in told["events"]:
        header, salt, body = b(event["header"]), b(event["salt"]), b(event["body"])
        says = unpack("Header", header)
        assert pack("Header", **says) == header
        structure = bodies[says["kind"]]
        assert pack(structure, **unpack(structure, body)) == body
        assert commitment(salt, body).hex() == event["commitment"]
        assert event_hash(header, salt, body).hex() == event["event_hash"]
        assert six_digits(salt) == event["short_code"]
        hashes.append(b(event["event_hash"]))
        assert chain_over(certificate, hashes).hex() == event["chain"]
    head = told["head"]
    public_key = unpack("WorkplaceCertificate", certificate)["public_key"]
    signed = head_to_sign(b(head["epoch"]), head["seq"], b(head["chain"]))
    verify(public_key, "liaison/chain/1", signed, b(head["signature"]))


def test_certificates_are_believed_from_the_roots_only():
    told = vector("certificates")
    ring = Keyring([b(root) for root in told["roots"]])
    with pytest.raises(Refused, match="issuer_unknown"):
        ring.add_workplace(b(told["workplace"]))
    for purpose, certificate in told["keys"].items():
        assert ring.add_key(b(certificate))["purpose"] == purpose
    ring.add_workplace(b(told["workplace"]))
    for name in ("revocation", "revocation_in_log"):
        ring.add_revocation(b(told[name]))
    with pytest.raises(Refused, match="issuer_unknown"):
        Keyring([bytes(32)]).add_key(b(told["keys"]["log"]))


def test_a_certificate_with_one_changed_bit_is_refused():
    told = vector("certificates")
    for name in ("workplace", "revocation", "revocation_in_log"):
        raw, ring = changed(told[name]), keyring()
        with pytest.raises(Refused, match="signature_wrong"):
            ring.add_workplace(raw) if name == "workplace" else ring.add_revocation(raw)


def test_acknowledgements_of_events_and_of_an_attachment():
    told = vector("acknowledgements")
    custody = acknowledged(b(told["acknowledgement"]), keyring())
    assert custody["ranges"]
    whole = acknowledged(b(told["blob_acknowledgement"]), keyring(), "BlobAcknowledgement")
    assert whole["size_bytes"]
    with pytest.raises(Refused, match="signature_wrong"):
        acknowledged(changed(told["acknowledgement"]), keyring())


def test_a_signed_call_and_its_signed_reply():
    told = vector("calls")
    asked = told["request"]
    headers = asked["headers"]
    named = asked_in(headers, asked["method"], asked["path"], b(asked["body"]))
    assert named.hash().hex() == asked["request_hash"]
    signed = named.hash() + int(headers["Liaison-Time"]).to_bytes(8, "big", signed=True)
    public_key = keyring().workplaces[named.epoch]["public_key"]
    verify(public_key, "liaison/request/1", signed, b64decode(headers["Liaison-Signature"]))
    said = told["reply"]
    assert verified(answer(said["status"], said["headers"], b(said["body"])), named, keyring()).status == said["status"]
    with pytest.raises(LineFailed, match="reply_forged"):
        verified(answer(said["status"], said["headers"], b"another body"), named, keyring())
    with pytest.raises(LineFailed, match="reply_key_unknown"):
        verified(answer(said["status"], said["headers"], b(said["body"])), named, after_its_end())
    with pytest.raises(LineFailed, match="reply_unsigned"):
        verified(answer(404, {}, b""), named, keyring())


def test_an_answer_that_has_no_body_is_verified_by_its_headers():
    told = vector("calls")["head"]
    named = asked_in(told["headers"], "HEAD", told["path"], b"")
    assert named.hash().hex() == told["request_hash"]
    for said in told["answers"]:
        given = answer(said["status"], said["headers"], b"")
        if "code" not in said:
            assert verified(given, named, keyring()).status == said["status"]
            continue
        with pytest.raises(Refusal, match=said["code"]):
            verified(given, named, keyring())


def test_an_answer_to_a_body_that_was_not_read_is_bound_to_its_length():
    told = vector("calls")["unread"]
    named = Asked(told["method"], told["path"], bytes(told["length"]), b(told["nonce"]), b(told["epoch"]))
    assert named.hash_unread(str(told["length"])).hex() == told["request_hash"]
    given = answer(told["status"], told["headers"], b(told["body"]))
    with pytest.raises(Refusal, match=told["code"]):
        verified(given, named, keyring())
    with pytest.raises(LineFailed, match="reply_forged"):
        verified(given, Asked(named.method, named.path, b"a short body", named.nonce, named.epoch), keyring())


def after_its_end() -> Keyring:
    """The same keys when the centre's time has passed them."""
    ring = keyring()
    ring.seen_ms = 2**62
    return ring


def asked_in(headers: dict[str, str], method: str, path: str, body: bytes) -> Asked:
    return Asked(method, path, body, b(headers["Liaison-Nonce"]), b(headers["Liaison-Epoch"]))


def answer(status: int, headers: dict[str, str], body: bytes) -> requests.Response:
    """What came over the line."""
    given = requests.Response()
    given.status_code, given.headers, given._content = status, CaseInsensitiveDict(headers), body
    return given


def test_an_enrolment_code_and_its_macs():
    told = vector("calls")["enrolment"]
    for typed in (told["code"], told["code"].lower(), told["code"].replace("0", "O").replace("1", "l")):
        letters = read_code(typed)
        key = h(b"enrol-mac\0", letters)
        assert h(b"enrol-id\0", letters)[:16].hex() == told["code_id"]
        assert key.hex() == told["mac_key"]
        assert mac(key, "liaison/enrol-request/1", b(told["request"])).hex() == told["request_mac"]
        answered = h(b(told["request"])) + b(told["reply"])
        assert mac(key, "liaison/enrol-reply/1", answered).hex() == told["reply_mac"]


def test_every_root_and_proof_of_the_log():
    told = vector("log")
    entries, roots = [b(entry) for entry in told["entries"]], [b(root) for root in told["roots"]]
    assert [root_of(entries[:size]) for size in range(len(entries) + 1)] == roots
    for case in told["inclusion"]:
        proof = [b(one) for one in case["proof"]]
        check_inclusion(entries[case["index"]], case["index"], case["size"], proof, roots[case["size"]])
        with pytest.raises(Refused, match="not_included"):
            check_inclusion(bytes(32), case["index"], case["size"], proof, roots[case["size"]])
    for case in told["consistency"]:
        old, size, proof = case["old_size"], case["size"], [b(one) for one in case["proof"]]
        check_consistency(old, roots[old], size, roots[size], proof)
        with pytest.raises(Refused, match="not_consistent"):
            check_consistency(old, roots[old], size, roots[size], [*proof, bytes(32)])
    for case in told["range"]:
        first, run, proof = case["first"], entries[case["first"] : case["last"] + 1], [b(one) for one in case["proof"]]
        check_range(run, first, case["size"], proof, roots[case["size"]])
        with pytest.raises(Refused, match="range_not_included"):
            check_range(run, first, case["size"], [*proof, bytes(32)], roots[case["size"]])


def test_a_checkpoint_and_its_cosignature():
    told = vector("log")
    name, written_hash, written_key = told["verifier_key"].split("+")
    raw = b64decode(written_key)
    assert raw[:1] == LOG_SIGNATURE
    assert key_hash(name, LOG_SIGNATURE, raw[1:]).hex() == written_hash
    checkpoint = verified_checkpoint(told["checkpoint"], name, keyring().log_keys())
    assert checkpoint.root.hex() == told["roots"][checkpoint.size]
    cosigner = b(told["cosigner_public_key"])
    time_s = check_cosignature(told["cosignature"].strip(), told["cosigner"], cosigner, checkpoint)
    assert datetime.fromtimestamp(time_s, UTC).year == 2026
    other = verified_checkpoint(vector("proof")["checkpoint"], name, keyring().log_keys())
    with pytest.raises(Refused, match="cosignature_wrong"):
        check_cosignature(told["cosignature"].strip(), told["cosigner"], bytes(32), other)


@pytest.mark.parametrize("case", vector("receipts")["cases"], ids=lambda case: case["what"])
def test_the_verdict_on_a_receipt(case):
    raw = b(case["receipt"])
    assert from_paper(case["qr_text"]) == raw
    assert on_paper(PORTAL, raw) == case["qr_text"]
    assert said_of(raw) == case["verdict_alone"]
    assert said_of(raw, Proof.from_json(vector("proof"))) == case["verdict_with_proof"]


def said_of(raw: bytes, proof: Proof | None = None) -> str:
    try:
        return verdict(raw, keyring(), proof)
    except Refused as no:
        return no.code


@pytest.mark.parametrize("case", vector("receipts")["qr_read"], ids=lambda case: case["because"])
def test_a_code_on_paper_that_is_read(case):
    assert from_paper(case["qr_text"]) == b(vector("receipts")["cases"][0]["receipt"])


@pytest.mark.parametrize("case", vector("receipts")["qr_refused"], ids=lambda case: case["because"])
def test_a_code_on_paper_that_is_refused(case):
    with pytest.raises(Refused, match="receipt_malformed"):
        from_paper(case["qr_text"])


def test_what_the_first_receipt_says():
    says = vector("receipts")["says"]
    receipt = read_receipt(b(vector("receipts")["cases"][0]["receipt"]))
    assert receipt.number.printed() == says["number"]
    assert (receipt.seq, receipt.time_ms) == (says["seq"], says["time_ms"])
    assert (receipt.event_hash.hex(), receipt.key_id.hex()) == (says["event_hash"], says["key_id"])


@pytest.mark.parametrize("case", vector("numbers")["written"], ids=lambda case: case["number"])
def test_the_check_digits_of_a_number(case):
    plain = case["number"].replace("-", "")
    assert check_digits(plain[:-2]) == case["check_digits"]
    assert read_plain(plain).printed() == case["number"]


@pytest.mark.parametrize("case", vector("numbers")["read"], ids=lambda case: case["typed"])
def test_a_number_as_it_is_typed(case):
    assert read_typed(case["typed"], vector("numbers")["known_codes"]).printed() == case["number"]


@pytest.mark.parametrize("case", vector("numbers")["refused"], ids=lambda case: case["typed"])
def test_what_is_typed_and_is_no_number(case):
    with pytest.raises(Refused, match=case["because"]):
        read_typed(case["typed"], vector("numbers")["known_codes"])
