"""PCs say how their lines are, the desk sees it, and a mix is in the room of those whose line is thin."""

import secrets
import time

import pytest
from django.utils import timezone

from server_sync.contract import frames
from server_sync.contract.meeting_lines import FILLING_DOWN_BYTES, FILLING_UP_BYTES, Line
from server_sync.contract.meetings import MeetingAct, MeetingReply, broadcast_of, is_of_centre, mix_of
from server_sync.contract.messages import Refusal
from server_sync.meetings import broadcasting, conducting, hearing
from server_sync.meetings.broadcasting import Mixes
from server_sync.meetings.live_models import Present
from server_sync.meetings.models import Meeting
from server_sync.meetings.pacing import TESTING, Calls
from server_sync.meetings.reconciling import reconcile
from tests.server.meetings.live.guests import Hall, hall
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
ROOM = NAME.hex()


@pytest.fixture
def lobby():
    with hall() as opened:
        yield opened


@pytest.fixture
def thin(begun, speaker):
    """A speaker in the room whose line is thin."""
    speaker.come()
    speaker.call(MeetingAct.HERE, told_line=Line.THIN)
    return speaker


def line_of(desk, who):
    return next(one.line for one in desk.desk().present if one.who == who)


def test_the_desk_sees_each_line_before_it_calls_anybody_and_every_change_of_it(begun, speaker):
    speaker.come()
    assert line_of(begun, speaker.who) is Line.UNKNOWN
    for told in (Line.THIN, Line.SOUND, Line.GOOD):
        speaker.call(MeetingAct.LOOK, told_line=told)
        assert line_of(begun, speaker.who) is told
    speaker.call(MeetingAct.LOOK)
    assert line_of(begun, speaker.who) is Line.GOOD, "who says nothing has said it before"
    speaker.call(MeetingAct.RAISE_HAND, told_line=Line.SOUND)
    assert line_of(begun, speaker.who) is Line.GOOD, "it is told with HERE and LOOK"


def test_nobody_but_the_desk_is_told_of_lines(thin, office):
    office.come()
    status, raw = office.send(MeetingAct.LOOK)
    assert status == 200
    assert frames.unpack(MeetingReply, raw).desk == ""


def test_a_line_that_is_none_is_refused_and_changes_nothing(thin):
    status, raw = thin.send(MeetingAct.LOOK, told_line=7)
    assert (status, frames.unpack(Refusal, raw).code) == (400, "unknown_value")
    assert Present.objects.get(who=thin.who).line == Line.THIN


def test_a_test_of_the_line_changes_nothing_and_brings_or_takes_so_many_bytes(begun, speaker):
    speaker.come()
    before = list(Present.objects.order_by("pk").values())
    down = frames.unpack(MeetingReply, speaker.send(MeetingAct.TEST_LINE)[1])
    assert len(down.filling) == FILLING_DOWN_BYTES
    up = frames.unpack(
        MeetingReply, speaker.send(MeetingAct.TEST_LINE, filling=secrets.token_bytes(FILLING_UP_BYTES))[1]
    )
    assert up.filling == b""
    status, raw = speaker.send(MeetingAct.TEST_LINE, filling=bytes(FILLING_UP_BYTES + 1))
    refusal = frames.unpack(Refusal, raw)
    assert (status, refusal.code) == (413, "too_large")
    assert (refusal.params or {})["field"] == "MeetingCall.filling"
    assert list(Present.objects.order_by("pk").values()) == before


def test_tests_of_the_line_are_bounded(begun, speaker, monkeypatch):
    monkeypatch.setattr(conducting, "_tests", Calls(TESTING, lambda: 0.0))
    answers = [speaker.send(MeetingAct.TEST_LINE, filling=b"\0") for _ in range(TESTING.at_once + 1)]
    assert [status for status, _raw in answers[:-1]] == [200] * TESTING.at_once
    assert frames.unpack(Refusal, answers[-1][1]).code == "too_often"


def test_there_is_a_mix_while_one_that_is_there_has_a_thin_line(begun, speaker, monkeypatch):
    mixes, now = Mixes(), [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    speaker.come()
    speaker.call(MeetingAct.HERE, told_line=Line.GOOD)
    assert not mixes.orders()
    for told in (Line.THIN, Line.SOUND):
        speaker.call(MeetingAct.LOOK, told_line=told)
        (order,) = mixes.orders()
        assert (order.meeting, order.is_mix, order.live, order.record) == (ROOM, True, "", "")
    speaker.call(MeetingAct.LOOK, told_line=Line.GOOD)
    now[0] += broadcasting.KEPT_S - 1
    assert mixes.orders(), "it stays a while"
    now[0] += 2
    assert not mixes.orders()


def test_no_more_than_so_many_meetings_are_mixed_at_once_and_one_that_goes_on_stays(thin, monkeypatch):
    mixes = Mixes()
    assert mixes.orders()
    monkeypatch.setattr(broadcasting, "MIXES_MOST", 0)
    assert mixes.orders(), "it goes on"
    assert not Mixes().orders(), "no other begins"


def test_there_is_none_for_one_that_left_nor_in_a_closed_meeting_nor_after_its_end(thin, begun, monkeypatch):
    assert Mixes().orders()
    Present.objects.filter(who=thin.who).update(is_connected=False)
    assert not Mixes().orders()
    Present.objects.filter(who=thin.who).update(is_connected=True)
    Meeting.objects.update(is_closed=True)
    assert not Mixes().orders()
    Meeting.objects.update(is_closed=False)
    mixes = Mixes()
    assert mixes.orders()
    begun.call(MeetingAct.CLOSE)
    assert not mixes.orders()


def test_the_mix_is_let_into_the_room_keeps_its_right_and_is_nobody_there(thin, begun, media_server, lobby: Hall):
    mixes = Mixes()
    (order,) = mixes.orders()
    one = lobby.join(order.url, mixes.token(order))
    hearing.hear("participant_joined", ROOM, mix_of(NAME))
    for _ in range(2):
        reconcile(timezone.now())
    assert one.may_publish
    assert not one.why_gone
    assert one.publish()
    assert mix_of(NAME) not in {present.who for present in begun.desk().present}
    assert not Present.objects.filter(who=mix_of(NAME)).exists()


def test_the_mix_is_another_one_than_the_broadcast_and_no_office_has_its_way_in():
    assert mix_of(NAME) != broadcast_of(NAME)
    assert is_of_centre(mix_of(NAME))
    assert is_of_centre(broadcast_of(NAME))
    assert not is_of_centre("KG-C-ALA-00000001")
