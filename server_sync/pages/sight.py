"""Shows pages large and in strong contrast to whoever wants them so: chosen on any page, kept for a year.

The cookie says that and nothing else; it is the same for everybody who chose so.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PARAMETER: Final = "sight"
COOKIE: Final = "sight"
LARGE: Final = "large"
USUAL: Final = "usual"
_ATTRIBUTE: Final = "sees_large"

Answer = Callable[[HttpRequest], HttpResponse]


def sees_large(request: HttpRequest) -> bool:
    """Whether this page is to be shown large."""
    return bool(getattr(request, _ATTRIBUTE, False))


class ChosenSight:
    """Middleware: what the address asks for, what was chosen before, the usual."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(PARAMETER)
        kept = request.COOKIES.get(COOKIE) == LARGE
        is_large = asked == LARGE or (kept and asked != USUAL)
        setattr(request, _ATTRIBUTE, is_large)
        response = self._get_response(request)
        if is_large and not kept:
            response.set_cookie(
                COOKIE,
                LARGE,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
                httponly=True,
            )
        elif kept and not is_large:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
