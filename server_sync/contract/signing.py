"""Signs and checks bytes with Ed25519 so that a signature made for one use is worth nothing in another.

Every signature covers `label ‖ 0x00 ‖ message` (suite 1). Two foreign formats say themselves what is signed and begin
differently from every label: COSE (RFC 9052, receipts) and C2SP signed notes (checkpoints, cosignatures); they use
`sign_as_is`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server_sync.contract.errors import ContractError, MalformedBytes, NotAuthentic

SUITE: Final = 1
"""SHA-256, Ed25519, X25519-HPKE, AES-256-GCM. Stands in every structure, never negotiated."""

SUITE_MOST: Final = 255
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
HASH_BYTES: Final = 32

CHAIN_HEAD: Final = b"liaison/chain/1"
KEY_CERTIFICATE: Final = b"liaison/key-certificate/1"
WORKPLACE_CERTIFICATE: Final = b"liaison/workplace-certificate/1"
REVOCATION: Final = b"liaison/revocation/1"
ACKNOWLEDGEMENT: Final = b"liaison/acknowledgement/1"
BLOB_ACKNOWLEDGEMENT: Final = b"liaison/blob-acknowledgement/1"
REQUEST: Final = b"liaison/request/1"
REPLY: Final = b"liaison/reply/1"
ENROL_REQUEST: Final = b"liaison/enrol-request/1"
ENROL_REPLY: Final = b"liaison/enrol-reply/1"
MEETING_KEY_WISH: Final = b"liaison/meeting-key-wish/1"
MEETING_KEY: Final = b"liaison/meeting-key/1"

LABELS: Final = (
    CHAIN_HEAD,
    KEY_CERTIFICATE,
    WORKPLACE_CERTIFICATE,
    REVOCATION,
    ACKNOWLEDGEMENT,
    BLOB_ACKNOWLEDGEMENT,
    REQUEST,
    REPLY,
    ENROL_REQUEST,
    ENROL_REPLY,
    MEETING_KEY_WISH,
    MEETING_KEY,
)
"""Every use of a signature or MAC. A new use gets a new label here; one never changes its meaning."""


def demand_suite(plain: object, place: int) -> None:
    """Raise ContractError `suite_unknown` for a structure of another suite, whatever else is strange about it."""
    told = None
    if isinstance(plain, dict):
        told = plain.get(place)
    elif isinstance(plain, list) and len(plain) > place:
        told = plain[place]
    if type(told) is int and told != SUITE and 0 <= told <= SUITE_MOST:
        raise ContractError("suite_unknown", suite=told)


def sha256(*parts: bytes) -> bytes:
    """Hash the parts as one row of bytes: 32 bytes."""
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


def key_id(public_key: bytes) -> bytes:
    """Name a public key: the first 8 bytes of its SHA-256."""
    return sha256(public_key)[:KEY_ID_BYTES]


def mac(key: bytes, label: bytes, message: bytes) -> bytes:
    """Authenticate bytes between two who share a secret: HMAC-SHA256 over `label ‖ 0x00 ‖ message`, 32 bytes."""
    return hmac.digest(key, _covered(label, message), "sha256")


def check_mac(key: bytes, label: bytes, message: bytes, tag: bytes) -> None:
    """Raise NotAuthentic `mac_wrong` unless the tag is the message's; takes the same time for every wrong tag."""
    if not hmac.compare_digest(mac(key, label, message), tag):
        raise NotAuthentic("mac_wrong")


def random_bytes(size: int) -> bytes:
    """Draw bytes nobody can guess."""
    return secrets.token_bytes(size)


@dataclass(frozen=True)
class PublicKey:
    """Checks what the holder of the private half signed. `raw` is the 32 bytes of RFC 8032."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise MalformedBytes("key_size", size=len(self.raw))

    @cached_property
    def key_id(self) -> bytes:
        """The key's name in certificates, receipts and headers, 8 bytes."""
        return key_id(self.raw)

    def verify(self, label: bytes, signature: bytes, message: bytes) -> None:
        """Raise NotAuthentic `signature_wrong` unless the key signed this message for this use."""
        self.verify_as_is(signature, _covered(label, message))

    def verify_as_is(self, signature: bytes, message: bytes) -> None:
        """Check a signature of a foreign format (COSE, C2SP note) that carries its own context."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature as failure:
            raise NotAuthentic("signature_wrong") from failure

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


class PrivateKey:
    """Signs. Its bytes never travel and are never shown by `repr`."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise MalformedBytes("key_size", size=len(raw))
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        self.public: Final = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Make a fresh key."""
        return cls(random_bytes(KEY_BYTES))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "PrivateKey":
        """Take a kept key up again from its 32 bytes, or raise MalformedBytes `key_size`."""
        return cls(raw)

    def to_bytes(self) -> bytes:
        """Give the 32 bytes to be kept under lock."""
        return self._key.private_bytes_raw()

    def sign(self, label: bytes, message: bytes) -> bytes:
        """Sign a message for one use: 64 bytes."""
        return self.sign_as_is(_covered(label, message))

    def sign_as_is(self, message: bytes) -> bytes:
        """Sign for a foreign format (COSE, C2SP note) that carries its own context."""
        return self._key.sign(message)


def _covered(label: bytes, message: bytes) -> bytes:
    return label + b"\x00" + message
