"""Remembers in a browser what was opened in it with the right secret, so that strangers' guesses do not slow it down.

The cookie is signed and names nothing in words: a random name for the browser, and keyed hashes of what it may be known
to. It opens nothing by itself; it only says whose wrong attempts are counted with whose (ADR 0043).
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.crypto import get_random_string, salted_hmac

COOKIE: Final = "known"
KEPT_FOR_S: Final = 365 * 24 * 3600
MOST: Final = 12
"""Things one browser is known to; the one longest ago is forgotten first."""
PERSON: Final = "person"
"""How a browser is known to the people who signed in with it."""
ANYBODY: Final = "*"
"""Somebody has signed in with this browser, whoever it was."""
_SIGNED_AS: Final = "liaison.devices"
_MARK: Final = 22
"""Letters of a mark: 132 bits."""


@dataclass(frozen=True, slots=True)
class _Device:
    name: str
    marks: tuple[str, ...]


def known_as(request: HttpRequest, kind: str, thing: str) -> str:
    """The name under which this browser is known to a thing; empty when it is not."""
    device = _read(request)
    return device.name if device is not None and _mark(kind, thing) in device.marks else ""


def is_known(request: HttpRequest) -> bool:
    """Whether this browser says that it is known to something."""
    return COOKIE in request.COOKIES


def remember(response: HttpResponse, request: HttpRequest, kind: str, *things: str) -> None:
    """Let this browser be known to things for a year."""
    device = _read(request) or _Device(get_random_string(_MARK), ())
    patch_cache_control(response, private=True)
    marks = list(dict.fromkeys([*(_mark(kind, thing) for thing in things), *device.marks]))[:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps([device.name, *marks], salt=_SIGNED_AS),
        max_age=KEPT_FOR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )


def _read(request: HttpRequest) -> _Device | None:
    try:
        name, *marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SIGNED_AS, max_age=KEPT_FOR_S)
    except signing.BadSignature:
        return None
    return _Device(name, tuple(marks))


def _mark(kind: str, thing: str) -> str:
    return signing.b62_encode(int.from_bytes(salted_hmac(f"{_SIGNED_AS}.{kind}", thing, algorithm="sha256").digest()))[
        :_MARK
    ]
