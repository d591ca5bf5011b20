"""What comes after the sign-in: loaded while nobody waits, built when it is wanted, and gone with its person."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QWidget

from liaison_desktop.app import Desktop
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
STARTED = """
import sys
from liaison_desktop import app
late = ("ui.counter", "ui.workbench", "ui.enrolment.view", "ui.reception.view", "ui.requests.view", "ui.meetings")
print(*[name for name in sys.modules if name.removeprefix("liaison_desktop.") in late])
"""


def test_the_first_window_loads_no_screen_of_after_the_sign_in() -> None:
    loaded = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.split() == []


def test_the_screens_are_loaded_while_nobody_has_signed_in_yet(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.until(lambda: desktop._ahead.is_done)


def test_meetings_are_built_when_they_are_first_opened(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    counter = desktop.counter
    assert counter is not None
    assert counter.shell.findChild(QWidget, "meetings") is None
    assert counter._corner is None
    hands.press(desktop.window, Qt.Key.Key_4, modifier=Qt.KeyboardModifier.AltModifier)
    hands.until(lambda: counter.corner.meetings.isVisible())


def test_whoever_signs_out_leaves_no_screen_in_memory(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    left: list[weakref.ref[object]] = []
    for _ in range(3):
        counter = desktop.counter
        assert counter is not None
        hands.press(desktop.window, Qt.Key.Key_4, modifier=Qt.KeyboardModifier.AltModifier)
        left += [
            weakref.ref(one)
            for one in (
                counter,
                counter.shell,
                counter.reception,
                counter.requests,
                counter.drafts,
                counter.found,
                counter.corner,
                counter.corner.attending.view,
            )
        ]
        del counter
        desktop.sign_out()
        hands.until(lambda: hands.is_seen(desktop.window, "signin.password"))
        hands.sign_in(desktop.window)

    def is_clear() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what the program's own loop does
        gc.collect()
        return all(one() is None for one in left)

    hands.until(is_clear)
