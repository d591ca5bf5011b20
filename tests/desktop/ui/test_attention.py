"""What was not seen is not agreed to: F9 pressed in haste does nothing on a screen that has just come up."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.ui.widgets.attention import Attention, attention
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.workplace.clock import SystemClock
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register, registered_here

Start = Callable[[], Desktop]


def test_half_a_second_after_a_screen_came_it_counts_as_seen() -> None:
    now = [1_000]
    eyes = Attention(lambda: now[0])
    seen = [eyes.has_seen]
    eyes.turn()
    for later_ms in (0, 499, 500):
        now[0] = 1_000 + later_ms
        seen.append(eyes.has_seen)
    assert seen == [True, False, False, True]


def test_f9_pressed_twice_in_haste_registers_nothing(
    programs: Programs, signed_in: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    monkeypatch.setattr(attention, "seen_after_ms", Attention.SEEN_AFTER_MS)
    programs.clock.go_on(1_000)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    hands.until(lambda: QApplication.activeWindow() is review)
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F9, Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(QApplication.focusWidget() or review, key)
    assert registered_here(desktop) == 0
    assert review.isVisible()
    programs.clock.go_on(500)
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    assert registered_here(desktop) == 1


def test_f9_pressed_once_more_prints_nothing_that_was_not_seen(
    programs: Programs, signed_in: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    monkeypatch.setattr(attention, "seen_after_ms", Attention.SEEN_AFTER_MS)
    programs.clock.go_on(1_000)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    programs.clock.go_on(500)
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    hands.press(window, Qt.Key.Key_F9)
    hands.press(window, Qt.Key.Key_Return, "registered.print")
    programs.clock.go_on(500)
    hands.press(window, Qt.Key.Key_F9)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).property("text") == "Print a copy")
    assert len(list(programs.tray.glob("*.pdf"))) == 1


def test_what_is_not_live_yet_is_drawn_so_and_nothing_moves_when_it_is(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000]
    monkeypatch.setattr(attention, "seen_after_ms", Attention.SEEN_AFTER_MS)
    monkeypatch.setattr(attention, "_now_ms", lambda: now[0])
    button = Button("Register", Kind.PRIMARY, key="F9", tall=True, waits=True)
    qtbot.addWidget(button)
    attention.turn()
    grey, size = button.grab().toImage(), button.sizeHint()
    lives = [button.is_live]
    now[0] += 500
    lives.append(button.is_live)
    assert lives == [False, True]
    green = button.grab().toImage()
    button.setEnabled(False)
    assert grey == button.grab().toImage() != green
    assert size == button.sizeHint()


def test_a_button_that_was_not_live_turns_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "seen_after_ms", 50)
    monkeypatch.setattr(attention, "_now_ms", SystemClock().monotonic_ms)
    button = Button("Register", Kind.PRIMARY, waits=True)
    qtbot.addWidget(button)
    drawn: list[bool] = []

    def colours() -> tuple[QColor | None, QColor | None, QColor]:
        drawn.append(button.is_live)
        return Button._colours(button)

    monkeypatch.setattr(button, "_colours", colours)
    attention.turn()
    button.show()
    qtbot.waitUntil(lambda: drawn[-1:] == [True], timeout=60_000)
    assert drawn[0] is False


def test_f9_pressed_thrice_on_the_numbers_screen_prints_one_paper(
    programs: Programs, signed_in: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.until(lambda: desktop.runner.is_idle)
    monkeypatch.setattr(attention, "seen_after_ms", Attention.SEEN_AFTER_MS)
    programs.clock.go_on(1_000)
    for _ in range(3):
        hands.press(window, Qt.Key.Key_F9)
        hands.until(lambda: desktop.runner.is_idle)
    assert [path.stem for path in programs.tray.glob("*.pdf")] == [
        f"Receipt {hands.find(window, 'registered.number', QLabel).text()}"
    ]
    programs.clock.go_on(500)
    hands.press(window, Qt.Key.Key_F9)
    hands.until(lambda: len(list(programs.tray.glob("*.pdf"))) == 2)


@pytest.mark.parametrize(("language", "called"), [("ky", "Дүмүрчөк"), ("ru", "Квитанция")])
def test_the_papers_name_is_in_the_persons_language(
    programs: Programs, signed_in: Start, hands: Hands, language: str, called: str
) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    number = register(desktop, hands)
    desktop.set_language(language)
    hands.press(desktop.window, Qt.Key.Key_F9)
    hands.until(lambda: [path.stem for path in programs.tray.glob("*.pdf")] == [f"{called} {number}"])


def test_the_keyboard_stays_on_a_button_while_what_it_began_is_under_way(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button = Button("Print")
    for widget in (button, Button("Other")):
        column.addWidget(widget)
    window.show()
    button.setFocus()
    button.set_busy(True)
    assert window.focusWidget() is button
    assert not button.is_live
