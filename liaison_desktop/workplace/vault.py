"""Keeps the store's key in the system's keyring, so that sync goes on before anyone signs in.

Where the system has none, sync starts after the first sign-in of each run, and the screen says so.
"""

import base64
import binascii
from typing import Final, Protocol

SERVICE: Final = "kg.liaison.store"


class Vault(Protocol):
    """A place of the system that gives a key to this user's programs only."""

    def read(self, name: str) -> bytes | None:
        """Give a kept key; None when there is none, or no keyring."""

    def keep(self, name: str, key: bytes) -> bool:
        """Keep a key; False when the system has no keyring."""

    def forget(self, name: str) -> None:
        """Drop a key."""


class SystemVault:
    """The keyring of Windows or of the Linux desktop. Slow to ask the first time: not on the window's thread."""

    def read(self, name: str) -> bytes | None:
        """Give a kept key; None when there is none, it is locked, or the system has no keyring."""
        import keyring
        from keyring.errors import KeyringError

        try:
            kept = keyring.get_password(SERVICE, name)
        except (KeyringError, RuntimeError):
            return None
        if not kept:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except binascii.Error:
            return None

    def keep(self, name: str, key: bytes) -> bool:
        """Keep a key; False when the system has no keyring, or it is locked."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, name, base64.b64encode(key).decode("ascii"))
        except (KeyringError, RuntimeError):
            return False
        return True

    def forget(self, name: str) -> None:
        """Drop a key; nothing happens when it is not there."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.delete_password(SERVICE, name)
        except (KeyringError, RuntimeError):
            return


class NoVault:
    """A system without a keyring."""

    def read(self, name: str) -> bytes | None:
        """There is never a key."""
        return None

    def keep(self, name: str, key: bytes) -> bool:
        """Nothing is kept."""
        return False

    def forget(self, name: str) -> None:
        """There is nothing to drop."""
