"""Brings a store's tables from the version it has to the version this program knows, one step after another.

A step stands alone: SQL as it was when it was released, never imported from the code of today. Each runs in one
transaction with the row that says it was done.
"""

import time
from collections.abc import Callable
from typing import Final

from liaison_desktop.domain.errors import StoreNewer
from liaison_desktop.store.connection import APPLICATION_ID, Connection
from liaison_desktop.store.migrations import (
    m0001_first,
    m0002_remains,
    m0003_witnesses,
    m0004_phones,
    m0005_act_drafts,
    m0006_roles_told,
    m0007_meetings,
    m0008_votes,
    m0009_decisions,
    m0010_papers,
    m0011_receptions,
)

Step = Callable[[Connection], None]

STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("0001_first", m0001_first.migrate),
    ("0002_remains", m0002_remains.migrate),
    ("0003_witnesses", m0003_witnesses.migrate),
    ("0004_phones", m0004_phones.migrate),
    ("0005_act_drafts", m0005_act_drafts.migrate),
    ("0006_roles_told", m0006_roles_told.migrate),
    ("0007_meetings", m0007_meetings.migrate),
    ("0008_votes", m0008_votes.migrate),
    ("0009_decisions", m0009_decisions.migrate),
    ("0010_papers", m0010_papers.migrate),
    ("0011_receptions", m0011_receptions.migrate),
)
NEWEST: Final = len(STEPS)


def version_of(connection: Connection) -> int:
    """The number of steps a store has taken; 0 for an empty file."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: Connection) -> int:
    """Take the missing steps and say how many; raises StoreNewer, or what kept a step from being taken."""
    done = version_of(connection)
    if done > NEWEST:
        raise StoreNewer("store_newer", version=done, known=NEWEST)
    for number, (name, step) in enumerate(STEPS[done:], start=done + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            step(connection)
            connection.execute(
                "INSERT INTO migrations (number, name, taken_at_ms) VALUES (?, ?, ?)",
                (number, name, time.time_ns() // 1_000_000),
            )
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return NEWEST - done
