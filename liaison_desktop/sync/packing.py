"""Packs the next exchange: what happened here since the centre last confirmed it, and how far this office has read.

Short, and in the store's lane: the network never holds the store. Bytes of events are taken as they were written.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from liaison_desktop.store import delivery, feed, outbox
from liaison_desktop.store.epochs import Epoch, standing_stop
from liaison_desktop.store.outbox import Outgoing
from liaison_desktop.store.settings import held_time
from liaison_desktop.store.store import Store
from liaison_desktop.sync.transport import Signer
from liaison_desktop.workplace.clock import Clock
from server_sync.contract import frames
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import advance_over, sign_head
from server_sync.contract.evidence.checkpoint import Checkpoint, cosign, cosigner_name
from server_sync.contract.messages import (
    BATCH_MOST_BYTES,
    BATCH_START_BYTES,
    EVENTS_IN_BATCH,
    READS_ERASED,
    ExchangeRequest,
    Health,
    Notes,
    RawEvent,
)

COSIGNED_EVERY_MS: Final = 24 * 3600 * 1000
BATCH_LEAST_BYTES: Final = 4 * 1024
"""A slow line is not made faster by smaller batches than this: the round trip costs more."""

PLAIN_MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of events packed at most, however well they compress."""

_OVER_BY: Final = 1.15
_FIRST_RATIO: Final = 0.25


