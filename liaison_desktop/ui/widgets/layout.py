"""Ground of a screen: cards, rows, columns, the bar of actions, scrolling without frames."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from liaison_desktop.ui.theme.look import look


class Panel(QWidget):
    """A ground in one token's colour with an optional edge and round corners."""

    def __init__(
        self, ground: str = "surface", *, edge: str = "", radius: int = 0, width: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ground, self._edge, self._radius, self._width = ground, edge, radius, width
        look.changed.connect(self.update)

    def set_ground(self, ground: str, edge: str = "", width: int = 1) -> None:
        """Take other colours."""
        self._ground, self._edge, self._width = ground, edge, width
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._radius and not self._edge:
            painter.fillRect(self.rect(), look.color(self._ground))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.color(self._ground))
        painter.setPen(QPen(look.color(self._edge), self._width) if self._edge else Qt.PenStyle.NoPen)
        half = self._width / 2 if self._edge else 0.0
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), self._radius, self._radius)


class Card(Panel):
    """A white card with a thin edge: one group of related things."""

    def __init__(self, *, pad: int = 16, gap: int = 12, parent: QWidget | None = None) -> None:
        super().__init__("surface", edge="line", radius=10, parent=parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(pad, pad, pad, pad)
        self.column.setSpacing(gap)


class Rule(QWidget):
    """A thin separating line."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if upright:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("line"))


class ActionBar(QWidget):
    """The bar at the foot of a screen: what is so at the left, what can be done at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(24, 0, 24, 0)
        self.row.setSpacing(12)
        look.changed.connect(self._dress)
        self._dress()

    def free_width(self) -> int:
        """How wide the part is, from the left, in which nothing can be pressed."""
        buttons = [one.mapTo(self, QPoint(0, 0)).x() for one in self.findChildren(QAbstractButton) if one.isVisible()]
        return min(buttons, default=self.width())

    def _dress(self) -> None:
        self.setFixedHeight(max(64, look.px(44) + 20))
        self._fit()
        self.update()

    def _fit(self) -> None:
        narrow = self.width() < look.px(900)
        self.row.setContentsMargins(12 if narrow else 24, 0, 12 if narrow else 24, 0)
        self.row.setSpacing(6 if narrow else 12)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.fillRect(0, 0, self.width(), 1, look.color("line"))


class Scroll(QScrollArea):
    """A column that scrolls up and down, without a frame and never sideways.

    It dresses what is in it at once: made in its place, it is not dressed once more for each whole it is put into.
    """

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner.setProperty("plain", "true")
        inner.setAutoFillBackground(False)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Bring what got the keyboard into sight; what was clicked is in sight already."""
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if new is not None and not by_mouse and self.isVisible() and self.isAncestorOf(new):
            self.ensureWidgetVisible(new, 24, 48)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() < event.oldSize().height():
            QTimer.singleShot(0, self, self._keep_in_sight)  # when all has its place

    def _keep_in_sight(self) -> None:
        """What is typed in stays in sight when something else takes its room."""
        typing = QApplication.focusWidget()
        if typing is not None and self.isAncestorOf(typing):
            self.ensureWidgetVisible(typing, 24, 24)

    @override
    def minimumSizeHint(self) -> QSize:
        inner: QWidget | None = self.widget()
        return QSize(inner.minimumSizeHint().width() if inner is not None else 0, look.px(120))


class Whole(Scroll):
    """Asks for the height of all that is in it; in a low window it scrolls instead of laying one line on another."""

    def __init__(self, inner: QWidget, width_in: Callable[[], int]) -> None:
        super().__init__(inner)
        self._inner, self._width_in = inner, width_in

    @override
    def sizeHint(self) -> QSize:
        width = self._width_in()
        layout = self._inner.layout()
        by_width = self._inner.heightForWidth(width - look.px(12)) if layout and layout.hasHeightForWidth() else -1
        return QSize(width, by_width if by_width > 0 else self._inner.sizeHint().height())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()  # what is said inside needs room: whoever holds this asks for the height anew
        return done

    def turn(self, pages: int) -> None:
        """Go on, or back, by what is to be seen at once."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())


def row(*parts: QWidget | QLayout | int, gap: int = 8) -> QHBoxLayout:
    """Things side by side; an integer is a stretch."""
    box = QHBoxLayout()
    _fill(box, parts, gap)
    return box


def column(*parts: QWidget | QLayout | int, gap: int = 8) -> QVBoxLayout:
    """Things one below the other; an integer is a stretch."""
    box = QVBoxLayout()
    _fill(box, parts, gap)
    return box


def boxed(layout: QLayout, parent: QWidget | None = None) -> QWidget:
    """A layout as a widget without ground."""
    widget = QWidget(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    widget.setLayout(layout)
    return widget


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item: QLayoutItem | None = layout.takeAt(0)
        if item is None:
            return
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def _fill(box: QBoxLayout, parts: tuple[QWidget | QLayout | int, ...], gap: int) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(gap)
    for part in parts:
        if isinstance(part, int):
            box.addStretch(part)
        elif isinstance(part, QLayout):
            box.addLayout(part)
        else:
            box.addWidget(part)
