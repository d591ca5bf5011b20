"""Finds the body that is to answer a request: category × territory × addressee by dated rules, with the reason.

The most specific rule that holds on the day wins. What the rule says of the addressee counts first (a position, then
a family of positions, then a level), then of the category (the longer prefix), then of the territory (one site, then
a kind). Two rules as specific as each other: the newer one, then by id. A rule whose body does not exist in that
territory is passed over.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from server_sync.contract.territory import Names, Site

ANY: Final = "*"
ADDRESSEE: Final = "addressee"
"""As a rule's body: the addressee that the citizen named answers."""

_LEVEL: Final = "level:"
_FAMILY: Final = "prefix:"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """One row of resources/reference/routing_rules.csv.

    `category`: a prefix, empty for every category. `territory`: `*`, a kind of site, or one site's code. `addressee`:
    `*`, `level:district` and the like, `prefix:MIN-`, or a position. `body`: a position, or `addressee`.
    """

    id: str
    category: str
    territory: str
    addressee: str
    body: str
    valid_from_on: date
    valid_to_on: date | None
    reason: Names

    def fits(self, category: str, site: Site, position: str, level: str, on: date) -> bool:
        """Whether this rule speaks of such a request on a day."""
        return (
            self.valid_from_on <= on
            and (self.valid_to_on is None or on <= self.valid_to_on)
            and (not self.category or category == self.category or category.startswith(f"{self.category}."))
            and self.territory in {ANY, site.kind.value, site.code}
            and self._fits_addressee(position, level)
        )

    def _fits_addressee(self, position: str, level: str) -> bool:
        if self.addressee.startswith(_LEVEL):
            return level == self.addressee.removeprefix(_LEVEL)
        if self.addressee.startswith(_FAMILY):
            return position.startswith(self.addressee.removeprefix(_FAMILY))
        return self.addressee in {ANY, position}

    @property
    def specificity(self) -> tuple[int, int, int]:
        """How closely this rule names what it is about; the greater one wins."""
        if self.addressee == ANY:
            addressee = 0
        elif self.addressee.startswith(_LEVEL):
            addressee = 1
        else:
            addressee = 2 if self.addressee.startswith(_FAMILY) else 3
        territory = 0 if self.territory == ANY else 2 if "-" in self.territory else 1
        return (addressee, len(self.category), territory)


@dataclass(frozen=True, slots=True)
class Routing:
    """Which body answers, by which rule, and why in words."""

    body_code: str
    rule_id: str
    reason: Names


def choose(
    rules: Iterable[RoutingRule],
    *,
    category: str,
    site: Site,
    position: str,
    level: str,
    on: date,
    body_of: Callable[[str], str | None],
) -> Routing | None:
    """Take the most specific rule whose body exists; None when no rule fits.

    `body_of` gives the code of the body that a position is in this territory.
    """
    fitting = [rule for rule in rules if rule.fits(category, site, position, level, on)]
    fitting.sort(key=lambda rule: rule.id)
    fitting.sort(key=lambda rule: (rule.specificity, rule.valid_from_on), reverse=True)
    for rule in fitting:
        body = body_of(position if rule.body == ADDRESSEE else rule.body)
        if body is not None:
            return Routing(body, rule.id, rule.reason)
    return None
