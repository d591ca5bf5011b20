"""Says in words what the register holds as codes: states, kinds, forms, outcomes, acts."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Outcome, Solved, Words
from server_sync.contract.events import EventKind
from server_sync.contract.territory import Names
from server_sync.contract.workflow import State
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

PORTAL: Final = Names("Портал", "Портал", "Portal")

STATES: Final[dict[State, Promise]] = {
    State.REGISTERED: _("registered"),
    State.WITH_BODY: _("with the responsible body"),
    State.RETURNED_TO_OFFICE: _("returned to the office"),
    State.ANSWERED: _("answered"),
    State.LEFT_WITHOUT_CONSIDERATION: _("left without consideration"),
    State.WITHDRAWN: _("withdrawn"),
}

STATE_ICONS: Final[dict[State, str]] = {
    State.REGISTERED: "log",
    State.WITH_BODY: "building",
    State.RETURNED_TO_OFFICE: "return",
    State.ANSWERED: "answer",
    State.LEFT_WITHOUT_CONSIDERATION: "cross",
    State.WITHDRAWN: "cross",
}

KINDS: Final[dict[AppealKind, Promise]] = {
    AppealKind.PROPOSAL: _("proposal"),
    AppealKind.APPLICATION: _("application"),
    AppealKind.COMPLAINT: _("complaint"),
    AppealKind.THANKS: _("thanks"),
}

FORMS: Final[dict[AppealForm, Promise]] = {
    AppealForm.WRITTEN: _("written request"),
    AppealForm.ORAL: _("oral request"),
    AppealForm.ELECTRONIC: _("electronic request"),
}

WAYS: Final[dict[AnswerBy, Promise]] = {
    AnswerBy.LETTER: _("by letter"),
    AnswerBy.PHONE: _("by telephone"),
    AnswerBy.EMAIL: _("by e-mail"),
    AnswerBy.IN_PERSON: _("in person"),
}

OUTCOMES: Final[dict[Outcome, Promise]] = {
    Outcome.SATISFIED: _("satisfied"),
    Outcome.PARTLY_SATISFIED: _("partly satisfied"),
    Outcome.EXPLAINED: _("explained"),
    Outcome.REFUSED: _("refused"),
    Outcome.ACCEPTED_FOR_WORK: _("accepted for work"),
}

SOLVED: Final[dict[Solved, Promise]] = {
    Solved.YES: _("solved"),
    Solved.PARTLY: _("partly solved"),
    Solved.NO: _("not solved"),
}

SOLVED_LOOKS: Final[dict[Solved, tuple[str, str]]] = {
    Solved.YES: ("good", "check"),
    Solved.PARTLY: ("warn", "part"),
    Solved.NO: ("bad", "cross"),
}

OUTCOME_LOOKS: Final[dict[Outcome, tuple[str, str]]] = {
    Outcome.SATISFIED: ("good", "check"),
    Outcome.PARTLY_SATISFIED: ("warn", "part"),
    Outcome.EXPLAINED: ("", "answer"),
    Outcome.REFUSED: ("bad", "cross"),
    Outcome.ACCEPTED_FOR_WORK: ("", "clock"),
}
"""Colour and icon of each outcome: no two have the same icon, so that none is told by its colour alone."""

ACTS: Final[dict[EventKind, Promise]] = {
    EventKind.APPEAL_REGISTERED: _("Registered"),
    EventKind.APPEAL_CORRECTED: _("Corrected at the office"),
    EventKind.APPEAL_SUPPLEMENTED: _("Supplemented"),
    EventKind.APPEAL_WITHDRAWN: _("Withdrawn by the applicant"),
    EventKind.RECEIPT_REPRINTED: _("Copy of the receipt printed"),
    EventKind.APPLICANT_TOLD: _("The applicant was told"),
    EventKind.COMPLAINT_MADE: _("The applicant complained"),
    EventKind.ANSWER_RATED: _("The applicant rated the answer"),
    EventKind.ATTACHMENT_LOST: _("An attachment was declared lost"),
    EventKind.ROUTED: _("Sent to the body that answers"),
    EventKind.ACCEPTED_BY_BODY: _("Accepted for consideration"),
    EventKind.FORWARDED: _("Forwarded to the competent body"),
    EventKind.CO_EXECUTOR_ADDED: _("A second body was added"),
    EventKind.EXTENDED: _("Term extended"),
    EventKind.ANSWERED: _("Answered"),
    EventKind.LEFT_WITHOUT_CONSIDERATION: _("Left without consideration"),
    EventKind.RETURNED_TO_OFFICE: _("Returned to the office"),
    EventKind.REOPENED: _("Opened again"),
    EventKind.LINKED: _("Linked with another request"),
    EventKind.MERGED: _("Merged into another request"),
    EventKind.SPLIT: _("Split"),
    EventKind.DUE_RECALCULATED: _("Term computed anew"),
    EventKind.SUMMARY_PUBLISHED: _("Summary published"),
    EventKind.SUMMARY_WITHDRAWN: _("Summary no longer published"),
    EventKind.RESOLVED_BY_PERSON: _("A doubt was resolved"),
    EventKind.ERASED: _("Erased"),
    EventKind.MEETING_PLANNED: _("A meeting was planned"),
    EventKind.MEETING_CHANGED: _("The plan of a meeting was changed"),
    EventKind.MEETING_CANCELLED: _("A meeting was cancelled"),
    EventKind.MEETING_OPENED: _("A meeting began"),
    EventKind.MEETING_CLOSED: _("A meeting ended"),
    EventKind.MEETING_VOTE_OPENED: _("A vote was opened"),
    EventKind.MEETING_VOTE_CLOSED: _("A vote was counted"),
    EventKind.VOTE_CAST: _("An office voted"),
    EventKind.DECISION_TAKEN: _("A meeting decided"),
    EventKind.DECISION_WITHDRAWN: _("A decision of a meeting was withdrawn"),
    EventKind.MEETING_SAID: _("The chat of a meeting was kept"),
    EventKind.MEETING_PAPER_ADDED: _("A paper was added to a meeting"),
    EventKind.MEETING_PAPER_WITHDRAWN: _("A paper of a meeting was withdrawn"),
    EventKind.RECEPTION_SAID: _("About a conversation"),
    EventKind.RECEPTION_SET: _("A conversation was set"),
    EventKind.RECEPTION_DECLINED: _("There is no conversation"),
    EventKind.RECEPTION_NOTED: _("What came of the conversation"),
    EventKind.CO_EXECUTOR_REMOVED: _("A second body works on it no more"),
}


OPEN: Final = frozenset({State.REGISTERED, State.WITH_BODY, State.RETURNED_TO_OFFICE})
"""States in which the term runs."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state or an outcome as a page shows it: a word, a colour, an icon."""

    words: str
    look: str
    icon: str


