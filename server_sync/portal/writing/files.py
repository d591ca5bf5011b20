"""Takes files of a request that is being written: whole or in pieces, closed as its draft is, until it is registered.

A piece is sealed under the draft's key when it comes. The whole is judged by what it holds, sealed once more as every
attachment is (contract.blobs) and lies under the centre; its key lies in the draft, closed by the browser's secret,
until the registering event has it. What goes with a draft goes at once; what a power cut left behind, with the hourly
look for bytes that nothing names (ADR 0096).
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, Sum, When
from django.utils import timezone

from server_sync.blobs import storage
from server_sync.common.home import private_folder
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room_for_offices
from server_sync.contract.blobs import blob_id, new_blob_key, seal, unseal
from server_sync.contract.bodies import Attachment
from server_sync.pages.brought import DOCUMENTS, SOUNDS, kind_taken, name_taken
from server_sync.portal.models import Draft, DraftFile
from server_sync.portal.writing.drafts import NONCE_BYTES, Opened, keyed
from server_sync.portal.writing.photos import says_place, without_place
from server_sync.workplaces.models import CENTRE

FILES_MOST: Final = 10
FILE_BYTES: Final = 10 * 1024 * 1024
TOGETHER_BYTES: Final = 30 * 1024 * 1024
OF_A_PLACE_BYTES: Final = 300 * 1024 * 1024
"""Of all drafts of one network place."""
ALL_BYTES: Final = 4 * 1024 * 1024 * 1024
TRIES_MOST: Final = 100
"""Files that one draft may bring, those that were refused or taken out again among them."""
PIECE_BYTES: Final = 256 * 1024
_SEALED_MORE: Final = NONCE_BYTES + 16
MARK_CHARACTERS: Final = 400
TAKEN: Final = DOCUMENTS | SOUNDS


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the browser's secret opens of a file: its name, and when it is whole its kind and key."""

    name: str
    media_type: str = ""
    blob_key: str = ""
    says_place: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of a draft, opened."""

    id: UUID
    name: str
    size_bytes: int
    here_bytes: int
    is_whole: bool
    says_place: bool


def brought(opened: Opened) -> list[Brought]:
    """The files of a draft in the order they came."""
    told = []
    for row in DraftFile.objects.filter(draft=opened.row.pk).order_by("begun_at", "id"):
        inside = _inside(row, opened)
        if inside is not None:
            is_whole = row.blob_id is not None
            told.append(Brought(row.id, inside.name, row.size_bytes, row.here_bytes, is_whole, inside.says_place))
    return told


def bring(opened: Opened, name: str, content: bytes) -> None:
    """Take a whole file.

    Raises Refused `file_too_large`, `file_name`, `file_kind`, `file_empty`, `file_macros`, `file_packed`, `files_many`,
    `files_too_large`, `files_full`, `no_room`, `draft_gone`.
    """
    bare = name_taken(name)
    row = _begin(opened, bare, len(content), "")
    try:
        _end(row, opened, bare, content)
    except Refused:
        _drop(DraftFile.objects.filter(pk=row.pk))
        raise


def begin(opened: Opened, name: str, size_bytes: int, mark: str) -> tuple[UUID, int]:
    """Begin a file that comes in pieces, or go on with the one of the same mark; says how much of it is here.

    Raises Refused as `bring` does.
    """
    bare = name_taken(name)
    known = keyed("file", f"{opened.row.id.hex()}|{bare}|{size_bytes}|{mark[:MARK_CHARACTERS]}")
    unfinished = DraftFile.objects.filter(draft=opened.row.pk, mark=known, blob_id=None).first()
    if unfinished is not None:
        return unfinished.id, unfinished.here_bytes
    return _begin(opened, bare, size_bytes, known).id, 0


def take_piece(opened: Opened, file_id: UUID, offset: int, piece: bytes) -> tuple[int, bool]:
    """Lay a piece to a file; says how much of it is here now, and whether it is whole.

    A piece that is here already changes nothing. All pieces but the last are `PIECE_BYTES` long. Raises Refused
    `offset_wrong` (with the `offset` wanted), `file_gone`, and as `bring` does: then nothing of the file is left.
    """
    if not piece:
        raise Refused("file_empty")  # a browser that sends nothing would ask for ever
    with transaction.atomic():
        row = DraftFile.objects.select_for_update().filter(pk=file_id, draft=opened.row.pk).first()
        if row is None:
            raise Refused("file_gone")
        if row.blob_id is not None or offset + len(piece) <= row.here_bytes:
            return row.here_bytes, row.blob_id is not None
        expected = min(PIECE_BYTES, row.size_bytes - row.here_bytes)
        if offset != row.here_bytes or len(piece) != expected:
            raise Refused("offset_wrong", permanent=False, offset=row.here_bytes)
        demand_room_for_offices()
        _demand_room(opened.row.place, len(piece))
        try:
            _append(row, opened, piece)
        except OSError as full:
            raise Refused("no_room", permanent=False) from full
        row.here_bytes += len(piece)
        row.save(update_fields=["here_bytes"])
    if row.here_bytes < row.size_bytes:
        return row.here_bytes, False
    try:
        _end(row, opened, _name_of(row, opened), _joined(row, opened))
    except Refused:
        _drop(DraftFile.objects.filter(pk=row.pk))
        raise
    return row.here_bytes, True


def take_out(opened: Opened, file_id: UUID) -> None:
    """Take a file out of a draft, whole or not; one that is gone is gone."""
    _drop(DraftFile.objects.filter(pk=file_id, draft=opened.row.pk))


def take_place_out(opened: Opened, file_id: UUID) -> None:
    """Take out of a photograph where it was taken. Raises Refused `file_gone`, `no_room`."""
    row = DraftFile.objects.filter(pk=file_id, draft=opened.row.pk).exclude(blob_id=None).first()
    inside = _inside(row, opened) if row is not None else None
    if row is None or row.blob_id is None or inside is None:
        raise Refused("file_gone")
    before = bytes(row.blob_id)
    sealed = b"".join(storage.read_whole(CENTRE, before))
    _keep(row, opened, inside, without_place(unseal(sealed, bytes.fromhex(inside.blob_key))))
    storage.drop(CENTRE, [before])


def as_sent(opened: Opened) -> tuple[Attachment, ...]:
    """The whole files of a draft as they go into the event."""
    told = []
    whole = DraftFile.objects.filter(draft=opened.row.pk).exclude(blob_id=None)
    for row in whole.order_by("begun_at", "id"):
        inside = _inside(row, opened)
        if inside is not None and row.blob_id is not None:
            key = bytes.fromhex(inside.blob_key)
            told.append(Attachment(bytes(row.blob_id), key, inside.name, inside.media_type, row.size_bytes))
    return tuple(told)


def forget(drafts: Iterable[bytes], *, are_sent: bool = False) -> None:
    """Let go of the files of drafts; the whole ones stay that `are_sent`. Call before the drafts are deleted."""
    _drop(DraftFile.objects.filter(draft__in=list(drafts)), keeps_whole=are_sent)


def drop_left_behind() -> int:
    """Delete pieces whose file is gone, from a program that was killed in between. Says how many."""
    paths = {path.stem: path for path in _folder().glob("*.part")}
    known = {one.hex for one in DraftFile.objects.filter(blob_id=None).values_list("id", flat=True)}
    old = timezone.now().timestamp() - 3_600
    left = 0
    for name, path in paths.items():
        with suppress(FileNotFoundError):  # its last piece came meanwhile
            if name not in known and path.stat().st_mtime < old:
                path.unlink()
                left += 1
    return left


def needed(blob_ids: Sequence[bytes]) -> list[bytes]:
    """Which of these a draft has."""
    named = DraftFile.objects.filter(blob_id__in=blob_ids).values_list("blob_id", flat=True)
    return [bytes(one) for one in named if one is not None]


def _begin(opened: Opened, name: str, size_bytes: int, mark: str) -> DraftFile:
    if size_bytes < 1:
        raise Refused("file_empty")
    if size_bytes > FILE_BYTES:
        raise Refused("file_too_large")
    demand_room_for_offices()
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=opened.row.pk, appeal=None).exclude(sealed=b"").first()
        if draft is None:
            raise Refused("draft_gone")
        sizes = list(draft.files.values_list("size_bytes", flat=True))
        if len(sizes) >= FILES_MOST or draft.files_brought >= TRIES_MOST:
            raise Refused("files_many", limit=FILES_MOST)
        if sum(sizes) + size_bytes > TOGETHER_BYTES:
            raise Refused("files_too_large")
        _demand_room(draft.place, size_bytes)
        Draft.objects.filter(pk=draft.pk).update(files_brought=F("files_brought") + 1)
        row = DraftFile(draft=draft, mark=mark, size_bytes=size_bytes, begun_at=timezone.now())
        row.sealed = _seal(row, opened, Inside(name))
        row.save(force_insert=True)
    return row


def _demand_room(place: str, more_bytes: int) -> None:
    """Raise Refused `files_full` for a network place that fills the room, or where all of it is full."""
    if _sum(DraftFile.objects.filter(draft__place=place)) + more_bytes > OF_A_PLACE_BYTES:
        raise Refused("files_full", permanent=False)
    if _sum(DraftFile.objects.all()) + more_bytes > ALL_BYTES:
        raise Refused("files_full", permanent=False)


def _sum(files: "QuerySet[DraftFile]") -> int:
    """How many bytes of files are here: what was only announced takes nobody's room."""
    here = Case(When(blob_id=None, then=F("here_bytes")), default=F("size_bytes"))
    return files.aggregate(all=Sum(here))["all"] or 0


