"""A centre that was restored from a backup goes on without contradicting what it had said."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from server_sync.appeals import erasing, erasure_notes
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import (
    erase_request,
    forget_words,
    replay_erasures,
)
from server_sync.appeals.erasure_notes import noted_file
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.home import holding
from server_sync.config.management.commands.run import demand_as_new_as_noted
from server_sync.config.preparation import prepare_centre
from server_sync.config.renewing import next_server_epoch
from server_sync.config.serving import SERVING
from server_sync.contract import codec, enrolment, frames
from server_sync.contract.bodies import AppealCorrected, Erased, Routed, Words
from server_sync.contract.events import NO_PERSON, EventKind, read_event, read_header
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import commitment
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.receipt import Receipt, qr_text, sign_receipt
from server_sync.contract.messages import (
    CalendarDay,
    EnrolReply,
    EnrolRequest,
    EventRow,
    ExchangeReply,
    RawRow,
    RevokedInLogRow,
    RevokedRow,
    Sealed,
    SentErased,
    Standing,
    Status,
    WorkplaceRow,
)
from server_sync.contract.moments import claimed_ms
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import PrivateKey
from server_sync.evidence import high_water
from server_sync.evidence.centre import keep_address
from server_sync.evidence.keys import centre_keys, key_ring, keys_folder
from server_sync.evidence.log import current_log, find_leaf, newest_checkpoint, stand_of_log
from server_sync.journal.directory import announce, publish_missing
from server_sync.journal.models import Event, Reading
from server_sync.letters.models import Letter
from server_sync.letters.queue import post
from server_sync.letters.wanted import MailServer, Tls
from server_sync.portal.models import Account, Passkey
from server_sync.portal.receipts import Finding, check
from server_sync.programs import keys
from server_sync.programs.models import ProgramKey, Stage
from server_sync.workplaces import given
from server_sync.workplaces.decrees import calendar_now
from server_sync.workplaces.enrolment import make_enrolment_code
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Revocation, RevocationInLog, Site
from server_sync.workplaces.people import local_today
from tests.server.conftest import OFFICE_A
from tests.server.exchange.conftest import as_seen_from_the_wire, clerk_of
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.portal.writers import signed_in_as

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_receipt.py"
FIRST, SECOND = "kattar.test/log/1", "kattar.test/log/2"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(centre: Any, settings: Any, tmp_path: Path) -> Path:
    """This centre's folder, to be changed by this test alone."""
    folder = tmp_path / "home"
    shutil.copytree(keys_folder(), folder / "keys")
    settings.LIAISON_HOME = folder
    keep_address(folder / "keys", settings.LIAISON_PUBLIC_URL)
    with transaction.atomic():
        publish_missing()
    return folder


@pytest.fixture
def ala(home: Path, office_a: Any) -> PlainOffice:
    given.note_given()
    return as_seen_from_the_wire(office_a)


@pytest.fixture
def chuy(home: Path, office_b: Any) -> PlainOffice:
    given.note_given()
    return as_seen_from_the_wire(office_b)


@contextmanager
def lost_after_the_backup() -> Iterator[None]:
    """What is written to the database inside is gone afterwards; what lies beside it stays, as after a restore."""
    backup = transaction.savepoint()
    yield
    high_water.note_reached()
    transaction.savepoint_rollback(backup)


def open_epoch(origin: str = SECOND, **more: Any) -> str:
    told = StringIO()
    call_command("open_epoch", confirm=origin, stdout=told, **more)
    return told.getvalue()


def enrol(client: Client, code: enrolment.EnrolmentCode, key: PrivateKey) -> tuple[int, bytes]:
    asked = codec.encode(to_plain(EnrolRequest(key.public.raw, "Терезе 2", bytes(16))))
    sealed = Sealed(asked, enrolment.seal_request(code.mac_key, asked), code.id)
    answer = client.post("/sync/v1/enrol", frames.pack(sealed), content_type=frames.MEDIA_TYPE)
    return answer.status_code, answer.content


