"""What applicants do with their own requests from a distance, by number and code: rate, complain, add, withdraw.

Each act is written once, however often its button is pressed, and few of a kind on one day; in which states is
contract.workflow's.
"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Final

from django.db import transaction
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.applying import OF_A_KIND_MOST
from server_sync.appeals.models import Answer, Appeal, HistoryEntry
from server_sync.appeals.sending_up import is_silent, send_up_now
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AnswerRated, AppealSupplemented, AppealWithdrawn, Body, ComplaintMade
from server_sync.contract.events import KIND_OF, EventKind, read_body, read_header
from server_sync.contract.workflow import Role, State, allowed
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE

A_DAY: Final = 5
"""So many acts of a kind about one request on one day; whoever guessed a code fills no register."""

Said = AnswerRated | ComplaintMade | AppealSupplemented | AppealWithdrawn


class _DoneAlready(Exception):
    """The very same was done since the page was opened: its button was pressed twice."""


def may(appeal: Appeal, kind: EventKind) -> bool:
    """Whether applicants may do this now with a request of theirs."""
    state = State(appeal.state)
    if appeal.is_erased or not allowed(kind, Role.APPLICANT, state):
        return False
    match kind:
        case EventKind.ANSWER_RATED:
            return newest_answer(appeal) is not None
        case EventKind.COMPLAINT_MADE:
            return is_decided(appeal) or is_silent(appeal, timezone.localdate())
        case _:
            return True


def is_decided(appeal: Appeal) -> bool:
    """Whether there is a decision to complain of: an answer, or that there will be none."""
    return appeal.state in {State.ANSWERED, State.LEFT_WITHOUT_CONSIDERATION} and not appeal.is_complained


def newest_answer(appeal: Appeal) -> Answer | None:
    """The answer that was sent last."""
    return appeal.answers.select_related("event").order_by("-event_id").first()


def answer_in_question(appeal: Appeal, kind: EventKind) -> bytes | None:
    """The answer that an act of this kind would be about; None when it is about none."""
    answer = newest_answer(appeal)
    if answer is None or (kind is EventKind.COMPLAINT_MADE and appeal.state != State.ANSWERED):
        return None
    return bytes(answer.event.hash)


def say(appeal_hash: bytes, body: Said, seen: bytes) -> bool:
    """Write what an applicant says, who saw the request with `seen` as its newest event; False when it was said then.

    Raises Refused `request_erased`, `not_in_this_state`, `answer_newer` (what is rated or complained of is not the
    newest answer), `not_silent_yet`, `too_many_today`, `too_many_ever`, and as `acts.perform`.
    """
    try:
        with transaction.atomic():
            perform(appeal_hash, body, expect=_expected(body, seen))
            if isinstance(body, ComplaintMade):
                send_up_now(appeal_hash)
    except _DoneAlready:
        return False
    return True


def _expected(body: Said, seen: bytes) -> Callable[[Appeal], None]:
    kind = KIND_OF[type(body)]

    def check(now: Appeal) -> None:
        if now.is_erased:
            raise Refused("request_erased")
        if _is_said(now, body, seen):
            raise _DoneAlready
        if not allowed(kind, Role.APPLICANT, State(now.state)):
            raise Refused("not_in_this_state", state=now.state)
        answer = newest_answer(now)
        match body:
            case AnswerRated():
                if answer is None or bytes(answer.event.hash) != body.answer:
                    raise Refused("answer_newer")
            case ComplaintMade(about=None):
                if not (is_silent(now, timezone.localdate()) or now.state == State.LEFT_WITHOUT_CONSIDERATION):
                    raise Refused("not_silent_yet")
            case ComplaintMade():
                if answer is None or bytes(answer.event.hash) != body.about or now.state != State.ANSWERED:
                    raise Refused("answer_newer")
            case _:
                pass
        _demand_few(now, kind)

    return check


def _demand_few(appeal: Appeal, kind: EventKind) -> None:
    of_kind = HistoryEntry.objects.filter(appeal=appeal, kind=kind)
    if of_kind.count() >= OF_A_KIND_MOST:
        raise Refused("too_many_ever")
    begun_at = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    if of_kind.filter(person=None, event__epoch__site=CENTRE, at__gte=begun_at).count() >= A_DAY:
        raise Refused("too_many_today")


def _is_said(appeal: Appeal, body: Body, seen: bytes) -> bool:
    """Whether the same was said from a distance after the event that was seen as the newest."""
    last = Event.accepted.filter(hash=seen, appeal=appeal.hash).values_list("leaf", flat=True).first()
    since = appeal.event.leaf if last is None else last
    said = Event.accepted.filter(
        appeal=appeal.hash, kind=KIND_OF[type(body)], epoch__site=CENTRE, leaf__gt=since, body__isnull=False
    )
    return any(
        read_body(read_header(bytes(event.header)), bytes(event.body or b"")) == body
        for event in said.order_by("-leaf")[:A_DAY]
    )
