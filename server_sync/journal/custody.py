"""Takes events into custody: verified, stored as they came, given their leaf in the public log.

What they mean is decided later (appeals.actions); custody is never taken back. Lock order, here and everywhere: the
feeds of sites, the epoch, the log. Holding the site's feed keeps a site's events interpreted in order of their leaves.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, F, Min
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.common.rows import insert_rows
from server_sync.contract.erasure import remains_of
from server_sync.contract.errors import ContractError, InvalidField, NotAuthentic
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.events import EventKind, Header, read_header
from server_sync.contract.evidence.chain import advance, commitment, event_hash_after_erasure, genesis, verify_head
from server_sync.contract.messages import ExchangeRequest, SentErased, Standing
from server_sync.contract.signing import PublicKey
from server_sync.evidence.log import append_leaves
from server_sync.journal import feeds
from server_sync.journal.models import ChainHead, Event, Fork, Intake, Unread
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
    "remains",
    "body_hash",
    "chain",
    "leaf",
    "branch",
    "taken_at",
)
DAY_MOST_BYTES: Final = 512 * 1024 * 1024
"""What one epoch may bring on one day: some 90,000 requests, a quarter of a year of the whole network."""
WITHDRAWN_DAY_MOST_BYTES: Final = 24 * 1024 * 1024
"""And what a withdrawn one may: what an honest PC has still unsent gets in, a whole batch at a time; what a thief
writes becomes work for people."""
EVENT_COSTS_BYTES: Final = 4_096
"""What an event is counted as beside its own bytes: the smallest costs the centre as much as a page of text."""

BRANCHES_MOST: Final = 16
"""Histories of one epoch: a copy and a restored disk make a second and a third. Where a batch goes on is found by
trying each, so there are few."""

NEW_BRANCH: Final = -1
"""Says that a history of its own begins; it goes by the leaf of its first event."""

LATEST_MS: Final = 253_402_214_400_000
"""A day before the last that a calendar holds, so that it is a day in every time zone."""

_RELATED: Final = ("site", "revocation", "fork__event")


@dataclass(frozen=True, slots=True)
class Range:
    """Events of consecutive seq and consecutive leaves."""

    seq_from: int
    seq_to: int
    leaf_from: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What custody did with a batch: `events` are all of it in order, `fresh` those that were not here before.

    `headers` are those of the fresh ones, by hash, read already.
    """

    epoch: Epoch
    standing: Standing
    events: tuple[Event, ...]
    fresh: tuple[Event, ...]
    headers: dict[bytes, Header]
    ranges: tuple[Range, ...]
    chain: bytes
    expects_seq: int


@dataclass(frozen=True, slots=True)
class Framed:
    """An event of a batch, its header read, its hash computed once; of an erased one only `remains` is there."""

    event: EventBytes
    header: Header
    commitment: bytes
    hash: bytes
    remains: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Laid:
    """A batch laid on a chain: the chain before its first event, and after each, by hash."""

    before: bytes
    after: dict[bytes, bytes]


def frame(
    epoch: bytes,
    events: Sequence[EventBytes],
    erased: Sequence[SentErased] = (),
    erased_here: Container[bytes] = frozenset(),
) -> tuple[Framed, ...]:
    """Read the headers of a batch and demand one epoch and consecutive seqs, or raise a named refusal.

    Of an event that was erased nothing goes further than what remains of it, though it comes whole (an office that has
    not heard of it sends again what a restored centre lost) or with words in its remains.
    """
    framed: list[Framed] = []
    for place, event in enumerate(events):
        header = _header_of(event.header, place)
        held = commitment(event.salt, event.body)
        named = event_hash_after_erasure(event.header, held)
        if named in erased_here:
            framed.append(_without_words(header, event.header, event.body, held, named))
        else:
            framed.append(Framed(event, header, held, named))
    for place, left in enumerate(erased, start=len(events)):
        header = _header_of(left.header, place)
        named = event_hash_after_erasure(left.header, left.commitment)
        framed.append(_without_words(header, left.header, left.remains, left.commitment, named))
    if erased:
        framed.sort(key=lambda item: item.header.seq)
    for before, item in zip((None, *framed), framed, strict=False):
        if item.header.epoch != epoch:
            raise NotAuthentic("foreign_epoch", seq=item.header.seq)
        if before is not None and item.header.seq != before.header.seq + 1:
            raise ContractError("seq_not_consecutive", seq=item.header.seq)
    return tuple(framed)


