"""F1 tells the keys wherever a person stands, and one of them locks at once."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.ui.enrolment.view import Enrolment
from liaison_desktop.ui.widgets.keys import KeysDialog
from liaison_desktop.ui.widgets.messages import Badge
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
CTRL = Qt.KeyboardModifier.ControlModifier


def keys_over(hands: Hands, over: QWidget) -> list[str]:
    """What F1 tells over a screen or question."""
    hands.press(over.window(), Qt.Key.Key_F1)
    hands.until(lambda: bool(over.findChildren(KeysDialog)))
    (told,) = over.findChildren(KeysDialog)
    keys = [badge.text() for badge in told.findChildren(Badge)]
    told.reject()
    return keys


def test_f1_tells_the_keys_of_the_review(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    hands.press(desktop.window, Qt.Key.Key_F9)
    review = hands.dialog(desktop.window, "review")
    assert keys_over(hands, review) == ["F9", "Esc", "PgDn, PgUp"]
    assert review.isVisible()


def test_f1_tells_the_keys_of_enrolment(qtbot, hands: Hands) -> None:
    view = Enrolment("")
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    assert keys_over(hands, view)[0] == "Enter"


def test_ctrl_l_locks_at_once_and_what_is_typed_stays(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Өмүрзакова")
    hands.press(desktop.window, Qt.Key.Key_L, modifier=CTRL)
    hands.until(lambda: hands.is_seen(desktop.window, "signin.password"))
    assert not hands.is_seen(desktop.window, "reception.surname")
    hands.sign_in(desktop.window)
    assert hands.find(desktop.window, "reception.surname", QLineEdit).text() == "Өмүрзакова"


def test_ctrl_l_locks_over_an_open_question_which_stands_there_again(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    hands.press(desktop.window, Qt.Key.Key_F9)
    review = hands.dialog(desktop.window, "review")
    hands.press(review, Qt.Key.Key_L, modifier=CTRL)
    hands.until(lambda: hands.is_seen(desktop.window, "signin.password"))
    assert not review.isVisible()
    hands.sign_in(desktop.window)
    hands.until(review.isVisible)
