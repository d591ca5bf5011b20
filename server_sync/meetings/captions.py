"""Lines of what is spoken, as a captioner types them: kept in order, and sent to everybody who is in the room.

Whoever makes subtitles reads the table by `Caption.pk`, which grows; a line whose sending failed still stands there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.direction import without_marks
from server_sync.contract.meetings import (
    CAPTION_CHARACTERS,
    CAPTION_TOPIC,
    CaptionLanguage,
    MeetingState,
    write_caption,
)
from server_sync.contract.meetings import Caption as ToldCaption
from server_sync.contract.workflow import Role
from server_sync.meetings import receptions, rooms
from server_sync.meetings.conducting import media_server
from server_sync.meetings.door_models import Caption
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.pacing import Calls, Pace
from server_sync.meetings.plans import in_ms
from server_sync.workplaces.models import Person
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import reach_of

KEPT_MOST: Final = 5_000
"""Lines of one meeting; ten hours of a line every seven seconds."""
SHOWN_MOST: Final = 30
SAME: Final = timedelta(seconds=10)
"""The words of the newest line once more in so short a time are one press that was sent twice."""
TYPING: Final = Pace(at_once=5, a_second=2.0)

_typed: Final = Calls(TYPING)


def may_caption(person: Person, meeting: Meeting) -> bool:
    """Whether somebody types captions of this meeting: a captioner who reaches the office that leads it, today.

    Of a conversation about a request nobody does.
    """
    if receptions.is_reception(bytes(meeting.pk)):
        return False
    reach = reach_of(grant for grant in roles_of(person) if grant.role == Role.CAPTIONER)
    chairs = Invitation.objects.filter(meeting=meeting, part=MeetingPart.CHAIR)
    return any(reach.covers(code) for code in chairs.values_list("site_id", flat=True))


def say(person: Person, meeting: Meeting, language: CaptionLanguage, text: str, now: datetime) -> Caption | None:
    """Keep a line and send it; None for one that was said a moment ago.

    Raises Refused `off_in_closed`, `too_often`, `text_missing`, `text_too_long`, `meeting_not_open`.
    """
    if meeting.is_closed:
        raise Refused("off_in_closed")
    _typed.demand_seldom(person.id.bytes)
    line = " ".join(without_marks(text).split())
    if not line:
        raise Refused("text_missing")
    if len(line) > CAPTION_CHARACTERS:
        raise Refused("text_too_long", limit=CAPTION_CHARACTERS)
    with transaction.atomic():
        locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if locked.state != MeetingState.OPEN:
            raise Refused("meeting_not_open")
        own = Caption.objects.filter(meeting=meeting.pk)
        newest = own.filter(language=language).order_by("-pk").first()
        if newest is not None and newest.text == line and newest.said_at > now - SAME:
            return None
        said = Caption.objects.create(meeting=bytes(meeting.pk), language=language, text=line, said_at=now)
        beyond = own.order_by("-pk").values_list("pk", flat=True)[KEPT_MOST : KEPT_MOST + 1].first()
        if beyond is not None:
            own.filter(pk__lte=beyond).delete()
    reach = media_server()
    if reach is not None:
        rooms.carry_out(reach, [rooms.sending(rooms.name_of(said.meeting), CAPTION_TOPIC, write_caption(told(said)))])
    return said


def told(said: Caption) -> ToldCaption:
    """A line as everybody reads it."""
    return ToldCaption(said.pk, CaptionLanguage(said.language), said.text, in_ms(said.said_at))


def lines_after(meeting_id: bytes, number: int, most: int = SHOWN_MOST) -> Sequence[Caption]:
    """The newest lines of a meeting behind one that was seen, in their order."""
    newest = Caption.objects.filter(meeting=meeting_id, pk__gt=number).order_by("-pk")[:most]
    return tuple(reversed(newest))
