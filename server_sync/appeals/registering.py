"""Brings new requests into the register, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Final
from uuid import UUID

from server_sync.appeals.authority import BISHKEK, local_day
from server_sync.appeals.believing import day, doubt_of_registration, drop_no_term, moment
from server_sync.appeals.content import attachment_row, demand_sound_words, write_content
from server_sync.appeals.models import Appeal, Attachment, HistoryEntry
from server_sync.appeals.refusals import Quarantine
from server_sync.common.rows import insert_rows
from server_sync.contract import bodies
from server_sync.contract.errors import ContractError
from server_sync.contract.events import (
    BODY_VERSION,
    NO_PERSON,
    EventKind,
    Header,
    UnknownBody,
    read_body,
    read_header,
)
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import State
from server_sync.journal.models import Event

APPEAL_COLUMNS: Final = tuple(
    field.attname
    for field in Appeal._meta.concrete_fields  # noqa: SLF001 (Django's documented model API)
    if not field.primary_key
)
HISTORY_COLUMNS: Final = ("appeal_id", "event_id", "kind", "at", "person", "state_after", "is_out_of_turn")
_appeal_values = attrgetter(*APPEAL_COLUMNS)


@dataclass(slots=True)
class Registration:
    """A request about to enter the register; `doubt` is what its reading is marked with, `code` says who let it in."""

    appeal: Appeal
    header: Header
    attachments: tuple[bodies.Attachment, ...] = ()
    code: str = ""
    doubt: str = ""


def registration(event: Event, header: Header, forgiven: frozenset[str] = frozenset()) -> Registration | None:
    """Read a registering event into a request, or raise the refusal that quarantines it; None for a newer version.

    Codes that are `forgiven` are no reason to refuse it; what an erasure left is not checked at all.
    """
    if event.is_erased and not event.said:
        if header.body_version > BODY_VERSION:
            return None
        return _nameless_registration(event, header)
    body = read_body(header, event.said)
    if isinstance(body, UnknownBody):
        return None
    if not isinstance(body, bodies.AppealRegistered):
        raise Quarantine("kind_mismatch")
    return registration_of(event, header, body, None if event.is_erased else forgiven)


def registration_of(
    event: Event, header: Header, body: bodies.AppealRegistered, forgiven: frozenset[str] | None = frozenset()
) -> Registration:
    """Make a request of what its event says, or raise Quarantine; `forgiven` None lets all stand."""
    if forgiven is not None:
        demand_sound_words(body, forgiven)
    appeal = _filled(event, header, body)
    drop_no_term(event, appeal)
    doubt = doubt_of_registration(event, header, body, appeal.registered_at, appeal.registered_on)
    return Registration(appeal, header, body.attachments, doubt=doubt)


def _filled(event: Event, header: Header, body: bodies.AppealRegistered) -> Appeal:
    """A request with what its event says, or with what an erasure left of that."""
    appeal = _numbered(event, header)
    appeal.is_erased = event.is_erased
    appeal.registered_on = body.registered_on
    if body.registered_on != local_day(appeal.registered_at):
        appeal.registered_on = day(event, header, body.registered_on)
    appeal.form, appeal.language = body.form, body.language
    appeal.is_collective, appeal.signatories_count = body.is_collective, body.signatories_count
    appeal.signatories = list(body.signatories)
    appeal.repeat_of = body.repeat_of
    write_content(appeal, body)
    return appeal


def _numbered(event: Event, header: Header) -> Appeal:
    """A request as its header alone makes it."""
    if header.counter < 1 or not 2000 <= header.year <= 9999:
        raise Quarantine("number_missing")
    return Appeal(
        hash=event.hash,
        number=number_of(event, header),
        site=event.epoch.site,
        epoch=event.epoch,
        event=event,
        last_event=event,
        state=State.REGISTERED.value,
        registered_at=moment(event, header),
        taken_at=event.taken_at,
        clerk=None if header.person == NO_PERSON else UUID(bytes=header.person),
    )


def number_of(event: Event, header: Header) -> str:
    """The number that a registering event gave."""
    epoch = event.epoch
    return _written(epoch.site.number_code, header.year, epoch.slot, header.counter, header.random)


@lru_cache(maxsize=1_024)
def _written(number_code: str, year: int, slot: str, counter: int, random: int) -> str:
    """A number as text; of each request of a batch it is asked for twice."""
    return str(RegistrationNumber(number_code, year, slot, counter, random))


def giving_number(event: Event) -> Event | None:
    """The registration whose number an event would bring into the register: itself, or what a correction stands in for.

    None when it would bring in none.
    """
    if event.kind == EventKind.APPEAL_REGISTERED:
        return event
    if event.kind != EventKind.APPEAL_CORRECTED or event.appeal is None:
        return None
    outside = Event.custody.select_related("epoch__site").filter(kind=EventKind.APPEAL_REGISTERED, registers=None)
    return outside.filter(hash=bytes(event.appeal)).first()


def given_number(event: Event) -> str:
    """The number that a registering event gives, by its header alone; empty for other kinds and for damaged ones."""
    if event.kind != EventKind.APPEAL_REGISTERED:
        return ""
    try:
        return number_of(event, read_header(bytes(event.header)))
    except ContractError:
        return ""


def _nameless_registration(event: Event, header: Header) -> Registration:
    """An erased request of which nothing remains: number, moment and history stay."""
    appeal = _numbered(event, header)
    appeal.registered_on = appeal.registered_at.astimezone(BISHKEK).date()
    appeal.kind, appeal.form, appeal.answer_by = (
        bodies.AppealKind.APPLICATION,
        bodies.AppealForm.WRITTEN,
        bodies.AnswerBy.LETTER,
    )
    appeal.is_erased = True
    return Registration(appeal, header)


def register(several: Sequence[Registration]) -> None:
    """Write new requests with their history and attachments; raises IntegrityError when a number is taken."""
    if not several:
        return
    insert_rows(Appeal, APPEAL_COLUMNS, [_appeal_values(item.appeal) for item in several])
    events = [item.appeal.event_id for item in several]
    written = Appeal.objects.filter(event__gte=min(events), event__lte=max(events))  # quicker than 500 by name
    keys = dict(written.values_list("event_id", "pk"))
    for item in several:
        item.appeal.pk = keys[item.appeal.event_id]
    insert_rows(
        HistoryEntry,
        HISTORY_COLUMNS,
        [
            (
                item.appeal.pk,
                item.appeal.event_id,
                EventKind.APPEAL_REGISTERED.value,
                item.appeal.registered_at,
                item.appeal.clerk,
                item.appeal.state,
                False,
            )
            for item in several
        ],
    )
    named = [attachment_row(item.appeal, item.appeal.event, file) for item in several for file in item.attachments]
    Attachment.objects.bulk_create(named)
