"""Codes, roles and terms: what a registration needs, from the page and from the tables that the centre hands out."""

from datetime import date

import pytest

from tests.stranger.client import statuses
from tests.stranger.encoding import pack, unpack
from tests.stranger.made_up import complaint, days, today
from tests.stranger.page import the_page, vector
from tests.stranger.terms import Terms, read_table

TERMS = "terms.csv"
CALENDARS = ("holidays_kg_2014_2027.csv", "calendar_exceptions.csv")


@pytest.fixture(scope="module")
def terms(office) -> Terms:
    return Terms.of(office.table(TERMS), *map(office.table, CALENDARS))


def test_every_table_that_the_page_names_is_handed_out_with_its_columns(office):
    for name, columns in the_page().tables.items():
        header = office.table(name).splitlines()[0].split(",")
        assert set(columns) <= set(header), name


@pytest.mark.parametrize(
    ("what", "name"),
    [("Sites", "sites.csv"), ("Categories", "appeal_categories.csv"), ("Positions", "officials_positions.csv")],
)
def test_the_codes_on_the_page_are_those_of_the_table(office, what, name):
    assert the_page().codes_of(what) == [row["code"] for row in read_table(office.table(name))]


def test_the_terms_on_the_page_are_those_of_the_table(office):
    columns = ("kind", "valid_from", "working_days", "article", "entered_on")
    found = [[row[column] for column in columns] for row in read_table(office.table(TERMS))]
    heads = ("kind", "from", "until", "working days", "article", "entered on")
    rows = the_page().rows(*heads)
    assert [[row[0].strip("`"), row[1], row[3], row[4], row[5]] for row in rows] == found


def test_a_person_has_roles_that_the_page_knows(handed, office):
    roles = {role for who in the_page().roles.values() for role in who}
    reply = office.ask("/sync/v1/person", "PersonRequest", "PersonReply", login=handed.login, password=handed.password)
    assert {scope["role"] for scope in reply["roles"]} <= roles
    assert reply["person"] == office.person
    assert set(the_page().roles) == set(the_page().events)


def test_remains_are_fields_of_their_body():
    for kind, stays in the_page().remains.items():
        _number, structure = the_page().events[kind]
        assert set(stays) <= {field.name for field in the_page().structures[structure].fields}


@pytest.mark.parametrize("kind", ["proposal", "application", "complaint", "thanks"])
def test_a_request_with_the_term_that_the_stranger_counted_is_registered(office, terms, kind):
    office.register(year=today().year, **complaint(kind=kind, due=terms.due(kind, today())))
    assert statuses(office.exchange())[-1] == "registered"


def test_a_term_that_was_made_up_is_registered_as_it_stands_on_paper(office, terms):
    made_up = terms.due("complaint", today()) | {"due_on": days(today()) + 9_999, "working_days": 999}
    office.register(year=today().year, **complaint(due=made_up))
    assert statuses(office.exchange())[-1] == "registered"


@pytest.mark.parametrize("case", vector("terms")["counted"], ids=lambda case: f"{case['kind']} {case['registered_on']}")
def test_a_term_is_counted_as_the_vector_says(terms, case):
    counted = terms.due(case["kind"], date.fromisoformat(case["registered_on"]))
    due_on = case["due_on"] and days(date.fromisoformat(case["due_on"]))
    wanted = {name: case[name] for name in ("working_days", "article", "provisional", "rules_version")}
    assert unpack("DueTerm", pack("DueTerm", **counted)) == wanted | {"due_on": due_on}


def test_a_decreed_day_off_is_no_working_day_and_a_working_saturday_is(terms):
    off = [day for day, row in terms.calendar.items() if row["type"] == "day_off"]
    worked = [day for day, row in terms.calendar.items() if row["type"] == "working_weekend"]
    assert off
    assert not any(map(terms.is_working, off))
    assert all(map(terms.is_working, worked))