def enrolled_over_the_line(client: Client, site_code: str = OFFICE_A, *, is_wall: bool = False) -> PlainOffice:
    """A PC that a code makes a workplace, as the address answers it."""
    key = PrivateKey.generate()
    site = Site.objects.get(pk=site_code)
    status, content = enrol(client, make_enrolment_code(site, is_wall=is_wall), key)
    assert status == 200
    reply = from_plain(EnrolReply, codec.decode(frames.unpack(Sealed, content).message, 100_000))
    certificate = WorkplaceCertificate.from_bytes(reply.certificate)
    return PlainOffice(certificate.epoch, key, reply.certificate, person=clerk_of(site).id.bytes)


def slot_of(office: PlainOffice) -> str:
    return WorkplaceCertificate.from_bytes(office.certificate).slot


def deliver(office: PlainOffice, times: int = 1) -> None:
    for _ in range(times):
        office.write(REQUEST)
    office.exchange()


def come_back(office: PlainOffice) -> ExchangeReply:
    """What an office does that held more than the centre knows now: it sends again from where the centre wants."""
    refusal = office.refused()
    assert refusal.code == "gap"
    assert refusal.params is not None
    office.sent = int(refusal.params["expects_seq"]) - 1
    status, raw = office.post(office.request())
    assert status == 200
    reply = frames.unpack(ExchangeReply, raw)
    assert reply.server_epoch > office.server_epoch
    office.take(reply)
    return reply


def receipt_of(office: PlainOffice, place: int) -> str:
    event = office.events[place]
    appeal = Appeal.objects.get(hash=event.hash)
    time_ms = claimed_ms(read_header(event.header).wall_ms, appeal.registered_on)
    return qr_text(sign_receipt(office.key, Receipt(appeal.number, place + 1, time_ms, event.hash)), "https://k.test")


def verdict(client: Client, folder: Path, receipt: str, event_hash: bytes, *, by_kept_proof: bool = False) -> str:
    """What the script for third parties says of a receipt by the portal's answers, or by a proof that was kept."""
    (folder / "keys.json").write_bytes(client.get("/log/keys").content)
    proof = folder / f"{event_hash.hex()}.json"
    if not by_kept_proof:
        proof.write_bytes(client.get(f"/log/proof/inclusion?hash={event_hash.hex()}").content)
    words = [f"--keys={folder / 'keys.json'}", f"--proof={proof}"]
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, *words, receipt], capture_output=True, text=True, check=False, timeout=60
    )
    return next(line for line in done.stdout.splitlines() if line.startswith("verdict: "))


def test_everything_comes_again_once_and_under_another_log(ala, chuy, nobody, tmp_path):
    deliver(ala)
    deliver(chuy)
    with lost_after_the_backup():
        deliver(ala, 3)
        young = enrolled_over_the_line(nobody)
        deliver(young, 2)
        receipts = [(receipt_of(ala, 3), ala.events[3].hash), (receipt_of(young, 1), young.events[1].hash)]
        assert [verdict(nobody, tmp_path, *one) for one in receipts] == ["verdict: in_log"] * 2
    assert Appeal.objects.count() == 2
    told = open_epoch()
    assert "ALA-B" in told
    assert current_log().origin == SECOND
    for office in (ala, young):
        come_back(office)
    assert chuy.exchange().standing is Standing.GOOD
    assert Appeal.objects.count() == 7
    assert Event.custody.count() == len(set(Event.custody.values_list("hash", flat=True)))
    assert rebuild(keep=False).is_equal
    for receipt, event_hash in receipts:
        assert FIRST in (tmp_path / f"{event_hash.hex()}.json").read_text()
        assert verdict(nobody, tmp_path, receipt, event_hash, by_kept_proof=True) == "verdict: in_log"
        assert verdict(nobody, tmp_path, receipt, event_hash) == "verdict: in_log"
        checked = check(receipt.rpartition("/Q/")[2])
        assert checked.finding is Finding.IN_LOG
        assert checked.in_log is not None
        assert checked.in_log.checkpoint.origin == SECOND


def test_the_log_that_ended_is_never_signed_again_and_the_next_begins_with_its_leaves(ala, nobody):
    deliver(ala, 2)
    kept = newest_checkpoint()
    with lost_after_the_backup():
        deliver(ala, 2)
    open_epoch()
    come_back(ala)
    deliver(ala)
    assert nobody.get(f"/log/checkpoint?origin={FIRST}").content.decode() == kept.text
    fresh = newest_checkpoint()
    assert open_checkpoint(fresh.text, centre_keys().log.public, SECOND).size == fresh.size
    proof = nobody.get(f"/log/proof/consistency?origin={SECOND}&from={kept.size}").json()
    assert proof["to"] == fresh.size


