"""Camera and sound tried in the window with the real media process, by keyboard, in three languages."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.meetings.faults import Part
from liaison_desktop.ui.meetings.view import Meetings
from liaison_desktop.ui.reception.view import Reception
from liaison_desktop.ui.widgets.text import Text
from tests.desktop.office import PASSWORD
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_CAMERA", "synthetic,black")
    monkeypatch.setenv("LIAISON_MICROPHONE", "synthetic,silent")
    monkeypatch.setenv("LIAISON_SPEAKER", "synthetic")


class Trial:
    """The screen of a signed-in person, and what is to be seen on it."""

    def __init__(self, desktop: Desktop, hands: Hands) -> None:
        self.desktop, self.hands, self.window = desktop, hands, desktop.window

    def open(self) -> None:
        self.hands.press(self.window, Qt.Key.Key_4, modifier=ALT)
        self.hands.until(lambda: self.screen.isVisible())

    @property
    def screen(self) -> Meetings:
        assert self.desktop.counter is not None
        return self.desktop.counter.corner.meetings

    @property
    def pid(self) -> int:
        assert self.desktop.counter is not None
        process = self.desktop.counter.corner.trying.process
        return 0 if process is None else process.pid

    def says(self, part: Part) -> str:
        return self.screen.rows[part].verdict.text()

    def colours(self) -> int:
        """How many colours the picture shows; words on a dark ground are a few greys."""
        image = self.screen.picture.grab().toImage()
        side = range(8, min(image.width(), image.height()) - 8, 7)
        return len({image.pixel(x, y) for x in side for y in side})

    def has_picture(self) -> bool:
        return not self.screen.picture.words and self.colours() > 100


@pytest.fixture
def trial(signed_in: Start, hands: Hands) -> Iterator[Trial]:
    made = Trial(signed_in(), hands)
    yield made
    made.desktop.close()


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_nothing_is_filmed_before_the_screen_is_opened(trial: Trial) -> None:
    assert trial.pid == 0


def test_the_own_picture_appears_and_each_device_has_its_verdict(trial: Trial) -> None:
    trial.open()
    trial.hands.until(trial.has_picture)
    trial.hands.until(lambda: trial.says(Part.CAMERA) == "The camera works.")
    trial.hands.until(lambda: trial.says(Part.MICROPHONE) == "The microphone hears you.")
    trial.hands.until(lambda: trial.screen.level.lit > 3)


def test_leaving_the_screen_ends_camera_and_sound(trial: Trial) -> None:
    trial.open()
    trial.hands.until(trial.has_picture)
    pid = trial.pid
    trial.hands.press(trial.window, Qt.Key.Key_1, modifier=ALT)
    trial.hands.until(lambda: trial.pid == 0)
    assert is_gone(pid)


def test_a_locked_window_films_nobody_and_goes_on_afterwards(trial: Trial) -> None:
    trial.open()
    trial.hands.until(trial.has_picture)
    pid = trial.pid
    trial.desktop.lock()
    trial.hands.until(lambda: is_gone(pid))
    trial.hands.type(trial.window, "signin.password", PASSWORD)
    trial.hands.press(trial.window, Qt.Key.Key_Return, "signin.password")
    trial.hands.until(trial.has_picture)
    assert trial.pid not in (0, pid)


def test_closing_the_program_leaves_no_process(trial: Trial) -> None:
    trial.open()
    trial.hands.until(trial.has_picture)
    pid = trial.pid
    trial.desktop.close()
    assert is_gone(pid)


def test_a_killed_process_gives_the_picture_back_while_a_form_is_typed(trial: Trial) -> None:
    trial.open()
    trial.hands.until(trial.has_picture)
    killed = trial.pid
    os.kill(killed, signal.SIGKILL)
    trial.hands.until(lambda: "comes back" in trial.screen.picture.words)
    trial.hands.until(lambda: trial.pid not in (0, killed) and trial.has_picture())
    trial.hands.press(trial.window, Qt.Key.Key_1, modifier=ALT)
    trial.hands.type(trial.window, "reception.surname", "Турдубаева")
    reception = trial.window.findChild(Reception)
    assert reception is not None
    trial.hands.until(lambda: trial.pid == 0)
    assert trial.hands.find(trial.window, "reception.surname", QWidget).property("text") == "Турдубаева"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of a menu, where there is no screen
def test_another_camera_is_chosen_by_keyboard_and_remembered(trial: Trial, programs: Programs, hands: Hands) -> None:
    trial.open()
    trial.hands.until(lambda: trial.screen.camera.picker.code == "synthetic")
    picker = trial.screen.camera.picker
    picker.setFocus()
    trial.hands.press(trial.window, Qt.Key.Key_Down, "meetings.camera")
    trial.hands.until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    trial.hands.until(lambda: trial.says(Part.CAMERA).startswith("The picture is black"))
    assert picker.accessibleName() == "Camera: black"
    trial.hands.until(lambda: trial.desktop.runner.is_idle)
    trial.desktop.close()
    again = Trial(programs.start(), hands)
    hands.sign_in(again.window)
    again.open()
    again.hands.until(lambda: again.says(Part.CAMERA).startswith("The picture is black"))
    again.hands.until(lambda: again.screen.camera.picker.code == "black")


def test_melody_and_sample_are_played_by_their_keys(trial: Trial) -> None:
    trial.open()
    trial.hands.until(lambda: trial.screen.play.is_live and trial.screen.record.is_live)
    trial.hands.press(trial.window, Qt.Key.Key_F7)
    trial.hands.until(lambda: trial.says(Part.SPEAKER) == "The melody plays now.")
    trial.hands.until(lambda: trial.says(Part.SPEAKER).startswith("If you heard nothing"))
    trial.hands.press(trial.window, Qt.Key.Key_F8)
    trial.hands.until(lambda: trial.says(Part.MICROPHONE).startswith("Speak now"))
    trial.hands.until(lambda: trial.says(Part.MICROPHONE).startswith("This is how"))


def test_f5_looks_for_devices_with_a_new_process(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_MICROPHONE", "none")
    trial.open()
    trial.hands.until(lambda: trial.says(Part.MICROPHONE).startswith("There is no microphone"))
    before = trial.pid
    monkeypatch.setenv("LIAISON_MICROPHONE", "synthetic")
    trial.hands.press(trial.window, Qt.Key.Key_F5)
    trial.hands.until(lambda: trial.says(Part.MICROPHONE) == "The microphone hears you.")
    assert trial.pid != before


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_without_a_camera_the_picture_says_what_to_do(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LIAISON_CAMERA", "none")
    trial.desktop.set_language(language)
    trial.open()
    told = {"ky": "Сүрөтүңүз", "ru": "Здесь будет", "en": "Your picture will"}
    trial.hands.until(lambda: trial.screen.picture.words.startswith(told[language]))
    assert trial.screen.picture.words in trial.screen.picture.accessibleDescription()


@pytest.mark.parametrize(("width", "height", "text_size"), [(1366, 768, 100), (911, 512, 100), (1366, 768, 150)])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_has_its_room(trial: Trial, language: str, width: int, height: int, text_size: int) -> None:
    trial.desktop.set_language(language)
    trial.desktop.set_text_size(text_size)
    trial.window.resize(width, height)
    trial.open()
    trial.hands.until(lambda: bool(trial.says(Part.CAMERA)))
    settle()
    cut = [
        one.text()
        for one in trial.screen.findChildren(Text)
        if one.isVisible() and one.text() and one.height() < one.heightForWidth(one.width())
    ]
    assert cut == []
    for button in (trial.screen.play, trial.screen.record, trial.screen.again):
        assert button.width() >= button.minimumSizeHint().width()
        assert button.mapTo(trial.screen, button.rect().topRight()).x() < trial.screen.width()
    assert trial.screen.picture.width() >= 240
