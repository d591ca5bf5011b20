"""The log's tree against the definition in RFC 9162 itself and against pymerkle."""

import random

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.merkle import MemoryNodes, Position, Tree
from server_sync.contract.signing import sha256

SIZES = 131


def entry(index: int) -> bytes:
    return sha256(b"entry", index.to_bytes(8, "big"))


ENTRIES = [entry(index) for index in range(SIZES)]


def mth(entries: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not entries:
        return sha256()
    if len(entries) == 1:
        return sha256(b"\x00", entries[0])
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return sha256(b"\x01", mth(entries[:half]), mth(entries[half:]))


def subproof(old: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    """RFC 9162, section 2.1.4.1, word for word."""
    if old == len(entries):
        return [] if whole else [mth(entries)]
    half = 1
    while half * 2 < len(entries):
        half *= 2
    if old <= half:
        return [*subproof(old, entries[:half], whole=whole), mth(entries[half:])]
    return [*subproof(old - half, entries[half:], whole=False), mth(entries[:half])]


ROOTS = [mth(ENTRIES[:size]) for size in range(SIZES)]


def tree_of(size: int) -> Tree:
    tree = Tree(MemoryNodes())
    tree.append(entry(index) for index in range(size))
    return tree


WHOLE = tree_of(SIZES - 1)


@pytest.fixture(scope="module")
def oracle() -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for one in ENTRIES[: SIZES - 1]:
        tree.append_entry(one)
    return tree


class CountingNodes(MemoryNodes):
    """Counts what a log reads and writes."""

    def __init__(self) -> None:
        super().__init__()
        self.queries = 0
        self.read = 0

    @override
    def get(self, positions):
        self.queries += 1
        self.read += len(positions)
        return super().get(positions)


def test_the_root_of_every_size_is_that_of_the_rfc_and_of_pymerkle(oracle):
    for size in range(SIZES):
        assert WHOLE.root(size) == ROOTS[size]
    for size in range(1, SIZES):
        assert WHOLE.root(size) == oracle.get_root(size)


def test_every_inclusion_proof_of_every_size_is_pymerkles_and_holds(oracle):
    for size in range(1, SIZES):
        for index in range(size):
            proof = WHOLE.inclusion_proof(index, size)
            merkle.verify_inclusion(ENTRIES[index], index, size, proof, ROOTS[size])
            if size % 7 == 0 or size > 125:
                theirs = oracle.prove_inclusion(index + 1, size).path
                assert [merkle.leaf_hash(ENTRIES[index]), *proof] == list(theirs)


def test_every_consistency_proof_is_that_of_the_rfc_and_holds(oracle):
    for size in range(SIZES):
        for old in range(size + 1):
            proof = WHOLE.consistency_proof(old, size)
            merkle.verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])
    for size in range(1, SIZES, 9):
        for old in range(1, size + 1):
            assert list(WHOLE.consistency_proof(old, size)) == subproof(old, ENTRIES[:size], whole=True)
            pymerkle.verify_consistency(ROOTS[old], ROOTS[size], oracle.prove_consistency(old, size))


def test_every_run_of_leaves_of_small_trees_is_proved_by_its_range():
    for size in range(1, 34):
        for first in range(size):
            for last in range(first, size):
                proof = WHOLE.range_proof(first, last, size)
                merkle.verify_range(ENTRIES[first : last + 1], first, size, proof, ROOTS[size])


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(1, SIZES - 1))
    first = draw(st.integers(0, size - 1))
    return first, draw(st.integers(first, size - 1)), size


@given(runs())
def test_any_run_is_proved_and_no_longer_or_shorter_proof_is_taken(run):
    first, last, size = run
    proof = WHOLE.range_proof(first, last, size)
    entries = ENTRIES[first : last + 1]
    merkle.verify_range(entries, first, size, proof, ROOTS[size])
    for wrong in (proof[1:], proof[:-1], (*proof, bytes(32)), (bytes(32), *proof)):
        if wrong != proof:
            with pytest.raises(NotAuthentic, match="range_not_included"):
                merkle.verify_range(entries, first, size, wrong, ROOTS[size])


@given(runs(), st.randoms(use_true_random=False))
def test_any_flipped_bit_of_a_range_is_refused(run, dice):
    first, last, size = run
    proof = list(WHOLE.range_proof(first, last, size))
    entries = ENTRIES[first : last + 1]
    root = ROOTS[size]
    where = dice.choice(["entry", "root"] + ["proof"] * bool(proof))
    if where == "entry":
        entries[dice.randrange(len(entries))] = flipped(dice.choice(entries), dice)
    elif where == "root":
        root = flipped(root, dice)
    else:
        at = dice.randrange(len(proof))
        proof[at] = flipped(proof[at], dice)
    with pytest.raises(NotAuthentic):
        merkle.verify_range(entries, first, size, proof, root)


@given(runs(), st.randoms(use_true_random=False))
def test_any_flipped_bit_of_an_inclusion_or_consistency_proof_is_refused(run, dice):
    index, old, size = run[0], run[1] + 1, run[2]
    proof = list(WHOLE.inclusion_proof(index, size))
    if proof:
        at = dice.randrange(len(proof))
        proof[at] = flipped(proof[at], dice)
        with pytest.raises(NotAuthentic):
            merkle.verify_inclusion(ENTRIES[index], index, size, proof, ROOTS[size])
    proof = list(WHOLE.consistency_proof(old, size))
    if proof:
        at = dice.randrange(len(proof))
        proof[at] = flipped(proof[at], dice)
        with pytest.raises(NotAuthentic):
            merkle.verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])


