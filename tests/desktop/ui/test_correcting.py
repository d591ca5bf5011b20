"""A correction is looked at as a new request: what it makes odd is seen once more, and nothing else changes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.services import reading
from liaison_desktop.ui.requests.dialogs import CorrectDialog
from server_sync.contract import bodies
from tests.desktop.ui.hands import Hands, type_text
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import number_on_card, screen_of

Start = Callable[[], Desktop]


def at_the_requests(desktop: Desktop, hands: Hands) -> Desktop:
    before = number_on_card(desktop)
    register(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: number_on_card(desktop) not in {"", before})
    return desktop


@pytest.fixture
def desktop(signed_in: Start, hands: Hands) -> Desktop:
    started = signed_in()
    hands.fill(started.window)
    return at_the_requests(started, hands)


def corrections(desktop: Desktop, hands: Hands) -> list[bodies.AppealCorrected]:
    """What was written about the chosen request."""
    desk, row = desktop.desk, screen_of(desktop).table.current()
    assert desk is not None
    found: list[list[bodies.AppealCorrected]] = []

    def read() -> list[bodies.AppealCorrected]:
        history = reading.appeal_card(desk, row.appeal).seen.history
        return [entry.body for entry in history if isinstance(entry.body, bodies.AppealCorrected)]

    desktop.runner.run(read, done=found.append)
    hands.until(lambda: bool(found))
    return found[0]


def correct(desktop: Desktop, hands: Hands, reason: str = "Ката жазылган") -> CorrectDialog:
    hands.press(desktop.window, Qt.Key.Key_F4)
    dialog = hands.dialog(desktop.window, "correct")
    assert isinstance(dialog, CorrectDialog)
    type_text(hands.find(dialog, "correct.reason", QTextEdit), reason)
    return dialog


def retype(hands: Hands, dialog: QWidget, name: str, text: str) -> None:
    field = hands.find(dialog, name, QWidget)
    assert isinstance(field, QLineEdit | QTextEdit)
    field.selectAll()
    type_text(field, text)


def words_of(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


ODD = {
    "email": ("reception.email", "sidorov(at)mail.ru"),
    "text": ("reception.text", "Ребёнку не дают справку о гражданстве, прошу помочь с документами."),
    "phone": ("reception.phone", "12"),
    "pin": ("reception.pin", "1010119889965"),
}


@pytest.mark.parametrize("field", ODD)
def test_an_odd_correction_is_shown_once_more_and_written_by_a_second_f9(
    desktop: Desktop, hands: Hands, field: str
) -> None:
    dialog = correct(desktop, hands)
    if field == "email":
        hands.click(dialog, "reception.answer_by.email")
    retype(hands, dialog, *ODD[field])
    hands.press(dialog, Qt.Key.Key_F9)
    again = hands.dialog(dialog, "correct.look")
    said = dialog.form.fields[field].message()
    assert said
    assert said in words_of(again)
    assert corrections(desktop, hands) == []
    hands.press(again, Qt.Key.Key_Escape)
    hands.until(lambda: not hands.is_seen(dialog, "correct.look") and QApplication.activeWindow() is dialog)
    assert dialog.act.is_live, "one goes back to the form"
    hands.press(dialog, Qt.Key.Key_F9)
    hands.press(hands.dialog(dialog, "correct.look"), Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(desktop.window, "correct"))
    assert len(corrections(desktop, hands)) == 1


def test_what_is_odd_is_said_at_its_field_as_soon_as_it_is_left(desktop: Desktop, hands: Hands) -> None:
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.phone", "12")
    hands.find(dialog, "reception.street", QLineEdit).setFocus()
    hands.until(lambda: bool(dialog.form.fields["phone"].message()))


def test_a_calm_correction_is_written_at_once_and_what_was_odd_before_is_not_asked_again(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    retype(hands, desktop.window, "reception.phone", "12")
    at_the_requests(desktop, hands)
    dialog = correct(desktop, hands)
    hands.until(lambda: bool(dialog.form.fields["phone"].message()))  # it is said all the same
    retype(hands, dialog, "reception.street", "Манас, 5")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(desktop.window, "correct"))
    (written,) = corrections(desktop, hands)
    assert (written.applicant, written.text) == (None, None)


def test_the_second_look_says_what_changes_and_how_it_was(desktop: Desktop, hands: Hands) -> None:
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.phone", "12")
    hands.press(dialog, Qt.Key.Key_F9)
    said = words_of(hands.dialog(dialog, "correct.look"))
    assert "before: +996 555 123456" in said
    assert "Турдубаева" not in said, "what stays is not read out"
    hands.press(hands.dialog(dialog, "correct.look"), Qt.Key.Key_Escape)


def test_what_is_refused_is_refused_before_it_is_looked_at_once_more(desktop: Desktop, hands: Hands) -> None:
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.phone", "12")
    hands.find(dialog, "reception.subject", QLineEdit).clear()
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: bool(dialog.form.fields["subject"].message()))
    assert not hands.is_seen(dialog, "correct.look")
    assert dialog.form.fields["phone"].message(), "both are said"


@pytest.mark.parametrize("village", ["", "Ак-Жол"])
def test_a_place_typed_freely_stays_where_it_was(signed_in: Start, hands: Hands, village: str) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    retype(hands, window, "reception.territory", "Россия, Омск")
    hands.find(window, "reception.settlement", QLineEdit).setText(village)
    at_the_requests(desktop, hands)
    dialog = correct(desktop, hands)
    assert hands.find(dialog, "reception.settlement", QLineEdit).text() == ""
    place = ", ".join(filter(None, ("Россия, Омск", village)))
    assert hands.find(dialog, "reception.territory", QLineEdit).text() == place
    retype(hands, dialog, "reception.subject", "Башка")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(window, "correct"))
    (written,) = corrections(desktop, hands)
    assert (written.subject, written.address, written.applicant) == ("Башка", None, None)


def test_a_village_does_not_go_unseen_when_a_place_from_the_list_takes_the_place_of_what_was_typed(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    retype(hands, window, "reception.territory", "chuii qqq")
    hands.find(window, "reception.settlement", QLineEdit).setText("Кара-Добо")
    at_the_requests(desktop, hands)
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.territory", "чүй району")
    hands.press(dialog, Qt.Key.Key_Return, "reception.territory")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "correct.look"))
    assert "Кара-Добо" in dialog.form.fields["settlement"].message()
    assert not corrections(desktop, hands)


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_what_is_refused_is_said_once_and_whole_beside_its_field(
    desktop: Desktop, hands: Hands, size: tuple[int, int], language: str
) -> None:
    desktop.set_language(language)
    desktop.window.resize(*size)
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.phone", "12")
    hands.find(dialog, "reception.subject", QLineEdit).clear()
    hands.press(dialog, Qt.Key.Key_F9)
    field = dialog.form.fields["subject"]
    hands.until(lambda: bool(field.message()))
    said = [one for one in dialog.findChildren(QLabel) if field.message() in one.text() and not one.isHidden()]
    assert len(said) == 1
    hands.until(lambda: said[0].visibleRegion().boundingRect() == said[0].rect())
    assert QApplication.focusWidget() is field.control
    control = field.control
    hands.until(lambda: control.visibleRegion().boundingRect() == control.rect())


def test_a_pin_that_somebody_else_has_here_is_asked_about_and_the_request_itself_is_nobody_else(
    desktop: Desktop, hands: Hands
) -> None:
    window = desktop.window
    hands.press(window, Qt.Key.Key_1, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    hands.fill(window, surname="Асанова")
    retype(hands, window, "reception.pin", "22504199000002")
    at_the_requests(desktop, hands)
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.surname", "Асанбекова")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(window, "correct"))
    dialog = correct(desktop, hands)
    retype(hands, dialog, "reception.pin", "10101198899656")
    hands.press(dialog, Qt.Key.Key_F9)
    said = words_of(hands.dialog(dialog, "correct.look"))
    assert "registered here before under the name Турдубаева Бактыгүл" in said
    hands.press(hands.dialog(dialog, "correct.look"), Qt.Key.Key_Escape)


def test_a_number_that_is_corrected_shows_its_own_mask(desktop: Desktop, hands: Hands) -> None:
    dialog = correct(desktop, hands)
    masked = dialog.form.pin.displayText()
    retype(hands, dialog, "reception.pin", "20202198811111")
    hands.find(dialog, "reception.street", QLineEdit).setFocus()
    assert dialog.form.pin.displayText() != masked
