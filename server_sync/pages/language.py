"""Chooses the language of a page: what the address asks for, what was chosen before, Kyrgyz.

What the browser prefers is not asked: the state language opens first, the switch stands on every page (ADR 0030).
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

PARAMETER: Final = "language"
_WORDLESS: Final = "is_wordless"

Answer = Callable[[HttpRequest], HttpResponse]


def is_offered(language: str | None) -> bool:
    """Whether pages exist in a language."""
    return language in dict(settings.LANGUAGES)


def remember(response: HttpResponse, language: str) -> None:
    """Keep a person's choice in their browser for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )


def without_words(response: HttpResponseBase) -> None:
    """Mark an answer that is the same in every language: a shared cache keeps it once for everybody."""
    setattr(response, _WORDLESS, True)


class ChosenLanguage:
    """Middleware; stands where Django's own LocaleMiddleware would."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(PARAMETER)
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = next((item for item in (asked, kept) if item and is_offered(item)), settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = language  # as LocaleMiddleware does
        with translation.override(language):
            response = self._get_response(request)
        if getattr(response, _WORDLESS, False):
            return response
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        if asked == language and kept != language:
            remember(response, language)
        return response