@given(runs(), st.integers(-3, SIZES + 3), st.integers(-3, SIZES + 3))
def test_a_proof_is_good_for_its_own_place_and_size_only(run, place, claimed_size):
    index, _, size = run
    proof = WHOLE.inclusion_proof(index, size)
    ranged = WHOLE.range_proof(index, index, size)
    if (place, claimed_size) != (index, size) and ROOTS[size] != ENTRIES[index]:
        if claimed_size == size or place == index:
            with pytest.raises(NotAuthentic):
                merkle.verify_inclusion(entry(10_000), place, claimed_size, proof, ROOTS[size])
        with pytest.raises(NotAuthentic):
            merkle.verify_range([entry(10_000)], place, claimed_size, ranged, ROOTS[size])
    if place != index and 0 <= place < size:
        with pytest.raises(NotAuthentic):
            merkle.verify_inclusion(ENTRIES[index], place, size, proof, ROOTS[size])
        with pytest.raises(NotAuthentic):
            merkle.verify_range([ENTRIES[index]], place, size, ranged, ROOTS[size])


def test_a_hash_of_another_length_is_no_part_of_a_proof():
    proof = WHOLE.inclusion_proof(5, 11)
    for odd in (b"", bytes(31), bytes(33)):
        with pytest.raises(NotAuthentic):
            merkle.verify_inclusion(ENTRIES[5], 5, 11, (*proof[:-1], odd), ROOTS[11])


def test_an_empty_run_proves_nothing():
    with pytest.raises(NotAuthentic):
        merkle.verify_range([], 0, 5, (), ROOTS[5])
    with pytest.raises(InvalidField):
        WHOLE.range_proof(3, 2, 5)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_appending_in_any_portions_keeps_the_same_nodes(portions):
    nodes = MemoryNodes()
    tree = Tree(nodes)
    at = 0
    for count in portions:
        tree.append(entry(index) for index in range(at, at + count))
        at += count
        assert tree.size == at
    again = MemoryNodes()
    Tree(again).append(entry(index) for index in range(at))
    assert nodes._hashes == again._hashes
    assert tree.root() == Tree(nodes, at).root() == mth([entry(index) for index in range(at)])


def test_a_log_goes_on_from_its_kept_nodes():
    nodes = MemoryNodes()
    Tree(nodes).append(ENTRIES[:77])
    Tree(nodes, 77).append(ENTRIES[77:100])
    assert Tree(nodes, 100).root() == ROOTS[100]


def test_the_complete_nodes_are_returned_to_be_stored():
    tree = Tree(MemoryNodes(), 0)
    assert [(level, index) for level, index, _ in tree.append(ENTRIES[:3])] == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert [(level, index) for level, index, _ in tree.append(ENTRIES[3:4])] == [(0, 3), (1, 1), (2, 0)]
    assert tree.append([]) == ()


def test_an_append_reads_few_nodes_in_one_query():
    nodes = CountingNodes()
    Tree(nodes).append(entry(index) for index in range(99_999))
    tree = Tree(nodes, 99_999)
    written = tree.append(ENTRIES)
    assert nodes.queries == 1
    assert nodes.read <= 17
    assert len(written) <= 2 * len(ENTRIES) + 17
    tree.root()
    assert nodes.queries <= 2


def test_a_batch_of_150_is_proved_with_about_three_bytes_an_event():
    tree = tree_of(100_000)
    root = tree.root()
    dice = random.Random(7)
    sizes = []
    for _ in range(200):
        first = dice.randrange(100_000 - 150)
        proof = tree.range_proof(first, first + 149, 100_000)
        merkle.verify_range([entry(index) for index in range(first, first + 150)], first, 100_000, proof, root)
        sizes.append(32 * len(proof) / 150)
    assert sum(sizes) / len(sizes) <= 3.7
    assert max(sizes) <= 32 * 2 * 17 / 150
    newest = tree.range_proof(99_850, 99_999, 100_000)
    assert 32 * len(newest) / 150 <= 2.0


@settings(max_examples=300)
@given(
    st.lists(st.binary(min_size=32, max_size=32), max_size=20),
    st.integers(-2, 300),
    st.integers(-2, 300),
    st.lists(st.binary(max_size=33), max_size=5),
)
def test_any_bytes_as_a_proof_are_refused_and_nothing_else_happens(proof, first, size, entries):
    with pytest.raises(NotAuthentic):
        merkle.verify_range(entries, first, size, proof, bytes(32))
    with pytest.raises(NotAuthentic):
        merkle.verify_inclusion(b"", first, size, proof, bytes(32))
    if (first, size) != (size, size):
        with pytest.raises(NotAuthentic):
            merkle.verify_consistency(first, size, proof, b"\x01" * 32, bytes(32))


def test_a_position_is_a_plain_pair():
    assert Position(1, 2) == (1, 2)


def flipped(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw) * 8)
    return bytes(byte ^ (1 << at % 8 if index == at // 8 else 0) for index, byte in enumerate(raw))
