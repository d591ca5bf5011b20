"""Real widgets without a screen: an office of stand-ins, the program in a window, and hands that type."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.ui import formats
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.workplace import keys, words
from liaison_desktop.workplace.clock import SystemClock
from tests.desktop.office import CHEAP, StandInClock, StandInMachine, StandInVault, open_office
from tests.desktop.ui.hands import Hands


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The platform without a screen says of every window that it cannot hint its size."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def _in_english(qapp: QApplication) -> Iterator[None]:
    words.set_language("en")
    look.wear("light")
    yield
    words.set_language("ky")
    formats.go_by(timedelta(0))
    formats.reckon_by(SystemClock().wall_ms)
    look.wear("light")


@pytest.fixture(autouse=True)
def _looks_before_pressing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever presses keys here has looked at the screen first; what haste does is a test of its own."""
    monkeypatch.setattr(attention, "seen_after_ms", 0)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each window takes three derivations; what one costs people is a test of the keys."""
    monkeypatch.setattr(keys, "COST", CHEAP)


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return Hands(qtbot)


class Programs:
    """Starts the desktop in the folder of an enrolled office, as often as a test switches it off and on."""

    def __init__(self, folder: Path) -> None:
        office = open_office(folder / "home")
        office.desk.store.close()
        self.folder = folder / "home"
        self.clock: StandInClock = office.clock
        self.machine: StandInMachine = office.machine
        self.vault: StandInVault = office.vault
        self.recovery_key = office.recovery_key
        self.tray = folder / "tray"
        office.place.file.change(lambda before: replace(before, language="en"))
        self._open: list[Desktop] = []

    def start(self) -> Desktop:
        desktop = app.build(
            self.folder,
            papers=Tray(self.tray),
            vault=self.vault,
            clock=self.clock,
            machine=self.machine,
            sync=False,
        )
        desktop.show()
        desktop.window.showNormal()
        desktop.window.resize(1366, 768)
        QApplication.processEvents()
        self._open.append(desktop)
        return desktop

    def end(self) -> None:
        for desktop in self._open:
            desktop.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what is gone is not dressed once more


@pytest.fixture
def programs(tmp_path: Path, qapp: QApplication) -> Iterator[Programs]:
    started = Programs(tmp_path)
    yield started
    started.end()


@pytest.fixture
def signed_in(programs: Programs, hands: Hands) -> Callable[[], Desktop]:
    """Start the program and sign Alim in."""

    def start() -> Desktop:
        desktop = programs.start()
        hands.sign_in(desktop.window)
        return desktop

    return start
