"""What we stand on has no known trap: each test holds a fault of a library that was met once."""

import os
import shutil
import subprocess
import sys

import pytest
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

from server_sync.common.sqlite import OLDEST_SOUND, use_sound_sqlite


class Bell(QObject):
    rang = Signal(int)


def test_five_thousand_signals_do_not_end_the_program() -> None:
    """PySide6 6.12.0 aborted CPython 3.11 after about 570 rounds of emit and disconnect."""
    bell = Bell()
    heard = 0

    def count(number: int) -> None:
        nonlocal heard
        heard += number

    for _round in range(5_000):
        bell.rang.connect(count)
        bell.rang.emit(1)
        bell.rang.disconnect(count)
    assert heard == 5_000


def test_qt_calls_lose_no_reference_of_none() -> None:
    """PySide6 6.12.0 lost one at every call that returns None (PYSIDE-3474): the program ended hours later."""
    thing = QObject()
    before = sys.getrefcount(None)
    for number in range(20_000):
        thing.setObjectName(f"{number % 7}")
    assert sys.getrefcount(None) > before - 1_000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_none_is_counted_here_so_that_the_test_above_says_something() -> None:
    held = [None] * 1_000
    before = sys.getrefcount(None)
    del held
    assert sys.getrefcount(None) <= before - 900


def test_the_window_library_is_the_one_that_was_tried() -> None:
    assert (6, 11, 3) <= tuple(map(int, pyside_version.split("."))) < (6, 12)


def test_both_programs_store_in_an_sqlite_without_the_wal_reset_fault() -> None:
    """SQLite before 3.51.3 could lose committed rows when a write-ahead log was reset."""
    import sqlcipher3

    use_sound_sqlite()
    assert sqlcipher3.sqlite_version_info >= OLDEST_SOUND
    assert sys.modules["sqlite3"].sqlite_version_info >= OLDEST_SOUND  # what Django finds


def test_reading_pictures_leaves_qt_its_own_plugins() -> None:
    """Opencv's Linux wheel points Qt at plugins of its own, which cannot show a window of ours."""
    from liaison_desktop.scanning.qr import PictureRefused, read_receipt_codes

    with pytest.raises(PictureRefused):
        read_receipt_codes(b"no picture at all")
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert "QT_QPA_FONTDIR" not in os.environ


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="there is no virtual screen here (Debian: xvfb xauth)")
def test_a_window_opens_on_a_real_screen() -> None:
    """The xcb plugin wants ten libraries more than the offscreen one; a missing one ends the program without a word."""
    code = "from PySide6.QtWidgets import QApplication; print(QApplication([]).platformName())"
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    command = ["xvfb-run", "-a", sys.executable, "-c", code]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert told.stdout.split() == ["xcb"], told.stderr


def test_the_letters_of_the_language_can_be_drawn(qapp: QApplication) -> None:
    """Liberation has no ң ө ү: a screen that falls back to it shows boxes."""
    families = [name for name in ("Inter", "Noto Sans", "DejaVu Sans") if QFontDatabase.hasFamily(name)]
    assert families
    for family in families:
        drawn = QFontMetrics(QFont(family))
        assert all(drawn.inFontUcs4(ord(letter)) for letter in "ңөүҢӨҮ№–«»"), family
