"""Conversations about requests: what their events do to the register, and what the events of one say."""

from datetime import UTC, datetime, timedelta
from typing import Final

from server_sync.appeals.models import Appeal, HistoryEntry, Reception
from server_sync.appeals.refusals import Quarantine
from server_sync.contract import bodies, receptions
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, UnknownBody, read_body, read_header
from server_sync.contract.receptions import RECEPTION_KINDS, ReceptionBody, ReceptionState
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS: Final = (2020, 2200)
AT_ONCE: Final = 100
_UNKNOWN: Final = bodies.ReceptionWish(by_video=True)
"""What the wish is, for how a conversation goes: where it stands hangs on no word of it."""


def lay(appeal: Appeal, event: Event, body: ReceptionBody) -> None:
    """Write where a conversation stands after an event.

    Raises Quarantine `reception_malformed`, `consent_missing`, `outcome_missing`, and for the centre's own acts
    `reception_not_asked`, `reception_not_set`. What an office says of one that is over stands in the history alone: its
    line may have been away.
    """
    if not event.is_erased:
        _demand_whole(body)
    row = newest(appeal)
    before = None if row is None else _as_it_stands(row)
    after = receptions.laid(before, bytes(event.hash), body)
    if after is before or after is None:
        if event.epoch.site_id == CENTRE:
            is_wished = isinstance(body, bodies.ReceptionSet | bodies.ReceptionDeclined)
            raise Quarantine("reception_not_asked" if is_wished else "reception_not_set")
        return
    if row is None or after.asked != bytes(row.event.hash):
        row = Reception(appeal=appeal, event=event)
    row.state = after.state
    if after.appointment is not None:
        row.meeting = after.appointment.meeting
    if isinstance(body, bodies.ReceptionSet):
        row.starts_at = moment_of(body)
        if Reception.objects.filter(meeting=body.meeting).exclude(pk=row.pk).exists():
            raise Quarantine("meeting_known")
    row.save()


def newest(appeal: Appeal) -> Reception | None:
    """The conversation that was asked for last, as that took effect; None when none ever was."""
    return appeal.receptions.select_related("event").order_by("-pk").first()


def of_meeting(meeting: bytes) -> Reception | None:
    """The conversation that a meeting is held for; None for any other meeting."""
    return Reception.objects.select_related("appeal").filter(meeting=meeting).first()


def moment_of(body: bodies.ReceptionSet) -> datetime:
    """When a conversation begins; raises Quarantine `start_out_of_range` for a moment that no calendar here has."""
    try:
        start = _EPOCH + timedelta(milliseconds=body.starts_at_ms)
    except OverflowError as wrong:
        raise Quarantine("start_out_of_range") from wrong
    if not _YEARS[0] <= start.year < _YEARS[1]:
        raise Quarantine("start_out_of_range")
    return start


def appointment(row: Reception) -> bodies.ReceptionSet | None:
    """What was set for a conversation last, without reading what else was said of it; None where nothing stands."""
    if row.meeting is None:
        return None
    of_request = row.appeal.history.filter(kind=EventKind.RECEPTION_SET).select_related("event")
    entry = of_request.order_by("-pk").first()
    body = None if entry is None else _said_in(entry)
    return body if isinstance(body, bodies.ReceptionSet) and body.meeting == bytes(row.meeting) else None


def told(appeal: Appeal) -> receptions.Reception | None:
    """The newest conversation with what was said of it, in the order in which that took effect."""
    row = newest(appeal)
    began = None if row is None else appeal.history.filter(event=row.event).first()
    if began is None:
        return None
    entries = appeal.history.filter(kind__in=RECEPTION_KINDS, pk__gte=began.pk).select_related("event").order_by("pk")
    seen: receptions.Reception | None = None
    for entry in entries.iterator(chunk_size=AT_ONCE):
        body = _said_in(entry)
        if body is not None:
            seen = receptions.laid(seen, bytes(entry.event.hash), body)
    return seen


def _said_in(entry: HistoryEntry) -> ReceptionBody | None:
    """What an event says, or what an erasure left of it."""
    try:
        body = read_body(read_header(bytes(entry.event.header)), entry.event.said)
    except ContractError:
        return None
    if isinstance(body, UnknownBody) or not isinstance(
        body, bodies.ReceptionSaid | bodies.ReceptionSet | bodies.ReceptionDeclined | bodies.ReceptionNoted
    ):
        return None
    return body


def _demand_whole(body: ReceptionBody) -> None:
    try:
        receptions.demand_whole(body)
    except ContractError as wrong:
        raise Quarantine(wrong.code) from wrong


def _as_it_stands(row: Reception) -> receptions.Reception:
    set_for = None if row.meeting is None else bodies.ReceptionSet(bytes(row.meeting), 0, 1, bodies.Words())
    return receptions.Reception(bytes(row.event.hash), ReceptionState(row.state), _UNKNOWN, set_for)
