"""The routine call: custody first, then meaning, then what is new for the asking office."""

import time
from datetime import UTC, datetime
from typing import Final

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Length
from django.http import HttpRequest

from server_sync.appeals.actions import HELD_ALONE_S, HELD_S, catch_up, let_others_in
from server_sync.appeals.erasure_notes import erased_here
from server_sync.appeals.said_again import say_again
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room_for_offices
from server_sync.contract import frames
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.evidence.acknowledgement import Acknowledgement, CustodyRange, sign_acknowledgement
from server_sync.contract.evidence.chain import event_hash_after_erasure
from server_sync.contract.messages import (
    BATCH_MOST_BYTES,
    PIECE_MOST_BYTES,
    READS_ERASED,
    ExchangeReply,
    ExchangeRequest,
    FeedPage,
    MissingErased,
    RawEvent,
    ResultRun,
    Standing,
    Status,
    WitnessedCheckpoint,
)
from server_sync.contract.signing import SUITE
from server_sync.evidence import cosignatures
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import (
    SignedCheckpoint,
    consistency_proof,
    inclusion_proof,
    newest_checkpoint,
    range_proof,
)
from server_sync.exchange.calls import Caller, known_workplace, now_ms
from server_sync.exchange.walls import is_wall, of_meetings
from server_sync.journal import feeds
from server_sync.journal.custody import Taken, first_parting, take
from server_sync.journal.models import Event, Reading, Unread
from server_sync.workplaces.contacts import STOP_BYTES, record_contact
from server_sync.workplaces.epochs import is_lifted

log = structlog.get_logger(__name__)

MISSING_MOST_BYTES: Final = 256 * 1024
MISSING_MOST_EVENTS: Final = 1_000
ERASED_MOST_EVENTS: Final = 100
"""Each of these brings a proof of its own."""
PATIENCE_S: Final = 5.0
"""How long an office waits for a costly batch to be read; what is left is `stored`, and its feed tells the rest."""


def exchange(request: HttpRequest, body: bytes) -> ExchangeReply:
    """Answer one exchange; safe to repeat as often as the line breaks."""
    caller = known_workplace(request, body)
    message = frames.unpack(ExchangeRequest, body)
    if message.epoch != caller.epoch_id:
        raise NotAuthentic("foreign_epoch")
    if message.suite != SUITE:
        raise ContractError("suite_unknown", suite=message.suite)
    if message.events:
        demand_room_for_offices()
    demand_erased(message)
    taken = take(caller.epoch_id, message, erased_here=erased_here())
    checkpoint = _read_and_note(caller, taken, message)
    if said_again := say_again({bytes(event.hash) for event in taken.events if event.is_erased}):
        log.info("erasures_said_again", count=said_again)
        checkpoint = newest_checkpoint()
    lost, erased = _missing(caller, message, checkpoint) if taken.standing is Standing.ROLLED_BACK else ((), ())
    return ExchangeReply(
        server_epoch=checkpoint.server_epoch,
        server_time_ms=now_ms(),
        expects_seq=taken.expects_seq,
        standing=taken.standing,
        acknowledgement=_acknowledge(caller, taken, checkpoint),
        results=_results(taken),
        feed=_feed(caller, taken, message, checkpoint),
        common=_common(message, checkpoint),
        checkpoint="" if _holds(message, checkpoint) else checkpoint.text,
        consistency=_consistency(message, checkpoint),
        range_proof=_range_proof(taken, checkpoint),
        limits={"batch_bytes": BATCH_MOST_BYTES, "piece_bytes": PIECE_MOST_BYTES},
        missing=lost,
        witnessed=_witnessed(caller, taken, message, checkpoint),
        missing_erased=erased,
        lifted_stop=_lifted(caller, taken, message),
    )


