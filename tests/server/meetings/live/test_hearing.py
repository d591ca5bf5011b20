"""The media server's own word of who came and went: believed when it is signed by the pair, over the whole of it."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.test import Client
from livekit import api

from server_sync.common.home import private_folder
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings import conducting, hearing, live_models
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.media_server.standing import Reach, State
from server_sync.meetings.media_server.wanted import Kind, Wanted
from tests.server.meetings.live.guests import hall, wait_until
from tests.server.meetings.media_server.kept import keeping
from tests.server.meetings.planning import NAME

HEARD = "/meetings/heard"
JSON = "application/webhook+json"


def word(event: str, who: str, room: str = NAME.hex()) -> bytes:
    return json.dumps({"event": event, "room": {"name": room}, "participant": {"identity": who}}).encode()


def signed(pair: Pair, body: bytes, *, minutes: float = 5) -> str:
    said = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return api.AccessToken(pair.key, pair.secret).with_sha256(said).with_ttl(timedelta(minutes=minutes)).to_jwt()


def tell(body: bytes, token: str | None = None) -> int:
    headers = {} if token is None else {"Authorization": token}
    return Client().post(HEARD, body, content_type=JSON, headers=headers).status_code


@pytest.mark.django_db
def test_who_came_and_who_went_is_heard(begun, speaker, media_server):
    speaker.call(MeetingAct.ENTER)
    row = live_models.Present.objects.get(who=speaker.who)
    for event, is_there in (("participant_joined", True), ("participant_left", False), ("track_published", False)):
        body = word(event, speaker.who)
        assert tell(body, signed(media_server.pair, body)) == 204
        row.refresh_from_db()
        assert row.is_connected == is_there, event


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("track", "is_sent_away"),
    [
        ({"source": "CAMERA"}, True),  # of the first kind, sound, which the media server does not say
        ({"type": "AUDIO", "source": "SCREEN_SHARE"}, True),
        ({"type": "VIDEO", "source": "MICROPHONE"}, True),
        ({"type": "VIDEO"}, True),
        ({"type": "VIDEO", "source": "CAMERA"}, False),
        ({"source": "MICROPHONE"}, False),
        ({"source": "SCREEN_SHARE_AUDIO"}, False),
    ],
)
def test_whoever_sends_under_a_wrong_name_is_sent_away_at_once(begun, media_server, monkeypatch, track, is_sent_away):
    sent: list[list[str]] = []
    monkeypatch.setattr(conducting, "put_out_disguised", lambda _reach, _room, who: sent.append(who))
    body = json.dumps(json.loads(word("track_published", begun.who)) | {"track": track}).encode()
    assert tell(body, signed(media_server.pair, body)) == 204
    assert sent == ([[begun.who]] if is_sent_away else [])


@pytest.mark.django_db
def test_what_is_not_signed_by_the_media_server_is_nobodys_word(begun, media_server):
    pair, body = media_server.pair, word("participant_left", begun.who)
    a_way_in = begun.call(MeetingAct.ENTER).token
    wrong = {
        "none": None,
        "empty": "",
        "no token": "Bearer x",
        "of another secret": signed(Pair(pair.key, "x" * 48), body),
        "of another key": signed(Pair("other", pair.secret), body),
        "old": signed(pair, body, minutes=-10),
        "of other words": signed(pair, body + b" "),
        "a way in": a_way_in,
    }
    assert {what: tell(body, token) for what, token in wrong.items()} == dict.fromkeys(wrong, 401)
    assert live_models.Present.objects.get(who=begun.who).is_connected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 50_000,
        b'{"event": "room_finished", "room": {"name": "x"}}',
        b'{"event": "track_published", "room": {"name": "x"}, "participant": {"identity": "x"}, "track": 7}',
        b'{"event": "participant_joined", "room": {"name": null}, "participant": {"identity": 7}}',
        word("participant_joined", "nobody", room="ff" * 16),
        word("participant_joined", "nobody", room="government"),
        word("participant_joined", "\x00"),
    ],
    ids=range(10),
)
def test_what_says_nothing_of_ours_changes_nothing(body, begun, media_server):
    before = list(live_models.Present.objects.values())
    assert tell(body, signed(media_server.pair, body)) == 204
    assert list(live_models.Present.objects.values()) == before


@pytest.mark.django_db
def test_a_word_that_is_too_long_is_not_read(media_server):
    body = b" " * (hearing.MOST_BYTES + 1)
    assert tell(body, signed(media_server.pair, body)) == 413
    assert Client().get(HEARD).status_code == 405


@pytest.mark.django_db
def test_a_centre_without_meetings_hears_nobody(media_server, settings):
    settings.LIAISON_MEDIA = Wanted()
    body = word("participant_joined", "KG-C-00000000")
    assert tell(body, signed(media_server.pair, body)) == 401


@pytest.fixture
def hearing_centre(tmp_path, program, live_server, settings, monkeypatch) -> Iterator[None]:
    """A media server that tells the centre under test what happens in its rooms."""
    wanted = Wanted(kind=Kind.NAMED, program=program, webhook=f"{live_server.url}{HEARD}")
    with ExitStack() as until_the_end:
        kept = until_the_end.enter_context(keeping(private_folder(tmp_path / "centre"), wanted))
        kept.wait_until(State.WELL)
        reach = Reach(kept.seen.address, kept.seen.client_url, kept.pair)
        monkeypatch.setattr(conducting, "media_server", lambda: reach)
        monkeypatch.setattr(hearing, "pair_of", lambda *_: kept.pair)
        yield


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_has_the_floor_again_before_anybody_looks(hearing_centre, begun, speaker):
    speaker.come()
    begun.call(MeetingAct.CALL, who=speaker.who)
    live_models.Present.objects.update(is_connected=False)
    with hall() as lobby:
        way = speaker.call(MeetingAct.ENTER)
        guest = lobby.join(way.url, way.token)
        wait_until(lambda: guest.may_publish, "they may be seen")
        wait_until(lambda: live_models.Present.objects.get(who=speaker.who).is_connected, "it is known that they came")
        guest.go()
        wait_until(lambda: not live_models.Present.objects.get(who=speaker.who).is_connected, "and that they went")


@pytest.mark.django_db(transaction=True)
def test_who_was_put_out_and_comes_by_an_old_token_is_sent_away_at_once(hearing_centre, begun, speaker):
    way = speaker.call(MeetingAct.ENTER)
    begun.call(MeetingAct.PUT_OUT, who=speaker.who)
    with hall() as lobby:
        guest = lobby.join(way.url, way.token)
        wait_until(lambda: guest.why_gone, "they are sent away")
