"""Attachments go after the texts, small ones first, and a broken line costs one piece at most."""

import random

import pytest

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.drafts import AttachmentDraft
from liaison_desktop.store import delivery
from liaison_desktop.store.blobs import blob_path, keep_blob, read_blob
from liaison_desktop.sync.line import RawAnswer
from liaison_desktop.sync.outcomes import Reason
from server_sync.contract import blobs
from server_sync.contract.bodies import Answered, Attachment, Outcome, Words
from server_sync.contract.evidence.acknowledgement import open_blob_acknowledgement
from server_sync.contract.messages import PIECE_LEAST_BYTES, PIECE_MOST_BYTES

SEALED = int(DeliveryState.SEALED)
REGISTERED = int(DeliveryState.REGISTERED)


def file_of(office, size: int, name: str = "a.pdf") -> AttachmentDraft:
    plain = random.Random(size).randbytes(size)
    key = blobs.new_blob_key()
    blob_id = keep_blob(office.store, blobs.seal(plain, key), office.clock.wall_ms())
    return AttachmentDraft(blob_id, key, name, "application/pdf", size)


def test_a_request_is_sealed_only_when_its_files_are_acknowledged_too(office, centre):
    small, large = file_of(office, 500), file_of(office, 300_000)
    office.register(attachments=(small, large))
    seen = []
    office.line.during = lambda method: seen.append((method, office.states()[-1]))
    office.exchange()
    assert seen[0] == ("POST", int(DeliveryState.SENT))
    assert all(state == REGISTERED for method, state in seen if method == "PATCH")
    assert office.states() == [SEALED] * 2
    assert bytes(centre.blobs[large.blob_id]) == read_blob(office.store, large.blob_id)
    raw = office.store.connection.execute(
        "SELECT acknowledgement FROM blobs WHERE blob_id = ?", (large.blob_id,)
    ).fetchone()[0]
    assert open_blob_acknowledgement(raw, office.calls.ring).blob_id == large.blob_id
    assert delivery.waiting(office.store).blobs == 0


def test_small_files_go_first_and_pieces_keep_to_their_limits(office, centre):
    large, small = file_of(office, 900_000), file_of(office, 10)
    office.register(attachments=(large, small))
    office.exchange()
    assert centre.pieces[0][1] < 100
    assert all(size <= PIECE_MOST_BYTES for _, size in centre.pieces)
    assert centre.pieces[1] == (0, 2 * PIECE_LEAST_BYTES)


@pytest.mark.parametrize("fault", ["lost", Reason.TIMEOUT])
def test_a_line_that_breaks_in_a_file_costs_one_piece_at_most(office, centre, fault):
    office.register(attachments=(file_of(office, 1_000_000),))
    broken: list[int] = []

    def break_third(method: str) -> None:
        if method == "PATCH" and len(centre.pieces) == 2 and not broken:
            broken.append(1)
            office.line.faults = [fault]

    office.line.during = break_third
    office.exchange()
    assert office.states()[-1] == REGISTERED
    office.start()
    office.wait()
    assert office.states() == [SEALED] * 2
    size = sum(length for _, length in centre.pieces)
    assert size - blobs.sealed_size(1_000_000) <= PIECE_MOST_BYTES
    starts = [offset for offset, _ in centre.pieces]
    assert starts == sorted(starts)


@pytest.mark.parametrize("answer", [RawAnswer(404, {}, b""), RawAnswer(200, {"Liaison-Offset": "0;open"}, b"")])
def test_how_far_a_file_has_come_is_believed_of_the_centre_alone(office, centre, answer):
    office.register(attachments=(file_of(office, 1_000_000),))
    office.line.during = lambda method: (
        office.line.faults.append(Reason.TIMEOUT) if method == "PATCH" and len(centre.pieces) == 2 else None
    )
    office.exchange()
    office.line.during = lambda method: office.line.faults.append(answer) if method == "HEAD" else None
    office.start()
    office.wait()
    assert office.exchanging.news.trouble == "foreign_answer"
    assert len(centre.pieces) == 2
    office.line.during = lambda _method: None
    office.wait()
    assert office.states() == [SEALED] * 2
    assert sum(length for _, length in centre.pieces) == blobs.sealed_size(1_000_000)


def test_a_file_of_which_the_centre_has_nothing_any_more_begins_anew(office, centre):
    office.register(attachments=(file_of(office, 700_000),))
    office.line.during = lambda method: (
        office.line.faults.append(Reason.TIMEOUT) if method == "PATCH" and len(centre.pieces) == 2 else None
    )
    office.exchange()
    office.line.during = lambda _method: None
    centre.blobs.clear()
    office.start()
    office.wait()
    assert [offset for offset, _ in centre.pieces].count(0) == 2
    assert office.states() == [SEALED] * 2


def test_a_program_killed_in_a_file_goes_on_where_the_centre_is(office, centre):
    office.register(attachments=(file_of(office, 700_000),))
    task = office.exchanging.begin()
    while task is not None and len(centre.pieces) < 3:
        task = office.exchanging.proceed(task.run())
    office.start()  # a new program; the third piece arrived and its answer was never taken in
    before = sum(length for _, length in centre.pieces)
    assert before == len(next(iter(centre.blobs.values())))
    office.exchange()
    assert sum(length for _, length in centre.pieces) == blobs.sealed_size(700_000)
    assert office.states() == [SEALED] * 2


def test_a_whole_file_whose_acknowledgement_was_lost_is_asked_for_by_its_last_byte(office, centre):
    office.register(attachments=(file_of(office, 200_000),))
    office.line.during = lambda method: (
        office.line.faults.append("lost") if method == "PATCH" and not office.line.faults else None
    )
    office.exchange()
    office.line.during = lambda _method: None
    for _ in range(6):
        office.wait()
    assert office.states() == [SEALED] * 2


