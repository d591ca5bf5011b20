"""Gathers what the pages and the minutes show of a meeting's papers."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from server_sync.conferring import wording
from server_sync.meetings.models import Meeting, MeetingPaper
from server_sync.pages.wording import size


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper in words; `withdrawn` says when and why it is none of the meeting any more, empty while it is."""

    address: str
    item: int
    title: str
    about: str
    withdrawn: str


def papers_of(meeting: Meeting) -> tuple[PaperShown, ...]:
    """All papers of a meeting in the order of its agenda; those of no item of it stand first, as of the whole."""
    known = range(1, len(meeting.agenda) + 1)
    papers = sorted(meeting.papers.all(), key=lambda one: one.item if one.item in known else 0)
    return tuple(_shown(one, one.item if one.item in known else 0) for one in papers)


def _shown(one: MeetingPaper, item: int) -> PaperShown:
    pages = ngettext("%(n)s page", "%(n)s pages", one.pages) % {"n": one.pages}
    gone = ""
    if one.withdrawn_at is not None:
        told = {"day": wording.short_day(timezone.localtime(one.withdrawn_at).date()), "reason": one.reason}
        gone = gettext("Withdrawn on %(day)s: %(reason)s") % told
    return PaperShown(one.address, item, one.title, f"{pages}, {size(one.size_bytes)}", gone)
