"""Seats of those who are gone come free: a guest's soon, an office's only after minutes; a reload loses nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.contract.meetings import GUEST_SITE, NOBODY, MeetingAct, who_of
from server_sync.meetings.leaving import GUEST_GRACE, OFFICE_GRACE, free_gone, note_gone
from server_sync.meetings.live_models import Hand, Live, Present, Seat
from server_sync.meetings.reconciling import reconcile
from tests.server.meetings.live.guests import hall, wait_until
from tests.server.meetings.live.test_rooms import come
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECOND = timedelta(seconds=1)


@pytest.fixture
def seated(begun, speaker, office):
    """A guest and an office on stage, another office with a hand; gives what they are called."""
    speaker.come()
    office.come()
    guest = who_of(GUEST_SITE, b"\x0a" * 16)
    Present.objects.create(
        meeting=NAME,
        who=guest,
        site=GUEST_SITE,
        epoch=b"\x0a" * 16,
        person=bytes(16),
        is_connected=True,
        entered_at=NOW,
        last_seen_at=NOW,
    )
    for who in (guest, speaker.who):
        Seat.objects.create(meeting=NAME, who=who, since=NOW - timedelta(hours=1))
    Hand.objects.create(meeting=NAME, who=office.who, raised_at=NOW)
    Live.objects.update(shown=guest)
    Present.objects.update(last_seen_at=NOW)
    return guest, speaker.who, office.who


def look(here, seconds_later):
    """What is so after a look at the room that long after; gives whether the stage was changed."""
    at = NOW + seconds_later * SECOND
    live = Live.objects.get()
    note_gone(NAME, here, at)
    is_moved = free_gone(live, at)
    live.save()
    return is_moved


def seats():
    return set(Seat.objects.values_list("who", flat=True))


def test_a_guest_who_closed_the_page_frees_the_seat_after_some_seconds(begun, seated):
    guest, speaker, office = seated
    there = {begun.who, speaker, office}
    assert not look(there, 5)
    assert guest in seats()
    assert look(there, 5 + GUEST_GRACE.seconds + 1)
    assert seats() == {begun.who, speaker}
    assert Live.objects.get().shown == NOBODY


def test_a_page_that_is_loaded_again_keeps_the_seat(begun, seated):
    guest, speaker, office = seated
    there = {begun.who, speaker, office}
    assert not look(there, 5)
    assert not look({*there, guest}, 12)
    assert not look(there, 40)
    assert guest in seats()


def test_an_office_keeps_its_seat_over_a_cut_and_loses_it_when_it_is_gone_for_long(begun, seated):
    guest, speaker, office = seated
    there = {begun.who, guest}
    assert not look(there, 5)
    assert not look(there, OFFICE_GRACE.seconds)
    assert speaker in seats()
    assert look(there, OFFICE_GRACE.seconds + 6)
    assert seats() == {begun.who, guest}
    assert not Hand.objects.filter(who=office).exists()


def test_a_seat_that_is_given_to_one_who_is_away_is_waited_for_from_then_on(begun, seated):
    guest, speaker, office = seated
    there = {begun.who, speaker, guest}
    assert not look(there, 5)
    later = OFFICE_GRACE.seconds + 20
    Seat.objects.create(meeting=NAME, who=office, since=NOW + later * SECOND)
    look(there, later + 5)
    assert office in seats()
    look(there, later + OFFICE_GRACE.seconds + 1)
    assert office not in seats()


def test_whoever_says_that_they_are_here_is_gone_no_more(seated, speaker):
    Present.objects.filter(who=speaker.who).update(gone_at=NOW)
    speaker.call(MeetingAct.HERE)
    assert Present.objects.get(who=speaker.who).gone_at is None


def test_a_look_at_the_real_room_frees_the_seat_of_whoever_left_it_long_ago(begun, speaker):
    with hall() as lobby:
        come(begun, lobby)
        there = come(speaker, lobby)
        begun.call(MeetingAct.CALL, who=speaker.who)
        wait_until(lambda: there.may_publish, "is on stage")
        reconcile(timezone.now())
        assert Present.objects.get(who=speaker.who).gone_at is None
        there.go()

        def is_noted() -> bool:
            reconcile(timezone.now())
            return Present.objects.get(who=speaker.who).gone_at is not None

        wait_until(is_noted, "that the office is gone")
        assert speaker.who in seats()
        long_ago = timezone.now() - OFFICE_GRACE - SECOND
        Present.objects.filter(who=speaker.who).update(gone_at=long_ago)
        Seat.objects.filter(who=speaker.who).update(since=long_ago)
        reconcile(timezone.now())
        assert seats() == {begun.who}
        assert begun.who in {seat.who for seat in begun.stage().seats}
