"""What was typed into a form that could not be taken: it goes back to the person who typed it and can be sent again.

A session ends and a form grows old while somebody writes. The fields travel in the page itself, from the person's own
browser and back; the server keeps none of them. A form of another site is no form of ours and gets nothing back.
"""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PREFIX: Final = "kept."
TARGET: Final = "kept_to"
OWN: Final = "csrfmiddlewaretoken"
SHOWN_LEAST: Final = 3
"""Shorter values are choices and counters that nobody has to read again."""

APPLICANTS: Final = "/a/"
"""Where applicants' own pages are."""

MARK: Final = "keeps_typed"
"""What `pages.access.open_to` writes on its views, and applicants' own pages: their forms may be given back."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The fields of a form that was not taken, and where it was going."""

    target: str
    fields: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """The fields as a sign-in form carries them along."""
        return ((TARGET, self.target), *((PREFIX + name, value) for name, value in self.fields))

    @property
    def is_of_applicant(self) -> bool:
        """Whether an applicant typed it, on a page for everyone."""
        return self.target.startswith(APPLICANTS)

    @property
    def shell(self) -> str:
        """The shell of the pages that it was typed on."""
        return "pages/public.html" if self.is_of_applicant else "pages/work.html"

    @property
    def texts(self) -> tuple[str, ...]:
        """What a person wrote, to be seen again."""
        return tuple(value for name, value in self.fields if len(value) > SHOWN_LEAST and " " in value.strip())


def kept_of(request: HttpRequest) -> Kept | None:
    """The form that this request brings; None when it is none of those that may be given back."""
    if request.method != "POST" or not may_be_kept(request.path_info):
        return None
    fields = [(name, value) for name in request.POST for value in request.POST.getlist(name) if name != OWN]
    return Kept(request.get_full_path(), tuple(fields)) if fields else None


def carried(request: HttpRequest) -> Kept | None:
    """The form that a sign-in form carries along."""
    target = request.POST.get(TARGET, "")
    if not may_be_kept(target.partition("?")[0]):
        return None
    names = [name for name in request.POST if name.startswith(PREFIX)]
    fields = [(name.removeprefix(PREFIX), value) for name in names for value in request.POST.getlist(name)]
    return Kept(target, tuple(fields))


def may_be_kept(path: str) -> bool:
    """Whether a path is that of a form of the staff's pages, or of an applicant's own."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return bool(getattr(found.func, MARK, False))


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this very server sent the form, as the browser says."""
    origin = request.headers.get("Origin", "")
    return (
        origin == f"{request.scheme}://{request.get_host()}" or request.headers.get("Sec-Fetch-Site") == "same-origin"
    )


def ask_again(request: HttpRequest, kept: Kept, why: str | Promise, status: int) -> HttpResponse:
    """Show what was typed, and let the person send it now."""
    return render(request, "pages/kept.html", {"kept": kept, "why": why}, status=status)


SIGNED_OUT: Final = _("You have been signed out meanwhile. What you typed is on this page: sign in and send it.")
SIGNED_IN: Final = _("You are signed in again. What you typed has not been sent yet.")
GROWN_OLD: Final = _("The form had grown old, and nothing was changed. What you typed has not been sent yet.")
