"""What is said is said whole, and in the person's language, also by Qt's own dialogs and on a small screen."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QScrollArea, QTreeView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.store.delivery import Notice
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.notices import confirmed
from liaison_desktop.ui.delivery.view import Delivery
from liaison_desktop.ui.qt_words import WORDS, speak_for_qt
from liaison_desktop.ui.shell.topbar import TopBar
from liaison_desktop.ui.signin.view import CARD_WIDE, OfficePanel
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.files import CHANGED, SIZE, FileFacts, file_dialog
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.ui.widgets.text import Elided, Text
from liaison_desktop.workplace import words

Start = Callable[[], Desktop]
SMALL = (911, 512)


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_file_dialogs_and_the_menu_of_a_field_speak_the_persons_language(qtbot: QtBot, language: str) -> None:
    speak_for_qt()
    words.set_language(language)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    field = QLineEdit(window)
    dialog = file_dialog(window, "")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    said += [action.text() for action in field.createStandardContextMenu().actions()]
    tree = dialog.findChild(QTreeView, "treeView")
    assert tree is not None
    model = tree.model()
    said += [str(model.headerData(n, tree.header().orientation())) for n in range(4) if not tree.isColumnHidden(n)]
    english = [one for one in said if one.replace("&", "").partition("\t")[0] in WORDS]
    assert [one for one in said if one]
    assert english == []


def test_qt_speaks_english_to_whoever_works_in_english(qapp: QApplication) -> None:
    speak_for_qt()
    words.set_language("en")
    assert QCoreApplication.translate("QFileDialog", "Look in:") == "Look in:"


@pytest.mark.parametrize("width", [20, 120, 2000])
def test_words_of_comfort_are_whole_or_not_there(qtbot: QtBot, width: int) -> None:
    said = Elided("Жарык өчсө, акыркы секунда гана жоголот", whole=True)
    qtbot.addWidget(said)
    said.resize(width, 24)
    assert said.shown() in ("", said.text())
    assert bool(said.shown()) == (width == 2000)


def test_the_form_says_what_a_power_cut_takes_where_there_is_room(signed_in: Start) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    comfort = counter.reception._comfort
    for language in ("ky", "ru", "en"):
        desktop.set_language(language)
        for size in ((1366, 768), SMALL):
            desktop.window.resize(*size)
            settle()
            assert not comfort.isVisible() or comfort.shown() == comfort.text()


def test_what_the_centre_confirmed_is_read_whole_on_a_wide_and_on_a_small_screen(qtbot: QtBot) -> None:
    words.set_language("ru")
    screen = Delivery()
    qtbot.addWidget(screen)
    at = datetime(2026, 8, 24, 8, 0, tzinfo=UTC)
    notice = Notice(at, "quarantined", None, "ALA-26-A-00039-5659", {"code": "category_unknown"})
    screen.show_confirmed((confirmed(notice),))
    for size in ((1158, 716), (847, 460)):
        screen.resize(*size)
        screen.show()
        settle()
        said = next(one for one in screen.findChildren(Text) if formats.unbroken("ALA-26-A-00039") in one.text())
        assert said.isVisible()
        assert said.height() >= said.heightForWidth(said.width())


def test_the_words_beside_the_sign_in_are_scrolled_and_not_cut(qtbot: QtBot) -> None:
    panel = OfficePanel(fixed("Аламудунский район"), fixed("Чуйская область"), fixed("ALA-A"))
    qtbot.addWidget(panel)
    panel.set_roomy(False)
    panel.show_facts(tuple(("info", fixed("На этом компьютере"), fixed("Черновики писать можно. " * 8)) for _ in "123"))
    panel.resize(296, 512)
    panel.show()
    settle()
    facts = [one for area in panel.findChildren(QScrollArea) for one in area.findChildren(Text) if one.isVisible()]
    assert len(facts) == 6
    for one in facts:
        assert one.height() >= one.heightForWidth(one.width())


def test_the_words_of_the_line_are_whole_beside_a_short_name(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    bar = TopBar()
    QVBoxLayout(holder).addWidget(bar)
    bar.office.say("Аламудунский район")
    bar.show_line(fixed("Нет связи · 12 обращений ждут здесь в сохранности"), "primary", "wifi-slash")
    holder.resize(870, 70)
    holder.show()
    settle()
    assert bar.line.width() >= bar.line.sizeHint().width()
    assert bar.office.shown() == bar.office.text()


def test_the_card_of_who_has_not_signed_in_yet_is_read_whole(qapp: QApplication) -> None:
    room = CARD_WIDE - 14 - 44 - 14 - 8  # beside the sign, in the narrowest card
    for language in ("ky", "ru", "en"):
        words.set_language(language)
        said = words.tr("no sign-in yet")
        assert QFontMetrics(look.font(Size.SECONDARY, figures=True)).horizontalAdvance(said) <= room, language


def test_a_number_in_a_sentence_and_a_kyrgyz_day_end_no_line_in_their_middle() -> None:
    assert "-" not in formats.unbroken("ALA-26-A-00039-5659")
    words.set_language("ky")
    assert "-" not in formats.day_in_words(datetime(2026, 8, 24, tzinfo=UTC).date())


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_button_and_the_dialog_that_it_opens_call_the_act_the_same(language: str) -> None:
    words.set_language(language)
    act, title = words.tr("Withdraw"), words.tr("Withdraw the request {number}", number="")
    assert set(act.casefold().split()) <= set(title.casefold().split())


@pytest.mark.parametrize(("language", "size"), [("ky", "16\u00a0кБ"), ("ru", "16\u00a0кБ"), ("en", "16\u00a0kB")])
def test_sizes_and_days_of_files_are_said_as_everywhere_else(
    qtbot: QtBot, tmp_path: Path, language: str, size: str
) -> None:
    words.set_language(language)
    window = QWidget()
    qtbot.addWidget(window)
    (tmp_path / "өтүнүч.pdf").write_bytes(b"x" * 16_400)
    dialog = file_dialog(window, "", str(tmp_path))
    tree = dialog.findChild(QTreeView, "treeView")
    assert tree is not None
    model = tree.model()
    qtbot.waitUntil(lambda: model.rowCount(tree.rootIndex()) == 1, timeout=60_000)
    said = []
    for column in (SIZE, CHANGED):
        facts = tree.itemDelegateForColumn(column)
        assert isinstance(facts, FileFacts)
        said.append(facts.said(model.index(0, column, tree.rootIndex())))
    assert said[0] == size
    assert said[1] == formats.day_and_clock(datetime.fromtimestamp((tmp_path / "өтүнүч.pdf").stat().st_mtime, UTC))
