"""Signing in by a passkey, and the passkeys of an account: what a script asks for and brings back by a form."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from server_sync.common.refusals import Refused
from server_sync.pages import cookies
from server_sync.portal.accounts import passkeys, sessions
from server_sync.portal.accounts.passkeys import Question
from server_sync.portal.accounts.sessions import Signed, browser_of
from server_sync.portal.accounts.views import of_a_citizen, read_uuid, show_account, show_sign_in

COOKIE: Final = "passkey"


@require_POST
@never_cache
def ask(_request: HttpRequest) -> HttpResponse:
    """Give a stranger's browser a question for its device."""
    if not passkeys.are_offered():
        return JsonResponse({}, status=409)
    return _asked(passkeys.ask())


@sensitive_post_parameters()
@require_POST
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open the account whose key answered."""
    try:
        account = passkeys.open_by(request.POST.get("answer", ""), cookies.read(request, COOKIE))
    except Refused:
        error = gettext("This passkey opens nothing here. Sign in by e-mail; a new one is added in your account.")
        return show_sign_in(request, passkey_error=error, status=403)
    response = HttpResponseRedirect(reverse("my_requests"))
    sessions.begin(response, request, account, is_kept=bool(request.POST.get("keep")))
    cookies.take(response, COOKIE)
    return response


@require_POST
@of_a_citizen
def ask_new(_request: HttpRequest, signed: Signed) -> HttpResponse:
    """Give the browser of who is signed in a question by which a device makes a key."""
    if not passkeys.are_offered():
        return JsonResponse({}, status=409)
    try:
        return _asked(passkeys.ask_new(signed.account, signed.kept.email))
    except Refused:
        return JsonResponse({}, status=409)


@sensitive_post_parameters()
@require_POST
@of_a_citizen
def add(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Keep a key that a device made."""
    try:
        browser = browser_of(request.META.get("HTTP_USER_AGENT", ""))
        passkeys.add(signed.account, request.POST.get("answer", ""), cookies.read(request, COOKIE), browser)
    except Refused as refusal:
        error = gettext("No passkey was added. Try it once more, or with another device.")
        if refusal.code == "passkeys_many":
            error = gettext("There is room for ten passkeys. Take one out first.")
        return show_account(request, signed, passkey_error=error, status=409)
    response = HttpResponseRedirect(reverse("my_account"))
    cookies.take(response, COOKIE)
    return response


@require_POST
@of_a_citizen
def remove(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Let a key open the account no more."""
    named = read_uuid(request.POST.get("passkey", ""))
    if named is not None:
        signed.account.passkeys.filter(name=named).delete()
    return HttpResponseRedirect(reverse("my_account"))


def _asked(question: Question) -> HttpResponse:
    response = JsonResponse(question.options)
    cookies.give(response, COOKIE, question.state, passkeys.HOLDS)
    return response
