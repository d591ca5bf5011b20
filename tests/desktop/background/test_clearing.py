"""What nobody refers to any more is cleared away in the window's thread, whoever fills the measure."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from liaison_desktop.background.clearing import Clearing
from liaison_desktop.background.runner import Lane, Runner

SOON_MS = 60_000


class Forgotten:
    """Refers to itself, as a widget and the words it repeats refer to each other; says in which thread it goes."""

    def __init__(self, went: list[int]) -> None:
        self.itself = self
        self.went = went

    def __del__(self) -> None:
        self.went.append(threading.get_ident())


@pytest.fixture
def clearing(qapp: QApplication) -> Iterator[Clearing]:
    parent = QObject()
    made = Clearing(parent)
    made.begin()
    yield made
    made.end()
    parent.deleteLater()


def test_work_on_a_lane_clears_nothing_away_there(clearing: Clearing, qtbot: QtBot) -> None:
    runner = Runner()
    went: list[int] = []
    for _ in range(50):
        Forgotten(went)

    def work() -> int:
        return len([[] for _ in range(200_000)])

    for lane in Lane:
        runner.run(work, lane=lane)
    qtbot.waitUntil(lambda: runner.is_idle, timeout=SOON_MS)
    runner.close()
    for _ in range(gc.get_threshold()[0]):
        Forgotten(went)
    qtbot.waitUntil(lambda: len(went) >= 50, timeout=SOON_MS)
    assert set(went) == {threading.get_ident()}


def test_python_clears_away_by_itself_again_when_the_program_ends(qapp: QApplication) -> None:
    parent = QObject()
    clearing = Clearing(parent)
    clearing.begin()
    assert not gc.isenabled()
    clearing.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    parent.deleteLater()
