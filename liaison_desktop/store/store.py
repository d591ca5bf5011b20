"""The open store: one connection, transactions that say how they ended, attachments beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from liaison_desktop.domain.errors import OutcomeUnknown, StoreDamaged, StoreError
from liaison_desktop.store.connection import Connection, SqlError, connect
from liaison_desktop.store.migrations import migrate


def is_hollow(path: Path) -> bool:
    """Whether a store's file is there without a single byte, and none are on their way into it."""
    wal = path.with_name(f"{path.name}-wal")
    return path.is_file() and path.stat().st_size == 0 and not (wal.is_file() and wal.stat().st_size)


class Store:
    """An office's encrypted database. Used on one thread, the store lane.

    `blob_folder` holds the ciphertexts of larger attachments.
    """

    def __init__(self, path: Path, key: bytes, blob_folder: Path, connection: Connection) -> None:
        self.path = path
        self.blob_folder = blob_folder
        self._key = key
        self._connection: Connection | None = connection

    @classmethod
    def create(cls, path: Path, key: bytes, blob_folder: Path) -> Self:
        """Make a new store with a new key; raises StoreError `store_exists` where one lies already."""
        if path.exists() and not is_hollow(path):
            raise StoreError("store_exists", path=path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(path, key, must_exist=False)
        try:
            migrate(connection)
        except StoreError:
            connection.close()
            path.unlink(missing_ok=True)
            raise
        return cls(path, key, blob_folder, connection)

    @classmethod
    def open(cls, path: Path, key: bytes, blob_folder: Path) -> Self:
        """Open a store and bring its tables up to date.

        Raises StoreForeign, StoreDamaged, StoreNewer, DiskFull or StoreError `store_missing`, `store_busy`.
        """
        if is_hollow(path):
            raise StoreDamaged("store_damaged")
        connection = connect(path, key)
        try:
            migrate(connection)
        except StoreError:
            connection.close()
            raise
        return cls(path, key, blob_folder, connection)

    @property
    def connection(self) -> Connection:
        """The connection; raises StoreError `store_closed` after `close` or when reopening failed."""
        if self._connection is None:
            raise StoreError("store_closed", permanent=False)
        return self._connection

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    @property
    def key(self) -> bytes:
        """The raw store key, to be wrapped for a further person."""
        return self._key

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Change several tables at once or nothing; inside another transaction, take part in it.

        What disk and file do comes out by our names and nothing was changed, except for OutcomeUnknown: the COMMIT
        itself failed. Then the store has been opened anew, or stays closed when that failed too: look whether the
        change is there, never repeat it blindly.
        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            self._roll_back()
            raise
        try:
            connection.execute("COMMIT")
        except StoreError as failure:
            unknown = OutcomeUnknown("outcome_unknown", permanent=False, cause=failure.code)
            try:
                self.reopen()
            except StoreError as closed:
                raise unknown from closed
            raise unknown from failure

    def reopen(self) -> None:
        """Close and open again, so that what is on the disk is seen; raises as `open`, and the store stays closed."""
        self.close()
        connection = connect(self.path, self._key)
        self._connection = connection

    def prove_durable(self) -> None:
        """Write and flush once more, so that everything seen now is on the disk; raises DiskFull or StoreError."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO settings (name, value) VALUES ('durable', '1') "
                "ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
            )

    def find_damage(self, *, thorough: bool = False) -> tuple[str, ...]:
        """Hold every page against its seal and say what is wrong; empty when the store is whole.

        On a connection of its own, so it may run beside the store lane: 5 s for 200,000 requests, 40 s when `thorough`
        looks through every table and index as well.
        """
        try:
            apart = connect(self.path, self._key)
        except StoreError as failure:
            return (failure.code,)
        try:
            found = [str(row[0]) for row in apart.execute("PRAGMA cipher_integrity_check")]
            if thorough:
                found += [line for (line,) in apart.execute("PRAGMA integrity_check(20)") if line != "ok"]
        except StoreError as failure:
            return (failure.code,)
        finally:
            apart.close()
        return tuple(found)

    def close(self) -> None:
        """Close the connection; the store can be opened again."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is not None and connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except (StoreError, SqlError):
                # The library has rolled back already, as it does on a full disk or a failing one.
                self.reopen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
