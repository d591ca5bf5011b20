"""The public log over its tables: takes leaves in order of custody, signs roots, proves what it holds (RFC 9162).

Appending belongs to the transaction that takes the events into custody; the log's row is locked last in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.common.rows import copy_rows, insert_rows
from server_sync.contract.evidence.checkpoint import Checkpoint as Root
from server_sync.contract.evidence.checkpoint import add_signature, sign_checkpoint
from server_sync.contract.evidence.merkle import Node as TreeNode
from server_sync.contract.evidence.merkle import Position, Tree, leaf_hash
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.models import Checkpoint, Leaf, Log, Node
from server_sync.workplaces.epochs import LogStand


class TableNodes:
    """Keeps a log's complete subtrees in the tables; the lowest level is the leaves themselves."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def get(self, positions: Sequence[Position]) -> Sequence[bytes]:
        """Give the hashes at these positions: one query for leaves, one for inner nodes."""
        leaves = [(self._log.pk, index) for level, index in positions if level == 0]
        inner = [(self._log.pk, level, index) for level, index in positions if level]
        found: dict[tuple[int, int], bytes] = {}
        if leaves:
            for index, event_hash in Leaf.objects.filter(pk__in=leaves).values_list("index", "event_hash"):
                found[0, index] = leaf_hash(event_hash)
        if inner:
            for level, index, kept in Node.objects.filter(pk__in=inner).values_list("level", "index", "hash"):
                found[level, index] = kept
        return [found[position] for position in positions]

    def put(self, nodes: Sequence[TreeNode]) -> None:
        """Keep the new inner nodes; the leaves have been written by their event hashes."""
        rows = [(self._log.pk, level, index, kept) for level, index, kept in nodes if level]
        insert_rows(Node, ("log_id", "level", "index", "hash"), rows)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A root of the log as published."""

    origin: str
    server_epoch: int
    size: int
    root: bytes
    text: str


def current_log() -> Log:
    """Find the log that takes leaves now, or raise NotSetUp `log_not_open`."""
    log = Log.objects.order_by("-server_epoch").first()
    if log is None:
        advice = "The public log is not open yet. Start the server once: ./liaison server run"
        raise NotSetUp("log_not_open", advice=advice)
    return log


def stand_of_log() -> LogStand:
    """Say how far the log that takes leaves now has come."""
    log = current_log()
    return LogStand(log.origin, log.size)


def open_next_log(origin: str, server_epoch: int) -> Log:
    """Open the log of a new server epoch; it begins with every leaf of the one before, as far as those are here.

    So every receipt has its proof in it, and each checkpoint of the older log that these leaves have seen is a size of
    the new one with the same root. Call inside a transaction.
    """
    before = Log.objects.select_for_update().order_by("-server_epoch").first()
    log = Log.objects.create(server_epoch=server_epoch, origin=origin, size=0 if before is None else before.size)
    if before is not None:
        copy_rows(Leaf, "log_id", before.pk, log.pk)
        copy_rows(Node, "log_id", before.pk, log.pk)
    return log


def hold_log() -> None:
    """Let nothing come into the log until the transaction ends. Hold the feeds of sites first."""
    Log.objects.select_for_update().get(pk=current_log().pk)


def append_leaves(event_hashes: Sequence[bytes]) -> int:
    """Add events to the log in this order and give the index of the first; about 2k rows written, O(log n) read.

    Must be called inside the transaction of custody. Raises IntegrityError when an event is in the log already.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("leaves are appended inside the transaction of custody")
    log = Log.objects.select_for_update().get(pk=current_log().pk)
    first = log.size
    if not event_hashes:
        return first
    rows = [(log.pk, first + at, event_hash) for at, event_hash in enumerate(event_hashes)]
    insert_rows(Leaf, ("log_id", "index", "event_hash"), rows)
    tree = Tree(TableNodes(log), first)
    tree.append(event_hashes)
    moved = Log.objects.filter(pk=log.pk, size=first).update(size=tree.size)
    if moved != 1:
        raise transaction.TransactionManagementError("the log grew without its lock")
    return first


def newest_checkpoint(log: Log | None = None) -> SignedCheckpoint:
    """Give the signed root of all leaves so far; signed once for a size, then kept as it was published.

    Inside the transaction of custody it covers the leaves just appended.
    """
    is_closed = log is not None and log.pk != current_log().pk
    log = Log.objects.get(pk=(log or current_log()).pk)
    kept = checkpoint_at(log, log.size)
    if kept is not None:
        return kept
    last = Checkpoint.objects.filter(log=log).order_by("-size").first() if is_closed else None
    if last is not None:
        return _as_published(log, last)  # a log that was closed signs nothing any more
    root = Tree(TableNodes(log), log.size).root()
    first, *others = centre_keys().logs
    text = sign_checkpoint(first, log.origin, Root(log.origin, log.size, root))
    for successor in others:
        text = add_signature(text, successor, log.origin)
    fresh = Checkpoint(log=log, size=log.size, root=root, text=text)
    Checkpoint.objects.bulk_create([fresh], ignore_conflicts=True)  # Ed25519 is deterministic: any twin is equal
    return _as_published(log, fresh)


def checkpoint_at(log: Log, size: int) -> SignedCheckpoint | None:
    """Find the checkpoint published at a size, if one was."""
    kept = Checkpoint.objects.filter(log=log, size=size).first()
    return None if kept is None else _as_published(log, kept)


def inclusion_proof(index: int, size: int, log: Log | None = None) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree of `size` leaves. Raises InvalidField `out_of_range`."""
    return _tree(log).inclusion_proof(index, size)


def consistency_proof(old_size: int, size: int, log: Log | None = None) -> tuple[bytes, ...]:
    """Prove that the tree of `old_size` leaves is the beginning of that of `size`. Raises InvalidField."""
    return _tree(log).consistency_proof(old_size, size)


def range_proof(first: int, last: int, size: int, log: Log | None = None) -> tuple[bytes, ...]:
    """Prove the leaves first…last (both included) at once. Raises InvalidField `out_of_range`."""
    return _tree(log).range_proof(first, last, size)


def root_at(size: int, log: Log | None = None) -> bytes:
    """Compute the root over the first `size` leaves. Raises InvalidField `out_of_range`."""
    return _tree(log).root(size)


def find_leaf(event_hash: bytes) -> Leaf:
    """Find an event in the newest log that has it, or raise Refused `hash_unknown`."""
    leaf = Leaf.objects.filter(event_hash=event_hash).select_related("log").order_by("-log_id").first()
    if leaf is None:
        raise Refused("hash_unknown")
    return leaf


def _tree(log: Log | None) -> Tree:
    log = log or current_log()
    return Tree(TableNodes(log), log.size)


def _as_published(log: Log, kept: Checkpoint) -> SignedCheckpoint:
    return SignedCheckpoint(log.origin, log.server_epoch, kept.size, kept.root, kept.text)
