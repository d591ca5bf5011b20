"""Takes the rows of a feed in: events of others, confirmations of own ones, keys, decreed days, newer tables.

A page with a gap is refused; a row of a newer kind, or one that cannot be read, is kept and the cursor goes on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, assert_never

from liaison_desktop.domain.appeals import KnownEvent
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.store import feed, meetings, outbox, votes
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.directory import Entry, keep_directory
from liaison_desktop.store.events import erase_event, has_event, keep_erased, keep_event
from liaison_desktop.store.projecting import keep_attachments
from liaison_desktop.store.store import Store
from liaison_desktop.sync.packing import Packed
from server_sync.contract.blobs import sealed_size
from server_sync.contract.bodies import Erased
from server_sync.contract.errors import ContractError
from server_sync.contract.events import FIRST_OF_CENTRE, Event, EventKind, ReadEvent, read_event, read_header
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.messages import (
    CalendarDay,
    Confirmed,
    ErasedRow,
    EventRow,
    ExchangeReply,
    FeedEntry,
    FeedPage,
    KeyRow,
    Quarantined,
    RawRow,
    ReferenceRow,
    Released,
    RevokedInLogRow,
    RevokedRow,
    RolesRow,
    UnknownRow,
    Withdrawn,
    Withheld,
    WorkplaceRow,
    WrongField,
    length_of,
)
from server_sync.contract.workflow import is_of_centre

_WITHOUT_WORDS: Final = frozenset(kind for kind in EventKind if kind >= FIRST_OF_CENTRE) - {EventKind.ERASED}
"""Acts of the centre change nothing of what a request is found by."""


@dataclass(slots=True)
class Taking:
    """One answer on its way into the store, and what it changed so far.

    `changed` are requests that screens show anew; `laid_anew` those whose projection is made again from their events,
    `reworded` those of them whose searched words may be others now. `meetings` are those of which something was said,
    `has_voted`: another PC of this office voted in one.
    """

    store: Store
    connection: Connection
    packed: Packed
    reply: ExchangeReply
    ring: KeyRing
    now_ms: int
    changed: set[bytes] = field(default_factory=set)
    laid_anew: set[bytes] = field(default_factory=set)
    reworded: set[bytes] = field(default_factory=set)
    kinds: set[int] = field(default_factory=set)
    meetings: set[bytes] = field(default_factory=set)
    has_voted: bool = False
    directory: bool = False
    people: bool = False
    delivery: bool = False
    checkpoint: Checkpoint | None = None
    was_given_back: bool = False
    trouble: str = ""

    @property
    def epoch(self) -> bytes:
        """The epoch that asked."""
        return self.packed.signer.epoch

    def touch(self, appeals: Iterable[bytes]) -> None:
        """These requests stand elsewhere on their way; what their events say is the same."""
        self.changed.update(appeals)
        self.delivery = True

    def lay_anew(self, appeal: bytes, kind: int | None = None) -> None:
        """This request has other events than before, or in another order."""
        self.laid_anew.add(appeal)
        self.touch([appeal])
        if kind is not None:
            self.kinds.add(kind)
        if kind not in _WITHOUT_WORDS:
            self.reworded.add(appeal)


def take_page(taking: Taking, which: int, page: FeedPage, read: int) -> bool:
    """Take a page of a feed in; rows that were read before are passed over. True when more waits.

    A page with a gap before it is refused whole: the cursor stays, and the same is asked for again.
    """
    at = page.first
    if page.rows and at > read + 1:
        taking.trouble = "feed_gap"
        return False
    for raw in page.rows:
        entry = _entry_of(raw)
        length = length_of(entry)
        if at + length - 1 > read:
            _take_row(taking, which, at, raw, entry)
            read = at + length - 1
        at += length
    if page.rows or read == 0:
        feed.move_cursor(taking.connection, which, taking.reply.server_epoch, read)
    return page.has_more and bool(page.rows)


def _entry_of(raw: RawRow) -> FeedEntry:
    """Read a row; one that this program cannot read although its kind is known is kept like one of the future."""
    try:
        return raw.entry()
    except ContractError:
        return UnknownRow(raw.kind, raw.raw)


def _take_row(taking: Taking, which: int, n: int, raw: RawRow, entry: FeedEntry) -> None:
    connection, server_epoch = taking.connection, taking.reply.server_epoch

    def keep(*, is_understood: bool = True, event: bytes | None = None, with_bytes: bool = True) -> None:
        feed.keep_row(
            connection,
            which,
            server_epoch,
            n,
            raw.kind,
            count=length_of(entry),
            raw=raw.raw if with_bytes else None,
            event_hash=event,
            is_understood=is_understood,
            now_ms=taking.now_ms,
        )

    match entry:
        case Confirmed():
            appeals = outbox.confirm(
                connection, taking.epoch, entry.seq_from, entry.count, server_epoch, n, taking.now_ms
            )
            taking.touch(appeals)
            taking.laid_anew.update(outbox.with_several_events(connection, taking.epoch, entry.seq_from, entry.count))
            outbox.seal(connection, taking.epoch, entry.seq_from, entry.seq_from + entry.count - 1, taking.now_ms)
            keep()
        case EventRow():
            event_hash = _take_event(taking, entry, n)
            keep(is_understood=event_hash is not None, event=event_hash, with_bytes=event_hash is None)
        case ErasedRow():
            event_hash = _take_erased(taking, entry, n)
            keep(is_understood=event_hash is not None, event=event_hash, with_bytes=event_hash is None)
        case Withdrawn():
            _withdraw(taking, entry.appeal)
            keep()
        case Quarantined():
            _reach(taking, entry.event, DeliveryState.QUARANTINED, entry.code)
            keep()
        case WrongField():
            taking.delivery = True
            keep(event=entry.event)
        case Released():
            _reach(taking, entry.event, DeliveryState.REGISTERED, "")
            keep()
        case RolesRow():
            taking.people = True
            keep()  # it is read at the next sign-in (store.directory)
        case Withheld():
            keep(with_bytes=False)
        case KeyRow():
            keep(is_understood=_believe(taking, taking.ring.add_key, Entry.KEY, entry.certificate))
        case WorkplaceRow():
            keep(is_understood=_believe(taking, taking.ring.add_workplace, Entry.WORKPLACE, entry.certificate))
        case RevokedRow() | RevokedInLogRow():
            keep(is_understood=_believe(taking, taking.ring.add_revocation, Entry.REVOCATION, entry.revocation))
        case CalendarDay():
            reasons = (entry.reason_ky, entry.reason_ru, entry.reason_en)
            if feed.keep_calendar_day(connection, entry.day.isoformat(), entry.kind, reasons):
                feed.tell(connection, taking.now_ms, "calendar_changed", day=entry.day.isoformat(), became=entry.kind)
            taking.directory = True
            keep()
        case ReferenceRow():
            feed.keep_reference_text(connection, entry.name, entry.text, taking.now_ms)
            feed.tell(connection, taking.now_ms, "reference_changed", name=entry.name)
            taking.directory = True
            keep(with_bytes=False)
        case UnknownRow():
            keep(is_understood=False)
        case _:
            assert_never(entry)


def _take_event(taking: Taking, row: EventRow, n: int) -> bytes | None:
    """Keep an event of another workplace or of the centre; None for one whose bytes cannot be read."""
    connection = taking.connection
    try:
        event = row.event()
        header = read_header(event.header)
    except ContractError:
        return None
    is_registration = header.kind == EventKind.APPEAL_REGISTERED
    is_news = not has_event(taking.store, event.hash)
    event_hash = keep_event(
        connection,
        event,
        number=row.number if is_registration else "",
        is_out_of_turn=row.out_of_turn,
        now_ms=taking.now_ms,
    )
    appeal = event_hash if is_registration else header.appeal
    _place(taking, event_hash, appeal, n, is_out_of_turn=row.out_of_turn)
    read = readable(event)
    if read is not None:
        keep_files(taking, read, row.number)
        _keep_meeting(taking, read)
        if isinstance(read.body, Erased) and erase_event(connection, read.body.event):
            _forget_files(connection, read.body.event)
    if appeal is not None:
        taking.lay_anew(appeal, header.kind)
        if is_news and is_of_centre(header) and read is not None and not isinstance(read.body, Erased):
            feed.tell(connection, taking.now_ms, _word_of(header.kind), appeal)
    return event_hash


def _keep_meeting(taking: Taking, read: ReadEvent) -> None:
    meeting = meetings.keep(taking.connection, read.hash, read.body)
    if meeting is not None:
        taking.meetings.add(meeting)
    if votes.hear(taking.connection, read.hash, read.header, read.body):
        taking.has_voted = True


def _take_erased(taking: Taking, row: ErasedRow, n: int) -> bytes | None:
    """Keep what an erasure left of an event that this office had not read before; None when that cannot be read."""
    connection = taking.connection
    try:
        header = read_header(row.header)
    except ContractError:
        return None
    is_registration = header.kind == EventKind.APPEAL_REGISTERED
    event_hash = keep_erased(
        connection,
        row.header,
        row.commitment,
        row.remains,
        number=row.number if is_registration else "",
        is_out_of_turn=row.out_of_turn,
        now_ms=taking.now_ms,
    )
    _forget_files(connection, event_hash)
    appeal = event_hash if is_registration else header.appeal
    _place(taking, event_hash, appeal, n, is_out_of_turn=row.out_of_turn)
    if appeal is not None:
        taking.lay_anew(appeal)
    return event_hash


def _place(taking: Taking, event_hash: bytes, appeal: bytes | None, n: int, *, is_out_of_turn: bool) -> None:
    """Note where the feed has an event: an own one is registered with it, another's brings its request here."""
    connection = taking.connection
    if outbox.place_in_feed(connection, event_hash, taking.reply.server_epoch, n):
        outbox.reach(connection, event_hash, DeliveryState.REGISTERED, taking.now_ms)
        connection.execute(
            "UPDATE events SET is_out_of_turn = ? WHERE event_hash = ?", (int(is_out_of_turn), event_hash)
        )
    elif appeal is not None:
        connection.execute("UPDATE appeals SET is_withdrawn_from_here = 0 WHERE appeal = ?", (appeal,))


