"""What a line can do to a call, and what the office makes of it. Every answer here goes over a real socket."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from liaison_desktop.sync.line import Line, RawAnswer, Timeouts
from liaison_desktop.sync.outcomes import Answered, Halve, Outcome, Reason, Refused, SignAnew, TryAgain
from liaison_desktop.sync.transport import Signer, Transport
from server_sync.contract import frames
from server_sync.contract.evidence.chain import genesis, sign_head
from server_sync.contract.messages import ExchangeReply, ExchangeRequest, PersonRequest, Refusal
from tests.contract.invented import NOW_MS, Centre, Office, phrase_key
from tests.desktop.sync.loopback import Asked, Loopback, says, served, written
from tests.desktop.sync.paper_centre import PaperCentre

QUICK = Timeouts(connect_s=2, read_s=0.3, stall_s=0.3)
PORTAL_PAGE = b"<html><body>Please sign in to the network</body></html>"


@pytest.fixture
def keys() -> Centre:
    return Centre()


@pytest.fixture
def pc(keys: Centre) -> Office:
    return keys.office("ALA")


@pytest.fixture
def paper(keys: Centre, pc: Office) -> PaperCentre:
    centre = PaperCentre(keys)
    centre.know(pc.certificate.to_bytes())
    return centre


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    opened: list[Line] = []
    yield opened
    for line in opened:
        line.close()


@pytest.fixture
def ask(keys: Centre, pc: Office, lines: list[Line]):
    """One exchange without events, over a socket."""

    def call(url: str, timeouts: Timeouts = QUICK, body: bytes | None = None) -> Outcome[ExchangeReply]:
        line = Line(url, timeouts=timeouts)
        lines.append(line)
        calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
        return calls.exchange(Signer(pc.epoch, pc.key), frames.pack(request(pc)) if body is None else body)

    return call


def request(pc: Office) -> ExchangeRequest:
    chain = genesis(pc.certificate.to_bytes())
    return ExchangeRequest(
        epoch=pc.epoch,
        last_seq=0,
        head_seq=0,
        chain=chain,
        signature=sign_head(pc.key, pc.epoch, 0, chain),
        clock_ms=NOW_MS,
    )


def honest(paper: PaperCentre):
    def script(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(written(paper.answer(asked.method, asked.path, asked.headers, asked.body)))

    return script


def refusing(paper: PaperCentre, status: int, refusal: Refusal):
    def script(asked: Asked, connection: socket.socket) -> None:
        answer = paper.signed(asked.method, asked.path, asked.headers, asked.body, refusal, status)
        connection.sendall(written(answer))

    return script


def test_the_centres_own_answer_counts(ask, paper):
    with served(honest(paper)) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, Answered)
    assert outcome.message.expects_seq == 1
    assert outcome.spent.bytes_up > 0
    assert outcome.spent.bytes_down > 0


def test_one_connection_serves_many_calls(keys, pc, paper, lines):
    with served(honest(paper)) as server:
        line = Line(server.url, timeouts=QUICK)
        lines.append(line)
        calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
        for _ in range(5):
            outcome = calls.exchange(Signer(pc.epoch, pc.key), frames.pack(request(pc)))
            assert isinstance(outcome, Answered)
        assert server.connections == 1


def test_a_captive_portals_page_is_nobodys_answer(ask):
    with served(says(200, PORTAL_PAGE, Content_Type="text/html")) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.FOREIGN
    assert outcome.reason.is_foreign


def test_a_redirect_is_not_followed(ask):
    with served(says(200, PORTAL_PAGE)) as elsewhere:
        with served(says(302, Location=elsewhere.url)) as server:
            outcome = ask(server.url)
        assert isinstance(outcome, TryAgain)
        assert outcome.reason is Reason.REDIRECT
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (408, Reason.TIMEOUT),
        (425, Reason.BUSY),
        (429, Reason.BUSY),
        (503, Reason.BUSY),
        (507, Reason.NO_ROOM),
        (511, Reason.SIGN_IN_PAGE),
        (500, Reason.TROUBLE),
        (502, Reason.TROUBLE),
        (404, Reason.FOREIGN),
        (401, Reason.FOREIGN),
        (400, Reason.FOREIGN),
        (410, Reason.FOREIGN),
    ],
)
def test_a_status_nobody_signed_never_means_more_than_later(ask, status, reason):
    with served(says(status, b"<h1>no</h1>", Content_Type="text/html", Retry_After="77")) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is reason
    assert outcome.after_s == 77


def test_a_wait_asked_for_by_a_proxy_is_kept_within_reason(ask):
    with served(says(503, Retry_After="99999")) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.after_s == 15 * 60


def test_an_unsigned_413_halves_the_batch(ask):
    with served(says(413)) as server:
        assert isinstance(ask(server.url), Halve)


def test_a_proxy_that_wants_a_name_is_told_as_what_it_is(ask):
    with served(says(407, b"<html>name?</html>", Proxy_Authenticate="Basic")) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.PROXY


def test_a_proxy_that_refuses_the_tunnel_is_told_as_what_it_is(ask, monkeypatch):
    with served(says(407, Proxy_Authenticate="Basic")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        outcome = ask("https://kattar.example")
        assert [asked.method for asked in proxy.asked] == ["CONNECT"]
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.PROXY


def test_a_password_in_somebodys_netrc_goes_nowhere(ask, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with served(says(503)) as server:
        ask(server.url)
        assert server.asked
        assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize(("length", "expected"), [(50_000, Halve), (50_001, TryAgain)])
def test_an_answer_to_a_body_too_large_to_be_read_counts_by_its_length(ask, paper, length, expected):
    def script(asked: Asked, connection: socket.socket) -> None:
        refusal = Refusal("too_large", server_time_ms=NOW_MS)
        connection.sendall(written(paper.signed(asked.method, asked.path, asked.headers, length, refusal, 413)))

    with served(script) as server:
        assert isinstance(ask(server.url, body=bytes(50_000)), expected)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (413, "too_large", Halve),
        (401, "request_time", SignAnew),
        (401, "epoch_unknown", Refused),
        (409, "chain_wrong", Refused),
        (400, "missing", Refused),
        (404, "path_unknown", Refused),
        (426, "suite_unknown", Refused),
    ],
)
def test_a_signed_refusal_is_sorted_by_its_status(ask, paper, status, code, expected):
    with served(refusing(paper, status, Refusal(code, {"limit": 5}, server_time_ms=NOW_MS))) as server:
        assert isinstance(ask(server.url), expected)


@pytest.mark.parametrize(("status", "reason"), [(503, Reason.BUSY), (507, Reason.NO_ROOM), (500, Reason.TROUBLE)])
def test_a_signed_later_brings_its_own_wait(ask, paper, status, reason):
    with served(refusing(paper, status, Refusal("busy", retry_after_s=40))) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert (outcome.reason, outcome.after_s) == (reason, 40)


def test_a_signature_over_another_body_does_not_count(ask, paper):
    def script(asked: Asked, connection: socket.socket) -> None:
        answer = paper.answer(asked.method, asked.path, asked.headers, asked.body)
        connection.sendall(written(RawAnswer(200, answer.headers, answer.body + b" ")))

    with served(script) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.FORGED


def test_an_answer_to_another_request_does_not_count(ask, paper):
    kept: list[RawAnswer] = []

    def script(asked: Asked, connection: socket.socket) -> None:
        kept.append(paper.answer(asked.method, asked.path, asked.headers, asked.body))
        connection.sendall(written(kept[0]))

    with served(script) as server:
        assert isinstance(ask(server.url), Answered)
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.FORGED


def test_another_centres_signature_does_not_count(ask, pc):
    stranger = PaperCentre(Centre(root=phrase_key("another root"), reply=phrase_key("another reply")))
    stranger.know(pc.certificate.to_bytes())
    with served(honest(stranger)) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.FORGED


def test_half_an_answer_is_none(ask, paper):
    def script(asked: Asked, connection: socket.socket) -> None:
        whole = written(paper.answer(asked.method, asked.path, asked.headers, asked.body))
        connection.sendall(whole[: len(whole) - 20])
        connection.shutdown(socket.SHUT_RDWR)

    with served(script) as server:
        outcome = ask(server.url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.HALF_ANSWER


def test_nobody_there_is_no_answer(ask):
    with served(says(200)) as server:
        url = server.url
    outcome = ask(url)
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.NO_ANSWER


def test_a_server_without_tls_is_not_spoken_to_over_tls(ask):
    with served(says(200)) as server:
        outcome = ask(server.url.replace("http://", "https://"))
        assert server.asked == []
    assert isinstance(outcome, TryAgain)
    # which of them depends on who gives up first: the server that waits for a line of text, or the client
    assert outcome.reason in (Reason.TLS, Reason.NO_ANSWER, Reason.HALF_ANSWER, Reason.TIMEOUT)


def _until_closed(server: Loopback) -> None:
    server.closing.wait(5)


def test_a_silent_server_is_given_up(ask):
    with served(lambda _asked, _connection: _until_closed(server)) as server:
        outcome = ask(server.url)
        server.closing.set()
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.TIMEOUT


@pytest.mark.parametrize("dripping", [b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b""])
def test_an_answer_that_drips_is_cut_off_by_the_watchdog(ask, dripping):
    """Each byte comes within the read timeout, so that the timeout alone would wait for hours."""

    def script(_asked: Asked, connection: socket.socket) -> None:
        connection.sendall(dripping)
        while not server.closing.is_set():
            connection.sendall(b"H")
            time.sleep(0.05)

    with served(script) as server:
        outcome = ask(server.url, Timeouts(connect_s=2, read_s=5, stall_s=0.4))
        server.closing.set()
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.TIMEOUT


def test_an_endless_answer_is_not_held_in_memory(ask):
    def script(_asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while not server.closing.is_set():
            connection.sendall(bytes(65536))

    with served(script) as server:
        outcome = ask(server.url)
        server.closing.set()
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.FOREIGN


def test_a_call_can_be_stopped_from_another_thread(keys, pc, lines):
    with served(lambda _asked, _connection: _until_closed(server)) as server:
        line = Line(server.url, timeouts=Timeouts(connect_s=2, read_s=20, stall_s=20))
        lines.append(line)
        calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
        heard: list[object] = []
        body = frames.pack(request(pc))
        thread = threading.Thread(target=lambda: heard.append(calls.exchange(Signer(pc.epoch, pc.key), body)))
        thread.start()
        while not server.asked:
            time.sleep(0.01)
        calls.stop()
        thread.join(10)
        server.closing.set()
    (outcome,) = heard
    assert isinstance(outcome, TryAgain)
    assert outcome.reason is Reason.STOPPED


def test_a_stale_kept_connection_costs_one_try_at_most(keys, pc, paper, lines):
    def closing(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(written(paper.answer(asked.method, asked.path, asked.headers, asked.body)))
        connection.shutdown(socket.SHUT_RDWR)

    with served(closing) as server:
        line = Line(server.url, timeouts=QUICK)
        lines.append(line)
        calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
        outcomes = [calls.exchange(Signer(pc.epoch, pc.key), frames.pack(request(pc))) for _ in range(4)]
    assert sum(isinstance(one, Answered) for one in outcomes) >= 2


def test_a_person_is_asked_for_under_the_workplaces_signature(keys, pc, paper, lines):
    with served(refusing(paper, 429, Refusal("sign_in_wait", {"wait_s": 30}))) as server:
        line = Line(server.url, timeouts=QUICK)
        lines.append(line)
        calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
        outcome = calls.ask_person(Signer(pc.epoch, pc.key), PersonRequest("alim", "secret words"))
        asked = server.asked[0]
    assert isinstance(outcome, Refused)
    assert outcome.code == "sign_in_wait"
    assert outcome.params["wait_s"] == 30
    assert "Liaison-Signature" in asked.headers
    assert b"secret words" not in asked.headers["Liaison-Signature"].encode()


def test_how_far_an_attachment_has_come_counts_only_when_signed(keys, pc, paper, lines):
    paper.blobs[bytes(32)] = bytearray(b"begun")
    with served(honest(paper)) as server, served(says(200, Liaison_Offset="5;open")) as stranger:
        for url, expected in ((server.url, Answered), (stranger.url, TryAgain)):
            line = Line(url, timeouts=QUICK)
            lines.append(line)
            calls = Transport(line, keys.ring(pc), wall_ms=lambda: NOW_MS)
            outcome = calls.ask_blob(Signer(pc.epoch, pc.key), bytes(32))
            assert isinstance(outcome, expected)