def test_a_wall_s_pc_that_was_enrolled_after_the_backup_is_known_again_as_one(ala, nobody):
    with lost_after_the_backup():
        wall = enrolled_over_the_line(nobody, is_wall=True)
        pc = enrolled_over_the_line(nobody)
    open_epoch()
    kinds = {bytes(one.pk): one.workplace.is_wall for one in Epoch.objects.select_related("workplace")}
    assert (kinds[wall.epoch], kinds[pc.epoch]) == (True, False)
    deliver(ala, 1)
    wall.exchange()
    assert not [row for row in wall.feed if isinstance(row, EventRow)]


def test_where_the_file_does_not_tell_any_more_which_pc_is_a_wall_s_those_it_alone_knows_are_told_less(ala, nobody):
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody, is_wall=True)
    file = given.noted_file()
    file.write_text(file.read_text("ascii").replace("\nwall ", "\nwall z", 1), "ascii")
    open_epoch()
    kinds = {bytes(one.pk): one.workplace.is_wall for one in Epoch.objects.select_related("workplace")}
    assert kinds[young.epoch]
    assert not kinds[ala.epoch]


def test_an_office_that_lost_nothing_reads_its_feed_anew_and_gets_the_checkpoint_of_the_new_log(ala):
    deliver(ala, 2)
    ala.checkpoint_size = newest_checkpoint().size
    rows, size = list(ala.feed), current_log().size
    with lost_after_the_backup():
        pass
    open_epoch(restored=True)
    status, raw = ala.post(ala.request())
    assert status == 200
    reply = frames.unpack(ExchangeReply, raw)
    assert reply.server_epoch == 2
    assert reply.checkpoint.splitlines()[0] == SECOND
    ala.take(reply)
    assert ala.feed == rows
    assert current_log().size == size


def test_letters_that_waited_in_the_backup_are_not_sent_again(ala, settings):
    settings.LIAISON_MAIL = MailServer("127.0.0.1", 1, "kattar@example.org", Tls.OFF)
    post("gulnara@example.org", "Код", "123456", useful_for=timedelta(days=3))
    open_epoch(restored=True)
    assert not Letter.objects.exists()


def test_what_was_signed_out_taken_out_or_revoked_after_the_backup_opens_nothing(ala, administrator):
    browser = signed_in_as("gulnara@example.org")
    account, now = Account.objects.get(), timezone.now()
    Passkey.objects.create(id=bytes(32), account=account, data=b"", made_at=now, challenged_at=now)
    secret = f"{keys.MARK}stolen"
    about = {"name": "Шаар", "about": "Мэрия", "scopes": ["vouch:person"], "until_on": local_today()}
    ProgramKey.objects.create(stage=Stage.GIVEN, hash=keys._hash(secret), proposed_by=administrator, **about)
    assert keys.known(secret) is not None
    with lost_after_the_backup():
        ProgramKey.objects.update(stage=Stage.REVOKED)
        browser.post("/my/sign-out")
        account.passkeys.all().delete()
    assert "Шаар" in open_epoch(restored=True)
    assert keys.known(secret) is None
    assert browser.get("/my").status_code == 302
    assert not Passkey.objects.exists()
    assert Account.objects.exists()


def test_a_slot_is_never_given_twice(ala, nobody):
    assert slot_of(ala) == "A"
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
        assert slot_of(young) == "B"
    open_epoch()
    assert (
        slot_of(enrolled_over_the_line(nobody)) == "G"
    )  # B is known, and four may have been given of which no note is
    assert slot_of(enrolled_over_the_line(nobody)) == "H"
    assert slot_of(enrolled_over_the_line(nobody, "KG-C-SOK")) == "E"