def _read_and_note(caller: Caller, taken: Taken, message: ExchangeRequest) -> SignedCheckpoint:
    """Interpret what is unread of the office and note its call, in one transaction.

    A costly batch takes several, so that others are let in between. What there is no more patience for is read by the
    next exchange of the site, or by the worker.
    """
    until = time.monotonic() + PATIENCE_S
    is_patient = True
    while True:
        begun = time.monotonic()
        with transaction.atomic():
            if not is_patient or _is_read(caller, taken):
                return _note(caller, taken, message)
        now = time.monotonic()
        is_patient = now < until
        let_others_in(now - begun)


def _is_read(caller: Caller, taken: Taken) -> bool:
    """Read on in what lies in custody of the office; says whether nothing is left."""
    if not taken.events and not Unread.objects.filter(site=caller.site_code).exists():
        return True
    return catch_up([caller.site_code], taken.fresh, taken.headers, HELD_S, HELD_ALONE_S)


def _note(caller: Caller, taken: Taken, message: ExchangeRequest) -> SignedCheckpoint:
    record_contact(caller.epoch, message)
    _take_cosignature(caller, taken, message)
    return newest_checkpoint()


def demand_erased(message: ExchangeRequest) -> None:
    """Raise Refused `not_erased` for what comes without its words although nobody here erased them."""
    if not message.erased:
        return
    named = {event_hash_after_erasure(one.header, one.commitment) for one in message.erased}
    unknown = named - erased_here()
    unknown -= {bytes(one) for one in Event.custody.filter(hash__in=unknown).values_list("hash", flat=True)}
    if unknown:
        named_first = min(unknown).hex()
        log.info("not_erased", event_hash=named_first)  # operators may have to say that it was
        raise Refused("not_erased", event=named_first)


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
    keys = [event.pk for event in taken.events]
    if len(taken.ranges) == 1:  # written one after another under the log's lock
        told = Reading.objects.filter(event__gte=keys[0], event__lte=keys[-1])
    else:
        told = Reading.objects.filter(event__in=keys)
    readings = {row[0]: row[1:] for row in told.values_list("event_id", "status", "code", "awaited")}
    second = _of_second_branch(taken)
    runs: list[ResultRun] = []
    for event in taken.events:
        number, code, missed = readings.get(event.pk, (Status.STORED, "", None))
        status, awaited = Status(number), bytes(missed or b"")
        if status is Status.REGISTERED:
            code = ""  # a mark for people at the centre
        if event.pk in second and status is Status.REGISTERED:
            status = Status.FORK
        last = runs[-1] if runs else None
        if last and (last.status, last.code, last.awaited) == (status, code, awaited):
            runs[-1] = ResultRun(last.seq_from, last.count + 1, status, code, awaited)
        else:
            runs.append(ResultRun(event.seq, 1, status, code, awaited))
    return tuple(runs)


def _of_second_branch(taken: Taken) -> set[int]:
    """Events of the batch whose seq was taken by another event before them."""
    if not hasattr(taken.epoch, "fork"):
        return set()
    seqs = [event.seq for event in taken.events]
    first: dict[int, int] = {}
    for seq, leaf in Event.custody.filter(epoch=taken.epoch, seq__in=seqs).values_list("seq", "leaf"):
        first[seq] = min(leaf, first.get(seq, leaf))
    return {event.pk for event in taken.events if first[event.seq] < event.leaf}


def _feed(caller: Caller, taken: Taken, message: ExchangeRequest, checkpoint: SignedCheckpoint) -> FeedPage:
    """A withdrawn PC learns nothing more. A cursor of another server epoch is worth nothing: the feed begins anew."""
    read = message.feed_read if message.server_epoch in (0, checkpoint.server_epoch) else 0
    if taken.standing is Standing.REVOKED:
        return FeedPage(read + 1)
    whole_from = first_parting(taken.epoch) if hasattr(taken.epoch, "fork") else None
    among = of_meetings if is_wall(caller) else None
    return feeds.page_of(caller.site_code, caller.epoch_id, checkpoint.server_epoch, read, whole_from, among)


