"""The keys of a closed meeting: drawn at the office that leads it, sealed to each PC, unknown to whoever carries them.

    sealed = ephemeral public key (32) ‖ AES-256-GCM(the meeting's key, 32 bytes) (48)

The cipher's key is HKDF-SHA256 of the X25519 secret, with `label ‖ both public keys ‖ meeting ‖ number ‖ who` as its
context, and its nonce is zero: the ephemeral key is drawn for one box. A PC draws the key it is sealed to for one stay
and signs it with its enrolled key, and so does the office that leads with each box: the centre passes both on with the
certificates, and can put nothing of its own in their place without enrolling a PC that does not exist.

Numbers of keys grow in a meeting. Whoever was put out has none of a greater number.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server_sync.contract.errors import NotAuthentic
from server_sync.contract.shapes import key
from server_sync.contract.signing import (
    MEETING_KEY,
    MEETING_KEY_WISH,
    SIGNATURE_BYTES,
    PrivateKey,
    PublicKey,
    random_bytes,
)

LABEL: Final = b"liaison/meeting-key/1"
KEY_BYTES: Final = 32
SEALED_KEY_BYTES: Final = 80
KEY_NUMBER_MOST: Final = 2**31 - 1
BOXES_MOST: Final = 40
"""Of one call, and PCs that wish in one answer: certificates take room, the rest follows in the next."""
WHO_CHARACTERS: Final = 32
CERTIFICATE_BYTES: Final = 1_000
_NONCE: Final = bytes(12)


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What a PC says with each call in a closed meeting: the key to seal to, signed, and the newest number it has."""

    public: bytes = key(0, size=KEY_BYTES)
    signature: bytes = key(1, size=SIGNATURE_BYTES)
    known: int = key(2, limit=KEY_NUMBER_MOST, default=0)


@dataclass(frozen=True, slots=True)
class KeyBox:
    """The meeting's key, sealed to one PC and signed by the one that gives it."""

    who: str = key(0, limit=WHO_CHARACTERS)
    sealed: bytes = key(1, size=SEALED_KEY_BYTES)
    signature: bytes = key(2, size=SIGNATURE_BYTES)


@dataclass(frozen=True, slots=True)
class KeysGiven:
    """Boxes with the key of this number; of the present one for those who came since, or of the next for all."""

    number: int = key(0, at_least=1, limit=KEY_NUMBER_MOST)
    boxes: tuple[KeyBox, ...] = key(1, limit=BOXES_MOST, default=())


@dataclass(frozen=True, slots=True)
class MeetingKeys:
    """What a call in a closed meeting brings besides: every one the wish, `GIVE_KEYS` the boxes."""

    wish: KeyWish = key(0)
    given: KeysGiven | None = key(1, default=None)


@dataclass(frozen=True, slots=True)
class KeyGiven:
    """The box of the PC that asks, with who gave it and that one's certificate."""

    number: int = key(0, at_least=1, limit=KEY_NUMBER_MOST)
    giver: str = key(1, limit=WHO_CHARACTERS)
    certificate: bytes = key(2, limit=CERTIFICATE_BYTES)
    sealed: bytes = key(3, size=SEALED_KEY_BYTES)
    signature: bytes = key(4, size=SIGNATURE_BYTES)


@dataclass(frozen=True, slots=True)
class KeyWished:
    """A PC that is to have the key, and has not that of the present number."""

    who: str = key(0, limit=WHO_CHARACTERS)
    certificate: bytes = key(1, limit=CERTIFICATE_BYTES)
    public: bytes = key(2, size=KEY_BYTES)
    signature: bytes = key(3, size=SIGNATURE_BYTES)


@dataclass(frozen=True, slots=True)
class KeysWished:
    """What the desk of the office that leads is told: the present number (0: none), who holds it, who waits for it.

    `is_due`: this desk is to draw a new one, because somebody who has the present one was put out, or nobody holds it.
    `following` is the number of the next: that of the present one and one, unless it is told (0: it is not).
    """

    number: int = key(0, limit=KEY_NUMBER_MOST, default=0)
    holder: str = key(1, limit=WHO_CHARACTERS, default="")
    is_due: bool = key(2, default=False)
    waiting: tuple[KeyWished, ...] = key(3, limit=BOXES_MOST, default=())
    following: int = key(4, limit=KEY_NUMBER_MOST, default=0)


def new_meeting_key() -> bytes:
    """Draw a key for all of a meeting."""
    return random_bytes(KEY_BYTES)


def new_stay_key() -> bytes:
    """Draw the private key of one PC's stay."""
    return X25519PrivateKey.generate().private_bytes_raw()


def wish_key(stay: bytes, signer: PrivateKey, meeting: bytes, epoch: bytes, known: int = 0) -> KeyWish:
    """Say to which key a PC wants the meeting's sealed."""
    public = X25519PrivateKey.from_private_bytes(stay).public_key().public_bytes_raw()
    return KeyWish(public, signer.sign(MEETING_KEY_WISH, meeting + epoch + public), known)


def check_wish(public: bytes, signature: bytes, signer: PublicKey, meeting: bytes, epoch: bytes) -> None:
    """Raise NotAuthentic `signature_wrong` unless the PC of this epoch wants the meeting's key sealed to this one."""
    signer.verify(MEETING_KEY_WISH, signature, meeting + epoch + public)


def seal_key(secret: bytes, number: int, public: bytes, signer: PrivateKey, meeting: bytes, who: str) -> KeyBox:
    """Seal the meeting's key to a PC; raises NotAuthentic `meeting_key_spoilt` for a public key that is none."""
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as wrong:  # a point of small order gives everybody the same secret
        raise NotAuthentic("meeting_key_spoilt") from wrong
    wrapping = _wrapping(shared, own, public, meeting, number, who)
    sealed = own + AESGCM(wrapping).encrypt(_NONCE, secret, None)
    return KeyBox(who, sealed, signer.sign(MEETING_KEY, _covered(meeting, number, who, sealed)))


def open_key(given: KeyGiven, stay: bytes, giver: PublicKey, meeting: bytes, who: str) -> bytes:
    """Give the meeting's key; raises NotAuthentic `signature_wrong` or `meeting_key_spoilt`."""
    giver.verify(MEETING_KEY, given.signature, _covered(meeting, given.number, who, given.sealed))
    own = X25519PrivateKey.from_private_bytes(stay)
    theirs = given.sealed[:KEY_BYTES]
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
        public = own.public_key().public_bytes_raw()
        wrapping = _wrapping(shared, theirs, public, meeting, given.number, who)
        return AESGCM(wrapping).decrypt(_NONCE, given.sealed[KEY_BYTES:], None)
    except (InvalidTag, ValueError) as wrong:
        raise NotAuthentic("meeting_key_spoilt") from wrong


def _covered(meeting: bytes, number: int, who: str, sealed: bytes) -> bytes:
    return meeting + number.to_bytes(4, "big") + sealed + who.encode()


def _wrapping(shared: bytes, ephemeral: bytes, public: bytes, meeting: bytes, number: int, who: str) -> bytes:
    context = LABEL + b"\x00" + ephemeral + public + meeting + number.to_bytes(4, "big") + who.encode()
    return HKDF(SHA256(), 32, None, context).derive(shared)
