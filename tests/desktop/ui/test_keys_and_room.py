"""The kit under the hands: letters of a Russian keyboard, Home in lists, groups that move nothing, whole words."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.ui import formats
from liaison_desktop.ui.reception.missing import Missing
from liaison_desktop.ui.reception.pins import pin_on_screen
from liaison_desktop.ui.reception.tabs import DraftTabs, Tab
from liaison_desktop.ui.reception.values import DraftTab, FieldPlace
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.chooser import Choice, Chooser, _ChoiceDelegate
from liaison_desktop.ui.widgets.fields import LineField, TextField
from liaison_desktop.ui.widgets.layout import ActionBar
from liaison_desktop.ui.widgets.menus import MenuButton
from liaison_desktop.ui.widgets.messages import Toast
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Link, Text
from liaison_desktop.workplace import words
from server_sync.contract.identifiers import uuid7

ALT = Qt.KeyboardModifier.AltModifier
ALT_GR = ALT | Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(600, 400)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


def put(window: QWidget, *widgets: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    window.show()
    window.activateWindow()
    QApplication.processEvents()


def send(field: QWidget, letter: str, held: Qt.KeyboardModifier, text: str) -> None:
    """A key as a Cyrillic layout sends it: its name is the letter."""
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, ord(letter), held, text))


@pytest.mark.parametrize("held", [ALT, ALT_GR])
def test_alt_and_a_russian_letter_write_the_kyrgyz_one(window: QWidget, held: Qt.KeyboardModifier) -> None:
    line, area = LineField(), TextField()
    put(window, line, area)
    typed: list[str] = []
    line.textEdited.connect(typed.append)
    for field in (line, area):
        for letter in "НОУ":
            send(field, letter, held, "" if held == ALT_GR else letter.lower())
        send(field, "О", held | SHIFT, "О")
    assert (line.text(), area.text()) == ("ңөүӨ", "ңөүӨ")
    assert typed[-1] == "ңөүӨ"


@pytest.mark.parametrize(
    ("platform", "codes"), [("xcb", (29, 44, 26)), ("wayland", (29, 44, 26)), ("windows", (0x15, 0x24, 0x12))]
)
def test_alt_and_the_keys_of_the_russian_letters_write_them_under_a_latin_layout_too(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, platform: str, codes: tuple[int, ...]
) -> None:
    line = LineField()
    put(window, line)
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)

    def press(latin: str, code: int, held: Qt.KeyboardModifier, text: str) -> None:
        QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, ord(latin), held, code, 0, 0, text))

    for latin, code in zip("YJE", codes, strict=True):
        press(latin, code, ALT, latin.lower())
        press(latin, code, ALT | SHIFT, latin)
        press(latin, code, ALT_GR, "")
    assert line.text() == "ңҢңөӨөүҮү"
    press("H", codes[0] + 100, PLAIN, "h")
    press("Y", codes[0], PLAIN, "y")
    assert line.text() == "ңҢңөӨөүҮүhy"


def test_a_layout_that_has_the_letter_and_plain_letters_are_left_alone(window: QWidget) -> None:
    line = LineField()
    put(window, line)
    send(line, "Н", PLAIN, "н")
    send(line, "Ң", ALT_GR, "ң")
    send(line, "К", ALT, "к")
    assert line.text().startswith("н")
    assert "ңң" not in line.text()


def test_home_and_end_lead_to_the_first_and_last_of_a_table_and_of_a_list(window: QWidget) -> None:
    table = RowsTable((Column("word", fixed("word"), lambda one: (Part(str(one)),), 0),), fixed("words"))
    chooser = Chooser()
    choices = tuple(Choice(str(n), f"сөз {n}") for n in range(30))
    chooser.asked.connect(lambda query: chooser.offer(query, choices))
    put(window, table, chooser)
    table.show_rows(tuple(range(30)), lambda one: one)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.current() == 29
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.current() == 0
    chooser.setFocus()
    for keys, code in (
        ((Qt.Key.Key_Down, Qt.Key.Key_End), "29"),
        ((Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home), "0"),
    ):
        chooser.set_choice(None)
        for key in keys:
            QTest.keyClick(chooser, key)
        QTest.keyClick(chooser, Qt.Key.Key_Return)
        choice = chooser.choice()
        assert choice is not None
        assert choice.code == code


def test_a_check_mark_moves_nothing_beside_its_group(window: QWidget) -> None:
    group = Segments(tuple((name, fixed(name)) for name in ("кат", "телефон", "эл. почта", "өзү келет")), fixed("жооп"))
    beside = LineField()
    row = QWidget()
    line = QHBoxLayout(row)
    line.addWidget(beside, 5)
    line.addWidget(group)
    put(window, row)
    places = []
    for value in ("", "кат", "телефон", "эл. почта", "өзү келет"):
        group.set_value(value)
        for _ in range(3):
            QApplication.processEvents()
        places.append((beside.geometry().width(), group.geometry().x(), group.width()))
    assert len(set(places)) == 1, places
    for button in (group.button(name) for name in ("кат", "телефон", "эл. почта", "өзү келет")):
        assert button.width() >= button.minimumSizeHint().width()


def test_a_choices_group_is_not_cut_beside_free_space() -> None:
    metrics, small = QFontMetrics(look.font()), QFontMetrics(look.font(Size.SECONDARY))
    choice = Choice("1", "Жол", "Жолдор, транспорт жана байланыш")
    wanted = small.horizontalAdvance(choice.belongs)
    assert _ChoiceDelegate._belongs_room(choice, 400, metrics, small) >= wanted
    long = Choice("1", "Калкты транспорттук тейлөө, жүргүнчү ташуу жана каттамдар", choice.belongs)
    assert _ChoiceDelegate._belongs_room(long, 400, metrics, small) == 160


@pytest.mark.parametrize("width", [40, 120, 200, 280, 420])
def test_what_is_missing_is_named_whole_or_counted(window: QWidget, width: int) -> None:
    missing = Missing()
    put(window, missing)
    missing.show_places(
        tuple(FieldPlace(name, fixed(name)) for name in ("Кайрылуунун түрү", "Кимге", "Маселеси", "Темасы", "Мазмуну"))
    )
    missing.setFixedWidth(width)
    for _ in range(3):
        QApplication.processEvents()
    shown = [one for one in (*missing.findChildren(Link), *missing.findChildren(Text)) if one.isVisible()]
    assert shown
    for one in shown:
        assert one.width() >= one.sizeHint().width()
        assert one.x() >= 0
        assert one.geometry().right() <= width
    links = [one for one in missing.findChildren(Link) if one.isVisible()]
    left = [one.text() for one in shown if one.text().startswith("+")]
    assert left == [f"+{5 - len(links)}"]


def test_a_key_that_changes_nothing_of_what_is_missing_makes_no_link_anew(window: QWidget) -> None:
    missing = Missing()
    put(window, missing)
    places = tuple(FieldPlace(name, fixed(name)) for name in ("Кимге", "Маселеси"))
    missing.show_places(places)
    links = missing.findChildren(Link)
    missing.show_places(places)
    assert missing.findChildren(Link) == links
    missing.show_places(places[1:])
    assert [one.text() for one in missing.findChildren(Link) if not one.isHidden()] == ["Маселеси"]


def test_a_toast_lies_over_no_button_and_not_over_the_middle(window: QWidget) -> None:
    window.resize(1366, 768)
    bar = ActionBar()
    button = Button(fixed("Басып чыгаруу"))
    bar.row.addStretch(1)
    bar.row.addWidget(button)
    layout = window.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addStretch(1)
    put(window, bar)
    toast = Toast(window)
    toast.show_word("Бул компьютерде принтер жок. Баракты PDF түрүндө сактаңыз.", fixed("Кайтаруу"), lambda: None)
    pressed = button.rect().translated(button.mapTo(window, button.rect().topLeft()))
    assert not toast.geometry().intersects(pressed)
    assert toast.geometry().top() > window.height() * 3 // 4
    assert window.rect().contains(toast.geometry())
    toast.hide()


def test_a_pin_is_hidden_only_when_it_is_one() -> None:
    assert pin_on_screen("10101198899656") == "1******* 99656"
    assert pin_on_screen("1010119889965") == "1010119889965"
    assert pin_on_screen("1010119889965а") == "1010119889965а"


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_heads_of_weekdays_fit_the_narrowest_column(qapp: QApplication, language: str) -> None:
    words.set_language(language)
    heads = formats.weekday_heads()
    assert len(heads) == len(set(heads)) == 7
    widest = max(QFontMetrics(look.font(Size.SECONDARY)).horizontalAdvance(f"{head} 29") for head in heads)
    assert widest <= look.px(54)


@pytest.mark.parametrize("width", [560, 800, 1100])
def test_many_drafts_make_no_window_wider_and_the_current_one_is_seen(window: QWidget, width: int) -> None:
    tabs = DraftTabs()
    window.resize(width, 200)
    put(window, tabs)
    drafts = tuple(DraftTab(uuid7(), fixed(f"Өмүрзакова {n}"), None) for n in range(14))
    for current in (drafts[0], drafts[13]):
        tabs.show_drafts(drafts, current.draft_id)
        for _ in range(3):
            QApplication.processEvents()
        seen = [one for one in tabs.findChildren(Tab) if one.isVisible()]
        assert window.width() == width
        assert current.draft_id in [one.draft.draft_id for one in seen]
        assert all(one.width() >= one.minimumSizeHint().width() for one in seen)
        others = tabs.findChild(QWidget, "reception.drafts.others")
        assert isinstance(others, MenuButton)
        assert others.text() == f"+{14 - len(seen)}"
    tabs.show_drafts(drafts[:1], drafts[0].draft_id)
    assert [one.isVisible() for one in tabs.findChildren(MenuButton)] == [False]
