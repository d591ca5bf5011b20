"""What is typed in a dialog about a request and not sent yet."""

from typing import Any

SQL = """CREATE TABLE act_drafts (
    appeal BLOB NOT NULL,
    kind INTEGER NOT NULL,
    person BLOB,
    content TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    PRIMARY KEY (appeal, kind)
) STRICT, WITHOUT ROWID"""


def migrate(connection: Any) -> None:
    """Make the table of version 5."""
    connection.execute(SQL)
