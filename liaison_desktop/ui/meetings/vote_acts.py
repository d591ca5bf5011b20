"""What the votes of a meeting may ask for, made of the open desk and the exchange."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.votes import VoteSeen
from liaison_desktop.services import voting
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings.vote_presenter import VoteActs
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.workbench import Workbench
from server_sync.contract.bodies import VoteChoice
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import RunningVote


def vote_acts(bench: Workbench, exchange: Callable[[], None]) -> VoteActs:
    """Everything the presenter of votes may ask for."""

    def votes(meeting: bytes, told: RunningVote | None, done: Callable[[tuple[VoteSeen, ...]], None]) -> None:
        bench.store(lambda desk: voting.votes_here(desk, meeting, told), done)

    def cast(
        meeting: bytes,
        vote: VoteSeen,
        choice: VoteChoice,
        done: Callable[[], None],
        failed: Callable[[ContractError], None],
    ) -> None:
        def written(changes: ChangeSet) -> None:
            bench.announce(changes)
            done()

        bench.store(lambda desk: voting.cast_vote(desk, meeting, vote, choice), written, failed)

    return VoteActs(
        votes=votes,
        cast=cast,
        exchange=exchange,
        now=formats.now,
        site_code=bench.desk.enrolment.site_code,
        name_of=site_name,
        note=lambda error: bench.note(lambda: say_error(error)),
    )
