"""Papers come down after the texts, piece by piece, are kept enciphered, and are read with no line."""

import errno
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import NotFound, StoreDamaged
from liaison_desktop.services import acts, drafting
from liaison_desktop.services.papers import open_paper, papers_of
from liaison_desktop.store import blobs as kept
from liaison_desktop.sync import attaching
from liaison_desktop.sync.outcomes import Reason
from server_sync.contract import blobs
from server_sync.contract.bodies import (
    Invited,
    MeetingCancelled,
    MeetingChanged,
    MeetingPaperAdded,
    MeetingPaperWithdrawn,
    MeetingPart,
    MeetingPlanned,
    Words,
)
from server_sync.contract.messages import PIECE_MOST_BYTES
from server_sync.contract.signing import sha256
from tests.desktop.sync.test_meetings_come_down import CHAIR, NAME, WHY, plan

PAPER, SECOND = bytes(range(48, 64)), bytes(range(64, 80))
TITLE = Words("Көмүр", "Уголь")


def lay(centre, content: bytes, paper: bytes = PAPER, item: int = 1, said_hash: bytes = b"") -> MeetingPaperAdded:
    """Let the centre lay a paper to the meeting and have its bytes."""
    key = blobs.new_blob_key()
    sealed = blobs.seal(content, key)
    blob_id = blobs.blob_id(sealed)
    centre.blobs[blob_id] = bytearray(sealed)
    centre.whole[blob_id] = len(sealed)
    said = said_hash or sha256(content)
    body = MeetingPaperAdded(paper, NAME, TITLE, blob_id, key, len(content), said, 3, item)
    centre.say(body)
    return body


def here(office):
    return papers_of(office.office.desk, NAME)


def lying(office) -> list[Path]:
    """The files of ciphertexts that lie beside the store."""
    return [path for path in office.store.blob_folder.rglob("*") if path.is_file()]


def uninvited(office) -> MeetingChanged:
    """The office has no part in the meeting any more."""
    return MeetingChanged(NAME, plan(office, invited=(Invited(CHAIR, MeetingPart.CHAIR),), agenda=()), WHY)


@pytest.fixture
def planned(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    return centre


@pytest.mark.parametrize("size", [500, 900_000])
def test_a_paper_is_fetched_after_the_texts_kept_enciphered_and_read_with_no_line(office, planned, size):
    content = b"%PDF-1.7 " + bytes(size)
    lay(planned, content)
    office.exchange()
    (one,) = here(office)
    assert (one.is_here, one.percent, one.added.title, one.added.item) == (True, 100, TITLE, 1)
    assert open_paper(office.office.desk, NAME, PAPER) == content
    assert not any(b"%PDF" in path.read_bytes() for path in lying(office))
    assert office.changes[-1].meetings


def test_a_cut_in_the_middle_is_gone_on_from_and_what_is_here_is_told(office, planned):
    content = bytes(range(256)) * 4_000
    lay(planned, content)
    fetched: list[int] = []

    def cut(method: str) -> None:
        if method == "GET":
            fetched.append(1)
            if len(fetched) == 3:
                office.line.faults = ["lost"]

    office.line.during = cut
    office.exchange()
    (one,) = here(office)
    assert not one.is_here
    assert 0 < one.percent < 100
    with pytest.raises(NotFound):
        open_paper(office.office.desk, NAME, PAPER)
    office.start()
    office.line.during = lambda method: fetched.append(1) if method == "GET" else None
    office.wait()
    assert here(office)[0].is_here
    assert open_paper(office.office.desk, NAME, PAPER) == content
    assert len(fetched) <= 4 + len(content) // PIECE_MOST_BYTES + 4


def test_a_forged_byte_is_refused_and_the_paper_is_fetched_anew(office, planned):
    content = bytes(200_000)
    body = lay(planned, content)
    planned.blobs[body.blob_id][70_000] ^= 1
    office.exchange()
    assert not here(office)[0].is_here
    assert not lying(office)
    planned.blobs[body.blob_id][70_000] ^= 1
    office.start()
    office.exchange()
    assert open_paper(office.office.desk, NAME, PAPER) == content


def test_bytes_that_are_not_those_of_the_event_are_not_opened(office, planned):
    lay(planned, b"%PDF other", said_hash=bytes(32))
    office.exchange()
    with pytest.raises(StoreDamaged):
        open_paper(office.office.desk, NAME, PAPER)


def test_a_full_disk_says_so_and_the_paper_goes_on_when_there_is_room(office, planned, monkeypatch):
    lay(planned, bytes(300_000))

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(attaching, "_grown", full)
        office.exchange()
    assert office.exchanging.news.hindrance == "disk_full"
    assert not here(office)[0].is_here
    office.start()
    office.exchange()
    assert here(office)[0].is_here


@pytest.mark.parametrize("size", [500, 900_000])
def test_a_paper_that_is_withdrawn_goes_from_here_with_its_bytes_and_leaves_a_word(office, planned, size):
    body = lay(planned, bytes(size))
    office.exchange()
    planned.say(MeetingPaperWithdrawn(PAPER, NAME, WHY))
    office.exchange()
    (one,) = here(office)
    assert (one.is_withdrawn, one.reason, one.is_here) == (True, WHY, False)
    with pytest.raises(NotFound):
        open_paper(office.office.desk, NAME, PAPER)
    assert not lying(office)
    assert not office.store.connection.execute("SELECT 1 FROM blobs WHERE blob_id = ?", (body.blob_id,)).fetchone()


def test_news_of_a_meeting_take_no_file_that_is_sealed_for_an_open_form(office, planned):
    appeal = office.register().event
    content = b"%PDF-1.7 " + bytes(100_000)
    chosen = drafting.seal_file(office.office.desk, "кошумча.pdf", content)
    lay(planned, bytes(500))
    office.exchange()
    planned.say(MeetingPaperWithdrawn(PAPER, NAME, WHY))
    office.exchange()
    acts.supplement_appeal(office.office.desk, appeal, "", (chosen,))
    office.exchange()
    assert drafting.open_file(office.office.desk, chosen.blob_id, chosen.blob_key) == content
    assert bytes(planned.blobs[chosen.blob_id]) == b"".join(kept.read_pieces(office.store, chosen.blob_id, 0))


def test_what_was_fetched_of_a_withdrawn_paper_goes_too(office, planned):
    lay(planned, bytes(900_000))
    fetched: list[int] = []

    def cut(method: str) -> None:
        if method == "GET":
            fetched.append(1)
            if len(fetched) == 2:
                office.line.faults = [Reason.TIMEOUT]

    office.line.during = cut
    office.exchange()
    assert lying(office)
    planned.say(MeetingPaperWithdrawn(PAPER, NAME, WHY))
    office.line.during = lambda _method: None
    office.exchange()
    assert not lying(office)


def test_a_piece_that_comes_after_its_paper_was_withdrawn_is_let_go(office, planned):
    lay(planned, bytes(900_000))
    cut_in_the_middle(office)
    moving = attaching.next_download(office.store, ())
    assert moving is not None
    planned.say(MeetingPaperWithdrawn(PAPER, NAME, WHY))
    office.line.during = lambda _method: None
    office.start()
    office.exchange()
    assert attaching.keep_piece(office.store, moving, bytes(1_000), office.clock) is None
    assert not lying(office)


def test_half_a_paper_that_no_row_names_goes_at_the_next_start_and_one_on_its_way_stays(office, planned):
    body = lay(planned, bytes(900_000))
    cut_in_the_middle(office)
    part, lost = kept.part_path(office.store, body.blob_id), kept.part_path(office.store, bytes(32))
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"half")
    office.office.restart()
    assert lying(office) == [part]


