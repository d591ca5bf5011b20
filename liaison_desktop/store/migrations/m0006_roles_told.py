"""What the centre tells of roles is found at once; what it was asked about a person since is newer."""

from typing import Any

SQL = (
    "CREATE INDEX feed_rows_of_roles ON feed_rows (server_epoch, n) WHERE kind = 8",
    "ALTER TABLE people ADD COLUMN asked_in INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE people ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0",
)


def migrate(connection: Any) -> None:
    """Make the index and the columns of version 6."""
    for statement in SQL:
        connection.execute(statement)
