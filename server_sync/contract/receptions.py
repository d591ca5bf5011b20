"""Conversations of a citizen with whoever decides about their request: one table of how they go, for both programs.

An office writes the wish (`reception_said`), the body that has the request sets day and hour, declines, or notes what
came of it. A request has one conversation after another: the newest alone is asked for, set, moved or held.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from server_sync.contract import bodies
from server_sync.contract.bodies import ReceptionOutcome, ReceptionSet, ReceptionWish, Words
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import EventKind
from server_sync.contract.limits import is_blank

RECEPTION_KINDS: Final = frozenset(
    {
        EventKind.RECEPTION_SAID,
        EventKind.RECEPTION_SET,
        EventKind.RECEPTION_DECLINED,
        EventKind.RECEPTION_NOTED,
    }
)
ReceptionBody = bodies.ReceptionSaid | bodies.ReceptionSet | bodies.ReceptionDeclined | bodies.ReceptionNoted

SEATS: Final = 4
"""The citizen's office, whom they speak with, and whoever sits beside: an interpreter, an officer."""
MINUTES_LEAST: Final = 5
MINUTES_MOST: Final = 240
OUTCOMES_KEPT: Final = 5
OPENS_S: Final = 900
"""From so long before its hour the office's coming in begins it."""


class ReceptionState(StrEnum):
    """Where a conversation stands."""

    ASKED = "asked"
    SET = "set"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Reception:
    """One conversation as its events tell of it; `asked` is the hash of the event that began it.

    `outcomes` are the newest of `outcomes_said`: how often somebody writes one has no bound, and the history has all.
    """

    asked: bytes
    state: ReceptionState
    wish: ReceptionWish
    appointment: ReceptionSet | None = None
    reason: Words = Words()
    outcomes: tuple[ReceptionOutcome, ...] = ()
    outcomes_said: int = 0

    @property
    def is_awaited(self) -> bool:
        """Whether it is still to be held."""
        return self.state in {ReceptionState.ASKED, ReceptionState.SET}


def demand_whole(body: ReceptionBody) -> None:
    """Raise InvalidField for what says nothing, or two things: `reception_malformed`, `consent_missing`.

    Not asked of what an erasure left.
    """
    match body:
        case bodies.ReceptionSaid(wish, outcome, is_taken_back):
            if (wish is not None) + (outcome is not None) + is_taken_back != 1:
                raise InvalidField("reception_malformed", field="ReceptionSaid")
            if wish is not None and not wish.by_video:
                raise InvalidField("consent_missing", field="ReceptionWish.by_video")
            _demand_said(outcome)
        case bodies.ReceptionSet(by_whom=by_whom):
            _demand_words(by_whom, "by_whom")
        case bodies.ReceptionDeclined(reason=reason):
            _demand_words(reason, "reason")
        case bodies.ReceptionNoted(outcome=outcome):
            _demand_said(outcome)


def laid(before: Reception | None, event: bytes, body: ReceptionBody) -> Reception | None:
    """The newest conversation of a request after an event; the very same one when the event does not fit it."""
    match body:
        case bodies.ReceptionSaid(wish=ReceptionWish() as wish):
            if before is not None and before.is_awaited:
                return replace(before, wish=wish)
            return Reception(event, ReceptionState.ASKED, wish)
        case bodies.ReceptionSaid(is_taken_back=True, asked=asked):
            is_fitting = before is not None and before.is_awaited and before.asked == asked
            return _moved(before, ReceptionState.TAKEN_BACK) if before is not None and is_fitting else before
        case bodies.ReceptionSaid(outcome=ReceptionOutcome() as outcome, meeting=bytes() as meeting):
            return _noted(before, outcome) if before is not None and _is_of(before, meeting) else before
        case bodies.ReceptionSet():
            if before is None or not before.is_awaited or not _is_of(before, body.meeting, may_be_none=True):
                return before
            return replace(before, state=ReceptionState.SET, appointment=body)
        case bodies.ReceptionDeclined(reason, meeting):
            return _declined(before, reason, meeting)
        case bodies.ReceptionNoted(meeting, outcome):
            return _noted(before, outcome) if before is not None and _is_of(before, meeting) else before
        case _:
            return before


def _declined(before: Reception | None, reason: Words, meeting: bytes | None) -> Reception | None:
    if before is None:
        return None
    if meeting is None:
        is_fitting, state = before.state is ReceptionState.ASKED, ReceptionState.DECLINED
    else:
        may_end = before.state in {ReceptionState.SET, ReceptionState.TAKEN_BACK}
        is_fitting, state = may_end and _is_of(before, meeting), ReceptionState.CANCELLED
    return replace(before, state=state, reason=reason) if is_fitting else before


def _noted(before: Reception | None, outcome: ReceptionOutcome) -> Reception | None:
    if before is None or before.state not in {ReceptionState.SET, ReceptionState.HELD}:
        return before
    newest = (*before.outcomes, outcome)[-OUTCOMES_KEPT:]
    return replace(before, state=ReceptionState.HELD, outcomes=newest, outcomes_said=before.outcomes_said + 1)


def _moved(before: Reception, state: ReceptionState) -> Reception:
    return replace(before, state=state)


def _is_of(before: Reception, meeting: bytes, *, may_be_none: bool = False) -> bool:
    if before.appointment is None:
        return may_be_none
    return before.appointment.meeting == meeting


def _demand_said(outcome: ReceptionOutcome | None) -> None:
    if outcome is not None and is_blank(outcome.said):
        raise InvalidField("outcome_missing", field="ReceptionOutcome.said")


def _demand_words(words: Words, field: str) -> None:
    if all(is_blank(text) for text in (words.ky, words.ru, words.en)):
        raise InvalidField("reception_malformed", field=field)
