"""Keeps the key of a wall's store where the program finds it with nobody there: a file that its account alone reads.

A wall's store holds meetings and no citizen (the centre sends it nothing else); that of any other workplace has no such
file.
"""

from pathlib import Path

from liaison_desktop.workplace.files import sync_folder, write_atomically
from liaison_desktop.workplace.keys import STORE_KEY_BYTES


def read_wall_key(path: Path) -> bytes | None:
    """Give the key; None where there is none, or what lies there is none."""
    try:
        key = path.read_bytes()
    except OSError:
        return None
    return key if len(key) == STORE_KEY_BYTES else None


def keep_wall_key(path: Path, key: bytes) -> None:
    """Lay the key down for this account; raises DiskFull."""
    write_atomically(path, key)


def drop_wall_key(path: Path) -> None:
    """Take the key away."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
