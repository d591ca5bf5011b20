"""What an update of the program makes understandable is read in the update's place, and stays there for good."""

import tracemalloc
from dataclasses import replace

import pytest
from django.core.management import call_command

from server_sync.appeals import understanding
from server_sync.appeals.acts import perform
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve
from server_sync.contract import bodies, codec
from server_sync.contract.bodies import AppealCorrected, AppealSupplemented, Hole, Routed, SessionOpened, Words
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.events import read_header
from server_sync.contract.messages import Confirmed, Status
from server_sync.contract.shapes import to_plain
from server_sync.journal.models import Event, FeedRow, Reading
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, TODAY
from tests.server.journal.test_any_batches import STRANGER
from tests.server.oversight.conftest import noor

__all__ = ["noor"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch, tmp_path):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")


def update(monkeypatch) -> None:
    """Start a program that understands bodies of version 2."""
    for module in ("server_sync.appeals.actions", "server_sync.appeals.registering", "server_sync.contract.events"):
        monkeypatch.setattr(f"{module}.BODY_VERSION", 2)
    understanding.interpret_waiting()


def read() -> list[tuple[int, Status, str]]:
    """How each event of the offices was read, in order of custody."""
    readings = Reading.objects.exclude(event__epoch__site="CENTRE").order_by("event__leaf")
    return [(one.event.seq, Status(one.status), one.code) for one in readings.select_related("event")]


def test_an_event_of_the_future_is_read_after_the_update(ala, monkeypatch):
    made = ala.write(SessionOpened(role="clerk", program="1.0"))
    header = read_header(made.header)
    newer = codec.encode({**to_plain(header), 15: 2})
    ala.events[0] = EventBytes(newer, made.salt, made.body)
    assert [(run.status, run.code) for run in ala.exchange().results] == [(Status.STORED, "kind_unknown")]
    understanding.interpret_waiting()
    assert Reading.objects.get().status == Status.STORED
    update(monkeypatch)
    assert Reading.objects.get().status == Status.REGISTERED


def test_words_understood_late_are_the_newest_for_everybody(ala, monkeypatch):
    request = ala.write(REQUEST)
    late = ala.write(AppealCorrected("ката", subject="Биринчи"), appeal=request.hash, body_version=2)
    ala.write(AppealCorrected("ката", subject="Экинчи"), appeal=request.hash)
    ala.exchange()
    assert Appeal.objects.get().subject == "Экинчи"
    update(monkeypatch)
    ala.exchange()
    assert ala.feed[-1] == Confirmed(read_header(late.header).seq, 1)  # offices lay events in the order of their feed
    assert Appeal.objects.get().subject == "Биринчи"
    assert rebuild(keep=False).is_equal


def test_what_offices_were_told_before_an_update_stays_true(ala, registrar, vera, vasil, monkeypatch):
    request = ala.write(REQUEST)
    ala.write(bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL), appeal=request.hash, body_version=2)
    ala.exchange()
    perform(request.hash, Routed(BODY), person=registrar.id.bytes)
    answer = bodies.Answered(bodies.Outcome.EXPLAINED, Words("жооп"), BODY, "В.", vasil.id.bytes, "1")
    perform(request.hash, answer, person=vera.id.bytes)
    update(monkeypatch)
    told = dict(FeedRow.objects.exclude(event=None).values_list("event__hash", "is_out_of_turn"))
    known = Appeal.objects.get().history.values_list("event__hash", "is_out_of_turn")
    assert {bytes(key): value for key, value in known} == {
        bytes(key): value for key, value in told.items() if key in dict(known)
    }
    assert Appeal.objects.get().state == "answered"
    assert rebuild(keep=False).is_equal


def test_there_is_as_much_room_for_what_is_understood_late_as_there_is_then(ala, monkeypatch):
    request = ala.write(REQUEST)
    ala.write(AppealSupplemented(signatories=("Бек",) * 1200), appeal=request.hash, body_version=2)
    ala.write(AppealSupplemented(signatories=("Бек",) * 900), appeal=request.hash)
    ala.exchange()
    update(monkeypatch)
    assert read()[1] == (2, Status.QUARANTINED, "too_many_signatories")
    assert rebuild(keep=False).is_equal


