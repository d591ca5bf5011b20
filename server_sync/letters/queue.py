"""Takes letters to be sent; whoever writes one does not wait for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.limits import EMAIL_CHARACTERS
from server_sync.contract.person import check_email
from server_sync.letters.models import Letter, Mention, PostDay

WAITING_MOST: Final = 20_000
"""Letters that wait; a mail server that is away for days must not fill the disk."""

WAITING_OF_MANY: Final = 5_000
"""Beyond so many none is added that nobody sits and waits for."""

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
    html: str = "",
    unsubscribe: str = "",
    mentions: Iterable[bytes] | None = None,
) -> UUID:
    """Let a letter be sent, and give its key; call inside the transaction of what it tells of.

    `caller` is a keyed hash of who had it written, `about` the hash of the request it tells of (Letter); `mentions` are
    those of which a letter to many tells, and none of those goes before what somebody sits and waits for.

    Raises Refused `address_malformed`, `letters_off`, `letters_full`.
    """
    address = deliverable(to)
    demand_room(caller)
    at = now or timezone.now()
    letter = Letter.objects.create(
        to=address,
        subject=subject,
        text=text,
        queued_at=at,
        next_at=at,
        useful_until=at + useful_for,
        caller=caller,
        about=about,
        html=html,
        unsubscribe=unsubscribe,
        is_bulk=mentions is not None,
    )
    Mention.objects.bulk_create(Mention(letter=letter, request=request) for request in mentions or ())
    return letter.pk


def demand_room(caller: str) -> None:
    """Ask whether a letter could be queued, for whoever must not learn it from the letter itself.

    Raises Refused `letters_off`, `letters_full`.
    """
    if not are_letters_sent():
        raise Refused("letters_off")
    is_too_much = caller and Letter.objects.filter(caller=caller).count() >= WAITING_OF_A_CALLER
    if is_too_much or Letter.objects.count() >= WAITING_MOST:
        raise Refused("letters_full", permanent=False)


def has_room_for_many() -> bool:
    """Whether letters that nobody sits and waits for may join the queue."""
    return Letter.objects.count() < WAITING_OF_MANY


def mentioned() -> set[bytes]:
    """The requests of which letters to many tell that still wait."""
    return {bytes(one) for one in Mention.objects.values_list("request", flat=True).distinct()}


def mailbox_of(address: str) -> str:
    """The mailbox that an address is one of, for bounds alone: what follows a plus is its owner's own mark.

    Raises Refused `address_malformed`.
    """
    local, _, domain = deliverable(address).casefold().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def drop(key: UUID) -> None:
    """Do not send a letter, if it was not handed over yet."""
    Letter.objects.filter(pk=key, handed_at=None).delete()


def telling_of(request: bytes) -> list[UUID]:
    """The letters to many that wait and tell of a request."""
    waiting = Letter.objects.filter(mentions__request=request, handed_at=None)
    return list(waiting.values_list("pk", flat=True).distinct())


def withdraw_mentions(request: bytes) -> list[UUID]:
    """Send no letter to many that tells of a request, unless its text was handed over; gives the keys of those.

    Call inside a transaction.
    """
    held = Letter.objects.select_for_update().filter(pk__in=telling_of(request), handed_at=None)
    taken = list(held.order_by("pk").values_list("pk", flat=True))  # the postman may have had one of them meanwhile
    Letter.objects.filter(pk__in=taken).delete()
    return taken


def forget_about(request: bytes) -> None:
    """Send nothing more about a request whose words are erased."""
    Letter.objects.filter(about=request).delete()


def forget_all() -> None:
    """Send nothing of what waited in a backup: it went since, or its time is over."""
    Letter.objects.all().delete()


def sent_in_all() -> int:
    """Letters that the mail server took, since the tables are there."""
    return sum(PostDay.objects.values_list("sent", flat=True))
