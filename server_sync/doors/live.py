"""The page on which anybody watches a public meeting, and the broadcast that it plays.

The broadcast is HLS, written by the broadcaster of a meeting into `live/MEETING/` in the centre's folder: `index.m3u8`
names the renditions, one folder below may hold their pieces and subtitles. Nothing is told of a meeting that is not
public, not even that there is one.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from server_sync.contract.meetings import MeetingState
from server_sync.doors import browser_files, wording
from server_sync.meetings.models import Meeting, name_at
from server_sync.meetings.papers.showing import shown_in
from server_sync.pages.language import without_words
from server_sync.pages.wording import language_now

FOLDER: Final = "live"
"""Where in the centre's folder the broadcasts lie, each in a folder that is called as its meeting is in addresses."""
INDEX: Final = "index.m3u8"
TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".vtt": "text/vtt; charset=utf-8",
}
LARGEST_BYTES: Final = 16 * 1024 * 1024
"""No piece of two seconds is larger; a whole recording is no piece."""
FRESH: Final = timedelta(seconds=30)
"""An index that was not written for so long is of a broadcast that stands still."""
_NAME: Final = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,63}/)?[a-z0-9][a-z0-9_.-]{0,63}")


def folder_of(meeting_id: bytes) -> Path:
    """Where the broadcast of a meeting lies, whether there is one or not."""
    return Path(settings.LIAISON_HOME) / FOLDER / meeting_id.hex()


@require_safe
def page(request: HttpRequest, meeting: str) -> HttpResponseBase:
    """Show a public meeting to anybody."""
    shown = public(meeting)
    told = {
        "meeting": shown,
        "when": wording.when(shown),
        "agenda": [wording.best_title(item["title"], language_now()) for item in shown.agenda],
        "player": browser_files.PLAYER if browser_files.are_here() else "",
        "state": _state(shown),
        "words": wording.of_viewers(),
    }

    def answer(request: HttpRequest) -> HttpResponse:
        return render(request, "doors/live.html", told)

    response = csp_update({"media-src": [SELF, "blob:", "data:"]})(answer)(request)
    patch_cache_control(response, private=True, max_age=0)
    return response


@require_safe
def state(request: HttpRequest, meeting: str) -> HttpResponse:
    """Where the broadcast stands: `planned`, `waiting` for the broadcaster, `live`, `ended`; and the page shown."""
    watched = public(meeting)
    shown = shown_in(bytes(watched.pk)) if watched.state == MeetingState.OPEN else None
    response = JsonResponse({"state": _state(watched), "paper": wording.paper(shown)})
    patch_cache_control(response, public=True, max_age=2)
    without_words(response)
    return response


@require_safe
def file(request: HttpRequest, meeting: str, name: str) -> HttpResponseBase:
    """Give one file of a broadcast; playlists are asked for anew each time, pieces never change."""
    folder = folder_of(bytes(public(meeting).pk))
    kind = TYPES.get(Path(name).suffix)
    if kind is None or ".." in name or not _NAME.fullmatch(name):
        raise Http404
    path = folder / name
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise Http404
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            raise Http404
        response = FileResponse(path.open("rb"), content_type=kind)
    except OSError as failure:  # the broadcaster has taken it away meanwhile
        raise Http404 from failure
    if path.suffix == ".m3u8":
        patch_cache_control(response, public=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=3600, immutable=True)
    without_words(response)
    return response


def public(address: str) -> Meeting:
    """The public meeting of an address; raises Http404."""
    name = name_at(address)
    found = None if name is None else Meeting.objects.filter(pk=name, is_public=True, is_closed=False).first()
    if found is None or found.state == MeetingState.CANCELLED:
        raise Http404
    return found


def _state(meeting: Meeting) -> str:
    match MeetingState(meeting.state):
        case MeetingState.OPEN:
            return "live" if _is_fresh(folder_of(bytes(meeting.pk))) else "waiting"
        case MeetingState.PLANNED:
            return "planned"
        case _:
            return "ended"


def _is_fresh(folder: Path) -> bool:
    """Whether a playlist was written a moment ago: the index is written once, those of the renditions all the time."""
    since = (timezone.now() - FRESH).timestamp()
    try:
        if not (folder / INDEX).is_file():
            return False
        playlists: Any = (*folder.glob("*.m3u8"), *folder.glob("*/*.m3u8"))
        return any(one.stat().st_mtime > since for one in playlists)
    except OSError:
        return False
