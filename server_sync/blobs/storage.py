"""Takes an attachment piece by piece and gives it back whole.

A piece is appended only at the end of what its sender brought before, so a broken line costs at most one piece, and
nobody spoils what another sends. The file gets its name when its hash is right: written, fsynced, renamed, folder
fsynced; what others brought of it is dropped then.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from server_sync.blobs.models import Blob
from server_sync.common.home import private_folder, write_private
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.errors import InvalidField
from server_sync.contract.evidence.acknowledgement import BlobAcknowledgement, sign_blob_acknowledgement
from server_sync.contract.messages import BLOB_LIMIT_BYTES, PIECE_MOST_BYTES
from server_sync.contract.signing import SUITE
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import current_log

_NAMED: Final = re.compile(r"\.?([0-9a-f]{64})(?:\.|$)", re.ASCII)
"""The files of an attachment: whole, half-received, or being written."""
READ_BYTES: Final = 256 * 1024
DAY: Final = timedelta(days=1)
DAY_MOST_BYTES: Final = 20 * 1024 * 1024 * 1024
"""What may come from one site in a day: 100 attachments of the greatest size. Only bytes that came are counted."""
OPEN_MOST: Final = 200
"""How many attachments one PC may have begun and not ended: two requests with as many as a request may have."""
ENDED_MOST: Final = 10_000
"""How many attachments one PC may end in a day, however small: each is a row and a file for ever. A PC that was away
for a month brings fewer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a blob is here; `acknowledgement` is the signed end."""

    offset: int
    is_complete: bool
    acknowledgement: bytes


def progress_of(site_code: str, blob_id: bytes, sender: bytes | None = None) -> Progress:
    """Say how far an attachment has come from this epoch, or that it is whole; raises Refused `not_here`."""
    blob = _known(Blob.objects.filter(site_id=site_code, blob_id=blob_id), sender)
    if blob is None:
        raise Refused("not_here")
    if blob.completed_at is not None:
        return _whole(blob)
    return Progress(_here(blob), is_complete=False, acknowledgement=b"")


def is_begun(site_code: str, blob_id: bytes, sender: bytes | None) -> bool:
    """Whether this epoch brought anything of an attachment."""
    return Blob.objects.filter(site_id=site_code, blob_id=blob_id, begun_by=sender).exists()


def _known(rows: Iterable[Blob], sender: bytes | None) -> Blob | None:
    """Of the rows of an attachment the whole one, or else that of a sender."""
    found = list(rows)
    whole = next((blob for blob in found if blob.completed_at is not None), None)
    return whole or next((blob for blob in found if blob.begun_by_id == sender), None)


def take_piece(
    site_code: str,
    blob_id: bytes,
    size_bytes: int,
    offset: int,
    piece: bytes,
    now: datetime,
    *,
    sender: bytes | None = None,
    is_size_known: bool = False,
) -> Progress:
    """Append a piece at `offset`. A piece that is here already changes nothing; one beyond the end is `offset_wrong`.

    An empty piece asks only to look again: it ends an attachment whose last piece came before a crash, and begins none
    that is not here. `sender` is the epoch that sends; when the register knows from it that this is the size
    (`is_size_known`), what it began with another is begun anew. Raises Refused (`offset_wrong` with the offset
    wanted, `blob_hash_wrong`: begun anew, `quota_reached`), InvalidField.
    """
    if not 0 < size_bytes <= BLOB_LIMIT_BYTES:
        raise InvalidField("out_of_range", field="size", limit=BLOB_LIMIT_BYTES)
    if len(piece) > PIECE_MOST_BYTES:
        raise InvalidField("too_large", field="piece", size=len(piece), limit=PIECE_MOST_BYTES)
    if offset < 0 or offset + len(piece) > size_bytes:
        raise InvalidField("out_of_range", field="offset", limit=size_bytes)
    if not piece and _known(Blob.objects.filter(site_id=site_code, blob_id=blob_id), sender) is None:
        return Progress(0, is_complete=False, acknowledgement=b"")
    with transaction.atomic():
        blob = _begun(site_code, blob_id, size_bytes, now, sender)
        if is_size_known and blob.completed_at is None and blob.size_bytes != size_bytes:
            _part(blob).unlink(missing_ok=True)
            blob.size_bytes = size_bytes
            blob.save(update_fields=["size_bytes"])
        progress = _take_piece(blob, size_bytes, offset, piece, now)
    if progress is None:
        raise Refused("blob_hash_wrong", permanent=False, offset=0)
    return progress


def _begun(site_code: str, blob_id: bytes, size_bytes: int, now: datetime, sender: bytes | None) -> Blob:
    """Find an attachment's row, or begin one within what its sender may have open; all rows of it are locked."""
    rows = Blob.objects.select_for_update().filter(site_id=site_code, blob_id=blob_id).order_by("pk")
    known = _known(rows, sender)
    if known is not None:
        return known
    _drop_idle(site_code, now)
    if sender is not None and _open_at(site_code).filter(begun_by=sender).count() >= OPEN_MOST:
        raise Refused("quota_reached", permanent=False, limit=OPEN_MOST)
    if sender is not None and _ended_by(site_code, sender, now) >= ENDED_MOST:
        raise Refused("quota_reached", permanent=False, limit=ENDED_MOST)
    fresh = Blob(site_id=site_code, blob_id=blob_id, begun_by_id=sender, size_bytes=size_bytes, begun_at=now)
    Blob.objects.bulk_create([fresh], ignore_conflicts=True)
    return rows.get(begun_by=sender)


