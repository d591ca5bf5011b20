"""What was written here on its way to the centre: what goes next, and what the centre said became of it.

"Sent?" is read from here and stored nowhere else. No answer of the centre ever deletes a row.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.errors import NotEnrolled, StoreDamaged
from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.epochs import Epoch, all_epochs
from liaison_desktop.store.store import Store
from server_sync.contract.events import Event
from server_sync.contract.evidence import chain
from server_sync.contract.evidence.chain import event_hash_after_erasure
from server_sync.contract.messages import ResultRun, SentErased, Status

EPOCH_COLUMNS: Final = ", ".join(field.name for field in fields(Epoch))
CONTACTS_KEPT_MS: Final = 40 * DAY_MS

_STATE_OF: Final = {
    Status.STORED: DeliveryState.STORED,
    Status.REGISTERED: DeliveryState.REGISTERED,
    Status.WAITING: DeliveryState.HELD,
    Status.QUARANTINED: DeliveryState.QUARANTINED,
    Status.DUPLICATE: DeliveryState.STORED,
    Status.FORK: DeliveryState.HELD,
    Status.AFTER_REVOCATION: DeliveryState.HELD,
}
_CODE_OF: Final = {Status.FORK: "fork", Status.AFTER_REVOCATION: "after_revocation"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An own event as it is sent: whole, or what an erasure left of it, should a restored centre have lost it."""

    seq: int
    hash: bytes
    event: Event | None = None
    erased: SentErased | None = None

    @property
    def size_bytes(self) -> int:
        """Bytes that it takes on the way, before they are packed."""
        if self.event is not None:
            return self.event.size_bytes
        return 0 if self.erased is None else len(self.erased.header) + len(self.erased.remains)


def epochs_to_send(store: Store) -> tuple[Epoch, ...]:
    """The epochs that speak with the centre: older ones with events it does not have yet, and the newest."""
    epochs = all_epochs(store)
    return tuple(one for one in epochs if one.closed_at_ms is None or one.acknowledged_seq < one.last_seq)


def epoch_by_id(connection: Connection, epoch: bytes) -> Epoch:
    """One epoch of this store as it stands now; raises NotEnrolled for a foreign one."""
    row = connection.execute(f"SELECT {EPOCH_COLUMNS} FROM epochs WHERE epoch = ?", (epoch,)).fetchone()  # noqa: S608
    if row is None:
        raise NotEnrolled("epoch_unknown")
    return Epoch(*row)


def appeals_of(connection: Connection, epoch: bytes, seq_from: int, seq_to: int) -> list[bytes]:
    """The requests that own events seq_from…seq_to belong to."""
    rows = connection.execute(
        "SELECT DISTINCT appeal FROM outbox WHERE epoch = ? AND seq BETWEEN ? AND ? AND appeal IS NOT NULL",
        (epoch, seq_from, seq_to),
    )
    return [row[0] for row in rows]


def with_several_events(connection: Connection, epoch: bytes, seq_from: int, count: int) -> list[bytes]:
    """Those of these requests whose events may come in another order once some are confirmed."""
    rows = connection.execute(
        "SELECT e.appeal FROM events e WHERE e.appeal IN "
        "(SELECT appeal FROM outbox WHERE epoch = ? AND seq BETWEEN ? AND ? AND appeal IS NOT NULL) "
        "GROUP BY e.appeal HAVING count(*) > 1",
        (epoch, seq_from, seq_from + count - 1),
    )
    return [row[0] for row in rows]


def next_outgoing(connection: Connection, epoch: bytes, after_seq: int, limit_bytes: int, most: int) -> list[Outgoing]:
    """The events after `after_seq` in order, up to `limit_bytes` (never fewer than one) and `most`.

    Events that went out before and were not answered come alone, so that their repetition is the same batch. Raises
    StoreDamaged `event_damaged` for bytes that are not what was hashed.
    """
    sent_until = _sent_until(connection, epoch, after_seq)
    rows = connection.execute(
        "SELECT seq, event_hash, header, salt, body, commitment, remains FROM events "
        "WHERE epoch = ? AND is_own = 1 AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (epoch, after_seq, sent_until or 2**62, most),
    )
    taken: list[Outgoing] = []
    used_bytes = 0
    expected = after_seq + 1
    for seq, *kept in rows:
        if seq != expected:
            break
        outgoing = _outgoing(seq, *kept)
        used_bytes += outgoing.size_bytes
        if taken and used_bytes > limit_bytes:
            break
        taken.append(outgoing)
        expected += 1
    return taken


def _outgoing(
    seq: int,
    event_hash: bytes,
    header: bytes,
    salt: bytes | None,
    body: bytes | None,
    held: bytes | None,
    remains: bytes | None,
) -> Outgoing:
    if salt is None or body is None:
        left = SentErased(header, held or b"", remains or b"")
        outgoing = Outgoing(seq, event_hash, erased=left)
        named = event_hash_after_erasure(header, left.commitment)
    else:
        event = Event(header, salt, body)
        outgoing = Outgoing(seq, event_hash, event)
        named = event.hash
    if named != event_hash:
        raise StoreDamaged("event_damaged", seq=seq)
    return outgoing


