"""The reference book is whole, found in by any word, and every request has a body that answers it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import MalformedBytes
from server_sync.contract.reference import FILES, ReferenceBook
from server_sync.contract.routing import ADDRESSEE, ANY
from server_sync.contract.territory import SiteKind
from tests.contract.shipped import BOOK, TEXTS, addressees, categories, sample_requests

TODAY = date(2026, 11, 23)
OFFICE = "KG-C-ALA"


def test_every_code_is_found_and_unique() -> None:
    every = (BOOK.sites, BOOK.categories, BOOK.positions, BOOK.bodies)
    for codes in ([row.code for row in rows] for rows in every):
        assert len(set(codes)) == len(codes)
    assert (len(BOOK.sites), len(BOOK.categories), len(BOOK.positions)) == (63, 124, 69)
    assert all(BOOK.body(body.code) is body for body in BOOK.bodies)
    assert BOOK.site_by_number_code("ALA") is BOOK.site(OFFICE)


def test_everything_is_named_in_three_languages_without_open_places() -> None:
    listed = [category.names for category in BOOK.categories] + [position.names for position in BOOK.positions]
    listed += [body.names for body in BOOK.bodies] + [name for site in BOOK.sites for name in (site.name, site.of)]
    for names in listed:
        for name in names:
            assert name.strip()
            assert "{" not in name


def test_a_category_knows_its_group() -> None:
    for category in BOOK.categories:
        assert not category.parent or BOOK.category(category.parent) is not None


def test_a_local_body_is_a_position_in_a_territory() -> None:
    akim = BOOK.body("AKIM@KG-C-ALA")
    assert akim is not None
    assert tuple(akim.names) == (
        "Аламүдүн районунун акими",
        "Аким Аламудунского района",
        "Akim of the Alamudun district",
    )
    assert (akim.position_code, akim.site_code) == ("AKIM", OFFICE)


def test_positions_are_found_where_they_exist() -> None:
    assert BOOK.body("AKIM@KG-C-TOK") is None
    assert BOOK.body("MAYOR@KG-C-TOK") is not None
    assert BOOK.body("MAYOR-REP@KG-GB") is not None
    assert BOOK.body("PLENIPOT@KG-GB") is None
    assert BOOK.body("MAYOR-REP@KG-C") is None
    assert BOOK.body("PM") is not None
    assert sum(body.position_code == "AKIM" for body in BOOK.bodies) == 40
    assert sum(body.position_code == "PLENIPOT" for body in BOOK.bodies) == 7


@pytest.mark.parametrize(
    ("position", "place", "body"),
    [
        ("AKIM", OFFICE, "AKIM@KG-C-ALA"),
        ("PLENIPOT", OFFICE, "PLENIPOT@KG-C"),
        ("AKIM@KG-C-SOK", OFFICE, "AKIM@KG-C-SOK"),
        ("PM", OFFICE, "PM"),
        ("AKIM", "KG-C", None),
        ("AKIM", "KG-X", None),
        ("NOBODY", OFFICE, None),
    ],
)
def test_an_addressee_is_the_body_of_the_nearest_unit(position: str, place: str, body: str | None) -> None:
    found = BOOK.body_of(position, place)
    assert (found.code if found else None) == body


def test_an_addressee_without_a_body_there_is_named_all_the_same() -> None:
    names = BOOK.addressee_names("AKIM", "KG-C")
    assert names is not None
    assert names.en.startswith("Akim of the district")
    assert BOOK.addressee_names("NOBODY", "KG-C") is None


@pytest.mark.parametrize(
    "query", ["аким", "АКИМ", "акими аламүдүн", "аламудун аким", "akim", "Akim alam", "frbv", "ала аки"]
)
def test_the_own_akim_comes_first_however_he_is_typed(query: str) -> None:
    assert addressees(query, OFFICE, "ky")[0].code == "AKIM@KG-C-ALA"


def test_one_s_own_territory_comes_before_the_country_and_the_country_before_other_places() -> None:
    found = addressees("к", OFFICE, "ky", limit=600)
    places = [body.site_code for body in found]
    assert places[0] == OFFICE
    other = [place for place in places if place and place not in {OFFICE, "KG-C", "KG-HALL"}]
    assert places.index("KG-C") < places.index(other[0])
    national = [index for index, place in enumerate(places) if not place]
    assert all(index < places.index(other[0]) for index in national)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("билим берүү министри", "MIN-EDU"),
        ("билим беруу мин", "MIN-EDU"),
        ("министр образования", "MIN-EDU"),
        ("minister of educ", "MIN-EDU"),
        ("ombudsman", "OMBUDSMAN"),
        ("омбудсмен", "OMBUDSMAN"),
        ("премьер", "PM"),
        ("PM", "PM"),
    ],
)
def test_an_official_is_found_in_any_language_without_special_letters(query: str, code: str) -> None:
    assert code in [body.code for body in addressees(query, OFFICE, "ru")[:4]]


def test_an_empty_query_offers_those_nearby_and_the_country() -> None:
    offered = addressees("", OFFICE, "ky", limit=40)
    assert offered[0].site_code == OFFICE
    assert "PM" in [body.code for body in offered]
    assert {body.site_code for body in offered} <= {"", OFFICE, "KG-C", "KG-HALL"}


def test_what_no_name_has_finds_nothing() -> None:
    assert addressees("ыыыы", OFFICE, "ky") == ()
    assert categories("ыыыы", "ky") == ()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("суу", "03.03"),
        ("пенсия", "01.01"),
        ("Пенсии", "01.01"),
        ("pension", "01.01"),
        ("01.02", "01.02"),
        ("жол", "09.01"),
        ("gtycb", "01.01"),
    ],
)
def test_a_category_is_found_by_typing(query: str, code: str) -> None:
    assert code in [category.code for category in categories(query, "ru")]


def test_a_subject_of_that_name_comes_before_the_subjects_of_a_group_of_that_name() -> None:
    found = [category.code for category in categories("жер", "ky")]
    assert found[0].startswith("04.")
    assert found.index("04.01") < found.index("04")


@given(st.text(max_size=30), st.sampled_from(["", "KG-X", OFFICE, "KG-HALL"]), st.sampled_from(["ky", "ru", "xx"]))
def test_any_query_is_answered(query: str, territory: str, language: str) -> None:
    assert len(addressees(query, territory, language)) <= 20
    categories(query, language)


@pytest.mark.parametrize("missing", FILES)
def test_a_book_without_a_file_is_refused_by_its_name(missing: str) -> None:
    with pytest.raises(MalformedBytes) as refusal:
        ReferenceBook.from_texts({name: text for name, text in TEXTS.items() if name != missing})
    assert (refusal.value.code, refusal.value.params["file"]) == ("reference_missing", missing)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("terms.csv", "x,complaint,someday,,14,next_day,67/2007,2026-01-01,own"),
        ("holidays_kg_2014_2027.csv", "2026-02-30,day_off,holiday,,а,б,c"),
        ("holidays_kg_2014_2027.csv", "2026-02-03,half_day,holiday,,а,б,c"),
        ("officials_positions.csv", "X,village,any,а,б,c,own,"),
        ("sites.csv", "KG-X,XXX,district,KG-C,,,а,б,c,d,e,f,1,2,own,"),
        ("routing_rules.csv", "x,01,*"),
    ],
)
def test_a_damaged_row_is_refused_with_file_and_line(name: str, row: str) -> None:
    with pytest.raises(MalformedBytes) as refusal:
        ReferenceBook.from_texts(TEXTS | {name: f"{TEXTS[name].rstrip()}\n{row}\n"})
    assert refusal.value.code == "reference_malformed"
    assert refusal.value.params == {"file": name, "line": len(TEXTS[name].splitlines()) + 1}


def test_a_file_saved_by_a_spreadsheet_with_a_byte_order_mark_is_read() -> None:
    assert ReferenceBook.from_texts({name: f"\ufeff{text}" for name, text in TEXTS.items()}).sites == BOOK.sites


def test_decreed_days_lie_over_the_shipped_calendar() -> None:
    head = TEXTS["calendar_exceptions.csv"].rstrip()
    decreed = (
        f"{head}\n2026-12-31,day_off,decreed,,Эс алуу,Выходной,Day off\n2026-12-26,working_weekend,decreed,,И,Р,W\n"
    )
    book = ReferenceBook.from_texts(TEXTS | {"calendar_exceptions.csv": decreed})
    assert not book.calendar.is_working(date(2026, 12, 31))
    assert book.calendar.is_working(date(2026, 12, 26))
    assert BOOK.calendar.is_working(date(2026, 12, 31))


def test_every_category_everywhere_has_a_body_that_answers() -> None:
    addressees = ["PM", "PRESIDENT", "AKIM", "MAYOR", "LIAISON", "PLENIPOT", "MIN-EDU", "RAYON-ROVD", "NOBODY"]
    for category in BOOK.categories:
        for site in BOOK.sites:
            for addressee in addressees:
                routing = BOOK.route(category.code, site.code, addressee, TODAY)
                assert routing is not None, (category.code, site.code, addressee)
                assert BOOK.body(routing.body_code) is not None
                assert all(routing.reason)


def test_every_sample_request_is_routed() -> None:
    for request in sample_requests():
        place = request["citizen"]["address"]["district_code"] or request["site_code"]
        assert BOOK.route(request["categories"][0], place, request["addressee"]["code"], TODAY) is not None


@pytest.mark.parametrize(
    ("category", "place", "addressee", "body"),
    [
        ("03.03", OFFICE, "PM", "AKIM@KG-C-ALA"),
        ("03.03", "KG-C-TOK", "PM", "MAYOR@KG-C-TOK"),
        ("03.03", "KG-GB", "PM", "MAYOR-REP@KG-GB"),
        ("03.03", "KG-C", "PM", "PLENIPOT-PRES@KG-C"),
        ("03.03", "KG-HALL", "PM", "GOSSTROY"),
        ("03.01", OFFICE, "PM", "MIN-ENERGY"),
        ("01.01", OFFICE, "PM", "SOCFUND"),
        ("01.03", OFFICE, "PM", "RAYON-SOCIAL@KG-C-ALA"),
        ("09.01", OFFICE, "MIN-EDU", "MIN-EDU"),
        ("09.01", OFFICE, "AKIM", "AKIM@KG-C-ALA"),
        ("09.01", OFFICE, "AKIM@KG-C-SOK", "AKIM@KG-C-SOK"),
        ("13.01", OFFICE, "AKIM", "PLENIPOT-PRES@KG-C"),
        ("13.02", OFFICE, "AKIM", "GENPROC"),
        ("11.01", OFFICE, "RAYON-ROVD", "RAYON-PROC@KG-C-ALA"),
        ("11.03", OFFICE, "RAYON-ROVD", "RAYON-ROVD@KG-C-ALA"),
        ("20.01", OFFICE, "AKIM", "AKIM@KG-C-ALA"),
        ("03.03", "KG-C", "AKIM", "PLENIPOT-PRES@KG-C"),
    ],
)
def test_the_most_specific_rule_decides(category: str, place: str, addressee: str, body: str) -> None:
    routing = BOOK.route(category, place, addressee, TODAY)
    assert routing is not None
    assert routing.body_code == body


def test_rules_follow_their_dates() -> None:
    earlier = BOOK.route("05.01", OFFICE, "PM", date(2020, 5, 5))
    later = BOOK.route("05.01", OFFICE, "PM", TODAY)
    assert earlier is not None
    assert later is not None
    assert (earlier.body_code, later.body_code) == ("MIN-AGRO", "MIN-AGRO-26")


def test_an_unknown_category_or_place_is_left_to_a_person() -> None:
    assert BOOK.route("99", OFFICE, "PM", TODAY) is None
    assert BOOK.route("01", "KG-X", "PM", TODAY) is None


def test_rules_name_what_exists() -> None:
    assert len({rule.id for rule in BOOK.routing_rules}) == len(BOOK.routing_rules)
    kinds = {kind.value for kind in SiteKind}
    for rule in BOOK.routing_rules:
        assert rule.body == ADDRESSEE or BOOK.position(rule.body) is not None
        assert not rule.category or BOOK.category(rule.category) is not None
        assert rule.territory in {ANY, *kinds} or BOOK.site(rule.territory) is not None
        assert ":" in rule.addressee or rule.addressee == ANY or BOOK.position(rule.addressee) is not None
        assert len(rule.id) <= 40
