"""A counter of an office for the tests of pages: registers real requests through the real exchange."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import DueTerm
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import Event, read_header
from server_sync.contract.evidence.receipt import Receipt, sign_receipt, to_base32
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Epoch, Person
from server_sync.workplaces.people import grant_role
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import SINCE, Office
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice


class Counter:
    """One clerk's PC with a line."""

    def __init__(self, office: Office) -> None:
        self.office = office
        login = f"counter-{office.site.number_code}"
        known = Person.objects.filter(login=login).first()
        self.clerk = known or Person.objects.create_person(login, None, surname="Касымова", given_name="Айнура")
        if known is None:
            grant_role(self.clerk, Role.CLERK, from_on=SINCE, site=office.site)
        Epoch.objects.filter(pk=office.epoch.pk).update(opened_at=timezone.now() - timedelta(days=800))
        self.wire = PlainOffice(bytes(office.epoch.id), office.key, bytes(office.epoch.certificate))

    def write(self, *, on: date | None = None, **changes: Any) -> Event:
        """Register a request that stays at the office: the line is down."""
        day = on or TODAY
        body = replace(REQUEST, registered_on=day, **changes)
        due = compute_due(day, body.kind, reference_book().calendar, reference_book().terms)
        term = DueTerm(due.due_on, due.working_days, due.article, due.provisional, due.rules_version)
        noon = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        return self.wire.write(
            replace(body, due=term), person=self.clerk.id.bytes, wall_ms=int(noon.timestamp() * 1000)
        )

    def register(self, *, on: date | None = None, **changes: Any) -> Appeal:
        """Register a request and let it arrive; no rule has looked at it yet."""
        event = self.write(on=on, **changes)
        self.wire.exchange()
        return Appeal.objects.get(hash=event.hash)

    def receipt(self, event: Event, number: str, seq: int, *, later_ms: int = 0) -> str:
        """The code of the receipt that the citizen holds, in base32; `number` with any check digits."""
        code, year, slot, counter, tail = number.split("-")
        number = str(RegistrationNumber(code, 2000 + int(year), slot, int(counter), int(tail[:2])))
        receipt = Receipt(number, seq, read_header(event.header).wall_ms + later_ms, event.hash)
        return to_base32(sign_receipt(self.office.key, receipt))


def routed(appeal: Appeal) -> Appeal:
    """Let the rules route what waits."""
    route_new()
    appeal.refresh_from_db()
    return appeal


def days_ago(count: int) -> date:
    return TODAY - timedelta(days=count)
