"""The calls between an office and the centre, as typed messages. Each travels by contract.frames.

Every reply is either its call's reply or a Refusal, told apart by the HTTP status (200 or not) and both signed by the
reply key (contract.authentication). Nothing here names a site: it comes from the workplace that signed.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import ClassVar, Final

from server_sync.contract import codec
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import Event, frame_event
from server_sync.contract.evidence.checkpoint import NOTE_LIMIT_CHARACTERS
from server_sync.contract.shapes import from_plain, key, to_plain
from server_sync.contract.signing import SUITE

HASH = 32
Notes = dict[str, str | int]
"""Small words with a text or a number: versions, limits, parameters of a refusal."""

EVENTS_IN_BATCH: Final = 4_000
ROWS_IN_PAGE: Final = 100_000
BATCH_START_BYTES: Final = 32 * 1024
BATCH_MOST_BYTES: Final = 128 * 1024
PIECE_LEAST_BYTES: Final = 64 * 1024
PIECE_MOST_BYTES: Final = 256 * 1024
BLOB_LIMIT_BYTES: Final = 200 * 1024 * 1024

CLERK_SAID_NO: Final = "clerk_said_no"
"""The code of a stop that a person here called for: the last number on paper was said to be a later one.

It is the only one that people can lift. Every other stop means that the store is not what it was; it is enrolled anew.
"""

ENROL_PATH: Final = "/sync/v1/enrol"
PERSON_PATH: Final = "/sync/v1/person"
EXCHANGE_PATH: Final = "/sync/v1/exchange"
BLOB_PATH: Final = "/sync/v1/blob/"
REFERENCE_PATH: Final = "/sync/v1/reference/"


class Status(IntEnum):
    """What became of an event at the centre. Custody comes first and is never taken back."""

    STORED = 1
    REGISTERED = 2
    WAITING = 3
    QUARANTINED = 4
    DUPLICATE = 5
    FORK = 6
    AFTER_REVOCATION = 7


class Standing(IntEnum):
    """What the centre thinks of the asking epoch."""

    GOOD = 1
    REVOKED = 2
    ROLLED_BACK = 3
    FORKED = 4


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message authenticated by the one-time code: HMAC-SHA256 over its bytes (contract.enrolment)."""

    message: bytes = key(0, limit=1024 * 1024)
    mac: bytes = key(1, size=32)
    code_id: bytes = key(2, size=16)


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A PC asks to become a workplace."""

    public_key: bytes = key(0, size=32)
    workplace_name: str = key(1, limit=100)
    nonce: bytes = key(2, size=16)
    versions: Notes | None = key(3, default=None)
    suite: int = key(4, limit=255, default=SUITE)


@dataclass(frozen=True, slots=True)
class EnrolReply:
    """All that a new workplace needs before its first exchange.

    `is_wall`: it is the PC of a big screen in a hall, which is told of meetings alone and writes nothing of requests.
    """

    certificate: bytes = key(0, limit=1_000)
    roots: tuple[bytes, ...] = key(1, size=32, limit=4)
    keys: tuple[bytes, ...] = key(2, limit=64)
    site_code: str = key(3, limit=16)
    server_epoch: int = key(4, limit=2**32)
    log_origin: str = key(5, limit=100)
    portal: str = key(6, limit=200)
    server_time_ms: int = key(7)
    dictionary: bytes = key(8, limit=512 * 1024, default=b"")
    checkpoint: str = key(9, limit=4_000, default="")
    is_wall: bool = key(10, default=False)


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """A person's first sign-in on a PC: the centre checks the password.

    `new_password` takes the place of a one-time password, which opens nothing else; otherwise it is passed over. Sent
    again after a lost answer, the same message is answered the same.
    """

    login: str = key(0, limit=150)
    password: str = key(1, limit=1_000)
    new_password: str = key(2, limit=1_000, default="")


@dataclass(frozen=True, slots=True)
class RoleScope:
    """One role of a person, where and when it holds."""

    role: str = key(0, limit=40)
    site_code: str = key(1, limit=16, default="")
    body_code: str = key(2, limit=64, default="")
    from_on: date | None = key(3, default=None)
    until_on: date | None = key(4, default=None)


@dataclass(frozen=True, slots=True)
class PersonReply:
    """Who signed in and what they may do at this site."""

    person: bytes = key(0, size=16)
    login: str = key(1, limit=150)
    surname: str = key(2, limit=300)
    given_name: str = key(3, limit=300)
    patronymic: str = key(4, limit=300, default="")
    language: str = key(5, limit=2, default="ky")
    roles: tuple[RoleScope, ...] = key(6, limit=100, default=())


@dataclass(frozen=True, slots=True)
class Health:
    """What the office says of itself; no personal data.

    `stopped_code` says why this PC gives no numbers, `stop` names that very stop; both are empty while it does.
    """

    waiting_events: int = key(0, default=0)
    oldest_waiting_ms: int = key(1, default=0)
    waiting_blobs: int = key(2, default=0)
    disk_free_bytes: int = key(3, default=0)
    disk_total_bytes: int = key(4, default=0)
    quarantined: int = key(5, default=0)
    stopped_code: str = key(6, limit=64, default="")
    stop: bytes = key(7, limit=16, default=b"")


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event's three byte strings as they travel."""

    AS_ARRAY: ClassVar[bool] = True
    header: bytes = key(0, limit=1_024)
    salt: bytes = key(1, size=16)
    body: bytes = key(2, limit=256 * 1_024)

    def event(self) -> Event:
        """Take the bytes as an event."""
        return frame_event(self.header, self.salt, self.body)

    @classmethod
    def of(cls, event: Event) -> "RawEvent":
        """Send an event's bytes."""
        return cls(event.header, event.salt, event.body)


