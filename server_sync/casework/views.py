"""The officers' pages: lists and one request."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from server_sync.appeals.models import Appeal, Attachment
from server_sync.appeals.numbered import at
from server_sync.casework import co_executing, complaints, publishing, queues, receptions, reminding
from server_sync.casework.access import OFFICERS, View, is_of_body, record_look, view_of
from server_sync.casework.case_page import CasePage, open_case
from server_sync.casework.forms import ToBody, offered_name, resolve_body
from server_sync.casework.models import AnswerFile
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.officials.directory import directory
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import body_name
from server_sync.pages.attached import given_out
from server_sync.pages.life import Wanted
from server_sync.pages.paging import page_of
from server_sync.pages.typed import NotDone
from server_sync.pages.wording import language_now
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

EVERYBODY_HERE: Final = (*OFFICERS, Role.REGISTRAR, Role.PUBLIC_EDITOR)
PAPER_LANGUAGES: Final = ("ky", "ru")
PAPER_BUSY: Final = gettext_lazy("Another paper is being drawn. Try again in a few seconds.")
PAPER_FONTS_MISSING: Final = gettext_lazy(
    "This server has no font for a paper. Print this page, and tell the operator."
)
PEOPLE_MOST: Final = 5
"""So many are offered by the name of who holds the position."""


@require_safe
@open_to(*OFFICERS)
def work(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The cases of the person's bodies, grouped by how near their terms are."""
    return work_page(request, standing)


def work_page(
    request: HttpRequest,
    standing: Standing,
    *,
    picked: frozenset[str] = frozenset(),
    asked: str = "",
    results: Sequence[object] = (),
    status: int = 200,
) -> HttpResponse:
    """That list, with what came of an act on several of its requests."""
    query = request.GET.get("q", "")[:200]
    shows_closed = request.GET.get("show") == "closed"
    shows_complaints = request.GET.get("show") == "complaints"
    told: dict[str, Any] = {"query": query, "shows_closed": shows_closed, "bodies": _own_bodies(standing)}
    told |= {"picked": picked, "asked": asked, "results": results, "selects": not shows_closed}
    if shows_complaints:
        rows = queues.searched(queues.in_order(queues.own_open(standing).filter(is_complained=True)), query)
        told["shows_complaints"] = True
        told["lines"] = queues.lines(rows, language_now(), complaints.notes(rows), shows_applicant=True)
        told["about_own"] = complaints.about_own(standing, language_now())
    elif shows_closed:
        rows = queues.searched(queues.own_closed(standing).order_by("-last_event_id"), query)
        told["lines"] = queues.lines(rows, language_now(), receptions.notes(rows), shows_applicant=True)
    else:
        pages = _pages(standing, query)
        page = min(pages, page_of(request.GET.get("page", "")))
        told["groups"] = own_groups(standing, query, page)
        told |= {"pages": pages, "page": page, "earlier": page - 1, "later": page + 1 if page < pages else 0}
        told["pressing"] = reminding.pressing(queues.own_open(standing))
    return render(request, "casework/work.html", told, status=status)


