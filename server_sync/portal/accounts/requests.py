"""The requests of an account: written while signed in, or added by number and code."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import State
from server_sync.pages.appeal_words import Badge, Urgency, body_name, state_badge, urgency
from server_sync.portal.accounts.keeping import held
from server_sync.portal.models import Account, OwnRequest
from server_sync.workplaces.reference import reference_book

MOST: Final = 200
"""Requests of one account; whoever has more removes old ones from the list. The register keeps all of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One request in the list of its citizen."""

    id: int
    number: str
    subject: str
    is_erased: bool
    addressee: str
    body: str
    registered_on: date
    due_on: date | None
    badge: Badge
    urgency: Urgency


def add(account: Account, appeal: bytes) -> bool:
    """Let a request belong to an account; False when it does already.

    Raises Refused `requests_many`, `account_gone`.
    """
    with held(account):
        if account.requests.filter(appeal=appeal).exists():
            return False
        if account.requests.count() >= MOST:
            raise Refused("requests_many")
        OwnRequest.objects.create(account=account, appeal=appeal, added_at=timezone.now())
        return True


def remove(account: Account, row: int) -> bool:
    """Take a request from the list; the register keeps it. False when the account has none such."""
    return account.requests.filter(pk=row).delete()[0] == 1


def find(account: Account, row: int) -> Appeal | None:
    """A request of an account, to be opened without its code."""
    own = account.requests.filter(pk=row).first()
    return Appeal.objects.filter(hash=own.appeal, is_erased=False).first() if own is not None else None


def rows_of(account: Account, language: str) -> list[Row]:
    """The requests of an account, the newest first."""
    own = {bytes(one.appeal): one.pk for one in account.requests.all()[:MOST]}
    today = timezone.localdate()
    found = Appeal.objects.filter(hash__in=list(own)).order_by("-registered_at", "-pk")
    return [_row(appeal, own[bytes(appeal.hash)], language, today) for appeal in found]


def forget(appeal: bytes) -> None:
    """Let a request that is erased belong to nobody."""
    OwnRequest.objects.filter(appeal=appeal).delete()


def _row(appeal: Appeal, pk: int, language: str, today: date) -> Row:
    state = State(appeal.state)
    names = reference_book().addressee_names(appeal.addressee_code, appeal.addressee_site)
    return Row(
        id=pk,
        number=appeal.number,
        subject=appeal.subject,
        is_erased=appeal.is_erased,
        addressee=names.said_in(language) if names is not None else appeal.addressee_code,
        body=body_name(appeal.body_code, language),
        registered_on=appeal.registered_on,
        due_on=appeal.due_on if appeal.answered_on is None else None,
        badge=state_badge(state, is_accepted=appeal.accepted_at is not None),
        urgency=urgency(appeal.due_on, state, today, appeal.answered_on),
    )
