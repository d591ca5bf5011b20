"""What holds for every test: a home of its own, no screen, and nothing left behind.

A test fails when it leaves a thread running, a timer ticking or a window open, or when the log holds a warning that it
did not announce. `@pytest.mark.expects_log("part of the warning")` announces one.
"""

import atexit
import functools
import gc
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, settings
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer

if "LIAISON_HOME" not in os.environ:
    os.environ["LIAISON_HOME"] = tempfile.mkdtemp(prefix="liaison-tests-")
    atexit.register(shutil.rmtree, os.environ["LIAISON_HOME"], ignore_errors=True)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for device in ("CAMERA", "MICROPHONE", "SPEAKER", "SCREEN"):  # nobody who tests is filmed
    os.environ[f"LIAISON_{device}"] = "none"

ENDING_S: Final = float(os.environ.get("LIAISON_TEST_ENDING_S", "5"))
"""How long what a test started may take to end after the test."""

settings.register_profile(
    "liaison",
    max_examples=60,
    derandomize=True,  # the same examples on every machine and every day
    database=None,
    deadline=None,  # two cores shared with others say nothing about speed
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("liaison")


@pytest.fixture(scope="session", autouse=True)
def _compiled_translations() -> None:
    """Both programs read compiled catalogues; a changed part is compiled before the first test."""
    from resources.compile_translations import compile_all, is_compiled

    if not is_compiled():
        compile_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every run of the tests a database file of its own, so that two runs do not meet."""
    from django.db import connections

    described = connections["default"].settings_dict
    if described["ENGINE"].endswith("sqlite3"):
        described["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


class _Warnings(logging.Handler):
    """Keeps what was logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "django.request" and record.levelno < logging.ERROR:
            return  # Django says again what the answer's status says: 400, 403, 404 are what such a test is about
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    heard = _Warnings()
    logging.getLogger().addHandler(heard)
    yield
    logging.getLogger().removeHandler(heard)
    marker = request.node.get_closest_marker("expects_log")
    expected = list(marker.args) if marker else []
    said = [f"{record.name}: {record.getMessage()}" for record in heard.records]
    unexpected = [words for words in said if not any(part in words for part in expected)]
    if unexpected:
        pytest.fail("unexpected in the log:\n  " + "\n  ".join(unexpected), pytrace=False)
    unheard = [part for part in expected if not any(part in words for words in said)]
    if unheard:
        pytest.fail(f"announced but not logged: {unheard}", pytrace=False)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + ENDING_S
    while left := [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]:
        if time.monotonic() > end:
            pytest.fail("threads left running: " + ", ".join(_described(thread) for thread in left), pytrace=False)
        left[0].join(0.05)


def _described(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    place = f" at {Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else ""
    return f"{thread.name}{place}"


@pytest.fixture(autouse=True)
def _nothing_of_qt_left(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    windows_before = set(map(id, QApplication.topLevelWidgets())) if QApplication.instance() else set()
    timers_before = _ticking()
    yield
    end = time.monotonic() + ENDING_S
    while True:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        windows = [w for w in QApplication.topLevelWidgets() if id(w) not in windows_before and w.isVisible()]
        timers = [timer for timer in _ticking() - timers_before if not timer.isSingleShot()]
        if not windows and not timers:
            _leave_modules_alone()
            return
        if time.monotonic() > end:
            break
        gc.collect()
        time.sleep(0.02)
    left = [f"window {type(window).__name__} “{window.objectName()}”" for window in windows]
    left += [f"timer of {type(timer.parent()).__name__}" for timer in timers]
    pytest.fail("left behind: " + ", ".join(left), pytrace=False)


@functools.cache
def _leave_modules_alone() -> None:
    """After the first window: what the modules brought stays for good, and no collection need go through it."""
    gc.collect()
    gc.freeze()


def _ticking() -> "set[QTimer]":
    import shiboken6

    return {timer for timer in set(_timers()) if shiboken6.isValid(timer) and timer.isActive()}


@functools.cache
def _timers() -> "weakref.WeakSet[QTimer]":
    """All timers there are: those made before it was first asked, and each noted as it is made.

    To look for them among all objects before and after each test took a quarter of the time of the windows' tests.
    """
    from PySide6.QtCore import QTimer

    known = weakref.WeakSet(thing for thing in gc.get_objects() if type(thing) is QTimer)
    make = QTimer.__init__

    def make_and_note(timer: QTimer, *arguments: Any, **named: Any) -> None:
        make(timer, *arguments, **named)
        if type(timer) is QTimer:
            known.add(timer)

    QTimer.__init__ = make_and_note  # type: ignore[method-assign]
    return known
