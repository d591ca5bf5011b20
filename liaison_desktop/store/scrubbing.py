"""Makes erased words leave the file for good: the search index's old segments and the journal beside it.

A deleted row stays in the index's segments until they are merged. Erasing is rare and merging takes seconds for a large
store (10 s for 200,000 requests), so it is done at the end of the run.
"""

from typing import Final

from liaison_desktop.store.connection import Connection
from liaison_desktop.store.store import Store

_DUE: Final = "scrubbing_due"
_INDEXES: Final = ("search_words", "search_parts")


def begin_scrubbing(connection: Connection) -> None:
    """Note that the search index is to be merged."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = '1'", (_DUE,)
    )


def scrub(store: Store) -> bool:
    """Merge the search index and empty the journal when something was erased; True when it was done."""
    connection = store.connection
    if connection.execute("SELECT 1 FROM settings WHERE name = ?", (_DUE,)).fetchone() is None:
        return False
    with store.transaction():
        for index in _INDEXES:
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
        connection.execute("DELETE FROM settings WHERE name = ?", (_DUE,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return True
