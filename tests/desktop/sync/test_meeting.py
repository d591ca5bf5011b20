"""An act in a meeting reaches the centre beside the exchanges, once, or fails in time and by name."""

import socket
from dataclasses import dataclass, field

import pytest

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.sync.line import Line, RawAnswer, Timeouts
from liaison_desktop.sync.meeting import GIVE_UP_S, MeetingLine
from liaison_desktop.sync.transport import Signer, Transport
from server_sync.contract import frames
from server_sync.contract.meetings import (
    MEETING_PATH,
    Desk,
    MeetingAct,
    MeetingCall,
    MeetingReply,
    MeetingState,
    Present,
    Seat,
    Stage,
    write_desk,
    write_stage,
)
from server_sync.contract.messages import Refusal
from tests.contract.invented import NOW_MS, Centre, Office
from tests.desktop.sync.loopback import Asked, Loopback, served, written
from tests.desktop.sync.paper_centre import PaperCentre

QUICK = Timeouts(connect_s=2, read_s=0.3, stall_s=0.3)
CALL = MeetingCall(b"m" * 16, b"p" * 16, MeetingAct.RAISE_HAND, b"a" * 16, item=2)
STAGE = Stage(7, MeetingState.OPEN, 20, item=2, seats=(Seat("KG-C-ALA-00000001", NOW_MS),))
REPLY = MeetingReply(write_stage(STAGE), "KG-C-ALA-00000001", "ws://127.0.0.1:7880", "token", NOW_MS + 600_000)


