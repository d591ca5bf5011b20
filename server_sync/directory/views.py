"""The administrators' pages of the directory: bring a file, see what it changes, take it, read what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.directory.wording import WHATS, problems, why
from server_sync.officials import importing
from server_sync.officials.directory import directory
from server_sync.officials.importing import Change, Preview
from server_sync.officials.models import Entry, Import
from server_sync.officials.rows import COLUMNS, FILE_BYTES, Line, What, written
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import body_name
from server_sync.pages.typed import Typed
from server_sync.pages.wording import language_now

SHOWN: Final = 100
"""Rows of each kind that a page lists; all are counted."""
BAD_SHOWN: Final = 300
FILES_SHOWN: Final = 30


def _for_keepers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page to administrators of the whole network: the directory is everybody's."""

    @open_to(Role.ADMINISTRATOR)
    @wraps(view)
    def opened(request: HttpRequest, standing: Standing, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if standing.reach(Role.ADMINISTRATOR).offices is not None:
            raise PermissionDenied
        return view(request, standing, *args, **kwargs)

    return opened


class Brought(Typed):
    """A file of the directory."""

    file = forms.FileField(label=_("File"), help_text=_("CSV in UTF-8, with ; or , between the columns, up to 10 MB."))

    @override
    def fill(self) -> None:
        """Say in our words that nothing was chosen."""
        self.fields["file"].error_messages["required"] = _("Choose a file.")
        self.fields["file"].error_messages["empty"] = _("The file is empty.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words."""

    line: int
    position: str
    what: str
    said: str
    before: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@_for_keepers
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What was brought lately, and the way to bring more."""
    form, error, status = Brought(), "", 200
    if request.method == "POST":
        form = Brought(request.POST, request.FILES)
        status = 400
        if form.is_valid():
            brought = form.cleaned_data["file"]
            try:
                # one byte more than is taken says that it is too large
                row = importing.bring(brought.name, brought.read(FILE_BYTES + 1), standing.person)
                return HttpResponseRedirect(reverse("directory_file", args=[row.pk]))
            except Refused as refusal:
                error, status = why(refusal), 400
    told = {
        "form": form,
        "error": error,
        "rows": len(directory().lines()),
        "files": importing.taken_lately(FILES_SHOWN),
        "columns": COLUMNS,
        "whats": [(what.value, words) for what, words in WHATS.items()],
    }
    return render(request, "directory/listed.html", told, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_keepers
def one(request: HttpRequest, standing: Standing, file_id: int) -> HttpResponse:
    """What a file would change, or what it changed."""
    file = Import.objects.select_related("by").filter(pk=file_id).first()
    if file is None or (file.taken_at is None and file.by_id != standing.person.pk):
        raise Http404
    error, status = "", 200
    if request.method == "POST":
        try:
            importing.take(file, standing.person)
            return HttpResponseRedirect(reverse("directory_file", args=[file.pk]))
        except Refused as refusal:
            error, status = why(refusal), 409
    told: dict[str, Any] = {"file": file, "error": error}
    if file.taken_at is not None:
        entries = Entry.objects.filter(brought_by=file).order_by("pk")[:SHOWN]
        told |= {"written": [_of_entry(entry) for entry in entries], "count": file.new + file.changed}
    elif file.content:
        try:
            told |= _previewed(importing.preview(bytes(file.content)))
        except Refused as refusal:
            error, status = why(refusal), 409
            told |= {"error": error}
    elif not error:
        told |= {"error": why(Refused("file_gone"))}
    return render(request, "directory/file.html", told, status=status)


@require_safe
@_for_keepers
def as_csv(request: HttpRequest, standing: Standing) -> StreamingHttpResponse:
    """All that stands, as the same table that is brought."""
    response = StreamingHttpResponse(written(directory().lines()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="officials.csv"'
    return response


def _previewed(preview: Preview) -> dict[str, Any]:
    return {
        "preview": preview,
        "groups": [
            (gettext("New"), len(preview.new), [_of_change(one) for one in preview.new[:SHOWN]]),
            (gettext("Changed"), len(preview.changed), [_of_change(one) for one in preview.changed[:SHOWN]]),
            (gettext("Ended by it"), len(preview.ended), [_of_change(one) for one in preview.ended[:SHOWN]]),
        ],
        "bad": [(one.line, problems(one)) for one in preview.bad[:BAD_SHOWN]],
        "shown": SHOWN,
    }


def _of_change(change: Change) -> Shown:
    before = "" if change.before is None else said(change.before)
    return Shown(change.line, _position(change.now), str(WHATS[change.now.what]), said(change.now), before)


def _of_entry(entry: Entry) -> Shown:
    told = {name: getattr(entry, name) for name in Line.__dataclass_fields__}
    line = Line(**told | {"what": What(entry.what)})
    return Shown(0, _position(line), str(WHATS[line.what]), said(line))


def _position(line: Line) -> str:
    named = body_name(line.body_code, language_now())
    return f"{named} · {line.village}" if line.village else named


def said(line: Line) -> str:
    """What a row says, in one line."""
    parts = [line.name.said_in(language_now())] if line.name_ky else []
    if line.what is What.RECEPTION:
        parts.append(gettext("weekday %(n)s, %(opens)s–%(closes)s") % {
            "n": line.weekday, "opens": line.opens, "closes": line.closes,
        })  # fmt: skip
    parts.extend(text for text in (line.place.said_in(language_now()), line.phone, line.email) if text)
    until = f"{line.until_on:%d.%m.%Y}" if line.until_on else "…"
    parts.append(f"{line.since_on:%d.%m.%Y} – {until}")
    if line.is_withdrawn:
        parts.append(gettext("taken back"))
    return ", ".join(parts)
