"""The public log's tree (RFC 9162, section 2.1): who appends can prove it, who checks needs nothing but the proof.

A leaf's entry is an event hash; `leaf_hash(entry)` is its place in the tree. Only complete subtrees are kept, as nodes
(level, offset, hash): node (l, i) stands for the leaves i·2^l … (i+1)·2^l - 1, level 0 being the leaves themselves.
Nodes are written once and never change, so they may lie in a table. All verify_… functions hold nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.signing import HASH_BYTES, sha256

EMPTY_ROOT: Final = sha256()
"""The root of a log without leaves."""


class Position(NamedTuple):
    """Where a complete subtree stands."""

    level: int
    offset: int


class Node(NamedTuple):
    """A complete subtree to be kept for ever."""

    level: int
    offset: int
    hash: bytes


class Nodes(Protocol):
    """Where a log keeps its complete subtrees: a table on the server, a dictionary in tests."""

    def get(self, positions: Sequence[Position]) -> Sequence[bytes]:
        """Give the hashes at these positions, in the order asked for (one query); KeyError if one is missing."""

    def put(self, nodes: Sequence[Node]) -> None:
        """Keep new nodes; none of them was ever put before."""


class MemoryNodes:
    """Keeps a log's nodes in memory."""

    def __init__(self) -> None:
        self._hashes: dict[tuple[int, int], bytes] = {}

    def get(self, positions: Sequence[Position]) -> Sequence[bytes]:
        """Give the hashes at these positions."""
        return [self._hashes[position] for position in positions]

    def put(self, nodes: Sequence[Node]) -> None:
        """Keep new nodes."""
        self._hashes.update(((level, offset), kept) for level, offset, kept in nodes)


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(b"\x00", entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as one."""
    return sha256(b"\x01", left, right)


class Tree:
    """A log of `size` leaves over its kept nodes: grows, and proves what it holds at any size it ever had."""

    def __init__(self, nodes: Nodes, size: int = 0) -> None:
        self._nodes = nodes
        self._size = size
        self._fresh: dict[tuple[int, int], bytes] = {}

    @property
    def size(self) -> int:
        """Leaves so far; the index of the next one."""
        return self._size

    def append(self, entries: Iterable[bytes]) -> tuple[Node, ...]:
        """Add k entries and put (and return) the subtrees that became complete: about 2k nodes, O(log size) read."""
        row = [leaf_hash(entry) for entry in entries]
        if not row:
            return ()
        old, new = self._size, self._size + len(row)
        partners = {level: Position(level, (old >> level) - 1) for level in range(new.bit_length()) if old >> level & 1}
        kept = dict(zip(partners, self._read(list(partners.values())), strict=True))
        grown: list[Node] = []
        for level in range(new.bit_length()):
            first = old >> level
            grown += [Node(level, first + at, hashed) for at, hashed in enumerate(row)]
            if first & 1:
                row.insert(0, kept[level])
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        self._nodes.put(grown)
        self._fresh = {(level, offset): hashed for level, offset, hashed in grown}
        self._size = new
        return tuple(grown)

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first `size` leaves (all, if not said)."""
        size = self._within(self._size if size is None else size)
        return self._hashes_of([(0, size)])[0] if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """Prove that leaf `index` is in the tree of `size` leaves: the path's hashes from leaf to root."""
        self._within(size)
        _demand_run(index, 1, size)
        return tuple(self._hashes_of(_path(index, size)))

    def consistency_proof(self, old_size: int, size: int) -> tuple[bytes, ...]:
        """Prove that the first `old_size` leaves of the tree of `size` leaves are the old tree."""
        self._within(size)
        if not 0 <= old_size <= size:
            raise InvalidField("out_of_range", field="old_size")
        return tuple(self._hashes_of(_consistency_ranges(old_size, size)))

    def range_proof(self, first: int, last: int, size: int) -> tuple[bytes, ...]:
        """Prove the leaves first…last (both included) at once: the hashes beside the run, from left to right."""
        self._within(size)
        _demand_run(first, last - first + 1, size)
        right = [(start, end) for start, end in _path(last, size) if start > last]
        return tuple(self._hashes_of([*_complete_ranges(0, first), *right]))

    def _within(self, size: int) -> int:
        if not 0 <= size <= self._size:
            raise InvalidField("out_of_range", field="size")
        return size

    def _read(self, positions: list[Position]) -> list[bytes]:
        missing = [position for position in positions if position not in self._fresh]
        read = dict(zip(missing, self._nodes.get(missing), strict=True)) if missing else {}
        return [self._fresh[position] if position in self._fresh else read[position] for position in positions]

    def _hashes_of(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Hash the leaves of each range start…end-1 as RFC 9162 would; every range is a subtree of some tree."""
        covers = [[_position(*part) for part in _complete_ranges(start, end)] for start, end in ranges]
        hashes = iter(self._read([position for cover in covers for position in cover]))
        result = []
        for cover in covers:
            peaks = [next(hashes) for _ in cover]
            folded = peaks.pop()
            while peaks:
                folded = node_hash(peaks.pop(), folded)
            result.append(folded)
        return result


def verify_inclusion(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise NotAuthentic `not_included` unless the proof leads from the entry to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(proof):
        raise NotAuthentic("not_included")
    at, last, folded = index, size - 1, leaf_hash(entry)
    for beside in proof:
        if last == 0:
            raise NotAuthentic("not_included")
        if at & 1 or at == last:
            folded = node_hash(beside, folded)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            folded = node_hash(folded, beside)
        at, last = at >> 1, last >> 1
    if last != 0 or folded != root:
        raise NotAuthentic("not_included")


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raise NotAuthentic `not_consistent` unless the old tree is the beginning of the new (RFC 9162, 2.1.4.2).

    An empty old tree begins every tree: the proof is then empty, as it is between equal sizes.
    """
    if not 0 <= old_size <= size or not _are_hashes(proof):
        raise NotAuthentic("not_consistent")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if proof or old_root != expected:
            raise NotAuthentic("not_consistent")
        return
    if not proof:
        raise NotAuthentic("not_consistent")
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_folded = folded = path[0]
    for beside in path[1:]:
        if last == 0:
            raise NotAuthentic("not_consistent")
        if at & 1 or at == last:
            old_folded, folded = node_hash(beside, old_folded), node_hash(beside, folded)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            folded = node_hash(folded, beside)
        at, last = at >> 1, last >> 1
    if last != 0 or old_folded != old_root or folded != root:
        raise NotAuthentic("not_consistent")


def verify_range(entries: Sequence[bytes], first: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise NotAuthentic `range_not_included` unless the entries are the leaves first, first + 1, … under the root.

    The proof holds the roots of the subtrees left of the run, then of those right of it, both from left to right: as
    many on the left as `first` has one-bits, on the right as the path of the last leaf has neighbours there. One more
    or one fewer is refused.
    """
    last = first + len(entries) - 1
    if not entries or first < 0 or last >= size or not _are_hashes(proof):
        raise NotAuthentic("range_not_included")
    on_the_left = first.bit_count()
    if len(proof) != on_the_left + sum(start > last for start, _ in _path(last, size)):
        raise NotAuthentic("range_not_included")
    left, right = list(proof[:on_the_left]), iter(proof[on_the_left:])
    row, final = [leaf_hash(entry) for entry in entries], size - 1
    while final:
        if first & 1:
            row.insert(0, left.pop())
        if not last & 1 and last < final:
            row.append(next(right))
        alone = row[-1:] if len(row) & 1 else []
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + alone
        first, last, final = first >> 1, last >> 1, final >> 1
    if row != [root]:
        raise NotAuthentic("range_not_included")


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(beside) == HASH_BYTES for beside in proof)


def _demand_run(first: int, count: int, size: int) -> None:
    if count < 1 or not 0 <= first <= first + count - 1 < size:
        raise InvalidField("out_of_range", field="index")


def _split(start: int, end: int) -> int:
    """Where RFC 9162 divides the leaves start…end-1: after the largest power of two less than their count."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _path(index: int, size: int) -> list[tuple[int, int]]:
    """List the ranges beside a leaf's path, from leaf to root (RFC 9162, 2.1.3.1)."""
    start, end, beside = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    beside.reverse()
    return beside


def _consistency_ranges(old_size: int, size: int) -> list[tuple[int, int]]:
    """List the ranges of a consistency proof (RFC 9162, 2.1.4.1)."""
    if old_size in (0, size):
        return []
    start, end, ranges = 0, size, []
    while end != old_size:
        middle = _split(start, end)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def _complete_ranges(start: int, end: int) -> list[tuple[int, int]]:
    """Divide a range that is a subtree of some tree into complete subtrees, the largest first."""
    parts = []
    while start < end:
        middle = start + (1 << (end - start).bit_length() - 1)
        parts.append((start, middle))
        start = middle
    return parts


def _position(start: int, end: int) -> Position:
    level = (end - start).bit_length() - 1
    return Position(level, start >> level)
