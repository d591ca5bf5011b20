"""What remains of an event after its erasure: what it decided, without a word that anybody said in it.

A register that forgot where a request went, or that its answer was late, could not be made anew from its events and
would count wrongly. So whoever erases an event's salt and body keeps these remains: the same kind of body with every
free text, name, address and file taken out. They are signed by nobody and prove nothing; the commitment in the header's
hash stays what it was.
"""

from dataclasses import replace
from typing import Final, assert_never

from server_sync.contract import bodies, codec
from server_sync.contract.bodies import Body, Words
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, Header, UnknownBody, read_body
from server_sync.contract.shapes import to_plain

SILENT: Final = frozenset(
    {
        EventKind.RECEIPT_REPRINTED,
        EventKind.SESSION_OPENED,
        EventKind.SESSION_CLOSED,
        EventKind.HOLE,
        EventKind.VOTE_CAST,
        EventKind.ERASED,
        EventKind.MEETING_PLANNED,
        EventKind.MEETING_CHANGED,
        EventKind.MEETING_CANCELLED,
        EventKind.MEETING_OPENED,
        EventKind.MEETING_CLOSED,
        EventKind.MEETING_VOTE_OPENED,
        EventKind.MEETING_VOTE_CLOSED,
        EventKind.DECISION_TAKEN,
        EventKind.DECISION_WITHDRAWN,
        EventKind.MEETING_SAID,
        EventKind.MEETING_PAPER_ADDED,
        EventKind.MEETING_PAPER_WITHDRAWN,
    }
)
"""Kinds in which nobody says anything, once they are read; what was refused or is not understood may say whatever.

What the Government announces of its meetings is no citizen's word, and is put right by the next plan; what its people
wrote in the chat of one the desk could take away before it was kept. A paper is withdrawn: its bytes go everywhere.
"""

ERASABLE: Final = frozenset(EventKind) - SILENT
"""Kinds in which somebody says something in words of their own."""

_NOBODY = bodies.Applicant()
_NOWHERE = bodies.Address()
_SILENT = Words()


def without_words(body: Body) -> Body | None:
    """Take out of a body all that a person said in it; None for a kind that says nothing and is not erased."""
    match body:
        case bodies.AppealRegistered():
            return replace(
                body,
                applicant=_NOBODY,
                address=_NOWHERE,
                addressee_code="",
                addressee_site="",
                categories=(),
                subject="",
                text="",
                attachments=(),
                signatories=(),
                repeat_of=None,
            )
        case bodies.AppealCorrected():
            return bodies.AppealCorrected("", kind=body.kind, due=body.due, replaces=body.replaces)
        case bodies.AppealSupplemented():
            return bodies.AppealSupplemented()
        case bodies.AppealWithdrawn() | bodies.AttachmentLost() | bodies.SummaryWithdrawn():
            return replace(body, reason="")
        case bodies.ApplicantTold() | bodies.AcceptedByBody():
            return replace(body, note="")
        case bodies.ComplaintMade():
            return replace(body, text="")
        case bodies.AnswerRated():
            return replace(body, comment="")
        case (
            bodies.Routed() | bodies.Extended() | bodies.Reopened() | bodies.Linked() | bodies.Merged() | bodies.Split()
        ):
            return replace(body, reason=_SILENT)
        case (
            bodies.Forwarded()
            | bodies.CoExecutorAdded()
            | bodies.CoExecutorRemoved()
            | bodies.LeftWithoutConsideration()
        ):
            return replace(body, notice=_SILENT)
        case bodies.Answered():
            return replace(body, text=_SILENT, signed_by="", attachments=())
        case bodies.ReturnedToOffice():
            return bodies.ReturnedToOffice(_SILENT)
        case bodies.DueRecalculated():
            return replace(body, cause=_SILENT)
        case bodies.SummaryPublished():
            return bodies.SummaryPublished(_SILENT, _SILENT)
        case bodies.ResolvedByPerson():
            return replace(body, reason="")
        case bodies.ReceptionSaid():
            return _without_talk(body)
        case bodies.ReceptionSet():
            return replace(body, by_whom=_SILENT, bring=_SILENT)
        case bodies.ReceptionDeclined():
            return replace(body, reason=_SILENT)
        case bodies.ReceptionNoted():
            return replace(body, outcome=_untold(body.outcome))
        case (
            bodies.ReceiptReprinted()
            | bodies.SessionOpened()
            | bodies.SessionClosed()
            | bodies.Hole()
            | bodies.VoteCast()
            | bodies.Erased()
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
            return None
        case _:
            assert_never(body)


def _without_talk(body: bodies.ReceptionSaid) -> bodies.ReceptionSaid:
    """Of a wish its consents are left, of an outcome that there was one."""
    wish = None if body.wish is None else replace(body.wish, days=(), note="", needs_interpreter=False)
    return replace(body, wish=wish, outcome=None if body.outcome is None else _untold(body.outcome))


def _untold(outcome: bodies.ReceptionOutcome) -> bodies.ReceptionOutcome:
    return bodies.ReceptionOutcome("", is_for_applicant=outcome.is_for_applicant)


def says_words(body: Body) -> bool:
    """Whether there is anything in a body that an erasure would take out."""
    return without_words(body) not in (None, body)


def remains_of(header: Header, body: bytes) -> bytes:
    """The remains of an event as bytes of a body; empty when this program cannot read it, or its kind has none."""
    try:
        said = read_body(header, body)
    except ContractError:
        return b""
    left = None if isinstance(said, UnknownBody) else without_words(said)
    return b"" if left is None else codec.encode(to_plain(left))
