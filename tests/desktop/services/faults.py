"""A disk that fails at the last moment, and one that is full."""

from typing import Any

from liaison_desktop.domain.errors import StoreError
from liaison_desktop.store.store import Store


class FailingCommit:
    """A connection whose next COMMIT raises: before anything is on the disk, or after all of it is."""

    def __init__(self, real: Any, *, written: bool) -> None:
        self._real = real
        self._written = written
        self._failed = False

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == "COMMIT" and not self._failed:
            self._failed = True
            self._real.execute("COMMIT" if self._written else "ROLLBACK")
            raise StoreError("store_io", permanent=False)
        return self._real.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def fail_next_commit(store: Store, *, written: bool) -> None:
    store._connection = FailingCommit(store.connection, written=written)  # type: ignore[assignment]


def fill_disk(store: Store, spare_pages: int = 0) -> None:
    """Let the database grow by so many pages and no more, as on a full disk."""
    connection = store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + spare_pages}")


def free_disk(store: Store) -> None:
    store.connection.execute("PRAGMA max_page_count = 4294967294")
