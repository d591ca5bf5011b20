"""The offices of tests/server/exchange, which are invited to meetings."""

from tests.server.exchange.conftest import ala, chuy, plain

__all__ = ["ala", "chuy", "plain"]
