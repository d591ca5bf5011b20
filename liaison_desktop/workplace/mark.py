"""Mirrors how far this workplace has numbered, outside the database, so that a database set back is noticed.

One small file of two slots, written in turn and flushed: a power cut spoils at most the slot being written. A slot says
epoch, seq, chain value and the last number given (which is no personal data), with its own hash.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from liaison_desktop.domain.errors import DiskFull
from liaison_desktop.workplace.files import is_disk_full, make_private_folder, sync_folder
from server_sync.contract.signing import sha256

_SLOT_BYTES: Final = 256
_MAGIC: Final = b"LMK1"
_NUMBER_BYTES: Final = 48
_LABEL: Final = b"mark\x00"


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest event of an epoch, and the newest number given in it (empty when none was)."""

    epoch: bytes
    seq: int
    chain: bytes
    number: str = ""
    wall_ms: int = 0

    def to_slot(self) -> bytes:
        """Write as a slot of fixed size."""
        number = self.number.encode("ascii")[:_NUMBER_BYTES].ljust(_NUMBER_BYTES, b"\x00")
        said = _MAGIC + self.epoch + self.seq.to_bytes(8, "big") + self.chain + number
        said += self.wall_ms.to_bytes(8, "big", signed=True)
        return (said + sha256(_LABEL, said)).ljust(_SLOT_BYTES, b"\x00")

    @classmethod
    def from_slot(cls, slot: bytes) -> "Mark | None":
        """Read a slot; None when it is empty or half written."""
        size = 4 + 16 + 8 + 32 + _NUMBER_BYTES + 8
        said, check = slot[:size], slot[size : size + 32]
        if len(slot) != _SLOT_BYTES or said[:4] != _MAGIC or sha256(_LABEL, said) != check:
            return None
        return cls(
            epoch=said[4:20],
            seq=int.from_bytes(said[20:28], "big"),
            chain=said[28:60],
            number=said[60 : 60 + _NUMBER_BYTES].rstrip(b"\x00").decode("ascii", "replace"),
            wall_ms=int.from_bytes(said[60 + _NUMBER_BYTES : size], "big", signed=True),
        )


class HighWaterMark:
    """The mirror in one folder. Written after every commit that made an event; read at the start."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "high-water-mark"

    def read(self, epoch: bytes | None = None) -> Mark | None:
        """Give the newest mark, or that of an epoch; None when there is none or nothing of it can be read."""
        try:
            raw = self.path.read_bytes()
        except OSError:
            return None
        slots = (Mark.from_slot(raw[at : at + _SLOT_BYTES]) for at in (0, _SLOT_BYTES))
        found = [mark for mark in slots if mark is not None and epoch in (None, mark.epoch)]
        return max(found, key=lambda mark: (mark.wall_ms if epoch is None else 0, mark.seq), default=None)

    def write(self, mark: Mark) -> None:
        """Put a mark durably beside the one before it; raises DiskFull or OSError, and then the one before stands."""
        try:
            is_new = not self.path.exists()
            if is_new:
                make_private_folder(self.path.parent)
                self.path.write_bytes(bytes(2 * _SLOT_BYTES))
            descriptor = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.lseek(descriptor, (mark.seq % 2) * _SLOT_BYTES, os.SEEK_SET)
                os.write(descriptor, mark.to_slot())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                sync_folder(self.path.parent)
        except OSError as failure:
            if is_disk_full(failure):
                raise DiskFull("disk_full") from failure
            raise
