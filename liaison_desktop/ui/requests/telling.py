"""Puts what the office knows of its requests into words: rows of the list, the card, the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from liaison_desktop.domain.appeals import AnswerSeen, AppealCard, AppealRow, AppealSeen, FileSeen, HistoryEntry
from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE, DeliveryState
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_code
from liaison_desktop.ui.reception.filling import ANSWER_NAMES
from liaison_desktop.ui.reception.review_facts import ANSWER_WORDS, FORM_WORDS, KIND_WORDS, in_lines
from liaison_desktop.ui.reception.values import AttachedRow, DuePreview, EarlierRow
from liaison_desktop.ui.reference_words import BookWords
from liaison_desktop.ui.requests import reception_telling
from liaison_desktop.ui.requests.values import AnswerShown, CardShown, HistoryRow, ListRow
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.wrong_field import say_wrong
from liaison_desktop.workplace.words import current, joined, ntr, tr
from server_sync.contract import bodies
from server_sync.contract.bodies import Outcome, Solved, Words
from server_sync.contract.events import EventKind
from server_sync.contract.person import group_phone
from server_sync.contract.workflow import State

SOON_DAYS = 3
"""Working days before the due day from which a request counts as due soon."""

NAMES_SHOWN = 20
"""Names of those who signed on the card; the paper card has them all."""

WITHOUT_TERM = frozenset({State.WITHDRAWN, State.LEFT_WITHOUT_CONSIDERATION})
"""States in which nobody owes an answer any more."""
NO_TERM = DuePreview(None, 0, "", False, None)

Shown = tuple[Say, str, str]
"""Words, tone, icon."""

STATES: dict[State, Shown] = {
    State.REGISTERED: (lambda: tr("registered"), "neutral", "note-pencil"),
    State.WITH_BODY: (lambda: tr("with the responsible body"), "primary", "hourglass-medium"),
    State.RETURNED_TO_OFFICE: (lambda: tr("returned to this office"), "danger", "arrow-u-up-left"),
    State.ANSWERED: (lambda: tr("answered"), "neutral", "envelope-open"),  # with a refusal too: no tick
    State.LEFT_WITHOUT_CONSIDERATION: (lambda: tr("left without consideration"), "warning", "prohibit"),
    State.WITHDRAWN: (lambda: tr("withdrawn"), "neutral", "x-circle"),
}

_CONSIDERED: Final[Shown] = (lambda: tr("under consideration"), "primary", "hourglass-medium")

DELIVERY: dict[DeliveryState, Shown] = {
    DeliveryState.DRAFT: (lambda: tr("draft"), "muted", "note-pencil"),
    DeliveryState.REGISTERED_HERE: (lambda: tr("waiting"), "warning", "hourglass"),
    DeliveryState.SENT: (lambda: tr("waiting"), "warning", "hourglass"),  # went out, and perhaps came nowhere
    DeliveryState.STORED: (lambda: tr("received"), "muted", "check"),
    DeliveryState.HELD: (lambda: tr("held at the centre"), "warning", "pause-circle"),
    DeliveryState.REGISTERED: (lambda: tr("at the centre"), "muted", "check"),
    DeliveryState.SEALED: (lambda: tr("at the centre"), "muted", "check"),
    DeliveryState.PRUNABLE: (lambda: tr("at the centre"), "muted", "check"),
    DeliveryState.QUARANTINED: (lambda: tr("the centre asks"), "danger", "warning-circle"),
    DeliveryState.RETURNED: (lambda: tr("sent back"), "danger", "arrow-u-up-left"),
}

OUTCOMES: dict[Outcome, Say] = {
    Outcome.SATISFIED: lambda: tr("Satisfied"),
    Outcome.PARTLY_SATISFIED: lambda: tr("Partly satisfied"),
    Outcome.EXPLAINED: lambda: tr("Explained"),
    Outcome.REFUSED: lambda: tr("Refused"),
    Outcome.ACCEPTED_FOR_WORK: lambda: tr("Accepted for work"),
}

SOLVED: dict[Solved, Say] = {
    Solved.YES: lambda: tr("solved"),
    Solved.PARTLY: lambda: tr("partly solved"),
    Solved.NO: lambda: tr("not solved"),
}

EVENTS: dict[int, Say] = {
    EventKind.APPEAL_REGISTERED: lambda: tr("Registered here"),
    EventKind.APPEAL_CORRECTED: lambda: tr("Corrected"),
    EventKind.APPEAL_SUPPLEMENTED: lambda: tr("The applicant added to it"),
    EventKind.APPEAL_WITHDRAWN: lambda: tr("The applicant withdrew it"),
    EventKind.RECEIPT_REPRINTED: lambda: tr("A copy of the receipt was printed"),
    EventKind.APPLICANT_TOLD: lambda: tr("The applicant was told"),
    EventKind.COMPLAINT_MADE: lambda: tr("The applicant complains"),
    EventKind.ANSWER_RATED: lambda: tr("The applicant judged the answer"),
    EventKind.ROUTED: lambda: tr("The centre passed it on"),
    EventKind.ACCEPTED_BY_BODY: lambda: tr("Accepted for consideration"),
    EventKind.FORWARDED: lambda: tr("Forwarded to the competent body"),
    EventKind.CO_EXECUTOR_ADDED: lambda: tr("One more body works on it"),
    EventKind.EXTENDED: lambda: tr("The term was extended"),
    EventKind.ANSWERED: lambda: tr("The answer came to this office"),
    EventKind.LEFT_WITHOUT_CONSIDERATION: lambda: tr("Left without consideration"),
    EventKind.RETURNED_TO_OFFICE: lambda: tr("Returned to this office"),
    EventKind.REOPENED: lambda: tr("Opened again"),
    EventKind.LINKED: lambda: tr("Linked with another request"),
    EventKind.MERGED: lambda: tr("Merged with another request"),
    EventKind.SPLIT: lambda: tr("A part goes on under another number"),
    EventKind.DUE_RECALCULATED: lambda: tr("The term was counted again"),
    EventKind.SUMMARY_PUBLISHED: lambda: tr("A summary was published"),
    EventKind.SUMMARY_WITHDRAWN: lambda: tr("The summary was taken back"),
    EventKind.RESOLVED_BY_PERSON: lambda: tr("A doubt was resolved"),
    EventKind.ERASED: lambda: tr("Personal data were erased"),
    EventKind.ATTACHMENT_LOST: lambda: tr("An attachment is lost"),
    EventKind.HOLE: lambda: tr("An event was found damaged"),
    EventKind.MEETING_PLANNED: lambda: tr("A meeting was planned"),
    EventKind.MEETING_CHANGED: lambda: tr("The plan of a meeting was changed"),
    EventKind.MEETING_CANCELLED: lambda: tr("A meeting was cancelled"),
    EventKind.MEETING_OPENED: lambda: tr("A meeting began"),
    EventKind.MEETING_CLOSED: lambda: tr("A meeting ended"),
    EventKind.MEETING_VOTE_OPENED: lambda: tr("A vote was opened"),
    EventKind.MEETING_VOTE_CLOSED: lambda: tr("A vote was counted"),
    EventKind.VOTE_CAST: lambda: tr("An office voted"),
    EventKind.DECISION_TAKEN: lambda: tr("A meeting decided"),
    EventKind.DECISION_WITHDRAWN: lambda: tr("A decision of a meeting was withdrawn"),
    EventKind.MEETING_SAID: lambda: tr("The chat of a meeting was kept"),
    EventKind.MEETING_PAPER_ADDED: lambda: tr("A paper was added to a meeting"),
    EventKind.MEETING_PAPER_WITHDRAWN: lambda: tr("A paper of a meeting was withdrawn"),
    EventKind.RECEPTION_SAID: lambda: tr("About a conversation"),
    EventKind.RECEPTION_SET: lambda: tr("A conversation was set"),
    EventKind.RECEPTION_DECLINED: lambda: tr("There is no conversation"),
    EventKind.RECEPTION_NOTED: lambda: tr("What came of the conversation"),
    EventKind.CO_EXECUTOR_REMOVED: lambda: tr("A second body works on it no more"),
}


def list_row(row: AppealRow, book: BookWords, today: date) -> ListRow:
    """A request as a line of the list."""
    head, _, tail = row.short_number.rpartition("-")
    delivery = DELIVERY[row.delivery]
    due, tone, icon = due_state(row, book, today)
    return ListRow(
        appeal=row.appeal,
        number_head=f"{head}-",
        number_tail=tail,
        who=tr("Personal data were erased") if row.is_erased else row.applicant_name or tr("No name"),
        subject=row.subject,
        delivery=delivery[0],
        delivery_tone=delivery[1],
        delivery_icon=delivery[2],
        due_on=_day_of(row),
        due=due,
        due_tone=tone,
        due_icon=icon,
    )


def due_state(row: AppealRow, book: BookWords, today: date) -> Shown:
    """Where a request stands with its term and answer: the last column of the list."""
    if row.state is State.WITHDRAWN:
        return (lambda: tr("withdrawn")), "muted", "x-circle"
    if row.state is State.LEFT_WITHOUT_CONSIDERATION:
        return (lambda: tr("not considered")), "muted", "prohibit"
    if row.answered_at is not None:
        if row.is_told:
            return (lambda: tr("handed over")), "muted", "check-circle"
        return (lambda: tr("answer is here")), "success", "envelope-open"
    if row.due_on is None:
        return (lambda: tr("no term")), "muted", "minus-circle"
    left = book.working_days_left(row.due_on, today)
    if row.due_on < today:
        return (lambda: tr("overdue")), "danger", "warning-circle"
    if left <= 0 or row.due_on == today:
        return (lambda: tr("today")), "warning", "clock"
    if left <= SOON_DAYS:
        return (lambda: ntr("{n} work day", "{n} work days", left)), "warning", "clock"
    return (lambda: ntr("{n} work day", "{n} work days", left)), "text", "calendar-blank"


def earlier_row(row: AppealRow, book: BookWords, today: date) -> EarlierRow:
    """A request as a line of *earlier requests of this person*."""
    words, tone, icon = due_state(row, book, today)
    shown = "neutral" if tone in ("text", "muted") else tone
    if row.answered_at is not None:
        words, shown, icon = STATES[State.ANSWERED]
    elif tone == "text":
        words, shown, icon = STATES[row.state]
    return EarlierRow(row.appeal, row.short_number, row.subject, words, shown, icon)


def state_of(seen: AppealSeen) -> Shown:
    """Where a request stands; a body considers it from the day on which it accepted it."""
    return _CONSIDERED if seen.state is State.WITH_BODY and seen.is_accepted else STATES[seen.state]


def card(found: AppealCard, book: BookWords, mask_pin: Callable[[str], str]) -> CardShown:
    """A request whole."""
    seen = found.seen
    applicant, address = seen.applicant, seen.address
    state = state_of(seen)
    delivery = DELIVERY[found.delivery]
    name = joined((applicant.surname, applicant.given_name, applicant.patronymic), " ")
    closed = seen.state is State.WITHDRAWN or seen.is_erased

    def who() -> str:
        if seen.is_erased:
            return tr("Personal data were erased")
        if seen.is_collective:
            signed = ntr("{n} person signed", "{n} people signed", seen.signed)
            return joined((name, signed))
        return name

    def place() -> str:
        territory = book.territory(address.territory_code) if address.territory_code else None
        parts = (territory.words if territory else "", address.settlement, address.street)
        return joined(parts)

    def matter() -> str:
        return "; ".join(book.category_name(code) for code in seen.categories)

    def responsible() -> str:
        return book.addressee_name(seen.body_code) if seen.body_code else ""

    facts: tuple[tuple[Say, Say], ...] = (
        (lambda: tr("From whom"), who),
        (lambda: tr("Those who signed"), lambda: in_lines(seen.signatories, NAMES_SHOWN)),
        (lambda: tr("To whom"), lambda: book.addressee_name(seen.addressee_code, seen.addressee_site)),
        (lambda: tr("Responsible"), responsible),
        (lambda: tr("Matter"), matter),
        (lambda: tr("Kind"), lambda: f"{KIND_WORDS[seen.kind]()}, {FORM_WORDS[seen.form]()}"),
        (lambda: tr("Answer"), lambda: ANSWER_WORDS[seen.answer_by]()),
        (lambda: tr("Telephone"), lambda: group_phone(applicant.phone)),
        (lambda: tr("E-mail"), lambda: applicant.email),
        (lambda: tr("Why there is no PIN"), lambda: applicant.no_pin_reason),
        (lambda: tr("Date of birth"), lambda: formats.day(applicant.birth_on) if applicant.birth_on else ""),
        (lambda: tr("Document"), lambda: applicant.document),
        (lambda: tr("Address"), place),
        (lambda: tr("Taken by"), lambda: found.clerk_name),
        (lambda: tr("Short code"), lambda: f"{found.short_code[:3]} {found.short_code[3:]}".strip()),
        (lambda: tr("Delivery"), delivery[0]),
    )
    return CardShown(
        appeal=found.appeal,
        number=found.number,
        subject=seen.subject,
        facts=facts,
        pin=applicant.pin,
        pin_masked=mask_pin(applicant.pin) if applicant.pin else "",
        text="\n\n".join([seen.text, *(extra.text for extra in seen.supplements if extra.text)]),
        state=state[0],
        state_tone=state[1],
        state_icon=state[2],
        delivery=delivery[0],
        delivery_tone=delivery[1],
        delivery_icon=delivery[2],
        due=NO_TERM if seen.state in WITHOUT_TERM else book.explain(seen.due, seen.kind, seen.registered_on),
        answers=tuple(_answer(answer) for answer in reversed(seen.answers)),
        wished=ANSWER_NAMES[seen.answer_by],
        told=seen.told is not None,
        told_words=_told(found),
        attachments=tuple(_file(file) for file in found.files if file.event not in _answer_events(found)),
        history=tuple(_history(entry, book) for entry in reversed(seen.history)),
        doubts=_doubts(found),
        may_correct=not closed,
        may_supplement=not closed,
        may_withdraw=not closed and seen.state is not State.LEFT_WITHOUT_CONSIDERATION,
        may_tell=seen.is_told_needed,
        may_print=not seen.is_erased or any(not answer.is_erased for answer in seen.answers),
        reception=reception_telling.reception(seen, is_over=found.is_reception_over),
    )


def in_language(words: Words) -> str:
    """A text of the centre in the language spoken, else in the one it exists in."""
    spoken = {"ky": words.ky, "ru": words.ru, "en": words.en}[current()]
    return spoken or words.ky or words.ru or words.en


def _answer(answer: AnswerSeen) -> AnswerShown:
    return AnswerShown(
        event=answer.event,
        at=answer.at,
        reference=answer.reference,
        outcome=OUTCOMES[answer.outcome],
        text=lambda: tr("The words of this answer were erased.") if answer.is_erased else in_language(answer.text),
        signed_by=answer.signed_by,
        attachments=tuple(
            AttachedRow(one.blob_id.hex(), one.name, one.size_bytes, one.media_type) for one in answer.attachments
        ),
    )


def _answer_events(found: AppealCard) -> frozenset[bytes]:
    return frozenset(answer.event for answer in found.seen.answers)


def _file(file: FileSeen) -> AttachedRow:
    one = file.attachment
    return AttachedRow(one.blob_id.hex(), one.name, one.size_bytes, one.media_type)


def _told(found: AppealCard) -> Say:
    told = found.seen.told
    if told is None:
        return lambda: tr("The applicant has not been told yet")
    return lambda: tr(
        "The applicant was told {how}, {day}", how=ANSWER_WORDS[told.how](), day=formats.day(told.told_on)
    )


def _doubts(found: AppealCard) -> tuple[Say, ...]:
    doubts: list[Say] = []
    if found.quarantine_code:
        code, field = found.quarantine_code, found.quarantine_field
        if code in DECIDED_AT_CENTRE:
            doubts.append(lambda: say_code(code))
        else:
            doubts.append(lambda: tr("The centre asks to put this right: {reason}", reason=say_wrong(code, field)))
    if found.seen.returned is not None:
        words = found.seen.returned
        doubts.append(lambda: tr("The centre returned it: {reason}", reason=in_language(words)))
    if found.seen.has_doubt:
        doubts.append(lambda: tr("An event came out of turn; the centre decides what holds."))
    return tuple(doubts)


def _history(entry: HistoryEntry, book: BookWords) -> HistoryRow:
    say = EVENTS.get(entry.kind, lambda: tr("An event this program does not know yet"))
    if entry.kind == EventKind.APPEAL_REGISTERED and not entry.is_own:
        say = lambda: tr("Registered")  # noqa: E731
    return HistoryRow(at=entry.at, say=say, note=_note(entry, book), is_hour_known=not _is_day_alone(entry))


def _is_day_alone(entry: HistoryEntry) -> bool:
    """Whether the day holds and the hour does not: registering took its day from the time that counts."""
    return entry.is_hour_doubtful and entry.kind == EventKind.APPEAL_REGISTERED


def _note(entry: HistoryEntry, book: BookWords) -> Say | None:
    """What an event says beyond its kind."""

    def told() -> str:
        parts = [_note_of_body(entry, book), entry.person_name if entry.is_own else ""]
        if entry.is_pending:
            parts.append(tr("not yet at the centre"))
        if entry.is_out_of_turn:
            parts.append(tr("out of turn"))
        if entry.is_hour_doubtful:
            parts.append(tr("hour not known") if _is_day_alone(entry) else tr("the clock was doubtful"))
        if entry.is_erased:
            parts.append(tr("words erased"))
        return joined(parts, " · ")

    return told if told() else None


def _note_of_body(entry: HistoryEntry, book: BookWords) -> str:
    match entry.body:
        case bodies.Routed(body_code=code):
            return book.addressee_name(code)
        case bodies.AcceptedByBody(body_code=code):
            return book.addressee_name(code)
        case bodies.Forwarded(to_body=code, notice=words):
            return joined((book.addressee_name(code), in_language(words)), ". ")
        case bodies.Reopened(reason=words, body_code=code):
            return joined((book.addressee_name(code) if code else "", in_language(words)), ". ")
        case bodies.ComplaintMade(text=text):
            return text
        case bodies.AnswerRated(solved=solved, comment=comment):
            return joined((SOLVED[solved](), comment), ". ")
        case bodies.CoExecutorAdded(body_code=code) | bodies.CoExecutorRemoved(body_code=code):
            return book.addressee_name(code)
        case bodies.Extended(due_on=on):
            return tr("new term: {day}", day=formats.day(on))
        case bodies.DueRecalculated(cause=words, new_due_on=on):
            return joined((tr("new term: {day}", day=formats.day(on)), in_language(words)), ". ")
        case bodies.AppealCorrected(reason=reason) | bodies.AppealWithdrawn(reason=reason):
            return reason
        case bodies.ReturnedToOffice(what=words):
            return in_language(words)
        case bodies.ApplicantTold(how=how, note=note):
            return joined((ANSWER_WORDS[how](), note))
        case bodies.Answered(outcome=outcome):
            return OUTCOMES[outcome]()
        case bodies.ReceptionSet() | bodies.ReceptionSaid() | bodies.ReceptionNoted() | bodies.ReceptionDeclined():
            return reception_telling.note(entry.body)
        case _:
            return ""


def _day_of(row: AppealRow) -> date | None:
    """The day that the list names: of the answer, else of the term; what is not considered any more has none."""
    if row.answered_at is not None:
        return _local_day(row.answered_at)
    return None if row.state in WITHOUT_TERM else row.due_on


def _local_day(at: datetime) -> date:
    return formats.local(at).date()
