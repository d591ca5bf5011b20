"""Attachments piece by piece: a break costs at most one piece, and naming a hash shows nothing of another site."""

import io
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import connection

from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal
from server_sync.blobs import storage
from server_sync.blobs.models import Blob
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract import authentication, frames
from server_sync.contract.bodies import Answered, Attachment, Outcome, Routed, Words
from server_sync.contract.evidence.acknowledgement import open_blob_acknowledgement
from server_sync.contract.messages import BLOB_LIMIT_BYTES, BLOB_PATH, PIECE_MOST_BYTES, BlobReply, Refusal
from server_sync.evidence.keys import key_ring
from server_sync.journal.models import Event
from tests.server.evidence.test_side_by_side import side_by_side
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db

CANARY = b"a canary sings in " + "канарейка ".encode() * 9_000
BLOB = sha256(CANARY).digest()
PATH = BLOB_PATH + BLOB.hex()
PIECE = 64 * 1024


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """Files of one test are not found by the next."""
    storage_home = tmp_path / "home"
    storage_home.mkdir()
    (storage_home / "keys").symlink_to(settings.LIAISON_HOME / "keys")
    settings.LIAISON_HOME = storage_home


def send(
    office: PlainOffice,
    offset: int,
    end: int | None = None,
    *,
    size: int = len(CANARY),
    path: str = PATH,
    content: bytes = CANARY,
):
    answer = office.ask("PATCH", f"{path}?offset={offset}&size={size}", content[offset:end])
    if answer.status_code == 200:
        return frames.unpack(BlobReply, answer.content)
    refusal = frames.unpack(Refusal, answer.content)
    return answer.status_code, refusal.code, (refusal.params or {}).get("offset")


def head(office: PlainOffice) -> tuple[int, str | None]:
    answer = office.ask("HEAD", PATH)
    return answer.status_code, answer.headers.get("Liaison-Offset")


def fetched(office: PlainOffice, path: str = PATH, asked: str = "") -> tuple[int, bytes]:
    answer = office.ask("GET", path, headers={"Range": asked} if asked else None)
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_file_comes_in_pieces_and_ends_in_a_signed_word(ala):
    assert head(ala) == (404, None)
    assert send(ala, 0, PIECE).offset == PIECE
    assert head(ala) == (200, f"{PIECE};open")
    assert fetched(ala)[0] == 404
    done = send(ala, PIECE)
    assert (done.is_complete, done.offset) == (True, len(CANARY))
    told = open_blob_acknowledgement(done.acknowledgement, key_ring())
    assert (told.blob_id, told.size_bytes) == (BLOB, len(CANARY))
    assert head(ala) == (200, f"{len(CANARY)};complete")
    assert fetched(ala) == (200, CANARY)


def test_the_answer_to_head_is_the_centres_own(ala):
    send(ala, 0, PIECE)
    nonce = authentication.new_nonce()
    now_ms = time.time_ns() // 1_000_000
    headers = authentication.sign_request(ala.key, "HEAD", PATH, b"", nonce, ala.epoch, now_ms)
    answer = ala.client.head(PATH, headers=headers)
    named = authentication.request_hash("HEAD", PATH, b"", nonce, ala.epoch)
    told = answer.headers["Liaison-Offset"].encode()
    authentication.verify_reply(key_ring(), named, 200, dict(answer.items()), told)


def test_a_piece_sent_again_or_overlapping_changes_nothing(ala):
    send(ala, 0, PIECE)
    assert send(ala, 0, PIECE).offset == PIECE
    assert send(ala, 1000, PIECE + 1000).offset == PIECE + 1000
    done = send(ala, PIECE + 1000)
    again = send(ala, 0, PIECE)
    assert (again.offset, again.acknowledgement) == (done.offset, done.acknowledgement)
    assert fetched(ala) == (200, CANARY)


def test_a_piece_beyond_the_end_is_told_where_to_go_on(ala):
    assert send(ala, PIECE, 2 * PIECE) == (409, "offset_wrong", 0)
    send(ala, 0, PIECE)
    assert send(ala, 2 * PIECE) == (409, "offset_wrong", PIECE)


