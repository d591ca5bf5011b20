"""Remarks on what somebody is about to plan: nothing is wrong with it, but a person should look at it once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.utils import timezone

from server_sync.contract.bodies import MeetingPlan
from server_sync.contract.meetings import MeetingState
from server_sync.meetings.models import Invitation
from server_sync.meetings.plans import sites_of, starts_at
from server_sync.workplaces.decrees import working_calendar

OPENS_AT: Final = time(9)
CLOSES_AT: Final = time(18)
NOTICE: Final = timedelta(hours=1)
"""Offices with a thin line or none hear of a meeting only at their next exchange."""
LONGEST: Final = timedelta(days=1)


class Remark(StrEnum):
    """What a planner is asked to look at once more."""

    DAY_OFF = "day_off"
    BEFORE_HOURS = "before_hours"
    AFTER_HOURS = "after_hours"
    SHORT_NOTICE = "short_notice"
    ELSEWHERE = "elsewhere"
    AGENDA_LONGER = "agenda_longer"


@dataclass(frozen=True, slots=True)
class Remarked:
    """One remark on the meeting of a moment; `sites` are the offices that it is about."""

    remark: Remark
    at: datetime
    sites: tuple[str, ...] = ()


def remarks_on(plans: Sequence[MeetingPlan], about: bytes = b"") -> tuple[Remarked, ...]:
    """All that is to be looked at in plans; `about` is the meeting that is changed, which is not in its own way."""
    return tuple(one for plan in plans for one in _remarks(plan, about))


def _remarks(plan: MeetingPlan, about: bytes) -> Iterator[Remarked]:
    start = timezone.localtime(starts_at(plan))
    end = start + timedelta(minutes=plan.minutes)
    if not working_calendar().is_working(start.date()):
        yield Remarked(Remark.DAY_OFF, start)
    if start.time() < OPENS_AT:
        yield Remarked(Remark.BEFORE_HOURS, start)
    if end.date() > start.date() or end.time() > CLOSES_AT:
        yield Remarked(Remark.AFTER_HOURS, start)
    if start - timezone.now() < NOTICE:
        yield Remarked(Remark.SHORT_NOTICE, start)
    if sum(item.minutes for item in plan.agenda) > plan.minutes:
        yield Remarked(Remark.AGENDA_LONGER, start)
    busy = _elsewhere(plan, start, end, about)
    if busy:
        yield Remarked(Remark.ELSEWHERE, start, busy)


def _elsewhere(plan: MeetingPlan, start: datetime, end: datetime, about: bytes) -> tuple[str, ...]:
    """Invited offices that are asked to another meeting at the same time."""
    near = Invitation.objects.filter(
        site__in=sites_of(plan),
        meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN),
        meeting__starts_at__lt=end,
        meeting__starts_at__gt=start - LONGEST,
    ).select_related("meeting")
    others = near.exclude(meeting=about) if about else near
    return tuple(sorted({one.site_id for one in others if one.meeting.ends_at > start}))
