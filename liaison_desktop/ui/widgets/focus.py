"""The focus ring: one overlay of the window that follows the keyboard, because style sheets cannot draw one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QTextEdit, QWidget
from shiboken6 import isValid
from typing_extensions import override

from liaison_desktop.ui.theme.look import look


class FocusRing(QWidget):
    """Two rings around what has the keyboard: amber outside, ink inside, so that it is seen on every ground.

    A control reached by the mouse shows none, except fields one types in. A widget may offer ``focus_rect()``
    to say which part of it has the focus, as a table does with its row.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("focus_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QObject] = []
        self._place: tuple[QRect, QRect] | None = None
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
        look.changed.connect(self.follow_on)
        self.resize(window.size())

    def follow_on(self) -> None:
        """Look again where the focused control is."""
        window = self.parentWidget()
        if self._target is not None and not isValid(self._target):
            self._target = None
        place = None if window is None or self._target is None else self._measure(window, self._target)
        if place != self._place:
            self._place = place
        self.setVisible(place is not None)
        if place is not None:
            self.raise_()
            self.update()

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        for watched in self._watched:
            if isValid(watched):
                watched.removeEventFilter(self)
        self._watched.clear()
        self._target = None
        window = self.parentWidget()
        if new is None or window is None or not window.isAncestorOf(new):
            self.follow_on()
            return
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if not by_mouse or isinstance(new, (QLineEdit, QTextEdit)):
            self._target = new
            step: QWidget | None = new
            while step is not None and step is not window:
                step.installEventFilter(self)
                self._watched.append(step)
                step = step.parentWidget()
        self.follow_on()

    def _measure(self, window: QWidget, target: QWidget) -> tuple[QRect, QRect] | None:
        """The rectangle of the ring and what clips it, in the window's coordinates."""
        if not target.isVisibleTo(window):
            return None
        ask = getattr(target, "focus_rect", None)
        part = ask() if ask is not None else target.rect()
        if not isinstance(part, QRect) or part.isEmpty():
            return None
        box = QRect(target.mapTo(window, part.topLeft()), part.size())
        clip = window.rect()
        step = target.parentWidget()
        while step is not None and step is not window:
            if isinstance(step, QAbstractScrollArea):
                port = step.viewport()
                clip &= QRect(port.mapTo(window, port.rect().topLeft()), port.size()).adjusted(-4, -4, 4, 4)
            step = step.parentWidget()
        return box, clip

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.parentWidget():
            if kind == QEvent.Type.Resize and isinstance(watched, QWidget):
                self.resize(watched.size())
                self.follow_on()
        elif kind in (
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.UpdateRequest,
        ):
            self.follow_on()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._place is None:
            return
        box, clip = self._place
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(clip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("focus"), 2))
        painter.drawRoundedRect(QRectF(box).adjusted(-1, -1, 1, 1), 7, 7)
        painter.setPen(QPen(look.color("focus_ring"), 2))
        painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 6, 6)
