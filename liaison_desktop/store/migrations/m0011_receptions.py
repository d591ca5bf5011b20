"""Conversations about requests: which are set and when; what came of them before the update is read then."""

from typing import Any

SQL = (
    """CREATE TABLE receptions (
    appeal BLOB PRIMARY KEY CHECK (length(appeal) = 32),
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX receptions_by_end ON receptions (ends_at_ms)",
    # projecting.renew_if_due reads them with the contract of its day; a store without such events needs it not
    """INSERT INTO settings (name, value) SELECT 'projection_due', '1'
WHERE EXISTS (SELECT 1 FROM events WHERE kind = 61 OR kind BETWEEN 212 AND 214) ON CONFLICT (name) DO NOTHING""",
)


def migrate(connection: Any) -> None:
    """Make the table of version 11 and ask for conversations to be read that are here already."""
    for statement in SQL:
        connection.execute(statement)
