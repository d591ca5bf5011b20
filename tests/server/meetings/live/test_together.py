"""Two desks at the same moment, and one that calls everybody at once: there are as many on stage as the plan says."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from server_sync.contract.bodies import SEATS_MOST
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings import live_models
from server_sync.meetings.models import Meeting
from tests.server.meetings.live.calling import ASKS, LEADS, SPEAKS, WATCHES
from tests.server.meetings.live.test_who_may import outcome
from tests.server.meetings.planning import NAME

T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*doing: Callable[[], T]) -> list[T]:
    """Do several things at the same moment."""
    ready = threading.Barrier(len(doing))

    def one(what: Callable[[], T]) -> T:
        ready.wait()
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doing)) as threads:
        return list(threads.map(one, doing))


def test_of_two_desks_that_give_the_last_seat_at_once_one_is_told_that_the_stage_is_full(
    begun, seat_at, assistant, speaker, office
):
    second = seat_at(LEADS, assistant).come()
    for window in (speaker, office):
        window.come()
    Meeting.objects.update(seats=2)
    seen = at_once(
        lambda: outcome(begun, MeetingAct.CALL, who=speaker.who),
        lambda: outcome(second, MeetingAct.CALL, who=office.who),
    )
    assert sorted(seen, key=str) == [(200, ""), (409, "stage_full")]
    assert live_models.Seat.objects.count() == 2


def test_the_twenty_first_has_no_seat_however_many_are_called_at_once(begun, seat_at, assistant):
    second = seat_at(LEADS, assistant).come()
    live_models.Seat.objects.bulk_create(
        live_models.Seat(meeting=NAME, who=f"KG-O-{number:08x}", since="2026-01-01T00:00Z") for number in range(16)
    )
    called = [seat_at(site).come() for site in (SPEAKS, SPEAKS, ASKS, ASKS, WATCHES, WATCHES)]
    half = len(called) // 2

    def call(desk, windows):
        return [outcome(desk, MeetingAct.CALL, who=window.who) for window in windows]

    seen = at_once(lambda: call(begun, called[:half]), lambda: call(second, called[half:]))
    flat = [one for some in seen for one in some]
    assert flat.count((200, "")) == 3
    assert flat.count((409, "stage_full")) == 3
    assert live_models.Seat.objects.count() == SEATS_MOST


def test_an_act_that_comes_twice_at_once_is_done_once(begun, speaker):
    speaker.come()
    again = {"act_id": b"\x07" * 16, "who": speaker.who}
    assert at_once(*[lambda: outcome(begun, MeetingAct.CALL, **again)] * 4) == [(200, "")] * 4
    assert live_models.Seat.objects.filter(who=speaker.who).count() == 1


def test_everybody_comes_at_once(begun, seat_at):
    windows = [seat_at(site) for site in (SPEAKS, ASKS, WATCHES) for _ in range(2)]
    at_once(*[window.come for window in windows])
    assert live_models.Present.objects.filter(is_connected=True).count() == 1 + len(windows)


def test_a_meeting_that_two_desks_end_at_once_has_ended(begun, seat_at, assistant):
    second = seat_at(LEADS, assistant).come()
    seen = at_once(lambda: outcome(begun, MeetingAct.CLOSE), lambda: outcome(second, MeetingAct.CLOSE))
    assert set(map(str, seen)) <= {"(200, '')", "(409, 'meeting_over')"}
    assert Meeting.objects.get().state == "closed"
