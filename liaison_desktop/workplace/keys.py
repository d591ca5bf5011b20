"""Wraps the store's key for each person, for the offline recovery key, and by the system's keyring.

One raw 256-bit key opens the store. Nobody knows it: a person's password (Argon2id, RFC 9106) opens that person's wrap,
AES-256-GCM under the derived key, bound to whom it is for. A wrong password and a damaged wrap look the same.
"""

import base64
import secrets
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison_desktop.domain.errors import SignInRefused, WorkplaceDamaged
from server_sync.contract.enrolment import ALPHABET

STORE_KEY_BYTES: Final = 32
RECOVERY_CHARACTERS: Final = 25
"""125 bits of Crockford's base32, in five groups."""

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_LABEL: Final = b"liaison/store-key-wrap/1\x00"
_MOST_MEMORY_KIB: Final = 1024 * 1024
_MOST_TIME: Final = 64
_MOST_LANES: Final = 64
_LEAST_KIB_A_LANE: Final = 8
"""Argon2's own least."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try costs: RFC 9106's second recommendation, about 0.1 s on an office PC."""

    time: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    @property
    def is_possible(self) -> bool:
        """Whether Argon2 takes it and this computer can bear it."""
        return (
            0 < self.time <= _MOST_TIME
            and 0 < self.lanes <= _MOST_LANES
            and self.lanes * _LEAST_KIB_A_LANE <= self.memory_kib <= _MOST_MEMORY_KIB
        )


COST = Cost()


@dataclass(frozen=True, slots=True)
class Wrap:
    """A key locked by a secret that people hold."""

    salt: bytes
    cost: Cost
    nonce: bytes
    sealed: bytes

    def to_plain(self) -> dict[str, str | int]:
        """Write for `workplace.json`."""
        return {
            "kdf": "argon2id",
            "salt": base64.b64encode(self.salt).decode("ascii"),
            "time": self.cost.time,
            "memory_kib": self.cost.memory_kib,
            "lanes": self.cost.lanes,
            "nonce": base64.b64encode(self.nonce).decode("ascii"),
            "sealed": base64.b64encode(self.sealed).decode("ascii"),
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """Read out of `workplace.json`, or raise WorkplaceDamaged."""
        try:
            cost = Cost(int(plain["time"]), int(plain["memory_kib"]), int(plain["lanes"]))
            parts = [base64.b64decode(plain[name], validate=True) for name in ("salt", "nonce", "sealed")]
            known = plain["kdf"] == "argon2id"
        except (KeyError, TypeError, ValueError, OverflowError) as broken:
            raise WorkplaceDamaged("workplace_damaged", part="wrap") from broken
        sizes = (len(parts[0]), len(parts[1]))
        if not known or not cost.is_possible or sizes != (_SALT_BYTES, _NONCE_BYTES):
            raise WorkplaceDamaged("workplace_damaged", part="wrap")
        return cls(parts[0], cost, parts[1], parts[2])


def new_store_key() -> bytes:
    """Draw the key of a new store."""
    return secrets.token_bytes(STORE_KEY_BYTES)


def wrap(key: bytes, secret: str, holder: str, cost: Cost | None = None) -> Wrap:
    """Lock a key with what a person knows; `holder` names whom the wrap is for."""
    cost = cost or COST
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, key, _LABEL + holder.encode())
    return Wrap(salt, cost, nonce, sealed)


def unwrap(locked: Wrap, secret: str, holder: str) -> bytes:
    """Give the key back, or raise SignInRefused `password_wrong`."""
    try:
        return AESGCM(_derive(secret, locked.salt, locked.cost)).decrypt(
            locked.nonce, locked.sealed, _LABEL + holder.encode()
        )
    except (InvalidTag, ValueError) as wrong:
        raise SignInRefused("password_wrong") from wrong


def new_recovery_key() -> str:
    """Draw the key that is written on paper at enrolment and kept in a safe: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CHARACTERS)))


def read_recovery_key(typed: str) -> str:
    """Read a recovery key as people type it (case, spaces, O for 0, I and L for 1), or raise SignInRefused."""
    text = "".join(typed.upper().split()).replace("-", "").replace("–", "")
    text = text.translate(str.maketrans("OILОАВСЕНКМРТХ", "011" + "0ABCEHKMPTX"))
    if len(text) != RECOVERY_CHARACTERS or not set(text) <= set(ALPHABET):
        raise SignInRefused("recovery_key_malformed")
    return grouped(text)


def grouped(text: str) -> str:
    """Write twenty-five characters in groups of five."""
    return "-".join(text[at : at + 5] for at in range(0, len(text), 5))


def _derive(secret: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret.encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.time,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=STORE_KEY_BYTES,
        type=Type.ID,
    )
