"""Who waits for a thread: nobody keeps the others out by asking much, behind a proxy or not."""

import logging
import selectors
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from typing_extensions import override

from server_sync.config import hearing
from server_sync.config.hearing import AT_PLACE_MOST, TOLD_MOST, WAITING_AT_PLACE_MOST, PatientWorker
from server_sync.config.talk import HEAD_S

PAGE = "GET /"
DELIVERY = "POST /sync/v1/exchange"


class Room(PatientWorker):
    """The loop of the server without its threads: who is given one is written down."""

    def __init__(self, most: int) -> None:
        config = Config()
        config.set("worker_connections", 10_000)
        super().__init__(1, 1, [], SimpleNamespace(), 30, config, logging.getLogger())
        self.poller = selectors.DefaultSelector()
        self._most = most
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
        self.listener.setblocking(False)
        self.poller.register(self.listener, selectors.EVENT_READ, self.accept)
        self.served: list[str] = []
        self.callers: list[socket.socket] = []

    @override
    def enqueue_req(self, conn: Any) -> None:
        self.served.append(conn.sock.recv(65_536).decode().rpartition("X-Name: ")[2].strip())
        self._end(conn.sock)
        self._served -= 1
        self._give_threads()

    def ask(self, name: str, for_whom: str = "", line: str = PAGE, until: str = "\r\n\r\n") -> socket.socket:
        """Call from a new connection, say a request and let it be heard."""
        caller = socket.create_connection(self.listener.getsockname())
        self.callers.append(caller)
        forwarded = f"X-Forwarded-For: {for_whom}\r\n" if for_whom else ""
        caller.sendall(f"{line} HTTP/1.1\r\n{forwarded}X-Name: {name}{until}".encode())
        self.hear()
        return caller

    def hear(self) -> None:
        """Do what the loop does until nothing more is to be heard."""
        while seen := self.poller.select(0):
            for key, _ in seen:
                key.data(key.fileobj)

    def open_threads(self, threads: int = 1) -> None:
        """Let those who wait be served, one after another."""
        self.cfg.set("threads", threads)
        self._give_threads()

    def close(self) -> None:
        """End it, and everybody in it."""
        for caller in self.callers:
            caller.close()
        for talk in list(self._talks):
            self._end(talk)
        self.listener.close()
        self.poller.close()
        self.tmp.close()


@pytest.fixture
def room() -> Iterator[Callable[[int], Room]]:
    """A server whose threads are all busy, with room for so many connections."""
    made: list[Room] = []

    def make(most: int = 2_048) -> Room:
        one = Room(most)
        one.cfg.settings["threads"].value = 0
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def proxy(settings) -> None:
    settings.LIAISON_TRUSTED_PROXIES = [ip_network("127.0.0.1")]


def answer(caller: socket.socket) -> bytes:
    """What a caller was told; its line was ended."""
    caller.settimeout(HEAD_S)
    return b"".join(iter(lambda: caller.recv(65_536), b""))


def is_open(caller: socket.socket) -> bool:
    """Whether nothing was said to a caller and its line stands."""
    caller.setblocking(False)
    try:
        caller.recv(1)
    except BlockingIOError:
        return True
    return False


def test_behind_our_proxy_each_address_that_it_names_waits_in_its_own_line(room, proxy):
    busy = room()
    for place in range(20):
        busy.ask(f"greedy {place}", "198.51.100.1")
    busy.ask("honest", "198.51.100.2")
    busy.open_threads()
    assert busy.served[:3] == ["greedy 0", "honest", "greedy 1"]
    assert len(busy.served) == 21


def test_what_a_stranger_says_of_his_address_is_not_believed(room):
    busy = room()
    for place in range(5):
        busy.ask(f"{place}", f"198.51.100.{place}")
    busy.open_threads()
    assert busy.served == ["0", "1", "2", "3", "4"]
    busy = room()
    callers = [busy.ask("x", f"198.51.{place % 250}.1") for place in range(WAITING_AT_PLACE_MOST + 1)]
    assert b" 503 " in answer(callers[-1])


def test_our_proxy_may_have_as_many_connections_as_there_are(room, proxy):
    busy = room()
    callers = [busy.ask("x", until="") for _ in range(AT_PLACE_MOST + 20)]
    assert all(is_open(caller) for caller in callers)


def test_another_address_than_our_proxy_may_not(room):
    busy = room()
    callers = [busy.ask("x", until="") for _ in range(AT_PLACE_MOST + 20)]
    assert sum(map(is_open, callers)) <= AT_PLACE_MOST


def test_whoever_asks_too_much_at_once_is_told_to_come_again_and_their_office_still_delivers(room, proxy):
    busy = room()
    for _ in range(WAITING_AT_PLACE_MOST):
        busy.ask("page", "198.51.100.1")
    told = answer(busy.ask("one more", "198.51.100.1"))
    assert told.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nRetry-After: 5\r\n" in told
    assert is_open(busy.ask("delivery", "198.51.100.1", DELIVERY))
    assert is_open(busy.ask("honest", "198.51.100.2"))
    busy.open_threads()
    assert {"delivery", "honest"} <= set(busy.served[:4])
    assert "one more" not in busy.served


@pytest.mark.parametrize("line", [PAGE, DELIVERY])
def test_a_full_house_has_room_for_an_address_that_has_nothing_waiting(room, proxy, line):
    busy = room(40)
    greedy = [busy.ask("greedy", f"198.51.100.{place % 4}") for place in range(40)]
    assert all(map(is_open, greedy))
    honest = [busy.ask(f"honest {place}", f"203.0.113.{place}", line) for place in range(10)]
    assert all(map(is_open, honest))
    yielded = [caller for caller in greedy if not is_open(caller)]
    assert len(yielded) == 10
    busy.open_threads()
    assert {f"honest {place}" for place in range(10)} <= set(busy.served)


def test_whoever_is_still_heard_does_not_yield_to_a_house_full_of_waiting(room, proxy):
    busy = room(40)
    for place in range(38):
        busy.ask("greedy", f"198.51.100.{place % 2}")
    slow_line = busy.ask("honest", "203.0.113.1", until="")
    for place in range(20):
        busy.ask("greedy", f"198.51.100.{place % 2}")
    assert is_open(slow_line)
    slow_line.setblocking(True)
    slow_line.sendall(b"\r\n\r\n")
    busy.hear()
    busy.open_threads()
    assert "honest" in busy.served


def test_when_everybody_waits_for_one_request_the_next_is_told_so_in_words_that_arrive(room, proxy):
    busy = room(10)
    for place in range(10):
        busy.ask(f"{place}", f"198.51.100.{place}")
    for place in range(TOLD_MOST):
        told = busy.ask("late", f"203.0.113.{place}")
        told.settimeout(HEAD_S)
        assert b"Retry-After" in told.recv(65_536)
    busy.open_threads()
    assert len(busy.served) == 10


def test_a_line_that_ended_while_it_was_spoken_on_is_not_heard_again(room, monkeypatch):
    monkeypatch.setattr(hearing, "YIELDING_AT_ONCE", 4)
    busy = room(3)
    first = [busy.ask("slow", until="") for _ in range(3)]
    for caller in first:
        caller.sendall(b"more")
    busy.callers += [socket.create_connection(busy.listener.getsockname()) for _ in range(2)]
    seen = busy.poller.select(HEAD_S)
    for key, _ in sorted(seen, key=lambda one: one[0].fileobj is not busy.listener):  # newcomers first
        key.data(key.fileobj)
    assert len(seen) == 4
    assert not any(map(is_open, first))
