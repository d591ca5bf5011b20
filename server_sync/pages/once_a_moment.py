"""Makes a public page once a moment for all strangers who ask for it, so that a crowd costs what a few people do.

A stranger is a browser without cookies but those of the language and of forms: nobody signed in, nothing opened. What
they are shown is at most a second old. A form of the page gets a token of its own for each of them (ADR 0098).
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

KEPT_S = 1.0
"""How old a page may be that is shown again; 0 makes each anew."""

MOST_BYTES: Final = 16 * 1024 * 1024
LARGEST_BYTES: Final = 512 * 1024
ADDRESS_MOST: Final = 600
_TOKEN: Final = re.compile(rb'(name="csrfmiddlewaretoken" value=")[0-9A-Za-z]{64}(")')
_OPEN: Final = b"\x00token\x00"
"""Where a stranger's own token goes; no page has such bytes."""

View = Callable[..., HttpResponse]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Made:
    """A page as it was made, and until when it is shown again."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    has_form: bool
    until: float


class _Pages:
    """The pages of the last moment; many threads ask. The oldest goes first where there is no room."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[Key, _Made] = OrderedDict()
        self._bytes = 0

    def find(self, key: Key) -> _Made | None:
        with self._lock:
            made = self._made.get(key)
            if made is not None and made.until < time.monotonic():
                self._drop(key)
                return None
            return made

    def keep(self, key: Key, made: _Made) -> None:
        with self._lock:
            self._drop(key)
            self._made[key] = made
            self._bytes += len(made.content)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._made)))

    def forget(self) -> None:
        with self._lock:
            self._made.clear()
            self._bytes = 0

    def _drop(self, key: Key) -> None:
        made = self._made.pop(key, None)
        if made is not None:
            self._bytes -= len(made.content)


_PAGES: Final = _Pages()


def once_a_moment(view: View) -> View:
    """Show strangers what a view made for another stranger less than a moment ago."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return view(request, *args, **kwargs)
        made = _PAGES.find(key)
        if made is not None:
            return _again(request, made)
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.streaming and not response.cookies:
            _keep(key, response)
        return response

    return shown


def forget_pages() -> None:
    """Let every page be made anew."""
    _PAGES.forget()


def _key_of(request: HttpRequest) -> Key | None:
    """What pages of strangers are told apart by; None for whoever is none, or asks for more than an address says."""
    known = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    asked = request.META.get("QUERY_STRING", "")
    if KEPT_S <= 0 or request.method != "GET" or not request.COOKIES.keys() <= known:
        return None
    if len(request.path) + len(asked) > ADDRESS_MOST:
        return None
    return request.path, asked, get_language() or ""


def _keep(key: Key, response: HttpResponse) -> None:
    content, tokens = _TOKEN.subn(rb"\1" + _OPEN + rb"\2", response.content)
    if len(content) <= LARGEST_BYTES:
        made = _Made(content, tuple(response.items()), tokens > 0, time.monotonic() + KEPT_S)
        _PAGES.keep(key, made)


def _again(request: HttpRequest, made: _Made) -> HttpResponse:
    content = made.content.replace(_OPEN, get_token(request).encode()) if made.has_form else made.content
    return HttpResponse(content, headers=dict(made.headers))
