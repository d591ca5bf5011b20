"""Two enrolled offices that talk to the centre as real ones do."""

from collections.abc import Callable

import pytest

from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person, RoleGrant, Site
from tests.server.conftest import SINCE, Office
from tests.server.exchange.offices import PlainOffice


def as_seen_from_the_wire(office: Office) -> PlainOffice:
    """The PC of an office, with a clerk of that office at its keyboard."""
    clerk = clerk_of(office.site)
    return PlainOffice(bytes(office.epoch.id), office.key, bytes(office.epoch.certificate), person=clerk.id.bytes)


def clerk_of(site: Site) -> Person:
    person, is_new = Person.objects.get_or_create(
        login=f"clerk-{site.pk.lower()}", defaults={"surname": "Алимов", "given_name": "Алим"}
    )
    if is_new:
        RoleGrant.objects.create(person=person, role=Role.CLERK, site=site, from_on=SINCE)
    return person


@pytest.fixture
def plain() -> Callable[[Office], PlainOffice]:
    return as_seen_from_the_wire


@pytest.fixture
def ala(office_a: Office) -> PlainOffice:
    """A PC of the Alamudun office."""
    return as_seen_from_the_wire(office_a)


@pytest.fixture
def chuy(office_b: Office) -> PlainOffice:
    """A PC of the Chuy office."""
    return as_seen_from_the_wire(office_b)