def test_without_the_newest_notes_as_many_slots_are_left_out_as_may_have_been_given(ala, nobody, home):
    notes = given.noted_file().read_bytes()
    with lost_after_the_backup():
        lost = [enrolled_over_the_line(nobody) for _ in range(6)][-1]
    given.noted_file().write_bytes(notes)
    open_epoch(skip_slots=9, restored=True)
    assert slot_of(enrolled_over_the_line(nobody)) > slot_of(lost)
    assert slot_of(enrolled_over_the_line(nobody)) == "M"
    assert lost.refused().code == "epoch_unknown"


def test_a_pc_that_was_withdrawn_after_the_backup_is_so_again(ala, nobody):
    deliver(ala)
    with lost_after_the_backup():
        deliver(ala)
        epoch = Epoch.objects.get(pk=ala.epoch)
        revoke_epoch(
            epoch, 1, centre_keys().directory, by=None, reason="уурдалган", announce=announce, log=stand_of_log
        )
    assert "ALA-A" in open_epoch()
    assert Revocation.objects.get(pk=ala.epoch).last_good_seq == 1
    reply = come_back(ala)
    assert reply.standing is Standing.REVOKED
    assert reply.results[-1].status is Status.AFTER_REVOCATION
    rows = [row.entry() for row in reply.common.rows]
    assert [row for row in rows if isinstance(row, RevokedRow)]


def withdraw(office: PlainOffice) -> Revocation:
    epoch, directory = Epoch.objects.get(pk=office.epoch), centre_keys().directory
    return revoke_epoch(epoch, None, directory, by=None, reason="уурдалган", announce=announce, log=stand_of_log)


def test_a_pc_withdrawn_after_the_backup_is_believed_in_the_next_log_as_far_as_the_backup_goes(ala, nobody, tmp_path):
    deliver(ala)
    thief = ala.clone()
    with lost_after_the_backup():
        deliver(ala, 3)
        assert withdraw(ala).log_size == 4
        papers = [(ala.paper(event), event.hash) for event in ala.events]
        assert [verdict(nobody, tmp_path, *one) for one in papers] == ["verdict: in_log"] * 4
    open_epoch()
    assert [(one.origin, one.size) for one in RevocationInLog.objects.all()] == [(FIRST, 4), (SECOND, 1)]
    late = thief.write(REQUEST, random=55)
    thief.post(thief.request())
    assert find_leaf(late.hash).index < 4
    assert verdict(nobody, tmp_path, thief.paper(late), late.hash) == "verdict: key_withdrawn"
    assert check(thief.paper(late).rpartition("/Q/")[2]).finding is Finding.KEY_WITHDRAWN
    kept = [verdict(nobody, tmp_path, *one, by_kept_proof=True) for one in papers]
    assert kept == ["verdict: in_log"] * 4  # by the older log, in which they came before the withdrawal
    assert verdict(nobody, tmp_path, *papers[0]) == "verdict: in_log"
    ala.sent = 1
    ala.post(ala.request())
    assert verdict(nobody, tmp_path, *papers[1]) == "verdict: key_withdrawn"  # nobody knows by now when it came
    rows = [row.entry() for row in come_back_rows(ala)]
    assert len([row for row in rows if isinstance(row, RevokedInLogRow)]) == 2


def come_back_rows(office: PlainOffice) -> tuple[RawRow, ...]:
    """The common feed from its beginning."""
    status, raw = office.post(office.request(common_read=0, events=()))
    assert status == 200
    return frames.unpack(ExchangeReply, raw).common.rows


def test_a_withdrawal_that_the_backup_has_holds_in_the_next_log_too(ala, nobody, tmp_path):
    thief = ala.clone()
    deliver(ala, 2)
    withdraw(ala)
    late = thief.write(REQUEST, random=55)
    thief.post(thief.request())
    papers = {ala.paper(ala.events[1]): ala.events[1].hash, thief.paper(late): late.hash}
    before = [verdict(nobody, tmp_path, *one) for one in papers.items()]
    open_epoch(restored=True)
    assert [(one.origin, one.size) for one in RevocationInLog.objects.all()] == [(FIRST, 2), (SECOND, 2)]
    kept = [verdict(nobody, tmp_path, *one, by_kept_proof=True) for one in papers.items()]
    fresh = [verdict(nobody, tmp_path, *one) for one in papers.items()]
    assert before == kept == fresh == ["verdict: in_log", "verdict: key_withdrawn"]