def _without_words(header: Header, raw: bytes, said: bytes, commitment_: bytes, named: bytes) -> Framed:
    return Framed(EventBytes(raw, b"", b""), header, commitment_, named, remains_of(header, said))


def _header_of(raw: bytes, place: int) -> Header:
    try:
        return read_header(raw)
    except ContractError as refusal:
        refusal.params["event"] = place  # which of the batch it is
        raise


def take(
    epoch_id: bytes,
    request: ExchangeRequest,
    now: datetime | None = None,
    *,
    erased_here: Container[bytes] = frozenset(),
) -> Taken:
    """Take one batch of an epoch into custody, in one transaction; of what is `erased_here` no words.

    The moment of custody is `now`, or when the epoch is held: whoever waited while the PC was withdrawn came after.
    Raises NotAuthentic (`chain_wrong` with expects_seq, `signature_wrong`, `foreign_epoch`), Refused `gap` (params:
    expects_seq), `quota_reached` and `too_many_branches`, InvalidField; nothing was changed then.
    """
    batch = frame(epoch_id, [raw.event() for raw in request.events], request.erased, erased_here)
    if not batch:  # nothing is written, so nobody is held up
        epoch = Epoch.objects.select_related(*_RELATED).get(pk=epoch_id)
        _verified_chains(epoch, batch, request)
        return _taken(epoch, request, (), (), {})
    with transaction.atomic():
        site_code = Epoch.objects.values_list("site_id", flat=True).get(pk=epoch_id)
        feeds.lock([site_code])
        Epoch.objects.select_for_update().get(pk=epoch_id)
        # asked once it is held: what is joined to a row that had to be waited for is as it was before the wait
        epoch = Epoch.objects.select_related(*_RELATED).get(pk=epoch_id)
        return _take_locked(epoch, batch, request, now or datetime.now(UTC))


def _take_locked(epoch: Epoch, batch: tuple[Framed, ...], request: ExchangeRequest, now: datetime) -> Taken:
    laid = _verified_chains(epoch, batch, request)
    known = _known(epoch, batch)
    fresh = [item for item in batch if item.hash not in known]
    stored: list[Event] = []
    if fresh:
        _demand_few_branches(epoch, fresh)
        intake = _admit(epoch, sum(item.event.size_bytes for item in fresh), len(fresh), now)
        branch = _branch_of(epoch, _chain_before(laid, batch, fresh[0]), fresh[0].header.seq)
        stored = store(epoch, fresh, [laid.after[item.hash] for item in fresh], now, branch)
        _note_held(epoch, intake, stored[0])
        Unread.objects.create(site_id=epoch.site_id, first_leaf=stored[0].leaf, count=len(stored))
        ChainHead.objects.bulk_create(
            [ChainHead(epoch=epoch, seq=request.head_seq, chain=request.chain, signature=request.signature)],
            ignore_conflicts=True,
        )
        _note_histories(epoch, stored)
    known.update((event.hash, event) for event in stored)
    events = tuple(known[item.hash] for item in batch)
    return _taken(epoch, request, events, tuple(stored), {item.hash: item.header for item in fresh})


def _note_histories(epoch: Epoch, stored: Sequence[Event]) -> None:
    """Move the trunk on to the last event that came on it, and note the first that ever came beside it."""
    trunk = [event for event in stored if event.branch is None]
    if trunk:
        epoch.last_seq, epoch.chain = trunk[-1].seq, trunk[-1].chain
        epoch.save(update_fields=["last_seq", "chain"])
    if len(trunk) < len(stored) and not hasattr(epoch, "fork"):
        epoch.fork = Fork.objects.create(epoch=epoch, event=next(one for one in stored if one.branch is not None))


def _known(epoch: Epoch, batch: tuple[Framed, ...]) -> dict[bytes, Event]:
    """Events of a batch that are in custody already; none when it goes on where its epoch stands."""
    if batch[0].header.seq > epoch.last_seq and not hasattr(epoch, "fork"):
        return {}
    return {event.hash: event for event in Event.custody.filter(hash__in=[item.hash for item in batch])}


