"""The reference data both programs ship: sites, addressees, categories, calendar, terms, rules of routing.

Read once from CSV texts into frozen rows; the programs find the files, this module only parses them.
"""

import csv
import io
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from server_sync.contract.deadlines import DayKind, Exceptional, TermRule, WorkingCalendar
from server_sync.contract.errors import InvalidField
from server_sync.contract.folding import fold, readings, sort_key
from server_sync.contract.territory import Names, Site, SiteKind, Territory

CAPITALS: Final = frozenset({"KG-GB", "KG-GO"})
"""Province-level cities: they have a mayor where a region has a plenipotentiary."""


class Level(StrEnum):
    """Where a position exists."""

    NATIONAL = "national"
    PROVINCE = "province"
    DISTRICT = "district"
    CITY = "city"
    RURAL = "rural"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Category:
    """A group (`01`) or a subject (`01.02`) of requests."""

    code: str
    parent: str
    name: Names


@dataclass(frozen=True, slots=True)
class Position:
    """A kind of public official; a person is never named."""

    code: str
    level: Level
    name: Names


@dataclass(frozen=True, slots=True)
class Body:
    """A position where it stands: `PM`, or `AKIM@KG-C-ALA`. Whoever holds it answers."""

    code: str
    position: Position
    site: Site | None
    name: Names


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """From a day on, requests of a category in a kind of territory go to a position; empty means any."""

    id: str
    category: str
    site_kind: str
    position: str
    valid_from: date
    reason: Names


@dataclass(frozen=True, slots=True)
class Routing:
    """Which body is to answer, and why."""

    body_code: str
    rule_id: str
    reason: Names


class ReferenceBook:
    """All reference data of one version."""

    def __init__(
        self,
        sites: tuple[Site, ...],
        categories: tuple[Category, ...],
        positions: tuple[Position, ...],
        rules: tuple[RoutingRule, ...],
        calendar: WorkingCalendar,
        terms: tuple[TermRule, ...],
    ) -> None:
        self.sites: Final = {site.code: site for site in sites}
        self.categories: Final = {category.code: category for category in categories}
        self.positions: Final = {position.code: position for position in positions}
        self.rules: Final = rules
        self.calendar: Final = calendar
        self.terms: Final = terms
        self.territory: Final = Territory(sites)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> "ReferenceBook":
        """Parse the shipped files, given by name; raises InvalidField `reference_missing` or `reference_damaged`."""
        try:
            tiles = {row["code"]: row for row in _rows(texts["site_tiles.csv"])}
            return cls(
                sites=tuple(_site(row, tiles[row["code"]]) for row in _rows(texts["sites.csv"])),
                categories=tuple(
                    Category(row["code"], row["parent"], _names(row)) for row in _rows(texts["appeal_categories.csv"])
                ),
                positions=tuple(
                    Position(row["code"], Level(row["level"]), _names(row))
                    for row in _rows(texts["officials_positions.csv"])
                ),
                rules=tuple(_rule(row) for row in _rows(texts["routing_rules.csv"])),
                calendar=_calendar(texts["holidays_kg_2014_2027.csv"]),
                terms=tuple(_term(row, at) for at, row in enumerate(_rows(texts["terms.csv"]), start=1)),
            )
        except KeyError as missing:
            raise InvalidField("reference_missing", field=str(missing.args[0])) from missing
        except ValueError as damaged:
            raise InvalidField("reference_damaged", field=str(damaged)) from damaged

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """Every addressee of the country: each position wherever it exists."""
        found = {}
        for position in self.positions.values():
            for site in self._where(position):
                body = _body(position, site)
                found[body.code] = body
        return found

    def body(self, code: str, site_code: str = "") -> Body | None:
        """An addressee by its own code, or by a position and a site; None when there is no such one.

        A rural position stands in the territory of its district office.
        """
        if not site_code:
            return self.bodies.get(code)
        position = self.positions.get(code)
        if position is not None and position.level in (Level.NATIONAL, Level.OFFICE):
            return self.bodies.get(code)
        return self.bodies.get(f"{code}@{site_code}")

    def nearest_body(self, position_code: str, site_code: str) -> Body | None:
        """The holder of a position who is meant at an office: there, above it, or the first below it."""
        territory = self.territory
        for place in (site_code, *territory.ancestors(site_code), *territory.descendants(site_code)):
            found = self.body(position_code, place)
            if found is not None:
                return found
        return None

    def search_addressees(self, query: str, near: str = "", language: str = "ky", most: int = 12) -> tuple[Body, ...]:
        """Addressees whose words begin as the query's do, those of the office's own territory first."""
        words = [reading.split() for reading in readings(query)]
        territories = (near, *self.territory.ancestors(near)) if near else ()
        ranked = []
        for body, indexed in self._addressee_words:
            if words and not any(_begins(reading, indexed) for reading in words):
                continue
            here = body.site.code if body.site else ""
            distance = territories.index(here) if here in territories else (len(territories) if not here else 99)
            if not words and distance == 99:
                continue
            ranked.append((distance, sort_key(body.name.of(language)), body))
        ranked.sort(key=lambda item: item[:2])
        return tuple(body for _, _, body in ranked[:most])

    def search_categories(self, query: str, language: str = "ky", most: int = 12) -> tuple[Category, ...]:
        """Subjects whose words begin as the query's do; a group's words find all its subjects."""
        words = [reading.split() for reading in readings(query)]
        found = [
            category
            for category, indexed in self._category_words
            if not words or any(_begins(reading, indexed) for reading in words)
        ]
        return tuple(found[:most])

    def route(self, *, category: str, territory: str, addressee: str, on: date) -> Routing | None:
        """The body that answers: the local official the citizen named, else the most specific rule in force.

        `addressee` is a position's code and `territory` the site it was meant in. None when no rule fits.
        """
        named = self.body(addressee, territory)
        if named is not None and not self._is_highest(addressee):
            return Routing(named.code, "named", NAMED_BY_CITIZEN)
        kind = self._kind(territory)
        fitting = [
            rule
            for rule in self.rules
            if rule.valid_from <= on
            and category.startswith(rule.category)
            and rule.site_kind in (kind, "", "national")
            and self._body_of(rule, territory) is not None
        ]
        if not fitting:
            return None
        best = max(fitting, key=lambda rule: _rank(rule, kind))
        body = self._body_of(best, territory)
        assert body is not None
        return Routing(body.code, best.id, best.reason)

    def _body_of(self, rule: RoutingRule, territory: str) -> Body | None:
        return self.body(rule.position, territory)

    def _is_highest(self, position: str) -> bool:
        """Requests to the highest offices are routed by subject; their holder does not answer each alone."""
        return position in {"PRESIDENT", "PM", "CAB-CHAIR", "PRES-OFFICE", "PRES-ADMIN", "GOV-OFFICE"}

    def _kind(self, territory: str) -> str:
        site = self.sites.get(territory)
        if site is None or site.kind in (SiteKind.HALL, SiteKind.PRESIDENT):
            return "national"
        return "capital" if site.code in CAPITALS else site.kind.value

    def _where(self, position: Position) -> tuple[Site | None, ...]:
        match position.level:
            case Level.NATIONAL | Level.OFFICE:
                return (None,)
            case Level.PROVINCE:
                is_city = position.code in {"MAYOR-REP", "CITY-DISTRICT"}
                return tuple(
                    site
                    for site in self.sites.values()
                    if site.kind is SiteKind.PROVINCE and (site.code in CAPITALS) is is_city
                )
            case Level.DISTRICT:
                return tuple(site for site in self.sites.values() if site.kind is SiteKind.DISTRICT)
            case Level.CITY:
                return tuple(site for site in self.sites.values() if site.kind is SiteKind.CITY)
            case Level.RURAL:
                return tuple(site for site in self.sites.values() if site.kind in (SiteKind.DISTRICT, SiteKind.CITY))

    @cached_property
    def _addressee_words(self) -> tuple[tuple[Body, tuple[str, ...]], ...]:
        return tuple((body, _index(body.name)) for body in self.bodies.values())

    @cached_property
    def _category_words(self) -> tuple[tuple[Category, tuple[str, ...]], ...]:
        found = []
        for category in self.categories.values():
            if category.parent:
                group = self.categories[category.parent]
                words = sorted({category.code, *_index(category.name), *_index(group.name)})
                found.append((category, tuple(words)))
        return tuple(found)


