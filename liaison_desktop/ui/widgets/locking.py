"""Ctrl+L locks at once, wherever the keyboard is: over the window and over every question in it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Locking(QObject):
    """Tells the program that the person goes away."""

    asked = Signal()

    def listen(self, over: QWidget) -> None:
        """Hear the key over a window or a question."""
        QShortcut(QKeySequence("Ctrl+L"), over).activated.connect(self.asked)


locking = Locking()
"""The one key of the one window; whoever builds the program listens."""