def _end(row: DraftFile, opened: Opened, name: str, content: bytes) -> None:
    """Judge a file and keep it."""
    kind = kind_taken(name, content, TAKEN)
    _keep(row, opened, Inside(name, kind), content)
    _part(row).unlink(missing_ok=True)


def _keep(row: DraftFile, opened: Opened, inside: Inside, content: bytes) -> None:
    key = new_blob_key()
    ciphertext = seal(content, key)
    named = blob_id(ciphertext)
    try:
        storage.keep(CENTRE, named, ciphertext, timezone.now())
    except OSError as full:
        storage.drop(CENTRE, [named])
        raise Refused("no_room", permanent=False) from full
    told = replace(inside, blob_key=key.hex(), says_place=says_place(content))
    changed = DraftFile.objects.filter(pk=row.pk).update(
        blob_id=named, size_bytes=len(content), here_bytes=len(content), sealed=_seal(row, opened, told)
    )
    if changed != 1:  # taken out, or registered, meanwhile
        storage.drop(CENTRE, [named])
        raise Refused("file_gone")
    row.blob_id = named


def _drop(files: "QuerySet[DraftFile]", *, keeps_whole: bool = False) -> None:
    for row in list(files):
        if DraftFile.objects.filter(pk=row.pk).delete()[0]:
            transaction.on_commit(partial(_let_go, row.blob_id if not keeps_whole else None, _part(row)))


