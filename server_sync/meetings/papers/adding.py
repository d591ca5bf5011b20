"""Acts of the chair's assistant on papers: laid to a meeting until it is over, and taken from it at any time."""

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from server_sync.blobs import storage
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room_for_offices
from server_sync.contract.blobs import blob_id as id_of
from server_sync.contract.blobs import new_blob_key, seal
from server_sync.contract.bodies import PAPERS_MOST, MeetingPaperAdded, MeetingPaperWithdrawn, Words
from server_sync.contract.meetings import MeetingState
from server_sync.contract.signing import sha256
from server_sync.journal.models import Event
from server_sync.meetings.acts import demand_may, do_to, find
from server_sync.meetings.decided import demand_reason
from server_sync.meetings.models import Meeting, MeetingPaper
from server_sync.meetings.papers import keeping
from server_sync.meetings.papers.reading import pages_of
from server_sync.meetings.papers.told import demand_paper, standing, told_of
from server_sync.meetings.planned import REFUSED_IN
from server_sync.meetings.plans import UnsoundPlan
from server_sync.meetings.standing import chair_site
from server_sync.workplaces.models import CENTRE

ADDED_IN: Final = (MeetingState.PLANNED, MeetingState.OPEN)
WITHDRAWN_IN: Final = tuple(MeetingState)
"""A paper that should not have been laid goes also from a meeting that is over or was cancelled."""


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper as somebody brings it; `paper` is drawn once, so that what is sent twice is laid once."""

    paper: bytes
    title: Words
    item: int
    pdf: bytes


def add_paper(person: bytes, meeting: bytes, new: NewPaper) -> Event:
    """Lay a paper to a meeting; the offices invited are told and fetch it.

    Raises Refused with the code of an UnsoundPlan (`told.demand_paper`) or of `reading.pages_of`, `item_unknown`,
    `too_many_papers`, `paper_known`, `no_room`, `meeting_unknown`, `meeting_over`, `meeting_cancelled`, `role_missing`.
    """
    before = find(meeting)
    key = new_blob_key()
    body = MeetingPaperAdded(new.paper, meeting, new.title, bytes(32), key, 1, sha256(new.pdf), 1, new.item)
    demand_may(person, body, chair_site(before))
    _demand_place(before, body)
    pages = pages_of(new.pdf)
    demand_room_for_offices()
    sealed = seal(new.pdf, key)
    blob_id = id_of(sealed)
    body = MeetingPaperAdded(
        new.paper, meeting, new.title, blob_id, key, len(new.pdf), body.content_hash, pages, new.item
    )
    try:
        storage.keep(CENTRE, blob_id, sealed, timezone.now())
    except OSError as full:
        keeping.drop([blob_id])
        raise Refused("no_room", permanent=False) from full
    try:
        return do_to(person, body, before, frozenset(), b"", *ADDED_IN)
    except Refused:
        keeping.drop([blob_id])
        raise


def is_laid(meeting: bytes, new: NewPaper) -> bool:
    """Whether this very paper is there, and not another one of its name."""
    one = MeetingPaper.objects.filter(pk=new.paper, meeting=meeting).first()
    if one is None:
        return False
    title = Words(one.title_ky, one.title_ru, one.title_en)
    return (bytes(one.content_hash), one.item, title) == (sha256(new.pdf), new.item, new.title)


def withdraw_paper(person: bytes, body: MeetingPaperWithdrawn) -> Event:
    """Take a paper from a meeting, with a reason that all offices read that heard of the paper; its bytes go.

    Raises Refused `reason_missing`, `no_such_paper`, `paper_withdrawn`, `meeting_unknown`, `role_missing`.
    """
    try:
        demand_reason(body.reason)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code) from unsound
    paper = MeetingPaper.objects.filter(pk=body.paper, meeting=body.meeting).first()
    if paper is None:
        raise Refused("no_such_paper")
    done = do_to(person, body, find(body.meeting), told_of(paper), b"", *WITHDRAWN_IN)
    keeping.drop([bytes(paper.blob_id)])
    return done


def _demand_place(meeting: Meeting, body: MeetingPaperAdded) -> None:
    if meeting.state not in ADDED_IN:
        raise Refused(REFUSED_IN[MeetingState(meeting.state)])
    try:
        demand_paper(body)
    except UnsoundPlan as unsound:
        raise Refused(unsound.code) from unsound
    if body.item > len(meeting.agenda):
        raise Refused("item_unknown")
    if MeetingPaper.objects.filter(pk=body.paper).exists():
        raise Refused("paper_known")
    if standing(body.meeting).count() >= PAPERS_MOST:
        raise Refused("too_many_papers", limit=PAPERS_MOST)
