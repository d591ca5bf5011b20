"""What holds at every address for programs: pace, validators, other sites, forms, errors that programs read."""

import json
import logging

import pytest
from django.test import Client

from server_sync.programs import pace
from server_sync.programs.keys import Scope
from server_sync.programs.operations import OPERATIONS
from tests.server.conftest import Office
from tests.server.counter import Counter
from tests.server.portal.test_bounded import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centre")]

OPEN = tuple(one for one in OPERATIONS if one.is_open and not one.in_path and one.view != "log_consistency")
PLAIN = tuple(one for one in OPEN if one.view != "log_inclusion")


@pytest.mark.parametrize("one", PLAIN, ids=lambda one: one.path)
def test_what_has_not_changed_is_not_sent_again_and_head_says_the_same(one):
    browser = Client()
    whole = browser.get(one.path)
    assert (whole.status_code, whole.headers["Content-Type"].split(";")[0]) == (200, one.media)
    tag = whole.headers["ETag"]
    again = browser.get(one.path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = browser.head(one.path)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tag)
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert not whole.cookies


def test_another_answer_has_another_validator(office_a: Office):
    tag = Client().get("/requests.json").headers["ETag"]
    publish(Counter(office_a), 1)
    changed = Client().get("/requests.json", headers={"If-None-Match": tag})
    assert (changed.status_code, len(changed.json()["requests"])) == (200, 1)


