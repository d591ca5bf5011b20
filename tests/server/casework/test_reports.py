"""Whose exact figures an officer may see."""

import pytest

from server_sync.appeals.figures import Of, Sort
from server_sync.casework.report_views import open_reports
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Body, Person, Site
from server_sync.workplaces.people import grant_role
from tests.server.conftest import BODY, SINCE, Centre

pytestmark = pytest.mark.django_db


def test_an_officer_of_a_body_at_one_office_sees_no_exact_figures_of_the_body_everywhere(centre: Centre) -> None:
    person = Person.objects.create_person("asel", None, surname="Бекова", given_name="Асель")
    body, site = Body.objects.get(pk=BODY), Site.objects.get(pk="KG-C-ALA")
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=body, site=site)
    assert list(open_reports(Standing.of(person))) == []
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=body)
    assert list(open_reports(Standing.of(person))) == [Of(Sort.BODY, BODY)]
