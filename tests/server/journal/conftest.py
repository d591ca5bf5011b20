"""The offices of tests/server/exchange."""

from tests.server.exchange.conftest import ala, chuy, plain

__all__ = ["ala", "chuy", "plain"]
