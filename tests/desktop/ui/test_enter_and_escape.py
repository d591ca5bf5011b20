"""Enter and Esc in every dialog do what a person expects: Enter does no act unseen, Esc is always the way back."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.ui.hook import BugDialog, NotStarted
from liaison_desktop.ui.reception.review import HowCounted, Review
from liaison_desktop.ui.reception.values import DuePreview, FormValues
from liaison_desktop.ui.requests.correcting import LookedOver
from liaison_desktop.ui.requests.dialogs import (
    CheckDialog,
    CorrectDialog,
    SecondLook,
    SupplementDialog,
    TellDialog,
    WithdrawDialog,
)
from liaison_desktop.ui.signin.first_password import FirstPasswordDialog
from liaison_desktop.ui.signin.recovery import RecoveryDialog
from liaison_desktop.ui.stop import LiftDialog, StopQuestion
from liaison_desktop.ui.widgets.dialogs import ActDialog, Dialog, Question
from liaison_desktop.ui.widgets.keys import KeysDialog
from liaison_desktop.ui.widgets.saying import fixed
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import number_on_card, screen_of

Start = Callable[[], Desktop]
Make = Callable[[QWidget], QDialog]
NUMBER = "ALA-26-A-00001-1539"
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

TELLING: dict[str, Make] = {
    "keys": lambda window: KeysDialog(window, (("F2", fixed("A new draft")),)),
    "how_counted": lambda window: HowCounted(window, DuePreview(date(2026, 12, 14), 14, "67/2007", False, None)),
    "bug": BugDialog,
}
ACTING: dict[str, Make] = {
    "correct": lambda window: CorrectDialog(window, NUMBER, FormValues()),
    "supplement": lambda window: SupplementDialog(window, NUMBER),
    "withdraw": lambda window: WithdrawDialog(window, NUMBER),
    "tell": lambda window: TellDialog(window, NUMBER, "phone", date(2026, 11, 30)),
    "lift": LiftDialog,
    "recovery": lambda window: RecoveryDialog(window, "Медер Ибраимов", fixed("")),
    "first_password": FirstPasswordDialog,
}
LEAVING: dict[str, Make] = {
    **TELLING,
    **ACTING,
    "review": lambda window: Review(window, (), "", ()),
    "second_look": lambda window: SecondLook(window, LookedOver((), "", ())),
    "check": CheckDialog,
    "stop": lambda window: StopQuestion(window, NUMBER),
    "not_started": lambda _window: NotStarted(fixed("The disk is full.")),
}


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    one = QWidget()
    qtbot.addWidget(one)
    one.resize(1366, 768)
    one.show()
    return one


def opened(make: Make, window: QWidget, qtbot: QtBot) -> QDialog:
    dialog = make(window)
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=60_000)
    return dialog


def press(dialog: QDialog, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or dialog, key)
    QApplication.processEvents()


@pytest.mark.parametrize("name", LEAVING)
def test_escape_is_the_way_back_wherever_the_keyboard_is(name: str, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(LEAVING[name], window, qtbot)
    for _ in range(3):
        press(dialog, Qt.Key.Key_Tab)
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected


@pytest.mark.parametrize("key", ENTERS)
@pytest.mark.parametrize("name", TELLING)
def test_enter_closes_what_only_tells_wherever_the_keyboard_is(
    name: str, key: Qt.Key, window: QWidget, qtbot: QtBot
) -> None:
    dialog = opened(TELLING[name], window, qtbot)
    dialog.setFocus()
    press(dialog, key)
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", ENTERS)
@pytest.mark.parametrize("name", ACTING)
def test_enter_in_the_first_field_does_no_act(name: str, key: Qt.Key, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(ACTING[name], window, qtbot)
    assert isinstance(dialog, ActDialog)
    with qtbot.assertNotEmitted(dialog.act_clicked):
        press(dialog, key)
    assert dialog.isVisible()


@pytest.mark.parametrize("key", ENTERS)
def test_enter_takes_the_safe_way_of_a_question_and_the_act_of_what_was_read(
    key: Qt.Key, window: QWidget, qtbot: QtBot
) -> None:
    question = opened(LEAVING["stop"], window, qtbot)
    assert isinstance(question, Question)
    press(question, key)
    assert question.result() == QDialog.DialogCode.Rejected
    review = opened(LEAVING["review"], window, qtbot)
    assert isinstance(review, Review)
    with qtbot.waitSignal(review.register_clicked, timeout=60_000):
        press(review, key)
    review.reject()
    look = opened(LEAVING["second_look"], window, qtbot)
    press(look, key)
    assert look.result() == QDialog.DialogCode.Accepted


def test_enter_goes_from_the_note_to_the_act(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(ACTING["tell"], window, qtbot)
    assert isinstance(dialog, TellDialog)
    dialog.note.setFocus()
    press(dialog, Qt.Key.Key_Return)
    assert dialog.act.hasFocus()
    with qtbot.waitSignal(dialog.act_clicked, timeout=60_000):
        press(dialog, Qt.Key.Key_Return)


def test_enter_checks_the_receipt_that_was_typed(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(CheckDialog, window, qtbot)
    assert isinstance(dialog, CheckDialog)
    dialog.text.setText(NUMBER)
    with qtbot.waitSignal(dialog.text_checked, timeout=60_000):
        press(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()


@pytest.mark.parametrize("key", [*ENTERS, Qt.Key.Key_Escape, Qt.Key.Key_F1])
def test_f1_opens_the_keys_and_the_same_key_or_enter_puts_them_away(
    signed_in: Start, hands: Hands, key: Qt.Key
) -> None:
    desktop = signed_in()
    hands.press(desktop.window, Qt.Key.Key_F1)
    dialog = hands.dialog(desktop.window, "keys")
    assert isinstance(dialog, Dialog)
    hands.press(dialog, key)
    hands.until(lambda: not hands.is_seen(desktop.window, "keys"))


def test_in_a_small_window_a_button_with_its_key_leads_to_the_card(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: bool(number_on_card(desktop)))
    screen = screen_of(desktop)
    assert not screen.open_card.isVisible(), "the card stands beside the list"
    assert "Enter" not in dict(screen.keys())
    window.resize(911, 512)
    hands.until(lambda: hands.is_seen(window, "requests.open_card"))
    assert not screen.card.isVisible()
    assert "Enter" in dict(screen.keys())
    screen.open_card.click()
    hands.until(screen.card.isVisible)
    hands.press(window, Qt.Key.Key_Escape)
    hands.until(lambda: not screen.card.isVisible())
    screen.table.setFocus()
    hands.press(window, Qt.Key.Key_Return)
    hands.until(screen.card.isVisible)
