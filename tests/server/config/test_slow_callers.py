"""Whoever speaks or listens slowly keeps nobody else waiting."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
import requests

from server_sync.config import talk as talking
from server_sync.config.hearing import AT_PLACE_MOST
from server_sync.config.talk import Heard, Talk, Turn
from tests.server.config.programs import TIMEOUT_S, address_of, finished

HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Sl"
HALF_BODY = b"POST /sync/v1/exchange HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf"
BEGAN = 100.0


@pytest.fixture
def pair() -> Iterator[tuple[Talk, socket.socket]]:
    """A connection as the server has it, and the caller's end."""
    ours, theirs = socket.socketpair()
    talk = Talk(ours, "place", BEGAN)
    with theirs:
        yield talk, theirs
        talk.end()


@pytest.mark.parametrize("said", [b"", HALF_HEAD, HALF_BODY], ids=["nothing", "half a head", "half a body"])
def test_six_hundred_slow_callers_hold_nobody_up(begun, said):
    server = begun("run", "--bind", "127.0.0.1:0", "--threads", "2", "--without-worker")
    address = address_of(server)
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as held:
        for _ in range(AT_PLACE_MOST + 88):
            slow = held.enter_context(socket.create_connection((host, int(port)), TIMEOUT_S))
            slow.sendall(said)
        for _ in range(5):
            assert requests.get(f"{address}/healthz", timeout=TIMEOUT_S).json() == {"status": "ok"}
            assert requests.get(f"{address}/", timeout=TIMEOUT_S).status_code == 200
    server.terminate()
    assert finished(server)[0] == 0


def test_many_who_do_not_take_their_answers_hold_nobody_up(begun):
    server = begun("run", "--bind", "127.0.0.1:0", "--threads", "2", "--without-worker")
    address = address_of(server)
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as held:
        for _ in range(20):
            slow = socket.socket()
            held.enter_context(slow)
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            slow.settimeout(TIMEOUT_S)
            slow.connect((host, int(port)))
            slow.sendall(b"GET /offices HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 4)
        assert requests.get(f"{address}/offices", timeout=TIMEOUT_S).status_code == 200
    server.terminate()
    assert finished(server)[0] == 0


def test_requests_one_after_another_on_one_line_are_answered_in_order(begun):
    server = begun("run", "--bind", "127.0.0.1:0", "--without-worker")
    host, port = address_of(server).removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), TIMEOUT_S) as line:
        one = b"GET /log/checkpoint HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        last = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        line.sendall(one + one[:20])
        line.sendall(one[20:] + last)
        answers = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.endswith(b'{"status": "ok"}')


def test_a_body_that_is_cut_short_or_too_large_is_refused_by_name_and_signed(begun):
    server = begun("run", "--bind", "127.0.0.1:0", "--without-worker")
    host, port = address_of(server).removeprefix("http://").split(":")
    head = "POST /sync/v1/exchange HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n"
    for announced, status in ((1_000, b"408"), (2 * 1024 * 1024, b"413"), (10**12, b"413"), (10**30, b"413")):
        with socket.create_connection((host, int(port)), TIMEOUT_S) as line:
            line.sendall(head.format(announced).encode() + b"half")
            line.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: line.recv(65_536), b""))
        assert answer.split()[1] == status
        assert b"\r\nliaison-" in answer.lower()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sign-in", b"x" * 200_000),
        ("POST", "/sign-in", b"x" * 70_000),
        ("GET", "/healthz", b"nobody reads this"),
        ("POST", "/nothing", b"nor this"),
    ],
    ids=["large form", "form", "body of a GET", "no page"],
)
def test_an_answer_after_which_something_was_left_unread_says_that_the_connection_ends(begun, method, path, body):
    server = begun("run", "--bind", "127.0.0.1:0", "--threads", "2", "--without-worker")
    address = address_of(server)
    with requests.Session() as caller:
        answer = caller.request(method, f"{address}{path}", data=body, timeout=TIMEOUT_S)
        assert answer.headers["Connection"] == "close"
        assert caller.get(f"{address}/healthz", timeout=TIMEOUT_S).headers["Connection"] == "keep-alive"
    server.terminate()
    assert finished(server)[0] == 0


def test_what_two_readers_could_read_in_two_ways_is_refused_and_ends_the_connection(begun):
    server = begun("run", "--bind", "127.0.0.1:0", "--without-worker")
    host, port = address_of(server).removeprefix("http://").split(":")
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for lengths in (b"Content-Length: 0\r\nContent-Length: 9\r\n", b"Content-Length: +0\r\n", b"Content-Length : 0\r\n",
                    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n",
                    b"Transfer-Encoding: xchunked\r\n", b"Content-Length: 4\r\n\tContent-Length: 40\r\n"):  # fmt: skip
        with socket.create_connection((host, int(port)), TIMEOUT_S) as line:
            line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lengths + b"\r\n" + b"0\r\n\r\n" + hidden)
            line.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: line.recv(65_536), b""))
        assert answer.count(b"HTTP/1.1 ") == 1, lengths
        assert b'"status": "ok"' not in answer, lengths


def test_the_time_for_headers_does_not_grow_by_dripping(pair):
    talk, caller = pair
    for second in range(14):
        caller.sendall(b"x")
        assert talk.hear(BEGAN + 5 + second) is Heard.MORE
    assert talk.until == BEGAN + 5 + talking.HEAD_S