def test_a_text_written_meanwhile_goes_between_two_pieces(office, centre):
    office.register(attachments=(file_of(office, 1_500_000),))
    order = []

    def write_in_the_middle(method: str) -> None:
        order.append(method)
        if order.count("PATCH") == 2 and "second" not in order:
            order.append("second")
            office.register()
            office.exchanging.something_waits()

    office.line.during = write_in_the_middle
    office.exchange()
    after = order[order.index("second") + 1 :]
    assert after[0] == "POST"
    assert "PATCH" in after[1:]
    assert office.states() == [SEALED] * 3


def test_a_file_damaged_on_this_disk_is_told_of_and_lets_the_others_pass(office, centre):
    bad, good = file_of(office, 100_000), file_of(office, 150_000)
    office.register(attachments=(bad, good))
    path = blob_path(office.store, bad.blob_id)
    raw = bytearray(path.read_bytes())
    raw[5] ^= 1
    path.write_bytes(raw)
    office.exchange()
    assert good.blob_id in centre.whole
    assert bad.blob_id not in centre.whole
    assert "attachment_damaged" in office.told()
    assert office.states()[-1] == REGISTERED
    assert path.exists()


def test_a_file_missing_on_this_disk_lets_the_others_pass(office, centre):
    bad, good = file_of(office, 100_000), file_of(office, 150_000)
    office.register(attachments=(bad, good))
    blob_path(office.store, bad.blob_id).unlink()
    office.exchange()
    assert good.blob_id in centre.whole
    assert delivery.waiting(office.store).blobs == 1


def test_a_file_of_an_answer_is_fetched_and_proved_by_its_name(office, centre):
    appeal = office.register().appeal
    plain = random.Random(1).randbytes(400_000)
    key = blobs.new_blob_key()
    sealed = blobs.seal(plain, key)
    blob_id = blobs.blob_id(sealed)
    centre.blobs[blob_id], centre.whole[blob_id] = bytearray(sealed), len(sealed)
    file = Attachment(blob_id, key, "жооп.pdf", "application/pdf", len(plain))
    centre.say(Answered(Outcome.EXPLAINED, Words("а"), "X", "Y", bytes(16), "", (file,)), appeal)
    office.exchange()
    assert read_blob(office.store, blob_id) == sealed
    assert not list(office.store.blob_folder.glob("*/*.part"))


def test_a_fetched_file_that_somebody_changed_is_not_kept(office, centre):
    appeal = office.register().appeal
    key = blobs.new_blob_key()
    sealed = blobs.seal(b"small answer", key)
    blob_id = blobs.blob_id(sealed)
    centre.blobs[blob_id], centre.whole[blob_id] = bytearray(sealed[:-1] + b"X"), len(sealed)
    file = Attachment(blob_id, key, "a", "text/plain", 12)
    centre.say(Answered(Outcome.EXPLAINED, Words("а"), "X", "Y", bytes(16), "", (file,)), appeal)
    office.exchange()
    assert not office.store.connection.execute("SELECT 1 FROM blobs WHERE is_here = 1").fetchall()
    assert not list(office.store.blob_folder.glob("*/*.part"))
    centre.blobs[blob_id][-1:] = sealed[-1:]
    office.exchange()
    assert read_blob(office.store, blob_id) == sealed


def test_a_file_nobody_gives_waits_without_stopping_the_rest(office, centre):
    appeal = office.register().appeal
    file = Attachment(bytes(32), bytes(32), "a", "text/plain", 12)
    centre.say(Answered(Outcome.EXPLAINED, Words("а"), "X", "Y", bytes(16), "", (file,)), appeal)
    office.exchange()
    calls = len(office.line.calls)
    office.wait()
    assert len(office.line.calls) == calls + 1


def too_large_above(most_bytes: int, line):
    """A proxy on the way that refuses pieces above a size."""
    straight = line.send

    def send(method, path, headers, body=b"", **more):
        if method == "PATCH" and len(body) > most_bytes:
            return RawAnswer(413, {}, b"")
        return straight(method, path, headers, body, **more)

    return send


def test_a_way_that_refuses_pieces_below_64_kb_gets_smaller_ones(office, centre):
    office.register(attachments=(file_of(office, 100_000),))
    office.line.send = too_large_above(20_000, office.line)
    office.exchange()
    assert office.states() == [SEALED] * 2
    assert max(size for _, size in centre.pieces) <= 20_000


def test_a_way_that_carries_no_attachments_is_told_and_texts_go_on(office):
    office.register(attachments=(file_of(office, 100_000),))
    office.line.send = too_large_above(0, office.line)
    office.exchange()
    assert office.states() == [SEALED, REGISTERED]
    assert office.exchanging.news.trouble == "too_large_for_line"
    assert delivery.waiting(office.store).blobs == 1


def test_while_the_office_is_on_stage_texts_go_and_attachments_wait(office, centre):
    office.exchanging.yield_line(True)
    office.register(attachments=(file_of(office, 300_000),))
    office.exchange()
    assert office.states()[-1] == REGISTERED
    assert centre.pieces == []
    office.exchanging.yield_line(False)
    office.exchanging.step(office.clock.monotonic_ms())
    assert office.states() == [SEALED] * 2


def test_a_call_to_the_stage_stops_an_attachment_between_two_pieces(office, centre):
    office.register(attachments=(file_of(office, 1_000_000),))

    def call(method: str) -> None:
        if method == "PATCH" and len(centre.pieces) == 1:
            office.exchanging.yield_line(True)

    office.line.during = call
    office.exchange()
    assert 1 < len(centre.pieces) < 4
    assert office.states()[-1] == REGISTERED
