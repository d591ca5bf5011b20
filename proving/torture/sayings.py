"""Something to say in an event of every kind, and ways to say it wrongly."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from server_sync.contract import bodies, codec
from server_sync.contract.bodies import Body, Words
from server_sync.contract.events import BODY_OF, BODY_VERSION, EventKind
from server_sync.contract.shapes import to_plain

WORDS: Final = Words("сөз", "слово", "word")
NEWER_KINDS: Final = (99, 250, 65_535)
"""Kinds of the future: an office's, the centre's, the last there can be."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One body to try: how it is wrong, if it is, its bytes, and the version that its header names."""

    name: str
    raw: bytes
    version: int = BODY_VERSION


def request(site_code: str, today: date) -> bodies.AppealRegistered:
    """A request as an office takes it."""
    return bodies.AppealRegistered(
        kind=bodies.AppealKind.APPLICATION,
        form=bodies.AppealForm.WRITTEN,
        language="ky",
        applicant=bodies.Applicant("Турдубаева", "Бактыгүл", pin="10101198099656"),
        address=bodies.Address(site_code),
        answer_by=bodies.AnswerBy.PHONE,
        addressee_code="AKIM",
        addressee_site=site_code,
        categories=("11.04",),
        subject="Суу жок",
        text="Бизде бир айдан бери суу жок.",
        registered_on=today,
        due=bodies.DueTerm(today + timedelta(days=20), 14, "67/2007", rules_version=1),
    )


