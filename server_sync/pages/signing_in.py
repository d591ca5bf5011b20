"""Signing in and out, and choosing another password."""

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.pages.access import ask_to_sign_in, standing_of
from server_sync.pages.devices import ANYBODY, PERSON, known_as
from server_sync.pages.devices import remember as remember_device
from server_sync.pages.kept import SIGNED_IN, ask_again, carried
from server_sync.pages.language import is_offered, remember
from server_sync.pages.sections import first_entry
from server_sync.pages.wording import wait
from server_sync.workplaces.models import Person
from server_sync.workplaces.models.people import fold_login
from server_sync.workplaces.passwords import change_password, check_password
from server_sync.workplaces.throttle import Guesser

BACKEND = "django.contrib.auth.backends.ModelBackend"

_WORDS = {
    "sign_in_wrong": _("Login and password do not match. Check the keyboard's language and Caps Lock."),
    "person_inactive": _("This account is closed. Ask the administrator."),
    "password_same": _("The new password is the same as the old one. Choose another."),
    "password_weak": _(
        "The new password is too easy to guess. Take at least 10 characters, not a common word and not your name."
    ),
    "password_differs": _("The two new passwords differ. Type them once more."),
}


def refusal_in_words(refusal: Refused) -> str:
    """Say a refusal of signing in to a person."""
    if refusal.code == "sign_in_wait":
        if refusal.params.get("busy"):
            return gettext("Several people are signing in just now. Try again in a few seconds. Nothing is lost.")
        told = gettext("Too many wrong attempts. Try again in: %(wait)s. Nothing else is lost.")
        return told % {"wait": wait(int(refusal.params["wait_s"]))}
    return str(_WORDS[refusal.code])


def _caller(request: HttpRequest, login_typed: str) -> Guesser:
    """Who guesses when a password is wrong: this browser, if the person signed in with it before, or its place."""
    return Guesser(place_of(request), known_as(request, PERSON, fold_login(login_typed)))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else ""


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let central staff and officers in; who waits and why is said on the page."""
    if request.method != "POST":
        standing = standing_of(request)
        if standing is not None and not _next(request):
            return HttpResponseRedirect(first_entry(standing) or reverse("own_page"))
        return render(request, "pages/sign_in.html", {"next": _next(request)})
    try:
        typed = request.POST.get("login", "")
        person = check_password(typed, request.POST.get("password", ""), _caller(request, typed))
    except Refused as refusal:
        told = {
            "error": refusal_in_words(refusal),
            "login": request.POST.get("login", ""),
            "next": _next(request),
            "kept": carried(request),
        }
        status = 429 if refusal.code == "sign_in_wait" else 403
        return render(request, "pages/sign_in.html", told, status=status)
    kept = carried(request)
    login(request, person, backend=BACKEND)
    response: HttpResponse
    if person.must_change_password:
        response = HttpResponseRedirect(reverse("password"))
    elif kept is not None:
        response = ask_again(request, kept, SIGNED_IN, 200)
    else:
        standing = standing_of(request)
        target = _next(request) or (first_entry(standing) if standing else None) or reverse("own_page")
        response = HttpResponseRedirect(target)
    remember_device(response, request, PERSON, person.login, ANYBODY)
    if is_offered(person.language) and "language" not in request.COOKIES:
        remember(response, person.language)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let the person go; the language stays."""
    logout(request)
    return HttpResponseRedirect(reverse("sign_in"))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Let a signed-in person choose another password."""
    standing = standing_of(request)
    if standing is None:
        return ask_to_sign_in(request)
    error = ""
    if request.method == "POST":
        error = _change_password(request, standing.person)
        if not error:
            standing.person.refresh_from_db()
            update_session_auth_hash(request, standing.person)
            return HttpResponseRedirect(first_entry(standing) or reverse("own_page"))
    told = {"error": error, "must": standing.person.must_change_password}
    return render(request, "pages/password.html", told, status=403 if error else 200)


def _change_password(request: HttpRequest, person: Person) -> str:
    """Change it, or say in words why not."""
    old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
    if new != again:
        return refusal_in_words(Refused("password_differs"))
    try:
        change_password(person, old, new, Guesser(place_of(request), f"session {request.session.session_key}"))
    except Refused as refusal:
        return refusal_in_words(refusal)
    return ""


@never_cache
def own_page(request: HttpRequest) -> HttpResponse:
    """Say who is signed in and with which roles: where people land whose work is not on these pages.

    A script that asks whether the session lives asks for it `bare`: words for the next page stay for that.
    """
    standing = standing_of(request)
    if standing is None:
        return ask_to_sign_in(request)
    told = {"standing": standing, "works_at_office": standing.has(Role.CLERK), "bare": "bare" in request.GET}
    return render(request, "pages/own_page.html", told)
