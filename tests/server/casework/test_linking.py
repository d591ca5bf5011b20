"""Two requests about one matter are noted by whoever may open them, and stand at both."""

import pytest

from server_sync.appeals.models import Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import act, said
from tests.server.conftest import SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register(subject="Суу жок"))


@pytest.fixture
def other(counter):
    return routed(counter.register(subject="Түтүк жарылган"))


@pytest.fixture
def elsewhere(counter):
    """One that is with another body."""
    return routed(counter.register(subject="Бөтөн сөз", addressee_code="PLENIPOT", addressee_site="KG-C"))


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_registrar(registrar, browser_of):
    return browser_of(registrar)


def page(browser, appeal) -> str:
    text: str = browser.get(f"/work/a/{appeal.number}").content.decode()
    return text


def test_a_link_stands_at_both_and_its_office_hears_of_it(appeal, other, as_vera):
    typed = other.number.lower().replace("-", " ")
    assert act(as_vera, appeal, "link", number=typed, ky="Бир түтүк").status_code == 302
    body, _ = said(appeal, EventKind.LINKED)
    assert (body.other, body.reason.ky) == (bytes(other.hash), "Бир түтүк")
    assert f"/work/a/{other.number}" in page(as_vera, appeal).split('id="links"')[1]
    assert f"/work/a/{appeal.number}" in page(as_vera, other).split('id="links"')[1]
    assert rebuild(keep=False).is_equal


def test_the_same_two_are_noted_once_and_none_with_itself(appeal, other, as_vera):
    assert act(as_vera, appeal, "link", number=appeal.number, ky="Өзү").status_code == 409
    act(as_vera, appeal, "link", number=other.number, ky="Бир")
    assert act(as_vera, appeal, "link", number=other.number, ky="Бир").status_code == 409
    assert act(as_vera, other, "link", number=appeal.number, ky="Бир").status_code == 409
    assert Link.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "жок", "ALA-26-A-00001-0000", "x" * 61, "%00", "<b>", "' OR 1=1"])
def test_what_is_no_number_is_refused_in_words(appeal, as_vera, typed):
    assert act(as_vera, appeal, "link", number=typed, ky="Бир").status_code in {400, 409}
    assert not Link.objects.exists()


def test_an_officer_learns_nothing_of_a_request_of_another_body(appeal, elsewhere, as_vera):
    there = act(as_vera, appeal, "link", number=elsewhere.number, ky="Бир")
    none = act(as_vera, appeal, "link", number="ALA-26-A-00077-0000", ky="Бир")
    assert there.status_code == none.status_code == 409
    assert "Бөтөн сөз" not in there.content.decode()
    assert not Link.objects.exists()


def test_a_registrar_links_over_bodies_and_each_body_opens_its_own(
    appeal, elsewhere, counter, as_registrar, as_vera, browser_of
):
    unrouted = counter.register(subject="Кайрылуу")
    assert act(as_registrar, unrouted, "merge", number=elsewhere.number, ky="Чогуу").status_code == 302
    assert act(as_registrar, unrouted, "link", number=appeal.number, ky="Бир").status_code == 302
    text = page(as_registrar, unrouted)
    assert "Бөтөн сөз" in text  # registrars read numbers and subjects
    assert f'href="/work/a/{elsewhere.number}"' not in text
    shown = page(as_vera, appeal).split('id="links"')[1]
    assert unrouted.number.split("-")[-2] in shown
    assert "Кайрылуу" not in shown.split("</ul>")[0]
    person = Person.objects.create_person("gulya", None, surname="Ынтымакова", given_name="Гүл")
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(code=elsewhere.body_code))
    assert "ушуну менен чогуу" in page(browser_of(person), elsewhere)
    assert rebuild(keep=False).is_equal


def test_an_officer_merges_nothing(appeal, other, as_vera):
    assert act(as_vera, appeal, "merge", number=other.number, ky="Чогуу").status_code == 403
