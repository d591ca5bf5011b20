"""Suite 1 of the page: hashes, key ids, signatures and MACs under a label, the chain of an epoch, sealed pieces."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.stranger.encoding import Refused
from tests.stranger.page import the_page

SUITE: Final = 1
PIECE: Final = 64 * 1024
SEALED_PIECE: Final = PIECE + 16


def h(*parts: bytes) -> bytes:
    """H of the page: SHA-256 of the parts one after another."""
    return hashlib.sha256(b"".join(parts)).digest()


def key_id(public_key: bytes) -> bytes:
    return h(public_key)[:8]


def public_half(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def labelled(label: str, message: bytes) -> bytes:
    """What is signed or authenticated in place of a message."""
    if label not in the_page().labels:
        raise Refused("signature_wrong", label)
    return label.encode() + b"\0" + message


def sign(key: Ed25519PrivateKey, label: str, message: bytes) -> bytes:
    return key.sign(labelled(label, message))


def holds(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether an Ed25519 signature is over these very bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify(public_key: bytes, label: str, message: bytes, signature: bytes) -> None:
    """Refuse what that key did not sign for that use."""
    if not holds(public_key, signature, labelled(label, message)):
        raise Refused("signature_wrong", label)


def mac(key: bytes, label: str, message: bytes) -> bytes:
    return hmac.new(key, labelled(label, message), hashlib.sha256).digest()


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def commitment(salt: bytes, body: bytes) -> bytes:
    return h(salt, body)


def event_hash(header: bytes, salt: bytes, body: bytes) -> bytes:
    return event_hash_after_erasure(header, commitment(salt, body))


def event_hash_after_erasure(header: bytes, held: bytes) -> bytes:
    """The same hash, when only the commitment to salt and body is left."""
    return h(b"ev1\0", h(header), held)


def genesis(certificate: bytes) -> bytes:
    """c_0, the value the chain of an epoch begins with."""
    return h(b"gen1\0", certificate)


def next_in_chain(before: bytes, event: bytes) -> bytes:
    return h(b"ch1\0", before, event)


def chain_over(certificate: bytes, events: Iterable[bytes]) -> bytes:
    """c_n after these event hashes."""
    value = genesis(certificate)
    for event in events:
        value = next_in_chain(value, event)
    return value


def head_to_sign(epoch: bytes, seq: int, chain: bytes) -> bytes:
    return epoch + u64(seq) + chain


def six_digits(salt: bytes) -> str:
    """The digits a citizen says on the telephone beside the number."""
    return f"{int.from_bytes(h(b'code' + bytes(1), salt), 'big') % 1_000_000:06d}"


def request_hash(method: str, path: str, body: bytes, nonce: bytes, epoch: bytes) -> bytes:
    return h(b"rq1\0", h(method.encode()), h(path.encode()), h(body), nonce, epoch)


def unread_request_hash(method: str, path: str, length: int, nonce: bytes, epoch: bytes) -> bytes:
    """Name a request whose body was not read, by the length that was announced."""
    return h(b"rq1-unread\0", h(method.encode()), h(path.encode()), u64(length), nonce, epoch)


def seal(key: bytes, content: bytes) -> bytes:
    """Make the blob of a file: a byte 1 and the sealed pieces."""
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)] or [b""]
    sealing = zip(_nonces(len(pieces)), pieces, strict=True)
    return b"\x01" + b"".join(AESGCM(key).encrypt(nonce, piece, None) for nonce, piece in sealing)


def unseal(key: bytes, blob: bytes) -> bytes:
    """Open a blob; a piece that was changed, moved or cut off makes it fail."""
    if blob[:1] != b"\x01":
        raise Refused("blob_damaged")
    pieces = [blob[at : at + SEALED_PIECE] for at in range(1, len(blob), SEALED_PIECE)]
    opening = zip(_nonces(len(pieces)), pieces, strict=True)
    return b"".join(AESGCM(key).decrypt(nonce, piece, None) for nonce, piece in opening)


def _nonces(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield bytes(7) + number.to_bytes(4, "big") + bytes([number == count - 1])