def _open_at(site_code: str) -> QuerySet[Blob]:
    return Blob.objects.filter(site_id=site_code, completed_at=None)


def _ended_by(site_code: str, sender: bytes, now: datetime) -> int:
    ended = Blob.objects.filter(site_id=site_code, completed_at__gt=now - DAY)
    return ended.filter(begun_by=sender).count()


def _drop_idle(site_code: str, now: datetime) -> None:
    """Let go of what was begun long ago and not gone on with."""
    since = now - kept("piece")
    for blob in _open_at(site_code).filter(begun_at__lt=since):
        part = _part(blob)
        if not part.exists() or part.stat().st_mtime < since.timestamp():
            part.unlink(missing_ok=True)
            blob.delete()


def _demand_share(site_code: str, fresh_bytes: int, now: datetime) -> None:
    """Raise Refused `quota_reached` when so much more is more than a site's share of the day."""
    ended = Blob.objects.filter(site_id=site_code, completed_at__gt=now - DAY).aggregate(all=Sum("size_bytes"))["all"]
    if (ended or 0) + sum(_here(blob) for blob in _open_at(site_code)) + fresh_bytes > DAY_MOST_BYTES:
        raise Refused("quota_reached", permanent=False, limit=DAY_MOST_BYTES)


def _take_piece(blob: Blob, size_bytes: int, offset: int, piece: bytes, now: datetime) -> Progress | None:
    """None when the whole is not what its name says; then nothing of it is left, so that it can begin anew."""
    if blob.completed_at is not None:
        return _whole(blob)
    if blob.size_bytes != size_bytes:
        raise InvalidField("size_changed", field="size", size=size_bytes, announced=blob.size_bytes)
    here = _here(blob)
    if offset > here:
        raise Refused("offset_wrong", permanent=False, offset=here)
    fresh = piece[here - offset :]
    if fresh:
        _demand_share(blob.site_id, len(fresh), now)
        _append(_part(blob), fresh)
    if here + len(fresh) < size_bytes:
        return Progress(here + len(fresh), is_complete=False, acknowledgement=b"")
    if not _complete(blob, now):
        blob.delete()
        return None
    return _whole(blob)


