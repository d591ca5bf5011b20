"""Gathers the minutes of a meeting in the language of this moment: for the page, and for paper."""

from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from server_sync.conferring import wording
from server_sync.conferring.papers import PaperShown, papers_of
from server_sync.conferring.votes import VoteShown, counted_votes_of
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.meetings import MeetingState
from server_sync.meetings.models import KeptLine, Meeting, MeetingDecision
from server_sync.meetings.plans import chair_of
from server_sync.meetings.standing import plan_of
from server_sync.pages.appeal_words import best, site_name
from server_sync.pages.wording import language_now

LANGUAGES: Final = ("ky", "ru")
"""Minutes are papers of the State and Russian as the official language: no third one."""
CHAT_SHOWN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in words; `withdrawn` says when and why it holds no more, empty while it does."""

    place: int
    text: str
    executors: str
    due: str
    requests: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class Item:
    """A matter of the agenda with what was voted on and decided in it; the last one is of no matter: place 0."""

    place: int
    title: str
    speaker: str
    results: tuple[VoteShown, ...]
    decisions: tuple[Decided, ...]
    papers: tuple[PaperShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """An office that was there, and how long; or that was invited and was not, without a length."""

    office: str
    part: str
    length: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line of the chat."""

    at: str
    office: str
    text: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that the minutes say."""

    language: str
    title: str
    day: str
    hours: str
    place: str
    chair: str
    there: tuple[Present, ...]
    absent: tuple[Present, ...]
    items: tuple[Item, ...]
    chat: tuple[Written, ...]
    chat_count: int
    is_final: bool
    made_at: str

    @property
    def decided(self) -> int:
        """How many decisions hold."""
        return sum(not one.withdrawn for item in self.items for one in item.decisions)

    @property
    def count_there(self) -> str:
        """How many offices were there."""
        n = len(self.there)
        return ngettext("%(n)s office was there", "%(n)s offices were there", n) % {"n": n}


def minutes_of(meeting: Meeting) -> Minutes:
    """The minutes of a meeting that has begun."""
    plan, language = plan_of(meeting), language_now()
    parts = {one.site_code: one.part for one in plan.invited}
    seconds = dict(meeting.attendance.values_list("site_id", "seconds"))
    chair = site_name(chair_of(plan), language)
    lines = KeptLine.objects.filter(meeting=meeting)
    opened, closed = meeting.opened_at or meeting.starts_at, meeting.closed_at
    hours = f"{timezone.localtime(opened):%H:%M}"
    return Minutes(
        language=language,
        title=best(plan.title, language),
        day=wording.day(opened),
        hours=hours if closed is None else f"{hours}–{timezone.localtime(closed):%H:%M}",
        place=gettext("By video, led from: %(office)s") % {"office": chair},
        chair=chair,
        there=tuple(
            Present(site_name(code, language), _part(parts.get(code)), wording.length(seconds[code]))
            for code in dict.fromkeys([*(code for code in parts if code in seconds), *seconds])
        ),
        absent=tuple(
            Present(site_name(code, language), _part(part), "") for code, part in parts.items() if code not in seconds
        )
        if closed is not None
        else (),
        items=_items(meeting, [(best(one.title, language), one.speaker) for one in plan.agenda]),
        chat=tuple(
            Written(f"{timezone.localtime(one.said_at):%H:%M}", site_name(one.site_id, language), one.text)
            for one in lines[:CHAT_SHOWN]
        ),
        chat_count=lines.count(),
        is_final=meeting.state == MeetingState.CLOSED,
        made_at=wording.day_and_clock(timezone.now()),
    )


def decided(meeting: Meeting) -> list[tuple[MeetingDecision, Decided]]:
    """Decisions with their words, numbered through the agenda; what is of no item of it stands behind the others."""
    items = len(meeting.agenda)
    taken = sorted(meeting.decisions.all(), key=lambda one: one.item if 1 <= one.item <= items else items + 1)
    return [(one, _decided(place, one)) for place, one in enumerate(taken, 1)]


def _decided(place: int, one: MeetingDecision) -> Decided:
    gone = ""
    if one.withdrawn_at is not None:
        told = {"day": wording.short_day(timezone.localtime(one.withdrawn_at).date()), "reason": one.reason}
        gone = gettext("Withdrawn on %(day)s: %(reason)s") % told
    return Decided(
        place=place,
        text=one.text,
        executors=", ".join(wording.offices(one.executors)),
        due="" if one.due_on is None else wording.short_day(one.due_on),
        requests=", ".join(one.requests),
        withdrawn=gone,
    )


def _items(meeting: Meeting, agenda: list[tuple[str, str]]) -> tuple[Item, ...]:
    """The matters in their order, and behind them what belongs to none, or to one that a later plan took away."""
    language = language_now()
    words = decided(meeting)
    results = counted_votes_of(meeting)
    papers = papers_of(meeting)
    known = range(1, len(agenda) + 1)
    items = [
        Item(
            place,
            title,
            site_name(speaker, language) if speaker else "",
            tuple(one for one in results if one.item == place),
            tuple(said for one, said in words if one.item == place),
            tuple(one for one in papers if one.item == place),
        )
        for place, (title, speaker) in enumerate(agenda, 1)
    ]
    rest = Item(
        0,
        "",
        "",
        tuple(one for one in results if one.item not in known),
        tuple(said for one, said in words if one.item not in known),
        tuple(one for one in papers if not one.item),
    )
    return (*items, rest) if rest.results or rest.decisions or rest.papers else tuple(items)


def _part(part: MeetingPart | None) -> str:
    return "" if part is None else str(wording.PARTS[part])
