"""Other bodies work on a request too: they see it and write their part; the body that answers reads it and decides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.casework import acts, co_executing
from server_sync.casework.models import CoTask, WorkingPaper
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Words
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role
from server_sync.journal.models import FeedRow
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import act, answer, said
from tests.server.conftest import BODY, SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

CO_BODY, OTHER = "PLENIPOT-PRES@KG-C", "PLENIPOT-PRES@KG-O"
TODAY = f"{timezone.localdate():%d.%m.%Y}"


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


def officer(login: str, body: str) -> Person:
    person = Person.objects.create_person(login, None, surname="Кошумча", given_name="Кызматкер")
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(code=body))
    return person


@pytest.fixture
def as_zarina(centre, browser_of):
    """An officer of the body that is asked to work on it too."""
    return browser_of(officer("zarina", CO_BODY))


@pytest.fixture
def as_oskon(centre, browser_of):
    """An officer of a third body."""
    return browser_of(officer("oskon", OTHER))


def add(browser, appeal, body: str = CO_BODY, **typed: str):
    fields = {"body": body, "due_on": TODAY, "asked": "Түтүктүн картасын бериңиз", "ky": "Чогуу карашат"}
    return act(browser, appeal, "co-add", **{**fields, **typed})


def page(browser, appeal) -> str:
    answered = browser.get(f"/work/a/{appeal.number}")
    return answered.content.decode() if answered.status_code == 200 else ""


def contribute(browser, appeal, version: int = 0, **typed: str):
    return act(
        browser, appeal, "contribute", **{"body": CO_BODY, "text": "Карта тиркелди", "version": version, **typed}
    )


def test_a_co_executor_sees_the_request_in_its_list_until_it_has_written_its_part(appeal, as_vera, as_zarina):
    assert not page(as_zarina, appeal)
    assert add(as_vera, appeal).status_code == 302
    listed = as_zarina.get("/work").content.decode()
    assert appeal.number in listed
    assert "кошо аткаруучу" in listed
    assert "Түтүктүн картасын бериңиз" in page(as_zarina, appeal)
    assert contribute(as_zarina, appeal, ready="1").status_code == 302
    assert appeal.number not in as_zarina.get("/work").content.decode()
    assert "Карта тиркелди" in page(as_vera, appeal)
    assert "1 ичинен 1 аткарды" in as_vera.get("/work").content.decode()


def test_that_a_body_works_on_it_is_an_event_that_the_office_hears_of_and_what_is_asked_is_not(appeal, as_vera):
    add(as_vera, appeal)
    body, _ = said(appeal, EventKind.CO_EXECUTOR_ADDED)
    assert (body.body_code, body.due_on, body.notice.ky) == (CO_BODY, timezone.localdate(), "Чогуу карашат")
    assert "картасын" not in str(body)
    assert FeedRow.objects.filter(site=appeal.site, event__kind=EventKind.CO_EXECUTOR_ADDED).exists()
    act(as_vera, appeal, "co-back", body=CO_BODY, ky="Керексиз")
    body, _ = said(appeal, EventKind.CO_EXECUTOR_REMOVED)
    assert body.body_code == CO_BODY
    assert FeedRow.objects.filter(site=appeal.site, event__kind=EventKind.CO_EXECUTOR_REMOVED).exists()
    appeal.refresh_from_db()
    assert appeal.co_bodies == []
    assert rebuild(keep=False).is_equal


def test_a_co_executor_reads_no_draft_and_answers_forwards_and_extends_nothing(appeal, as_vera, as_zarina):
    add(as_vera, appeal)
    answer(as_vera, appeal, ky="Жашыруун каралама")
    assert "Жашыруун каралама" not in page(as_zarina, appeal)
    tried: dict[str, dict[str, object]] = {
        "answer": {"outcome": 1, "ky": "Жооп", "version": 1},
        "approve": {"version": 1},
        "forward": {"body": "PM", "ky": "Аларга"},
        "return": {"ky": "Дарек"},
        "co-add": {"body": OTHER, "due_on": TODAY, "asked": "Бир", "ky": "Эки"},
        "co-back": {"body": CO_BODY},
    }
    for name, typed in tried.items():
        assert act(as_zarina, appeal, name, **typed).status_code in {403, 409}, name
    assert not said_any(appeal, EventKind.ANSWERED, EventKind.FORWARDED, EventKind.CO_EXECUTOR_REMOVED)


def said_any(appeal, *kinds: EventKind) -> bool:
    return bool(appeal.history.filter(kind__in=kinds).exists())


def test_a_body_that_was_not_asked_sees_and_writes_nothing(appeal, as_vera, as_oskon):
    add(as_vera, appeal)
    assert not page(as_oskon, appeal)
    assert contribute(as_oskon, appeal).status_code == 404
    kept = {"contribute-body": CO_BODY, "contribute-text": "Бөтөн", "contribute-version": 0}
    assert as_oskon.post(f"/work/a/{appeal.number}/keep/contribute", kept).status_code == 404
    assert not WorkingPaper.objects.exists()


def test_co_executors_do_not_read_each_others_parts_and_the_body_that_answers_writes_none(
    appeal, as_vera, as_zarina, as_oskon
):
    add(as_vera, appeal)
    add(as_vera, appeal, OTHER, asked="Башка суроо")
    contribute(as_zarina, appeal)
    text = page(as_oskon, appeal)
    assert "Башка суроо" in text
    assert "Карта тиркелди" not in text
    assert contribute(as_vera, appeal, 1).status_code == 409
    assert contribute(as_oskon, appeal, 1).status_code == 409


def test_a_co_executor_that_is_taken_back_sees_it_no_more_and_its_words_are_kept_until_it_is_let_in_again(
    appeal, as_vera, as_zarina
):
    add(as_vera, appeal)
    contribute(as_zarina, appeal)
    assert act(as_vera, appeal, "co-back", body=CO_BODY).status_code == 302
    assert not page(as_zarina, appeal)
    assert appeal.number not in as_zarina.get("/work").content.decode()
    assert contribute(as_zarina, appeal, 1).status_code == 404
    whole = page(as_vera, appeal)
    assert "Карта тиркелди" in whole
    assert 'name="co-back-body"' not in whole
    assert add(as_vera, appeal).status_code == 302
    whole = page(as_vera, appeal)
    assert "Карта тиркелди" in whole
    assert 'name="co-back-body"' in whole


def test_what_colleagues_let_another_body_into_meanwhile_is_not_sent_on_unseen(appeal, vera, as_vera, as_zarina):
    before = Appeal.objects.get(pk=appeal.pk)
    add(as_vera, appeal)
    with pytest.raises(Refused) as refused:
        acts.forward(Standing.of(vera), before, "CAB-CHAIR", Words("Аларга"))
    assert refused.value.code == "moved_on"
    appeal.refresh_from_db()
    assert (appeal.body_code, appeal.co_bodies) == (BODY, [CO_BODY])
    assert page(as_zarina, appeal)


def test_who_was_asked_for_much_is_shown_what_is_due_first_and_no_more_than_fits(appeal, counter, as_vera, as_zarina):
    later = routed(counter.register())
    add(as_vera, later, due_on=f"{timezone.localdate() + timedelta(days=1):%d.%m.%Y}")
    add(as_vera, appeal)
    with CaptureQueriesContext(connection) as asked:
        found = co_executing.waiting(Standing.of(Person.objects.get(login="zarina")), 1)
    assert [one.pk for one, _ in found] == [appeal.pk]
    assert all("LIMIT 1" in one["sql"] for one in asked if "casework_cotask" in one["sql"])
    act(as_vera, later, "co-back", body=CO_BODY)
    assert not CoTask.objects.filter(appeal=bytes(later.hash), done_at=None).exists()


def test_what_is_typed_is_kept_and_a_colleagues_text_is_not_written_over(appeal, as_vera, as_zarina):
    add(as_vera, appeal)
    typed = {"contribute-body": CO_BODY, "contribute-text": "Башталды", "contribute-version": 0}
    kept = as_zarina.post(f"/work/a/{appeal.number}/keep/contribute", typed).json()
    assert kept["version"] == 1
    assert "Башталды" in page(as_zarina, appeal)
    assert "refused" in as_zarina.post(f"/work/a/{appeal.number}/keep/contribute", typed).json()
    late = contribute(as_zarina, appeal, 0, text="Менин текстим", ready="1")
    assert late.status_code == 409
    assert "Менин текстим" in late.content.decode()
    assert WorkingPaper.objects.get().text == "Башталды"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"body": "AKIM@KG-C-ALA"}, "ушул органда"),
        ({"due_on": f"{timezone.localdate() - timedelta(days=1):%d.%m.%Y}"}, "өтүп кеткен"),
        ({"due_on": f"{timezone.localdate() + timedelta(days=90):%d.%m.%Y}"}, "жооптун мөөнөтү бүтөт"),
        ({"asked": ""}, "талаа"),
        ({"ky": ""}, "бирөөндө жазыңыз"),
    ],
)
def test_a_co_executor_is_added_with_a_day_that_fits_and_words_for_both(appeal, as_vera, typed, words):
    refused = add(as_vera, appeal, **typed)
    assert refused.status_code in {400, 409}
    assert words in refused.content.decode()
    assert not CoTask.objects.exists()


def test_the_same_body_is_not_added_twice(appeal, as_vera):
    add(as_vera, appeal)
    assert add(as_vera, appeal).status_code == 409


def test_a_late_part_is_said_in_the_list_of_who_waits_for_it(appeal, as_vera):
    add(as_vera, appeal)
    CoTask.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "кечигип жатат" in as_vera.get("/work").content.decode()


def test_co_executors_and_their_papers_stay_behind_when_it_is_forwarded(appeal, as_vera, as_zarina):
    add(as_vera, appeal)
    contribute(as_zarina, appeal)
    assert act(as_vera, appeal, "forward", body="PM", ky="Аларга").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.body_code, appeal.co_bodies) == ("CAB-CHAIR", [])
    assert not page(as_zarina, appeal)
    assert not CoTask.objects.exists()
    assert not WorkingPaper.objects.exists()
    assert rebuild(keep=False).is_equal


def test_an_erasure_takes_what_was_asked_and_contributed(
    appeal, as_vera, as_zarina, administrator, second_administrator
):
    add(as_vera, appeal)
    contribute(as_zarina, appeal)
    erase_request(bytes(appeal.hash), "чечим", administrator.id.bytes, second_administrator.id.bytes)
    assert not CoTask.objects.exists()
    assert not WorkingPaper.objects.exists()
