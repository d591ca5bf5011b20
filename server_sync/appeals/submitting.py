"""Registers what a citizen wrote on the portal: the centre is its counter, and gives number and receipt at once.

Custody, the leaf in the public log, the number and the entry in the register are one transaction, as at an office; the
law's term is counted here, by the days that are decreed today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealKind, AppealRegistered, DueTerm
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import read_header
from server_sync.contract.evidence.receipt import Receipt, sign_receipt
from server_sync.contract.moments import claimed_ms
from server_sync.evidence.keys import centre_keys
from server_sync.journal import centre
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book


@dataclass(frozen=True, slots=True)
class Given:
    """What registering gave: the request, and its receipt as the centre's key of that moment signed it."""

    appeal: Appeal
    receipt: bytes


def register_on_portal(said_on: Callable[[date], AppealRegistered]) -> Given:
    """Register a request of the portal, as it is said on the day of its registration. Call inside a transaction.

    Raises Refused with the code of what the register does not take; nothing is written then. Whoever calls has checked
    the words (contract.limits).
    """
    catch_up([CENTRE])  # and nobody else registers here until this is over
    today = timezone.localdate()
    event = write([centre.Act(said_on(today), None)])[0]
    appeal = Appeal.objects.select_related("event").get(hash=event.hash)
    moment_ms = claimed_ms(read_header(bytes(event.header)).wall_ms, appeal.registered_on)
    receipt = Receipt(appeal.number, event.seq, moment_ms, bytes(event.hash))
    return Given(appeal, sign_receipt(centre_keys().centre, receipt))


def term_on(day: date, kind: AppealKind) -> DueTerm:
    """The term of a request registered on a day, as its event carries it."""
    due = compute_due(day, kind, working_calendar(), reference_book().terms)
    return DueTerm(due.due_on, due.working_days, due.article, due.provisional, due.rules_version)
