"""Meetings as the screens ask for them: which are to come, one whole; made of the centre's events and made again."""

from collections.abc import Iterable, Iterator
from typing import Final

from liaison_desktop.domain.decisions import DecisionSeen, as_decided
from liaison_desktop.domain.meetings import MEETING_KINDS, MeetingBody, MeetingSeen, as_planned
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.store import papers
from liaison_desktop.store.connection import Connection, placeholders
from liaison_desktop.store.events import SITE_FEED
from liaison_desktop.store.store import Store
from server_sync.contract.bodies import Body
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, Header, UnknownBody, read_body, read_header
from server_sync.contract.meetings import MeetingState

PAST_SHOWN: Final = 30
DECIDED_SHOWN: Final = 60
"""Meetings that are looked through for what this office has to do, those with the newest decisions."""
LONGEST_MS: Final = 24 * 3_600_000
"""A meeting that nobody closed is not held to go on for ever."""

_DUE: Final = "meetings_due"
_OWN_SITE: Final = "own_site"
"""Settings: that meetings are to be read again, and whose office this store is."""
_EVENTS: Final = """
SELECT e.header, e.body, max(f.server_epoch), f.n, e.id,
       coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'feed_whole_epoch'), 0)
FROM meeting_events m
JOIN events e ON e.event_hash = m.event_hash
LEFT JOIN feed_rows f ON f.event_hash = e.event_hash AND f.feed = ? AND f.kind = 2
WHERE m.meeting = ? AND e.is_own = 0 AND e.body IS NOT NULL
GROUP BY e.id
"""
"""The place in the newest feed that has an event; a bare column beside max() is of the row with the greatest."""


def keep(connection: Connection, event_hash: bytes, body: Body | UnknownBody) -> bytes | None:
    """Note of which meeting an event speaks, and give it; None for an event about something else."""
    if not isinstance(body, MeetingBody):
        return None
    meeting = body.meeting
    connection.execute(
        "INSERT INTO meeting_events (event_hash, meeting) VALUES (?, ?) ON CONFLICT DO NOTHING", (event_hash, meeting)
    )
    return meeting


def lay_again(connection: Connection, meetings: Iterable[bytes]) -> frozenset[bytes]:
    """Write the rows of meetings as their events say now; gives the ids of papers' bytes that are needed no more.

    Papers are had of meetings that are not cancelled and to which the newest plan invites this office.
    """
    unneeded: set[bytes] = set()
    own_site = _own_site(connection)
    for meeting in sorted(meetings):
        said = tuple(said_of(connection, meeting))
        seen = as_planned(said)
        now_ms = max((header.wall_ms for header, _body in said), default=0)
        unneeded |= papers.lay(connection, meeting, said if _has_papers(seen, own_site) else (), now_ms)
        connection.execute("DELETE FROM meetings WHERE meeting = ?", (meeting,))
        if seen is not None:
            connection.execute(
                "INSERT INTO meetings (meeting, state, starts_at_ms, ends_at_ms) VALUES (?, ?, ?, ?)",
                (meeting, seen.state.value, milliseconds(seen.starts_at), milliseconds(seen.ends_at)),
            )
    return frozenset(unneeded)


def know_own_site(store: Store, site_code: str) -> None:
    """Keep whose office this store is; what was laid for another, or before it was known, is laid again."""
    if _own_site(store.connection) == site_code:
        return
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_OWN_SITE, site_code),
        )
        lay_again(connection, known(connection))


def _own_site(connection: Connection) -> str:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (_OWN_SITE,)).fetchone()
    return "" if row is None else str(row[0])


def _has_papers(seen: MeetingSeen | None, own_site: str) -> bool:
    if seen is None or seen.state is MeetingState.CANCELLED:
        return False
    return not own_site or seen.part_of(own_site) is not None


def known(connection: Connection) -> set[bytes]:
    """All meetings of which something came here."""
    return {row[0] for row in connection.execute("SELECT DISTINCT meeting FROM meeting_events")}


