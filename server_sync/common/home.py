"""Keeps the centre's own files in one folder: database, keys, attachments.

`LIAISON_HOME` names it; without it `.home/server` beside the program is used.
"""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
_WORD: Final = re.compile(rb"\s*[!-~]+\s*")


def home() -> Path:
    """Open the centre's folder, made on first use for its owner alone."""
    named = os.environ.get("LIAISON_HOME")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / ".home" / "server"
    return private_folder(folder.absolute())


def private_folder(folder: Path) -> Path:
    """Make a folder that nobody but its owner may open; one that is there stays as it is."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a secret so that it is whole or not there, readable by its owner alone.

    Raises FileExistsError unless `replace` is given: a key is never overwritten by mistake.
    """
    if not replace and path.exists():
        raise FileExistsError(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle_folder(path.parent)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one program at a time do what stands inside; the others wait. The file stays, empty."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE), "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def holding(path: Path) -> Iterator[int | None]:
    """Hold a file while what stands inside lasts, by this descriptor; None when another program holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        with contextlib.suppress(OSError):  # a process that was forked off has let go of it already
            os.close(descriptor)


def secret_key() -> str:
    """Read the key that signs sessions, drawn on the first run and kept in `secret_key`."""
    path = home() / "secret_key"
    if path.exists() and not _WORD.fullmatch(path.read_bytes()):  # a copy that lost some of its blocks is no secret
        path.unlink()
    if not path.exists():
        with contextlib.suppress(FileExistsError):  # another process of the same first run was quicker
            write_private(path, secrets.token_urlsafe(64).encode())
    return path.read_text(encoding="ascii").strip()


def _settle_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
