"""Reads the figures that are kept (appeals.counting): of the country, a place, a body, an official, a topic.

What everybody sees is given in full fives, and shares are made of the figures that are shown (ADR 0060, 0093), so that
nothing follows from a share that does not follow from them. Officers are given exact figures. No request is read here.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, sqrt
from typing import Final

from django.db.models import QuerySet, Sum

from server_sync.appeals.counting import NOW, OF_ANSWER, OF_SILENCE, OFFICE, PORTAL, TERMS, About, What
from server_sync.appeals.models import Figure
from server_sync.appeals.small import Cell, cells, fives
from server_sync.contract.bodies import AppealForm, AppealKind, Outcome, Solved
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.workflow import State
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

SHARED_FROM: Final = 20
"""Shares of fewer answers say nothing."""
SURE: Final = 1.96
"""Standard deviations within which nineteen of twenty true shares lie."""
FIRST_YEAR: Final = 2014
"""No request of the network is older."""
ALL: Final = 100

_PERIOD: Final = re.compile(r"(20[0-9]{2})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])(-ytd)?))?", re.ASCII)


class Sort(StrEnum):
    """Of what kind of thing figures are, as addresses and files call it."""

    COUNTRY = "country"
    PLACE = "place"
    BODY = "body"
    OFFICIAL = "official"
    TOPIC = "topic"


_ABOUT: Final = {
    Sort.COUNTRY: About.PLACE,
    Sort.PLACE: About.PLACE,
    Sort.BODY: About.BODY,
    Sort.OFFICIAL: About.OFFICIAL,
    Sort.TOPIC: About.TOPIC,
}


@dataclass(frozen=True, slots=True)
class Of:
    """Of what figures are: the country, or what a code names."""

    sort: Sort = Sort.COUNTRY
    code: str = ""

    @classmethod
    def known(cls, sort: str, code: str) -> "Of | None":
        """Read it from an address; None for what there is none of."""
        book = reference_book()
        try:
            of = cls(Sort(sort), code)
        except ValueError:
            return None
        match of.sort:
            case Sort.COUNTRY:
                return of if not code else None
            case Sort.PLACE:
                return of if code == CENTRE or book.site(code) is not None else None
            case Sort.TOPIC:
                return of if is_group(book, code) else None
            case _:
                return of if book.body(code) is not None else None

    @property
    def about(self) -> About:
        """Which rows of the figures are its."""
        return _ABOUT[self.sort]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its rows; empty for all: a province is its own office and those in it."""
        if self.sort is Sort.COUNTRY:
            return ()
        book = reference_book()
        if self.sort is Sort.PLACE and self.is_province:
            return (self.code, *(site.code for site in book.territory.descendants(self.code)))
        return (self.code,)

    @property
    def is_province(self) -> bool:
        """Whether it is a province with offices in it, and not the hub, which everything lies in."""
        if self.sort is not Sort.PLACE or self.code == CENTRE:
            return False
        territory = reference_book().territory
        return territory.province(self.code) is not None and bool(territory.children(self.code))

    def rows(self, months: Iterable[int]) -> QuerySet[Figure]:
        """Its rows of these months."""
        rows = Figure.objects.filter(about=self.about.value, month__in=list(months))
        codes = self.codes
        return rows.filter(code__in=codes) if codes else rows


