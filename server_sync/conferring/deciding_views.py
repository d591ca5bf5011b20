"""The pages of what a meeting decided: decisions put right after it, and its minutes, on the screen and on paper."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.common.refusals import Refused
from server_sync.conferring import showing, wording
from server_sync.conferring.deciding_forms import BLAMED, Decision, Withdrawal
from server_sync.conferring.minutes import LANGUAGES, Decided, decided, minutes_of
from server_sync.conferring.views import failed, find, show
from server_sync.contract.identifiers import uuid7
from server_sync.contract.meetings import MeetingState
from server_sync.contract.workflow import Role
from server_sync.meetings import deciding
from server_sync.meetings.models import Meeting, MeetingDecision
from server_sync.meetings.planned import REFUSED_IN
from server_sync.pages.access import Standing, open_to
from server_sync.pages.wording import language_now

DECISIONS: Final = "conferring/decisions.html"
PDF: Final = "application/pdf"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def decisions(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """What a meeting decided; until its minutes stand, one more is written down or one withdrawn here."""
    before = find(standing, meeting)
    if before.opened_at is None:
        return show(request, standing, before, str(wording.REFUSALS[_not_begun(before)]), 409)
    if request.method != "POST":
        return _page(request, standing, before, {"withdrawal": _asked_to_withdraw(request, before)})
    if "decision" in request.POST:
        return _withdraw(request, standing, before)
    return _take(request, standing, before)


def _take(request: HttpRequest, standing: Standing, meeting: Meeting) -> HttpResponse:
    form = Decision(meeting, request.POST)
    act = gettext("Write the decision down")
    if not form.is_valid():
        return _page(request, standing, meeting, failed(form, act), 400)
    try:
        deciding.take_decision(standing.person.id.bytes, form.body(bytes(meeting.id)))
    except Refused as refused:
        is_again = refused.code == "decision_known" and deciding.is_written(form.body(bytes(meeting.id)))
        if not is_again:  # the same form, sent twice
            form.blamed = BLAMED.get(refused.code, form.blamed)
            form.add_error(None, wording.refusal(refused))
            return _page(request, standing, find(standing, meeting.address), failed(form, act), 409)
    said = gettext("The decision is written down. The offices learn of it with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting_decisions", args=[meeting.address]))


def _withdraw(request: HttpRequest, standing: Standing, meeting: Meeting) -> HttpResponse:
    form = Withdrawal(request.POST)
    act = gettext("Withdraw the decision")
    if not form.is_valid():
        told = failed(form, act)
        return _page(request, standing, meeting, {"withdrawal": told.pop("form"), **told}, 400)
    try:
        deciding.withdraw_decision(standing.person.id.bytes, form.body(bytes(meeting.id)))
    except Refused as refused:
        form.add_error(None, wording.refusal(refused))
        told = failed(form, act)
        return _page(request, standing, find(standing, meeting.address), {"withdrawal": told.pop("form"), **told}, 409)
    said = gettext("The decision is withdrawn. The offices learn of it with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting_decisions", args=[meeting.address]))


@require_safe
@open_to(Role.CHAIR_ASSISTANT)
def minutes(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """The minutes in Kyrgyz or Russian: a page that can be printed, or with `as=pdf` a PDF."""
    from server_sync.conferring.minutes_paper import draw  # with a library of fonts, for whoever wants a paper

    before = find(standing, meeting)
    if before.opened_at is None:
        return show(request, standing, before, str(wording.REFUSALS[_not_begun(before)]), 409)
    asked = request.GET.get("lang", language_now())
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    refused, status = "", 200
    if request.GET.get("as") == "pdf":
        try:
            with translation.override(language):
                paper = draw(minutes_of(before), timezone.now())
        except Refused as missing:
            refused, status = wording.refusal(missing), 409
        else:
            named = f'inline; filename="minutes-{before.address[:12]}-{language}.pdf"'
            return HttpResponse(paper, content_type=PDF, headers={"Content-Disposition": named})
    with translation.override(language):
        told = {"minutes": minutes_of(before), "meeting": before, "refused": refused}
        return render(request, "conferring/minutes.html", told, status=status)


def _not_begun(meeting: Meeting) -> str:
    return REFUSED_IN[MeetingState(meeting.state)]


def _page(
    request: HttpRequest, standing: Standing, meeting: Meeting, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    decisions = decided(meeting)
    may_correct = deciding.may_be_corrected(meeting)
    told = {
        "page": showing.page_of(meeting, standing),
        "decisions": decisions,
        "may_correct": may_correct,
        "days": deciding.CORRECTED_WITHIN.days,
        "withdrawn_now": _named(told.get("withdrawal"), decisions),
    } | told
    if may_correct and told.get("form") is None:
        told["form"] = Decision(meeting, initial={"name": uuid7().hex, "item": 0})
    return render(request, DECISIONS, told, status=status)


def _asked_to_withdraw(request: HttpRequest, meeting: Meeting) -> Withdrawal | None:
    """The form of the decision that the address names, if there is such a one that holds."""
    asked = request.GET.get("withdraw", "")
    known = {one.address for one in meeting.decisions.filter(withdrawn_at=None)}
    if asked not in known or not deciding.may_be_corrected(meeting):
        return None
    return Withdrawal(initial={"decision": asked})


def _named(form: Withdrawal | None, decisions: list[tuple[MeetingDecision, Decided]]) -> Decided | None:
    """The decision that a form is about, in words."""
    if form is None:
        return None
    asked = str(form["decision"].value() or "")
    return next((said for one, said in decisions if one.address == asked), None)