def test_an_office_on_the_slowest_line_may_deliver_a_whole_piece(pair):
    talk, caller = pair
    size = 1024 * 1024
    now = BEGAN
    caller.sendall(f"PUT /x HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode())
    assert talk.hear(now) is Heard.MORE
    heard = Heard.MORE
    for _ in range(0, size, 8_000):
        now += 8_000 * 8 / 9_600
        caller.sendall(bytes(8_000))
        assert now < talk.until
        heard = talk.hear(now)
    assert heard is Heard.WHOLE


def test_a_body_that_drips_comes_to_its_end(pair):
    talk, caller = pair
    now = BEGAN
    caller.sendall(HALF_BODY)
    assert talk.hear(now) is Heard.MORE
    while now < talk.until and now < BEGAN + 1_000:
        now += 4
        caller.sendall(b"x")
        talk.hear(now)
    assert now < BEGAN + 2 * talking.GRACE_S


def test_a_request_that_was_cut_short_is_never_read_as_a_whole_one(pair):
    talk, caller = pair
    caller.sendall(HALF_BODY)
    assert talk.hear(BEGAN) is Heard.MORE
    talk.serve()
    assert talk.recv(8_192) == HALF_BODY
    with pytest.raises(ConnectionResetError):
        talk.recv(8_192)
    assert not talk.is_used_up()


def test_what_comes_behind_a_request_begins_the_next(pair):
    talk, caller = pair
    first, second = b"GET /1 HTTP/1.1\r\n\r\n", b"POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    caller.sendall(first + second)
    assert talk.hear(BEGAN) is Heard.WHOLE
    talk.serve()
    assert talk.recv(8_192) == first
    assert talk.is_used_up()
    assert talk.listen_again(BEGAN, 75.0) is Heard.WHOLE
    talk.serve()
    assert talk.recv(8_192) == second


def test_an_answer_that_is_not_taken_waits_without_a_thread_and_arrives_whole(pair):
    talk, caller = pair
    answer = bytes(range(256)) * 20_000
    caller.sendall(b"GET /1 HTTP/1.1\r\n\r\n")
    assert talk.hear(BEGAN) is Heard.WHOLE
    talk.serve()
    for at in range(0, len(answer), 100_000):
        talk.sendall(answer[at : at + 100_000])
    assert talk.begin_telling(BEGAN)
    assert talk.turn is Turn.LISTENER
    taken = bytearray()
    while not talk.tell(BEGAN + 1):
        taken += caller.recv(1_000_000)
    while len(taken) < len(answer):
        taken += caller.recv(1_000_000)
    assert taken == answer
    assert talk.waiting_bytes == 0


def test_headers_without_an_end_are_turned_away(pair):
    talk, caller = pair
    heard = Heard.MORE
    while heard is Heard.MORE:
        caller.sendall(b"X: " + b"y" * 10_000)
        heard = talk.hear(BEGAN)
    assert heard is Heard.TOO_LONG


def test_who_brings_least_yields_first(pair):
    talk, caller = pair
    ours, theirs = socket.socketpair()
    with theirs:
        honest = Talk(ours, "place", BEGAN)
        theirs.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + bytes(20_000))
        honest.hear(BEGAN)
        caller.sendall(HALF_HEAD)
        talk.hear(BEGAN)
        assert talk.worth(BEGAN + 3) < honest.worth(BEGAN + 3)
        honest.end()


def test_who_takes_no_answer_is_not_served_the_next_request_of_the_same_line():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        caller.connect(listener.getsockname())
        ours, _ = listener.accept()
        talk = Talk(ours, "place", BEGAN)
        caller.sendall(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        while talk.hear(BEGAN) is Heard.MORE:
            pass
        talk.serve()
        answer = bytes(40_000)  # a page of ours; the system would keep a hundred of them for a caller
        talk.sendall(answer)
        assert talk.begin_telling(BEGAN), "the answer has gone into the system's keeping"
        taken = 0
        while not talk.tell(BEGAN + 1):
            taken += len(caller.recv(4_096))
        while taken < len(answer):
            taken += len(caller.recv(4_096))
        assert talk.listen_again(BEGAN + 2, 1.0) is Heard.WHOLE
        talk.end()


def test_what_was_said_while_the_server_was_busy_is_heard_before_a_line_is_ended(begun):
    server = begun("run", "--bind", "127.0.0.1:0", "--threads", "2", "--without-worker")
    host, port = address_of(server).removeprefix("http://").split(":")
    asking = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with ExitStack() as held:
        lines = []
        for _ in range(AT_PLACE_MOST - 1):
            line = held.enter_context(socket.create_connection((host, int(port)), TIMEOUT_S))
            lines.append(line)
        assert requests.get(f"http://{host}:{port}/healthz", timeout=TIMEOUT_S).ok  # all of them were taken in
        workers = [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)  # busy: nothing is heard
        for _ in range(64):
            held.enter_context(socket.create_connection((host, int(port)), TIMEOUT_S))
        for line in lines[:64]:
            line.sendall(asking)
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        for line in lines[:64]:
            assert b"".join(iter(partial(line.recv, 65_536), b"")).endswith(b'{"status": "ok"}')
    server.terminate()
    assert finished(server)[0] == 0
