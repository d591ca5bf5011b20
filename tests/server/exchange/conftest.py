"""Two enrolled offices that talk to the centre as real ones do."""

from collections.abc import Callable

import pytest

from tests.server.conftest import Office
from tests.server.exchange.offices import PlainOffice


def as_seen_from_the_wire(office: Office) -> PlainOffice:
    return PlainOffice(bytes(office.epoch.id), office.key, bytes(office.epoch.certificate))


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
