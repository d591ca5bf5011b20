"""Who is served next does not depend on how many others of the same address ask."""

import itertools

import pytest

from server_sync.config.turns import Turns


def order(turns: Turns[str]) -> list[str]:
    """Everybody who waits, in the order in which they are served."""
    served = []
    while turns:
        served.append(turns.next())
    return served


def test_an_address_waits_for_one_request_of_each_other_address():
    turns: Turns[str] = Turns()
    for place in range(300):
        turns.wait(f"greedy {place}", False, "10.0.0.1")
    turns.wait("honest", False, "10.0.0.2")
    assert order(turns)[:3] == ["greedy 0", "honest", "greedy 1"]


def test_a_delivery_does_not_wait_for_the_pages_that_its_own_address_asked_for():
    turns: Turns[str] = Turns()
    for place in range(300):
        turns.wait(f"page {place}", False, "10.0.0.1")
    turns.wait("delivery", True, "10.0.0.1")
    turns.wait("another", True, "10.0.0.1")
    assert order(turns)[:4] == ["page 0", "delivery", "page 1", "another"]


def test_everybody_is_served_once_and_in_order_within_an_address():
    turns: Turns[str] = Turns()
    each = itertools.product(range(5), range(3), (True, False))
    asked = [(f"{room} {place} {at}", room, str(place)) for at, place, room in each]
    for request, room, place in asked:
        turns.wait(request, room, place)
    served = order(turns)
    assert sorted(served) == sorted(request for request, _, _ in asked)
    for address in ("0", "1", "2"):
        own = [request for request in served if request.startswith(f"True {address} ")]
        assert own == [f"True {address} {at}" for at in range(5)]


def test_nobody_waiting_is_said():
    with pytest.raises(KeyError):
        Turns().next()


def test_the_last_of_the_longest_line_yields_and_nobody_yields_their_only_one():
    turns: Turns[str] = Turns()
    for place in range(3):
        turns.wait(f"greedy {place}", False, "10.0.0.1")
    turns.wait("honest", False, "10.0.0.2")
    turns.wait("delivery", True, "10.0.0.1")
    assert len(turns) == 5
    assert [turns.give_up() for _ in range(3)] == ["greedy 2", "greedy 1", None]
    assert turns.line(False, "10.0.0.1") == 1
    assert turns.line(True, "10.0.0.2") == 0
    assert len(turns) == 3
    assert order(turns) == ["greedy 0", "delivery", "honest"]
    assert len(turns) == 0
