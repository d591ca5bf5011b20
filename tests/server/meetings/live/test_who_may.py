"""Every act of a meeting × everybody who may call for it: what is not theirs is refused by name and changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from server_sync.contract import frames
from server_sync.contract.bodies import DecisionWithdrawn, Words
from server_sync.contract.meetings import MEETING_PATH, MeetingAct, MeetingCall, VoteAsked, is_of_desk
from server_sync.contract.messages import Refusal
from server_sync.contract.workflow import Role
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.exchange import calling_meetings, calls
from server_sync.meetings.acts import cancel_meeting
from server_sync.meetings.closed_models import KeyHolder, KeyPlace
from server_sync.meetings.live_models import Done, Hand, Live, Present, Seat, WrittenLine
from server_sync.meetings.models import Meeting, MeetingDecision, Vote, VoteKey
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, RoleGrant
from tests.server.meetings.live.calling import ASKS, LEADS, SPEAKS, grant, plan_soon, somebody
from tests.server.meetings.planning import DECISION, NAME, WHY, decision

pytestmark = pytest.mark.django_db
ELSEWHERE = "KG-O"
ALLOWED = (200, "")
VOTE = b"\x11" * 16
ANOTHER = bytes(range(32, 48))


def asked(act, *, who, order="least"):
    """What is said with an act, so that it can be done."""
    match act:
        case MeetingAct.CALL | MeetingAct.THANK | MeetingAct.SILENCE | MeetingAct.UNSILENCE:
            return {"who": who}
        case MeetingAct.PUT_OUT | MeetingAct.LET_IN | MeetingAct.SHOW:
            return {"who": who}
        case MeetingAct.GO_TO_ITEM | MeetingAct.RAISE_HAND:
            return {"item": 1}
        case MeetingAct.ORDER_HANDS:
            return {"order": order}
        case MeetingAct.OPEN_VOTE:
            return {"asked": VoteAsked(Words(ru="Принять?"), quorum=1)}
        case MeetingAct.END_VOTE:
            return {"vote": VOTE}
        case MeetingAct.SAY:
            return {"text": "Үнү угулбайт"}
        case MeetingAct.UNSAY:
            return {"line": 1}
        case MeetingAct.TAKE_DECISION:
            return {"decision": decision(ANOTHER)}
        case MeetingAct.WITHDRAW_DECISION:
            return {"withdrawal": DecisionWithdrawn(DECISION, NAME, WHY)}
        case _:
            return {}


def outcome(window, act, **said):
    status, raw = window.send(act, **said)
    return (status, "" if status == 200 else frames.unpack(Refusal, raw).code)


def kept():
    """All that an act can change."""
    tables = (Live, Present, Seat, Hand, Done, Meeting, Vote, VoteKey, MeetingDecision, WrittenLine)
    return [list(table.objects.order_by("pk").values()) for table in (*tables, KeyHolder, KeyPlace)]


@pytest.mark.parametrize("off_ms", [-21_000, 21_000])
def test_an_act_that_is_not_of_now_by_its_signed_time_is_refused_and_changes_nothing(begun, monkeypatch, off_ms):
    before = kept()
    with monkeypatch.context() as later:
        later.setattr(calling_meetings, "now_ms", lambda: calls.now_ms() + off_ms)
        status, raw = begun.send(MeetingAct.GO_TO_ITEM, item=1)
    refusal = frames.unpack(Refusal, raw)
    assert (status, refusal.code) == (409, "too_late")
    assert refusal.server_time_ms
    assert kept() == before
    assert outcome(begun, MeetingAct.GO_TO_ITEM, item=1) == ALLOWED


@pytest.fixture
def going(begun, speaker):
    """A meeting that has begun, with a speaker on stage besides the desk, a line in the chat and a decision."""
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    speaker.call(MeetingAct.SAY, text="Саламатсызбы")
    begun.call(MeetingAct.TAKE_DECISION, decision=decision(DECISION))
    return begun


@pytest.mark.parametrize("act", MeetingAct, ids=lambda act: act.name.lower())
def test_who_has_no_business_there_is_refused_whatever_they_ask_for(
    act, going, speaker, seat_at, assistant, administrator
):
    stranger = seat_at(ELSEWHERE)
    of_other_office = seat_at(ASKS, somebody("elsewhere", Role.CLERK, ELSEWHERE))
    with_no_role = seat_at(ASKS, somebody("no-role", Role.CLERK, ELSEWHERE))
    RoleGrant.objects.filter(person=with_no_role.person).delete()
    ended = seat_at(ASKS, somebody("ended", Role.CLERK, ASKS))
    RoleGrant.objects.filter(person=ended.person).update(until_on=timezone.localdate() - timedelta(days=1))
    dismissed = seat_at(ASKS, somebody("dismissed", Role.CHAIR_ASSISTANT, LEADS))
    dismissed.person.is_active = False
    dismissed.person.save(update_fields=["is_active"])
    unknown = seat_at(ASKS)
    unknown.person = replace_id(unknown.person)
    assistant_away = seat_at(ASKS, assistant)
    of_network_away = seat_at(ASKS, somebody("network", Role.CHAIR_ASSISTANT))
    withdrawn = seat_at(LEADS, assistant).come()
    revoke(withdrawn)
    put_out = seat_at(SPEAKS).come()
    going.call(MeetingAct.PUT_OUT, who=put_out.who)
    refusals = {
        "not_invited": [stranger],
        "no_role_here": [of_other_office, with_no_role, ended, assistant_away, of_network_away],
        "person_inactive": [dismissed],
        "person_unknown": [unknown],
        "revoked": [withdrawn],
        "put_out": [put_out],
    }
    before = kept()
    for code, windows in refusals.items():
        for window in windows:
            seen = outcome(window, act, **asked(act, who=speaker.who))
            not_of_desk = code == "put_out" and is_of_desk(act)
            assert seen == (409, "not_of_desk" if not_of_desk else code), (code, window.person.login)
    assert kept() == before


@pytest.mark.parametrize("act", MeetingAct, ids=lambda act: act.name.lower())
def test_the_desk_leads_and_nobody_else_does(act, going, speaker, office, viewer, seat_at, assistant):
    beside_the_desk = seat_at(LEADS)
    of_the_network = seat_at(LEADS, somebody("network", Role.CHAIR_ASSISTANT))
    grant(of_the_network.person, Role.CLERK, LEADS)
    of_another_chair = replace(beside_the_desk, person=somebody("other-chair", Role.CHAIR_ASSISTANT, ASKS))
    grant(of_another_chair.person, Role.CLERK, LEADS)
    assistant_elsewhere = seat_at(ASKS, assistant)
    grant(assistant, Role.CLERK, ASKS)
    akim = seat_at(ASKS, somebody("akim", Role.CHAIR_ASSISTANT, ASKS))
    others = [office, speaker, viewer, beside_the_desk, of_another_chair, assistant_elsewhere, akim]
    for window in [going, of_the_network, *others]:
        window.come()
    if act is MeetingAct.END_VOTE:
        going.call(MeetingAct.OPEN_VOTE, act_id=VOTE, **asked(MeetingAct.OPEN_VOTE, who=""))
    done = (400, "missing") if act is MeetingAct.GIVE_KEYS else ALLOWED  # this meeting is not closed: it has no keys
    for window in (going, of_the_network):
        assert undone(window, act, who=speaker.who) == done, window.person.login
    for window in others:
        wanted = ALLOWED if not is_of_desk(act) else (409, "not_of_desk")
        if act is MeetingAct.RAISE_HAND and window is viewer:
            wanted = (409, "viewer_only")
        assert undone(window, act, who=speaker.who) == wanted, (window.site, window.person.login)


def test_a_hand_is_lowered_by_its_owner_and_by_the_desk_alone(going, speaker, office):
    office.come().call(MeetingAct.RAISE_HAND)
    assert outcome(speaker, MeetingAct.LOWER_HAND, who=office.who) == (409, "not_of_desk")
    assert [hand.who for hand in speaker.stage().hands] == [office.who]
    assert not going.stage(MeetingAct.LOWER_HAND, who=office.who).hands
    office.call(MeetingAct.RAISE_HAND)
    assert not office.stage(MeetingAct.LOWER_HAND).hands


def test_only_the_desk_is_told_who_is_there(going, speaker):
    assert {one.who for one in going.desk().present} == {going.who, speaker.who}
    assert not speaker.call(MeetingAct.LOOK).desk


@pytest.mark.parametrize("act", MeetingAct, ids=lambda act: act.name.lower())
def test_a_meeting_whose_door_is_shut_lets_nobody_do_anything(act, assistant, seat_at):
    desk = seat_at(LEADS, assistant)
    assert outcome(desk, act, who=desk.who) == (409, "meeting_unknown")
    plan_soon(assistant)
    now = timezone.now()
    Meeting.objects.update(starts_at=now + timedelta(minutes=61))
    assert outcome(desk, act, who=desk.who) == (409, "not_begun")
    Meeting.objects.update(starts_at=now - timedelta(hours=8))
    assert outcome(desk, act, who=desk.who) == (409, "meeting_over")
    Meeting.objects.update(starts_at=now + timedelta(minutes=59))
    cancel_meeting(assistant.id.bytes, NAME, WHY)
    assert outcome(desk, act, who=desk.who) == (409, "meeting_cancelled")
    assert not Live.objects.exists()


def test_before_its_hour_the_refusal_says_when_the_door_opens(desk):
    opens_at = Meeting.objects.get().starts_at + timedelta(hours=2)
    Meeting.objects.update(starts_at=opens_at + timedelta(hours=1))
    desk.refused(MeetingAct.ENTER)
    told = desk.refusals[-1].params or {}
    assert abs(int(told["opens_ms"]) - opens_at.timestamp() * 1000) < 1_000


def test_a_closed_meeting_is_over_for_everybody(going, speaker):
    going.call(MeetingAct.CLOSE)
    for act in MeetingAct:
        assert outcome(going, act, who=speaker.who) == (409, "meeting_over")


def test_an_unsigned_call_is_answered_with_nothing_of_the_meeting(desk):
    body = frames.pack(MeetingCall(NAME, desk.person.id.bytes, MeetingAct.ENTER, bytes(16)))
    answer = desk.office.client.post(MEETING_PATH, body, content_type=frames.MEDIA_TYPE)
    assert (answer.status_code, frames.unpack(Refusal, answer.content).code) == (401, "request_unsigned")
    forged = replace(desk.office, epoch=bytes(16)).ask("POST", MEETING_PATH, body)
    assert (forged.status_code, frames.unpack(Refusal, forged.content).code) == (401, "epoch_unknown")
    assert desk.office.ask("GET", MEETING_PATH).status_code == 405


def undone(window, act, *, who):
    """What comes of an act, which is taken back."""
    with transaction.atomic():
        seen = outcome(window, act, **asked(act, who=who))
        transaction.set_rollback(True)
    return seen


def revoke(window):
    epoch = Epoch.objects.get(pk=window.office.epoch)
    revoke_epoch(
        epoch, None, centre_keys().directory, by=None, reason="уурдалды", announce=lambda _: None, log=stand_of_log
    )


def replace_id(person):
    """Somebody of whom the centre knows nothing."""
    nobody = type(person)(login="nobody")
    assert nobody.id != person.id
    return nobody