def test_a_kill_before_the_file_has_its_name_and_one_after_it_end_well(ala, monkeypatch):
    send(ala, 0, PIECE)
    monkeypatch.setattr(storage, "_complete", lambda _blob, _now: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send(ala, PIECE)
    monkeypatch.undo()
    assert head(ala) == (200, f"{len(CANARY)};open")
    assert send(ala, len(CANARY)).is_complete  # an empty piece looks again
    Blob.objects.update(completed_at=None, acknowledgement=b"")  # as after a kill between name and row
    assert head(ala) == (200, f"{len(CANARY)};open")
    assert send(ala, len(CANARY)).is_complete
    assert fetched(ala) == (200, CANARY)


def test_bytes_that_are_not_what_their_name_says_begin_anew(ala):
    path = BLOB_PATH + "ab" * 32
    assert send(ala, 0, PIECE, path=path).offset == PIECE
    assert send(ala, PIECE, path=path) == (409, "blob_hash_wrong", 0)
    assert not Blob.objects.exists()
    assert ala.ask("HEAD", path).status_code == 404


def test_a_piece_that_is_too_large_is_told_by_its_own_size(ala):
    answer = ala.ask("PATCH", f"{PATH}?offset=0&size=900000", bytes(PIECE_MOST_BYTES + 1))
    refusal = frames.unpack(Refusal, answer.content)
    assert (answer.status_code, refusal.code) == (413, "too_large")
    assert refusal.params == {"field": "piece", "size": PIECE_MOST_BYTES + 1, "limit": PIECE_MOST_BYTES}


def test_a_size_does_not_change_under_way_and_has_its_limits(ala):
    send(ala, 0, PIECE)
    assert send(ala, PIECE, size=len(CANARY) + 1)[:2] == (409, "size_changed")
    for size in (0, BLOB_LIMIT_BYTES + 1):
        assert send(ala, 0, 0, size=size)[:2] == (400, "out_of_range")
    assert send(ala, 0, PIECE + 1, size=PIECE)[:2] == (400, "out_of_range")
    for query in ("", "?offset=0", "?offset=-1&size=5", "?offset=x&size=5", "?offset=0&size=9999999999999"):
        answer = ala.ask("PATCH", PATH + query, b"x")
        assert (answer.status_code, frames.unpack(Refusal, answer.content).code) == (400, "wrong_type")


def test_a_part_is_fetched_by_range(ala):
    send(ala, 0)
    for asked, piece in (("bytes=0-9", CANARY[:10]), ("bytes=100-", CANARY[100:]), ("bytes=5-999999999", CANARY[5:])):
        assert fetched(ala, asked=asked) == (206, piece)
    for asked in ("bytes=9999999-", "bytes=-5", "bytes=5-4", "bytes=0-1,3-4", "pages=1-2"):
        assert fetched(ala, asked=asked)[0] == 400


def test_naming_another_sites_hash_shows_and_fetches_nothing(ala, chuy):
    send(ala, 0)
    assert head(chuy) == (404, None)
    status, body = fetched(chuy)
    assert (status, frames.unpack(Refusal, body).code) == (404, "not_here")
    stolen = Attachment(BLOB, bytes(32), "сүрөт.jpg", "image/jpeg", len(CANARY))
    chuy.write(replace(REQUEST, attachments=(stolen,)))
    chuy.exchange()
    assert fetched(chuy)[0] == 404
    assert send(chuy, 0, PIECE).offset == PIECE  # nothing says that it is here already


def test_another_pc_of_the_site_fetches_what_the_first_sent(ala, plain, enrolled):
    send(ala, 0)
    assert fetched(plain(enrolled("KG-C-ALA"))) == (200, CANARY)


def test_the_file_of_an_answer_is_read_by_the_requests_own_office_alone(ala, chuy, vera, vasil, registrar):
    storage.take_piece("WEB", BLOB, len(CANARY), 0, CANARY, datetime.now(UTC))
    request = ala.write(REQUEST)
    chuy.write(REQUEST)
    ala.exchange()
    chuy.exchange()
    assert fetched(ala)[0] == 404
    perform(request.hash, Routed("AKIM@KG-C-ALA"), person=registrar.id.bytes)
    file = Attachment(BLOB, bytes(32), "жооп.pdf", "application/pdf", len(CANARY))
    answer = Answered(
        Outcome.SATISFIED, Words("Ж"), "AKIM@KG-C-ALA", "В", approved_by=vasil.id.bytes, attachments=(file,)
    )
    perform(request.hash, answer, person=vera.id.bytes)
    assert fetched(ala) == (200, CANARY)
    assert fetched(chuy)[0] == 404
    assert Appeal.objects.get(site="KG-C-ALA").state == "answered"


@pytest.mark.expects_log("Insufficient Storage")
def test_a_site_cannot_fill_the_disk_with_attachments_in_a_day(ala, chuy, monkeypatch):
    monkeypatch.setattr(storage, "DAY_MOST_BYTES", len(CANARY) + 10)
    send(ala, 0, PIECE)
    assert send(ala, PIECE).is_complete
    other = BLOB_PATH + "cd" * 32
    with_log = ala.ask("PATCH", f"{other}?offset=0&size=100", b"more than ten bytes")
    assert (with_log.status_code, frames.unpack(Refusal, with_log.content).code) == (507, "quota_reached")
    assert send(chuy, 0).is_complete


@pytest.mark.expects_log("Insufficient Storage")
def test_who_announces_and_sends_nothing_takes_nothing_of_the_others_day(ala, plain, enrolled, monkeypatch):
    monkeypatch.setattr(storage, "DAY_MOST_BYTES", len(CANARY) + 100)
    monkeypatch.setattr(storage, "OPEN_MOST", 5)
    idler = plain(enrolled("KG-C-ALA"))
    for at in range(20):
        path = f"{BLOB_PATH}{at:064x}"
        assert send(idler, 0, 0, size=BLOB_LIMIT_BYTES, path=path).offset == 0
    assert not Blob.objects.exists()
    told = [send(idler, 0, 1, size=BLOB_LIMIT_BYTES, path=f"{BLOB_PATH}{at:064x}") for at in range(20)]
    assert [one if isinstance(one, tuple) else one.offset for one in told] == [1] * 5 + [
        (507, "quota_reached", None)
    ] * 15
    assert send(ala, 0).is_complete


@pytest.mark.expects_log("Insufficient Storage")
def test_a_pc_ends_only_so_many_attachments_in_a_day_however_small_and_others_go_on(ala, plain, enrolled, monkeypatch):
    monkeypatch.setattr(storage, "ENDED_MOST", 3)

    def send_whole(office: PlainOffice, words: bytes) -> int:
        path = BLOB_PATH + sha256(words).hexdigest()
        return int(office.ask("PATCH", f"{path}?offset=0&size={len(words)}", words).status_code)

    assert [send_whole(ala, bytes([at])) for at in range(5)] == [200, 200, 200, 507, 507]
    assert send_whole(ala, bytes([1])) == 200
    assert send_whole(plain(enrolled("KG-C-ALA")), bytes([4])) == 200
    Blob.objects.update(completed_at=datetime.now(UTC) - storage.DAY)
    assert send_whole(ala, bytes([3])) == 200


def test_what_was_begun_and_left_alone_for_a_month_makes_room(ala, monkeypatch):
    monkeypatch.setattr(storage, "OPEN_MOST", 1)
    send(ala, 0, PIECE)
    old = datetime.now(UTC) - 2 * kept("piece")
    Blob.objects.update(begun_at=old)
    assert send(ala, PIECE, 2 * PIECE).offset == 2 * PIECE
    with pytest.raises(Refused, match="quota_reached"):
        storage.take_piece("KG-C-ALA", bytes(32), 100, 0, b"x", datetime.now(UTC), sender=ala.epoch)
    (part,) = storage.path_of("KG-C-ALA", BLOB).parent.glob("*.part")
    os.utime(part, (old.timestamp(), old.timestamp()))
    storage.take_piece("KG-C-ALA", bytes(32), 100, 0, b"x", datetime.now(UTC), sender=ala.epoch)
    assert not part.exists()
    assert head(ala) == (404, None)


def test_a_withdrawn_pc_goes_on_with_what_it_promised_and_begins_nothing(ala, monkeypatch):
    promised = b"named by a request of the register"
    named = sha256(promised).digest()
    file = Attachment(named, bytes(32), "a.jpg", "image/jpeg", len(promised))
    ala.write(replace(REQUEST, attachments=(file,)))
    ala.exchange()
    send(ala, 0, PIECE)
    call_command("revoke_workplace", slot="ALA-A", reason="stolen", stdout=io.StringIO())
    other = BLOB_PATH + "cd" * 32
    for body in (b"x", b""):
        refused = ala.ask("PATCH", f"{other}?offset=0&size=100", body)
        assert (refused.status_code, frames.unpack(Refusal, refused.content).code) == (409, "revoked")
    assert Blob.objects.count() == 1
    assert send(ala, PIECE).is_complete
    answer = ala.ask("PATCH", f"{BLOB_PATH}{named.hex()}?offset=0&size={len(promised)}", promised)
    assert frames.unpack(BlobReply, answer.content).is_complete


def test_a_withdrawn_pc_spoils_no_attachment_of_its_neighbour(ala, plain, enrolled):
    mate = plain(enrolled("KG-C-ALA"))
    mate.write(replace(REQUEST, attachments=(Attachment(BLOB, bytes(32), "a.jpg", "image/jpeg", len(CANARY)),)))
    mate.exchange()
    call_command("revoke_workplace", slot="ALA-A", reason="stolen", stdout=io.StringIO())
    assert send(ala, 0, PIECE, size=len(CANARY) - 1) == (409, "revoked", None)
    assert send(ala, 0, PIECE) == (409, "revoked", None)
    assert send(mate, 0).is_complete


def test_what_somebody_sends_is_laid_on_nothing_that_another_pc_sends(ala, plain, enrolled):
    mate = plain(enrolled("KG-C-ALA"))
    ala.write(replace(REQUEST, attachments=(Attachment(BLOB, bytes(32), "a.jpg", "image/jpeg", len(CANARY)),)))
    ala.exchange()
    junk = bytes(len(CANARY))
    assert send(mate, 0, 1, content=junk).offset == 1
    assert head(ala) == (404, None)
    assert send(ala, 0, PIECE).offset == PIECE
    assert send(mate, 1, PIECE + 1, content=junk).offset == PIECE + 1
    assert head(ala) == (200, f"{PIECE};open")
    assert send(ala, PIECE).is_complete
    assert send(mate, PIECE + 1, content=junk).is_complete
    assert fetched(mate) == (200, CANARY)
    assert Blob.objects.count() == 1
    assert [one.name for one in storage.path_of("KG-C-ALA", BLOB).parent.iterdir()] == [BLOB.hex()]


def test_a_size_that_another_pc_announced_binds_nobody_else(ala, plain, enrolled):
    mate = plain(enrolled("KG-C-ALA"))
    assert send(ala, 0, PIECE, size=len(CANARY) - 1).offset == PIECE
    assert send(mate, 0, PIECE).offset == PIECE
    assert send(ala, PIECE) == (409, "size_changed", None)
    ala.write(replace(REQUEST, attachments=(Attachment(BLOB, bytes(32), "a.jpg", "image/jpeg", len(CANARY)),)))
    ala.exchange()
    assert send(ala, 0, PIECE).offset == PIECE
    assert send(mate, PIECE).is_complete
    assert fetched(ala) == (200, CANARY)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_pcs_at_once_ends_whole(ala, plain, enrolled):
    offices = [ala, plain(enrolled("KG-C-ALA")), plain(enrolled("KG-C-ALA"))]

    def upload(office: PlainOffice):
        def work() -> bool:
            offset = 0
            while True:
                told = send(office, offset, offset + PIECE)
                if isinstance(told, tuple):
                    offset = int(told[2])
                elif told.is_complete:
                    return True
                else:
                    offset = told.offset

        return work

    assert all(done.result() for done in side_by_side([upload(office) for office in offices]))
    assert fetched(ala) == (200, CANARY)
    assert Blob.objects.count() == 1
    assert not Event.custody.exists()
    connection.close()
