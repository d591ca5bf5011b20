"""What an event's hash and the chain promise."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence import chain
from tests.contract.invented import Centre

OFFICE = Centre().office("ALA")


def plain_sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


@given(st.binary(max_size=64), st.binary(min_size=16, max_size=16), st.binary(max_size=64))
def test_the_hash_of_an_event_is_as_the_protocol_says(header, salt, body):
    expected = plain_sha256(b"ev1\x00" + plain_sha256(header) + plain_sha256(salt + body))
    assert chain.event_hash(header, salt, body) == expected


def test_the_hash_stays_when_salt_and_body_are_erased():
    kept = chain.commitment(b"s" * 16, b"what a person said")
    assert chain.event_hash_after_erasure(b"header", kept) == chain.event_hash(
        b"header", b"s" * 16, b"what a person said"
    )


def test_without_the_salt_the_same_words_cannot_be_recognised():
    assert chain.commitment(b"s" * 16, b"words") != chain.commitment(b"t" * 16, b"words")


def test_the_chain_begins_with_the_certificate_and_goes_on_event_by_event():
    begun = chain.genesis(OFFICE.certificate.to_bytes())
    assert begun == plain_sha256(b"gen1\x00" + OFFICE.certificate.to_bytes())
    hashes = [plain_sha256(bytes([at])) for at in range(3)]
    grown = begun
    for one in hashes:
        grown = plain_sha256(b"ch1\x00" + grown + one)
    assert chain.advance_over(begun, hashes) == grown


def test_another_order_is_another_chain():
    first, second = plain_sha256(b"1"), plain_sha256(b"2")
    assert chain.advance_over(bytes(32), [first, second]) != chain.advance_over(bytes(32), [second, first])


def test_one_signature_vouches_for_the_whole_history():
    head = chain.advance_over(chain.genesis(b"certificate"), [plain_sha256(b"1"), plain_sha256(b"2")])
    signature = chain.sign_head(OFFICE.key, OFFICE.epoch, 2, head)
    chain.verify_head(OFFICE.key.public, OFFICE.epoch, 2, head, signature)
    for epoch, seq, other in ((bytes(16), 2, head), (OFFICE.epoch, 3, head), (OFFICE.epoch, 2, bytes(32))):
        with pytest.raises(NotAuthentic, match="signature_wrong"):
            chain.verify_head(OFFICE.key.public, epoch, seq, other, signature)


@pytest.mark.parametrize(
    ("epoch", "seq", "head"),
    [(b"short", 1, bytes(32)), (bytes(16), -1, bytes(32)), (bytes(16), 2**64, bytes(32)), (bytes(16), 1, b"")],
)
def test_a_head_of_another_form_is_refused_by_name(epoch, seq, head):
    with pytest.raises(InvalidField):
        chain.sign_head(OFFICE.key, epoch, seq, head)
