"""63 sites hang together as one tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import ContractError
from server_sync.contract.territory import Names, Site, SiteKind, Territory
from tests.contract.shipped import BOOK

TREE = BOOK.territory
codes = st.sampled_from([site.code for site in BOOK.sites])


def site(code: str, parent: str = "") -> Site:
    names = Names(code, code, code)
    return Site(
        code=code, number_code="AAA", kind=SiteKind.CITY, parent=parent, name=names, of=names, seat=names,
        lat=0.0, lon=0.0, column=0, row=0, tile=names,
    )  # fmt: skip


def test_the_network_has_its_63_points() -> None:
    kinds = [site.kind for site in TREE]
    assert len(TREE) == 63
    assert [kinds.count(kind) for kind in SiteKind] == [1, 1, 9, 40, 12]
    assert len(BOOK.number_codes) == 63 + 1  # and the portal


def test_a_district_lies_in_its_province_and_the_province_in_the_hall() -> None:
    assert [above.code for above in TREE.ancestors("KG-C-ALA")] == ["KG-C", "KG-HALL"]
    assert TREE.covers("KG-C", "KG-C-ALA")
    assert TREE.covers("KG-C-ALA", "KG-C-ALA")
    assert not TREE.covers("KG-C-ALA", "KG-C")
    assert not TREE.covers("KG-O", "KG-C-ALA")


def test_every_district_and_city_has_a_province() -> None:
    for unit in TREE:
        province = TREE.province(unit.code)
        if unit.kind in {SiteKind.DISTRICT, SiteKind.CITY}:
            assert province is not None
            assert unit in TREE.children(province.code)
    assert TREE.province("KG-HALL") is None


@given(codes, codes)
def test_above_and_below_say_the_same(upper: str, lower: str) -> None:
    below = {unit.code for unit in TREE.descendants(upper)}
    assert TREE.covers(upper, lower) == (lower == upper or lower in below)


def test_the_whole_network_hangs_below_the_hall() -> None:
    assert len(TREE.descendants("KG-HALL")) == 62


def test_a_place_that_is_not_there_is_refused_by_name() -> None:
    for ask in (TREE.site, TREE.ancestors, TREE.children, TREE.descendants):
        with pytest.raises(ContractError) as refusal:
            ask("KG-X")
        assert refusal.value.code == "territory_unknown"
    assert "KG-X" not in TREE


def test_a_tree_with_a_loop_or_a_lost_parent_is_refused() -> None:
    for sites, code in (([site("A", "B"), site("B", "A")], "territory_loops"), ([site("A", "B")], "territory_unknown")):
        with pytest.raises(ContractError) as refusal:
            Territory(sites)
        assert refusal.value.code == code


def test_a_name_is_said_in_each_language_and_in_kyrgyz_otherwise() -> None:
    names = Names("Аламүдүн району", "Аламудунский район", "Alamudun District")
    assert [names.said_in(language) for language in ("ky", "ru", "en", "de")] == [*names, names.ky]
