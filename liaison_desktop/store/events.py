"""Events as bytes for ever: written once here, or kept as they came by the feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from liaison_desktop.domain.appeals import KnownEvent
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.epochs import advance_epoch, writing_epoch
from liaison_desktop.store.scrubbing import begin_scrubbing, note_on_second
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.clock import Clock, HeldTime, local_year
from server_sync.contract.bodies import AppealRegistered, Body
from server_sync.contract.erasure import remains_of
from server_sync.contract.errors import ContractError
from server_sync.contract.events import (
    KIND_OF,
    NO_PERSON,
    Event,
    EventKind,
    Header,
    UnknownBody,
    frame_event,
    make_event,
    read_body,
    read_header,
)
from server_sync.contract.evidence.chain import commitment, event_hash_after_erasure
from server_sync.contract.identifiers import new_salt
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.signing import random_bytes
from server_sync.contract.workflow import is_of_centre

SITE_FEED = 1
COMMON_FEED = 2


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the person (16 bytes) and the seq of their `session_opened` event."""

    person: bytes = NO_PERSON
    session: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """An event just written: its bytes, what it says, where it stands, and the chain after it."""

    event: Event
    header: Header
    body: Body
    hash: bytes
    chain: bytes
    number: str

    @property
    def known(self) -> KnownEvent:
        """The event as the projection reads it."""
        return KnownEvent(self.hash, self.header, self.body, is_own=True, number=self.number)


@dataclass(frozen=True, slots=True)
class LaidEvent:
    """An event of a request with what became of it; `is_pending` until the centre's feed has confirmed it."""

    known: KnownEvent
    is_pending: bool
    delivery: DeliveryState
    code: str


def write_event(
    connection: Connection,
    clock: Clock,
    body: Body,
    author: Author,
    *,
    held: HeldTime,
    appeal: bytes | None = None,
    follows: Iterable[bytes] = (),
) -> Written:
    """Make the next event of the current epoch inside the caller's transaction: bytes once, chained, in the outbox.

    A registering body takes the next counter and two random digits; `held` is the time its year comes from, and says
    whether the hour by the clock is doubtful. Raises NumberingStopped, and InvalidField for what no reader of the event
    would take: nothing is written then, and no number given.
    """
    epoch = writing_epoch(connection)
    kind = KIND_OF[type(body)]
    number: RegistrationNumber | None = None
    if isinstance(body, AppealRegistered):
        year = local_year(held.time_ms, epoch.last_year)
        random = _two_digits()
        number = RegistrationNumber(epoch.number_code, year, epoch.slot, epoch.last_counter + 1, random)
    header = Header(
        epoch=epoch.epoch,
        seq=epoch.last_seq + 1,
        kind=kind,
        wall_ms=clock.wall_ms(),
        monotonic_ms=clock.monotonic_ms(),
        boot=clock.boot,
        year=number.year if number else 0,
        counter=number.counter if number else 0,
        random=number.random if number else 0,
        appeal=appeal,
        follows=tuple(follows)[-8:],
        person=author.person,
        session=author.session,
        anchor=_anchor(connection),
        server_time_ms=_server_time_ms(connection),
        is_hour_doubtful=held.is_doubtful,
    )
    event = make_event(header, body, new_salt())
    read_body(header, event.body)
    event_hash = event.hash
    text = str(number) if number else ""
    numbered = (number.counter, number.year, text) if number else None
    chain = advance_epoch(connection, epoch, event_hash, numbered)
    belongs_to = event_hash if number else appeal
    _insert(connection, event, header, event_hash, belongs_to, text, header.wall_ms, is_own=True)
    connection.execute(
        "INSERT INTO outbox (epoch, seq, event_hash, appeal, kind, size_bytes, state, queued_at_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            epoch.epoch,
            header.seq,
            event_hash,
            belongs_to,
            int(kind),
            event.size_bytes,
            int(DeliveryState.REGISTERED_HERE),
            header.wall_ms,
        ),
    )
    return Written(event, header, body, event_hash, chain, text)