def test_a_browser_may_ask_beforehand_and_is_told_that_keys_stay_away():
    told = Client().options("/requests.json", headers={"Origin": "https://example.org"})
    assert (told.status_code, told.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert "Access-Control-Allow-Headers" not in told.headers
    assert "Access-Control-Allow-Credentials" not in told.headers
    assert Client().options("/open311/v2/requests.json").headers["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_what_takes_a_key_is_not_for_pages_of_other_sites(given):
    bearer = {"Authorization": f"Bearer {given(Scope.WRITE_REQUESTS)}", "Origin": "https://example.org"}
    answer = Client().get(f"/open311/v2/tokens/{'a' * 32}.json", headers=bearer)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_asks_too_much_is_told_when_to_ask_again_and_others_are_not(monkeypatch):
    monkeypatch.setattr(pace, "READING", pace.Pace("reading", 2))
    here, elsewhere = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    answers = [here.get("/requests.json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= pace.WINDOW_S
    assert answers[2].json()["code"] == "too_often"
    assert here.get("/open311/v2/services.xml").status_code == 429
    assert elsewhere.get("/requests.json").status_code == 200


def test_all_networks_of_one_customer_count_together_and_each_topic_as_a_question(monkeypatch):
    monkeypatch.setattr(pace, "READING", pace.Pace("reading", 3))
    networks = [Client(REMOTE_ADDR=f"2001:db8:7:{at:x}::1") for at in range(4)]
    assert [one.get("/requests.json").status_code for one in networks] == [200, 200, 200, 429]
    pace.forget_turns()
    asked = networks[0].get("/open311/v2/requests.json?service_code=01,02,03")
    assert (asked.status_code, asked.headers["RateLimit-Remaining"]) == (200, "0")


def test_a_key_that_may_read_has_a_pace_of_its_own(given, monkeypatch):
    monkeypatch.setattr(pace, "READING", pace.Pace("reading", 1))
    reads, writes = given(Scope.READ_OPEN), given(Scope.WRITE_REQUESTS)
    Client().get("/requests.json")
    for secret, most in ((reads, pace.READING_WITH_KEY.most), (writes, 1)):
        answer = Client().get("/requests.json", headers={"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (200, str(most))


def test_counts_of_callers_take_no_more_room_than_they_may(monkeypatch):
    monkeypatch.setattr(pace, "CALLERS_MOST", 5)
    counts = pace._Counts()
    for caller in range(50):
        counts.take(pace.READING, str(caller), 0.0)
    assert len(counts._windows) == 5
    assert counts.take(pace.Pace("reading", 1), "49", 1.0).is_over
    assert not counts.take(pace.Pace("reading", 1), "49", 61.0).is_over


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/requests.json?place=KG-XX", 404, "unknown"),
        ("/requests.json?kind=order", 400, "not_offered"),
        ("/requests.json?kind=", 400, "not_offered"),
        ("/requests.json?page=0", 400, "out_of_range"),
        ("/requests.json?page=x", 400, "not_a_number"),
        ("/requests.json?page=1&page=2", 400, "twice"),
        ("/requests.json?where=KG-C", 400, "not_taken"),
        ("/requests.json?q=%00", 400, "not_text"),
        ("/requests.json?q=%FF", 400, "not_text"),
        ("/requests.json?q=%D0%96%0A", 400, "not_text"),
        (f"/requests.json?q={'x' * 201}", 400, "too_long"),
        ("/requests.csv?period=2026-13", 400, "malformed"),
        ("/requests.atom?language=de", 400, "not_offered"),
        ("/figures.json?period=1999", 400, "malformed"),
        ("/figures.json?period=2099", 404, "unknown"),
        ("/figures.csv?about=body&code=NOBODY", 404, "not_found"),
        ("/log/checkpoint?size=x", 400, "not_a_number"),
        ("/log/checkpoint?sise=1", 400, "not_taken"),
        ("/requests.json?" + "&".join(f"a{n}=1" for n in range(200)), 400, "too_many_parameters"),
        ("/requests.json?api_key=kattar_x", 400, "key_in_address"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(address, status, code):
    answer = Client().get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("requests.json?start_date=2026-02-30T00:00:00Z", 400, "start_date"),
        ("requests.json?start_date=2026-01-01", 400, "start_date"),
        ("requests.json?start_date=2026-05-01T00:00:00Z&end_date=2026-04-01T00:00:00Z", 400, "before"),
        ("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-05-01T00:00:00Z", 400, "90"),
        ("requests.json?status=done", 400, "status"),
        ("requests.json?service_code=77.77", 404, "service_code"),
        ("requests.json?service_request_id=" + ",".join(["WEB-26-A-00001-0181"] * 51), 400, "50"),
        ("requests.json?page_size=101", 400, "page_size"),
        ("requests/WEB-26-A-00001-0181.json", 404, "service_request_id"),
        ("requests/%D0%96.json", 400, "service_request_id"),
        ("services/77.77.json", 404, "service_code"),
        ("services.json?jurisdiction_id=elsewhere", 404, "jurisdiction_id"),
        ("services", 404, "/api"),
        ("nothing/here.json", 404, "/api"),
        (f"tokens/{'a' * 32}.json", 403, "key"),
    ],
)
def test_open311_refuses_in_the_form_of_the_standard(asked, status, says):
    answer = Client().get(f"/open311/v2/{asked}{'&' if '?' in asked else '?'}locale=en")
    (told,) = answer.json()
    assert (answer.status_code, told["code"]) == (status, status)
    assert says in told["description"]


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("/requests.json", "application/xml", 406),
        ("/requests.csv", "text/*", 200),
        ("/requests.atom", "application/rss+xml, text/xml;q=0.5", 200),
        ("/open311/v2/services.xml", "text/xml", 200),
        ("/open311/v2/services.xml", "application/json", 406),
        ("/open311/v2/services.json", "text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("/open311/v2/services.json", "\x00;;,", 406),
    ],
)
def test_a_form_that_an_address_does_not_have_is_said_to_be_elsewhere(address, accept, status):
    assert Client().get(address, headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize("address", ["/requests.json", "/open311/v2/services.json", "/log/keys"])
def test_other_methods_are_refused_and_those_there_are_named(address):
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert answer.json()


def test_a_mistake_of_the_server_is_told_as_the_address_answers(monkeypatch):
    monkeypatch.setattr("server_sync.appeals.public.published", None)
    logging.disable(logging.ERROR)
    try:
        answer = Client(raise_request_exception=False).get("/requests.json")
    finally:
        logging.disable(logging.NOTSET)
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")


def test_a_key_stands_in_no_line_of_the_log(given, caplog):
    secret = given(Scope.WRITE_REQUESTS)
    caplog.set_level(logging.DEBUG)
    for headers in ({"Authorization": f"Bearer {secret}"}, {"Authorization": f"Bearer {secret}x"}):
        Client().post("/open311/v2/requests.json", "a=1", content_type="application/json", headers=headers)
    assert caplog.records
    assert secret not in caplog.text
    assert secret not in json.dumps([str(record.__dict__) for record in caplog.records])
