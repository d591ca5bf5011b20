"""Hears from the media server who came into a room and who left it, so that nobody waits for the next look.

What it says is signed with the pair of the media server, over the whole of it; anything else is nobody's word.
"""

import base64
import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from server_sync.contract.meetings import is_of_centre
from server_sync.meetings.live_models import Live, Present
from server_sync.meetings.media_server.configuration import Pair, pair_of
from server_sync.meetings.media_server.wanted import Kind

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 64 * 1024
CAME: Final = "participant_joined"
PUBLISHED: Final = "track_published"
LEFT: Final = frozenset({"participant_left", "participant_connection_aborted"})


@csrf_exempt
@require_POST
def heard(request: HttpRequest) -> HttpResponse:
    """Take one word of the media server's; 401 for what is not signed by it."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or int(announced) > MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        body = request.read(MOST_BYTES)
    except UnreadablePostError:
        return HttpResponse(status=HTTPStatus.REQUEST_TIMEOUT)
    wanted = settings.LIAISON_MEDIA
    if wanted.kind is Kind.OFF or not is_signed(pair_of(wanted, settings.LIAISON_HOME), request.headers, body):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    try:
        told: Any = json.loads(body)
        word, room, who = str(told["event"]), str(told["room"]["name"]), str(told["participant"]["identity"])
        track = told["track"] if word == PUBLISHED else {}
        kind = str(track.get("type", "AUDIO"))  # what is not said is the first of them
        source = str(track.get("source", "UNKNOWN"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)  # of a room or a track: nothing that is waited for
    if word == PUBLISHED:
        hear_track(room, who, kind, source)
    else:
        hear(word, room, who)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def is_signed(pair: Pair, headers: Any, body: bytes) -> bool:
    """Whether the media server said exactly this, lately."""
    import jwt  # with the other libraries of meetings, which a centre without any does not load
    from livekit import api

    try:
        claims = api.TokenVerifier(pair.key, pair.secret).verify(headers.get("Authorization", ""))
    except jwt.InvalidTokenError:
        return False
    said = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return hmac.compare_digest(said.encode(), (claims.sha256 or "").encode())


def hear(word: str, room: str, who: str) -> None:
    """Note that somebody came into a room or left it; who came has at once what they may do, or is sent away."""
    from server_sync.meetings import rooms, seats
    from server_sync.meetings.conducting import carry_over

    if is_of_centre(who):
        return
    meeting_id = rooms.meeting_of(room)
    if meeting_id is None or not who.isprintable() or not Live.objects.filter(pk=meeting_id).exists():
        return
    came = Present.objects.filter(meeting=meeting_id, who=who)
    if word == CAME:
        came.update(is_connected=True, last_seen_at=timezone.now(), gone_at=None)
        carry_over(meeting_id, seats.Change(frozenset({who})))
    elif word in LEFT:
        came.filter(is_connected=True).update(is_connected=False, gone_at=timezone.now())


def hear_track(room: str, who: str, kind: str, source: str) -> None:
    """Look at what somebody sends now: who sends sound as a picture, past a silence, is sent away."""
    from livekit import api

    from server_sync.meetings import rooms
    from server_sync.meetings.conducting import media_server, put_out_disguised

    reach = media_server()
    if reach is None or rooms.meeting_of(room) is None or not who.isprintable():
        return
    if rooms.is_disguised(rooms.number_of(api.TrackType, kind), rooms.number_of(api.TrackSource, source)):
        put_out_disguised(reach, room, [who])
