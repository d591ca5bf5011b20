"""Lets a citizen in by a code that goes to their address; a first code makes the account.

Signing up and signing in are one act, so that nobody learns here who has an account. Letters and guesses are counted
with those of requests that are being written, by network place and by address (ADR 0089).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.common.addresses import customer_of
from server_sync.common.refusals import Refused
from server_sync.contract.folding import digits_in
from server_sync.letters.queue import deliverable, post
from server_sync.portal.accounts.keeping import account_of
from server_sync.portal.models import Account, SigningIn
from server_sync.portal.writing.confirming import count_guess, count_letter, of_address, of_mailbox
from server_sync.portal.writing.drafts import keyed

CODE_DIGITS: Final = 8
"""Two more than a draft's code has: this one opens all that somebody wrote. All networks that get a letter sent have
250 guesses an hour at it."""
CODE_HOLDS: Final = timedelta(minutes=30)
AGAIN_AFTER: Final = timedelta(seconds=60)
WRONG_MOST: Final = 5
WAITING_MOST: Final = 20_000
"""Beyond these the place from which most wait makes room: whoever fills the table keeps nobody out but themselves."""
SECRET_BYTES: Final = 32
SECRET_LETTERS: Final = 64
NONCE_BYTES: Final = 12
FORGOTTEN_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody to whose address a code went, and whose browser holds the secret."""

    row: SigningIn
    email: str

    @property
    def awaits_code(self) -> bool:
        """Whether the code may still be typed."""
        return self.row.sent_at + CODE_HOLDS > timezone.now() and self.row.wrong < WRONG_MOST


def send_code(place: str, email: str, before: Waiting | None, *, is_kept: bool) -> str:
    """Send a code to an address for somebody who calls from a network place; gives the secret for their browser.

    `before` is what this browser waits for already. Raises Refused `code_again_later` (with `wait_s`), `letters_many`,
    `address_malformed`, `letters_off`, `letters_full`.
    """
    now, whose, caller = timezone.now(), of_address(email), keyed("place", customer_of(place))
    deliverable(email)
    if before is not None and before.row.address == whose and now < before.row.sent_at + AGAIN_AFTER:
        raise Refused("code_again_later", permanent=False, wait_s=int(AGAIN_AFTER.total_seconds()))
    forget_old()
    if SigningIn.objects.count() >= WAITING_MOST:
        _make_room()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    name, nonce = _hashed("name", secret), secrets.token_bytes(NONCE_BYTES)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    sealed = nonce + AESGCM(_hashed("key", secret)).encrypt(nonce, email.strip().encode(), name)
    with transaction.atomic():
        count_letter(caller, of_mailbox(email), now)
        if before is not None:
            before.row.delete()
        SigningIn.objects.create(
            id=name, place=caller, address=whose, code=_of_code(name, code), sent_at=now, is_kept=is_kept, sealed=sealed
        )
        post(email, gettext("Code for signing in"), _letter(code), useful_for=CODE_HOLDS, now=now, caller=caller)
    return secret


def find(secret: str) -> Waiting | None:
    """What a browser waits for; None when it is nothing."""
    if not secret or len(secret) > SECRET_LETTERS:
        return None
    name = _hashed("name", secret)
    row = SigningIn.objects.filter(pk=name, sent_at__gt=timezone.now() - CODE_HOLDS).first()
    if row is None:
        return None
    sealed = bytes(row.sealed)
    try:
        plain = AESGCM(_hashed("key", secret)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)
    except InvalidTag:
        return None
    return Waiting(row, plain.decode())


def take_code(waiting: Waiting, typed: str) -> Account:
    """Take the code that was typed; gives the account, made when there was none.

    Raises Refused `code_wrong` (with `left`), `code_over`, `guesses_many`.
    """
    row = waiting.row
    held = SigningIn.objects.filter(pk=row.pk, wrong__lt=WRONG_MOST, sent_at__gt=timezone.now() - CODE_HOLDS)
    if held.update(wrong=F("wrong") + 1) != 1:  # counted before it is looked at: guesses made side by side all count
        raise Refused("code_over")
    count_guess(row.place, of_mailbox(waiting.email))
    if not hmac.compare_digest(_of_code(bytes(row.id), digits_in(typed)), row.code):
        row.wrong += 1
        if row.wrong >= WRONG_MOST:
            raise Refused("code_over")
        raise Refused("code_wrong", left=WRONG_MOST - row.wrong)
    with transaction.atomic():
        if SigningIn.objects.filter(pk=row.pk).delete()[0] != 1:
            raise Refused("code_over")
        return account_of(waiting.email)


def forget_old() -> int:
    """Delete what nobody typed a code for."""
    old = SigningIn.objects.filter(sent_at__lt=timezone.now() - CODE_HOLDS).values_list("pk", flat=True)
    return SigningIn.objects.filter(pk__in=list(old[:FORGOTTEN_AT_ONCE])).delete()[0]


def _make_room() -> None:
    """Forget the oldest who wait at the network place from which most wait."""
    by_place = SigningIn.objects.values("place").annotate(n=Count("*")).order_by("-n", "place")
    most = by_place.values_list("place", flat=True).first()
    oldest = SigningIn.objects.filter(place=most).order_by("sent_at").values_list("pk", flat=True)
    SigningIn.objects.filter(pk__in=list(oldest[: max(1, WAITING_MOST // 100)])).delete()


def _letter(code: str) -> str:
    return gettext(
        "Your code for signing in: %(code)s\n\n"
        "Type it on the page on which you asked for it. It holds for %(minutes)s minutes. Tell it to nobody: no "
        "officer ever asks for it.\n\n"
        "If you did not ask for it, do nothing: without the code nobody gets in.\n\n%(portal)s\n"
    ) % {"code": code, "minutes": int(CODE_HOLDS.total_seconds()) // 60, "portal": settings.LIAISON_PUBLIC_URL}


def _hashed(what: str, secret: str) -> bytes:
    return hashlib.sha256(f"liaison signing in {what}\x00{secret}".encode("utf-8", "replace")).digest()


def _of_code(name: bytes, code: str) -> str:
    return keyed("sign-in code", f"{name.hex()}|{code}")
