"""Keeps accounts: their address and what is offered at the next request, closed by a key beside the database.

A draft is closed by a secret of its browser; an account is opened in any browser that gets a letter, so that nothing
but the server's own key can close it (ADR 0101).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Final

from django.db import transaction
from django.utils import timezone

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.common.retention import kept
from server_sync.portal.models import Account
from server_sync.portal.writing.confirming import of_address
from server_sync.portal.writing.drafts import Said
from server_sync.workplaces.sealing import seal, unseal

SEALED_FOR: Final = "account"
FORGOTTEN_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed at every request and offered at the next; neither PIN nor document, which are asked for anew."""

    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    phone: str = ""
    territory: str = ""
    settlement: str = ""
    street: str = ""
    answer_by: str = ""

    @classmethod
    def of(cls, said: Said) -> "Details":
        """What of a request that was written is worth being kept."""
        return cls(**{field.name: getattr(said, field.name) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Kept:
    """What an account says: its address as it was typed, and the details if its citizen let them be kept."""

    email: str
    details: Details | None


def account_of(email: str) -> Account:
    """The account of a confirmed address; made when there is none."""
    return account_named(of_address(email), email)


def account_named(address: str, email: str) -> Account:
    """The account that a keyed hash finds; made when there is none, with an address for the next request."""
    now = timezone.now()
    account, is_new = Account.objects.get_or_create(address=address, defaults={"made_at": now, "seen_at": now})
    if is_new:
        write(account, Kept(email.strip(), None))
    return account


def read(account: Account) -> Kept:
    """What an account says; nothing where it was closed by another key, as after the key was lost."""
    try:
        plain = unseal(SEALED_FOR, bytes(account.sealed), account.id.bytes)
    except (NotSetUp, ValueError):
        return Kept("", None)
    told = json.loads(plain)
    details = told.get("details")
    if details is not None:
        details = Details(**{field.name: str(details.get(field.name, "")) for field in fields(Details)})
    return Kept(str(told.get("email", "")), details)


def write(account: Account, kept: Kept) -> None:
    """Keep what an account says from now on; one that was deleted meanwhile says nothing."""
    plain = json.dumps(asdict(kept), ensure_ascii=False).encode("utf-8", "surrogatepass")
    account.sealed = seal(SEALED_FOR, plain, account.id.bytes)
    Account.objects.filter(pk=account.pk).update(sealed=account.sealed)


@contextmanager
def held(account: Account) -> Iterator[None]:
    """Hold an account while something is hung on it.

    Raises Refused `account_gone` where it was deleted meanwhile, in another browser.
    """
    with transaction.atomic():
        if not list(Account.objects.select_for_update().filter(pk=account.pk).values_list("pk")):
            raise Refused("account_gone")
        yield


def forget_old() -> int:
    """Delete accounts that nobody uses; their requests stay in the register."""
    old = Account.objects.filter(seen_at__lt=timezone.now() - kept("account")).values_list("pk", flat=True)
    return Account.objects.filter(pk__in=list(old[:FORGOTTEN_AT_ONCE])).delete()[0]
