"""The page of a paper that the chair's desk shows to all, as a picture: for guests and for whoever watches the site.

Nobody gets the paper itself, nor a page that is not shown now. Who watches gets what everybody sees in a meeting that
is public and goes on; of another one nobody learns that there is one.
"""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from server_sync.common.refusals import Refused
from server_sync.contract.meetings import MeetingState
from server_sync.doors import guest, live
from server_sync.meetings.models import Meeting, name_at
from server_sync.meetings.papers import picturing
from server_sync.meetings.papers.showing import Shown, shown_in
from server_sync.pages.language import without_words

KEPT_S = 300
"""So long a browser keeps a page: the desk turns back."""


@require_safe
def of_guest(request: HttpRequest, paper: str, page: int) -> HttpResponse:
    """Give a guest who was let in the page that is shown."""
    from server_sync.meetings import guests  # the media server's client takes a second to load

    try:
        meeting = guests.demand_in(guests.link_of(request.COOKIES.get(guest.COOKIE, "")), timezone.now())
    except Refused as refused:
        return guest.refusal(refused)
    return _picture(_asked(meeting, paper, page), private=True)


@require_safe
def of_viewer(_request: HttpRequest, meeting: str, paper: str, page: int) -> HttpResponse:
    """Give anybody the page that is shown in a public meeting."""
    watched = live.public(meeting)
    if watched.state != MeetingState.OPEN:
        raise Http404
    return _picture(_asked(watched, paper, page), public=True)


def _asked(meeting: Meeting, paper: str, page: int) -> Shown:
    """What is asked for, if that is what is shown; raises Http404."""
    shown = shown_in(bytes(meeting.pk))
    if shown is None or name_at(paper) != bytes(shown.paper.pk) or page != shown.page:
        raise Http404
    return shown


def _picture(shown: Shown, **kept: bool) -> HttpResponse:
    """The picture, which may be kept a while; a word to ask again is kept by nobody."""
    try:
        response = HttpResponse(picturing.picture_of(shown.paper, shown.page), content_type=picturing.TYPE)
        patch_cache_control(response, max_age=KEPT_S, **kept)
    except Refused as refused:
        if refused.permanent:
            raise Http404 from refused
        response = HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refused.params["wait_s"])
        patch_cache_control(response, no_store=True)
    without_words(response)
    return response
