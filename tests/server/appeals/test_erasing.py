"""After an erasure nothing of a person's words is left here, and everything that was proved stays proved."""

import errno
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from server_sync.appeals import applying, erasing
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import (
    due_file,
    erase,
    erase_refused,
    erase_request,
    note_what_is_missing,
    overwrite_what_is_due,
    replay_erasures,
)
from server_sync.appeals.erasure_notes import erased_here, noted_file
from server_sync.appeals.models import Appeal, Attachment, HistoryEntry
from server_sync.appeals.rebuilding import rebuild, rebuild_one
from server_sync.appeals.understanding import interpret_waiting
from server_sync.casework.acts import AnswerText, write_draft
from server_sync.casework.models import AnswerDraft
from server_sync.common import room
from server_sync.common.refusals import Refused
from server_sync.contract import codec
from server_sync.contract.bodies import (
    AppealCorrected,
    AppealForm,
    AppealSupplemented,
    AppealWithdrawn,
    ComplaintMade,
    Erased,
    Outcome,
    ReceiptReprinted,
    Routed,
)
from server_sync.contract.events import BODY_VERSION, NO_PERSON, EventKind, Header, read_body, read_event, read_header
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.evidence.chain import advance, event_hash_after_erasure, genesis, verify_head
from server_sync.contract.evidence.merkle import verify_inclusion
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import ErasedRow, EventRow, Quarantined, Status, WrongField
from server_sync.contract.shapes import to_plain
from server_sync.contract.signing import PublicKey
from server_sync.evidence.log import find_leaf, inclusion_proof, newest_checkpoint
from server_sync.journal.models import ChainHead, Event, Reading
from server_sync.pages.access import Standing
from tests.server.appeals.lives import live_a_whole_life
from tests.server.conftest import BODY
from tests.server.evidence.test_side_by_side import side_by_side
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db
CANARY = "канарейка"


@pytest.fixture
def both(administrator, second_administrator):
    return {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch, tmp_path):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    monkeypatch.setitem(globals(), "noted_file", lambda: tmp_path / "erased")


def words_in_tables(*needles: str) -> set[str]:
    """Tables that hold one of the words, as text or in bytes."""
    found = set()
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            for value in row:
                raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                if any(needle.encode() in raw or ascii(needle)[1:-1].encode() in raw for needle in needles):
                    found.add(model.__name__)
    return found


def test_a_whole_request_is_erased_without_a_trace_and_all_proofs_hold(ala, plain, enrolled, staff, both, tmp_path):
    request = live_a_whole_life(ala, staff, CANARY)
    before = [event.hash for event in ala.events]
    assert {"Event", "Appeal", "Answer", "Summary", "Attachment"} <= words_in_tables(CANARY)
    keys = [bytes(key).hex() for key in Attachment.objects.values_list("blob_key", flat=True)]
    assert keys
    lived, stood = course_of(request), standing_of(request)
    count = erase_request(request.hash, "сот чечими", **both)
    assert count >= 20
    assert words_in_tables(CANARY) == set()
    assert not Attachment.objects.exists()
    assert (course_of(request), standing_of(request)) == (lived, stood)
    appeal = Appeal.objects.get()
    assert (appeal.is_erased, appeal.surname, appeal.text, appeal.pin) == (True, "", "", "")
    assert appeal.number
    assert_proofs_hold(ala, before)
    assert rebuild(keep=False).is_equal
    fresh = plain(enrolled("KG-C-ALA"))
    fresh.exchange()
    assert "Таза суу" not in repr(fresh.feed)


def course_of(request: EventBytes) -> list[tuple[Any, ...]]:
    """What happened to a request, step by step, and how its answers stand with its term."""
    appeal = Appeal.objects.get(hash=request.hash)
    steps = appeal.history.exclude(kind=EventKind.ERASED)
    answers = appeal.answers.values_list("outcome", "body_code", "is_late", "rating", "reference")
    return [*steps.values_list("kind", "at", "person", "state_after", "is_out_of_turn"), *answers]


def standing_of(request: EventBytes) -> dict[str, Any]:
    """Where a request stands; what a register must not forget with the words."""
    columns = (
        "state", "body_code", "co_bodies", "due_on", "due_is_provisional", "is_extended", "registered_on", "kind",
        "form", "answered_on", "accepted_at", "told_on", "copies", "is_collective", "signatories_count",
    )  # fmt: skip
    return dict(Appeal.objects.values(*columns).get(hash=request.hash))


