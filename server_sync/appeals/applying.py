"""What each kind of event does to the register. Called by appeals.actions alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from server_sync.appeals.models import Answer, Appeal, Attachment, HistoryEntry, Link, Summary
from server_sync.common.rows import insert_rows
from server_sync.contract import bodies
from server_sync.contract.bodies import Body
from server_sync.contract.errors import ContractError
from server_sync.contract.events import NO_PERSON, EventKind, Header, UnknownBody, read_body, read_header
from server_sync.contract.limits import check_registration
from server_sync.contract.messages import Released, Status
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import State, step
from server_sync.journal.custody import utc
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

APPEAL_COLUMNS = tuple(
    field.attname
    for field in Appeal._meta.concrete_fields  # noqa: SLF001 (Django's documented model API)
    if not field.primary_key
)
_appeal_values = attrgetter(*APPEAL_COLUMNS)
BISHKEK = ZoneInfo("Asia/Bishkek")


class Quarantine(ContractError):
    """The event is in custody and cannot be applied; people resolve it."""


class HeldBack(ContractError):
    """The event builds on another that is not here, or not understood, yet."""

    def __init__(self, awaited: bytes) -> None:
        super().__init__("waiting_for", permanent=False)
        self.awaited = awaited


@dataclass(slots=True)
class Register:
    """What one run of interpretation has already read, so that a batch asks the database once."""

    appeals: dict[bytes, Appeal] = field(default_factory=dict)

    def appeal(self, appeal_hash: bytes) -> Appeal:
        """Find a request by its registering event, or raise HeldBack."""
        known = self.appeals.get(appeal_hash)
        if known is None:
            known = Appeal.objects.select_related("site", "epoch").filter(hash=appeal_hash).first()
            if known is None:
                raise HeldBack(appeal_hash)
            self.appeals[appeal_hash] = known
        return known

    def remember(self, appeal: Appeal) -> None:
        """Keep a request just registered."""
        self.appeals[bytes(appeal.hash)] = appeal

    def forget(self, event: Event) -> None:
        """Drop what a refused event may have changed half-way."""
        if event.appeal is not None:
            self.appeals.pop(bytes(event.appeal), None)


@dataclass(slots=True)
class Registration:
    """A request about to enter the register."""

    appeal: Appeal
    attachments: tuple[bodies.Attachment, ...]


@dataclass(slots=True)
class Applied:
    """What an event changed, and who has to learn it."""

    changes: list[Change]
    is_out_of_turn: bool = False


def registration(event: Event) -> Registration:
    """Read a registering event into a request, or raise the refusal that quarantines it."""
    header = read_header(bytes(event.header))
    if event.body is None:
        return _erased_registration(event, header)
    body = read_body(header, bytes(event.body))
    if isinstance(body, UnknownBody):
        raise Quarantine("kind_unknown")
    if not isinstance(body, bodies.AppealRegistered):
        raise Quarantine("kind_mismatch")
    return _registration(event, header, body)


def _registration(event: Event, header: Header, body: bodies.AppealRegistered) -> Registration:
    for problem in check_registration(body, reference_book()):
        raise Quarantine(problem.code, field=problem.field)
    appeal = _numbered(event, header)
    appeal.registered_on = body.registered_on
    appeal.form, appeal.language = body.form, body.language
    appeal.is_collective, appeal.signatories_count = body.is_collective, body.signatories_count
    appeal.signatories = list(body.signatories)
    appeal.repeat_of = body.repeat_of
    _write_content(appeal, body)
    return Registration(appeal, body.attachments)


def _numbered(event: Event, header: Header) -> Appeal:
    """A request as its header alone makes it."""
    if header.counter < 1 or not 2000 <= header.year <= 9999:
        raise Quarantine("number_missing")
    number = RegistrationNumber(
        event.epoch.site.number_code, header.year, event.epoch.slot, header.counter, header.random
    )
    return Appeal(
        hash=event.hash,
        number=str(number),
        site=event.epoch.site,
        epoch=event.epoch,
        event=event,
        last_event=event,
        state=State.REGISTERED.value,
        registered_at=utc(header.wall_ms),
        taken_at=event.taken_at,
        clerk=None if header.person == NO_PERSON else UUID(bytes=header.person),
    )


def _erased_registration(event: Event, header: Header) -> Registration:
    """A request whose words were erased: number, moment and history stay."""
    appeal = _numbered(event, header)
    appeal.registered_on = appeal.registered_at.astimezone(BISHKEK).date()
    appeal.kind, appeal.form, appeal.answer_by = (
        bodies.AppealKind.APPLICATION,
        bodies.AppealForm.WRITTEN,
        bodies.AnswerBy.LETTER,
    )
    appeal.is_erased = True
    return Registration(appeal, ())


def apply_erased(event: Event, header: Header, register_: Register) -> Applied:
    """Keep the place of an event whose words were erased: the state it led to, and nothing it said."""
    if event.appeal is None:
        return Applied([])
    appeal = register_.appeal(bytes(event.appeal))
    reached = step(State(appeal.state), EventKind(header.kind), before_return=appeal.state_before_return or None)
    if not reached.is_out_of_turn:
        appeal.state = reached.state.value
    appeal.last_event = event
    appeal.save()
    _remember_in_history(appeal, event, header, is_out_of_turn=reached.is_out_of_turn)
    return Applied([])


def _write_content(appeal: Appeal, body: bodies.AppealRegistered) -> None:
    appeal.kind = body.kind
    _write_applicant(appeal, body.applicant)
    _write_address(appeal, body.address)
    appeal.answer_by = body.answer_by
    appeal.addressee_code, appeal.addressee_site = body.addressee_code, body.addressee_site
    appeal.categories = list(body.categories)
    appeal.subject, appeal.text = body.subject, body.text
    _write_due(appeal, body.due)


def _write_applicant(appeal: Appeal, applicant: bodies.Applicant) -> None:
    appeal.surname, appeal.given_name = applicant.surname, applicant.given_name
    appeal.patronymic, appeal.pin = applicant.patronymic, applicant.pin
    appeal.no_pin_reason, appeal.document = applicant.no_pin_reason, applicant.document
    appeal.birth_on, appeal.sex = applicant.birth_on, applicant.sex
    appeal.phone, appeal.email = applicant.phone, applicant.email


def _write_address(appeal: Appeal, address: bodies.Address) -> None:
    appeal.territory_code, appeal.settlement, appeal.street = address.territory_code, address.settlement, address.street


def _write_due(appeal: Appeal, due: bodies.DueTerm) -> None:
    appeal.due_on, appeal.due_working_days = due.due_on, due.working_days
    appeal.due_article, appeal.due_is_provisional = due.article, due.provisional


def register(several: Sequence[Registration]) -> None:
    """Write new requests with their history and attachments; raises IntegrityError when a number is taken."""
    insert_rows(Appeal, APPEAL_COLUMNS, [_appeal_values(item.appeal) for item in several])
    written = Appeal.objects.filter(event__in=[item.appeal.event_id for item in several])
    keys = dict(written.values_list("event_id", "pk"))
    for item in several:
        item.appeal.pk = keys[item.appeal.event_id]
    insert_rows(
        HistoryEntry,
        ("appeal_id", "event_id", "kind", "at", "person", "state_after", "is_out_of_turn"),
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
    named = [_attachment(item.appeal, item.appeal.event, file) for item in several for file in item.attachments]
    Attachment.objects.bulk_create(named)


def apply(event: Event, header: Header, body: Body, register_: Register) -> Applied:
    """Apply one event that is not a registration, or raise Quarantine or HeldBack."""
    match body:
        case bodies.SessionOpened() | bodies.SessionClosed() | bodies.Hole():
            return Applied([])
        case bodies.AppealRegistered():
            raise Quarantine("kind_mismatch")
        case bodies.AppealCorrected() if body.replaces is not None:
            return _replace(event, header, body, body.replaces, register_)
        case _:
            return _apply_to_appeal(event, header, body, register_)


def _apply_to_appeal(event: Event, header: Header, body: Body, register_: Register) -> Applied:
    if event.appeal is None:
        raise Quarantine("appeal_missing")
    appeal = register_.appeal(bytes(event.appeal))
    if event.epoch.site_id not in (appeal.site_id, CENTRE):
        raise Quarantine("foreign_appeal")
    kind = EventKind(header.kind)
    reached = step(State(appeal.state), kind, before_return=appeal.state_before_return or None)
    if not reached.is_out_of_turn:
        if kind is EventKind.RETURNED_TO_OFFICE:
            appeal.state_before_return = appeal.state
        appeal.state = reached.state.value
    _write(appeal, event, header, body, is_out_of_turn=reached.is_out_of_turn)
    appeal.last_event = event
    if reached.is_out_of_turn:
        appeal.has_doubt = True
    appeal.save()
    _remember_in_history(appeal, event, header, is_out_of_turn=reached.is_out_of_turn)
    change = Change(appeal.site_id, event, number=appeal.number, is_out_of_turn=reached.is_out_of_turn)
    return Applied([change], reached.is_out_of_turn)


def _remember_in_history(appeal: Appeal, event: Event, header: Header, *, is_out_of_turn: bool) -> None:
    HistoryEntry.objects.create(
        appeal=appeal,
        event=event,
        kind=header.kind,
        at=utc(header.wall_ms),
        person=None if header.person == NO_PERSON else UUID(bytes=header.person),
        state_after=appeal.state,
        is_out_of_turn=is_out_of_turn,
    )


def _write(appeal: Appeal, event: Event, header: Header, body: Body, *, is_out_of_turn: bool) -> None:
    """Lay what the event says on the request. Facts are kept even when the state did not expect them."""
    at = utc(header.wall_ms)
    match body:
        case bodies.AppealCorrected():
            _correct(appeal, body)
        case bodies.AppealSupplemented():
            Attachment.objects.bulk_create([_attachment(appeal, event, file) for file in body.attachments])
            appeal.signatories = [*appeal.signatories, *body.signatories]
        case bodies.ReceiptReprinted():
            appeal.copies = max(appeal.copies, body.copy_number)
        case bodies.ApplicantTold():
            appeal.told_on = body.told_on
        case bodies.AnswerRated():
            Answer.objects.filter(appeal=appeal, event__hash=body.answer).update(rating=body.solved)
        case bodies.AttachmentLost():
            Attachment.objects.filter(appeal=appeal, blob_id=body.blob_id).update(is_lost=True)
        case bodies.Routed():
            if not is_out_of_turn:
                appeal.body_code, appeal.routed_by = body.body_code, body.rule
                appeal.accepted_at = None
        case bodies.AcceptedByBody():
            if not is_out_of_turn:
                appeal.accepted_at = at
        case bodies.Forwarded():
            if not is_out_of_turn:
                appeal.body_code, appeal.routed_by, appeal.accepted_at = body.to_body, "", None
        case bodies.CoExecutorAdded():
            appeal.co_bodies = sorted({*appeal.co_bodies, body.body_code})
        case bodies.Extended():
            appeal.due_on, appeal.is_extended = body.due_on, True
        case bodies.DueRecalculated():
            appeal.due_on, appeal.due_is_provisional = body.new_due_on, False
        case bodies.Answered():
            _write_answer(appeal, event, body, at)
        case bodies.Reopened():
            if not is_out_of_turn and body.body_code:
                appeal.body_code = body.body_code
            appeal.answered_at = appeal.answered_on = None
        case bodies.Linked():
            Link.objects.create(appeal=appeal, other_hash=body.other, event=event, kind=header.kind)
        case bodies.Merged():
            Link.objects.create(appeal=appeal, other_hash=body.into, event=event, kind=header.kind)
        case bodies.Split():
            Link.objects.create(appeal=appeal, other_hash=body.other, event=event, kind=header.kind)
        case bodies.SummaryPublished():
            _publish(appeal, event, body, at)
        case bodies.SummaryWithdrawn():
            Summary.objects.filter(appeal=appeal).delete()
        case bodies.ResolvedByPerson():
            appeal.has_doubt = False
        case (
            bodies.Erased()
            | bodies.AppealWithdrawn()
            | bodies.ComplaintMade()
            | bodies.LeftWithoutConsideration()
            | bodies.ReturnedToOffice()
        ):
            pass
        case bodies.AppealRegistered() | bodies.SessionOpened() | bodies.SessionClosed() | bodies.Hole():
            raise Quarantine("kind_mismatch")
        case _:
            assert_never(body)


def _correct(appeal: Appeal, body: bodies.AppealCorrected) -> None:
    if body.kind is not None:
        appeal.kind = body.kind
    if body.applicant is not None:
        _write_applicant(appeal, body.applicant)
    if body.address is not None:
        _write_address(appeal, body.address)
    if body.answer_by is not None:
        appeal.answer_by = body.answer_by
    if body.addressee_code is not None:
        appeal.addressee_code = body.addressee_code
        appeal.addressee_site = body.addressee_site or ""
    if body.categories is not None:
        appeal.categories = list(body.categories)
    if body.subject is not None:
        appeal.subject = body.subject
    if body.text is not None:
        appeal.text = body.text
    if body.due is not None:
        _write_due(appeal, body.due)


def _write_answer(appeal: Appeal, event: Event, body: bodies.Answered, at: datetime) -> None:
    answered_on = at.astimezone(BISHKEK).date()
    is_late = appeal.due_on is not None and answered_on > appeal.due_on
    Answer.objects.create(
        appeal=appeal,
        event=event,
        outcome=body.outcome,
        text_ky=body.text.ky,
        text_ru=body.text.ru,
        text_en=body.text.en,
        body_code=body.body_code,
        signed_by=body.signed_by,
        reference=body.reference,
        at=at,
        is_late=is_late,
    )
    Attachment.objects.bulk_create([_attachment(appeal, event, file) for file in body.attachments])
    appeal.answered_at, appeal.answered_on = at, answered_on


def _publish(appeal: Appeal, event: Event, body: bodies.SummaryPublished, at: datetime) -> None:
    Summary.objects.update_or_create(
        appeal=appeal,
        defaults={
            "event": event,
            "subject_ky": body.subject.ky[:300],
            "subject_ru": body.subject.ru[:300],
            "subject_en": body.subject.en[:300],
            "text_ky": body.text.ky,
            "text_ru": body.text.ru,
            "text_en": body.text.en,
            "published_at": at,
        },
    )


def _attachment(appeal: Appeal, event: Event, file: bodies.Attachment) -> Attachment:
    return Attachment(
        appeal=appeal,
        event=event,
        site_id=event.epoch.site_id,
        blob_id=file.blob_id,
        blob_key=file.blob_key,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
    )


def _replace(
    event: Event, header: Header, body: bodies.AppealCorrected, replaced_hash: bytes, register_: Register
) -> Applied:
    """A corrected request stands in for a quarantined registration: it keeps its number, its moment and its term."""
    reading = (
        Reading.objects.select_related("event__epoch__site")
        .filter(event__hash=replaced_hash, event__epoch__site=event.epoch.site)
        .first()
    )
    if reading is None:
        raise HeldBack(replaced_hash)
    if reading.status != Status.QUARANTINED or reading.event.kind != EventKind.APPEAL_REGISTERED:
        return _apply_to_appeal(event, header, body, register_)
    original = read_body(read_header(bytes(reading.event.header)), bytes(reading.event.body or b""))
    if not isinstance(original, bodies.AppealRegistered):
        raise Quarantine("kind_unknown")
    mended = mend(original, body)
    made = _registration(reading.event, read_header(bytes(reading.event.header)), mended)
    register([made])
    Reading.objects.filter(pk=reading.pk).update(status=Status.REGISTERED, code="replaced")
    register_.remember(made.appeal)
    applied = _apply_to_appeal(event, header, body, register_)
    released = Change(made.appeal.site_id, entry=Released(bytes(reading.event.hash)))
    return Applied([released, *applied.changes], applied.is_out_of_turn)


def mend(original: bodies.AppealRegistered, correction: bodies.AppealCorrected) -> bodies.AppealRegistered:
    """Lay a correction over a request, field by field."""
    changed = {
        name: getattr(correction, name)
        for name in (
            "kind", "applicant", "address", "answer_by", "addressee_code", "addressee_site", "categories", "subject",
            "text", "due",
        )
        if getattr(correction, name) is not None
    }  # fmt: skip
    return replace(original, **changed)