def said(kind: EventKind, about: bytes, site_code: str, today: date) -> Body:
    """A well-formed body of a kind, about the event of a hash where it can be about one."""
    nobody = bytes(16)
    meeting = about[:16]
    plan = bodies.MeetingPlan(WORDS, 4_102_444_800_000, 60, (bodies.Invited(site_code, bodies.MeetingPart.CHAIR),))
    of: dict[EventKind, Callable[[], Body]] = {
        EventKind.APPEAL_REGISTERED: lambda: request(site_code, today),
        EventKind.APPEAL_CORRECTED: lambda: bodies.AppealCorrected("ката", subject="башка", replaces=about),
        EventKind.APPEAL_SUPPLEMENTED: lambda: bodies.AppealSupplemented("дагы", signatories=("Бек",)),
        EventKind.APPEAL_WITHDRAWN: lambda: bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL),
        EventKind.RECEIPT_REPRINTED: lambda: bodies.ReceiptReprinted(77),
        EventKind.APPLICANT_TOLD: lambda: bodies.ApplicantTold(bodies.AnswerBy.PHONE, today, about),
        EventKind.COMPLAINT_MADE: lambda: bodies.ComplaintMade("жооп жок", about),
        EventKind.ANSWER_RATED: lambda: bodies.AnswerRated(about, bodies.Solved.NO),
        EventKind.SESSION_OPENED: lambda: bodies.SessionOpened("clerk", "1.0"),
        EventKind.SESSION_CLOSED: lambda: bodies.SessionClosed(1),
        EventKind.ATTACHMENT_LOST: lambda: bodies.AttachmentLost(about, "өчкөн"),
        EventKind.HOLE: lambda: bodies.Hole(1, about),
        EventKind.ROUTED: lambda: bodies.Routed("PM", "r", WORDS),
        EventKind.ACCEPTED_BY_BODY: lambda: bodies.AcceptedByBody("PM", today),
        EventKind.FORWARDED: lambda: bodies.Forwarded("PM", "AKIM@" + site_code, today, WORDS),
        EventKind.CO_EXECUTOR_ADDED: lambda: bodies.CoExecutorAdded("PM", today, WORDS),
        EventKind.EXTENDED: lambda: bodies.Extended(today + timedelta(days=90), WORDS, "14"),
        EventKind.ANSWERED: lambda: bodies.Answered(bodies.Outcome.EXPLAINED, WORDS, "PM", "Ким", nobody),
        EventKind.LEFT_WITHOUT_CONSIDERATION: lambda: bodies.LeftWithoutConsideration("repeat", WORDS),
        EventKind.RETURNED_TO_OFFICE: lambda: bodies.ReturnedToOffice(WORDS),
        EventKind.REOPENED: lambda: bodies.Reopened(WORDS, "PM"),
        EventKind.LINKED: lambda: bodies.Linked(about, WORDS),
        EventKind.MERGED: lambda: bodies.Merged(about, WORDS),
        EventKind.SPLIT: lambda: bodies.Split(about, WORDS),
        EventKind.DUE_RECALCULATED: lambda: bodies.DueRecalculated(WORDS, today, today + timedelta(days=90)),
        EventKind.SUMMARY_PUBLISHED: lambda: bodies.SummaryPublished(WORDS, WORDS),
        EventKind.SUMMARY_WITHDRAWN: lambda: bodies.SummaryWithdrawn("ката"),
        EventKind.RESOLVED_BY_PERSON: lambda: bodies.ResolvedByPerson(about, "fork", "release", "негиз", nobody),
        EventKind.ERASED: lambda: bodies.Erased(about, "негиз", nobody),
        EventKind.MEETING_PLANNED: lambda: bodies.MeetingPlanned(meeting, plan),
        EventKind.MEETING_CHANGED: lambda: bodies.MeetingChanged(meeting, plan, WORDS),
        EventKind.MEETING_CANCELLED: lambda: bodies.MeetingCancelled(meeting, WORDS),
        EventKind.MEETING_OPENED: lambda: bodies.MeetingOpened(meeting),
        EventKind.MEETING_CLOSED: lambda: bodies.MeetingClosed(meeting, (bodies.Attended(site_code, 60),)),
        EventKind.MEETING_VOTE_OPENED: lambda: bodies.MeetingVoteOpened(meeting, nobody, WORDS, 2**40, (site_code,), 1),
        EventKind.MEETING_VOTE_CLOSED: lambda: bodies.MeetingVoteClosed(
            meeting, nobody, (bodies.OfficeVote(site_code, bodies.VoteChoice.FOR),), 1, 0, 0, is_quorate=True
        ),
        EventKind.VOTE_CAST: lambda: bodies.VoteCast(nobody, bodies.VoteChoice.FOR),
        EventKind.DECISION_TAKEN: lambda: bodies.DecisionTaken(meeting[::-1], meeting, WORDS, (site_code,), today),
        EventKind.DECISION_WITHDRAWN: lambda: bodies.DecisionWithdrawn(meeting[::-1], meeting, WORDS),
        EventKind.MEETING_PAPER_ADDED: lambda: bodies.MeetingPaperAdded(
            meeting[::-1], meeting, WORDS, bytes(32), bytes(32), 1, bytes(32), 1
        ),
        EventKind.MEETING_PAPER_WITHDRAWN: lambda: bodies.MeetingPaperWithdrawn(meeting[::-1], meeting, WORDS),
        EventKind.MEETING_SAID: lambda: bodies.MeetingSaid(meeting, 1, (bodies.SaidLine(site_code, 1, "үн"),)),
        EventKind.RECEPTION_SAID: lambda: bodies.ReceptionSaid(bodies.ReceptionWish(True, note="сүйлөшсөк")),
        EventKind.RECEPTION_SET: lambda: bodies.ReceptionSet(meeting, 2**40, 30, WORDS),
        EventKind.RECEPTION_DECLINED: lambda: bodies.ReceptionDeclined(WORDS),
        EventKind.CO_EXECUTOR_REMOVED: lambda: bodies.CoExecutorRemoved("PM", WORDS),
        EventKind.RECEPTION_NOTED: lambda: bodies.ReceptionNoted(meeting, bodies.ReceptionOutcome("айтылды")),
    }
    return of[kind]()


def sayings(kind: int, about: bytes, site_code: str, today: date) -> Iterator[Saying]:
    """A body as it should be, the same in a version of the future, and bytes that no kind can be read from."""
    if kind in BODY_OF:
        body = said(EventKind(kind), about, site_code, today)
        raw = codec.encode(to_plain(body))
        yield Saying("well-formed", raw)
        yield Saying("future", raw, BODY_VERSION + 1)
        yield Saying("cut short", raw[:-1])
        yield Saying("with a key of the future", codec.encode({**to_plain(body), 60_000: 1}))
        yield Saying("another kind's", codec.encode({900: "x"}))
    yield Saying("an empty map", b"\xa0")
    yield Saying("nothing", b"")
    yield Saying("no CBOR", b"\xff\x00\xff")
    yield Saying("a number", b"\x01")
