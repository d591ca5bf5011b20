"""What comes down from the centre and how far it was read: feeds without a gap, the log's checkpoints, proofs.

Rows are kept as they came, so that a restored centre can be given them back; one of a newer kind is kept until the
update that understands it. Cursors are worth something within their server epoch only.
"""

import json
from dataclasses import dataclass
from typing import Final

from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.events import COMMON_FEED, SITE_FEED
from server_sync.contract.deadlines import Decree
from server_sync.contract.errors import Parameter
from server_sync.contract.events import FIRST_OF_CENTRE
from server_sync.contract.messages import CalendarDay, RawRow, RowKind, WrongField
from server_sync.contract.workflow import OF_APPLICANTS

NOTICES_KEPT_MS: Final = 90 * DAY_MS
_WHOLE: Final = "feed_whole_epoch"
"""The newest server epoch whose feed was read to its end; read by events.events_of."""

_DAYS_WHOLE: Final = "days_whole_epoch"
"""The newest server epoch whose common feed was read to its end."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """The last row read of each feed, in which server epoch (0: none yet)."""

    server_epoch: int = 0
    site: int = 0
    common: int = 0


@dataclass(frozen=True, slots=True)
class HeldCheckpoint:
    """A checkpoint of the public log as it was verified here."""

    id: int
    origin: str
    size: int
    root: bytes
    note: str
    cosigned_at_ms: int | None


def cursors(connection: Connection) -> Cursors:
    """How far both feeds were read."""
    read = {feed: (server_epoch, n) for feed, server_epoch, n in connection.execute("SELECT * FROM cursors")}
    server_epoch = max((at[0] for at in read.values()), default=0)
    return Cursors(
        server_epoch,
        *(read[feed][1] if feed in read and read[feed][0] == server_epoch else 0 for feed in (SITE_FEED, COMMON_FEED)),
    )


def move_cursor(connection: Connection, feed: int, server_epoch: int, n: int) -> None:
    """A feed was read to its row n."""
    connection.execute(
        "INSERT INTO cursors (feed, server_epoch, n) VALUES (?, ?, ?) ON CONFLICT (feed) DO UPDATE SET "
        "server_epoch = excluded.server_epoch, n = excluded.n",
        (feed, server_epoch, n),
    )


def whole_epoch(connection: Connection) -> int:
    """The newest server epoch whose feed was read to its end; 0 before any."""
    return _epoch_noted(connection, _WHOLE)


def note_whole(connection: Connection, server_epoch: int) -> list[bytes]:
    """The site's feed was read to its end in a server epoch: the centre has nothing else for this office.

    Once in each epoch. Gives the requests about which a restored centre said something before that it no longer knows;
    they must be laid anew, without it. What it said stays in the store as it came.
    """
    if not _is_first_in(connection, _WHOLE, server_epoch):
        return []
    rows = connection.execute(
        "SELECT DISTINCT e.appeal FROM events e WHERE e.is_own = 0 AND e.appeal IS NOT NULL "
        "AND (e.kind >= ? OR e.kind IN (?, ?, ?, ?)) "
        "AND (SELECT max(f.server_epoch) FROM feed_rows f WHERE f.event_hash = e.event_hash AND f.feed = ? "
        "AND f.kind IN (2, 6)) < ?",
        (FIRST_OF_CENTRE, *sorted(OF_APPLICANTS), SITE_FEED, server_epoch),
    )
    return [row[0] for row in rows]


def _epoch_noted(connection: Connection, name: str) -> int:
    noted = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return 0 if noted is None else int(noted[0])


def _is_first_in(connection: Connection, name: str, server_epoch: int) -> bool:
    """Whether a feed is read to its end for the first time in a server epoch; the epoch is noted under a name."""
    if _epoch_noted(connection, name) >= server_epoch:
        return False
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, str(server_epoch)),
    )
    return True


def forget_lost_days(connection: Connection, server_epoch: int) -> list[str]:
    """The common feed was read to its end in a server epoch: decreed days that it does not tell are lost at the centre.

    Once in each epoch. Gives the days, which count here as shipped from now on, as they do in the register.
    """
    if not _is_first_in(connection, _DAYS_WHOLE, server_epoch):
        return []
    rows = connection.execute(
        "SELECT raw FROM feed_rows WHERE feed = ? AND server_epoch = ? AND kind = ? AND raw IS NOT NULL",
        (COMMON_FEED, server_epoch, int(RowKind.CALENDAR_DAY)),
    )
    entries = (RawRow(RowKind.CALENDAR_DAY, raw).entry() for (raw,) in rows)
    told = {entry.day.isoformat() for entry in entries if isinstance(entry, CalendarDay)}
    here = connection.execute("SELECT day, kind FROM calendar_days ORDER BY day").fetchall()
    connection.executemany("DELETE FROM calendar_days WHERE day = ?", [(day,) for day, _ in here if day not in told])
    return [day for day, kind in here if day not in told and kind != Decree.TAKEN_BACK]


def keep_row(
    connection: Connection,
    feed: int,
    server_epoch: int,
    n: int,
    kind: int,
    *,
    count: int = 1,
    raw: bytes | None = None,
    event_hash: bytes | None = None,
    is_understood: bool = True,
    now_ms: int,
) -> None:
    """Keep a row as it came; one that is here already stays."""
    connection.execute(
        "INSERT INTO feed_rows (feed, server_epoch, n, count, kind, raw, event_hash, is_understood, received_at_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (feed, server_epoch, n, count, kind, raw, event_hash, int(is_understood), now_ms),
    )


def wrong_field(connection: Connection, event_hash: bytes) -> str:
    """Which field of a quarantined event the centre named; empty when it named none."""
    row = connection.execute(
        "SELECT raw FROM feed_rows WHERE event_hash = ? AND feed = ? AND kind = ? ORDER BY server_epoch DESC, n DESC",
        (event_hash, SITE_FEED, int(RowKind.WRONG_FIELD)),
    ).fetchone()
    entry = None if row is None else RawRow(RowKind.WRONG_FIELD, row[0]).entry()
    return entry.field if isinstance(entry, WrongField) else ""


def held_checkpoint(connection: Connection) -> HeldCheckpoint | None:
    """The newest checkpoint that was proved to continue those before it."""
    row = connection.execute(
        "SELECT id, origin, size, root, note, cosigned_at_ms FROM checkpoints WHERE is_consistent = 1 "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else HeldCheckpoint(*row)


def keep_checkpoint(
    connection: Connection, origin: str, size: int, root: bytes, note: str, now_ms: int, *, is_consistent: bool = True
) -> None:
    """Keep a checkpoint; of consistent ones the newest and those that were cosigned stay, contradicting ones always."""
    connection.execute(
        "INSERT INTO checkpoints (origin, size, root, note, received_at_ms, is_consistent) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (origin, size, root, note, now_ms, int(is_consistent)),
    )
    if is_consistent:
        connection.execute(
            "DELETE FROM checkpoints WHERE is_consistent = 1 AND cosigned_at_ms IS NULL AND origin = ? "
            "AND id < (SELECT max(id) FROM checkpoints WHERE is_consistent = 1)",
            (origin,),
        )


def cosigned(connection: Connection, checkpoint: HeldCheckpoint, now_ms: int) -> None:
    """Note that this office vouched for a checkpoint."""
    connection.execute("UPDATE checkpoints SET cosigned_at_ms = ? WHERE id = ?", (now_ms, checkpoint.id))


def last_cosigned_ms(connection: Connection) -> int:
    """When this office last vouched for a checkpoint; 0 when it never did."""
    row = connection.execute("SELECT max(cosigned_at_ms) FROM checkpoints").fetchone()
    return int(row[0] or 0)


def keep_witness(connection: Connection, number_code: str, signed_at_ms: int, origin: str, size: int) -> bool:
    """Note that another site's cosignature was verified here; True when it is newer than what was known of it."""
    changed = connection.execute(
        "INSERT INTO witnesses (number_code, signed_at_ms, origin, size) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (number_code) DO UPDATE SET signed_at_ms = excluded.signed_at_ms, origin = excluded.origin, "
        "size = excluded.size WHERE excluded.signed_at_ms > witnesses.signed_at_ms",
        (number_code, signed_at_ms, origin, size),
    )
    return changed.rowcount > 0


