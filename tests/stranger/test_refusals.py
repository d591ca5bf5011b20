"""Malformed and dishonest attempts: each refusal is signed, named, and has the status that the page says."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.stranger.client import Workplace
from tests.stranger.encoding import encode, press
from tests.stranger.line import Asked, Refusal, verified
from tests.stranger.page import the_page
from tests.stranger.suite import h, head_to_sign, seal, sign

EXCHANGE = "/sync/v1/exchange"
BLOB = "/sync/v1/blob/"
NOWHERE = bytes(32).hex()


def post(body: bytes) -> Callable[[Workplace], object]:
    return lambda office: office.call("POST", EXCHANGE, body)


def exchange(**changed: Any) -> Callable[[Workplace], object]:
    return lambda office: office.exchange(**changed)


def ahead_of_the_signed_head(office: Workplace) -> object:
    """Leave out the events between what the centre has and the head that is signed."""
    seq, chain = len(office.events) + 5, bytes(32)
    signature = sign(office.key, "liaison/chain/1", head_to_sign(office.epoch, seq, chain))
    return office.exchange(last_seq=seq, head_seq=seq, chain=chain, signature=signature)


def with_another_key(office: Workplace) -> object:
    own, office.key = office.key, Ed25519PrivateKey.generate()
    try:
        return office.exchange()
    finally:
        office.key = own


def with_a_clock_that_is_off(office: Workplace) -> object:
    office.clock_ahead_ms += 3_600_000
    try:
        return office.call_once("POST", EXCHANGE, b"")
    finally:
        office.clock_ahead_ms -= 3_600_000


def from_an_unknown_epoch(office: Workplace) -> object:
    own, office.certificate = office.certificate, {**office.certificate, "epoch": secrets.token_bytes(16)}
    try:
        return office.exchange()
    finally:
        office.certificate = own


def without_a_signature(office: Workplace) -> object:
    path, body = EXCHANGE, b"unsigned"
    answer = requests.post(office.server + path, data=body, timeout=60)
    return verified(answer, Asked("POST", path, body), office.keyring)


REFUSED: list[tuple[str, str, Callable[[Workplace], object]]] = [
    ("no frame", "malformed_zstd", post(b"junk")),
    ("something after the frame", "malformed_zstd", post(press(b"\xa0") + b"\0")),
    ("no CBOR in the frame", "malformed_cbor", post(press(b"\xff"))),
    ("a number written longer than needed", "not_canonical", post(press(b"\x18\x01"))),
    ("nested too deep", "too_deep", post(press(b"\x81" * 20 + b"\0"))),
    ("no field at all", "missing", post(press(encode({})))),
    ("more than 16 MiB in the frame", "too_large", post(press(bytes(16 * 1024 * 1024 + 1)))),
    ("more than 1 MiB as sent", "too_large", post(secrets.token_bytes(1024 * 1024 + 1))),
    ("another suite", "suite_unknown", exchange(suite=2)),
    ("an event of the wrong salt", "wrong_size", exchange(events=[{"header": b"", "salt": b"", "body": b""}])),
    ("a head that was not signed", "signature_wrong", exchange(signature=bytes(64))),
    ("a chain that is not the events'", "chain_wrong", exchange(chain=bytes(32))),
    ("another workplace's epoch", "foreign_epoch", exchange(epoch=bytes(16))),
    ("events left out", "gap", ahead_of_the_signed_head),
    ("no signature", "request_unsigned", without_a_signature),
    ("another key", "request_forged", with_another_key),
    ("a clock an hour ahead", "request_time", with_a_clock_that_is_off),
    ("an epoch that nobody enrolled", "epoch_unknown", from_an_unknown_epoch),
    ("no such table", "not_here", lambda office: office.table("nothing.csv")),
    ("no such call", "path_unknown", lambda office: office.call("POST", "/sync/v1/nothing")),
    ("no such method", "method_not_allowed", lambda office: office.call("PUT", EXCHANGE)),
    ("HEAD of what is not here", "not_here", lambda office: office.call("HEAD", BLOB + NOWHERE)),
    ("GET of what is not here", "not_here", lambda office: office.call("GET", BLOB + NOWHERE)),
    ("a wrong password", "sign_in_wrong", lambda office: office.sign_in("nobody", "wrong")),
]


@pytest.mark.parametrize(("code", "attempt"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_an_attempt_is_refused_by_name_signed_and_with_the_status_of_the_page(office, code, attempt):
    before = list(office.events)
    with pytest.raises(Refusal) as refused:
        attempt(office)
    assert refused.value.code == code
    assert refused.value.status == the_page().status_of(code)
    assert office.events == before
    assert office.exchange()["standing"] == "good"


def test_a_piece_that_does_not_fit_is_refused_with_what_would(office):
    blob = seal(secrets.token_bytes(32), secrets.token_bytes(100_000))
    path = BLOB + h(blob).hex()
    office.send_blob(blob, piece=1000, pieces=1)
    with pytest.raises(Refusal) as beyond:
        office.call("PATCH", f"{path}?offset=5000&size={len(blob)}", blob[5000:6000])
    assert (beyond.value.status, beyond.value.code) == (the_page().status_of("offset_wrong"), "offset_wrong")
    assert beyond.value.params["offset"] == 1000
    with pytest.raises(Refusal) as another:
        office.call("PATCH", f"{path}?offset=1000&size={len(blob) + 1}", blob[1000:2000])
    assert (another.value.status, another.value.code) == (the_page().status_of("size_changed"), "size_changed")
    assert another.value.params["announced"] == len(blob)
    with pytest.raises(Refusal, match="not_here"):
        office.call("GET", path)


def test_a_chain_that_the_centre_does_not_know_is_told_from_where_to_send_again(office):
    office.deliver()
    with pytest.raises(Refusal, match="chain_wrong") as refused:
        office.exchange(chain=bytes(32))
    office.acknowledged_seq = refused.value.params["expects_seq"] - 1
    assert office.exchange()["standing"] == "good"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (f"/log/proof/inclusion?hash={NOWHERE}", "hash_unknown"),
        ("/log/proof/inclusion?hash=zz", "not_a_hash"),
        ("/log/proof/inclusion", "missing"),
        ("/log/proof/consistency?from=x", "not_a_number"),
        ("/log/checkpoint?size=999999", "size_not_published"),
        ("/log/checkpoint?cosigned=60", "not_cosigned"),
    ],
)
def test_a_question_to_the_log_is_refused_by_name(office, question, code):
    answer = requests.get(office.server + question, timeout=60)
    assert answer.json()["code"] == code
    assert answer.status_code == the_page().log_statuses.get(code, 400)
