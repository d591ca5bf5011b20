"""What a signature promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import events, signing
from server_sync.contract.errors import MalformedBytes, NotAuthentic
from server_sync.contract.signing import LABELS, PrivateKey, PublicKey, check_mac, key_id, mac, sha256

KEY = PrivateKey.from_bytes(bytes(range(32)))


def test_every_use_has_a_label_of_its_own():
    named = [
        value for name, value in vars(signing).items() if isinstance(value, bytes) and value.startswith(b"liaison/")
    ]
    assert sorted(named) == sorted(LABELS)
    assert len(set(LABELS)) == len(LABELS)
    assert all(label.isascii() and b"\x00" not in label for label in LABELS)


def test_no_label_begins_like_a_foreign_format():
    for label in LABELS:
        assert not label.startswith(b"cosignature/v1\n")
        assert label[:1] != b"\x84"  # an array of four: a COSE Sig_structure


def test_there_is_one_suite():
    assert signing.SUITE == events.Header.__dataclass_fields__["suite"].default == 1


def test_a_signature_covers_label_zero_byte_and_message():
    signature = KEY.sign(signing.REPLY, b"message")
    KEY.public.verify_as_is(signature, b"liaison/reply/1\x00message")


def test_the_key_of_rfc_8032_gives_the_signature_of_rfc_8032():
    key = PrivateKey.from_bytes(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign_as_is(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


@given(st.sampled_from(LABELS), st.sampled_from(LABELS), st.binary(max_size=40))
def test_a_signature_made_for_one_use_is_worth_nothing_in_another(one, other, message):
    signature = KEY.sign(one, message)
    if one == other:
        KEY.public.verify(other, signature, message)
    else:
        with pytest.raises(NotAuthentic, match="signature_wrong"):
            KEY.public.verify(other, signature, message)


@given(st.binary(max_size=80))
def test_any_other_bytes_are_no_signature(junk):
    with pytest.raises(NotAuthentic):
        KEY.public.verify(signing.REPLY, junk, b"message")


def test_a_key_is_named_by_the_first_eight_bytes_of_its_hash():
    assert KEY.public.key_id == key_id(KEY.public.raw) == sha256(KEY.public.raw)[:8]


def test_a_key_is_kept_and_taken_up_again_and_never_printed():
    again = PrivateKey.from_bytes(KEY.to_bytes())
    assert again.public == KEY.public
    assert KEY.to_bytes().hex() not in repr(KEY)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_refused_by_name(size):
    for make in (PublicKey, PrivateKey.from_bytes):
        with pytest.raises(MalformedBytes, match="key_size"):
            make(bytes(size))


def test_fresh_keys_differ():
    assert PrivateKey.generate().public != PrivateKey.generate().public


def test_a_mac_is_good_for_its_use_and_secret_only():
    tag = mac(b"secret", signing.ENROL_REQUEST, b"message")
    check_mac(b"secret", signing.ENROL_REQUEST, b"message", tag)
    for wrong in (
        (b"Secret", signing.ENROL_REQUEST, b"message", tag),
        (b"secret", signing.ENROL_REPLY, b"message", tag),
        (b"secret", signing.ENROL_REQUEST, b"messagE", tag),
        (b"secret", signing.ENROL_REQUEST, b"message", tag[:31]),
        (b"secret", signing.ENROL_REQUEST, b"message", b""),
    ):
        with pytest.raises(NotAuthentic, match="mac_wrong"):
            check_mac(*wrong)