def _common(message: ExchangeRequest, checkpoint: SignedCheckpoint) -> FeedPage:
    read = message.common_read if message.server_epoch in (0, checkpoint.server_epoch) else 0
    return feeds.common_page(checkpoint.server_epoch, read)


def _holds(message: ExchangeRequest, checkpoint: SignedCheckpoint) -> bool:
    """Whether the office has the newest checkpoint already: of this very log, not only of this size."""
    is_of_this_log = message.server_epoch in (0, checkpoint.server_epoch)
    return is_of_this_log and message.checkpoint_size == checkpoint.size


def _consistency(message: ExchangeRequest, checkpoint: SignedCheckpoint) -> tuple[bytes, ...]:
    held = message.checkpoint_size
    if message.server_epoch != checkpoint.server_epoch or not 0 < held < checkpoint.size:
        return ()
    return consistency_proof(held, checkpoint.size)


def _take_cosignature(caller: Caller, taken: Taken, message: ExchangeRequest) -> None:
    """Keep what the office says of the log. One that does not hold is no reason to turn its requests away."""
    if not message.cosignature or taken.standing is not Standing.GOOD:
        return
    try:
        cosignatures.keep_cosignature(caller.epoch, message, datetime.now(UTC))
    except ContractError as refused:
        log.info("cosignature_not_kept", code=refused.code)


def _witnessed(
    caller: Caller, taken: Taken, message: ExchangeRequest, checkpoint: SignedCheckpoint
) -> tuple[WitnessedCheckpoint, ...]:
    if not message.cosignature or taken.standing is not Standing.GOOD:
        return ()
    return cosignatures.witnessed(caller.site_code, checkpoint, datetime.now(UTC))


def _fitting(kept: QuerySet[Event]) -> list[int]:
    """The first of these events as far as their words fill one answer: sizes are asked for before any word is read."""
    fitting: list[int] = []
    used_bytes = 0
    for key, size_bytes in kept.values_list("pk", Coalesce(Length("body"), 0))[:MISSING_MOST_EVENTS]:
        used_bytes += size_bytes
        if fitting and used_bytes > MISSING_MOST_BYTES:
            break
        fitting.append(key)
    return fitting


def _lifted(caller: Caller, taken: Taken, message: ExchangeRequest) -> bytes:
    """A store that is not sound numbers no more, whatever people decided of a clerk's word."""
    stop = message.health.stop
    may = taken.standing is Standing.GOOD and len(stop) == STOP_BYTES and is_lifted(caller.epoch, stop)
    return stop if may else b""


def _range_proof(taken: Taken, checkpoint: SignedCheckpoint) -> tuple[bytes, ...]:
    if not taken.ranges:
        return ()
    run = taken.ranges[-1]
    return range_proof(run.leaf_from, run.leaf_from + run.seq_to - run.seq_from, checkpoint.size)


def _missing(
    caller: Caller, message: ExchangeRequest, checkpoint: SignedCheckpoint
) -> tuple[tuple[RawEvent, ...], tuple[MissingErased, ...]]:
    """Events of this epoch that the office no longer has, oldest first, as many as one answer holds; erased ones apart.

    A program that says nothing of reading the latter is not told of them, and stops at the first.
    """
    reads_erased = (message.versions or {}).get(READS_ERASED) == 1
    lost: list[RawEvent] = []
    erased: list[MissingErased] = []
    kept = Event.custody.filter(epoch=caller.epoch, seq__gt=message.last_seq).order_by("seq")
    if not reads_erased:
        kept = kept.filter(body__isnull=False)
    for event in kept.filter(pk__in=_fitting(kept)):
        if len(erased) == ERASED_MOST_EVENTS:
            break
        if event.is_erased:
            proof = inclusion_proof(event.leaf, checkpoint.size)
            erased.append(MissingErased(bytes(event.header), event.body_hash, event.said, event.leaf, proof))
        else:
            lost.append(RawEvent.of(event.bytes_as_came()))
    return tuple(lost), tuple(erased)
