"""Seals an office's choice in a secret vote to a key that lives no longer than the vote.

    sealed = ephemeral public key (32) ‖ AES-256-GCM(one byte: the VoteChoice) (17)

The cipher's key is HKDF-SHA256 of the X25519 secret, with `label ‖ both public keys ‖ vote ‖ site code` as its context,
and its nonce is zero: the ephemeral key is drawn for one choice. A choice that another office copies cannot be opened.
The centre draws the vote's key, says the public half with the vote and forgets the private one when it counts: from
then on nobody can read a choice out of the events, the centre neither.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server_sync.contract.bodies import VoteChoice
from server_sync.contract.errors import NotAuthentic

LABEL: Final = b"liaison/ballot/1"
KEY_BYTES: Final = 32
_NONCE: Final = bytes(12)


def new_ballot_key() -> bytes:
    """Draw the private key of one vote."""
    return X25519PrivateKey.generate().private_bytes_raw()


def sealing_key(private: bytes) -> bytes:
    """Give the public half, to which choices are sealed."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_choice(choice: VoteChoice, public: bytes, vote: bytes, site_code: str) -> bytes:
    """Seal how an office votes; raises NotAuthentic `ballot_key_wrong` for a key that is none."""
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    try:
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as wrong:  # a point of small order gives everybody the same secret
        raise NotAuthentic("ballot_key_wrong") from wrong
    key = _key(secret, own, public, vote, site_code)
    return own + AESGCM(key).encrypt(_NONCE, bytes([choice]), None)


def open_choice(sealed: bytes, private: bytes, vote: bytes, site_code: str) -> VoteChoice:
    """Say how an office voted, or raise NotAuthentic `ballot_spoilt`."""
    own = X25519PrivateKey.from_private_bytes(private)
    theirs = sealed[:KEY_BYTES]
    try:
        secret = own.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = _key(secret, theirs, own.public_key().public_bytes_raw(), vote, site_code)
        return VoteChoice(*AESGCM(key).decrypt(_NONCE, sealed[KEY_BYTES:], None))
    except (InvalidTag, TypeError, ValueError) as wrong:
        raise NotAuthentic("ballot_spoilt") from wrong


def _key(secret: bytes, ephemeral: bytes, public: bytes, vote: bytes, site_code: str) -> bytes:
    context = LABEL + b"\x00" + ephemeral + public + vote + site_code.encode()
    return HKDF(SHA256(), 32, None, context).derive(secret)
