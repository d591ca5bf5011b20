"""Says what a plan of a meeting must be, whoever wrote it: for what is typed in and for what events say."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from server_sync.contract.bodies import NOTE_CHARACTERS, SHORT_CHARACTERS, MeetingPart, MeetingPlan, Words
from server_sync.contract.errors import ContractError
from server_sync.contract.limits import is_blank
from server_sync.workplaces.models import CENTRE, Site

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS: Final = (2020, 2200)


class UnsoundPlan(ContractError):
    """A plan that is none: two chairs, nobody invited, an office that does not exist; the code says which."""


def starts_at(plan: MeetingPlan) -> datetime:
    """When a meeting begins; raises UnsoundPlan `start_out_of_range` for a moment that no calendar here has."""
    try:
        start = _EPOCH + timedelta(milliseconds=plan.starts_at_ms)
    except OverflowError as wrong:
        raise UnsoundPlan("start_out_of_range") from wrong
    if not _YEARS[0] <= start.year < _YEARS[1]:
        raise UnsoundPlan("start_out_of_range")
    return start


def in_ms(moment: datetime) -> int:
    """A moment as plans say it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def chair_of(plan: MeetingPlan) -> str:
    """The office that leads; empty when none does."""
    return next((one.site_code for one in plan.invited if one.part is MeetingPart.CHAIR), "")


def sites_of(plan: MeetingPlan) -> frozenset[str]:
    """The offices that are invited."""
    return frozenset(one.site_code for one in plan.invited)


def demand_sound(plan: MeetingPlan) -> None:
    """Raise UnsoundPlan for what is no plan of a meeting.

    Codes: `start_out_of_range`, `title_missing`, `text_too_long`, `nobody_invited`, `chair_missing`, `two_chairs`,
    `invited_twice`, `site_unknown`, `speaker_not_invited`, `item_untitled`, `closed_to_the_public`.
    """
    starts_at(plan)
    _demand_words(plan)
    _demand_guests(plan)
    for item in plan.agenda:
        if item.speaker and item.speaker not in sites_of(plan):
            raise UnsoundPlan("speaker_not_invited", site=item.speaker)
    if plan.is_closed and (plan.is_public or plan.is_recorded):
        raise UnsoundPlan("closed_to_the_public")


def demand_sites(codes: Collection[str]) -> None:
    """Raise UnsoundPlan `site_unknown` unless all of these are offices of the network."""
    known = set(Site.objects.filter(pk__in=codes).exclude(pk=CENTRE).values_list("pk", flat=True))
    for code in sorted(codes):
        if code not in known:
            raise UnsoundPlan("site_unknown", site=code)


def demand_short(words: Words, most: int) -> None:
    """Raise UnsoundPlan `text_too_long` for a text of more letters than its place takes."""
    if any(len(text) > most for text in _texts(words)):
        raise UnsoundPlan("text_too_long", limit=most)


def _demand_words(plan: MeetingPlan) -> None:
    if is_silent(plan.title):
        raise UnsoundPlan("title_missing")
    demand_short(plan.title, SHORT_CHARACTERS)
    demand_short(plan.note, NOTE_CHARACTERS)
    for item in plan.agenda:
        if is_silent(item.title):
            raise UnsoundPlan("item_untitled")
        demand_short(item.title, SHORT_CHARACTERS)


def _demand_guests(plan: MeetingPlan) -> None:
    if not plan.invited:
        raise UnsoundPlan("nobody_invited")
    chairs = sum(one.part is MeetingPart.CHAIR for one in plan.invited)
    if chairs != 1:
        raise UnsoundPlan("two_chairs" if chairs else "chair_missing")
    code, times = Counter(one.site_code for one in plan.invited).most_common(1)[0]
    if times > 1:
        raise UnsoundPlan("invited_twice", site=code)
    demand_sites(sites_of(plan))


def is_silent(words: Words) -> bool:
    """Whether words say nothing in any language."""
    return all(is_blank(text) for text in _texts(words))


def _texts(words: Words) -> Iterator[str]:
    yield from (words.ky, words.ru, words.en)
