"""Published requests are narrowed down by their facts, and read by programs as a feed, a table and JSON."""

import csv
import io
from datetime import UTC, date, datetime
from importlib import import_module
from xml.etree import ElementTree as ET

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from server_sync.appeals import public
from server_sync.appeals.facets import Facts
from server_sync.appeals.models import Appeal, Summary
from server_sync.casework import acts
from server_sync.contract.bodies import AppealKind, Outcome, Words
from server_sync.pages.access import Standing
from server_sync.portal import open_data
from server_sync.portal.wanted import Wanted
from tests.server.conftest import Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = date(2026, 11, 30)


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


def publish(editor, appeal: Appeal, subject: str) -> Appeal:
    appeal.refresh_from_db()
    acts.publish(Standing.of(editor), appeal, Words(subject), Words("Кыскача."), "")
    return appeal


def answer(vera, vasil, appeal: Appeal, outcome: Outcome) -> None:
    acts.write_draft(Standing.of(vera), appeal, acts.AnswerText(outcome, "Жооп", "", ""), 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)


@pytest.fixture
def answered(counter, vera, vasil, editor) -> Appeal:
    """Published, then answered: what it is found by changes after it was published."""
    appeal = publish(editor, routed(counter.register()), "Жол оңдоо")
    answer(vera, vasil, appeal, Outcome.SATISFIED)
    appeal.refresh_from_db()
    return appeal


@pytest.fixture
def waiting(counter, editor) -> Appeal:
    return publish(editor, routed(counter.register()), "Жол жарыгы")


def found(**facts: str) -> set[str]:
    shown, total = public.published(facts.pop("query", ""), 1, Facts(**facts))
    assert len(shown) == total
    return {appeal.number for appeal in shown}


def test_every_fact_finds_its_requests_and_no_others(answered, waiting):
    both, topic = {answered.number, waiting.number}, answered.categories[0]
    province = "-".join(answered.site_id.split("-")[:2])
    kind = AppealKind(answered.kind).name.lower()
    body = answered.answers.get().body_code
    month = f"{answered.registered_on:%Y-%m}"
    right: dict[tuple[tuple[str, str], ...], set[str]] = {
        (("place", answered.site_id),): both,
        (("place", province),): both,
        (("place", "KG-GO"),): set(),
        (("place", "KG-HALL"),): set(),
        (("topic", topic),): both,
        (("topic", topic.split(".")[0]),): both,
        (("kind", kind),): both,
        (("kind", "thanks"),): set(),
        (("period", month),): both,
        (("period", month[:4]),): both,
        (("period", "2014"),): set(),
        (("outcome", "satisfied"),): {answered.number},
        (("outcome", "none"),): {waiting.number},
        (("outcome", "refused"),): set(),
        (("body", body),): {answered.number},
        (("query", "жол"), ("outcome", "satisfied")): {answered.number},
        (("query", "жар"), ("outcome", "satisfied")): set(),
        (("query", "жар"), ("place", province), ("outcome", "none")): {waiting.number},
    }
    assert {asked: found(**dict(asked)) for asked in right} == right


def test_a_fact_is_not_found_by_the_beginning_of_another(answered, waiting):
    assert found(topic=answered.categories[0][:1]) == set()
    assert found(place=answered.site_id[:-1]) == set()


def test_what_an_address_asks_that_does_not_exist_is_not_asked_for():
    typed = {"place": "KG-X", "topic": "99.99", "kind": "1", "outcome": "x", "body": "<b>", "period": "2026-13"}
    assert Wanted.of(typed) == Wanted("", Facts())
    assert Wanted.of({**typed, "q": "ж" * 500}).query == "ж" * 200


