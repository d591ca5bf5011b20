"""Which key is believed, for what and when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import codec, signing
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.evidence.certificate import (
    KeyCertificate,
    KeyPurpose,
    Revocation,
    WorkplaceCertificate,
    issue_key_certificate,
    issue_revocation,
    issue_workplace_certificate,
    verify_key_certificate,
    verify_revocation,
    verify_workplace_certificate,
)
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.shapes import keys_of
from server_sync.contract.signing import PrivateKey
from tests.contract.invented import DAY_MS, NOW_MS, ORIGIN, Centre, phrase_key

CENTRE = Centre()
OFFICE = CENTRE.office("ALA")
KEY_RAW = CENTRE.keys[0]
OFFICE_RAW = OFFICE.certificate.to_bytes()
REVOKED_RAW = CENTRE.revoke(OFFICE, 17)
STRANGER = Centre(root=phrase_key("a stranger's root"), directory=phrase_key("a stranger's directory"))


def plain(raw: bytes) -> Any:
    """Read CBOR whose form the test knows."""
    return codec.decode(raw, 1_000)


def certify_office(directory: PrivateKey, **changed: Any) -> bytes:
    fields: dict[str, Any] = {
        "workplace": bytes(16),
        "epoch": bytes(16),
        "number_code": "ALA",
        "slot": "B",
        "public_key": phrase_key("another office").public.raw,
        "not_before_ms": NOW_MS,
        "server_epoch": 1,
    }
    return issue_workplace_certificate(directory, **fields | changed).to_bytes()


def test_every_structure_is_read_back_from_its_bytes():
    assert KeyCertificate.from_bytes(KEY_RAW).to_bytes() == KEY_RAW
    assert WorkplaceCertificate.from_bytes(OFFICE_RAW) == OFFICE.certificate
    assert Revocation.from_bytes(REVOKED_RAW).to_bytes() == REVOKED_RAW


def test_the_suite_stands_in_every_structure():
    for raw in (KEY_RAW, OFFICE_RAW, REVOKED_RAW):
        assert plain(raw)[0] == signing.SUITE


def test_another_suite_is_refused_by_name():
    for cls, raw in ((KeyCertificate, KEY_RAW), (WorkplaceCertificate, OFFICE_RAW), (Revocation, REVOKED_RAW)):
        with pytest.raises(ContractError, match="suite_unknown"):
            cls.from_bytes(codec.encode({**plain(raw), 0: 2}))


def test_the_signature_covers_the_map_without_it():
    covered = plain(OFFICE_RAW)
    del covered[keys_of(WorkplaceCertificate)["signature"]]
    CENTRE.directory.public.verify(signing.WORKPLACE_CERTIFICATE, OFFICE.certificate.signature, codec.encode(covered))


def test_the_successor_of_an_epoch_names_the_one_before_and_its_head():
    raw = certify_office(CENTRE.directory, previous_epoch=OFFICE.epoch, previous_head=bytes(32))
    read = WorkplaceCertificate.from_bytes(raw)
    assert (read.previous_epoch, read.previous_head) == (OFFICE.epoch, bytes(32))
    assert CENTRE.ring().add_workplace(raw) == read


def test_an_absent_field_is_absent_and_not_empty():
    with pytest.raises((MalformedBytes, InvalidField)):
        WorkplaceCertificate.from_bytes(codec.encode({**plain(OFFICE_RAW), 10: None}))


@given(st.sampled_from([KEY_RAW, OFFICE_RAW, REVOKED_RAW]), st.data())
def test_any_flipped_bit_is_refused(raw, data):
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    changed = bytes(byte ^ (1 << at % 8 if index == at // 8 else 0) for index, byte in enumerate(raw))
    ring = CENTRE.ring()
    add = {KEY_RAW: ring.add_key, OFFICE_RAW: ring.add_workplace, REVOKED_RAW: ring.add_revocation}[raw]
    with pytest.raises(ContractError):
        add(changed)
    assert ring.workplace(OFFICE.epoch) is None
    assert ring.revocation(OFFICE.epoch) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_name(raw):
    for cls in (KeyCertificate, WorkplaceCertificate, Revocation):
        with pytest.raises(ContractError):
            cls.from_bytes(raw)


def test_a_key_certified_by_either_root_is_known():
    new_log = phrase_key("log of the second root")
    raw = issue_key_certificate(
        CENTRE.second_root, KeyPurpose.LOG, new_log.public.raw, NOW_MS, NOW_MS + DAY_MS
    ).to_bytes()
    ring = CENTRE.ring()
    ring.add_key(raw)
    assert ring.key(new_log.public.key_id, KeyPurpose.LOG, NOW_MS) == new_log.public
    verify_key_certificate(KeyCertificate.from_bytes(raw), (CENTRE.root.public, CENTRE.second_root.public))


def test_a_strangers_root_certifies_nothing():
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        KeyRing(CENTRE.roots, STRANGER.keys)


def test_a_strangers_directory_certifies_and_withdraws_nothing():
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        CENTRE.ring().add_workplace(certify_office(STRANGER.directory))
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        CENTRE.ring(OFFICE).add_revocation(STRANGER.revoke(OFFICE, 1))
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        verify_workplace_certificate(OFFICE.certificate, STRANGER.directory.public)
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        verify_revocation(Revocation.from_bytes(REVOKED_RAW), STRANGER.directory.public)


def test_a_key_serves_its_one_purpose_only():
    ring = CENTRE.ring()
    for purpose, key in (
        (KeyPurpose.LOG, CENTRE.reply),
        (KeyPurpose.REPLY, CENTRE.log),
        (KeyPurpose.DIRECTORY, CENTRE.log),
    ):
        with pytest.raises(NotAuthentic, match="issuer_unknown"):
            ring.key(key.public.key_id, purpose, NOW_MS)
        with pytest.raises(NotAuthentic, match="issuer_unknown"):
            ring.key_not_ended(key.public.key_id, purpose, NOW_MS)
    with pytest.raises(NotAuthentic, match="issuer_unknown"):
        ring.add_workplace(certify_office(CENTRE.reply))
    with pytest.raises(NotAuthentic, match="key_reused"):
        ring.add_key(CENTRE.certify(KeyPurpose.LOG, CENTRE.reply))


def test_a_key_is_valid_from_its_first_to_its_last_moment():
    key = phrase_key("short-lived")
    ring = CENTRE.ring()
    ring.add_key(CENTRE.certify(KeyPurpose.REPLY, key, NOW_MS, NOW_MS + DAY_MS))
    for at_ms in (NOW_MS, NOW_MS + DAY_MS):
        assert ring.key(key.public.key_id, KeyPurpose.REPLY, at_ms) == key.public
    for at_ms in (NOW_MS - 1, NOW_MS + DAY_MS + 1):
        with pytest.raises(NotAuthentic, match="key_expired"):
            ring.key(key.public.key_id, KeyPurpose.REPLY, at_ms)


def test_in_a_rotation_both_keys_are_listed_the_newest_first():
    successor = phrase_key("the next log key")
    ring = CENTRE.ring()
    ring.add_key(CENTRE.certify(KeyPurpose.LOG, successor, NOW_MS + 1_008 * DAY_MS, NOW_MS + 2_106 * DAY_MS))
    assert ring.keys(KeyPurpose.LOG) == (successor.public, CENTRE.log.public)
    assert ring.keys(KeyPurpose.LOG, NOW_MS + 1_099 * DAY_MS) == (successor.public,)
    assert [one.purpose for one in ring.certificates(KeyPurpose.LOG)] == [KeyPurpose.LOG, KeyPurpose.LOG]


def test_a_renewed_certificate_of_the_same_key_prolongs_it():
    ring = CENTRE.ring()
    ring.add_key(CENTRE.certify(KeyPurpose.LOG, CENTRE.log, NOW_MS, NOW_MS + 9_999 * DAY_MS))
    ring.add_key(CENTRE.keys[1])
    assert ring.key(CENTRE.log.public.key_id, KeyPurpose.LOG, NOW_MS + 9_000 * DAY_MS) == CENTRE.log.public


def test_a_courier_key_is_certified_like_the_others():
    courier = phrase_key("stands for an X25519 key")
    ring = CENTRE.ring()
    ring.add_key(CENTRE.certify(KeyPurpose.COURIER, courier))
    assert [one.public_key for one in ring.certificates(KeyPurpose.COURIER)] == [courier.public.raw]


def test_a_workplace_is_found_by_key_and_by_epoch():
    ring = CENTRE.ring(OFFICE)
    assert ring.workplace_of_key(OFFICE.key.public.key_id) == OFFICE.certificate
    assert ring.workplace(OFFICE.epoch) == OFFICE.certificate
    assert ring.workplace_of_key(bytes(8)) is None
    assert ring.workplace(bytes(16)) is None
    ring.add_workplace(OFFICE_RAW)
    assert ring.workplace(OFFICE.epoch) == OFFICE.certificate


def test_a_workplace_certified_before_the_directory_key_or_after_it_is_not_believed():
    for at_ms in (NOW_MS - 1, NOW_MS + 1_099 * DAY_MS):
        with pytest.raises(NotAuthentic, match="key_expired"):
            CENTRE.ring().add_workplace(certify_office(CENTRE.directory, not_before_ms=at_ms))


def test_an_epoch_has_one_key_and_a_key_one_epoch():
    ring = CENTRE.ring(OFFICE)
    with pytest.raises(NotAuthentic, match="key_reused"):
        ring.add_workplace(certify_office(CENTRE.directory, public_key=OFFICE.key.public.raw))
    with pytest.raises(NotAuthentic, match="epoch_reused"):
        ring.add_workplace(certify_office(CENTRE.directory, epoch=OFFICE.epoch))


def test_a_revoked_epoch_is_known_and_no_longer_believed_after_its_last_good_event():
    ring = CENTRE.ring(OFFICE, revocations=(REVOKED_RAW,))
    assert ring.workplace(OFFICE.epoch) is not None
    assert ring.is_revoked(OFFICE.epoch)
    assert not ring.is_revoked(OFFICE.epoch, 17)
    assert ring.is_revoked(OFFICE.epoch, 18)
    assert not ring.is_revoked(bytes(16))
    revocation = ring.revocation(OFFICE.epoch)
    assert revocation is not None
    assert revocation.last_good_seq == 17


def test_of_two_revocations_the_stricter_counts_in_either_order():
    strict = CENTRE.revoke(OFFICE, 3)
    for order in ((REVOKED_RAW, strict), (strict, REVOKED_RAW)):
        assert CENTRE.ring(OFFICE, revocations=order).is_revoked(OFFICE.epoch, 4)


def test_a_revocation_names_a_log_or_none_and_never_half_of_one():
    named = CENTRE.revoke(OFFICE, 17, (ORIGIN, 0))
    read = Revocation.from_bytes(named)
    assert (read.to_bytes(), read.log_origin, read.log_size) == (named, ORIGIN, 0)
    assert set(plain(named)) - set(plain(REVOKED_RAW)) == {6, 7}
    for left_out, field in ((6, "Revocation.log_origin"), (7, "Revocation.log_size")):
        half = {number: item for number, item in plain(named).items() if number != left_out}
        with pytest.raises(InvalidField, match="missing") as refused:
            Revocation.from_bytes(codec.encode(half))
        assert refused.value.params["field"] == field


def test_a_leaf_came_too_late_from_the_named_size_on_and_in_a_log_that_is_not_named_always():
    assert not CENTRE.ring(OFFICE, revocations=(REVOKED_RAW,)).came_too_late(OFFICE.epoch, ORIGIN, 10**9)
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        raws = (REVOKED_RAW, CENTRE.revoke(OFFICE, 17, (ORIGIN, 40)), CENTRE.revoke(OFFICE, 17, (ORIGIN, 41)))
        ring = CENTRE.ring(OFFICE, revocations=tuple(raws[at] for at in order))
        assert [ring.came_too_late(OFFICE.epoch, ORIGIN, leaf) for leaf in (0, 39, 40, 41)] == [
            False,
            False,
            True,
            True,
        ]
        assert ring.came_too_late(OFFICE.epoch, "kattar.gov.kg/log/2", 0)
        assert not ring.came_too_late(bytes(16), ORIGIN, 41)
        assert not ring.is_revoked(OFFICE.epoch, 17)


def test_a_certificate_that_could_not_be_read_back_is_never_issued():
    with pytest.raises(InvalidField):
        certify_office(CENTRE.directory, number_code="ALAB")
    with pytest.raises(InvalidField):
        certify_office(CENTRE.directory, epoch=b"short")
    with pytest.raises(InvalidField):
        issue_revocation(CENTRE.directory, bytes(16), -1, NOW_MS)


def test_an_expired_directory_key_does_not_take_its_workplaces_with_it():
    ring = CENTRE.ring(OFFICE)
    with pytest.raises(NotAuthentic, match="key_expired"):
        ring.key(CENTRE.directory.public.key_id, KeyPurpose.DIRECTORY, NOW_MS + 1_099 * DAY_MS)
    assert ring.workplace(OFFICE.epoch) == OFFICE.certificate
