"""Registers a request: a final number at the counter, without a network, given once.

One transaction holds the number, the event's bytes, the outbox row, the files and the row the clerk sees; the number is
returned only after COMMIT. The draft's own id stops a double click: the second call gives the first one's result.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from liaison_desktop.domain.appeals import RegisteredAppeal
from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.errors import FieldProblem, InvalidAppeal, NotFound, TermMoved
from liaison_desktop.domain.seeing import as_seen_here, claimed_moment
from liaison_desktop.domain.times import is_hour_measured, local_day, moment
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.settling import settled
from liaison_desktop.store.blobs import is_here
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.drafts import drop_draft, files_of_draft
from liaison_desktop.store.epochs import all_epochs
from liaison_desktop.store.events import Written, write_event
from liaison_desktop.store.projecting import keep_attachments, project
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    Applicant,
    Attachment,
    DueTerm,
)
from server_sync.contract.deadlines import Due, compute_due
from server_sync.contract.errors import InvalidField, Parameter
from server_sync.contract.events import EventKind, Header, read_body, read_header
from server_sync.contract.evidence.receipt import Receipt, qr_text, short_code, sign_receipt
from server_sync.contract.limits import check_registration
from server_sync.contract.numbers import trial_number
from server_sync.contract.person import OLDEST_YEAR
from server_sync.contract.signing import sha256


@dataclass(frozen=True, slots=True)
class _Said:
    """What a draft says, in the shape contract.limits checks."""

    kind: AppealKind | None
    form: AppealForm | None
    language: str
    applicant: Applicant
    address: Address
    addressee_code: str
    addressee_site: str
    categories: tuple[str, ...]
    subject: str
    text: str
    signatories_count: int
    signatories: tuple[str, ...]
    attachments: tuple[AttachmentDraft, ...]


def applicant_of(draft: AppealDraft) -> Applicant:
    """The person of a draft, to the letter."""
    return Applicant(
        surname=draft.surname,
        given_name=draft.given_name,
        patronymic=draft.patronymic,
        pin=draft.pin,
        no_pin_reason=draft.no_pin_reason,
        document=draft.document,
        birth_on=draft.birth_on,
        sex=draft.sex,
        phone=draft.phone,
        email=draft.email,
    )


def address_of(draft: AppealDraft) -> Address:
    """Where the person of a draft lives, to the letter; a place that is in no list stands before the village."""
    place = dict(draft.as_typed).get("territory", "").strip()
    settlement = ", ".join(part for part in (place, draft.settlement) if part)
    return Address(draft.territory_code, settlement, draft.street)


def check_draft(desk: Desk, draft: AppealDraft) -> tuple[FieldProblem, ...]:
    """Everything that keeps a draft from being registered, field by field; empty when it may be."""
    draft = settled(draft)
    said = _Said(
        kind=draft.kind,
        form=draft.form,
        language=draft.language,
        applicant=applicant_of(draft),
        address=address_of(draft),
        addressee_code=draft.addressee_code,
        addressee_site=draft.addressee_site,
        categories=draft.categories,
        subject=draft.subject,
        text=draft.text,
        signatories_count=draft.signatories_count,
        signatories=draft.signatories,
        attachments=draft.attachments,
    )
    problems = [*_not_chosen(draft), *(problem_of(breach) for breach in check_registration(said, desk.book))]
    problems = [one for one in problems if not _is_said_better(one, problems)]
    if draft.answer_by is None:
        problems.append(FieldProblem("answer_by", "answer_by_empty"))
    if "birth_on" in dict(draft.as_typed):
        problems.append(FieldProblem("birth_on", "birth_on_unreadable"))
    elif draft.birth_on is not None and not date(OLDEST_YEAR, 1, 1) <= draft.birth_on <= _latest_day(desk):
        problems.append(FieldProblem("birth_on", "birth_on_impossible"))
    if draft.is_collective and draft.signatories_count < 2:
        problems.append(FieldProblem("signatories_count", "signatories_too_few", {"least": 2}))
    elif draft.is_collective and draft.signatories_count < len(draft.signatories):
        problems.append(FieldProblem("signatories_count", "signatories_more_than_counted"))
    return tuple(problems)


def _latest_day(desk: Desk) -> date:
    """A day after which nobody was born yet, however wrong the clock is: none that the calendar knows is refused."""
    return max(local_day(desk.clock.wall_ms()), desk.book.calendar.known_until)


def _not_chosen(draft: AppealDraft) -> list[FieldProblem]:
    """What was typed into a list and stands for no code: it is not left out without a word."""
    found = []
    for name, text in draft.as_typed:
        typed: dict[str, Parameter] = {"typed": text[:100]}
        match name.partition(".")[0] if text.strip() else "":
            case "addressee":
                found.append(FieldProblem("addressee_code", "addressee_not_chosen", typed))
            case "category":
                found.append(FieldProblem("categories", "category_not_chosen", typed))
            case _:
                pass
    return found


def _is_said_better(problem: FieldProblem, all_of_them: list[FieldProblem]) -> bool:
    """Whether another problem of the field says what this one says: it is not empty, it is not chosen."""
    better = {"addressee_empty": "addressee_not_chosen", "category_missing": "category_not_chosen"}.get(problem.code)
    return better is not None and any(one.code == better for one in all_of_them)


def register_appeal(desk: Desk, draft: AppealDraft, *, read_out: date | None = None) -> RegisteredAppeal:
    """Give a request its number, or raise InvalidAppeal, TermMoved, NotAllowed, NumberingStopped, DiskFull, StoreError.

    `read_out` is the due day as the citizen heard it: another one is not registered unheard.

    Whatever is raised, no number was given, except OutcomeUnknown: then the same call again says what became of it.
    """
    desk.ensure_sound()
    desk.renew_book()
    before = _event_of_draft(desk, draft.draft_id)
    if before is not None:
        return registered(desk, before, was_registered_before=True)
    author = desk.author(EventKind.APPEAL_REGISTERED)
    draft = settled(draft)
    files = files_of_draft(desk.store.connection, draft.draft_id) or draft.attachments
    problems = [*check_draft(desk, draft), *missing_files(desk, files)]
    if problems or draft.kind is None or draft.answer_by is None:
        raise InvalidAppeal(problems)
    held = desk.held()
    registered_on = local_day(held.time_ms)
    due = due_term(compute_due(registered_on, draft.kind, desk.book.calendar, desk.book.terms))
    if read_out is not None and due.due_on is not None and due.due_on != read_out:
        raise TermMoved("term_moved", permanent=False, due_on=due.due_on.isoformat())
    body = _body(draft, draft.kind, draft.answer_by, files, registered_on, due)

    def work(connection: Connection) -> Written:
        written = write_event(connection, desk.clock, body, author, held=held)
        connection.execute(
            "INSERT INTO registrations (draft_id, event_hash) VALUES (?, ?)", (draft.draft_id.bytes, written.hash)
        )
        drop_draft(connection, draft.draft_id)
        seen = as_seen_here((), (written.known,))
        if seen is None:
            raise TypeError("a registering event begins a request")
        project(connection, seen, (written.header.epoch, written.header.seq))
        keep_attachments(connection, written.known)
        return written

    written = write_readable(desk, work)
    return _result(desk, written.header, body, written.event.salt, written.hash, written.number)


def registered(
    desk: Desk, appeal: bytes, *, copy_number: int = 0, was_registered_before: bool = False
) -> RegisteredAppeal:
    """What registering gave, read back from the event: the same number, code and receipt for ever.

    Raises NotFound `appeal_unknown`, `appeal_erased`, and `receipt_elsewhere` for one that another workplace signed.
    """
    row = desk.store.connection.execute(
        "SELECT header, salt, body, number, is_own FROM events WHERE event_hash = ?", (appeal,)
    ).fetchone()
    if row is None:
        raise NotFound("appeal_unknown")
    if row[1] is None:
        raise NotFound("appeal_erased")
    if not row[4]:
        raise NotFound("receipt_elsewhere")
    header = read_header(row[0])
    body = read_body(header, row[2])
    if not isinstance(body, AppealRegistered):
        raise NotFound("appeal_unknown")
    return _result(
        desk, header, body, row[1], appeal, row[3], copy_number=copy_number, was_registered_before=was_registered_before
    )


def registered_draft(desk: Desk, draft_id: UUID) -> RegisteredAppeal | None:
    """What became of a draft whose registering was cut short; None when it was not registered."""
    appeal = _event_of_draft(desk, draft_id)
    return None if appeal is None else registered(desk, appeal, was_registered_before=True)


def trial_receipt(desk: Desk) -> RegisteredAppeal:
    """The paper that ends an enrolment: signed by the new key, under counter 0, which no request ever has."""
    epoch = all_epochs(desk.store)[-1]
    held_ms = desk.held().time_ms
    number = trial_number(epoch.number_code, local_day(held_ms).year, epoch.slot)
    nothing = sha256(b"test receipt\x00", epoch.epoch)
    raw = sign_receipt(epoch.key, Receipt(number, 1, held_ms, nothing))
    return RegisteredAppeal(
        event=nothing,
        number=number,
        registered_at=moment(held_ms),
        registered_on=local_day(held_ms),
        due=DueTerm(),
        short_code="000000",
        receipt=raw,
        qr_text=qr_text(raw, desk.enrolment.portal),
    )


def due_term(due: Due) -> DueTerm:
    """A term as an event carries it: the day, how many days, by which article and which version of the rules."""
    return DueTerm(due.due_on, due.working_days, due.article, due.provisional, due.rules_version)


def _body(
    draft: AppealDraft,
    kind: AppealKind,
    answer_by: AnswerBy,
    files: tuple[AttachmentDraft, ...],
    registered_on: date,
    due: DueTerm,
) -> AppealRegistered:
    return AppealRegistered(
        kind=kind,
        form=draft.form,
        language=draft.language,
        applicant=applicant_of(draft),
        address=address_of(draft),
        answer_by=answer_by,
        addressee_code=draft.addressee_code,
        addressee_site=draft.addressee_site,
        categories=draft.categories,
        subject=draft.subject,
        text=draft.text,
        registered_on=registered_on,
        due=due,
        attachments=tuple(attachment_of(file) for file in files),
        is_collective=draft.is_collective,
        signatories_count=draft.signatories_count,
        signatories=draft.signatories,
        repeat_of=draft.repeat_of,
    )


def attachment_of(file: AttachmentDraft) -> Attachment:
    """A draft's file as an event names it."""
    return Attachment(file.blob_id, file.blob_key, file.name, file.media_type, file.size_bytes)


