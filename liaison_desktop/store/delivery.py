"""What has not reached the centre yet, the list of it, and the last seven days: all read, nothing changed."""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from liaison_desktop.domain.delivery import (
    DECIDED_AT_CENTRE,
    DayOfDelivery,
    DeliveryState,
    OutboxItem,
    Waiting,
    WeekOfDelivery,
    Witnesses,
)
from liaison_desktop.domain.times import BISHKEK, DAY_MS, milliseconds, moment
from liaison_desktop.store import feed
from liaison_desktop.store.store import Store
from server_sync.contract.events import EventKind
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.checkpoint import COSIGNER_AHEAD_MOST_MS, WITNESSED_WITHIN_MS, WITNESSES_WANTED

_HOUR_MS: Final = 3600 * 1000
_DECIDED: Final = ", ".join(f"'{code}'" for code in sorted(DECIDED_AT_CENTRE))
_REFUSED: Final = (
    "o.state = 8 AND (o.appeal IS NOT NULL OR EXISTS "
    "(SELECT 1 FROM outbox r WHERE r.state = 8 AND r.appeal IS NOT NULL AND r.code = o.code))"
)
_OFFSET: Final = timedelta(hours=6)
"""Bishkek keeps one offset the whole year; dates of the chart are cut by it inside the database."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A word of the centre that Delivery tells of: its kind, the request it is about, its parameters."""

    at: datetime
    kind: str
    appeal: bytes | None
    number: str
    params: dict[str, str | int]


def waiting(store: Store) -> Waiting:
    """How much waits to be sent, and since when."""
    connection = store.connection
    events, size, oldest = connection.execute(
        "SELECT count(*), coalesce(sum(size_bytes), 0), min(queued_at_ms) FROM outbox WHERE state < 3"
    ).fetchone()
    appeals = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT appeal FROM outbox WHERE state < 3 AND appeal IS NOT NULL)"
    ).fetchone()[0]
    blobs, blob_bytes = connection.execute(
        "SELECT count(*), coalesce(sum(b.size_bytes - b.sent_bytes), 0) FROM blobs b "
        "WHERE b.is_own = 1 AND b.acknowledged_at_ms IS NULL AND b.is_lost = 0 "
        "AND EXISTS (SELECT 1 FROM attachments a WHERE a.blob_id = b.blob_id)"
    ).fetchone()
    quarantined = connection.execute("SELECT count(*) FROM outbox WHERE state = 8").fetchone()[0]
    to_correct = connection.execute(
        f"SELECT count(*) FROM outbox WHERE state = 8 AND appeal IS NOT NULL AND code NOT IN ({_DECIDED})"  # noqa: S608
    ).fetchone()[0]
    returned = connection.execute("SELECT count(*) FROM appeals WHERE state = 'returned_to_office'").fetchone()[0]
    return Waiting(
        events=events,
        appeals=appeals,
        blobs=blobs,
        bytes=size + blob_bytes,
        oldest_at=None if oldest is None else moment(oldest),
        quarantined=quarantined,
        to_correct=to_correct,
        returned=returned,
    )


def list_outbox(store: Store, limit: int = 200) -> tuple[OutboxItem, ...]:
    """What is on its way: refused first, then texts in their order, then attachments, small ones first.

    A clerk's beginning of work that the centre cannot take stands here while a request does for the same reason.
    """
    items: list[OutboxItem] = []
    refused = (f"o.state = 4 OR ({_REFUSED})", "o.state DESC, o.epoch, o.seq")
    for where, order in (refused, ("o.state < 3", "o.queued_at_ms")):
        rows = store.connection.execute(
            "SELECT o.event_hash, o.seq, o.kind, o.appeal, coalesce(a.number, ''), coalesce(a.subject, ''), o.state, "  # noqa: S608
            "o.code, o.queued_at_ms, o.size_bytes FROM outbox o LEFT JOIN appeals a ON a.appeal = o.appeal "
            f"WHERE {where} ORDER BY {order} LIMIT ?",
            (limit,),
        )
        items += [_event_item(row, feed.wrong_field(store.connection, row[0]) if row[7] else "") for row in rows]
    blobs = store.connection.execute(
        "SELECT b.blob_id, b.size_bytes, b.sent_bytes, b.kept_at_ms, a.name, a.appeal, a.event_hash, p.number, "
        "p.subject FROM blobs b JOIN attachments a ON a.blob_id = b.blob_id JOIN appeals p ON p.appeal = a.appeal "
        "WHERE b.is_own = 1 AND b.acknowledged_at_ms IS NULL AND b.is_lost = 0 ORDER BY b.size_bytes LIMIT ?",
        (limit,),
    )
    return (*items, *(_blob_item(row) for row in blobs))


