"""The register is what the events say, after everything that can happen."""

import pytest
from django.core.management import CommandError, call_command

from server_sync.appeals.erasing import erase, erase_request
from server_sync.appeals.models import Answer, Appeal, Attachment, HistoryEntry, Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import AppealSupplemented
from server_sync.contract.messages import Status
from server_sync.journal.models import FeedRow, Fork, Reading
from tests.server.appeals.lives import live_a_whole_life, live_among_others, withdraw_pc
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db


def test_a_rich_history_is_made_again_the_same(
    ala, chuy, plain, enrolled, staff, administrator, second_administrator, capsys
):
    first = live_a_whole_life(ala, staff)
    live_among_others(ala, chuy, staff, first)
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erased = live_a_whole_life(ala, staff, "канарейка")
    erase_request(erased.hash, "сот чечими", **both)
    other = plain(enrolled("KG-C-ALA"))
    kept = other.write(REQUEST)
    half = other.write(AppealSupplemented("сөздөр"), appeal=kept.hash)
    other.exchange()
    erase(half.hash, "сот чечими", **both)
    withdraw_pc(other)
    other.write(REQUEST)
    other.exchange()
    route_new()
    assert {Status(one) for one in Reading.objects.values_list("status", flat=True)} == {
        Status.REGISTERED,
        Status.WAITING,
        Status.QUARANTINED,
        Status.AFTER_REVOCATION,
    }
    assert Reading.objects.filter(code="replaced").count() == 1
    assert Link.objects.count() == 3
    assert Fork.objects.count() == 1
    assert [answer.is_erased for answer in Answer.objects.order_by("pk")] == [False, False, True, True]
    assert HistoryEntry.objects.filter(is_out_of_turn=True).exists()
    assert Attachment.objects.filter(is_lost=True).exists()
    rows = FeedRow.objects.count()
    call_command("rebuild_projections", "--compare")
    assert "is what the events say" in capsys.readouterr().out
    call_command("rebuild_projections", "--keep")
    call_command("rebuild_projections", "--compare")
    assert FeedRow.objects.count() == rows


def test_a_changed_row_is_found_and_put_right(ala, staff):
    live_a_whole_life(ala, staff)
    Appeal.objects.update(surname="Башка")
    with pytest.raises(CommandError, match="differs"):
        call_command("rebuild_projections", "--compare")
    assert Appeal.objects.get().surname == "Башка"
    assert not rebuild(keep=True).is_equal
    assert rebuild(keep=False).is_equal
    assert Appeal.objects.get().surname == "Асанова"