def _pages(standing: Standing, query: str) -> int:
    """How many pages the person's open cases take; what was searched for stands on one."""
    return 1 if query.strip() else max(1, -(-queues.count_own(standing) // queues.PAGE))


def _own_bodies(standing: Standing) -> list[str]:
    return [body_name(code, language_now()) for code in sorted(standing.bodies(*OFFICERS))]


def own_groups(standing: Standing, query: str = "", page: int = 1) -> list[queues.Group]:
    """The person's open cases as the list at the left shows them; what others want of them stands on the first page."""
    if query.strip():
        rows = queues.searched(queues.in_order(queues.own_open(standing)), query)
    else:
        rows = queues.own_nearest(standing, page)
    beside = queues.searched(queues.co_open(standing), query) if page == 1 else []
    words = co_executing.reminders(rows, language_now()) | _notes(standing, rows)
    words |= {bytes(appeal.hash): gettext("co-executor") for appeal in beside}
    return queues.by_due(sorted([*rows, *beside], key=queues.nearest), language_now(), words)


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
    return route_page(request, standing)


def route_page(
    request: HttpRequest,
    standing: Standing,
    form: ToBody | None = None,
    picked: frozenset[str] = frozenset(),
    asked: str = "",
    status: int = 200,
    *,
    results: Sequence[object] = (),
) -> HttpResponse:
    """That list, with the form by which several are sent to one body and what came of it."""
    query = request.GET.get("q", "")[:200]
    rows = queues.searched(queues.to_route(standing), query, by_applicant=False)
    told: dict[str, Any] = {"kind": "route", "query": query, "lines": queues.lines(rows, language_now())}
    told |= {"picked": picked, "asked": asked, "results": results, "selects": True}
    told["form"] = form or ToBody(prefix="route", language=language_now())
    return render(request, "casework/queue.html", told, status=status)


@require_safe
@open_to(Role.PUBLIC_EDITOR)
def to_publish(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Answered requests that could be published, what colleagues proposed of them, and those that are public."""
    show = request.GET.get("show", "")
    waiting = publishing.count_waiting(standing)
    match show:
        case "published":
            rows = queues.published(standing)
        case "proposed":
            rows = publishing.waiting(standing)
        case _:
            rows = queues.to_publish(standing)
    listed = rows[: queues.MOST]
    told: dict[str, Any] = {"kind": "publish", "show": show, "waiting": waiting}
    told["lines"] = queues.lines(listed, language_now(), publishing.notes(listed))
    return render(request, "casework/queue.html", told)


@require_safe
@open_to(*EVERYBODY_HERE)
def case(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One request. What is not this person's is not here for them, whether it exists or not."""
    appeal, view = find(standing, number)
    record_look(standing, appeal, view)
    return show_case(request, standing, open_case(standing, appeal, view, language_now(), Wanted.of(request.GET)))


@require_safe
@open_to(*OFFICERS)
def case_pdf(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The whole case as a paper, in the language of the request or another of the two."""
    from server_sync.casework.case_paper import draw  # with a library of fonts, for whoever wants a paper

    appeal, view = find(standing, number)
    if view is not View.WHOLE:
        raise Http404
    own = appeal.language if appeal.language in PAPER_LANGUAGES else PAPER_LANGUAGES[0]
    asked = request.GET.get("lang", own)
    language = asked if asked in PAPER_LANGUAGES else own
    try:
        with translation.override(language):
            paper = draw(open_case(standing, appeal, view, language), appeal, language, timezone.now())
    except Refused as refused:
        words = PAPER_BUSY if refused.code == "paper_busy" else PAPER_FONTS_MISSING
        messages.add_message(request, messages.WARNING, str(words), extra_tags="warn")
        return HttpResponseRedirect(reverse("work_case", args=[number]))
    named = f'inline; filename="case-{appeal.fingerprint.replace(" ", "")}-{language}.pdf"'
    return HttpResponse(paper, content_type="application/pdf", headers={"Content-Disposition": named})


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
    """Bodies whose names begin with what is being typed, or that are held by who is called so.

    The one that has the request already is not offered.
    """
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
    listed = {one["code"] for one in told} | {here}
    for person in directory().find(typed, timezone.localdate(), PEOPLE_MOST):
        body = reference_book().body(person.line.body_code)
        if body is not None and person.is_now and body.code not in listed:
            listed.add(body.code)
            name = body.names.said_in(language_now())
            label = f"{name} ({person.line.name.said_in(language_now())})"
            told.insert(0, {"code": body.code, "name": name, "label": label})
    return JsonResponse({"bodies": told})


@require_safe
@open_to(*OFFICERS)
def attachment(request: HttpRequest, standing: Standing, number: str, file_id: int) -> FileResponse:
    """A file of a request, opened for the body that works on it."""
    appeal, view = find(standing, number)
    file = Attachment.objects.filter(pk=file_id, appeal=appeal).first()
    if view is not View.WHOLE or file is None:
        raise Http404
    return given_out(file.site_id, file)


@require_safe
@open_to(*OFFICERS)
def answer_file(request: HttpRequest, standing: Standing, number: str, file_id: UUID) -> FileResponse:
    """A file of an answer that is not sent yet, opened for the body that writes it."""
    appeal, view = find(standing, number)
    drafted = {"draft__appeal": bytes(appeal.hash), "draft__body_code": appeal.body_code}
    file = AnswerFile.objects.filter(pk=file_id, **drafted).first()
    if view is not View.WHOLE or not is_of_body(standing, appeal) or file is None:
        raise Http404
    return given_out(CENTRE, file)
