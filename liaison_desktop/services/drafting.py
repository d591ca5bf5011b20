"""Keeps what is being typed: drafts are saved continuously, found again after a crash, and hold their files sealed."""

from uuid import UUID

from liaison_desktop.domain.drafts import ActDraft, AppealDraft, AttachmentDraft, DraftRow, KeptActDraft
from liaison_desktop.domain.errors import AttachmentRefused
from liaison_desktop.domain.programs import is_program
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import act_drafts
from liaison_desktop.store import drafts as kept
from liaison_desktop.store.blobs import drop, keep_blob, open_blob
from server_sync.contract import blobs as sealing
from server_sync.contract.events import EventKind
from server_sync.contract.file_kinds import kind_by_name, kind_of
from server_sync.contract.identifiers import uuid7
from server_sync.contract.limits import check_attachment, settle_pasted

ATTACHMENT_LIMIT_BYTES = 50 * 1024 * 1024
"""A file at the counter: what an office's line carries in a night; the contract's own limit is larger."""


def new_draft(desk: Desk, language: str = "ky") -> AppealDraft:
    """Begin a draft; it is kept from its first saving on. The office's own territory stands in the address."""
    return AppealDraft(draft_id=uuid7(), language=language, territory_code=desk.enrolment.site_code)


def save_draft(desk: Desk, draft: AppealDraft) -> None:
    """Keep a draft as it stands now; raises DiskFull, StoreError, and then the last saved one stands."""
    desk.ensure_sound()
    person = None if desk.signed_in is None else desk.signed_in.person.person
    kept.keep_draft(desk.store, draft, person, desk.held().time_ms)


def save_act_draft(desk: Desk, draft: ActDraft) -> None:
    """Keep what is typed in a dialog about a request; raises as `save_draft`."""
    desk.ensure_sound()
    person = None if desk.signed_in is None else desk.signed_in.person.person
    act_drafts.keep_act_draft(desk.store, draft, person, desk.held().time_ms)


def find_act_draft(desk: Desk, appeal: bytes, kind: EventKind) -> KeptActDraft | None:
    """What was typed for an act on a request and neither sent nor thrown away."""
    return act_drafts.read_act_draft(desk.store, appeal, kind)


def discard_act_draft(desk: Desk, appeal: bytes, kind: EventKind) -> None:
    """Throw away what was typed for an act on a request."""
    with desk.store.transaction() as connection:
        act_drafts.drop_act_draft(connection, appeal, kind)


def list_drafts(desk: Desk) -> tuple[DraftRow, ...]:
    """All drafts of this office, in the order they were begun: what recovery shows after a crash."""
    return kept.list_drafts(desk.store)


def open_draft(desk: Desk, draft_id: UUID) -> AppealDraft:
    """Take a draft up again with its files; raises NotFound `draft_unknown`."""
    return kept.read_draft(desk.store, draft_id)


def discard_draft(desk: Desk, draft_id: UUID) -> None:
    """Throw a draft away with the files only it names; one that is gone already is no error."""
    with desk.store.transaction() as connection:
        files = kept.files_of_draft(connection, draft_id)
        kept.drop_draft(connection, draft_id)
    drop(desk.store, [file.blob_id for file in files])


def attach_file(desk: Desk, draft_id: UUID, name: str, content: bytes, media_type: str = "") -> AttachmentDraft:
    """Seal a file into a draft that was saved before.

    Its kind is that of its bytes, whatever its name ends in. Raises AttachmentRefused `attachment_empty`,
    `attachment_too_large`, `attachment_is_program` (whatever its name says), `picture_unreadable` (a picture by its
    name whose bytes are nothing known), `attachment_unreadable` (the same of a PDF), or a limit's code; NotFound
    `draft_unknown`; DiskFull.
    """
    file = seal_file(desk, name, content, media_type)
    kept.keep_draft_file(desk.store, draft_id, file)
    return file


def seal_file(desk: Desk, name: str, content: bytes, media_type: str = "") -> AttachmentDraft:
    """Check and seal a file and keep its ciphertext; raises as `attach_file`."""
    if len(content) > ATTACHMENT_LIMIT_BYTES:
        raise AttachmentRefused(
            "attachment_too_large", file=name[:100], size=len(content), limit=ATTACHMENT_LIMIT_BYTES
        )
    if is_program(content, name):
        raise AttachmentRefused("attachment_is_program", file=name[:100])
    claimed = media_type or kind_by_name(name)
    kind = kind_of(name, content, claimed)
    name = settle_pasted(name)
    file = AttachmentDraft(b"", b"", name, kind or claimed, len(content))
    for breach in check_attachment(file):
        raise AttachmentRefused(breach.code, file=name[:100], limit=breach.params.get("limit", 0))
    if not kind:
        code = "picture_unreadable" if claimed.startswith("image/") else "attachment_unreadable"
        raise AttachmentRefused(code, file=name[:100], kind=claimed)
    key = sealing.new_blob_key()
    blob_id = keep_blob(desk.store, sealing.seal(content, key), desk.held().time_ms)
    return AttachmentDraft(blob_id, key, name, kind, len(content))


def detach_file(desk: Desk, draft_id: UUID, blob_id: bytes) -> None:
    """Take a file out of a draft."""
    kept.drop_draft_file(desk.store, draft_id, blob_id)
    drop(desk.store, [blob_id])


def open_file(desk: Desk, blob_id: bytes, blob_key: bytes) -> bytes:
    """Give a file's bytes as they were attached; raises NotFound `blob_missing`, StoreDamaged `blob_damaged`."""
    return open_blob(desk.store, blob_id, blob_key)
