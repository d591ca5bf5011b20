"""Whoever has the key can lay an event of one history on the chain of another: no batching changes what comes of it."""

from dataclasses import replace

import pytest

from server_sync.appeals.rebuilding import rebuild
from server_sync.contract.bodies import SessionClosed
from server_sync.journal import custody
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import Epoch
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.journal.test_any_batches import World, deliver
from tests.server.journal.test_forked_numbers import copied

pytestmark = pytest.mark.django_db


def came(*events) -> list[tuple[int | None, str]]:
    """In which history each of these came, by the seq of its first event, and what became of it."""
    rows = {bytes(one.event.hash): one for one in Reading.objects.select_related("event")}
    firsts = {event.leaf: event.seq for event in Event.custody.all()}
    told = [rows[event.hash] for event in events]
    return [(None if one.event.branch is None else firsts[one.event.branch], one.code) for one in told]


def send(office: PlainOffice, *parts: tuple[int, int]) -> None:
    for first, until in parts:
        deliver(World((office,), {}), 0, first, until, read=True)


@pytest.mark.parametrize(
    "parts", [[(0, 5)], [(0, 1), (1, 5)], [(0, 2), (2, 5)], [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], [(0, 3), (3, 5)]]
)
def test_what_follows_an_event_of_another_history_begins_one_of_its_own_however_it_is_sent(ala, parts):
    for _ in range(5):
        ala.write(REQUEST)
    send(ala, (0, 5))
    copy = copied(ala, 0)
    first = copy.write(replace(REQUEST, subject="к1"), counter=1, random=50)
    copy.events.append(ala.events[1])
    third = copy.write(replace(REQUEST, subject="к3"), counter=2, random=51)
    fourth = copy.write(replace(REQUEST, subject="к4"), counter=3, random=52)
    copy.events.append(ala.events[4])
    send(copy, *parts)
    assert came(first, third, fourth) == [(1, ""), (3, "counter_wrong"), (3, "counter_wrong")]
    assert {branch for branch, _ in came(*ala.events)} == {None}
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("parts", [[(2, 5)], [(2, 3), (3, 5)], [(2, 4), (4, 5)], [(2, 3), (3, 4), (4, 5)]])
def test_the_trunk_ends_before_an_event_of_another_history_however_it_is_sent(ala, parts):
    ala.write(REQUEST)
    ala.write(SessionClosed(1))
    send(ala, (0, 2))
    beside = copied(ala, 1)
    beside.write(replace(REQUEST, subject="б2"), counter=2, random=60)
    for ended in range(3):
        beside.write(SessionClosed(2 + ended))
    send(beside, (1, 5))
    third = ala.write(replace(REQUEST, subject="т3"), counter=2, random=2)
    ala.events.append(beside.events[3])
    fifth = ala.write(replace(REQUEST, subject="т5"), counter=3, random=3)
    send(ala, *parts)
    assert came(third, fifth) == [(None, ""), (5, "counter_wrong")]
    assert Epoch.objects.get(pk=ala.epoch).last_seq == 3
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("parts", [[(0, 3)], [(0, 1), (1, 2), (2, 3)]])
def test_a_place_with_as_many_histories_as_are_followed_is_passed_by_with_an_event_that_is_there(
    ala, monkeypatch, parts
):
    monkeypatch.setattr(custody, "BRANCHES_MOST", 2)
    for _ in range(3):
        ala.write(SessionClosed(1))
    send(ala, (0, 3))
    other = copied(ala, 1)
    other.write(SessionClosed(2))
    send(other, (1, 2))
    copy = copied(ala, 0)
    copy.write(SessionClosed(3))
    copy.events.append(ala.events[1])
    copy.write(SessionClosed(4))
    send(copy, *parts)
    assert Event.custody.filter(epoch=ala.epoch).count() == 6
