"""Gives browsers secrets of their own, under names that no other site of the domain can give them.

Whoever controls a sibling of the portal's name may set a cookie for both. A browser takes `__Host-` from the very
server alone that it goes to, over TLS, and for all of its addresses: what somebody writes never goes into another's
draft or list.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

OF_THIS_HOST: Final = "__Host-"


def read(request: HttpRequest, name: str) -> str:
    """What a browser holds under a name; empty when it is nothing."""
    return request.COOKIES.get(named(name), "")


def give(response: HttpResponse, name: str, secret: str, lasts: timedelta | None) -> None:
    """Let a browser hold a secret, until it is closed where no time is said."""
    response.set_cookie(
        named(name),
        secret,
        max_age=int(lasts.total_seconds()) if lasts is not None else None,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def take(response: HttpResponse, name: str) -> None:
    """Let it hold that no more."""
    response.delete_cookie(named(name), samesite="Lax")


def named(name: str) -> str:
    """The name in the browser; where the portal is tried without TLS, browsers refuse the mark."""
    return f"{OF_THIS_HOST}{name}" if settings.SESSION_COOKIE_SECURE else name
