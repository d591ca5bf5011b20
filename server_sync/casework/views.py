"""The officers' pages: lists and one request."""

from typing import Any, Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from server_sync.appeals.models import Appeal, Attachment
from server_sync.appeals.numbered import at
from server_sync.casework import complaints, queues, receptions
from server_sync.casework.access import OFFICERS, View, record_look, view_of
from server_sync.casework.case_page import CasePage, open_case
from server_sync.casework.files import opened
from server_sync.casework.forms import offered_name, resolve_body
from server_sync.common.refusals import Refused
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.file_kinds import fitting_name
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import body_name
from server_sync.pages.life import Wanted
from server_sync.pages.typed import NotDone
from server_sync.pages.wording import language_now

EVERYBODY_HERE: Final = (*OFFICERS, Role.REGISTRAR, Role.PUBLIC_EDITOR)
SHOWN_INLINE: Final = frozenset({"image/jpeg", "image/png", "application/pdf", "text/plain"})
"""Types told to the browser as they are; others are plain bytes to it. All are downloads."""


@require_safe
@open_to(*OFFICERS)
def work(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The cases of the person's bodies, grouped by how near their terms are."""
    query = request.GET.get("q", "")[:200]
    shows_closed = request.GET.get("show") == "closed"
    shows_complaints = request.GET.get("show") == "complaints"
    told: dict[str, Any] = {"query": query, "shows_closed": shows_closed, "bodies": _own_bodies(standing)}
    if shows_complaints:
        rows = queues.searched(queues.in_order(queues.own_open(standing).filter(is_complained=True)), query)
        told["shows_complaints"] = True
        told["lines"] = queues.lines(rows, language_now(), complaints.notes(rows), shows_applicant=True)
        told["about_own"] = complaints.about_own(standing, language_now())
    elif shows_closed:
        rows = queues.searched(queues.own_closed(standing).order_by("-last_event_id"), query)
        told["lines"] = queues.lines(rows, language_now(), receptions.notes(rows), shows_applicant=True)
    else:
        told["groups"] = own_groups(standing, query)
    return render(request, "casework/work.html", told)


def _own_bodies(standing: Standing) -> list[str]:
    return [body_name(code, language_now()) for code in sorted(standing.bodies(*OFFICERS))]


def own_groups(standing: Standing, query: str = "") -> list[queues.Group]:
    """The person's open cases as the list at the left shows them."""
    rows = queues.searched(queues.in_order(queues.own_open(standing)), query)
    return queues.by_due(rows, language_now(), _notes(standing, rows))


def _notes(standing: Standing, rows: list[Appeal]) -> dict[bytes, str]:
    """What stands beside requests in the list: that there is a complaint, before all else."""
    notes = queues.draft_notes(standing) | receptions.notes(rows)
    for appeal, words in complaints.notes(rows).items():
        notes[appeal] = f"{words} · {notes[appeal]}" if appeal in notes else words
    return notes


@require_safe
@open_to(*OFFICERS)
def to_check(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Answers of colleagues that wait for this person's eyes."""
    drafts = list(queues.to_check(standing).select_related("written_by"))
    by_hash = {bytes(appeal.hash): appeal for appeal in Appeal.objects.filter(hash__in=[d.appeal for d in drafts])}
    notes = {bytes(draft.appeal): draft.written_by.full_name for draft in drafts}
    rows = [by_hash[bytes(draft.appeal)] for draft in drafts if bytes(draft.appeal) in by_hash]
    told = {"kind": "check", "lines": queues.lines(rows, language_now(), notes, shows_applicant=True)}
    return render(request, "casework/queue.html", told)


@require_safe
@open_to(Role.REGISTRAR)
def to_route(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Requests that no rule could send to a body."""
    query = request.GET.get("q", "")[:200]
    rows = queues.searched(queues.to_route(standing), query, by_applicant=False)
    told = {"kind": "route", "query": query, "lines": queues.lines(rows, language_now())}
    return render(request, "casework/queue.html", told)


@require_safe
@open_to(Role.PUBLIC_EDITOR)
def to_publish(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Answered requests that could be published, and those that are."""
    shows_closed = request.GET.get("show") == "published"
    rows = (queues.published(standing) if shows_closed else queues.to_publish(standing))[: queues.MOST]
    told = {"kind": "publish", "shows_closed": shows_closed, "lines": queues.lines(rows, language_now())}
    return render(request, "casework/queue.html", told)


@require_safe
@open_to(*EVERYBODY_HERE)
def case(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One request. What is not this person's is not here for them, whether it exists or not."""
    appeal, view = find(standing, number)
    record_look(standing, appeal, view)
    return show_case(request, standing, open_case(standing, appeal, view, language_now(), Wanted.of(request.GET)))


def find(standing: Standing, number: str) -> tuple[Appeal, View]:
    """Find a request that opens to this person, or raise Http404."""
    appeal = at(number)
    view = view_of(standing, appeal) if appeal is not None else None
    if appeal is None or view is None:
        raise Http404
    return appeal, view


def show_case(
    request: HttpRequest, standing: Standing, page: CasePage, not_done: NotDone | None = None, status: int = 200
) -> HttpResponse:
    """Show a gathered request, with the person's own list beside it and above it why an act was refused."""
    told: dict[str, Any] = {"case": page, "not_done": not_done}
    if page.view is View.WHOLE:
        told["groups"] = own_groups(standing)
    return render(request, "casework/case.html", told, status=status)


@require_safe
@open_to(*EVERYBODY_HERE)
def bodies(request: HttpRequest, standing: Standing) -> JsonResponse:
    """Bodies whose names begin with what is being typed, but for the one that has the request already."""
    typed = request.GET.get("q", "")[:200]
    near, here = request.GET.get("near", "")[:16], request.GET.get("here", "")[:64]
    found = resolve_body(typed, near, language_now()).found if typed.strip() else ()
    told = [
        {
            "code": one.body.code,
            "name": one.body.names.said_in(language_now()),
            "label": offered_name(one, language_now()),
        }
        for one in found
        if one.body.code != here
    ]
    return JsonResponse({"bodies": told})


@require_safe
@open_to(*OFFICERS)
def attachment(request: HttpRequest, standing: Standing, number: str, file_id: int) -> FileResponse:
    """A file of a request, opened for the body that works on it."""
    appeal, view = find(standing, number)
    file = Attachment.objects.filter(pk=file_id, appeal=appeal).first()
    if view is not View.WHOLE or file is None:
        raise Http404
    try:
        plain = opened(file)
    except (Refused, NotAuthentic) as missing:
        raise Http404 from missing
    kind = file.media_type if file.media_type in SHOWN_INLINE else "application/octet-stream"
    response = FileResponse(
        plain, as_attachment=True, filename=fitting_name(file.name, file.media_type) or "file", content_type=kind
    )
    response["Content-Security-Policy"] = "sandbox"
    return response
