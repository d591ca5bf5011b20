"""Keeps drafts as they are typed, so that a power cut loses a second of typing at most."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft, DraftRow
from liaison_desktop.domain.errors import NotFound
from liaison_desktop.domain.times import moment
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.store import Store
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Sex

_APART: Final = frozenset({"draft_id", "attachments", "repeat_of"})


def keep_draft(store: Store, draft: AppealDraft, person: UUID | None, now_ms: int) -> None:
    """Save a draft as it stands; its files are kept by `keep_draft_file`."""
    content = json.dumps(to_plain(draft), ensure_ascii=True, sort_keys=True)
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO drafts (draft_id, person, surname, given_name, patronymic, subject, content, created_at_ms, "
            "saved_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (draft_id) DO UPDATE SET "
            "surname = excluded.surname, given_name = excluded.given_name, patronymic = excluded.patronymic, "
            "subject = excluded.subject, content = excluded.content, saved_at_ms = excluded.saved_at_ms",
            (
                draft.draft_id.bytes,
                None if person is None else person.bytes,
                _storable(draft.surname),
                _storable(draft.given_name),
                _storable(draft.patronymic),
                _storable(draft.subject),
                content,
                now_ms,
                now_ms,
            ),
        )


def read_draft(store: Store, draft_id: UUID) -> AppealDraft:
    """Give a draft with its files; raises NotFound `draft_unknown`."""
    row = store.connection.execute("SELECT content FROM drafts WHERE draft_id = ?", (draft_id.bytes,)).fetchone()
    if row is None:
        raise NotFound("draft_unknown")
    return from_plain(draft_id, json.loads(row[0]), files_of_draft(store.connection, draft_id))


def list_drafts(store: Store) -> tuple[DraftRow, ...]:
    """All drafts of this office, in the order they were begun."""
    rows = store.connection.execute(
        "SELECT draft_id, surname, given_name, patronymic, subject, created_at_ms, saved_at_ms, person FROM drafts "
        "ORDER BY created_at_ms, draft_id"
    )
    return tuple(
        DraftRow(
            draft_id=UUID(bytes=row[0]),
            surname=row[1],
            given_name=row[2],
            patronymic=row[3],
            subject=row[4],
            created_at=moment(row[5]),
            saved_at=moment(row[6]),
            person=None if row[7] is None else UUID(bytes=row[7]),
        )
        for row in rows
    )


def drop_draft(connection: Connection, draft_id: UUID) -> bool:
    """Remove a draft and what it says of its files; True when there was one."""
    return connection.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id.bytes,)).rowcount == 1


def keep_draft_file(store: Store, draft_id: UUID, file: AttachmentDraft) -> None:
    """Put a file at the end of a draft's list; the draft must have been saved. Raises NotFound `draft_unknown`."""
    with store.transaction() as connection:
        if connection.execute("SELECT 1 FROM drafts WHERE draft_id = ?", (draft_id.bytes,)).fetchone() is None:
            raise NotFound("draft_unknown")
        connection.execute(
            "INSERT INTO draft_files (draft_id, place, blob_id, blob_key, name, media_type, size_bytes) VALUES "
            "(?, (SELECT coalesce(max(place), -1) + 1 FROM draft_files WHERE draft_id = ?), ?, ?, ?, ?, ?)",
            (
                draft_id.bytes,
                draft_id.bytes,
                file.blob_id,
                file.blob_key,
                _storable(file.name),
                file.media_type,
                file.size_bytes,
            ),
        )


def drop_draft_file(store: Store, draft_id: UUID, blob_id: bytes) -> None:
    """Take a file out of a draft's list."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM draft_files WHERE draft_id = ? AND blob_id = ?", (draft_id.bytes, blob_id))


def files_of_draft(connection: Connection, draft_id: UUID) -> tuple[AttachmentDraft, ...]:
    """A draft's files in their order."""
    rows = connection.execute(
        "SELECT blob_id, blob_key, name, media_type, size_bytes FROM draft_files WHERE draft_id = ? ORDER BY place",
        (draft_id.bytes,),
    )
    return tuple(AttachmentDraft(*row) for row in rows)


def to_plain(draft: AppealDraft) -> dict[str, Any]:
    """What is typed in a form, as JSON holds it; its files are kept apart."""
    plain = {name: value for name, value in asdict(draft).items() if name not in _APART}
    plain["birth_on"] = None if draft.birth_on is None else draft.birth_on.isoformat()
    plain["repeat_of"] = None if draft.repeat_of is None else draft.repeat_of.hex()
    return plain


def from_plain(draft_id: UUID, plain: dict[str, Any], files: tuple[AttachmentDraft, ...]) -> AppealDraft:
    """Read what `to_plain` gave."""
    known = {name: plain[name] for name in AppealDraft.__dataclass_fields__ if name in plain}
    known |= {
        "kind": None if plain["kind"] is None else AppealKind(plain["kind"]),
        "form": AppealForm(plain["form"]),
        "sex": None if plain["sex"] is None else Sex(plain["sex"]),
        "answer_by": None if plain["answer_by"] is None else AnswerBy(plain["answer_by"]),
        "birth_on": None if plain["birth_on"] is None else date.fromisoformat(plain["birth_on"]),
        "repeat_of": None if plain["repeat_of"] is None else bytes.fromhex(plain["repeat_of"]),
        "categories": tuple(plain["categories"]),
        "signatories": tuple(plain["signatories"]),
        "as_typed": tuple((str(name), str(text)) for name, text in plain.get("as_typed", ())),
    }
    return AppealDraft(draft_id=draft_id, attachments=files, **known)


def _storable(text: str) -> str:
    """A text without lone surrogates, which the database cannot hold; the draft's own content keeps them escaped."""
    return text.encode("utf-8", "replace").decode("utf-8")
