"""Fills receipts and cards for paper with what the office knows of a request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from liaison_desktop.domain.appeals import AppealCard, AppealSeen, RegisteredAppeal
from liaison_desktop.domain.times import local_day, moment
from liaison_desktop.printing.content import (
    CardAnswer,
    CardContent,
    CardPart,
    CardStep,
    Office,
    Pair,
    Paper,
    ReceiptContent,
    ReceiptDue,
    Signed,
    SlipContent,
)
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui.office_words import given_name
from liaison_desktop.ui.requests.telling import EVENTS, state_of
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace import words
from liaison_desktop.workplace.words import tr
from server_sync.contract.bodies import AnswerBy, AppealKind, DueTerm
from server_sync.contract.deadlines import compute_due
from server_sync.contract.person import group_phone
from server_sync.contract.territory import Names

if TYPE_CHECKING:  # the drawing library takes a second to load
    from liaison_desktop.printing.recovery import RecoveryContent

REACHED_AT_MOST = 30
PAPERS = {"a5": Paper.A5, "roll": Paper.ROLL_80}


def draw_receipt(content: ReceiptContent, paper: str = "a5") -> bytes:
    """The receipt as PDF; the drawing library takes a second to load, so it is loaded with the first paper."""
    from liaison_desktop.printing.receipt import receipt_pdf

    return receipt_pdf(content, PAPERS[paper])


def draw_recovery(desk: Desk, recovery_key: str) -> bytes:
    """The recovery key of this store as PDF, for the safe."""
    from liaison_desktop.printing.recovery import recovery_pdf

    return recovery_pdf(recovery_content(desk, recovery_key))


def recovery_content(desk: Desk, recovery_key: str) -> RecoveryContent:
    """What stands on the paper for the safe: the key, and of which PC of which office it is."""
    from liaison_desktop.printing.recovery import RecoveryContent

    return RecoveryContent(
        office=office_of(desk),
        code=desk.site.number_code,
        letter=desk.enrolment.letter,
        name=given_name(desk.enrolment),
        key=recovery_key,
        made_at=moment(desk.clock.wall_ms()),
    )


def draw_answer(content: CardContent) -> bytes:
    """The answer of a request as PDF, to be handed over."""
    from liaison_desktop.printing.card import card_pdf

    return card_pdf(content, CardPart.ANSWER)


def draw_slip(content: SlipContent, paper: str) -> bytes:
    """The slip of a conversation as PDF, for the citizen."""
    from liaison_desktop.printing.reception_slip import slip_pdf

    return slip_pdf(content, PAPERS[paper])


def reception_slip(desk: Desk, seen: AppealSeen, printed_at: datetime) -> SlipContent | None:
    """What stands on the slip of a conversation that is set; None when none is."""
    told = seen.reception
    if told is None or told.appointment is None:
        return None
    set_for = told.appointment
    return SlipContent(
        number=seen.number,
        starts_at=moment(set_for.starts_at_ms),
        minutes=set_for.minutes,
        by_whom=Pair(set_for.by_whom.ky, set_for.by_whom.ru),
        by_whom_en=set_for.by_whom.en,
        bring=Pair(set_for.bring.ky, set_for.bring.ru),
        bring_en=set_for.bring.en,
        office=office_of(desk),
        printed_at=printed_at,
        language=seen.language if seen.language in ("ky", "ru") else "ky",
    )


def pair(names: Names | None, otherwise: str = "") -> Pair:
    """A name in both languages of paper."""
    return Pair(names.ky, names.ru) if names is not None else Pair(otherwise)


def office_of(desk: Desk) -> Office:
    """The office as its papers name it."""
    site = desk.site
    province = desk.book.territory.province(site.code)
    ky = ", ".join(part for part in (province.name.ky if province else "", site.seat.ky) if part)
    ru = ", ".join(part for part in (province.name.ru if province else "", site.seat.ru) if part)
    details = desk.book.details_of(site.code, local_day(desk.clock.wall_ms()))
    if details is None:
        return Office(names=pair(site.name), contact=Pair(ky, ru))
    phone = group_phone(details.phone)
    contact = Pair(
        " · ".join(part for part in (details.address.ky or ky, phone, details.hours.ky) if part),
        " · ".join(part for part in (details.address.ru or ru, phone, details.hours.ru) if part),
    )
    return Office(names=pair(site.name), contact=contact, phone=phone)


def receipt(
    desk: Desk, seen: AppealSeen, given: RegisteredAppeal, clerk: str, copied_at: datetime | None = None
) -> ReceiptContent:
    """The receipt of a registered request; a copy says when it was made."""
    addressee = desk.book.addressee_names(seen.addressee_code, seen.addressee_site or desk.enrolment.site_code)
    return ReceiptContent(
        number=given.number,
        short_code=given.short_code,
        registered_at=given.registered_at,
        kind=seen.kind,
        applicant=_applicant(seen),
        signed=_signed(seen),
        addressee=pair(addressee, seen.addressee_code),
        subject=seen.subject,
        due=_due(desk, seen.kind, seen.due, seen),
        answer_by=seen.answer_by,
        office=office_of(desk),
        clerk_name=clerk,
        clerk_role=Pair("кабылдама адиси", "специалист приёмной"),
        qr_text=given.qr_text,
        reached_at=_reached_at(seen),
        files=len(seen.attachments),
        language=seen.language if seen.language in ("ky", "ru") else "ky",
        copy_no=given.copy_number,
        copied_at=copied_at if given.copy_number else None,
        is_hour_known=given.is_hour_known,
    )


def trial(desk: Desk, given: RegisteredAppeal, clerk: str) -> ReceiptContent:
    """The receipt that ends an enrolment."""
    return ReceiptContent(
        number=given.number,
        short_code=given.short_code,
        registered_at=given.registered_at,
        kind=AppealKind.APPLICATION,
        applicant=(f"{desk.site.name.ky} · {desk.site.name.ru}",),
        addressee=pair(desk.site.name),
        subject="Басып чыгарууну текшерүү · Проверка печати",
        due=None,
        answer_by=AnswerBy.IN_PERSON,
        office=office_of(desk),
        clerk_name=clerk,
        clerk_role=Pair("кабылдама адиси", "специалист приёмной"),
        qr_text=given.qr_text,
        test=True,
    )


def _reached_at(seen: AppealSeen) -> str:
    """By what the answer comes; what is too long for its line is left out rather than cut."""
    match seen.answer_by:
        case AnswerBy.PHONE:
            at = group_phone(seen.applicant.phone.strip())
        case AnswerBy.EMAIL:
            at = seen.applicant.email.strip()
        case _:
            return ""
    return at if len(at) <= REACHED_AT_MOST else ""


def card(desk: Desk, found: AppealCard, printed_at: datetime) -> CardContent:
    """The card of a request, or of its answers, to be handed over."""
    seen = found.seen
    book = desk.book
    unit = book.site(seen.address.territory_code) if seen.address.territory_code else None
    language = seen.language if seen.language in ("ky", "ru") else "ky"
    place = [unit.name.said_in(language)] if unit is not None else []
    addressee = book.addressee_names(seen.addressee_code, seen.addressee_site or desk.enrolment.site_code)
    categories = (book.category(code) for code in seen.categories)
    return CardContent(
        number=found.number,
        registered_at=seen.registered_at,
        printed_at=printed_at,
        kind=seen.kind,
        applicant=_applicant(seen),
        signed=_signed(seen),
        address=", ".join([*place, *(part for part in (seen.address.settlement, seen.address.street) if part)]),
        addressee=pair(addressee, seen.addressee_code),
        categories=tuple(pair(category.names) for category in categories if category is not None),
        subject=seen.subject,
        text=seen.text,
        state=_both(state_of(seen)[0]),
        due=_due(desk, seen.kind, seen.due, seen),
        answer_by=seen.answer_by,
        office=office_of(desk),
        clerk_name=found.clerk_name,
        phone=seen.applicant.phone,
        files=tuple(one.attachment.name for one in found.files),
        history=tuple(
            CardStep(
                at=entry.at,
                what=_both(EVENTS.get(entry.kind, lambda: tr("An event this program does not know yet"))),
                who=entry.person_name,
                is_hour_known=not entry.is_hour_doubtful,
            )
            for entry in seen.history
        ),
        answers=tuple(
            CardAnswer(
                at=answer.at,
                body=pair(book.addressee_names(answer.body_code, desk.enrolment.site_code), answer.body_code),
                outcome=answer.outcome,
                text=(answer.text.ru or answer.text.ky) if language == "ru" else (answer.text.ky or answer.text.ru),
                signed_by=answer.signed_by,
            )
            for answer in seen.answers
        ),
        language=language,
        is_hour_known=seen.is_hour_known,
    )


def _applicant(seen: AppealSeen) -> tuple[str, ...]:
    person = seen.applicant
    name = " ".join(part for part in (person.surname, person.given_name, person.patronymic) if part)
    return (name,)


def _signed(seen: AppealSeen) -> Signed:
    return Signed(seen.signed, seen.signatories) if seen.is_collective else Signed()


def _due(desk: Desk, kind: AppealKind, term: DueTerm, seen: AppealSeen) -> ReceiptDue | None:
    if term.due_on is None:
        return None
    computed = compute_due(seen.registered_on, kind, desk.book.calendar, desk.book.terms)
    if computed.due_on == term.due_on:
        return ReceiptDue.from_computed(computed)
    return ReceiptDue(due_on=term.due_on, working_days=term.working_days, provisional=term.provisional)


def _both(say: Say) -> Pair:
    """The words in both languages of paper; in the window's thread, where the language is changed."""
    spoken = words.current()
    try:
        words.set_language("ky")
        ky = say()
        words.set_language("ru")
        return Pair(ky, say())
    finally:
        words.set_language(spoken)