def assert_proofs_hold(office, hashes: list[bytes]) -> None:
    checkpoint = newest_checkpoint()
    chain = genesis(office.certificate)
    stored = Event.custody.filter(epoch=office.epoch).order_by("seq")
    assert [bytes(event.hash) for event in stored] == hashes
    for event in stored:
        assert event_hash_after_erasure(bytes(event.header), bytes(event.body_hash)) == event.hash
        chain = advance(chain, event.hash)
        assert chain == event.chain
        leaf = find_leaf(event.hash)
        proof = inclusion_proof(leaf.index, checkpoint.size)
        verify_inclusion(event.hash, leaf.index, checkpoint.size, proof, checkpoint.root)
    key = PublicKey(office.key.public.raw)
    for head in ChainHead.objects.filter(epoch=office.epoch):
        verify_head(key, office.epoch, head.seq, bytes(head.chain), bytes(head.signature))


def test_the_office_is_told_which_event_to_erase(ala, plain, enrolled, both):
    other = plain(enrolled("KG-C-ALA"))
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()
    erase(request.hash, "сот чечими", **both)
    for office in (ala, other):
        office.exchange()
        acts = [read_event(entry.event()) for entry in office.feed if isinstance(entry, EventRow) and entry.body]
        assert [act.body.event for act in acts if isinstance(act.body, Erased)] == [request.hash]
    assert CANARY not in repr(other.feed)


def test_an_office_that_was_away_learns_what_was_decided_and_by_its_name_what_was_erased(
    ala, plain, enrolled, staff, both
):
    other = plain(enrolled("KG-C-ALA"))
    request = live_a_whole_life(ala, staff, CANARY)
    erase_request(request.hash, "сот чечими", **both)
    other.exchange()
    assert CANARY not in repr(other.feed)
    rows = [entry for entry in other.feed if isinstance(entry, ErasedRow)]
    names = {event_hash_after_erasure(row.header, row.commitment): row for row in rows}
    assert set(names) == {bytes(event.hash) for event in Event.custody.filter(body=None)}
    assert names[request.hash].number == Appeal.objects.get().number
    routed = [row for row in rows if read_header(row.header).kind == EventKind.ROUTED]
    assert [read_body(read_header(row.header), row.remains) for row in routed] == [Routed("PM")]


def test_one_event_is_erased_and_the_rest_of_the_request_stays(ala, both):
    request = ala.write(REQUEST)
    ala.write(AppealCorrected("ката", text=CANARY), appeal=request.hash)
    correction = ala.events[-1]
    ala.write(AppealWithdrawn("жазган", AppealForm.ORAL), appeal=request.hash)
    ala.exchange()
    assert Appeal.objects.get().text == CANARY
    erase(correction.hash, "сот чечими", **both)
    appeal = Appeal.objects.get()
    assert (appeal.text, appeal.state, appeal.is_erased) == (REQUEST.text, "withdrawn", False)
    assert words_in_tables(CANARY) == set()
    assert rebuild(keep=False).is_equal


def test_an_event_that_never_came_into_the_register_is_erased_too(ala, both):
    wrong = ala.write(replace(REQUEST, text=CANARY, categories=("99.99",)))
    ala.exchange()
    erase(wrong.hash, "сот чечими", **both)
    assert words_in_tables(CANARY) == set()
    ala.exchange()
    told = [type(entry) for entry in ala.feed if not isinstance(entry, WrongField)]
    assert told[:2] == [Quarantined, EventRow]
    assert ala.feed[0].event == wrong.hash
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("kind", [77, EventKind.RECEIPT_REPRINTED, EventKind.APPEAL_SUPPLEMENTED])
def test_words_in_an_event_that_is_not_understood_go_with_the_request_they_name(ala, both, kind):
    request = ala.write(replace(REQUEST, text=CANARY))
    strange = Header(
        epoch=ala.epoch,
        seq=2,
        kind=kind,
        wall_ms=0,
        monotonic_ms=0,
        boot=bytes(8),
        appeal=request.hash,
        body_version=BODY_VERSION + 1,
    )
    ala.events.append(EventBytes(codec.encode(to_plain(strange)), new_salt(), codec.encode({0: CANARY})))
    ala.exchange()
    assert erase_request(request.hash, "сот чечими", **both) == 2
    assert words_in_tables(CANARY) == set()
    assert Reading.objects.get(event__hash=ala.events[1].hash).status == Status.STORED
    assert Appeal.objects.get().state == "registered"
    interpret_waiting()
    assert rebuild(keep=False).is_equal


