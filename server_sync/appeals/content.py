"""What a request says, between the words of events and the columns of the register."""

from collections.abc import Sequence
from dataclasses import replace

from server_sync.appeals.models import Appeal, Attachment
from server_sync.appeals.refusals import Quarantine
from server_sync.contract import bodies
from server_sync.contract.limits import check_registration
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book


def write_content(appeal: Appeal, body: bodies.AppealRegistered) -> None:
    """Lay a whole request into its columns."""
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


def correct(appeal: Appeal, body: bodies.AppealCorrected) -> None:
    """Lay the fields that a correction names over those that stand."""
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
        _write_due(appeal, _beside_an_extension(appeal, body.due) if appeal.is_extended else body.due)


def _beside_an_extension(appeal: Appeal, due: bodies.DueTerm) -> bodies.DueTerm:
    """A term of an office that is laid over one that an officer extended: the officer's day stays (ADR 0069)."""
    return replace(due, due_on=appeal.due_on, provisional=appeal.due_is_provisional)


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


def demand_sound(appeal: Appeal, was: Appeal, forgiven: frozenset[str]) -> None:
    """Raise Quarantine when a correction leaves a request that could not have been registered.

    What was wrong with it before, since words of it are gone, is not the correction's.
    """
    if appeal.is_erased:
        return
    problems = [one for one in check_registration(_as_said(appeal), reference_book()) if one.code not in forgiven]
    if problems:
        before = {(one.code, one.field) for one in check_registration(_as_said(was), reference_book())}
        for problem in problems:
            if (problem.code, problem.field) not in before:
                raise Quarantine(problem.code, field=problem.field)


def demand_sound_words(body: bodies.AppealRegistered, forgiven: frozenset[str]) -> None:
    """Raise Quarantine when a request breaks a limit whose code is not `forgiven`."""
    for problem in check_registration(body, reference_book()):
        if problem.code not in forgiven:
            raise Quarantine(problem.code, field=problem.field)


def _as_said(appeal: Appeal) -> bodies.AppealRegistered:
    """A request as it stands, in the words of a registration; without files and terms, which a correction keeps."""
    return bodies.AppealRegistered(
        kind=bodies.AppealKind(appeal.kind),
        form=bodies.AppealForm(appeal.form),
        language=appeal.language,
        applicant=bodies.Applicant(
            surname=appeal.surname,
            given_name=appeal.given_name,
            patronymic=appeal.patronymic,
            pin=appeal.pin,
            no_pin_reason=appeal.no_pin_reason,
            document=appeal.document,
            phone=appeal.phone,
            email=appeal.email,
        ),
        address=bodies.Address(appeal.territory_code, appeal.settlement, appeal.street),
        answer_by=bodies.AnswerBy(appeal.answer_by),
        addressee_code=appeal.addressee_code,
        addressee_site=appeal.addressee_site,
        categories=tuple(appeal.categories),
        subject=appeal.subject,
        text=appeal.text,
        registered_on=appeal.registered_on,
        due=bodies.DueTerm(),
        signatories_count=appeal.signatories_count,
        signatories=tuple(appeal.signatories),
    )


def attachment_row(appeal: Appeal, event: Event, file: bodies.Attachment) -> Attachment:
    """A file that an event names, as a row."""
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


def named_files(blob_ids: Sequence[bytes]) -> list[bytes]:
    """Which of the centre's own files events of requests name."""
    named = Attachment.objects.filter(site=CENTRE, blob_id__in=blob_ids)
    return [bytes(blob_id) for blob_id in named.values_list("blob_id", flat=True)]