def week(store: Store, now_ms: int) -> WeekOfDelivery:
    """The last seven local days: registered here, delivered, exchanges, hours with a line; and the usual delay."""
    today = moment(now_ms).astimezone(BISHKEK).date()
    days = [today - timedelta(days=ago) for ago in range(6, -1, -1)]
    since_ms = milliseconds(datetime(days[0].year, days[0].month, days[0].day, tzinfo=BISHKEK))
    registered = _by_day(
        store, "SELECT {day}, count(*) FROM outbox WHERE kind = 1 AND {at} >= ? GROUP BY 1", "queued_at_ms", since_ms
    )
    delivered = _by_day(
        store, "SELECT {day}, count(*) FROM outbox WHERE kind = 1 AND {at} >= ? GROUP BY 1", "stored_at_ms", since_ms
    )
    exchanges = _by_day(
        store, "SELECT {day}, count(*) FROM contacts WHERE code = '' AND {at} >= ? GROUP BY 1", "at_ms", since_ms
    )
    hours = _by_day(
        store,
        "SELECT {day}, count(DISTINCT {at} / 3600000) FROM contacts WHERE code = '' AND {at} >= ? GROUP BY 1",
        "at_ms",
        since_ms,
    )
    delays = [
        row[0]
        for row in store.connection.execute(
            "SELECT (stored_at_ms - queued_at_ms) / 1000 FROM outbox WHERE kind = 1 AND stored_at_ms >= ? LIMIT 5000",
            (since_ms,),
        )
    ]
    last = store.connection.execute("SELECT max(at_ms) FROM contacts WHERE code = ''").fetchone()[0]
    return WeekOfDelivery(
        days=tuple(
            DayOfDelivery(
                day=day,
                registered=registered.get(day, 0),
                delivered=delivered.get(day, 0),
                exchanges=exchanges.get(day, 0),
                line_hours=hours.get(day, 0),
            )
            for day in days
        ),
        usual_delay_s=max(0, int(statistics.median(delays))) if delays else None,
        last_contact_at=None if last is None else moment(last),
    )


def witnesses(store: Store, now_ms: int) -> Witnesses:
    """Who else saw the public log in the last 7 days."""
    connection = store.connection
    since_ms = now_ms - WITNESSED_WITHIN_MS
    enrolled = [
        WorkplaceCertificate.from_bytes(raw).not_before_ms
        for (raw,) in connection.execute("SELECT certificate FROM epochs")
    ]
    return Witnesses(
        sites=feed.count_witnesses(connection, since_ms, now_ms + COSIGNER_AHEAD_MOST_MS),
        wanted=WITNESSES_WANTED,
        is_settled=min(enrolled, default=now_ms) < since_ms,
    )


def list_notices(store: Store, limit: int = 50) -> tuple[Notice, ...]:
    """What the centre said lately, newest first."""
    rows = store.connection.execute(
        "SELECT n.at_ms, n.kind, n.appeal, coalesce(a.number, ''), n.params FROM notices n "
        "LEFT JOIN appeals a ON a.appeal = n.appeal ORDER BY n.at_ms DESC, n.id DESC LIMIT ?",
        (limit,),
    )
    return tuple(Notice(moment(row[0]), row[1], row[2], row[3], json.loads(row[4])) for row in rows)


def _by_day(store: Store, statement: str, column: str, since_ms: int) -> dict[date, int]:
    day = f"({column} + {_OFFSET // timedelta(milliseconds=1)}) / {DAY_MS}"
    rows: Iterable[Any] = store.connection.execute(statement.format(day=day, at=column), (since_ms,))
    return {date(1970, 1, 1) + timedelta(days=row[0]): row[1] for row in rows}


def _event_item(row: Any, field: str) -> OutboxItem:
    return OutboxItem(
        event=row[0],
        seq=row[1],
        kind=EventKind(row[2]),
        appeal=row[3],
        number=row[4],
        subject=row[5],
        state=DeliveryState(row[6]),
        code=row[7],
        since_at=moment(row[8]),
        size_bytes=row[9],
        field=field,
    )


def _blob_item(row: Any) -> OutboxItem:
    sent = row[2]
    return OutboxItem(
        event=row[6],
        seq=0,
        kind=EventKind.APPEAL_SUPPLEMENTED,
        appeal=row[5],
        number=row[7],
        subject=row[8],
        state=DeliveryState.SENT if sent else DeliveryState.REGISTERED_HERE,
        code="",
        since_at=moment(row[3]),
        size_bytes=row[1],
        sent_bytes=sent,
        blob_id=row[0],
        name=row[4],
    )
