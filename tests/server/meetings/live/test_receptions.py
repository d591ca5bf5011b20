"""The meeting of a conversation: the clerk's coming in begins it, and nobody comes in who may not see the request."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from server_sync.appeals import receiving
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import DecisionTaken, Forwarded, MeetingPart, ReceptionSaid, ReceptionWish, Words
from server_sync.contract.events import NO_PERSON, EventKind
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingState, VoteAsked, read_stage
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event
from server_sync.meetings import acts, conducting, guests, leaving, lines, receptions, seats
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.live_models import Present, Seat
from server_sync.meetings.models import KeptLine, Meeting
from server_sync.meetings.receiving import CALLED_OFF, Appointment, set_reception
from server_sync.meetings.reconciling import reconcile
from server_sync.workplaces.models import Body, Person, RoleGrant
from tests.server.appeals.test_erasing import words_in_tables
from tests.server.conftest import BODY, OFFICE_A, SINCE, Office
from tests.server.counter import Counter, routed
from tests.server.meetings.live.calling import Window, grant, somebody
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def body(centre: object) -> Body:
    """A body at another office."""
    found = Body.objects.select_related("site").exclude(site=None).exclude(site=OFFICE_A).order_by("code").first()
    assert found is not None
    return found


@pytest.fixture
def appeal(counter: Counter, vera: Person, body: Body) -> Appeal:
    """A request with a body at another office."""
    appeal = routed(counter.register())
    perform(bytes(appeal.hash), Forwarded(BODY, body.pk), person=vera.id.bytes)
    wish = ReceptionSaid(ReceptionWish(by_video=True))
    counter.wire.write(wish, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    return Appeal.objects.get(pk=appeal.pk)


@pytest.fixture
def meeting(appeal: Appeal, vera: Person, body: Body) -> bytes:
    """The conversation is set for in ten minutes, with the officer's own office invited."""
    wanted = Appointment(timezone.now() + timedelta(minutes=10), 30, Words("Төрага"), site_code=str(body.site_id))
    return set_reception(vera.id.bytes, appeal, wanted, lambda _now: None)


@pytest.fixture
def clerk(counter: Counter, meeting: bytes) -> Window:
    return at_meeting(Window(counter.wire, OFFICE_A, counter.clerk), meeting)


@pytest.fixture
def member(meeting: bytes, body: Body, seat_at: Callable[..., Window]) -> Window:
    """The officer of the body that has the request, before a PC of their own office."""
    officer = Person.objects.create_person("premier", None, surname="Төраева")
    RoleGrant.objects.create(person=officer, role=Role.CASE_OFFICER, body=body, from_on=SINCE)
    return at_meeting(seat_at(str(body.site_id), officer), meeting)


def at_meeting(window: Window, meeting: bytes) -> Window:
    """A window whose every call is about this meeting."""
    window.send = partial(window.send, meeting=meeting)  # type: ignore[method-assign]
    return window


def state_of(meeting: bytes) -> str:
    return Meeting.objects.get(pk=meeting).state


def test_the_clerk_s_coming_in_begins_it_and_everybody_sits_down_by_themselves(clerk, member, meeting):
    assert state_of(meeting) == MeetingState.PLANNED
    clerk.come()
    assert state_of(meeting) == MeetingState.OPEN
    member.come()
    stage = read_stage(clerk.call(MeetingAct.LOOK).stage)
    assert {one.who for one in stage.seats} == {clerk.who, member.who}
    assert stage.seats_most == 4


def test_nobody_begins_it_long_before_its_hour(clerk, meeting):
    Meeting.objects.filter(pk=meeting).update(starts_at=timezone.now() + timedelta(minutes=50))
    clerk.come()
    assert state_of(meeting) == MeetingState.PLANNED


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.APPLICANT, Role.EVERYONE, Role.CLERK}])
def test_before_a_pc_of_the_office_nobody_but_its_clerks_and_who_sees_the_request_comes_in(clerk, meeting, role):
    is_of_body = role in {Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY}
    person = somebody("another", role, "" if is_of_body else OFFICE_A)
    if is_of_body:  # of the office's own body, which has the request no more
        RoleGrant.objects.filter(person=person).update(body=BODY)
    clerk.person = person
    status, code = clerk.refused(MeetingAct.ENTER)
    assert (status, code) == (409, "not_invited")
    assert not Present.objects.exists()
    assert state_of(meeting) == MeetingState.PLANNED


