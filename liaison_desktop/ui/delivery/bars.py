"""The last seven days as bars, painted."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.values import DaySent
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.workplace.words import tr


class WeekBars(QWidget):
    """A bar a day; today in the primary colour, a day without anything says 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[DaySent, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)
        look.language_changed.connect(self._name_it)

    def show_days(self, days: tuple[DaySent, ...]) -> None:
        """Show these days, the oldest first."""
        self._days = days
        self._name_it()
        self.update()

    def _name_it(self) -> None:
        self.setAccessibleName(tr("Sent in the last 7 days"))
        self.setAccessibleDescription(", ".join(f"{formats.short_day(day.on)}: {day.sent}" for day in self._days))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(400), look.px(140))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(280), look.px(104))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        foot, head = look.px(26), look.px(20)
        base = self.height() - foot
        room = base - head
        most = max(1, *(day.sent for day in self._days))
        step = self.width() / len(self._days)
        width = look.px(28)
        painter.fillRect(0, base, self.width(), 1, look.color("control"))
        today = formats.today()
        heads = formats.weekday_heads()
        for place, day in enumerate(self._days):
            middle = step * (place + 0.5)
            height = round(room * day.sent / most)
            is_today = day.on == today
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("primary" if is_today else "control"))
            if height:
                painter.drawRoundedRect(QRectF(middle - width / 2, base - height, width, height + 2), 3, 3)
                painter.fillRect(
                    QRectF(middle - width / 2, base - 2, width, 2), look.color("primary" if is_today else "control")
                )
            cell = QRect(round(middle - step / 2), base - height - look.px(20), round(step), look.px(18))
            painter.setFont(look.font(Size.SECONDARY, strong=True, figures=True))
            painter.setPen(look.color("text"))
            painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), formats.number(day.sent))
            painter.setFont(look.font(Size.SECONDARY, strong=is_today, figures=True))
            painter.setPen(look.color("text" if is_today else "muted"))
            label = f"{heads[day.on.weekday()]} {day.on.day}"
            painter.drawText(
                QRect(cell.x(), base + 4, cell.width(), foot - 4), int(Qt.AlignmentFlag.AlignCenter), label
            )
        painter.fillRect(0, base, self.width(), 1, look.color("control"))
