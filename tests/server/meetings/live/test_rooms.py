"""What acts mean at a real media server: who gets in, who is seen and heard, who is sent away, what all are told."""

import os
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientError
from django.utils import timezone
from livekit import api

from server_sync.contract.meetings import MeetingAct
from server_sync.meetings import live_models
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.models import Meeting
from server_sync.meetings.reconciling import reconcile
from server_sync.workplaces.models import RoleGrant
from tests.server.meetings.live.guests import Hall, Participant, hall, wait_until
from tests.server.meetings.live.test_who_may import revoke
from tests.server.meetings.media_server.kept import Kept
from tests.server.meetings.media_server.rooms import rooms
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
ROOM = NAME.hex()


@pytest.fixture
def lobby() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


def come(window, lobby: Hall) -> Participant:
    """Enter, join, and say so, as a window and its media process do."""
    way = window.call(MeetingAct.ENTER)
    one = lobby.join(way.url, way.token)
    window.call(MeetingAct.HERE)
    return one


def signed(pair: Pair, who: str, *, room: str = ROOM, may_publish: bool = False, minutes: float = 10) -> str:
    grants = api.VideoGrants(room_join=True, room=room, can_publish=may_publish)
    token = api.AccessToken(pair.key, pair.secret).with_identity(who).with_grants(grants)
    return token.with_ttl(timedelta(minutes=minutes)).to_jwt()


def test_whoever_has_a_seat_is_seen_and_heard_and_nobody_else_is(begun, speaker, viewer, lobby):
    chair, guest = come(begun, lobby), come(speaker, lobby)
    watching = come(viewer, lobby)
    wait_until(lambda: chair.may_publish, "the office that leads may be seen")
    assert not guest.may_publish
    assert guest.is_refused()
    begun.call(MeetingAct.CALL, who=speaker.who)
    wait_until(lambda: guest.may_publish, "who was called may be seen")
    assert guest.publish()
    assert guest.publish(sound=True)
    wait_until(lambda: watching.sends(speaker.who) and watching.sends(speaker.who, sound=True), "all see and hear them")
    begun.call(MeetingAct.THANK, who=speaker.who)
    wait_until(lambda: not (watching.sends(speaker.who) or watching.sends(speaker.who, sound=True)), "no more")
    wait_until(lambda: not guest.may_publish, "who was thanked hears of it")
    assert guest.is_refused()