def test_whose_body_has_the_request_no_more_is_sent_away_though_they_came_before(clerk, member, meeting, appeal, vera):
    clerk.come()
    member.come()
    assert conducting.welcome(meeting) == {clerk.who, member.who}
    had = Appeal.objects.get(pk=appeal.pk).body_code
    other = Body.objects.exclude(pk__in=[BODY, had]).exclude(site=None).order_by("code").first()
    assert other is not None
    perform(bytes(appeal.hash), Forwarded(had, other.pk), person=vera.id.bytes)
    assert conducting.welcome(meeting) == {clerk.who}


def test_what_the_desk_took_in_a_conversation_does_not_come_back_by_going_and_coming(clerk, member, meeting):
    def seated() -> set[str]:
        return set(Seat.objects.filter(meeting=meeting).values_list("who", flat=True))

    clerk.come()
    member.come()
    clerk.call(MeetingAct.SILENCE, who=member.who)
    member.call(MeetingAct.LEAVE)
    member.call(MeetingAct.HERE)
    assert seated() == {clerk.who}
    clerk.call(MeetingAct.CALL, who=member.who)
    assert seated() == {clerk.who, member.who}
    clerk.call(MeetingAct.THANK, who=member.who)
    member.call(MeetingAct.HERE)
    assert seated() == {clerk.who}
    clerk.call(MeetingAct.CALL, who=member.who)
    member.call(MeetingAct.LEAVE)
    member.call(MeetingAct.HERE)
    assert seated() == {clerk.who, member.who}


def test_whoever_was_silenced_and_lost_the_seat_while_away_does_not_sit_down_by_themselves(clerk, member, meeting):
    clerk.come()
    member.come()
    clerk.call(MeetingAct.SILENCE, who=member.who)
    long_ago = timezone.now() - timedelta(hours=1)
    Present.objects.filter(meeting=meeting, who=member.who).update(gone_at=long_ago)
    Seat.objects.filter(meeting=meeting).update(since=long_ago)
    with transaction.atomic():
        live = seats.lock(meeting)
        assert live is not None
        assert leaving.free_gone(live, timezone.now())
    member.call(MeetingAct.HERE)
    assert not Seat.objects.filter(meeting=meeting, who=member.who).exists()


def test_a_desk_that_takes_its_own_seat_back_sits_down_by_itself_again(clerk, member, meeting):
    clerk.come()
    clerk.call(MeetingAct.SILENCE, who=clerk.who)
    clerk.call(MeetingAct.LEAVE)
    clerk.call(MeetingAct.HERE)
    clerk.call(MeetingAct.THANK, who=clerk.who)
    clerk.call(MeetingAct.HERE)
    assert Seat.objects.filter(meeting=meeting, who=clerk.who).exists()


def test_a_conversation_has_no_mix_however_thin_its_lines(clerk, member, meeting):
    for one in (clerk, member):
        one.come()
        one.call(MeetingAct.HERE, told_line=Line.THIN)
    assert Present.objects.filter(meeting=meeting, line=Line.THIN).count() == 2
    assert not lines.in_need_of_mix()


def test_an_office_that_is_not_invited_stays_out(member, meeting, seat_at):
    stranger = at_meeting(seat_at("KG-O"), meeting)
    assert stranger.refused(MeetingAct.ENTER)[1] == "not_invited"


def test_the_member_is_no_desk(clerk, member):
    clerk.come()
    member.come()
    assert member.refused(MeetingAct.CLOSE)[1] == "not_of_desk"


def test_nobody_votes_or_decides_in_it_whatever_roles_they_hold(clerk, meeting):
    clerk.come()
    grant(clerk.person, Role.CHAIR_ASSISTANT, OFFICE_A)
    asked = VoteAsked(Words(ru="Принять Асанова?"), quorum=1)
    assert clerk.refused(MeetingAct.OPEN_VOTE, asked=asked)[1] == "not_in_reception"
    decision = DecisionTaken(bytes(16), meeting, Words(ru="Асанову дать воду"), (OFFICE_A,))
    assert clerk.refused(MeetingAct.TAKE_DECISION, decision=decision)[1] == "not_in_reception"
    assert clerk.desk().is_reception
    assert not any("Асанов".encode() in bytes(event.body or b"") for event in Event.custody.filter(kind__gte=200))


