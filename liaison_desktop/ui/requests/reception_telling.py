"""Puts a conversation about a request into words: where it stands, when it is, what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from liaison_desktop.domain.appeals import AppealSeen
from liaison_desktop.domain.times import moment
from liaison_desktop.ui import formats
from liaison_desktop.ui.requests.reception_values import ReceptionShown
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import current, joined, tr
from server_sync.contract import bodies
from server_sync.contract.bodies import ReceptionOutcome, ReceptionSet, Words
from server_sync.contract.meetings import EARLY_S, LATE_S
from server_sync.contract.receptions import Reception, ReceptionState
from server_sync.contract.workflow import State

Shown = tuple[Say, str, str]

STATES: Final[dict[ReceptionState, Shown]] = {
    ReceptionState.ASKED: (lambda: tr("asked for, the body has not answered yet"), "warning", "hourglass-medium"),
    ReceptionState.SET: (lambda: tr("day and hour are set"), "success", "calendar-blank"),
    ReceptionState.DECLINED: (lambda: tr("declined"), "neutral", "x-circle"),
    ReceptionState.CANCELLED: (lambda: tr("called off"), "danger", "x-circle"),
    ReceptionState.TAKEN_BACK: (lambda: tr("not wanted any more"), "neutral", "x-circle"),
    ReceptionState.HELD: (lambda: tr("took place"), "success", "check-circle"),
}


def reception(seen: AppealSeen, *, is_over: bool = False) -> ReceptionShown | None:
    """A conversation on the card; None where there is none and none can be asked for.

    `is_over`: its meeting has ended, or was called off.
    """
    told = seen.reception
    is_closed = seen.is_erased or seen.state is State.WITHDRAWN
    if told is None:
        return None if is_closed else ReceptionShown(None, "neutral", "video-camera", (), may_ask=True)
    words, tone, icon = STATES[told.state]
    is_on = told.state in {ReceptionState.SET, ReceptionState.HELD} and not seen.is_erased
    may_begin = is_on and told.appointment is not None
    starts_at, ends_at = span_of(told.appointment) if told.appointment is not None and may_begin else (None, None)
    return ReceptionShown(
        state=words,
        tone=tone,
        icon=icon,
        lines=tuple(_lines(told)),
        may_ask=not told.is_awaited and not is_closed,
        may_take_back=told.is_awaited and not seen.is_erased,
        may_note=is_on,
        asked=told.asked,
        meeting=told.appointment.meeting if told.appointment is not None and may_begin else None,
        opens_at=None if starts_at is None else starts_at - timedelta(seconds=EARLY_S),
        over_at=None if ends_at is None or is_over else ends_at + timedelta(seconds=LATE_S),
    )


def span_of(appointment: ReceptionSet) -> tuple[datetime, datetime]:
    """From when to when a conversation is planned."""
    starts_at = moment(appointment.starts_at_ms)
    return starts_at, starts_at + timedelta(minutes=appointment.minutes)


def when(appointment: ReceptionSet) -> str:
    """The day in words and the hours."""
    starts_at, ends_at = span_of(appointment)
    day = formats.day_in_words(formats.local(starts_at).date())
    return f"{day}, {formats.clock(starts_at)}–{formats.clock(ends_at)}"


def in_words(words: Words) -> str:
    """A text in the language spoken, else in the one it exists in."""
    spoken = {"ky": words.ky, "ru": words.ru, "en": words.en}[current()]
    return spoken or words.ky or words.ru or words.en


def note(body: object) -> str:
    """What an event of a conversation says in its line of the history."""
    match body:
        case bodies.ReceptionSet() as appointment:
            return when(appointment)
        case bodies.ReceptionDeclined(reason):
            return in_words(reason)
        case bodies.ReceptionSaid(wish=bodies.ReceptionWish()):
            return tr("The citizen asks for it")
        case bodies.ReceptionSaid(is_taken_back=True):
            return tr("not wanted any more")
        case (
            bodies.ReceptionSaid(outcome=ReceptionOutcome(said=said))
            | bodies.ReceptionNoted(outcome=ReceptionOutcome(said=said))
        ):
            return said
        case _:
            return ""


def _lines(told: Reception) -> Iterator[Say]:
    appointment = told.appointment
    if appointment is not None:
        yield lambda: when(appointment)
        yield lambda: tr("With: {whom}", whom=in_words(appointment.by_whom)) if in_words(appointment.by_whom) else ""
        yield lambda: tr("Here, in this office")
        yield lambda: tr("To be brought: {what}", what=in_words(appointment.bring)) if _is_said(appointment) else ""
    elif told.wish.days:
        yield lambda: tr("Days that suit: {days}", days=joined(formats.short_day(day) for day in told.wish.days))
    if in_words(told.reason):
        yield lambda: in_words(told.reason)
    if told.wish.note:
        yield lambda: told.wish.note
    yield lambda: _consents(told)
    for outcome in told.outcomes:
        yield from _outcome(outcome)
    more = told.outcomes_said - len(told.outcomes)
    if more:
        yield lambda: tr("Earlier outcomes, in the history: {count}", count=more)


def _is_said(appointment: ReceptionSet) -> bool:
    return bool(in_words(appointment.bring))


def _consents(told: Reception) -> str:
    recorded = tr("agrees to be recorded") if told.wish.is_recording_agreed else tr("not to be recorded")
    interpreter = tr("needs an interpreter") if told.wish.needs_interpreter else ""
    return joined((tr("Agrees to speak by picture and sound"), recorded, interpreter), " · ")


def _outcome(outcome: ReceptionOutcome) -> Iterator[Say]:
    yield lambda: outcome.said
    if outcome.promised:
        yield lambda: tr("Promised: {what}", what=_promised(outcome))
    if outcome.next_step:
        yield lambda: tr("What follows: {what}", what=outcome.next_step)
    if outcome.present:
        yield lambda: tr("Who was there: {who}", who=outcome.present)


def _promised(outcome: ReceptionOutcome) -> str:
    if outcome.promised_on is None:
        return outcome.promised
    return joined((outcome.promised, tr("until {day}", day=formats.day(outcome.promised_on))))
