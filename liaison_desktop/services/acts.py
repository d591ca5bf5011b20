"""What an office does with a registered request: corrects, adds, withdraws, tells, reprints. Always new events."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from liaison_desktop.domain.appeals import AppealSeen, ChangeSet, RegisteredAppeal
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.errors import FieldProblem, InvalidAppeal, NotFound, NotNow
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.registering import (
    address_of,
    applicant_of,
    attachment_of,
    check_draft,
    due_term,
    missing_files,
    problem_of,
    registered,
    write_readable,
)
from liaison_desktop.services.settling import settled, settled_text
from liaison_desktop.store.act_drafts import drop_act_draft
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.epochs import writing_epoch
from liaison_desktop.store.events import Written, events_of, write_event
from liaison_desktop.store.projecting import keep_attachments, project_again, seen_of
from server_sync.contract import bodies
from server_sync.contract.bodies import NOTE_CHARACTERS, SHORT_CHARACTERS, TEXT_CHARACTERS, Body
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import KIND_OF, EventKind
from server_sync.contract.identifiers import uuid7
from server_sync.contract.limits import check_text, is_blank, settle_pasted
from server_sync.contract.workflow import step

T = TypeVar("T")
_CHANGING = ("kind", "applicant", "address", "answer_by", "addressee_code", "categories", "subject", "text")


def draft_of(seen: AppealSeen, draft_id: UUID | None = None) -> AppealDraft:
    """A request as a form shows it, to correct it; without a place from the list what stands there was typed freely."""
    applicant, address = seen.applicant, seen.address
    is_listed = bool(address.territory_code) or not address.settlement
    return AppealDraft(
        draft_id=draft_id or uuid7(),
        kind=seen.kind,
        form=seen.form,
        language=seen.language,
        surname=applicant.surname,
        given_name=applicant.given_name,
        patronymic=applicant.patronymic,
        pin=applicant.pin,
        no_pin_reason=applicant.no_pin_reason,
        document=applicant.document,
        birth_on=applicant.birth_on,
        sex=applicant.sex,
        phone=applicant.phone,
        email=applicant.email,
        territory_code=address.territory_code,
        settlement=address.settlement if is_listed else "",
        street=address.street,
        answer_by=seen.answer_by,
        addressee_code=seen.addressee_code,
        addressee_site=seen.addressee_site,
        categories=seen.categories,
        subject=seen.subject,
        text=seen.text,
        is_collective=seen.is_collective,
        signatories_count=seen.signatories_count,
        signatories=seen.signatories,
        repeat_of=seen.repeat_of,
        as_typed=() if is_listed else (("territory", address.settlement),),
    )


def problems_of_correction(desk: Desk, corrected: AppealDraft) -> tuple[FieldProblem, ...]:
    """Everything that keeps a corrected request from being written, field by field; empty when it may be."""
    # names brought later are not in the number of the first day, which no correction changes
    return tuple(one for one in check_draft(desk, corrected) if one.code != "signatories_more_than_counted")


def correct_appeal(desk: Desk, appeal: bytes, corrected: AppealDraft, reason: str) -> ChangeSet:
    """Put right what was written wrongly; only what differs from the form as it was shown goes into the event.

    A registration in quarantine is replaced by its correction and keeps its number. Raises InvalidAppeal (also
    `nothing_changed`, `reason_empty`), NotNow, NotFound, NotAllowed, NumberingStopped, DiskFull, StoreError.
    """
    desk.renew_book()
    corrected, reason = settled(corrected), settled_text(reason)
    events = events_of(desk.store.connection, appeal)
    seen = _seen(desk, appeal)
    before = settled(draft_of(seen))
    problems = [*note_problems("reason", reason), *problems_of_correction(desk, corrected)]
    if problems:
        raise InvalidAppeal(problems)
    due: bodies.DueTerm | None = None
    if corrected.kind is not None and corrected.kind != seen.kind:
        due = due_term(compute_due(seen.registered_on, corrected.kind, desk.book.calendar, desk.book.terms))
    is_quarantined = any(event.delivery is DeliveryState.QUARANTINED and event.known.hash == appeal for event in events)
    same_addressee = (corrected.addressee_code, corrected.addressee_site) == (seen.addressee_code, seen.addressee_site)
    body = bodies.AppealCorrected(
        reason=reason,
        kind=_changed(corrected.kind, seen.kind),
        applicant=_changed(applicant_of(corrected), applicant_of(before)),
        address=_changed(address_of(corrected), address_of(before)),
        answer_by=_changed(corrected.answer_by, seen.answer_by),
        addressee_code=None if same_addressee else corrected.addressee_code,
        addressee_site=None if same_addressee else corrected.addressee_site,
        categories=_changed(corrected.categories, seen.categories),
        subject=_changed(corrected.subject, before.subject),
        text=_changed(corrected.text, before.text),
        due=due,
        replaces=appeal if is_quarantined else None,
    )
    if all(getattr(body, name) is None for name in _CHANGING):
        raise InvalidAppeal([FieldProblem("reason", "nothing_changed")])
    return add_event(desk, appeal, lambda _: body)


def supplement_appeal(
    desk: Desk,
    appeal: bytes,
    text: str = "",
    files: tuple[AttachmentDraft, ...] = (),
    signatories: tuple[str, ...] = (),
) -> ChangeSet:
    """Add what the applicant brought later: words, files sealed before, signatures. Raises as `correct_appeal`."""
    text, signatories = settled_text(text), tuple(settle_pasted(name) for name in signatories)
    problems = [problem_of(breach) for breach in check_text("text", text, TEXT_CHARACTERS, is_long=True)]
    if is_blank(text) and not files and not signatories:
        problems.append(FieldProblem("text", "text_empty"))
    for name in signatories:
        problems += [problem_of(one) for one in check_text("signatories", name, SHORT_CHARACTERS)]
    problems += missing_files(desk, files)
    if problems:
        raise InvalidAppeal(problems)
    attachments = tuple(attachment_of(file) for file in files)
    return add_event(desk, appeal, lambda _: bodies.AppealSupplemented(text, attachments, signatories))


def withdraw_appeal(desk: Desk, appeal: bytes, reason: str, expressed: bodies.AppealForm) -> ChangeSet:
    """Note the applicant's wish to withdraw and how it was expressed. Raises as `correct_appeal`."""
    reason = settled_text(reason)
    problems = note_problems("reason", reason)
    if problems:
        raise InvalidAppeal(problems)
    return add_event(desk, appeal, lambda _: bodies.AppealWithdrawn(reason, expressed))