@dataclass(frozen=True, slots=True)
class Batch:
    """How much goes at once: compressed bytes, events, and what part of its size a batch was last compressed to."""

    limit_bytes: int = BATCH_START_BYTES
    most_events: int = EVENTS_IN_BATCH
    ratio: float = _FIRST_RATIO

    @property
    def plain_bytes(self) -> int:
        """Bytes of events that are likely to fill the limit."""
        return max(1, min(PLAIN_MOST_BYTES, int(self.limit_bytes / self.ratio)))

    def doubled(self, most_bytes: int = BATCH_MOST_BYTES) -> "Batch":
        """It went well."""
        return replace(
            self,
            limit_bytes=min(most_bytes, self.limit_bytes * 2),
            most_events=min(EVENTS_IN_BATCH, self.most_events * 2),
        )

    def slower(self, packed_bytes: int) -> "Batch":
        """The line was too slow for so many bytes."""
        halved = min(self.limit_bytes, packed_bytes) // 2
        return replace(self, limit_bytes=max(BATCH_LEAST_BYTES, halved))

    def smaller(self, events: int) -> "Batch":
        """So many events were too much for the way or for the centre; in the end one goes alone."""
        return replace(self, most_events=max(1, events // 2))

    def learned(self, plain_bytes: int, packed_bytes: int) -> "Batch":
        """Take the last batch's compression as the next one's."""
        if not plain_bytes:
            return self
        return replace(self, ratio=min(1.0, max(0.02, packed_bytes / plain_bytes)))


@dataclass(frozen=True, slots=True)
class Packed:
    """One exchange ready to go, and what its answer is to be held against."""

    signer: Signer
    body: bytes
    events: tuple[Outgoing, ...]
    head_seq: int
    chain: bytes
    last_seq: int
    checkpoint: feed.HeldCheckpoint | None
    server_epoch: int
    cosigned: bool
    plain_bytes: int

    @property
    def seq_from(self) -> int:
        """The first event of the batch; 0 when there is none."""
        return self.events[0].seq if self.events else 0

    @property
    def has_more(self) -> bool:
        """Whether more of this epoch waits behind this batch."""
        return bool(self.events) and self.head_seq < self.last_seq


def pack(
    store: Store,
    epoch: Epoch,
    batch: Batch,
    clock: Clock,
    *,
    versions: Notes,
    known_chain: tuple[int, bytes] | None = None,
) -> Packed:
    """Take the next events of an epoch, sign their head, and note that they are going out.

    Raises StoreDamaged `event_damaged` for bytes that are not what was written, DiskFull or StoreError.
    """
    connection = store.connection
    after = epoch.acknowledged_seq
    base = outbox.chain_at(connection, epoch, after, known_chain)
    outgoing = outbox.next_outgoing(connection, epoch.epoch, after, batch.plain_bytes, batch.most_events)
    read = feed.cursors(connection)
    server_epoch = read.server_epoch or WorkplaceCertificate.from_bytes(epoch.certificate).server_epoch
    held = feed.held_checkpoint(connection)
    cosignature = _cosignature(store, epoch, held, clock)
    said = ExchangeRequest(
        epoch=epoch.epoch,
        last_seq=epoch.last_seq,
        head_seq=after,
        chain=base,
        signature=bytes(64),
        clock_ms=clock.wall_ms(),
        server_epoch=server_epoch,
        feed_read=read.site,
        common_read=read.common,
        checkpoint_size=held.size if held else 0,
        checkpoint_root=held.root if held else b"",
        cosignature=cosignature,
        health=_health(store, clock),
        versions={**versions, READS_ERASED: 1},
    )
    request, body, outgoing = _fitted(said, epoch, base, outgoing, batch)
    if outgoing:
        with store.transaction() as changing:
            outbox.mark_sent(changing, epoch.epoch, outgoing[0].seq, outgoing[-1].seq, clock.wall_ms())
    return Packed(
        signer=Signer(epoch.epoch, epoch.key),
        body=body,
        events=tuple(outgoing),
        head_seq=request.head_seq,
        chain=request.chain,
        last_seq=epoch.last_seq,
        checkpoint=held,
        server_epoch=server_epoch,
        cosigned=bool(cosignature),
        plain_bytes=sum(one.size_bytes for one in outgoing),
    )


def _fitted(
    said: ExchangeRequest, epoch: Epoch, base: bytes, outgoing: list[Outgoing], batch: Batch
) -> tuple[ExchangeRequest, bytes, list[Outgoing]]:
    """Leave events away from the end until the packed request keeps to the limit; one always goes."""
    while True:
        request = _headed(said, epoch, base, outgoing)
        body = frames.pack(request)
        if len(outgoing) <= 1 or len(body) <= batch.limit_bytes * _OVER_BY:
            return request, body, outgoing
        fitting = int(len(outgoing) * batch.limit_bytes / len(body))
        outgoing = outgoing[: max(1, min(fitting, len(outgoing) - 1))]


def _headed(said: ExchangeRequest, epoch: Epoch, base: bytes, outgoing: Sequence[Outgoing]) -> ExchangeRequest:
    head_seq = outgoing[-1].seq if outgoing else said.head_seq
    chain = advance_over(base, (one.hash for one in outgoing))
    return replace(
        said,
        head_seq=head_seq,
        chain=chain,
        signature=sign_head(epoch.key, epoch.epoch, head_seq, chain),
        events=tuple(RawEvent.of(one.event) for one in outgoing if one.event is not None),
        erased=tuple(one.erased for one in outgoing if one.erased is not None),
    )


def _cosignature(store: Store, epoch: Epoch, held: feed.HeldCheckpoint | None, clock: Clock) -> str:
    """Once a day this office says which checkpoint it has seen grow consistently; never of a log that it doubts."""
    connection = store.connection
    if held is None or not held.size or feed.is_log_doubtful(connection):
        return ""
    now_ms = held_time(store, clock).time_ms
    if 0 <= now_ms - feed.last_cosigned_ms(connection) < COSIGNED_EVERY_MS or now_ms < 0:
        return ""
    seen = Checkpoint(held.origin, held.size, held.root)
    return cosign(epoch.key, cosigner_name(epoch.epoch), seen, now_ms // 1000)


def _health(store: Store, clock: Clock) -> Health:
    waits = delivery.waiting(store)
    oldest_ms = outbox.oldest_waiting_ms(store.connection, clock.wall_ms())
    disk = shutil.disk_usage(store.path.parent)
    stop = standing_stop(store.connection)
    return Health(
        waiting_events=waits.events,
        oldest_waiting_ms=oldest_ms,
        waiting_blobs=waits.blobs,
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        quarantined=waits.quarantined,
        stopped_code=stop.code if stop else "",
        stop=stop.stop if stop else b"",
    )
