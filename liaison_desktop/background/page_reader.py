"""Has pages of a paper drawn by a process of its own: what a paper does to its reader ends that process and no more.

Nothing here waits: the window asks, and hears of the picture when it has come. Of several asks that wait the newest
counts. A reader that takes too long, ends, or answers otherwise than it was asked is ended, and the page is told of as
one that cannot be shown; the next ask begins another.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

PROGRAM: Final = "liaison_desktop.papers"
SURROUNDINGS: Final = ("PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the program needs besides its path to be started (the last: on Windows); nothing else is handed on to it."""
PATIENCE_MS: Final = 15_000
PIXELS_MOST: Final = 6_200_000
SIDE_MOST: Final = 4_096
PIXEL_BYTES: Final = 4
GONE_MS: Final = 1_000
_ASKED: Final = struct.Struct("<III")
_ANSWERED: Final = struct.Struct("<IIIII")


class PageReader(QObject):
    """Reads one paper at a time, from `open` to `close`."""

    drawn = Signal(int, QImage)
    """A page, from 0, and its picture."""
    failed = Signal(int)
    """A page that cannot be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pdf = b""
        self._process: QProcess | None = None
        self._come = bytearray()
        self._asked: tuple[int, int, int] | None = None
        self._next: tuple[int, int, int] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._fail)

    @property
    def pid(self) -> int:
        """The number of the process in the system; 0 while there is none."""
        return self._process.processId() if self._process is not None else 0

    def open(self, pdf: bytes) -> None:
        """Read this paper from now on."""
        self.close()
        self._pdf = pdf

    def ask(self, place: int, width: int, height: int) -> None:
        """Have a page drawn, as large as fits into so many pixels."""
        if not self._pdf:
            return
        wanted = (place, max(1, min(width, SIDE_MOST)), max(1, min(height, SIDE_MOST)))
        if self._asked is not None:
            self._next = wanted
            return
        self._asked = wanted
        if self._process is None:
            self._begin()
        if self._process is not None:
            self._process.write(_ASKED.pack(*wanted))
            self._patience.start()

    def close(self) -> None:
        """Read nothing any more; the process is gone when this returns."""
        self._pdf, self._asked, self._next = b"", None, None
        self._end()

    def _begin(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        surroundings = QProcessEnvironment()
        for name in SURROUNDINGS:
            if name in os.environ:
                surroundings.insert(name, os.environ[name])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH", "")])]
        surroundings.insert("PYTHONPATH", os.pathsep.join(paths))
        process = self._process = QProcess(self)
        process.setProcessEnvironment(surroundings)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._ended)
        self._come.clear()
        process.start(sys.executable, ["-m", PROGRAM])
        process.write(struct.pack("<I", len(self._pdf)))
        process.write(self._pdf)

    def _end(self) -> None:
        self._patience.stop()
        process, self._process = self._process, None
        self._come.clear()
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._hear)
        process.finished.disconnect(self._ended)
        process.errorOccurred.disconnect(self._ended)
        process.kill()
        process.waitForFinished(GONE_MS)
        process.deleteLater()

    def _ended(self) -> None:
        if self._process is None:
            return
        if self._asked is not None:
            self._fail()
        else:
            self._end()

    def _fail(self) -> None:
        asked, self._asked = self._asked, None
        self._end()
        if asked is not None:
            self.failed.emit(asked[0])
        self._go_on()

    def _hear(self) -> None:
        if self._process is None or self._asked is None:
            self._end()  # it speaks unasked
            return
        self._come += self._process.readAllStandardOutput().data()
        if len(self._come) < _ANSWERED.size:
            return
        wrong, _pages, width, height, size = _ANSWERED.unpack_from(self._come)
        _place, most_wide, most_high = self._asked
        fits = 0 < width <= most_wide + 1 and 0 < height <= most_high + 1 and width * height <= PIXELS_MOST
        if not wrong and (not fits or size != width * height * PIXEL_BYTES):
            self._fail()
            return
        wanted = _ANSWERED.size + (0 if wrong else size)
        if len(self._come) > wanted:
            self._fail()
        elif len(self._come) == wanted:
            self._answered(width, height, is_wrong=bool(wrong))

    def _answered(self, width: int, height: int, *, is_wrong: bool) -> None:
        self._patience.stop()
        asked, self._asked = self._asked, None
        if asked is None:
            return
        pixels = bytes(self._come[_ANSWERED.size :])
        self._come.clear()
        if is_wrong:
            self.failed.emit(asked[0])
        else:
            picture = QImage(pixels, width, height, width * PIXEL_BYTES, QImage.Format.Format_RGB32).copy()
            self.drawn.emit(asked[0], picture)
        self._go_on()

    def _go_on(self) -> None:
        wanted, self._next = self._next, None
        if wanted is not None:
            self.ask(*wanted)
