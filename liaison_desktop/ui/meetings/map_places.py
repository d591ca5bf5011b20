"""Where each of the 63 offices stands on the tile map, and its short name: of the shipped reference data alone."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from liaison_desktop.workplace.resources import resource
from liaison_desktop.workplace.words import current

COLUMNS: Final = 15
ROWS: Final = 9
CENTRE: Final = frozenset({"KG-HALL", "KG-PRES", "KG-GB"})
"""The Big Hall, the Office of the President and the city of Bishkek stand together."""


@dataclass(frozen=True, slots=True)
class MapPlace:
    """One office's tile; the same place always means the same office."""

    site: str
    column: int
    row: int
    short_ky: str
    short_ru: str
    short_en: str

    def short(self) -> str:
        """The short name in the language now spoken."""
        return {"ky": self.short_ky, "ru": self.short_ru}.get(current(), self.short_en)

    @property
    def province(self) -> str:
        """The piece of the map that it belongs to."""
        return "centre" if self.site in CENTRE else "-".join(self.site.split("-")[:2])


@lru_cache(maxsize=1)
def map_places() -> tuple[MapPlace, ...]:
    """All of them, row by row from the north-west."""
    text = resource("reference", "site_tiles.csv").read_text(encoding="utf-8")
    found = [
        MapPlace(row["code"], int(row["column"]), int(row["row"]), row["short_ky"], row["short_ru"], row["short_en"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    return tuple(sorted(found, key=lambda place: (place.row, place.column)))


def neighbour(of: tuple[int, int], step: tuple[int, int], among: tuple[MapPlace, ...]) -> MapPlace | None:
    """The next office in a direction (one of left, right, up, down): the nearest one, straight ahead before aside."""

    def distance(place: MapPlace) -> tuple[int, int]:
        along = (place.column - of[0]) * step[0] + (place.row - of[1]) * step[1]
        aside = abs((place.column - of[0]) * step[1]) + abs((place.row - of[1]) * step[0])
        return along + 2 * aside, aside

    ahead = [place for place in among if (place.column - of[0]) * step[0] + (place.row - of[1]) * step[1] > 0]
    return min(ahead, key=distance, default=None)
