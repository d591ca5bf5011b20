"""The centre's keys as files: two roots, one key for each purpose, and the key of the centre's own events.

    keys/root-1.pub, root-2.pub        the roots' public halves; shipped with the offices' program
    keys/root-1.key, root-2.key        their private halves; belong on a medium under lock, needed to certify only
    keys/directory.key, log.key, reply.key, courier.key
    keys/log-KEYID.key                 a successor (evidence.rotation); a file that no certificate names is no key
    keys/put-away/                     keys whose successors alone sign now
    keys/centre.key                    signs the centre's own chain of events, as a workplace of the site WEB; another
                                       one from each new server epoch on
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
from django.db.models import Count, Sum

from server_sync.common.home import private_folder, write_private
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import KeyCertificate, KeyPurpose, issue_key_certificate
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.signing import PrivateKey, PublicKey
from server_sync.workplaces.models import Epoch, Revocation, RevocationInLog

ROOTS: Final = ("root-1", "root-2")
CENTRE_KEY: Final = "centre"
DAY_MS: Final = 24 * 3600 * 1000
VALID_DAYS: Final = 3 * 366
"""How long a certified key serves; its successor is certified in good time, and both sign for 90 days."""

ROTATION_MS: Final = 90 * DAY_MS
"""How long a key serves on beside its successor, so that an office that was away meets a key it knows."""

Certifiable = Ed25519PrivateKey | X25519PrivateKey
Stamp = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """What the running server signs with at this moment; the roots' private halves are not among it.

    `logs` all sign a checkpoint, the older first; `log` is the newest of them. `reply` is the older one while its
    successor is being made known: what carries a single signature must be believed by an office that was away.
    """

    roots: tuple[PublicKey, ...]
    directory: PrivateKey
    log: PrivateKey
    reply: PrivateKey
    courier: X25519PrivateKey
    centre: PrivateKey
    logs: tuple[PrivateKey, ...]
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
    """Give the keys that serve now, read anew when there is another certificate.

    Raises NotSetUp `keys_missing`, `keys_damaged`.
    """
    folder = keys_folder()
    return _serving(_read_keys(folder, _stamp(folder)), time.time_ns() // 1_000_000)


def key_ring() -> KeyRing:
    """Gather all certificates and revocations, to verify what offices and the centre signed; for reading only.

    Verifying them takes a while, so the ring is kept until there is a new key, epoch or revocation.
    """
    epochs, revocations = Epoch.objects.order_by("-opened_at", "pk"), Revocation.objects.order_by("-revoked_at", "pk")
    newest = epochs.values_list("pk", flat=True).first(), revocations.values_list("pk", flat=True).first()
    folder = keys_folder()
    withdrawn = revocations.aggregate(n=Count("pk"), seqs=Sum("last_good_seq"))
    in_logs = RevocationInLog.objects.aggregate(n=Count("pk"), sizes=Sum("size"))
    told = (*withdrawn.values(), *in_logs.values())  # one may be told more strictly than before
    return _ring_of(folder, _stamp(folder), epochs.count(), told, newest)


@lru_cache(maxsize=2)
def _ring_of(
    folder: Path,
    stamp: Stamp,
    _epochs: int,
    _withdrawn: tuple[int | None, ...],
    _newest: tuple[bytes | None, bytes | None],
) -> KeyRing:
    keys = _read_keys(folder, stamp)
    return KeyRing(
        (root.raw for root in keys.roots),
        (certificate.to_bytes() for certificate in keys.certificates),
        (bytes(raw) for raw in Epoch.objects.order_by("opened_at").values_list("certificate", flat=True)),
        (
            bytes(raw)
            for table in (Revocation, RevocationInLog)
            for raw in table.objects.values_list("statement", flat=True)
        ),
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
        private = draw_key(purpose)
        public = private.public_key().public_bytes_raw()
        certificate = issue_key_certificate(roots[0], purpose, public, now_ms - DAY_MS, now_ms + VALID_DAYS * DAY_MS)
        name = purpose.name.lower()
        write_private(certificates / f"{name}-{certificate.key_id.hex()}.cert", certificate.to_bytes())
        write_private(draft / f"{name}.key", to_pem(private))
    write_private(draft / f"{CENTRE_KEY}.key", to_pem(fresh_key()))
    draft.rename(folder)
    _read_keys.cache_clear()
    return tuple((roots_folder or folder) / f"{name}.key" for name in ROOTS)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A certified key of the centre that is still beside us."""

    certificate: KeyCertificate
    private: Certifiable
    path: Path
    signer: PrivateKey | None

    @property
    def signing(self) -> PrivateKey:
        """The key, ready to sign."""
        if self.signer is None:
            raise TypeError(f"{self.path.name} is not an Ed25519 key")
        return self.signer


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """All that lies in the folder of keys; of each purpose the newest first."""

    roots: tuple[PublicKey, ...]
    centre: PrivateKey
    certificates: tuple[KeyCertificate, ...]
    held: dict[KeyPurpose, tuple[KeyFile, ...]]

    def before(self, purpose: KeyPurpose, now_ms: int) -> KeyFile | None:
        """The key that still serves beside its successor; None when no rotation is running."""
        newest, *older = self.held[purpose]
        if not older or now_ms >= newest.certificate.not_before_ms + ROTATION_MS:
            return None
        return older[0] if older[0].certificate.not_after_ms > now_ms else None

    def ended(self, now_ms: int) -> tuple[Path, ...]:
        """The files of keys that serve no more."""
        return tuple(
            one.path
            for held in self.held.values()
            for one in held[1:]
            if now_ms >= held[0].certificate.not_before_ms + ROTATION_MS
        )


