"""The pages of a captioner: the meetings, and in one of them a line that is typed and sent by Enter."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.limits import check_text
from server_sync.contract.meetings import CAPTION_CHARACTERS, CaptionLanguage, MeetingState
from server_sync.contract.workflow import Role
from server_sync.doors import wording
from server_sync.meetings.door_models import Caption
from server_sync.meetings.models import Invitation, Meeting, name_at
from server_sync.meetings.receptions import but_receptions
from server_sync.pages.access import Standing, open_to

LISTED_MOST: Final = 50
STREAMS: Final = ((CaptionLanguage.KY, "Кыргызча"), (CaptionLanguage.RU, "Русский"))
_NUMBER_DIGITS: Final = 18


@require_safe
@open_to(Role.CAPTIONER)
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The meetings that go on and those of the next days, to which captions are typed."""
    offices = standing.reach(Role.CAPTIONER).offices
    chairs = Invitation.objects.filter(part=MeetingPart.CHAIR)
    if offices is not None:
        chairs = chairs.filter(site__in=offices)
    found = but_receptions(
        Meeting.objects.filter(pk__in=chairs.values("meeting"), state__in=(MeetingState.OPEN, MeetingState.PLANNED))
    ).order_by("starts_at", "id")[:LISTED_MOST]
    rows = [
        {"address": one.address, "title": one.title, "when": wording.when(one), "is_open": _is_open(one)}
        for one in found
    ]
    return render(request, "doors/captions.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CAPTIONER)
def one(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """Type the captions of one meeting. A script sends a line without leaving the page; without one it works too."""
    from server_sync.meetings import captions  # the media server's client takes a second to load

    found = _find(standing, meeting)
    stream = _stream(request.POST.get("stream") or request.GET.get("stream") or "")
    bare = request.headers.get("Accept") == "application/json"
    refused, status = "", 200
    typed = request.POST.get("line", "")
    if request.method == "POST":
        try:
            _demand_readable(typed)
            captions.say(standing.person, found, stream, typed, timezone.now())
        except Refused as failure:
            refused, status = wording.refusal(failure), 429 if failure.code == "too_often" else 409
        if bare:
            return JsonResponse({"words": refused}, status=status)
        if not refused:
            return HttpResponseRedirect(f"{request.path}?stream={stream}")
    told = {
        "meeting": found,
        "when": wording.when(found),
        "is_open": _is_open(found),
        "lines": [_row(one) for one in captions.lines_after(bytes(found.pk), 0)],
        "streams": STREAMS,
        "stream": stream,
        "most": CAPTION_CHARACTERS,
        "typed": typed if refused else "",
        "refused": refused,
    }
    return render(request, "doors/captioning.html", told, status=status)


@require_safe
@open_to(Role.CAPTIONER)
def lines(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """The lines behind one that was seen, whoever typed them, and whether the meeting goes on."""
    from server_sync.meetings import captions

    found = _find(standing, meeting)
    after = request.GET.get("after", "0")
    number = int(after) if after.isascii() and after.isdecimal() and len(after) <= _NUMBER_DIGITS else 0
    rows = [_row(one) for one in captions.lines_after(bytes(found.pk), number)]
    return JsonResponse({"lines": rows, "is_open": _is_open(found)})


def _find(standing: Standing, address: str) -> Meeting:
    """A meeting whose captions this person types; raises Http404."""
    from server_sync.meetings import captions

    name = name_at(address)
    found = None if name is None else Meeting.objects.filter(pk=name).first()
    if found is None or not captions.may_caption(standing.person, found):
        raise Http404
    return found


def _is_open(meeting: Meeting) -> bool:
    return meeting.state == MeetingState.OPEN


def _demand_readable(typed: str) -> None:
    """Raise Refused for a line that cannot be kept or shown."""
    breach = next(iter(check_text("", " ".join(typed.split()), CAPTION_CHARACTERS, is_long=False)), None)
    if breach is not None:
        raise Refused("text_too_long" if breach.code == "text_too_long" else "text_unreadable")


def _stream(typed: str) -> CaptionLanguage:
    return CaptionLanguage(typed) if typed in set(CaptionLanguage) else CaptionLanguage.KY


def _row(line: Caption) -> dict[str, Any]:
    at = timezone.localtime(line.said_at)
    return {"number": line.pk, "stream": line.language, "text": line.text, "at": f"{at:%H:%M:%S}"}
