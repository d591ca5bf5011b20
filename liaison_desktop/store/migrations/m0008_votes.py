"""Votes of meetings: how this office voted; what came of votes before the update is read then."""

from typing import Any

SQL = (
    """CREATE TABLE ballots (
    vote BLOB PRIMARY KEY CHECK (length(vote) = 16),
    choice INTEGER,
    event_hash BLOB NOT NULL,
    cast_at_ms INTEGER NOT NULL,
    is_here INTEGER NOT NULL CHECK (is_here IN (0, 1))
) STRICT, WITHOUT ROWID""",
    # meetings.renew_if_due reads them with the contract of its day; a store without such events needs it not
    """INSERT INTO settings (name, value) SELECT 'meetings_due', '1'
WHERE EXISTS (SELECT 1 FROM events WHERE kind IN (205, 206)) ON CONFLICT (name) DO NOTHING""",
)


def migrate(connection: Any) -> None:
    """Make the table of version 8 and ask for votes to be read that are here already."""
    for statement in SQL:
        connection.execute(statement)