def readable(event: Event) -> ReadEvent | None:
    try:
        return read_event(event)
    except ContractError:
        return None


def _word_of(kind: int) -> str:
    try:
        return EventKind(kind).name.lower()
    except ValueError:
        return "event_of_newer_kind"


def keep_files(taking: Taking, read: ReadEvent, number: str) -> None:
    """Write down the files an event names; those that are not here are fetched after all texts."""
    known = KnownEvent(read.hash, read.header, read.body, is_own=False, number=number)
    if getattr(read.body, "attachments", ()):
        keep_attachments(taking.connection, known)
    for file in getattr(read.body, "attachments", ()):
        taking.connection.execute(
            "INSERT INTO blobs (blob_id, size_bytes, is_here, is_own, kept_at_ms) VALUES (?, ?, 0, 0, ?) "
            "ON CONFLICT DO NOTHING",
            (file.blob_id, sealed_size(file.size_bytes), taking.now_ms),
        )


def _forget_files(connection: Connection, event_hash: bytes) -> None:
    """The files of an erased event are not fetched or sent any more; without their keys nobody opens them."""
    connection.execute(
        "UPDATE blobs SET is_lost = 1, sealed = NULL WHERE blob_id IN "
        "(SELECT blob_id FROM attachments WHERE event_hash = ?) AND NOT EXISTS "
        "(SELECT 1 FROM attachments a WHERE a.blob_id = blobs.blob_id AND a.event_hash != ? "
        "AND a.blob_key IS NOT NULL)",
        (event_hash, event_hash),
    )


