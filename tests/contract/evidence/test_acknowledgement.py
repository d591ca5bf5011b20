"""The centre's word that it has what was sent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import ContractError, InvalidField, NotAuthentic
from server_sync.contract.evidence import acknowledgement as ak
from server_sync.contract.evidence.acknowledgement import Acknowledgement, BlobAcknowledgement, CustodyRange
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.signing import SUITE, sha256
from tests.contract.invented import DAY_MS, NOW_MS, Centre

CENTRE = Centre()
OFFICE = CENTRE.office("ALA")
RING = CENTRE.ring(OFFICE)
HAS = Acknowledgement(
    suite=SUITE,
    server_epoch=1,
    epoch=OFFICE.epoch,
    ranges=(CustodyRange(1, 150, 0), CustodyRange(152, 160, 4_711)),
    chain=sha256(b"head"),
    time_ms=NOW_MS,
)
RAW = ak.sign_acknowledgement(CENTRE.reply, HAS)
BLOB = BlobAcknowledgement(SUITE, 1, sha256(b"ciphertext"), 70_000, NOW_MS)
BLOB_RAW = ak.sign_blob_acknowledgement(CENTRE.reply, BLOB)


def test_an_acknowledgement_is_read_back_whole():
    assert ak.open_acknowledgement(RAW, RING) == HAS
    assert ak.open_blob_acknowledgement(BLOB_RAW, RING) == BLOB


def test_a_range_counts_its_events():
    assert [one.count for one in HAS.ranges] == [150, 9]


def test_one_kind_of_acknowledgement_is_not_taken_for_the_other():
    with pytest.raises(ContractError):
        ak.open_acknowledgement(BLOB_RAW, RING)
    with pytest.raises(ContractError):
        ak.open_blob_acknowledgement(RAW, RING)


@pytest.mark.parametrize("key", [CENTRE.log, CENTRE.directory, OFFICE.key])
def test_only_a_reply_key_acknowledges(key):
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        ak.open_acknowledgement(ak.sign_acknowledgement(key, HAS), RING)


def test_the_reply_key_must_have_been_valid_at_that_time():
    late = ak.sign_acknowledgement(CENTRE.reply, replace(HAS, time_ms=NOW_MS + 2_000 * DAY_MS))
    with pytest.raises(NotAuthentic, match="key_expired"):
        ak.open_acknowledgement(late, RING)


def test_it_stays_proof_after_the_reply_key_has_been_replaced():
    ring = CENTRE.ring(OFFICE)
    ring.add_key(CENTRE.certify(KeyPurpose.REPLY, CENTRE.second_root, NOW_MS + 999 * DAY_MS))
    assert ak.open_acknowledgement(RAW, ring) == HAS


@given(st.sampled_from([RAW, BLOB_RAW]), st.data())
def test_any_flipped_bit_is_refused(raw, data):
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    changed = bytes(byte ^ (1 << at % 8 if index == at // 8 else 0) for index, byte in enumerate(raw))
    open_it = ak.open_acknowledgement if raw is RAW else ak.open_blob_acknowledgement
    with pytest.raises(ContractError):
        open_it(changed, RING)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(raw):
    for open_it in (ak.open_acknowledgement, ak.open_blob_acknowledgement):
        with pytest.raises(ContractError):
            open_it(raw, RING)


def test_another_suite_is_named():
    raw = ak.sign_acknowledgement(CENTRE.reply, replace(HAS, suite=2))
    with pytest.raises(ContractError, match="suite_unknown"):
        ak.open_acknowledgement(raw, RING)


@pytest.mark.parametrize("ranges", [((5, 4, 0),), ((1, 5, 0), (5, 6, 9)), ((10, 12, 0), (1, 2, 3))])
def test_ranges_that_overlap_or_run_backwards_are_neither_signed_nor_read(ranges):
    wrong = replace(HAS, ranges=tuple(CustodyRange(*one) for one in ranges))
    with pytest.raises(InvalidField, match="out_of_order"):
        ak.sign_acknowledgement(CENTRE.reply, wrong)
