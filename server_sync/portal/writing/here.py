"""What is being written in this browser, or was just registered in it: found by the secret that it holds."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from server_sync.common.retention import kept
from server_sync.pages import cookies
from server_sync.portal.writing import drafts
from server_sync.portal.writing.drafts import Opened

COOKIE: Final = "writing"


def secret_here(request: HttpRequest) -> str:
    """The secret of this browser; empty when it holds none."""
    return cookies.read(request, COOKIE)


def draft_here(request: HttpRequest) -> Opened | None:
    """The draft of this browser; None when it has none, or it is over."""
    return drafts.find(secret_here(request))


def keep_here(response: HttpResponse, secret: str) -> None:
    """Let this browser find its draft again for as long as that is kept."""
    cookies.give(response, COOKIE, secret, kept("draft"))


def forget_here(response: HttpResponse, request: HttpRequest) -> None:
    """Forget what was typed, or what was registered, for others who use this browser."""
    opened = draft_here(request)
    if opened is not None:
        drafts.throw_away(opened)
    cookies.take(response, COOKIE)
