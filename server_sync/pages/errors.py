"""Pages that say in words why there is no page: what happened, what it means, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from server_sync.pages.access import standing_of
from server_sync.pages.kept import GROWN_OLD, ask_again, is_from_here, kept_of
from server_sync.pages.sections import first_entry


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble: its title, what it means and what to do."""

    status: int
    title: Promise
    advice: Sequence[Promise]


BAD_REQUEST = Trouble(
    400,
    _("The page could not be read"),
    [_("The address or the form sent is damaged."), _("Go back, open the page again and fill the form in once more.")],
)
TOO_LARGE = Trouble(413, BAD_REQUEST.title, BAD_REQUEST.advice)
FORM_TOO_LARGE = Trouble(
    413,
    _("What was sent is too large"),
    [_("Nothing was kept. A file may have at most 15 MB."), _("Go back and choose a smaller one.")],
)
FORBIDDEN = Trouble(
    403,
    _("This page is not open to you"),
    [_("Your role does not include it."), _("If your duties have changed, ask the administrator to update your role.")],
)
FORM_EXPIRED = Trouble(
    403,
    _("The form has grown old"),
    [
        _("Nothing was changed. The page had been open for too long, or cookies are switched off in the browser."),
        _("Go back, open the page again and send the form once more."),
    ],
)
NOT_FOUND = Trouble(
    404,
    _("There is no such page"),
    [
        _("The address is wrong, or the page is no longer published."),
        _("Look for the request by its number, or start from the first page."),
    ],
)
TOO_OFTEN = Trouble(
    429, _("Too many attempts"), [_("To keep strangers from guessing, the page waits for a while. Try again later.")]
)
BROKEN = Trouble(
    500,
    _("The server made a mistake"),
    [
        _("The mistake has been written down. What was registered before is safe."),
        _("Try again in a few minutes. If it happens again, tell the operator of the centre the time it happened."),
    ],
)


def show(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Show a trouble in words, with its status; reads neither the database nor the session."""
    told = {"trouble": trouble, "bare": True, "shell": "pages/public_bare.html"}
    return render(request, "pages/trouble.html", told, status=trouble.status)


def show_to_whom_it_meets(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Show a trouble; somebody signed in stays among their own sections, with the way back to their work."""
    standing = standing_of(request)
    if standing is None:
        return show(request, trouble)
    back = first_entry(standing) or reverse("own_page")
    told = {"trouble": trouble, "bare": True, "shell": "pages/work.html", "back": back}
    response = render(request, "pages/trouble.html", told, status=trouble.status)
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show_to_whom_it_meets(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show_to_whom_it_meets(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    return show(request, BROKEN)


@never_cache
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    kept = kept_of(request) if is_from_here(request) else None
    if kept is None:
        return show_to_whom_it_meets(request, FORM_EXPIRED)
    return ask_again(request, kept, GROWN_OLD, FORM_EXPIRED.status)
