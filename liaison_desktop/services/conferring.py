"""What the screens of meetings ask for: those to come, those that were, one whole."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from liaison_desktop.domain.decisions import DecisionSeen, own_first
from liaison_desktop.domain.errors import NotFound
from liaison_desktop.domain.meetings import MeetingRow, MeetingSeen
from liaison_desktop.domain.times import local_day, milliseconds
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings
from server_sync.contract.bodies import Words

TO_DO_MOST: Final = 20
TOLD_AFTER: Final = timedelta(days=90)
"""So long after its day what was to be done is still told of: nobody says here that it was done."""


@dataclass(frozen=True, slots=True)
class MeetingsHere:
    """The list of meetings: to come, the next first, and past, the newest first; what this office has to do of them.

    `titles` names the meetings of what is to be done, as far as they are known here.
    """

    coming: tuple[MeetingRow, ...] = ()
    past: tuple[MeetingRow, ...] = ()
    to_do: tuple[DecisionSeen, ...] = ()
    titles: tuple[tuple[bytes, Words], ...] = ()


def list_meetings(desk: Desk) -> MeetingsHere:
    """All that this office was told of, by the time that counts here."""
    now_ms, connection, site = desk.held().time_ms, desk.store.connection, desk.enrolment.site_code
    to_do = _to_do(desk)
    known = {one.meeting: meetings.meeting_seen(connection, one.meeting) for one in to_do}
    return MeetingsHere(
        coming=tuple(one.row(site) for one in meetings.coming(connection, now_ms)),
        past=tuple(one.row(site) for one in meetings.past(connection, now_ms)),
        to_do=to_do,
        titles=tuple((meeting, seen.plan.title) for meeting, seen in known.items() if seen is not None),
    )


def _to_do(desk: Desk) -> tuple[DecisionSeen, ...]:
    """What this office has to carry out, the earliest due first; what was due long ago is not told for ever."""
    site, since = desk.enrolment.site_code, desk.today() - TOLD_AFTER
    own = [one for one in meetings.decided(desk.store.connection) if one.is_done_by(site) and not one.is_withdrawn]
    told = [one for one in own if (one.due_on or local_day(milliseconds(one.taken_at))) >= since]
    return own_first(told, site)[:TO_DO_MOST]


def meeting_whole(desk: Desk, meeting: bytes) -> MeetingSeen:
    """One meeting with its agenda; raises NotFound `meeting_not_here`."""
    seen = meetings.meeting_seen(desk.store.connection, meeting)
    if seen is None:
        raise NotFound("meeting_not_here")
    return seen