def test_words_in_a_refused_event_of_a_silent_kind_go_too(ala, both):
    request = ala.write(REQUEST)
    forged = ala.write(Erased(request.hash, CANARY, both["second_person"]), appeal=request.hash)
    ala.exchange()
    assert Reading.objects.get(event__hash=forged.hash).code == "not_for_offices"
    assert erase_request(request.hash, "сот чечими", **both) == 2
    assert words_in_tables(CANARY) == set()
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize(
    "said",
    [
        AppealCorrected("ката", text=CANARY),
        AppealSupplemented(CANARY),
        AppealWithdrawn(CANARY, AppealForm.ORAL),
        ComplaintMade(CANARY),
    ],
)
def test_words_that_an_office_wrote_before_it_knew_of_an_erasure_are_held_for_people(ala, both, said):
    request = ala.write(REQUEST)
    ala.exchange()
    erase_request(request.hash, "сот чечими", **both)
    late = ala.write(said, appeal=request.hash)
    silent = ala.write(ReceiptReprinted(2), appeal=request.hash)
    ala.exchange()
    assert words_in_tables(CANARY) == {"Event"}
    assert Reading.objects.get(event__hash=late.hash).code == "request_erased"
    assert Quarantined(late.hash, "request_erased") in ala.feed
    assert Reading.objects.get(event__hash=silent.hash).status == Status.REGISTERED
    assert rebuild(keep=False).is_equal
    erase_request(request.hash, "сот чечими", **both)
    assert words_in_tables(CANARY) == set()
    assert rebuild(keep=False).is_equal


