"""The network's own map as tiles and as SVG."""

import re
import zlib

from server_sync.pages.tilemap import Tile, Words, tile_map
from server_sync.pages.tiles import CENTRE, outline, places, province_outline


def test_every_office_has_one_tile_and_no_two_share_a_place():
    found = places()
    assert len(found) == 63
    assert len({(place.column, place.row) for place in found}) == 63


def test_tiles_come_province_by_province():
    provinces = [place.province for place in places()]
    assert provinces[:3] == [CENTRE] * 3
    met = [province for index, province in enumerate(provinces) if index == 0 or provinces[index - 1] != province]
    assert len(met) == len(set(met)) == 9


def test_the_outline_of_one_cell_is_its_four_sides():
    path = outline([((2, 1), "one")], 10)
    assert sorted(re.findall(r"M\d+ \d+[hv]\d+", path)) == ["M20 10h10", "M20 10v10", "M20 20h10", "M30 10v10"]


def test_a_border_between_two_provinces_is_drawn_once_and_none_within():
    between = outline([((0, 0), "a"), ((1, 0), "b")], 1)
    within = outline([((0, 0), "a"), ((1, 0), "a")], 1)
    assert between.count("M1 0v1") == 1
    assert "M1 0v1" not in within


def test_each_province_is_one_piece_of_the_outline():
    assert province_outline(10).startswith("M")


def test_the_map_says_each_office_and_its_value_in_words_once():
    tiles = {place.code: Tile(f"Office {place.code}: in order", "calm", f"/board/{place.code}") for place in places()}
    svg = tile_map(tiles, "Offices", Words.NAMED, current="KG-C-ALA")
    assert svg.count("<title>") == 63
    assert svg.count('aria-label="') == 1
    assert 'role="group"' in svg
    assert svg.count('aria-current="true"') == 1
    assert "style=" not in svg


def test_the_map_fits_into_16_kb_and_3_kb_compressed_with_ten_alarms():
    tiles = {
        place.code: Tile("Ысык-Ата району: 26 саат кабар жок", "bad", f"/board/{place.code}", "26 саат", "silent")
        if at % 6 == 0
        else Tile("Ысык-Ата району: баары жайында", "calm", f"/board/{place.code}")
        for at, place in enumerate(places())
    }
    svg = tile_map(tiles, "Кабылдамалардын картасы", Words.NAMED).encode()
    assert len(svg) <= 16_000
    assert len(zlib.compress(svg)) <= 3_000


def test_what_an_office_is_called_cannot_break_out_of_the_picture():
    svg = tile_map({"KG-C": Tile('"><script>alert(1)</script>', "calm", value="<b>")}, "x", Words.FIGURES)
    assert "<script" not in svg
    assert "<b>" not in svg
