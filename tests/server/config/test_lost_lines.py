"""A file beside the database that lost or damaged a line keeps no centre from serving without a way on in words."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import transaction

from server_sync.appeals import erasing, erasure_notes
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.home import secret_key
from server_sync.config.management.commands.run import demand_as_new_as_noted
from server_sync.config.renewing import lost_from_the_notes, next_server_epoch, signs_of_a_restore
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.messages import RevokedInLogRow, RevokedRow, Standing
from server_sync.contract.signing import PrivateKey
from server_sync.evidence import high_water
from server_sync.evidence.keys import centre_keys, key_ring
from server_sync.evidence.log import current_log, stand_of_log
from server_sync.journal.directory import announce
from server_sync.portal.receipts import Finding, check
from server_sync.workplaces import epochs, given
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Body, Epoch, Revocation, Site
from tests.server.config.test_open_epoch import (
    FIRST,
    SECOND,
    ala,
    chuy,
    come_back,
    come_back_rows,
    deliver,
    enrolled_over_the_line,
    home,
    lost_after_the_backup,
    open_epoch,
    slot_of,
    withdraw,
)
from tests.server.conftest import OFFICE_A
from tests.server.exchange.offices import REQUEST, PlainOffice

__all__ = ["ala", "chuy", "home"]
THIRD = "kattar.test/log/3"
pytestmark = pytest.mark.django_db


def take_out(raw: bytes) -> None:
    """An operator takes a line out of the file, as he was told."""
    lines = given.noted_file().read_text().splitlines(keepends=True)
    given.noted_file().write_text("".join(line for line in lines if raw.hex() not in line))


def open_next() -> None:
    open_epoch(f"kattar.test/log/{next_server_epoch()}", restored=True)


def is_served() -> bool:
    try:
        demand_as_new_as_noted()
    except CommandError:
        return False
    return True


def test_a_withdrawal_whose_enrolment_is_in_no_line_is_said_and_keeps_nobody_from_serving(ala, nobody):
    deliver(ala)
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
        deliver(young)
        withdraw(young)
    take_out(young.certificate)
    assert not is_served()  # the log shows that the database is older
    assert "a line is lost" in open_epoch()
    assert is_served()
    (words,) = lost_from_the_notes()
    assert "(1)" in words
    assert not Revocation.objects.exists()


def test_a_whole_file_tells_of_no_loss(ala, nobody):
    deliver(ala)
    withdraw(ala)
    assert lost_from_the_notes() == []


def test_a_pc_of_a_site_that_the_backup_does_not_know_is_known_again(ala, nobody):
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody, "KG-C-SOK")
        deliver(young)
    Body.objects.filter(site="KG-C-SOK").delete()
    Site.objects.filter(pk="KG-C-SOK").delete()
    assert "SOK-A" in open_epoch()
    assert is_served()
    assert come_back(young).standing is Standing.GOOD


def test_a_pc_of_a_site_that_this_program_does_not_know_is_named_with_its_line(ala, nobody):
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody, "KG-C-SOK")
    Body.objects.filter(site="KG-C-SOK").delete()
    Site.objects.filter(pk="KG-C-SOK").update(number_code="XYZ")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("server_sync.config.renewing.load_reference", lambda: None)
        with pytest.raises(CommandError, match=r"Line \d+ of .* a PC of SOK"):
            open_epoch()
        assert current_log().origin == FIRST
        take_out(young.certificate)
        open_next()
    assert is_served()


def test_a_place_that_was_given_again_is_named_with_its_line_and_taking_it_out_leads_on(ala, nobody):
    deliver(ala)
    with lost_after_the_backup():
        lost = enrolled_over_the_line(nobody)
    line = next(one for one in given.noted_file().read_text().splitlines() if lost.certificate.hex() in one)
    take_out(lost.certificate)
    open_epoch(restored=True, skip_slots=0)
    assert slot_of(enrolled_over_the_line(nobody)) == slot_of(lost)
    with given.noted_file().open("a") as file:  # somebody finds the older copy
        file.write(f"{line}\n")
    assert not is_served()
    with pytest.raises(CommandError, match=rf"Line {given.line_of(lost.certificate)} of .* ALA-B"):
        open_epoch(THIRD)
    assert current_log().origin == SECOND
    take_out(lost.certificate)
    assert is_served()


def test_a_line_that_is_damaged_is_named_and_taking_it_out_leads_on(ala, nobody):
    deliver(ala)
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
        withdraw(young)
    damaged = bytearray(young.certificate)
    damaged[-1] ^= 1
    text = given.noted_file().read_text().replace(young.certificate.hex(), bytes(damaged).hex())
    given.noted_file().write_text(text)
    with pytest.raises(CommandError, match=rf"Line {given.line_of(bytes(damaged))} of .*take that line out"):
        open_epoch()
    take_out(bytes(damaged))
    open_next()
    assert is_served()


def enrolled_after(office: PlainOffice, server_epoch: int) -> Epoch:
    """The store of a PC is made anew: an epoch that goes on from the one before."""
    previous, key = Epoch.objects.get(pk=office.epoch), PrivateKey.generate()
    with transaction.atomic():
        epoch = epochs.open_epoch(previous.workplace, key.public, centre_keys().directory, server_epoch, previous)
    given.note_given()
    return epoch


def swap(raw: bytes, **changed: Any) -> bytes:
    """A line of the file is damaged; gives what stands there now."""
    damaged = replace(WorkplaceCertificate.from_bytes(raw), **changed).to_bytes()
    text = given.noted_file().read_text()
    assert raw.hex() in text
    given.noted_file().write_text(text.replace(raw.hex(), damaged.hex()))
    return damaged


@pytest.mark.parametrize(
    "damage", [{"server_epoch": 200}, {"server_epoch": 70_000}, {"server_epoch": 2**32}, {"slot": "ZZ"}]
)
def test_a_damaged_line_of_a_pc_that_is_known_changes_nothing(ala, nobody, damage):
    deliver(ala)
    with lost_after_the_backup():
        deliver(ala)
    swap(ala.certificate, **damage)
    assert next_server_epoch() == 2
    open_epoch()
    assert is_served()
    assert slot_of(enrolled_over_the_line(nobody)) == "F"


@pytest.mark.parametrize("server_epoch", [200, 70_000])
def test_a_damaged_line_of_a_pc_that_is_lost_is_named_before_anything_is_noted(ala, nobody, server_epoch):
    deliver(ala)
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
    damaged = swap(young.certificate, server_epoch=server_epoch)
    with pytest.raises(CommandError, match="was not signed by this centre"):
        open_epoch(f"kattar.test/log/{next_server_epoch()}")
    take_out(damaged)
    assert next_server_epoch() == 2
    open_epoch(restored=True)
    assert is_served()


def test_of_two_epochs_that_go_on_from_one_the_lost_one_is_known_again_by_itself(ala):
    deliver(ala)
    with lost_after_the_backup():
        first = enrolled_after(ala, 1)
    line = next(one for one in given.noted_file().read_text().splitlines() if bytes(first.certificate).hex() in one)
    take_out(bytes(first.certificate))
    open_epoch(restored=True)
    second = enrolled_after(ala, 2)
    with given.noted_file().open("a") as file:
        file.write(f"{line}\n")
    open_epoch(THIRD)
    assert Epoch.objects.get(pk=first.pk).previous is None
    assert Epoch.objects.get(pk=second.pk).previous_id == ala.epoch
    assert is_served()


@pytest.mark.parametrize(
    "said",
    [
        '{"server_epoch": 1e400, "size": 3}',
        '{"server_epoch": 99999999999999999999, "size": 1}',
        '{"server_ep',
        "\0" * 40,
    ],
)
def test_a_damaged_high_water_is_none(home, said):
    high_water.noted_file().write_text(said)
    assert high_water.noted() == high_water.HighWater()
    assert is_served()
    open_epoch(restored=True)


@pytest.mark.parametrize("line", ["skipped 99999999999999:4", "skipped 2:-9", "skipped 2:", "skipped x:y", "skipped"])
def test_a_damaged_line_of_skipped_places_counts_for_nothing(ala, nobody, line):
    given.noted_file().write_text(f"{given.noted_file().read_text()}{line}\n")
    assert given.noted().skipped == ()
    open_epoch(restored=True)
    assert slot_of(enrolled_over_the_line(nobody)) == "F"


def test_what_is_erased_after_a_line_that_a_power_cut_broke_off_stands_on_a_line_of_its_own(home):
    erasure_notes.noted_file().write_text(f"{bytes(32).hex()}\n{'ab' * 20}")
    erasing._finish(["01" * 32], [])
    assert erasure_notes.erased_here() == {bytes(32), b"\1" * 32}
    erasing._finish([f"{'02' * 32} {OFFICE_A}:{'00' * 32}"], [])
    assert erasure_notes.noted_erasures()[b"\2" * 32] == (OFFICE_A, bytes(32))
    assert erasure_notes.noted_file().read_text().count("\n") == 4


ONE, TWO = (f"{'0a' * 32} {OFFICE_A}:{'0b' * 32}", f"{'0c' * 32} {OFFICE_A}:{'0d' * 32}")


@pytest.mark.parametrize(
    "said",
    [
        ONE + TWO,
        f"{ONE}\r\n{TWO}\r\n",
        f"\N{ZERO WIDTH NO-BREAK SPACE}{ONE}\n{TWO}\n",
        f"\0\0\0{ONE}\n\0{TWO}\n",
        f"{ONE.upper()}\n{TWO.upper()}\n",
        f" {ONE} \n\t{TWO}\n{ONE[:40]}\n{TWO[:100]}\n",
        f"{TWO[:70]}\n{TWO}{ONE}",
    ],
)
def test_what_a_copy_left_between_the_lines_of_erasures_loses_none(home, said):
    erasure_notes.noted_file().write_text(said, encoding="utf-8")
    assert erasure_notes.noted_erasures() == {
        b"\x0a" * 32: (OFFICE_A, b"\x0b" * 32),
        b"\x0c" * 32: (OFFICE_A, b"\x0d" * 32),
    }
    assert erasure_notes.unreadable_lines() == ()


@pytest.mark.parametrize("damaged", ["g" + ONE[1:], ONE[:30], "?" * 64, ONE[:64] + "g" + TWO[1:]])
def test_a_line_of_erasures_that_cannot_be_read_is_said_and_stops_a_new_epoch(ala, damaged):
    deliver(ala)
    with lost_after_the_backup():
        deliver(ala)
    erasure_notes.noted_file().write_text(f"{TWO}\n{damaged}\n")
    assert erasure_notes.unreadable_lines() == (2,)
    assert "line 2" in lost_from_the_notes()[0]
    with pytest.raises(CommandError, match=r"Line 2 of .*erased cannot be read"):
        open_epoch()
    erasure_notes.noted_file().write_text(f"{TWO}\n")
    open_epoch()
    assert is_served()
    assert lost_from_the_notes() == []


def test_a_secret_of_which_nothing_is_left_is_drawn_anew(monkeypatch, tmp_path):
    monkeypatch.setenv("LIAISON_HOME", str(tmp_path))
    for left in (b"", b"\0" * 86, b"\n", b"abc" + b"\0" * 83, b"\xff\xfe" * 43):
        (tmp_path / "secret_key").write_bytes(left)
        assert len(secret_key()) > 50
    assert secret_key() == secret_key()


# Several withdrawals of one epoch


def withdrawn_after(office: PlainOffice, last_good_seq: int) -> None:
    epoch, directory = Epoch.objects.get(pk=office.epoch), centre_keys().directory
    revoke_epoch(epoch, last_good_seq, directory, by=None, reason="уурдалган", announce=announce, log=stand_of_log)


def told(office: PlainOffice, kind: type[RevokedRow] | type[RevokedInLogRow]) -> list[Statement]:
    rows = [row.entry() for row in come_back_rows(office)]
    return [Statement.from_bytes(row.revocation) for row in rows if isinstance(row, kind)]


@pytest.mark.parametrize("order", [(5, 3), (3, 5)])
def test_of_several_noted_withdrawals_the_strictest_holds_everywhere(ala, chuy, nobody, order):
    deliver(ala, 5)
    for last_good_seq in order:
        with lost_after_the_backup():
            withdrawn_after(ala, last_good_seq)
    assert [one.last_good_seq for one in given.noted().revocations if one.log_origin] == list(order)
    open_epoch()
    assert Revocation.objects.get().last_good_seq == 3
    assert {one.last_good_seq for one in told(chuy, RevokedRow)} == {3}
    assert {(one.log_origin, one.last_good_seq, one.log_size) for one in told(chuy, RevokedInLogRow)} == {
        (FIRST, 3, 5),
        (SECOND, 3, 5),
    }
    (said,) = nobody.get("/log/keys").json()["revocations"]
    assert len(said["in_logs"]) == 2
    found = [check(ala.paper(event).rpartition("/Q/")[2]).finding for event in ala.events]
    assert found == [Finding.IN_LOG] * 3 + [Finding.KEY_WITHDRAWN] * 2
    assert is_served()
    assert rebuild(keep=False).is_equal


def test_of_several_sizes_of_one_log_the_least_holds(ala, chuy):
    deliver(ala, 2)
    with lost_after_the_backup():
        deliver(chuy, 3)
        withdrawn_after(ala, 2)
    with lost_after_the_backup():
        withdrawn_after(ala, 2)
    assert [one.log_size for one in given.noted().revocations if one.log_origin] == [5, 2]
    open_epoch()
    assert {(one.origin, one.size) for one in Revocation.objects.get().in_logs.all()} == {(FIRST, 2), (SECOND, 2)}


def test_a_stricter_withdrawal_that_is_found_later_holds_from_the_next_epoch_on(ala, chuy, nobody):
    """Its lines were appended to the file in use, as the operator's page says."""
    deliver(ala, 4)
    with lost_after_the_backup():
        withdrawn_after(ala, 2)
    found, lines = given.noted(), given.noted_file().read_text()
    given.noted_file().unlink()
    open_epoch(restored=True)
    withdrawn_after(ala, 4)
    assert check(ala.paper(ala.events[3]).rpartition("/Q/")[2]).finding is Finding.IN_LOG
    with given.noted_file().open("a") as file:
        file.write(lines)
    assert found.revocations
    assert signs_of_a_restore() == ["the database does not know how early a PC was withdrawn"]
    open_epoch(THIRD)
    assert Revocation.objects.get().last_good_seq == 2
    assert check(ala.paper(ala.events[3]).rpartition("/Q/")[2]).finding is Finding.KEY_WITHDRAWN
    assert key_ring().is_revoked(ala.epoch, 3)
    assert is_served()


def test_what_came_into_the_register_before_a_withdrawal_was_known_there_stays(ala, chuy):
    deliver(ala, 2)
    with lost_after_the_backup():
        withdrawn_after(ala, 2)
    lines = given.noted_file().read_text()
    given.noted_file().unlink()
    open_epoch(restored=True)
    deliver(ala, 2)  # nobody here knows that it was withdrawn
    assert Appeal.objects.count() == 4
    with given.noted_file().open("a") as file:
        file.write(lines)
    assert "ALA-A" in open_epoch(THIRD)
    assert rebuild(keep=False).is_equal
    assert Appeal.objects.count() == 4
    late = ala.write(REQUEST)
    ala.post(ala.request())
    assert not Appeal.objects.filter(hash=late.hash).exists()
    assert rebuild(keep=False).is_equal
