"""Numbers the changes each office has to learn, without a gap.

A row's number is taken under the row lock of its feed's head, so that a reader sees a missing row by itself: a
database sequence leaves holes that overtaking readers skip for ever.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import QuerySet

from server_sync.common.rows import copy_rows, insert_rows
from server_sync.contract import codec
from server_sync.contract.identifiers import SALT_BYTES
from server_sync.contract.messages import (
    KIND_OF_ROW,
    CalendarDay,
    Confirmed,
    ErasedRow,
    EventRow,
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
    RowKind,
    Withdrawn,
    Withheld,
    WorkplaceRow,
    WrongField,
)
from server_sync.contract.shapes import to_plain
from server_sync.journal.models import CommonRow, Event, FeedHead, FeedRow
from server_sync.workplaces.models import CENTRE

PAGE_ROWS: Final = 2_000
PAGE_BYTES: Final = 384 * 1024
"""What a page may hold; both pages and the events given back fit into one frame even if nothing can be compressed."""

CONFIRMED_BYTES: Final = 12
BODIES_AT_ONCE: Final = 200
_ROW: Final = (
    "row_kind",
    "raw",
    "appeal_number",
    "is_out_of_turn",
    "event_id",
    "event__epoch_id",
    "event__seq",
)
COLUMNS: Final = (
    "site_id",
    "server_epoch",
    "number",
    "row_kind",
    "event_id",
    "raw",
    "appeal_number",
    "is_out_of_turn",
)
Among = Callable[[Sequence[int]], frozenset[int]]
"""Says which of these events somebody may have."""
CommonEntry = KeyRow | WorkplaceRow | RevokedRow | RevokedInLogRow | CalendarDay | ReferenceRow


@dataclass(frozen=True, slots=True)
class Change:
    """Something one site has to learn: an event of one of its appeals, or a word about one or about its people."""

    site_code: str
    event: Event | None = None
    entry: Quarantined | WrongField | Released | Withdrawn | RolesRow | None = None
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
    """Give changes their numbers in the feeds of their sites, in the order given. Call last in a transaction.

    Of what was written on the portal no PC is told: nobody reads a feed of the centre's own.
    """
    changes = [change for change in changes if change.site_code != CENTRE]
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


def begin_anew(before: int, server_epoch: int) -> None:
    """Give the rows of all feeds, as far as they are here, to a new server epoch under the numbers they have.

    Call inside a transaction.
    """
    copy_rows(FeedRow, "server_epoch", before, server_epoch)
    copy_rows(CommonRow, "server_epoch", before, server_epoch)


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


def page_of(
    site_code: str,
    epoch: bytes,
    server_epoch: int,
    read: int,
    whole_from: int | None = None,
    among: Among | None = None,
) -> FeedPage:
    """The rows of a site's feed after `read`, as this epoch gets them.

    An event the asking epoch wrote itself is only confirmed, in runs; everything else comes whole. From the seq
    `whole_from` on its own events come whole too: two PCs go by that epoch's name and a seq says nothing to them.
    With `among`, what is not among them is withheld, in runs, and of rows that are no events all but people's roles.
    """
    found = list(
        FeedRow.objects.filter(site_id=site_code, server_epoch=server_epoch, number__gt=read)
        .order_by("number")
        .values_list(*_ROW)[: PAGE_ROWS + 1]
    )
    told = [_Told(*row) for row in found[:PAGE_ROWS]]
    whole = [row.event_id for row in told if row.event_id is not None and not row.is_confirmed(epoch, whole_from)]
    shown = None if among is None else among(whole)
    events = _Bodies([one for one in whole if shown is None or one in shown])
    rows: list[FeedEntry] = []
    used_bytes = 0
    taken = 0
    for row in told:
        entry: FeedEntry
        if shown is not None and not (row.is_confirmed(epoch, whole_from) or row.is_among(shown)):
            last = rows[-1] if rows else None
            if isinstance(last, Withheld):
                rows[-1] = Withheld(last.count + 1)
                taken += 1
                continue
            entry = Withheld(1)
            used_bytes += CONFIRMED_BYTES
        elif row.event_id is None:
            entry = RawRow(row.row_kind, bytes(row.raw)).entry()
            used_bytes += len(row.raw)
        elif row.is_confirmed(epoch, whole_from):
            entry = Confirmed(row.seq, 1)
            longer = _continued(rows[-1], entry) if rows else None
            if longer is not None:
                rows[-1] = longer
                taken += 1
                continue
            used_bytes += CONFIRMED_BYTES
        else:
            event = events.get(row.event_id)
            entry = _whole(event, row)
            used_bytes += len(event.header) + len(event.said) + SALT_BYTES
        if rows and used_bytes > PAGE_BYTES:
            break
        rows.append(entry)
        taken += 1
    return FeedPage(first=read + 1, rows=tuple(RawRow.of(entry) for entry in rows), has_more=taken < len(found))


class _Told(NamedTuple):
    """A feed row without the words of its event; the order of `_ROW`."""

    row_kind: int
    raw: bytes
    appeal_number: str
    is_out_of_turn: bool
    event_id: int | None
    epoch: bytes | None
    seq: int

    def is_confirmed(self, asking: bytes, whole_from: int | None) -> bool:
        """Whether the asking epoch wrote it, so that its number is enough."""
        return self.epoch == asking and not self.is_out_of_turn and (whole_from is None or self.seq < whole_from)

    def is_among(self, shown: frozenset[int]) -> bool:
        """Whether it is one of these events, or says what people may do."""
        return self.row_kind == RowKind.ROLES if self.event_id is None else self.event_id in shown


class _Bodies:
    """Gives the events of a page whole, read some at a time: a page may end long before its last row."""

    def __init__(self, wanted: Sequence[int]) -> None:
        self._wanted = list(wanted)
        self._here: dict[int, Event] = {}

    def get(self, event_id: int) -> Event:
        """Find an event, with those that follow it."""
        if event_id not in self._here:
            place = self._wanted.index(event_id)
            several = self._wanted[place : place + BODIES_AT_ONCE]
            words = Event.custody.only("header", "salt", "body", "body_hash", "remains")
            self._here = words.in_bulk(several)
        return self._here[event_id]


def _whole(event: Event, row: _Told) -> EventRow | ErasedRow:
    """An event as it came, or what an erasure left of it: the name stays, the words are gone."""
    header = bytes(event.header)
    if event.is_erased:
        return ErasedRow(header, event.body_hash, event.said, row.appeal_number, row.is_out_of_turn)
    return EventRow(header, bytes(event.salt or b""), event.said, row.appeal_number, row.is_out_of_turn)


def _continued(last: FeedEntry, entry: Confirmed) -> Confirmed | None:
    """The run of confirmations that `entry` makes longer, if it does."""
    if not isinstance(last, Confirmed):
        return None
    return Confirmed(last.seq_from, last.count + 1) if last.seq_from + last.count == entry.seq_from else None


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