def test_of_a_withdrawal_of_which_half_the_note_is_left_every_program_is_told(ala, nobody):
    deliver(ala)
    with lost_after_the_backup():
        plain = bytes(withdraw(ala).statement).hex()
    lines = given.noted_file().read_text().splitlines(keepends=True)
    given.noted_file().write_text("".join(line for line in lines if plain not in line))
    assert "ALA-A" in open_epoch()
    told = Statement.from_bytes(bytes(Revocation.objects.get().statement))
    assert (told.epoch, told.last_good_seq, told.log_origin) == (ala.epoch, 1, None)
    assert key_ring().is_revoked(ala.epoch, 2)


def test_all_offices_are_told_again_who_was_enrolled(ala, chuy, nobody):
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
    open_epoch()
    rows = [row.entry() for row in chuy.exchange().common.rows]
    certificates = [row.certificate for row in rows if isinstance(row, WorkplaceRow)]
    assert young.certificate in certificates
    assert len(certificates) == len(set(certificates)) == 5  # the centre's own two, both offices and the young one


def test_the_operator_is_told_which_decreed_days_stand_and_offices_which_the_backup_has(ala, chuy, administrator):
    ahead = (local_today() + timedelta(days=days) for days in range(30, 60))
    kept, lost = [day for day in ahead if calendar_now().is_working(day)][:2]
    reason = {"ky": "Токтом", "ru": "Распоряжение", "en": "Decree"}
    call_command("decree_days", off=[str(kept)], by="administrator", **reason)
    with lost_after_the_backup():
        call_command("decree_days", off=[str(lost)], by="administrator", **reason)
    told = open_epoch(restored=True)
    assert f"  {kept} " in told
    assert str(lost) not in told
    assert "write it down again by decree_days before the centre is served" in told
    days = [row.entry() for row in chuy.exchange().common.rows]
    assert [entry.day for entry in days if isinstance(entry, CalendarDay)] == [kept]


def test_the_centre_writes_on_in_a_chain_of_its_own(ala, home):
    deliver(ala)
    appeal = Appeal.objects.get()
    old = centre_keys().centre.public
    route = Routed("AKIM@KG-C-ALA", "by hand", Words(ky="себеп"))
    with lost_after_the_backup():
        lost = perform(bytes(appeal.hash), route)
    open_epoch()
    assert centre_keys().centre.public != old
    assert (home / "keys" / "put-away" / f"centre-{old.key_id.hex()}.key").exists()
    written = perform(bytes(appeal.hash), route)
    assert written.epoch.previous is not None
    assert (written.epoch_id, written.seq) != (lost.epoch_id, lost.seq)
    assert written.epoch.slot > written.epoch.previous.slot


def test_a_code_that_may_have_been_used_since_the_backup_is_void(ala, nobody):
    code = make_enrolment_code(Site.objects.get(pk=OFFICE_A))
    with lost_after_the_backup():
        assert enrol(nobody, code, PrivateKey.generate())[0] == 200
    open_epoch()
    status, _ = enrol(nobody, code, PrivateKey.generate())
    assert status == 409


def test_an_event_that_was_erased_since_the_backup_comes_without_its_words_and_the_chain_goes_on(
    ala, home, administrator, second_administrator
):
    with lost_after_the_backup():
        deliver(ala, 3)
        gone = ala.events[1]
        erase_request(gone.hash, "сот", administrator.id.bytes, second_administrator.id.bytes)
        erased = Event.custody.get(hash=gone.hash)
        left = SentErased(gone.header, erased.body_hash, erased.said)
    noted_file().write_text(f"{gone.hash.hex()}\n")  # as the erasure's transaction does when it is over
    open_epoch()
    ala.sent = 0
    asked = ala.request()
    whole = (asked.events[0], asked.events[2])
    assert ala.refused(events=whole, erased=(replace(left, commitment=bytes(32)),)).code == "not_erased"
    status, raw = ala.post(replace(asked, events=whole, erased=(left,)))
    assert status == 200
    reply = frames.unpack(ExchangeReply, raw)
    assert [(run.count, run.status) for run in reply.results] == [(3, Status.REGISTERED)]
    assert Appeal.objects.get(is_erased=True).hash == gone.hash
    assert Appeal.objects.count() == 3
    assert rebuild(keep=False).is_equal


