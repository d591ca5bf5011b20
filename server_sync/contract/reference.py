"""The reference book: sites, categories, positions, bodies, calendar, terms and rules as both programs read them.

It is made once from the texts of the CSV files in resources/reference (or of newer ones that came by the feed) and
never changes afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from server_sync.contract import reference_rows as rows
from server_sync.contract.choosing import Choices, Guess, words_in
from server_sync.contract.deadlines import TermRule, WorkingCalendar
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.folding import fold, narrow, search_terms
from server_sync.contract.numbers import PORTAL_CODE
from server_sync.contract.reference_rows import Body, Category, Details, Level, Position, Rank
from server_sync.contract.routing import Routing, RoutingRule, choose
from server_sync.contract.territory import Names, Site, Territory

__all__ = ["Body", "Category", "Details", "FoundBody", "Level", "Position", "Rank", "ReferenceBook", "Routing"]

SITES: Final = "sites.csv"
SITE_FORMS: Final = "site_forms.csv"
TILES: Final = "site_tiles.csv"
CATEGORIES: Final = "appeal_categories.csv"
POSITIONS: Final = "officials_positions.csv"
BODY_NAMES: Final = "body_names.csv"
HOLIDAYS: Final = "holidays_kg_2014_2027.csv"
EXCEPTIONS: Final = "calendar_exceptions.csv"
DETAILS: Final = "site_details.csv"
TERMS: Final = "terms.csv"
ROUTING: Final = "routing_rules.csv"
HIGHER: Final = "higher_bodies.csv"
FILES: Final = (SITES, SITE_FORMS, TILES, CATEGORIES, POSITIONS, BODY_NAMES, HOLIDAYS, TERMS, ROUTING)
"""What a book is made of; calendar_exceptions.csv, site_details.csv and higher_bodies.csv may be added."""

_RANKS: Final = tuple(Rank)

ALL_BUT_TYPED: Final = 5
"""Letters of a word typed so far that it is told by what is left of it."""


@dataclass(frozen=True, slots=True)
class FoundBody:
    """A body that is offered; `formerly` is one it came after, when what was typed names that one and not itself."""

    body: Body
    formerly: Body | None = None
    guess: Guess = Guess.NONE


class FoundCategory(NamedTuple):
    """A subject that is offered."""

    category: Category
    guess: Guess = Guess.NONE


@dataclass(frozen=True, kw_only=True)
class ReferenceBook:
    """All reference data of one moment. Searching builds its index at the first search."""

    sites: tuple[Site, ...]
    categories: tuple[Category, ...]
    positions: tuple[Position, ...]
    bodies: tuple[Body, ...]
    calendar: WorkingCalendar
    terms: tuple[TermRule, ...]
    routing_rules: tuple[RoutingRule, ...]
    details: tuple[Details, ...] = ()
    higher_rules: tuple[RoutingRule, ...] = ()

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> "ReferenceBook":
        """Read the files' texts by name; files that are none of ours are passed over.

        Raises MalformedBytes `reference_missing` (params: file) or `reference_malformed` (file, line).
        """
        for name in FILES:
            if name not in texts:
                raise MalformedBytes("reference_missing", file=name)
        forms = dict(rows.read(texts, SITE_FORMS, rows.named("of")))
        tiles = dict(rows.read(texts, TILES, lambda row: (row["code"], row)))
        sites = rows.read(texts, SITES, lambda row: rows.site(row, forms[row["code"]], tiles[row["code"]]))
        positions = rows.read(texts, POSITIONS, rows.position)
        patterns = dict(rows.read(texts, BODY_NAMES, rows.named("name", "position")))
        holidays = [day for day in rows.read(texts, HOLIDAYS, rows.exception) if day is not None]
        decreed = rows.read(texts, EXCEPTIONS, rows.exception) if EXCEPTIONS in texts else ()
        last_year = max((day.on.year for day in holidays), default=date.min.year)
        calendar = WorkingCalendar(holidays, date(last_year, 12, 31))
        return cls(
            sites=sites,
            categories=rows.read(texts, CATEGORIES, rows.category),
            positions=positions,
            bodies=tuple(rows.bodies(sites, positions, patterns)),
            calendar=calendar.with_exceptions(day for day in decreed if day is not None),
            terms=rows.read(texts, TERMS, rows.term),
            routing_rules=rows.read(texts, ROUTING, rows.routing_rule),
            details=rows.read(texts, DETAILS, rows.details) if DETAILS in texts else (),
            higher_rules=rows.read(texts, HIGHER, rows.higher_rule) if HIGHER in texts else (),
        )

    @cached_property
    def territory(self) -> Territory:
        """The sites as a tree."""
        return Territory(self.sites)

    @cached_property
    def number_codes(self) -> frozenset[str]:
        """The three letters with which registration numbers begin: of every site, and of the portal."""
        return frozenset(site.number_code for site in self.sites) | {PORTAL_CODE}

    @cached_property
    def _sites(self) -> dict[str, Site]:
        return {site.code: site for site in self.sites}

    @cached_property
    def _sites_by_number(self) -> dict[str, Site]:
        return {site.number_code: site for site in self.sites}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _positions(self) -> dict[str, Position]:
        return {position.code: position for position in self.positions}

    @cached_property
    def _bodies(self) -> dict[str, Body]:
        return {body.code: body for body in self.bodies}

    def site(self, code: str) -> Site | None:
        """Find a site by its code."""
        return self._sites.get(code)

    def site_by_number_code(self, number_code: str) -> Site | None:
        """Find the site whose registration numbers begin with three letters."""
        return self._sites_by_number.get(number_code)

    def details_of(self, site_code: str, on: date) -> Details | None:
        """Where an office is found on a day: the newest row that has begun; None when nothing is known."""
        known = [one for one in self.details if one.site_code == site_code]
        begun = [one for one in known if one.valid_from_on is None or one.valid_from_on <= on]
        return max(begun, key=lambda one: one.valid_from_on or date.min, default=None)

    def category(self, code: str) -> Category | None:
        """Find a group or subject by its code."""
        return self._categories.get(code)

    def position(self, code: str) -> Position | None:
        """Find a position by its code."""
        return self._positions.get(code)

    def body(self, code: str) -> Body | None:
        """Find a body by its code."""
        return self._bodies.get(code)

    def body_of(self, position: str, site_code: str) -> Body | None:
        """Find the body that a position is for a place: there, or in the nearest unit the place lies in.

        A code of a whole body is taken as such. None when there is no such official in that place.
        """
        named = self._bodies.get(position)
        if named is not None:
            return named
        if site_code not in self._sites:
            return None
        for site in (self._sites[site_code], *self.territory.ancestors(site_code)):
            found = self._bodies.get(f"{position}@{site.code}")
            if found is not None:
                return found
        return None

    def addressee_names(self, position: str, site_code: str) -> Names | None:
        """Name an addressee: the body when it exists in that place, else the position alone."""
        body = self.body_of(position, site_code)
        if body is not None:
            return body.names
        known = self.position(position.partition("@")[0])
        return known.names if known is not None else None

    def route(self, category: str, territory: str, addressee: str, on: date) -> Routing | None:
        """Find the body that answers a request, and why; None when no rule fits and a person decides.

        A rule's body that has ended by that day stands for the one that came after it.
        `addressee` is a position or a whole body's code; `territory` the site of the addressee or of the office.
        """
        position, _, place = addressee.partition("@")
        site = self._sites.get(place or territory)
        known = self.position(position)
        if site is None or self.category(category) is None:
            return None

        def code_of(wanted: str) -> str | None:
            body = self.body_of(wanted, site.code)
            return self.body_on(body, on).code if body is not None else None

        return choose(
            self.routing_rules,
            category=category,
            site=site,
            position=position,
            level=known.level.value if known is not None else "",
            on=on,
            body_of=code_of,
        )

    def higher(self, body_code: str, on: date) -> Routing | None:
        """Find the body above another, which decides on complaints about it, and why; None where no rule names one.

        A body that has ended by that day stands for the one that came after it.
        """
        body = self._bodies.get(body_code)
        site = self._sites.get(body.site_code) if body is not None and body.site_code else self._root
        if body is None or site is None:
            return None

        def code_of(wanted: str) -> str | None:
            found = self.body_of(wanted, site.code)
            above = self.body_on(found, on).code if found is not None else None
            return None if above == body_code else above

        return choose(
            self.higher_rules,
            category="",
            site=site,
            position=body.position_code,
            level=body.level.value,
            on=on,
            body_of=code_of,
        )

    @cached_property
    def _root(self) -> Site | None:
        """The site that lies in no other, where national bodies sit."""
        return next((site for site in self.sites if not site.parent), None)

    def body_on(self, body: Body, on: date) -> Body:
        """Follow a body that has ended to the one that stands in its place on a day; itself when there is none."""
        seen = {body.code}
        while body.has_ended(on):
            after = self._bodies.get(body.successor)
            if after is None or after.code in seen:
                break
            seen.add(after.code)
            body = after
        return body

    def find_bodies(
        self, query: str, places: Sequence[str], language: str, limit: int = 20, *, on: date | None = None
    ) -> tuple[FoundBody, ...]:
        """Find bodies by the beginnings of any words of their names in any language, the likeliest first.

        With a day, those of that day: one that has ended is found by its name and gives the one that came after it. By
        how well they fit (contract.choosing), those near the places before others, heads before others, then by
        nearness: the territory of the first place, those above it, the same of the next, the country, the province of
        the first, the rest. An empty query lists those of the places, above them and the country.
        """
        near = self._nearness(places)
        territory = next(iter(places), "")
        is_above_all = territory in self._sites and self.territory.province(territory) is None
        country, far = (-1 if is_above_all else len(near)), len(near) + 1
        around = self._province_of(territory)

        def distance(body: Body) -> int:
            if not body.site_code:
                return country
            return near.get(body.site_code, far if around and self._province_of(body.site_code) == around else far + 1)

        if not search_terms(query):
            close = [body for body in self.bodies if distance(body) < far and (on is None or body.exists_on(on))]
            return tuple(FoundBody(body) for body in sorted(close, key=distance)[:limit])
        typed = search_terms(query)
        first = typed[0]
        earlier: dict[str, Body] = {}
        ranked: dict[str, tuple[tuple[Any, ...], FoundBody]] = {}
        for fit, named in self._body_choices.find(query):
            body = named if on is None else self.body_on(named, on)
            if on is not None and not body.exists_on(on):
                continue
            if body is not named and _is_named(named, typed) and not _is_named(body, typed):
                earlier.setdefault(body.code, named)
            found = FoundBody(body, None if body is named else named, fit.guess)
            away = distance(body)
            begins = fold(named.names.said_in(language)).startswith(first)
            place = (
                (found.formerly is not None, fit.way, away >= far, fit.is_said_otherwise, fit.is_scattered, fit.begun),
                (_RANKS.index(body.rank), _left_to_type(named, first) if fit.begun else 0),
                (fit.is_inside, away, not begins),
            )
            if body.code not in ranked or place < ranked[body.code][0]:
                ranked[body.code] = (place, found)
        best = [found for _, found in sorted(ranked.values(), key=lambda item: item[0])[:limit]]
        return tuple(replace(one, formerly=one.formerly or earlier.get(one.body.code)) for one in best)

    def find_categories(self, query: str, language: str, limit: int = 20) -> tuple[FoundCategory, ...]:
        """Find subjects by code or by the beginnings of words of their own or their group's names.

        By how well they fit (contract.choosing); groups come after subjects. An empty query lists all.
        """
        if not query.strip():
            return tuple(map(FoundCategory, self.categories))
        by_code = [category for category in self.categories if category.code.startswith(narrow(query).strip())]
        if by_code:
            return tuple(map(FoundCategory, by_code[:limit]))
        found = self._category_choices.find(query)
        first = next(iter(search_terms(query)), "")
        found.sort(
            key=lambda item: (
                item[0][:2],
                not item[1].parent,
                item[0][2:],
                not fold(item[1].names.said_in(language)).startswith(first),
            )
        )
        return tuple(FoundCategory(category, fit.guess) for fit, category in found[:limit])

    def _nearness(self, site_codes: Iterable[str]) -> dict[str, int]:
        """Number the units by how near they are to places: each itself, what lies in it, then what it lies in."""
        own: dict[str, int] = {}
        for site_code in site_codes:
            if site_code not in self._sites:
                continue
            first = len(own)
            own.setdefault(site_code, first)
            for below in self.territory.descendants(site_code):
                own.setdefault(below.code, first + 1)
            for place, above in enumerate(self.territory.ancestors(site_code), start=first + 2):
                own.setdefault(above.code, place)
        return own

    def _province_of(self, site_code: str) -> str:
        province = self.territory.province(site_code) if site_code in self._sites else None
        return province.code if province is not None else ""

    @cached_property
    def _body_choices(self) -> Choices[Body]:
        choices: Choices[Body] = Choices()
        for body in self.bodies:
            choices.add(body, (*body.names, body.code), body.also)
        return choices

    @cached_property
    def _category_choices(self) -> Choices[Category]:
        choices: Choices[Category] = Choices()
        for category in self.categories:
            group = self.category(category.parent)
            wider = () if group is None else (*group.names, group.also)
            choices.add(category, (*category.names, category.code), category.also, wider)
        return choices


def _is_named(body: Body, typed: tuple[str, ...]) -> bool:
    """Whether all that is typed begins words of one of its names; other words it is found by name nobody."""
    names = ([word.folded for word in words_in(name)] for name in body.names)
    return any(all(any(word.startswith(term) for word in name) for term in typed) for name in names)


def _left_to_type(body: Body, begun: str) -> int:
    """Letters that the likeliest word still lacks: президен is the President before who stands for the President."""
    if len(begun) < ALL_BUT_TYPED:
        return 0
    words = (word.folded for name in body.names for word in words_in(name))
    return min((len(word) - len(begun) for word in words if word.startswith(begun)), default=0)