def mark_told(
    desk: Desk,
    appeal: bytes,
    how: bodies.AnswerBy,
    told_on: date | None = None,
    answer: bytes | None = None,
    note: str = "",
) -> ChangeSet:
    """Note that the applicant was told; without `answer`, of the newest one. Raises as `correct_appeal`."""
    note = settled_text(note)
    problems = [problem_of(one) for one in check_text("note", note, NOTE_CHARACTERS, is_long=True)]
    if problems:
        raise InvalidAppeal(problems)
    day = told_on or desk.today()

    def body(seen: AppealSeen) -> Body:
        newest = seen.answers[-1].event if seen.answers else None
        if newest is None and seen.left_notice is None:
            raise NotNow("nothing_to_tell")
        return bodies.ApplicantTold(how, day, answer or newest, note)

    return add_event(desk, appeal, body)


def make_complaint(desk: Desk, appeal: bytes, text: str, about: bytes | None = None) -> ChangeSet:
    """Write down that the applicant complains of an answer, or of silence. Raises as `correct_appeal`."""
    text = settled_text(text)
    problems = [problem_of(one) for one in check_text("text", text, TEXT_CHARACTERS, is_long=True)]
    if is_blank(text):
        problems.append(FieldProblem("text", "text_empty"))
    if problems:
        raise InvalidAppeal(problems)
    return add_event(desk, appeal, lambda _: bodies.ComplaintMade(text, about))


