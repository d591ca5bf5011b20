"""Tells the life of a request in words, event by event: for its applicant and for officers alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from server_sync.appeals.models import HistoryEntry
from server_sync.contract import bodies
from server_sync.contract.bodies import Body
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, UnknownBody, read_body, read_header
from server_sync.pages.appeal_words import OUTCOMES, act, best, body_name

HIDDEN_FROM_APPLICANT = frozenset(
    {EventKind.LINKED, EventKind.MERGED, EventKind.SPLIT, EventKind.RESOLVED_BY_PERSON, EventKind.ERASED}
)
"""Acts whose words may be about somebody else's request."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a request's life: when, what, and the words that came with it."""

    at: datetime
    title: str
    lines: tuple[str, ...]
    is_out_of_turn: bool


def life(entries: Iterable[HistoryEntry], language: str, *, for_applicant: bool) -> list[Told]:
    """The events of a request, the newest first."""
    told = [
        Told(
            at=entry.event.taken_at if entry.kind == EventKind.APPEAL_REGISTERED and not for_applicant else entry.at,
            title=act(entry.kind),
            lines=tuple(line for line in _lines(entry, language, for_applicant=for_applicant) if line),
            is_out_of_turn=entry.is_out_of_turn,
        )
        for entry in entries
        if not (for_applicant and entry.kind in HIDDEN_FROM_APPLICANT)
    ]
    return told[::-1]


def said_in(entry: HistoryEntry) -> Body | None:
    """What an event says, or what an erasure left of it; None when nothing is left or it is of a newer version."""
    if not entry.event.said:
        return None
    try:
        body = read_body(read_header(bytes(entry.event.header)), entry.event.said)
    except ContractError:
        return None
    return None if isinstance(body, UnknownBody) else body


def _lines(entry: HistoryEntry, language: str, *, for_applicant: bool) -> list[str]:
    told = _lines_of_body(entry, language)
    if not for_applicant and _is_hour_doubtful(entry):
        told.append(gettext("The clock of the office's PC was doubtful: the hour may be wrong."))
    return [*told, gettext("The words of this entry were erased.")] if entry.event.is_erased else told


def _is_hour_doubtful(entry: HistoryEntry) -> bool:
    try:
        return read_header(bytes(entry.event.header)).is_hour_doubtful
    except ContractError:
        return False


def _lines_of_body(entry: HistoryEntry, language: str) -> list[str]:
    match said_in(entry):
        case bodies.Routed(body_code, _, reason):
            return [body_name(body_code, language), best(reason, language)]
        case bodies.AcceptedByBody(body_code, _, note):
            return [body_name(body_code, language), note]
        case bodies.Forwarded(_, to_body, _, notice):
            return [body_name(to_body, language), best(notice, language)]
        case bodies.CoExecutorAdded(body_code, _, notice):
            return [body_name(body_code, language), best(notice, language)]
        case bodies.Extended(due_on, reason, article):
            return [f"{due_on:%d.%m.%Y}", best(reason, language), article]
        case bodies.Answered(outcome, _, body_code):
            return [body_name(body_code, language), str(OUTCOMES[outcome])]
        case bodies.LeftWithoutConsideration(_, notice):
            return [best(notice, language)]
        case bodies.ReturnedToOffice(what):
            return [best(what, language)]
        case bodies.Reopened(reason, body_code):
            return [body_name(body_code, language), best(reason, language)]
        case bodies.DueRecalculated(cause, old_due_on, new_due_on):
            moved = f"{old_due_on:%d.%m.%Y} → {new_due_on:%d.%m.%Y}"
            return [moved if old_due_on != new_due_on else f"{new_due_on:%d.%m.%Y}", best(cause, language)]
        case bodies.AppealCorrected(reason):
            return [reason]
        case bodies.AppealSupplemented(text):
            return [text]
        case bodies.AppealWithdrawn(reason):
            return [reason]
        case bodies.ComplaintMade(text):
            return [text]
        case bodies.SummaryWithdrawn(reason):
            return [reason]
        case _:
            return []
