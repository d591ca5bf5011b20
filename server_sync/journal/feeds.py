"""Numbers the changes each office has to learn, without a gap.

A row's number is taken under the row lock of its feed's head, so that a reader sees a missing row by itself: a
database sequence leaves holes that overtaking readers skip for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from server_sync.common.rows import insert_rows
from server_sync.contract import codec
from server_sync.contract.messages import (
    KIND_OF_ROW,
    CalendarDay,
    Confirmed,
    EventRow,
    FeedEntry,
    FeedPage,
    KeyRow,
    Quarantined,
    RawRow,
    ReferenceRow,
    Released,
    RevokedRow,
    RowKind,
    Withdrawn,
    WorkplaceRow,
)
from server_sync.contract.shapes import to_plain
from server_sync.journal.models import CommonRow, Event, FeedHead, FeedRow

PAGE_ROWS = 2_000
PAGE_BYTES = 512 * 1024
COLUMNS = (
    "site_id",
    "server_epoch",
    "number",
    "row_kind",
    "event_id",
    "raw",
    "appeal_number",
    "is_out_of_turn",
)
CommonEntry = KeyRow | WorkplaceRow | RevokedRow | CalendarDay | ReferenceRow


@dataclass(frozen=True, slots=True)
class Change:
    """Something one site has to learn: an event of one of its appeals, or a word about one."""

    site_code: str
    event: Event | None = None
    entry: Quarantined | Released | Withdrawn | None = None
    number: str = ""
    is_out_of_turn: bool = False


def lock(sites: Iterable[str]) -> dict[str, FeedHead]:
    """Hold the feeds of these sites, in order of site, until the transaction ends."""
    wanted = sorted(set(sites))
    found = {head.name: head for head in _locked(wanted)}
    missing = [FeedHead(name=name) for name in wanted if name not in found]
    if missing:
        FeedHead.objects.bulk_create(missing, ignore_conflicts=True)
        found = {head.name: head for head in _locked(wanted)}
    return found


def _locked(names: Sequence[str]) -> QuerySet[FeedHead]:
    return FeedHead.objects.select_for_update().filter(name__in=names).order_by("name")


def append(changes: Sequence[Change], server_epoch: int) -> None:
    """Give changes their numbers in the feeds of their sites, in the order given. Call last in a transaction."""
    if not changes:
        return
    heads = lock(change.site_code for change in changes)
    rows = []
    for change in changes:
        head = heads[change.site_code]
        head.last += 1
        kind, raw = _written(change)
        rows.append(
            (
                change.site_code,
                server_epoch,
                head.last,
                kind.value,
                None if change.event is None else change.event.pk,
                raw,
                change.number,
                change.is_out_of_turn,
            )
        )
    insert_rows(FeedRow, COLUMNS, rows)
    FeedHead.objects.bulk_update(heads.values(), ["last"])


def _written(change: Change) -> tuple[RowKind, bytes]:
    if change.entry is None:
        return RowKind.EVENT, b""
    return KIND_OF_ROW[type(change.entry)], codec.encode(to_plain(change.entry))


def publish(entries: Sequence[CommonEntry], server_epoch: int) -> None:
    """Tell all sites something: a key, a workplace, a revocation, a decreed day, a reference table."""
    if not entries:
        return
    head = lock([FeedHead.COMMON])[FeedHead.COMMON]
    rows = []
    for entry in entries:
        head.last += 1
        kind, raw = KIND_OF_ROW[type(entry)], codec.encode(to_plain(entry))
        rows.append(CommonRow(server_epoch=server_epoch, number=head.last, row_kind=kind, raw=raw))
    CommonRow.objects.bulk_create(rows)
    head.save(update_fields=["last"])


def page_of(site_code: str, epoch: bytes, server_epoch: int, read: int) -> FeedPage:
    """The rows of a site's feed after `read`, as this epoch gets them.

    An event the asking epoch wrote itself is only confirmed, in runs; everything else comes whole.
    """
    found = list(
        FeedRow.objects.filter(site_id=site_code, server_epoch=server_epoch, number__gt=read)
        .select_related("event")
        .order_by("number")[: PAGE_ROWS + 1]
    )
    rows: list[FeedEntry] = []
    used_bytes = 0
    taken = 0
    for row in found[:PAGE_ROWS]:
        entry = _entry(row, epoch)
        longer = _continued(rows[-1], entry) if rows else None
        if longer is not None:
            rows[-1] = longer
        else:
            used_bytes += row.event.size_bytes if row.event is not None else len(row.raw)
            if rows and used_bytes > PAGE_BYTES:
                break
            rows.append(entry)
        taken += 1
    return FeedPage(first=read + 1, rows=tuple(RawRow.of(entry) for entry in rows), has_more=taken < len(found))


def _continued(last: FeedEntry, entry: FeedEntry) -> Confirmed | None:
    """The run of confirmations that `entry` makes longer, if it does."""
    if not isinstance(last, Confirmed) or not isinstance(entry, Confirmed):
        return None
    return Confirmed(last.seq_from, last.count + 1) if last.seq_from + last.count == entry.seq_from else None


def _entry(row: FeedRow, epoch: bytes) -> FeedEntry:
    event = row.event
    if event is None:
        return RawRow(row.row_kind, bytes(row.raw)).entry()
    if bytes(event.epoch_id) == epoch and not row.is_out_of_turn:
        return Confirmed(event.seq, 1)
    salt, body = event.salt or bytes(16), event.body or b""
    return EventRow(bytes(event.header), bytes(salt), bytes(body), row.appeal_number, row.is_out_of_turn)


def common_page(server_epoch: int, read: int) -> FeedPage:
    """The rows that all sites learn, after `read`."""
    found = list(
        CommonRow.objects.filter(server_epoch=server_epoch, number__gt=read).order_by("number")[: PAGE_ROWS + 1]
    )
    taken: list[RawRow] = []
    used_bytes = 0
    for row in found[:PAGE_ROWS]:
        used_bytes += len(row.raw)
        if taken and used_bytes > PAGE_BYTES:
            break
        taken.append(RawRow(row.row_kind, bytes(row.raw)))
    return FeedPage(first=read + 1, rows=tuple(taken), has_more=len(taken) < len(found))
