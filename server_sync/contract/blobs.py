"""Seals attachments: AES-256-GCM in pieces of 64 KiB, each under its place, the last marked as last (STREAM).

A blob's id is the hash of its ciphertext; its key stands in the body of the event that names it. A key seals one blob
only, so the nonce is the piece's place: 7 zero bytes, the piece's number (u32, big endian), 1 if it is the last.
"""

import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server_sync.contract.errors import NotAuthentic

SUITE_BYTE: Final = b"\x01"
PIECE_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
KEY_BYTES: Final = 32


def new_blob_key() -> bytes:
    """Draw the key of one blob."""
    return secrets.token_bytes(KEY_BYTES)


def blob_id(ciphertext: bytes) -> bytes:
    """Name a blob by what travels and is stored."""
    return sha256(ciphertext).digest()


def sealed_size(plain_bytes: int) -> int:
    """Bytes of ciphertext for so many bytes of a file."""
    pieces = max(1, -(-plain_bytes // PIECE_BYTES))
    return 1 + plain_bytes + pieces * TAG_BYTES


def seal(plain: bytes, key: bytes) -> bytes:
    """Turn a file into the ciphertext that is stored and sent."""
    cipher = AESGCM(key)
    pieces = [plain[start : start + PIECE_BYTES] for start in range(0, len(plain), PIECE_BYTES)] or [b""]
    sealed = [
        cipher.encrypt(_nonce(place, place == len(pieces) - 1), piece, None) for place, piece in enumerate(pieces)
    ]
    return SUITE_BYTE + b"".join(sealed)


def unseal(ciphertext: bytes, key: bytes) -> bytes:
    """Give the file back, or raise NotAuthentic `blob_damaged`."""
    return b"".join(unseal_pieces([ciphertext], key))


def unseal_pieces(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Give a file back piece by piece from chunks of any size; nothing unauthentic is ever yielded."""
    cipher = AESGCM(key)
    held = bytearray()
    place = 0
    sealed_piece = PIECE_BYTES + TAG_BYTES
    has_suite = False
    for chunk in chunks:
        held += chunk
        if not has_suite and held:
            if held[:1] != SUITE_BYTE:
                raise NotAuthentic("blob_damaged")
            del held[:1]
            has_suite = True
        while len(held) > sealed_piece:
            yield _open(cipher, bytes(held[:sealed_piece]), place, is_last=False)
            del held[:sealed_piece]
            place += 1
    yield _open(cipher, bytes(held), place, is_last=True)


def _open(cipher: AESGCM, sealed: bytes, place: int, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(place, is_last), sealed, None)
    except (InvalidTag, ValueError) as failure:
        raise NotAuthentic("blob_damaged") from failure


def _nonce(place: int, is_last: bool) -> bytes:
    return bytes(7) + place.to_bytes(4, "big") + (b"\x01" if is_last else b"\x00")
