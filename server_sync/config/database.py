"""Says where the register is kept: a PostgreSQL named by `DATABASE_URL`, or an SQLite file of our own."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BUSY_TIMEOUT_S: Final = 30
"""How long a writer waits for another before it gives up."""
KEEP_OPEN_S: Final = 600
"""How long a thread keeps its SQLite connection: opening one costs as much as a small exchange."""
POOL_TIMEOUT_S: Final = 20
"""How long a request waits for a free connection; without it psycopg's pool waits longer than any proxy."""
POOL_SIZE: Final = 16
FORM: Final = "DATABASE_URL must look like postgresql://person:password@host:port/name, or postgresql:///name"

SQLITE_START: Final = (
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"  # NORMAL loses promised rows in half of the power cuts
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"  # what was erased is overwritten, not only let go of
    "PRAGMA cache_size = -16384;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cipher_log_level = NONE;"
)


def sqlite(file: Path) -> dict[str, Any]:
    """Describe the embedded database; writers queue up at BEGIN, so none is turned away half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": KEEP_OPEN_S,
        "OPTIONS": {"init_command": SQLITE_START, "transaction_mode": "IMMEDIATE", "timeout": BUSY_TIMEOUT_S},
        "TEST": {"NAME": file.with_name("test.sqlite3")},
    }


def postgresql(url: str) -> dict[str, Any]:
    """Describe the PostgreSQL of `postgresql://person:password@host:port/name?option=value`.

    `postgresql:///name` is that of this computer, where the system says who asks.

    Raises ImproperlyConfigured for any other kind of address.
    """
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as wrong:
        raise ImproperlyConfigured(f"DATABASE_URL: {wrong}. {FORM}") from wrong
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(FORM)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["pool"] = {"min_size": 1, "max_size": POOL_SIZE, "timeout": POOL_TIMEOUT_S}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": options,
    }
