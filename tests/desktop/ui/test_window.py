"""The window fits the screen that is there, comes back where it stood, and hides the citizen when nobody is there."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.background.idling import Idling
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.services.drafting import list_drafts
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.store.events import SITE_FEED
from liaison_desktop.store.feed import keep_row
from liaison_desktop.ui.shell.place import SMALLEST, stand, standing
from server_sync.contract import codec
from server_sync.contract.messages import RolesRow, RowKind
from server_sync.contract.shapes import to_plain
from tests.desktop.office import PASSWORD, person_reply
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def free() -> QRect:
    return QGuiApplication.primaryScreen().availableGeometry()


@pytest.mark.parametrize("remembered", ["", "x", "1 2 3", "9000 9000 1366 768 0", "-5000 0 800 600 0", "0 0 0 0 1"])
def test_a_window_of_which_nothing_true_is_remembered_takes_the_whole_screen(window: QWidget, remembered: str) -> None:
    stand(window, remembered)
    assert window.isMaximized()
    assert free().contains(window.normalGeometry())


def test_a_window_never_is_larger_than_the_screen(window: QWidget) -> None:
    stand(window, f"{free().x() + 10} {free().y() + 60} 5000 4000 0")
    assert not window.isMaximized()
    assert free().contains(window.geometry())
    assert window.minimumWidth() <= min(SMALLEST.width(), free().width())


def test_a_window_comes_back_where_it_stood(window: QWidget, qtbot: QtBot) -> None:
    stand(window, f"{free().x()} {free().y() + 70} 800 500 0")
    where = standing(window)
    other = QWidget()
    qtbot.addWidget(other)
    stand(other, where)
    assert standing(other) == where


def test_the_program_remembers_where_its_window_stood(programs: Programs) -> None:
    desktop = programs.start()
    desktop.window.setGeometry(free().x() + 5, free().y() + 55, free().width() - 40, free().height() - 90)
    kept = standing(desktop.window)
    desktop.close()
    again = programs.start()
    assert again.place.file.read().settings["window"] == kept


def test_nobody_touching_anything_is_noticed_and_every_touch_puts_it_off(window: QWidget, qtbot: QtBot) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=60_000)
    idling = Idling(window)
    noticed: list[bool] = []
    idling.idle.connect(lambda: noticed.append(True))
    idling.watch(3_600_000)
    handle = window.windowHandle()
    assert handle is not None
    timer = idling._timer
    qtbot.waitUntil(lambda: timer.remainingTime() < 3_600_000 - 2_000, timeout=60_000)
    before = timer.remainingTime()
    QTest.keyClick(handle, Qt.Key.Key_A)
    assert timer.remainingTime() > before
    idling.watch(1)
    qtbot.waitUntil(lambda: bool(noticed), timeout=60_000)
    idling.stop()


def lock(desktop: Desktop, hands: Hands) -> None:
    desktop.lock()
    hands.until(lambda: hands.is_seen(desktop.window, "signin.password") and desktop.runner.is_idle)


def test_a_lock_hides_the_citizen_and_the_same_person_finds_everything_as_it_was(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    lock(desktop, hands)
    seen = [one for one in QApplication.allWidgets() if one.isVisible() and isinstance(one, (QLabel, QLineEdit))]
    assert not any("Турдубаева" in one.text() for one in seen)
    assert not review.isVisible()
    assert "Locked" in hands.find(window, "signin.message", QLabel).text()
    hands.press(window, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    assert not any(one.isVisible() for one in window.findChildren(QDialog))
    hands.type(window, "signin.password", PASSWORD)
    hands.press(window, Qt.Key.Key_Return, "signin.password")
    hands.until(lambda: review.isVisible())
    assert hands.find(window, "reception.surname", QLineEdit).text() == "Турдубаева"
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))


def test_another_person_after_a_lock_begins_anew_and_the_draft_is_there(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    desk = desktop.desk
    assert desk is not None
    said: list[object] = []
    desktop.runner.run(
        lambda: admit_person(desktop.place, desk, person_reply("bela", surname="Осмонова"), PASSWORD), done=said.append
    )
    hands.until(lambda: bool(said))
    hands.type(window, "reception.surname", "Асанов")
    first = desktop.counter
    lock(desktop, hands)
    hands.click(window, "signin.person.bela")
    hands.type(window, "signin.password", PASSWORD)
    hands.press(window, Qt.Key.Key_Return, "signin.password")
    hands.until(lambda: desktop.counter is not None and desktop.counter is not first)
    hands.until(lambda: hands.find(window, "reception.surname", QLineEdit).text() == "Асанов")


def test_a_role_that_ends_while_its_person_works_locks_the_window_and_keeps_what_was_typed(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window, desk = desktop.window, desktop.desk
    assert desk is not None
    assert desk.signed_in is not None
    row = codec.encode(to_plain(RolesRow(desk.signed_in.person.person.bytes, ())))
    hands.type(window, "reception.surname", "Асанов")

    def hear() -> None:
        with desk.store.transaction() as connection:
            keep_row(connection, SITE_FEED, 1, 1, RowKind.ROLES, raw=row, now_ms=0)

    desktop.runner.run(hear, done=lambda _: desktop.syncing.changed.emit(ChangeSet(people=True)))
    hands.until(lambda: hands.is_seen(window, "signin.password") and desktop.runner.is_idle)
    assert "has ended" in window.toast.text()
    hands.type(window, "signin.password", PASSWORD)
    hands.press(window, Qt.Key.Key_Return, "signin.password")
    hands.until(lambda: "no role" in hands.find(window, "signin.message", QLabel).text())
    kept: list[object] = []
    desktop.runner.run(lambda: list_drafts(desk), done=kept.append)
    hands.until(lambda: bool(kept))
    assert "Асанов" in repr(kept)


def test_the_span_of_the_lock_is_chosen_in_settings(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    counter.shell.open("settings")
    assert counter.settings.person.lock.value() == "10"
    hands.click(desktop.window, "settings.lock.30")
    hands.until(lambda: desktop.place.file.read().settings.get("lock_after_minutes") == "30")
