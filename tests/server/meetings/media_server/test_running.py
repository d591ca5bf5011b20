"""A media server is there as long as the centre wants it, whatever becomes of it; strangers get nothing from it."""

import errno
import http.server
import os
import secrets
import signal
import socket
import ssl
import stat
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from livekit import api
from typing_extensions import override

from server_sync.meetings import rooms as asking
from server_sync.meetings.media_server import running
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.media_server.running import Answer, ask_how_it_is
from server_sync.meetings.media_server.standing import Reach, Standing, State, reach, standing, write_standing
from server_sync.meetings.media_server.wanted import Kind, Ports, Wanted
from tests.server.meetings.media_server.kept import Kept, keeping, wait_until
from tests.server.meetings.media_server.rooms import TIMEOUT_S, make_room, may_join, rooms

MAGIC_COOKIE = 0x2112A442
BINDING, ALLOCATE = 0x0001, 0x0003
REQUESTED_UDP = struct.pack("!HHB3x", 0x0019, 4, 17)
DOMAIN = "turn.example.org"


def is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def configured(media: Kept) -> str:
    return (media.home / "media" / "livekit.yaml").read_text(encoding="utf-8")


def test_it_is_well_and_makes_rooms_for_the_centre(media):
    assert media.seen.is_well
    found = reach(media.wanted, media.home)
    assert found is not None
    assert found.client_url == found.address.replace("http://", "ws://")
    make_room(found.address, found.pair, "government")
    assert "government" in rooms(found.address, found.pair)


def test_a_room_that_the_centre_did_not_make_lets_nobody_in(media):
    make_room(media.seen.address, media.pair, "made")
    assert may_join(media.seen.address, media.pair, "made").status_code == 200
    refused = may_join(media.seen.address, media.pair, "of nobody")
    assert (refused.status_code, "does not exist" in refused.text) == (404, True)
    assert "of nobody" not in rooms(media.seen.address, media.pair)


@pytest.mark.parametrize("place", ["key", "secret"])
def test_a_wrong_pair_is_refused(media, place):
    wrong = Pair("somebody", media.pair.secret) if place == "key" else Pair(media.pair.key, "x" * 64)
    make_room(media.seen.address, media.pair, "closed")
    assert may_join(media.seen.address, wrong, "closed").status_code == 401
    with pytest.raises(api.TwirpError, match="status=401"):
        make_room(media.seen.address, wrong, "of strangers")


def test_its_files_are_their_owners_alone(media):
    files = [path for path in (media.home / "media").iterdir() if path.is_file()]
    assert {"livekit.yaml", "secret", "log", "standing.json"} <= {path.name for path in files}
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files if path.name != "log"} == {0}
    assert media.pair.secret in configured(media)
    assert media.pair.secret not in media.said


def test_only_this_computer_reaches_the_one_of_a_trial(media):
    listed = [Path(f"/proc/{media.seen.pid}/net/{kind}").read_text().splitlines()[1:] for kind in ("tcp", "udp")]
    links = {str(link.readlink()) for link in Path(f"/proc/{media.seen.pid}/fd").iterdir() if link.is_symlink()}
    own = [line.split() for line in (*listed[0], *listed[1]) if f"socket:[{line.split()[9]}]" in links]
    listening = {line[1].split(":")[0] for line in own if line[3] in {"0A", "07"}}
    assert listening == {"0100007F"}
    everywhere = Path(f"/proc/{media.seen.pid}/net/tcp6")
    if everywhere.exists():
        inodes = {line.split()[9] for line in everywhere.read_text().splitlines()[1:] if line.split()[3] == "0A"}
        assert not {f"socket:[{inode}]" for inode in inodes} & links


def test_figures_for_the_operators_own_watch_are_on_this_computer_alone(start):
    ports = Ports.free()
    start(ports=ports)
    told = requests.get(f"http://127.0.0.1:{ports.metrics}/metrics", timeout=TIMEOUT_S).text
    assert "livekit_room_total" in told


def stun(kind: int, attributes: bytes = b"") -> bytes:
    return struct.pack("!HHI", kind, len(attributes), MAGIC_COOKIE) + secrets.token_bytes(12) + attributes


