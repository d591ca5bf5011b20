"""Papers in the window: read in the lobby over it, in the room beside the pictures, shown to all by the desk."""

import os
import signal
from pathlib import Path

import pytest
from fpdf import FPDF
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.store import blobs as kept
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.paper_pane import PaperPane
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Painted
from server_sync.contract import blobs
from server_sync.contract.bodies import Body, MeetingPaperAdded, MeetingPaperWithdrawn, MeetingPlanned, Words
from server_sync.contract.meetings import MeetingAct
from server_sync.contract.signing import sha256
from tests.desktop.centre_says import WHY, hear
from tests.desktop.ui.hall import invitation
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_lobby import NAME, Visit, visit
from tests.desktop.ui.test_meeting_room import SITES, SIZES, InWindow, hall, room

__all__ = ["hall", "room", "visit"]

PAPER, OTHER, COMING = b"p" * 16, b"q" * 16, b"r" * 16
ROOM_MEETING = b"m" * 16
TITLE = Words(
    "Мектептердеги жана ооруканалардагы көмүр запасы боюнча маалымат",
    "Сведения о запасах угля в школах и больницах",
    "Coal in stock at schools and hospitals",
)


def pdf(pages: int = 3, words: str = "Coal") -> bytes:
    paper = FPDF(format="A4", unit="mm")
    paper.set_font("helvetica", size=36)
    for number in range(1, pages + 1):
        paper.add_page()
        paper.cell(0, 40, f"{words}, page {number}")
        for line in range(12):
            paper.set_xy(20, 60 + 14 * line)
            paper.cell(0, 10, f"Office {line + 1}: {37 * number + line} t")
    return bytes(paper.output())


def laid(meeting: bytes, paper: bytes, content: bytes, pages: int = 3, item: int = 1, title: Words = TITLE):
    """A paper's event, and its ciphertext."""
    key = blobs.new_blob_key()
    sealed = blobs.seal(content, key)
    body = MeetingPaperAdded(
        paper, meeting, title, blobs.blob_id(sealed), key, len(content), sha256(content), pages, item
    )
    return body, sealed


def say(bench, hands: Hands, *bodies: Body, sealed: tuple[bytes, ...] = ()) -> None:
    """Let the centre have said this, and these bytes have come."""
    done: list[bool] = []

    def job(desk) -> None:
        hear(desk, *bodies)
        for one in sealed:
            kept.keep_blob(desk.store, one, desk.clock.wall_ms(), is_own=False)

    bench.store(job, lambda _: done.append(True))
    hands.until(lambda: bool(done))
    bench.announce(ChangeSet(meetings=True))


def wait_for_page(hands: Hands, pane: PaperPane) -> None:
    hands.until(lambda: pane.page.picture is not None)


def picture(name: str, window) -> None:
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        QApplication.processEvents()
        window.grab().save(str(Path(folder) / f"{name}.png"))


@pytest.fixture
def lobby(visit: Visit) -> Visit:
    """The lobby of a meeting with two papers, one of which is on its way."""
    body, sealed = laid(NAME, PAPER, pdf())
    coming, _ = laid(NAME, COMING, bytes(2_000_000), 12, 2, Words(en="Repair of boiler houses: estimates"))
    say(visit.bench, visit.hands, MeetingPlanned(NAME, visit.plan()), body, coming, sealed=(sealed,))
    visit.hands.until(lambda: len(visit.lobby.papers.papers.lines) == 2)
    return visit


def pane_of(visit: Visit) -> PaperPane:
    return visit.counter.corner.papers.pane


def test_papers_stand_beside_the_agenda_with_how_much_of_each_is_here(lobby: Visit) -> None:
    lines = lobby.lobby.papers.papers.lines
    assert "here" in lines[PAPER].text()
    assert "will come" in lines[COMING].text()
    assert lines[PAPER].read.isVisible()
    assert lines[PAPER].read.accessibleName() == "Read: Coal in stock at schools and hospitals"
    assert not lines[COMING].read.isVisible()
    picture("papers-lobby", lobby.desktop.window)


