"""A decision of a meeting as this office sees it: what, who does it, until when, and whether it holds still.

Made of the centre's events in the order of the feed. An office that has to do something may not have been invited: then
it knows the decision and nothing else of the meeting.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from liaison_desktop.domain.times import moment
from server_sync.contract.bodies import Body, DecisionTaken, DecisionWithdrawn, Words
from server_sync.contract.events import Header


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """One decision; `reason` says why it was withdrawn."""

    decision: bytes
    meeting: bytes
    text: Words
    executors: tuple[str, ...]
    due_on: date | None
    item: int
    requests: tuple[str, ...]
    taken_at: datetime
    is_withdrawn: bool = False
    reason: Words = field(default_factory=Words)

    def is_done_by(self, site_code: str) -> bool:
        """Whether an office has to carry it out."""
        return site_code in self.executors


def as_decided(said: Iterable[tuple[Header, Body]]) -> tuple[DecisionSeen, ...]:
    """Give the decisions that events of one meeting tell of, as they were taken."""
    decisions: dict[bytes, DecisionSeen] = {}
    for header, body in said:
        if isinstance(body, DecisionTaken):
            decisions[body.decision] = DecisionSeen(
                body.decision,
                body.meeting,
                body.text,
                body.executors,
                body.due_on,
                body.item,
                body.requests,
                moment(header.wall_ms),
            )
        elif isinstance(body, DecisionWithdrawn) and body.decision in decisions:
            taken = decisions[body.decision]
            decisions[body.decision] = replace(taken, is_withdrawn=True, reason=body.reason)
    return tuple(decisions.values())


def own_first(decisions: Iterable[DecisionSeen], site_code: str) -> tuple[DecisionSeen, ...]:
    """What an office has to do before what others have to, what holds before what does not, the earliest due first."""

    def place(one: DecisionSeen) -> tuple[bool, bool, date, int]:
        return (one.is_withdrawn, not one.is_done_by(site_code), one.due_on or date.max, one.item)

    return tuple(sorted(decisions, key=place))
