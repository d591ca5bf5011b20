"""Writes every registration, encrypted, to a second medium as well (a USB stick, another disk), when there is one.

One file an epoch: frames of `length u32 ‖ nonce(12) ‖ AES-256-GCM(event)`, appended and flushed. The key is derived
from the store's key, so the recovery key opens it. A half-written last frame is cut off before the next is appended.
"""

import os
import secrets
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison_desktop.workplace.files import sync_folder
from server_sync.contract import codec
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.events import Event, frame_event
from server_sync.contract.signing import sha256

_FRAME_LIMIT_BYTES: Final = 300 * 1024
_NONCE_BYTES: Final = 12


class SecondMedium:
    """A folder on another medium. Its absence never stops the counter: Delivery warns."""

    def __init__(self, folder: Path, store_key: bytes) -> None:
        self.folder = folder
        self._cipher = AESGCM(sha256(b"liaison/second-medium/1\x00", store_key))
        self._whole: set[bytes] = set()

    @property
    def is_here(self) -> bool:
        """Whether the medium is plugged in and its folder can be written."""
        return self.folder.is_dir() and os.access(self.folder, os.W_OK)

    def written_to(self, epoch: bytes) -> int:
        """The seq of the newest event of an epoch that stands here; 0 on a new medium."""
        try:
            seq = int(self._path(epoch).with_suffix(".seq").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0
        return seq if seq > 0 and self._path(epoch).is_file() else 0

    def append(self, epoch: bytes, events: Sequence[Event], last_seq: int) -> bool:
        """Write events, of which the last has seq `last_seq`; False when the medium is away or full.

        What a failure leaves half written is cut off before the next is appended; an event that stands here twice is
        the same event.
        """
        if not self.is_here:
            return False
        frames = b"".join(self._frame(epoch, event) for event in events)
        path = self._path(epoch)
        try:
            is_new = not path.exists()
            with path.open("ab") as file:
                if not is_new and epoch not in self._whole:
                    file.truncate(sum(size for _, size in self._frames(epoch)))
                self._whole.discard(epoch)
                file.write(frames)
                file.flush()
                os.fsync(file.fileno())
            self._whole.add(epoch)
            if is_new:
                sync_folder(self.folder)
            path.with_suffix(".seq").write_text(str(last_seq), encoding="ascii")
        except OSError:
            return False
        return True

    def forget(self, epoch: bytes, event_hashes: Container[bytes]) -> bool:
        """Write an epoch's file anew without these events, all at once; False when the medium is away or full."""
        if not self.is_here:
            return False
        path = self._path(epoch)
        if not path.is_file():
            return True
        fresh = path.with_suffix(".tmp")
        try:
            with fresh.open("wb") as file:
                for event in self.read(epoch):
                    if event.hash not in event_hashes:
                        file.write(self._frame(epoch, event))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            sync_folder(self.folder)
        except OSError:
            return False
        return True

    def _frame(self, epoch: bytes, event: Event) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = codec.encode([event.header, event.salt, event.body])
        frame = nonce + self._cipher.encrypt(nonce, plain, epoch)
        return len(frame).to_bytes(4, "big") + frame

    def read(self, epoch: bytes) -> Iterator[Event]:
        """Give back what was written for an epoch, up to the first frame that is not whole."""
        return (event for event, _ in self._frames(epoch))

    def _frames(self, epoch: bytes) -> Iterator[tuple[Event, int]]:
        path = self._path(epoch)
        if not path.is_file():
            return
        with path.open("rb") as file:
            while len(length := file.read(4)) == 4:
                size = int.from_bytes(length, "big")
                if not _NONCE_BYTES < size <= _FRAME_LIMIT_BYTES:
                    return
                frame = file.read(size)
                try:
                    plain = self._cipher.decrypt(frame[:_NONCE_BYTES], frame[_NONCE_BYTES:], epoch)
                    read = codec.decode(plain, _FRAME_LIMIT_BYTES)
                except (InvalidTag, ValueError, MalformedBytes):
                    return
                match read:
                    case [bytes() as header, bytes() as salt, bytes() as body]:
                        yield frame_event(header, salt, body), 4 + size
                    case _:
                        return

    def _path(self, epoch: bytes) -> Path:
        return self.folder / f"liaison-{epoch.hex()}.events"
