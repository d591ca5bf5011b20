"""Says figures in words: names, periods, shares with their samples and intervals, tables of counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.counting import OF_ANSWER, OF_SILENCE, OFFICE, PORTAL
from server_sync.appeals.figures import SHARED_FROM, Of, Period, Share, Sort, Summary
from server_sync.appeals.small import SMALL, Cell
from server_sync.contract.bodies import AppealForm, AppealKind, Outcome, Solved
from server_sync.pages.appeal_words import (
    FORMS,
    KINDS,
    OUTCOMES,
    SOLVED,
    STATES,
    body_name,
    category_name,
    site_name,
)
from server_sync.pages.wording import capital, month_name

CHANNELS: Final = {OFFICE: _("at an office"), PORTAL: _("on the portal")}
COMPLAINTS: Final = {OF_ANSWER: _("of an answer"), OF_SILENCE: _("of silence")}
VERDICTS: Final = {1: _("above the country"), 0: _("no difference can be told"), -1: _("below the country")}
SORTS: Final = {
    Sort.COUNTRY: _("The whole country"),
    Sort.PLACE: _("Place"),
    Sort.BODY: _("Body"),
    Sort.OFFICIAL: _("Official"),
    Sort.TOPIC: _("Topic"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of counts; `count` is None where it is kept back."""

    name: str
    count: int | None
    is_few: bool = False

    @property
    def words(self) -> str:
        """The count as it is said."""
        if self.count is None:
            return gettext("kept back")
        return few() if self.is_few else number_format(self.count, use_l10n=True, force_grouping=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """A table of counts under a heading, with the scale of its bars."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def largest(self) -> int:
        """The largest count shown."""
        return max((line.count for line in self.lines if line.count is not None), default=0)

    @property
    def hides(self) -> bool:
        """Whether a figure is kept back."""
        return any(line.count is None for line in self.lines)


def few() -> str:
    """What is said of a count that is too small to be told."""
    return gettext("fewer than %(n)s") % {"n": SMALL}


def said(count: int, *, is_exact: bool) -> str:
    """A count in words: of everybody's figures a nothing is "fewer than five"."""
    return few() if not count and not is_exact else number_format(count, force_grouping=True)


def name_of(of: Of, language: str) -> str:
    """What figures are of."""
    match of.sort:
        case Sort.COUNTRY:
            return str(SORTS[of.sort])
        case Sort.PLACE:
            return site_name(of.code, language)
        case Sort.TOPIC:
            return category_name(of.code, language)
        case _:
            return body_name(of.code, language)


def period_name(period: Period) -> str:
    """A period in words."""
    if period.is_to_date:
        months = {"first": f"01.01.{period.year}", "last": f"{period.last:02}.{period.year}"}
        return gettext("%(year)s, from January to the end of quarter %(n)s") % {
            **months,
            "year": period.year,
            "n": period.last // 3,
        }
    if period.is_year:
        return gettext("%(year)s, the whole year") % {"year": period.year}
    if period.first == period.last:
        return month_name(f"{period.year}-{period.first:02}")
    return gettext("quarter %(n)s of %(year)s") % {"n": period.last // 3, "year": period.year}


def share_words(share: Share | None) -> str:
    """A share with what it is of and between what the true one may lie, for people who never heard of an interval."""
    if share is None:
        return gettext("Fewer than %(n)s answers: too few to say.") % {"n": SHARED_FROM}
    told = {
        "part": number_format(share.part, force_grouping=True),
        "whole": number_format(share.whole, force_grouping=True),
        "low": share.low,
        "high": share.high,
    }
    return (
        gettext("Of %(whole)s answers %(part)s came in time; with so many it may be between %(low)s and %(high)s %%.")
        % told
    )


def tables(summary: Summary, language: str) -> tuple[Counts, ...]:
    """All tables of counts of a summary, those that say nothing of its kind left out."""
    found = [
        Counts(
            gettext("By kind"), _lines(summary, summary.kinds, {one.name.lower(): KINDS[one] for one in AppealKind})
        ),
        Counts(
            gettext("By form"), _lines(summary, summary.forms, {one.name.lower(): FORMS[one] for one in AppealForm})
        ),
        Counts(gettext("How they came"), _lines(summary, summary.channels, CHANNELS)),
        Counts(
            gettext("By state"),
            _lines(summary, summary.states, {one.value: words for one, words in STATES.items()}),
            gettext("Of the requests given in this period, as they stand now."),
        ),
        Counts(
            gettext("Outcomes of answers"),
            _lines(summary, summary.outcomes, {one.name.lower(): OUTCOMES[one] for one in Outcome}),
        ),
        Counts(
            gettext("How applicants judged answers"),
            _lines(summary, summary.ratings, {one.name.lower(): SOLVED[one] for one in Solved}),
            gettext("Nobody is asked to rate, so those who do are no sample of all."),
        ),
        Counts(gettext("Complaints"), _lines(summary, summary.complaints, COMPLAINTS)),
    ]
    if summary.of.sort is not Sort.TOPIC:
        names = {cell.name: category_name(cell.name, language) for cell in summary.topics}
        lines = [line for line in _lines(summary, summary.topics, names) if line.count != 0]
        lines.sort(key=lambda line: (line.count is None, -(line.count or 0)))
        note = gettext("A request about several topics counts under each of them.")
        if len(lines) < len(names):
            note = f"{note} {rest_words(len(names) - len(lines), is_exact=summary.is_exact)}"
        found.insert(3, Counts(gettext("By topic"), tuple(lines), note))
    return tuple(found)


def rest_words(count: int, *, is_exact: bool) -> str:
    """What is said of topics that a table leaves out."""
    if is_exact:
        return ngettext("%(n)s topic: none.", "%(n)s topics: none.", count) % {"n": count}
    told = ngettext("%(n)s topic: %(few)s.", "%(n)s topics: %(few)s each.", count)
    return told % {"n": count, "few": few()}


def _lines(summary: Summary, cells: Iterable[Cell], names: Mapping[str, object]) -> tuple[Line, ...]:
    return tuple(
        Line(capital(names[cell.name]), cell.count, is_few=cell.count == 0 and not summary.is_exact) for cell in cells
    )


def heads(summary: Summary) -> Sequence[tuple[str, str, str, bool]]:
    """The few figures above all others: what, how many, what has to be known beside it, and whether it is a figure."""
    exact = summary.is_exact
    days = gettext("too few to say")
    if summary.median_days is not None:
        days = ngettext("%(n)s day", "%(n)s days", summary.median_days) % {"n": summary.median_days}
    kept = gettext("too few to say") if summary.kept is None else f"{summary.kept.percent} %"
    told = (
        (gettext("requests given"), said(summary.given, is_exact=exact), ""),
        (gettext("wait for an answer now"), said(summary.waiting, is_exact=exact), _overdue(summary)),
        (gettext("answers"), said(summary.answers, is_exact=exact), ""),
        (gettext("answered in time"), kept, share_words(summary.kept)),
        (
            gettext("to the first answer, the middle one"),
            days,
            gettext("Half of those who were answered waited no longer; calendar days from registration."),
        ),
        (gettext("complaints"), said(summary.complained, is_exact=exact), gettext("of answers and of silence")),
    )
    return tuple((*one, one[1][:1].isdigit()) for one in told)


def _overdue(summary: Summary) -> str:
    return gettext("of them overdue: %(n)s") % {"n": said(summary.overdue, is_exact=summary.is_exact)}
