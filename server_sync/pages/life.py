"""Tells the life of a request in words, event by event: for its applicant and for officers alike.

A page tells so many events and the beginning of what was said in each; further pages tell the older ones, and one event
by itself is told whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.contract import bodies
from server_sync.contract.bodies import Body
from server_sync.contract.direction import isolate
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, UnknownBody, read_body, read_header
from server_sync.pages.appeal_words import OUTCOMES, SOLVED, act, best, body_name
from server_sync.pages.receptions import of_reception

HIDDEN_FROM_APPLICANT = frozenset(
    {EventKind.LINKED, EventKind.MERGED, EventKind.SPLIT, EventKind.RESOLVED_BY_PERSON, EventKind.ERASED}
)
"""Acts whose words may be about somebody else's request."""


PAGE: Final = 50
LINE_CHARACTERS: Final = 2_000
"""Of what was said in an event, a page of many tells so much."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a life a reader asks for: a page of it, or one event by itself, by its place from the beginning."""

    page: int = 1
    place: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Wanted":
        """What an address asks for; what is odd asks for the newest page."""
        return cls(_number(query.get("page", "")) or 1, _number(query.get("entry", "")))


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a request's life: when, what, and the words that came with it; `place` counts from the beginning."""

    at: datetime
    title: str
    lines: tuple[str, ...]
    is_out_of_turn: bool
    is_cut: bool
    place: int


@dataclass(frozen=True, slots=True)
class Life:
    """A part of a request's life, the newest event first; numbers of the pages beside it, None where there is none."""

    told: tuple[Told, ...] = ()
    page: int = 1
    pages: int = 1
    is_one: bool = False

    @property
    def newer(self) -> int | None:
        """The page before this one."""
        return self.page - 1 if self.page > 1 else None

    @property
    def older(self) -> int | None:
        """The page after this one."""
        return self.page + 1 if self.page < self.pages else None


def life(appeal: Appeal, language: str, wanted: Wanted, *, for_applicant: bool) -> Life:
    """The part of a request's life that is wanted; of the events outside it nothing is read."""
    hidden = HIDDEN_FROM_APPLICANT if for_applicant else frozenset()
    entries = appeal.history.exclude(kind__in=hidden).select_related("event").order_by("-event_id")
    count = entries.count()
    pages = max(1, -(-count // PAGE))
    is_one = wanted.place is not None and 1 <= wanted.place <= count
    page = min(wanted.page, pages)
    if wanted.place is not None and is_one:
        first, last = count - wanted.place, count - wanted.place + 1
        page = first // PAGE + 1
    else:
        first, last = (page - 1) * PAGE, page * PAGE
    told = []
    for at, entry in enumerate(entries[first:last].iterator(chunk_size=1), start=first):  # one body in memory at a time
        lines = [line for line in _lines(entry, language, for_applicant=for_applicant) if line]
        kept = lines if is_one else [line[:LINE_CHARACTERS] for line in lines]
        is_registering = entry.kind == EventKind.APPEAL_REGISTERED
        told.append(
            Told(
                at=entry.event.taken_at if is_registering and not for_applicant else entry.at,
                title=act(entry.kind),
                lines=tuple(kept),
                is_out_of_turn=entry.is_out_of_turn,
                is_cut=kept != lines,
                place=count - at,
            )
        )
    return Life(tuple(told), page, pages, is_one)


def left_notice(appeal: Appeal, language: str) -> str:
    """Why a request was left without consideration, as its body says; empty where it was not, or says nothing."""
    left = appeal.history.filter(kind=EventKind.LEFT_WITHOUT_CONSIDERATION).select_related("event")
    newest = left.order_by("-event_id").first()
    said = None if newest is None else said_in(newest)
    return best(said.notice, language) if isinstance(said, bodies.LeftWithoutConsideration) else ""


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and 0 < len(typed) < 7 and int(typed) > 0 else None


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
    told = _lines_of_body(entry, language, for_applicant=for_applicant)
    if isinstance(body := said_in(entry), bodies.AppealSupplemented):
        told.append(_signed_since(body.signatories, for_applicant=for_applicant))
    if not for_applicant and _is_hour_doubtful(entry):
        told.append(gettext("The clock of the office's PC was doubtful: the hour may be wrong."))
    return [*told, gettext("The words of this entry were erased.")] if entry.event.is_erased else told


def _signed_since(names: Sequence[str], *, for_applicant: bool) -> str:
    """Who signed with an addition: their names for those who work on it; on the citizen's page, how many."""
    if not names:
        return ""
    if for_applicant:
        return ngettext("%(n)s more person signed", "%(n)s more people signed", len(names)) % {"n": len(names)}
    return gettext("Signed as well: %(names)s") % {"names": ", ".join(isolate(name) for name in names)}


def _is_hour_doubtful(entry: HistoryEntry) -> bool:
    try:
        return read_header(bytes(entry.event.header)).is_hour_doubtful
    except ContractError:
        return False


def _lines_of_body(entry: HistoryEntry, language: str, *, for_applicant: bool) -> list[str]:
    match said_in(entry):
        case bodies.Routed(body_code, _, reason):
            return [body_name(body_code, language), best(reason, language)]
        case bodies.AcceptedByBody(body_code, _, note):
            return [body_name(body_code, language), note]
        case bodies.Forwarded(_, to_body, _, notice):
            return [body_name(to_body, language), best(notice, language)]
        case bodies.CoExecutorAdded(body_code, _, notice) | bodies.CoExecutorRemoved(body_code, notice):
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
        case bodies.AnswerRated(_, solved, comment):
            return [str(SOLVED[solved]), comment]
        case bodies.SummaryWithdrawn(reason):
            return [reason]
        case (
            bodies.ReceptionSaid() | bodies.ReceptionSet() | bodies.ReceptionDeclined() | bodies.ReceptionNoted()
        ) as body:
            return of_reception(body, language, for_applicant=for_applicant)
        case _:
            return []
