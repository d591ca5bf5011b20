"""A request as the clerk sees it: in the list, on its card, and what came of registering it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from liaison_desktop.domain.delivery import DeliveryState
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    Applicant,
    Attachment,
    Body,
    DueTerm,
    Outcome,
    Reopened,
    Solved,
    Words,
)
from server_sync.contract.events import EventKind, Header, UnknownBody
from server_sync.contract.evidence.receipt import Verdict
from server_sync.contract.receptions import Reception
from server_sync.contract.workflow import State

_TO_A_BODY: Final = frozenset({EventKind.ROUTED, EventKind.FORWARDED, EventKind.ACCEPTED_BY_BODY})
"""Events that say with which body a request is, and whether it took it up; one that reopens it may name another."""


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event as it lies in the store, read; of an erased one `body` is what remains of it, or None.

    `number` stands with a registering event; `is_own` when this workplace made it; `is_out_of_turn` as the centre said.
    """

    hash: bytes
    header: Header
    body: Body | UnknownBody | None
    is_own: bool
    is_out_of_turn: bool = False
    number: str = ""
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step in the life of a request; `is_pending` until the centre has confirmed it."""

    event: bytes
    kind: int
    at: datetime
    person: UUID | None
    is_own: bool
    is_pending: bool
    is_out_of_turn: bool
    state_after: State
    body: Body | UnknownBody | None
    is_erased: bool = False
    is_hour_doubtful: bool = False
    delivery: DeliveryState = DeliveryState.REGISTERED
    code: str = ""
    person_name: str = ""


def _names_body(entry: HistoryEntry) -> bool:
    """Whether an event says with which body a request is, or that it took it up."""
    is_given = entry.kind == EventKind.REOPENED and isinstance(entry.body, Reopened) and bool(entry.body.body_code)
    return is_given or entry.kind in _TO_A_BODY


@dataclass(frozen=True, slots=True)
class Told:
    """The applicant was told of an answer."""

    how: AnswerBy
    told_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnswerSeen:
    """An answer that came down, to the letter; `event` names it when the applicant is told."""

    event: bytes
    at: datetime
    outcome: Outcome
    text: Words
    body_code: str
    signed_by: str
    reference: str
    attachments: tuple[Attachment, ...]
    is_late: bool
    is_erased: bool = False
    told: Told | None = None
    rating: Solved | None = None


@dataclass(frozen=True, slots=True)
class Supplement:
    """What the applicant added later."""

    event: bytes
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSeen:
    """What all known events of a request together say (domain.seeing); the projection the store keeps."""

    appeal: bytes
    number: str
    registered_at: datetime
    registered_on: date
    clerk: UUID | None
    is_own: bool
    kind: AppealKind
    form: AppealForm
    language: str
    applicant: Applicant
    address: Address
    answer_by: AnswerBy
    addressee_code: str
    addressee_site: str
    categories: tuple[str, ...]
    subject: str
    text: str
    due: DueTerm
    is_collective: bool
    signatories_count: int
    signatories: tuple[str, ...]
    repeat_of: bytes | None
    attachments: tuple[Attachment, ...]
    state: State = State.REGISTERED
    state_before_return: State | None = None
    body_code: str = ""
    co_bodies: tuple[str, ...] = ()
    is_extended: bool = False
    is_erased: bool = False
    has_doubt: bool = False
    answered_at: datetime | None = None
    told: Told | None = None
    copies: int = 0
    returned: Words | None = None
    left_notice: Words | None = None
    answers: tuple[AnswerSeen, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    links: tuple[bytes, ...] = ()
    lost_blobs: frozenset[bytes] = frozenset()
    history: tuple[HistoryEntry, ...] = ()
    reception: Reception | None = None
    heads: tuple[bytes, ...] = ()
    """The newest events known: what the next event of this request follows."""

    @property
    def signed(self) -> int:
        """How many signed: as was said when it was registered, or as many as are named since."""
        return max(self.signatories_count, len(self.signatories))

    @property
    def is_hour_known(self) -> bool:
        """Whether a clock that could be believed measured the hour of registering; its day holds always."""
        return not self.history[0].is_hour_doubtful

    @property
    def is_accepted(self) -> bool:
        """Whether the body that has the request took it up: being sent it is not yet to consider it."""
        steps = (entry.kind for entry in reversed(self.history) if not entry.is_out_of_turn and _names_body(entry))
        return next(steps, None) == EventKind.ACCEPTED_BY_BODY

    @property
    def is_told_needed(self) -> bool:
        """Whether an answer waits to be handed to the applicant."""
        return self.answered_at is not None and self.told is None


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A request in the list; words for its states are chosen where it is shown."""

    appeal: bytes
    number: str
    registered_at: datetime
    registered_on: date
    surname: str
    given_name: str
    patronymic: str
    is_collective: bool
    subject: str
    kind: AppealKind
    state: State
    delivery: DeliveryState
    due_on: date | None
    due_provisional: bool
    is_extended: bool
    answered_at: datetime | None
    is_told: bool
    has_doubt: bool
    addressee_code: str
    addressee_site: str
    categories: tuple[str, ...]
    quarantine_code: str = ""
    is_erased: bool = False

    @property
    def short_number(self) -> str:
        """The number without its random and check digits, as the list shows it."""
        return self.number.rpartition("-")[0]

    @property
    def applicant_name(self) -> str:
        """Surname and initials, as people are listed."""
        initials = "".join(f" {part[0]}." for part in (self.given_name, self.patronymic) if part)
        return (self.surname or self.given_name) + (initials if self.surname else "")


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of a request: what it is, whether its bytes are here, how far it has come."""

    attachment: Attachment
    event: bytes
    is_here: bool
    is_lost: bool
    sent_bytes: int
    sealed_bytes: int
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class AppealCard:
    """A request whole: as seen here, with its delivery, its files and what belongs beside it."""

    seen: AppealSeen
    short_code: str
    delivery: DeliveryState
    quarantine_code: str
    quarantine_field: str
    files: tuple[FileSeen, ...]
    clerk_name: str
    repeats: tuple[AppealRow, ...] = ()
    is_reception_over: bool = False
    """Whether the meeting of its conversation has ended, or was called off."""

    @property
    def appeal(self) -> bytes:
        """The hash of the registering event: the request's identity."""
        return self.seen.appeal

    @property
    def number(self) -> str:
        """The registration number."""
        return self.seen.number


