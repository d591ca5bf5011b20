"""What is refused is said in sight and leads to its field, in a small window and with many people too."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.ui.signin.recovery import RecoveryDialog
from liaison_desktop.ui.signin.view import PersonCard, SignIn
from liaison_desktop.ui.stop import LiftDialog
from liaison_desktop.ui.widgets.dialogs import ActDialog
from liaison_desktop.ui.widgets.layout import Whole
from liaison_desktop.ui.widgets.saying import fixed
from server_sync.contract.messages import PersonReply
from tests.desktop.office import PASSWORD, person_reply
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands, type_text
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import number_on_card

Start = Callable[[], Desktop]
SMALL = (911, 512)
PEOPLE = ("aizada", "bakyt", "cholpon", "janyl", "nurlan", "temir")


def is_whole(widget: QWidget) -> bool:
    """Whether nothing of it is hidden."""
    seen = widget.visibleRegion().boundingRect()
    return bool(seen == widget.rect()) and widget.isVisible()


def place_of(widget: QWidget, dialog: QWidget) -> QRect:
    """Where in the dialog the part of it is that is seen; empty for what is scrolled away."""
    seen = widget.visibleRegion().boundingRect()
    return seen.translated(widget.mapTo(dialog, QPoint(0, 0))) if not seen.isEmpty() else QRect()


def lies_on_another(dialog: QWidget) -> list[str]:
    """Words that lie over a field of the same dialog."""
    fields = [one for one in dialog.findChildren(QWidget) if isinstance(one, QLineEdit | QTextEdit)]
    words = [one for one in dialog.findChildren(QLabel) if one.text() and not any(f.isAncestorOf(one) for f in fields)]
    boxes = [place_of(field, dialog) for field in fields]
    return [one.text() for one in words if any(place_of(one, dialog).intersects(box) for box in boxes)]


def is_cut(dialog: QWidget) -> list[str]:
    """Texts in several lines that have less height than they need."""
    return [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.isVisible() and label.wordWrap() and label.height() < label.heightForWidth(label.width())
    ]


def admit(desktop: Desktop, hands: Hands, *replies: PersonReply) -> None:
    """Let people work at this computer, and switch it off."""
    desk = desktop.desk
    assert desk is not None
    admitted: list[object] = []
    for reply in replies:
        desktop.runner.run(partial(admit_person, desktop.place, desk, reply, PASSWORD), done=admitted.append)
    hands.until(lambda: len(admitted) == len(replies))
    desktop.close()


@pytest.fixture
def at_the_requests(signed_in: Start, hands: Hands) -> Desktop:
    desktop = signed_in()
    hands.fill(desktop.window)
    register(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: bool(number_on_card(desktop)))
    return desktop


@pytest.fixture
def many(programs: Programs, signed_in: Start, hands: Hands) -> None:
    """Seven people work at this computer."""
    admit(signed_in(), hands, *(person_reply(login, surname=login.title()) for login in PEOPLE))


def cards(desktop: Desktop) -> list[str]:
    """The people's cards, as they are read."""
    found = [one for one in desktop.window.findChildren(QWidget) if one.objectName().startswith("signin.person.")]
    at = {one.objectName(): one.mapTo(desktop.window, QPoint(0, 0)) for one in found if one.isVisible()}
    return sorted(at, key=lambda name: (at[name].y(), at[name].x()))


def try_password(desktop: Desktop, hands: Hands, password: str) -> None:
    field = hands.find(desktop.window, "signin.password", QLineEdit)
    hands.type(desktop.window, "signin.password", password)
    hands.press(desktop.window, Qt.Key.Key_Return, "signin.password")
    hands.until(lambda: field.property("tone") == "danger" and desktop.runner.is_idle)