def count_witnesses(connection: Connection, since_ms: int, until_ms: int) -> int:
    """How many other sites saw the log that is held here, in this time."""
    held = held_checkpoint(connection)
    row = connection.execute(
        "SELECT count(*) FROM witnesses WHERE signed_at_ms > ? AND signed_at_ms <= ? AND origin = ?",
        (since_ms, until_ms, "" if held is None else held.origin),
    ).fetchone()
    return int(row[0])


def is_log_doubtful(connection: Connection) -> bool:
    """Whether the log once contradicted itself: nothing is sealed until people have looked at it."""
    return connection.execute("SELECT 1 FROM checkpoints WHERE is_consistent = 0 LIMIT 1").fetchone() is not None


def keep_acknowledgement(
    connection: Connection,
    epoch: bytes,
    server_epoch: int,
    run: tuple[int, int, int],
    raw: bytes,
    time_ms: int,
    now_ms: int,
) -> None:
    """Keep the centre's signed word for one run of events: `run` is seq_from, seq_to, leaf_from."""
    connection.execute(
        "INSERT INTO acknowledgements (epoch, server_epoch, seq_from, seq_to, leaf_from, raw, time_ms, received_at_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (epoch, server_epoch, *run, raw, time_ms, now_ms),
    )


def keep_proof(
    connection: Connection, epoch: bytes, server_epoch: int, run: tuple[int, int, int], proof: bytes, size: int
) -> None:
    """Keep the range proof that a run of acknowledged events is in the log of `size` leaves."""
    connection.execute(
        "UPDATE acknowledgements SET proof = ?, proof_size = ?, is_proved = 1 "
        "WHERE epoch = ? AND server_epoch = ? AND seq_from = ? AND seq_to = ? AND leaf_from = ? AND is_proved = 0",
        (proof, size, epoch, server_epoch, *run),
    )


