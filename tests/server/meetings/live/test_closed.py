"""The key of a closed meeting comes from the desk that leads to each PC, and the centre has nothing that opens it."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from server_sync.common.refusals import Refused
from server_sync.contract import closed
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.closed import BOXES_MOST, KeyGiven, KeysGiven, MeetingKeys
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.meetings import GUEST_SITE, KEYS_TOPIC, CaptionLanguage, MeetingAct, MeetingCall, MeetingReply
from server_sync.contract.signing import PrivateKey, PublicKey
from server_sync.contract.workflow import Role
from server_sync.meetings import captions, closed_keys, guests
from server_sync.meetings.acts import change_meeting
from server_sync.meetings.closed_models import KeyHolder, KeyPlace
from server_sync.meetings.live_models import Present, WrittenLine
from server_sync.meetings.models import Meeting
from server_sync.meetings.standing import plan_of
from tests.server.meetings.live.calling import LEADS, Window, grant, plan_soon, somebody
from tests.server.meetings.live.guests import hall, wait_until
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
SECRET, NEXT = closed.new_meeting_key(), closed.new_meeting_key()


@pytest.fixture
def planned(assistant) -> None:
    plan_soon(assistant, is_closed=True)


class Pc:
    """A PC with a window, and what it does with keys."""

    def __init__(self, window: Window) -> None:
        self.window, self.stay = window, closed.new_stay_key()

    @property
    def who(self) -> str:
        return self.window.who

    def keys(self, known: int = 0, given: KeysGiven | None = None) -> MeetingKeys:
        office = self.window.office
        return MeetingKeys(closed.wish_key(self.stay, office.key, NAME, office.epoch, known), given)

    def do(self, act: MeetingAct, known: int = 0, **said: object) -> MeetingReply:
        return self.window.call(act, keys=self.keys(known), **said)

    def come(self) -> "Pc":
        self.do(MeetingAct.ENTER)
        self.do(MeetingAct.HERE)
        return self

    def given(self, number: int, secret: bytes, *others: "Pc") -> KeysGiven:
        key = self.window.office.key
        boxes = [closed.seal_key(secret, number, one.keys().wish.public, key, NAME, one.who) for one in others]
        return KeysGiven(number, tuple(boxes))

    def give(self, number: int, secret: bytes, *others: "Pc") -> MeetingReply:
        return self.window.call(MeetingAct.GIVE_KEYS, keys=self.keys(given=self.given(number, secret, *others)))

    def refused(self, act: MeetingAct, **said: object) -> str:
        return self.window.refused(act, **({"keys": self.keys()} | said))[1]

    def open(self, given: KeyGiven | None, giver: "Pc") -> bytes:
        assert given is not None
        return closed.open_key(given, self.stay, giver.window.office.key.public, NAME, self.who)


@pytest.fixture
def leads(desk) -> Pc:
    one = Pc(desk).come()
    one.do(MeetingAct.OPEN)
    return one


@pytest.fixture
def asks(office) -> Pc:
    return Pc(office)


@pytest.fixture
def speaks(speaker) -> Pc:
    return Pc(speaker)


def test_a_program_that_knows_no_keys_is_not_let_in_for_it_would_send_in_the_clear(planned, office, desk):
    for one in (office, desk):
        assert one.refused(MeetingAct.ENTER) == (409, "keys_missing")
        assert one.refused(MeetingAct.HERE) == (409, "keys_missing")
    assert not Present.objects.exists()


def test_the_desk_learns_who_waits_and_each_gets_the_box_that_only_it_can_open(leads, asks, speaks):
    assert asks.do(MeetingAct.ENTER).key_given is None
    speaks.do(MeetingAct.ENTER)
    wished = leads.do(MeetingAct.LOOK).keys_wished
    assert wished is not None
    assert (wished.number, wished.holder, wished.is_due) == (0, "", True)
    assert {one.who for one in wished.waiting} == {asks.who, speaks.who}
    certified = {one.who: one for one in wished.waiting}[asks.who]
    assert certified.certificate == asks.window.office.certificate
    reply = leads.give(1, SECRET, asks, speaks)
    assert reply.keys_wished is not None
    assert (reply.keys_wished.number, reply.keys_wished.holder, reply.keys_wished.is_due) == (1, leads.who, False)
    assert reply.keys_wished.waiting == ()
    given = asks.do(MeetingAct.LOOK).key_given
    assert asks.open(given, leads) == SECRET
    assert given is not None
    assert given.certificate == leads.window.office.certificate
    with pytest.raises(NotAuthentic):
        speaks.open(given, leads)
    assert asks.do(MeetingAct.LOOK, known=1).key_given is None
    assert asks.window.stage(MeetingAct.LOOK, keys=asks.keys(1)).key_number == 1


def test_nothing_that_the_centre_keeps_has_the_key(leads, asks):
    asks.do(MeetingAct.ENTER)
    leads.give(1, SECRET, asks)
    places = KeyPlace.objects.values_list("public", "wish_signature", "sealed", "signature")
    assert SECRET not in b"".join(part for row in places for part in row if part is not None)
    assert KeyHolder.objects.get().epoch == leads.window.office.epoch
    assert KeyPlace.objects.get(who=asks.who).sealed


def test_only_a_desk_of_the_office_that_leads_gives_and_is_told_who_waits(leads, asks, seat_at):
    asks.do(MeetingAct.ENTER)
    assert asks.do(MeetingAct.LOOK).keys_wished is None
    assert asks.refused(MeetingAct.GIVE_KEYS, keys=asks.keys(given=asks.given(1, SECRET))) == "not_of_desk"
    central = somebody("central", Role.CHAIR_ASSISTANT)
    grant(central, Role.CLERK, "KG-C-KEM")
    everywhere = Pc(seat_at("KG-C-KEM", central))
    assert everywhere.do(MeetingAct.ENTER).keys_wished is None
    assert everywhere.refused(MeetingAct.GIVE_KEYS, keys=everywhere.keys(given=asks.given(1, SECRET))) == "not_of_desk"
    clerk = Pc(seat_at(LEADS))
    assert clerk.do(MeetingAct.ENTER).keys_wished is None
    assert clerk.refused(MeetingAct.GIVE_KEYS, keys=clerk.keys(given=asks.given(1, SECRET))) == "not_of_desk"
    assert leads.refused(MeetingAct.GIVE_KEYS) == "missing"
    assert not KeyHolder.objects.exists()


def test_two_desks_do_not_draw_at_once_and_one_takes_over_when_the_other_is_gone(leads, seat_at, assistant):
    second = Pc(seat_at(LEADS, assistant)).come()
    leads.give(1, SECRET)
    told = second.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert (told.holder, told.is_due) == (leads.who, False)
    for number in (1, 2, 7):
        assert second.refused(MeetingAct.GIVE_KEYS, keys=second.keys(given=second.given(number, NEXT))) == (
            "keys_held_elsewhere"
        )
    ahead = closed_keys.next_after(1, timezone.now() + timedelta(minutes=1))
    assert leads.refused(MeetingAct.GIVE_KEYS, keys=leads.keys(given=leads.given(ahead, NEXT))) == "keys_held_elsewhere"
    KeyHolder.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    assert Present.objects.get(who=leads.who).is_connected, "its PC is there, and no desk asks at it any more"
    told = second.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert told.is_due
    second.give(2, NEXT, leads)
    assert leads.open(leads.do(MeetingAct.LOOK, known=1).key_given, second) == NEXT


def test_a_desk_that_goes_on_asking_keeps_the_key(leads, seat_at, assistant):
    second = Pc(seat_at(LEADS, assistant)).come()
    leads.give(1, SECRET)
    KeyHolder.objects.update(asked_at=timezone.now() - timedelta(seconds=15))
    leads.do(MeetingAct.LOOK)
    KeyHolder.objects.update(asked_at=F("asked_at") - timedelta(seconds=15))
    told = second.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert not told.is_due


@given(st.integers(0, 2**30), st.integers(0, 10**9), st.integers(2, 10**6))
def test_numbers_grow_with_time_and_no_two_that_follow_each_other_share_a_place(before, seconds, later):
    now = closed_keys.NUMBERED_FROM + timedelta(seconds=seconds)
    following = closed_keys.next_after(before, now)
    assert following > before
    assert (following - before) % closed_keys.PLACES != 0
    if before < seconds:
        assert closed_keys.next_after(before, now + timedelta(seconds=later)) > following, "a centre put back is later"


def test_a_wish_that_was_lost_is_noted_with_the_next_look(leads, asks):
    asks.do(MeetingAct.ENTER)
    KeyPlace.objects.all().delete()
    asks.do(MeetingAct.LOOK)
    told = leads.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert [one.who for one in told.waiting] == [asks.who]


def test_whoever_wished_anew_keeps_no_key_unseen(leads, asks):
    asks.come()
    leads.give(1, SECRET, asks)
    asks.stay = closed.new_stay_key()
    asks.do(MeetingAct.ENTER)
    told = leads.do(MeetingAct.PUT_OUT, who=asks.who).keys_wished
    assert told is not None
    assert told.is_due


def test_a_box_for_a_name_that_nobody_has_is_left_out(leads, asks):
    asks.come()
    given = leads.given(1, SECRET, asks)
    strange = KeysGiven(1, (*given.boxes, replace(given.boxes[0], who="KG-\0")))
    leads.window.call(MeetingAct.GIVE_KEYS, keys=leads.keys(given=strange))
    assert asks.open(asks.do(MeetingAct.LOOK).key_given, leads) == SECRET


def test_the_line_is_measured_before_there_is_a_key(leads, office):
    assert office.call(MeetingAct.TEST_LINE, filling=b"0").key_given is None


def test_whoever_is_put_out_has_no_box_of_the_next_key_and_a_new_one_is_due_at_once(leads, asks, speaks):
    for one in (asks, speaks):
        one.come()
    leads.give(1, SECRET, asks, speaks)
    told = leads.do(MeetingAct.PUT_OUT, who=asks.who).keys_wished
    assert told is not None
    assert told.is_due
    leads.give(2, NEXT, asks, speaks)
    assert asks.refused(MeetingAct.LOOK) == "put_out"
    assert not KeyPlace.objects.filter(who=asks.who).exists()
    given = speaks.do(MeetingAct.LOOK, known=1).key_given
    assert speaks.open(given, leads) == NEXT
    told = leads.do(MeetingAct.LET_IN, who=asks.who).keys_wished
    assert told is not None
    assert not told.is_due
    asks.do(MeetingAct.ENTER)
    told = leads.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert [one.who for one in told.waiting] == [asks.who]


def test_a_wish_that_this_pc_did_not_sign_is_refused_and_changes_nothing(leads, asks):
    wrong = closed.wish_key(asks.stay, PrivateKey.generate(), NAME, asks.window.office.epoch)
    assert asks.refused(MeetingAct.ENTER, keys=MeetingKeys(wrong)) == "key_wish_wrong"
    assert not KeyPlace.objects.filter(who=asks.who).exists()
    asks.come()
    leads.give(1, SECRET, asks)
    assert asks.open(asks.do(MeetingAct.LOOK).key_given, leads) == SECRET


def test_a_program_begun_anew_has_another_key_of_its_own_and_waits_again(leads, asks):
    asks.come()
    leads.give(1, SECRET, asks)
    anew = Pc(asks.window)
    assert anew.do(MeetingAct.ENTER).key_given is None
    told = leads.do(MeetingAct.LOOK).keys_wished
    assert told is not None
    assert [(one.who, one.public) for one in told.waiting] == [(anew.who, anew.keys().wish.public)]
    leads.give(1, SECRET, anew)
    assert anew.open(anew.do(MeetingAct.LOOK).key_given, leads) == SECRET


def test_the_desk_that_holds_the_key_is_told_at_once_that_somebody_waits(leads, asks):
    with hall() as opened:
        reply = leads.do(MeetingAct.ENTER)
        there = opened.join(reply.url, reply.token)
        heard: list[str] = []
        there.room.on("data_received", lambda one: heard.append(one.topic))
        wait_until(there.room.isconnected, "in the room")
        leads.give(1, SECRET)
        asks.do(MeetingAct.ENTER)
        wait_until(lambda: KEYS_TOPIC in heard, "the word")


def test_more_boxes_than_one_call_holds_are_refused_before_anything_else(leads, asks):
    box = asks.given(1, SECRET, asks).boxes[0]
    leads.window.call(MeetingAct.GIVE_KEYS, keys=leads.keys(given=KeysGiven(1, (box,) * BOXES_MOST)))
    many = KeysGiven(2, (box,) * (BOXES_MOST + 1))
    assert leads.refused(MeetingAct.GIVE_KEYS, keys=leads.keys(given=many)).startswith("too_")
    assert KeyHolder.objects.get().number == 1


def test_in_a_closed_meeting_nothing_is_written_or_captioned_and_no_guest_comes(leads, assistant):
    assert leads.refused(MeetingAct.SAY, text="угулат") == "off_in_closed"
    assert not WrittenLine.objects.exists()
    meeting = Meeting.objects.get(pk=NAME)
    captioner = somebody("captioner", Role.CAPTIONER, LEADS)
    with pytest.raises(Refused, match="off_in_closed"):
        captions.say(captioner, meeting, CaptionLanguage.KY, "угулат", timezone.now())
    with pytest.raises(Refused, match="closed_to_guests"):
        guests.make_link(assistant, meeting, "Эксперт", MeetingPart.SPEAKER, timezone.now())


def test_a_guest_whose_link_is_older_than_the_closing_stays_outside(assistant, desk):
    Meeting.objects.filter(pk=NAME).update(is_closed=False)
    meeting = Meeting.objects.get(pk=NAME)
    link, secret = guests.make_link(assistant, meeting, "Эксперт", MeetingPart.SPEAKER, timezone.now())
    guests.come(secret, "here", timezone.now())
    Meeting.objects.filter(pk=NAME).update(is_closed=True)
    link.refresh_from_db()
    with pytest.raises(Refused, match="closed_to_guests"):
        guests.come(secret, "here", timezone.now())
    with pytest.raises(Refused, match="closed_to_guests"):
        guests.answer(link, MeetingCall(NAME, bytes(16), MeetingAct.ENTER, secrets.token_bytes(16)), timezone.now())
    assert not Present.objects.filter(site=GUEST_SITE).exists()


def test_a_meeting_that_somebody_has_entered_is_not_closed_or_opened_to_all_any_more(leads, assistant):
    before = plan_of(Meeting.objects.get(pk=NAME))
    with pytest.raises(Refused, match="closed_while_held"):
        change_meeting(assistant.id.bytes, NAME, replace(before, is_closed=False), before.note)
    assert Meeting.objects.get(pk=NAME).is_closed


def test_an_open_meeting_knows_nothing_of_keys(assistant, seat_at):
    plan_soon(assistant)
    Meeting.objects.filter(pk=NAME).update(is_closed=False)
    one = Pc(seat_at(LEADS, assistant))
    reply = one.do(MeetingAct.ENTER)
    assert (reply.key_given, reply.keys_wished) == (None, None)
    assert one.refused(MeetingAct.GIVE_KEYS, keys=one.keys(given=one.given(1, SECRET))) == "missing"
    assert not KeyPlace.objects.exists()
    assert isinstance(one.window.office.key.public, PublicKey)
