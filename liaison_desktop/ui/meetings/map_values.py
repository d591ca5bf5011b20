"""What the tile map of the desk shows: one tile for each office, by what matters most of its computers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from liaison_desktop.ui.meetings.room_values import DeskShown, HandRow, OfficeRow, OfficeState
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.meetings import GUEST_SITE

POOR_LINE: Final = 1
"""A line of this or less is worth a warning before somebody is called."""


class TileState(Enum):
    """How an office stands, as a tile says it; in the order in which the desk is interested."""

    ON_STAGE = "on_stage"
    SILENT = "silent"
    HAND = "hand"
    INTERPRETS = "interprets"
    POOR = "poor"
    HERE = "here"
    LOST = "lost"
    OUT = "out"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class OfficeTile:
    """One office on the map; `who` is the computer of it that is meant, empty for one that has not come."""

    site: str
    who: str
    name: Say
    state: TileState
    place: int = 0
    """Of its hand in the queue."""
    line: int = 3
    may_call: bool = False
    may_thank: bool = False


@dataclass(frozen=True, slots=True)
class MapShown:
    """The whole map, the seats as they are drawn above it, and how many of each state there are."""

    tiles: tuple[OfficeTile, ...]
    seats: tuple[OfficeTile, ...]
    counts: Mapping[TileState, int]


def map_of(shown: DeskShown) -> MapShown:
    """The map of what the desk shows; guests stand on no map, but on the stage."""
    hands = {one.who: one for one in shown.hands}
    by_site: dict[str, OfficeTile] = {}
    seats = []
    for row in shown.offices:
        tile = _tile(row, hands.get(row.who), is_begun=shown.is_begun)
        if row.has_seat:
            seats.append(tile)
        known = by_site.get(row.site)
        if row.site != GUEST_SITE and (known is None or _rank(tile) < _rank(known)):
            by_site[row.site] = tile
    tiles = tuple(by_site.values())
    return MapShown(tiles, tuple(seats), _counts(tiles))


def _tile(row: OfficeRow, hand: HandRow | None, *, is_begun: bool) -> OfficeTile:
    is_other = not row.is_own
    return OfficeTile(
        row.site,
        row.who,
        row.name,
        _state(row),
        hand.place if hand is not None else 0,
        row.line,
        may_call=is_begun and is_other and row.state in (OfficeState.HAND, OfficeState.HERE),
        may_thank=is_other and row.has_seat,
    )


def _state(row: OfficeRow) -> TileState:
    match row.state:
        case OfficeState.ON_STAGE:
            return TileState.SILENT if row.is_silenced else TileState.ON_STAGE
        case OfficeState.HAND:
            return TileState.HAND
        case OfficeState.INTERPRETS:
            return TileState.INTERPRETS
        case OfficeState.HERE:
            return TileState.POOR if row.line <= POOR_LINE else TileState.HERE
        case OfficeState.LOST:
            return TileState.LOST
        case OfficeState.OUT:
            return TileState.OUT
        case OfficeState.WAITS | OfficeState.ABSENT:
            return TileState.ABSENT


def _rank(tile: OfficeTile) -> int:
    return _ORDER.index(tile.state)


def _counts(tiles: Iterable[OfficeTile]) -> Mapping[TileState, int]:
    counts = dict.fromkeys(TileState, 0)
    for tile in tiles:
        counts[tile.state] += 1
    return counts


_ORDER: Final = tuple(TileState)
