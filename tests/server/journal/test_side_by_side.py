"""Many offices at once: feeds without a gap, every request once, one order of events for all."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client

from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.appeals.understanding import interpret_waiting
from server_sync.contract.bodies import AppealSupplemented
from server_sync.contract.messages import Status
from server_sync.journal.models import Event, FeedHead, FeedRow, Reading, Unread
from tests.server.evidence.test_side_by_side import side_by_side
from tests.server.exchange.offices import REQUEST, PlainOffice

ROUNDS = 5
SITES = ("KG-C-ALA", "KG-C-ALA", "KG-C", "KG-J")


def working_day(office: PlainOffice, name: str) -> Callable[[], None]:
    def work() -> None:
        for day in range(ROUNDS):
            first = office.write(replace(REQUEST, subject=f"{name} {day}"))
            office.write(REQUEST)
            office.write(AppealSupplemented(text="дагы"), appeal=first.hash)
            before = office.request()
            office.exchange()
            office.post(before)  # the line was slow: the same again

    return work


def route_all() -> None:
    after = 0
    for _ in range(ROUNDS * 3):
        _, after = route_new(after)
        after = 0 if after % 2 else after


@pytest.mark.django_db(transaction=True)
def test_offices_and_the_router_at_once_leave_feeds_without_a_gap(centre, plain, enrolled):
    offices = [plain(enrolled(site)) for site in SITES]
    jobs: list[Callable[[], None]] = [working_day(office, f"P{at}") for at, office in enumerate(offices)]
    for done in side_by_side([*jobs, route_all]):
        done.result()
    assert Appeal.objects.count() == len(SITES) * ROUNDS * 2
    assert not Unread.objects.exists()
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    for site in set(SITES):
        numbers = list(FeedRow.objects.filter(site=site).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert FeedHead.objects.get(name=site).last == len(numbers)
    for office in offices:
        seqs = list(Event.custody.filter(epoch=office.epoch).order_by("leaf").values_list("seq", flat=True))
        assert seqs == list(range(1, ROUNDS * 3 + 1))
    compared = rebuild(keep=False)
    assert compared.is_equal, compared
    for office in offices:
        while office.exchange().feed.has_more:
            pass
    connection.close()


def day_of_numbers(office: PlainOffice, name: str) -> Callable[[], None]:
    def work() -> None:
        for day in range(ROUNDS):
            for _ in range(3):
                office.write(replace(REQUEST, subject=f"{name} {day}"))
            status, _answer = office.post(office.request())
            assert status == 200
            office.sent = len(office.events)

    return work


@pytest.mark.django_db(transaction=True)
def test_a_pc_and_its_copy_at_once_beside_another_pc_give_each_number_once(centre, plain, enrolled):
    pc, other = plain(enrolled("KG-C-ALA")), plain(enrolled("KG-C-ALA"))
    pc.write(REQUEST)
    pc.exchange()
    copy = pc.clone()
    copy.client = Client()
    for done in side_by_side([day_of_numbers(pc, "P"), day_of_numbers(copy, "C"), day_of_numbers(other, "O")]):
        done.result()
    interpret_waiting()
    assert Event.custody.count() == 1 + 3 * ROUNDS * 3
    assert set(Reading.objects.values_list("code", flat=True)) <= {"", "number_taken", "counter_wrong"}
    assert Reading.objects.filter(code="number_taken").exists()
    assert Appeal.objects.filter(epoch=other.epoch).count() == ROUNDS * 3
    assert Appeal.objects.filter(epoch=pc.epoch).count() == 1 + ROUNDS * 3
    compared = rebuild(keep=False)
    assert compared.is_equal, compared
    connection.close()
