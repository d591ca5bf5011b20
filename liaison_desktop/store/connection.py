"""Opens the encrypted file: SQLCipher with a raw key, WAL, every commit on the disk before it is believed.

The system's SQLite and Python's own lose committed pages in a race of checkpoints (fixed in 3.51.3): only sqlcipher3's
is used, and its version is asserted. sqlite_utils is imported where a schema is looked at or changed, not at the start.
"""

import sqlite3 as _types
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlcipher3 import dbapi2

from liaison_desktop.domain.errors import DiskFull, StoreDamaged, StoreError, StoreForeign

if TYPE_CHECKING:
    from sqlite_utils import Database

Connection = _types.Connection
"""sqlcipher3's connections have the shape of the standard library's, and no types of their own."""

SQLITE_LEAST: Final = (3, 51, 3)
CACHE_KIB: Final = 24 * 1024
APPLICATION_ID: Final = 0x4C49_4153
"""`LIAS`: tells a store of ours from any other SQLCipher file."""

KEY_BYTES: Final = 32
BUSY_MS: Final = 5_000

SqlError: Final[type[Exception]] = dbapi2.Error
"""What the library raises for our own mistakes (a broken constraint, a wrong statement): a bug, nobody's to catch."""

_FULL: Final = 13
_CORRUPT: Final = 11
_NOT_A_DATABASE: Final = 26
_IO: Final = 10


def use_everywhere() -> None:
    """Make sqlite_utils use this very library; must run before it is imported."""
    sys.modules.setdefault("pysqlite3", sys.modules["sqlcipher3"])
    sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)


use_everywhere()


def connect(path: Path, key: bytes, *, must_exist: bool = True) -> Connection:
    """Open the encrypted database, or raise StoreForeign, StoreDamaged, DiskFull, StoreError.

    Transactions are begun and ended by hand: `isolation_level` is None. Use it on one thread.
    """
    if dbapi2.sqlite_version_info < SQLITE_LEAST:
        raise StoreError("sqlite_too_old", version=dbapi2.sqlite_version)
    if len(key) != KEY_BYTES:
        raise StoreForeign("store_foreign")
    if must_exist and not path.is_file():
        raise StoreError("store_missing", path=path.name)
    try:
        return _connect(path, key)
    except (StoreDamaged, StoreForeign):
        raise
    except StoreError as failure:
        # A full disk has no room for the file that connections share; one that is alone does without it.
        if failure.code not in ("disk_full", "store_io", "store_not_writable"):
            raise
        return _connect(path, key, alone=True)


def _connect(path: Path, key: bytes, *, alone: bool = False) -> Connection:
    try:
        connection: Connection = dbapi2.connect(
            str(path), isolation_level=None, timeout=BUSY_MS / 1000, factory=_NamingConnection
        )
    except dbapi2.Error as failure:
        raise named(failure) or failure from failure
    try:
        if alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _prepare(connection, key)
    except StoreError:
        connection.close()
        raise
    return connection


def _prepare(connection: Connection, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"""PRAGMA key = "x'{key.hex()}'" """)
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise StoreError("sqlite_not_encrypted")
    # The first read proves the key and the file.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application not in (0, APPLICATION_ID):
        raise StoreForeign("store_foreign")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError("store_not_wal", mode=str(mode))
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Freed space is overwritten, so that what is erased or discarded leaves the file; measured: no slower.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA journal_size_limit = 8388608")


def named(failure: BaseException) -> StoreError | None:
    """Say a failure of disk or file by our name; None for anything else, which is a bug."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    text = str(failure)
    if code == _FULL or "disk is full" in text:
        return DiskFull("disk_full")
    if code == _NOT_A_DATABASE or "not a database" in text or "is encrypted" in text:
        return StoreForeign("store_foreign")
    if code == _CORRUPT or "malformed" in text:
        return StoreDamaged("store_damaged")
    if code == _IO or "disk I/O error" in text:
        return StoreError("store_io", permanent=False)
    if "locked" in text or "busy" in text:
        return StoreError("store_busy", permanent=False)
    if "readonly" in text or "unable to open" in text:
        return StoreError("store_not_writable", permanent=False)
    return None


class _NamingCursor(dbapi2.Cursor):  # type: ignore[misc]
    """Raises failures of disk and file by our names, wherever they come up while rows are read."""

    def execute(self, *statement: Any) -> Any:
        return _call(super().execute, *statement)

    def executemany(self, *statement: Any) -> Any:
        return _call(super().executemany, *statement)

    def fetchone(self) -> Any:
        return _call(super().fetchone)

    def fetchmany(self, *size: Any) -> Any:
        return _call(super().fetchmany, *size)

    def fetchall(self) -> Any:
        return _call(super().fetchall)

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except dbapi2.Error as failure:
            raise named(failure) or failure from failure


class _NamingConnection(dbapi2.Connection):  # type: ignore[misc]
    """Gives out naming cursors; its own `execute` uses them too."""

    def cursor(self, factory: Any = _NamingCursor) -> Any:
        return super().cursor(factory)


def _call(method: Any, *values: Any) -> Any:
    try:
        return method(*values)
    except dbapi2.Error as failure:
        raise named(failure) or failure from failure


def utilities(connection: Connection) -> "Database":
    """Look at or change the schema through sqlite-utils; imported here because it costs a third of a second."""
    from sqlite_utils import Database

    return Database(connection)


def placeholders(values: "list[Any] | tuple[Any, ...]") -> str:
    """Write `?, ?, ?` for so many values."""
    return ", ".join("?" * len(values))