def keep_event(
    connection: Connection,
    event: Event,
    *,
    number: str = "",
    is_out_of_turn: bool = False,
    is_own: bool = False,
    now_ms: int = 0,
) -> bytes:
    """Keep an event that came down, as the bytes it is, and give its hash; one that is here already stays as it is.

    A kind or version of the future is kept as not understood. Raises ContractError for a malformed header.
    """
    header = read_header(event.header)
    event_hash = event.hash
    appeal = event_hash if header.kind == EventKind.APPEAL_REGISTERED else header.appeal
    understood = True
    try:
        understood = not isinstance(read_body(header, event.body), UnknownBody)
    except ContractError:
        understood = False
    _insert(
        connection, event, header, event_hash, appeal, number, now_ms,
        is_own=is_own, is_out_of_turn=is_out_of_turn, is_understood=understood, may_exist=True,
    )  # fmt: skip
    return event_hash


def keep_erased(
    connection: Connection,
    header_bytes: bytes,
    held: bytes,
    remains: bytes,
    *,
    number: str = "",
    is_out_of_turn: bool = False,
    is_own: bool = False,
    now_ms: int = 0,
) -> bytes:
    """Keep an event that came down without its words and give its hash; `held` is its commitment.

    One that is here with its words loses them. Raises ContractError for a malformed header.
    """
    header = read_header(header_bytes)
    event_hash = event_hash_after_erasure(header_bytes, held)
    appeal = event_hash if header.kind == EventKind.APPEAL_REGISTERED else header.appeal
    connection.execute(
        "INSERT INTO events (event_hash, epoch, seq, kind, appeal, number, is_own, is_out_of_turn, kept_at_ms, header, "
        "commitment, remains) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_hash) DO NOTHING",
        (
            event_hash,
            header.epoch,
            header.seq,
            header.kind,
            appeal,
            number,
            int(is_own),
            int(is_out_of_turn),
            now_ms,
            header_bytes,
            held,
            remains,
        ),
    )
    erase_event(connection, event_hash)
    return event_hash