def _taken(
    epoch: Epoch,
    request: ExchangeRequest,
    events: tuple[Event, ...],
    fresh: tuple[Event, ...],
    headers: dict[bytes, Header],
) -> Taken:
    standing = _standing(epoch, request)
    return Taken(
        epoch=epoch,
        standing=standing,
        events=events,
        fresh=fresh,
        headers=headers,
        ranges=ranges_of(events),
        chain=request.chain,
        expects_seq=(request.head_seq if hasattr(epoch, "fork") else epoch.last_seq) + 1,
    )


def _standing(epoch: Epoch, request: ExchangeRequest) -> Standing:
    """A withdrawn PC is that before all else; a fork stays one for both of its branches."""
    if hasattr(epoch, "revocation"):
        return Standing.REVOKED
    if hasattr(epoch, "fork"):
        return Standing.FORKED
    if request.last_seq < epoch.last_seq:
        return Standing.ROLLED_BACK
    return Standing.GOOD


def _verified_chains(epoch: Epoch, batch: tuple[Framed, ...], request: ExchangeRequest) -> _Laid:
    """Lay a batch on whichever branch it continues, and demand the workplace's signature over where that leads."""
    laid = _chains(epoch, batch, request)
    verify_head(PublicKey(bytes(epoch.public_key)), bytes(epoch.id), request.head_seq, request.chain, request.signature)
    return laid


def _chains(epoch: Epoch, batch: tuple[Framed, ...], request: ExchangeRequest) -> _Laid:
    if batch and request.head_seq != batch[-1].header.seq:
        raise InvalidField("out_of_order", field="head_seq", limit=batch[-1].header.seq)
    base_seq = batch[0].header.seq - 1 if batch else request.head_seq
    for before in _heads_at(epoch, base_seq):
        after = {}
        reached = before
        for item in batch:
            reached = after[item.hash] = advance(reached, item.hash)
        if reached == request.chain:
            return _Laid(before, after)
    if base_seq > epoch.last_seq:
        raise Refused("gap", permanent=False, expects_seq=epoch.last_seq + 1)
    # Where two histories part cannot be seen from their heads; both begin with the certificate, so all is sent anew.
    raise NotAuthentic("chain_wrong", seq=base_seq, expects_seq=1)


def _chain_before(laid: _Laid, batch: tuple[Framed, ...], item: Framed) -> bytes:
    place = item.header.seq - batch[0].header.seq
    return laid.after[batch[place - 1].hash] if place else laid.before


def _heads_at(epoch: Epoch, seq: int) -> list[bytes]:
    if seq == 0:
        return [genesis(bytes(epoch.certificate))]
    trunk = [bytes(epoch.chain)] if seq == epoch.last_seq else []
    stored = Event.custody.filter(epoch=epoch, seq=seq).values_list("chain", flat=True)
    return trunk + [bytes(chain) for chain in stored if bytes(chain) not in trunk]


def _demand_few_branches(epoch: Epoch, fresh: Sequence[Framed]) -> None:
    """Raise Refused `too_many_branches` when as many histories as we follow have an event at one of these places.

    A place between them where the batch brings nothing new does not count: sent by itself it would not be asked about.
    """
    if fresh[0].header.seq > epoch.last_seq and not hasattr(epoch, "fork"):
        return
    there = Event.custody.filter(epoch=epoch, seq__gte=fresh[0].header.seq, seq__lte=fresh[-1].header.seq)
    full = there.values("seq").annotate(count=Count("pk")).filter(count__gte=BRANCHES_MOST)
    if not {item.header.seq for item in fresh}.isdisjoint(full.values_list("seq", flat=True)):
        raise Refused("too_many_branches", limit=BRANCHES_MOST)


def _branch_of(epoch: Epoch, before: bytes, seq: int) -> int | None:
    """The history in which an event comes: that of the event it follows, unless another went on from there already."""
    if before == bytes(epoch.chain) and seq == epoch.last_seq + 1:
        return None
    here = Event.custody.filter(epoch=epoch)
    followed = here.filter(seq=seq - 1, chain=before).values_list("branch", flat=True).first()
    if followed is None or here.filter(seq=seq, branch=followed).exists():  # the trunk goes on from its end alone
        return NEW_BRANCH
    return followed


