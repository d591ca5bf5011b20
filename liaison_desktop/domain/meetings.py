"""A meeting as this office sees it: the newest plan, where it stands, what was changed and why.

Made of the centre's events in the order of the feed; the same events give the same picture everywhere. What is voted on
in it stands in `domain.votes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from liaison_desktop.domain.decisions import DecisionSeen, as_decided
from liaison_desktop.domain.times import moment
from server_sync.contract import bodies
from server_sync.contract.bodies import Attended, MeetingPart, MeetingPlan, Words
from server_sync.contract.events import EventKind, Header
from server_sync.contract.meetings import MeetingState

MEETING_KINDS: Final = frozenset(
    {
        EventKind.MEETING_PLANNED,
        EventKind.MEETING_CHANGED,
        EventKind.MEETING_CANCELLED,
        EventKind.MEETING_OPENED,
        EventKind.MEETING_CLOSED,
        EventKind.MEETING_VOTE_OPENED,
        EventKind.MEETING_VOTE_CLOSED,
        EventKind.DECISION_TAKEN,
        EventKind.DECISION_WITHDRAWN,
        EventKind.MEETING_SAID,
        EventKind.MEETING_PAPER_ADDED,
        EventKind.MEETING_PAPER_WITHDRAWN,
    }
)
MeetingBody = (
    bodies.MeetingPlanned
    | bodies.MeetingChanged
    | bodies.MeetingCancelled
    | bodies.MeetingOpened
    | bodies.MeetingClosed
    | bodies.MeetingVoteOpened
    | bodies.MeetingVoteClosed
    | bodies.DecisionTaken
    | bodies.DecisionWithdrawn
    | bodies.MeetingSaid
    | bodies.MeetingPaperAdded
    | bodies.MeetingPaperWithdrawn
)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of the list of meetings.

    `part` is what this office is in it, None when it is not invited any more. `moved_from` is when it was to begin
    before it was moved last; `reason` belongs to the newest change or to the cancelling.
    """

    meeting: bytes
    title: Words
    starts_at: datetime
    ends_at: datetime
    state: MeetingState
    part: MeetingPart | None
    chair_site: str
    moved_from: datetime | None = None
    reason: Words = field(default_factory=Words)


@dataclass(frozen=True, slots=True)
class MeetingSeen:
    """A meeting whole; `attended` when it is over, `decisions` as they were taken."""

    meeting: bytes
    plan: MeetingPlan
    state: MeetingState
    moved_from: datetime | None = None
    reason: Words = field(default_factory=Words)
    is_changed: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    attended: tuple[Attended, ...] = ()
    decisions: tuple[DecisionSeen, ...] = ()

    @property
    def starts_at(self) -> datetime:
        """When it begins by its plan."""
        return moment(self.plan.starts_at_ms)

    @property
    def ends_at(self) -> datetime:
        """When it ends by its plan."""
        return self.starts_at + timedelta(minutes=self.plan.minutes)

    @property
    def chair_site(self) -> str:
        """The office that leads."""
        return next((one.site_code for one in self.plan.invited if one.part is MeetingPart.CHAIR), "")

    def part_of(self, site_code: str) -> MeetingPart | None:
        """What an office is in it; None when it is not invited."""
        return next((one.part for one in self.plan.invited if one.site_code == site_code), None)

    def row(self, site_code: str) -> MeetingRow:
        """Its line in the list of an office."""
        return MeetingRow(
            meeting=self.meeting,
            title=self.plan.title,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            state=self.state,
            part=self.part_of(site_code),
            chair_site=self.chair_site,
            moved_from=self.moved_from,
            reason=self.reason,
        )


def as_planned(said: Iterable[tuple[Header, MeetingBody]]) -> MeetingSeen | None:
    """Give the meeting that these events tell of, in the order of the feed; None when no plan of it is here.

    An office that is invited by a change has not read what came before: the change itself is the first plan it knows.
    """
    events = tuple(said)
    seen: MeetingSeen | None = None
    for header, body in events:
        seen = _lay(seen, header, body)
    return None if seen is None else replace(seen, decisions=as_decided(events))


def _lay(seen: MeetingSeen | None, header: Header, body: MeetingBody) -> MeetingSeen | None:
    if isinstance(body, bodies.MeetingPlanned):
        return MeetingSeen(body.meeting, body.plan, MeetingState.PLANNED)
    if isinstance(body, bodies.MeetingChanged):
        return _changed(seen, body)
    if seen is None:
        return None
    match body:
        case bodies.MeetingCancelled():
            return replace(seen, state=MeetingState.CANCELLED, reason=body.reason)
        case bodies.MeetingOpened():
            return replace(seen, state=MeetingState.OPEN, opened_at=moment(header.wall_ms))
        case bodies.MeetingClosed():
            return replace(seen, state=MeetingState.CLOSED, closed_at=moment(header.wall_ms), attended=body.attended)
        case bodies.MeetingVoteOpened() | bodies.MeetingVoteClosed():
            return seen  # domain.votes reads them
        case bodies.DecisionTaken() | bodies.DecisionWithdrawn() | bodies.MeetingSaid():
            return seen
        case bodies.MeetingPaperAdded() | bodies.MeetingPaperWithdrawn():
            return seen  # domain.papers reads them
        case _:
            assert_never(body)


def _changed(seen: MeetingSeen | None, body: bodies.MeetingChanged) -> MeetingSeen:
    if seen is None:
        return MeetingSeen(body.meeting, body.plan, MeetingState.PLANNED, reason=body.reason)
    is_moved = seen.plan.starts_at_ms != body.plan.starts_at_ms
    moved_from = seen.starts_at if is_moved else seen.moved_from
    return replace(seen, plan=body.plan, moved_from=moved_from, reason=body.reason, is_changed=True)