def renew_if_due(store: Store) -> bool:
    """Read events of meetings that came before this program knew them; True when a step of the tables asked for it."""
    if store.connection.execute("SELECT 1 FROM settings WHERE name = ?", (_DUE,)).fetchone() is None:
        return False
    kinds = sorted(MEETING_KINDS)
    with store.transaction() as connection:
        of_these = f"kind IN ({placeholders(kinds)}) AND is_own = 0 AND body IS NOT NULL"
        rows = connection.execute(f"SELECT event_hash, header, body FROM events WHERE {of_these}", kinds).fetchall()  # noqa: S608
        for event_hash, header, body in rows:
            said = _readable(header, body)
            if said is not None:
                keep(connection, event_hash, said[1])
        lay_again(connection, known(connection))
        connection.execute("DELETE FROM settings WHERE name = ?", (_DUE,))
    return True


def coming(connection: Connection, now_ms: int) -> tuple[MeetingSeen, ...]:
    """Meetings that are open, or whose time has not passed, the next first; cancelled ones stay until then."""
    rows = connection.execute(
        "SELECT meeting FROM meetings WHERE ends_at_ms > ? OR (state = ? AND ends_at_ms > ?) "
        "ORDER BY starts_at_ms, meeting",
        (now_ms, MeetingState.OPEN.value, now_ms - LONGEST_MS),
    ).fetchall()
    found = _all(connection, rows)
    return tuple(one for one in found if one.state is not MeetingState.CLOSED)


def past(connection: Connection, now_ms: int, limit: int = PAST_SHOWN) -> tuple[MeetingSeen, ...]:
    """Meetings that are over, the newest first."""
    rows = connection.execute(
        "SELECT meeting FROM meetings WHERE state = ? OR (ends_at_ms <= ? AND NOT (state = ? AND ends_at_ms > ?)) "
        "ORDER BY starts_at_ms DESC, meeting LIMIT ?",
        (MeetingState.CLOSED.value, now_ms, MeetingState.OPEN.value, now_ms - LONGEST_MS, limit),
    ).fetchall()
    return _all(connection, rows)


def meeting_seen(connection: Connection, meeting: bytes) -> MeetingSeen | None:
    """One meeting whole; None when no plan of it came here."""
    return _seen(connection, meeting)


def decided(connection: Connection) -> tuple[DecisionSeen, ...]:
    """What meetings decided of which this office knows, also those that it was not invited to."""
    rows = connection.execute(
        "SELECT m.meeting FROM meeting_events m JOIN events e ON e.event_hash = m.event_hash "
        "WHERE e.kind = ? GROUP BY m.meeting ORDER BY max(e.id) DESC LIMIT ?",
        (EventKind.DECISION_TAKEN.value, DECIDED_SHOWN),
    ).fetchall()
    return tuple(one for (meeting,) in rows for one in as_decided(said_of(connection, meeting)))


def _all(connection: Connection, rows: Iterable[tuple[bytes]]) -> tuple[MeetingSeen, ...]:
    found = (_seen(connection, meeting) for (meeting,) in rows)
    return tuple(one for one in found if one is not None)


def _seen(connection: Connection, meeting: bytes) -> MeetingSeen | None:
    return as_planned(said_of(connection, meeting))


def said_of(connection: Connection, meeting: bytes) -> Iterator[tuple[Header, MeetingBody]]:
    """The events of a meeting in the order of the feed, without those that a restored centre no longer knows."""
    rows = connection.execute(_EVENTS, (SITE_FEED, meeting)).fetchall()
    known = [row for row in rows if row[2] is None or row[2] >= row[5]]
    for header, body, *_ in sorted(known, key=lambda row: (row[2] or 0, row[3] or 0, row[4])):
        said = _readable(header, body)
        if said is not None and isinstance(said[1], MeetingBody):
            yield said[0], said[1]


def _readable(raw_header: bytes, raw_body: bytes) -> tuple[Header, Body | UnknownBody] | None:
    try:
        header = read_header(raw_header)
        return header, read_body(header, raw_body)
    except ContractError:
        return None
