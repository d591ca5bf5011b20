"""Lays what was typed here meanwhile over what the centre has confirmed: a request as this office sees it.

The same order of events gives the same picture everywhere: the state comes from contract.workflow, facts are kept even
when the state did not expect them, and such events are marked for a person to decide.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never
from uuid import UUID

from liaison_desktop.domain.appeals import AnswerSeen, AppealSeen, HistoryEntry, KnownEvent, Supplement, Told
from liaison_desktop.domain.times import is_hour_measured, local_day, moment
from server_sync.contract import bodies
from server_sync.contract.events import NO_PERSON, EventKind, Header, UnknownBody
from server_sync.contract.moments import claimed_ms
from server_sync.contract.receptions import laid
from server_sync.contract.workflow import State, step

ERASED_APPLICANT = bodies.Applicant()


def as_seen_here(confirmed: Iterable[KnownEvent], pending: Iterable[KnownEvent]) -> AppealSeen | None:
    """Give the request that these events tell of, or None without its registering event.

    `confirmed` in the order the centre gave them, `pending` in the order they were made. The registering event begins,
    wherever it stands.
    """
    events = [(event, False) for event in confirmed] + [(event, True) for event in pending]
    began = next((at for at, one in enumerate(events) if one[0].header.kind == EventKind.APPEAL_REGISTERED), None)
    seen = None if began is None else _begin(*events.pop(began))
    if seen is None:
        return None
    for event, is_pending in events:
        seen = _lay(seen, event, is_pending)
    return seen


def claimed_moment(header: Header, body: bodies.AppealRegistered) -> int:
    """When a request was registered, milliseconds UTC, as its receipt says it too."""
    return claimed_ms(header.wall_ms, body.registered_on)


def person_of(header: Header) -> UUID | None:
    """Who wrote an event; None when a program did by rule."""
    return None if header.person == NO_PERSON else UUID(bytes=header.person)


def _begin(event: KnownEvent, is_pending: bool) -> AppealSeen | None:
    body = event.body
    if body is None and event.header.kind == EventKind.APPEAL_REGISTERED:
        return _nameless(event, is_pending)
    if not isinstance(body, bodies.AppealRegistered):
        return None
    at_ms = claimed_moment(event.header, body)
    return AppealSeen(
        appeal=event.hash,
        number=event.number,
        registered_at=moment(at_ms),
        registered_on=body.registered_on,
        clerk=person_of(event.header),
        is_own=event.is_own,
        kind=body.kind,
        form=body.form,
        language=body.language,
        applicant=body.applicant,
        address=body.address,
        answer_by=body.answer_by,
        addressee_code=body.addressee_code,
        addressee_site=body.addressee_site,
        categories=body.categories,
        subject=body.subject,
        text=body.text,
        due=body.due,
        is_collective=body.is_collective,
        signatories_count=body.signatories_count,
        signatories=body.signatories,
        repeat_of=body.repeat_of,
        attachments=body.attachments,
        is_erased=event.is_erased,
        history=(_entry(event, State.REGISTERED, is_pending, is_out_of_turn=event.is_out_of_turn),),
        heads=(event.hash,),
    )


def _nameless(event: KnownEvent, is_pending: bool) -> AppealSeen:
    """An erased request of which nothing remains but its header."""
    day = local_day(event.header.wall_ms)
    return AppealSeen(
        appeal=event.hash,
        number=event.number,
        registered_at=moment(event.header.wall_ms),
        registered_on=day,
        clerk=person_of(event.header),
        is_own=event.is_own,
        kind=bodies.AppealKind.APPLICATION,
        form=bodies.AppealForm.WRITTEN,
        language="ky",
        applicant=ERASED_APPLICANT,
        address=bodies.Address(),
        answer_by=bodies.AnswerBy.IN_PERSON,
        addressee_code="",
        addressee_site="",
        categories=(),
        subject="",
        text="",
        due=bodies.DueTerm(),
        is_collective=False,
        signatories_count=0,
        signatories=(),
        repeat_of=None,
        attachments=(),
        is_erased=True,
        history=(_entry(event, State.REGISTERED, is_pending, is_out_of_turn=False),),
        heads=(event.hash,),
    )


def _entry(event: KnownEvent, state: State, is_pending: bool, *, is_out_of_turn: bool) -> HistoryEntry:
    body = event.body
    at_ms = event.header.wall_ms
    if isinstance(body, bodies.AppealRegistered):
        at_ms = claimed_moment(event.header, body)
    return HistoryEntry(
        event=event.hash,
        kind=event.header.kind,
        at=moment(at_ms),
        person=person_of(event.header),
        is_own=event.is_own,
        is_pending=is_pending,
        is_out_of_turn=is_out_of_turn,
        state_after=state,
        body=body,
        is_erased=event.is_erased,
        is_hour_doubtful=not is_hour_measured(event.header, at_ms),
    )


def _lay(seen: AppealSeen, event: KnownEvent, is_pending: bool) -> AppealSeen:
    heads = (*(head for head in seen.heads if head not in event.header.follows), event.hash)[-8:]
    body = event.body
    if body is None or isinstance(body, UnknownBody):
        entry = _entry(event, seen.state, is_pending, is_out_of_turn=event.is_out_of_turn)
        return replace(seen, history=(*seen.history, entry), heads=heads)
    kind = EventKind(event.header.kind)
    reached = step(seen.state, kind, before_return=seen.state_before_return)
    is_out_of_turn = reached.is_out_of_turn or event.is_out_of_turn
    entry = _entry(event, reached.state, is_pending, is_out_of_turn=is_out_of_turn)
    before = seen.state if kind is EventKind.RETURNED_TO_OFFICE and not reached.is_out_of_turn else None
    laid = replace(
        seen,
        state=reached.state,
        state_before_return=before or seen.state_before_return,
        has_doubt=seen.has_doubt or is_out_of_turn,
        returned=seen.returned if reached.state is State.RETURNED_TO_OFFICE else None,
        history=(*seen.history, entry),
        heads=heads,
    )
    return _write(laid, event, body, in_turn=not reached.is_out_of_turn)


def _write(seen: AppealSeen, event: KnownEvent, body: bodies.Body, *, in_turn: bool) -> AppealSeen:
    at = moment(event.header.wall_ms)
    match body:
        case bodies.AppealCorrected():
            return correct(seen, body)
        case bodies.AppealSupplemented():
            supplement = (Supplement(event.hash, at, body.text),) if body.text else ()
            return replace(
                seen,
                attachments=seen.attachments + body.attachments,
                signatories=seen.signatories + body.signatories,
                supplements=seen.supplements + supplement,
            )
        case bodies.ReceiptReprinted():
            return replace(seen, copies=max(seen.copies, body.copy_number))
        case bodies.ApplicantTold():
            return _tell(seen, body)
        case bodies.AnswerRated():
            answers = tuple(
                replace(one, rating=body.solved) if one.event == body.answer else one for one in seen.answers
            )
            return replace(seen, answers=answers)
        case bodies.AttachmentLost():
            return replace(seen, lost_blobs=seen.lost_blobs | {body.blob_id})
        case bodies.Routed():
            return replace(seen, body_code=body.body_code) if in_turn else seen
        case bodies.Forwarded():
            return replace(seen, body_code=body.to_body) if in_turn else seen
        case bodies.CoExecutorAdded():
            return replace(seen, co_bodies=tuple(sorted({*seen.co_bodies, body.body_code})))
        case bodies.CoExecutorRemoved():
            return replace(seen, co_bodies=tuple(code for code in seen.co_bodies if code != body.body_code))
        case bodies.Extended():
            return replace(seen, due=replace(seen.due, due_on=body.due_on), is_extended=True)
        case bodies.DueRecalculated():
            return replace(seen, due=replace(seen.due, due_on=body.new_due_on, provisional=False))
        case bodies.Answered():
            return _answer(seen, event, body)
        case bodies.LeftWithoutConsideration():
            return replace(seen, left_notice=body.notice)
        case bodies.ReturnedToOffice():
            return replace(seen, returned=body.what) if in_turn else seen
        case bodies.Reopened():
            body_code = body.body_code if in_turn and body.body_code else seen.body_code
            return replace(seen, body_code=body_code, answered_at=None, told=None, left_notice=None)
        case bodies.ComplaintMade():
            return replace(seen, answered_at=None, told=None) if in_turn else seen
        case bodies.Linked() | bodies.Split():
            return replace(seen, links=(*seen.links, body.other))
        case bodies.Merged():
            return replace(seen, links=(*seen.links, body.into))
        case bodies.ResolvedByPerson():
            return replace(seen, has_doubt=False)
        case bodies.ReceptionSaid() | bodies.ReceptionSet() | bodies.ReceptionDeclined() | bodies.ReceptionNoted():
            return replace(seen, reception=laid(seen.reception, event.hash, body))
        case (
            bodies.AppealRegistered()
            | bodies.AppealWithdrawn()
            | bodies.AcceptedByBody()
            | bodies.SummaryPublished()
            | bodies.SummaryWithdrawn()
            | bodies.Erased()
            | bodies.SessionOpened()
            | bodies.SessionClosed()
            | bodies.Hole()
            | bodies.VoteCast()
            | bodies.MeetingPlanned()
            | bodies.MeetingChanged()
            | bodies.MeetingCancelled()
            | bodies.MeetingOpened()
            | bodies.MeetingClosed()
            | bodies.MeetingVoteOpened()
            | bodies.MeetingVoteClosed()
            | bodies.DecisionTaken()
            | bodies.DecisionWithdrawn()
            | bodies.MeetingSaid()
            | bodies.MeetingPaperAdded()
            | bodies.MeetingPaperWithdrawn()
        ):
            return seen
        case _:
            assert_never(body)


def correct(seen: AppealSeen, body: bodies.AppealCorrected) -> AppealSeen:
    """Lay a correction over a request, field by field."""
    return replace(
        seen,
        kind=seen.kind if body.kind is None else body.kind,
        applicant=seen.applicant if body.applicant is None else body.applicant,
        address=seen.address if body.address is None else body.address,
        answer_by=seen.answer_by if body.answer_by is None else body.answer_by,
        addressee_code=seen.addressee_code if body.addressee_code is None else body.addressee_code,
        addressee_site=seen.addressee_site if body.addressee_code is None else body.addressee_site or "",
        categories=seen.categories if body.categories is None else body.categories,
        subject=seen.subject if body.subject is None else body.subject,
        text=seen.text if body.text is None else body.text,
        due=seen.due if body.due is None else _term(seen, body.due),
    )


def _term(seen: AppealSeen, corrected: bodies.DueTerm) -> bodies.DueTerm:
    """The term after a correction: what an officer extended to a day stays at that day."""
    if not seen.is_extended:
        return corrected
    return replace(corrected, due_on=seen.due.due_on, provisional=seen.due.provisional)


def _tell(seen: AppealSeen, body: bodies.ApplicantTold) -> AppealSeen:
    told = Told(body.how, body.told_on, body.note)
    answers = tuple(
        replace(one, told=told) if body.answer in (None, one.event) and one.told is None else one
        for one in seen.answers
    )
    return replace(seen, answers=answers, told=told)


def _answer(seen: AppealSeen, event: KnownEvent, body: bodies.Answered) -> AppealSeen:
    at_ms = event.header.wall_ms
    due_on = seen.due.due_on
    answer = AnswerSeen(
        event=event.hash,
        at=moment(at_ms),
        outcome=body.outcome,
        text=body.text,
        body_code=body.body_code,
        signed_by=body.signed_by,
        reference=body.reference,
        attachments=body.attachments,
        is_late=due_on is not None and local_day(at_ms) > due_on,
        is_erased=event.is_erased,
    )
    return replace(seen, answers=(*seen.answers, answer), answered_at=answer.at, told=None)
