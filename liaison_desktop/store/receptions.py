"""Keeps which conversations about requests are set and when, so that the near ones are found at once."""

from liaison_desktop.domain.appeals import AppealSeen
from liaison_desktop.store.connection import Connection
from server_sync.contract.meetings import MeetingState
from server_sync.contract.receptions import ReceptionState

MINUTE_MS = 60_000
_OVER = frozenset({MeetingState.CLOSED.value, MeetingState.CANCELLED.value})


def keep_reception(connection: Connection, seen: AppealSeen) -> None:
    """Write when the conversation of a request is, or that none is set."""
    told = seen.reception
    if seen.is_erased or told is None or told.state is not ReceptionState.SET or told.appointment is None:
        connection.execute("DELETE FROM receptions WHERE appeal = ?", (seen.appeal,))
        return
    starts_at_ms = told.appointment.starts_at_ms
    connection.execute(
        "INSERT INTO receptions (appeal, starts_at_ms, ends_at_ms) VALUES (?, ?, ?) ON CONFLICT (appeal) DO UPDATE "
        "SET starts_at_ms = excluded.starts_at_ms, ends_at_ms = excluded.ends_at_ms",
        (seen.appeal, starts_at_ms, starts_at_ms + told.appointment.minutes * MINUTE_MS),
    )


def is_over(connection: Connection, meeting: bytes) -> bool:
    """Whether a meeting that was held for a request has ended, or was called off."""
    row = connection.execute("SELECT state FROM meetings WHERE meeting = ?", (meeting,)).fetchone()
    return row is not None and row[0] in _OVER


def near_receptions(connection: Connection, now_ms: int, before_ms: int, most: int = 5) -> tuple[bytes, ...]:
    """The requests whose conversation begins within so long or has not ended yet, the next first."""
    rows = connection.execute(
        "SELECT appeal FROM receptions WHERE ends_at_ms > ? AND starts_at_ms <= ? ORDER BY starts_at_ms LIMIT ?",
        (now_ms, now_ms + before_ms, most),
    )
    return tuple(row[0] for row in rows)