def _sent_until(connection: Connection, epoch: bytes, after_seq: int) -> int | None:
    row = connection.execute("SELECT state FROM outbox WHERE epoch = ? AND seq = ?", (epoch, after_seq + 1)).fetchone()
    if row is None or row[0] != DeliveryState.SENT:
        return None
    row = connection.execute(
        "SELECT min(seq) FROM outbox WHERE epoch = ? AND seq > ? AND state < ?",
        (epoch, after_seq, int(DeliveryState.SENT)),
    ).fetchone()
    return None if row[0] is None else int(row[0]) - 1


def chain_at(connection: Connection, epoch: Epoch, seq: int, known: tuple[int, bytes] | None = None) -> bytes:
    """The chain value after event `seq`, computed from `known` (seq and chain) or from the certificate."""
    if seq == epoch.last_seq:
        return epoch.chain
    start, value = known if known is not None and known[0] <= seq else (0, chain.genesis(epoch.certificate))
    rows = connection.execute(
        "SELECT event_hash FROM events WHERE epoch = ? AND is_own = 1 AND seq > ? AND seq <= ? ORDER BY seq",
        (epoch.epoch, start, seq),
    )
    return chain.advance_over(value, (row[0] for row in rows))


def mark_sent(connection: Connection, epoch: bytes, seq_from: int, seq_to: int, now_ms: int) -> None:
    """These events are going out now; what became of them is not known until the centre answers."""
    connection.execute(
        "UPDATE outbox SET state = ?, sent_at_ms = ? WHERE epoch = ? AND seq BETWEEN ? AND ? AND state = ?",
        (int(DeliveryState.SENT), now_ms, epoch, seq_from, seq_to, int(DeliveryState.REGISTERED_HERE)),
    )


def take_custody(connection: Connection, epoch: bytes, seq_from: int, seq_to: int, leaf_from: int, now_ms: int) -> None:
    """The centre has these events durably and said so, signed: events seq_from…seq_to are the leaves from leaf_from."""
    stored = int(DeliveryState.STORED)
    connection.execute(
        "UPDATE outbox SET state = max(state, ?), stored_at_ms = coalesce(stored_at_ms, ?), leaf = ? + seq - ? "
        "WHERE epoch = ? AND seq BETWEEN ? AND ?",
        (stored, now_ms, leaf_from, seq_from, epoch, seq_from, seq_to),
    )
    connection.execute(
        "UPDATE epochs SET acknowledged_seq = ? WHERE epoch = ? AND acknowledged_seq >= ? AND acknowledged_seq < ?",
        (seq_to, epoch, seq_from - 1, seq_to),
    )


def settle(connection: Connection, epoch: bytes, run: ResultRun, now_ms: int) -> None:
    """Write down what the centre made of a run of events; only those in its custody have a result."""
    state, code = _STATE_OF[run.status], run.code or _CODE_OF.get(run.status, "")
    until = run.seq_from + run.count - 1
    _reach(connection, "epoch = ? AND seq BETWEEN ? AND ?", (epoch, run.seq_from, until), state, code, now_ms)
    if run.awaited:
        connection.execute(
            "UPDATE outbox SET awaited = ? WHERE epoch = ? AND seq BETWEEN ? AND ?",
            (run.awaited, epoch, run.seq_from, until),
        )


def reach(connection: Connection, event_hash: bytes, state: DeliveryState, now_ms: int, code: str = "") -> bool:
    """Write down that the centre told something new of one event by the feed; False when it is not an own one."""
    return bool(_reach(connection, "event_hash = ?", (event_hash,), state, code, now_ms))


def _reach(
    connection: Connection, where: str, values: tuple[Any, ...], state: DeliveryState, code: str, now_ms: int
) -> int:
    """A lower state never takes the place of a higher one, but a doubt and its end replace each other."""
    sealed = int(DeliveryState.SEALED)
    changed: int = connection.execute(
        "UPDATE outbox SET state = ?, code = ?, awaited = NULL, "  # noqa: S608 (the conditions are this module's own)
        "registered_at_ms = CASE WHEN ? = 5 THEN coalesce(registered_at_ms, ?) ELSE registered_at_ms END "
        f"WHERE {where} AND state >= ? AND state NOT IN (?, ?) AND NOT (? = 3 AND state > 3)",
        (
            int(state), code, int(state), now_ms, *values,
            int(DeliveryState.STORED), sealed, int(DeliveryState.PRUNABLE), int(state),
        ),
    ).rowcount  # fmt: skip
    return changed


