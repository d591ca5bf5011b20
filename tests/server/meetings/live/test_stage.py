"""What acts do to the stage: seats, hands, the item, who is shown, who is let in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.bodies import Attended, MeetingClosed, MeetingPart
from server_sync.contract.events import read_body, read_header
from server_sync.contract.meetings import (
    HANDS_MOST,
    OF_A_SITE_MOST,
    PEOPLE_MOST,
    Hand,
    HandOrder,
    MeetingAct,
    MeetingState,
    site_of,
)
from server_sync.contract.messages import Refusal
from server_sync.journal.models import Event
from server_sync.meetings import conducting, live_models, seats
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.media_server.standing import Reach
from server_sync.meetings.models import Attendance, Invitation, Meeting
from server_sync.meetings.pacing import LOOKING, Calls
from server_sync.meetings.stage import in_order, stage_of
from tests.server.meetings.live.calling import ASKS, LEADS, SPEAKS, Window, plan_soon
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
PAIR = Pair("liaison", "x" * 48)


def seated(stage):
    return [one.who for one in stage.seats]


def raised(stage):
    return [one.who for one in stage.hands]


def test_whoever_enters_gets_the_way_in_and_the_stage(desk, media_server):
    reply = desk.call(MeetingAct.ENTER)
    assert (reply.url, reply.who) == (media_server.seen.client_url, desk.who)
    assert reply.token
    assert 590_000 < reply.token_until_ms - reply.server_time_ms <= 600_000
    assert site_of(desk.who) == LEADS
    assert not desk.call(MeetingAct.HERE).token


def test_the_office_that_leads_sits_down_by_itself_and_nobody_else_does(desk, speaker, seat_at):
    assert seated(desk.come().stage()) == [desk.who]
    assert seated(speaker.come().stage()) == [desk.who]
    assert seated(seat_at(LEADS).come().stage()) == [desk.who]


def test_before_it_begins_nobody_is_called_and_nobody_asks(desk, speaker):
    desk.come()
    speaker.come()
    assert desk.stage().state is MeetingState.PLANNED
    for act in (MeetingAct.CALL, MeetingAct.GO_TO_ITEM, MeetingAct.CLOSE):
        assert desk.refused(act, who=speaker.who) == (409, "meeting_not_open")
    assert speaker.refused(MeetingAct.RAISE_HAND) == (409, "meeting_not_open")


def test_who_is_called_sits_and_who_is_thanked_does_not(begun, speaker):
    speaker.come()
    speaker.call(MeetingAct.RAISE_HAND)
    stage = begun.stage(MeetingAct.CALL, who=speaker.who)
    assert (seated(stage), raised(stage)) == ([begun.who, speaker.who], [])
    assert seated(begun.stage(MeetingAct.THANK, who=speaker.who)) == [begun.who]
    assert begun.refused(MeetingAct.THANK, who=speaker.who) == (409, "not_on_stage")


def test_nobody_is_called_who_did_not_come(begun, speaker):
    for who in (speaker.who, "KG-C-00000000", "", "nobody", "\x00", "КГ-Ч"):
        assert begun.refused(MeetingAct.CALL, who=who) == (409, "who_unknown")
    speaker.come()
    begun.call(MeetingAct.PUT_OUT, who=speaker.who)
    assert begun.refused(MeetingAct.CALL, who=speaker.who) == (409, "who_unknown")
    assert speaker.refused(MeetingAct.ENTER) == (409, "put_out")


def test_an_act_that_is_sent_again_is_done_once(begun, speaker):
    speaker.come()
    again = {"act_id": b"\x01" * 16, "who": speaker.who}
    first = begun.stage(MeetingAct.CALL, **again)
    begun.call(MeetingAct.THANK, who=speaker.who)
    later = begun.stage(MeetingAct.CALL, **again)
    assert (seated(first), seated(later)) == ([begun.who, speaker.who], [begun.who])
    hand = {"act_id": b"\x02" * 16}
    speaker.call(MeetingAct.RAISE_HAND, **hand)
    begun.call(MeetingAct.LOWER_HAND, who=speaker.who)
    assert not speaker.stage(MeetingAct.RAISE_HAND, **hand).hands


@pytest.mark.parametrize("act", [MeetingAct.ENTER, MeetingAct.HERE, MeetingAct.LOOK])
def test_an_act_that_was_done_opens_no_door_that_is_shut(begun, speaker, act):
    speaker.come()
    hand = {"act_id": b"\x04" * 16}
    speaker.call(MeetingAct.RAISE_HAND, **hand)
    begun.call(MeetingAct.CLOSE)
    assert speaker.refused(act, **hand) == (409, "meeting_over")


@pytest.mark.parametrize("act", [MeetingAct.ENTER, MeetingAct.HERE, MeetingAct.LEAVE, MeetingAct.RAISE_HAND])
def test_an_act_that_was_done_in_one_meeting_was_done_in_no_other(begun, act):
    done = {"act_id": b"\x05" * 16}
    begun.call(MeetingAct.SHOW, **done)
    live_models.Done.objects.update(meeting=b"\x09" * 16)
    Meeting.objects.update(state="cancelled")
    assert begun.refused(act, **done) == (409, "meeting_cancelled")


def test_a_refused_act_may_be_done_later_by_the_same_name(begun, speaker):
    again = {"act_id": b"\x03" * 16, "who": speaker.who}
    begun.refused(MeetingAct.CALL, **again)
    speaker.come()
    assert speaker.who in seated(begun.stage(MeetingAct.CALL, **again))


def test_of_each_pc_the_newest_acts_are_remembered(begun, monkeypatch):
    monkeypatch.setattr(seats, "REMEMBERED_MOST", 5)
    for _ in range(9):
        begun.call(MeetingAct.SHOW)
    own = live_models.Done.objects.filter(epoch=begun.office.epoch)
    assert own.count() == 5
    seats.forget_done(timezone.now() + seats.REMEMBERED + timedelta(seconds=1))
    assert not own.exists()


def test_a_meeting_opened_and_closed_twice_over_is_one_event_each(desk, speaker):
    desk.come()
    speaker.come()
    for act in (MeetingAct.OPEN, MeetingAct.CLOSE):
        once = {"act_id": bytes([act]) * 16}
        first, second = desk.stage(act, **once), desk.stage(act, **once)
        assert first.state == second.state
    desk.refused(MeetingAct.CLOSE)
    kinds = [read_header(bytes(one.header)).kind for one in Event.custody.order_by("pk")]
    assert kinds.count(203) == kinds.count(204) == 1


def test_who_was_there_is_written_down_when_it_ends(begun, speaker, seat_at):
    speaker.come()
    second = seat_at(SPEAKS).come()
    now = timezone.now()
    live_models.Present.objects.filter(who=speaker.who).update(there_s=100)
    live_models.Present.objects.filter(who=second.who).update(there_s=40)
    live_models.Present.objects.filter(who=begun.who).update(there_s=130)
    live_models.Live.objects.update(counted_at=now + timedelta(hours=1))
    stage = begun.stage(MeetingAct.CLOSE)
    assert (stage.state, stage.seats) == (MeetingState.CLOSED, ())
    seen = {one.site_id: one.seconds for one in Attendance.objects.all()}
    assert seen == {LEADS: 130, SPEAKS: 100}
    event = Event.custody.order_by("pk").last()
    assert event is not None
    body = read_body(read_header(bytes(event.header)), bytes(event.body or b""))
    assert body == MeetingClosed(NAME, (Attended(LEADS, 130), Attended(SPEAKS, 100)))
    assert not any(table.objects.exists() for table in (live_models.Live, live_models.Present, live_models.Seat))


def test_the_stage_that_is_told_last_is_newer_than_all_before(begun):
    before = begun.stage()
    assert begun.stage(MeetingAct.CLOSE).version > before.version


def test_every_change_of_the_stage_has_a_greater_version_and_nothing_else_has(begun, speaker):
    speaker.come()
    said: tuple[tuple[Window, MeetingAct, dict[str, object]], ...] = (
        (begun, MeetingAct.CALL, {"who": speaker.who}),
        (begun, MeetingAct.SILENCE, {"who": speaker.who}),
        (begun, MeetingAct.UNSILENCE, {"who": speaker.who}),
        (begun, MeetingAct.SHOW, {"who": speaker.who}),
        (begun, MeetingAct.GO_TO_ITEM, {"item": 1}),
        (begun, MeetingAct.ORDER_HANDS, {"order": "least"}),
        (speaker, MeetingAct.RAISE_HAND, {"item": 1}),
        (speaker, MeetingAct.RAISE_HAND, {"is_reply": True}),
        (speaker, MeetingAct.LOWER_HAND, {}),
        (begun, MeetingAct.THANK, {"who": speaker.who}),
    )
    version = begun.stage().version
    for window, act, told in said:
        after = window.stage(act, **told).version
        assert after > version, act
        version = after
        if act is not MeetingAct.THANK:
            assert window.stage(act, **told).version == version, act
        assert window.stage(MeetingAct.LOOK).version == version
    assert speaker.stage(MeetingAct.HERE).version == version


def test_the_seats_of_the_plan_are_all_there_are(begun, seat_at, speaker, office, viewer):
    Meeting.objects.update(seats=3)
    for window in (speaker, office, viewer):
        window.come()
    for window in (speaker, office):
        begun.call(MeetingAct.CALL, who=window.who)
    assert begun.refused(MeetingAct.CALL, who=viewer.who) == (409, "stage_full")
    assert begun.refusals[-1].params == {"limit": 3}
    begun.call(MeetingAct.THANK, who=office.who)
    assert seated(begun.stage(MeetingAct.CALL, who=viewer.who)) == [begun.who, speaker.who, viewer.who]


def test_a_full_stage_has_no_seat_for_the_chair_either(begun, speaker):
    Meeting.objects.update(seats=1)
    speaker.come()
    begun.call(MeetingAct.THANK, who=begun.who)
    begun.call(MeetingAct.CALL, who=speaker.who)
    assert seated(begun.stage(MeetingAct.HERE)) == [speaker.who]


def test_a_silenced_seat_is_a_seat(begun, speaker):
    speaker.come()
    assert begun.refused(MeetingAct.SILENCE, who=speaker.who) == (409, "not_on_stage")
    begun.call(MeetingAct.CALL, who=speaker.who)
    assert begun.stage(MeetingAct.SILENCE, who=speaker.who).seats[1].is_silenced
    assert not begun.stage(MeetingAct.UNSILENCE, who=speaker.who).seats[1].is_silenced


def test_who_is_shown_sits_on_stage_and_no_longer_when_they_do_not(begun, speaker):
    speaker.come()
    assert begun.refused(MeetingAct.SHOW, who=speaker.who) == (409, "not_on_stage")
    begun.call(MeetingAct.CALL, who=speaker.who)
    assert begun.stage(MeetingAct.SHOW, who=speaker.who).shown == speaker.who
    assert begun.stage(MeetingAct.THANK, who=speaker.who).shown == ""
    begun.call(MeetingAct.SHOW, who=begun.who)
    assert begun.stage(MeetingAct.SHOW).shown == ""


def test_who_was_put_out_comes_back_when_let_in_and_the_desk_never_puts_out_itself(begun, speaker):
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    assert seated(begun.stage(MeetingAct.PUT_OUT, who=speaker.who)) == [begun.who]
    assert [one.is_let_in for one in begun.desk().present if one.who == speaker.who] == [False]
    assert begun.refused(MeetingAct.PUT_OUT, who=begun.who) == (409, "not_oneself")
    assert begun.refused(MeetingAct.LET_IN, who="KG-C-00000000") == (409, "who_unknown")
    begun.call(MeetingAct.LET_IN, who=speaker.who)
    assert speaker.call(MeetingAct.ENTER).token
    assert seated(speaker.stage(MeetingAct.HERE)) == [begun.who]


def test_a_name_that_no_database_holds_is_nobodys(begun):
    for act in (MeetingAct.LOWER_HAND, MeetingAct.SHOW, MeetingAct.PUT_OUT, MeetingAct.LOOK):
        assert begun.refused(act, who="KG\x00") == (409, "who_unknown")


def test_who_leaves_leaves_seat_and_hand(begun, speaker):
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    speaker.call(MeetingAct.RAISE_HAND)
    stage = speaker.stage(MeetingAct.LEAVE)
    assert (seated(stage), raised(stage)) == ([begun.who], [])


def test_a_seat_waits_for_a_pc_whose_line_is_cut(begun, speaker):
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    long_ago = timezone.now() - timedelta(hours=1)
    live_models.Present.objects.filter(who=speaker.who).update(is_connected=False, last_seen_at=long_ago)
    assert speaker.who in seated(speaker.come().stage())


def test_an_item_is_one_of_the_agenda(begun, speaker):
    speaker.come()
    assert begun.stage(MeetingAct.GO_TO_ITEM, item=1).item == 1
    for window, act in ((begun, MeetingAct.GO_TO_ITEM), (speaker, MeetingAct.RAISE_HAND)):
        assert window.refused(act, item=2) == (409, "item_unknown")
    assert begun.stage(MeetingAct.GO_TO_ITEM, item=0).item == 0
    assert begun.stage().item_since_ms > 0


def test_an_order_that_is_none_is_refused_by_its_field(begun):
    assert begun.refused(MeetingAct.ORDER_HANDS, order="loudest") == (400, "unknown_value")
    assert begun.refusals[-1].params == {"field": "MeetingCall.order"}


def test_hands_stand_in_the_order_that_the_desk_chose():
    hands = (
        Hand("late-for-now", item=1, is_reply=False, raised_ms=4, spoken_s=0),
        Hand("early-for-later", item=3, is_reply=False, raised_ms=1, spoken_s=5),
        Hand("for-no-item", item=0, is_reply=False, raised_ms=3, spoken_s=90),
        Hand("reply", item=3, is_reply=True, raised_ms=5, spoken_s=100),
        Hand("for-the-next", item=2, is_reply=False, raised_ms=2, spoken_s=7),
    )

    def order(by):
        return [one.who for one in in_order(hands, by, item=1)]

    assert order(HandOrder.FIRST) == ["reply", "early-for-later", "for-the-next", "for-no-item", "late-for-now"]
    assert order(HandOrder.ITEM) == ["reply", "for-no-item", "late-for-now", "for-the-next", "early-for-later"]
    assert order(HandOrder.LEAST) == ["reply", "late-for-now", "early-for-later", "for-the-next", "for-no-item"]


def test_an_office_s_time_is_that_of_all_its_pcs(begun, speaker, seat_at):
    second = seat_at(SPEAKS).come()
    speaker.come()
    live_models.Present.objects.filter(who=speaker.who).update(spoken_s=30)
    live_models.Present.objects.filter(who=second.who).update(spoken_s=12)
    assert [one.spoken_s for one in speaker.stage(MeetingAct.RAISE_HAND).hands] == [42]


def test_time_is_counted_for_whoever_has_the_floor_and_is_heard(begun, speaker, office):
    for window in (speaker, office):
        window.come()
        begun.call(MeetingAct.CALL, who=window.who)
    begun.call(MeetingAct.SILENCE, who=office.who)
    live_models.Present.objects.update(spoken_s=0, there_s=0)
    back = timezone.now() - timedelta(seconds=20)
    live_models.Live.objects.update(counted_at=back)
    begun.call(MeetingAct.SHOW, who=speaker.who)
    passed_s = int((timezone.now() - back).total_seconds())
    spoken = dict(live_models.Present.objects.values_list("who", "spoken_s"))
    there = dict(live_models.Present.objects.values_list("who", "there_s"))
    assert 20 <= spoken[speaker.who] <= passed_s
    assert spoken[office.who] == 0
    assert there[office.who] == spoken[speaker.who]
    live_models.Live.objects.update(counted_at=timezone.now() - timedelta(hours=2))
    begun.call(MeetingAct.SHOW)
    said = live_models.Present.objects.get(who=speaker.who).spoken_s
    assert said == spoken[speaker.who], "nobody looked for two hours"


def test_an_office_comes_with_three_pcs_and_the_one_that_went_makes_room(begun, seat_at):
    windows = [seat_at(ASKS).come() for _ in range(OF_A_SITE_MOST)]
    fourth = seat_at(ASKS)
    assert fourth.refused(MeetingAct.ENTER) == (409, "too_many_here")
    windows[0].call(MeetingAct.LEAVE)
    long_ago = timezone.now() - seats.GONE - timedelta(seconds=1)
    live_models.Present.objects.filter(who=windows[0].who).update(last_seen_at=long_ago)
    assert fourth.call(MeetingAct.ENTER).token
    assert windows[0].refused(MeetingAct.ENTER) == (409, "too_many_here")


def test_a_room_is_full_one_day(begun, speaker):
    now = timezone.now()
    live_models.Present.objects.bulk_create(
        live_models.Present(
            meeting=NAME,
            who=f"KG-O-{number:08x}",
            site="KG-O",
            epoch=number.to_bytes(16, "big"),
            person=bytes(16),
            entered_at=now,
            last_seen_at=now,
        )
        for number in range(PEOPLE_MOST - 1)
    )
    assert speaker.refused(MeetingAct.ENTER) == (409, "room_full")
    assert len(begun.desk().present) == PEOPLE_MOST


def test_the_queue_has_an_end(begun, speaker, monkeypatch):
    now = timezone.now()
    live_models.Hand.objects.bulk_create(
        live_models.Hand(meeting=NAME, who=f"KG-O-{number:08x}", raised_at=now) for number in range(HANDS_MOST)
    )
    speaker.come()
    assert speaker.refused(MeetingAct.RAISE_HAND) == (409, "too_many_hands")


def test_the_part_of_another_plan_holds_from_then_on(begun, speaker):
    speaker.come()
    Invitation.objects.filter(site=SPEAKS).update(part=MeetingPart.VIEWER)
    assert speaker.refused(MeetingAct.RAISE_HAND) == (409, "viewer_only")
    Invitation.objects.filter(site=SPEAKS).delete()
    assert speaker.refused(MeetingAct.LOOK) == (409, "not_invited")


@pytest.mark.expects_log("Service Unavailable")
def test_without_a_media_server_nobody_gets_in_and_all_else_goes_on(begun, speaker, monkeypatch):
    speaker.come()
    monkeypatch.setattr(conducting, "media_server", lambda: None)
    demand_all_but_the_way_in(begun, speaker)


@pytest.mark.expects_log("Service Unavailable", "media_server_silent")
def test_a_media_server_that_does_not_answer_undoes_no_act(begun, speaker, monkeypatch):
    speaker.come()
    monkeypatch.setattr(conducting, "media_server", lambda: Reach("http://127.0.0.1:1", "ws://127.0.0.1:1", PAIR))
    demand_all_but_the_way_in(begun, speaker)


def demand_all_but_the_way_in(begun, speaker):
    status, raw = speaker.send(MeetingAct.ENTER)
    refusal = frames.unpack(Refusal, raw)
    assert (status, refusal.code, refusal.retry_after_s) == (503, "no_media_server", 5)
    assert speaker.who in seated(begun.stage(MeetingAct.CALL, who=speaker.who))
    assert begun.stage(MeetingAct.CLOSE).state is MeetingState.CLOSED
    assert live_models.Live.objects.exists(), "its room is ended once there is a media server"


def test_whoever_looks_too_often_is_told_when_to_look_again(begun, monkeypatch):
    monkeypatch.setattr("server_sync.meetings.conducting._looks", Calls(LOOKING, lambda: 0.0))
    begun.call(MeetingAct.LOOK)
    begun.call(MeetingAct.LOOK)
    status, raw = begun.send(MeetingAct.LOOK)
    assert (status, frames.unpack(Refusal, raw).code) == (429, "too_often")
    assert frames.unpack(Refusal, raw).retry_after_s == 1
    begun.call(MeetingAct.HERE)


def test_each_pc_has_a_measure_of_its_own_that_fills_again():
    now = 0.0
    looks = Calls(LOOKING, lambda: now)
    for _ in range(2):
        looks.demand_seldom(b"a")
    with pytest.raises(Refused, match="too_often"):
        looks.demand_seldom(b"a")
    looks.demand_seldom(b"b")
    now = 0.5
    looks.demand_seldom(b"a")
    with pytest.raises(Refused, match="too_often"):
        looks.demand_seldom(b"a")


def test_a_register_made_anew_leaves_everybody_where_they_sit(begun, speaker):
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    before = stage_of(NAME)
    assert rebuild(keep=True).is_equal
    assert stage_of(NAME) == before


def test_a_meeting_planned_anew_has_an_empty_stage(assistant):
    plan_soon(assistant)
    stage = stage_of(NAME)
    assert (stage.version, stage.state, stage.seats_most, stage.seats) == (0, MeetingState.PLANNED, 20, ())