@dataclass(frozen=True, slots=True)
class RegisteredAppeal:
    """What registering gave; the same again for the same draft. `receipt` is the signed COSE_Sign1.

    `is_hour_known` is False when no clock that could be believed measured the hour; the day holds always.
    """

    event: bytes
    number: str
    registered_at: datetime
    registered_on: date
    due: DueTerm
    short_code: str
    receipt: bytes
    qr_text: str
    copy_number: int = 0
    was_registered_before: bool = False
    is_hour_known: bool = True

    @property
    def appeal(self) -> bytes:
        """The request's identity: the hash of this very event."""
        return self.event


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What can be said of a receipt offline; `row` when the request is known here, `site` whose number it is.

    `is_other_event` when the number is known here and names another event: ask the centre. `is_test` for the paper that
    ends an enrolment.
    """

    number: str
    verdict: Verdict | None
    registered_at: datetime | None
    row: AppealRow | None
    number_code: str
    is_other_event: bool = False
    is_test: bool = False
    is_hour_known: bool = True


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Who stands before the counter, from what this office already has: earlier requests, newest first.

    `others` are those whom the same PIN named afterwards, the oldest first.
    """

    rows: tuple[AppealRow, ...] = ()
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    phone: str = ""
    email: str = ""
    pin: str = ""
    address: Address = field(default_factory=Address)
    others: "tuple[PersonCard, ...]" = ()


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """An open request that may be about the same matter, with what makes it look so (0…100)."""

    row: AppealRow
    likeness: int
    same_person: bool


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What an operation changed; screens that show any of it ask again."""

    appeals: frozenset[bytes] = frozenset()
    kinds: frozenset[int] = frozenset()
    drafts: bool = False
    delivery: bool = False
    directory: bool = False
    people: bool = False
    meetings: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return self == ChangeSet()

    def __or__(self, other: "ChangeSet") -> "ChangeSet":
        return ChangeSet(
            self.appeals | other.appeals,
            self.kinds | other.kinds,
            self.drafts or other.drafts,
            self.delivery or other.delivery,
            self.directory or other.directory,
            self.people or other.people,
            self.meetings or other.meetings,
        )

    @classmethod
    def of_appeals(cls, appeals: Iterable[bytes], *kinds: int) -> "ChangeSet":
        """Say that these requests changed, and so did what waits to be sent."""
        return cls(appeals=frozenset(appeals), kinds=frozenset(kinds), delivery=True)
