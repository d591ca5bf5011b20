"""What a clerk types first finds what is meant first; only bodies of the day are offered."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from server_sync.contract.choosing import Choices, Guess
from server_sync.contract.reference import Body
from tests.contract.shipped import BOOK, addressees, categories

TODAY = date(2026, 11, 29)
OFFICE = "KG-C-ALA"
with Path(__file__).with_name("queries.csv").open(encoding="utf-8") as _file:
    QUERIES = tuple(csv.DictReader(_file))
"""What clerks type, in three languages and at several offices, each with what they mean."""


def offered(row: dict[str, str]) -> list[str]:
    if row["list"] == "category":
        return [found.code for found in categories(row["query"], row["language"])]
    found = BOOK.find_bodies(row["query"], (row["office"],), row["language"], on=TODAY)
    return [one.body.code for one in found]


def test_two_hundred_labelled_queries_find_what_is_meant_first() -> None:
    assert len(QUERIES) >= 200
    assert {row["language"] for row in QUERIES} == {"ky", "ru", "en"}
    lists = [(row, offered(row)) for row in QUERIES]
    missed = [(row["query"], row["code"], found[:3]) for row, found in lists if found[:1] != [row["code"]]]
    missed_by_far = [(row["query"], row["code"], found[:3]) for row, found in lists if row["code"] not in found[:3]]
    assert len(missed) <= len(QUERIES) * 0.05, missed
    assert len(missed_by_far) <= len(QUERIES) * 0.01, missed_by_far


@pytest.mark.parametrize(
    ("query", "code"),
    [("жол", "09.01"), ("суу", "03.03"), ("жолокпул", "01.02"), ("дорога", "09.01"), ("свет", "03.01")],
)
def test_letters_as_typed_come_before_folded_ones_and_whole_words_before_beginnings(query: str, code: str) -> None:
    for language in ("ky", "ru", "en"):
        assert categories(query, language)[0].code == code


@pytest.mark.parametrize("office", ["KG-C-ALA", "KG-GB", "KG-C-TOK", "KG-HALL", "KG-O"])
@pytest.mark.parametrize("query", ["президент", "Президент", "president", "президенту", "президен", "президе"])
def test_the_head_of_a_body_comes_before_those_who_stand_for_him(office: str, query: str) -> None:
    for language in ("ky", "ru", "en"):
        assert addressees(query, office, language, on=TODAY)[0].code == "PRESIDENT"


def test_a_head_comes_before_a_deputy() -> None:
    codes = [body.code for body in addressees("аким", OFFICE, "ky", on=TODAY)]
    assert codes[:2] == ["AKIM@KG-C-ALA", "AKIM-DEP@KG-C-ALA"]


@pytest.mark.parametrize(
    ("query", "code"), [("водапровод", "03.03"), ("пинсия", "01.01"), ("мусор во дворе", "03.06"), ("gtycbz", "01.01")]
)
def test_a_mistaken_letter_an_ending_and_words_around_do_not_hide_a_subject(query: str, code: str) -> None:
    assert categories(query, "ru")[0].code == code


@pytest.mark.parametrize(
    ("query", "guess"),
    [
        ("Баланы", Guess.LETTER),
        ("Алтын", Guess.LETTER),
        ("пинсия", Guess.LETTER),
        ("узаконить дом", Guess.PART),
        ("жол", Guess.NONE),
        ("дорогой", Guess.NONE),
        ("gtycbz", Guess.NONE),
    ],
)
def test_what_was_not_found_as_it_was_typed_is_a_guess(query: str, guess: Guess) -> None:
    assert BOOK.find_categories(query, "ky")[0].guess is guess


def test_what_only_sounds_alike_is_a_guess() -> None:
    choices: Choices[str] = Choices()
    choices.add("a", ("Жумгал",), "")
    assert [(fit.guess, item) for fit, item in choices.find("Djumgal")] == [(Guess.SOUND, "a")]


def test_hardly_any_labelled_query_is_answered_by_a_guess() -> None:
    guesses = [row["query"] for row in QUERIES if _first_of(row) is not Guess.NONE]
    assert len(guesses) <= len(QUERIES) * 0.02, guesses


def _first_of(row: dict[str, str]) -> Guess:
    if row["list"] == "category":
        return BOOK.find_categories(row["query"], row["language"])[0].guess
    return BOOK.find_bodies(row["query"], (row["office"],), row["language"], on=TODAY)[0].guess


@pytest.mark.parametrize(
    ("query", "guess"),
    [("Бишкег", Guess.LETTER), ("Бишкека", Guess.NONE), ("Бишкекке", Guess.NONE), ("школу", Guess.NONE)],
)
def test_one_consonant_for_another_at_the_end_is_a_mistake_and_no_ending(query: str, guess: Guess) -> None:
    choices: Choices[str] = Choices()
    choices.add("a", ("Бишкек шаары",), "")
    choices.add("b", ("Школа",), "")
    assert [fit.guess for fit, _ in choices.find(query)] == [guess]


def test_what_has_no_likeness_finds_nothing() -> None:
    choices: Choices[str] = Choices()
    choices.add("a", ("Дороги",), "")
    assert choices.find("ыыыыы") == choices.find("") == choices.find("!!!") == []


def test_only_bodies_of_the_day_are_offered() -> None:
    for query in ("", "министр", "премьер", "аким", "өкүл", "агент", "кызмат"):
        for body in addressees(query, OFFICE, "ru", 600, on=TODAY):
            assert body.exists_on(TODAY), body.code
    codes = {body.code for body in addressees("", OFFICE, "ru", 600, on=TODAY)}
    assert "CAB-CHAIR" in codes
    assert codes.isdisjoint({"PM", "VPM", "PRES-OFFICE", "GOV-OFFICE", "PLENIPOT@KG-C", "MIN-AGRO", "SRS"})


def test_earlier_days_had_their_own_bodies() -> None:
    earlier = {body.code for body in addressees("", OFFICE, "ru", 600, on=date(2019, 5, 5))}
    assert {"PM", "PLENIPOT@KG-C", "MIN-AGRO"} <= earlier
    assert earlier.isdisjoint({"CAB-CHAIR", "PLENIPOT-PRES@KG-C", "MIN-AGRO-26"})


@pytest.mark.parametrize(
    ("query", "now", "before"),
    [
        ("премьер-министр", "CAB-CHAIR", "PM"),
        ("prime minister", "CAB-CHAIR", "PM"),
        ("полномочный представитель правительства", "PLENIPOT-PRES@KG-C", "PLENIPOT@KG-C"),
        ("мелиорации", "MIN-AGRO-26", "MIN-AGRO"),
        ("жолдор", "MIN-TRANSPORT-26", "MIN-TRANSPORT"),  # which the present one is found by too
        ("транспорта и дорог", "MIN-TRANSPORT-26", "MIN-TRANSPORT"),
    ],
)
def test_an_old_name_is_found_and_said_to_be_old(query: str, now: str, before: str) -> None:
    found = BOOK.find_bodies(query, (OFFICE,), "ru", on=TODAY)[0]
    assert found.formerly is not None
    assert (found.body.code, found.formerly.code) == (now, before)


@pytest.mark.parametrize("before", [body for body in BOOK.bodies if body.has_ended(TODAY)], ids=lambda one: one.code)
def test_whoever_has_an_old_name_on_paper_sees_that_it_is_the_one_that_is_offered(before: Body) -> None:
    now = BOOK.body_on(before, TODAY)
    for language, name in zip(("ky", "ru", "en"), before.names, strict=True):
        offered = BOOK.find_bodies(name, (OFFICE,), language, on=TODAY)
        if name in now.names:
            continue
        assert next(one.formerly for one in offered if one.body is now) is before, name


@pytest.mark.parametrize("query", ["кабинета министров", "министр транспорта", "минтранс"])
def test_a_body_that_is_found_by_its_own_name_is_not_said_to_be_old(query: str) -> None:
    assert BOOK.find_bodies(query, (OFFICE,), "ru", on=TODAY)[0].formerly is None


def test_one_of_each_stands_at_a_time() -> None:
    for body in BOOK.bodies:
        assert (body.valid_to_on is None) == (body.successor == ""), body.code
        if body.valid_to_on is None:
            continue
        after = BOOK.body(body.successor)
        assert after is not None
        assert after.valid_from_on == body.valid_to_on + timedelta(days=1), body.code
        assert BOOK.body_on(body, TODAY).exists_on(TODAY)
        assert BOOK.body_on(body, body.valid_to_on) is body


def test_a_request_is_routed_to_a_body_of_its_day() -> None:
    for category in BOOK.categories:
        for site in BOOK.sites:
            for addressee in ("PM", "AKIM", "PLENIPOT", "LIAISON", "SRS", "MIN-SOCIAL"):
                routing = BOOK.route(category.code, site.code, addressee, TODAY)
                assert routing is not None
                body = BOOK.body(routing.body_code)
                assert body is not None
                assert body.exists_on(TODAY), (category.code, site.code, addressee, body.code)


@pytest.mark.parametrize(
    ("query", "place", "language", "code"),
    [
        ("мэр", "KG-B-BTC", "ky", "MAYOR@KG-B-BTC"),
        ("akim", "KG-O-UZG", "en", "AKIM@KG-O-UZG"),
        ("айыл окмот", "KG-J-CHT", "ky", "AO-HEAD@KG-J-CHT"),
        ("губернатор", "KG-O-UZG", "ru", "PLENIPOT-PRES@KG-O"),
        ("президент", "KG-O-UZG", "ky", "PRESIDENT"),
        ("аким", "", "ky", f"AKIM@{OFFICE}"),
    ],
)
def test_whom_a_citizen_writes_to_is_looked_for_where_they_live_and_then_at_the_office(query, place, language, code):
    places = (place, OFFICE) if place else (OFFICE,)
    found = [one.body.code for one in BOOK.find_bodies(query, places, language, on=TODAY)]
    assert found[0] == code
    if "@" in code and place and query == "akim":
        assert found[1] == f"AKIM@{OFFICE}"


def test_a_matter_that_is_named_so_comes_before_one_that_is_only_called_so_in_part():
    assert [one.category.code for one in BOOK.find_categories("китеп", "ky")[:2]] == ["07.04", "04.04"]
