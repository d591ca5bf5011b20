"""The vectors of docs/protocol.md are what this program computes, and hold when read back."""

import json
from base64 import b64decode
from typing import Any

import pytest

from server_sync.contract import authentication, codec, enrolment, frames, signing
from server_sync.contract.enrolment import EnrolmentCode
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.events import frame_event, read_event
from server_sync.contract.evidence import acknowledgement, chain, checkpoint, merkle, receipt
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.evidence.receipt import Verdict
from server_sync.contract.messages import Refusal
from server_sync.contract.numbers import RegistrationNumber, written_number
from server_sync.contract.signing import PrivateKey, PublicKey, check_mac
from tests.contract import make_vectors


def kept(name: str) -> Any:
    return json.loads((make_vectors.FOLDER / name).read_text("utf-8"))


def unhex(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


CERTIFIED = kept("certificates.json")
RING = KeyRing(
    unhex(CERTIFIED["roots"]),
    unhex(list(CERTIFIED["keys"].values())),
    unhex([CERTIFIED["workplace"]]),
)


@pytest.mark.parametrize("name", sorted(make_vectors.all_vectors()))
def test_the_kept_vectors_are_those_of_today(name):
    assert (make_vectors.FOLDER / name).read_text("utf-8") == make_vectors.as_text(make_vectors.all_vectors()[name])


def test_no_vector_is_left_over():
    assert {path.name for path in make_vectors.FOLDER.iterdir()} == set(make_vectors.all_vectors())


@pytest.mark.parametrize("case", kept("codec.json")["read"], ids=lambda case: case["means"])
def test_what_is_read_is_written_again_as_the_same_bytes(case):
    raw = bytes.fromhex(case["cbor"])
    assert codec.encode(codec.decode(raw, 100)) == raw


@pytest.mark.parametrize("case", kept("codec.json")["refused"], ids=lambda case: case["cbor"][:16])
def test_what_is_refused_is_refused_by_name(case):
    with pytest.raises(MalformedBytes):
        codec.decode(bytes.fromhex(case["cbor"]), 100)


def test_the_signatures_verify():
    vectors = kept("signing.json")
    key = PublicKey(bytes.fromhex(vectors["public_key"]))
    assert PrivateKey.from_bytes(bytes.fromhex(vectors["private_key"])).public == key
    assert key.key_id.hex() == vectors["key_id"]
    for label, signature in vectors["signatures"].items():
        key.verify(label.encode(), bytes.fromhex(signature), bytes.fromhex(vectors["message"]))
    assert list(vectors["signatures"]) == [label.decode() for label in signing.LABELS]


def test_the_events_lead_to_the_signed_head():
    vectors = kept("events.json")
    certificate = WorkplaceCertificate.from_bytes(bytes.fromhex(vectors["certificate"]))
    head = chain.genesis(certificate.to_bytes())
    for one in vectors["events"]:
        event = frame_event(*unhex([one["header"], one["salt"], one["body"]]))
        read = read_event(event)
        assert read.hash.hex() == one["event_hash"]
        kept_hash = chain.event_hash_after_erasure(event.header, bytes.fromhex(one["commitment"]))
        assert kept_hash == read.hash
        assert receipt.short_code(event.salt) == one["short_code"]
        head = chain.advance(head, read.hash)
        assert head.hex() == one["chain"]
    signed = vectors["head"]
    chain.verify_head(
        PublicKey(certificate.public_key), certificate.epoch, signed["seq"], head, bytes.fromhex(signed["signature"])
    )


def test_the_acknowledgements_are_the_centres():
    vectors = kept("acknowledgements.json")
    has = acknowledgement.open_acknowledgement(bytes.fromhex(vectors["acknowledgement"]), RING)
    assert [(one.seq_from, one.seq_to, one.leaf_from) for one in has.ranges] == [(1, 2, 6)]
    blob = acknowledgement.open_blob_acknowledgement(bytes.fromhex(vectors["blob_acknowledgement"]), RING)
    assert blob.size_bytes == 70_000


def test_the_request_and_its_reply_are_authentic():
    asked, answered = kept("calls.json")["request"], kept("calls.json")["reply"]
    body, key = bytes.fromhex(asked["body"]), PublicKey(make_vectors.OFFICE.key.public.raw)
    now_ms = int(asked["headers"]["Liaison-Time"])
    named = authentication.verify_request(asked["headers"], asked["method"], asked["path"], body, key, now_ms)
    assert named.hex() == asked["request_hash"]
    authentication.verify_reply(RING, named, answered["status"], answered["headers"], bytes.fromhex(answered["body"]))


def test_an_answer_without_a_body_is_authentic_by_what_its_header_brings():
    head = kept("calls.json")["head"]
    named = bytes.fromhex(head["request_hash"])
    for answer in head["answers"]:
        if answer["status"] == 200:
            stands_in = answer["headers"]["Liaison-Offset"].encode()
        else:
            stands_in = authentication.read_bare_refusal(answer["headers"], 1_000)
            assert frames.unpack(Refusal, stands_in).code == answer["code"]
        authentication.verify_reply(RING, named, answer["status"], answer["headers"], stands_in)


def test_an_answer_to_a_body_that_was_not_read_is_bound_to_its_length():
    call = kept("calls.json")["unread"]
    nonce, epoch = unhex([call["nonce"], call["epoch"]])
    named = authentication.unread_request_hash(call["method"], call["path"], call["length"], nonce, epoch)
    assert named.hex() == call["request_hash"]
    body = bytes.fromhex(call["body"])
    authentication.verify_reply(RING, named, call["status"], call["headers"], body)
    other = authentication.unread_request_hash(call["method"], call["path"], call["length"] - 1, nonce, epoch)
    with pytest.raises(NotAuthentic):
        authentication.verify_reply(RING, other, call["status"], call["headers"], body)


def test_the_enrolment_code_authenticates_both_directions():
    vectors = kept("calls.json")["enrolment"]
    code = EnrolmentCode.parse(vectors["code"])
    assert (code.id.hex(), code.mac_key.hex()) == (vectors["code_id"], vectors["mac_key"])
    request, reply = bytes.fromhex(vectors["request"]), bytes.fromhex(vectors["reply"])
    enrolment.check_request(code.mac_key, request, bytes.fromhex(vectors["request_mac"]))
    enrolment.check_reply(code.mac_key, request, reply, bytes.fromhex(vectors["reply_mac"]))
    covered = signing.sha256(request) + reply
    check_mac(code.mac_key, signing.ENROL_REPLY, covered, bytes.fromhex(vectors["reply_mac"]))


def test_the_logs_proofs_and_checkpoint_hold():
    log = kept("log.json")
    entries, roots = unhex(log["entries"]), unhex(log["roots"])
    for one in log["inclusion"]:
        proof = unhex(one["proof"])
        merkle.verify_inclusion(entries[one["index"]], one["index"], one["size"], proof, roots[one["size"]])
    for one in log["consistency"]:
        old, size = one["old_size"], one["size"]
        merkle.verify_consistency(old, size, unhex(one["proof"]), roots[old], roots[size])
    for one in log["range"]:
        run = entries[one["first"] : one["last"] + 1]
        merkle.verify_range(run, one["first"], one["size"], unhex(one["proof"]), roots[one["size"]])
    point = checkpoint.open_checkpoint(log["checkpoint"], make_vectors.CENTRE.log.public, "kattar.gov.kg/log/1")
    assert (point.size, point.root) == (len(entries), roots[-1])
    cosigner = PublicKey(bytes.fromhex(log["cosigner_public_key"]))
    assert checkpoint.verify_cosignature(log["cosignature"], cosigner, log["cosigner"], point) > 0


@pytest.mark.parametrize("case", kept("receipts.json")["cases"], ids=lambda case: case["what"])
def test_our_own_verdict_on_each_receipt_is_the_one_told(case):
    keys = kept("keys.json")
    signed = [b64decode(raw) for one in keys["revocations"] for raw in (one["revocation"], *one["in_logs"])]
    withdrawn = [office for office, _, _ in make_vectors.REVOCATIONS]
    ring = make_vectors.CENTRE.ring(make_vectors.OFFICE, *withdrawn, revocations=tuple(signed))
    log = kept("log.json")
    point = checkpoint.open_checkpoint(log["checkpoint"], make_vectors.CENTRE.log.public, "kattar.gov.kg/log/1")
    proof = unhex(log["inclusion"][3]["proof"])
    raw = receipt.receipt_from_qr_text(case["qr_text"])
    assert raw.hex() == case["receipt"]
    for told, verdict in (
        (case["verdict_alone"], lambda: receipt.open_receipt(raw, ring)),
        (case["verdict_with_proof"], lambda: receipt.open_receipt_in_log(raw, ring, point, 6, proof)),
    ):
        if told.upper() in Verdict.__members__:
            assert verdict()[1] is Verdict[told.upper()]
        else:
            with pytest.raises(ContractError) as refusal:
                verdict()
            assert refusal.value.code == told


@pytest.mark.parametrize("case", kept("receipts.json")["qr_read"], ids=lambda case: case["because"])
def test_a_receipts_text_is_read_in_any_case_and_from_any_portal(case):
    assert receipt.receipt_from_qr_text(case["qr_text"]).hex() == kept("receipts.json")["cases"][0]["receipt"]


@pytest.mark.parametrize("case", kept("receipts.json")["qr_refused"], ids=lambda case: case["because"])
def test_another_way_to_write_a_receipts_text_is_refused(case):
    with pytest.raises(MalformedBytes) as refusal:
        receipt.receipt_from_qr_text(case["qr_text"])
    assert refusal.value.code == "receipt_malformed"


@pytest.mark.parametrize("case", kept("numbers.json")["written"], ids=lambda case: case["number"])
def test_a_written_number_is_read_as_its_very_text(case):
    read = RegistrationNumber.parse(case["number"])
    assert (str(read), f"{read.check:02}") == (case["number"], case["check_digits"])
    assert written_number(case["number"].replace("-", "")).text == case["number"]


@pytest.mark.parametrize("case", kept("numbers.json")["read"], ids=lambda case: case["typed"])
def test_a_typed_number_is_read(case):
    assert str(RegistrationNumber.parse(case["typed"], kept("numbers.json")["known_codes"])) == case["number"]


@pytest.mark.parametrize("case", kept("numbers.json")["refused"], ids=lambda case: case["typed"])
def test_a_typed_text_that_is_no_number_is_refused_by_name(case):
    with pytest.raises(InvalidField) as refusal:
        RegistrationNumber.parse(case["typed"], kept("numbers.json")["known_codes"])
    assert refusal.value.code == case["because"]
