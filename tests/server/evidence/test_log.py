"""The public log keeps what it promised, whatever order batches come in."""

import pytest
from django.db import IntegrityError, transaction
from pymerkle import InmemoryTree

from server_sync.contract.errors import InvalidField
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.merkle import (
    EMPTY_ROOT,
    verify_consistency,
    verify_inclusion,
    verify_range,
)
from server_sync.contract.signing import sha256
from server_sync.evidence.log import (
    append_leaves,
    consistency_proof,
    current_log,
    find_leaf,
    inclusion_proof,
    newest_checkpoint,
    range_proof,
    root_at,
)
from server_sync.evidence.models import Checkpoint, Leaf, Node

BATCHES = (1, 2, 5, 1, 8, 16, 3, 31, 1)


def event_hashes(first: int, count: int) -> list[bytes]:
    return [sha256(b"event", index.to_bytes(4, "big")) for index in range(first, first + count)]


def append(first: int, count: int) -> list[bytes]:
    hashes = event_hashes(first, count)
    with transaction.atomic():
        assert append_leaves(hashes) == first
    return hashes


@pytest.fixture
def grown(centre) -> list[bytes]:
    """A log that grew by batches of all sizes."""
    entries: list[bytes] = []
    for count in BATCHES:
        entries += append(len(entries), count)
    return entries


def test_the_first_checkpoint_is_that_of_an_empty_log(centre):
    published = newest_checkpoint()
    assert (published.size, published.root) == (0, EMPTY_ROOT)


def test_every_root_is_what_another_implementation_computes(grown):
    tree = InmemoryTree(algorithm="sha256")
    for size, entry in enumerate(grown, start=1):
        tree.append_entry(entry)
        assert root_at(size) == tree.get_root(), size


def test_every_leaf_has_a_proof_in_every_later_checkpoint(grown):
    for size in (1, 2, 3, 9, 33, len(grown)):
        root = root_at(size)
        for index in range(size):
            verify_inclusion(grown[index], index, size, inclusion_proof(index, size), root)


def test_every_checkpoint_is_the_beginning_of_every_later_one(grown):
    for old in range(1, len(grown) + 1, 5):
        for size in range(old, len(grown) + 1, 7):
            verify_consistency(old, size, consistency_proof(old, size), root_at(old), root_at(size))


def test_a_batch_is_proved_by_one_range_proof(grown):
    at = 0
    for count in BATCHES:
        proof = range_proof(at, at + count - 1, len(grown))
        verify_range(grown[at : at + count], at, len(grown), proof, root_at(len(grown)))
        at += count


def test_a_checkpoint_is_signed_once_and_kept_as_published(grown, centre):
    published = newest_checkpoint()
    opened = open_checkpoint(published.text, centre.keys.log.public, published.origin)
    assert (opened.size, opened.root) == (len(grown), root_at(len(grown)))
    again = newest_checkpoint()
    assert again == published
    assert Checkpoint.objects.filter(size=len(grown)).count() == 1


def test_a_checkpoint_inside_the_transaction_covers_what_was_just_appended(centre):
    with transaction.atomic():
        append_leaves(event_hashes(0, 3))
        assert newest_checkpoint().size == 3


def test_leaves_are_appended_inside_a_transaction_only(transactional_db, centre):
    with pytest.raises(transaction.TransactionManagementError):
        append_leaves(event_hashes(0, 1))


def test_an_event_is_in_the_log_once(centre):
    append(0, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        append_leaves(event_hashes(2, 1))
    assert current_log().size == 3
    assert Leaf.objects.count() == 3


def test_an_empty_batch_changes_nothing(centre):
    append(0, 3)
    with transaction.atomic():
        assert append_leaves([]) == 3
    assert current_log().size == 3


def test_a_leaf_is_found_by_its_hash(grown):
    assert find_leaf(grown[7]).index == 7


def test_a_proof_beyond_the_log_is_refused_by_name(grown):
    with pytest.raises(InvalidField):
        inclusion_proof(0, len(grown) + 1)
    with pytest.raises(InvalidField):
        inclusion_proof(5, 5)
    with pytest.raises(InvalidField):
        consistency_proof(9, 4)


@pytest.mark.parametrize("model", [Leaf, Node, Checkpoint])
def test_the_database_refuses_to_change_or_delete_the_log(grown, model):
    newest_checkpoint()
    column = {"Leaf": "event_hash", "Node": "hash", "Checkpoint": "root"}[model.__name__]
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        model.objects.update(**{column: bytes(32)})
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


def test_a_batch_of_any_size_costs_a_few_queries(centre, django_assert_max_num_queries):
    append(0, 300)
    with django_assert_max_num_queries(14), transaction.atomic():
        append_leaves(event_hashes(300, 150))
        newest_checkpoint()
