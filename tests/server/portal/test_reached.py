"""A request of the portal is reached by roles of the place where it belongs, as an office's is by that office's."""

import pytest

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import covers, requests_of
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Person, Site
from server_sync.workplaces.people import grant_role
from tests.server.conftest import SINCE, Centre, Office
from tests.server.counter import Counter
from tests.server.portal.writers import MAIL, OFFICIAL, Citizen

pytestmark = pytest.mark.django_db

NATIONAL = "CAB-CHAIR"


@pytest.fixture(autouse=True)
def _mail(settings, centre: Centre) -> None:
    settings.LIAISON_MAIL = MAIL


def standing(site: str) -> Standing:
    """A registrar of one site and of what lies in it."""
    person = Person.objects.create_person(f"registrar-{site.lower()}", None, surname="Рахимова", given_name="Роза")
    grant_role(person, Role.REGISTRAR, from_on=SINCE, site=Site.objects.get(pk=site) if site else None)
    return Standing.of(person)


def submitted(territory: str = "", **changes: str) -> Appeal:
    """What a citizen of a place writes."""
    citizen = Citizen()
    citizen.writer = {**citizen.writer, "territory": territory}
    return citizen.submit(**changes)


@pytest.mark.parametrize(
    ("written", "reached_by"),
    [
        ({**OFFICIAL}, {"KG-C-ALA", "KG-C", ""}),
        ({"addressee": NATIONAL, "territory": "KG-C-ALA"}, {"KG-C-ALA", "KG-C", ""}),
        ({"addressee": NATIONAL, "territory": "KG-O"}, {"KG-O", ""}),
        ({"addressee": NATIONAL, "territory": ""}, {""}),
    ],
)
def test_it_is_reached_where_its_addressee_is_else_where_its_citizen_lives(written, reached_by):
    appeal = submitted(**written)
    for site in ("KG-C-ALA", "KG-C", "KG-O", ""):
        reach = standing(site).reach(Role.REGISTRAR)
        is_reached = covers(reach, appeal)
        assert is_reached == (site in reached_by), site
        assert Appeal.objects.filter(requests_of(reach)).exists() == is_reached, site


def test_a_registrar_of_a_province_finds_a_request_of_the_portal_that_no_rule_could_send(browser_of):
    appeal = submitted(addressee=NATIONAL, territory="KG-C-ALA", category="09.01")
    Appeal.objects.filter(pk=appeal.pk).update(state="registered", body_code="")
    near, far = (browser_of(standing(site).person) for site in ("KG-C", "KG-O"))
    assert appeal.number in near.get("/work/route").content.decode()
    assert near.get(f"/work/a/{appeal.number}").status_code == 200
    assert appeal.number not in far.get("/work/route").content.decode()
    assert far.get(f"/work/a/{appeal.number}").status_code == 404


def test_what_an_office_registered_is_reached_by_that_office_alone(office_a: Office):
    appeal = Counter(office_a).register()
    told = {site: covers(standing(site).reach(Role.REGISTRAR), appeal) for site in ("KG-C-ALA", "KG-C", "KG-O")}
    assert told == {"KG-C-ALA": True, "KG-C": True, "KG-O": False}