def test_a_silenced_speaker_is_seen_and_not_heard(begun, speaker, viewer, lobby):
    guest, watching = come(speaker, lobby), come(viewer, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    wait_until(lambda: guest.may_publish, "who was called may be seen")
    assert guest.publish()
    assert guest.publish(sound=True)
    wait_until(lambda: watching.sends(speaker.who) and watching.sends(speaker.who, sound=True), "all see and hear them")
    begun.call(MeetingAct.SILENCE, who=speaker.who)
    wait_until(lambda: not watching.sends(speaker.who, sound=True), "nobody hears them")
    wait_until(lambda: api.TrackSource.MICROPHONE not in guest.sources, "who was silenced hears of it")
    assert watching.sends(speaker.who)
    assert guest.is_refused(sound=True)
    begun.call(MeetingAct.UNSILENCE, who=speaker.who)
    wait_until(lambda: api.TrackSource.MICROPHONE in guest.sources, "they may be heard")
    assert guest.publish(sound=True)


@pytest.mark.expects_log("disguised_track")
def test_a_silenced_speaker_is_not_heard_under_the_name_of_a_camera_either(begun, speaker, viewer, lobby):
    guest, watching = come(speaker, lobby), come(viewer, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    begun.call(MeetingAct.SILENCE, who=speaker.who)
    wait_until(lambda: guest.may_publish and api.TrackSource.MICROPHONE not in guest.sources, "they are silenced")
    assert guest.publish(sound=True, called=api.TrackSource.CAMERA)
    wait_until(lambda: watching.sends(speaker.who), "the media server took it for a camera")
    reconcile(timezone.now())
    wait_until(lambda: guest.why_gone, "whoever sends under a wrong name is sent away")
    assert speaker.who in {one.who for one in begun.stage().seats}
    again = come(speaker, lobby)
    wait_until(lambda: again.may_publish, "they come back, and sit where they sat")
    assert again.publish()


def test_everybody_in_the_room_is_told_the_stage(begun, speaker, lobby):
    guest = come(speaker, lobby)
    assert guest.stage == begun.stage()
    stage = begun.stage(MeetingAct.GO_TO_ITEM, item=1)
    wait_until(lambda: guest.stage == stage, "the item is told")
    hand = speaker.stage(MeetingAct.RAISE_HAND)
    wait_until(lambda: guest.stage == hand, "the hand is told")


def test_a_token_that_is_old_or_forged_or_for_another_room_lets_nobody_in(begun, speaker, lobby, media_server):
    pair, url = media_server.pair, media_server.seen.client_url
    way = speaker.call(MeetingAct.ENTER)
    head, claims, signature = way.token.split(".")
    wrong = {
        "old": signed(pair, speaker.who, minutes=-10),
        "of another secret": signed(replace(pair, secret=secrets.token_urlsafe(48)), speaker.who),
        "of another key": signed(replace(pair, key="somebody"), speaker.who),
        "changed": f"{head}.{claims[:-4]}AAAA.{signature}",
        "unsigned": f"{head}.{claims}.",
        "of a room that the centre did not make": signed(pair, speaker.who, room="ff" * 16),
        "none": "",
    }
    let_in = [what for what, token in wrong.items() if lobby.lets_in(url, token)]
    assert not let_in
    assert lobby.join(way.url, way.token).room.isconnected()


def test_a_stranger_with_a_rightly_signed_token_is_sent_away(begun, lobby, media_server):
    url = media_server.seen.client_url
    stranger = lobby.join(url, signed(media_server.pair, "stranger", may_publish=True))
    reconcile(timezone.now())
    wait_until(lambda: stranger.why_gone, "the stranger is sent away")


def test_who_was_put_out_is_gone_and_comes_back_only_when_let_in(begun, speaker, lobby):
    way = speaker.call(MeetingAct.ENTER)
    guest = lobby.join(way.url, way.token)
    speaker.call(MeetingAct.HERE)
    begun.call(MeetingAct.PUT_OUT, who=speaker.who)
    wait_until(lambda: guest.why_gone, "they are sent away")
    assert speaker.refused(MeetingAct.ENTER) == (409, "put_out")
    by_the_old_token = lobby.join(way.url, way.token)
    reconcile(timezone.now())
    wait_until(lambda: by_the_old_token.why_gone, "they are sent away again")
    begun.call(MeetingAct.LET_IN, who=speaker.who)
    assert come(speaker, lobby).room.isconnected()


def test_a_right_that_was_kept_is_taken_away(begun, speaker, viewer, lobby, media_server):
    speaker.call(MeetingAct.ENTER)
    watching = come(viewer, lobby)
    kept = lobby.join(media_server.seen.client_url, signed(media_server.pair, speaker.who, may_publish=True))
    assert kept.publish()
    wait_until(lambda: watching.sends(speaker.who), "all see them")
    reconcile(timezone.now())
    wait_until(lambda: not watching.sends(speaker.who), "nobody does")
    assert kept.is_refused()


def test_a_withdrawn_pc_is_sent_away_and_its_seat_is_free(begun, speaker, lobby):
    guest = come(speaker, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    revoke(speaker)
    reconcile(timezone.now())
    wait_until(lambda: guest.why_gone, "it is sent away")
    assert [one.who for one in begun.stage().seats] == [begun.who]


def test_whose_role_has_ended_is_sent_away_and_their_seat_is_free(begun, speaker, lobby):
    guest = come(speaker, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    RoleGrant.objects.filter(person=speaker.person).update(until_on=timezone.localdate() - timedelta(days=1))
    reconcile(timezone.now())
    wait_until(lambda: guest.why_gone, "they are sent away")
    assert [one.who for one in begun.stage().seats] == [begun.who]


def test_who_came_and_went_is_seen_by_looking(begun, speaker, lobby):
    way = speaker.call(MeetingAct.ENTER)
    guest = lobby.join(way.url, way.token)

    def is_there():
        reconcile(timezone.now())
        return next(one.is_connected for one in begun.desk().present if one.who == speaker.who)

    wait_until(is_there, "it is there")
    guest.go()
    wait_until(lambda: not is_there(), "it is not")


def test_a_room_that_is_told_an_old_stage_is_told_the_new_one(begun, speaker, lobby, monkeypatch):
    guest = come(speaker, lobby)
    before = guest.stage
    monkeypatch.setattr("server_sync.meetings.conducting.media_server", lambda: None)
    stage = begun.stage(MeetingAct.CALL, who=speaker.who)
    assert (guest.stage, guest.may_publish) == (before, False)
    monkeypatch.undo()
    reconcile(timezone.now())
    wait_until(lambda: guest.stage == stage and guest.may_publish, "it is told, and may be seen")


def test_a_plan_that_is_changed_while_the_meeting_is_held_is_told(begun, speaker, lobby):
    guest = come(speaker, lobby)
    begun.call(MeetingAct.GO_TO_ITEM, item=1)
    Meeting.objects.update(seats=7, agenda=[])
    reconcile(timezone.now())
    wait_until(lambda: (guest.stage.seats_most, guest.stage.item) == (7, 0), "the new plan is told")


def test_when_the_meeting_ends_so_does_its_room(begun, speaker, lobby, media_server):
    guest = come(speaker, lobby)
    begun.call(MeetingAct.CLOSE)
    wait_until(lambda: guest.why_gone, "everybody is sent away")
    assert not rooms(media_server.seen.address, media_server.pair)


def test_a_room_that_could_not_be_ended_is_ended_later(begun, speaker, lobby, monkeypatch):
    guest = come(speaker, lobby)
    monkeypatch.setattr("server_sync.meetings.conducting.media_server", lambda: None)
    begun.call(MeetingAct.CLOSE)
    assert not guest.why_gone
    monkeypatch.undo()
    reconcile(timezone.now())
    wait_until(lambda: guest.why_gone, "everybody is sent away")
    assert not live_models.Live.objects.exists()


def test_a_meeting_that_nobody_closed_is_closed_six_hours_after_its_end(begun, lobby):
    chair = come(begun, lobby)
    end = Meeting.objects.get().ends_at
    reconcile(end + timedelta(hours=6) - timedelta(seconds=1))
    assert Meeting.objects.get().state == "open"
    reconcile(end + timedelta(hours=6, seconds=1))
    assert Meeting.objects.get().state == "closed"
    wait_until(lambda: chair.why_gone, "everybody is sent away")


def test_a_meeting_that_was_never_opened_is_forgotten_after_its_time(desk, lobby):
    chair = come(desk, lobby)
    reconcile(Meeting.objects.get().ends_at + timedelta(hours=6, seconds=1))
    wait_until(lambda: chair.why_gone, "everybody is sent away")
    assert (Meeting.objects.get().state, live_models.Live.objects.exists()) == ("planned", False)


def test_time_is_counted_while_nobody_does_anything(begun, speaker, lobby):
    come(speaker, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    live_models.Present.objects.update(spoken_s=0)
    since = timezone.now() - timedelta(seconds=7)
    live_models.Live.objects.update(counted_at=since)
    reconcile(timezone.now())
    passed_s = int((timezone.now() - since).total_seconds())
    assert 7 <= live_models.Present.objects.get(who=speaker.who).spoken_s <= passed_s


def test_from_the_call_until_the_right_is_there_it_takes_no_time(begun, speaker, lobby):
    guest = come(speaker, lobby)
    taken = []
    for _ in range(5):
        begun_at = time.monotonic()
        begun.call(MeetingAct.CALL, who=speaker.who)
        wait_until(lambda: guest.may_publish, "who was called may be seen")
        taken.append(time.monotonic() - begun_at)
        begun.call(MeetingAct.THANK, who=speaker.who)
        wait_until(lambda: not guest.may_publish, "and no more")
    assert sorted(taken)[2] < 1.0


def kill(media_server: Kept) -> None:
    """Kill the media server and wait until the next one answers, also to who asks after rooms."""
    before = media_server.seen
    os.kill(before.pid, signal.SIGKILL)
    wait_until(lambda: media_server.seen.is_well and media_server.seen.pid != before.pid, "it was started again")

    def answers() -> bool:
        try:
            return not rooms(media_server.seen.address, media_server.pair)
        except (api.TwirpError, ClientError, TimeoutError):
            return False

    wait_until(answers, "it answers")


@pytest.mark.expects_log("media_server_ended", "media_server")
def test_a_media_server_that_was_started_again_has_the_meeting_back(begun, speaker, viewer, lobby, media_server):
    guest = come(speaker, lobby)
    begun.call(MeetingAct.CALL, who=speaker.who)
    begun.call(MeetingAct.GO_TO_ITEM, item=1)
    wait_until(lambda: guest.may_publish, "who was called may be seen")
    kill(media_server)
    reconcile(timezone.now())
    guest.go()  # or it comes back by itself, in the place of the next one
    again, watching = come(speaker, lobby), come(viewer, lobby)
    assert again.stage == begun.stage()
    assert [one.who for one in again.stage.seats] == [begun.who, speaker.who]
    wait_until(lambda: again.may_publish, "they may be seen again")
    assert again.publish()
    wait_until(lambda: watching.sends(speaker.who), "all see them")


@pytest.mark.expects_log("media_server_ended", "media_server")
def test_who_comes_first_after_a_new_start_has_the_room_made(begun, speaker, lobby, media_server):
    kill(media_server)
    assert come(speaker, lobby).stage == begun.stage()
