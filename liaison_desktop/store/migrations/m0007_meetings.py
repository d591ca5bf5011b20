"""Meetings that the centre tells of; those that came before the update are read then."""

from typing import Any

SQL = (
    """CREATE TABLE meetings (
    meeting BLOB PRIMARY KEY CHECK (length(meeting) = 16),
    state TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX meetings_by_end ON meetings (ends_at_ms)",
    """CREATE TABLE meeting_events (
    event_hash BLOB PRIMARY KEY REFERENCES events (event_hash),
    meeting BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX events_of_meeting ON meeting_events (meeting)",
    # meetings.renew_if_due reads them with the contract of its day; a store without such events needs it not
    """INSERT INTO settings (name, value) SELECT 'meetings_due', '1'
WHERE EXISTS (SELECT 1 FROM events WHERE kind BETWEEN 200 AND 204) ON CONFLICT (name) DO NOTHING""",
)


def migrate(connection: Any) -> None:
    """Make the tables of version 7 and ask for meetings to be read that are here already."""
    for statement in SQL:
        connection.execute(statement)