def test_papers_stand_in_the_order_of_the_agenda_and_none_of_them_is_a_file_that_nobody_names(office, planned):
    lay(planned, bytes(500), SECOND, 2)
    lay(planned, bytes(600), PAPER, 0)
    office.exchange()
    assert [one.paper for one in here(office)] == [PAPER, SECOND]
    assert kept.drop_unnamed(office.store) == 0


def test_an_office_that_is_no_longer_invited_reads_no_papers(office, planned):
    lay(planned, bytes(500))
    planned.say(uninvited(office))
    office.exchange()
    assert here(office) == ()


def cut_in_the_middle(office) -> list[int]:
    """Let the line go down in the middle of the larger of two papers; gives what was asked for since."""
    asked: list[int] = []

    def cut(method: str) -> None:
        if method == "GET":
            asked.append(1)
            if len(asked) == 3:
                office.line.faults = [Reason.TIMEOUT]

    office.line.during = cut
    office.exchange()
    return asked


@pytest.mark.parametrize("ended", [uninvited, lambda _office: MeetingCancelled(NAME, WHY)])
def test_who_is_not_invited_any_more_or_whose_meeting_is_cancelled_asks_for_no_paper_and_has_none(
    office, planned, ended
):
    lay(planned, bytes(900_000))
    lay(planned, bytes(500), SECOND)
    asked = cut_in_the_middle(office)
    assert lying(office)
    assert attaching.left_bytes(office.store) > 0
    planned.say(ended(office))
    asked.clear()
    office.start()
    office.exchange()
    assert attaching.left_bytes(office.store) == 0
    assert (asked, lying(office), here(office)) == ([], [], ())
    assert not office.store.connection.execute("SELECT 1 FROM blobs").fetchone()


def test_an_office_that_is_invited_again_fetches_the_papers_anew(office, planned):
    content = bytes(900_000)
    lay(planned, content)
    office.exchange()
    planned.say(uninvited(office))
    office.exchange()
    planned.say(MeetingChanged(NAME, plan(office), WHY))
    office.exchange()
    assert open_paper(office.office.desk, NAME, PAPER) == content


def test_what_an_earlier_program_fetched_for_nobody_goes_at_the_next_start(office, planned):
    lay(planned, bytes(900_000))
    office.exchange()
    with office.store.transaction() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'own_site'")
    planned.say(uninvited(office))
    office.exchange()
    assert lying(office)
    office.office.restart()
    assert not lying(office)


def test_while_the_office_is_on_stage_papers_wait(office, planned):
    lay(planned, bytes(500))
    office.exchanging.yield_line(True)
    office.exchange()
    assert here(office)[0].percent == 0
    office.exchanging.yield_line(False)
    office.wait()
    assert here(office)[0].is_here
