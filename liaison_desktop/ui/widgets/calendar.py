"""The little calendar that shows how a term was counted: days that count, days that do not, and the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.saying import Say, tell


@dataclass(frozen=True, slots=True)
class CountedDays:
    """A counted term: the day it starts after, the days that count (the last is the due day), and those that do not."""

    start_on: date
    counted: tuple[date, ...]
    skipped: tuple[date, ...]


class DueCalendar(QWidget):
    """Weeks of a term, Monday first, with the count of each week at the right and the sum below."""

    CELL, GAP, HEAD, SUMS = 36, 4, 26, 96

    def __init__(self, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: CountedDays | None = None
        self._heads: tuple[str, ...] = ()
        self._sums: tuple[str, ...] = ()
        self._total = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        tell(self, self.setAccessibleName, say)
        look.changed.connect(self._dress)

    def show_term(self, days: CountedDays, heads: tuple[str, ...], sums: tuple[str, ...], total: str) -> None:
        """Show a term: seven heads of days, a word for each week's sum, and the sum of all."""
        self._days, self._heads, self._sums, self._total = days, heads, sums, total
        self.setAccessibleDescription(total)
        self._dress()

    @staticmethod
    def weeks(days: CountedDays) -> tuple[tuple[date, ...], ...]:
        """The weeks from the start to the due day, each of seven days."""
        first = days.start_on - timedelta(days=days.start_on.weekday())
        last = days.counted[-1] if days.counted else days.start_on
        count = (last - first).days // 7 + 1
        return tuple(tuple(first + timedelta(days=7 * week + day) for day in range(7)) for week in range(count))

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        weeks = len(self.weeks(self._days)) if self._days else 4
        step = look.px(self.CELL + self.GAP)
        return QSize(7 * step + look.px(self.SUMS), look.px(self.HEAD) + weeks * step + look.px(30))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._days is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell, step, top = look.px(self.CELL), look.px(self.CELL + self.GAP), look.px(self.HEAD)
        painter.setFont(look.font(Size.SECONDARY))
        painter.setPen(look.color("muted"))
        for place, head in enumerate(self._heads):
            painter.drawText(QRect(place * step, 0, cell, top - 4), int(Qt.AlignmentFlag.AlignCenter), head)
        counted, due = set(self._days.counted), self._days.counted[-1] if self._days.counted else None
        weeks = self.weeks(self._days)
        for number, week in enumerate(weeks):
            y = top + number * step
            for place, day in enumerate(week):
                if day < self._days.start_on or (due is not None and day > due):
                    continue
                self._paint_day(painter, QRect(place * step, y, cell, cell), day, counted, due)
            painter.setFont(look.font(figures=True))
            painter.setPen(look.color("text"))
            words = self._sums[number] if number < len(self._sums) else ""
            painter.drawText(
                QRect(7 * step, y, self.width() - 7 * step, cell),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
                words,
            )
        y = top + len(weeks) * step
        painter.fillRect(5 * step, y + 1, self.width() - 5 * step, 1, look.color("control"))
        painter.setFont(look.font(strong=True, figures=True))
        painter.drawText(
            QRect(0, y + 4, self.width(), look.px(26)),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            self._total,
        )

    def _paint_day(self, painter: QPainter, box: QRect, day: date, counted: set[date], due: date | None) -> None:
        is_due, counts, starts = day == due, day in counted, self._days is not None and day == self._days.start_on
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_due:
            painter.setBrush(look.color("primary"))
        elif counts:
            painter.setBrush(look.color("primary_tint"))
        elif starts:
            painter.setPen(QPen(look.color("control"), 1))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ink = "on_primary" if is_due else "text" if counts else "muted"
        painter.setFont(look.font(strong=is_due, figures=True))
        painter.setPen(look.color(ink))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(day.day))
        if not counts and not starts:
            middle = box.center().y() + 1
            half = look.px(12)
            painter.setPen(QPen(look.color("muted"), 1))
            painter.drawLine(box.center().x() - half, middle, box.center().x() + half, middle)
