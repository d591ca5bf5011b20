"""Many at once: the log stays without gaps, a code makes one workplace."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

from server_sync.common.refusals import Refused
from server_sync.contract import codec
from server_sync.contract.enrolment import seal_request
from server_sync.contract.evidence.merkle import MemoryNodes, Tree, verify_consistency
from server_sync.contract.messages import EnrolRequest, Sealed
from server_sync.contract.shapes import to_plain
from server_sync.contract.signing import PrivateKey, random_bytes, sha256
from server_sync.evidence.centre import authority
from server_sync.evidence.log import append_leaves, consistency_proof, current_log, newest_checkpoint
from server_sync.evidence.models import Checkpoint, Leaf
from server_sync.workplaces.enrolment import enrol, make_enrolment_code
from server_sync.workplaces.models import Epoch, Site, Workplace

WRITERS = 4
BATCHES = 6
TIMEOUT_S = 60

Result = TypeVar("Result")


def side_by_side(jobs: list[Callable[[], Result]]) -> list[Future[Result]]:
    """Let jobs begin at the same moment, each with a connection of its own; waits for all."""
    together = threading.Barrier(len(jobs))

    def run(job: Callable[[], Result]) -> Result:
        try:
            together.wait(TIMEOUT_S)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [pool.submit(run, job) for job in jobs]


@pytest.mark.django_db(transaction=True)
def test_writers_side_by_side_leave_no_gap_and_no_fork(centre):
    def writer(name: int) -> Callable[[], None]:
        def write() -> None:
            for batch in range(BATCHES):
                hashes = [sha256(bytes([name, batch, at])) for at in range(name + batch + 1)]
                with transaction.atomic():
                    append_leaves(hashes)
                    newest_checkpoint()

        return write

    for done in side_by_side([writer(name) for name in range(WRITERS)]):
        done.result()
    entries = list(Leaf.objects.order_by("index").values_list("event_hash", flat=True))
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(len(entries)))
    assert current_log().size == len(entries) == sum(n + b + 1 for n in range(WRITERS) for b in range(BATCHES))
    alone = Tree(MemoryNodes())
    alone.append(entries)
    assert newest_checkpoint().root == alone.root()
    for published in Checkpoint.objects.all():
        assert published.root == alone.root(published.size)
        proof = consistency_proof(published.size, len(entries))
        verify_consistency(published.size, len(entries), proof, published.root, alone.root())


@pytest.mark.django_db(transaction=True)
def test_a_code_used_from_many_pcs_at_once_makes_one_workplace(centre):
    code = make_enrolment_code(Site.objects.get(pk="KG-C-ALA"))
    known = authority()

    def ask() -> Sealed:
        message = codec.encode(to_plain(EnrolRequest(PrivateKey.generate().public.raw, "PC", random_bytes(16))))
        sealed = Sealed(message, seal_request(code.mac_key, message), code.id)
        return enrol(sealed, known, announce=lambda _epoch: None)

    refused = [done.exception() for done in side_by_side([ask] * WRITERS) if done.exception() is not None]
    assert [one.code for one in refused if isinstance(one, Refused)] == ["code_used"] * (WRITERS - 1)
    assert Workplace.objects.filter(site_id="KG-C-ALA").count() == 1


@pytest.mark.django_db(transaction=True)
def test_pcs_of_a_site_enrolled_at_once_get_different_slots(centre):
    site = Site.objects.get(pk="KG-C-ALA")
    codes = [make_enrolment_code(site) for _ in range(WRITERS)]
    known = authority()

    def ask_with(number: int) -> Callable[[], Sealed]:
        def ask() -> Sealed:
            message = codec.encode(to_plain(EnrolRequest(PrivateKey.generate().public.raw, "PC", random_bytes(16))))
            sealed = Sealed(message, seal_request(codes[number].mac_key, message), codes[number].id)
            return enrol(sealed, known, announce=lambda _epoch: None)

        return ask

    for done in side_by_side([ask_with(number) for number in range(WRITERS)]):
        done.result()
    assert sorted(Epoch.objects.filter(site=site).values_list("slot", flat=True)) == ["A", "B", "C", "D"]
