"""What events of papers do: called by `planned`, the only writer of the tables of meetings."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from server_sync.appeals.believing import moment
from server_sync.appeals.matters import Projected
from server_sync.appeals.refusals import Quarantine
from server_sync.contract.bodies import (
    PAPERS_MOST,
    SHORT_CHARACTERS,
    MeetingChanged,
    MeetingPaperAdded,
    MeetingPaperWithdrawn,
)
from server_sync.contract.events import Header
from server_sync.contract.limits import check_text
from server_sync.contract.meetings import MeetingState
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, FeedRow
from server_sync.meetings.decided import demand_reason
from server_sync.meetings.models import Invitation, Meeting, MeetingPaper
from server_sync.meetings.plans import UnsoundPlan, demand_short, is_silent, sites_of
from server_sync.meetings.standing import invited_sites


def demand_paper(body: MeetingPaperAdded) -> None:
    """Raise UnsoundPlan for a title that is none: `paper_untitled`, `text_too_long`, `control_character` and the like.

    It is one line: lists show it so.
    """
    if is_silent(body.title):
        raise UnsoundPlan("paper_untitled")
    demand_short(body.title, SHORT_CHARACTERS)
    for text in (body.title.ky, body.title.ru, body.title.en):
        for breach in check_text("title", text, SHORT_CHARACTERS):
            raise UnsoundPlan(breach.code)


def add(event: Event, header: Header, body: MeetingPaperAdded) -> frozenset[str]:
    """Lay a paper to a meeting; gives whom to tell."""
    demand_paper(body)
    meeting = Meeting.objects.filter(pk=body.meeting).first()
    if meeting is None:
        raise Quarantine("meeting_unknown")
    if meeting.state not in {MeetingState.PLANNED, MeetingState.OPEN}:
        raise Quarantine("meeting_over" if meeting.state == MeetingState.CLOSED else "meeting_cancelled")
    if MeetingPaper.objects.filter(pk=body.paper).exists():
        raise Quarantine("paper_known")
    if standing(body.meeting).count() >= PAPERS_MOST:
        raise Quarantine("too_many_papers")
    MeetingPaper.objects.create(
        id=body.paper,
        meeting=meeting,
        item=body.item,
        title_ky=body.title.ky,
        title_ru=body.title.ru,
        title_en=body.title.en,
        blob_id=body.blob_id,
        blob_key=body.blob_key,
        size_bytes=body.size_bytes,
        content_hash=body.content_hash,
        pages=body.pages,
        added_at=moment(event, header),
        added_by=UUID(bytes=header.person),
        event=event,
        last_event=event,
    )
    return invited_sites(meeting)


def withdraw(event: Event, header: Header, body: MeetingPaperWithdrawn) -> frozenset[str]:
    """Take a paper from its meeting; gives whom to tell: also those who heard of it and are invited no more."""
    demand_reason(body.reason)
    paper = MeetingPaper.objects.select_related("meeting").filter(pk=body.paper, meeting=body.meeting).first()
    if paper is None:
        raise Quarantine("no_such_paper")
    if paper.withdrawn_at is not None:
        raise Quarantine("paper_withdrawn")
    paper.withdrawn_at = moment(event, header)
    paper.reason_ky, paper.reason_ru, paper.reason_en = body.reason.ky, body.reason.ru, body.reason.en
    paper.last_event = event
    paper.save(update_fields=["withdrawn_at", "reason_ky", "reason_ru", "reason_en", "last_event"])
    return invited_sites(paper.meeting) | told_of(paper)


def for_newly_invited(body: MeetingChanged) -> tuple[Change, ...]:
    """The papers of a meeting for offices that a plan invites now and that heard of none. Call before it is laid."""
    before = Invitation.objects.filter(meeting=body.meeting).values_list("site_id", flat=True)
    late = sorted(sites_of(body.plan) - frozenset(before))
    papers = standing(body.meeting).select_related("event") if late else ()
    return tuple(Change(site_code, paper.event) for site_code in late for paper in papers)


def told_of(paper: MeetingPaper) -> frozenset[str]:
    """The offices that heard of a paper, whether they are invited still or not."""
    return frozenset(FeedRow.objects.filter(event=paper.event_id).values_list("site_id", flat=True))


def standing(meeting_id: bytes) -> QuerySet[MeetingPaper]:
    """The papers that a meeting has."""
    return MeetingPaper.objects.filter(meeting=meeting_id, withdrawn_at=None)


PROJECTIONS: Final = (
    Projected(
        MeetingPaper.objects,
        ("id", "event__hash", "last_event__hash"),
        (
            *("meeting_id", "item", "title_ky", "title_ru", "title_en", "blob_id", "blob_key", "size_bytes"),
            *("content_hash", "pages", "added_at", "added_by", "withdrawn_at", "reason_ky", "reason_ru", "reason_en"),
        ),
    ),
)
