"""Turns away large forms of people who are not signed in, and forms larger than any, before they are read."""

from collections.abc import Callable
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from server_sync.pages.devices import ANYBODY, PERSON, known_as
from server_sync.pages.errors import FORM_TOO_LARGE, TOO_LARGE, Trouble, show

STRANGERS_MOST_BYTES: Final = 64 * 1024
"""A number, a code, a name and a password; a form of a mebibyte costs a hundred times its bytes to take apart."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""More than any form brings, a paper of a meeting with it; what is longer is not heard out (config.talk)."""
OFFICES: Final = "/sync/"
"""What offices send is no form and has limits of its own."""

May = Callable[[HttpRequest], bool]
_larger: Final[list[tuple[str, int, May, Trouble]]] = []


def also_larger(path: str, most_bytes: int, may: May, too_large: Trouble) -> None:
    """Let a room take more below a path from whom it knows, strangers though they are; each calls it once."""
    known = (path, most_bytes, may, too_large)
    if known not in _larger:
        _larger.append(known)


class SmallForms:
    """Middleware; stands behind the session and before whoever reads a form first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, unless the form is too large for who sends it."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        is_large = not announced.isdecimal() or int(announced) > STRANGERS_MOST_BYTES
        if not is_large or request.path.startswith(OFFICES):
            return self._get_response(request)
        for path, most_bytes, may, too_large in _larger:
            if request.path.startswith(path) and announced.isdecimal() and may(request):
                return self._get_response(request) if int(announced) <= most_bytes else show(request, too_large)
        if not _is_of_staff(request):
            return show(request, TOO_LARGE)
        if not announced.isdecimal() or int(announced) > MOST_BYTES:
            return show(request, FORM_TOO_LARGE)
        return self._get_response(request)


def _is_of_staff(request: HttpRequest) -> bool:
    """Whether somebody is signed in here or was: what is sent after a session ended is not lost for its length."""
    return SESSION_KEY in request.session or bool(known_as(request, PERSON, ANYBODY))
