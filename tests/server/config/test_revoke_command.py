"""A stolen PC is withdrawn by the number it writes on its receipts."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from server_sync.contract.messages import RowKind
from server_sync.evidence.keys import key_ring
from server_sync.evidence.log import stand_of_log
from server_sync.journal.models import CommonRow
from server_sync.workplaces.models import Revocation


def revoke(**options: str | int) -> str:
    out = io.StringIO()
    call_command("revoke_workplace", stdout=out, **options)
    return out.getvalue()


def test_a_pc_is_withdrawn_and_all_offices_are_told(office_a):
    known = set(CommonRow.objects.values_list("pk", flat=True))
    assert "ALA-A" in revoke(slot="ala-a", reason="stolen")
    ring, stand = key_ring(), stand_of_log()
    assert ring.is_revoked(office_a.epoch.id, 1)
    assert ring.came_too_late(office_a.epoch.id, stand.origin, stand.size)
    told = CommonRow.objects.exclude(pk__in=known).order_by("number").values_list("row_kind", flat=True)
    assert [kind for kind in told if kind != RowKind.KEY] == [RowKind.REVOKED, RowKind.REVOKED_IN_LOG]


@pytest.mark.parametrize("slot", ["ALA-Z", "nonsense", "", "WEB-A"])
def test_an_unknown_pc_is_told_in_words(office_a, slot):
    with pytest.raises(CommandError, match="No PC"):
        revoke(slot=slot, reason="x")
    assert not Revocation.objects.exists()


def test_it_says_when_there_is_nothing_to_withdraw_or_too_much_is_called_good(office_a):
    with pytest.raises(CommandError, match="up to 0"):
        revoke(slot="ALA-A", reason="x", last_good=5)
    revoke(slot="ALA-A", reason="x")
    with pytest.raises(CommandError, match="before"):
        revoke(slot="ALA-A", reason="x")
