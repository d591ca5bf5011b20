"""Writes files so that a power cut leaves the old or the new one, never half of one.

tmp → fsync → rename → fsync of the folder. Windows has no fsync of a folder: there a replaced name is written through
by the file system's own journal.
"""

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from liaison_desktop.domain.errors import DiskFull, WorkplaceError

T = TypeVar("T")
HELD_S: Final = 4.0
HELD_PAUSE_S: Final = 0.1

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_disk_full(failure: OSError) -> bool:
    """Whether the system refused to write for want of room."""
    return failure.errno in _NO_ROOM or getattr(failure, "winerror", None) in {39, 112}


def patiently(act: Callable[[], T], name: str) -> T:
    """Do something with a file that another program (a virus scanner, a backup) may hold for a moment.

    Tried again for some seconds; then raises WorkplaceError `file_held`. Not on the window's thread.
    """
    until = time.monotonic() + HELD_S
    while True:
        try:
            return act()
        except PermissionError as held:
            if time.monotonic() >= until:
                raise WorkplaceError("file_held", permanent=False, file=name) from held
        time.sleep(HELD_PAUSE_S)


def write_atomically(path: Path, raw: bytes, *, private: bool = True) -> None:
    """Put a whole file in the place of another; raises DiskFull or `file_held`, and then the old one stands."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags, mode = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600 if private else 0o644
        descriptor = patiently(lambda: os.open(fresh, flags, mode), path.name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        patiently(lambda: fresh.replace(path), path.name)
        sync_folder(path.parent)
    except OSError as failure:
        fresh.unlink(missing_ok=True)
        if is_disk_full(failure):
            raise DiskFull("disk_full") from failure
        raise


def make_private_folder(folder: Path) -> Path:
    """Make a folder only this user enters; on Windows the user's profile already is one."""
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform != "win32":
        folder.chmod(0o700)
    return folder


def _sync_posix_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _leave_to_journal(folder: Path) -> None:
    """NTFS journals renames; a folder cannot be opened for flushing without administrator's rights."""


_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
sync_folder: Callable[[Path], None] = _leave_to_journal if os.name == "nt" else _sync_posix_folder
"""Make a rename in this folder durable."""
