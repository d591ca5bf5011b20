"""The offices of tests/server/exchange, and the centre's staff together."""

import pytest

from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person, RoleGrant
from tests.server.appeals.lives import Staff
from tests.server.conftest import SINCE
from tests.server.exchange.conftest import ala, chuy, plain

__all__ = ["ala", "chuy", "plain"]


@pytest.fixture
def staff(registrar: Person, vera: Person, vasil: Person, editor: Person) -> Staff:
    return Staff(registrar, vera, vasil, editor)


@pytest.fixture
def second_administrator(centre) -> Person:
    person = Person.objects.create_person("second", None, surname="Жумабаев", given_name="Жакып")
    RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR, from_on=SINCE)
    return person