def keep_calendar_day(connection: Connection, day: str, kind: int, reasons: tuple[str, str, str]) -> bool:
    """Lay a decreed day over the shipped calendar; kind 0 takes an earlier decree back. True when that is news here."""
    known = connection.execute(
        "SELECT kind, reason_ky, reason_ru, reason_en FROM calendar_days WHERE day = ?", (day,)
    ).fetchone()
    connection.execute(
        "INSERT INTO calendar_days (day, kind, reason_ky, reason_ru, reason_en) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, reason_ky = excluded.reason_ky, "
        "reason_ru = excluded.reason_ru, reason_en = excluded.reason_en",
        (day, kind, *reasons),
    )
    return known is None or tuple(known) != (kind, *reasons)


def keep_reference_text(connection: Connection, name: str, text: str, now_ms: int) -> None:
    """Lay a newer reference table over the shipped one."""
    connection.execute(
        "INSERT INTO reference_texts (name, text, received_at_ms) VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET text = excluded.text, received_at_ms = excluded.received_at_ms",
        (name, text, now_ms),
    )


def tell(connection: Connection, now_ms: int, kind: str, appeal: bytes | None = None, **params: Parameter) -> None:
    """Let Delivery tell of something; notices older than 90 days go."""
    connection.execute(
        "INSERT INTO notices (at_ms, kind, appeal, params) VALUES (?, ?, ?, ?)",
        (now_ms, kind, appeal, json.dumps(params, ensure_ascii=False)),
    )
    connection.execute("DELETE FROM notices WHERE at_ms < ?", (now_ms - NOTICES_KEPT_MS,))
