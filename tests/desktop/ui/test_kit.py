"""The kit: choosing by typing, letters for keyboards without them, rings and colours that can be seen."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHoverEvent, QPaintEvent, QPalette, QTextBlockFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

import liaison_desktop.ui
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.theme.tokens import DARK, LIGHT, Tokens
from liaison_desktop.ui.widgets import dialogs
from liaison_desktop.ui.widgets.buttons import Button, Chip, Segments
from liaison_desktop.ui.widgets.chooser import Choice, Chooser
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.fields import Field, FieldRow, LineField, MaskedField, TextField
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.focus import FocusRing
from liaison_desktop.ui.widgets.layout import boxed
from liaison_desktop.ui.widgets.letters import LetterButtons
from liaison_desktop.ui.widgets.messages import Toast
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Link, NumberText, Text
from server_sync.contract.person import group_phone
from tests.desktop.ui.hands import type_text


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


class Watched(Button):
    """Counts how often it is painted."""

    painted = 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        super().paintEvent(event)


def luminance(color: str) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    ink = QColor(color)
    return 0.2126 * part(ink.redF()) + 0.7152 * part(ink.greenF()) + 0.0722 * part(ink.blueF())


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground(tokens: Tokens) -> None:
    for ink, ground in (
        ("text", "surface"), ("text", "canvas"), ("text", "neutral"), ("muted", "surface"), ("muted", "canvas"),
        ("muted", "neutral"), ("link", "surface"), ("on_primary", "primary"), ("primary", "primary_tint"),
        ("success", "success_tint"), ("warning", "warning_tint"), ("danger", "danger_tint"), ("rail_text", "rail"),
        ("text", "primary_tint"), ("text", "warning_tint"), ("attention_ink", "attention"), ("danger", "surface"),
    ):  # fmt: skip
        assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5, (ink, ground)
    for edge in ("control", "primary", "danger", "warning"):
        assert contrast(getattr(tokens, edge), tokens.surface) >= 3, edge


def test_every_icon_named_in_the_code_is_in_the_icon_font(qapp: QApplication) -> None:
    known = set(icons._letters())
    folder = Path(liaison_desktop.ui.__file__).parent
    named = re.compile(r'(?:icon="|Glyph\(\s*"|IconButton\(\s*"|set_icon\(\s*"|EmptyState\(\s*")([a-z][a-z-]+)"')
    wrong = {name for path in folder.rglob("*.py") for name in named.findall(path.read_text("utf-8"))} - known
    assert wrong == set()


def test_a_choice_is_made_by_typing_arrows_and_enter(window: QWidget) -> None:
    chooser = Chooser()
    picked: list[str] = []
    chooser.picked.connect(picked.append)
    chooser.asked.connect(
        lambda query: chooser.offer(query, (Choice("a", "Айылдык"), Choice("b", "Бишкек шаары", "шаар")))
    )
    put(window, chooser)
    type_text(chooser, "би")
    assert chooser.is_open
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    QTest.keyClick(chooser, Qt.Key.Key_Return)
    assert picked == ["b"]
    assert chooser.text() == "Бишкек шаары"
    assert not chooser.is_open


def test_typing_on_takes_a_choice_away_and_escape_closes_the_list(window: QWidget) -> None:
    chooser = Chooser()
    chooser.asked.connect(lambda query: chooser.offer(query, (Choice("a", "Айылдык"),)))
    put(window, chooser)
    chooser.setFocus()
    chooser.set_choice(Choice("a", "Айылдык"))
    type_text(chooser, "х")
    assert [chooser.choice()] == [None]
    assert chooser.is_open
    QTest.keyClick(chooser, Qt.Key.Key_Escape)
    assert not chooser.is_open


def test_the_letters_go_into_the_field_last_typed_in(window: QWidget) -> None:
    line, area = LineField(), TextField()
    letters = LetterButtons(area)
    put(window, line, area, letters)
    type_text(line, "К")
    letters.write("ө")
    type_text(area, "Ме")
    letters.write("ң")
    assert line.text() == "Кө"
    assert area.text() == "Мең"


def test_a_letter_that_begins_a_sentence_is_a_capital(window: QWidget) -> None:
    area = TextField()
    letters = LetterButtons(area)
    put(window, area, letters)
    letters.write("ө")
    type_text(area, "зүбүз келдик. ")
    letters.write("ү")
    assert area.text() == "Өзүбүз келдик. Ү"


def test_a_personal_number_hides_when_the_field_is_left(window: QWidget) -> None:
    pin, other = MaskedField(), LineField()
    put(window, pin, other)
    pin.set_mask("1******* 99656")
    type_text(pin, "10101198899656")
    masked = [pin.is_masked]
    other.setFocus()
    masked.append(pin.is_masked)
    assert masked == [False, True]
    assert pin.text() == "10101198899656"


def test_left_and_right_move_a_segmented_choice(window: QWidget) -> None:
    segments = Segments((("a", "А"), ("b", "Б"), ("c", "В")), lambda: "Тандоо")
    heard: list[str] = []
    segments.chosen.connect(heard.append)
    segments.set_value("a")
    put(window, segments)
    segments.setFocus()
    QTest.keyClick(segments.button("a"), Qt.Key.Key_Right)
    assert segments.value() == "b"
    assert heard[-1] == "b"


def test_an_arrow_chooses_also_while_nothing_is_chosen_yet(window: QWidget) -> None:
    segments = Segments((("a", "А"), ("b", "Б"), ("c", "В")), lambda: "Тандоо")
    heard: list[str] = []
    segments.chosen.connect(heard.append)
    put(window, segments)
    segments.setFocus()
    assert segments.value() == ""
    QTest.keyClick(segments.button("a"), Qt.Key.Key_Right)
    assert (segments.value(), heard[-1:]) == ("b", ["b"])
    QTest.keyClick(segments.button("b"), Qt.Key.Key_Right)
    assert (segments.value(), heard[-1:]) == ("c", ["c"])


def test_pasted_text_loses_its_dress_and_keeps_every_letter(window: QWidget) -> None:
    area = TextField()
    put(window, area)
    type_text(area, "Ѳмүр ўз 😀 <b>көчө</b>\n=1+1")
    assert area.text() == "Ѳмүр ўз 😀 <b>көчө</b>\n=1+1"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_elsewhere_is_seen_to_end_one_here_and_no_space_becomes_another(
    window: QWidget, end: str
) -> None:
    area = TextField()
    put(window, area)
    QApplication.clipboard().setText(f"бир{end}5\u00a0сом")
    area.paste()
    assert area.text() == "бир\n5\u00a0сом"
    assert area.document().blockCount() == 2
    assert len({block.lineHeight() for block in formats_of(area)}) == 1
    area.undo()
    assert area.text() == ""


def formats_of(area: TextField) -> list[QTextBlockFormat]:
    document = area.document()
    return [document.findBlockByNumber(number).blockFormat() for number in range(document.blockCount())]


def test_what_cannot_be_kept_is_picked_out_also_behind_a_picture_of_two_units(window: QWidget) -> None:
    line, area = LineField(), TextField()
    put(window, line, area)
    for field in (line, area):
        type_text(field, "😀аб\x07в")
        field.pick_out("\x07")
        QTest.keyClick(field, Qt.Key.Key_Delete)
        assert field.text() == "😀абв"


def test_a_field_says_its_error_and_goes_back_to_its_hint(window: QWidget) -> None:
    field = Field(lambda: "Тема", LineField(), hint=lambda: "кыскача")
    put(window, field)
    field.say_error(lambda: "Темасын жазыңыз.")
    assert field.message() == "Темасын жазыңыз."
    field.quiet()
    assert field.message() == "кыскача"


def test_the_ring_stands_round_what_has_the_keyboard(window: QWidget) -> None:
    field = LineField()
    ring = FocusRing(window)
    put(window, field)
    field.setFocus()
    QApplication.processEvents()
    assert ring.isVisible()
    grabbed = window.grab().toImage()
    corner = field.geometry()
    assert grabbed.pixelColor(corner.center().x(), corner.top() - 1) == look.color("focus")


def test_a_note_can_be_taken_back_while_it_stands(window: QWidget) -> None:
    toast = Toast(window)
    put(window)
    back: list[bool] = []
    toast.show_word(lambda: "Каралама жабылды.", lambda: "Кайтаруу", lambda: back.append(True))
    undo = toast.findChild(QWidget, "toast.undo")
    assert undo is not None
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert back == [True]
    assert not toast.isVisible()


def test_words_made_in_one_theme_and_shown_in_the_next_wear_the_colour_of_the_next(window: QWidget) -> None:
    put(window)
    look.wear("dark")
    words: list[Text | Link | NumberText] = [Text("сөз"), Link("сөз"), NumberText()]
    look.wear("light")
    put(window, *words)
    inks = [one.palette().color(QPalette.ColorRole.WindowText).name().upper() for one in words]
    assert inks == [LIGHT.text, LIGHT.link, LIGHT.text]


def test_words_keep_their_colour_when_what_holds_them_finds_its_place_in_a_larger_whole(window: QWidget) -> None:
    seen, unseen = Text("Мөөнөтү өттү", tone="danger"), Text("Мөөнөтү өттү", tone="danger")
    put(window, seen)
    column, line = QVBoxLayout(), QVBoxLayout()
    for words in (seen, unseen):
        column.addWidget(words)
    line.addWidget(boxed(column))
    put(window, boxed(line))
    for words in (seen, unseen):
        assert words.palette().color(QPalette.ColorRole.WindowText) == look.color("danger")
        assert words.font().pixelSize() == look.font().pixelSize()


def test_a_font_that_one_makes_smaller_is_nobody_elses() -> None:
    before = look.font().pixelSize()
    look.font().setPixelSize(before // 2)
    assert look.font().pixelSize() == before


def test_a_button_is_painted_anew_when_the_mouse_comes_and_goes_and_when_it_is_switched_off(window: QWidget) -> None:
    button = Watched("Каттоо")
    put(window, button)
    there, away = QPointF(5, 5), QPointF(-1, -1)
    for happens in (
        lambda: QApplication.sendEvent(button, QHoverEvent(QEvent.Type.HoverEnter, there, there, away)),
        lambda: QApplication.sendEvent(button, QHoverEvent(QEvent.Type.HoverLeave, away, away, there)),
        lambda: button.setEnabled(False),
    ):
        QApplication.processEvents()
        before = button.painted
        happens()
        QApplication.processEvents()
        assert button.painted > before


def test_chips_give_up_air_before_one_of_them_stands_alone_in_a_second_line(window: QWidget) -> None:
    chips = [Chip(f"Чыпка {n}", str(n), icon="clock") for n in range(4)]
    flow = Flow(8)
    for chip in chips:
        chip.set_count(12)
        flow.addWidget(chip)
    put(window, boxed(flow))
    window.resize(flow.sizeHint().width() - 40 + 22, 200)
    QApplication.processEvents()
    assert len({chip.y() for chip in chips}) == 1
    assert all(chip.width() >= chip.minimumSizeHint().width() for chip in chips)
    window.resize(300, 200)
    QApplication.processEvents()
    assert len({chip.y() for chip in chips}) > 1


def test_a_warning_below_a_narrow_field_takes_one_line_across_the_row(window: QWidget) -> None:
    fields = [Field(lambda: "Телефону", LineField()) for _ in range(4)]
    row = FieldRow(*((field, 1) for field in fields))
    put(window, row)
    silent = row.sizeHint().height()
    fields[2].say_warning(lambda: "Мындай номер бир да тармакта жок. Кайра сураңыз.")
    QApplication.processEvents()
    QApplication.processEvents()
    assert row.sizeHint().height() - silent < look.px(26)
    assert fields[2].message().startswith("Мындай номер")
    assert fields[2].control.accessibleDescription() == fields[2].message()
    fields[2].quiet()
    assert fields[2].control.accessibleDescription() == ""


def test_a_telephone_number_is_grouped_to_be_read_and_stays_as_it_was_typed(window: QWidget) -> None:
    field, other = LineField(reads=group_phone), LineField()
    put(window, field, other)
    type_text(field, "+996799671401")
    assert field.shown() is None
    other.setFocus()
    assert field.shown() == "+996 799 671 401".replace(" ", "\u00a0")
    assert field.text() == "+996799671401"


def test_a_dialog_grows_for_what_it_says_later(window: QWidget, qtbot: QtBot) -> None:
    put(window)
    dialog = Dialog(window, lambda: "Кайра алуу", width=400)
    field = Field(lambda: "Эмне үчүн", TextField(lines=3))
    dialog.body.addWidget(field)
    dialog.open()
    QApplication.processEvents()
    field.say_error(lambda: "Кайрылуучу эмне үчүн кайра алганын жазыңыз.")
    below = field.findChildren(Text)[-1]
    qtbot.waitUntil(lambda: below.mapTo(field, QPoint(0, 0)).y() >= field.control.geometry().bottom(), timeout=60_000)
    dialog.reject()


@pytest.mark.qt_log_ignore("window masks", "propagateSizeHints", extend=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_where_nobody_composes_windows_a_dialog_has_no_black_corners(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setattr(dialogs, "composes", lambda: False)
    look.wear(theme)
    put(window)
    dialog = Dialog(window, lambda: "Кайра алуу", width=400)
    dialog.open()
    QApplication.processEvents()
    assert not dialog.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    box, shape, picture = dialog.rect(), dialog.mask(), dialog.grab().toImage()
    for corner in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()):
        assert not shape.contains(corner)
    for inside in (box.center(), QPoint(box.left(), box.center().y()), QPoint(box.center().x(), box.bottom())):
        assert shape.contains(inside)
    assert picture.pixelColor(0, 0) not in (QColor("black"), QColor(0, 0, 0, 0))
    dialog.reject()


def test_a_state_in_a_list_is_read_whole_and_the_head_cuts_no_row(window: QWidget) -> None:
    columns = (
        Column("who", lambda: "Ким", lambda one: (Part(one),)),
        Column("state", lambda: "Абалы", lambda one: (Part(one, icon="clock", strong=True),), 60, fits=True),
    )
    table = RowsTable(columns, lambda: "Тизме")
    put(window, table)
    table.show_rows(tuple(f"борбор оңдоону суранат {n}" for n in range(40)), lambda one: one)
    words = table.fontMetrics().horizontalAdvance("борбор оңдоону суранат 10")
    assert table.columnWidth(1) > words
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 2)
    assert table.rowViewportPosition(table.rowAt(0)) == 0


def test_another_theme_or_size_is_not_taken_for_typing(window: QWidget, qtbot: QtBot) -> None:
    field = TextField()
    put(window, field)
    type_text(field, "сөз")
    with qtbot.assertNotEmitted(field.textChanged):
        look.wear("dark", 125)
        look.wear("light")
    assert field.text() == "сөз"


@pytest.mark.parametrize(
    ("pasted", "stands"),
    [
        ("Бек\nтуров\u00ad\u200b", "Бек туров"),
        (" 22501199604899\r\n", "22501199604899"),
        ("Эрлан\tА\u202e", "Эрлан А"),
        ("Ысык-Көл ", "Ысык-Көл "),
    ],
)
def test_what_is_pasted_into_a_line_is_one_line_of_what_is_seen(window: QWidget, pasted: str, stands: str) -> None:
    field = LineField()
    put(window, field)
    field.setFocus()
    QApplication.clipboard().setText(pasted)
    field.paste()
    assert field.text() == stands
    field.insert("!")
    assert field.text().rstrip("! ") == stands.rstrip()
