"""Notices that nobody has touched keyboard or mouse for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from shiboken6 import isValid
from typing_extensions import override

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Idling(QObject):
    """Watches the windows that have the keyboard: their input alone, not every event of the program."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watched: QWindow | None = None
        self._is_watching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)

    def watch(self, after_ms: int) -> None:
        """Begin, or go on with another span."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication) and not self._is_watching:
            application.focusWindowChanged.connect(self._follow)
        self._is_watching = True
        self._follow(QGuiApplication.focusWindow())
        self._timer.start(after_ms)

    def stop(self) -> None:
        """End; the program tells nothing to what may be gone by then."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication) and self._is_watching:
            application.focusWindowChanged.disconnect(self._follow)
        self._is_watching = False
        self._timer.stop()
        self._follow(None)

    def touch(self) -> None:
        """Somebody did something."""
        if self._timer.isActive():
            self._timer.start()

    def _follow(self, window: QWindow | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = window if self._is_watching else None
        if self._watched is not None and window is not None:
            window.installEventFilter(self)
            self.touch()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return False
