"""The pages of meetings: the list, one meeting, and the three steps by which one is planned, changed or cancelled."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.common.refusals import Refused
from server_sync.conferring import forms, showing, wording
from server_sync.conferring.forms import Change, Plan, Reason
from server_sync.conferring.showing import Occasion
from server_sync.contract.bodies import SEATS_MOST, MeetingPart, MeetingPlan
from server_sync.contract.identifiers import uuid7
from server_sync.contract.meetings import MeetingState
from server_sync.contract.workflow import Role
from server_sync.meetings import acts
from server_sync.meetings.models import Meeting
from server_sync.meetings.places import RECORD_TYPE, record_of
from server_sync.meetings.planned import REFUSED_IN
from server_sync.meetings.plans import starts_at
from server_sync.meetings.repeating import OnDayOff, Repeat
from server_sync.meetings.standing import plan_of
from server_sync.pages.access import Standing, open_to
from server_sync.pages.kept import OWN
from server_sync.pages.ranges import answer_with
from server_sync.pages.tiles import places
from server_sync.pages.typed import Typed

BUTTONS: Final = frozenset({"look", "do", "back", "more", "up", "fill", OWN, "remarks_seen"})
"""What a form says beside what was typed."""
HALL: Final = "KG-HALL"
FORM: Final = "conferring/plan.html"


@require_safe
@open_to(Role.CHAIR_ASSISTANT)
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Meetings to come, or those that were."""
    shows_past = request.GET.get("show") == "past"
    lines = showing.past(standing) if shows_past else showing.coming(standing)
    return render(request, "conferring/meetings.html", {"lines": lines, "shows_past": shows_past})