def is_group(book: ReferenceBook, code: str) -> bool:
    """Whether a code is that of a group of topics."""
    topic = book.category(code)
    return topic is not None and not topic.parent


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter, a month, or a year from its first day to the end of a quarter (`2026-Q3-ytd`)."""

    year: int
    first: int
    last: int
    is_to_date: bool = False

    @classmethod
    def of(cls, typed: str, otherwise: "Period") -> "Period":
        """Read one from an address; what is none is the other."""
        found = _PERIOD.fullmatch(typed)
        if found is None or not FIRST_YEAR <= int(found[1]) <= otherwise.year:
            return otherwise
        year, month, quarter, to_date = found.groups()
        if month:
            return cls(int(year), int(month), int(month))
        if quarter:
            last = int(quarter) * 3
            return cls(int(year), 1 if to_date else last - 2, last, is_to_date=bool(to_date))
        return cls(int(year), 1, 12)

    @property
    def code(self) -> str:
        """How addresses and files call it."""
        if self.is_to_date:
            return f"{self.year}-Q{self.last // 3}-ytd"
        if (self.first, self.last) == (1, 12):
            return str(self.year)
        if self.first == self.last:
            return f"{self.year}-{self.first:02}"
        return f"{self.year}-Q{self.last // 3}"

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return (self.first, self.last) == (1, 12)

    @property
    def months(self) -> tuple[int, ...]:
        """Its months as figures have them."""
        return tuple(self.year * 100 + month for month in range(self.first, self.last + 1))

    @property
    def summed(self) -> tuple[int, ...]:
        """The months in which what is counted by the year stands for it: fewer rows for a whole year."""
        return (self.year * 100,) if self.is_year else self.months

    @property
    def before(self) -> "Period":
        """What it is compared with: the quarter or month before, or the same part of the year before."""
        if self.is_year or self.is_to_date:
            return Period(self.year - 1, self.first, self.last, self.is_to_date)
        length = self.last - self.first + 1
        if self.first == 1:
            return Period(self.year - 1, 13 - length, 12)
        return Period(self.year, self.first - length, self.last - length)


def this_year(today: date) -> Period:
    """The year of a day."""
    return Period(today.year, 1, 12)


def quarter_of(today: date) -> Period:
    """The quarter of a day."""
    last = (today.month + 2) // 3 * 3
    return Period(today.year, last - 2, last)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a sample in per cent, and between what the true one lies nineteen times of twenty (Wilson)."""

    part: int
    whole: int
    percent: int
    low: int
    high: int

    @classmethod
    def of(cls, part: int, whole: int) -> "Share | None":
        """Of so many; None of too few to say anything."""
        if whole < SHARED_FROM:
            return None
        share, wide = min(part, whole) / whole, SURE**2 / whole
        middle = (share + wide / 2) / (1 + wide)
        reach = SURE / (1 + wide) * sqrt(share * (1 - share) / whole + wide / (4 * whole))
        low, high = max(0.0, middle - reach), min(1.0, middle + reach)
        return cls(min(part, whole), whole, round(ALL * share), int(ALL * low), ceil(ALL * high))

    def beside(self, other: "Share | None") -> int:
        """1 where it is surely more than the other, -1 where less, 0 where no difference can be told."""
        if other is None:
            return 0
        a, b = self.part / self.whole, other.part / other.whole
        unsure = SURE * sqrt(a * (1 - a) / self.whole + b * (1 - b) / other.whole)
        unsure = max(unsure, 1 / self.whole, 1 / other.whole)
        return 0 if abs(a - b) <= unsure else (1 if a > b else -1)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a period; None is kept back."""

    code: str
    given: int | None
    answers: int | None
    in_time: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one thing in one period. `waiting` and `overdue` are of now, whatever the period."""

    of: Of
    period: Period
    is_exact: bool
    given: int
    waiting: int
    overdue: int
    answers: int
    in_time: int
    kept: Share | None
    median_days: int | None
    first_answers: int
    repeat: int
    collective: int
    extended: int
    complaints: tuple[Cell, ...]
    kinds: tuple[Cell, ...]
    forms: tuple[Cell, ...]
    channels: tuple[Cell, ...]
    topics: tuple[Cell, ...]
    states: tuple[Cell, ...]
    outcomes: tuple[Cell, ...]
    ratings: tuple[Cell, ...]
    months: tuple[Month, ...]

    @property
    def complained(self) -> int:
        """All complaints that can be told."""
        return sum(cell.count or 0 for cell in self.complaints)


