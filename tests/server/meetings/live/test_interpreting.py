"""Whoever interprets is named by the desk, is heard alone and by right, and takes no seat."""

import pytest
from livekit import rtc

from server_sync.contract.interpreting import INTERPRETERS_MOST, Bounds, Into
from server_sync.contract.meetings import MeetingAct, Stage
from server_sync.meetings import models
from server_sync.meetings.reconciling import reconcile
from server_sync.meetings.rooms import Rights
from tests.server.meetings.live.calling import SPEAKS
from tests.server.meetings.live.guests import hall, wait_until
from tests.server.meetings.live.test_rooms import come

pytestmark = pytest.mark.django_db
SOURCES = {int(rtc.TrackSource.SOURCE_MICROPHONE)}


def named(stage: Stage) -> list[tuple[str, Into]]:
    """Who interprets into what, by a stage."""
    return [(one.who, one.into) for one in stage.interpreters]


@pytest.fixture
def lobby():
    with hall() as opened:
        yield opened


def test_an_interpreter_is_heard_and_not_seen_until_the_desk_ends_it(begun, office, viewer, lobby):
    interpreter, listener = come(office, lobby), come(viewer, lobby)
    assert interpreter.is_refused(sound=True)
    begun.call(MeetingAct.INTERPRET, who=office.who, into="ru")
    wait_until(lambda: interpreter.sources == SOURCES, "an interpreter may be heard")
    assert interpreter.publish(sound=True)
    assert interpreter.is_refused()
    wait_until(lambda: listener.sends(office.who, sound=True), "is heard")
    wait_until(lambda: named(listener.stage) == [(office.who, Into.RU)], "the room says who interprets")
    assert office.who not in {seat.who for seat in listener.stage.seats}
    begun.call(MeetingAct.INTERPRET, who=office.who)
    wait_until(lambda: not listener.sends(office.who, sound=True), "is heard no more")
    wait_until(lambda: not interpreter.may_publish, "the interpreter learns it too")
    assert not begun.stage().interpreters


def test_whoever_interprets_goes_over_to_the_other_language_and_nobody_else_does_it_for_them(begun, office, speaker):
    office.come()
    speaker.come()
    begun.call(MeetingAct.INTERPRET, who=office.who, into="ru")
    assert named(office.stage(MeetingAct.INTERPRET_INTO, into="ky")) == [(office.who, Into.KY)]
    assert speaker.refused(MeetingAct.INTERPRET_INTO, into="ru") == (409, "not_interpreter")
    assert begun.stage(MeetingAct.INTERPRET, who=office.who, into="ru").interpreters[0].into is Into.RU


def test_who_is_named_anew_is_told_apart_from_who_went_over_to_the_other_language(begun, office):
    office.come()
    first = begun.stage(MeetingAct.INTERPRET, who=office.who, into="ru").interpreters[0].number
    assert first > 0
    assert office.stage(MeetingAct.INTERPRET_INTO, into="ky").interpreters[0].number == first
    begun.call(MeetingAct.INTERPRET, who=office.who)
    assert begun.stage(MeetingAct.INTERPRET, who=office.who, into="ky").interpreters[0].number != first


def test_seats_are_for_speakers_and_interpreting_is_for_those_without_one(begun, office, speaker):
    office.come()
    speaker.come()
    office.call(MeetingAct.RAISE_HAND)
    assert not begun.stage(MeetingAct.INTERPRET, who=office.who, into="ky").hands
    assert begun.refused(MeetingAct.CALL, who=office.who) == (409, "interprets")
    assert office.refused(MeetingAct.RAISE_HAND) == (409, "interprets")
    begun.call(MeetingAct.CALL, who=speaker.who)
    assert begun.refused(MeetingAct.INTERPRET, who=speaker.who, into="ky") == (409, "sits_on_stage")
    begun.call(MeetingAct.INTERPRET, who=office.who)
    begun.call(MeetingAct.CALL, who=office.who)


def test_so_many_interpret_at_once_and_no_more(begun, seat_at):
    office = seat_at(SPEAKS).come()
    for n in range(INTERPRETERS_MOST):
        models.Interpreter.objects.create(meeting=bytes(models.Meeting.objects.get().pk), who=f"x-{n}", into="ru")
    assert begun.refused(MeetingAct.INTERPRET, who=office.who, into="ky") == (409, "too_many_interpreters")


@pytest.mark.parametrize("into", ["en", "KY", "\0", "кыргыз"])
def test_what_is_no_language_is_refused_and_changes_nothing(begun, office, into):
    office.come()
    before = begun.stage()
    status, code = begun.refused(MeetingAct.INTERPRET, who=office.who, into=into)
    assert (status, code) == (400, "unknown_value")
    assert begun.refused(MeetingAct.INTERPRET, who="KG-O-00000000", into="ru") == (409, "who_unknown")
    assert begun.stage() == before


@pytest.mark.parametrize("act", [MeetingAct.PUT_OUT, None])
def test_whoever_goes_or_is_sent_away_interprets_no_more(begun, office, act):
    office.come()
    begun.call(MeetingAct.INTERPRET, who=office.who, into="ru")
    if act is None:
        office.call(MeetingAct.LEAVE)
    else:
        begun.call(act, who=office.who)
    assert not begun.stage().interpreters


def test_a_seat_is_more_than_interpreting_and_rights_go_after_the_stage(begun, office):
    office.come()
    stage = begun.stage(MeetingAct.INTERPRET, who=office.who, into="ru")
    assert Rights.of(stage, office.who) == Rights(is_interpreter=True)
    assert Rights.of(stage, begun.who) == Rights(is_on_stage=True)
    assert Rights.of(stage, "somebody") == Rights()


def test_rights_that_a_restarted_media_server_forgot_are_given_again(begun, office, lobby):
    interpreter = come(office, lobby)
    models.Interpreter.objects.create(meeting=bytes(models.Meeting.objects.get().pk), who=office.who, into="ru")
    from django.utils import timezone

    reconcile(timezone.now())
    wait_until(lambda: interpreter.sources == SOURCES, "an interpreter may be heard again")


def test_the_desk_bounds_speakers_and_the_present_item_until_the_next_item(begun, speaker):
    assert begun.stage(MeetingAct.SET_BOUND, bound_s=300).bounds == Bounds(300, 0)
    assert begun.refused(MeetingAct.SET_BOUND, item=1, bound_s=60) == (409, "item_unknown")
    begun.call(MeetingAct.GO_TO_ITEM, item=1)
    assert begun.stage(MeetingAct.SET_BOUND, item=1, bound_s=600).bounds == Bounds(300, 600)
    assert begun.stage(MeetingAct.GO_TO_ITEM, item=0).bounds == Bounds(300, 0)
    assert begun.stage(MeetingAct.SET_BOUND).bounds == Bounds()
    speaker.come()
    assert speaker.refused(MeetingAct.SET_BOUND, bound_s=60) == (409, "not_of_desk")
