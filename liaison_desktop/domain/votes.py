"""A vote in a meeting as this office sees it: the question, until when, what came of it, and how this office voted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.times import moment
from server_sync.contract import bodies
from server_sync.contract.bodies import MeetingVoteClosed, OfficeVote, VoteChoice, Words
from server_sync.contract.events import Header
from server_sync.contract.meetings import RunningVote


@dataclass(frozen=True, slots=True)
class OwnVote:
    """How this office voted last; no choice where only the centre can read it.

    `is_here`: cast at this PC. `code` says why the centre does not count it.
    """

    choice: VoteChoice | None
    cast_at: datetime
    is_here: bool = True
    delivery: DeliveryState = DeliveryState.REGISTERED_HERE
    code: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """What came of a vote; `votes` names who voted, in an open one with the choice."""

    in_favour: int
    against: int
    abstained: int
    spoilt: int
    is_told: bool
    is_quorate: bool
    is_adopted: bool
    votes: tuple[OfficeVote, ...]
    at: datetime

    def has_vote_of(self, site_code: str) -> bool:
        """Whether an office's vote is in it."""
        return any(one.site_code == site_code for one in self.votes)


@dataclass(frozen=True, slots=True)
class VoteSeen:
    """One vote; `offices` is empty while only the stage has told of it."""

    vote: bytes
    question: Words
    ends_at: datetime
    quorum: int
    most: int
    item: int = 0
    sealing_key: bytes | None = None
    offices: tuple[str, ...] = ()
    count: Count | None = None
    own: OwnVote | None = field(default=None)

    @property
    def is_secret(self) -> bool:
        """Whether nobody learns how an office voted."""
        return self.sealing_key is not None

    def may_vote(self, site_code: str) -> bool | None:
        """Whether an office is asked; None while that was not told."""
        return site_code in self.offices if self.offices else None


def as_told(told: RunningVote) -> VoteSeen:
    """A vote as the stage tells it, before its event has come down."""
    return VoteSeen(
        vote=bytes.fromhex(told.vote),
        question=told.question,
        ends_at=moment(told.ends_at_ms),
        quorum=told.quorum,
        most=told.most,
        item=told.item,
        sealing_key=bytes.fromhex(told.sealing_key) if told.sealing_key else None,
    )


def as_voted(said: Iterable[tuple[Header, object]]) -> tuple[VoteSeen, ...]:
    """Give the votes that the events of a meeting tell of, in the order of the feed."""
    seen: dict[bytes, VoteSeen] = {}
    for header, body in said:
        match body:
            case bodies.MeetingVoteOpened():
                seen[body.vote] = VoteSeen(
                    vote=body.vote,
                    question=body.question,
                    ends_at=moment(body.ends_at_ms),
                    quorum=body.quorum,
                    most=len(body.offices),
                    item=body.item,
                    sealing_key=body.sealing_key,
                    offices=body.offices,
                )
            case MeetingVoteClosed() if body.vote in seen:
                seen[body.vote] = replace(seen[body.vote], count=_count(header, body))
            case _:
                pass
    return tuple(seen.values())


def _count(header: Header, body: MeetingVoteClosed) -> Count:
    return Count(
        in_favour=body.in_favour,
        against=body.against,
        abstained=body.abstained,
        spoilt=body.spoilt,
        is_told=not body.is_withheld,
        is_quorate=body.is_quorate,
        is_adopted=body.is_adopted,
        votes=body.votes,
        at=moment(header.wall_ms),
    )
