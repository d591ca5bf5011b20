"""Moves attachments one piece after another, up before down, and passes over one that cannot go now."""

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import ExchangeFailed, NotFound, StoreDamaged
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.store import Store
from liaison_desktop.sync import attaching
from liaison_desktop.sync.attaching import Moving
from liaison_desktop.sync.outcomes import Answered, Failure, Halve, Outcome, Reason, Refused, SignAnew, TryAgain
from liaison_desktop.sync.tasks import Lane, Task
from liaison_desktop.sync.transport import BlobProgress, Signer, Transport
from liaison_desktop.workplace.clock import Clock
from server_sync.contract.messages import PIECE_LEAST_BYTES, PIECE_MOST_BYTES, BlobReply

ASIDE_MS: Final = 3_600_000
REFUSED_LEAST_BYTES: Final = 4 * 1024
"""A way that refuses pieces of this size as too large carries no attachments; a person is told."""

Moved = ChangeSet | TryAgain | None
"""What one piece changed, the failure of the line, or None when nothing is left to move."""

Piece = Generator[Task, Any, Moved]


class Files:
    """The attachments of one office on their way. `moved` is told, in the network's lane, bytes of this run so far."""

    def __init__(self, store: Store, transport: Transport, clock: Clock, moved: Callable[[int], object]) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._moved = moved
        self._moved_bytes = 0
        self._piece_bytes = PIECE_LEAST_BYTES
        self._most_bytes = PIECE_MOST_BYTES
        self._aside: dict[bytes, int] = {}
        self._placed: set[bytes] = set()

    def begin(self) -> int:
        """Begin a run and say how many bytes are left to move. In the store's lane."""
        now_ms = self._clock.monotonic_ms()
        self._moved_bytes = 0
        self._aside = {blob: until for blob, until in self._aside.items() if until > now_ms}
        return attaching.left_bytes(self._store)

    def try_all_again(self) -> None:
        """Pass over nothing any more."""
        self._aside.clear()

    def slow_down(self) -> None:
        """The line is slow: smaller pieces."""
        self._piece_bytes = min(self._piece_bytes, max(PIECE_LEAST_BYTES, self._piece_bytes // 2))

    def move_one(self) -> Piece:
        """Move the next piece of the smallest attachment."""
        signer: Signer = yield Task(Lane.STORE, self._signer)
        upload: Moving | None = yield Task(Lane.STORE, partial(attaching.next_upload, self._store, self._aside))
        if upload is not None:
            return (yield from self._send(signer, upload))
        download: Moving | None = yield Task(Lane.STORE, partial(attaching.next_download, self._store, self._aside))
        if download is not None:
            return (yield from self._fetch(signer, download))
        return None

    def _signer(self) -> Signer:
        epoch = current_epoch(self._store.connection)
        return Signer(epoch.epoch, epoch.key)

    def _send(self, signer: Signer, moving: Moving) -> Piece:
        if moving.blob_id not in self._placed and moving.done_bytes:
            # Begun in another run: a piece may have arrived without its answer, or the centre may have been restored.
            asked: Outcome[BlobProgress] = yield Task(
                Lane.NETWORK, partial(self._transport.ask_blob, signer, moving.blob_id)
            )
            match asked:
                case Answered(message=progress):
                    moving = replace(moving, done_bytes=min(progress.offset, moving.size_bytes))
                case Refused(code="not_here"):
                    moving = replace(moving, done_bytes=0)
                case Refused() | TryAgain() | Halve() | SignAnew():
                    return self._failed(asked, moving)
        self._placed.add(moving.blob_id)
        # One that is whole there and was never acknowledged here gets its acknowledgement for its last byte again.
        start = replace(moving, done_bytes=min(moving.done_bytes, moving.size_bytes - 1))
        try:
            piece: bytes = yield Task(Lane.STORE, partial(attaching.read_piece, self._store, start, self._piece_bytes))
        except (NotFound, StoreDamaged):
            return self._put_aside(moving)
        call = partial(self._transport.send_piece, signer, moving.blob_id, start.done_bytes, moving.size_bytes, piece)
        outcome: Outcome[BlobReply] = yield Task(Lane.NETWORK, partial(call, self._tell))
        match outcome:
            case Answered(message=reply):
                self._grow(len(piece))
                return (yield from self._taken(moving, reply))
            case Refused(code="offset_wrong", params=params):
                wanted = params.get("offset")
                return (yield from self._place(moving, wanted if isinstance(wanted, int) else 0))
            case Refused(code="blob_hash_wrong"):
                yield Task(Lane.STORE, partial(attaching.look_at_refused, self._store, moving, self._clock))
                return self._put_aside(moving)
            case Refused() | TryAgain() | Halve() | SignAnew():
                return self._failed(outcome, moving)

    def _taken(self, moving: Moving, reply: BlobReply) -> Piece:
        if not reply.is_complete:
            return (yield from self._place(moving, reply.offset))
        finish = partial(attaching.finish_upload, self._store, moving, reply.acknowledgement)
        try:
            changes: ChangeSet = yield Task(Lane.STORE, partial(finish, self._transport.ring, self._clock))
        except ExchangeFailed:
            return self._put_aside(moving)
        return changes

    def _place(self, moving: Moving, offset: int) -> Piece:
        yield Task(Lane.STORE, partial(attaching.keep_offset, self._store, moving.blob_id, offset))
        return ChangeSet()

    def _fetch(self, signer: Signer, moving: Moving) -> Piece:
        wanted_bytes = min(self._piece_bytes, moving.left_bytes)
        call = partial(self._transport.fetch_piece, signer, moving.blob_id, moving.done_bytes, wanted_bytes)
        outcome: Outcome[bytes] = yield Task(Lane.NETWORK, partial(call, self._tell))
        if not isinstance(outcome, Answered):
            return self._failed(outcome, moving)
        if not outcome.message:
            return self._put_aside(moving)
        self._grow(len(outcome.message))
        keep = partial(attaching.keep_piece, self._store, moving, outcome.message, self._clock)
        try:
            changes: ChangeSet | None = yield Task(Lane.STORE, keep)
        except ExchangeFailed:
            return self._put_aside(moving)
        return changes or ChangeSet()

    def _failed(self, failure: Failure, moving: Moving) -> Moved:
        """The line's failure ends the run; the centre's no lets the other attachments pass."""
        match failure:
            case TryAgain():
                self._placed.discard(moving.blob_id)
                return failure
            case Halve() if self._piece_bytes > REFUSED_LEAST_BYTES:
                self._most_bytes = self._piece_bytes = self._piece_bytes // 2
                return ChangeSet()
            case SignAnew(code="request_time", server_time_ms=time_ms) if time_ms:
                if self._transport.take_centre_time(time_ms):
                    return ChangeSet()
                return TryAgain(Reason.FORGED, detail="request_time")
            case Halve():
                return TryAgain(Reason.TOO_LARGE, detail=str(self._piece_bytes))
            case SignAnew() | Refused():
                return self._put_aside(moving)

    def _put_aside(self, moving: Moving) -> ChangeSet:
        """It is tried again within the hour, or when a person asks for it."""
        self._aside[moving.blob_id] = self._clock.monotonic_ms() + ASIDE_MS
        return ChangeSet()

    def _grow(self, size: int) -> None:
        self._moved_bytes += size
        self._piece_bytes = min(self._most_bytes, self._piece_bytes * 2)

    def _tell(self, up: int, down: int) -> None:
        self._moved(self._moved_bytes + max(up, down))
