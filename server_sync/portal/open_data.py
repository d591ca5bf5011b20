"""Published requests for programs: as a feed, as JSON and as a table, each with the words and facts that are wanted."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from server_sync.appeals import public
from server_sync.appeals.public import PublicAppeal
from server_sync.pages.appeal_words import body_name, category_name, site_name
from server_sync.pages.paging import page_of
from server_sync.pages.wording import language_now
from server_sync.portal.published import PublicPage
from server_sync.portal.wanted import Wanted

FED: Final = 20
"""Entries of a feed; a reader asks again."""
PAGE: Final = 100
"""Requests that a program is given at once, with the address of those that follow."""
LANGUAGES: Final = ("ky", "ru", "en")
COLUMNS: Final = (
    "number",
    "address",
    "kind",
    "registered_on",
    "due_on",
    "state",
    "answered_on",
    "outcome",
    "is_late",
    "office",
    "office_name",
    "body",
    "body_name",
    "topics",
    "topic_names",
    "subject_ky",
    "subject_ru",
    "subject_en",
    "published_at",
)
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a table program."""


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest published requests as Atom (RFC 4287)."""
    wanted = Wanted.of(request.GET.dict())
    language = language_now()
    found, _total = public.published(wanted.query, 1, wanted.facts, FED)
    atom = Atom1Feed(
        title=gettext("Published requests"),
        link=_absolute(_with(reverse("requests"), wanted.address)),
        description="",
        language=language,
        feed_url=_absolute(_with(reverse("requests_feed"), wanted.address)),
    )
    for appeal in found:
        page = PublicPage.of(appeal, language)
        atom.add_item(
            title=page.subject,
            link=_absolute(reverse("case", args=[appeal.number])),
            description=page.text,
            unique_id=_absolute(reverse("case", args=[appeal.number])),
            pubdate=appeal.published_at,
            updateddate=appeal.published_at,
            categories=page.categories,
            author_name=page.office,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """A page of published requests as JSON, the newest first."""
    found, wanted, following = _found(request, "requests_json")
    told = {
        "what": gettext("Published requests"),
        "page": _absolute(_with(reverse("requests"), wanted.address)),
        "next": following,
        "requests": [_told(appeal) for appeal in found],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """A page of published requests as a table (RFC 4180); a link of its header leads to the next (RFC 8288)."""
    found, _wanted, following = _found(request, "requests_csv")
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for appeal in found:
        told = _told(appeal)
        table.writerow([_cell(told[column]) for column in COLUMNS])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    if following is not None:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _found(request: HttpRequest, address: str) -> tuple[Sequence[PublicAppeal], Wanted, str | None]:
    """What is asked for, and where it goes on."""
    wanted, page = Wanted.of(request.GET.dict()), page_of(request.GET.get("page", ""))
    found, total = public.published(wanted.query, page, wanted.facts, PAGE)
    if page * PAGE >= total:
        return found, wanted, None
    asked = "&".join(filter(None, (wanted.address, f"page={page + 1}")))
    return found, wanted, _absolute(_with(reverse(address), asked))


def _told(appeal: PublicAppeal) -> dict[str, Any]:
    """One request: nothing but what its page says to everybody."""
    language = language_now()
    newest = max(appeal.answers, key=lambda answer: answer.answered_on, default=None)
    return {
        "number": appeal.number,
        "address": _absolute(reverse("case", args=[appeal.number])),
        "kind": appeal.kind.name.lower(),
        "registered_on": appeal.registered_on.isoformat(),
        "due_on": appeal.due_on.isoformat() if appeal.due_on else None,
        "state": appeal.state.value,
        "answered_on": newest.answered_on.isoformat() if newest else None,
        "outcome": newest.outcome.name.lower() if newest else None,
        "is_late": newest.is_late if newest else None,
        "office": appeal.site_code,
        "office_name": site_name(appeal.site_code, language),
        "body": appeal.body_code or None,
        "body_name": body_name(appeal.body_code, language) or None,
        "topics": list(appeal.categories),
        "topic_names": [category_name(code, language) for code in appeal.categories],
        **{f"subject_{one}": getattr(appeal.subject, one) or None for one in LANGUAGES},
        "published_at": appeal.published_at.isoformat(),
    }


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case list():
            return _cell("; ".join(map(str, value)))
        case str() if value.startswith(_DANGEROUS):
            return f"'{value}"
        case _:
            return value


def _with(path: str, asked: str) -> str:
    return f"{path}?{asked}" if asked else path


def _absolute(path: str) -> str:
    return settings.LIAISON_PUBLIC_URL.rstrip("/") + path
