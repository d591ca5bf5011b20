"""The routine call: custody first, then meaning, then what is new for the asking office."""

import shutil
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from server_sync.appeals.actions import interpret
from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.events import SUITE
from server_sync.contract.evidence.acknowledgement import Acknowledgement, CustodyRange, sign_acknowledgement
from server_sync.contract.messages import (
    BATCH_MOST_BYTES,
    PIECE_MOST_BYTES,
    ExchangeReply,
    ExchangeRequest,
    FeedPage,
    RawEvent,
    ResultRun,
    Standing,
    Status,
)
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import SignedCheckpoint, consistency_proof, current_log, newest_checkpoint, range_proof
from server_sync.exchange.calls import Caller, known_workplace, now_ms
from server_sync.journal import feeds
from server_sync.journal.custody import Taken, take
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.contacts import record_contact

MISSING_MOST_BYTES: Final = 512 * 1024
RESERVE_PERCENT: Final = 10
"""Share of the disk that offices cannot fill."""


def exchange(request: HttpRequest, body: bytes) -> ExchangeReply:
    """Answer one exchange; safe to repeat as often as the line breaks."""
    caller = known_workplace(request, body)
    message = frames.unpack(ExchangeRequest, body)
    if message.epoch != caller.epoch_id:
        raise NotAuthentic("foreign_epoch")
    if message.events:
        demand_room()
    now = datetime.now(UTC)
    taken = take(caller.epoch_id, message, now)
    is_revoked = taken.standing is Standing.REVOKED
    with transaction.atomic():
        changes = interpret(_to_interpret(caller, taken))
        feeds.append(changes, current_log().server_epoch)
    record_contact(caller.epoch, message)
    checkpoint = newest_checkpoint()
    return ExchangeReply(
        server_epoch=checkpoint.server_epoch,
        server_time_ms=now_ms(),
        expects_seq=taken.expects_seq,
        standing=taken.standing,
        acknowledgement=_acknowledge(caller, taken, checkpoint),
        results=_results(taken),
        feed=FeedPage(message.feed_read + 1) if is_revoked else _feed(caller, message, checkpoint),
        common=_common(message, checkpoint),
        checkpoint=checkpoint.text if checkpoint.size != message.checkpoint_size else "",
        consistency=_consistency(message, checkpoint),
        range_proof=_range_proof(taken, checkpoint),
        limits={"batch_bytes": BATCH_MOST_BYTES, "piece_bytes": PIECE_MOST_BYTES},
        missing=_missing(caller, message) if taken.standing is Standing.ROLLED_BACK else (),
    )


def demand_room() -> None:
    """Raise Refused `no_room` when the disk has come down to its reserve."""
    disk = shutil.disk_usage(settings.LIAISON_HOME)
    if disk.free * 100 < disk.total * RESERVE_PERCENT:
        raise Refused("no_room", permanent=False)


def _to_interpret(caller: Caller, taken: Taken) -> list[Event]:
    """Fresh events, and those whose interpretation was cut short; a revoked epoch's late ones are only held."""
    unread = list(
        Event.objects.filter(pk__in=[event.pk for event in taken.events], reading=None)
        .select_related("epoch__site")
        .order_by("leaf")
    )
    revocation = getattr(caller.epoch, "revocation", None)
    if revocation is None:
        return unread
    late = [event for event in unread if event.seq > revocation.last_good_seq]
    Reading.objects.bulk_create([Reading(event=event, status=Status.AFTER_REVOCATION) for event in late])
    return [event for event in unread if event.seq <= revocation.last_good_seq]


def _acknowledge(caller: Caller, taken: Taken, checkpoint: SignedCheckpoint) -> bytes:
    if not taken.events:
        return b""
    return sign_acknowledgement(
        centre_keys().reply,
        Acknowledgement(
            suite=SUITE,
            server_epoch=checkpoint.server_epoch,
            epoch=caller.epoch_id,
            ranges=tuple(CustodyRange(run.seq_from, run.seq_to, run.leaf_from) for run in taken.ranges),
            chain=taken.chain,
            time_ms=now_ms(),
        ),
    )


def _results(taken: Taken) -> tuple[ResultRun, ...]:
    """What became of each event of the batch, in runs; a repeated batch gets its first answer again."""
    readings = {reading.event_id: reading for reading in Reading.objects.filter(event__in=taken.events)}
    forked = {event.pk for event in taken.fresh} if taken.standing is Standing.FORKED else set()
    runs: list[ResultRun] = []
    for event in taken.events:
        reading = readings.get(event.pk)
        status = Status(reading.status) if reading else Status.STORED
        if event.pk in forked and status is Status.REGISTERED:
            status = Status.FORK
        code = reading.code if reading else ""
        awaited = bytes(reading.awaited or b"") if reading else b""
        last = runs[-1] if runs else None
        if last and (last.status, last.code, last.awaited) == (status, code, awaited):
            runs[-1] = ResultRun(last.seq_from, last.count + 1, status, code, awaited)
        else:
            runs.append(ResultRun(event.seq, 1, status, code, awaited))
    return tuple(runs)


def _feed(caller: Caller, message: ExchangeRequest, checkpoint: SignedCheckpoint) -> FeedPage:
    """A cursor of another server epoch is worth nothing here: the feed begins anew."""
    read = message.feed_read if message.server_epoch in (0, checkpoint.server_epoch) else 0
    return feeds.page_of(caller.site_code, caller.epoch_id, checkpoint.server_epoch, read)


def _common(message: ExchangeRequest, checkpoint: SignedCheckpoint) -> FeedPage:
    read = message.common_read if message.server_epoch in (0, checkpoint.server_epoch) else 0
    return feeds.common_page(checkpoint.server_epoch, read)


def _consistency(message: ExchangeRequest, checkpoint: SignedCheckpoint) -> tuple[bytes, ...]:
    held = message.checkpoint_size
    if message.server_epoch != checkpoint.server_epoch or not 0 < held < checkpoint.size:
        return ()
    return consistency_proof(held, checkpoint.size)


def _range_proof(taken: Taken, checkpoint: SignedCheckpoint) -> tuple[bytes, ...]:
    if not taken.ranges:
        return ()
    run = taken.ranges[-1]
    return range_proof(run.leaf_from, run.leaf_from + run.seq_to - run.seq_from, checkpoint.size)


def _missing(caller: Caller, message: ExchangeRequest) -> tuple[RawEvent, ...]:
    """Events of this epoch that the office no longer has, oldest first, as many as one answer holds."""
    lost: list[RawEvent] = []
    used_bytes = 0
    for event in Event.objects.filter(epoch=caller.epoch, seq__gt=message.last_seq, body__isnull=False).order_by("seq"):
        used_bytes += event.size_bytes
        if lost and used_bytes > MISSING_MOST_BYTES:
            break
        lost.append(RawEvent.of(event.bytes_as_came()))
    return tuple(lost)
