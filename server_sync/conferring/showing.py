"""Gathers what the pages show of meetings: the list, one whole, and a plan that is looked over before it is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from server_sync.conferring import wording
from server_sync.conferring.forms import Plan
from server_sync.conferring.papers import PaperShown, papers_of
from server_sync.conferring.votes import VoteShown, votes_of
from server_sync.contract.bodies import AgendaItem, MeetingPart, MeetingPlan
from server_sync.contract.meetings import MeetingState
from server_sync.contract.workflow import Role
from server_sync.meetings.models import Invitation, Meeting, name_at
from server_sync.meetings.places import record_bytes
from server_sync.meetings.plans import chair_of, starts_at
from server_sync.meetings.receptions import but_receptions
from server_sync.meetings.remarking import Remarked, remarks_on
from server_sync.meetings.standing import plan_of
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import Badge, best, site_name
from server_sync.pages.wording import language_now
from server_sync.workplaces.models import Person

LISTED_MOST: Final = 200
"""Rows of one list; a year of weekly meetings of several kinds."""
OVER_AFTER: Final = timedelta(hours=12)
"""A meeting that nobody opened or closed stands among those to come so long after its beginning."""


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting in a list."""

    address: str
    title: str
    day: str
    hours: str
    chair: str
    invited: int
    badge: Badge


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of the agenda."""

    title: str
    who: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Guests:
    """The offices that have one part in a meeting."""

    part: str
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class There:
    """An office that was invited, and how long it was there; empty when it was not."""

    office: str
    length: str


@dataclass(frozen=True, slots=True)
class Page:
    """One meeting whole."""

    meeting: Meeting
    line: Line
    minutes: str
    agenda: tuple[Matter, ...]
    guests: tuple[Guests, ...]
    there: tuple[There, ...]
    planned_by: str
    series: tuple[Line, ...]
    record_bytes: int
    """The size of its record; 0 while there is none."""
    votes: tuple[VoteShown, ...] = ()
    decided: int = 0
    papers: tuple[PaperShown, ...] = ()

    @property
    def has_minutes(self) -> bool:
        """Whether it has begun, so that there is something to write down of it."""
        return self.meeting.opened_at is not None

    @property
    def may_change(self) -> bool:
        """Whether another plan can be laid on it."""
        return self.meeting.state in {MeetingState.PLANNED, MeetingState.OPEN}

    @property
    def may_cancel(self) -> bool:
        """Whether it can be called off."""
        return self.meeting.state == MeetingState.PLANNED


@dataclass(frozen=True, slots=True)
class Occasion:
    """One day of a series as it will be; `moved_from` is the day by the rule, `day` empty when it falls out."""

    day: str
    moved_from: str


@dataclass(frozen=True, slots=True)
class Look:
    """A plan in words, with what to look at once more, before it is made."""

    title: str
    note: str
    days: tuple[Occasion, ...]
    hours: str
    minutes: str
    agenda: tuple[Matter, ...]
    guests: tuple[Guests, ...]
    invited: int
    remarks: tuple[str, ...]
    marks: str


def reached(standing: Standing) -> QuerySet[Meeting]:
    """The meetings whose chair's office a person reaches; conversations about requests are none of them."""
    offices = standing.reach(Role.CHAIR_ASSISTANT).offices
    chairs = Invitation.objects.filter(part=MeetingPart.CHAIR)
    if offices is not None:
        chairs = chairs.filter(site__in=offices)
    return but_receptions(Meeting.objects.filter(pk__in=chairs.values("meeting")))


def find(standing: Standing, address: str) -> Meeting | None:
    """The meeting of an address, if it opens to this person."""
    name = name_at(address)
    return None if name is None else reached(standing).select_related("event").filter(pk=name).first()


def coming(standing: Standing) -> tuple[Line, ...]:
    """Meetings to come and those that go on, the next first."""
    since = timezone.now() - OVER_AFTER
    states = (MeetingState.PLANNED, MeetingState.OPEN)
    return lines(reached(standing).filter(Q(state__in=states), starts_at__gte=since).order_by("starts_at", "id"))


def past(standing: Standing) -> tuple[Line, ...]:
    """Meetings that are over, were cancelled, or that nobody opened, the newest first."""
    since = timezone.now() - OVER_AFTER
    over = Q(state__in=(MeetingState.CLOSED, MeetingState.CANCELLED)) | Q(starts_at__lt=since)
    return lines(reached(standing).filter(over).order_by("-starts_at", "id"))