def key_files(folder: Path) -> KeyFiles:
    """Read all keys of a folder; raises NotSetUp `keys_missing`, `keys_damaged`."""
    return _read_keys(folder, _stamp(folder))


def forget_keys_read() -> None:
    """Read the keys anew: one was exchanged without a certificate that tells of it."""
    _read_keys.cache_clear()


def _stamp(folder: Path) -> Stamp:
    """What changes when a key was certified."""
    try:
        return tuple(sorted(path.name for path in (folder / "certificates").iterdir()))
    except FileNotFoundError:
        return ()


def _serving(files: KeyFiles, now_ms: int) -> CentreKeys:
    def older(purpose: KeyPurpose) -> tuple[PrivateKey, ...]:
        before = files.before(purpose, now_ms)
        return () if before is None else (before.signing,)

    newest = {purpose: held[0] for purpose, held in files.held.items()}
    log, reply, courier = newest[KeyPurpose.LOG].signing, newest[KeyPurpose.REPLY].signing, newest[KeyPurpose.COURIER]
    if not isinstance(courier.private, X25519PrivateKey):
        raise TypeError(f"{courier.path.name} is not an X25519 key")
    return CentreKeys(
        roots=files.roots,
        directory=newest[KeyPurpose.DIRECTORY].signing,
        log=log,
        reply=(*older(KeyPurpose.REPLY), reply)[0],
        courier=courier.private,
        centre=files.centre,
        logs=(*older(KeyPurpose.LOG), log),
        certificates=files.certificates,
    )


@lru_cache(maxsize=4)
def _read_keys(folder: Path, _stamp: Stamp) -> KeyFiles:
    if not any(folder.glob("directory*.key")):
        advice = f"There are no keys in {folder}. Make them once with: ./liaison server make_keys"
        raise NotSetUp("keys_missing", advice=advice)
    try:
        certificates = tuple(
            KeyCertificate.from_bytes(path.read_bytes()) for path in sorted((folder / "certificates").glob("*.cert"))
        )
        return KeyFiles(
            roots=tuple(_public(folder / f"{name}.pub") for name in ROOTS),
            centre=signing_key(folder / f"{CENTRE_KEY}.key"),
            certificates=certificates,
            held={purpose: _held(folder, purpose, certificates) for purpose in KeyPurpose},
        )
    except (OSError, ValueError, TypeError, ContractError) as failure:
        advice = f"A key file in {folder} is missing or damaged ({type(failure).__name__}). Restore it from the backup."
        raise NotSetUp("keys_damaged", advice=advice) from failure


def _held(folder: Path, purpose: KeyPurpose, certificates: tuple[KeyCertificate, ...]) -> tuple[KeyFile, ...]:
    certified = {one.public_key: one for one in certificates if one.purpose == purpose}
    kind = X25519PrivateKey if purpose is KeyPurpose.COURIER else Ed25519PrivateKey
    held = []
    for path in folder.glob(f"{purpose.name.lower()}*.key"):
        private = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(private, Ed25519PrivateKey | X25519PrivateKey) or not isinstance(private, kind):
            raise TypeError(f"{path.name} is a key of another kind")
        certificate = certified.get(private.public_key().public_bytes_raw())
        if certificate is None:
            continue
        signs = isinstance(private, Ed25519PrivateKey)
        signer = PrivateKey.from_bytes(private.private_bytes_raw()) if signs else None
        held.append(KeyFile(certificate, private, path, signer))
    if not held:
        raise ValueError(f"no key for {purpose.name.lower()}")
    return tuple(sorted(held, key=lambda one: one.certificate.not_before_ms, reverse=True))


def _root(roots_folder: Path, folder: Path, name: str) -> PrivateKey:
    path = roots_folder / f"{name}.key"
    if not path.exists():
        write_private(path, to_pem(fresh_key()))
    root = signing_key(path)
    public = Ed25519PublicKey.from_public_bytes(root.public.raw)
    write_private(folder / f"{name}.pub", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return root


def draw_key(purpose: KeyPurpose) -> Certifiable:
    """Draw a key for a purpose."""
    return X25519PrivateKey.generate() if purpose is KeyPurpose.COURIER else fresh_key()


def fresh_key() -> Ed25519PrivateKey:
    """Draw a signing key."""
    return Ed25519PrivateKey.generate()


def to_pem(key: Certifiable) -> bytes:
    """Write a private key as its file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signing_key(path: Path) -> PrivateKey:
    """Read a signing key's file; raises OSError, ValueError or TypeError."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return PrivateKey.from_bytes(key.private_bytes_raw())


def _public(path: Path) -> PublicKey:
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return PublicKey(key.public_bytes_raw())
