"""Files that go with an answer: judged by what they hold, sealed under the centre, kept with the draft until sent.

They lie beside the papers of meetings; a file that no draft and no event names any more goes with the hourly look for
such (`meetings.papers.keeping`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from server_sync.blobs import storage
from server_sync.casework.models import AnswerDraft, AnswerFile
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room_for_offices
from server_sync.contract.blobs import blob_id, new_blob_key, seal
from server_sync.contract.bodies import Attachment
from server_sync.contract.direction import has_marks
from server_sync.contract.limits import FILE_NAME_CHARACTERS, check_text, is_blank
from server_sync.pages.brought import DOCUMENTS, kind_taken
from server_sync.workplaces.models import CENTRE, Person

FILES_MOST: Final = 10
FILE_BYTES: Final = 10 * 1024 * 1024
"""Of one file: it goes down thin lines to the office, and to a citizen's telephone."""
TOGETHER_BYTES: Final = 30 * 1024 * 1024
"""Of all files of one answer."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as somebody brings it."""

    name: str
    content: bytes

    @classmethod
    def of(cls, uploaded: "UploadedFile[Any]") -> "NewFile":
        """What a form brought; one that is too large is not read."""
        if (uploaded.size or 0) > FILE_BYTES:
            raise Refused("file_too_large")
        return cls(uploaded.name or "", uploaded.read())


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that was taken in and lies here as ciphertext."""

    blob_id: bytes
    blob_key: bytes
    name: str
    media_type: str
    size_bytes: int


def take_in(files: Iterable[NewFile]) -> list[Sealed]:
    """Seal files and keep them; all or none.

    Raises Refused `file_too_large`, `file_name`, `no_room` and as `brought.kind_taken`. Whoever does not lay them
    to a draft lets go of them again (`let_go`).
    """
    taken: list[Sealed] = []
    try:
        taken.extend(_take_in(file) for file in files)
    except Refused:
        let_go([one.blob_id for one in taken])
        raise
    return taken


def _take_in(file: NewFile) -> Sealed:
    if len(file.content) > FILE_BYTES:
        raise Refused("file_too_large")
    name = file.name
    if is_blank(name) or has_marks(name) or any(check_text("", name, FILE_NAME_CHARACTERS)):
        raise Refused("file_name")
    kind = kind_taken(name, file.content, DOCUMENTS)
    demand_room_for_offices()
    key = new_blob_key()
    ciphertext = seal(file.content, key)
    sealed = Sealed(blob_id(ciphertext), key, name, kind, len(file.content))
    try:
        storage.keep(CENTRE, sealed.blob_id, ciphertext, timezone.now())
    except OSError as full:
        let_go([sealed.blob_id])
        raise Refused("no_room", permanent=False) from full
    return sealed


def let_go(blob_ids: Iterable[bytes]) -> None:
    """Let go of what lies here and is in no draft."""
    storage.drop(CENTRE, blob_ids)


def lay(
    draft: AnswerDraft, person: Person, added: Sequence[Sealed], removed: UUID | None, *, may_have: bool = True
) -> None:
    """Lay files to a draft, take one from it. Call inside a transaction that holds the draft's row.

    Raises Refused `too_many_files`, `files_too_large`, `ground_takes_no_files` (it has some, and it may have none).
    """
    if removed is not None:
        going = draft.files.filter(pk=removed)
        _let_go_then(going)
        going.delete()
    sizes = [*draft.files.values_list("size_bytes", flat=True), *(one.size_bytes for one in added)]
    if sizes and not may_have:
        raise Refused("ground_takes_no_files")
    if added and len(sizes) > FILES_MOST:
        raise Refused("too_many_files", limit=FILES_MOST)
    if added and sum(sizes) > TOGETHER_BYTES:
        raise Refused("files_too_large")
    for one in added:
        AnswerFile.objects.create(
            draft=draft,
            blob_id=one.blob_id,
            blob_key=one.blob_key,
            name=one.name,
            media_type=one.media_type,
            size_bytes=one.size_bytes,
            added_by=person,
        )


def as_sent(draft: AnswerDraft) -> tuple[Attachment, ...]:
    """The files of a draft as they go into the event."""
    return tuple(
        Attachment(bytes(one.blob_id), bytes(one.blob_key), one.name, one.media_type, one.size_bytes)
        for one in draft.files.all()
    )


def drop_drafts(drafts: "QuerySet[AnswerDraft]", *, are_sent: bool = False) -> int:
    """Delete drafts with their files, says how many drafts; the bytes stay that `are_sent`.

    Call inside a transaction. The rows are held first: whoever lays a file to one at this moment comes before or fails.
    """
    held = list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    files = AnswerFile.objects.filter(draft__in=held)
    if not are_sent:
        _let_go_then(files)
    files.delete()
    AnswerDraft.objects.filter(pk__in=held).delete()
    return len(held)


def _let_go_then(files: "QuerySet[AnswerFile]") -> None:
    going = [bytes(one) for one in files.values_list("blob_id", flat=True)]
    if going:
        transaction.on_commit(partial(let_go, going))


def needed(blob_ids: Sequence[bytes]) -> list[bytes]:
    """Which of these a draft has."""
    named = AnswerFile.objects.filter(blob_id__in=blob_ids)
    return [bytes(one) for one in named.values_list("blob_id", flat=True)]
