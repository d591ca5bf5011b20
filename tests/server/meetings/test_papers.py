"""Papers of a meeting: laid to it and taken from it by events, told to those invited, fetched by them alone."""

import errno
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from server_sync.appeals.rebuilding import rebuild
from server_sync.blobs import storage
from server_sync.blobs.models import Blob
from server_sync.common import room
from server_sync.common.refusals import Refused
from server_sync.contract.blobs import unseal
from server_sync.contract.bodies import (
    PAPER_LIMIT_BYTES,
    PAPERS_MOST,
    Invited,
    MeetingPaperWithdrawn,
    MeetingPart,
    Words,
)
from server_sync.contract.events import EventKind, read_header
from server_sync.contract.messages import BLOB_PATH, EventRow
from server_sync.meetings import acts
from server_sync.meetings.models import Meeting, MeetingPaper
from server_sync.meetings.papers import adding, keeping, reading
from server_sync.meetings.papers.adding import NewPaper
from server_sync.workplaces.models import CENTRE, Person
from tests.server.exchange.offices import PlainOffice
from tests.server.meetings.pdfs import broken_pdf, endless_pdf, locked_pdf, pdf
from tests.server.meetings.planning import CHAIR, NAME, WHY, plan

pytestmark = pytest.mark.django_db
FAR = "KG-O"
PAPER, OTHER = bytes(range(48, 64)), bytes(range(64, 80))
TITLE = Words("Көмүр", "Уголь")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """Bytes of one test are not found by the next."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "keys").symlink_to(settings.LIAISON_HOME / "keys")
    settings.LIAISON_HOME = home


@pytest.fixture
def planner(assistant: Person) -> bytes:
    """Who planned a meeting."""
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    return assistant.id.bytes


@pytest.fixture
def far(enrolled, plain: Callable[..., PlainOffice]) -> PlainOffice:
    """A PC of an office that is not invited."""
    return plain(enrolled(FAR))


def new(content: bytes | None = None, **changes: Any) -> NewPaper:
    said: dict[str, Any] = {"paper": PAPER, "title": TITLE, "item": 1, "pdf": pdf() if content is None else content}
    return NewPaper(**(said | changes))


def add(planner: bytes, **changes: Any) -> MeetingPaper:
    adding.add_paper(planner, NAME, new(**changes))
    return MeetingPaper.objects.latest("added_at")


def refused(planner: bytes, **changes: Any) -> str:
    before = list(Blob.objects.values_list("pk", flat=True))
    with pytest.raises(Refused) as wrong:
        adding.add_paper(planner, NAME, new(**changes))
    assert list(Blob.objects.values_list("pk", flat=True)) == before
    return wrong.value.code


def fetched(office: PlainOffice, blob_id: bytes, asked: str = "") -> tuple[int, bytes]:
    answer = office.ask("GET", BLOB_PATH + blob_id.hex(), headers={"Range": asked} if asked else None)
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


def kinds_told(office: PlainOffice) -> list[int]:
    rows = [raw.entry() for raw in office.exchange().feed.rows]
    return [read_header(row.header).kind for row in rows if isinstance(row, EventRow)]


def test_a_paper_is_told_to_the_offices_invited_with_its_pages_and_its_hash(planner, ala, far):
    content = pdf(3)
    one = add(planner, content=content)
    assert (one.pages, one.size_bytes, one.item) == (3, len(content), 1)
    assert bytes(one.content_hash) == sha256(content).digest()
    assert EventKind.MEETING_PAPER_ADDED in kinds_told(ala)
    assert EventKind.MEETING_PAPER_ADDED not in kinds_told(far)


def test_an_office_invited_fetches_a_paper_in_pieces_and_opens_it_by_the_event(planner, ala):
    content = pdf()
    one = add(planner, content=content)
    half = len(content) // 2
    status, first = fetched(ala, bytes(one.blob_id), f"bytes=0-{half - 1}")
    rest = fetched(ala, bytes(one.blob_id), f"bytes={half}-")[1]
    assert (status, len(first)) == (206, half)
    assert unseal(first + rest, bytes(one.blob_key)) == content
    assert sha256(first + rest).digest() == bytes(one.blob_id)


def test_an_office_that_is_not_invited_or_not_any_more_fetches_nothing(planner, ala, far):
    one = add(planner)
    assert fetched(far, bytes(one.blob_id))[0] == 404
    only = (Invited(CHAIR, MeetingPart.CHAIR),)
    acts.change_meeting(planner, NAME, plan(Meeting.objects.get().starts_at, invited=only, agenda=()), WHY)
    assert fetched(ala, bytes(one.blob_id))[0] == 404


def test_an_office_invited_later_is_told_of_the_papers_that_are_there(planner, far):
    add(planner)
    gone = adding.add_paper(planner, NAME, new(pdf(1), paper=OTHER))
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(OTHER, NAME, WHY))
    invited = (Invited(CHAIR, MeetingPart.CHAIR), Invited(FAR, MeetingPart.OFFICE))
    acts.change_meeting(planner, NAME, plan(Meeting.objects.get().starts_at, invited=invited, agenda=()), WHY)
    assert kinds_told(far) == [EventKind.MEETING_CHANGED, EventKind.MEETING_PAPER_ADDED]
    assert gone.hash
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": b""}, "paper_not_pdf"),
        ({"content": b"PK\x03\x04 a document with another name"}, "paper_not_pdf"),
        ({"content": broken_pdf()}, "paper_broken"),
        ({"content": pdf()[:-700]}, "paper_broken"),
        ({"content": endless_pdf()}, "paper_broken"),
        ({"content": locked_pdf()}, "paper_encrypted"),
        ({"content": b"%PDF-" + bytes(PAPER_LIMIT_BYTES)}, "paper_too_large"),
        ({"title": Words(" ", "")}, "paper_untitled"),
        ({"title": Words("а" * 301)}, "text_too_long"),
        ({"title": Words("а\x01")}, "control_character"),
        ({"item": 2}, "item_unknown"),
    ],
)
def test_what_is_no_paper_is_refused_by_name_and_nothing_is_kept(planner, changes, code):
    assert refused(planner, **changes) == code
    assert not MeetingPaper.objects.exists()


def test_a_file_that_hangs_its_reader_or_ends_it_is_a_broken_one(planner, monkeypatch):
    def hangs(*_args: object, **_known: object) -> None:
        raise subprocess.TimeoutExpired("reader", 20)

    with monkeypatch.context() as slow:
        slow.setattr(subprocess, "run", hangs)
        assert refused(planner) == "paper_broken"
    monkeypatch.setattr(reading, "PROGRAM", "this.is.no.program")
    assert refused(planner) == "paper_broken"


def test_the_reader_is_no_part_of_the_centres_process(planner):
    add(planner)
    assert "pypdfium2" not in sys.modules


@pytest.mark.skipif(sys.platform != "linux", reason="the system says here what a process may do")
def test_the_reader_may_write_and_start_nothing_and_knows_nothing_of_its_surroundings(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_CENTRE", "4711")
    asked: list[dict[str, Any]] = []
    run = subprocess.run

    def seen(command: list[str], **known: Any) -> subprocess.CompletedProcess[bytes]:
        asked.append({"args": command, "env": known["env"], "cwd": known["cwd"]})
        return run(command, **known)

    monkeypatch.setattr(subprocess, "run", seen)
    assert reading.pages_of(pdf(3)) == 3
    with subprocess.Popen(**asked[0], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        held = limits_of(reader.pid)
        while held["Max processes"] != ["0", "0"] and reader.poll() is None:
            time.sleep(0.02)
            held = limits_of(reader.pid)
        known = Path(f"/proc/{reader.pid}/environ").read_bytes().split(b"\0")
        reader.kill()
    assert held["Max file size"] == held["Max core file size"] == ["0", "0"]
    assert {one.partition(b"=")[0].decode() for one in known if one} <= set(reading.SURROUNDINGS)


def limits_of(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/limits").read_text("ascii").splitlines()
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def test_more_papers_than_a_meeting_may_have_are_refused(planner, monkeypatch):
    monkeypatch.setattr(adding, "PAPERS_MOST", 1)
    add(planner)
    assert refused(planner, paper=OTHER) == "too_many_papers"
    assert PAPERS_MOST == 30


def test_the_same_form_sent_twice_lays_one_paper(planner):
    content = pdf()
    add(planner, content=content)
    assert refused(planner, content=content) == "paper_known"
    assert adding.is_laid(NAME, new(content))
    assert not adding.is_laid(NAME, new(pdf(5)))


def test_a_full_disk_says_so_and_leaves_nothing_behind(planner, monkeypatch):
    def full(*_args: object, **_known: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(storage, "write_private", full)
        assert refused(planner) == "no_room"
    monkeypatch.setattr(room, "has_room_for_offices", lambda: False)
    assert refused(planner) == "no_room"
    assert not MeetingPaper.objects.exists()


def test_a_paper_that_is_withdrawn_goes_with_its_bytes_and_leaves_a_word(planner, ala):
    one = add(planner)
    path = storage.path_of(CENTRE, bytes(one.blob_id))
    assert path.exists()
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(PAPER, NAME, WHY))
    one.refresh_from_db()
    assert (one.withdrawn_at is not None, one.reason_ru) == (True, WHY.ru)
    assert not path.exists()
    assert fetched(ala, bytes(one.blob_id))[0] == 404
    assert kinds_told(ala)[-2:] == [EventKind.MEETING_PAPER_ADDED, EventKind.MEETING_PAPER_WITHDRAWN]
    for body, code in (
        (MeetingPaperWithdrawn(PAPER, NAME, WHY), "paper_withdrawn"),
        (MeetingPaperWithdrawn(OTHER, NAME, WHY), "no_such_paper"),
        (MeetingPaperWithdrawn(PAPER, NAME, Words(" ")), "reason_missing"),
    ):
        with pytest.raises(Refused) as wrong:
            adding.withdraw_paper(planner, body)
        assert wrong.value.code == code


def test_a_withdrawal_is_told_to_all_who_heard_of_the_paper_also_when_they_are_invited_no_more(planner, ala, far):
    add(planner)
    only = (Invited(CHAIR, MeetingPart.CHAIR),)
    acts.change_meeting(planner, NAME, plan(Meeting.objects.get().starts_at, invited=only, agenda=()), WHY)
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(PAPER, NAME, WHY))
    assert kinds_told(ala)[-2:] == [EventKind.MEETING_CHANGED, EventKind.MEETING_PAPER_WITHDRAWN]
    assert kinds_told(far) == []
    assert rebuild(keep=False).is_equal


def test_papers_are_made_anew_from_the_events(planner):
    add(planner)
    adding.add_paper(planner, NAME, new(pdf(1), paper=OTHER, item=0))
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(OTHER, NAME, WHY))
    assert rebuild(keep=False).is_equal
    assert rebuild(keep=True).is_equal
    assert [bytes(one.pk) for one in MeetingPaper.objects.filter(withdrawn_at=None)] == [PAPER]


def test_bytes_that_no_event_needs_go_after_a_day_and_those_of_a_paper_stay(planner, monkeypatch):
    monkeypatch.setattr(keeping, "_looked_at_s", [])
    one = add(planner)
    storage.keep(CENTRE, sha256(b"left").digest(), b"left", timezone.now())
    now = timezone.now()
    keeping.drop_unneeded(now + timedelta(hours=23))
    assert Blob.objects.count() == 2
    keeping.drop_unneeded(now + timedelta(hours=25))
    assert Blob.objects.count() == 2  # it looks once an hour
    monkeypatch.setattr(keeping, "_looked_at_s", [])
    keeping.drop_unneeded(now + timedelta(hours=25))
    assert [bytes(blob.blob_id) for blob in Blob.objects.all()] == [bytes(one.blob_id)]


def test_a_file_whose_row_was_never_written_goes_after_a_day(planner, monkeypatch):
    one = add(planner)
    sealed, half = storage.path_of(CENTRE, bytes(one.blob_id)), storage.path_of(CENTRE, bytes(32))
    half.write_bytes(b"the power went before the row")
    draft = half.with_name(f".{'ab' * 32}.01234567")
    draft.write_bytes(b"and here in the middle of the file")
    now = timezone.now()
    for hours, left in ((23, {sealed, half, draft}), (25, {sealed})):
        monkeypatch.setattr(keeping, "_looked_at_s", [])
        keeping.drop_unneeded(now + timedelta(hours=hours))
        assert set(sealed.parent.iterdir()) == left


def test_a_meeting_that_is_over_takes_no_paper_and_lets_one_be_withdrawn(planner):
    add(planner)
    acts.open_meeting(planner, NAME)
    add(planner, paper=OTHER)
    acts.close_meeting(planner, NAME)
    assert refused(planner, paper=bytes(16)) == "meeting_over"
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(OTHER, NAME, WHY))


def test_papers_of_a_cancelled_meeting_are_fetched_no_more_and_can_be_withdrawn(planner, ala):
    one = add(planner)
    acts.cancel_meeting(planner, NAME, WHY)
    assert fetched(ala, bytes(one.blob_id))[0] == 404
    assert refused(planner, paper=OTHER) == "meeting_cancelled"
    adding.withdraw_paper(planner, MeetingPaperWithdrawn(PAPER, NAME, WHY))
    assert not storage.path_of(CENTRE, bytes(one.blob_id)).exists()
    assert kinds_told(ala)[-2:] == [EventKind.MEETING_CANCELLED, EventKind.MEETING_PAPER_WITHDRAWN]
    assert rebuild(keep=False).is_equal


def test_who_does_not_lead_the_meeting_lays_no_paper_to_it(planner, bela):
    assert refused(bela.id.bytes) == "role_missing"