def test_after_a_refused_correction_what_is_typed_next_falls_into_the_reason(
    at_the_requests: Desktop, hands: Hands
) -> None:
    hands.press(at_the_requests.window, Qt.Key.Key_F4)
    dialog = hands.dialog(at_the_requests.window, "correct")
    hands.press(dialog, Qt.Key.Key_F9)
    reason = hands.find(dialog, "correct.reason", QTextEdit)
    hands.until(lambda: QApplication.focusWidget() is reason)
    typing = QApplication.focusWidget()
    assert typing is not None
    type_text(typing, "Ката")
    assert reason.toPlainText() == "Ката"


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_refused_withdrawal_makes_room_for_what_it_says(
    at_the_requests: Desktop, hands: Hands, language: str
) -> None:
    at_the_requests.set_language(language)
    hands.press(at_the_requests.window, Qt.Key.Key_F7)
    dialog = hands.dialog(at_the_requests.window, "withdraw")
    fields = dialog.findChild(Whole)
    assert fields is not None
    before = dialog.height()
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: dialog.height() > before)
    hands.until(lambda: fields.verticalScrollBar().maximum() == 0)
    assert is_whole(hands.find(dialog, "withdraw.expressed", QWidget))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize(
    "make",
    [LiftDialog, lambda window: RecoveryDialog(window, "Медер Ибраимов", fixed("recovery-key-ALA-A.pdf " * 6))],
    ids=["lift", "recovery"],
)
def test_a_refusal_in_a_small_window_lays_no_line_on_another(
    signed_in: Start, hands: Hands, make: Callable[[QWidget], ActDialog], language: str
) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    desktop.window.resize(*SMALL)
    dialog = make(desktop.window)
    dialog.open()
    dialog.show_refused(fixed("Байланыш жок. Линия келгенде кайра аракет кылыңыз же борборго чалыңыз."))
    hands.until(lambda: any("Байланыш" in label.text() and is_whole(label) for label in dialog.findChildren(QLabel)))
    assert not lies_on_another(dialog)
    assert not is_cut(dialog)
    dialog.reject()


def test_with_many_people_in_a_small_window_the_password_and_its_answer_are_in_sight(
    many: None, programs: Programs, hands: Hands
) -> None:
    desktop = programs.start()
    parts = [hands.find(desktop.window, f"signin.{name}", QWidget) for name in ("password", "message", "enter")]
    desktop.window.resize(*SMALL)
    hands.until(lambda: all(is_whole(one) for one in parts))
    try_password(desktop, hands, "wrong password")
    hands.until(lambda: all(is_whole(one) for one in parts))


def test_a_long_name_is_whole_in_its_card_and_the_others_stay_beside_each_other(
    signed_in: Start, programs: Programs, hands: Hands
) -> None:
    long = person_reply("cholpon", surname="Жумабекова-Токтогулова", given_name="Чолпонай Жаныбековна")
    short = (person_reply("nurlan", surname="Абдылдаев"), person_reply("temir", surname="Үсөнбаев"))
    admit(signed_in(), hands, long, *short)
    again = programs.start()
    again.window.resize(1366, 768)
    found = {one.objectName(): one for one in again.window.findChildren(PersonCard)}
    hands.until(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in found.values()))
    assert len({one.x() for one in found.values()}) == 3
    tall = found["signin.person.cholpon"]
    assert tall.heightForWidth(tall.width()) > found["signin.person.temir"].heightForWidth(tall.width())


def test_what_became_of_a_recovery_that_was_closed_does_not_blame_the_password(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    signed_in().close()
    desktop = programs.start()
    screen = desktop.window.findChild(SignIn)
    assert screen is not None
    screen.show_recovery_trouble("key", fixed("The key does not fit."))
    assert hands.find(desktop.window, "signin.message", QLabel).text() == "The key does not fit."
    assert not hands.find(desktop.window, "signin.password", QLineEdit).property("tone")


def test_the_people_stay_where_they_stand(many: None, programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    before = cards(desktop)
    assert len(before) == len(PEOPLE) + 1
    try_password(desktop, hands, "wrong password")
    hands.click(desktop.window, before[3])
    assert cards(desktop) == before
    desktop.close()
    again = programs.start()
    assert cards(again) == before


def test_a_stopped_office_says_why_once(programs: Programs, signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    register(desktop, hands)
    desktop.close()
    (programs.folder / "running").write_text("1 x\n", encoding="ascii")
    again = signed_in()
    hands.click(again.window, "reception.last_number.later")
    hands.click(hands.dialog(again.window, "stop"), "question.act")
    hands.until(lambda: hands.is_seen(again.window, "stopped"))
    said = [one.text() for one in hands.find(again.window, "stopped", QWidget).findChildren(QLabel)]
    why = max(said, key=len)
    hands.fill(again.window)
    hands.press(again.window, Qt.Key.Key_F9)
    seen = [one.text() for one in again.window.findChildren(QLabel) if one.isVisible()]
    assert any("kept as a draft" in text for text in seen)
    assert seen.count(why) == 1
