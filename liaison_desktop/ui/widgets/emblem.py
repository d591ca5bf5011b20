"""The sign of the product: a ring woven of straps, as the crown of a yurt is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from liaison_desktop.ui.theme.look import look


class Emblem(QWidget):
    """The sign in one token's colour."""

    def __init__(self, side: int = 32, tone: str = "rail_bar", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._tone = side, tone
        look.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setFixedSize(look.px(self._side), look.px(self._side))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_emblem(painter, QRectF(self.rect()), look.color(self._tone).name())


def paint_emblem(painter: QPainter, box: QRectF, colour: str) -> None:
    """Paint the sign into a square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = box.width()
    pen = QPen(Qt.GlobalColor.black, max(1.2, side / 20))
    pen.setColor(colour)
    ring = box.adjusted(side / 16, side / 16, -side / 16, -side / 16)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(ring)
    clip = QPainterPath()
    clip.addEllipse(ring)
    painter.save()
    painter.setClipPath(clip)
    middle = box.center()
    painter.translate(middle)
    painter.rotate(45)
    for offset in (-0.22, 0.0, 0.22):
        painter.drawLine(QPointF(-side, offset * side), QPointF(side, offset * side))
        painter.drawLine(QPointF(offset * side, -side), QPointF(offset * side, side))
    painter.restore()


def window_icon() -> QIcon:
    """The sign as the icon of the window."""
    icon = QIcon()
    for side in (16, 32, 64, 128):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("rail"))
        painter.drawRoundedRect(0, 0, side, side, side / 5, side / 5)
        paint_emblem(painter, QRectF(side * 0.14, side * 0.14, side * 0.72, side * 0.72), look.color("rail_bar").name())
        painter.end()
        icon.addPixmap(picture)
    return icon
