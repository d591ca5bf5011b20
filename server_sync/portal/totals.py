"""Turns the public counts into rows and tiles: bars, months, a map; what is few or kept back says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from server_sync.appeals.figures import SHARED_FROM
from server_sync.appeals.public import Totals
from server_sync.appeals.small import SMALL, Cell
from server_sync.contract.bodies import AppealKind
from server_sync.pages.appeal_words import KINDS, SOLVED, STATES, site_name
from server_sync.pages.figured import few
from server_sync.pages.tilemap import Tile, Words, tile_map
from server_sync.pages.tiles import places
from server_sync.pages.wording import capital, month_name
from server_sync.workplaces.models import CENTRE

SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of totals; `count` is 0 for fewer than five, None where it is kept back."""

    name: str
    count: int | None
    href: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of totals with the scale of its bars."""

    rows: tuple[Row, ...]

    @property
    def largest(self) -> int:
        """The largest count shown."""
        return max((row.count for row in self.rows if row.count is not None), default=0)

    @property
    def hides(self) -> bool:
        """Whether some figure is kept back."""
        return any(row.count is None for row in self.rows)


def by_kind(totals: Totals) -> Table:
    """Requests by kind, in the order of the law."""
    counts = _counts(totals.by_kind)
    return Table(tuple(Row(capital(KINDS[kind]), counts[kind.name.lower()]) for kind in AppealKind))


def by_state(totals: Totals) -> Table:
    """Requests by the state they are in now."""
    counts = _counts(totals.by_state)
    return Table(tuple(Row(capital(words), counts[state.value]) for state, words in STATES.items()))


def by_rating(totals: Totals) -> Table:
    """How applicants judged answers, with shares where they are of enough that was judged to be told apart."""
    counts = _counts(totals.by_rating)
    told = [count for count in counts.values() if count]
    is_shared = None not in counts.values() and sum(told) >= SHARED_FROM
    rows = []
    for one, words in SOLVED.items():
        count = counts[one.name.lower()]
        share = f"{round(100 * count / sum(told))} %" if is_shared and count else ""
        rows.append(Row(capital(words), count, share=share))
    return Table(tuple(rows))


def rated(totals: Totals) -> int:
    """How many answers were rated, as far as that can be told: the sum of what is shown."""
    return sum(cell.count or 0 for cell in totals.by_rating)


def by_month(totals: Totals) -> Table:
    """Requests by month of registration, the newest first, a year."""
    return Table(tuple(Row(month_name(cell.name), cell.count) for cell in totals.by_month[::-1]))


def by_office(totals: Totals, language: str) -> Table:
    """Requests by the office that registered them, in the order of the map; those with few are left out.

    The portal stands last.
    """
    counts = _counts(totals.by_site)
    rows = (Row(site_name(code, language), counts[code]) for code in (*(place.code for place in places()), CENTRE))
    return Table(tuple(row for row in rows if row.count != 0))


def shade_width(counts: Sequence[int]) -> int:
    """How many requests one shade of the map spans, in round figures; counts come in full fives."""
    largest = max(counts, default=0)
    width, rounding = SMALL, (SMALL, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
    for width in rounding:
        if largest <= width * SHADES:
            return width
    return -(-largest // SHADES)


@dataclass(frozen=True, slots=True)
class Shade:
    """One shade of the map in its legend."""

    look: str
    words: str


def map_of(totals: Totals, language: str) -> tuple[SafeString, list[Shade], bool]:
    """The map of requests by office, its legend, and whether a figure is kept back."""
    counts = _counts(totals.by_site)
    width = shade_width([count for code, count in counts.items() if count and code != CENTRE])
    tiles, used, hides = {}, set(), False
    for place in places():
        count = counts[place.code]
        name = site_name(place.code, language)
        if count is None:
            hides = True
            kept_back = gettext("kept back")
            tiles[place.code] = Tile(f"{name}: {kept_back}", "kept")
            continue
        shade = min(SHADES, (count - 1) // width + 1) if count else 0
        used.add(shade)
        told = ngettext("%(n)s request", "%(n)s requests", count) % {"n": number_format(count)} if count else few()
        tiles[place.code] = Tile(f"{name}: {told}", f"d{shade}", value=_short(count))
    legend = [
        Shade(
            f"d{shade}",
            f"{number_format((shade - 1) * width + SMALL)}–{number_format(shade * width + SMALL - 1)}",
        )
        for shade in sorted(used - {0})
    ]
    return tile_map(tiles, gettext("Requests by office"), Words.FIGURES), legend, hides


def _short(count: int) -> str:
    if count < 1_000:
        return str(count) if count else ""
    return gettext("%(n)sk") % {"n": number_format(count / 1_000, 1 if count < 10_000 else 0)}


def _counts(cells: Sequence[Cell]) -> dict[str, int | None]:
    return {cell.name: cell.count for cell in cells}
