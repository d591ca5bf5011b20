"""The counter by keyboard alone, on real widgets, a real store and a centre that is out of reach."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.delivery import DeliveryState, LineState, OutboxItem
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.outbox import mark_sent
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui.counter import Counter
from liaison_desktop.ui.delivery.telling import waiting_row
from liaison_desktop.ui.delivery.view import Delivery
from liaison_desktop.ui.requests.view import Requests
from liaison_desktop.ui.widgets.buttons import Segments
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.table import RowsTable
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.events import EventKind
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]


def register(desktop: Desktop, hands: Hands) -> str:
    """Register what is filled in, and give the number shown."""
    window = desktop.window
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    return hands.find(window, "registered.number", QLabel).text()


def registered_here(desktop: Desktop) -> int:
    desk = desktop.desk
    assert desk is not None
    found: list[int] = []
    desktop.runner.run(
        lambda: int(desk.store.connection.execute("SELECT count(*) FROM appeals").fetchone()[0]), done=found.append
    )
    while not found:
        QApplication.processEvents()
    return found[0]


def test_a_request_is_registered_by_the_keyboard_alone_and_shows_its_number(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    number = register(desktop, hands)
    assert number.startswith("ALA-26-A-00001-")
    assert registered_here(desktop) == 1


def test_f9_pressed_many_times_registers_once(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    hands.until(lambda: QApplication.activeWindow() is review)
    for _ in range(5):
        QTest.keyClick(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    assert registered_here(desktop) == 1


def test_what_is_missing_is_named_and_leads_to_its_field(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.type(window, "reception.surname", "Асанов")
    hands.press(window, Qt.Key.Key_F9)
    assert window.findChild(QWidget, "review") is None
    counter = desktop.counter
    assert counter is not None
    assert "Write down what the citizen asks for." in counter.reception.form.fields["text"].message()


def test_ctrl_enter_sends_nothing(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    hands.press(desktop.window, Qt.Key.Key_Return, "reception.text", Qt.KeyboardModifier.ControlModifier)
    assert desktop.window.findChild(QWidget, "review") is None
    assert registered_here(desktop) == 0


def test_a_draft_is_there_again_after_the_program_was_killed(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Өмүрзакова")
    hands.type(desktop.window, "reception.text", "Көчөбүздө суу жок.")
    hands.until(lambda: "Draft saved" in hands.find(desktop.window, "reception.saved", QLabel).text())
    desktop.close()
    again = signed_in()
    hands.until(lambda: hands.find(again.window, "reception.surname", QLineEdit).text() == "Өмүрзакова")
    assert hands.find(again.window, "reception.text", QTextEdit).toPlainText() == "Көчөбүздө суу жок."


def test_the_language_changes_and_nothing_typed_is_lost(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    before = hands.find(window, "reception.addressee", QLineEdit).text()
    desktop.set_language("ky")
    hands.until(lambda: hands.find(window, "reception.addressee", QLineEdit).text() != before)
    assert hands.find(window, "reception.surname", QLineEdit).text() == "Турдубаева"
    assert hands.find(window, "reception.text", QTextEdit).toPlainText() == "Менин эки кунан жана бир бээм жоголду."
    assert hands.find(window, "reception.register", QWidget).property("text") == "Каттоо"


def test_the_theme_and_the_size_change_and_nothing_typed_is_lost(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Асанов")
    desktop.turn_theme()
    desktop.set_text_size(150)
    assert hands.find(desktop.window, "reception.surname", QLineEdit).text() == "Асанов"


def test_a_registered_request_is_found_without_its_letters(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window, surname="Өмүрзакова")
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    hands.type(window, "requests.search", "омурзак")
    table = window.findChild(RowsTable, "requests.table")
    assert table is not None
    hands.until(lambda: [row.who for row in table.rows()] == ["Өмүрзакова Б."])
    hands.until(lambda: hands.is_seen(window, "requests.number"))


def test_a_withdrawal_asks_for_the_reason_and_is_a_new_event(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    screen = window.findChild(Requests, "requests")
    assert screen is not None
    hands.until(lambda: screen.withdraw.isEnabled())
    hands.click(window, "requests.withdraw")
    dialog = hands.dialog(window, "withdraw")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.type(dialog, "withdraw.reason", "Маселе чечилди")
    hands.press(dialog, Qt.Key.Key_F9)
    written = hands.find(dialog, "withdraw.expressed.written", QWidget)
    hands.until(lambda: QApplication.focusWidget() is written)  # nobody's word is chosen beforehand
    hands.press(dialog, Qt.Key.Key_Space, "withdraw.expressed.written")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: "withdrawn" in [badge.text() for badge in screen.card.findChildren(Badge)])


def test_the_receipt_is_printed_once_and_then_only_as_a_copy(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).isEnabled())
    hands.press(window, Qt.Key.Key_F9, "registered.print")
    hands.until(lambda: len(list(programs.tray.glob("*.pdf"))) == 1)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).property("text") == "Print a copy")
    hands.press(window, Qt.Key.Key_F9, "registered.print")
    hands.until(lambda: len(list(programs.tray.glob("*.pdf"))) == 2)


def test_a_receipt_is_checked_by_its_number_in_any_spelling(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    number = register(desktop, hands)
    hands.press(window, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    dialog = hands.dialog(window, "check")
    hands.type(dialog, "check.text", number.lower().replace("-", " ").replace("ala", "ала"))
    hands.press(dialog, Qt.Key.Key_Return, "check.text")
    verdict = dialog.findChild(QWidget, "check.verdict")
    assert verdict is not None
    hands.until(lambda: "registered here" in verdict.accessibleName())
    hands.press(dialog, Qt.Key.Key_Escape)


def notice_has(counter: Counter, said: str) -> bool:
    return said in counter.reception.registered.notice.accessibleName()


def test_delivery_says_what_waits_and_why(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_3, modifier=Qt.KeyboardModifier.AltModifier)
    screen = window.findChild(Delivery, "delivery")
    assert screen is not None
    hands.until(lambda: any(row.number == "ALA-26-A-00001" for row in screen.table.rows()))
    assert {row.why() for row in screen.table.rows()} == {"Waits for the line"}
    counter = desktop.counter
    assert counter is not None
    for state, why in (
        (LineState.ONLINE, "Waits its turn"),
        (LineState.OFFLINE, "Waits for the line"),
        (LineState.WEAK, "Waits its turn"),
    ):
        counter.deliveries.heard(LineNews(state))
        assert {row.why() for row in screen.table.rows()} == {why}
        counter.deliveries.refresh()
        said = "waits its turn" if why == "Waits its turn" else "waiting for the line"
        hands.until(partial(notice_has, counter, said))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_without_a_line_nothing_is_said_to_be_on_its_way(signed_in: Start, hands: Hands, language: str) -> None:
    desktop = signed_in()
    window, counter, desk = desktop.window, desktop.counter, desktop.desk
    hands.fill(window)
    register(desktop, hands)
    assert counter is not None
    assert desk is not None

    def go_out() -> None:
        """As an exchange does before the line breaks."""
        with desk.store.transaction() as connection:
            mark_sent(connection, current_epoch(connection).epoch, 1, 100, desk.clock.wall_ms())

    gone: list[object] = []
    desktop.runner.run(go_out, done=gone.append)
    hands.until(lambda: bool(gone))
    desktop.set_language(language)
    counter.deliveries.heard(LineNews(LineState.OFFLINE))
    for screen in ("delivery", "requests"):
        counter.shell.open(screen)
        counter.deliveries.refresh()
        counter.found.refresh()
        hands.until(lambda: bool(counter.delivery.table.rows()) and bool(counter.requests.table.rows()))
    hands.until(lambda: any(one.text() == tr("waiting") for one in counter.requests.card.findChildren(Text)))
    assert {row.why() for row in counter.delivery.table.rows()} == {tr("Waits for the line")}
    assert {row.delivery() for row in counter.requests.table.rows()} == {tr("waiting")}
    assert "arrow-up" not in {row.icon for row in counter.delivery.table.rows()}
    assert "arrow-up" not in {row.delivery_icon for row in counter.requests.table.rows()}


@pytest.mark.parametrize("state", [LineState.OFFLINE, LineState.UNKNOWN, LineState.FOREIGN])
def test_of_a_file_that_went_in_part_nothing_is_on_its_way_without_a_line(state: LineState) -> None:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    kind = EventKind.APPEAL_REGISTERED
    file = OutboxItem(b"e", 1, kind, b"a", "", "", DeliveryState.STORED, "", at, 1000, sent_bytes=400, blob_id=b"b")
    assert waiting_row(file, state).why() == "Waits for the line"
    assert waiting_row(file, LineState.ONLINE).why() == "Being sent, 40%"


def test_signing_out_leads_back_to_the_people_and_keeps_the_draft(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Асанов")
    desktop.sign_out()
    hands.until(lambda: hands.is_seen(desktop.window, "signin.password"))
    hands.sign_in(desktop.window)
    hands.until(lambda: hands.find(desktop.window, "reception.surname", QLineEdit).text() == "Асанов")


def test_alt_3_leaves_no_button_of_another_screen_under_enter_when_nothing_waits(
    signed_in: Start, hands: Hands
) -> None:
    window = signed_in().window
    hands.press(window, Qt.Key.Key_3, modifier=Qt.KeyboardModifier.AltModifier)
    screen = window.findChild(Delivery, "delivery")
    assert screen is not None
    hands.until(screen.isVisible)
    held = QApplication.focusWidget()
    assert held is not None
    assert held is screen or screen.isAncestorOf(held)


def test_the_language_of_an_empty_form_is_that_of_the_window_unless_it_was_chosen_there(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    language = hands.find(window, "reception.language", Segments)
    for spoken in ("ru", "ky", "ru"):
        desktop.set_language(spoken)
        assert language.value() == spoken
    hands.click(window, "reception.language.ky")
    desktop.set_language("ky")
    desktop.set_language("ru")
    assert language.value() == "ky"
    hands.type(window, "reception.surname", "Асанова")
    hands.press(window, Qt.Key.Key_F2)
    assert language.value() == "ru"
    hands.type(window, "reception.surname", "Петрова")
    desktop.set_language("ky")
    assert language.value() == "ru"
