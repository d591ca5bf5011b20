"""The register is what the events say, after everything that can happen."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase, erase_request
from server_sync.appeals.models import Answer, Appeal, Attachment, HistoryEntry, Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import Address, AppealCorrected, AppealSupplemented, Applicant, Routed
from server_sync.contract.messages import Status
from server_sync.journal.models import FeedRow, Fork, Reading
from tests.server.appeals.lives import live_a_whole_life, live_among_others, withdraw_pc
from tests.server.conftest import BODY
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


@pytest.mark.parametrize("fault", ["subject", "category"])
def test_a_request_stays_when_the_correction_that_brought_it_in_is_erased(
    ala, registrar, administrator, second_administrator, fault
):
    wrong = replace(REQUEST, subject="") if fault == "subject" else replace(REQUEST, categories=("99.99",))
    request = ala.write(wrong)
    right = AppealCorrected("ката", subject="Тема", categories=("11.04",), replaces=request.hash)
    first = ala.write(right, appeal=request.hash)
    then = ala.write(AppealCorrected("дареги", address=Address("KG-C-ALA", "Жаңы", "5")), appeal=request.hash)
    ala.exchange()
    perform(request.hash, Routed(BODY), person=registrar.id.bytes)
    erase(first.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    appeal = Appeal.objects.get()
    assert (appeal.state, appeal.street) == ("with_body", "5")
    assert Reading.objects.get(event__hash=then.hash).status == Status.REGISTERED
    assert rebuild(keep=False).is_equal
    later = ala.write(AppealCorrected("дареги", address=Address("KG-C-ALA", "Жаңы", "6")), appeal=request.hash)
    ala.exchange()
    assert Reading.objects.get(event__hash=later.hash).status == Status.REGISTERED
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("refused", ["correction", "supplement"])
def test_what_was_refused_for_its_words_stays_refused_when_those_of_its_request_are_gone(
    ala, administrator, second_administrator, refused
):
    request = ala.write(replace(REQUEST, is_collective=True, signatories=("Бек",) * 1500, signatories_count=1500))
    said = AppealCorrected("ката", applicant=Applicant("", ""), address=Address("KG-C-ALA", "Сөз", "Көчө 5"))
    ala.write(said if refused == "correction" else AppealSupplemented(signatories=("Гүл",) * 800), appeal=request.hash)
    ala.exchange()
    assert Reading.objects.filter(status=Status.QUARANTINED).count() == 1
    erase(request.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert rebuild(keep=True).is_equal
    assert Reading.objects.filter(status=Status.QUARANTINED).count() == 1