def _result(
    desk: Desk,
    header: Header,
    body: AppealRegistered,
    salt: bytes,
    appeal: bytes,
    number: str,
    *,
    copy_number: int = 0,
    was_registered_before: bool = False,
) -> RegisteredAppeal:
    epoch = next((one for one in all_epochs(desk.store) if one.epoch == header.epoch), None)
    if epoch is None:
        raise NotFound("receipt_elsewhere")
    at_ms = claimed_moment(header, body)
    raw = sign_receipt(epoch.key, Receipt(number, header.seq, at_ms, appeal))
    return RegisteredAppeal(
        event=appeal,
        number=number,
        registered_at=moment(at_ms),
        registered_on=body.registered_on,
        due=body.due,
        short_code=short_code(salt),
        receipt=raw,
        qr_text=qr_text(raw, desk.enrolment.portal),
        copy_number=copy_number,
        was_registered_before=was_registered_before,
        is_hour_known=is_hour_measured(header, at_ms),
    )


def _event_of_draft(desk: Desk, draft_id: UUID) -> bytes | None:
    row = desk.store.connection.execute(
        "SELECT event_hash FROM registrations WHERE draft_id = ?", (draft_id.bytes,)
    ).fetchone()
    return None if row is None else bytes(row[0])


def missing_files(desk: Desk, files: tuple[AttachmentDraft, ...]) -> list[FieldProblem]:
    """What is wrong with files whose bytes are not here: an event that names them could never be complete."""
    return [
        FieldProblem("attachments", "attachment_missing", {"file": file.name})
        for file in files
        if not is_here(desk.store, file.blob_id)
    ]


def write_readable(desk: Desk, work: Callable[[Connection], Written]) -> Written:
    """Write an event that every reader takes; raises InvalidAppeal with the field that none would, as `Desk.write`."""
    try:
        return desk.write(work)
    except InvalidField as breach:
        problem = problem_of(breach)
        raise InvalidAppeal([replace(problem, field=problem.field.rpartition(".")[2])]) from breach


def problem_of(breach: InvalidField) -> FieldProblem:
    """A breach of a limit as its field shows it, with its place."""
    params = {name: value for name, value in breach.params.items() if name != "field"}
    return FieldProblem(breach.field, breach.code, params)
