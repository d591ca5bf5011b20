"""Says of a meeting as it stands who is invited, who leads it, and what its plan is."""

from server_sync.contract.bodies import AgendaItem, Attachment, Invited, MeetingPart, MeetingPlan, Words
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.plans import in_ms


def invited_sites(meeting: Meeting) -> frozenset[str]:
    """The offices that are asked."""
    return frozenset(meeting.invitations.values_list("site_id", flat=True))


def chair_site(meeting: Meeting) -> str:
    """The office that leads."""
    return Invitation.objects.filter(meeting=meeting, part=MeetingPart.CHAIR).values_list("site_id", flat=True).get()


def plan_of(meeting: Meeting) -> MeetingPlan:
    """The newest plan of a meeting, as its event says it."""
    return MeetingPlan(
        title=Words(meeting.title_ky, meeting.title_ru, meeting.title_en),
        starts_at_ms=in_ms(meeting.starts_at),
        minutes=meeting.minutes,
        invited=tuple(Invited(one.site_id, MeetingPart(one.part)) for one in meeting.invitations.all()),
        agenda=tuple(
            AgendaItem(
                Words(**item["title"]),
                item["speaker"],
                item["minutes"],
                tuple(
                    Attachment(
                        bytes.fromhex(paper["blob_id"]),
                        bytes.fromhex(paper["blob_key"]),
                        paper["name"],
                        paper["media_type"],
                        paper["size_bytes"],
                    )
                    for paper in item["papers"]
                ),
            )
            for item in meeting.agenda
        ),
        note=Words(meeting.note_ky, meeting.note_ru, meeting.note_en),
        seats=meeting.seats,
        series=meeting.series,
        is_recorded=meeting.is_recorded,
        is_public=meeting.is_public,
        is_closed=meeting.is_closed,
    )
