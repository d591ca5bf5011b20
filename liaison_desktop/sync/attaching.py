"""Attachments on their way, piece by piece: small ones first, and after a kill at most one piece again.

Everything here is short and in the store's lane; the pieces travel by transport.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import DiskFull, ExchangeFailed, StoreDamaged
from liaison_desktop.store import feed, outbox, papers
from liaison_desktop.store.blobs import FILE_LEAST_BYTES, blob_path, keep_blob, part_path, read_blob, read_pieces
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.clock import Clock
from liaison_desktop.workplace.files import is_disk_full, sync_folder
from server_sync.contract.blobs import blob_id as id_of
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.acknowledgement import open_blob_acknowledgement
from server_sync.contract.evidence.keyring import KeyRing


@dataclass(frozen=True, slots=True)
class Moving:
    """An attachment on its way up or down: `done_bytes` of `size_bytes` are across."""

    blob_id: bytes
    size_bytes: int
    done_bytes: int

    @property
    def left_bytes(self) -> int:
        """What is still to move."""
        return max(0, self.size_bytes - self.done_bytes)


def next_upload(store: Store, aside: Collection[bytes]) -> Moving | None:
    """The smallest own attachment that the centre has not acknowledged; those of `aside` are passed over."""
    rows = store.connection.execute(
        "SELECT b.blob_id, b.size_bytes, b.sent_bytes FROM blobs b "
        "WHERE b.is_own = 1 AND b.acknowledged_at_ms IS NULL AND b.is_lost = 0 AND b.is_here = 1 "
        "AND EXISTS (SELECT 1 FROM attachments a WHERE a.blob_id = b.blob_id) ORDER BY b.size_bytes, b.blob_id"
    )
    return next((Moving(*row) for row in rows if row[0] not in aside), None)


def next_download(store: Store, aside: Collection[bytes]) -> Moving | None:
    """The smallest attachment that the feed named and that is not here yet."""
    rows = store.connection.execute(
        "SELECT blob_id, size_bytes, received_bytes FROM blobs WHERE is_here = 0 AND is_lost = 0 "
        "ORDER BY size_bytes, blob_id"
    )
    found = next((Moving(*row) for row in rows if row[0] not in aside), None)
    if found is None:
        return None
    part = part_path(store, found.blob_id)
    return Moving(found.blob_id, found.size_bytes, part.stat().st_size if part.is_file() else 0)


def left_bytes(store: Store) -> int:
    """Bytes of attachments still to move, both ways."""
    row = store.connection.execute(
        "SELECT coalesce(sum(CASE WHEN b.is_here = 0 THEN b.size_bytes - b.received_bytes "
        "ELSE b.size_bytes - b.sent_bytes END), 0), count(*) FROM blobs b WHERE b.is_lost = 0 AND (b.is_here = 0 OR "
        "(b.is_own = 1 AND b.acknowledged_at_ms IS NULL "
        "AND EXISTS (SELECT 1 FROM attachments a WHERE a.blob_id = b.blob_id)))"
    ).fetchone()
    return max(int(row[0]), 1) if row[1] else 0


def read_piece(store: Store, moving: Moving, piece_bytes: int) -> bytes:
    """The next bytes of an attachment to send; raises NotFound or StoreDamaged."""
    return next(read_pieces(store, moving.blob_id, moving.done_bytes, piece_bytes), b"")


def keep_offset(store: Store, blob_id: bytes, offset: int) -> None:
    """Remember how far an attachment has come at the centre."""
    with store.transaction() as connection:
        connection.execute("UPDATE blobs SET sent_bytes = min(?, size_bytes) WHERE blob_id = ?", (offset, blob_id))


def finish_upload(store: Store, moving: Moving, acknowledgement: bytes, ring: KeyRing, clock: Clock) -> ChangeSet:
    """Verify and keep the centre's signed word that it has an attachment whole; what is complete by it is sealed.

    Raises ExchangeFailed `acknowledgement_wrong`.
    """
    try:
        said = open_blob_acknowledgement(acknowledgement, ring)
    except ContractError as wrong:
        raise ExchangeFailed("acknowledgement_wrong", reason=wrong.code) from wrong
    if (said.blob_id, said.size_bytes) != (moving.blob_id, moving.size_bytes):
        raise ExchangeFailed("acknowledgement_wrong", reason="other_attachment")
    now_ms = clock.wall_ms()
    with store.transaction() as connection:
        connection.execute(
            "UPDATE blobs SET acknowledgement = ?, acknowledged_at_ms = ?, sent_bytes = size_bytes WHERE blob_id = ?",
            (acknowledgement, now_ms, moving.blob_id),
        )
        rows = connection.execute(
            "SELECT o.epoch, o.seq, o.appeal FROM attachments a JOIN outbox o ON o.event_hash = a.event_hash "
            "WHERE a.blob_id = ?",
            (moving.blob_id,),
        ).fetchall()
        for epoch, seq, _ in rows:
            outbox.seal(connection, epoch, seq, seq, now_ms)
    return ChangeSet.of_appeals(appeal for _, _, appeal in rows if appeal is not None)


def look_at_refused(store: Store, moving: Moving, clock: Clock) -> bool:
    """The centre says that an attachment's bytes are not what their name says. True when ours are sound: send anew.

    Bytes damaged here are told of and kept; only a person declares an attachment lost.
    """
    try:
        read_blob(store, moving.blob_id)
        is_sound = True
    except StoreDamaged:
        is_sound = False
    with store.transaction() as connection:
        connection.execute("UPDATE blobs SET sent_bytes = 0 WHERE blob_id = ?", (moving.blob_id,))
        if not is_sound:
            feed.tell(connection, clock.wall_ms(), "attachment_damaged", _appeal_of(store, moving.blob_id))
    return is_sound


def keep_piece(store: Store, moving: Moving, piece: bytes, clock: Clock) -> ChangeSet | None:
    """Lay a fetched piece at the end of what is here; a change set when the attachment is whole and its hash right.

    One that is whole and wrong is begun anew: the line or somebody on it changed it. Of a paper that grows the screens
    hear with every piece. A piece of one that nothing wants any more, withdrawn while it came, is let go. Raises
    ExchangeFailed `attachment_wrong`, DiskFull: it goes on from here when there is room.
    """
    if not _is_wanted(store, moving.blob_id):
        return None
    part = part_path(store, moving.blob_id)
    try:
        received = _grown(part, moving.done_bytes, piece)
    except OSError as failure:
        if is_disk_full(failure):
            raise DiskFull("disk_full") from failure
        raise
    if received < moving.size_bytes:
        with store.transaction() as connection:
            connection.execute(
                "UPDATE blobs SET received_bytes = ? WHERE blob_id = ? AND is_here = 0", (received, moving.blob_id)
            )
            return ChangeSet(meetings=True) if papers.is_of_paper(connection, moving.blob_id) else None
    if received > moving.size_bytes or _hash_of(part) != moving.blob_id:
        part.unlink()
        raise ExchangeFailed("attachment_wrong", blob=moving.blob_id.hex()[:16])
    return _finish_download(store, moving, part, clock)


def _finish_download(store: Store, moving: Moving, part: Path, clock: Clock) -> ChangeSet:
    if moving.size_bytes < FILE_LEAST_BYTES:
        sealed = part.read_bytes()
        if id_of(sealed) != moving.blob_id:
            raise ExchangeFailed("attachment_wrong", blob=moving.blob_id.hex()[:16])
        keep_blob(store, sealed, clock.wall_ms(), is_own=False)
        part.unlink()
    else:
        part.replace(blob_path(store, moving.blob_id))
        sync_folder(part.parent)
        with store.transaction() as connection:
            connection.execute(
                "UPDATE blobs SET is_here = 1, received_bytes = size_bytes, kept_at_ms = ? WHERE blob_id = ?",
                (clock.wall_ms(), moving.blob_id),
            )
    appeal = _appeal_of(store, moving.blob_id)
    of_paper = ChangeSet(meetings=papers.is_of_paper(store.connection, moving.blob_id))
    return of_paper | ChangeSet.of_appeals(() if appeal is None else (appeal,))


def _grown(part: Path, done_bytes: int, piece: bytes) -> int:
    """Lay a piece at the end of a file, and give its size."""
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as file:
        if file.tell() != done_bytes:
            file.truncate(done_bytes)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _is_wanted(store: Store, blob_id: bytes) -> bool:
    row = store.connection.execute("SELECT 1 FROM blobs WHERE blob_id = ? AND is_here = 0", (blob_id,)).fetchone()
    return row is not None


def _appeal_of(store: Store, blob_id: bytes) -> bytes | None:
    row = store.connection.execute("SELECT appeal FROM attachments WHERE blob_id = ? LIMIT 1", (blob_id,)).fetchone()
    return None if row is None else bytes(row[0])


def _hash_of(part: Path) -> bytes:
    with part.open("rb") as file:
        return file_digest(file, "sha256").digest()
