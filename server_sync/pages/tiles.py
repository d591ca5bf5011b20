"""The network's own map: a square tile for each of the 63 points, the same position always meaning the same office."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from server_sync.common.resources import resource

COLUMNS: Final = 15
ROWS: Final = 9
CENTRE: Final = "centre"
"""Hall, Office of the President and the city of Bishkek stand together."""

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office stands on the map, and its name short enough for a tile."""

    code: str
    column: int
    row: int
    short_ky: str
    short_ru: str
    short_en: str

    def short(self, language: str) -> str:
        """The short name in a language, Kyrgyz when it is none of ours."""
        match language:
            case "ru":
                return self.short_ru
            case "en":
                return self.short_en
            case _:
                return self.short_ky

    @property
    def province(self) -> str:
        """The piece of the map the tile belongs to: a province's code or `centre`."""
        if self.code in {"KG-HALL", "KG-PRES", "KG-GB"}:
            return CENTRE
        return "-".join(self.code.split("-")[:2])


@cache
def places() -> tuple[Place, ...]:
    """Read the map from the reference data, province by province, the province's own office first."""
    with resource("reference", "site_tiles.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Place(
                code=row["code"],
                column=int(row["column"]),
                row=int(row["row"]),
                short_ky=row["short_ky"],
                short_ru=row["short_ru"],
                short_en=row["short_en"],
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(found, key=lambda place: (place.province != CENTRE, place.province, place.code)))


def outline(cells_of: Iterable[tuple[Cell, str]], pitch: int) -> str:
    """Draw the borders of all provinces as the data of one SVG path, `pitch` units a cell.

    A side of a cell is drawn when the cell beyond it belongs to another province or to none; sides in one line are
    joined, and a border between two provinces is drawn once.
    """
    owner = dict(cells_of)
    level: set[Cell] = set()
    upright: set[Cell] = set()
    for (column, row), province in owner.items():
        for step in (0, 1):
            if owner.get((column, row - 1 + 2 * step)) != province:
                level.add((column, row + step))
            if owner.get((column - 1 + 2 * step, row)) != province:
                upright.add((column + step, row))
    lines = [f"M{first * pitch} {row * pitch}h{(last - first) * pitch}" for row, first, last in _runs(level)]
    lines += [
        f"M{column * pitch} {first * pitch}v{(last - first) * pitch}"
        for column, first, last in _runs({(row, column) for column, row in upright})
    ]
    return "".join(lines)


def _runs(sides: set[Cell]) -> list[tuple[int, int, int]]:
    """Join sides (along, across) that touch into (across, first, end)."""
    runs: list[tuple[int, int, int]] = []
    for across, along in sorted((across, along) for along, across in sides):
        if runs and runs[-1][0] == across and runs[-1][2] == along:
            runs[-1] = (across, runs[-1][1], along + 1)
        else:
            runs.append((across, along, along + 1))
    return runs


@cache
def province_outline(pitch: int) -> str:
    """The borders of the network's own map."""
    return outline((((place.column, place.row), place.province) for place in places()), pitch)


@cache
def emblem() -> str:
    """The map itself as the sign of the pages: 63 dots, 4 units apart, as the data of one path."""
    return "".join(f"M{place.column * 4} {place.row * 4}h3v3h-3z" for place in places())
