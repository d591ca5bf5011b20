"""Makes the identifiers that are born once and never change."""

import secrets
import time
import uuid

EPOCH_BYTES = 16
SALT_BYTES = 16


def uuid7(now_ms: int | None = None) -> uuid.UUID:
    """Give a row an id that sorts by the moment it was born (RFC 9562, section 5.7)."""
    born_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    value = (born_ms & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def new_epoch_id() -> bytes:
    """Name one incarnation of a workplace's store: 16 random bytes."""
    return secrets.token_bytes(EPOCH_BYTES)


def new_salt() -> bytes:
    """Hide what an event says from those who hold its hash alone: 16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)
