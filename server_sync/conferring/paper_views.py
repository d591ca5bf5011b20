"""The pages of a meeting's papers: laid to it, taken from it, and read."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.common.refusals import Refused
from server_sync.conferring import showing, wording
from server_sync.conferring.paper_forms import BLAMED, Paper, Withdrawal
from server_sync.conferring.papers import papers_of
from server_sync.conferring.views import failed, find
from server_sync.contract.bodies import PAPERS_MOST
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.identifiers import uuid7
from server_sync.contract.workflow import Role
from server_sync.meetings.models import Meeting, MeetingPaper, name_at
from server_sync.meetings.papers import adding, keeping
from server_sync.pages.access import Standing, open_to

PDF: Final = "application/pdf"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def papers(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """The papers of a meeting; one more is laid to it, or one taken from it here."""
    before = find(standing, meeting)
    if request.method != "POST":
        return _page(request, standing, before, {"withdrawal": _asked_to_withdraw(request, before)})
    if "paper" in request.POST:
        return _withdraw(request, standing, before)
    return _add(request, standing, before)


@require_safe
@open_to(Role.CHAIR_ASSISTANT)
def paper(request: HttpRequest, standing: Standing, meeting: str, paper: str) -> HttpResponse:
    """One paper as a file; a browser is told to keep it and not to open it among the centre's pages."""
    found = _paper(find(standing, meeting), paper)
    if found is None:
        raise Http404
    try:
        content = keeping.plain(found)
    except (Refused, NotAuthentic, OSError) as missing:
        raise Http404 from missing
    named = content_disposition_header(True, f"{found.title or found.address}.pdf")
    response = HttpResponse(content, content_type=PDF, headers={"Content-Disposition": named})
    response["Cache-Control"] = "private, no-store"
    return response


def _add(request: HttpRequest, standing: Standing, meeting: Meeting) -> HttpResponse:
    form = Paper(meeting, request.POST, request.FILES)
    act = gettext("Add the paper")
    if not form.is_valid():
        return _page(request, standing, meeting, failed(form, act), 400)
    new = form.paper()
    try:
        adding.add_paper(standing.person.id.bytes, bytes(meeting.id), new)
    except Refused as refused:
        if not (refused.code == "paper_known" and adding.is_laid(bytes(meeting.id), new)):  # the same form, sent twice
            form.blamed = BLAMED.get(refused.code, form.blamed)
            form.add_error(None, wording.refusal(refused))
            return _page(request, standing, find(standing, meeting.address), failed(form, act), 409)
    said = gettext("The paper is added. The offices fetch it with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting_papers", args=[meeting.address]))


def _withdraw(request: HttpRequest, standing: Standing, meeting: Meeting) -> HttpResponse:
    form = Withdrawal(request.POST)
    act = gettext("Withdraw the paper")
    if not form.is_valid():
        told = failed(form, act)
        return _page(request, standing, meeting, {"withdrawal": told.pop("form"), **told}, 400)
    try:
        adding.withdraw_paper(standing.person.id.bytes, form.body(bytes(meeting.id)))
    except Refused as refused:
        form.add_error(None, wording.refusal(refused))
        told = failed(form, act)
        return _page(request, standing, find(standing, meeting.address), {"withdrawal": told.pop("form"), **told}, 409)
    said = gettext("The paper is withdrawn. It goes from the offices with their next exchange.")
    messages.add_message(request, messages.SUCCESS, said, extra_tags="good")
    return HttpResponseRedirect(reverse("meeting_papers", args=[meeting.address]))


def _page(
    request: HttpRequest, standing: Standing, meeting: Meeting, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    found = papers_of(meeting)
    may_add = meeting.state in adding.ADDED_IN
    told = {
        "page": showing.page_of(meeting, standing),
        "papers": found,
        "may_add": may_add,
        "most": PAPERS_MOST,
    } | told
    withdrawal = told.get("withdrawal")
    asked = str(withdrawal["paper"].value() or "") if isinstance(withdrawal, Withdrawal) else ""
    told["withdrawn_now"] = next((one for one in found if one.address == asked), None)
    if may_add and told.get("form") is None:
        told["form"] = Paper(meeting, initial={"name": uuid7().hex, "item": 0})
    return render(request, "conferring/papers.html", told, status=status)


def _asked_to_withdraw(request: HttpRequest, meeting: Meeting) -> Withdrawal | None:
    """The form of the paper that the address names, if the meeting has it."""
    found = _paper(meeting, request.GET.get("withdraw", ""))
    return None if found is None else Withdrawal(initial={"paper": found.address})


def _paper(meeting: Meeting, address: str) -> MeetingPaper | None:
    """The paper of an address, if the meeting has it still."""
    name = name_at(address)
    return None if name is None else meeting.papers.filter(pk=name, withdrawn_at=None).first()
