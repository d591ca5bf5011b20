"""The territory as a tree: the hall, under it the provinces, under them districts and cities."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server_sync.contract.errors import ContractError

LANGUAGES: Final = ("ky", "ru", "en")
"""Languages in which everything is named, the state language first."""


@dataclass(frozen=True, slots=True)
class Names:
    """What something is called in the three languages."""

    ky: str
    ru: str
    en: str

    def said_in(self, language: str) -> str:
        """Give the name in a language, the Kyrgyz one for a language we do not speak."""
        match language:
            case "ru":
                return self.ru
            case "en":
                return self.en
            case _:
                return self.ky

    def __iter__(self) -> Iterator[str]:
        yield from (self.ky, self.ru, self.en)


class SiteKind(StrEnum):
    """What a site is; Bishkek and Osh are cities of the province level and stand as provinces."""

    HALL = "hall"
    PRESIDENT = "president"
    PROVINCE = "province"
    DISTRICT = "district"
    CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of the 63 points of the network and the unit of territory it serves.

    `of` is the name in the genitive, ready to stand in a title (*Akim of …*); `column`, `row` and `tile` place the
    site on the network's own map; latitude and longitude are degrees of the seat town, good to a few kilometres.
    """

    code: str
    number_code: str
    kind: SiteKind
    parent: str
    name: Names
    of: Names
    seat: Names
    lat: float
    lon: float
    column: int
    row: int
    tile: Names


class Territory:
    """Answers which unit lies in which."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._sites: Final = {site.code: site for site in sites}
        children: dict[str, list[Site]] = {}
        for site in self._sites.values():
            if site.parent:
                if site.parent not in self._sites:
                    raise ContractError("territory_unknown", site=site.parent)
                children.setdefault(site.parent, []).append(site)
        self._children: Final = {code: tuple(below) for code, below in children.items()}
        for code in self._sites:
            self.ancestors(code)

    def __contains__(self, code: object) -> bool:
        return code in self._sites

    def __iter__(self) -> Iterator[Site]:
        return iter(self._sites.values())

    def __len__(self) -> int:
        return len(self._sites)

    def site(self, code: str) -> Site:
        """Find a site, or raise ContractError `territory_unknown`."""
        found = self._sites.get(code)
        if found is None:
            raise ContractError("territory_unknown", site=code)
        return found

    def ancestors(self, code: str) -> tuple[Site, ...]:
        """List the units a site lies in, the nearest first; raises ContractError `territory_loops` for a loop."""
        above: list[Site] = []
        parent = self.site(code).parent
        while parent:
            site = self.site(parent)
            if site in above or site.code == code:
                raise ContractError("territory_loops", site=code)
            above.append(site)
            parent = site.parent
        return tuple(above)

    def children(self, code: str) -> tuple[Site, ...]:
        """List the units directly below a site."""
        return self._children.get(self.site(code).code, ())

    def descendants(self, code: str) -> tuple[Site, ...]:
        """List everything below a site, each unit before what lies in it."""
        below: list[Site] = []
        for child in self.children(code):
            below.append(child)
            below.extend(self.descendants(child.code))
        return tuple(below)

    def covers(self, upper: str, lower: str) -> bool:
        """Whether `lower` is `upper` or lies in it."""
        return upper == lower or any(site.code == upper for site in self.ancestors(lower))

    def province(self, code: str) -> Site | None:
        """Find the province a site is or lies in; None for the hall and the Office of the President."""
        return next((s for s in (self.site(code), *self.ancestors(code)) if s.kind is SiteKind.PROVINCE), None)
