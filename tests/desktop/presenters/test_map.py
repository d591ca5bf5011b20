"""The map says of each office what matters most, walks by geography, and knows every office of the network once."""

from dataclasses import replace

import pytest

from liaison_desktop.ui.meetings.map_places import COLUMNS, ROWS, map_places, neighbour
from liaison_desktop.ui.meetings.map_values import TileState, map_of
from liaison_desktop.ui.meetings.room_values import DeskShown, HandRow, OfficeRow, OfficeState
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.workplace import words
from tests.desktop.presenters.test_desk import AtDesk
from tests.desktop.presenters.test_room import NARYN


def shown(*rows: OfficeRow, hands: tuple[HandRow, ...] = (), is_begun: bool = True) -> DeskShown:
    return DeskShown(hands, rows, "first", 0, 20, 0, 63, is_begun=is_begun)


def office(site: str, state: OfficeState, who: str = "1", **more: object) -> OfficeRow:
    return OfficeRow(f"{site}-{who}", site, fixed(site), state, **more)  # type: ignore[arg-type]


def test_the_map_has_all_63_offices_each_in_a_place_of_its_own() -> None:
    places = map_places()
    assert len(places) == len({place.site for place in places}) == 63
    assert len({(place.column, place.row) for place in places}) == 63
    assert all(place.column < COLUMNS and place.row < ROWS for place in places)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_tile_has_a_short_name_in_every_language(language: str) -> None:
    words.set_language(language)
    assert all(0 < len(place.short()) <= 5 for place in map_places())


def test_every_office_is_reached_by_arrows_from_every_other() -> None:
    places = map_places()
    reached, left = {places[0].site}, [places[0]]
    while left:
        place = left.pop()
        for step in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            there = neighbour((place.column, place.row), step, places)
            if there is not None and there.site not in reached:
                reached.add(there.site)
                left.append(there)
    assert len(reached) == 63


def test_an_arrow_leads_to_the_next_office_in_its_direction_and_none_out_of_the_map() -> None:
    places = map_places()
    at = {(place.column, place.row): place for place in places}
    assert neighbour((7, 0), (0, -1), places) is None
    for column, row in at:
        if (column + 1, row) in at:
            assert neighbour((column, row), (1, 0), places) is at[column + 1, row]


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (office("KG-N", OfficeState.ON_STAGE, has_seat=True), TileState.ON_STAGE),
        (office("KG-N", OfficeState.ON_STAGE, has_seat=True, is_silenced=True), TileState.SILENT),
        (office("KG-N", OfficeState.HAND), TileState.HAND),
        (office("KG-N", OfficeState.INTERPRETS, into="ru"), TileState.INTERPRETS),
        (office("KG-N", OfficeState.HERE), TileState.HERE),
        (office("KG-N", OfficeState.HERE, line=1), TileState.POOR),
        (office("KG-N", OfficeState.LOST), TileState.LOST),
        (office("KG-N", OfficeState.OUT), TileState.OUT),
        (replace(office("KG-N", OfficeState.ABSENT), who=""), TileState.ABSENT),
    ],
)
def test_a_tile_says_how_its_office_stands(row: OfficeRow, state: TileState) -> None:
    shown_map = map_of(shown(row))
    assert [tile.state for tile in shown_map.tiles] == [state]
    assert shown_map.counts[state] == sum(shown_map.counts.values()) == 1


def test_of_several_computers_of_an_office_the_one_that_matters_most_is_meant() -> None:
    rows = (office("KG-N", OfficeState.LOST, "2"), office("KG-N", OfficeState.HAND, "1"))
    hand = HandRow(4, "KG-N-1", fixed("Naryn"), 1, False, 0, 3, True)
    (tile,) = map_of(shown(*rows, hands=(hand,))).tiles
    assert (tile.who, tile.state, tile.place) == ("KG-N-1", TileState.HAND, 4)


def test_a_guest_stands_on_the_stage_and_on_no_map() -> None:
    seen = map_of(shown(office("guest", OfficeState.ON_STAGE, has_seat=True)))
    assert seen.tiles == ()
    assert [seat.who for seat in seen.seats] == ["guest-1"]


def test_only_who_is_there_is_called_and_the_desk_itself_is_neither_called_nor_thanked() -> None:
    here, own = office("KG-N", OfficeState.HERE), office("KG-C", OfficeState.ON_STAGE, has_seat=True, is_own=True)
    tiles = {tile.site: tile for tile in map_of(shown(here, own)).tiles}
    assert tiles["KG-N"].may_call
    assert not tiles["KG-C"].may_thank
    assert not map_of(shown(here, is_begun=False)).tiles[0].may_call


def test_the_desks_own_list_makes_the_map() -> None:
    at = AtDesk()
    tiles = {tile.site: tile for tile in map_of(at.shown).tiles}
    assert tiles["KG-N-NAR"].who == NARYN
    assert tiles["KG-N-NAR"].state is TileState.HAND
    assert set(tiles) == {row.site for row in at.shown.offices}
