"""The centre's signed word that it durably has an office's events or an attachment: custody, kept for ever as proof.

On the wire: [message bstr, reply key id bstr(8), signature bstr(64)], the message being the CBOR array of the fields.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

from server_sync.contract import codec, signing
from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.shapes import from_plain, key, to_plain
from server_sync.contract.signing import HASH_BYTES, KEY_ID_BYTES, SIGNATURE_BYTES, PrivateKey

ACKNOWLEDGEMENT_LIMIT_BYTES: Final = 100_000
BLOB_ACKNOWLEDGEMENT_LIMIT_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class CustodyRange:
    """Events seq_from…seq_to (both included) are the leaves leaf_from, leaf_from + 1, … of the public log."""

    AS_ARRAY: ClassVar[bool] = True
    seq_from: int = key(0, at_least=1)
    seq_to: int = key(1, at_least=1)
    leaf_from: int = key(2)

    @property
    def count(self) -> int:
        """Events in the range."""
        return self.seq_to - self.seq_from + 1


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Which events of an epoch the centre has; `chain` is the chain value c after the newest of them."""

    AS_ARRAY: ClassVar[bool] = True
    suite: int = key(0, limit=255)
    server_epoch: int = key(1, limit=2**32)
    epoch: bytes = key(2, size=16)
    ranges: tuple[CustodyRange, ...] = key(3, limit=4_000)
    chain: bytes = key(4, size=HASH_BYTES)
    time_ms: int = key(5)


@dataclass(frozen=True, slots=True)
class BlobAcknowledgement:
    """The centre has an attachment whole: its ciphertext hashes to `blob_id`."""

    AS_ARRAY: ClassVar[bool] = True
    suite: int = key(0, limit=255)
    server_epoch: int = key(1, limit=2**32)
    blob_id: bytes = key(2, size=HASH_BYTES)
    size_bytes: int = key(3)
    time_ms: int = key(4)


@dataclass(frozen=True, slots=True)
class _Signed:
    AS_ARRAY: ClassVar[bool] = True
    message: bytes = key(0, limit=ACKNOWLEDGEMENT_LIMIT_BYTES)
    signer: bytes = key(1, size=KEY_ID_BYTES)
    signature: bytes = key(2, size=SIGNATURE_BYTES)


_Custody = TypeVar("_Custody", Acknowledgement, BlobAcknowledgement)


def sign_acknowledgement(key: PrivateKey, acknowledgement: Acknowledgement) -> bytes:
    """Write and sign an acknowledgement with the reply key."""
    _demand_order(acknowledgement.ranges)
    return _sign(key, signing.ACKNOWLEDGEMENT, acknowledgement)


def open_acknowledgement(raw: bytes, ring: KeyRing) -> Acknowledgement:
    """Read an acknowledgement that a reply key, valid at its time, signed.

    Raises MalformedBytes or InvalidField for what is none, NotAuthentic `issuer_unknown`, `key_expired`,
    `acknowledgement_forged`.
    """
    acknowledgement = _open(Acknowledgement, signing.ACKNOWLEDGEMENT, raw, ACKNOWLEDGEMENT_LIMIT_BYTES, ring)
    _demand_order(acknowledgement.ranges)
    return acknowledgement


def sign_blob_acknowledgement(key: PrivateKey, acknowledgement: BlobAcknowledgement) -> bytes:
    """Write and sign an attachment's acknowledgement with the reply key."""
    return _sign(key, signing.BLOB_ACKNOWLEDGEMENT, acknowledgement)


def open_blob_acknowledgement(raw: bytes, ring: KeyRing) -> BlobAcknowledgement:
    """Read an attachment's acknowledgement; raises as `open_acknowledgement`."""
    label = signing.BLOB_ACKNOWLEDGEMENT
    return _open(BlobAcknowledgement, label, raw, BLOB_ACKNOWLEDGEMENT_LIMIT_BYTES, ring)


def _sign(key: PrivateKey, label: bytes, acknowledgement: Acknowledgement | BlobAcknowledgement) -> bytes:
    message = codec.encode(to_plain(acknowledgement))
    return codec.encode(to_plain(_Signed(message, key.public.key_id, key.sign(label, message))))


def _open(cls: type[_Custody], label: bytes, raw: bytes, limit_bytes: int, ring: KeyRing) -> _Custody:
    signed = from_plain(_Signed, codec.decode(raw, limit_bytes))
    plain = codec.decode(signed.message, limit_bytes)
    signing.demand_suite(plain, 0)
    acknowledgement = from_plain(cls, plain)
    key = ring.key(signed.signer, KeyPurpose.REPLY, acknowledgement.time_ms)
    try:
        key.verify(label, signed.signature, signed.message)
    except NotAuthentic as failure:
        raise NotAuthentic("acknowledgement_forged") from failure
    return acknowledgement


def _demand_order(ranges: tuple[CustodyRange, ...]) -> None:
    """Ranges stand in order of seq and do not overlap."""
    before = 0
    for one in ranges:
        if not before < one.seq_from <= one.seq_to:
            raise InvalidField("out_of_order", field="ranges")
        before = one.seq_to
