"""What a withdrawn PC's key signs afterwards proves nothing to anybody: page, script, contract and register agree."""

import threading
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from server_sync.config.preparation import prepare_centre
from server_sync.contract.events import Event, read_header
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.evidence.receipt import Verdict, open_receipt_in_log, receipt_from_qr_text
from server_sync.contract.messages import RowKind, Status
from server_sync.evidence.keys import centre_keys, key_ring
from server_sync.evidence.log import find_leaf, inclusion_proof, newest_checkpoint, stand_of_log
from server_sync.journal.directory import announce
from server_sync.journal.models import CommonRow, Reading
from server_sync.portal.receipts import check
from server_sync.workplaces.epochs import Announce, revoke_epoch
from server_sync.workplaces.models import Epoch, Revocation, RevocationInLog
from tests.server.config.test_open_epoch import verdict
from tests.server.evidence.test_side_by_side import TIMEOUT_S, side_by_side
from tests.server.exchange.offices import REQUEST, PlainOffice

ROUNDS = 12


def withdraw(office: PlainOffice, announce: Announce = announce) -> Revocation:
    """Withdraw a PC after all that is in custody of it."""
    epoch, directory = Epoch.objects.get(pk=office.epoch), centre_keys().directory
    return revoke_epoch(epoch, None, directory, by=None, reason="уурдалган", announce=announce, log=stand_of_log)


def by_the_contract(paper: str, event_hash: bytes) -> Verdict:
    leaf, point = find_leaf(event_hash), newest_checkpoint()
    said = Checkpoint(point.origin, point.size, point.root)
    proof = inclusion_proof(leaf.index, point.size)
    return open_receipt_in_log(receipt_from_qr_text(paper), key_ring(), said, leaf.index, proof)[1]


Agreed = Callable[[PlainOffice, Event], str]


@pytest.fixture
def agreed(nobody: Client, tmp_path: Path) -> Agreed:
    """What page, script and contract say of the receipt of a request; they say the same."""

    def ask(office: PlainOffice, event: Event) -> str:
        paper = office.paper(event)
        found = {
            check(paper.rpartition("/Q/")[2]).finding.value,
            verdict(nobody, tmp_path, paper, event.hash).removeprefix("verdict: "),
            by_the_contract(paper, event.hash).name.lower(),
        }
        assert len(found) == 1, found
        return found.pop()

    return ask


@pytest.mark.django_db
def test_a_receipt_of_a_second_branch_that_came_after_the_withdrawal_is_withdrawn_for_everybody(ala, chuy, agreed):
    thief = ala.clone()
    honest = [ala.write(REQUEST) for _ in range(5)]
    ala.exchange()
    revocation = withdraw(ala)
    late = [thief.write(REQUEST, random=55) for _ in range(2)]
    thief.post(thief.request())
    other = chuy.write(REQUEST)
    chuy.exchange()
    assert [read_header(event.header).seq <= revocation.last_good_seq for event in late] == [True, True]
    assert [agreed(ala, event) for event in honest] == ["in_log"] * 5
    assert [agreed(thief, event) for event in late] == ["key_withdrawn"] * 2
    assert agreed(chuy, other) == "in_log"
    held = Reading.objects.filter(event__hash__in=[event.hash for event in late]).values_list("status", flat=True)
    assert list(held) == [Status.AFTER_REVOCATION] * 2


@pytest.mark.django_db
def test_the_proof_file_of_the_page_brings_the_withdrawal_with_it(ala, nobody):
    honest = ala.write(REQUEST)
    ala.exchange()
    address = f"/Q/{ala.paper(honest).rpartition('/Q/')[2]}/proof.json"
    assert nobody.get(address).json()["revocations"] == []
    withdraw(ala)
    read = [Statement.from_bytes(b64decode(raw)) for raw in nobody.get(address).json()["revocations"]]
    assert [(one.epoch, one.log_origin, one.log_size) for one in read] == [
        (ala.epoch, None, None),
        (ala.epoch, stand_of_log().origin, 1),
    ]


@pytest.mark.django_db
def test_a_branch_that_was_there_before_the_withdrawal_is_believed(ala, agreed):
    clone = ala.clone()
    ala.write(REQUEST)
    ala.exchange()
    second = clone.write(REQUEST, random=55)
    clone.exchange()
    withdraw(ala)
    assert agreed(clone, second) == "in_log"


@pytest.mark.django_db
def test_a_withdrawal_of_before_that_names_no_log_names_it_from_the_next_start_on(ala, chuy, agreed):
    thief = ala.clone()
    honest = ala.write(REQUEST)
    ala.exchange()
    withdraw(ala, announce=lambda _epoch: None)
    RevocationInLog.objects.all().delete()  # as a program of before left it
    chuy.write(REQUEST)
    chuy.exchange()
    late = thief.write(REQUEST, random=55)
    thief.post(thief.request())
    for _ in range(2):  # the second start has nothing left to say
        prepare_centre()
        named = RevocationInLog.objects.get()
        assert (named.origin, named.size) == (stand_of_log().origin, find_leaf(late.hash).index)
        assert CommonRow.objects.filter(row_kind=RowKind.REVOKED_IN_LOG).count() == 1
    assert (agreed(ala, honest), agreed(thief, late)) == ("in_log", "key_withdrawn")


@pytest.mark.django_db(transaction=True)
def test_an_event_is_wholly_before_the_withdrawal_or_wholly_after_it(ala, chuy):
    half_way = threading.Event()

    def work() -> None:
        for at in range(ROUNDS):
            ala.write(REQUEST)
            ala.write(REQUEST)
            ala.exchange()
            if at == ROUNDS // 3:
                half_way.set()

    def others_work() -> None:
        for _ in range(ROUNDS):
            chuy.write(REQUEST)
            chuy.exchange()

    def end() -> None:
        assert half_way.wait(TIMEOUT_S)
        withdraw(ala)

    for done in side_by_side([work, others_work, end]):
        done.result()
    revocation = Revocation.objects.get()
    size = revocation.log_size
    assert size is not None
    readings = Reading.objects.filter(event__epoch=ala.epoch).select_related("event")
    assert readings.count() == ROUNDS * 2
    for reading in readings:
        is_late = reading.event.leaf >= size
        assert is_late == (reading.event.seq > revocation.last_good_seq)
        assert is_late == (reading.status == Status.AFTER_REVOCATION)
        assert by_the_contract(ala.paper(ala.events[reading.event.seq - 1]), reading.event.hash) is (
            Verdict.KEY_WITHDRAWN if is_late else Verdict.IN_LOG
        )
    connection.close()
