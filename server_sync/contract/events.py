"""The event: bytes made once, hashed, chained, stored and sent as the same bytes for ever.

    Event = [header bstr, salt bstr(16), body bstr ≤ 256 KiB]

The header says nothing about a person but an opaque id; the body says everything. `event_hash` over both is the
event's only identity (contract.evidence.chain).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from server_sync.contract import bodies, codec
from server_sync.contract.bodies import Body
from server_sync.contract.errors import InvalidField, MalformedBytes
from server_sync.contract.evidence.chain import event_hash
from server_sync.contract.identifiers import EPOCH_BYTES, SALT_BYTES
from server_sync.contract.shapes import from_plain, key, to_plain
from server_sync.contract.signing import SUITE, demand_suite

SUITE_KEY: Final = 16
HEADER_LIMIT_BYTES: Final = 1_024
BODY_LIMIT_BYTES: Final = 256 * 1_024
BODY_VERSION: Final = 1
NO_PERSON: Final = bytes(16)
"""The person of an event that a program wrote by rule."""


FIRST_OF_CENTRE: Final = 100
"""Kinds from here on are written by the centre alone."""


class EventKind(IntEnum):
    """Every kind of version 1. Numbers are for ever; below 100 offices and the portal, from 100 the centre."""

    APPEAL_REGISTERED = 1
    APPEAL_CORRECTED = 2
    APPEAL_SUPPLEMENTED = 3
    APPEAL_WITHDRAWN = 4
    RECEIPT_REPRINTED = 5
    APPLICANT_TOLD = 6
    COMPLAINT_MADE = 7
    ANSWER_RATED = 8
    SESSION_OPENED = 9
    SESSION_CLOSED = 10
    ATTACHMENT_LOST = 11
    HOLE = 12
    VOTE_CAST = 60
    RECEPTION_SAID = 61
    ROUTED = 100
    ACCEPTED_BY_BODY = 101
    FORWARDED = 102
    CO_EXECUTOR_ADDED = 103
    EXTENDED = 104
    ANSWERED = 105
    LEFT_WITHOUT_CONSIDERATION = 106
    RETURNED_TO_OFFICE = 107
    REOPENED = 108
    LINKED = 109
    MERGED = 110
    SPLIT = 111
    DUE_RECALCULATED = 112
    SUMMARY_PUBLISHED = 113
    SUMMARY_WITHDRAWN = 114
    RESOLVED_BY_PERSON = 115
    ERASED = 116
    MEETING_PLANNED = 200
    MEETING_CHANGED = 201
    MEETING_CANCELLED = 202
    MEETING_OPENED = 203
    MEETING_CLOSED = 204
    MEETING_VOTE_OPENED = 205
    MEETING_VOTE_CLOSED = 206
    DECISION_TAKEN = 207
    DECISION_WITHDRAWN = 208
    MEETING_SAID = 209
    MEETING_PAPER_ADDED = 210
    MEETING_PAPER_WITHDRAWN = 211
    RECEPTION_SET = 212
    RECEPTION_DECLINED = 213
    RECEPTION_NOTED = 214
    CO_EXECUTOR_REMOVED = 215


BODY_OF: Final[dict[EventKind, type[Body]]] = {
    EventKind.APPEAL_REGISTERED: bodies.AppealRegistered,
    EventKind.APPEAL_CORRECTED: bodies.AppealCorrected,
    EventKind.APPEAL_SUPPLEMENTED: bodies.AppealSupplemented,
    EventKind.APPEAL_WITHDRAWN: bodies.AppealWithdrawn,
    EventKind.RECEIPT_REPRINTED: bodies.ReceiptReprinted,
    EventKind.APPLICANT_TOLD: bodies.ApplicantTold,
    EventKind.COMPLAINT_MADE: bodies.ComplaintMade,
    EventKind.ANSWER_RATED: bodies.AnswerRated,
    EventKind.SESSION_OPENED: bodies.SessionOpened,
    EventKind.SESSION_CLOSED: bodies.SessionClosed,
    EventKind.ATTACHMENT_LOST: bodies.AttachmentLost,
    EventKind.HOLE: bodies.Hole,
    EventKind.VOTE_CAST: bodies.VoteCast,
    EventKind.RECEPTION_SAID: bodies.ReceptionSaid,
    EventKind.ROUTED: bodies.Routed,
    EventKind.ACCEPTED_BY_BODY: bodies.AcceptedByBody,
    EventKind.FORWARDED: bodies.Forwarded,
    EventKind.CO_EXECUTOR_ADDED: bodies.CoExecutorAdded,
    EventKind.EXTENDED: bodies.Extended,
    EventKind.ANSWERED: bodies.Answered,
    EventKind.LEFT_WITHOUT_CONSIDERATION: bodies.LeftWithoutConsideration,
    EventKind.RETURNED_TO_OFFICE: bodies.ReturnedToOffice,
    EventKind.REOPENED: bodies.Reopened,
    EventKind.LINKED: bodies.Linked,
    EventKind.MERGED: bodies.Merged,
    EventKind.SPLIT: bodies.Split,
    EventKind.DUE_RECALCULATED: bodies.DueRecalculated,
    EventKind.SUMMARY_PUBLISHED: bodies.SummaryPublished,
    EventKind.SUMMARY_WITHDRAWN: bodies.SummaryWithdrawn,
    EventKind.RESOLVED_BY_PERSON: bodies.ResolvedByPerson,
    EventKind.ERASED: bodies.Erased,
    EventKind.MEETING_PLANNED: bodies.MeetingPlanned,
    EventKind.MEETING_CHANGED: bodies.MeetingChanged,
    EventKind.MEETING_CANCELLED: bodies.MeetingCancelled,
    EventKind.MEETING_OPENED: bodies.MeetingOpened,
    EventKind.MEETING_CLOSED: bodies.MeetingClosed,
    EventKind.MEETING_VOTE_OPENED: bodies.MeetingVoteOpened,
    EventKind.MEETING_VOTE_CLOSED: bodies.MeetingVoteClosed,
    EventKind.DECISION_TAKEN: bodies.DecisionTaken,
    EventKind.DECISION_WITHDRAWN: bodies.DecisionWithdrawn,
    EventKind.MEETING_SAID: bodies.MeetingSaid,
    EventKind.MEETING_PAPER_ADDED: bodies.MeetingPaperAdded,
    EventKind.MEETING_PAPER_WITHDRAWN: bodies.MeetingPaperWithdrawn,
    EventKind.RECEPTION_SET: bodies.ReceptionSet,
    EventKind.RECEPTION_DECLINED: bodies.ReceptionDeclined,
    EventKind.RECEPTION_NOTED: bodies.ReceptionNoted,
    EventKind.CO_EXECUTOR_REMOVED: bodies.CoExecutorRemoved,
}
KIND_OF: Final[dict[type[Body], EventKind]] = {body: kind for kind, body in BODY_OF.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """Where and when an event was made; no personal data.

    `appeal` is the hash of the registering event (absent in it); `follows` are the newest events of the appeal known
    when this was made; `session` is the seq of the `session_opened` event; `anchor` is the size of the newest
    checkpoint held (proves "not before"); times are milliseconds. `is_hour_doubtful`: the clock behind `wall_ms` was
    away from the time that counted at the PC by more than two minutes, or nobody could say.
    """

    epoch: bytes = key(0, size=EPOCH_BYTES)
    seq: int = key(1, at_least=1)
    kind: int = key(2, at_least=1, limit=65_535)
    wall_ms: int = key(3, at_least=-(2**62), limit=2**62)
    monotonic_ms: int = key(4)
    boot: bytes = key(5, size=8)
    year: int = key(6, limit=9_999, default=0)
    counter: int = key(7, default=0)
    random: int = key(8, limit=99, default=0)
    appeal: bytes | None = key(9, size=32, default=None)
    follows: tuple[bytes, ...] = key(10, size=32, limit=8, default=())
    person: bytes = key(11, size=16, default=NO_PERSON)
    session: int = key(12, default=0)
    anchor: int = key(13, default=0)
    server_time_ms: int = key(14, default=0)
    body_version: int = key(15, at_least=1, limit=65_535, default=BODY_VERSION)
    suite: int = key(SUITE_KEY, limit=255, default=SUITE)
    is_hour_doubtful: bool = key(17, default=False)


@dataclass(frozen=True, slots=True)
class Event:
    """The three byte strings that travel and are stored; never re-made from what they say."""

    header: bytes
    salt: bytes
    body: bytes

    @property
    def hash(self) -> bytes:
        """The event's identity, 32 bytes."""
        return event_hash(self.header, self.salt, self.body)

    @property
    def size_bytes(self) -> int:
        """Bytes of the three strings."""
        return len(self.header) + len(self.salt) + len(self.body)


