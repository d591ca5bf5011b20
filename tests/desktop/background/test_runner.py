"""The bridge between threads and Qt: nothing is lost, nothing comes to whom is gone, a bug is not hidden."""

import sys
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from liaison_desktop.background.delays import Delays
from liaison_desktop.background.runner import Lane, Runner
from liaison_desktop.domain.errors import DiskFull, LiaisonError
from server_sync.contract.errors import ContractError

SOON_MS = 60_000


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


def test_every_result_of_many_jobs_arrives_in_the_windows_thread(runner: Runner, qtbot: QtBot) -> None:
    arrived: list[int] = []
    threads: set[int] = set()

    def done(result: int) -> None:
        arrived.append(result)
        threads.add(threading.get_ident())

    for number in range(500):
        runner.run(partial(int, number), done=done, lane=(Lane.STORE, Lane.NETWORK, Lane.WORK)[number % 3])
    qtbot.waitUntil(lambda: len(arrived) == 500, timeout=SOON_MS)
    assert sorted(arrived) == list(range(500))
    assert threads == {threading.get_ident()}


def test_jobs_on_the_store_keep_their_order_and_never_meet(runner: Runner, qtbot: QtBot) -> None:
    seen: list[int] = []
    inside: list[int] = []
    most: list[int] = []

    def job(number: int) -> None:
        inside.append(number)
        most.append(len(inside))
        seen.append(number)
        inside.remove(number)

    for number in range(100):
        runner.run(partial(job, number))
    qtbot.waitUntil(lambda: runner.is_idle, timeout=SOON_MS)
    assert seen == list(range(100))
    assert max(most) == 1


def test_an_expected_error_goes_to_who_waits_for_it(runner: Runner, qtbot: QtBot) -> None:
    errors: list[ContractError] = []

    def job() -> None:
        raise DiskFull("disk_full")

    runner.run(job, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=SOON_MS)
    assert isinstance(errors[0], LiaisonError)
    assert errors[0].code == "disk_full"


def test_a_bug_in_a_job_goes_to_the_hook_of_the_program(
    runner: Runner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: bugs.append(kind.__name__))

    def job() -> None:
        raise ZeroDivisionError

    runner.run(job, failed=lambda _error: bugs.append("told as expected"))
    qtbot.waitUntil(lambda: bool(bugs), timeout=SOON_MS)
    assert bugs == ["ZeroDivisionError"]


def test_a_result_for_a_window_that_is_gone_is_dropped(runner: Runner, qtbot: QtBot) -> None:
    owner = QLineEdit()
    gate = threading.Event()
    told: list[str] = []
    runner.run(lambda: gate.wait(10), done=lambda _result: told.append("too late"), owner=owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(lambda: runner.is_idle, timeout=SOON_MS)
    assert told == []


def test_closing_lets_the_stores_jobs_end_and_takes_no_more(qapp: QApplication) -> None:
    runner = Runner()
    written: list[int] = []
    for number in range(20):
        runner.run(partial(written.append, number))
    runner.close()
    runner.run(lambda: written.append(99))
    assert written == list(range(20))


def test_what_is_asked_again_before_its_time_is_done_once(qapp: QApplication, qtbot: QtBot) -> None:
    parent = QObject()
    delays = Delays(parent)
    done: list[str] = []
    for letters in ("о", "оз", "озг"):
        delays.after("search", 20, partial(done.append, letters))
    qtbot.waitUntil(lambda: bool(done), timeout=SOON_MS)
    assert done == ["озг"]
    delays.after("save", 60_000, lambda: done.append("saved"))
    delays.now("save")
    assert done == ["озг", "saved"]
    delays.close()
    delays.after("late", 0, lambda: done.append("late"))
    delays.now("late")
    assert "late" not in done


class _Speaker(QObject):
    said = Signal(bool)


def test_this_qt_survives_five_thousand_signals(qapp: QApplication) -> None:
    speaker = _Speaker()
    heard: list[bool] = []
    for _ in range(5_000):
        speaker.said.connect(heard.append)
        speaker.said.emit(True)
        speaker.said.disconnect(heard.append)
    assert len(heard) == 5_000


def test_this_qt_does_not_lose_references_of_none(qapp: QApplication) -> None:
    field = QLineEdit()
    before = sys.getrefcount(None)
    for _ in range(20_000):
        field.setText("а")
    assert sys.getrefcount(None) >= before - 100
    field.deleteLater()
