"""The card of a request names what was registered of the person, has no term that nobody owes, and is never empty."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from typing_extensions import override

from liaison_desktop.app import Desktop
from liaison_desktop.domain.errors import NotFound
from liaison_desktop.services import reading
from liaison_desktop.ui.requests.card import RequestCard
from liaison_desktop.ui.widgets.messages import Badge
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import card, number_on_card, screen_of

Start = Callable[[], Desktop]


def at_the_requests(desktop: Desktop, hands: Hands) -> RequestCard:
    before = number_on_card(desktop)
    register(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: number_on_card(desktop) not in {"", before})
    hands.until(lambda: hands.is_seen(desktop.window, "requests.table"))
    return screen_of(desktop).card


def said_on(shown: RequestCard) -> list[str]:
    return [label.text() for label in shown.findChildren(QLabel) if label.isVisible()]


def withdraw(desktop: Desktop, hands: Hands) -> None:
    hands.press(desktop.window, Qt.Key.Key_F7)
    dialog = hands.dialog(desktop.window, "withdraw")
    hands.type(dialog, "withdraw.reason", "Маселе чечилди")
    hands.click(dialog, "withdraw.expressed.oral")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(desktop.window, "withdraw"))


class Painted(QObject):
    """Notes what stood on the card each time it was painted."""

    def __init__(self, watched: RequestCard) -> None:
        super().__init__(watched)
        self.seen: list[bool] = []
        self._watched = watched
        watched._inner.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append(bool(said_on(self._watched)))
        return False


def test_the_card_names_why_there_is_no_pin_and_the_date_of_birth(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.find(window, "reception.pin", QLineEdit).clear()
    assert desktop.counter is not None
    desktop.counter.reception.focus_on("no_pin_reason")
    hands.type(window, "reception.no_pin_reason", "Россиянын жараны")
    hands.type(window, "reception.birth_on", "14.03.1988")
    said = said_on(at_the_requests(desktop, hands))
    for words in ("Why there is no PIN", "Россиянын жараны", "Date of birth", "14.03.1988"):
        assert words in said, words


def test_a_withdrawn_request_has_no_day_any_more(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    shown = at_the_requests(desktop, hands)
    screen = screen_of(desktop)

    def badges() -> list[str]:
        return [one.text() for one in shown.findChildren(Badge) if one.isVisible()]

    assert any(words.startswith("due ") for words in badges())
    assert screen.table.current().due_on is not None
    withdraw(desktop, hands)
    hands.until(lambda: badges() == ["withdrawn"])
    hands.until(lambda: screen.table.current().due_on is None)


def test_the_card_is_never_empty_while_an_act_is_written(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    shown = at_the_requests(desktop, hands)
    painted = Painted(shown)
    withdraw(desktop, hands)
    hands.until(lambda: "The applicant withdrew it" in said_on(shown))
    for _ in range(50):
        QApplication.processEvents()
    assert painted.seen
    assert all(painted.seen)


def test_the_card_that_is_shown_anew_stands_whole_at_once(qtbot: QtBot) -> None:
    shown = RequestCard()
    qtbot.addWidget(shown)
    shown.resize(340, 300)
    shown.show_card(card(()))
    shown.show()
    qtbot.waitUntil(lambda: "label 11" in said_on(shown), timeout=60_000)
    bar = shown._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    before = bar.value()
    assert before
    shown.show_card(card(()))
    assert "label 11" in said_on(shown)
    for _ in range(5):
        QApplication.processEvents()
    assert bar.value() == before, "one reads on where one was"


def test_of_a_request_that_cannot_be_shown_no_other_stands_on_the_card(
    signed_in: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    at_the_requests(desktop, hands)
    first = number_on_card(desktop)
    hands.press(desktop.window, Qt.Key.Key_1, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: hands.is_seen(desktop.window, "reception.surname"))
    hands.fill(desktop.window)

    def unread(_desk: object, _appeal: bytes) -> None:
        raise NotFound("appeal_unknown")

    at_the_requests(desktop, hands)
    assert number_on_card(desktop) != first
    monkeypatch.setattr(reading, "appeal_card", unread)
    hands.press(desktop.window, Qt.Key.Key_Down, screen_of(desktop).table.objectName())
    hands.until(lambda: not number_on_card(desktop))
