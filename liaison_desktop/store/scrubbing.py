"""Makes erased words leave for good: the search index's old segments, the journal, and the copy on a second medium.

A deleted row stays in the index's segments until they are merged. Erasing is rare and merging takes seconds for a large
store (10 s for 200,000 requests), so it is done at the end of the run.
"""

from collections.abc import Iterable
from typing import Final

from liaison_desktop.store.connection import Connection
from liaison_desktop.store.store import Store

_DUE: Final = "scrubbing_due"
_ON_SECOND: Final = "erased_on_second_medium:"
_INDEXES: Final = ("search_words", "search_parts")


def begin_scrubbing(connection: Connection) -> None:
    """Note that the search index is to be merged."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = '1'", (_DUE,)
    )


def note_on_second(connection: Connection, epoch: bytes, event_hash: bytes) -> None:
    """Note that an own event is to go from the second medium, which may be away now."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (f"{_ON_SECOND}{event_hash.hex()}", epoch.hex()),
    )


def waiting_on_second(store: Store) -> dict[bytes, set[bytes]]:
    """The events that are still to go from the second medium, by epoch."""
    waiting: dict[bytes, set[bytes]] = {}
    rows = store.connection.execute("SELECT name, value FROM settings WHERE name GLOB ?", (f"{_ON_SECOND}*",))
    for name, epoch in rows:
        waiting.setdefault(bytes.fromhex(epoch), set()).add(bytes.fromhex(name.removeprefix(_ON_SECOND)))
    return waiting


def gone_from_second(store: Store, event_hashes: Iterable[bytes]) -> None:
    """Strike events that have gone from the second medium."""
    with store.transaction() as connection:
        connection.executemany(
            "DELETE FROM settings WHERE name = ?", [(f"{_ON_SECOND}{one.hex()}",) for one in event_hashes]
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
