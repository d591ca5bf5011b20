"""The record of a meeting: on the meeting's page once it is there, to be watched from any place in it."""

from collections.abc import Callable

import pytest
from django.test import Client

from server_sync.meetings import acts
from server_sync.meetings.models import Meeting
from server_sync.meetings.places import record_of
from server_sync.pages import ranges
from server_sync.workplaces.models import Person
from tests.server.meetings.planning import NAME, keep_record, plan

pytestmark = pytest.mark.django_db
PAGE = f"/meetings/{NAME.hex()}"
RECORD = f"{PAGE}/record"
CONTENT = bytes(range(200))


@pytest.fixture
def browser(assistant: Person, browser_of: Callable[[Person], Client]) -> Client:
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(is_recorded=True)])
    client = browser_of(assistant)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def recorded(browser: Client):
    keep_record(NAME, CONTENT)
    yield browser
    record_of(NAME).unlink()


def ranged(browser: Client, said: str):
    response = browser.get(RECORD, headers={"Range": said})
    return response.status_code, response.getvalue(), response.headers.get("Content-Range")


def test_the_page_leads_to_a_record_that_is_there_and_to_no_other(browser):
    assert RECORD not in browser.get(PAGE).content.decode()
    assert browser.get(RECORD).status_code == 404
    keep_record(NAME, CONTENT)
    assert RECORD in browser.get(PAGE).content.decode()
    Meeting.objects.update(is_recorded=False)
    assert RECORD not in browser.get(PAGE).content.decode()
    record_of(NAME).unlink()


def test_a_record_comes_whole_and_as_a_film(recorded):
    response = recorded.get(RECORD)
    assert (response.status_code, response.getvalue()) == (200, CONTENT)
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert "no-store" in response.headers["Cache-Control"]
    assert recorded.head(RECORD).status_code == 200


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [("bytes=0-", 0, 199), ("bytes=10-19", 10, 19), ("bytes=150-900", 150, 199), ("bytes=-50", 150, 199)],
)
def test_a_browser_gets_the_part_that_it_asks_for(recorded, said, first, last):
    assert ranged(recorded, said) == (206, CONTENT[first : last + 1], f"bytes {first}-{last}/200")


def test_no_part_is_longer_than_what_a_player_looks_at_before_it_asks_anew(recorded, monkeypatch):
    monkeypatch.setattr(ranges, "PART_BYTES", 64)
    assert ranged(recorded, "bytes=0-") == (206, CONTENT[:64], "bytes 0-63/200")
    assert ranged(recorded, "bytes=64-") == (206, CONTENT[64:128], "bytes 64-127/200")
    assert ranged(recorded, "bytes=190-") == (206, CONTENT[190:], "bytes 190-199/200")


@pytest.mark.parametrize("said", ["bytes=200-", "bytes=20-10", "bytes=-0", "bytes=99999999999-"])
def test_a_part_that_is_not_there_is_refused(recorded, said):
    assert ranged(recorded, said) == (416, b"", "bytes */200")


@pytest.mark.parametrize(
    "said", ["bytes=-", "bytes=1-2,4-5", "bytes=" + "9" * 400 + "-", "lines=1-2", "bytes=a-b", "١-٢"]
)
def test_what_is_no_range_is_answered_by_the_whole(recorded, said):
    response = recorded.get(RECORD, headers={"Range": said})
    assert (response.status_code, response.getvalue()) == (200, CONTENT)