def _withdraw(taking: Taking, appeal: bytes) -> None:
    """The request is with another office now: what others wrote of it goes from here, own events stay."""
    connection = taking.connection
    others = connection.execute(
        "SELECT event_hash FROM events WHERE appeal = ? AND is_own = 0 AND body IS NOT NULL", (appeal,)
    ).fetchall()
    for (event_hash,) in others:
        erase_event(connection, event_hash, keep_remains=False)
    connection.execute("UPDATE appeals SET is_withdrawn_from_here = 1 WHERE appeal = ?", (appeal,))
    feed.tell(connection, taking.now_ms, "withdrawn", appeal)
    taking.lay_anew(appeal)


def _reach(taking: Taking, event_hash: bytes, state: DeliveryState, code: str) -> None:
    connection = taking.connection
    is_own = outbox.reach(connection, event_hash, state, taking.now_ms, code)
    row = connection.execute("SELECT appeal FROM events WHERE event_hash = ?", (event_hash,)).fetchone()
    appeal = None if row is None else row[0]
    if appeal is not None:
        taking.touch([appeal])
    taking.delivery = True
    if is_own:
        feed.tell(connection, taking.now_ms, "quarantined" if code else "released", appeal, code=code)


def _believe(taking: Taking, add: Callable[[bytes], object], kind: Entry, raw: bytes) -> bool:
    """Take a certificate or revocation into the ring and the store; one that does not verify is kept aside."""
    try:
        add(raw)
    except ContractError as doubtful:
        feed.tell(taking.connection, taking.now_ms, "key_not_believed", code=doubtful.code)
        return False
    keep_directory(taking.connection, kind, raw, taking.now_ms)
    taking.directory = True
    return True
