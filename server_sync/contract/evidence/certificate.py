"""Says which key belongs to whom: the centre's single-purpose keys and every workplace's, and which are withdrawn.

Two offline roots certify the centre's keys; the directory key certifies workplaces and withdraws them. Every structure
is a CBOR map with integer keys; the signature covers the same map without it.
"""

import dataclasses
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from server_sync.contract import codec, signing
from server_sync.contract.errors import InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.shapes import from_plain, key, keys_of, to_plain
from server_sync.contract.signing import HASH_BYTES, KEY_BYTES, KEY_ID_BYTES, SIGNATURE_BYTES, PrivateKey, PublicKey

CERTIFICATE_LIMIT_BYTES: Final = 1_000
_UNSIGNED: Final = bytes(SIGNATURE_BYTES)


class KeyPurpose(IntEnum):
    """The one thing a key of the centre is for. A courier key is X25519, the others are Ed25519."""

    DIRECTORY = 1
    LOG = 2
    REPLY = 3
    COURIER = 4


@dataclass(frozen=True, slots=True)
class KeyCertificate:
    """A root's word that a key of the centre serves one purpose for a time (milliseconds UTC, both ends included)."""

    suite: int = key(0, limit=255)
    purpose: KeyPurpose = key(1)
    public_key: bytes = key(2, size=KEY_BYTES)
    not_before_ms: int = key(3)
    not_after_ms: int = key(4)
    issuer: bytes = key(5, size=KEY_ID_BYTES)
    signature: bytes = key(6, size=SIGNATURE_BYTES)

    @property
    def key_id(self) -> bytes:
        """The certified key's name, 8 bytes."""
        return signing.key_id(self.public_key)

    def to_bytes(self) -> bytes:
        """The bytes that travel and are kept."""
        return codec.encode(to_plain(self))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "KeyCertificate":
        """Read a certificate; nothing of it is verified yet."""
        return _read(cls, raw)


@dataclass(frozen=True, slots=True)
class WorkplaceCertificate:
    """The directory's word that an epoch of a workplace numbers under a site's letters and a slot with this key.

    `previous_epoch` and `previous_head` (its last known chain value) are there when the workplace had an epoch before.
    """

    suite: int = key(0, limit=255)
    workplace: bytes = key(1, size=16)
    epoch: bytes = key(2, size=16)
    number_code: str = key(3, limit=3)
    slot: str = key(4, limit=5)
    public_key: bytes = key(5, size=KEY_BYTES)
    not_before_ms: int = key(6)
    server_epoch: int = key(7, limit=2**32)
    issuer: bytes = key(8, size=KEY_ID_BYTES)
    signature: bytes = key(9, size=SIGNATURE_BYTES)
    previous_epoch: bytes | None = key(10, size=16, default=None)
    previous_head: bytes | None = key(11, size=HASH_BYTES, default=None)

    @property
    def key_id(self) -> bytes:
        """The workplace key's name, 8 bytes."""
        return signing.key_id(self.public_key)

    def to_bytes(self) -> bytes:
        """The bytes that travel, are kept and begin the epoch's chain."""
        return codec.encode(to_plain(self))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "WorkplaceCertificate":
        """Read a certificate; nothing of it is verified yet."""
        return _read(cls, raw)


@dataclass(frozen=True, slots=True)
class Revocation:
    """The directory's word that an epoch is no longer believed beyond `last_good_seq` (0: not at all).

    `log_origin` and `log_size`, both or neither, name a public log: its leaves from `log_size` on came too late.
    """

    suite: int = key(0, limit=255)
    epoch: bytes = key(1, size=16)
    last_good_seq: int = key(2)
    time_ms: int = key(3)
    issuer: bytes = key(4, size=KEY_ID_BYTES)
    signature: bytes = key(5, size=SIGNATURE_BYTES)
    log_origin: str | None = key(6, limit=100, default=None)
    log_size: int | None = key(7, default=None)

    def to_bytes(self) -> bytes:
        """The bytes that travel and are kept."""
        return codec.encode(to_plain(self))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Revocation":
        """Read a revocation; nothing of it is verified yet."""
        read = _read(cls, raw)
        if (read.log_origin is None) != (read.log_size is None):
            raise InvalidField("missing", field=f"Revocation.{'log_size' if read.log_size is None else 'log_origin'}")
        return read


Signed = TypeVar("Signed", KeyCertificate, WorkplaceCertificate, Revocation)


