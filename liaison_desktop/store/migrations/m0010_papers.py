"""Papers of meetings: which bytes they are; those whose events came before the update are fetched then."""

from typing import Any

SQL = (
    """CREATE TABLE papers (
    paper BLOB PRIMARY KEY CHECK (length(paper) = 16),
    meeting BLOB NOT NULL,
    blob_id BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX papers_of_meeting ON papers (meeting)",
    "CREATE INDEX papers_of_blob ON papers (blob_id)",
    # meetings.renew_if_due reads them with the contract of its day; a store without such events needs it not
    """INSERT INTO settings (name, value) SELECT 'meetings_due', '1'
WHERE EXISTS (SELECT 1 FROM events WHERE kind IN (210, 211)) ON CONFLICT (name) DO NOTHING""",
)


def migrate(connection: Any) -> None:
    """Make the table of version 10 and ask for papers to be read that are here already."""
    for statement in SQL:
        connection.execute(statement)
