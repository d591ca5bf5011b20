"""Where the window stands on the screens that are there: maximised the first time, afterwards as it was left."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

USUAL: Final = QSize(1366, 768)
SMALLEST: Final = QSize(800, 480)
FRAME: Final = 40
"""Room for the system's title bar, in pixels: it must stay within reach of the mouse."""


def stand(window: QWidget, remembered: str) -> None:
    """Show a window where it stood, if that is on a screen that is there; otherwise over the whole of the first."""
    kept = _read(remembered)
    screen = _screen_of(kept[0]) if kept else None
    free = (screen or QGuiApplication.primaryScreen()).availableGeometry()
    room = QRect(free.x(), free.y() + FRAME, free.width(), free.height() - FRAME)
    window.setMinimumSize(SMALLEST.boundedTo(room.size()))
    where = QRect(kept[0]) if kept and screen else QRect(room.topLeft(), USUAL)
    where.setSize(where.size().boundedTo(room.size()))
    where.moveLeft(max(room.left(), min(where.left(), room.right() + 1 - where.width())))
    where.moveTop(max(room.top(), min(where.top(), room.bottom() + 1 - where.height())))
    window.setGeometry(where)
    if kept is None or screen is None or kept[1]:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    window.show()


def _screen_of(where: QRect) -> QScreen | None:
    """The screen that shows most of a place; None when no screen shows any of it."""

    def shown(screen: QScreen) -> int:
        part = screen.availableGeometry().intersected(where)
        return part.width() * part.height()

    best = max(QGuiApplication.screens(), key=shown)
    return best if shown(best) else None


def standing(window: QWidget) -> str:
    """Write down where a window stands: left, top, width, height, and whether it is maximised."""
    where = window.normalGeometry() if window.isMaximized() else window.geometry()
    numbers = (where.x(), where.y(), where.width(), where.height(), int(window.isMaximized()))
    return " ".join(str(number) for number in numbers)


def _read(remembered: str) -> tuple[QRect, bool] | None:
    parts = remembered.split()
    if len(parts) != 5 or not all(part.lstrip("-").isdecimal() and len(part) < 7 for part in parts):
        return None
    left, top, width, height, maximised = (int(part) for part in parts)
    return (QRect(left, top, width, height), bool(maximised)) if width > 0 and height > 0 else None
