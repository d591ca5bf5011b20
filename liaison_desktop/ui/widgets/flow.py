"""A row that goes on in the next line when it is full, as words do."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override


class Flow(QLayout):
    """Lays things side by side; where room ends they first give up air, as far as they can, then begin a new line."""

    def __init__(self, gap: int = 8, *, from_right: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._from_right = from_right
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), only_measure=True)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, only_measure=False)

    @override
    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    @override
    def minimumSize(self) -> QSize:
        shown = self._shown()
        return QSize(
            max((item.minimumSize().width() for item in shown), default=0),
            max((item.minimumSize().height() for item in shown), default=0),
        )

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._shown():
            least = item.minimumSize().width()
            if lines[-1] and used + self.spacing() + least > width:
                lines.append([])
                used = 0
            used += least + (self.spacing() if lines[-1] else 0)
            lines[-1].append(item)
        return lines

    def _sizes(self, line: list[QLayoutItem], width: int) -> list[QSize]:
        """What each thing of a line gets: what it wishes, less an even share of what is missing."""
        hints = [item.sizeHint() for item in line]
        spare = [max(0, hint.width() - item.minimumSize().width()) for item, hint in zip(line, hints, strict=True)]
        missing = sum(hint.width() for hint in hints) + self.spacing() * (len(line) - 1) - width
        if missing <= 0 or not sum(spare):
            return hints
        part = min(1.0, missing / sum(spare))
        return [QSize(hint.width() - ceil(one * part), hint.height()) for hint, one in zip(hints, spare, strict=True)]

    def _lay(self, rect: QRect, *, only_measure: bool) -> int:
        y = rect.y()
        for number, line in enumerate(self._lines(rect.width())):
            if not line:
                continue
            sizes = self._sizes(line, rect.width())
            y += self.spacing() if number else 0
            used = sum(size.width() for size in sizes) + self.spacing() * (len(line) - 1)
            x = rect.x() + (max(0, rect.width() - used) if self._from_right else 0)
            height = max(size.height() for size in sizes)
            if not only_measure:
                for item, size in zip(line, sizes, strict=True):
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                    x += size.width() + self.spacing()
            y += height
        return y - rect.y()
