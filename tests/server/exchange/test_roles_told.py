"""The offices where a person signed in hear of it when that person's roles change, and no other office does."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from server_sync.contract.messages import RawRow, RoleScope, RolesRow, RowKind
from server_sync.contract.workflow import Role
from server_sync.journal.models import FeedRow
from server_sync.workplaces.models import Epoch, Familiar
from server_sync.workplaces.people import local_today
from tests.server.conftest import OFFICE_A, SINCE

pytestmark = pytest.mark.django_db


def told(site_code: str) -> list[RolesRow]:
    rows = FeedRow.objects.filter(site=site_code, row_kind=RowKind.ROLES).order_by("number")
    entries = [RawRow(row.row_kind, bytes(row.raw)).entry() for row in rows]
    return [entry for entry in entries if isinstance(entry, RolesRow)]


def signed_in_at(person, office) -> None:
    Familiar.objects.create(person=person, workplace_id=Epoch.objects.get(pk=office.epoch).workplace_id)


def test_an_ended_role_comes_down_to_the_offices_where_its_person_signed_in(ala, chuy, alim):
    signed_in_at(alim, ala)
    call_command("end_role", login="alim")
    yesterday = local_today() - timedelta(days=1)
    assert told(OFFICE_A) == [RolesRow(alim.id.bytes, ())]
    ala.exchange()
    chuy.exchange()
    assert [row for row in ala.feed if isinstance(row, RolesRow)] == [RolesRow(alim.id.bytes, ())]
    assert not [row for row in chuy.feed if isinstance(row, RolesRow)]
    call_command("grant_role", login="alim", role=Role.CLERK, site=OFFICE_A, until_on=local_today().isoformat())
    scope = RoleScope(Role.CLERK, OFFICE_A, from_on=local_today(), until_on=local_today())
    assert told(OFFICE_A)[1:] == [RolesRow(alim.id.bytes, (scope,))]
    assert yesterday >= SINCE


def test_a_role_that_ends_later_is_told_with_its_last_day(ala, alim):
    signed_in_at(alim, ala)
    last = local_today() + timedelta(days=30)
    call_command("end_role", login="alim", last_day=last.isoformat())
    assert [[role.until_on for role in row.roles] for row in told(OFFICE_A)] == [[last]]


def test_where_nobody_signed_in_or_nothing_changed_nothing_is_told(ala, chuy, alim, bela):
    signed_in_at(bela, ala)
    call_command("end_role", login="alim")
    call_command("grant_role", login="bela", role=Role.CLERK, site=OFFICE_A)
    assert [row.person for row in told(OFFICE_A)] == [bela.id.bytes]
    assert [role.role for role in told(OFFICE_A)[0].roles] == [Role.CLERK]
    assert not FeedRow.objects.filter(row_kind=RowKind.ROLES).exclude(site=OFFICE_A).exists()


def test_a_person_who_may_no_longer_sign_in_has_no_roles_anywhere(ala, alim):
    signed_in_at(alim, ala)
    alim.is_active = False
    alim.save(update_fields=["is_active"])
    call_command("grant_role", login="alim", role=Role.CLERK, site=OFFICE_A)
    assert told(OFFICE_A) == [RolesRow(alim.id.bytes, ())]
