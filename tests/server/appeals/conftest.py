"""The offices of tests/server/exchange, and the centre's staff together."""

import pytest

from server_sync.workplaces.models import Person
from tests.server.appeals.lives import Staff
from tests.server.exchange.conftest import ala, chuy, plain

__all__ = ["ala", "chuy", "plain"]


@pytest.fixture
def staff(registrar: Person, vera: Person, vasil: Person, editor: Person) -> Staff:
    return Staff(registrar, vera, vasil, editor)
