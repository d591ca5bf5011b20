"""Complaints about answers and silence: what their events do to the register, and which of them waits for a body."""

from datetime import datetime

from server_sync.appeals.authority import local_day
from server_sync.appeals.models import Appeal, Complaint
from server_sync.contract.bodies import AppealKind, ComplaintMade
from server_sync.contract.events import NO_PERSON, EventKind, Header
from server_sync.contract.workflow import State
from server_sync.journal.models import Event

ENDING = frozenset({EventKind.ANSWERED, EventKind.LEFT_WITHOUT_CONSIDERATION, EventKind.APPEAL_WITHDRAWN})
"""What a complaint waits for."""


def lay(appeal: Appeal, event: Event, body: ComplaintMade, at: datetime) -> None:
    """Write a complaint: the request waits for an answer again, whatever was answered before."""
    was_decided = appeal.answered_at is not None or appeal.state == State.LEFT_WITHOUT_CONSIDERATION
    Complaint.objects.create(
        appeal=appeal,
        event=event,
        answer=body.about,
        is_of_answer=was_decided or body.about is not None,
        body_code=appeal.body_code,
        at=at,
    )
    appeal.is_complained = True
    appeal.answered_at = appeal.answered_on = None


def begin_anew(appeal: Appeal, header: Header, at: datetime, to_body: str) -> None:
    """Count the term from today where a request was opened again, or a complaint about it came to who decides.

    What a rule did, without a person, is about the complaint: rules forward and reopen nothing else.
    """
    is_by_rule = header.person == NO_PERSON
    if is_by_rule:
        Complaint.objects.filter(appeal=appeal, sent_to="").update(sent_to=to_body)
    elif header.kind == EventKind.FORWARDED:
        return
    appeal.counted_from = local_day(at)
    appeal.counted_as = AppealKind.COMPLAINT if is_by_rule else AppealKind(appeal.kind)


def newest(appeal: Appeal) -> Complaint | None:
    """The complaint that was made last; None when none ever was."""
    return appeal.complaints.order_by("-event_id").first()
