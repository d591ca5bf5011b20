"""Gives a key of the centre its successor, and puts a key away when the successor alone serves.

The certificate's file is what makes a key one of the centre's: it is written last, inside the transaction that tells
the offices. Before it is there nothing has changed; after it, the next start tells what the offices were not told.
"""

import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from server_sync.common.home import private_folder, write_private
from server_sync.common.refusals import Refused
from server_sync.contract.evidence.certificate import KeyCertificate, KeyPurpose, issue_key_certificate
from server_sync.contract.signing import PrivateKey
from server_sync.evidence.keys import (
    CENTRE_KEY,
    DAY_MS,
    ROOTS,
    ROTATION_MS,
    VALID_DAYS,
    KeyFiles,
    draw_key,
    forget_keys_read,
    fresh_key,
    key_files,
    signing_key,
    to_pem,
)

AnnounceKey = Callable[[KeyCertificate], None]
"""Tells the offices of a key, inside the same transaction."""

PUT_AWAY = "put-away"


def rotate_key(
    folder: Path, purpose: KeyPurpose, roots_folder: Path, *, announce: AnnounceKey, now_ms: int | None = None
) -> KeyCertificate:
    """Draw and certify the successor of a purpose's key; the old one serves beside it for 90 days.

    Raises Refused `rotation_running` (params: days), `roots_missing`, `roots_wrong`.
    """
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    files = key_files(folder)
    newest = files.held[purpose][0]
    if files.before(purpose, now_ms) is not None:
        left_ms = newest.certificate.not_before_ms + ROTATION_MS - now_ms
        raise Refused("rotation_running", purpose=purpose.name.lower(), days=-(-left_ms // DAY_MS))
    root = _root_of(files, roots_folder)
    _sweep(folder, files, purpose)
    private = draw_key(purpose)
    public = private.public_key().public_bytes_raw()
    certificate = issue_key_certificate(root, purpose, public, now_ms, now_ms + VALID_DAYS * DAY_MS)
    name = f"{purpose.name.lower()}-{certificate.key_id.hex()}"
    write_private(folder / f"{name}.key", to_pem(private))
    with transaction.atomic():
        announce(certificate)
        write_private(folder / "certificates" / f"{name}.cert", certificate.to_bytes())
    return certificate


def renew_centre_key(folder: Path) -> None:
    """Give the centre another key for its own chain of events and lay the old one aside; its next start opens an epoch.

    A restored centre may have written events that its backup lacks: their places in the old chain are taken.
    """
    old = signing_key(folder / f"{CENTRE_KEY}.key")
    aside = private_folder(folder / PUT_AWAY) / f"{CENTRE_KEY}-{old.public.key_id.hex()}.key"
    if not aside.exists():
        write_private(aside, (folder / f"{CENTRE_KEY}.key").read_bytes())
    write_private(folder / f"{CENTRE_KEY}.key", to_pem(fresh_key()), replace=True)
    forget_keys_read()


def put_away(folder: Path, now_ms: int | None = None) -> tuple[Path, ...]:
    """Lay keys aside whose 90 days beside their successors are over; their certificates stay for ever."""
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    moved = []
    for path in key_files(folder).ended(now_ms):
        aside = private_folder(folder / PUT_AWAY) / path.name
        if path.exists():
            path.rename(aside)
            moved.append(aside)
    return tuple(moved)


def _root_of(files: KeyFiles, roots_folder: Path) -> PrivateKey:
    found = [path for name in ROOTS if (path := roots_folder / f"{name}.key").is_file()]
    if not found:
        raise Refused("roots_missing", folder=str(roots_folder))
    for path in found:
        try:
            root = signing_key(path)
        except (OSError, ValueError, TypeError):
            continue
        if root.public in files.roots:
            return root
    raise Refused("roots_wrong", folder=str(roots_folder))


def _sweep(folder: Path, files: KeyFiles, purpose: KeyPurpose) -> None:
    """Drop what an interrupted rotation left: a key that no certificate names has signed nothing."""
    held = {one.path for one in files.held[purpose]}
    for path in folder.glob(f"{purpose.name.lower()}-*.key"):
        if path not in held:
            path.unlink()
