"""What events of decisions and of a kept chat do: called by `planned`, the only writer of the tables of meetings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from server_sync.appeals.believing import moment
from server_sync.appeals.matters import Projected
from server_sync.appeals.refusals import Quarantine
from server_sync.contract import bodies
from server_sync.contract.bodies import DECISION_CHARACTERS, NOTE_CHARACTERS, DecisionTaken, Words
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import Header
from server_sync.contract.limits import check_text
from server_sync.contract.numbers import RegistrationNumber
from server_sync.journal.models import Event
from server_sync.meetings.models import KeptLine, Meeting, MeetingDecision
from server_sync.meetings.plans import UnsoundPlan, demand_short, demand_sites, is_silent
from server_sync.meetings.standing import invited_sites

DUE_YEARS: Final = (2020, 2200)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def demand_decision(body: DecisionTaken) -> None:
    """Raise UnsoundPlan for what is no decision.

    Codes: `decision_empty`, `text_too_long`, `control_character`, `lone_surrogate`, `executor_twice`, `site_unknown`,
    `due_out_of_range`, `number_malformed`, `number_check_failed`, `number_ambiguous`, `number_twice`.
    """
    if is_silent(body.text):
        raise UnsoundPlan("decision_empty")
    demand_words(body.text, DECISION_CHARACTERS)
    if len(set(body.executors)) != len(body.executors):
        raise UnsoundPlan("executor_twice")
    demand_sites(body.executors)
    if body.due_on is not None and not DUE_YEARS[0] <= body.due_on.year < DUE_YEARS[1]:
        raise UnsoundPlan("due_out_of_range")
    if len(set(body.requests)) != len(body.requests):
        raise UnsoundPlan("number_twice")
    for number in body.requests:
        if as_printed(number) != number:
            raise UnsoundPlan("number_malformed")


def as_printed(number: str) -> str:
    """A registration number as it is printed; raises UnsoundPlan `number_…` for what is none."""
    try:
        return str(RegistrationNumber.parse(number))
    except InvalidField as wrong:
        raise UnsoundPlan(wrong.code) from wrong


def demand_reason(reason: Words) -> None:
    """Raise UnsoundPlan `reason_missing`, or for words that are too long or cannot be kept."""
    if is_silent(reason):
        raise UnsoundPlan("reason_missing")
    demand_words(reason, NOTE_CHARACTERS)


def demand_words(words: Words, most: int) -> None:
    """Raise UnsoundPlan for words that are too long or cannot be kept."""
    demand_short(words, most)
    for text in (words.ky, words.ru, words.en):
        for breach in check_text("text", text, most, is_long=True):
            raise UnsoundPlan(breach.code)


def take(event: Event, header: Header, body: DecisionTaken) -> frozenset[str]:
    """Write a decision down; gives whom to tell."""
    demand_decision(body)
    meeting = _meeting(body.meeting)
    if MeetingDecision.objects.filter(pk=body.decision).exists():
        raise Quarantine("decision_known")
    MeetingDecision.objects.create(
        id=body.decision,
        meeting=meeting,
        item=body.item,
        text_ky=body.text.ky,
        text_ru=body.text.ru,
        text_en=body.text.en,
        executors=list(body.executors),
        due_on=body.due_on,
        requests=list(body.requests),
        taken_at=moment(event, header),
        taken_by=UUID(bytes=header.person),
        event=event,
        last_event=event,
    )
    return invited_sites(meeting) | frozenset(body.executors)


def withdraw(event: Event, header: Header, body: bodies.DecisionWithdrawn) -> frozenset[str]:
    """Let a decision hold no more; gives whom to tell."""
    demand_reason(body.reason)
    decision = MeetingDecision.objects.filter(pk=body.decision, meeting=body.meeting).first()
    if decision is None:
        raise Quarantine("no_such_decision")
    if decision.withdrawn_at is not None:
        raise Quarantine("decision_withdrawn")
    decision.withdrawn_at = moment(event, header)
    decision.reason_ky, decision.reason_ru, decision.reason_en = body.reason.ky, body.reason.ru, body.reason.en
    decision.last_event = event
    decision.save(update_fields=["withdrawn_at", "reason_ky", "reason_ru", "reason_en", "last_event"])
    return invited_sites(decision.meeting) | frozenset(decision.executors)


def keep(body: bodies.MeetingSaid) -> frozenset[str]:
    """Keep a piece of a chat; nobody is told: it belongs to the minutes, which are read at the centre."""
    meeting = _meeting(body.meeting)
    last = body.first + len(body.lines) - 1
    if not body.lines or KeptLine.objects.filter(meeting=meeting, place__range=(body.first, last)).exists():
        raise Quarantine("said_twice")
    demand_sites({line.site_code for line in body.lines})
    KeptLine.objects.bulk_create(_lines(meeting, body))
    return frozenset()


def _lines(meeting: Meeting, body: bodies.MeetingSaid) -> Iterator[KeptLine]:
    for place, line in enumerate(body.lines, body.first):
        try:
            said_at = _EPOCH + timedelta(milliseconds=line.said_at_ms)
        except OverflowError as wrong:
            raise Quarantine("start_out_of_range") from wrong
        for breach in check_text("text", line.text, bodies.CHAT_CHARACTERS):
            raise Quarantine(breach.code)
        yield KeptLine(meeting=meeting, place=place, site_id=line.site_code, said_at=said_at, text=line.text)


def _meeting(meeting_id: bytes) -> Meeting:
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None:
        raise Quarantine("meeting_unknown")
    if meeting.opened_at is None:
        raise Quarantine("meeting_not_open")
    return meeting


PROJECTIONS: Final = (
    Projected(
        MeetingDecision.objects,
        ("id", "event__hash", "last_event__hash"),
        (
            "meeting_id",
            "item",
            "text_ky",
            "text_ru",
            "text_en",
            "executors",
            "due_on",
            "requests",
            "taken_at",
            "taken_by",
            "withdrawn_at",
            "reason_ky",
            "reason_ru",
            "reason_en",
        ),
    ),
    Projected(KeptLine.objects, ("meeting_id", "place"), ("site_id", "said_at", "text")),
)
