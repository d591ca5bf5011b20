"""Sends the offices' replies without what is meant for browsers: on a poor line every header is paid for."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIX: Final = "/sync/"
KEPT: Final = frozenset({"content-type", "content-length", "content-range", "retry-after", "cache-control"})
OURS: Final = "liaison-"


class PlainReplies:
    """Outermost middleware: drops pages' headers (CSP, Vary, language, framing …) from replies of the sync API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and for an office say no more than it reads."""
        response = self._get_response(request)
        if request.path.startswith(PREFIX):
            for name in list(response.headers):
                if name.lower() not in KEPT and not name.lower().startswith(OURS):
                    del response.headers[name]
        return response