@require_safe
@open_to(Role.CHAIR_ASSISTANT)
def one(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """One meeting: plan, agenda, who is invited, who was there."""
    return show(request, standing, find(standing, meeting))


@require_safe
@open_to(Role.CHAIR_ASSISTANT)
def record(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponseBase:
    """The record of a meeting that is over, to be watched from any place in it."""
    found = find(standing, meeting)
    try:
        response = answer_with(request, record_of(bytes(found.pk)), RECORD_TYPE)
    except OSError as missing:
        raise Http404 from missing
    response["Content-Disposition"] = f'inline; filename="{found.starts_at:%Y-%m-%d}-{found.address[:8]}.mp4"'
    response["Cache-Control"] = "private, no-store"
    return response


def find(standing: Standing, address: str) -> Meeting:
    """The meeting of an address, or 404 as for one that is not there."""
    found = showing.find(standing, address)
    if found is None:
        raise Http404
    return found


def show(
    request: HttpRequest, standing: Standing, meeting: Meeting, refused: str = "", status: int = 200
) -> HttpResponse:
    """One meeting whole, with why something was not done."""
    told = {"page": showing.page_of(meeting, standing), "refused": refused}
    return render(request, "conferring/meeting.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def plan(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Plan a meeting or a series: typed, looked over with its days and remarks, then made."""
    told: dict[str, Any] = {"act": "plan"}
    if request.method != "POST":
        return _form(request, Plan(initial=_blank(standing)), told)
    typed = _turned(request.POST)
    if typed is not None:
        return _form(request, Plan(initial=_as_initial(typed)), told)
    form = Plan(request.POST)
    if not form.is_valid():
        return _form(request, form, told, 400)
    if not form.plans:
        form.add_error("on_day_off", gettext("All days fall out. Choose another day, or let it be held."))
        return _form(request, form, told, 400)
    if not _was_looked_over(request, form.plans):
        return _look(request, form, form.plans, showing.occasions(form), told)
    try:
        made = acts.plan_meetings(standing.person.id.bytes, form.first, form.plans)
    except Refused as refused:
        if refused.code == "meeting_known" and _is_the_same(form.first, form.plans[0]):  # the same form, sent twice
            return HttpResponseRedirect(reverse("meeting", args=[form.first.hex()]))
        return _refused(request, form, refused, told)
    said = ngettext(
        "%(n)s meeting is planned. The offices learn of it with their next exchange.",
        "%(n)s meetings are planned. The offices learn of them with their next exchange.",
        len(made),
    )
    messages.add_message(request, messages.SUCCESS, said % {"n": len(made)}, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting", args=[made[0].hex()]))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def change(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """Lay another plan on a meeting, with a reason."""
    before = find(standing, meeting)
    page = showing.page_of(before, standing)
    told: dict[str, Any] = {"act": "change", "page": page}
    if not page.may_change:
        return show(request, standing, before, _moved_on(before), 409)
    if request.method != "POST":
        typed = forms.as_typed(plan_of(before), before.address) | {"seen": bytes(before.event.hash).hex()}
        return _form(request, Change(initial=typed), told)
    turned = _turned(request.POST)
    if turned is not None:
        return _form(request, Change(initial=_as_initial(turned)), told)
    form = Change(request.POST)
    if not form.is_valid():
        return _form(request, form, told, 400)
    plan_now = form.plan_on(form.cleaned_data["day"], before.series)
    if not _was_looked_over(request, [plan_now], bytes(before.id)):
        day = Occasion(wording.day(starts_at(plan_now)), "")
        return _look(request, form, [plan_now], [day], told, bytes(before.id))
    seen = bytes.fromhex(form.cleaned_data["seen"])
    try:
        acts.change_meeting(standing.person.id.bytes, bytes(before.id), plan_now, form.reason, seen)
    except Refused as refused:
        if refused.code in {"changed_meanwhile", "meeting_over", "meeting_cancelled"}:
            return show(request, standing, find(standing, meeting), wording.refusal(refused), 409)
        return _refused(request, form, refused, told)
    said = gettext("The plan is changed. The offices learn of it with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting", args=[meeting]))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def cancel(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """Call a meeting off, with a reason that every office reads."""
    before = find(standing, meeting)
    page = showing.page_of(before, standing)
    if not page.may_cancel:
        return show(request, standing, before, _moved_on(before), 409)
    told: dict[str, Any] = {"page": page}
    if request.method != "POST":
        form = Reason(initial={"seen": bytes(before.event.hash).hex()})
        return render(request, "conferring/cancel.html", told | {"form": form})
    form = Reason(request.POST)
    if not form.is_valid():
        return render(request, "conferring/cancel.html", told | failed(form, gettext("Cancel the meeting")), status=400)
    seen = bytes.fromhex(form.cleaned_data["seen"])
    try:
        acts.cancel_meeting(standing.person.id.bytes, bytes(before.id), form.reason, seen)
    except Refused as refused:
        return show(request, standing, find(standing, meeting), wording.refusal(refused), 409)
    said = gettext("The meeting is cancelled. The offices learn of it with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting", args=[meeting]))


def _moved_on(meeting: Meeting) -> str:

    return str(wording.REFUSALS[REFUSED_IN[MeetingState(meeting.state)]])


def _blank(standing: Standing) -> dict[str, Any]:
    """An empty form: an hour with all seats, led by the hall or else by the first office that the person reaches."""
    reach = standing.reach(Role.CHAIR_ASSISTANT)
    own = [place.code for place in places() if reach.covers(place.code)]
    chair = HALL if HALL in own else next(iter(own), "")
    return {
        "name": uuid7().hex,
        "items": forms.ITEMS_ADDED,
        "at": "10:00",
        "minutes": 60,
        "seats": SEATS_MOST,
        "repeat": Repeat.ONCE.value,
        "times": 1,
        "on_day_off": OnDayOff.NEXT_WORKING_DAY.value,
        forms.AT + chair: str(MeetingPart.CHAIR.value),
    }


def _turned(typed: QueryDict) -> QueryDict | None:
    """What was typed, turned as a button of the form asks; None when the form is sent."""
    if "fill" in typed:
        return forms.filled(typed, typed.get("fill_who", ""), typed.get("fill_part", ""))
    if "more" in typed:
        return forms.lengthened(typed)
    if "up" in typed:
        said = typed.get("up", "")
        return forms.moved_up(typed, int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 0)
    return typed if "back" in typed else None


def _as_initial(typed: QueryDict) -> dict[str, Any]:
    """What was typed as a form shows it that nobody has judged yet."""
    return {name: typed.get(name, "") for name in typed}


def _was_looked_over(request: HttpRequest, plans: Sequence[MeetingPlan], about: bytes = b"") -> bool:
    """Whether the person has seen this very plan with all that is remarked on it."""
    if "do" not in request.POST:
        return False
    seen = set(request.POST.get("remarks_seen", "").split())
    return set(showing.remarked(plans, about).split()) <= seen


def _look(
    request: HttpRequest,
    form: Plan,
    plans: Sequence[MeetingPlan],
    days: Sequence[Occasion],
    told: dict[str, Any],
    about: bytes = b"",
) -> HttpResponse:
    typed = [(name, value) for name in request.POST if name not in BUTTONS for value in request.POST.getlist(name)]
    look = showing.look_over(form, plans, days, about)
    return render(request, "conferring/look.html", told | {"look": look, "typed": typed, "plans": len(plans)})


def _form(request: HttpRequest, form: Plan, told: dict[str, Any], status: int = 200) -> HttpResponse:
    told = told | {
        "form": form,
        "provinces": forms.provinces(),
        "fill_parts": [(str(part.value), words) for part, words in wording.PARTS.items() if part != MeetingPart.CHAIR],
    }
    if status != 200:
        told |= failed(form, gettext("Plan the meeting") if told["act"] == "plan" else gettext("Change the plan"))
    return render(request, FORM, told, status=status)


def failed(form: Typed, act: str) -> dict[str, Any]:
    """What a page says of a form that was not taken."""
    form.mark()
    return {"form": form, "not_done": form.not_done(act)}


def _is_the_same(meeting_id: bytes, plan: MeetingPlan) -> bool:
    """Whether a meeting stands as this plan says, which was planned by the same form before."""
    found = Meeting.objects.filter(pk=meeting_id).first()
    return found is not None and plan_of(found) == plan


def _refused(request: HttpRequest, form: Plan, refused: Refused, told: dict[str, Any]) -> HttpResponse:
    form.blamed = forms.BLAMED.get(refused.code, "")
    form.add_error(None, wording.refusal(refused))
    return _form(request, form, told, 409)
