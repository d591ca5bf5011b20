"""Keeps what is typed in the dialogs about a request, until it is sent or thrown away."""

import json
from uuid import UUID

from liaison_desktop.domain.drafts import ActDraft, KeptActDraft
from liaison_desktop.domain.times import moment
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.drafts import from_plain, to_plain
from liaison_desktop.store.store import Store
from server_sync.contract.events import EventKind
from server_sync.contract.identifiers import uuid7


def keep_act_draft(store: Store, draft: ActDraft, person: UUID | None, now_ms: int) -> None:
    """Save it as it stands, in the place of what was there."""
    corrected = None if draft.corrected is None else to_plain(draft.corrected)
    plain = {"texts": draft.texts, "corrected": corrected, "files": draft.files}
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO act_drafts (appeal, kind, person, content, saved_at_ms) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (appeal, kind) DO UPDATE SET person = excluded.person, content = excluded.content, "
            "saved_at_ms = excluded.saved_at_ms",
            (
                draft.appeal,
                int(draft.kind),
                None if person is None else person.bytes,
                json.dumps(plain, ensure_ascii=True),
                now_ms,
            ),
        )


def read_act_draft(store: Store, appeal: bytes, kind: EventKind) -> KeptActDraft | None:
    """What was typed for this act on this request; None when nothing is kept."""
    row = store.connection.execute(
        "SELECT content, saved_at_ms, person FROM act_drafts WHERE appeal = ? AND kind = ?", (appeal, int(kind))
    ).fetchone()
    if row is None:
        return None
    plain = json.loads(row[0])
    corrected = plain["corrected"]
    draft = ActDraft(
        appeal=appeal,
        kind=kind,
        texts=tuple((str(name), str(text)) for name, text in plain["texts"]),
        corrected=None if corrected is None else from_plain(uuid7(), corrected, ()),
        files=tuple(str(name) for name in plain["files"]),
    )
    return KeptActDraft(draft, moment(row[1]), None if row[2] is None else UUID(bytes=row[2]))


def drop_act_draft(connection: Connection, appeal: bytes, kind: EventKind) -> None:
    """Remove it: it was sent, or is not wanted any more."""
    connection.execute("DELETE FROM act_drafts WHERE appeal = ? AND kind = ?", (appeal, int(kind)))
