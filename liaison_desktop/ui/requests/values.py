"""What the Requests screen shows, as frozen rows; words are functions, so that they follow the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from liaison_desktop.ui.reception.values import AttachedRow, DuePreview, FormValues
from liaison_desktop.ui.requests.reception_values import ReceptionShown
from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class ListRow:
    """One request in the list."""

    appeal: bytes
    number_head: str
    number_tail: str
    who: str
    subject: str
    delivery: Say
    delivery_tone: str
    delivery_icon: str
    due_on: date | None
    due: Say
    due_tone: str
    due_icon: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of a request, as a line of its history."""

    at: datetime
    say: Say
    note: Say | None = None
    strong: bool = False
    is_hour_known: bool = True


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer that came down."""

    event: bytes
    at: datetime
    reference: str
    outcome: Say
    text: Say
    signed_by: str
    attachments: tuple[AttachedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CardShown:
    """A request whole."""

    appeal: bytes
    number: str
    subject: str
    facts: tuple[tuple[Say, Say], ...]
    pin: str
    pin_masked: str
    text: str
    state: Say
    state_tone: str
    state_icon: str
    delivery: Say
    delivery_tone: str
    delivery_icon: str
    due: DuePreview
    answers: tuple[AnswerShown, ...]
    wished: str
    """How the applicant asked to be answered."""
    told: bool
    told_words: Say
    attachments: tuple[AttachedRow, ...]
    history: tuple[HistoryRow, ...]
    doubts: tuple[Say, ...]
    may_correct: bool
    may_supplement: bool
    may_withdraw: bool
    may_tell: bool
    may_print: bool
    reception: ReceptionShown | None = None


@dataclass(frozen=True, slots=True)
class FilterCount:
    """How many requests a filter leaves."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """What is to be said of a checked receipt."""

    say: Say
    body: Say
    tone: str
    icon: str
    appeal: bytes | None = None


FILTERS: tuple[str, ...] = ("all", "waiting", "answered", "due_soon", "overdue")


@dataclass(frozen=True, slots=True)
class ActTyped:
    """What stands in a dialog about a request: texts by name, of a correction its form, of an addition its files."""

    texts: tuple[tuple[str, str], ...] = ()
    form: FormValues | None = None
    files: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """One of the texts."""
        return dict(self.texts).get(name, "")


@dataclass(frozen=True, slots=True)
class KeptAct:
    """What was typed before and not sent: when, and by whom when that was somebody else."""

    typed: ActTyped
    saved_at: datetime | None = None
    owner: str = ""