def test_a_paper_is_read_in_the_lobby_by_keys_alone(lobby: Visit) -> None:
    hands, pane = lobby.hands, pane_of(lobby)
    button = lobby.lobby.papers.papers.lines[PAPER].read
    button.setFocus()
    hands.press(lobby.desktop.window, Qt.Key.Key_Return)
    wait_for_page(hands, pane)
    dialog = hands.dialog(lobby.desktop.window, names.PAPER_DIALOG)
    assert pane._place.text() == "1 of 3"
    assert pane.page.accessibleName() == "Coal in stock at schools and hospitals, page 1 of 3"
    picture("papers-lobby-reading", lobby.desktop.window)
    picture("papers-dialog", dialog)
    first = pane.page.picture
    hands.press(dialog, Qt.Key.Key_PageDown)
    hands.until(lambda: pane._place.text() == "2 of 3")
    hands.until(lambda: pane.page.picture is not first)
    hands.press(dialog, Qt.Key.Key_End)
    hands.until(lambda: pane._place.text() == "3 of 3")
    assert not pane.next.isEnabled()
    hands.press(dialog, Qt.Key.Key_Plus)
    hands.until(lambda: pane._zoom.text() == "125 %")
    hands.press(dialog, Qt.Key.Key_Escape)
    hands.until(lambda: not pane.isVisible())
    assert lobby.counter.corner.papers.papers.reader.pid == 0


def test_a_copy_is_saved_as_it_is_and_printed_as_pictures(lobby: Visit) -> None:
    hands, pane = lobby.hands, pane_of(lobby)
    lobby.lobby.papers.papers.lines[PAPER].read.click()
    wait_for_page(hands, pane)
    dialog = hands.dialog(lobby.desktop.window, names.PAPER_DIALOG)
    tray = Path(lobby.bench.papers.printers()[0])
    hands.press(dialog, Qt.Key.Key_S, modifier=Qt.KeyboardModifier.ControlModifier)
    saved = tray / "Coal in stock at schools and hospitals.pdf"
    hands.until(saved.exists)
    assert saved.read_bytes().startswith(b"%PDF")
    hands.press(dialog, Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ControlModifier)
    printed = tray / "Coal in stock at schools and hospitals-2.pdf"
    hands.until(printed.exists)
    assert printed.read_bytes().count(b"/DCTDecode") == 3
    hands.press(dialog, Qt.Key.Key_Escape)


def test_a_paper_that_ends_its_reader_leaves_the_window_as_it_is(lobby: Visit) -> None:
    hands, pane = lobby.hands, pane_of(lobby)
    lobby.lobby.papers.papers.lines[PAPER].read.click()
    wait_for_page(hands, pane)
    reader = lobby.counter.corner.papers.papers.reader
    os.kill(reader.pid, signal.SIGSTOP)  # as one that hangs
    reader._patience.setInterval(200)
    pane.turned.emit(1)
    hands.until(lambda: "cannot be shown" in pane.page.words)
    reader._patience.setInterval(15_000)
    pane.turned.emit(1)
    hands.until(lambda: pane.page.picture is not None)
    hands.press(hands.dialog(lobby.desktop.window, names.PAPER_DIALOG), Qt.Key.Key_Escape)


def test_a_paper_withdrawn_while_it_is_read_says_so(lobby: Visit) -> None:
    hands, pane = lobby.hands, pane_of(lobby)
    lobby.lobby.papers.papers.lines[PAPER].read.click()
    wait_for_page(hands, pane)
    say(lobby.bench, hands, MeetingPaperWithdrawn(PAPER, NAME, WHY))
    hands.until(lambda: "was withdrawn" in pane.page.words)
    assert pane.page.picture is None
    hands.press(hands.dialog(lobby.desktop.window, names.PAPER_DIALOG), Qt.Key.Key_Escape)
    hands.until(lambda: "Withdrawn" in lobby.lobby.papers.papers.lines[PAPER].text())


# in the room


def plan_room(room: InWindow) -> None:
    """Let the store know the meeting of the hall with a paper."""
    assert room.desktop.counter is not None
    seen = invitation(sites=SITES)
    body, sealed = laid(ROOM_MEETING, PAPER, pdf(5), 5)
    say(room.desktop.counter._bench, room.hands, MeetingPlanned(ROOM_MEETING, seen.plan), body, sealed=(sealed,))