def test_the_operator_is_told_in_words_how_many_erasures_offices_are_told_again(
    ala, administrator, second_administrator, capfd
):
    with lost_after_the_backup():
        gone = ala.write(REQUEST)
        ala.exchange()
        erase_request(gone.hash, "сот", administrator.id.bytes, second_administrator.id.bytes)
    noted_file().write_text(f"{gone.hash.hex()} KG-C-ALA:{gone.hash.hex()}\n")
    assert "Erasures that offices are told again: 1\n" in open_epoch()
    assert '"event"' not in "".join(capfd.readouterr())


def test_what_nobody_erased_is_not_taken_without_its_words(ala):
    event = ala.write(REQUEST)
    left = SentErased(event.header, commitment(event.salt, event.body), b"")
    assert ala.refused(events=(), erased=(left,)).code == "not_erased"
    assert not Event.custody.exists()


def test_run_does_not_serve_a_database_that_is_older_than_what_lies_beside_it(ala):
    deliver(ala)
    demand_as_new_as_noted()
    with lost_after_the_backup():
        deliver(ala)
    with pytest.raises(CommandError, match="open_epoch"):
        demand_as_new_as_noted()
    open_epoch()
    demand_as_new_as_noted()


def test_what_is_noted_counts_when_the_database_knows_of_no_epoch_any_more(ala, home):
    high_water.noted_file().write_text('{"server_epoch": 4, "size": 9}')
    with pytest.raises(CommandError, match="9 leaves in server epoch 4"):
        demand_as_new_as_noted()
    assert next_server_epoch() == 5


def test_the_worker_notes_how_far_the_log_has_come(ala):
    deliver(ala, 3)
    assert high_water.noted() < high_water.reached()
    call_command("work", once=True)
    assert high_water.noted() == high_water.reached()


def test_an_enrolment_is_noted_before_it_is_answered_also_when_the_answer_is_asked_for_again(nobody, home):
    code, key = make_enrolment_code(Site.objects.get(pk=OFFICE_A)), PrivateKey.generate()
    assert enrol(nobody, code, key)[0] == 200
    given.noted_file().write_text("")  # a stop came between the transaction and the note
    assert enrol(nobody, code, key)[0] == 200
    assert key.public.raw in {one.public_key for one in given.noted().workplaces}


def test_a_line_that_a_power_cut_broke_off_is_passed_over_and_written_again(nobody, home):
    enrolled_over_the_line(nobody)
    whole = given.noted()
    given.noted_file().write_text(given.noted_file().read_text()[:-41])
    assert len(given.noted().workplaces) == len(whole.workplaces) - 1
    given.note_given()
    assert {one.epoch for one in given.noted().workplaces} == {one.epoch for one in whole.workplaces}


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, "Nothing beside the database shows"),
        ({"restored": True, "confirm": FIRST}, "Nothing was changed"),
        ({"restored": True, "confirm": None}, "no terminal"),
        ({"restored": True, "skip_slots": -1}, "--skip-slots"),
    ],
)
def test_it_is_not_opened_unless_it_must_be_and_is_asked_for_in_words(ala, how, words, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match=words):
        call_command("open_epoch", **({"confirm": SECOND, "stdout": StringIO()} | how))
    assert current_log().origin == FIRST


def test_it_is_not_opened_while_the_centre_is_served(ala, home):
    with holding(home / SERVING) as held:
        assert held is not None
        with pytest.raises(CommandError, match="being served"):
            open_epoch(restored=True)
    assert current_log().origin == FIRST


def test_a_second_restore_of_the_same_backup_opens_another_epoch_still(ala):
    deliver(ala)
    with lost_after_the_backup():
        deliver(ala)
        high_water.note_reached()
    with lost_after_the_backup():
        open_epoch()
    assert current_log().origin == FIRST
    open_epoch("kattar.test/log/3")
    assert current_log().server_epoch == 3


def test_a_note_that_this_centre_did_not_sign_stops_it(ala, nobody):
    with lost_after_the_backup():
        young = enrolled_over_the_line(nobody)
    forged = bytearray(young.certificate)
    forged[-1] ^= 1
    text = given.noted_file().read_text().replace(young.certificate.hex(), bytes(forged).hex())
    given.noted_file().write_text(text)
    with pytest.raises(CommandError, match="not signed by this centre"):
        open_epoch()


