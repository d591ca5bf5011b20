"""Keeps attachments' ciphertexts: small ones in the database, larger ones as files beside it, named by their hash.

A file is whole and flushed before the row that names it (tmp → fsync → rename → fsync of the folder); a crash between
leaves a file without a row, which `sweep` removes.

A file that is sealed for a form that is open is named by the window's memory alone. So nothing is dropped while the
program runs but what is named to `drop`; what nobody names goes when the store is opened (`drop_unnamed`).
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from liaison_desktop.domain.errors import NotFound, StoreDamaged
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.files import write_atomically
from server_sync.contract import blobs as sealing
from server_sync.contract.errors import NotAuthentic

FILE_LEAST_BYTES: Final = 64 * 1024
_READ_BYTES: Final = 256 * 1024
_PART: Final = ".part"
_NAME: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNNAMED: Final = (
    "SELECT b.blob_id FROM blobs b "
    "WHERE NOT EXISTS (SELECT 1 FROM attachments a WHERE a.blob_id = b.blob_id) "
    "AND NOT EXISTS (SELECT 1 FROM draft_files d WHERE d.blob_id = b.blob_id) "
    "AND NOT EXISTS (SELECT 1 FROM papers p WHERE p.blob_id = b.blob_id)"
)
_UNNAMED_ONE: Final = f"{_UNNAMED} AND b.blob_id = ?"


def keep_blob(store: Store, sealed: bytes, now_ms: int, *, is_own: bool = True) -> bytes:
    """Keep a ciphertext and give its id; the same again is kept once. Raises DiskFull, StoreError."""
    blob_id = sealing.blob_id(sealed)
    inline: bytes | None = sealed
    if len(sealed) >= FILE_LEAST_BYTES:
        inline = None
        path = blob_path(store, blob_id)
        if not path.is_file() or path.stat().st_size != len(sealed):
            write_atomically(path, sealed)
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO blobs (blob_id, size_bytes, sealed, is_here, is_own, kept_at_ms, received_bytes) "
            "VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT (blob_id) DO UPDATE SET "
            "sealed = excluded.sealed, is_here = 1, size_bytes = excluded.size_bytes, "
            "received_bytes = excluded.received_bytes, is_own = max(is_own, excluded.is_own)",
            (blob_id, len(sealed), inline, int(is_own), now_ms, len(sealed)),
        )
    return blob_id


def read_blob(store: Store, blob_id: bytes) -> bytes:
    """Give a ciphertext whole; raises NotFound `blob_missing`, or StoreDamaged when its file is not what was kept."""
    sealed = b"".join(read_pieces(store, blob_id, 0))
    if sealing.blob_id(sealed) != blob_id:
        raise StoreDamaged("blob_damaged", blob=blob_id.hex()[:16])
    return sealed


def read_pieces(store: Store, blob_id: bytes, offset: int, piece_bytes: int = _READ_BYTES) -> Iterator[bytes]:
    """Give a ciphertext from an offset on, piece by piece; nothing is held in memory whole."""
    row = store.connection.execute("SELECT sealed, is_here FROM blobs WHERE blob_id = ?", (blob_id,)).fetchone()
    if row is None or not row[1]:
        raise NotFound("blob_missing", blob=blob_id.hex()[:16])
    if row[0] is not None:
        inline: bytes = row[0]
        for at in range(offset, len(inline), piece_bytes):
            yield inline[at : at + piece_bytes]
        return
    try:
        with blob_path(store, blob_id).open("rb") as file:
            file.seek(offset)
            while piece := file.read(piece_bytes):
                yield piece
    except FileNotFoundError as gone:
        raise NotFound("blob_missing", blob=blob_id.hex()[:16]) from gone


def open_blob(store: Store, blob_id: bytes, key: bytes) -> bytes:
    """Give an attachment's bytes as they were attached; raises NotFound, StoreDamaged."""
    try:
        return b"".join(sealing.unseal_pieces(read_pieces(store, blob_id, 0), key))
    except NotAuthentic as broken:
        raise StoreDamaged("blob_damaged", blob=blob_id.hex()[:16]) from broken


def blob_path(store: Store, blob_id: bytes) -> Path:
    """Where a larger ciphertext lies."""
    name = blob_id.hex()
    return store.blob_folder / name[:2] / name


def part_path(store: Store, blob_id: bytes) -> Path:
    """Where a half-received ciphertext grows."""
    path = blob_path(store, blob_id)
    return path.with_name(f"{path.name}{_PART}")


def is_here(store: Store, blob_id: bytes) -> bool:
    """Whether a ciphertext is kept here whole."""
    row = store.connection.execute("SELECT 1 FROM blobs WHERE blob_id = ? AND is_here = 1", (blob_id,)).fetchone()
    return row is not None


def drop(store: Store, blob_ids: Iterable[bytes]) -> int:
    """Drop those of these ciphertexts that no draft, no event and no paper names any more, and say how many."""
    unnamed = [blob_id for blob_id in blob_ids if store.connection.execute(_UNNAMED_ONE, (blob_id,)).fetchone()]
    if not unnamed:
        return 0
    with store.transaction() as connection:
        connection.executemany("DELETE FROM blobs WHERE blob_id = ?", [(blob_id,) for blob_id in unnamed])
    for blob_id in unnamed:
        _remove(blob_path(store, blob_id))
        _remove(part_path(store, blob_id))
    return len(unnamed)


def drop_unnamed(store: Store) -> int:
    """Drop all ciphertexts that nothing in the store names, and say how many.

    Only while no form is open: a file chosen in one is sealed at once and named when the form is confirmed.
    """
    return drop(store, [row[0] for row in store.connection.execute(_UNNAMED).fetchall()])


def sweep(store: Store) -> int:
    """Remove files that no row names, whole or half-received: what a crash between file and row left. Says how many."""
    known = {row[0].hex() for row in store.connection.execute("SELECT blob_id FROM blobs")}
    unknown = [
        path
        for path in store.blob_folder.glob("*/*")
        if path.name.removesuffix(_PART) not in known
        and (_NAME.fullmatch(path.name.removesuffix(_PART)) or path.name.endswith(".new"))
    ]
    for path in unknown:
        _remove(path)
    return len(unknown)


def _remove(path: Path) -> None:
    """Remove a file that no row names; one that another program holds open goes with the next `sweep`."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
