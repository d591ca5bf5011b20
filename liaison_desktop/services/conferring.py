"""What the screens of meetings ask for: those to come, those that were, one whole."""

from dataclasses import dataclass

from liaison_desktop.domain.errors import NotFound
from liaison_desktop.domain.meetings import MeetingRow, MeetingSeen
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings


@dataclass(frozen=True, slots=True)
class MeetingsHere:
    """The list of meetings: to come, the next first, and past, the newest first."""

    coming: tuple[MeetingRow, ...] = ()
    past: tuple[MeetingRow, ...] = ()


def list_meetings(desk: Desk) -> MeetingsHere:
    """All that this office was told of, by the time that counts here."""
    now_ms, connection, site = desk.held().time_ms, desk.store.connection, desk.enrolment.site_code
    return MeetingsHere(
        coming=tuple(one.row(site) for one in meetings.coming(connection, now_ms)),
        past=tuple(one.row(site) for one in meetings.past(connection, now_ms)),
    )


def meeting_whole(desk: Desk, meeting: bytes) -> MeetingSeen:
    """One meeting with its agenda; raises NotFound `meeting_not_here`."""
    seen = meetings.meeting_seen(desk.store.connection, meeting)
    if seen is None:
        raise NotFound("meeting_not_here")
    return seen
