"""Notes and a checklist are the body's own: kept while typed, shown to nobody else, gone with the request."""

import pytest
from django.test import Client

from server_sync.appeals.erasing import erase_request
from server_sync.casework import co_executing, papers
from server_sync.casework.models import CheckItem, WorkingPaper
from server_sync.contract.bodies import Words
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import act
from tests.server.conftest import SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

CO_BODY = "PLENIPOT-PRES@KG-C"
NOTE, LINE = "Түтүк жөнүндө өзүбүзгө", "Инженерге чалуу"


@pytest.fixture
def appeal(office_a: Office):
    return routed(Counter(office_a).register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_vasil(vasil, browser_of):
    return browser_of(vasil)


@pytest.fixture
def written(appeal, as_vera):
    assert act(as_vera, appeal, "note", text=NOTE, version=0).status_code == 302
    assert act(as_vera, appeal, "check-add", words=LINE).status_code == 302
    return appeal


def page(browser, appeal) -> str:
    text: str = browser.get(f"/work/a/{appeal.number}").content.decode()
    return text


def test_colleagues_read_and_go_on_and_no_event_says_it(written, as_vasil):
    text = page(as_vasil, written)
    assert NOTE in text
    assert LINE in text
    assert act(as_vasil, written, "note", text=f"{NOTE} дагы", version=1).status_code == 302
    item = CheckItem.objects.get()
    assert act(as_vasil, written, "check", item=item.id, to="done").status_code == 302
    assert CheckItem.objects.filter(done_by__login="vasil").exists()
    assert act(as_vasil, written, "check", item=item.id, to="open").status_code == 302
    assert CheckItem.objects.get().done_at is None
    assert act(as_vasil, written, "check", item=item.id, to="gone").status_code == 302
    assert not CheckItem.objects.exists()
    assert not any(NOTE.encode() in bytes(event.body or b"") for event in Event.custody.all())


def test_what_a_colleague_wrote_meanwhile_is_not_written_over_and_what_was_typed_comes_back(written, as_vasil):
    late = act(as_vasil, written, "note", text="Башка сөз", version=0)
    assert late.status_code == 409
    assert "Башка сөз" in late.content.decode()
    assert WorkingPaper.objects.get().text == NOTE


def test_notes_are_kept_while_they_are_typed(appeal, as_vera):
    typed = {"note-text": "Башталды", "note-version": 0}
    assert as_vera.post(f"/work/a/{appeal.number}/keep/note", typed).json()["version"] == 1
    assert "refused" in as_vera.post(f"/work/a/{appeal.number}/keep/note", typed).json()
    assert as_vera.post(f"/work/a/{appeal.number}/keep/nothing", typed).status_code == 404


def test_neither_co_executors_nor_editors_nor_the_applicant_read_them(written, vera, editor, centre, browser_of):
    person = Person.objects.create_person("zarina", None, surname="Кошумча", given_name="Зарина")
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(code=CO_BODY))
    co_executing.add(Standing.of(vera), written, CO_BODY, None, "Карта", Words("Чогуу"))
    applicant = Client()
    applicant.post(f"/a/{written.number}", {"code": short_code(bytes(written.event.salt))})
    shown = [page(browser_of(person), written), page(browser_of(editor), written)]
    shown.append(applicant.get(f"/a/{written.number}").content.decode())
    assert all(written.number in text and NOTE not in text and LINE not in text for text in shown)
    tried: dict[str, dict[str, object]] = {
        "note": {"text": "Бөтөн", "version": 1},
        "check-add": {"words": "Бөтөн"},
        "check": {"item": str(CheckItem.objects.get().id), "to": "gone"},
    }
    for name, typed in tried.items():
        assert act(browser_of(person), written, name, **typed).status_code == 409
    assert (WorkingPaper.objects.get().text, CheckItem.objects.get().words) == (NOTE, LINE)


def test_they_stay_behind_when_it_is_forwarded(written, as_vera):
    act(as_vera, written, "forward", body="CAB-CHAIR", ky="Аларга")
    assert not WorkingPaper.objects.exists()
    assert not CheckItem.objects.exists()


def test_they_go_with_the_request_that_is_erased(written, vera, administrator, second_administrator):
    erase_request(bytes(written.hash), "чечим", administrator.id.bytes, second_administrator.id.bytes)
    assert not WorkingPaper.objects.exists()
    assert not CheckItem.objects.exists()


def test_a_checklist_is_bounded_and_a_line_that_is_gone_is_said_to_be(written, as_vera, monkeypatch):
    monkeypatch.setattr(papers, "ITEMS_MOST", 1)
    assert act(as_vera, written, "check-add", words="Дагы").status_code == 409
    item = CheckItem.objects.get()
    act(as_vera, written, "check", item=item.id, to="gone")
    assert act(as_vera, written, "check", item=item.id, to="done").status_code == 409
    assert act(as_vera, written, "check", item="x", to="done").status_code == 400
    assert act(as_vera, written, "check-add", words="x" * 301).status_code == 400
