"""The centre's keys as files: two roots, one key for each purpose, and the key of the centre's own events.

    keys/root-1.pub, root-2.pub        the roots' public halves; shipped with the offices' program
    keys/root-1.key, root-2.key        their private halves; belong on a medium under lock, needed to certify only
    keys/directory.key, log.key, reply.key, courier.key
    keys/centre.key                    signs the centre's own chain of events, as a workplace of the site WEB
    keys/certificates/*.cert           the roots' word for each key, of all generations

Private files are PEM (PKCS 8), readable by their owner alone.
"""

import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from server_sync.common.home import private_folder, write_private
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import KeyCertificate, KeyPurpose, issue_key_certificate
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.signing import PrivateKey, PublicKey
from server_sync.workplaces.models import Epoch, Revocation

ROOTS: Final = ("root-1", "root-2")
CENTRE_KEY: Final = "centre"
DAY_MS: Final = 24 * 3600 * 1000
VALID_DAYS: Final = 3 * 366
"""How long a certified key serves; its successor is certified in good time, and both sign for 90 days."""

Certifiable = Ed25519PrivateKey | X25519PrivateKey


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """What the running server signs with; the roots' private halves are not among it."""

    roots: tuple[PublicKey, ...]
    directory: PrivateKey
    log: PrivateKey
    reply: PrivateKey
    courier: X25519PrivateKey
    centre: PrivateKey
    certificates: tuple[KeyCertificate, ...]

    @property
    def certificate_bytes(self) -> tuple[bytes, ...]:
        """The certificates as they go to offices and into the common feed."""
        return tuple(certificate.to_bytes() for certificate in self.certificates)

    @property
    def root_bytes(self) -> tuple[bytes, ...]:
        """The roots' public halves, 32 bytes each."""
        return tuple(root.raw for root in self.roots)


def keys_folder() -> Path:
    """Where the running centre has its keys."""
    return Path(settings.LIAISON_HOME) / "keys"


def centre_keys() -> CentreKeys:
    """Read the keys, once for a process; raises NotSetUp `keys_missing`, `keys_damaged`."""
    return _read_keys(keys_folder())


def key_ring() -> KeyRing:
    """Gather all certificates and revocations, to verify what offices and the centre signed; for reading only.

    Verifying them takes a while, so the ring is kept until there is a new epoch or revocation.
    """
    epochs, revocations = Epoch.objects.order_by("-opened_at", "pk"), Revocation.objects.order_by("-revoked_at", "pk")
    newest = epochs.values_list("pk", flat=True).first(), revocations.values_list("pk", flat=True).first()
    return _ring_of(keys_folder(), epochs.count(), revocations.count(), newest)


@lru_cache(maxsize=2)
def _ring_of(folder: Path, _epochs: int, _revocations: int, _newest: tuple[bytes | None, bytes | None]) -> KeyRing:
    keys = _read_keys(folder)
    return KeyRing(
        keys.root_bytes,
        keys.certificate_bytes,
        (bytes(raw) for raw in Epoch.objects.order_by("opened_at").values_list("certificate", flat=True)),
        (bytes(raw) for raw in Revocation.objects.values_list("statement", flat=True)),
    )


def make_keys(folder: Path, roots_folder: Path | None = None, now_ms: int | None = None) -> tuple[Path, ...]:
    """Make every key that the centre needs, once; returns the files of the roots' private halves.

    Roots that are in `roots_folder` already are used. The keys are there all at once or not at all. Raises Refused
    `keys_exist` when the centre has keys.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused("keys_exist", folder=str(folder))
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    draft = private_folder(folder.with_name(f".{folder.name}.{secrets.token_hex(4)}"))
    certificates = private_folder(draft / "certificates")
    roots = [_root(private_folder(roots_folder or draft), draft, name) for name in ROOTS]
    for purpose in KeyPurpose:
        private: Certifiable = X25519PrivateKey.generate() if purpose is KeyPurpose.COURIER else _fresh()
        public = private.public_key().public_bytes_raw()
        certificate = issue_key_certificate(roots[0], purpose, public, now_ms - DAY_MS, now_ms + VALID_DAYS * DAY_MS)
        name = purpose.name.lower()
        write_private(certificates / f"{name}-{certificate.key_id.hex()}.cert", certificate.to_bytes())
        write_private(draft / f"{name}.key", _to_pem(private))
    write_private(draft / f"{CENTRE_KEY}.key", _to_pem(_fresh()))
    draft.rename(folder)
    _read_keys.cache_clear()
    return tuple((roots_folder or folder) / f"{name}.key" for name in ROOTS)


@lru_cache(maxsize=4)
def _read_keys(folder: Path) -> CentreKeys:
    if not (folder / "directory.key").exists():
        advice = f"There are no keys in {folder}. Make them once with: python -m server_sync make_keys"
        raise NotSetUp("keys_missing", advice=advice)
    try:
        certificates = tuple(
            KeyCertificate.from_bytes(path.read_bytes()) for path in sorted((folder / "certificates").glob("*.cert"))
        )
        return CentreKeys(
            roots=tuple(_public(folder / f"{name}.pub") for name in ROOTS),
            directory=_signing_key(folder / "directory.key"),
            log=_signing_key(folder / "log.key"),
            reply=_signing_key(folder / "reply.key"),
            courier=_courier_key(folder / "courier.key"),
            centre=_signing_key(folder / f"{CENTRE_KEY}.key"),
            certificates=certificates,
        )
    except (OSError, ValueError, TypeError, ContractError) as failure:
        advice = f"A key file in {folder} is missing or damaged ({type(failure).__name__}). Restore it from the backup."
        raise NotSetUp("keys_damaged", advice=advice) from failure


def _root(roots_folder: Path, folder: Path, name: str) -> PrivateKey:
    path = roots_folder / f"{name}.key"
    if not path.exists():
        write_private(path, _to_pem(_fresh()))
    root = _signing_key(path)
    public = Ed25519PublicKey.from_public_bytes(root.public.raw)
    write_private(folder / f"{name}.pub", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return root


def _fresh() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def _to_pem(key: Certifiable) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _signing_key(path: Path) -> PrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return PrivateKey.from_bytes(key.private_bytes_raw())


def _courier_key(path: Path) -> X25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, X25519PrivateKey):
        raise TypeError(f"{path.name} is not an X25519 key")
    return key


def _public(path: Path) -> PublicKey:
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return PublicKey(key.public_bytes_raw())
