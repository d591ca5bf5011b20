"""Which other sites saw the public log, and when."""

from typing import Any

SQL = """CREATE TABLE witnesses (
    number_code TEXT PRIMARY KEY,
    signed_at_ms INTEGER NOT NULL,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""


def migrate(connection: Any) -> None:
    """Make the table of version 3."""
    connection.execute(SQL)