@dataclass
class StandInTime:
    """Goes on only while somebody waits."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


@dataclass
class Hall:
    """A centre on loopback that says what a test lays ready, the last of it for ever, and a line to it."""

    centre: PaperCentre
    keys: Centre
    pc: Office
    answers: list[tuple[int, object]]
    time: StandInTime = field(default_factory=StandInTime)
    asked: list[Asked] = field(default_factory=list)
    calls: list[MeetingCall] = field(default_factory=list)

    def script(self, asked: Asked, connection: socket.socket) -> None:
        self.asked.append(asked)
        self.calls.append(frames.unpack(MeetingCall, asked.body))
        status, message = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status == 0:
            connection.close()
            return
        if isinstance(message, bytes):
            connection.sendall(written(RawAnswer(status, {"Content-Type": "text/html"}, message)))
            return
        connection.sendall(
            written(self.centre.signed(asked.method, asked.path, asked.headers, asked.body, message, status))
        )

    def line(self, server: Loopback) -> MeetingLine:
        calls = Transport(Line(server.url, timeouts=QUICK), self.keys.ring(self.pc), wall_ms=lambda: NOW_MS)
        signer = Signer(self.pc.epoch, self.pc.key)
        return MeetingLine(calls, signer, pause=self.time.pause, now_s=lambda: self.time.now)


@pytest.fixture
def hall() -> Hall:
    keys = Centre()
    pc = keys.office("ALA")
    centre = PaperCentre(keys)
    centre.know(pc.certificate.to_bytes())
    return Hall(centre, keys, pc, [(200, REPLY)])


def test_an_act_brings_the_stage_and_the_way_in(hall: Hall) -> None:
    with served(hall.script) as server:
        line = hall.line(server)
        told = line.act(CALL)
        line.close()
    assert told.stage == STAGE
    assert (told.who, told.url, told.token) == ("KG-C-ALA-00000001", "ws://127.0.0.1:7880", "token")
    assert told.desk is None
    assert hall.asked[0].path == MEETING_PATH
    assert "Liaison-Signature" in hall.asked[0].headers


def test_the_desk_is_read_where_it_is_told(hall: Hall) -> None:
    desk = Desk((Present("KG-C-NAR-00000002", True, False, 40),))
    hall.answers = [(200, MeetingReply(write_stage(STAGE), "x", desk=write_desk(desk)))]
    with served(hall.script) as server:
        line = hall.line(server)
        assert line.act(CALL).desk == desk
        line.close()


def test_a_lost_answer_is_asked_for_again_by_the_same_act(hall: Hall) -> None:
    hall.answers = [(0, None), (0, None), (200, REPLY)]
    with served(hall.script) as server:
        line = hall.line(server)
        assert line.act(CALL).stage == STAGE
        line.close()
    assert hall.calls == [CALL, CALL, CALL]
    assert hall.time.waited == [0.5, 1.0]


def test_a_refusal_is_raised_by_its_name_and_not_tried_again(hall: Hall) -> None:
    hall.answers = [(409, Refusal("stage_full", {"seats": 20}))]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(MeetingRefused) as refused:
            line.act(CALL)
        line.close()
    assert refused.value.code == "stage_full"
    assert refused.value.params["seats"] == 20
    assert len(hall.asked) == 1


def test_a_line_that_stays_away_ends_the_act_while_the_person_still_waits(hall: Hall) -> None:
    hall.answers = [(0, None)]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed):
            line.act(CALL)
        line.close()
    assert 2 < len(hall.asked) < 10
    assert sum(hall.time.waited) < GIVE_UP_S


def test_an_act_that_waited_too_long_behind_others_is_not_sent_at_all(hall: Hall) -> None:
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed) as failed:
            line.act(CALL, asked_s=hall.time.now - GIVE_UP_S)
        line.close()
    assert hall.asked == []
    assert failed.value.params["may_happen"] is False


def test_an_act_that_was_sent_and_not_answered_is_said_to_be_possible(hall: Hall) -> None:
    hall.answers = [(0, None)]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed) as failed:
            line.act(CALL)
        line.close()
    assert failed.value.params["may_happen"] is True


def test_an_act_signed_by_a_clock_half_a_minute_off_is_signed_anew_by_the_centres_time(hall: Hall) -> None:
    hall.answers = [(409, Refusal("too_late", None, server_time_ms=NOW_MS + 30_000)), (200, REPLY)]
    with served(hall.script) as server:
        line = hall.line(server)
        assert line.act(CALL).stage == STAGE
        line.close()
    times = [int(one.headers["Liaison-Time"]) for one in hall.asked]
    assert times[1] - times[0] >= 30_000 - 1_000


def test_a_look_is_tried_once(hall: Hall) -> None:
    hall.answers = [(0, None)]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed):
            line.act(CALL, once=True)
        line.close()
    assert len(hall.asked) == 1


def test_a_page_that_is_not_the_centres_says_nothing_about_the_meeting(hall: Hall) -> None:
    hall.answers = [(200, b"<html>Please sign in to the network</html>")]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed) as failed:
            line.act(CALL)
        line.close()
    assert failed.value.code == "foreign_answer"
    assert len(hall.asked) == 1


def test_a_wrong_clock_is_put_right_by_the_centre_and_the_act_done(hall: Hall) -> None:
    hall.answers = [(401, Refusal("request_time", None, server_time_ms=NOW_MS + 9_000_000)), (200, REPLY)]
    with served(hall.script) as server:
        line = hall.line(server)
        assert line.act(CALL).stage == STAGE
        line.close()
    assert hall.time.waited == []


def test_a_stage_that_cannot_be_read_is_no_answer(hall: Hall) -> None:
    hall.answers = [(200, MeetingReply("{}", "x"))]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(ExchangeFailed) as failed:
            line.act(CALL)
        line.close()
    assert failed.value.code == "answer_not_understood"


def test_after_a_stop_nothing_is_sent_any_more(hall: Hall) -> None:
    with served(hall.script) as server:
        line = hall.line(server)
        line.stop()
        with pytest.raises(ExchangeFailed) as failed:
            line.act(CALL)
        line.close()
    assert failed.value.code == "stopped_here"
    assert hall.asked == []


def test_a_centre_without_a_media_server_is_no_broken_line(hall: Hall) -> None:
    hall.answers = [(503, Refusal("no_media_server"))]
    with served(hall.script) as server:
        line = hall.line(server)
        with pytest.raises(MeetingRefused) as refused:
            line.act(CALL)
        line.close()
    assert refused.value.code == "no_media_server"
    assert len(hall.asked) == 1