@dataclass(frozen=True, slots=True)
class SentErased:
    """What is left of an own event whose words were erased, for a restored centre that no longer has it.

    Its hash, and so its place in the chain, follows from `header` and `commitment`, H(salt ‖ body).
    """

    AS_ARRAY: ClassVar[bool] = True
    header: bytes = key(0, limit=1_024)
    commitment: bytes = key(1, size=HASH)
    remains: bytes = key(2, limit=16 * 1_024)


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """The only routine call: what happened here, and how far this office has read.

    `events` continue the epoch in order of seq; `head_seq`, `chain` and `signature` cover everything up to the last of
    them (or the last ever acknowledged when there are none); `last_seq` is the newest event made here, sent or not.
    `erased` are those among them whose words were erased since the centre lost them; only what it knows as erased.
    """

    epoch: bytes = key(0, size=16)
    last_seq: int = key(1)
    head_seq: int = key(2)
    chain: bytes = key(3, size=HASH)
    signature: bytes = key(4, size=64)
    clock_ms: int = key(5, at_least=-(2**62), limit=2**62)
    events: tuple[RawEvent, ...] = key(6, limit=EVENTS_IN_BATCH, default=())
    server_epoch: int = key(7, limit=2**32, default=0)
    feed_read: int = key(8, default=0)
    common_read: int = key(9, default=0)
    checkpoint_size: int = key(10, default=0)
    checkpoint_root: bytes = key(11, limit=HASH, default=b"")
    cosignature: str = key(12, limit=500, default="")
    health: Health = key(13, default=Health())
    versions: Notes | None = key(14, default=None)
    suite: int = key(15, limit=255, default=SUITE)
    erased: tuple[SentErased, ...] = key(16, limit=EVENTS_IN_BATCH, default=())


@dataclass(frozen=True, slots=True)
class ResultRun:
    """One result for `count` events from `seq_from` on; `code`: a quarantine's reason, `awaited`: what is missing."""

    AS_ARRAY: ClassVar[bool] = True
    seq_from: int = key(0)
    count: int = key(1)
    status: Status = key(2)
    code: str = key(3, limit=64)
    awaited: bytes = key(4, limit=HASH)


