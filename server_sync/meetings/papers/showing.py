"""What the desk shows of papers to everybody in the room: one page of one of them, under the lock of the meeting."""

from dataclasses import dataclass

from server_sync.common.refusals import Refused
from server_sync.meetings.live_models import Live
from server_sync.meetings.paper_models import MeetingPaper
from server_sync.meetings.seats import Asked, Change


@dataclass(frozen=True, slots=True)
class Shown:
    """What everybody who is in a meeting sees beside the pictures."""

    paper: MeetingPaper
    page: int


def show(asked: Asked) -> Change:
    """Show a page, or put away what was shown; raises Refused `no_such_paper`, `no_such_page`."""
    name, page = asked.call.paper, asked.call.page
    if name is not None:
        paper = MeetingPaper.objects.filter(pk=name, meeting=asked.live.pk, withdrawn_at=None).first()
        if paper is None:
            raise Refused("no_such_paper")
        if not 1 <= page <= paper.pages:
            raise Refused("no_such_page", limit=paper.pages)
    else:
        page = 0
    is_moved = (asked.live.paper, asked.live.page) != (name, page)
    asked.live.paper, asked.live.page = name, page
    return Change(is_on_stage=is_moved)


def shown_page(live: Live) -> tuple[str, int]:
    """The paper that is shown, as the stage names it, and its page; nothing of one that was withdrawn."""
    if live.paper is None or not _stands(live):
        return "", 0
    return bytes(live.paper).hex(), live.page


def shown_in(meeting_id: bytes) -> Shown | None:
    """The page that is shown to all in a meeting now; None while there is none, or the paper was withdrawn."""
    live = Live.objects.filter(pk=meeting_id).first()
    if live is None or live.paper is None:
        return None
    paper = MeetingPaper.objects.filter(pk=live.paper, meeting=meeting_id, withdrawn_at=None).first()
    return None if paper is None else Shown(paper, live.page)


def put_away_gone(live: Live) -> bool:
    """Put away a shown paper that was withdrawn meanwhile; says whether it was so. Call under the lock."""
    if live.paper is None or _stands(live):
        return False
    live.paper, live.page = None, 0
    return True


def _stands(live: Live) -> bool:
    return MeetingPaper.objects.filter(pk=live.paper, meeting=live.pk, withdrawn_at=None).exists()
