"""The form in the room there is: nothing is cut or pushed aside by large letters, a small window or a long request."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.ui.enrolment.presenter import Enrolled
from liaison_desktop.ui.enrolment.view import Enrolment
from liaison_desktop.ui.reception.tabs import DraftTabs, Tab
from liaison_desktop.ui.reception.values import DraftTab
from liaison_desktop.ui.reception.view import Reception
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.chooser import Choice, Chooser
from liaison_desktop.ui.widgets.emblem import Emblem
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.workplace import words
from server_sync.contract.identifiers import uuid7
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]
WHOLE, SMALL = (1366, 768), (911, 512)
"""A common screen, and what is left of it at 150 %."""
LANGUAGES = ("ky", "ru", "en")
WINDOWS = tuple(
    (size, letters, one) for size, letters in ((WHOLE, 150), (SMALL, 100), (SMALL, 150)) for one in LANGUAGES
)


def reception_of(desktop: Desktop) -> Reception:
    assert desktop.counter is not None
    return desktop.counter.reception


@pytest.fixture(autouse=True)
def _letters_of_common_size() -> Iterator[None]:
    yield
    look.wear("light", 100)


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def test_a_collective_request_with_a_warning_is_seen_whole(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    reception = reception_of(desktop)
    bar = reception._form_scroll.verticalScrollBar()
    for language in LANGUAGES:
        desktop.set_language(language)
        hands.click(desktop.window, "reception.collective.collective")
        settle()
        assert bar.maximum() == 0, language
        reception.form.fields["phone"].say_warning(lambda: "Мындай номер бир да тармакта жок. Кайра сураңыз.")
        settle()
        assert bar.maximum() == 0, language
        hands.click(desktop.window, "reception.collective.individual")
        reception.form.fields["phone"].quiet()
        settle()
        assert bar.maximum() == 0, language
        assert reception.form.text.height() >= look.px(21) * 4
        assert hands.is_seen(desktop.window, "reception.attachments.drop")
    reception.ask_last_number("ALA-26-A-00042-7184")
    settle()
    assert bar.maximum() == 0


def test_no_part_of_the_form_is_wider_than_its_window(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    reception = reception_of(desktop)
    hands.click(desktop.window, "reception.collective.collective")
    reception.form.show_returning(lambda: "Турдубаева Б. Н.")
    reception.form.answer_by.set_value("email")
    reception.form._fit_parts()
    area = reception._form_scroll
    for size, per_cent, language in WINDOWS:
        desktop.set_language(language)
        desktop.set_text_size(per_cent)
        desktop.window.resize(*size)
        settle()
        assert area.horizontalScrollBar().maximum() == 0, (size, per_cent, language)
        right = area.viewport().width()
        shown = [one for one in reception.form.findChildren(QWidget) if one.isVisible()]
        wide = [one for one in shown if one.mapTo(area.viewport(), one.rect().topRight()).x() > right]
        assert [one.objectName() for one in wide] == [], (size, per_cent, language)
        short = [one for one in shown if isinstance(one, Painted) and one.width() < one.minimumSizeHint().width()]
        assert [one.text() for one in short] == [], (size, per_cent, language)


def test_letters_of_another_size_leave_the_sign_of_the_product_whole(signed_in: Start) -> None:
    desktop = signed_in()
    desktop.set_text_size(150)
    desktop.window.resize(*SMALL)
    settle()
    assert desktop.counter is not None
    rail = desktop.counter.shell.rail
    sign = rail.findChildren(Emblem)[0]
    assert rail.rect().contains(sign.geometry())


@pytest.mark.parametrize("width", [460, 560, 800])
def test_drafts_can_be_told_from_each_other(qtbot: QtBot, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    tabs = DraftTabs()
    QVBoxLayout(window).addWidget(tabs)
    window.resize(width, 120)
    window.show()
    names = ("Асанов Б.", "Асанова А.", "Асанбекова Н.", "Осмонов Э.")
    drafts = tuple(DraftTab(uuid7(), fixed(name), None) for name in names)
    tabs.show_drafts(drafts, drafts[1].draft_id)
    settle()
    metrics = QFontMetrics(look.font(strong=True))
    seen = [one for one in tabs.findChildren(Tab) if one.isVisible()]
    assert drafts[1].draft_id in [one.draft.draft_id for one in seen]
    for one in seen:
        _x, room, _time = one._share(look.font(strong=one.isChecked()), 0)
        assert metrics.horizontalAdvance(one.text()) <= room


def test_two_drafts_of_one_name_show_when_they_were_saved(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    tabs = DraftTabs()
    QVBoxLayout(window).addWidget(tabs)
    window.resize(560, 120)
    window.show()
    moments = (datetime(2026, 11, 29, 5, 0, tzinfo=UTC), datetime(2026, 11, 29, 5, 20, tzinfo=UTC))
    drafts = tuple(DraftTab(uuid7(), fixed("Асанов Б."), at) for at in moments)
    tabs.show_drafts(drafts, drafts[0].draft_id)
    settle()
    for one in tabs.findChildren(Tab):
        time = QFontMetrics(look.font(Size.SECONDARY, figures=True)).horizontalAdvance(one._time())
        assert one._share(look.font(strong=True), time)[2] == time


def test_no_part_of_the_sign_in_is_wider_than_its_window(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    for size, per_cent, language in WINDOWS:
        desktop.set_language(language)
        desktop.set_text_size(per_cent)
        desktop.window.resize(*size)
        settle()
        for name in ("signin.other", "signin.person.alim"):
            hands.click(desktop.window, name)
            settle()
            assert desktop.sign_in is not None
            shown = [one for one in desktop.sign_in.findChildren(QWidget) if one.isVisible()]
            wide = [one for one in shown if one.mapTo(desktop.window, one.rect().topRight()).x() >= size[0]]
            assert [one.objectName() for one in wide] == [], (size, per_cent, language)


def test_the_number_is_whole_in_every_window(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.fill(desktop.window)
    register(desktop, hands)
    screen = reception_of(desktop).registered
    for size, per_cent in ((WHOLE, 100), (WHOLE, 150), (SMALL, 100), (SMALL, 150)):
        desktop.set_text_size(per_cent)
        desktop.window.resize(*size)
        settle()
        number, area = screen.number, screen._scroll.viewport()
        assert QFontMetrics(number.font()).horizontalAdvance(number.text()) <= number.width(), (size, per_cent)
        assert number.mapTo(area, number.rect().topRight()).x() <= area.width(), (size, per_cent)


def test_where_it_is_written_is_read_whole_beside_the_way_to_the_drafts(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Асанов")
    hands.click(desktop.window, "reception.new")
    hands.fill(desktop.window)
    register(desktop, hands)
    screen = reception_of(desktop).registered
    for size, per_cent, language in ((WHOLE, 100, "ru"), *WINDOWS):
        desktop.set_language(language)
        desktop.set_text_size(per_cent)
        desktop.window.resize(*size)
        settle()
        assert screen._stored.shown() == screen._stored.text(), (size, per_cent, language)
    desktop.set_text_size(100)
    desktop.window.resize(*WHOLE)
    settle()
    assert hands.is_seen(desktop.window, "registered.drafts")


def test_the_keys_stand_on_the_buttons_below_the_number_in_large_letters(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Асанов")
    hands.click(desktop.window, "reception.new")
    hands.fill(desktop.window)
    register(desktop, hands)
    screen = reception_of(desktop).registered
    for language in LANGUAGES:
        desktop.set_language(language)
        desktop.set_text_size(150)
        desktop.window.resize(*WHOLE)
        settle()
        for button in (screen.next, screen.print):
            assert button._parts()[0] > 0, (language, button.text())
            assert button.width() >= button.sizeHint().width(), (language, button.text())
        assert screen._stored.shown() == screen._stored.text(), language


def test_what_was_chosen_is_not_cut_for_where_it_belongs(qtbot: QtBot) -> None:
    field = Chooser(icon="user-circle")
    qtbot.addWidget(field)
    choice = Choice("AKIM", "Аким Аламудунского района", "Аламудунский район")
    for per_cent in (100, 150):
        look.wear("light", per_cent)
        widths = {}
        for width in range(look.px(330), look.px(560)):
            field.resize(width, field.height())
            field.set_choice(choice)
            assert field.shown() is None, (per_cent, width)
            widths[width] = field._belongs_width()
        assert set(map(bool, widths.values())) == {False, True}, "where there is the room it is said"


def test_the_column_beside_the_form_is_no_wider_than_its_place(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    for _ in range(3):
        hands.fill(desktop.window)
        register(desktop, hands)
        hands.click(desktop.window, "registered.next")
    hands.fill(desktop.window)
    hands.click(desktop.window, "reception.collective.collective")
    reception = reception_of(desktop)
    hands.until(lambda: hands.is_seen(desktop.window, "reception.twin.link"))
    desktop.window.resize(1366, 600)
    for language in LANGUAGES:
        desktop.set_language(language)
        settle()
        assert reception._beside_scroll.verticalScrollBar().maximum() > 0
        assert reception._beside_scroll.horizontalScrollBar().maximum() == 0, language


def test_what_was_folded_away_wears_the_theme_when_it_comes_back(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    by_law = next(one for one in desktop.window.findChildren(QLabel) if one.text() == "By law")
    desktop.window.resize(*SMALL)
    hands.until(lambda: not by_law.isVisible())
    look.wear("dark")
    hands.press(desktop.window, Qt.Key.Key_F7)
    hands.until(by_law.isVisible)
    hands.press(desktop.window, Qt.Key.Key_Escape)
    desktop.window.resize(*WHOLE)
    hands.until(by_law.isVisible)
    assert by_law.palette().color(QPalette.ColorRole.WindowText) == look.color("text")


def test_the_keyboard_goes_back_to_its_field_when_the_drawer_is_closed(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    desktop.window.resize(*SMALL)
    surname = hands.find(desktop.window, "reception.surname", QWidget)
    surname.setFocus()
    hands.press(desktop.window, Qt.Key.Key_F7)
    hands.until(lambda: QApplication.focusWidget() is not surname)
    hands.press(desktop.window, Qt.Key.Key_Escape)
    hands.until(lambda: QApplication.focusWidget() is surname)


def test_no_filter_of_the_list_lies_behind_it(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    counter.shell.open("requests")
    screen = counter.requests
    for size, per_cent, language in ((WHOLE, 100, "ru"), *WINDOWS):
        desktop.set_language(language)
        desktop.set_text_size(per_cent)
        desktop.window.resize(*size)
        settle()
        top = screen._list.mapTo(screen, screen._list.rect().topLeft()).y()
        for chip in screen._chips.values():
            assert chip.mapTo(screen, chip.rect().bottomLeft()).y() < top, (chip.value, size, per_cent, language)
            assert chip.width() >= chip.minimumSizeHint().width(), (chip.value, size, per_cent, language)
        assert screen._list.height() >= look.px(36) * 3, (size, per_cent, language)


def test_the_recovery_key_is_whole_in_every_window(qtbot: QtBot) -> None:
    screen = Enrolment("https://kattar.example")
    qtbot.addWidget(screen)
    screen.show()
    screen.show_enrolled(Enrolled(fixed("Аламүдүн району"), lambda: "ALA-A", "K7QF-2M9X-8RTV-4HWP-6YDN-3CBZ"))
    screen.show_key_given(fixed("key.pdf"))
    for size, per_cent, language in WINDOWS:
        words.set_language(language)
        look.language_changed.emit()
        look.wear("light", per_cent)
        screen.resize(*size)
        settle()
        key = screen._key
        assert QFontMetrics(key.font()).horizontalAdvance(key.text()) <= key.width(), (size, per_cent, language)
        (scroll,) = (one for one in screen.findChildren(QScrollArea) if one.isAncestorOf(key))
        assert scroll.horizontalScrollBar().maximum() == 0, (size, per_cent, language)


def test_a_marked_field_keeps_the_size_of_its_letters(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    form = reception_of(desktop).form
    desktop.set_text_size(150)
    for name in ("surname", "text"):
        for speak in (form.fields[name].say_warning, form.fields[name].say_error):
            speak(fixed("?"))
            assert form.fields[name].control.font().pixelSize() == look.font().pixelSize() == look.px(Size.BODY.value)
        form.fields[name].quiet()
        assert form.fields[name].control.font().pixelSize() == look.font().pixelSize()