READS_ERASED: Final = "erased"
"""In `versions`: 1 from a program that reads `missing_erased`; one of before refuses a key it does not know."""


class RowKind(IntEnum):
    """Kinds of feed rows."""

    CONFIRMED = 1
    EVENT = 2
    WITHDRAWN = 3
    QUARANTINED = 4
    RELEASED = 5
    EVENT_ERASED = 6
    WRONG_FIELD = 7
    ROLES = 8
    WITHHELD = 9
    KEY = 20
    WORKPLACE = 21
    REVOKED = 22
    CALENDAR_DAY = 23
    REFERENCE = 24
    REVOKED_IN_LOG = 25


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`count` events of the asking epoch from `seq_from` on are registered; stands for `count` rows of the feed."""

    AS_ARRAY: ClassVar[bool] = True
    seq_from: int = key(0)
    count: int = key(1, at_least=1)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of another workplace of this site, or of the centre about an appeal of this site.

    `number` is the appeal's registration number as text; `out_of_turn` asks a person to decide.
    """

    AS_ARRAY: ClassVar[bool] = True
    header: bytes = key(0, limit=1_024)
    salt: bytes = key(1, size=16)
    body: bytes = key(2, limit=256 * 1_024)
    number: str = key(3, limit=40)
    out_of_turn: bool = key(4)

    def event(self) -> Event:
        """Take the bytes as an event."""
        return frame_event(self.header, self.salt, self.body)


@dataclass(frozen=True, slots=True)
class ErasedRow:
    """An event like that of an EventRow whose words were erased before this office read it.

    `commitment` is H(salt ‖ body), so that its hash is still its name; `remains` is what it decided (contract.erasure).
    """

    AS_ARRAY: ClassVar[bool] = True
    header: bytes = key(0, limit=1_024)
    commitment: bytes = key(1, size=HASH)
    remains: bytes = key(2, limit=16 * 1_024)
    number: str = key(3, limit=40)
    out_of_turn: bool = key(4)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The appeal is with another office now; this one keeps its own events only."""

    AS_ARRAY: ClassVar[bool] = True
    appeal: bytes = key(0, size=HASH)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event is in custody and not understood, by name.

    Of what a withdrawn workplace brings on a day (`after_revocation`) the first is told, and stands for the others.
    """

    AS_ARRAY: ClassVar[bool] = True
    event: bytes = key(0, size=HASH)
    code: str = key(1, limit=64)


@dataclass(frozen=True, slots=True)
class WrongField:
    """Which field of a quarantined event breaks a rule, where one does; its row follows that of the quarantine.

    `field` is a name of its body's table, `Structure.field` for bytes that could not be read as one.
    """

    AS_ARRAY: ClassVar[bool] = True
    event: bytes = key(0, size=HASH)
    field: str = key(1, limit=64)


@dataclass(frozen=True, slots=True)
class Released:
    """A quarantined event was interpreted after all."""

    AS_ARRAY: ClassVar[bool] = True
    event: bytes = key(0, size=HASH)


@dataclass(frozen=True, slots=True)
class RolesRow:
    """What a person may do at this site from now on, days to come included; nothing, when there are no roles.

    Told of people who signed in at one of its PCs, when their roles change; the newest row of a person holds.
    """

    AS_ARRAY: ClassVar[bool] = True
    person: bytes = key(0, size=16)
    roles: tuple[RoleScope, ...] = key(1, limit=100)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Rows of the feed that are not for the asking PC; stands for `count` rows.

    What is no meeting's is told to no PC of a hall's wall.
    """

    AS_ARRAY: ClassVar[bool] = True
    count: int = key(0, at_least=1)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A certificate of one of the centre's keys."""

    AS_ARRAY: ClassVar[bool] = True
    certificate: bytes = key(0, limit=1_000)


@dataclass(frozen=True, slots=True)
class WorkplaceRow:
    """A certificate of any office's workplace, so that its receipts can be checked here."""

    AS_ARRAY: ClassVar[bool] = True
    certificate: bytes = key(0, limit=1_000)