def _let_go(blob: bytes | None, part: Path) -> None:
    part.unlink(missing_ok=True)
    if blob is not None:
        storage.drop(CENTRE, [bytes(blob)])


def _append(row: DraftFile, opened: Opened, piece: bytes) -> None:
    """Lay a sealed piece behind those that are here; half a piece of a program that was killed is overwritten."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(opened.key).encrypt(nonce, piece, _place(row, row.here_bytes))
    path = _part(row)
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        file.seek(row.here_bytes + row.here_bytes // PIECE_BYTES * _SEALED_MORE)
        file.write(sealed)
        file.truncate()


def _name_of(row: DraftFile, opened: Opened) -> str:
    inside = _inside(row, opened)
    if inside is None:
        raise Refused("file_gone")
    return inside.name


def _joined(row: DraftFile, opened: Opened) -> bytes:
    return b"".join(_pieces(row, opened))


def _pieces(row: DraftFile, opened: Opened) -> Iterator[bytes]:
    cipher = AESGCM(opened.key)
    try:
        with _part(row).open("rb") as file:
            for offset in range(0, row.size_bytes, PIECE_BYTES):
                sealed = file.read(min(PIECE_BYTES, row.size_bytes - offset) + _SEALED_MORE)
                yield cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(row, offset))
    except (OSError, InvalidTag, ValueError) as lost:
        raise Refused("file_gone") from lost


def _place(row: DraftFile, offset: int) -> bytes:
    return row.id.bytes + offset.to_bytes(8)


def _inside(row: DraftFile, opened: Opened) -> Inside | None:
    sealed = bytes(row.sealed)
    try:
        plain = AESGCM(opened.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.id.bytes)
    except (InvalidTag, ValueError):
        return None
    return Inside(**json.loads(plain))


def _seal(row: DraftFile, opened: Opened, inside: Inside) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(asdict(inside), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return nonce + AESGCM(opened.key).encrypt(nonce, plain, row.id.bytes)


def _folder() -> Path:
    return private_folder(Path(settings.LIAISON_HOME) / "being-written")


def _part(row: DraftFile) -> Path:
    return _folder() / f"{row.id.hex}.part"
