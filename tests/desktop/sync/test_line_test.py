"""The line is measured in three seconds and two hundred kilobytes at most, also where it is bad or breaks."""

import secrets
import socket
import time
from dataclasses import dataclass, field

import pytest

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.sync.line import Line
from liaison_desktop.sync.line_test import PATIENCE, LineTest, Measured, fastest
from liaison_desktop.sync.transport import Signer, Transport
from server_sync.contract import frames
from server_sync.contract.meeting_lines import FILLING_DOWN_BYTES, FILLING_UP_BYTES
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingReply, MeetingState, Stage, write_stage
from server_sync.contract.messages import Refusal
from tests.contract.invented import NOW_MS, Centre, Office
from tests.desktop.sync.loopback import Asked, Loopback, served, written
from tests.desktop.sync.paper_centre import PaperCentre

MEETING, PERSON = b"m" * 16, b"p" * 16
STAGE = write_stage(Stage(1, MeetingState.OPEN, 20))
PIECE = 1_400


@dataclass
class Road:
    """A centre at the end of a line of so many kbit/s; None: as fast as loopback."""

    centre: PaperCentre
    keys: Centre
    pc: Office
    down_kbps: int | None = None
    refusal: Refusal | None = None
    calls: list[MeetingCall] = field(default_factory=list)
    octets: int = 0
    test: LineTest | None = None
    stops_after: int = 0
    sent: int = 0
    """Of the filling, in octets."""
    paced_kbps: float = 0.0
    """How fast it went in truth: beside other work it comes slower than it should."""

    def script(self, asked: Asked, connection: socket.socket) -> None:
        call = frames.unpack(MeetingCall, asked.body)
        self.calls.append(call)
        self.octets += len(asked.body)
        filling = b"" if call.filling else secrets.token_bytes(FILLING_DOWN_BYTES)
        message = self.refusal or MeetingReply(STAGE, "KG-C-ALA-00000001", filling=filling)
        status = 200 if self.refusal is None else 409
        raw = written(self.centre.signed(asked.method, asked.path, asked.headers, asked.body, message, status))
        self.octets += len(raw)
        begun = time.monotonic()
        for at in range(0, len(raw), PIECE):
            if self.down_kbps is not None and filling:
                time.sleep(max(0.0, begun + at * 8 / 1000 / self.down_kbps - time.monotonic()))
            connection.sendall(raw[at : at + PIECE])
            if filling:
                self.sent = at + PIECE
                self.paced_kbps = self.sent * 8 / 1000 / max(time.monotonic() - begun, 0.001)
            if self.test is not None and self.stops_after and at > self.stops_after:
                self.test.stop()

    def line_test(self, server: Loopback) -> LineTest:
        calls = Transport(Line(server.url, timeouts=PATIENCE), self.keys.ring(self.pc), wall_ms=lambda: NOW_MS)
        self.test = LineTest(calls, Signer(self.pc.epoch, self.pc.key))
        return self.test

    def measure(self) -> Measured:
        with served(self.script) as server:
            return self.line_test(server).measure(MEETING, PERSON)


@pytest.fixture
def road() -> Road:
    keys = Centre()
    pc = keys.office("ALA")
    centre = PaperCentre(keys)
    centre.know(pc.certificate.to_bytes())
    return Road(centre, keys, pc)


@pytest.mark.parametrize("kbps", [512, 1_500])
def test_what_a_line_carries_is_measured_nearly_as_it_is(road: Road, kbps: int) -> None:
    road.down_kbps = kbps
    measured = road.measure()
    assert 0.8 * road.paced_kbps < measured.down_kbps < 1.5 * kbps


def test_a_line_too_thin_for_all_of_it_is_measured_by_what_came_in_time(road: Road) -> None:
    road.down_kbps = 100
    measured = road.measure()
    assert road.sent < FILLING_DOWN_BYTES, "it waits no longer than it may"
    assert 0.7 * road.paced_kbps < measured.down_kbps < 180
    assert measured.up_kbps == 0


def test_it_takes_less_than_two_hundred_kilobytes_and_three_calls(road: Road) -> None:
    assert road.measure().up_kbps > 0
    assert {call.act for call in road.calls} == {MeetingAct.TEST_LINE}
    assert [len(call.filling) for call in road.calls] == [1, 0, FILLING_UP_BYTES]
    assert len({call.act_id for call in road.calls}) == 3
    assert road.octets < 200_000


def test_a_refusal_is_told_by_its_name(road: Road) -> None:
    road.refusal = Refusal("not_begun")
    with pytest.raises(MeetingRefused) as refused:
        road.measure()
    assert refused.value.code == "not_begun"


def test_a_line_that_is_not_there_is_told_as_one(road: Road) -> None:
    with served(road.script) as server:
        test = road.line_test(server)
    with pytest.raises(ExchangeFailed):
        test.measure(MEETING, PERSON)


def test_it_is_broken_off_when_something_else_needs_the_line(road: Road) -> None:
    road.down_kbps, road.stops_after = 400, 20_000
    with pytest.raises(ExchangeFailed) as stopped:
        road.measure()
    assert stopped.value.code == "stopped_here"
    assert road.sent < FILLING_DOWN_BYTES / 2


def test_a_slow_beginning_over_a_long_way_does_not_make_a_thick_line_thin() -> None:
    """Ten packets, then twenty, then forty, each round of them 0.3 s after the other, at 4 Mbit/s."""
    moments, octets = [], 0
    for round_, packets in enumerate((10, 20, 40)):
        for packet in range(packets):
            octets += PIECE
            moments.append((0.3 * round_ + packet * PIECE * 8 / 4_000_000, octets))
    assert 3_500 < fastest(moments, -0.3) < 4_500


def test_nothing_that_came_is_nothing() -> None:
    assert fastest([], 0.0) == 0
