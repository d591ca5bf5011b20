"""Votes for this office in a meeting: written to its own chain before anything is sent, so that nothing cuts it off."""

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import NotNow
from liaison_desktop.domain.votes import VoteSeen
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import votes
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.events import Written, write_event
from server_sync.contract.ballots import seal_choice
from server_sync.contract.bodies import VoteCast, VoteChoice
from server_sync.contract.events import EventKind
from server_sync.contract.meetings import RunningVote


def cast_vote(desk: Desk, meeting: bytes, vote: VoteSeen, choice: VoteChoice) -> ChangeSet:
    """Write how this office votes; again while the vote goes on, and the last one counts.

    Raises NotNow `vote_over` when the count is here, NotAllowed, NumberingStopped, NotAuthentic `ballot_key_wrong`.
    """
    site_code = desk.enrolment.site_code
    author, held = desk.author(EventKind.VOTE_CAST), desk.held()
    key = vote.sealing_key
    sealed = None if key is None else seal_choice(choice, key, vote.vote, site_code)
    body = VoteCast(vote.vote, choice if key is None else None, sealed)

    def work(connection: Connection) -> Written:
        if votes.is_counted(connection, meeting, vote.vote):
            raise NotNow("vote_over")
        written = write_event(connection, desk.clock, body, author, held=held)
        votes.keep_own(connection, written.hash, vote.vote, choice, written.header.wall_ms)
        return written

    desk.write(work)
    return ChangeSet(delivery=True, meetings=True)


def votes_here(desk: Desk, meeting: bytes, told: RunningVote | None = None) -> tuple[VoteSeen, ...]:
    """The votes of a meeting that this office knows of, each with its own vote; `told` by the stage comes last."""
    return votes.votes_of(desk.store.connection, meeting, told)
