"""Loads the program's next rooms while nobody waits for them, a piece between one key press and the next."""

from __future__ import annotations

import importlib
from typing import Final

from PySide6.QtCore import QObject, QTimer

AFTER_MS: Final = 200
BETWEEN_MS: Final = 30


class LoadingAhead(QObject):
    """The first window is there sooner without what comes after it, and what comes after it does not wait either.

    In the window's thread: classes of Qt that are made in another one have ended programs.
    """

    def __init__(self, modules: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(modules)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._load_one)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to load."""
        return not self._left

    def begin(self) -> None:
        """The window stands: wait until it was painted, then load."""
        if self._left and not self._timer.isActive():
            self._timer.start(AFTER_MS)

    def stop(self) -> None:
        """Load nothing more; what is wanted later is loaded when it is wanted."""
        self._timer.stop()

    def _load_one(self) -> None:
        importlib.import_module(self._left.pop(0))
        if self._left:
            self._timer.start(BETWEEN_MS)
        else:
            self._timer.stop()