@dataclass(frozen=True, slots=True)
class UnknownBody:
    """A body of a newer kind or version: kept as bytes and read after the update."""

    kind: int
    version: int


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event together with what it says."""

    event: Event
    header: Header
    body: Body | UnknownBody
    hash: bytes


def make_event(header: Header, body: Body, salt: bytes) -> Event:
    """Write an event's bytes, once. The header's kind must be the body's."""
    if KIND_OF[type(body)] != header.kind:
        raise InvalidField("kind_mismatch", field="kind")
    return Event(codec.encode(to_plain(header)), salt, codec.encode(to_plain(body)))


def read_header(raw: bytes) -> Header:
    """Read a header, or raise MalformedBytes, InvalidField or ContractError `suite_unknown`."""
    plain = codec.decode(raw, HEADER_LIMIT_BYTES)
    demand_suite(plain, SUITE_KEY)
    return from_plain(Header, plain)


def read_body(header: Header, raw: bytes) -> Body | UnknownBody:
    """Read what an event says; a kind or version of the future is an UnknownBody.

    Raises MalformedBytes or InvalidField: `number_unexpected` or `appeal_unexpected` for a header that has what belongs
    to other kinds. Custody takes such an event all the same; nobody interprets it.
    """
    try:
        kind = EventKind(header.kind)
    except ValueError:
        return UnknownBody(header.kind, header.body_version)
    if header.body_version > BODY_VERSION:
        return UnknownBody(header.kind, header.body_version)
    _demand_fitting(header, kind)
    return from_plain(BODY_OF[kind], codec.decode(raw, BODY_LIMIT_BYTES))


def _demand_fitting(header: Header, kind: EventKind) -> None:
    """A registration gives a number and names no request before it; every other kind gives none."""
    if kind is EventKind.APPEAL_REGISTERED:
        if header.appeal is not None:
            raise InvalidField("appeal_unexpected", field="appeal")
        return
    for field in ("year", "counter", "random"):
        if getattr(header, field):
            raise InvalidField("number_unexpected", field=field)


def frame_event(header: bytes, salt: bytes, body: bytes) -> Event:
    """Accept three byte strings as an event by size alone, or raise MalformedBytes."""
    if len(salt) != SALT_BYTES:
        raise MalformedBytes("salt_size", field="salt", size=len(salt), limit=SALT_BYTES)
    for field, raw, limit in (("header", header, HEADER_LIMIT_BYTES), ("body", body, BODY_LIMIT_BYTES)):
        if len(raw) > limit:
            raise MalformedBytes("too_large", field=field, size=len(raw), limit=limit)
    return Event(header, salt, body)


def read_event(event: Event) -> ReadEvent:
    """Read header and body of a framed event."""
    header = read_header(event.header)
    return ReadEvent(event, header, read_body(header, event.body), event.hash)