def test_a_hole_that_is_understood_late_judges_nothing_anew(ala, monkeypatch):
    ala.write(REQUEST)
    ala.write(Hole(2, bytes(32)), body_version=2)
    ala.counter += 1
    ala.write(REQUEST)
    ala.exchange()
    update(monkeypatch)
    assert [status for _, status, _ in read()] == [Status.REGISTERED, Status.REGISTERED, Status.QUARANTINED]
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("random", [5, 6])
def test_a_number_given_meanwhile_stays_with_whom_it_was_given_to(ala, monkeypatch, random):
    ala.write(REQUEST)
    ala.write(REQUEST, body_version=2, random=5)
    ala.counter -= 1
    ala.write(REQUEST, random=random)
    ala.exchange()
    before = set(Appeal.objects.values_list("number", flat=True))
    update(monkeypatch)
    assert before <= set(Appeal.objects.values_list("number", flat=True))
    assert rebuild(keep=False).is_equal


def test_a_correction_that_is_understood_late_brings_in_no_number_given_meanwhile(ala, monkeypatch):
    copy = ala.clone()
    request = ala.write(replace(REQUEST, categories=("99.99",)), random=5)
    ala.exchange()
    right = AppealCorrected("ката", categories=("11.04",), replaces=request.hash)
    ala.write(right, appeal=request.hash, body_version=2)
    ala.exchange()
    copy.write(REQUEST, random=5)
    copy.post(copy.request())
    update(monkeypatch)
    assert Appeal.objects.count() == 1
    assert rebuild(keep=False).is_equal


def test_what_waits_for_a_request_that_is_understood_late_comes_in_behind_it(ala, monkeypatch):
    request = ala.write(REQUEST, body_version=2)
    ala.write(AppealCorrected("ката", subject="Экинчи"), appeal=request.hash)
    ala.exchange()
    assert [status for _, status, _ in read()] == [Status.STORED, Status.WAITING]
    update(monkeypatch)
    assert [status for _, status, _ in read()] == [Status.REGISTERED, Status.REGISTERED]
    assert Appeal.objects.get().subject == "Экинчи"
    assert rebuild(keep=False).is_equal


def test_an_event_of_another_office_that_is_understood_late_leaves_a_request_alone(ala, chuy, monkeypatch):
    request = ala.write(REQUEST)
    ala.exchange()
    chuy.write(AppealSupplemented("чоочун"), appeal=request.hash, body_version=2)
    chuy.exchange()
    row = Appeal.objects.get().pk
    update(monkeypatch)
    assert Appeal.objects.get().pk == row
    assert Reading.objects.get(event__epoch=chuy.epoch).code == "foreign_appeal"
    assert rebuild(keep=False).is_equal


def test_nothing_is_judged_before_it_is_understood(ala, nur, noor, monkeypatch):
    request = ala.write(REQUEST, body_version=2, year=TODAY.year + 40)
    said = AppealCorrected("ката", subject="Экинчи", replaces=request.hash)
    right = ala.write(said, appeal=request.hash, body_version=2)
    ala.exchange()
    assert [status for _, status, _ in read()] == [Status.STORED] * 2
    update(monkeypatch)
    assert read() == [(1, Status.QUARANTINED, "year_wrong"), (2, Status.QUARANTINED, "year_wrong")]
    resolve(right.hash, Decision.RELEASE, "негиз", person=nur.id.bytes, second_person=noor.id.bytes)
    assert Appeal.objects.get().subject == "Экинчи"
    assert rebuild(keep=False).is_equal


def test_a_program_that_does_not_know_a_registration_stands_nothing_in_for_it(ala, nur, noor, monkeypatch):
    both = {"person": nur.id.bytes, "second_person": noor.id.bytes}
    request = ala.write(REQUEST, body_version=2, person=STRANGER)
    ala.exchange()
    resolve(request.hash, Decision.KEEP_OUT, "негиз", **both)
    right = ala.write(AppealCorrected("ката", subject="Экинчи", replaces=request.hash), appeal=request.hash)
    ala.exchange()
    resolve(right.hash, Decision.RELEASE, "негиз", **both)
    assert Reading.objects.get(event__hash=right.hash).code == "kind_mismatch"
    update(monkeypatch)
    assert not Appeal.objects.exists()
    assert rebuild(keep=False).is_equal