@dataclass(frozen=True, slots=True)
class RevokedRow:
    """A signed revocation (contract.evidence.certificate)."""

    AS_ARRAY: ClassVar[bool] = True
    revocation: bytes = key(0, limit=1_000)


@dataclass(frozen=True, slots=True)
class RevokedInLogRow:
    """A signed revocation that names a public log; a program that knows only the other one goes by that."""

    AS_ARRAY: ClassVar[bool] = True
    revocation: bytes = key(0, limit=1_000)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A decreed day off or working day, laid over the shipped calendar.

    `kind` 1 makes it a day off, 2 a working day, 0 takes an earlier decree back.
    """

    AS_ARRAY: ClassVar[bool] = True
    day: date = key(0)
    kind: int = key(1, limit=2)
    reason_ky: str = key(2, limit=300)
    reason_ru: str = key(3, limit=300)
    reason_en: str = key(4, limit=300)


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A newer reference table, whole, under its file name."""

    AS_ARRAY: ClassVar[bool] = True
    name: str = key(0, limit=64)
    text: str = key(1, limit=1_000_000)


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A row of a newer kind: kept, the cursor goes on, understood after the update."""

    kind: int
    raw: bytes


FeedEntry = (
    Confirmed
    | EventRow
    | ErasedRow
    | Withdrawn
    | Quarantined
    | WrongField
    | Released
    | RolesRow
    | Withheld
    | KeyRow
    | WorkplaceRow
    | RevokedRow
    | RevokedInLogRow
    | CalendarDay
    | ReferenceRow
    | UnknownRow
)
ROW_OF: Final[dict[RowKind, type[FeedEntry]]] = {
    RowKind.CONFIRMED: Confirmed,
    RowKind.EVENT: EventRow,
    RowKind.EVENT_ERASED: ErasedRow,
    RowKind.WITHDRAWN: Withdrawn,
    RowKind.QUARANTINED: Quarantined,
    RowKind.WRONG_FIELD: WrongField,
    RowKind.RELEASED: Released,
    RowKind.ROLES: RolesRow,
    RowKind.WITHHELD: Withheld,
    RowKind.KEY: KeyRow,
    RowKind.WORKPLACE: WorkplaceRow,
    RowKind.REVOKED: RevokedRow,
    RowKind.REVOKED_IN_LOG: RevokedInLogRow,
    RowKind.CALENDAR_DAY: CalendarDay,
    RowKind.REFERENCE: ReferenceRow,
}
KIND_OF_ROW: Final[dict[type[FeedEntry], RowKind]] = {row: kind for kind, row in ROW_OF.items()}


@dataclass(frozen=True, slots=True)
class RawRow:
    """A feed row as it travels: its kind and its bytes (deterministic CBOR of the row's array)."""

    AS_ARRAY: ClassVar[bool] = True
    kind: int = key(0, limit=65_535)
    raw: bytes = key(1, limit=1_100_000)

    @classmethod
    def of(cls, entry: FeedEntry) -> "RawRow":
        """Write a row."""
        if isinstance(entry, UnknownRow):
            return cls(entry.kind, entry.raw)
        return cls(KIND_OF_ROW[type(entry)], codec.encode(to_plain(entry)))

    def entry(self) -> FeedEntry:
        """Read a row; a kind of the future becomes an UnknownRow."""
        try:
            kind = RowKind(self.kind)
        except ValueError:
            return UnknownRow(self.kind, self.raw)
        return from_plain(ROW_OF[kind], codec.decode(self.raw, 1_100_000))


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows `first`, `first + 1`, … of a feed without a gap; a run (Confirmed, Withheld) stands for its `count` rows."""

    first: int = key(0, default=1)
    rows: tuple[RawRow, ...] = key(1, limit=10_000, default=())
    has_more: bool = key(2, default=False)


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint that other sites cosigned: its note with their lines, and the proof from it to the newest one."""

    AS_ARRAY: ClassVar[bool] = True
    note: str = key(0, limit=NOTE_LIMIT_CHARACTERS)
    consistency: tuple[bytes, ...] = key(1, size=HASH, limit=200)


@dataclass(frozen=True, slots=True)
class MissingErased:
    """What is left of an event that the office no longer has and whose words were erased meanwhile.

    Its hash follows from `header` and `commitment`, H(salt ‖ body); `proof` leads from it, as leaf `leaf`, to the
    newest checkpoint, so that it is this very event and no other. `remains` is what it decided (contract.erasure).
    """

    AS_ARRAY: ClassVar[bool] = True
    header: bytes = key(0, limit=1_024)
    commitment: bytes = key(1, size=HASH)
    remains: bytes = key(2, limit=16 * 1_024)
    leaf: int = key(3)
    proof: tuple[bytes, ...] = key(4, size=HASH, limit=64)


@dataclass(frozen=True, slots=True)
class ExchangeReply:
    """What the centre took, and what is new for this office.

    `acknowledgement` is signed on its own (contract.evidence.acknowledgement) and kept as proof of custody;
    `range_proof` proves the leaves of its last range in `checkpoint`; `consistency` leads from the checkpoint held.
    `expects_seq` is the next seq the centre wants. `missing` are events of this epoch that the office no longer has;
    `missing_erased` are those of them that were erased, for who says in `versions` that it reads them (`erased`: 1).
    `witnessed` comes with the answer to a cosignature only: who else saw the log lately, the newest first.
    `lifted_stop` is the `stop` of the request when two people of the centre have let this PC number on.
    """

    server_epoch: int = key(0, limit=2**32)
    server_time_ms: int = key(1)
    expects_seq: int = key(2)
    standing: Standing = key(3, default=Standing.GOOD)
    acknowledgement: bytes = key(4, limit=100_000, default=b"")
    results: tuple[ResultRun, ...] = key(5, limit=EVENTS_IN_BATCH, default=())
    feed: FeedPage = key(6, default=FeedPage())
    common: FeedPage = key(7, default=FeedPage())
    checkpoint: str = key(8, limit=4_000, default="")
    consistency: tuple[bytes, ...] = key(9, size=HASH, limit=200, default=())
    range_proof: tuple[bytes, ...] = key(10, size=HASH, limit=200, default=())
    limits: Notes | None = key(11, default=None)
    retry_after_s: int = key(12, limit=86_400, default=0)
    missing: tuple[RawEvent, ...] = key(13, limit=EVENTS_IN_BATCH, default=())
    witnessed: tuple[WitnessedCheckpoint, ...] = key(14, limit=16, default=())
    missing_erased: tuple[MissingErased, ...] = key(15, limit=EVENTS_IN_BATCH, default=())
    lifted_stop: bytes = key(16, limit=16, default=b"")


@dataclass(frozen=True, slots=True)
class BlobReply:
    """How far an attachment has come; `acknowledgement` is the signed end."""

    offset: int = key(0)
    is_complete: bool = key(1, default=False)
    acknowledgement: bytes = key(2, limit=1_000, default=b"")
    server_time_ms: int = key(3, default=0)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named no: nothing was changed, except what an acknowledgement elsewhere says."""

    code: str = key(0, limit=64)
    params: Notes | None = key(1, default=None)
    retry_after_s: int = key(2, limit=86_400, default=0)
    server_time_ms: int = key(3, default=0)


def rows_of(page: FeedPage) -> tuple[tuple[int, FeedEntry], ...]:
    """Number a page's rows; a run counts as many rows as it stands for."""
    numbered: list[tuple[int, FeedEntry]] = []
    at = page.first
    for raw in page.rows:
        entry = raw.entry()
        numbered.append((at, entry))
        at += length_of(entry)
        if at - page.first > ROWS_IN_PAGE:
            raise InvalidField("too_many", field="rows", limit=ROWS_IN_PAGE)
    return tuple(numbered)


def length_of(entry: FeedEntry) -> int:
    """How many numbers of the feed an entry stands for."""
    return entry.count if isinstance(entry, Confirmed | Withheld) else 1
