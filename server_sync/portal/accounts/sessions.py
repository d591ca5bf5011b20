"""Says in which browsers an account is open: each holds a secret of its own, the table its hash.

The cookie is none of Django's: who works here is known by another, so that neither ever opens the other's pages.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.pages import cookies
from server_sync.portal.accounts.keeping import Kept, held, read
from server_sync.portal.models import Account, AccountSession, Passkey, SigningIn

COOKIE: Final = "citizen"
SECRET_BYTES: Final = 32
SECRET_LETTERS: Final = 64
OPEN_FOR: Final = timedelta(hours=12)
"""How long an account is open in a browser that may be others' too; closing the browser ends it sooner."""
SEEN_EVERY: Final = timedelta(hours=1)
SESSIONS_MOST: Final = 20
FORGOTTEN_AT_ONCE: Final = 1_000
_READ: Final = "_liaison_citizen"

BROWSERS: Final = (
    *(("YaBrowser", "Yandex"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Edg", "Edge")),
    *(("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS: Final = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A citizen who is signed in: the account, this browser's session, and what the account says."""

    account: Account
    session: AccountSession
    kept: Kept


def begin(response: HttpResponse, request: HttpRequest, account: Account, *, is_kept: bool) -> None:
    """Open an account in this browser; the session that was open in it before ends, and so does the oldest of many.

    An account that was deleted a moment ago is opened nowhere: the next page asks to sign in.
    """
    _end(request)
    now, secret = timezone.now(), secrets.token_urlsafe(SECRET_BYTES)
    lasts = kept("session") if is_kept else OPEN_FOR
    with suppress(Refused), held(account):
        AccountSession.objects.create(
            id=_name(secret),
            account=account,
            browser=browser_of(request.META.get("HTTP_USER_AGENT", "")),
            is_kept=is_kept,
            begun_at=now,
            seen_at=now,
            expires_at=now + lasts,
        )
        many = account.sessions.order_by("-seen_at").values_list("pk", flat=True)[SESSIONS_MOST:]
        AccountSession.objects.filter(pk__in=list(many)).delete()
        Account.objects.filter(pk=account.pk).update(seen_at=now)
        _give_cookie(response, secret, is_kept=is_kept)


def signed_in(request: HttpRequest) -> Signed | None:
    """Who is signed in here as a citizen; None for nobody. Read once a request."""
    if not hasattr(request, _READ):
        setattr(request, _READ, _find(cookies.read(request, COOKIE)))
    found: Signed | None = getattr(request, _READ)
    return found


def end_here(response: HttpResponse, request: HttpRequest) -> None:
    """Close the account in this browser."""
    _end(request)
    cookies.take(response, COOKIE)


def keep_alive(response: HttpResponse, request: HttpRequest, signed: Signed) -> None:
    """Let the cookie of a browser of one's own live as long as its session, which a visit has just made longer."""
    if signed.session.is_kept:
        _give_cookie(response, cookies.read(request, COOKIE), is_kept=True)


def forget_old() -> int:
    """Delete sessions that are over."""
    old = AccountSession.objects.filter(expires_at__lt=timezone.now()).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    return AccountSession.objects.filter(pk__in=list(old)).delete()[0]


def end_all() -> None:
    """Close every account in every browser, and take all that opens one without a letter of today.

    For a database that comes from a backup: in it stand sessions that were signed out since, and passkeys that were
    taken out because a device was lost.
    """
    AccountSession.objects.all().delete()
    SigningIn.objects.all().delete()
    Passkey.objects.all().delete()


def browser_of(told: str) -> str:
    """What a citizen knows a browser again by; the rest of what it says of itself is not kept."""
    browser = next((name for mark, name in BROWSERS if mark in told), "")
    system = next((name for mark, name in SYSTEMS if mark in told), "")
    return ", ".join(part for part in (browser, system) if part)


def _find(secret: str) -> Signed | None:
    if not secret or len(secret) > SECRET_LETTERS:
        return None
    now = timezone.now()
    found = AccountSession.objects.select_related("account").filter(pk=_name(secret), expires_at__gt=now).first()
    if found is None:
        return None
    if found.seen_at < now - SEEN_EVERY:
        found.seen_at = now
        if found.is_kept:
            found.expires_at = now + kept("session")
        still = AccountSession.objects.filter(pk=found.pk)
        still.update(seen_at=found.seen_at, expires_at=found.expires_at)
        Account.objects.filter(pk=found.account_id).update(seen_at=now)
    return Signed(found.account, found, read(found.account))


def _end(request: HttpRequest) -> None:
    secret = cookies.read(request, COOKIE)
    if 0 < len(secret) <= SECRET_LETTERS:
        AccountSession.objects.filter(pk=_name(secret)).delete()
    setattr(request, _READ, None)


def _name(secret: str) -> bytes:
    return hashlib.sha256(b"liaison account session\x00" + secret.encode("utf-8", "replace")).digest()


def _give_cookie(response: HttpResponse, secret: str, *, is_kept: bool) -> None:
    cookies.give(response, COOKIE, secret, kept("session") if is_kept else None)