_INSERT = (
    "INSERT INTO events (event_hash, epoch, seq, kind, appeal, number, is_own, is_out_of_turn, is_understood, "
    "kept_at_ms, header, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEEP = f"{_INSERT} ON CONFLICT (event_hash) DO NOTHING"


def _insert(
    connection: Connection,
    event: Event,
    header: Header,
    event_hash: bytes,
    appeal: bytes | None,
    number: str,
    kept_at_ms: int,
    *,
    is_own: bool,
    is_out_of_turn: bool = False,
    is_understood: bool = True,
    may_exist: bool = False,
) -> None:
    connection.execute(
        _KEEP if may_exist else _INSERT,
        (
            event_hash,
            header.epoch,
            header.seq,
            header.kind,
            appeal,
            number,
            int(is_own),
            int(is_out_of_turn),
            int(is_understood),
            kept_at_ms,
            event.header,
            event.salt,
            event.body,
        ),
    )


def has_event(store: Store, event_hash: bytes) -> bool:
    """Whether an event is in the store."""
    row = store.connection.execute("SELECT 1 FROM events WHERE event_hash = ?", (event_hash,)).fetchone()
    return row is not None


def raw_event(connection: Connection, event_hash: bytes) -> Event | None:
    """An event's bytes; None when it is not here or was erased."""
    row = connection.execute("SELECT header, salt, body FROM events WHERE event_hash = ?", (event_hash,)).fetchone()
    return None if row is None or row[1] is None else frame_event(*row)


_LAID = """
SELECT e.event_hash, e.header, e.body, e.remains, e.is_own, e.is_out_of_turn, e.number, o.state, o.code,
       o.feed_epoch, o.feed_n, f.server_epoch, f.n, e.id,
       (SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'feed_whole_epoch')
FROM events e
LEFT JOIN outbox o ON o.event_hash = e.event_hash
LEFT JOIN feed_rows f ON f.event_hash = e.event_hash AND f.feed = 1 AND f.kind IN (2, 6)
WHERE e.appeal = ?
ORDER BY f.server_epoch DESC
"""


def events_of(connection: Connection, appeal: bytes) -> tuple[LaidEvent, ...]:
    """All events of a request: those the centre's feed confirmed in its order, then the pending ones as made.

    Acts of the centre that it no longer knows since it was restored are none of them (feed.note_whole).
    """
    placed: list[tuple[tuple[int, int, int, int], LaidEvent]] = []
    seen: set[bytes] = set()
    for row in connection.execute(_LAID, (appeal,)):
        if row[0] in seen:
            continue
        seen.add(row[0])
        if not _is_lost(row):
            placed.append(_laid(row))
    placed.sort(key=lambda one: one[0])
    return tuple(event for _, event in placed)


def _is_lost(row: Any) -> bool:
    """Whether the centre wrote it, and a feed that has been read anew to its end since then does not have it."""
    is_own, fed_epoch, whole_epoch = row[4], row[11], row[14]
    if is_own or fed_epoch is None or whole_epoch is None or fed_epoch >= whole_epoch:
        return False
    return is_of_centre(read_header(row[1]))


def _laid(row: Any) -> tuple[tuple[int, int, int, int], LaidEvent]:
    (
        event_hash,
        raw_header,
        raw_body,
        remains,
        is_own,
        out_of_turn,
        number,
        state,
        code,
        own_epoch,
        own_n,
        fed_epoch,
        fed_n,
        at,
        _,
    ) = row
    header = read_header(raw_header)
    is_erased = raw_body is None
    body = _readable(header, remains or None) if is_erased else _readable(header, raw_body)
    known = KnownEvent(event_hash, header, body, bool(is_own), bool(out_of_turn), number, is_erased)
    server_epoch, n = (own_epoch, own_n) if own_n is not None else (fed_epoch, fed_n)
    is_pending = n is None and bool(is_own)
    delivery = DeliveryState.REGISTERED if state is None else DeliveryState(state)
    # The registering event begins, whatever the feed's order; rows without a place in the feed come after the others.
    begins = 0 if header.kind == EventKind.APPEAL_REGISTERED else 1
    place = (2 if is_pending and begins else begins, server_epoch or 0, n or 0, at)
    return place, LaidEvent(known, is_pending, delivery, code or "")


def _readable(header: Header, raw: bytes | None) -> Body | UnknownBody | None:
    if raw is None:
        return None
    try:
        return read_body(header, raw)
    except ContractError:
        return UnknownBody(header.kind, header.body_version)


def erase_event(connection: Connection, event_hash: bytes, *, keep_remains: bool = True) -> bool:
    """Delete what an event says; keep header, commitment and what remains. True when something was deleted.

    The request must be laid anew afterwards; its words leave the search index for good with `scrubbing.scrub`.
    """
    row = connection.execute(
        "SELECT header, salt, body, epoch, is_own FROM events WHERE event_hash = ?", (event_hash,)
    ).fetchone()
    if row is None or row[1] is None:
        return False
    header, salt, body, epoch, is_own = row
    begin_scrubbing(connection)
    if is_own:
        note_on_second(connection, epoch, event_hash)
    remains = remains_of(read_header(header), body) if keep_remains else None
    connection.execute(
        "UPDATE events SET salt = NULL, body = NULL, commitment = ?, remains = ? WHERE event_hash = ?",
        (commitment(salt, body), remains, event_hash),
    )
    connection.execute("UPDATE attachments SET blob_key = NULL, name = '' WHERE event_hash = ?", (event_hash,))
    # What is being typed about the request may repeat any of its words.
    connection.execute("DELETE FROM act_drafts WHERE appeal = ?", (read_header(header).appeal or event_hash,))
    return True


def _two_digits() -> int:
    """0–99, each as likely; drawn inside the transaction."""
    while True:
        drawn = random_bytes(1)[0]
        if drawn < 200:
            return drawn % 100


def _anchor(connection: Connection) -> int:
    row = connection.execute("SELECT size FROM checkpoints WHERE is_consistent = 1 ORDER BY id DESC LIMIT 1").fetchone()
    return 0 if row is None else int(row[0])


def _server_time_ms(connection: Connection) -> int:
    row = connection.execute("SELECT time_ms FROM server_times WHERE id = 1").fetchone()
    return 0 if row is None else int(row[0])
