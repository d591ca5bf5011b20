"""What a paper says, as plain values: filled by the services, drawn by this room, compared by tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol, Self

from server_sync.contract.bodies import AnswerBy, AppealKind, Outcome

SATURDAY = 5


class Paper(Enum):
    """The papers a receipt can be printed on."""

    A5 = "a5"
    ROLL_80 = "roll_80"


class CardPart(Enum):
    """How much of the request is handed over."""

    WHOLE = "whole"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in both languages of paper; when one is missing, the other stands for it."""

    ky: str
    ru: str = ""

    def said_in(self, language: str) -> str:
        """Give the text in `ky` or `ru`, or in the other language when that one is empty."""
        return (self.ru or self.ky) if language == "ru" else (self.ky or self.ru)


class ComputedDue(Protocol):
    """The shape of `contract.deadlines.Due` that paper needs."""

    @property
    def due_on(self) -> date | None: ...
    @property
    def working_days(self) -> int: ...
    @property
    def counted(self) -> Sequence[date]: ...
    @property
    def skipped(self) -> Sequence[tuple[date, object]]: ...
    @property
    def provisional(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDue:
    """A term with the days that explain it, so that anybody can count it again on a calendar.

    `days_off` are skipped days from Monday to Friday; `worked_weekends` Saturdays and Sundays that count as working.
    """

    due_on: date
    working_days: int
    days_off: tuple[date, ...] = ()
    worked_weekends: tuple[date, ...] = ()
    provisional: bool = False

    @classmethod
    def from_computed(cls, due: ComputedDue) -> Self | None:
        """Take over a computed term; None for a request that has no term."""
        if due.due_on is None:
            return None
        return cls(
            due_on=due.due_on,
            working_days=due.working_days,
            days_off=_sorted(day for day, _ in due.skipped if day.weekday() < SATURDAY),
            worked_weekends=_sorted(day for day in due.counted if day.weekday() >= SATURDAY),
            provisional=due.provisional,
        )


def _sorted(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office that gives the paper: its name, one line of address, telephone and hours, and the telephone alone."""

    names: Pair
    contact: Pair = Pair("")
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Those who signed a collective request: how many, and the names that were written down."""

    count: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptContent:
    """Everything on a registration receipt.

    `short_code` is six digits; `registered_at` aware; `applicant` one line of names, of a collective request the first
    who asks, and the others are `signed`; `language` is the applicant's (`ky` or `ru`) and decides which language
    stands first; `copy_no` is 0 on the first paper, and then `copied_at` says when the copy was made. `qr_text` is
    `contract.evidence.receipt.qr_text`; `reached_at` is the telephone or e-mail by which the answer comes, so that its
    owner can see that it is right. Without `is_hour_known` the day holds, and no hour is printed that nobody measured.
    """

    number: str
    short_code: str
    registered_at: datetime
    kind: AppealKind
    applicant: tuple[str, ...]
    addressee: Pair
    subject: str
    due: ReceiptDue | None
    answer_by: AnswerBy
    office: Office
    clerk_name: str
    clerk_role: Pair
    qr_text: str
    reached_at: str = ""
    signed: Signed = Signed()
    files: int = 0
    pages: int = 0
    language: str = "ky"
    copy_no: int = 0
    copied_at: datetime | None = None
    test: bool = False
    is_hour_known: bool = True

    @property
    def made_at(self) -> datetime:
        """The moment this very paper was made: the document's own date."""
        return self.copied_at or self.registered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStep:
    """One line of a request's history."""

    at: datetime
    what: Pair
    who: str = ""
    note: str = ""
    is_hour_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswer:
    """An answer as the body gave it, to the letter."""

    at: datetime
    body: Pair
    outcome: Outcome
    text: str
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """Everything on a request's card (A4): what was asked, what happened, what was answered."""

    number: str
    registered_at: datetime
    printed_at: datetime
    kind: AppealKind
    applicant: tuple[str, ...]
    address: str
    addressee: Pair
    categories: tuple[Pair, ...]
    subject: str
    text: str
    state: Pair
    due: ReceiptDue | None
    answer_by: AnswerBy
    office: Office
    clerk_name: str
    phone: str = ""
    signed: Signed = Signed()
    files: tuple[str, ...] = ()
    history: tuple[CardStep, ...] = ()
    answers: tuple[CardAnswer, ...] = ()
    language: str = "ky"
    is_hour_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipContent:
    """Everything on the slip of a conversation: when and where it is, with whom by position, what to bring.

    `by_whom` and `bring` are said as the body wrote them; an English one is there only where it wrote that.
    """

    number: str
    starts_at: datetime
    minutes: int
    by_whom: Pair
    by_whom_en: str
    bring: Pair
    bring_en: str
    office: Office
    printed_at: datetime
    language: str = "ky"
