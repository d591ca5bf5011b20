"""The page of a guest: the link's secret is read by a script and sent, or typed; then the room, as an office has it.

No address ever holds the secret: it stands behind the # of the link, which no browser sends. A guest's cookie is no
session of staff and opens nothing but these addresses.
"""

import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import INTO_CHARACTERS
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingReply, read_stage
from server_sync.doors import browser_files, wording
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.media_server.standing import reach
from server_sync.meetings.media_server.wanted import Kind
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers.showing import shown_in
from server_sync.pages.appeal_words import site_name
from server_sync.pages.wording import language_now

COOKIE: Final = "guest"
ADDRESS: Final = "/meetings/guest"
WAITS: Final = frozenset({"guest_wait", "too_often", "no_media_server", "link_in_use", "not_begun", "not_let_in"})
"""Refusals after which the same may be tried again."""
_ACT_ID: Final = re.compile("[0-9a-f]{32}")
_ITEM: Final = re.compile("[0-9]{1,2}")


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponseBase:
    """The page itself, the same for everybody; what it may do is asked by its script."""
    is_offered = settings.LIAISON_MEDIA.kind is not Kind.OFF and browser_files.are_here()
    told = {"is_offered": is_offered, "words": wording.of_guests(), "client": browser_files.ROOM_CLIENT}

    def shown(request: HttpRequest) -> HttpResponse:
        return render(request, "doors/guest.html", told)

    hosts = _media_hosts()
    return csp_update({"connect-src": hosts})(shown)(request) if hosts else shown(request)


@sensitive_post_parameters("secret")
@require_POST
@never_cache
def come(request: HttpRequest) -> HttpResponse:
    """Use a link; from then on this browser is the guest."""
    from server_sync.meetings import guests  # the media server's client takes a second to load

    try:
        link, session = guests.come(request.POST.get("secret", ""), place_of(request), timezone.now())
    except Refused as refused:
        return refusal(refused)
    response = JsonResponse(_told_of(link))
    response.set_cookie(
        COOKIE,
        session,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
        path=ADDRESS,
    )
    return response


@require_POST
@never_cache
def act(request: HttpRequest) -> HttpResponse:
    """Do what a guest asks for and tell the stage, as `exchange.calling_meetings` does for an office's PC."""
    from server_sync.meetings import guests

    try:
        link = guests.link_of(request.COOKIES.get(COOKIE, ""))
        reply = guests.answer(link, _call(request, link), timezone.now())
    except ContractError as refused:
        return refusal(refused)
    return JsonResponse(_told_of(link) | _told(reply) | {"paper": _shown(link, reply)})


def _call(request: HttpRequest, link: GuestLink) -> MeetingCall:
    """Read what is asked for; raises Refused `act_unknown`."""
    typed = request.POST
    name, act_id, item = typed.get("act", ""), typed.get("act_id", ""), typed.get("item", "0")
    known = {one.name.lower(): one for one in MeetingAct}
    if name not in known or not _ACT_ID.fullmatch(act_id) or not _ITEM.fullmatch(item):
        raise Refused("act_unknown")
    return MeetingCall(
        meeting=link.meeting,
        person=bytes(16),
        act=known[name],
        act_id=bytes.fromhex(act_id),
        item=int(item),
        is_reply=typed.get("is_reply") == "1",
        into=typed.get("into", "")[:INTO_CHARACTERS],
    )


def _told_of(link: GuestLink) -> dict[str, Any]:
    """Who the guest is and to what they come, in the language of the page."""
    meeting = Meeting.objects.filter(pk=link.meeting).first()
    language = language_now()
    if meeting is None:
        return {"name": link.name}
    sites = meeting.invitations.values_list("site_id", flat=True)
    return {
        "name": link.name,
        "part": wording.PART_CODES[link.part],
        "title": meeting.title,
        "when": wording.when(meeting),
        "agenda": [wording.best_title(item["title"], language) for item in meeting.agenda],
        "sites": {code: site_name(code, language) for code in sites},
    }


def _told(reply: MeetingReply) -> dict[str, Any]:
    return {
        "stage": reply.stage,
        "who": reply.who,
        "url": reply.url,
        "token": reply.token,
        "server_time_ms": reply.server_time_ms,
    }


def _shown(link: GuestLink, reply: MeetingReply) -> dict[str, Any] | None:
    """The paper that is shown to all; nothing of it for who stands at the door."""
    return wording.paper(shown_in(link.meeting)) if read_stage(reply.stage).paper else None


def refusal(refused: ContractError) -> JsonResponse:
    """A refusal by its code and in words; whoever is none of ours is told to begin anew (401)."""
    status = HTTPStatus.FORBIDDEN
    if refused.code == "guest_unknown":
        status = HTTPStatus.UNAUTHORIZED
    elif refused.code in {"guest_wait", "too_often"}:
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif refused.code in WAITS:
        status = HTTPStatus.CONFLICT
    told = {"code": refused.code, "words": wording.refusal(refused), "again": refused.code in WAITS}
    return JsonResponse(told, status=status)


def _media_hosts() -> list[str]:
    """Where the page's script may call besides this centre: the media server, by its two names."""
    standing = reach(settings.LIAISON_MEDIA, settings.LIAISON_HOME)
    address = standing.client_url if standing is not None else settings.LIAISON_MEDIA.client_url
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc}", f"http{parts.scheme[2:]}://{parts.netloc}"]