@pytest.fixture
def with_paper(room: InWindow) -> InWindow:
    plan_room(room)
    room.enter()
    room.hands.until(lambda: not room.view.buttons["papers"].isHidden())
    return room


def test_what_the_desk_shows_stands_beside_the_speaker_until_it_ends(with_paper: InWindow) -> None:
    room, view = with_paper, with_paper.view
    room.hall.change(paper=PAPER.hex(), page=2)
    room.hands.until(lambda: view.pane.isVisible())
    wait_for_page(room.hands, view.pane)
    assert view.pane._place.text() == "2 of 5"
    assert view.pane.follow.text() == "You follow the desk"
    assert not view.pane.to_all.isVisible()
    assert view.canvas.isVisible()
    assert view.buttons["hand"].hasFocus() or not view.pane.page.hasFocus()
    picture("papers-room-shown", room.window)
    room.hall.change(page=4)
    room.hands.until(lambda: view.pane._place.text() == "4 of 5")
    view.pane.before.click()
    room.hands.until(lambda: view.pane.follow.text() == "Follow the desk")
    room.hall.change(page=5)
    room.hands.until(lambda: room.attending.papers.papers.presenter._shown[1] == 5)
    assert view.pane._place.text() == "3 of 5"
    view.pane.follow.click()
    room.hands.until(lambda: view.pane._place.text() == "5 of 5")
    room.hall.change(paper="", page=0)
    room.hands.until(lambda: not view.pane.isVisible())


def test_the_desk_shows_a_page_to_all_and_turns_it_for_all(room: InWindow) -> None:
    room.hall.is_desk = True
    plan_room(room)
    room.enter()
    view = room.view
    room.hands.until(lambda: not view.buttons["papers"].isHidden())
    room.press(Qt.Key.Key_O)
    room.hands.until(lambda: view.papers.isVisible())
    picture("papers-room-list", room.window)
    view.papers.papers.lines[PAPER].read.click()
    wait_for_page(room.hands, view.pane)
    assert view.pane.page.hasFocus()
    view.pane.to_all.click()
    room.hands.until(lambda: room.hall.stage.paper == PAPER.hex())
    room.press(Qt.Key.Key_PageDown)
    room.hands.until(lambda: room.hall.stage.page == 2)
    assert view.pane.to_all.text() == "Shown to all"
    picture("papers-room-desk", room.window)
    view.pane.to_all.click()
    room.hands.until(lambda: room.hall.stage.paper == "")
    assert room.hall.acts().count(MeetingAct.SHOW_PAPER) == 3
    room.press(Qt.Key.Key_Escape)
    room.hands.until(lambda: not view.pane.isVisible())


def test_leaving_the_room_ends_what_was_read(with_paper: InWindow) -> None:
    room = with_paper
    room.hall.change(paper=PAPER.hex(), page=1)
    wait_for_page(room.hands, room.view.pane)
    room.attending.presenter.go()
    assert not room.view.pane.isVisible()
    assert room.attending.papers.papers.reader.pid == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_every_control_of_a_paper_has_a_name_and_room_for_its_words(
    room: InWindow, size: tuple[int, int], language: str, theme: str
) -> None:
    room.hall.is_desk = language == "ru"
    plan_room(room)
    room.enter()
    room.hands.until(lambda: not room.view.buttons["papers"].isHidden())
    room.desktop.set_language(language)
    look.wear(theme)
    room.window.resize(*size)
    room.hall.change(paper=PAPER.hex(), page=2)
    room.hands.until(lambda: room.view.pane.isVisible())
    wait_for_page(room.hands, room.view.pane)
    for _ in range(6):
        QApplication.processEvents()
    picture(f"papers-room-{size[0]}-{language}-{theme}", room.window)
    pane = room.view.pane
    buttons = [one for one in pane.findChildren(QAbstractButton) if one.isVisible()]
    assert [one.objectName() for one in buttons if not one.accessibleName()] == []
    short = [
        f"{one.objectName()}: {one.text()}"
        for one in room.view.findChildren(Painted)
        if one.isVisible() and one.minimumSizeHint().width() > one.width()
    ]
    assert short == []
    assert room.view.canvas.width() >= 160
    assert pane.page.height() >= 120
    look.wear("light")
