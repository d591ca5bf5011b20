"""What was not seen is not agreed to: F9 pressed in haste does nothing on a screen that has just come up."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.ui.widgets.attention import Attention, attention
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import registered_here

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