def first_parting(epoch: Epoch) -> int | None:
    """The least seq at which a second history of an epoch begins: from there on a seq names no event; None without."""
    firsts = Event.custody.filter(epoch=epoch, branch=F("leaf"))
    parting: int | None = firsts.aggregate(parting=Min("seq"))["parting"]
    return parting


def _admit(epoch: Epoch, size_bytes: int, events: int, now: datetime) -> Intake:
    """Count what an epoch brings today, or raise Refused `quota_reached`; the epoch's row must be locked."""
    today = timezone.localdate(now)
    intake, _ = Intake.objects.get_or_create(epoch=epoch, on=today)
    size_bytes += events * EVENT_COSTS_BYTES
    most = WITHDRAWN_DAY_MOST_BYTES if hasattr(epoch, "revocation") else DAY_MOST_BYTES
    if intake.size_bytes + size_bytes > most:
        raise Refused("quota_reached", permanent=False, limit=most)
    Intake.objects.filter(pk=intake.pk).update(size_bytes=F("size_bytes") + size_bytes)
    return intake


def _note_held(epoch: Epoch, intake: Intake, first: Event) -> None:
    """Note what a withdrawn PC brings first on a day."""
    revocation = getattr(epoch, "revocation", None)
    if revocation is None or intake.held_from is not None:
        return
    if revocation.came_before(first.leaf, first.taken_at):
        Intake.objects.filter(pk=intake.pk).update(held_from=first.leaf)


def told_as_held(epoch_id: bytes) -> frozenset[int]:
    """The leaves of what a withdrawn PC brought first on each day: the office is told of these, and of no other.

    A thief writes as many as the day's share lets in; the other PCs of the office have to read each row of their feed.
    """
    held = Intake.objects.filter(epoch=epoch_id).values_list("held_from", flat=True)
    return frozenset(leaf for leaf in held if leaf is not None)


def store(
    epoch: Epoch, fresh: Sequence[Framed], chains: Sequence[bytes], now: datetime, branch: int | None = None
) -> list[Event]:
    """Write events that are authentic and new, and give each its leaf. The epoch's row must be locked.

    `branch` is the history in which the first of them comes.
    """
    if not fresh:
        return []
    first_leaf = append_leaves([item.hash for item in fresh])
    branches = _branches(fresh, first_leaf, branch)
    rows = [
        (
            item.hash,
            epoch.pk,
            item.header.seq,
            item.header.kind,
            item.hash if item.header.kind == EventKind.APPEAL_REGISTERED else item.header.appeal,
            item.event.header,
            item.event.salt if item.remains is None else None,
            item.event.body if item.remains is None else None,
            item.remains,
            item.commitment,
            chain,
            first_leaf + place,
            branches[place],
            now,
        )
        for place, (item, chain) in enumerate(zip(fresh, chains, strict=True))
    ]
    insert_rows(Event, COLUMNS, rows)
    written = Event.custody.filter(leaf__gte=first_leaf, leaf__lt=first_leaf + len(rows))
    keys = dict(written.values_list("leaf", "pk"))
    stored = []
    for place, row in enumerate(rows):
        event = Event.from_db(Event.custody.db, ("id", *COLUMNS), (keys[first_leaf + place], *row))
        event.epoch = epoch
        stored.append(event)
    return stored


def _branches(fresh: Sequence[Framed], first_leaf: int, branch: int | None) -> list[int | None]:
    """The history of each event of a batch, by that of the first.

    A header names no predecessor, so that whoever has the key can lay an event of another history on a second chain.
    It is kept with the chain it came with; what follows it in the second begins a history whose way back is not found,
    as when it is sent by itself.
    """
    branches: list[int | None] = []
    for place, item in enumerate(fresh):
        if place and item.header.seq != fresh[place - 1].header.seq + 1:
            branch = NEW_BRANCH
        if branch == NEW_BRANCH:
            branch = first_leaf + place
        branches.append(branch)
    return branches


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
    return datetime.fromtimestamp(min(max(moment_ms, 0), LATEST_MS) / 1000, UTC)
