"""The reference book: sites, categories, positions, bodies, calendar, terms and rules as both programs read them.

It is made once from the texts of the CSV files in resources/reference (or of newer ones that came by the feed) and
never changes afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from server_sync.contract import reference_rows as rows
from server_sync.contract.deadlines import TermRule, WorkingCalendar
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.folding import fold, fold_latin, relayout, search_terms, words_of
from server_sync.contract.reference_rows import Body, Category, Level, Position
from server_sync.contract.routing import Routing, RoutingRule, choose
from server_sync.contract.territory import Names, Site, Territory

__all__ = ["Body", "Category", "Level", "Position", "ReferenceBook", "Routing"]

SITES: Final = "sites.csv"
SITE_FORMS: Final = "site_forms.csv"
TILES: Final = "site_tiles.csv"
CATEGORIES: Final = "appeal_categories.csv"
POSITIONS: Final = "officials_positions.csv"
BODY_NAMES: Final = "body_names.csv"
HOLIDAYS: Final = "holidays_kg_2014_2027.csv"
EXCEPTIONS: Final = "calendar_exceptions.csv"
TERMS: Final = "terms.csv"
ROUTING: Final = "routing_rules.csv"
FILES: Final = (SITES, SITE_FORMS, TILES, CATEGORIES, POSITIONS, BODY_NAMES, HOLIDAYS, TERMS, ROUTING)
"""What a book is made of; calendar_exceptions.csv may be added."""


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
        )

    @cached_property
    def territory(self) -> Territory:
        """The sites as a tree."""
        return Territory(self.sites)

    @cached_property
    def number_codes(self) -> frozenset[str]:
        """The three letters of every site's registration numbers."""
        return frozenset(site.number_code for site in self.sites)

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

        `addressee` is a position or a whole body's code; `territory` the site of the addressee or of the office.
        """
        position, _, place = addressee.partition("@")
        site = self._sites.get(place or territory)
        known = self.position(position)
        if site is None or self.category(category) is None:
            return None

        def code_of(wanted: str) -> str | None:
            body = self.body_of(wanted, site.code)
            return body.code if body is not None else None

        return choose(
            self.routing_rules,
            category=category,
            site=site,
            position=position,
            level=known.level.value if known is not None else "",
            on=on,
            body_of=code_of,
        )

    def search_addressees(self, query: str, territory: str, language: str, limit: int = 20) -> tuple[Body, ...]:
        """Find bodies by the beginnings of any words of their names in any language.

        Those of the office's own territory come first, then those above it, the national ones, the rest; among
        equals, names that begin with the query. An empty query lists those of the office and above it.
        """
        near = self._nearness(territory)
        far = len(near) + 2

        def distance(body: Body) -> int:
            return near.get(body.site_code, far if body.site_code else len(near))

        if not search_terms(query):
            close = [body for body in self.bodies if distance(body) < far]
            return tuple(sorted(close, key=distance)[:limit])
        for reading in _readings(query):
            found = [(body, words) for body, words in self._body_words if reading.fits(words)]
            if found:
                found.sort(key=lambda item: (distance(item[0]), not reading.begins(item[0].names.said_in(language))))
                return tuple(body for body, _ in found[:limit])
        return ()

    def search_categories(self, query: str, language: str, limit: int = 20) -> tuple[Category, ...]:
        """Find subjects by code or by the beginnings of words of their own or their group's names.

        A subject's own name counts before its group's; groups come after subjects. An empty query lists all.
        """
        if not query.strip():
            return self.categories
        by_code = [category for category in self.categories if category.code.startswith(query.strip())]
        if by_code:
            return tuple(by_code[:limit])
        for reading in _readings(query):
            found = [item for item in self._category_words if reading.fits(item[2])]
            if found:
                found.sort(
                    key=lambda item: (
                        not reading.fits(item[1]),
                        not item[0].parent,
                        not reading.begins(item[0].names.said_in(language)),
                    )
                )
                return tuple(category for category, _, _ in found[:limit])
        return ()

    def _nearness(self, site_code: str) -> dict[str, int]:
        """Number the units by how near they are to an office: itself, what lies in it, then what it lies in."""
        if site_code not in self._sites:
            return {}
        own = {site_code: 0}
        own |= {below.code: 1 for below in self.territory.descendants(site_code)}
        for place, above in enumerate(self.territory.ancestors(site_code), start=2):
            own.setdefault(above.code, place)
        return own

    @cached_property
    def _body_words(self) -> tuple[tuple[Body, str], ...]:
        known: dict[str, str] = {}
        return tuple((body, _searchable(body.names, body.code, known)) for body in self.bodies)

    @cached_property
    def _category_words(self) -> tuple[tuple[Category, str, str], ...]:
        known: dict[str, str] = {}
        own = {category.code: _searchable(category.names, category.code, known) for category in self.categories}
        return tuple((c, own[c.code], own[c.code] + own.get(c.parent, "")) for c in self.categories)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a query; a name fits when each word begins one of its words."""

    terms: tuple[str, ...]

    def fits(self, words: str) -> bool:
        return all(f" {term}" in words for term in self.terms)

    def begins(self, name: str) -> bool:
        return fold(name).startswith(self.terms[0])


def _readings(query: str) -> Iterator[_Reading]:
    """Read a query as it stands, by its sound in Latin letters, and as typed on the wrong keyboard."""
    terms = search_terms(query)
    if not terms:
        return
    yield _Reading(terms)
    heard = tuple(fold_latin(term) for term in terms)
    if all(len(term) > 1 for term in heard):
        yield _Reading(heard)
    typed_elsewhere = relayout(query)
    if typed_elsewhere is not None and (again := search_terms(typed_elsewhere)):
        yield _Reading(again)


def _searchable(names: Names, code: str, known: dict[str, str]) -> str:
    """Join all words of a name, folded and by sound, each after a space; `known` keeps words already met."""
    found: dict[str, None] = {}
    for word in f"{names.ky} {names.ru} {names.en} {code}".split():
        if word not in known:
            folded = words_of(word)
            known[word] = "".join(f" {part}" for part in dict.fromkeys((*folded, *map(fold_latin, folded))))
        found[known[word]] = None
    return "".join(found)