def read_whole(site_code: str, blob_id: bytes, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Give the bytes `start` … `end` (exclusive) of a whole blob, or raise Refused `not_here`."""
    blob = Blob.objects.filter(site_id=site_code, blob_id=blob_id, completed_at__isnull=False).first()
    if blob is None:
        raise Refused("not_here")
    return _read(path_of(site_code, blob_id), start, blob.size_bytes if end is None else end)


def size_of(site_code: str, blob_id: bytes) -> int | None:
    """The size of a whole blob, None while it is not here."""
    found = Blob.objects.filter(site_id=site_code, blob_id=blob_id, completed_at__isnull=False)
    return found.values_list("size_bytes", flat=True).first()


def keep(site_code: str, blob_id: bytes, sealed: bytes, now: datetime) -> None:
    """Keep a ciphertext that was made here, whole or not at all; raises OSError where the disk does not take it."""
    path = path_of(site_code, blob_id)
    if not path.exists():
        write_private(path, sealed)
    known = {"completed_at": now, "begun_at": now, "size_bytes": len(sealed)}
    Blob.objects.get_or_create(site_id=site_code, blob_id=blob_id, begun_by=None, defaults=known)


def drop(site_code: str, blob_ids: Iterable[bytes]) -> None:
    """Let go of whole ciphertexts that nobody needs any more; what is gone already is gone."""
    for blob_id in blob_ids:
        path_of(site_code, blob_id).unlink(missing_ok=True)
        Blob.objects.filter(site_id=site_code, blob_id=blob_id).delete()


def kept_before(site_code: str, moment: datetime) -> frozenset[bytes]:
    """The whole ciphertexts of a site that came before a moment."""
    whole = Blob.objects.filter(site_id=site_code, completed_at__lt=moment)
    return frozenset(bytes(blob_id) for blob_id in whole.values_list("blob_id", flat=True))


def drop_unknown(site_code: str, before: datetime) -> int:
    """Let go of files that were written before a moment and have no row: the power went between the two. Says how many.

    Also of half a file that `keep` was writing then; files of another name stay.
    """
    named = {path: _NAMED.match(path.name) for path in _folder(site_code).iterdir()}
    known = {bytes(blob_id) for blob_id in Blob.objects.filter(site_id=site_code).values_list("blob_id", flat=True)}
    unknown = [
        path for path, name in named.items() if name and bytes.fromhex(name[1]) not in known and _is_older(path, before)
    ]
    for path in unknown:
        path.unlink(missing_ok=True)
    return len(unknown)


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # it has its name now
        return False


def path_of(site_code: str, blob_id: bytes) -> Path:
    """Where a whole blob lies."""
    return _folder(site_code) / blob_id.hex()


def _read(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = end - start
        while left > 0:
            chunk = file.read(min(READ_BYTES, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


def _whole(blob: Blob) -> Progress:
    return Progress(blob.size_bytes, is_complete=True, acknowledgement=bytes(blob.acknowledgement))


def _here(blob: Blob) -> int:
    """How many bytes are here; all of them when a crash came between the file's name and the row."""
    part = _part(blob)
    if part.exists():
        return part.stat().st_size
    return blob.size_bytes if _path(blob).exists() else 0


def _append(part: Path, piece: bytes) -> None:
    with part.open("ab") as file:
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _complete(blob: Blob, now: datetime) -> bool:
    """Give a file its name when its hash is right; otherwise take it away and say False."""
    part, path = _part(blob), _path(blob)
    written = part if part.exists() else path
    with written.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    if digest != bytes(blob.blob_id):
        written.unlink()
        return False
    if written is part:
        part.replace(path)
    _settle(path.parent)
    _drop_others(blob)
    blob.completed_at = now
    blob.acknowledgement = sign_blob_acknowledgement(
        centre_keys().reply,
        BlobAcknowledgement(
            suite=SUITE,
            server_epoch=current_log().server_epoch,
            blob_id=bytes(blob.blob_id),
            size_bytes=blob.size_bytes,
            time_ms=int(now.timestamp() * 1000),
        ),
    )
    blob.save(update_fields=["completed_at", "acknowledgement"])
    return True


def _drop_others(whole: Blob) -> None:
    """Let go of what others brought of an attachment that is whole."""
    for blob in Blob.objects.filter(site=whole.site_id, blob_id=whole.blob_id).exclude(pk=whole.pk):
        _part(blob).unlink(missing_ok=True)
        blob.delete()


def _folder(site_code: str) -> Path:
    return private_folder(Path(settings.LIAISON_HOME) / "blobs" / site_code)


def _path(blob: Blob) -> Path:
    return path_of(blob.site_id, bytes(blob.blob_id))


def _part(blob: Blob) -> Path:
    whole = _path(blob)
    sender = "" if blob.begun_by_id is None else f".{bytes(blob.begun_by_id).hex()}"
    return whole.with_name(f"{whole.name}{sender}.part")


def _settle(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
