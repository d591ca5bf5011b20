"""Roles hold for a territory and a span of dates, and nobody may do what is not theirs."""

from datetime import date, timedelta

import pytest

from server_sync.common.refusals import Refused
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Body, Person, RoleGrant, Site
from server_sync.workplaces.people import (
    bodies_of,
    end_role,
    grant_role,
    has_role,
    local_today,
    may,
    roles_of,
)

ALA, CHUY, AKIM = "KG-C-ALA", "KG-C", "AKIM@KG-C-ALA"
NO_BODY = None


def test_a_clerk_registers_for_the_own_site_only(alim):
    assert may(alim, EventKind.APPEAL_REGISTERED, site_code=ALA, body_code=NO_BODY)
    assert not may(alim, EventKind.APPEAL_REGISTERED, site_code=CHUY, body_code=NO_BODY)


def test_a_province_does_not_see_its_districts(bela):
    assert not may(bela, EventKind.APPEAL_CORRECTED, site_code=ALA, body_code=NO_BODY)


def test_a_case_officer_answers_for_the_own_body_only(vera):
    assert may(vera, EventKind.ANSWERED, site_code=ALA, body_code=AKIM)
    assert not may(vera, EventKind.ANSWERED, site_code=ALA, body_code="MIN-HEALTH")
    assert not may(vera, EventKind.ANSWERED, site_code=ALA, body_code=NO_BODY)


def test_only_the_registrar_routes(registrar, alim, vera, nur, editor, administrator):
    assert may(registrar, EventKind.ROUTED, site_code=ALA, body_code=NO_BODY)
    for other in (alim, vera, nur, editor, administrator):
        assert not may(other, EventKind.ROUTED, site_code=ALA, body_code=NO_BODY), other.login


def test_only_the_editor_publishes(registrar, alim, vera, nur, editor, administrator):
    assert may(editor, EventKind.SUMMARY_PUBLISHED, site_code=ALA, body_code=AKIM)
    for other in (alim, vera, nur, registrar, administrator):
        assert not may(other, EventKind.SUMMARY_PUBLISHED, site_code=ALA, body_code=AKIM), other.login


def test_a_role_holds_from_its_first_to_its_last_day(alim):
    grant = roles_of(alim)[0]
    RoleGrant.objects.filter(pk=grant.pk).update(from_on=date(2026, 3, 1), until_on=date(2026, 3, 31))
    held = [
        day for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)) if roles_of(alim, day)
    ]
    assert held == [date(2026, 3, 1), date(2026, 3, 31)]


def test_an_ended_role_stays_as_history(alim):
    grant = roles_of(alim)[0]
    end_role(grant, local_today() - timedelta(days=1))
    assert roles_of(alim) == ()
    assert alim.grants.count() == 1
    with pytest.raises(Refused) as refused:
        end_role(grant, local_today())
    assert refused.value.code == "role_ended"


def test_a_person_who_left_has_no_roles(alim):
    Person.objects.filter(pk=alim.pk).update(is_active=False)
    assert roles_of(alim) == ()
    assert not has_role(alim, Role.CLERK)


def test_bodies_are_those_a_person_acts_for(vera, alim):
    assert [body.code for body in bodies_of(vera)] == [AKIM]
    assert bodies_of(alim) == ()


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.CASE_OFFICER, "role_needs_body"), (Role.AKIM, "role_needs_body"), (Role.CLERK, "role_needs_site")],
)
def test_a_role_without_its_place_is_refused(alim, role, code):
    with pytest.raises(Refused) as refused:
        grant_role(alim, role, from_on=local_today())
    assert refused.value.code == code


def test_a_role_cannot_end_before_it_begins(alim):
    with pytest.raises(Refused) as refused:
        grant_role(
            alim,
            Role.CLERK,
            site=Site.objects.get(pk=CHUY),
            from_on=local_today(),
            until_on=local_today() - timedelta(days=1),
        )
    assert refused.value.code == "role_ends_before_it_begins"


def test_a_substitute_holds_the_role_for_a_span(alim):
    body = Body.objects.get(pk=AKIM)
    grant_role(
        alim, Role.AKIM, body=body, from_on=local_today(), until_on=local_today() + timedelta(days=14), acting=True
    )
    assert may(alim, EventKind.ANSWERED, site_code=ALA, body_code=AKIM)
    assert not may(alim, EventKind.ANSWERED, site_code=ALA, body_code=AKIM, on=local_today() + timedelta(days=15))


def test_a_login_is_given_once_whatever_its_case(alim):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_person(" ALIM", "x", surname="А", given_name="А")