def lines(meetings: QuerySet[Meeting]) -> tuple[Line, ...]:
    """Meetings as lines."""
    found = meetings.annotate(invited=Count("invitations"))[:LISTED_MOST]
    chairs = Invitation.objects.filter(part=MeetingPart.CHAIR, meeting__in=[one.pk for one in found])
    led_by = dict(chairs.values_list("meeting_id", "site_id"))
    return tuple(_line(one, led_by.get(one.pk, ""), one.invited) for one in found)


def _line(meeting: Meeting, chair: str, invited: int) -> Line:
    return Line(
        address=meeting.address,
        title=meeting.title,
        day=wording.day(meeting.starts_at),
        hours=wording.hours(meeting.starts_at, meeting.minutes),
        chair=site_name(chair, language_now()),
        invited=invited,
        badge=wording.badge(meeting),
    )


def page_of(meeting: Meeting, standing: Standing) -> Page:
    """One meeting whole."""
    plan = plan_of(meeting)
    planner = None if meeting.planned_by is None else Person.objects.filter(pk=meeting.planned_by).first()
    series = reached(standing).filter(series=meeting.series).exclude(pk=meeting.pk).order_by("starts_at", "id")
    return Page(
        meeting=meeting,
        line=_line(meeting, chair_of(plan), len(plan.invited)),
        minutes=wording.length(plan.minutes * 60),
        agenda=_agenda(plan.agenda),
        guests=_guests(plan),
        there=_there(meeting, plan),
        planned_by="" if planner is None else planner.full_name,
        series=() if meeting.series is None else lines(series),
        votes=votes_of(meeting),
        decided=meeting.decisions.filter(withdrawn_at=None).count(),
        papers=papers_of(meeting),
        record_bytes=record_bytes(bytes(meeting.pk)) if meeting.is_recorded else 0,
    )


def look_over(form: Plan, plans: Sequence[MeetingPlan], days: Sequence[Occasion], about: bytes = b"") -> Look:
    """What a person is asked to look at before a plan is made."""
    plan = plans[0]
    remarks = remarks_on(plans, about)
    return Look(
        title=best(plan.title, language_now()),
        note=best(plan.note, language_now()),
        days=tuple(days),
        hours=wording.hours(starts_at(plan), plan.minutes),
        minutes=wording.length(plan.minutes * 60),
        agenda=_agenda(plan.agenda),
        guests=_guests(plan),
        invited=len(plan.invited),
        remarks=tuple(wording.remark(one) for one in remarks),
        marks=_marks(remarks),
    )


def remarked(plans: Sequence[MeetingPlan], about: bytes = b"") -> str:
    """What names the remarks on plans, so that those that were seen are known when they come again."""
    return _marks(remarks_on(plans, about))


def _marks(remarks: Iterable[Remarked]) -> str:
    return " ".join(sorted(f"{one.remark}@{one.at:%Y%m%d%H%M}{''.join(one.sites)}" for one in remarks))


def occasions(form: Plan) -> tuple[Occasion, ...]:
    """The days of a series in words, with those that move or fall out."""
    return tuple(
        Occasion(
            day="" if one.on is None else wording.day(form.start_on(one.on)),
            moved_from=wording.day(form.start_on(one.by_rule)) if one.is_moved else "",
        )
        for one in form.occurrences
    )


def _agenda(agenda: Iterable[AgendaItem]) -> tuple[Matter, ...]:
    language = language_now()
    return tuple(
        Matter(best(one.title, language), site_name(one.speaker, language) if one.speaker else "", one.minutes)
        for one in agenda
    )


def _guests(plan: MeetingPlan) -> tuple[Guests, ...]:
    by_part = {part: [one.site_code for one in plan.invited if one.part is part] for part in MeetingPart}
    return tuple(
        Guests(str(wording.PARTS[part]), tuple(wording.offices(codes))) for part, codes in by_part.items() if codes
    )


def _there(meeting: Meeting, plan: MeetingPlan) -> tuple[There, ...]:
    if meeting.state != MeetingState.CLOSED:
        return ()
    seconds = dict(meeting.attendance.values_list("site_id", "seconds"))
    codes = dict.fromkeys([*(one.site_code for one in plan.invited), *seconds])
    return tuple(
        There(site_name(code, language_now()), wording.length(seconds[code]) if code in seconds else "")
        for code in codes
    )
