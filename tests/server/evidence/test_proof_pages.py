"""Anybody can check the log over HTTP, and a bad question gets a named answer."""

import base64

import pytest
from django.db import transaction

from server_sync.contract.evidence.certificate import KeyCertificate, KeyPurpose
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.evidence.merkle import verify_consistency, verify_inclusion
from server_sync.contract.signing import PublicKey, sha256
from server_sync.evidence.log import append_leaves, newest_checkpoint, root_at

ENTRIES = [sha256(b"page", bytes([index])) for index in range(11)]


@pytest.fixture
def log(centre):
    with transaction.atomic():
        append_leaves(ENTRIES[:4])
    newest_checkpoint()
    with transaction.atomic():
        append_leaves(ENTRIES[4:])
    return centre.log


def steps(answer) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(step) for step in answer.json()["proof"])


def test_the_checkpoint_is_plain_text_that_verifies_with_the_published_key(log, nobody):
    answer = nobody.get("/log/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    published = nobody.get("/log/keys").json()
    log_key = next(key for key in published["keys"] if key["purpose"] == "log")
    key = PublicKey(base64.b64decode(log_key["public_key"]))
    origin = published["logs"][0]["origin"]
    assert open_checkpoint(answer.content.decode(), key, origin).size == len(ENTRIES)


def test_every_published_key_is_certified_by_a_published_root(log, nobody):
    published = nobody.get("/log/keys").json()
    ring = KeyRing(base64.b64decode(root["public_key"]) for root in published["roots"])
    for key in published["keys"]:
        certificate = ring.add_key(base64.b64decode(key["certificate"]))
        assert certificate.key_id.hex() == key["key_id"]
    assert {
        KeyCertificate.from_bytes(base64.b64decode(key["certificate"])).purpose for key in published["keys"]
    } == set(KeyPurpose)


def test_an_old_checkpoint_is_still_there_as_it_was_published(log, nobody):
    assert nobody.get("/log/checkpoint?size=4").content.decode().splitlines()[1] == "4"


def test_a_proof_of_inclusion_verifies(log, nobody):
    answer = nobody.get(f"/log/proof/inclusion?hash={ENTRIES[6].hex()}")
    told = answer.json()
    assert told["size"] == len(ENTRIES)
    verify_inclusion(ENTRIES[6], told["index"], told["size"], steps(answer), root_at(len(ENTRIES)))
    assert told["checkpoint"].splitlines()[0] == log.origin


def test_a_proof_of_consistency_verifies(log, nobody):
    answer = nobody.get("/log/proof/consistency?from=4&to=11")
    verify_consistency(4, 11, steps(answer), root_at(4), root_at(11))


def test_an_answer_that_cannot_change_says_so(log, nobody):
    nobody.get("/log/checkpoint")
    assert "immutable" in nobody.get("/log/proof/consistency?from=4&to=11")["Cache-Control"]
    assert "no-cache" in nobody.get("/log/proof/consistency?from=4")["Cache-Control"]


def test_an_unchanged_log_is_not_sent_again(log, nobody):
    first = nobody.get("/log/checkpoint")
    again = nobody.get("/log/checkpoint", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ("/log/proof/inclusion", 400, "missing"),
        ("/log/proof/inclusion?hash=12", 400, "not_a_hash"),
        ("/log/proof/inclusion?hash=" + "zz" * 32, 400, "not_a_hash"),
        ("/log/proof/inclusion?hash=" + "00" * 32, 404, "hash_unknown"),
        ("/log/proof/inclusion?hash=" + ENTRIES[0].hex() + "&size=99", 400, "out_of_range"),
        ("/log/proof/inclusion?hash=" + ENTRIES[9].hex() + "&size=4", 400, "out_of_range"),
        ("/log/proof/consistency", 400, "missing"),
        ("/log/proof/consistency?from=-1", 400, "not_a_number"),
        ("/log/proof/consistency?from=٣", 400, "not_a_number"),
        ("/log/proof/consistency?from=9&to=4", 400, "out_of_range"),
        ("/log/proof/consistency?from=1&to=99999999999999999999", 400, "not_a_number"),
        ("/log/checkpoint?size=5", 400, "size_not_published"),
        ("/log/checkpoint?origin=%00", 404, "origin_unknown"),
        ("/log/checkpoint?origin=elsewhere", 404, "origin_unknown"),
    ],
)
def test_a_bad_question_gets_a_named_answer(log, nobody, question, status, code):
    answer = nobody.get(question)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_log_is_read_only(log, nobody):
    assert nobody.post("/log/checkpoint").status_code == 405
