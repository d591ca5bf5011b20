"""Takes letters to be sent; whoever writes one does not wait for it."""

from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final

from django.conf import settings
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.limits import EMAIL_CHARACTERS
from server_sync.contract.person import check_email
from server_sync.letters.models import Letter, PostDay

WAITING_MOST: Final = 20_000
"""Letters that wait; a mail server that is away for days must not fill the disk."""

WAITING_OF_A_CALLER: Final = 10
"""Of them those that one network place had written: a few strangers keep nobody's code past its time."""


def are_letters_sent() -> bool:
    """Whether the operator named a mail server."""
    return settings.LIAISON_MAIL is not None


def deliverable(address: str) -> str:
    """An e-mail address as a mail server takes it: its domain in the letters of the net.

    Raises Refused `address_malformed`. Whether it is anybody's only a letter can tell.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        written = f"{local}@{domain.encode('idna').decode('ascii')}"
        written.encode("ascii")
        Address(addr_spec=written)
    except (UnicodeError, ValueError, IndexError, MessageError) as wrong:
        raise Refused("address_malformed") from wrong
    if len(written) > EMAIL_CHARACTERS or check_email(address) or any(not " " < letter <= "~" for letter in written):
        raise Refused("address_malformed")
    return written


def post(
    to: str,
    subject: str,
    text: str,
    *,
    useful_for: timedelta,
    now: datetime | None = None,
    caller: str = "",
    about: bytes | None = None,
) -> None:
    """Let a letter be sent; call inside the transaction of what it tells of.

    `caller` is a keyed hash of who had it written, `about` the hash of the request it tells of (Letter).

    Raises Refused `address_malformed`, `letters_off`, `letters_full`.
    """
    if not are_letters_sent():
        raise Refused("letters_off")
    address = deliverable(to)
    is_too_much = caller and Letter.objects.filter(caller=caller).count() >= WAITING_OF_A_CALLER
    if is_too_much or Letter.objects.count() >= WAITING_MOST:
        raise Refused("letters_full", permanent=False)
    at = now or timezone.now()
    Letter.objects.create(
        to=address,
        subject=subject,
        text=text,
        queued_at=at,
        next_at=at,
        useful_until=at + useful_for,
        caller=caller,
        about=about,
    )


def forget_about(request: bytes) -> None:
    """Send nothing more about a request whose words are erased."""
    Letter.objects.filter(about=request).delete()


def forget_all() -> None:
    """Send nothing of what waited in a backup: it went since, or its time is over."""
    Letter.objects.all().delete()


def sent_in_all() -> int:
    """Letters that the mail server took, since the tables are there."""
    return sum(PostDay.objects.values_list("sent", flat=True))