NAMED_BY_CITIZEN: Final = Names(
    "Жаран өзү көрсөткөн кызмат адамы", "Должностное лицо, указанное гражданином", "The official the citizen named"
)


def _rank(rule: RoutingRule, kind: str) -> tuple[bool, bool, int, bool, date, str]:
    """A rule for the subject here beats one for any subject here; the country's rules come last."""
    is_local = rule.site_kind in (kind, "")
    return is_local, bool(rule.category), len(rule.category), rule.site_kind == kind, rule.valid_from, rule.id


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _names(row: Mapping[str, str], stem: str = "name") -> Names:
    return Names(row[f"{stem}_ky"], row[f"{stem}_ru"], row[f"{stem}_en"])


def _site(row: Mapping[str, str], tile: Mapping[str, str]) -> Site:
    return Site(
        code=row["code"],
        number_code=row["number_code"],
        kind=SiteKind(row["kind"]),
        parent=row["parent"],
        name=_names(row),
        seat=_names(row, "seat"),
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        column=int(tile["column"]),
        row=int(tile["row"]),
        tile=_names(tile, "short"),
    )


def _rule(row: Mapping[str, str]) -> RoutingRule:
    valid_from = date.fromisoformat(row["valid_from"])
    return RoutingRule(row["id"], row["category"], row["site_kind"], row["body"], valid_from, _names(row, "reason"))


def _term(row: Mapping[str, str], version: int) -> TermRule:
    return TermRule(
        valid_from=date.fromisoformat(row["valid_from"]),
        kinds=frozenset(row["kinds"].split()),
        working_days=int(row["working_days"]),
        starts_after_days=int(row["starts_after"]),
        article=row["article"],
        version=version,
    )


def _calendar(text: str) -> WorkingCalendar:
    days = {}
    years = set()
    for row in _rows(text):
        day = date.fromisoformat(row["date"])
        years.add(day.year)
        if row["type"] == "day_off":
            days[day] = Exceptional(DayKind.OFF, _names(row), is_estimated=bool(row["estimated"]))
        elif row["type"] == "working_weekend":
            days[day] = Exceptional(DayKind.WORKING, _names(row), is_estimated=False)
    return WorkingCalendar(days, known_until=date(max(years), 12, 31))


def _body(position: Position, site: Site | None) -> Body:
    if site is None:
        return Body(position.code, position, None, position.name)
    placed = Names(
        f"{position.name.ky}, {site.name.ky}",
        f"{position.name.ru}, {site.name.ru}",
        f"{position.name.en}, {site.name.en}",
    )
    return Body(f"{position.code}@{site.code}", position, site, placed)


def _index(names: Names) -> tuple[str, ...]:
    folded = fold(" ".join((names.ky, names.ru, names.en)))
    return tuple(sorted({word.strip("()«»,.:;") for word in folded.replace("-", " ").split()}))


def _begins(query: list[str], indexed: tuple[str, ...]) -> bool:
    for word in query:
        at = bisect_left(indexed, word)
        if at == len(indexed) or not indexed[at].startswith(word):
            return False
    return True
