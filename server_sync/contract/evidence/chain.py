r"""Gives events their identity and binds each to all before it, so that one signature covers a whole history.

    event_hash = H("ev1\0" ‖ H(header) ‖ H(salt ‖ body))
    c_0        = H("gen1\0" ‖ certificate)
    c_n        = H("ch1\0" ‖ c_{n-1} ‖ event_hash)

The commitment H(salt ‖ body) stays when salt and body are erased: the hash, the chain and the log remain valid, and
without the salt nothing can be proved about what the person said.
"""

from collections.abc import Iterable

from server_sync.contract.errors import InvalidField
from server_sync.contract.signing import CHAIN_HEAD, PrivateKey, PublicKey, sha256

SEQ_LIMIT = 2**64 - 1


def commitment(salt: bytes, body: bytes) -> bytes:
    """Stand for what an event says without saying it: the part that is kept after erasure, 32 bytes."""
    return sha256(salt, body)


def event_hash(header: bytes, salt: bytes, body: bytes) -> bytes:
    """Name an event: its identity everywhere, 32 bytes."""
    return event_hash_after_erasure(header, commitment(salt, body))


def event_hash_after_erasure(header: bytes, body_commitment: bytes) -> bytes:
    """Name an event of which header and commitment alone are left."""
    return sha256(b"ev1\x00", sha256(header), body_commitment)


def genesis(certificate: bytes) -> bytes:
    """Begin an epoch's chain: c_0, bound to the certificate's bytes."""
    return sha256(b"gen1\x00", certificate)


def advance(chain: bytes, event: bytes) -> bytes:
    """Lay the next event's hash on the chain."""
    return sha256(b"ch1\x00", chain, event)


def advance_over(chain: bytes, events: Iterable[bytes]) -> bytes:
    """Lay several events' hashes on the chain, in order of seq."""
    for event in events:
        chain = advance(chain, event)
    return chain


def sign_head(key: PrivateKey, epoch: bytes, seq: int, chain: bytes) -> bytes:
    """Vouch for an epoch's events 1…seq at once: 64 bytes over `epoch ‖ seq ‖ c`."""
    return key.sign(CHAIN_HEAD, _head(epoch, seq, chain))


def verify_head(public_key: PublicKey, epoch: bytes, seq: int, chain: bytes, signature: bytes) -> None:
    """Raise NotAuthentic `signature_wrong` unless the workplace vouched for this head."""
    public_key.verify(CHAIN_HEAD, signature, _head(epoch, seq, chain))


def _head(epoch: bytes, seq: int, chain: bytes) -> bytes:
    if len(epoch) != 16:
        raise InvalidField("wrong_size", field="epoch", size=16)
    if len(chain) != 32:
        raise InvalidField("wrong_size", field="chain", size=32)
    if not 0 <= seq <= SEQ_LIMIT:
        raise InvalidField("out_of_range", field="seq")
    return epoch + seq.to_bytes(8, "big") + chain