def rate_answer(desk: Desk, appeal: bytes, answer: bytes, solved: bodies.Solved, comment: str = "") -> ChangeSet:
    """Write down whether an answer solved the matter, in the applicant's own judgement. Raises as `correct_appeal`."""
    return add_event(desk, appeal, lambda _: bodies.AnswerRated(answer, solved, settled_text(comment)))


def declare_lost(desk: Desk, appeal: bytes, blob_id: bytes, reason: str) -> ChangeSet:
    """Declare that an attachment will never come. Raises as `correct_appeal`."""
    reason = settled_text(reason)
    problems = note_problems("reason", reason)
    if problems:
        raise InvalidAppeal(problems)

    def also(connection: Connection) -> None:
        connection.execute("UPDATE blobs SET is_lost = 1 WHERE blob_id = ?", (blob_id,))

    return add_event(desk, appeal, lambda _: bodies.AttachmentLost(blob_id, reason), also)


def next_copy(desk: Desk, appeal: bytes) -> RegisteredAppeal:
    """The same receipt as its copy 1, 2, …, to be handed over; nothing is written before that (`note_copy`).

    Raises what `note_copy` would, so that no paper is made that could not be written down.
    """
    given = registered(desk, appeal)
    seen = _seen(desk, appeal)
    desk.author(EventKind.RECEIPT_REPRINTED)
    writing_epoch(desk.store.connection)
    _demand_in_turn(seen, EventKind.RECEIPT_REPRINTED)
    return replace(given, copy_number=seen.copies + 1)


def note_copy(desk: Desk, appeal: bytes, copy_number: int) -> ChangeSet:
    """Write down, by an event of its own, that a further paper was handed over as this copy."""
    return add_event(desk, appeal, lambda _: bodies.ReceiptReprinted(copy_number))


def _seen(desk: Desk, appeal: bytes) -> AppealSeen:
    desk.ensure_sound()
    seen = seen_of(events_of(desk.store.connection, appeal))
    if seen is None:
        raise NotFound("appeal_unknown")
    return seen


def add_event(
    desk: Desk,
    appeal: bytes,
    body_for: Callable[[AppealSeen], Body],
    also: Callable[[Connection], None] | None = None,
) -> ChangeSet:
    """Write one event about a request and look at it anew, in one transaction; what was typed for it is not kept."""
    body = body_for(_seen(desk, appeal))
    kind = KIND_OF[type(body)]
    author, held = desk.author(kind), desk.held()

    def work(connection: Connection) -> Written:
        seen = seen_of(events_of(connection, appeal))
        if seen is None:
            raise NotFound("appeal_unknown")
        _demand_in_turn(seen, kind)
        written = write_event(connection, desk.clock, body, author, held=held, appeal=appeal, follows=seen.heads)
        keep_attachments(connection, written.known)
        drop_act_draft(connection, appeal, kind)
        if also is not None:
            also(connection)
        project_again(connection, appeal)
        return written

    write_readable(desk, work)
    return ChangeSet.of_appeals([appeal], EventKind(kind))


def _demand_in_turn(seen: AppealSeen, kind: EventKind) -> None:
    before = seen.state_before_return
    if step(seen.state, kind, None if before is None else before.value).is_out_of_turn:
        raise NotNow("not_in_this_state", kind=kind.name.lower(), state=seen.state.value)


def _changed(new: T, old: T) -> T | None:
    return None if new == old else new


def note_problems(field: str, text: str) -> list[FieldProblem]:
    problems = [problem_of(breach) for breach in check_text(field, text, NOTE_CHARACTERS, is_long=True)]
    if is_blank(text):
        problems.append(FieldProblem(field, f"{field}_empty"))
    return problems
