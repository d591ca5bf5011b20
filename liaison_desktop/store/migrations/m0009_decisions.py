"""Decisions of meetings: those that came before the update are read then, into the tables that are there."""

from typing import Any

SQL = """INSERT INTO settings (name, value) SELECT 'meetings_due', '1'
WHERE EXISTS (SELECT 1 FROM events WHERE kind BETWEEN 207 AND 209) ON CONFLICT (name) DO NOTHING"""
"""meetings.renew_if_due reads them with the contract of its day; a store without such events needs it not."""


def migrate(connection: Any) -> None:
    """Ask for decisions to be read that are here already."""
    connection.execute(SQL)