def test_a_correction_brings_no_erased_registration_in_unseen(ala, both):
    wrong = ala.write(replace(REQUEST, categories=("99.99",)))
    ala.exchange()
    erase(wrong.hash, "сот чечими", **both)
    late = ala.write(
        AppealCorrected("ката", text=CANARY, categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash
    )
    ala.exchange()
    assert Reading.objects.get(event__hash=late.hash).code == "request_erased"
    assert words_in_tables(CANARY) == {"Event"}
    assert rebuild(keep=False).is_equal


def test_the_draft_of_an_answer_goes_with_the_words_it_answers(ala, both, vera):
    request = ala.write(REQUEST)
    ala.exchange()
    AnswerDraft.objects.create(
        appeal=request.hash, body_code=BODY, outcome=Outcome.EXPLAINED, text_ky=CANARY, written_by=vera
    )
    erase(request.hash, "негиз", **both)
    assert words_in_tables(CANARY) == set()


def test_a_draft_that_comes_while_its_request_is_erased_is_not_kept(ala, both, vera):
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()
    perform(request.hash, Routed(BODY), person=NO_PERSON)
    seen = Appeal.objects.get()
    text = AnswerText(Outcome.EXPLAINED, CANARY, "", "")
    erase_request(request.hash, "сот чечими", **both)
    with pytest.raises(Refused) as refused:
        write_draft(Standing.of(vera), seen, text, 0, is_ready=False)
    assert refused.value.code == "request_erased"
    assert words_in_tables(CANARY) == set()


@pytest.mark.django_db(transaction=True)
def test_no_draft_is_left_of_a_request_that_is_erased_while_officers_write(ala, both, vera):
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()
    perform(request.hash, Routed(BODY), person=NO_PERSON)
    seen = Appeal.objects.get()
    standing = Standing.of(vera)

    def keep() -> int:
        for _ in range(40):
            with suppress(Refused):
                write_draft(standing, seen, AnswerText(Outcome.EXPLAINED, CANARY, "", ""), 0, is_ready=False)
        return 0

    for done in side_by_side([keep, keep, lambda: erase_request(request.hash, "сот чечими", **both)]):
        done.result()
    assert Appeal.objects.get().is_erased
    assert words_in_tables(CANARY) == set()


def test_it_takes_two_administrators_and_an_event_that_says_something(ala, both, nur, administrator):
    request = ala.write(REQUEST)
    ala.exchange()
    alone, wrong = {**both, "second_person": both["person"]}, {**both, "second_person": nur.id.bytes}
    for event_hash, people, code in (
        (request.hash, alone, "second_person_needed"),
        (request.hash, wrong, "role_missing"),
        (bytes(32), both, "event_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            erase(event_hash, "негиз", **people)
    act = erase(request.hash, "негиз", **both)
    with pytest.raises(Refused, match="erased_already"):
        erase(request.hash, "негиз", **both)
    with pytest.raises(Refused, match="not_erasable"):
        erase(bytes(act.hash), "негиз", **both)


def test_what_an_office_sends_again_after_an_erasure_does_not_bring_the_words_back(ala, both):
    request = ala.write(replace(REQUEST, text=CANARY))
    again = ala.request()
    ala.exchange()
    erase(request.hash, "негиз", **both)
    status, _ = ala.post(again)
    assert status == 200
    assert words_in_tables(CANARY) == set()


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_forgets_again_before_it_serves(ala, both, capsys):
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()
    erase(request.hash, "негиз", **both)
    assert noted_file().read_text() == f"{request.hash.hex()} KG-C-ALA:{request.hash.hex()}\n"
    assert_not_in_file()
    backup_of(request)
    assert words_in_tables(CANARY) == {"Event"}
    call_command("replay_erasures")
    assert "1 events erased again" in capsys.readouterr().out
    assert words_in_tables(CANARY) == set()
    noted_file().unlink()  # the notes were lost: the journal itself says it
    assert replay_erasures() == 0
    assert noted_file().read_text() == f"{request.hash.hex()} KG-C-ALA:{request.hash.hex()}\n"
    assert rebuild(keep=False).is_equal


def assert_not_in_file() -> None:
    """SQLite overwrites what it deletes, in the database's file and in its journal."""
    if connection.vendor != "sqlite":
        return
    name = str(settings.DATABASES["default"]["TEST"]["NAME"])
    path = Path(connection.settings_dict["NAME"] if "memory" not in str(connection.settings_dict["NAME"]) else name)
    for file in path.parent.glob(f"{path.name}*"):
        assert CANARY.encode() not in file.read_bytes(), file.name


def backup_of(event: EventBytes) -> None:
    """The row as an old backup has it."""
    values: list[Any] = [event.salt, event.body, event.hash]
    put_back = "UPDATE journal_event SET salt = %s, body = %s WHERE hash = %s"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(put_back, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_event_erased'")
        (trigger,) = cursor.fetchone()
        cursor.execute("DROP TRIGGER journal_event_erased")
        cursor.execute(put_back, values)
        cursor.execute(trigger)


def test_a_request_of_many_events_is_made_anew_once(ala, both, monkeypatch):
    request = ala.write(REQUEST)
    for at in range(12):
        ala.write(AppealSupplemented(text=f"{CANARY} {at}"), appeal=request.hash)
    ala.exchange()
    made_anew: list[bytes] = []

    def counted(appeal_hash: bytes) -> None:
        made_anew.append(appeal_hash)
        rebuild_one(appeal_hash)

    monkeypatch.setattr(erasing, "rebuild_one", counted)
    assert erase_request(request.hash, "сот чечими", **both) == 13
    assert made_anew == [request.hash]
    assert words_in_tables(CANARY) == set()
    assert rebuild(keep=False).is_equal


def heaped(office, other) -> bytes:
    """A request on which another PC of its office heaps more than is taken of a kind; gives its hash."""
    request: EventBytes = office.write(REQUEST)
    office.exchange()
    for at in range(20):
        other.write(AppealSupplemented(text=f"{CANARY} {at}"), appeal=request.hash)
    other.exchange()
    return request.hash


def read_as() -> list[tuple[int, str]]:
    readings = Reading.objects.exclude(event__kind=EventKind.ERASED).order_by("event__leaf")
    return list(readings.values_list("status", "code"))


@pytest.fixture
def _few(monkeypatch):
    monkeypatch.setattr(applying, "OF_A_KIND_MOST", 5)
    monkeypatch.setattr(erasing, "FEW", 4)


@pytest.mark.usefixtures("_few")
def test_what_was_heaped_on_a_request_is_erased_by_few_and_others_are_let_in(ala, plain, enrolled, both, monkeypatch):
    request = heaped(ala, plain(enrolled("KG-C-ALA")))
    before = read_as()
    assert before.count((Status.QUARANTINED, "too_many_events")) == 15
    rests: list[int] = []
    noted: list[int] = []
    monkeypatch.setattr(erasing, "let_others_in", lambda _held_s: rests.append(len(speaking(request))))
    assert erase_refused(request, "сот чечими", **both, note_done=noted.append) == 12
    assert rests == [17, 13, 9]
    assert noted == [4, 4, 4]
    assert rebuild(keep=False).is_equal
    assert erase_request(request, "сот чечими", **both) == 9
    assert speaking(request) == []
    assert words_in_tables(CANARY) == set()
    assert read_as() == before
    assert HistoryEntry.objects.filter(kind=EventKind.ERASED).count() == 21
    assert rebuild(keep=False).is_equal


def speaking(request: bytes) -> list[int]:
    """The leaves of a request's events that have words."""
    events = Event.custody.filter(appeal=request, body__isnull=False).exclude(kind=EventKind.ERASED)
    return list(events.values_list("leaf", flat=True))


def test_a_request_that_never_came_into_the_register_is_erased_with_all_that_was_heaped_on_it(
    ala, plain, enrolled, both, monkeypatch
):
    monkeypatch.setattr(erasing, "FEW", 4)
    stranger = bytes(range(16))
    request = ala.write(replace(REQUEST, text=CANARY), person=stranger)
    for at in range(10):
        ala.write(AppealSupplemented(text=f"{CANARY} {at}"), appeal=request.hash)
    ala.exchange()
    before = read_as()
    erase_refused(request.hash, "сот чечими", **both, note_done=lambda _count: None)
    erase_request(request.hash, "сот чечими", **both)
    assert words_in_tables(CANARY) == set()
    assert read_as() == before
    assert rebuild(keep=False).is_equal


@pytest.mark.django_db(transaction=True)
@pytest.mark.expects_log("erasures_not_noted_yet")
def test_an_erasure_that_a_full_disk_kept_from_being_noted_is_noted_by_the_worker(ala, both, monkeypatch):
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()

    def full(_lines: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as filled:
        filled.setattr(erasing, "note", full)
        assert erase_request(request.hash, "сот чечими", **both) == 1
        assert request.hash not in erased_here()
        monkeypatch.setattr(erasing, "NOTED_WITHIN", timedelta(0))
        assert note_what_is_missing() == -1
    assert words_in_tables(CANARY) == set()
    newest = note_what_is_missing()
    assert newest >= 0
    assert request.hash in erased_here()
    assert not due_file().exists()
    noted = noted_file().read_bytes()
    assert note_what_is_missing(newest) == newest
    assert note_what_is_missing() == newest
    assert noted_file().read_bytes() == noted


def test_on_a_disk_without_room_nothing_is_erased_and_it_is_said(ala, both, monkeypatch):
    request = ala.write(replace(REQUEST, text=CANARY))
    ala.exchange()
    monkeypatch.setattr(room, "LEAST_BYTES", 2**62)
    with pytest.raises(Refused) as refused:
        erase_request(request.hash, "сот чечими", **both)
    assert refused.value.code == "no_room"
    assert words_in_tables(CANARY)


@pytest.mark.django_db(transaction=True)
def test_the_files_of_the_database_hold_no_erased_word(ala, both):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's vacuum overwrites")
    said = "ЖАШЫРУУНСӨЗ"
    for at in range(80):
        ala.write(replace(REQUEST, subject=f"Таза суу {at}", text="Түнкүсүн келип " * (at % 40 + 1)))
        if at % 10 == 0:
            ala.exchange()
        if at == 39:
            ala.write(replace(REQUEST, subject=said, text=f"{said} деген арызым бар " * 30))
    ala.exchange()
    secret = ala.events[40]
    assert said.encode() in database_bytes()
    erase_request(secret.hash, "сот чечими", **both)
    assert said.encode() not in database_bytes()
    for _ in range(40):
        ala.write(REQUEST)
    ala.exchange()
    assert said.encode() not in database_bytes()


@pytest.mark.django_db(transaction=True)
def test_words_erased_while_somebody_reads_are_overwritten_when_they_have_done(ala, both):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's vacuum overwrites")
    said = "ЖАШЫРУУНСӨЗ"
    secret = ala.write(replace(REQUEST, subject=said, text=f"{said} деген арызым бар " * 30))
    ala.exchange()
    with closing(sqlcipher3.dbapi2.connect(str(connection.settings_dict["NAME"]))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal_event").fetchone()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 10")
        erase_request(secret.hash, "сот чечими", **both)
        assert due_file().exists()
        assert said.encode() in database_bytes()
    overwrite_what_is_due()
    assert said.encode() not in database_bytes()
    assert not due_file().exists()
    connection.close()  # with it goes the short patience


def database_bytes() -> bytes:
    """All that lies in the files of the database."""
    file = Path(connection.settings_dict["NAME"])
    return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))
