"""Which meetings are broadcast and recorded, and that the centre takes its own broadcast for nobody else."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.contract.bodies import DecisionWithdrawn
from server_sync.contract.meetings import MeetingAct, broadcast_of
from server_sync.meetings import broadcasting, hearing
from server_sync.meetings.broadcast.orders import read_told
from server_sync.meetings.broadcasting import FORGOTTEN_S, Broadcasts, forget_ended
from server_sync.meetings.models import Caption, Meeting, MeetingDecision
from server_sync.meetings.places import live_folder, parts_of, record_of
from server_sync.meetings.reconciling import reconcile
from tests.server.meetings.live.calling import SPEAKS
from tests.server.meetings.live.guests import Hall, hall, wait_until
from tests.server.meetings.planning import DECISION, NAME, WHY, decision

pytestmark = pytest.mark.django_db
ROOM = NAME.hex()
ANOTHER = bytes(range(32, 48))


@pytest.fixture
def lobby():
    with hall() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _nothing_lies_there() -> Iterator[None]:
    """Neither what others left nor, later, what was left here."""
    folders = [live_folder(NAME).parent, record_of(NAME).parent]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    yield
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def is_to_be(**said: bool) -> None:
    Meeting.objects.update(**said)


@pytest.mark.parametrize(
    ("said", "is_shown", "is_recorded"),
    [
        ({}, False, False),
        ({"is_public": True}, True, False),
        ({"is_recorded": True}, False, True),
        ({"is_public": True, "is_recorded": True}, True, True),
        ({"is_public": True, "is_recorded": True, "is_closed": True}, False, False),
    ],
)
def test_a_meeting_is_shown_and_recorded_as_its_plan_says_and_a_closed_one_never(begun, said, is_shown, is_recorded):
    is_to_be(**said)
    orders = Broadcasts().orders()
    shown = [(one.live, one.record) for one in orders]
    live, parts = str(live_folder(NAME)), str(parts_of(NAME))
    wanted = [(live if is_shown else "", parts if is_recorded else "")] if is_shown or is_recorded else []
    assert shown == wanted


def test_none_is_before_it_begins_or_after_its_end(desk):
    is_to_be(is_public=True)
    assert not Broadcasts().orders()
    desk.come()
    assert not Broadcasts().orders()
    desk.call(MeetingAct.OPEN)
    assert [one.meeting for one in Broadcasts().orders()] == [ROOM]
    desk.call(MeetingAct.CLOSE)
    assert not Broadcasts().orders()


def test_an_order_says_all_that_stands_in_the_picture_and_the_record(begun, media_server):
    is_to_be(is_public=True)
    (order,) = Broadcasts().orders()
    assert order.url == "ws" + media_server.seen.address.removeprefix("http")
    assert (order.title, order.items) == ("Жыйналыш", ("Суу",))
    assert order.names[SPEAKS].startswith("Аламүдүн")
    assert abs(order.since_ms / 1000 - time.time()) < 60


def test_a_media_server_that_is_away_for_a_moment_ends_no_broadcast(begun, monkeypatch):
    is_to_be(is_public=True)
    broadcasts = Broadcasts()
    before = broadcasts.orders()
    monkeypatch.setattr(broadcasting, "media_server", lambda: None)
    assert broadcasts.orders() == before
    assert not broadcasts.token(before[0])
    assert not Broadcasts().orders()


def test_what_lies_in_parts_is_put_together_after_the_meeting_and_not_before(begun):
    is_to_be(is_recorded=True)
    parts_of(NAME).mkdir(parents=True)
    record_of(bytes(16)).write_bytes(b"of another meeting")
    (parts_of(NAME).parent / "no meeting").mkdir()
    assert [one.finish for one in Broadcasts().orders()] == [""]
    is_to_be(is_recorded=False)
    assert not Broadcasts().orders()
    begun.call(MeetingAct.CLOSE)
    assert [(one.finish, one.items) for one in Broadcasts().orders()] == [(str(parts_of(NAME)), ("Суу",))]


def test_what_was_decided_and_holds_is_a_chapter_at_the_moment_it_was_taken(begun):
    is_to_be(is_recorded=True)
    parts_of(NAME).mkdir(parents=True)
    for name in (DECISION, ANOTHER):
        begun.call(MeetingAct.TAKE_DECISION, decision=decision(name))
    begun.call(MeetingAct.WITHDRAW_DECISION, withdrawal=DecisionWithdrawn(ANOTHER, NAME, WHY))
    opened_at = Meeting.objects.get(pk=NAME).opened_at
    assert opened_at is not None
    MeetingDecision.objects.filter(pk=DECISION).update(taken_at=opened_at + timedelta(seconds=90))
    begun.call(MeetingAct.CLOSE)
    (order,) = Broadcasts().orders()
    ((at_ms, words),) = order.decisions
    assert at_ms == 90_000
    assert words.startswith("Чечим: ")
    assert len(words) < 140
    assert read_told(order.written()) == order


def test_captions_are_those_of_the_meeting_in_the_order_of_their_coming(begun):
    is_to_be(is_public=True)
    broadcasts = Broadcasts()
    (order,) = broadcasts.orders()

    def typed(text: str, meeting: bytes = NAME) -> int:
        said = Caption.objects.create(meeting=meeting, language="ky", text=text, said_at=timezone.now())
        return int(said.pk)

    newest = typed("Мурунку")
    assert broadcasts.captions(order, None) == (newest, ())
    typed("Башка жыйналыштын", bytes(16))
    first, last = typed("Биринчи"), typed("Экинчи")
    assert first < last
    after, told = broadcasts.captions(order, newest)
    assert (after, [one.text for one in told]) == (last, ["Биринчи", "Экинчи"])
    assert broadcasts.captions(order, last) == (last, [])


def test_the_broadcast_is_in_the_room_unseen_and_is_not_sent_away(begun, lobby: Hall, media_server):
    is_to_be(is_public=True)
    broadcasts = Broadcasts()
    (order,) = broadcasts.orders()
    way = begun.call(MeetingAct.ENTER)
    chair = lobby.join(way.url, way.token)
    watching = lobby.join(order.url, broadcasts.token(order))
    assert watching.stage == begun.stage()
    hearing.hear("participant_joined", ROOM, broadcast_of(NAME))
    reconcile(timezone.now())
    assert not watching.may_publish
    assert not watching.why_gone
    wait_until(lambda: begun.who in watching.room.remote_participants, "it sees who is there")
    assert broadcast_of(NAME) not in chair.room.remote_participants
    assert broadcast_of(NAME) not in {one.who for one in begun.desk().present}
    assert watching.is_refused()


def test_the_last_minute_is_kept_a_while_after_the_end(begun):
    kept, old, running = (live_folder(bytes([n]) * 16) for n in range(3))
    for folder in (kept, old, running):
        folder.mkdir(parents=True)
    long_ago = time.time() - FORGOTTEN_S - 1
    for folder in (old, running):
        os.utime(folder, (long_ago, long_ago))
    forget_ended(frozenset({running.name}))
    assert (kept.exists(), old.exists(), running.exists()) == (True, False, True)
