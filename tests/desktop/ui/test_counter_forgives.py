"""After registering: the newest request stands chosen, Alt+1 leads to a form, and a citizen who returns is known."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from liaison_desktop.app import Desktop
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui.paper import PaperFailed, Tray
from liaison_desktop.ui.reception.values import DuePreview
from liaison_desktop.ui.requests.card import AnswerPanel, RequestCard
from liaison_desktop.ui.requests.values import AnswerShown, CardShown
from liaison_desktop.ui.requests.view import Requests
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.saying import fixed
from server_sync.contract.events import EventKind, read_header
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]
ALT = Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def screen_of(desktop: Desktop) -> Requests:
    counter = desktop.counter
    assert counter is not None
    return counter.requests


def number_on_card(desktop: Desktop) -> str:
    found = screen_of(desktop).card.findChildren(QLabel, "requests.number")
    return next((one.text() for one in found if not one.isHidden()), "")


def test_the_request_just_registered_is_the_one_that_is_corrected(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.fill(window, surname="Өмүрзакова")
    number = register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=ALT)
    hands.until(lambda: number_on_card(desktop) == number)
    assert screen_of(desktop).table.current().who == "Өмүрзакова Б."
    hands.press(window, Qt.Key.Key_F4)
    dialog = hands.dialog(window, "correct")
    assert hands.find(dialog, "reception.surname", QLineEdit).text() == "Өмүрзакова"
    hands.press(dialog, Qt.Key.Key_Escape)
    hands.until(lambda: not hands.is_seen(window, "correct"))
    hands.press(window, Qt.Key.Key_F7)
    hands.press(hands.dialog(window, "withdraw"), Qt.Key.Key_Escape)


def test_alt_1_leads_to_a_form_and_not_to_the_last_paper(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=ALT)
    hands.press(window, Qt.Key.Key_1, modifier=ALT)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.until(lambda: QApplication.focusWidget() is hands.find(window, "reception.pin", QLineEdit))
    assert hands.find(window, "reception.surname", QLineEdit).text() == ""


def test_a_citizen_who_returns_is_filled_in_by_one_key(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.type(window, "reception.pin", "10101198899656")
    hands.until(lambda: hands.is_seen(window, "reception.returning"))
    hands.press(window, Qt.Key.Key_F3)

    def filled(name: str) -> str:
        return hands.find(window, f"reception.{name}", QLineEdit).text()

    assert [filled(name) for name in ("surname", "given_name", "phone", "settlement", "street")] == [
        "Турдубаева", "Бактыгүл", "+996 555 123456", "Ак-Жол", "Ленин, 27",
    ]  # fmt: skip
    hands.until(lambda: not hands.is_seen(window, "reception.returning"))
    focused = QApplication.focusWidget()
    assert focused is not None
    assert hands.find(window, "reception.answer_by", QWidget).isAncestorOf(focused)


def test_a_citizen_without_the_pin_is_known_by_name_and_date_of_birth(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    counter = desktop.counter
    assert counter is not None
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.type(window, "reception.surname", "Турдубаева")
    hands.type(window, "reception.given_name", "Бактыгүл")
    hands.until(lambda: hands.is_seen(window, "reception.earlier.0"))
    assert not hands.is_seen(window, "reception.returning")
    counter.reception.focus_on("birth_on")
    hands.type(window, "reception.birth_on", "01.01.1988")
    hands.until(lambda: hands.is_seen(window, "reception.returning"))
    hands.press(window, Qt.Key.Key_F3)
    assert hands.find(window, "reception.pin", QLineEdit).text() == "10101198899656"


class TurnsBack(Tray):
    """The person looks at the dialog and turns back."""

    @override
    def print_pdf(self, pdf: bytes, title: str, printer: str, parent: QWidget) -> bool:
        return False

    @override
    def save_pdf(self, pdf: bytes, name: str, parent: QWidget) -> Path | None:
        return None


class OutOfPaper(Tray):
    """A printer and a disk that fail."""

    @override
    def print_pdf(self, pdf: bytes, title: str, printer: str, parent: QWidget) -> bool:
        raise PaperFailed("printer_failed")

    @override
    def save_pdf(self, pdf: bytes, name: str, parent: QWidget) -> Path | None:
        raise PaperFailed("file_not_written")


def copies(desktop: Desktop, hands: Hands) -> int:
    """How many copies are written down."""
    desk = desktop.desk
    assert desk is not None
    found: list[int] = []
    desktop.runner.run(lambda: _copies_of(desk), done=found.append)
    hands.until(lambda: bool(found))
    return found[0]


def _copies_of(desk: Desk) -> int:
    kinds = [read_header(raw).kind for (raw,) in desk.store.connection.execute("SELECT header FROM events")]
    return kinds.count(EventKind.RECEIPT_REPRINTED)


@pytest.mark.parametrize("papers", [TurnsBack, OutOfPaper])
def test_a_copy_is_written_down_when_somebody_has_it_and_not_before(
    programs: Programs, signed_in: Start, hands: Hands, papers: type[Tray]
) -> None:
    desktop = signed_in()
    window, counter = desktop.window, desktop.counter
    assert counter is not None
    hands.fill(window)
    number = register(desktop, hands)
    hands.press(window, Qt.Key.Key_F9)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).property("text") == "Print a copy")
    counter._bench.papers = papers(programs.tray)
    paper_button = hands.find(window, "registered.print", Button)
    hands.press(window, Qt.Key.Key_F9)
    hands.until(lambda: paper_button.is_live and desktop.runner.is_idle)
    hands.press(window, Qt.Key.Key_2, modifier=ALT)
    hands.until(lambda: number_on_card(desktop) == number)
    screen = screen_of(desktop)
    for key, held in ((Qt.Key.Key_F9, PLAIN), (Qt.Key.Key_S, CTRL)):
        hands.press(window, key, modifier=held)
        hands.until(lambda: screen.print.is_live and desktop.runner.is_idle)
    assert copies(desktop, hands) == 0
    counter._bench.papers = Tray(programs.tray)
    for before, (key, held) in enumerate(((Qt.Key.Key_F9, PLAIN), (Qt.Key.Key_S, CTRL))):
        hands.press(window, key, modifier=held)
        hands.until(lambda: screen.print.is_live and desktop.runner.is_idle)
        assert copies(desktop, hands) == before + 1


class NoPrinter(Tray):
    """A computer without a printer; a page can be saved."""

    @override
    def printers(self) -> tuple[str, ...]:
        return ()


def test_without_a_printer_the_page_is_saved_and_no_copy_is_written_down_for_nothing(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    counter = desktop.counter
    assert counter is not None
    counter._bench.papers = NoPrinter(programs.tray)
    hands.fill(window)
    number = register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=ALT)
    hands.until(lambda: number_on_card(desktop) == number)
    hands.press(window, Qt.Key.Key_F9)
    hands.until(lambda: "no printer" in window.findChild(QWidget, "toast").text())  # type: ignore[union-attr]
    assert list(programs.tray.glob("*.pdf")) == []
    hands.press(window, Qt.Key.Key_S, modifier=CTRL)
    hands.until(lambda: [path.name for path in programs.tray.glob("*.pdf")] == [f"{number}.pdf"])


def card(answers: tuple[AnswerShown, ...]) -> CardShown:
    return CardShown(
        appeal=b"1" * 32, number="ALA-26-A-00001-1539", subject="Мектеп жөнүндө",
        facts=tuple((fixed(f"label {n}"), fixed(f"words {n}")) for n in range(12)),
        pin="", pin_masked="", text="Текст", state=fixed("answered"), state_tone="success", state_icon="check",
        delivery=fixed("at the centre"), delivery_tone="muted", delivery_icon="check",
        due=DuePreview(None, 0, "", False, None), answers=answers, told=False, told_words=fixed("not told"),
        attachments=(), history=(), doubts=(), may_correct=True, may_supplement=True, may_withdraw=True, may_tell=True,
        wished="letter", may_print=True,
    )  # fmt: skip


def test_the_answer_stands_above_the_facts_of_the_card(qtbot: QtBot) -> None:
    shown = RequestCard()
    qtbot.addWidget(shown)
    shown.resize(340, 500)
    at = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
    shown.show_card(card((AnswerShown(b"2" * 32, at, "03-214", fixed("Explained"), fixed("Жооп"), "Аким"),)))
    shown.show()
    for _ in range(5):
        QApplication.processEvents()
    panel = shown.findChildren(AnswerPanel)[0]
    top, bottom = panel.mapTo(shown, panel.rect().topLeft()).y(), panel.mapTo(shown, panel.rect().bottomLeft()).y()
    fact = next(one for one in shown.findChildren(QLabel) if one.text() == "label 0")
    assert 0 < top < bottom < fact.mapTo(shown, fact.rect().topLeft()).y()
    assert bottom <= shown.height()


@pytest.mark.parametrize("reference", ["03-214", "№ 03-214", "№03-214"])
def test_the_number_of_an_answer_has_its_sign_once(qtbot: QtBot, reference: str) -> None:
    at = datetime(2026, 11, 29, 9, tzinfo=UTC)
    panel = AnswerPanel(AnswerShown(b"2" * 32, at, reference, fixed("Explained"), fixed("Жооп"), "Аким"))
    qtbot.addWidget(panel)
    assert any(label.text().endswith("No. 03-214") for label in panel.findChildren(QLabel))
