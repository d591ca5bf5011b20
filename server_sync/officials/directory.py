"""Answers who holds a position on a day, who stands in for them and when they receive; and finds them by name.

All that stands is kept in memory, as the reference data is; a process asks once a second whether more was written.
"""

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.db.models import Max

from server_sync.contract.folding import fold_latin, search_terms, words_of
from server_sync.contract.territory import Names
from server_sync.officials.models import Entry
from server_sync.officials.rows import PEOPLE, Key, Line, What
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.reference import reference_book

LOOKED_AT_S: Final = 1.0
FOUND_MOST: Final = 50
LATELY: Final = timedelta(days=30)
"""For so long a page says that somebody has just left."""
WEEK: Final = 7
_LAST: Final = "\U0010ffff"

_COLUMNS: Final = tuple(one.name for one in fields(Line))


@dataclass(frozen=True, slots=True)
class Held:
    """How a position stands on a day. Nobody named and not vacant: nothing is known.

    `left` held it last, when nobody holds it now; `deputies` stand in by their office.
    """

    holder: Line | None = None
    is_vacant: bool = False
    acting: Line | None = None
    deputies: tuple[Line, ...] = ()
    left: Line | None = None

    @property
    def who(self) -> Line | None:
        """Whoever answers on that day: the acting head before the holder, who is away then."""
        return self.acting or self.holder