CANARY = "Карлыгач"


def lost_with_an_erasure(ala: PlainOffice, administrator: Any, second_administrator: Any) -> Any:
    """The centre lost a request and its erasure; that it was erased is noted beside the database."""
    with lost_after_the_backup():
        gone = ala.write(replace(REQUEST, subject=CANARY, text=CANARY))
        ala.exchange()
        erase_request(gone.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    noted_file().write_text(f"{gone.hash.hex()}\n")
    open_epoch()
    return gone


def holds_no_word(event: Any, mate: PlainOffice) -> bool:
    held, appeal = Event.custody.get(hash=event.hash), Appeal.objects.get(hash=event.hash)
    _status, raw = mate.post(mate.request())
    kept = [bytes(held.body or b""), held.said, frames.expand(raw)]
    return appeal.is_erased and appeal.subject == appeal.text == "" and not any(CANARY.encode() in one for one in kept)


def test_what_was_erased_and_comes_whole_from_an_office_that_did_not_hear_of_it_comes_without_words(
    ala, enrolled, administrator, second_administrator
):
    mate = as_seen_from_the_wire(enrolled("KG-C-ALA"))
    given.note_given()
    ala.write(REQUEST)
    ala.exchange()
    gone = lost_with_an_erasure(ala, administrator, second_administrator)
    come_back(ala)
    assert holds_no_word(gone, mate)
    assert rebuild(keep=False).is_equal
    demand_as_new_as_noted()  # and the next start serves


def test_words_in_the_remains_of_an_erased_event_go_no_further(ala, enrolled, administrator, second_administrator):
    mate = as_seen_from_the_wire(enrolled("KG-C-ALA"))
    given.note_given()
    gone = lost_with_an_erasure(ala, administrator, second_administrator)
    ala.sent = 0
    said = codec.encode(to_plain(replace(REQUEST, subject=CANARY, text=CANARY)))
    left = SentErased(gone.header, commitment(gone.salt, gone.body), said)
    status, _raw = ala.post(replace(ala.request(), events=(), erased=(left,)))
    assert status == 200
    assert holds_no_word(gone, mate)
    assert rebuild(keep=False).is_equal


def told_to_erase(office: PlainOffice) -> list[bytes]:
    """The events that an office's feed tells it to erase."""
    acts = [read_event(row.event()) for row in office.feed if isinstance(row, EventRow) and row.body]
    return [act.body.event for act in acts if isinstance(act.body, Erased)]


def test_an_office_that_did_not_hear_of_an_erasure_is_told_of_it_when_it_brings_the_words_again(
    ala, enrolled, administrator, second_administrator
):
    mate = as_seen_from_the_wire(enrolled("KG-C-ALA"))
    given.note_given()
    ala.write(REQUEST)
    ala.exchange()
    gone = lost_with_an_erasure(ala, administrator, second_administrator)
    ala.feed.clear()
    come_back(ala)
    assert told_to_erase(ala) == [gone.hash]  # in the same answer
    mate.exchange()
    assert told_to_erase(mate) == [gone.hash]
    ala.write(REQUEST)
    ala.exchange()
    assert told_to_erase(ala) == [gone.hash]  # once
    act = Event.accepted.get(kind=EventKind.ERASED)
    assert read_header(bytes(act.header)).person == NO_PERSON  # who decided it is lost with the database
    assert rebuild(keep=False).is_equal


def test_a_colleague_that_kept_the_words_is_told_when_the_author_sends_what_is_left(
    ala, enrolled, administrator, second_administrator
):
    mate = as_seen_from_the_wire(enrolled("KG-C-ALA"))
    given.note_given()
    gone = lost_with_an_erasure(ala, administrator, second_administrator)
    ala.sent = 0
    left = SentErased(gone.header, commitment(gone.salt, gone.body), b"")
    status, _raw = ala.post(replace(ala.request(), events=(), erased=(left,)))
    assert status == 200
    mate.exchange()
    assert told_to_erase(mate) == [gone.hash]


def test_a_colleague_that_kept_the_words_is_told_although_the_author_never_comes_again(
    ala, enrolled, administrator, second_administrator
):
    mate = as_seen_from_the_wire(enrolled("KG-C-ALA"))
    given.note_given()
    with lost_after_the_backup():
        gone = ala.write(replace(REQUEST, subject=CANARY, text=CANARY))
        ala.exchange()
        erase_request(gone.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
        noted_file().write_text(f"{erasing.line_of(Event.custody.get(hash=gone.hash))}\n")
    open_epoch()
    mate.exchange()
    assert told_to_erase(mate) == [gone.hash]
    come_back(ala)  # after all
    assert holds_no_word(gone, mate)
    assert Event.accepted.filter(kind=EventKind.ERASED).count() == 1
    assert rebuild(keep=False).is_equal


def test_an_erasure_is_noted_with_its_place_also_where_a_program_of_before_noted_the_hash_alone(
    ala, administrator, second_administrator
):
    gone = ala.write(replace(REQUEST, subject=CANARY, text=CANARY))
    ala.exchange()
    erase_request(gone.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    noted_file().write_text(f"{gone.hash.hex()}\n")
    replay_erasures()
    assert erasure_notes.noted_erasures() == {gone.hash: (OFFICE_A, gone.hash)}
    replay_erasures()
    assert noted_file().read_text().count("\n") == 2


def test_offices_are_told_of_an_erasure_whose_words_the_backup_has(ala, administrator, second_administrator):
    gone = ala.write(replace(REQUEST, subject=CANARY, text=CANARY))
    deliver(ala)
    with lost_after_the_backup():
        erase_request(gone.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    noted_file().write_text(f"{gone.hash.hex()}\n")
    open_epoch()
    ala.feed.clear()
    status, raw = ala.post(ala.request())
    assert status == 200
    ala.take(frames.unpack(ExchangeReply, raw))
    assert told_to_erase(ala) == [gone.hash]
    assert Appeal.objects.get(hash=gone.hash).subject == ""
    assert rebuild(keep=False).is_equal


def test_a_start_says_what_a_stop_left_unsaid_and_says_nothing_twice(ala, administrator, second_administrator):
    gone = ala.write(replace(REQUEST, subject=CANARY, text=CANARY))
    deliver(ala)
    forget_words_alone(gone.hash)
    noted_file().write_text(f"{gone.hash.hex()}\n{bytes(32).hex()}\n")
    prepare_centre()
    ala.exchange()
    assert told_to_erase(ala) == [gone.hash]
    prepare_centre()
    assert Event.accepted.filter(kind=EventKind.ERASED).count() == 1
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("has_place", [True, False])
def test_words_that_were_held_because_of_an_erasure_are_held_again_after_a_restore(
    ala, administrator, second_administrator, has_place
):
    with lost_after_the_backup():
        gone = ala.write(REQUEST)
        ala.exchange()
        erase_request(gone.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
        line = erasing.line_of(Event.custody.get(hash=gone.hash))
        late = ala.write(AppealCorrected("ката", subject=CANARY), appeal=gone.hash)
        ala.exchange()
        assert Reading.objects.get(event__hash=late.hash).code == "request_erased"
    noted_file().write_text(f"{line if has_place else gone.hash.hex()}\n")
    open_epoch()
    come_back(ala)
    assert Reading.objects.get(event__hash=late.hash).code == "request_erased"
    assert Appeal.objects.get(hash=gone.hash).subject == ""
    assert rebuild(keep=False).is_equal


def forget_words_alone(event_hash: bytes) -> None:
    """What a stop leaves between the erasing of a restored centre and the act that tells of it."""
    with transaction.atomic():
        forget_words([Event.custody.get(hash=event_hash)])


def test_an_erasure_that_is_told_anew_stands_in_the_list_without_names(
    ala, browser_of, administrator, second_administrator
):
    gone = lost_with_an_erasure(ala, administrator, second_administrator)
    ala.sent = 0
    ala.post(ala.request())
    page = browser_of(administrator).get("/erasures?language=en")
    assert page.status_code == 200
    assert "Said again after a restore" in page.content.decode()
    assert Appeal.objects.get(hash=gone.hash).is_erased
