"""Lets one program at a time work in a folder; the system gives the lock back when the program dies."""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from liaison_desktop.domain.errors import AlreadyRunning


class _Hold(Protocol):
    """How a system locks an open file: raises OSError when another program holds it."""

    def __call__(self, file: IO[bytes]) -> None: ...


if sys.platform == "win32":
    import msvcrt

    def _hold(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


hold: _Hold = _hold


class FolderLock:
    """Held from `acquire` (or `with`) to `release`; the file stays, only its lock counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock, or raise AlreadyRunning."""
        if self._file is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+b")
        try:
            hold(file)
        except OSError as taken:
            file.close()
            raise AlreadyRunning("already_running", permanent=False, folder=str(self._path.parent)) from taken
        self._file = file
        # Byte 0 is the locked one on Windows; the pid after it is for a person who looks, and a full disk has none.
        with contextlib.suppress(OSError):
            file.truncate(0)
            file.write(b" %d\n" % os.getpid())
            file.flush()

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):  # what a full disk did not take is tried once more, and not needed
                file.close()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