def confirm(
    connection: Connection, epoch: bytes, seq_from: int, count: int, server_epoch: int, first: int, now_ms: int
) -> list[bytes]:
    """The feed's rows `first`, `first + 1`, … confirm own events from `seq_from` on; gives their requests."""
    until = seq_from + count - 1
    registered = int(DeliveryState.REGISTERED)
    connection.execute(
        "UPDATE outbox SET state = CASE WHEN state IN (6, 7) THEN state ELSE ? END, code = '', awaited = NULL, "
        "registered_at_ms = coalesce(registered_at_ms, ?), stored_at_ms = coalesce(stored_at_ms, ?), "
        "feed_epoch = ?, feed_n = ? + seq - ? WHERE epoch = ? AND seq BETWEEN ? AND ?",
        (registered, now_ms, now_ms, server_epoch, first, seq_from, epoch, seq_from, until),
    )
    return appeals_of(connection, epoch, seq_from, until)


def place_in_feed(connection: Connection, event_hash: bytes, server_epoch: int, n: int) -> bool:
    """An own event came back whole in the feed at place n; False when it is not an own one."""
    changed = connection.execute(
        "UPDATE outbox SET feed_epoch = ?, feed_n = ? WHERE event_hash = ?", (server_epoch, n, event_hash)
    ).rowcount
    return bool(changed)


def seal(connection: Connection, epoch: bytes, seq_from: int, seq_to: int, now_ms: int) -> int:
    """Seal what is registered, proved in the log, and whose files are all acknowledged; says how many.

    Nothing is sealed while two checkpoints of the log contradict each other.
    """
    changed: int = connection.execute(
        "UPDATE outbox AS o SET state = 6, sealed_at_ms = ? "
        "WHERE o.sealed_at_ms IS NULL AND o.epoch = ? AND o.seq BETWEEN ? AND ? AND o.state = 5 "
        "AND NOT EXISTS (SELECT 1 FROM checkpoints WHERE is_consistent = 0) "
        "AND EXISTS (SELECT 1 FROM acknowledgements k WHERE k.epoch = o.epoch AND k.is_proved = 1 "
        "  AND k.seq_from <= o.seq AND k.seq_to >= o.seq) "
        "AND NOT EXISTS (SELECT 1 FROM attachments a JOIN blobs b ON b.blob_id = a.blob_id "
        "  WHERE a.event_hash = o.event_hash AND b.acknowledged_at_ms IS NULL AND b.is_lost = 0)",
        (now_ms, epoch, seq_from, seq_to),
    ).rowcount
    return changed


def take_back(connection: Connection, epoch: bytes, seq_from: int) -> int:
    """The centre was restored and no longer has these events: they wait to be sent again. Proofs of custody stay."""
    changed: int = connection.execute(
        "UPDATE outbox SET state = ?, stored_at_ms = NULL, registered_at_ms = NULL, sealed_at_ms = NULL, leaf = NULL, "
        "sent_at_ms = NULL, code = '', awaited = NULL WHERE epoch = ? AND seq >= ?",
        (int(DeliveryState.REGISTERED_HERE), epoch, seq_from),
    ).rowcount
    connection.execute(
        "UPDATE epochs SET acknowledged_seq = ? WHERE epoch = ? AND acknowledged_seq >= ?",
        (seq_from - 1, epoch, seq_from),
    )
    return changed


def ask_attachments_again(connection: Connection, since_ms: int) -> int:
    """The centre was restored: it is asked whether it still has what it acknowledged lately, and gets what it lacks."""
    changed: int = connection.execute(
        "UPDATE blobs SET acknowledged_at_ms = NULL WHERE is_own = 1 AND is_here = 1 AND is_lost = 0 "
        "AND acknowledged_at_ms >= ?",
        (since_ms,),
    ).rowcount
    return changed


def put_back(connection: Connection, epoch: bytes, seq: int, event_hash: bytes, now_ms: int) -> None:
    """An own event that this store had lost came back from the centre: it has its row again."""
    connection.execute(
        "INSERT INTO outbox (epoch, seq, event_hash, appeal, kind, size_bytes, state, queued_at_ms, stored_at_ms) "
        "SELECT epoch, seq, event_hash, appeal, kind, length(header) + coalesce(length(salt) + length(body), 0), "
        "?, ?, ? FROM events WHERE event_hash = ? AND epoch = ? AND seq = ? ON CONFLICT DO NOTHING",
        (int(DeliveryState.STORED), now_ms, now_ms, event_hash, epoch, seq),
    )


def record_contact(
    connection: Connection, now_ms: int, code: str, events: int, bytes_up: int, bytes_down: int, took_ms: int
) -> None:
    """Write down one call to the centre; `code` is empty for an answer. Older ones than 40 days go."""
    connection.execute(
        "INSERT INTO contacts (at_ms, code, events, bytes_up, bytes_down, took_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (now_ms, code, events, bytes_up, bytes_down, took_ms),
    )
    connection.execute("DELETE FROM contacts WHERE at_ms < ?", (now_ms - CONTACTS_KEPT_MS,))


def oldest_waiting_ms(connection: Connection, now_ms: int) -> int:
    """How long the oldest unsent event has waited."""
    row = connection.execute("SELECT min(queued_at_ms) FROM outbox WHERE state < 3").fetchone()
    return 0 if row[0] is None else max(0, now_ms - int(row[0]))
