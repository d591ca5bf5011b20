"""Takes an answer of the centre in: verified first, then one transaction, and safe to repeat.

What is wrong with an answer changes nothing and is tried again; what the centre says of an event never deletes it.
"""

from dataclasses import dataclass
from typing import Final

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.store import epochs, feed, meetings, outbox
from liaison_desktop.store.blobs import drop
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.events import COMMON_FEED, SITE_FEED
from liaison_desktop.store.projecting import project_again
from liaison_desktop.store.settings import hear_server_time
from liaison_desktop.store.store import Store
from liaison_desktop.sync.given_back import take_missing
from liaison_desktop.sync.outcomes import Spent
from liaison_desktop.sync.packing import Packed
from liaison_desktop.sync.rows import Taking, take_page
from liaison_desktop.sync.witnessing import demand_growth, doubt_log, take_witnessed
from liaison_desktop.workplace.clock import Clock
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.acknowledgement import Acknowledgement, CustodyRange, open_acknowledgement
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.checkpoint import Checkpoint, open_checkpoint, read_unverified
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.messages import (
    ExchangeReply,
    Standing,
)

ASKED_AGAIN_MS: Final = 40 * DAY_MS
"""A restored centre is asked again about attachments acknowledged within this time: longer than backups are kept."""

STOPPED_BY: Final = {Standing.REVOKED: "revoked", Standing.ROLLED_BACK: "rolled_back", Standing.FORKED: "forked"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an answer changed here, and whether more waits at the centre.

    `stopped_code` says why the current epoch writes nothing more, whoever found the doubt; `trouble` names a part of
    the answer that was left out.
    """

    changes: ChangeSet
    has_more: bool
    standing: Standing
    is_current_epoch: bool
    stopped_code: str
    trouble: str
    server_time_ms: int
    is_log_doubtful: bool
    is_new_server_epoch: bool
    batch_bytes: int
    retry_after_s: int


def unpack(
    store: Store,
    packed: Packed,
    reply: ExchangeReply,
    ring: KeyRing,
    clock: Clock,
    *,
    spent: Spent | None = None,
) -> Unpacked:
    """Take an answer in, in one transaction, and say what changed.

    `ring` learns the keys that came down. Raises ExchangeFailed for an answer that does not hold together
    (`acknowledgement_wrong`, `server_epoch_went_back`, `checkpoint_wrong` of a new server epoch): nothing was changed
    then. A page with a gap and a checkpoint that nobody known signed are left out and named in `trouble`; custody
    counts all the same.
    """
    acknowledged = _verified_acknowledgement(packed, reply, ring)
    with store.transaction() as connection:
        read = feed.cursors(connection)
        known_epoch = read.server_epoch or packed.server_epoch
        if reply.server_epoch < known_epoch:
            raise ExchangeFailed("server_epoch_went_back", held=known_epoch, told=reply.server_epoch)
        is_new = known_epoch < reply.server_epoch
        taking = Taking(store, connection, packed, reply, ring, clock.wall_ms())
        if is_new:
            feed.tell(connection, taking.now_ms, "server_renewed", server_epoch=reply.server_epoch)
            outbox.ask_attachments_again(connection, taking.now_ms - ASKED_AGAIN_MS)
        if not packed.events:
            _expect(taking.connection, taking.epoch, reply.expects_seq, taking.now_ms)
        has_more = take_page(taking, COMMON_FEED, reply.common, read.common if not is_new else 0)
        _take_checkpoint(taking, is_new=is_new)
        take_witnessed(taking)
        if acknowledged is not None:
            _take_custody(taking, acknowledged)
        has_more |= take_page(taking, SITE_FEED, reply.feed, read.site if not is_new else 0)
        _look_for_lost(taking)
        _look_for_lost_days(taking)
        if acknowledged is not None:
            outbox.seal(connection, taking.epoch, packed.seq_from, packed.head_seq, taking.now_ms)
        take_missing(taking)
        _take_standing(taking)
        for appeal in sorted(taking.laid_anew):
            project_again(connection, appeal, with_words=appeal in taking.reworded)
        unneeded = meetings.lay_again(connection, taking.meetings)
        hear_server_time(store, clock, reply.server_time_ms)
        if packed.cosigned and packed.checkpoint is not None:
            feed.cosigned(connection, packed.checkpoint, taking.now_ms)
        cost = spent or Spent()
        outbox.record_contact(
            connection, taking.now_ms, "", len(packed.events), cost.bytes_up, cost.bytes_down, cost.took_ms
        )
        current = epochs.current_epoch(connection)
        doubtful = feed.is_log_doubtful(connection)
    drop(store, unneeded)  # these alone: a file that a form is being filled in with is named by nothing here
    limit = (reply.limits or {}).get("batch_bytes", 0)
    return Unpacked(
        changes=ChangeSet(
            appeals=frozenset(taking.changed),
            kinds=frozenset(taking.kinds),
            delivery=taking.delivery or bool(packed.events),
            directory=taking.directory,
            people=taking.people,
            meetings=bool(taking.meetings) or taking.has_voted,
        ),
        has_more=has_more or taking.was_given_back,
        standing=reply.standing,
        is_current_epoch=current.epoch == packed.signer.epoch,
        stopped_code=current.stopped_code,
        trouble=taking.trouble,
        server_time_ms=reply.server_time_ms,
        is_log_doubtful=doubtful,
        is_new_server_epoch=is_new,
        batch_bytes=limit if isinstance(limit, int) else 0,
        retry_after_s=reply.retry_after_s,
    )


def _verified_acknowledgement(packed: Packed, reply: ExchangeReply, ring: KeyRing) -> Acknowledgement | None:
    """The centre's signed word for this very batch, or ExchangeFailed."""
    if not packed.events:
        return None
    try:
        acknowledged = open_acknowledgement(reply.acknowledgement, ring)
    except ContractError as wrong:
        raise ExchangeFailed("acknowledgement_wrong", reason=wrong.code) from wrong
    covered = sum(run.count for run in acknowledged.ranges)
    bounds = (acknowledged.ranges[0].seq_from, acknowledged.ranges[-1].seq_to) if acknowledged.ranges else (0, 0)
    holds = (
        acknowledged.epoch == packed.signer.epoch
        and acknowledged.server_epoch == reply.server_epoch
        and acknowledged.chain == packed.chain
        and bounds == (packed.seq_from, packed.head_seq)
        and covered == len(packed.events)
    )
    if not holds:
        raise ExchangeFailed("acknowledgement_wrong", reason="other_batch")
    return acknowledged


def expect(store: Store, epoch: bytes, expects_seq: int, clock: Clock) -> ChangeSet:
    """The centre wants events from `expects_seq` on, fewer than it once acknowledged: the rest is sent again."""
    with store.transaction() as connection:
        is_changed = _expect(connection, epoch, expects_seq, clock.wall_ms())
    return ChangeSet(delivery=is_changed)


def _expect(connection: Connection, epoch: bytes, expects_seq: int, now_ms: int) -> bool:
    if not 0 < expects_seq <= outbox.epoch_by_id(connection, epoch).acknowledged_seq:
        return False
    outbox.take_back(connection, epoch, expects_seq)
    feed.tell(connection, now_ms, "sent_again", seq_from=expects_seq)
    return True


def _take_custody(taking: Taking, acknowledged: Acknowledgement) -> None:
    connection, packed = taking.connection, taking.packed
    for run in acknowledged.ranges:
        outbox.take_custody(connection, taking.epoch, run.seq_from, run.seq_to, run.leaf_from, taking.now_ms)
        feed.keep_acknowledgement(
            connection,
            taking.epoch,
            acknowledged.server_epoch,
            (run.seq_from, run.seq_to, run.leaf_from),
            taking.reply.acknowledgement,
            acknowledged.time_ms,
            taking.now_ms,
        )
    _take_range_proof(taking, acknowledged.ranges[-1])
    for result in taking.reply.results:
        if packed.seq_from <= result.seq_from and result.seq_from + result.count - 1 <= packed.head_seq:
            outbox.settle(connection, taking.epoch, result, taking.now_ms)
    taking.touch(outbox.appeals_of(connection, taking.epoch, packed.seq_from, packed.head_seq))
    feed.tell(connection, taking.now_ms, "acknowledged", events=len(packed.events), seq_to=packed.head_seq)


def _take_range_proof(taking: Taking, run: CustodyRange) -> None:
    """Keep the proof that a run of own events lies in the log; without it they are not sealed."""
    checkpoint = taking.checkpoint
    if checkpoint is None:
        return
    hashes = [one.hash for one in taking.packed.events if run.seq_from <= one.seq <= run.seq_to]
    proof = taking.reply.range_proof
    try:
        merkle.verify_range(hashes, run.leaf_from, checkpoint.size, proof, checkpoint.root)
    except NotAuthentic:
        feed.tell(taking.connection, taking.now_ms, "not_in_log", seq_from=run.seq_from, seq_to=run.seq_to)
        return
    feed.keep_proof(
        taking.connection,
        taking.epoch,
        taking.reply.server_epoch,
        (run.seq_from, run.seq_to, run.leaf_from),
        b"".join(proof),
        checkpoint.size,
    )


def _take_checkpoint(taking: Taking, *, is_new: bool) -> None:
    """Verify the newest checkpoint and that it continues the one held; a contradiction is kept and told."""
    connection, note = taking.connection, taking.reply.checkpoint
    held = taking.packed.checkpoint
    if not note and is_new:
        raise ExchangeFailed("checkpoint_wrong", reason="missing")
    if not note:
        taking.checkpoint = Checkpoint(held.origin, held.size, held.root) if held and not is_new else None
        return
    try:
        origin = read_unverified(note).origin
        checkpoint = open_checkpoint(note, taking.ring.keys(KeyPurpose.LOG), origin)
    except ContractError as wrong:
        if is_new:  # what the next one is held against: without it the older log would seem to contradict itself
            raise ExchangeFailed("checkpoint_wrong", reason=wrong.code) from wrong
        taking.trouble = "checkpoint_wrong"
        return
    taking.checkpoint = checkpoint
    if held is not None and not is_new:
        try:
            demand_growth(Checkpoint(held.origin, held.size, held.root), checkpoint, taking.reply.consistency)
        except NotAuthentic:
            doubt_log(taking, held.size, checkpoint, note)
            return
    newest = feed.held_checkpoint(connection)
    if newest is not None and newest.origin == origin and newest.size >= checkpoint.size:
        return
    feed.keep_checkpoint(connection, origin, checkpoint.size, checkpoint.root, note, taking.now_ms)


def _look_for_lost(taking: Taking) -> None:
    """Once a new server epoch's feed is read to its end: acts of the centre that it lost count no more."""
    reply = taking.reply
    if reply.feed.has_more or reply.standing is Standing.REVOKED or taking.trouble == "feed_gap":
        return
    if feed.cursors(taking.connection).server_epoch != reply.server_epoch:
        return
    if feed.whole_epoch(taking.connection) < reply.server_epoch:
        taking.meetings |= meetings.known(taking.connection)
    lost = feed.note_whole(taking.connection, reply.server_epoch)
    for appeal in lost:
        taking.lay_anew(appeal)
    if lost:
        feed.tell(taking.connection, taking.now_ms, "lost_at_centre", requests=len(lost))


def _look_for_lost_days(taking: Taking) -> None:
    """The same of decreed days: the office counts as the register does, whatever was decreed since the backup."""
    reply = taking.reply
    if reply.common.has_more or reply.standing is Standing.REVOKED or taking.trouble == "feed_gap":
        return
    for day in feed.forget_lost_days(taking.connection, reply.server_epoch):
        feed.tell(taking.connection, taking.now_ms, "decree_lost", day=day)
        taking.directory = True


def _take_standing(taking: Taking) -> None:
    """Stop numbering where the centre has a doubt; the first reason stays, and nothing is lost."""
    code = STOPPED_BY.get(taking.reply.standing)
    if code is None:
        if taking.reply.lifted_stop and epochs.lift_stop(taking.connection, taking.reply.lifted_stop):
            feed.tell(taking.connection, taking.now_ms, "stop_lifted")
            taking.delivery = True
        return
    current = epochs.current_epoch(taking.connection)
    if current.epoch == taking.epoch and not current.stopped_code:
        epochs.stop_numbering(taking.store, code)
        feed.tell(taking.connection, taking.now_ms, code)
        taking.delivery = True