@dataclass(frozen=True, slots=True)
class Reception:
    """Hours of one day on which people are received; with why it is a day off, none are."""

    on: date
    slots: tuple[Line, ...]
    off: Names | None = None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody found by name, and whether they hold the position on that day."""

    line: Line
    is_now: bool


class Directory:
    """What stands of all that was written down."""

    def __init__(self, standing: Mapping[Key, Line]) -> None:
        self.standing: Final = standing
        self._of_seat: dict[tuple[str, str], list[Line]] = {}
        self._seats: dict[str, dict[tuple[str, str], str]] = {}
        for line in standing.values():
            if not line.is_withdrawn:
                self._of_seat.setdefault(line.seat, []).append(line)
                self._seats.setdefault(line.body_code, {}).setdefault(line.seat, line.village)
        for lines in self._of_seat.values():
            lines.sort(key=lambda line: line.since_on)

    def lines(self) -> list[Line]:
        """All that stands, by position."""
        return sorted(
            (line for line in self.standing.values() if not line.is_withdrawn), key=lambda line: (*line.seat, line.key)
        )

    def villages(self, body_code: str) -> list[str]:
        """The villages whose officials of a rural position are written down."""
        return sorted(village for village in self._seats.get(body_code, {}).values() if village)

    def of(self, body_code: str, village: str = "") -> list[Line]:
        """All that is known of a position, in the order of days."""
        seat = Line(what=What.VACANT, body_code=body_code, village=village, since_on=date.min).seat
        return self._of_seat.get(seat, [])

    def held(self, body_code: str, on: date, village: str = "") -> Held:
        """Who holds a position on a day."""
        lines = self.of(body_code, village)
        begun = [line for line in lines if line.since_on <= on]
        heads = [line for line in begun if line.what in {What.HOLDER, What.VACANT}]
        last = heads[-1] if heads else None
        is_over = last is None or not last.holds_on(on)
        holder = last if last is not None and not is_over and last.what is What.HOLDER else None
        since = last.since_on if last is not None and last.what is What.HOLDER else date.min
        acting = [line for line in begun if line.what is What.ACTING and line.holds_on(on) and line.since_on >= since]
        held_before = [line for line in heads if line.what is What.HOLDER and line is not holder]
        return Held(
            holder=holder,
            is_vacant=last is not None and not is_over and last.what is What.VACANT,
            acting=acting[-1] if acting else None,
            deputies=tuple(line for line in begun if line.what is What.DEPUTY and line.holds_on(on)),
            left=held_before[-1] if held_before and holder is None else None,
        )

    def last_day(self, line: Line) -> date | None:
        """The last day of somebody who holds a position: the day that was named, or the one before the next began."""
        heads = {What.HOLDER, What.VACANT}
        after = [
            one.since_on
            for one in self.of(line.body_code, line.village)
            if one.since_on > line.since_on and one.what in (heads if line.what in heads else {What.HOLDER})
        ]
        next_on = min(after) - timedelta(days=1) if after and line.what is not What.DEPUTY else None
        known = [day for day in (line.until_on, next_on) if day is not None]
        return min(known) if known else None

    def left_lately(self, body_code: str, on: date, village: str = "") -> Line | None:
        """Who held a position until a few days ago."""
        gone = [
            line
            for line in self.of(body_code, village)
            if line.what is What.HOLDER and (last := self.last_day(line)) is not None and on - LATELY <= last < on
        ]
        return gone[-1] if gone else None

    def before(self, body_code: str, on: date, village: str = "") -> list[Line]:
        """Who held a position before, the last one first."""
        people = [line for line in self.of(body_code, village) if line.what is What.HOLDER and line.since_on <= on]
        now = self.held(body_code, on, village).holder
        return [line for line in reversed(people) if line is not now]

    def schedule(self, body_code: str, on: date, village: str = "") -> tuple[Line, ...]:
        """The hours of reception that hold on a day: those of the newest first day that has begun, day by day."""
        slots = [line for line in self.of(body_code, village) if line.what is What.RECEPTION and line.since_on <= on]
        newest = slots[-1].since_on if slots else None
        held = [line for line in slots if line.since_on == newest and line.holds_on(on)]
        return tuple(sorted(held, key=lambda line: (line.weekday or 0, line.opens)))

    def week(self, body_code: str, on: date, village: str = "") -> tuple[Reception, ...]:
        """Receptions of the next seven days, from this one on; on days off nobody is received."""
        calendar = working_calendar()
        days = []
        for day in (on + timedelta(days=n) for n in range(WEEK)):
            slots = tuple(line for line in self.schedule(body_code, day, village) if line.weekday == day.isoweekday())
            if not slots:
                continue
            known = calendar.exception(day)
            off = None if calendar.is_working(day) else (known.names if known is not None else Names("", "", ""))
            days.append(Reception(day, slots, off))
        return tuple(days)

    def contact(self, body_code: str, on: date, village: str = "") -> Line | None:
        """How the office is reached on a day: the newest that has begun."""
        known = [line for line in self.of(body_code, village) if line.what is What.CONTACT and line.since_on <= on]
        return known[-1] if known and known[-1].holds_on(on) else None

    def find(self, query: str, on: date, most: int = FOUND_MOST) -> tuple[FoundPerson, ...]:
        """People by the beginnings of words of their names, with words of their position and place beside them.

        Who holds it today comes before who held it; letters are folded, and Latin ones are heard as Cyrillic.
        """
        terms = search_terms(query)
        if not terms:
            return ()
        folded, heard = self._index
        at = folded.with_all(terms) or heard.with_all([fold_latin(term) for term in terms])
        lines = [self._people[place] for place in sorted(at)]
        found = [FoundPerson(line, self._is_now(line, on)) for line in lines]
        found.sort(key=lambda one: (not one.is_now, -one.line.since_on.toordinal()))
        return tuple(found[:most])

    def _is_now(self, line: Line, on: date) -> bool:
        held = self.held(line.body_code, on, line.village)
        return line in {held.holder, held.acting, *held.deputies}

    @cached_property
    def _people(self) -> list[Line]:
        return [line for line in self.standing.values() if line.what in PEOPLE and not line.is_withdrawn]

    @cached_property
    def _index(self) -> tuple["_Words", "_Words"]:
        names, sounds, beside = [], [], []
        for line in self._people:
            own = frozenset(word for name in (line.name_ky, line.name_ru, line.name_en) for word in words_of(name))
            names.append(own)
            sounds.append(frozenset(fold_latin(word) for word in own))
            beside.append(_of_position(line))
        return _Words(names, beside), _Words(sounds, [frozenset(map(fold_latin, words)) for words in beside])


class _Words:
    """Finds what has a word that begins so; of all words one must be of the name itself."""

    def __init__(self, own: Sequence[Iterable[str]], beside: Sequence[Iterable[str]]) -> None:
        self._own = _sorted(own)
        self._all = _sorted([{*mine, *others} for mine, others in zip(own, beside, strict=True)])

    def with_all(self, terms: Sequence[str]) -> set[int]:
        found: set[int] | None = None
        named: set[int] = set()
        for term in terms:
            if not term:
                continue
            having = set(_begun(self._all, term))
            named |= set(_begun(self._own, term))
            found = having if found is None else found & having
        return (found or set()) & named


def _sorted(words: Sequence[Iterable[str]]) -> list[tuple[str, int]]:
    return sorted((word, place) for place, several in enumerate(words) for word in several if word)


def _begun(index: list[tuple[str, int]], term: str) -> Iterator[int]:
    start = bisect_left(index, (term, -1))
    end = bisect_left(index, (term + _LAST, -1))
    return (place for _, place in index[start:end])


def _of_position(line: Line) -> frozenset[str]:
    """Words of the position and its place, by which two of one name are told apart."""
    body = reference_book().body(line.body_code)
    texts = (*body.names, body.also, line.village) if body is not None else (line.village,)
    site = reference_book().site(body.site_code) if body is not None else None
    return frozenset(word for text in (*texts, *(site.name if site is not None else ())) for word in words_of(text))


@dataclass(slots=True)
class _Kept:
    """The directory made last, up to which entry, and until when it is taken as it is."""

    newest: int
    standing: dict[Key, Line]
    directory: Directory
    until: float


_kept: list[_Kept] = []


def directory() -> Directory:
    """The directory for pages: at most a moment behind what is written down."""
    now = time.monotonic()
    kept = _kept[0] if _kept else None
    if kept is not None and now < kept.until:
        return kept.directory
    newest = newest_entry()
    if kept is None or newest < kept.newest:  # the tables were put back
        kept = _Kept(0, {}, Directory({}), 0.0)
    if newest != kept.newest:
        standing = dict(kept.standing)
        standing.update((line.key, line) for line in lines_since(kept.newest))
        kept = _Kept(newest, standing, Directory(standing), 0.0)
    _kept[:] = [_Kept(kept.newest, kept.standing, kept.directory, now + LOOKED_AT_S)]
    return kept.directory


def forget_directory() -> None:
    """Let the next page read what is written down."""
    _kept.clear()


def newest_entry() -> int:
    """The newest that is written down; 0 for nothing."""
    return Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def lines_since(entry: int) -> Iterator[Line]:
    """What was written after an entry, in its order."""
    rows = Entry.objects.filter(pk__gt=entry).order_by("pk").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=2_000):
        told = dict(zip(_COLUMNS, row, strict=True))
        yield Line(**told | {"what": What(told["what"])})
