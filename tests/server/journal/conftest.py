"""The offices of tests/server/exchange, and pairs of people who decide."""

from tests.server.appeals.conftest import staff
from tests.server.exchange.conftest import ala, chuy, plain
from tests.server.oversight.conftest import noor

__all__ = ["ala", "chuy", "noor", "plain", "staff"]
