"""Tells all offices, through the common feed, who signs (keys, workplaces, revocations) and which days are decreed.

Of a person's roles only the offices are told where they signed in.
"""

from collections.abc import Iterable

from server_sync.contract import codec
from server_sync.contract.evidence.certificate import KeyCertificate
from server_sync.contract.messages import (
    KIND_OF_ROW,
    CalendarDay,
    KeyRow,
    RawRow,
    RevokedInLogRow,
    RevokedRow,
    RolesRow,
    RowKind,
    WorkplaceRow,
)
from server_sync.contract.shapes import to_plain
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import current_log
from server_sync.journal import feeds
from server_sync.journal.feeds import Change, CommonEntry, publish
from server_sync.journal.models import CommonRow
from server_sync.workplaces.decrees import newest_decrees
from server_sync.workplaces.models import DecreedDay, Epoch, Person, Revocation, Site
from server_sync.workplaces.people import scopes_at


def announce(epoch: Epoch) -> None:
    """Tell of a new workplace or of its revocation, inside the transaction that makes it."""
    revocation = Revocation.objects.filter(epoch=epoch).first()
    entries: list[CommonEntry] = (
        [WorkplaceRow(bytes(epoch.certificate))] if revocation is None else _withdrawal(revocation)
    )
    server_epoch = current_log().server_epoch
    publish([*_keys_not_said(server_epoch), *entries], server_epoch)


def announce_key(certificate: KeyCertificate) -> None:
    """Tell of a new key of the centre, inside the transaction that makes it."""
    publish([KeyRow(certificate.to_bytes())], current_log().server_epoch)


def announce_days(days: Iterable[DecreedDay]) -> None:
    """Tell of decreed days, inside the transaction that writes them down."""
    publish([_row(day) for day in days], current_log().server_epoch)


def announce_roles(person: Person) -> None:
    """Tell the offices where a person signed in what they may do there now, inside the transaction that changes it."""
    sites = Site.objects.filter(workplaces__familiar__person=person).distinct().order_by("code")
    changes = [Change(site.pk, entry=RolesRow(person.id.bytes, scopes_at(person, site))) for site in sites]
    feeds.append(changes, current_log().server_epoch)


def _withdrawal(revocation: Revocation) -> list[CommonEntry]:
    """What is told of a withdrawal: first what every program reads."""
    named = [RevokedInLogRow(bytes(one.statement)) for one in revocation.in_logs.all()]
    return [RevokedRow(bytes(revocation.statement)), *named]


def _row(day: DecreedDay) -> CalendarDay:
    return CalendarDay(day.on, day.decree, day.reason_ky, day.reason_ru, day.reason_en)


def _days_not_said(server_epoch: int) -> list[CalendarDay]:
    """Decreed days of which the feed does not say last what holds, as after a restore; the order of rows counts."""
    rows = CommonRow.objects.filter(server_epoch=server_epoch, row_kind=RowKind.CALENDAR_DAY).order_by("number")
    said = [RawRow(row.row_kind, bytes(row.raw)).entry() for row in rows]
    last = {entry.day: entry for entry in said if isinstance(entry, CalendarDay)}
    return [row for row in map(_row, newest_decrees()) if last.get(row.day) != row]


def _keys_not_said(server_epoch: int) -> list[KeyRow]:
    """Keys the feed does not have yet: an office believes a certificate only after the key that signed it."""
    rows = CommonRow.objects.filter(server_epoch=server_epoch, row_kind=RowKind.KEY).values_list("raw", flat=True)
    said = {bytes(raw) for raw in rows}
    wanted = [KeyRow(certificate) for certificate in centre_keys().certificate_bytes]
    return [row for row in wanted if codec.encode(to_plain(row)) not in said]


def publish_missing() -> int:
    """Publish what the common feed does not say yet (at the first start, after new keys); returns how many rows.

    Call inside a transaction.
    """
    server_epoch = current_log().server_epoch
    said = {
        (kind, bytes(raw))
        for kind, raw in CommonRow.objects.filter(
            server_epoch=server_epoch,
            row_kind__in=(RowKind.KEY, RowKind.WORKPLACE, RowKind.REVOKED, RowKind.REVOKED_IN_LOG),
        ).values_list("row_kind", "raw")
    }
    wanted: list[CommonEntry] = [KeyRow(certificate) for certificate in centre_keys().certificate_bytes]
    wanted += [WorkplaceRow(bytes(epoch.certificate)) for epoch in Epoch.objects.order_by("opened_at")]
    for revocation in Revocation.objects.order_by("revoked_at").prefetch_related("in_logs"):
        wanted += _withdrawal(revocation)
    fresh = [entry for entry in wanted if (KIND_OF_ROW[type(entry)], codec.encode(to_plain(entry))) not in said]
    fresh += _days_not_said(server_epoch)
    publish(fresh, server_epoch)
    return len(fresh)