def state_badge(state: State, *, is_accepted: bool) -> Badge:
    """Where a request stands. A body considers it from the day on which it accepted it, not from being sent it."""
    if state is State.WITH_BODY and is_accepted:
        return Badge(gettext("under consideration"), "", "clock")
    return Badge(str(STATES[state]), "", STATE_ICONS[state])


def outcome_badge(outcome: int) -> Badge:
    """What an answer decided; a refusal does not look like what was granted."""
    decided = Outcome(outcome)
    look, icon = OUTCOME_LOOKS[decided]
    return Badge(str(OUTCOMES[decided]), look, icon)


def solved_badge(solved: int) -> Badge:
    """How an applicant judged an answer."""
    said = Solved(solved)
    look, icon = SOLVED_LOOKS[said]
    return Badge(str(SOLVED[said]), look, icon)


def act(kind: int) -> str:
    """What an event did, in words; one of the future is said to be so."""
    try:
        return str(ACTS[EventKind(kind)])
    except (ValueError, KeyError):
        return gettext("An act of a newer version (%(kind)s)") % {"kind": kind}


def signed_together(signed: int) -> str:
    """What a collective request is called beside its kind."""
    told = ngettext("collective, %(n)s person signed", "collective, %(n)s people signed", signed)
    return told % {"n": signed} if signed else gettext("collective")


def best(words: Words, language: str) -> str:
    """A text in this language, or in whichever there is: Kyrgyz, Russian, English."""
    return str(getattr(words, language, "")) or words.ky or words.ru or words.en


def body_name(code: str, language: str) -> str:
    """A body's name; its code where the reference data does not know it (any more)."""
    body = reference_book().body(code) if code else None
    return body.names.said_in(language) if body else code


def site_name(code: str, language: str) -> str:
    """An office's name; what came to none came by the portal."""
    if code == CENTRE:
        return PORTAL.said_in(language)
    site = reference_book().site(code)
    return site.name.said_in(language) if site else code


def category_name(code: str, language: str) -> str:
    """A subject's name."""
    category = reference_book().category(code)
    return category.names.said_in(language) if category else code


@dataclass(frozen=True, slots=True)
class Urgency:
    """How near the term is: in words, in the few words of a narrow list, a colour, an icon."""

    words: str
    short: str
    look: str
    icon: str


def urgency(due_on: date | None, state: State, today: date, answered_on: date | None = None) -> Urgency:
    """Say how a request stands to its term: days left, today, overdue; answered in time or late."""
    if due_on is None:
        return Urgency(gettext("without a term"), "", "", "calendar")
    if state not in OPEN:
        if answered_on is not None and answered_on > due_on:
            too_late = gettext("answered late")
            return Urgency(too_late, too_late, "bad", "alert")
        if answered_on is None:
            return Urgency(str(STATES[state]), "", "", STATE_ICONS[state])
        return Urgency(gettext("in time"), gettext("in time"), "good", "calendar")
    days = working_calendar().working_days_until(today, due_on)
    if due_on < today:
        late = max(1, -days)
        told = ngettext("overdue by %(n)s working day", "overdue by %(n)s working days", late)
        return Urgency(told % {"n": late}, _days(late), "bad", "alert")
    if due_on == today:
        return Urgency(gettext("due today"), gettext("today"), "warn", "clock")
    told = ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}
    return Urgency(told, _days(days), "warn" if days <= 2 else "", "clock")


def _days(count: int) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}
