"""What holds on every screen: a name for every control, the keyboard everywhere, no control without its words."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLineEdit, QTextEdit, QWidget
from typing_extensions import override

from liaison_desktop.app import Desktop
from liaison_desktop.ui.shell.view import PLACES
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Kind, Painted
from liaison_desktop.ui.widgets.text import Text
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
SIZES = ((1366, 768), (911, 512))


def controls(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if isinstance(widget, (QAbstractButton, QLineEdit, QTextEdit, QAbstractItemView)) and widget.isVisible():
            yield widget


def nameless(window: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} {widget.objectName()}" for widget in controls(window) if not widget.accessibleName()
    ]


class Shown(QObject):
    """Notes every window of the program that comes up."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_nothing_flashes_up_as_a_window_of_its_own_while_a_person_comes_in(signed_in: Start) -> None:
    shown = Shown()
    QApplication.instance().installEventFilter(shown)  # type: ignore[union-attr]  # there is one
    try:
        desktop = signed_in()
        counter = desktop.counter
        assert counter is not None
        for place in PLACES:
            counter.shell.open(place.name)
            QApplication.processEvents()
    finally:
        QApplication.instance().removeEventFilter(shown)  # type: ignore[union-attr]
    assert set(shown.windows) <= {f"Window {desktop.window.objectName()}"}


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_control_has_a_name_for_a_screen_reader(signed_in: Start, language: str) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    counter = desktop.counter
    assert counter is not None
    for place in PLACES:
        counter.shell.open(place.name)
        QApplication.processEvents()
        assert nameless(desktop.window) == [], place.name


def test_the_sign_in_has_a_name_for_every_control(programs: Programs) -> None:
    desktop = programs.start()
    QApplication.processEvents()
    assert nameless(desktop.window) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_keyboard_reaches_every_field_and_button_by_tab(signed_in: Start, size: tuple[int, int]) -> None:
    desktop = signed_in()
    window = desktop.window
    window.resize(*size)
    counter = desktop.counter
    assert counter is not None
    for place in PLACES:
        counter.shell.open(place.name)
        QApplication.processEvents()
        wanted = {
            id(widget)
            for widget in controls(window)
            if widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not (isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked())
            and not (isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked())
        }
        reached: set[int] = set()
        for _ in range(len(wanted) * 3 + 40):
            window.focusNextChild()
            focused = QApplication.focusWidget()
            reached.add(id(focused))
        assert wanted <= reached, place.name


def test_at_most_one_primary_button_stands_on_a_screen(signed_in: Start) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    for place in PLACES:
        counter.shell.open(place.name)
        QApplication.processEvents()
        loud = [
            one
            for one in desktop.window.findChildren(Painted)
            if one.isVisible() and getattr(one, "kind", None) is Kind.PRIMARY
        ]
        assert len(loud) <= 1, place.name


def test_f1_shows_the_keys_of_the_screen(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    for place in PLACES:
        counter = desktop.counter
        assert counter is not None
        counter.shell.open(place.name)
        hands.press(desktop.window, Qt.Key.Key_F1)
        hands.press(hands.dialog(desktop.window, "keys"), Qt.Key.Key_Escape)
        hands.until(lambda: not hands.is_seen(desktop.window, "keys"))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_no_line_of_the_keys_is_cut_in_large_letters(signed_in: Start, hands: Hands, language: str) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    desktop.set_text_size(150)
    desktop.window.resize(1366, 768)
    hands.press(desktop.window, Qt.Key.Key_F1)
    keys = hands.dialog(desktop.window, "keys")
    hands.until(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in keys.findChildren(Text)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_no_button_is_narrower_than_its_words(signed_in: Start, size: tuple[int, int], language: str) -> None:
    desktop = signed_in()
    desktop.set_language(language)
    desktop.window.resize(*size)
    counter = desktop.counter
    assert counter is not None
    for place in PLACES:
        counter.shell.open(place.name)
        for _ in range(3):
            QApplication.processEvents()
        short = [
            f"{one.objectName()}: {one.text()}"
            for one in desktop.window.findChildren(Painted)
            if one.isVisible() and one.minimumSizeHint().width() > one.width()
        ]
        assert short == [], place.name


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_warning_and_a_second_matter_leave_the_text_in_sight(signed_in: Start, hands: Hands, language: str) -> None:
    desktop = signed_in()
    window, counter = desktop.window, desktop.counter
    assert counter is not None
    desktop.set_language(language)
    hands.fill(window)
    form = counter.reception.form
    form.add_category()
    form.fields["phone"].say_warning(lambda: "Мындай номер бир да тармакта жок. Кайра сураңыз.")
    for _ in range(5):
        QApplication.processEvents()
    text = form.text
    foot = text.mapTo(window, text.rect().bottomLeft()).y()
    bar = counter.reception.register.parentWidget()
    assert isinstance(bar, QWidget)
    assert foot < bar.mapTo(window, bar.rect().topLeft()).y()


def test_the_settings_follow_a_theme_turned_in_the_top_bar(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    counter.shell.open("settings")
    QApplication.processEvents()
    for theme in ("dark", "light"):
        desktop.turn_theme()
        chosen = hands.find(desktop.window, f"settings.theme.{theme}", QAbstractButton)
        assert chosen.isChecked()


def test_the_rail_folds_where_the_window_is_narrow(signed_in: Start) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    desktop.window.resize(911, 512)
    QApplication.processEvents()
    assert counter.shell.rail.width() == 64
    desktop.window.resize(1366, 768)
    QApplication.processEvents()
    assert counter.shell.rail.width() == 208


@pytest.mark.expects_log("bug ValueError")
def test_a_bug_is_said_once_and_the_program_goes_on(
    signed_in: Start, hands: Hands, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = signed_in()
    import sys

    error = ValueError("words of a citizen")
    monkeypatch.setattr(desktop._hook, "_before", lambda *_: None)
    for _ in range(3):
        sys.excepthook(ValueError, error, None)
    assert len([one for one in desktop.window.findChildren(QWidget, "bug") if one.isVisible()]) == 1
    hands.click(hands.dialog(desktop.window, "bug"), "bug.close")
    desktop.close()
    noted = (desktop.home.logs / "desktop.log").read_text(encoding="utf-8")
    assert "ValueError" in noted
    assert "citizen" not in noted
    assert look.tokens.name == "light"
