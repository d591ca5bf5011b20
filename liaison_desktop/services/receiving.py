"""What an office says of a conversation about a request: that it is wished, wished no more, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from liaison_desktop.domain.appeals import AppealSeen, ChangeSet
from liaison_desktop.domain.errors import FieldProblem, InvalidAppeal, NotNow
from liaison_desktop.domain.times import moment
from liaison_desktop.services.acts import add_event, note_problems
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.registering import problem_of
from liaison_desktop.services.settling import settled_text
from liaison_desktop.store import receptions
from liaison_desktop.store.act_drafts import drop_act_draft
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.events import events_of
from liaison_desktop.store.projecting import seen_of
from server_sync.contract.bodies import (
    DAYS_MOST,
    NOTE_CHARACTERS,
    OUTCOME_CHARACTERS,
    Body,
    ReceptionOutcome,
    ReceptionSaid,
    ReceptionWish,
)
from server_sync.contract.events import EventKind
from server_sync.contract.limits import check_text, is_blank
from server_sync.contract.receptions import OPENS_S, ReceptionState

NEAR_MS = OPENS_S * 1_000
OUTCOME_TEXTS = ("said", "promised", "next_step", "present")


@dataclass(frozen=True, slots=True)
class NearReception:
    """A conversation that begins soon or goes on: of which request, in which meeting, from when on."""

    appeal: bytes
    number: str
    meeting: bytes
    starts_at: datetime


def near_receptions(desk: Desk) -> tuple[NearReception, ...]:
    """The conversations of this hour that are not over, by the time that counts here."""
    now_ms, connection = desk.held().time_ms, desk.store.connection
    found = []
    for appeal in receptions.near_receptions(connection, now_ms, NEAR_MS):
        seen = seen_of(events_of(connection, appeal))
        if seen is not None and seen.reception is not None and seen.reception.appointment is not None:
            set_for = seen.reception.appointment
            if receptions.is_over(connection, set_for.meeting):
                continue
            found.append(NearReception(appeal, seen.number, set_for.meeting, moment(set_for.starts_at_ms)))
    return tuple(found)


def ask_reception(desk: Desk, appeal: bytes, wish: ReceptionWish) -> ChangeSet:
    """Write down that the citizen wishes to speak with who decides.

    Raises InvalidAppeal `consent_missing`, `day_passed`, `too_many_days`; NotNow `reception_asked` while one is asked
    for or set; further as `acts.correct_appeal`.
    """
    wish = _settled(wish)
    problems = [problem_of(one) for one in check_text("note", wish.note, NOTE_CHARACTERS, is_long=True)]
    if not wish.by_video:
        problems.append(FieldProblem("by_video", "consent_missing"))
    if any(day < desk.today() for day in wish.days):
        problems.append(FieldProblem("days", "day_passed"))
    if len(wish.days) > DAYS_MOST:
        problems.append(FieldProblem("days", "too_many_days"))
    if problems:
        raise InvalidAppeal(problems)

    def body(seen: AppealSeen) -> Body:
        if seen.reception is not None and seen.reception.is_awaited:
            raise NotNow("reception_asked")
        return ReceptionSaid(wish)

    return add_event(desk, appeal, body)


def take_back_reception(desk: Desk, appeal: bytes, asked: bytes) -> ChangeSet:
    """Write down that the citizen does not wish any more what they asked for with this event.

    Raises NotNow `reception_not_asked`, also when another one was asked for since.
    """

    def body(seen: AppealSeen) -> Body:
        if seen.reception is None or not seen.reception.is_awaited or seen.reception.asked != asked:
            raise NotNow("reception_not_asked")
        return ReceptionSaid(is_taken_back=True, asked=asked)

    return add_event(desk, appeal, body)


def note_reception(desk: Desk, appeal: bytes, meeting: bytes, outcome: ReceptionOutcome) -> ChangeSet:
    """Write down what came of the conversation that this meeting was set for.

    Raises InvalidAppeal, NotNow `reception_not_set`, also when the conversation is another one by now.
    """
    outcome = ReceptionOutcome(
        settled_text(outcome.said),
        settled_text(outcome.promised),
        outcome.promised_on,
        settled_text(outcome.next_step),
        settled_text(outcome.present),
        outcome.is_for_applicant,
    )
    problems = note_problems("said", outcome.said)
    for name in OUTCOME_TEXTS[1:]:
        found = check_text(name, getattr(outcome, name), OUTCOME_CHARACTERS, is_long=True)
        problems += [problem_of(one) for one in found]
    if outcome.promised_on is not None and is_blank(outcome.promised):
        problems.append(FieldProblem("promised", "promise_missing"))
    if problems:
        raise InvalidAppeal(problems)

    def body(seen: AppealSeen) -> Body:
        told = seen.reception
        if told is None or told.appointment is None or told.state not in {ReceptionState.SET, ReceptionState.HELD}:
            raise NotNow("reception_not_set")
        if told.appointment.meeting != meeting:
            raise NotNow("reception_not_set")
        return ReceptionSaid(outcome=outcome, meeting=meeting)

    def also(connection: Connection) -> None:
        drop_act_draft(connection, appeal, EventKind.RECEPTION_NOTED)  # under which the screen keeps it

    return add_event(desk, appeal, body, also)


def _settled(wish: ReceptionWish) -> ReceptionWish:
    return ReceptionWish(
        wish.by_video,
        wish.is_recording_agreed,
        tuple(sorted(set(wish.days))),
        settled_text(wish.note),
        wish.needs_interpreter,
    )
