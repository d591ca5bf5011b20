"""Keeps small secrets in the database so that a copy of the database alone does not tell them."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

from server_sync.common.refusals import NotSetUp
from server_sync.contract.signing import random_bytes

NONCE_BYTES = 12


def seal(purpose: str, secret: bytes, belongs_to: bytes) -> bytes:
    """Encrypt a secret under the server's secret key, bound to its purpose and the row it belongs to."""
    nonce = random_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, secret, belongs_to)


def unseal(purpose: str, sealed: bytes, belongs_to: bytes) -> bytes:
    """Decrypt a sealed secret; raises NotSetUp `secret_key_changed` when it was sealed under another key."""
    try:
        return AESGCM(_key(purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to)
    except InvalidTag as failure:
        advice = "The file secret_key is not the one this database was used with. Restore it from the backup."
        raise NotSetUp("secret_key_changed", advice=advice) from failure


def _key(purpose: str) -> bytes:
    return salted_hmac(f"liaison.seal.{purpose}", "", algorithm="sha256").digest()