def test_what_is_chosen_stays_chosen_and_goes_on_to_the_next_page(monkeypatch, answered, waiting):
    monkeypatch.setattr(public, "PAGE", 1)
    asked = f"q=%D0%B6%D0%BE%D0%BB&topic={answered.categories[0]}&period=2026"
    page = Client().get(f"/requests?{asked}").content.decode()
    for chosen in (answered.categories[0], "2026"):
        assert f'<option value="{chosen}" selected>' in page
    assert page.count(" selected") == 2
    assert f'href="?{asked}&amp;page=2"'.replace("&topic", "&amp;topic").replace("&period", "&amp;period") in page


def test_a_month_or_a_year_that_is_not_offered_is_shown_as_chosen():
    for period in ("2015-03", "2013", "2099-12", "2026-11", "2015"):
        choices = Wanted.of({"period": period}).choices(TODAY, "ky")
        chosen = [one.code for one in choices[-1].options if one.is_chosen]
        assert chosen == [period]


def test_nothing_that_fits_is_said_so_and_leads_back(answered):
    page = Client().get("/requests?place=KG-GO&language=en").content.decode()
    assert "Nothing published fits all of this." in page
    assert 'href="/requests"' in page


def test_the_answers_of_a_body_are_said_to_be_its(answered):
    body = answered.answers.get().body_code
    page = Client().get(f"/requests?body={body}&language=en").content.decode()
    assert f'name="body" value="{body}" checked' in page
    assert answered.number in page


def test_the_feed_is_atom_with_the_newest_and_what_was_asked_for(answered, waiting):
    answer_ = Client().get("/requests.atom?outcome=none&language=ky")
    assert answer_["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer_.content)  # noqa: S314 (our own)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == ["Жол жарыгы"]
    assert feed.findtext(f"{ATOM}updated")


def test_the_table_and_the_json_say_what_the_page_says_and_nothing_of_a_person(answered, waiting):
    told = Client().get("/requests.json").json()["requests"]
    table = csv.DictReader(io.StringIO(Client().get("/requests.csv").content.decode("utf-8-sig")))
    rows = list(table)
    assert {one["number"] for one in told} == {row["number"] for row in rows} == {answered.number, waiting.number}
    of_answered = next(one for one in told if one["number"] == answered.number)
    assert of_answered["outcome"] == "satisfied"
    assert of_answered["subject_ky"] == "Жол оңдоо"
    everything = Client().get("/requests.json").content.decode() + Client().get("/requests.csv").content.decode()
    for hidden in (answered.surname, answered.text, answered.phone):
        assert not hidden or hidden not in everything


def test_a_subject_that_a_table_program_would_run_is_a_text_there(editor, counter):
    publish(editor, routed(counter.register()), "=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in Client().get("/requests.csv").content.decode()


def test_programs_are_given_a_page_and_where_the_next_one_is(monkeypatch, answered, waiting):
    monkeypatch.setattr(open_data, "PAGE", 1)
    seen, address = set(), "/requests.json?topic=" + answered.categories[0]
    while address:
        told = Client().get(address).json()
        (one,) = told["requests"]
        seen.add(one["number"])
        address = (told["next"] or "").removeprefix("https://kattar.test")
    assert seen == {answered.number, waiting.number}
    first = Client().get("/requests.csv")
    assert first["Link"].endswith('/requests.csv?page=2>; rel="next"')
    assert "Link" not in Client().get("/requests.csv?page=2")


@pytest.mark.parametrize("address", ["/requests.json", "/requests.csv", "/requests.atom", "/requests"])
def test_no_private_text_is_read_for_what_everybody_sees(answered, address):
    with CaptureQueriesContext(connection) as asked:
        Client().get(address)
    read = " ".join(query["sql"] for query in asked.captured_queries)
    for column in ("text", "surname", "pin", "phone", "email", "street"):
        assert f'"appeals_appeal"."{column}"' not in read, column


def test_what_was_published_before_is_found_by_its_facts(answered):
    Summary.objects.update(words="жол", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    import_module("server_sync.appeals.migrations.0009_published_by_facts").find_by_facts(apps, None)
    assert found(outcome="satisfied", query="оңдоо") == {answered.number}
