"""Votes of meetings in the store: what was asked and counted, read from the events, and how this office voted last.

A choice in a secret vote is sealed in its event, also for this PC. So it stands beside it in `ballots` while the vote
goes on, and is taken out when the count comes.
"""

from dataclasses import replace
from typing import Final

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.times import moment
from liaison_desktop.domain.votes import OwnVote, VoteSeen, as_told, as_voted
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.meetings import said_of
from server_sync.contract.bodies import Body, MeetingVoteClosed, VoteCast, VoteChoice
from server_sync.contract.events import Header, UnknownBody
from server_sync.contract.meetings import RunningVote

_OWN: Final = """
SELECT b.choice, b.cast_at_ms, b.is_here, o.state, o.code
FROM ballots b LEFT JOIN outbox o ON o.event_hash = b.event_hash
WHERE b.vote = ?
"""
_KEEP: Final = """
INSERT INTO ballots (vote, choice, event_hash, cast_at_ms, is_here) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (vote) DO UPDATE SET choice = excluded.choice, event_hash = excluded.event_hash,
    cast_at_ms = excluded.cast_at_ms, is_here = excluded.is_here
"""
_IS_ON_ITS_WAY: Final = """
SELECT 1 FROM ballots b JOIN outbox o ON o.event_hash = b.event_hash WHERE b.vote = ? AND o.state < ?
"""


def votes_of(connection: Connection, meeting: bytes, told: RunningVote | None = None) -> tuple[VoteSeen, ...]:
    """The votes of a meeting as they were opened; `told` is one of the stage whose event may not be here yet."""
    seen = as_voted(said_of(connection, meeting))
    if told is not None and bytes.fromhex(told.vote) not in {one.vote for one in seen}:
        seen = (*seen, as_told(told))
    return tuple(replace(one, own=_own(connection, one.vote)) for one in seen)


def keep_own(connection: Connection, event_hash: bytes, vote: bytes, choice: VoteChoice, cast_at_ms: int) -> None:
    """Note how this office votes now, at this PC."""
    connection.execute(_KEEP, (vote, int(choice), event_hash, cast_at_ms, 1))


def hear(connection: Connection, event_hash: bytes, header: Header, body: Body | UnknownBody) -> bool:
    """Take in what came down of votes; says whether a vote of another PC of this office did.

    One that was cast here and is still on its way comes after it, and counts.
    """
    match body:
        case VoteCast():
            if connection.execute(_IS_ON_ITS_WAY, (body.vote, int(DeliveryState.STORED))).fetchone() is None:
                choice = None if body.choice is None else int(body.choice)
                connection.execute(_KEEP, (body.vote, choice, event_hash, header.wall_ms, 0))
            return True
        case MeetingVoteClosed() if any(
            one.vote == body.vote and one.is_secret for one in as_voted(said_of(connection, body.meeting))
        ):
            connection.execute("UPDATE ballots SET choice = NULL WHERE vote = ?", (body.vote,))
        case _:
            pass
    return False


def is_counted(connection: Connection, meeting: bytes, vote: bytes) -> bool:
    """Whether the count of a vote came down."""
    return any(one.count is not None for one in as_voted(said_of(connection, meeting)) if one.vote == vote)


def _own(connection: Connection, vote: bytes) -> OwnVote | None:
    row = connection.execute(_OWN, (vote,)).fetchone()
    if row is None:
        return None
    choice, cast_at_ms, is_here, state, code = row
    return OwnVote(
        choice=None if choice is None else VoteChoice(choice),
        cast_at=moment(cast_at_ms),
        is_here=bool(is_here),
        delivery=DeliveryState.REGISTERED if state is None else DeliveryState(state),
        code=code or "",
    )
