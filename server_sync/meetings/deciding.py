"""Acts of the chair's assistant on decisions, from the desk of a running meeting and from the pages after it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import DecisionTaken, DecisionWithdrawn, Words
from server_sync.contract.meetings import NOTED_CHARACTERS, NOTED_EXECUTORS_MOST, NOTED_MOST, MeetingState, Noted
from server_sync.journal.models import Event
from server_sync.meetings.acts import do_to, find
from server_sync.meetings.decided import demand_decision, demand_reason
from server_sync.meetings.models import Meeting, MeetingDecision
from server_sync.meetings.plans import UnsoundPlan
from server_sync.meetings.receptions import demand_no_reception

CORRECTED_WITHIN: Final = timedelta(days=30)
"""So long after its end decisions of a meeting are put right; then its minutes stand."""
AHEAD_MOST: Final = timedelta(days=5 * 366)
"""How far ahead a decision can be due: farther is a slip of the hand."""


def take_decision(person: bytes, body: DecisionTaken) -> Event:
    """Write down what a meeting decided; the offices invited and those that do it are told.

    Raises Refused with the code of an UnsoundPlan (`decided.demand_decision`), `item_unknown`, `due_in_the_past`,
    `due_too_far`, `minutes_stand`, `not_in_reception`, `decision_known`, `meeting_unknown`, `meeting_not_open`,
    `meeting_cancelled`, `role_missing`.
    """
    try:
        demand_decision(body)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code, site=unsound.params.get("site", "")) from unsound
    demand_no_reception(body.meeting)
    before = _open_to_decisions(body.meeting)
    if body.item > len(before.agenda):
        raise Refused("item_unknown")
    today = timezone.localdate()
    if body.due_on is not None and body.due_on < today:
        raise Refused("due_in_the_past")
    if body.due_on is not None and body.due_on > today + AHEAD_MOST:
        raise Refused("due_too_far")
    return _do(person, body, before, body.executors)


def is_written(body: DecisionTaken) -> bool:
    """Whether a decision stands with these very words, and not another one of its name."""
    one = MeetingDecision.objects.filter(pk=body.decision, meeting=body.meeting).first()
    return one is not None and body == DecisionTaken(
        body.decision,
        body.meeting,
        Words(one.text_ky, one.text_ru, one.text_en),
        tuple(one.executors),
        one.due_on,
        one.item,
        tuple(one.requests),
    )


def withdraw_decision(person: bytes, body: DecisionWithdrawn) -> Event:
    """Let a decision hold no more, with a reason that the offices read.

    Raises Refused `reason_missing`, `text_too_long`, `control_character`, `lone_surrogate`, `no_such_decision`,
    `decision_withdrawn`, and of a meeting what `take_decision` raises.
    """
    try:
        demand_reason(body.reason)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code, site=unsound.params.get("site", "")) from unsound
    before = _open_to_decisions(body.meeting)
    decision = MeetingDecision.objects.filter(pk=body.decision, meeting=before).first()
    if decision is None:
        raise Refused("no_such_decision")
    return _do(person, body, before, decision.executors)


def may_be_corrected(meeting: Meeting) -> bool:
    """Whether decisions are taken and withdrawn now: while the meeting runs, and some time after its end."""
    if meeting.state == MeetingState.OPEN:
        return True
    is_over = meeting.state == MeetingState.CLOSED and meeting.closed_at is not None
    return is_over and meeting.closed_at is not None and timezone.now() <= meeting.closed_at + CORRECTED_WITHIN


def noted(meeting_id: bytes) -> tuple[Noted, ...]:
    """The newest decisions that hold, as the desk is told of them."""
    holding = MeetingDecision.objects.filter(meeting=meeting_id, withdrawn_at=None).order_by("-taken_at", "pk")
    return tuple(
        Noted(
            one.address,
            one.item,
            (one.text_ky or one.text_ru or one.text_en)[:NOTED_CHARACTERS],
            tuple(one.executors[:NOTED_EXECUTORS_MOST]),
            "" if one.due_on is None else one.due_on.isoformat(),
        )
        for one in holding[:NOTED_MOST]
    )


def _open_to_decisions(meeting_id: bytes) -> Meeting:
    before = find(meeting_id)
    if before.state == MeetingState.CLOSED and not may_be_corrected(before):
        raise Refused("minutes_stand", limit=CORRECTED_WITHIN.days)
    return before


def _do(person: bytes, body: DecisionTaken | DecisionWithdrawn, before: Meeting, executors: Iterable[str]) -> Event:
    return do_to(person, body, before, frozenset(executors), b"", MeetingState.OPEN, MeetingState.CLOSED)
