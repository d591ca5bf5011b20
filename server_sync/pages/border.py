"""Cleans what an address and a cookie bring before any page reads it, so that no page has to think of it.

Pages only: the sync API and the log read their own parameters and name the field that is wrong.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict

from server_sync.pages.errors import NOT_FOUND, show
from server_sync.pages.typed import on_one_line

MACHINES: Final = ("/sync/", "/log/")
PARAMETERS_MOST: Final = 100
RECEIPTS: Final = ("/Q/", "/q/")
"""Here the page itself says in words that a code is none; it asks the database for nothing before."""

Answer = Callable[[HttpRequest], HttpResponse]


class FewParameters:
    """Middleware: of an address with more parameters than any page has, none is read."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take them away before anybody reads them: the limit of Django's parser has no answer in words."""
        if request.META.get("QUERY_STRING", "").count("&") >= PARAMETERS_MOST:
            request.META["QUERY_STRING"] = ""
        return self._get_response(request)


class CleanAddress:
    """Middleware: a parameter comes on one line and without control characters; no page has an address that holds any.

    A cookie that holds any is none of ours and is not read.
    """

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand the cleaned request on, or say in words that there is no such page."""
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if on_one_line(value) == value}
        if request.path.startswith(MACHINES):
            return self._get_response(request)
        if on_one_line(request.path) != request.path and not request.path.startswith(RECEIPTS):
            return show(request, NOT_FOUND)
        request.GET = _cleaned(request.GET)  # type: ignore[assignment]  # a view reads it as it read Django's own
        return self._get_response(request)


def _cleaned(given: QueryDict) -> QueryDict:
    cleaned = QueryDict(mutable=True)
    for name, values in given.lists():
        cleaned.setlist(on_one_line(name), [on_one_line(value) for value in values])
    cleaned._mutable = False  # noqa: SLF001 (as Django's own parser leaves it)
    return cleaned
