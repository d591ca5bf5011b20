"""A centre and two offices with fixed keys, for tests and for the vectors of docs/protocol.md.

Every key is SHA-256 of an English phrase, so anyone can make it again. None of them is used anywhere else.
"""

from dataclasses import dataclass, field
from typing import Final

from server_sync.contract.evidence.certificate import (
    KeyPurpose,
    WorkplaceCertificate,
    issue_key_certificate,
    issue_revocation,
    issue_workplace_certificate,
)
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.signing import PrivateKey, sha256

DAY_MS: Final = 24 * 3600 * 1000
NOW_MS: Final = 1_795_420_800_000
"""2026-11-23 08:00 UTC."""

ORIGIN: Final = "kattar.gov.kg/log/1"
PORTAL: Final = "https://kattar.gov.kg"


def phrase_key(phrase: str) -> PrivateKey:
    """Make the key that a phrase stands for."""
    return PrivateKey.from_bytes(sha256(phrase.encode()))


@dataclass(frozen=True)
class Office:
    """A workplace with one epoch."""

    key: PrivateKey
    certificate: WorkplaceCertificate

    @property
    def epoch(self) -> bytes:
        return self.certificate.epoch


@dataclass(frozen=True)
class Centre:
    """The keys of a centre, certified by its first root."""

    root: PrivateKey = field(default_factory=lambda: phrase_key("example root 1"))
    second_root: PrivateKey = field(default_factory=lambda: phrase_key("example root 2"))
    directory: PrivateKey = field(default_factory=lambda: phrase_key("example directory"))
    log: PrivateKey = field(default_factory=lambda: phrase_key("example log"))
    reply: PrivateKey = field(default_factory=lambda: phrase_key("example reply"))

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.root.public.raw, self.second_root.public.raw)

    @property
    def keys(self) -> tuple[bytes, ...]:
        purposes = ((KeyPurpose.DIRECTORY, self.directory), (KeyPurpose.LOG, self.log), (KeyPurpose.REPLY, self.reply))
        return tuple(self.certify(purpose, key) for purpose, key in purposes)

    def certify(self, purpose: KeyPurpose, key: PrivateKey, from_ms: int = NOW_MS, until_ms: int = 0) -> bytes:
        until_ms = until_ms or from_ms + 1_098 * DAY_MS
        return issue_key_certificate(self.root, purpose, key.public.raw, from_ms, until_ms).to_bytes()

    def office(self, number_code: str, slot: str = "A") -> Office:
        name = f"example {number_code} {slot}"
        key = phrase_key(f"{name} key")
        certificate = issue_workplace_certificate(
            self.directory,
            workplace=sha256(f"{name} workplace".encode())[:16],
            epoch=sha256(f"{name} epoch".encode())[:16],
            number_code=number_code,
            slot=slot,
            public_key=key.public.raw,
            not_before_ms=NOW_MS,
            server_epoch=1,
        )
        return Office(key, certificate)

    def revoke(self, office: Office, last_good_seq: int, log: tuple[str, int] | None = None) -> bytes:
        return issue_revocation(self.directory, office.epoch, last_good_seq, NOW_MS + DAY_MS, log).to_bytes()

    def ring(self, *offices: Office, revocations: tuple[bytes, ...] = ()) -> KeyRing:
        return KeyRing(self.roots, self.keys, [office.certificate.to_bytes() for office in offices], revocations)
