"""The way to the state's service of identities and back from it; a link, because a form may lead to our pages alone."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from server_sync.common.refusals import Refused
from server_sync.pages import cookies
from server_sync.portal.accounts import identity, sessions
from server_sync.portal.accounts.views import show_sign_in

COOKIE: Final = "identity"


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the service."""
    try:
        address, kept = identity.begin()
    except Refused as refusal:
        return _refused(request, refusal)
    response = HttpResponseRedirect(address)
    cookies.give(response, COOKIE, kept, identity.HOLDS)
    return response


@sensitive_variables()
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Open the account of whom the service named."""
    given = request.GET
    try:
        account = identity.finish(given.get("code", ""), given.get("state", ""), cookies.read(request, COOKIE))
    except Refused as refusal:
        return _refused(request, refusal)
    response = HttpResponseRedirect(reverse("my_requests"))
    sessions.begin(response, request, account, is_kept=False)
    cookies.take(response, COOKIE)
    return response


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if refusal.code == "identity_off":
        return HttpResponseRedirect(reverse("my_sign_in"))
    if refusal.code == "identity_away":
        told = gettext("The state's service does not answer at the moment. Sign in another way, or try again later.")
        return show_sign_in(request, identity_error=told, status=503)
    told = gettext("The state's service did not confirm who you are. Begin once more, or sign in another way.")
    return show_sign_in(request, identity_error=told, status=403)