def test_what_waits_for_a_request_that_is_kept_out_before_it_was_understood_waits_no_longer(
    ala, nur, noor, monkeypatch
):
    request = ala.write(REQUEST, body_version=2)
    right = ala.write(AppealCorrected("ката", subject="Экинчи", replaces=request.hash), appeal=request.hash)
    ala.exchange()
    assert Reading.objects.get(event__hash=right.hash).status == Status.WAITING
    resolve(request.hash, Decision.KEEP_OUT, "негиз", person=nur.id.bytes, second_person=noor.id.bytes)
    assert Reading.objects.get(event__hash=right.hash).code == "request_kept_out"
    update(monkeypatch)
    assert rebuild(keep=False).is_equal


def test_a_request_is_erased_alike_whether_it_was_understood_late_or_not(
    ala, administrator, second_administrator, monkeypatch
):
    request = ala.write(REQUEST)
    ala.write(AppealSupplemented("дагы", signatories=("Бек",)), appeal=request.hash, body_version=2)
    ala.write(AppealCorrected("ката", subject="Экинчи"), appeal=request.hash)
    ala.exchange()
    update(monkeypatch)
    erase_request(request.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert Appeal.objects.get().signatories == []
    assert rebuild(keep=False).is_equal


def test_what_was_kept_out_before_it_was_understood_stays_out(ala, nur, noor, monkeypatch):
    request = ala.write(REQUEST)
    strange = ala.write(AppealCorrected("ката", subject="Экинчи"), appeal=request.hash, body_version=2)
    ala.exchange()
    resolve(strange.hash, Decision.KEEP_OUT, "негиз", person=nur.id.bytes, second_person=noor.id.bytes)
    update(monkeypatch)
    assert Reading.objects.get(event__hash=strange.hash).code == "kept_out"
    assert rebuild(keep=False).is_equal


def test_two_updates_each_have_their_place(ala, registrar, monkeypatch):
    request = ala.write(REQUEST)
    ala.write(AppealCorrected("ката", subject="Биринчи"), appeal=request.hash, body_version=2)
    third = ala.write(AppealCorrected("ката", text="Үчүнчү"), appeal=request.hash, body_version=3)
    ala.exchange()
    update(monkeypatch)
    perform(request.hash, Routed(BODY), person=registrar.id.bytes)
    for module in ("server_sync.appeals.actions", "server_sync.appeals.registering", "server_sync.contract.events"):
        monkeypatch.setattr(f"{module}.BODY_VERSION", 3)
    assert Reading.objects.get(event__hash=third.hash).status == Status.STORED
    assert rebuild(keep=False).is_equal  # it stays so until it is read anew
    understanding.interpret_waiting()
    order = Appeal.objects.get().history.order_by("pk").values_list("event__hash", flat=True)
    assert bytes(list(order)[-1]) == third.hash
    assert rebuild(keep=False).is_equal
    assert Event.accepted.filter(hash=third.hash).exists()


def test_a_start_reads_no_words_of_what_it_does_not_understand(ala):
    request = ala.write(REQUEST)
    for _ in range(20):
        ala.write(AppealSupplemented("ү" * 90_000), appeal=request.hash, body_version=2)
    ala.exchange()
    tracemalloc.start()
    understanding.interpret_waiting(0)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000  # of 3.6 MB


def test_an_update_is_read_by_slices(ala, monkeypatch):
    request = ala.write(REQUEST)
    for n in range(5):
        ala.write(AppealSupplemented(f"{n}", signatories=(f"{n}",)), appeal=request.hash, body_version=2)
    ala.exchange()
    monkeypatch.setattr(understanding, "AT_ONCE", 2)
    for module in ("server_sync.appeals.actions", "server_sync.appeals.registering", "server_sync.contract.events"):
        monkeypatch.setattr(f"{module}.BODY_VERSION", 2)
    understanding.interpret_waiting(0)
    assert Appeal.objects.get().signatories == ["0", "1"]
    assert rebuild(keep=False).is_equal
    call_command("work", once=True)
    assert Appeal.objects.get().signatories == ["0", "1", "2", "3", "4"]
    assert rebuild(keep=False).is_equal
