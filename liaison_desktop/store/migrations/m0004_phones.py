"""Each telephone of a request is found by itself; all that is searched by is made anew, because folding changed."""

from typing import Any

SQL = (
    "DROP INDEX appeals_by_phone",
    "ALTER TABLE appeals DROP COLUMN phone",
    """CREATE TABLE phones (
    backwards TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (backwards, id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX phones_of_request ON phones (id)",
    # projecting.renew_if_due does it with the folding of its day; a store without requests needs it not
    """INSERT INTO settings (name, value) SELECT 'projection_due', '1' WHERE EXISTS (SELECT 1 FROM appeals)
ON CONFLICT (name) DO NOTHING""",
)


def migrate(connection: Any) -> None:
    """Make the table of version 4 and ask for the projection to be made again."""
    for statement in SQL:
        connection.execute(statement)
