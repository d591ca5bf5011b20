"""Reads the CSV files of the reference data into typed rows, once, at the border."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from server_sync.contract.deadlines import CalendarException, OffReason, TermKind, TermRule
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.routing import RoutingRule
from server_sync.contract.territory import Names, Site, SiteKind

REPUBLICAN_CITIES: Final = frozenset({"KG-GB", "KG-GO"})
"""Bishkek and Osh: of the province level (ISO 3166-2), governed by a mayor and not by a plenipotentiary."""

_MAYORS_POSITIONS: Final = frozenset({"MAYOR-REP", "CITY-DISTRICT"})
Row = Mapping[str, str]
T = TypeVar("T")


class Rank(StrEnum):
    """What a person is in a body; a head is offered before the others."""

    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"


class Level(StrEnum):
    """Where a position is found."""

    NATIONAL = "national"
    PROVINCE = "province"
    DISTRICT = "district"
    CITY = "city"
    RURAL = "rural"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Where an office is found and when, as far as it is known; the newest that has begun holds."""

    site_code: str
    valid_from_on: date | None
    address: Names
    phone: str
    hours: Names

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (any(self.address) or self.phone or any(self.hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A subject of requests: a group (`01`) or one of its subjects (`01.02`).

    `also`: other words by which people ask for it, in any language; found, never shown.
    """

    code: str
    parent: str
    names: Names
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A kind of public official, from the first day of its title to the last; who came after it is `successor`.

    `also`: other words by which people ask for it, in any language; found, never shown.
    """

    code: str
    level: Level
    names: Names
    valid_from_on: date | None
    valid_to_on: date | None
    rank: Rank = Rank.HEAD
    successor: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A position in a territory, which is what a request is addressed and routed to.

    `code` is `POSITION` for a national one and `POSITION@SITE` for a local one, whose site is `site_code` (else empty).
    `successor` is the code of the body that came after it.
    """

    code: str
    position_code: str
    site_code: str
    level: Level
    names: Names
    valid_from_on: date | None
    valid_to_on: date | None
    rank: Rank = Rank.HEAD
    successor: str = ""
    also: str = ""

    def exists_on(self, day: date) -> bool:
        """Whether it has begun and has not ended on a day."""
        has_begun = self.valid_from_on is None or self.valid_from_on <= day
        return has_begun and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Whether a day lies after its last."""
        return self.valid_to_on is not None and self.valid_to_on < day


def read(texts: Mapping[str, str], name: str, make: Callable[[Row], T]) -> tuple[T, ...]:
    """Make a value of every row of a file, or raise MalformedBytes `reference_malformed` with file and line."""
    lines = csv.DictReader(io.StringIO(texts[name].removeprefix("\ufeff"), newline=""), restval="")
    try:
        return tuple(make(row) for row in lines)
    except (KeyError, ValueError, TypeError, AttributeError, csv.Error) as failure:
        raise MalformedBytes("reference_malformed", file=name, line=lines.line_num) from failure


def named(prefix: str, key: str = "code") -> Callable[[Row], tuple[str, Names]]:
    """Read rows of a code and its names in columns `prefix_ky`, `prefix_ru`, `prefix_en`."""
    return lambda row: (row[key], _names(row, prefix))


def site(row: Row, of: Names, tile: Row) -> Site:
    """Read a site with its genitive and its place on the network's map."""
    return Site(
        code=row["code"],
        number_code=row["number_code"],
        kind=SiteKind(row["kind"]),
        parent=row["parent"],
        name=_names(row, "name"),
        of=of,
        seat=_names(row, "seat"),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        column=int(tile["column"]),
        row=int(tile["row"]),
        tile=_names(tile, "short"),
    )


def details(row: Row) -> Details:
    """Read where an office is found, from a day on."""
    return Details(
        site_code=row["code"],
        valid_from_on=_day(row["valid_from"]),
        address=_names(row, "address"),
        phone=row["phone"],
        hours=_names(row, "hours"),
    )


def category(row: Row) -> Category:
    """Read a group or subject of requests."""
    return Category(code=row["code"], parent=row["parent"], names=_names(row, "name"), also=row.get("also", ""))


def position(row: Row) -> Position:
    """Read a position; its era (`2021-`, `2014-18`, `any`) hints at the first year unless dates stand beside it."""
    first = row["era"][:4]
    hint = date(int(first), 1, 1) if first.isdigit() else None
    return Position(
        code=row["code"],
        level=Level(row["level"]),
        names=_names(row, "name"),
        valid_from_on=_day(row.get("valid_from", "")) or hint,
        valid_to_on=_day(row.get("valid_to", "")),
        rank=Rank(row.get("rank") or Rank.HEAD),
        successor=row.get("successor", ""),
        also=row.get("also", ""),
    )


def exception(row: Row) -> CalendarException | None:
    """Read a day that is not what its weekday says; None for an observance on which people work."""
    if row["type"] == "observance_working_day":
        return None
    is_working = {"day_off": False, "working_weekend": True}[row["type"]]
    return CalendarException(
        on=date.fromisoformat(row["date"]),
        is_working=is_working,
        reason=OffReason(row["reason"]),
        names=_names(row, "name"),
        estimated=row["estimated"] == "yes",
    )


def term(row: Row) -> TermRule:
    """Read a dated term."""
    return TermRule(
        valid_from_on=date.fromisoformat(row["valid_from"]),
        valid_to_on=_day(row["valid_to"]),
        working_days=int(row["working_days"]),
        article=row["article"],
        kinds=frozenset({TermKind(row["kind"])}),
        version=int(row["entered_on"].replace("-", "")),
    )


def routing_rule(row: Row) -> RoutingRule:
    """Read a dated rule of routing."""
    return RoutingRule(
        id=row["id"],
        category=row["category"],
        territory=row["territory"],
        addressee=row["addressee"],
        body=row["body"],
        valid_from_on=date.fromisoformat(row["valid_from"]),
        valid_to_on=_day(row["valid_to"]),
        reason=_names(row, "reason"),
    )


def higher_rule(row: Row) -> RoutingRule:
    """Read a dated rule of which body stands above another; it is chosen as a rule of routing is."""
    return RoutingRule(
        id=row["id"],
        category="",
        territory=row["territory"],
        addressee=row["position"],
        body=row["higher"],
        valid_from_on=date.fromisoformat(row["valid_from"]),
        valid_to_on=_day(row["valid_to"]),
        reason=_names(row, "reason"),
    )


def bodies(sites: Sequence[Site], positions: Iterable[Position], patterns: Mapping[str, Names]) -> Iterator[Body]:
    """Put every position into the territories where it is found; patterns give local ones their names."""
    for held in positions:
        if held.level is Level.NATIONAL:
            yield _body(held, held.code, "", held.names)
            continue
        pattern = patterns[held.code]
        for place in sites:
            if _is_found_in(held, place):
                yield _body(held, f"{held.code}@{place.code}", place.code, _fill(pattern, place))


def _is_found_in(held: Position, place: Site) -> bool:
    match held.level:
        case Level.NATIONAL:
            return False
        case Level.PROVINCE:
            is_republican = place.code in REPUBLICAN_CITIES
            return place.kind is SiteKind.PROVINCE and is_republican == (held.code in _MAYORS_POSITIONS)
        case Level.DISTRICT | Level.RURAL:
            return place.kind is SiteKind.DISTRICT
        case Level.CITY:
            return place.kind is SiteKind.CITY
        case Level.OFFICE:
            return True


def _body(held: Position, code: str, site_code: str, names: Names) -> Body:
    return Body(
        code=code,
        position_code=held.code,
        site_code=site_code,
        level=held.level,
        names=names,
        valid_from_on=held.valid_from_on,
        valid_to_on=held.valid_to_on,
        rank=held.rank,
        successor=f"{held.successor}@{site_code}" if held.successor and site_code else held.successor,
        also=held.also,
    )


def _fill(pattern: Names, place: Site) -> Names:
    filled = (
        text.replace("{of}", of).replace("{site}", name)
        for text, of, name in zip(pattern, place.of, place.name, strict=True)
    )
    return Names(*filled)


def _names(row: Row, prefix: str) -> Names:
    return Names(row[f"{prefix}_ky"], row[f"{prefix}_ru"], row[f"{prefix}_en"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
