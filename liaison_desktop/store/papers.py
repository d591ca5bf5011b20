"""Papers of meetings in the store: which are fetched and kept, and how much of each is here.

Their bytes are kept as attachments are (`store.blobs`); what names them is a row of `papers`, made of the events of
their meeting and made again with it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from liaison_desktop.domain.papers import PaperSeen, as_laid
from liaison_desktop.store.connection import Connection
from server_sync.contract.bodies import Body
from server_sync.contract.events import Header

_TO_FETCH: Final = (
    "INSERT INTO blobs (blob_id, size_bytes, is_here, is_own, kept_at_ms) VALUES (?, ?, 0, 0, ?) ON CONFLICT DO NOTHING"
)
_FETCHED: Final = "SELECT p.blob_id FROM papers p JOIN blobs b USING (blob_id) WHERE p.meeting = ? AND b.is_own = 0"


def lay(connection: Connection, meeting: bytes, said: Iterable[tuple[Header, Body]], now_ms: int) -> frozenset[bytes]:
    """Let the papers that a meeting has be fetched; gives the ids of the bytes that it had and has no more.

    They are to be dropped when this is in the store. Bytes of this office's own are never among them.
    """
    standing = [one for one in as_laid(said) if not one.is_withdrawn]
    before = {row[0] for row in connection.execute(_FETCHED, (meeting,))}
    connection.execute("DELETE FROM papers WHERE meeting = ?", (meeting,))
    for one in standing:
        named = (one.paper, meeting, one.added.blob_id)
        connection.execute(
            "INSERT INTO papers (paper, meeting, blob_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", named
        )
        connection.execute(_TO_FETCH, (one.added.blob_id, one.sealed_bytes, now_ms))
    return frozenset(before - {one.added.blob_id for one in standing})


def seen(connection: Connection, said: Iterable[tuple[Header, Body]]) -> tuple[PaperSeen, ...]:
    """The papers of a meeting with how much of each is here."""
    return tuple(_as_here(connection, one) for one in as_laid(said))


def is_of_paper(connection: Connection, blob_id: bytes) -> bool:
    """Whether these bytes are a paper's."""
    return connection.execute("SELECT 1 FROM papers WHERE blob_id = ?", (blob_id,)).fetchone() is not None


def _as_here(connection: Connection, one: PaperSeen) -> PaperSeen:
    row = connection.execute(
        "SELECT is_here, received_bytes FROM blobs WHERE blob_id = ?", (one.added.blob_id,)
    ).fetchone()
    if row is None or one.is_withdrawn:
        return one
    return replace(one, is_here=bool(row[0]), received_bytes=row[1])
