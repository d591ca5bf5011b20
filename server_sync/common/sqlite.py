"""Gives Django a SQLite that does not lose data.

Debian 12's SQLite (3.40.1) and the one inside many wheels carry the WAL-reset corruption bug; the sqlcipher3 package
brings a repaired one. It takes the standard library's place before Django looks for it.
"""

import sys
from typing import Final

import sqlcipher3
import sqlcipher3.dbapi2

OLDEST_SOUND: Final = (3, 51, 3)
"""The first SQLite without the WAL-reset corruption bug."""


def use_sound_sqlite() -> None:
    """Put the repaired SQLite where `import sqlite3` finds it; call before Django is imported."""
    found = sqlcipher3.dbapi2.sqlite_version_info
    if found < OLDEST_SOUND:
        told = ".".join(str(part) for part in OLDEST_SOUND)
        raise RuntimeError(f"SQLite {sqlcipher3.dbapi2.sqlite_version} can lose data; {told} or newer is needed")
    sys.modules["sqlite3"] = sqlcipher3
    sys.modules["sqlite3.dbapi2"] = sqlcipher3.dbapi2
