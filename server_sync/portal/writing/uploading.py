"""The step of files: one after the other by a plain form, or in pieces by a script that goes on after a lost line."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from server_sync.common.refusals import Refused
from server_sync.pages.errors import Trouble
from server_sync.portal.writing import files
from server_sync.portal.writing.drafts import Opened
from server_sync.portal.writing.here import draft_here
from server_sync.portal.writing.views import of_a_draft, show_step

FILES: Final = "/write/files"
MOST_BYTES: Final = files.FILE_BYTES + 64 * 1024
"""A file, and what a form writes around it."""
DIGITS: Final = 9
TOO_LARGE: Final = Trouble(
    413,
    _("The file is too large"),
    [_("Nothing of it was kept. A file may have at most 10 MB."), _("Go back and choose a smaller one.")],
)

WORDS: Final[dict[str, Promise]] = {
    "file_too_large": _("The file is too large: at most 10 MB are taken."),
    "file_name": _("The name of the file holds something that cannot be kept. Give it a simple name."),
    "file_kind": _(
        "A file of this kind is not taken. Taken are photographs (JPEG, PNG), PDF, Word, Excel, OpenDocument, plain "
        "text and sound (MP3, M4A, OGG, WAV, AMR); what a file is, is told by what it holds and not by its name."
    ),
    "file_empty": _("The file is empty."),
    "file_macros": _("The document has macros. Save it without them, or as PDF."),
    "file_packed": _("The document is damaged, or far too large unpacked. Save it as PDF."),
    "files_many": _("No more files can be added: ten at most go with a request."),
    "files_too_large": _("All files together may have at most 30 MB."),
    "files_full": _("There is no room for more files at the moment. Try again in an hour, or send without this one."),
    "no_room": _("There is no room for more files at the moment. Try again in an hour, or send without this one."),
    "file_gone": _("This file is not here any more. Add it again."),
    "offset_wrong": _("A piece came out of turn."),
    "draft_gone": _("This draft has ended. Begin anew."),
}


def may_bring(request: HttpRequest) -> bool:
    """Whether a browser has something that is being written: to nobody else a large form is read."""
    opened = draft_here(request)
    return opened is not None and opened.row.appeal is None


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def bring(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The step before the last: files that go along, if there are any."""
    error, status = "", 200
    if request.method == "POST":
        try:
            _do(request, opened)
            return HttpResponseRedirect(reverse("write_files") + _then(request))
        except Refused as refusal:
            error, status = str(WORDS[refusal.code]), 400
    told: dict[str, Any] = {
        "files": files.brought(opened),
        "error": error,
        "most": files.FILES_MOST,
        "piece_bytes": files.PIECE_BYTES,
        "is_full": len(files.brought(opened)) >= files.FILES_MOST,
    }
    return show_step(request, "files", told, status)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_POST
@of_a_draft
def begin(request: HttpRequest, opened: Opened) -> HttpResponse:
    """A file that comes in pieces: how much of it is here already."""
    try:
        size = _number(request.POST.get("size", ""), "file_empty")
        name, mark = request.POST.get("name", ""), request.POST.get("mark", "")
        file_id, here = files.begin(opened, name, size, mark)
    except Refused as refusal:
        return _refused(refusal)
    return JsonResponse({"piece": reverse("write_file_piece", args=[file_id]), "here": here})


@sensitive_variables()
@never_cache
@require_POST
@of_a_draft
def piece(request: HttpRequest, opened: Opened, file_id: UUID) -> HttpResponse:
    """One piece of a file, at its place."""
    try:
        offset = _number(request.GET.get("offset", ""), "offset_wrong")
        here, is_whole = files.take_piece(opened, file_id, offset, request.body)
    except Refused as refusal:
        return _refused(refusal)
    return JsonResponse({"here": here, "whole": is_whole})


def _do(request: HttpRequest, opened: Opened) -> None:
    """Take a file out, its place out of a photograph, or a file in."""
    for name, act in (("out", files.take_out), ("place", files.take_place_out)):
        asked = request.POST.get(name, "")
        if asked:
            try:
                file_id = UUID(asked)
            except ValueError as none:
                raise Refused("file_gone") from none
            act(opened, file_id)
            return
    given = request.FILES.get("file")
    if given is None:
        raise Refused("file_empty")
    if (given.size or 0) > files.FILE_BYTES:
        raise Refused("file_too_large")
    files.bring(opened, given.name or "", given.read())


def _number(typed: str, code: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= DIGITS):
        raise Refused(code)
    return int(typed)


def _then(request: HttpRequest) -> str:
    return "?then=check" if request.GET.get("then") == "check" else ""


def _refused(refusal: Refused) -> JsonResponse:
    here = refusal.params.get("offset")
    told = {"code": refusal.code, "words": str(WORDS[refusal.code])}
    return JsonResponse(told if here is None else told | {"here": here}, status=409)