def issue_key_certificate(
    root: PrivateKey, purpose: KeyPurpose, public_key: bytes, not_before_ms: int, not_after_ms: int
) -> KeyCertificate:
    """Certify a key of the centre, with a root key that is offline but for this moment."""
    unsigned = KeyCertificate(
        signing.SUITE, purpose, public_key, not_before_ms, not_after_ms, root.public.key_id, _UNSIGNED
    )
    return _sign(root, signing.KEY_CERTIFICATE, unsigned)


def issue_workplace_certificate(
    directory: PrivateKey,
    *,
    workplace: bytes,
    epoch: bytes,
    number_code: str,
    slot: str,
    public_key: bytes,
    not_before_ms: int,
    server_epoch: int,
    previous_epoch: bytes | None = None,
    previous_head: bytes | None = None,
) -> WorkplaceCertificate:
    """Certify a workplace's key for one epoch."""
    unsigned = WorkplaceCertificate(
        suite=signing.SUITE,
        workplace=workplace,
        epoch=epoch,
        number_code=number_code,
        slot=slot,
        public_key=public_key,
        not_before_ms=not_before_ms,
        server_epoch=server_epoch,
        issuer=directory.public.key_id,
        signature=_UNSIGNED,
        previous_epoch=previous_epoch,
        previous_head=previous_head,
    )
    return _sign(directory, signing.WORKPLACE_CERTIFICATE, unsigned)


def issue_revocation(
    directory: PrivateKey, epoch: bytes, last_good_seq: int, time_ms: int, log: tuple[str, int] | None = None
) -> Revocation:
    """Withdraw a workplace's epoch, naming the last event that is still believed and the origin and size of a log."""
    origin, size = log or (None, None)
    unsigned = Revocation(
        signing.SUITE, epoch, last_good_seq, time_ms, directory.public.key_id, _UNSIGNED, origin, size
    )
    return _sign(directory, signing.REVOCATION, unsigned)


def verify_key_certificate(certificate: KeyCertificate, roots: tuple[PublicKey, ...]) -> None:
    """Raise NotAuthentic `issuer_unknown` or `certificate_forged` unless a root issued it."""
    for root in roots:
        if root.key_id == certificate.issuer:
            _verify(root, signing.KEY_CERTIFICATE, certificate)
            return
    raise NotAuthentic("issuer_unknown")


def verify_workplace_certificate(certificate: WorkplaceCertificate, directory: PublicKey) -> None:
    """Raise NotAuthentic `issuer_unknown` or `certificate_forged` unless this directory key issued it."""
    if directory.key_id != certificate.issuer:
        raise NotAuthentic("issuer_unknown")
    _verify(directory, signing.WORKPLACE_CERTIFICATE, certificate)


def verify_revocation(revocation: Revocation, directory: PublicKey) -> None:
    """Raise NotAuthentic `issuer_unknown` or `certificate_forged` unless this directory key issued it."""
    if directory.key_id != revocation.issuer:
        raise NotAuthentic("issuer_unknown")
    _verify(directory, signing.REVOCATION, revocation)


def _sign(issuer: PrivateKey, label: bytes, unsigned: Signed) -> Signed:
    signature = issuer.sign(label, _covered(unsigned))
    signed = dataclasses.replace(unsigned, signature=signature)
    _read(type(signed), codec.encode(to_plain(signed)))
    return signed


def _verify(issuer: PublicKey, label: bytes, signed: Signed) -> None:
    try:
        issuer.verify(label, signed.signature, _covered(signed))
    except NotAuthentic as failure:
        raise NotAuthentic("certificate_forged") from failure


def _covered(signed: KeyCertificate | WorkplaceCertificate | Revocation) -> bytes:
    plain = to_plain(signed)
    del plain[_signature_key(type(signed))]
    return codec.encode(plain)


def _signature_key(cls: type[KeyCertificate] | type[WorkplaceCertificate] | type[Revocation]) -> int:
    number: int = next(field for field in dataclasses.fields(cls) if field.name == "signature").metadata["key"]
    return number


def _read(cls: type[Signed], raw: bytes) -> Signed:
    plain = codec.decode(raw, CERTIFICATE_LIMIT_BYTES)
    signing.demand_suite(plain, keys_of(cls)["suite"])
    read = from_plain(cls, plain)
    if read.to_bytes() != raw:
        raise MalformedBytes("not_canonical")
    return read