def says_of_newest(counter: Counter, appeal: Appeal, *, is_asked_anew: bool) -> None:
    """The office writes that the conversation is not wanted any more, and maybe that it is wanted again."""
    row = receiving.newest(appeal)
    assert row is not None
    said = [ReceptionSaid(is_taken_back=True, asked=bytes(row.event.hash)), ReceptionSaid(ReceptionWish(by_video=True))]
    for one in said[: 1 + is_asked_anew]:
        counter.wire.write(one, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()


@pytest.mark.parametrize("is_asked_anew", [False, True])
def test_what_is_not_wanted_any_more_begins_by_nobody_s_coming_in(
    clerk, member, meeting, appeal, counter, vera, is_asked_anew
):
    _link, secret = guests.make_link(
        vera, Meeting.objects.get(pk=meeting), "Төрага", MeetingPart.SPEAKER, timezone.now()
    )
    says_of_newest(counter, appeal, is_asked_anew=is_asked_anew)
    for window in (clerk, member):
        assert window.refused(MeetingAct.ENTER)[1] == "meeting_cancelled"
    with pytest.raises(Refused, match="meeting_cancelled"):
        guests.come(secret, "place", timezone.now())
    assert not receptions.may_run(counter.clerk.id.bytes, EventKind.MEETING_OPENED, meeting)
    assert not receptions.is_to_begin(Meeting.objects.get(pk=meeting), timezone.now())
    assert state_of(meeting) == MeetingState.PLANNED


def test_what_is_not_wanted_any_more_while_it_goes_on_is_ended_by_the_clerk(clerk, meeting, appeal, counter):
    clerk.come()
    says_of_newest(counter, appeal, is_asked_anew=True)
    clerk.call(MeetingAct.CLOSE)
    assert state_of(meeting) == MeetingState.CLOSED


@pytest.mark.parametrize("has_begun", [False, True])
def test_an_erasure_of_the_request_takes_the_links_and_lines_of_its_conversation_and_ends_its_meeting(
    clerk, member, meeting, appeal, vera, administrator, second_administrator, has_begun
):
    _link, secret = guests.make_link(
        vera, Meeting.objects.get(pk=meeting), "Төрага Асанов", MeetingPart.SPEAKER, timezone.now()
    )
    if has_begun:
        clerk.come()
        clerk.call(MeetingAct.SAY, text="Асановдун ПИНи")
    erase_request(bytes(appeal.hash), "14", administrator.id.bytes, second_administrator.id.bytes)
    assert not words_in_tables("Асанов")
    assert not GuestLink.objects.exists()
    assert not Present.objects.exists()
    refused = "meeting_over" if has_begun else "meeting_cancelled"
    for window in (clerk, member):
        assert window.refused(MeetingAct.ENTER)[1] == refused
    with pytest.raises(Refused, match="link_unknown"):
        guests.come(secret, "place", timezone.now())
    reconcile(timezone.now())
    assert state_of(meeting) == (MeetingState.CLOSED if has_begun else MeetingState.CANCELLED)
    reconcile(timezone.now())
    assert rebuild(keep=False).is_equal


def test_what_goes_on_as_wished_is_ended_by_no_rule_and_what_was_followed_is(clerk, meeting, appeal, counter):
    reconcile(timezone.now())
    assert state_of(meeting) == MeetingState.PLANNED
    says_of_newest(counter, appeal, is_asked_anew=True)
    reconcile(timezone.now())
    assert state_of(meeting) == MeetingState.CANCELLED


def test_no_rule_calls_off_a_meeting_that_is_held_for_no_request(planned, meeting):
    with pytest.raises(Refused, match="person_missing"):
        acts.cancel_meeting(NO_PERSON, NAME, CALLED_OFF)
    assert state_of(NAME) == MeetingState.PLANNED
    acts.cancel_meeting(NO_PERSON, meeting, CALLED_OFF)
    assert state_of(meeting) == MeetingState.CANCELLED


def test_a_guest_by_a_link_is_let_in_by_the_clerk_and_sits_down(clerk, meeting, vera):
    clerk.come()
    link, secret = guests.make_link(
        vera, Meeting.objects.get(pk=meeting), "Төрага", MeetingPart.SPEAKER, timezone.now()
    )
    link, _session = guests.come(secret, "place", timezone.now())

    def call(act: MeetingAct) -> None:
        guests.answer(link, MeetingCall(meeting, bytes(16), act, bytes([act]) * 16), timezone.now())

    call(MeetingAct.ENTER)
    guest = Present.objects.get(site="guest")
    assert guest.is_waiting
    clerk.call(MeetingAct.LET_IN, who=guest.who)
    call(MeetingAct.HERE)
    assert set(Seat.objects.values_list("who", flat=True)) == {clerk.who, guest.who}


def test_of_what_is_written_in_it_nothing_is_kept(clerk, meeting):
    clerk.come()
    clerk.call(MeetingAct.SAY, text="Асановдун ПИНи")
    clerk.call(MeetingAct.CLOSE)
    assert state_of(meeting) == MeetingState.CLOSED
    assert not KeptLine.objects.exists()
    assert not any("Асановдун".encode() in bytes(event.body or b"") for event in Event.custody.all())
    conducting.end_room(meeting)
