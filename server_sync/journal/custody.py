"""Takes events into custody: verified, stored as they came, given their leaf in the public log.

What they mean is decided later (appeals.actions); custody is never taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from server_sync.common.refusals import Refused
from server_sync.common.rows import insert_rows
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.events import EventKind, Header, read_header
from server_sync.contract.evidence.chain import advance, commitment, event_hash_after_erasure, genesis, verify_head
from server_sync.contract.messages import ExchangeRequest, Standing
from server_sync.contract.signing import PublicKey
from server_sync.evidence.log import append_leaves
from server_sync.journal.models import ChainHead, Event
from server_sync.workplaces.models import Epoch

COLUMNS: Final = (
    "hash",
    "epoch_id",
    "seq",
    "kind",
    "appeal",
    "header",
    "salt",
    "body",
    "body_hash",
    "chain",
    "leaf",
    "taken_at",
)


@dataclass(frozen=True, slots=True)
class Range:
    """Events of consecutive seq and consecutive leaves."""

    seq_from: int
    seq_to: int
    leaf_from: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What custody did with a batch: `events` are all of it in order, `fresh` those that were not here before."""

    standing: Standing
    events: tuple[Event, ...]
    fresh: tuple[Event, ...]
    ranges: tuple[Range, ...]
    chain: bytes
    expects_seq: int


@dataclass(frozen=True, slots=True)
class Framed:
    """An event of a batch, its header read, its hash computed once."""

    event: EventBytes
    header: Header
    commitment: bytes
    hash: bytes


def frame(epoch: bytes, events: Sequence[EventBytes]) -> tuple[Framed, ...]:
    """Read the headers of a batch and demand one epoch and consecutive seqs, or raise a named refusal."""
    framed: list[Framed] = []
    for event in events:
        header = read_header(event.header)
        if header.epoch != epoch:
            raise NotAuthentic("foreign_epoch", seq=header.seq)
        if framed and header.seq != framed[-1].header.seq + 1:
            raise ContractError("seq_not_consecutive", seq=header.seq)
        held = commitment(event.salt, event.body)
        framed.append(Framed(event, header, held, event_hash_after_erasure(event.header, held)))
    return tuple(framed)


def take(epoch_id: bytes, request: ExchangeRequest, now: datetime) -> Taken:
    """Take one batch of an epoch into custody, in one transaction.

    Raises NotAuthentic (`chain_wrong`, `signature_wrong`, `foreign_epoch`), Refused `gap` (params: expects_seq).
    """
    batch = frame(epoch_id, [raw.event() for raw in request.events])
    with transaction.atomic():
        epoch = Epoch.objects.select_for_update().select_related("site").get(pk=epoch_id)
        return _take_locked(epoch, batch, request, now)


def _take_locked(epoch: Epoch, batch: tuple[Framed, ...], request: ExchangeRequest, now: datetime) -> Taken:
    chains = _chains(epoch, batch, request)
    verify_head(PublicKey(bytes(epoch.public_key)), bytes(epoch.id), request.head_seq, request.chain, request.signature)
    known = {event.hash: event for event in Event.objects.filter(hash__in=[item.hash for item in batch])}
    fresh = [item for item in batch if item.hash not in known]
    is_fork = any(item.header.seq <= epoch.last_seq for item in fresh)
    stored = store(epoch, fresh, [chains[item.hash] for item in fresh], now)
    if fresh:
        ChainHead.objects.bulk_create(
            [ChainHead(epoch=epoch, seq=request.head_seq, chain=request.chain, signature=request.signature)],
            ignore_conflicts=True,
        )
        if not is_fork:
            epoch.last_seq, epoch.chain = fresh[-1].header.seq, chains[fresh[-1].hash]
            epoch.save(update_fields=["last_seq", "chain"])
    known.update((event.hash, event) for event in stored)
    events = tuple(known[item.hash] for item in batch)
    return Taken(
        standing=_standing(epoch, request, is_fork=is_fork),
        events=events,
        fresh=tuple(stored),
        ranges=ranges_of(events),
        chain=request.chain,
        expects_seq=epoch.last_seq + 1,
    )


def _standing(epoch: Epoch, request: ExchangeRequest, *, is_fork: bool) -> Standing:
    if is_fork:
        return Standing.FORKED
    if hasattr(epoch, "revocation"):
        return Standing.REVOKED
    if request.last_seq < epoch.last_seq:
        return Standing.ROLLED_BACK
    return Standing.GOOD


def _chains(epoch: Epoch, batch: tuple[Framed, ...], request: ExchangeRequest) -> dict[bytes, bytes]:
    """The chain after each event of the batch, on whichever branch it continues."""
    base_seq = batch[0].header.seq - 1 if batch else request.head_seq
    for chain in _heads_at(epoch, base_seq):
        after = {}
        reached = chain
        for item in batch:
            reached = after[item.hash] = advance(reached, item.hash)
        if reached == request.chain and base_seq + len(batch) == request.head_seq:
            return after
    if base_seq > epoch.last_seq:
        raise Refused("gap", permanent=False, expects_seq=epoch.last_seq + 1)
    raise NotAuthentic("chain_wrong", seq=base_seq)


def _heads_at(epoch: Epoch, seq: int) -> list[bytes]:
    if seq == 0:
        return [genesis(bytes(epoch.certificate))]
    trunk = [bytes(epoch.chain)] if seq == epoch.last_seq else []
    stored = Event.objects.filter(epoch=epoch, seq=seq).values_list("chain", flat=True)
    return trunk + [bytes(chain) for chain in stored if bytes(chain) not in trunk]


def store(epoch: Epoch, fresh: Sequence[Framed], chains: Sequence[bytes], now: datetime) -> list[Event]:
    """Write events that are authentic and new, and give each its leaf. The epoch's row must be locked."""
    if not fresh:
        return []
    first_leaf = append_leaves([item.hash for item in fresh])
    rows = [
        (
            item.hash,
            epoch.pk,
            item.header.seq,
            item.header.kind,
            item.hash if item.header.kind == EventKind.APPEAL_REGISTERED else item.header.appeal,
            item.event.header,
            item.event.salt,
            item.event.body,
            item.commitment,
            chain,
            first_leaf + place,
            now,
        )
        for place, (item, chain) in enumerate(zip(fresh, chains, strict=True))
    ]
    insert_rows(Event, COLUMNS, rows)
    taken = Event.objects.filter(leaf__gte=first_leaf, leaf__lt=first_leaf + len(rows)).order_by("leaf")
    stored = list(taken)
    for event in stored:
        event.epoch = epoch
    return stored


def ranges_of(events: Sequence[Event]) -> tuple[Range, ...]:
    """Group events into runs of consecutive seq and leaf."""
    runs: list[Range] = []
    for event in events:
        last = runs[-1] if runs else None
        if last and event.seq == last.seq_to + 1 and event.leaf == last.leaf_from + (event.seq - last.seq_from):
            runs[-1] = Range(last.seq_from, event.seq, last.leaf_from)
        else:
            runs.append(Range(event.seq, event.seq, event.leaf))
    return tuple(runs)


def utc(moment_ms: int) -> datetime:
    """A claimed moment as a time, kept inside what a calendar holds: a clock may be wrong by ages."""
    earliest, latest = 0, 253_402_300_799_999
    return datetime.fromtimestamp(min(max(moment_ms, earliest), latest) / 1000, UTC)
