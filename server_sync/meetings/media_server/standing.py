"""Tells the other processes of the centre where the media server is reached and whether it is well, by a small file."""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from server_sync.meetings.media_server.configuration import FOLDER, Pair, pair_of
from server_sync.meetings.media_server.wanted import Wanted

STALE: Final = timedelta(seconds=30)
"""A standing that nobody has confirmed for so long says nothing any more."""


class State(StrEnum):
    """How the media server is."""

    STARTING = "starting"
    WELL = "well"
    SILENT = "silent"
    """It runs, or is said to run, and does not answer."""
    NOT_READY = "not_ready"
    """It runs and answers that it can do nothing now: the Redis that it shares its rooms through is away."""
    ENDED = "ended"
    PORT_TAKEN = "port_taken"
    NOT_BUILT = "not_built"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the media server was when it was last looked at."""

    state: State
    address: str
    """Where the centre itself speaks with it, http:// or https://."""
    client_url: str
    """Where offices and browsers join, ws:// or wss://."""
    since: datetime
    looked_at: datetime
    restarts: int = 0
    pid: int = 0
    port: int = 0
    """The port that another program has, when the state is PORT_TAKEN."""

    @property
    def is_well(self) -> bool:
        """Whether meetings can be held now."""
        return self.state is State.WELL and datetime.now(UTC) - self.looked_at < STALE

    def written(self) -> bytes:
        """The file's content."""
        times = {"since": self.since.isoformat(), "looked_at": self.looked_at.isoformat()}
        return json.dumps({**asdict(self), **times}).encode()

    @classmethod
    def read(cls, content: bytes) -> Self | None:
        """Read the file's content; None when it is none of ours."""
        try:
            told: dict[str, Any] = json.loads(content)
            times = {name: datetime.fromisoformat(told[name]) for name in ("since", "looked_at")}
            return cls(**{**told, **times, "state": State(told["state"])})
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class Reach:
    """All that the centre needs to speak with the media server and to send offices there."""

    address: str
    client_url: str
    pair: Pair


def standing(home: Path) -> Standing | None:
    """How the media server of this centre was last seen; None when none was ever kept here."""
    path = home / FOLDER / "standing.json"
    try:
        told = Standing.read(path.read_bytes())
        confirmed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
    return None if told is None else replace(told, looked_at=max(told.looked_at, confirmed_at))


def write_standing(folder: Path, told: Standing) -> None:
    """Let the others know. Written whole or not at all; after a power cut it is old in any case."""
    path = folder / "standing.json"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(told.written())
        draft.chmod(0o600)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def confirm_standing(folder: Path) -> None:
    """Let the others know that it is as it was, where a full disk takes no file: by the file's time alone."""
    with contextlib.suppress(OSError):
        os.utime(folder / "standing.json")


def forget_standing(folder: Path) -> None:
    """Take the file away when nothing is kept any more."""
    with contextlib.suppress(FileNotFoundError):
        (folder / "standing.json").unlink()


def reach(wanted: Wanted, home: Path) -> Reach | None:
    """Where the media server is reached now; None when it is not well."""
    seen = standing(home)
    if seen is None or not seen.is_well:
        return None
    return Reach(seen.address, seen.client_url, pair_of(wanted, home))
