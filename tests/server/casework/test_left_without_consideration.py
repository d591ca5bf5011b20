"""A request is left without consideration on a ground of today's list, by two people, and the applicant reads why."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from server_sync.appeals.rebuilding import rebuild
from server_sync.casework import grounds
from server_sync.casework.models import AnswerDraft, SecondLook
from server_sync.contract.events import EventKind
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role, State
from server_sync.journal.models import FeedRow
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import act, answer, said
from tests.server.conftest import BODY, SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(office_a: Office):
    return routed(Counter(office_a).register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_vasil(vasil, browser_of):
    return browser_of(vasil)


def leave(browser, appeal, version: int = 0, **typed: object):
    return answer(browser, appeal, version, **{"outcome": "left:court", "ky": "Сот карап жатат", "ru": "", **typed})


def test_two_people_leave_it_and_the_ground_stands_in_the_notice(appeal, as_vera, as_vasil, vasil):
    leave(as_vera, appeal)
    waiting = as_vasil.get(f"/work/a/{appeal.number}").content.decode()
    assert "сот чечими даттанылып" in waiting
    assert act(as_vera, appeal, "approve", version=1).status_code == 409
    assert act(as_vasil, appeal, "approve", version=1).status_code == 302
    body, _header = said(appeal, EventKind.LEFT_WITHOUT_CONSIDERATION)
    assert body.ground == "court"
    assert body.notice.ky.startswith("Маселе сот")
    assert body.notice.ky.endswith("Сот карап жатат")
    assert body.notice.ru == ""
    appeal.refresh_from_db()
    assert appeal.state == State.LEFT_WITHOUT_CONSIDERATION
    assert SecondLook.objects.get().person == vasil
    assert FeedRow.objects.filter(event__kind=EventKind.LEFT_WITHOUT_CONSIDERATION, site=appeal.site).exists()
    assert not AnswerDraft.objects.exists()
    assert rebuild(keep=False).is_equal


def test_the_applicant_reads_why_and_what_can_be_done(appeal, as_vera, as_vasil):
    leave(as_vera, appeal)
    act(as_vasil, appeal, "approve", version=1)
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt))})
    page = browser.get(f"/a/{appeal.number}").content.decode()
    assert "Сот карап жатат" in page
    assert "Макул болбосоңуз" in page


def test_a_notice_is_needed_and_no_file_goes_with_it(appeal, as_vera):
    assert leave(as_vera, appeal, ky=" ").status_code == 409
    file = SimpleUploadedFile("а.txt", b"a")
    typed = {"answer-outcome": "left:court", "answer-ky": "Сот", "answer-version": 0, "answer-added": file}
    assert as_vera.post(f"/work/a/{appeal.number}/answer", {**typed, "ready": "1"}).status_code == 409
    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize("choice", ["left:nothing", "left:", "left:court'--", "9", "left:past"])
def test_what_is_no_ground_of_today_is_not_taken(appeal, as_vera, monkeypatch, choice):
    past = grounds.Ground(
        id="past",
        valid_from_on=date(2014, 1, 1),
        valid_until_on=date(2020, 1, 1),
        names=Names("а", "б", "c"),
        law="67/2007",
    )
    table = (*grounds._read(), past)
    monkeypatch.setattr(grounds, "_read", lambda: table)
    assert leave(as_vera, appeal, outcome=choice).status_code == 400
    assert not AnswerDraft.objects.exists()


def test_a_ground_that_ended_while_it_waited_sends_nothing(appeal, as_vera, as_vasil, monkeypatch):
    leave(as_vera, appeal)
    monkeypatch.setattr("server_sync.casework.acts.ground", lambda _name: None)
    assert act(as_vasil, appeal, "approve", version=1).status_code == 409
    assert not SecondLook.objects.exists()


def test_a_head_answers_and_leaves_nothing_unconsidered(appeal, centre, browser_of, as_vera):
    head = Person.objects.create_person("head", None, surname="Башчы", given_name="Аким")
    grant_role(head, Role.AKIM, from_on=SINCE, body=Body.objects.get(code=BODY))
    as_head = browser_of(head)
    assert leave(as_head, appeal).status_code == 409
    leave(as_vera, appeal)
    assert act(as_head, appeal, "approve", version=1).status_code == 302  # the second look is the head's too


def test_the_table_of_grounds_has_words_in_three_languages_and_days():
    table = grounds._read()
    assert len({one.id for one in table}) == len(table) > 0
    assert all(all(one.names) and one.law for one in table)
    assert grounds.grounds_on(date(2013, 12, 31)) == []