def summary(of: Of, period: Period, today: date, *, is_exact: bool = False) -> Summary:
    """All figures of one thing in a period; in full fives unless exact ones are asked for."""
    rows = of.rows([*period.months, NOW]).values_list("month", "what").annotate(sum=Sum("n"))
    by_month: dict[int, dict[str, int]] = {}
    whole: dict[str, int] = {}
    for month, what, n in rows:
        by_month.setdefault(month, {})[what] = n
        whole[what] = whole.get(what, 0) + n
    told = _exactly if is_exact else fives
    table = _as_they_are if is_exact else cells
    book = reference_book()

    def count(what: str) -> int:
        return told(whole.get(what, 0))

    def of_each(what: What, names: Mapping[str, object]) -> tuple[Cell, ...]:
        return table({name: whole.get(f"{what}{value}", 0) for name, value in names.items()})

    answers, in_time = count(What.ANSWER), count(What.IN_TIME)
    days = {int(what[len(What.DAYS) :]): n for what, n in whole.items() if what.startswith(What.DAYS)}
    return Summary(
        of=of,
        period=period,
        is_exact=is_exact,
        given=count(What.GIVEN),
        waiting=count(What.WAITING),
        overdue=told(_overdue(of, today)),
        answers=answers,
        in_time=in_time,
        kept=Share.of(in_time, answers),
        median_days=_median(days) if sum(days.values()) >= SHARED_FROM else None,
        first_answers=told(sum(days.values())),
        repeat=count(What.REPEAT),
        collective=count(What.COLLECTIVE),
        extended=count(What.EXTENDED),
        complaints=of_each(What.COMPLAINT, {OF_ANSWER: OF_ANSWER, OF_SILENCE: OF_SILENCE}),
        kinds=of_each(What.KIND, {one.name.lower(): one.value for one in AppealKind}),
        forms=of_each(What.FORM, {one.name.lower(): one.value for one in AppealForm}),
        channels=of_each(What.CHANNEL, {OFFICE: OFFICE, PORTAL: PORTAL}),
        topics=of_each(What.OF_TOPIC, {one.code: one.code for one in book.categories if not one.parent}),
        states=of_each(What.STATE, {one.value: one.value for one in State}),
        outcomes=of_each(What.OUTCOME, {one.name.lower(): one.value for one in Outcome}),
        ratings=of_each(What.RATING, {one.name.lower(): one.value for one in Solved}),
        months=_months(period, by_month, table),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One of several of a sort beside the others; `verdict` as `Share.beside` the country."""

    code: str
    given: int
    waiting: int
    answers: int
    in_time: int
    complaints: int
    kept: Share | None
    verdict: int = 0


def compared(sort: Sort, period: Period, country: Share | None) -> tuple[Compared, ...]:
    """All of a sort that have figures in a period, in the order of their codes, in full fives."""
    wanted = (What.GIVEN.value, What.ANSWER.value, What.IN_TIME.value, What.WAITING.value)
    complaints = tuple(f"{What.COMPLAINT}{one}" for one in (OF_ANSWER, OF_SILENCE))
    rows = Figure.objects.filter(about=_ABOUT[sort].value, month__in=[*period.summed, NOW])
    found: dict[str, dict[str, int]] = {}
    for code, what, n in (
        rows.filter(what__in=(*wanted, *complaints)).values_list("code", "what").annotate(sum=Sum("n"))
    ):
        found.setdefault(code, {})[what] = n
    told = []
    for code, counts in sorted(found.items()):
        given, answers, in_time, waiting = (fives(counts.get(what, 0)) for what in wanted)
        kept = Share.of(in_time, answers)
        complained = fives(sum(counts.get(what, 0) for what in complaints))
        verdict = kept.beside(country) if kept is not None else 0
        told.append(Compared(code, given, waiting, answers, in_time, complained, kept, verdict))
    return tuple(told)


def by_office(of: Of, period: Period) -> tuple[dict[str, int | None], dict[str, Share | None]]:
    """What one thing has at each office: requests given (with those kept back), and the terms kept."""
    rows = of.rows(period.summed).filter(what__in=(What.GIVEN.value, What.ANSWER.value, What.IN_TIME.value))
    found: dict[str, dict[str, int]] = {}
    for site, what, count in rows.values_list("site", "what").annotate(sum=Sum("n")):
        found.setdefault(site, {})[what] = count
    codes = (*(site.code for site in reference_book().sites), CENTRE)
    wanted = of.codes if of.sort is Sort.PLACE else codes
    given = cells({code: found.get(code, {}).get(What.GIVEN.value, 0) for code in wanted})
    kept = {
        code: Share.of(
            fives(found.get(code, {}).get(What.IN_TIME.value, 0)), fives(found.get(code, {}).get(What.ANSWER.value, 0))
        )
        for code in wanted
    }
    return {cell.name: cell.count for cell in given}, kept


def _overdue(of: Of, today: date) -> int:
    due = of.rows([TERMS]).filter(what__lt=f"{What.DUE}{today.isoformat()}")
    return due.aggregate(sum=Sum("n"))["sum"] or 0


def _median(days: Mapping[int, int]) -> int:
    """The day by which half of the answers had come."""
    half, seen = sum(days.values()) / 2, 0
    for day, count in sorted(days.items()):
        seen += count
        if seen >= half:
            return day
    return 0


def _months(
    period: Period, by_month: Mapping[int, Mapping[str, int]], table: Callable[[Mapping[str, int]], Sequence[Cell]]
) -> tuple[Month, ...]:
    names = {month: f"{month // 100}-{month % 100:02}" for month in period.months}
    columns: list[dict[str, int | None]] = []
    for what in (What.GIVEN, What.ANSWER, What.IN_TIME):
        counts = {name: by_month.get(month, {}).get(what.value, 0) for month, name in names.items()}
        columns.append({cell.name: cell.count for cell in table(counts)})
    given, answers, in_time = columns
    return tuple(Month(name, given[name], answers[name], in_time[name]) for name in names.values())


def _exactly(count: int) -> int:
    return count


def _as_they_are(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    return tuple(Cell(name, count) for name, count in counts.items())
