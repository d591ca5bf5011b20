"""Makes the links that letters carry and reads them back: a row's key with a mark that only this server makes.

A link says nothing of the address it went to. Whoever has one can end or change what it is for, and nothing else.
"""

import base64
import binascii
import hmac
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

KEY_BYTES: Final = 16
MARK_BYTES: Final = 16
LINK_LETTERS: Final = 43
CONFIRM: Final = "confirm"
CHANGE: Final = "change"


def link(purpose: str, key: UUID) -> str:
    """The last part of an address for a row."""
    return base64.urlsafe_b64encode(key.bytes + _mark(purpose, key.bytes)).rstrip(b"=").decode("ascii")


def key_in(purpose: str, written: str) -> UUID | None:
    """The key of the row that a link is for; None for what this server did not make for this purpose."""
    if len(written) != LINK_LETTERS:
        return None
    try:
        read = base64.b64decode(f"{written}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    key, mark = read[:KEY_BYTES], read[KEY_BYTES:]
    return UUID(bytes=key) if hmac.compare_digest(mark, _mark(purpose, key)) else None


def address(name: str, *parts: str) -> str:
    """A whole address as letters carry it."""
    return settings.LIAISON_PUBLIC_URL.rstrip("/") + reverse(name, args=parts)


def _mark(purpose: str, key: bytes) -> bytes:
    return salted_hmac(f"liaison.subscriptions.{purpose}", key, algorithm="sha256").digest()[:MARK_BYTES]