def asked_over_udp(port: int, message: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(TIMEOUT_S)
        line.sendto(message, ("127.0.0.1", port))
        return line.recv(2048)


def test_the_relay_tells_a_client_its_address_and_relays_for_nobody_without_a_word_of_the_meeting(start):
    ports = Ports.free()
    start(ports=ports)
    told = asked_over_udp(ports.turn, stun(BINDING))
    assert struct.unpack("!H", told[:2])[0] == 0x0101
    refused = asked_over_udp(ports.turn, stun(ALLOCATE, REQUESTED_UDP))
    assert struct.unpack("!H", refused[:2])[0] == 0x0113
    assert b"livekit" in refused  # the realm in which it wants to be told who asks


def test_the_relay_answers_over_tls_where_nothing_else_passes(start, tmp_path):
    certificate, key = certificate_for(DOMAIN, tmp_path)
    ports = Ports.free()
    start(ports=ports, turn_domain=DOMAIN, turn_certificate=certificate, turn_key=key)
    trusted = ssl.create_default_context(cafile=str(certificate))
    with (
        socket.create_connection(("127.0.0.1", ports.turn_tls), TIMEOUT_S) as plain,
        trusted.wrap_socket(plain, server_hostname=DOMAIN) as line,
    ):
        line.sendall(stun(ALLOCATE, REQUESTED_UDP))
        assert struct.unpack("!H", line.recv(2048)[:2])[0] == 0x0113


def certificate_for(domain: str, folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
    paths = folder / "fullchain.pem", folder / "key.pem"
    paths[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@pytest.mark.expects_log("media_server")
@pytest.mark.parametrize("trouble", [signal.SIGKILL, signal.SIGSTOP], ids=["a crash", "a hang"])
def test_it_is_started_again_after(start, trouble):
    media = start()
    first = media.seen
    os.kill(first.pid, trouble)
    wait_until(lambda: media.seen.pid not in {0, first.pid} and media.seen.is_well, "another one is well")
    assert media.seen.restarts == 1
    assert media.seen.address == first.address
    assert not is_running(first.pid)
    make_room(media.seen.address, media.pair, "after all")
    assert rooms(media.seen.address, media.pair) == {"after all"}


@pytest.mark.expects_log("media_server_ended", "media_server")
def test_one_that_ends_at_once_is_started_again_ever_more_slowly_and_said_to_have_ended(start, tmp_path):
    tries = tmp_path / "tries"
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\necho >>{tries}\necho 'panic: +996 700 123456'\nexit 3\n")
    broken.chmod(0o755)
    media = start(program=broken, state=State.ENDED)
    wait_until(lambda: tries.read_text().count("\n") >= 3, "it was tried three times")
    assert not media.seen.is_well
    assert reach(media.wanted, media.home) is None
    wait_until(lambda: "panic" in media.said, "its end is in the log")
    assert "996" not in media.said


@pytest.mark.expects_log("media_server")
def test_a_port_that_another_program_has_is_named_and_waited_for(start):
    ports = Ports.free()
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.signal))
        other.listen()
        media = start(ports=ports, state=State.PORT_TAKEN)
        assert media.seen.port == ports.signal
    media.wait_until(State.WELL)


def test_nothing_of_it_is_left_when_it_is_over(start, tmp_path, program):
    with keeping(tmp_path, Wanted(kind=Kind.NAMED, program=program)) as media:
        pid = media.wait_until(State.WELL).pid
    assert not is_running(pid)
    assert standing(tmp_path) is None


@pytest.mark.expects_log("media_server")
def test_one_elsewhere_is_used_and_looked_at_and_never_started(start):
    own = start("own")
    pair, address = own.pair, own.seen.address
    named = {"kind": Kind.ELSEWHERE, "program": None, "elsewhere": address, "key": pair.key, "secret": pair.secret}
    other = start("other", client_url=own.seen.client_url, **named)
    assert other.seen.pid == 0
    found = reach(other.wanted, other.home)
    assert found is not None
    make_room(found.address, found.pair, "far away")
    assert "far away" in rooms(address, pair)
    os.kill(own.seen.pid, signal.SIGSTOP)
    other.wait_until(State.SILENT)
    assert reach(other.wanted, other.home) is None


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """An address that hears what is posted there: the body and the word that signs it."""
    posted: list[tuple[str, str]] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            posted.append((body, self.headers.get("Authorization", "")))
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", posted
        server.shutdown()
        thread.join()


def test_the_centre_is_told_what_happens_in_rooms_under_a_signature(start, heard):
    address, posted = heard
    media = start(webhook=address)
    make_room(media.seen.address, media.pair, "told of")
    wait_until(lambda: posted, "something is told")
    body, word = posted[0]
    told = api.WebhookReceiver(api.TokenVerifier(media.pair.key, media.pair.secret)).receive(body, word)
    assert (told.event, told.room.name) == ("room_started", "told of")
    with pytest.raises(Exception, match="ignature"):
        api.WebhookReceiver(api.TokenVerifier(media.pair.key, "y" * 64)).receive(body, word)


def test_who_does_not_answer_is_not_well():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert ask_how_it_is(f"http://127.0.0.1:{deaf.getsockname()[1]}", 0.2) is Answer.NONE
    assert ask_how_it_is("http://127.0.0.1:1", 0.2) is Answer.NONE


@pytest.mark.expects_log("media_server_silent")
def test_who_does_not_answer_is_not_asked_again_at_once_and_holds_nobody(media, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setblocking(False)
        there = Reach(f"http://127.0.0.1:{deaf.getsockname()[1]}", "", media.pair)
        assert [asking.listing(there, ["a"]) for _ in range(20)] == [None] * 20
        deaf.accept()[0].close()
        with pytest.raises(BlockingIOError):
            deaf.accept()


@pytest.mark.expects_log("standing_not_written")
def test_a_disk_that_is_full_ends_no_media_server_and_it_is_said_to_be_well_on(start, monkeypatch):
    media = start()
    first = media.seen

    def full(_folder: Path, _told: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(running, "write_standing", full)
    wait_until(lambda: media.seen.looked_at > first.looked_at + timedelta(seconds=1), "it is looked at on")
    assert media.seen.is_well
    assert media.seen.pid == first.pid
    assert is_running(first.pid)


def test_a_word_that_cannot_be_written_leaves_no_half_of_it(tmp_path, monkeypatch):
    told = Standing(State.WELL, "", "", since=datetime.now(UTC), looked_at=datetime.now(UTC))

    def full(_self: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="no room"):
            write_standing(tmp_path, told)
    assert list(tmp_path.iterdir()) == []
