"""An applicant reads and takes along all that is kept of the own request; a lost receipt gives away little."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from server_sync.appeals.erasing import erase_request
from tests.server.counter import Counter, routed
from tests.server.exchange.offices import REQUEST
from tests.server.portal.test_follow import opened

pytestmark = pytest.mark.django_db


APPLICANT = replace(REQUEST.applicant, document="AN7654321", phone="+996555123456", email="bakyt@mail.kg")
ADDRESS = replace(REQUEST.address, street="Жеңиш 71")


@pytest.fixture
def counter(office_a) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register(applicant=APPLICANT, address=ADDRESS))


def test_whoever_opened_the_request_reads_all_that_is_kept_and_takes_it_along(appeal, editor, browser_of):
    browser_of(editor).get(f"/work/a/{appeal.number}")
    browser = opened(appeal)
    page = browser.get(f"/a/{appeal.number}/data?language=en").content.decode()
    for words in (appeal.surname, appeal.street, appeal.text, "public editor", "Nothing of it is published."):
        assert words in page
    file = browser.get(f"/a/{appeal.number}/data.json")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{appeal.number}.json"'
    assert "no-store" in file.headers["Cache-Control"]
    told = file.json()
    assert told["person"]["surname"] == appeal.surname
    assert told["request"]["text"] == appeal.text
    assert [look["role"] for look in told["looks"]] == ["public editor"]
    assert len(told["history"]) == 2
    assert f'href="/a/{appeal.number}/data"' in browser.get(f"/a/{appeal.number}").content.decode()


def test_a_lost_receipt_gives_away_neither_numbers_nor_who_else_signed(counter):
    signed: dict[str, Any] = {"is_collective": True, "signatories": ("Бекова Нуриза",), "signatories_count": 3}
    appeal = routed(counter.register(applicant=APPLICANT, address=ADDRESS, **signed))
    browser = opened(appeal)
    for address in ("data", "data.json"):
        said = browser.get(f"/a/{appeal.number}/{address}").content.decode()
        for hidden in (appeal.pin, appeal.phone, "AN7654321", "bakyt@mail.kg", "Бекова"):
            assert hidden not in said
        for shown in ("******321", "b***@mail.kg", appeal.surname):
            assert shown in said


@pytest.mark.parametrize("address", ["data", "data.json"])
def test_without_the_code_nothing_is_told_apart(appeal, counter, address):
    other = counter.register()
    none = "ALA-26-A-09999-0099"
    for browser, number in ((Client(), appeal.number), (opened(other), appeal.number), (Client(), none)):
        answer = browser.get(f"/a/{number}/{address}")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/a/{number}")


def test_after_an_erasure_nothing_is_told(appeal, administrator, second_administrator, monkeypatch, tmp_path):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    browser = opened(appeal)
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(bytes(appeal.hash), "сот чечими", **both)
    assert browser.get(f"/a/{appeal.number}/data").status_code == 302
