"""A list of frozen rows: a model over a tuple, painted cells, and the keyboard as one expects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.saying import Say, tell

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

NEAR_END_ROWS = 8
"""So many rows before the last one that is here, more are asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words in a cell, perhaps with an icon before it; ``right`` puts it at the cell's right end."""

    words: str
    tone: str = "text"
    strong: bool = False
    size: Size = Size.BODY
    icon: str = ""
    right: bool = False
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its cell's parts made from a row, and its width in pixels at 100 % (0 takes what is left).

    One that ``fits`` grows with its words, so that a state is read whole in every language; for few different words.
    """

    name: str
    head: Say
    parts: Callable[[Any], tuple[Part, ...]]
    width: int = 0
    right: bool = False
    fits: bool = False
    least: int = 150
    """What a column of width 0 keeps, whatever those that fit their words wish."""


class RowsModel(QAbstractTableModel):
    """Frozen rows for Qt; a new tuple replaces the old one whole."""

    def __init__(self, columns: tuple[Column, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._rows: tuple[Any, ...] = ()

    def set_rows(self, rows: tuple[Any, ...]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, number: int) -> Any:
        """The row at a place, or nothing."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rows(self) -> tuple[Any, ...]:
        """All rows."""
        return self._rows

    def parts(self, index: Index) -> tuple[Part, ...]:
        """What a cell shows."""
        return self._columns[index.column()].parts(self._rows[index.row()])

    @override
    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part.words for part in self.parts(index) if part.words)
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].head()
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._columns[section].right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def retell(self) -> None:
        """Say heads and cells in another language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))


class _CellDelegate(QStyledItemDelegate):
    """Paints the parts of a cell on one line, cutting the last of them when room is short."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, look.px(36))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        painter.save()
        box = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, look.color("primary_tint"))
            if index.column() == 0:
                painter.fillRect(QRect(box.x(), box.y(), 3, box.height()), look.color("primary"))
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, look.color("line"))
        left = box.x() + look.px(14 if index.column() == 0 else 6)
        right = box.right() - look.px(14 if index.column() == model.columnCount() - 1 else 6)
        parts = model.parts(index)
        first = sum(_width(part) for part in parts if not part.right)
        for part in (part for part in parts if part.right):
            width = _width(part)
            if first + width > right - left and not part.strong:
                continue  # where both cannot be read, what is muted gives way
            _paint_part(painter, QRect(max(left, right - width), box.y(), width, box.height()), part)
            right -= width + look.px(8)
        for part in (part for part in parts if not part.right):
            width = min(_width(part), right - left)
            if width == _width(part) or width > look.px(14):  # whole, or so much that something can be read
                _paint_part(painter, QRect(left, box.y(), width, box.height()), part)
            left += _width(part) + look.px(0 if part.spaced else 8)
        painter.restore()


def _part_font(part: Part) -> QFont:
    font = look.font(part.size, strong=part.strong, figures=True)
    if part.spaced:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
    return font


def _width(part: Part) -> int:
    words = QFontMetrics(_part_font(part)).horizontalAdvance(part.words) + 1 if part.words else 0
    return words + (look.px(18) if part.icon else 0) + (look.px(8) if part.icon and words else 0)


def _paint_part(painter: QPainter, box: QRect, part: Part) -> None:
    ink = QColor(look.color(part.tone))
    x = box.x()
    if part.icon:
        icons.paint(painter, QRect(x, box.y(), look.px(18), box.height()), part.icon, ink, look.px(18))
        x += look.px(26)
    font = _part_font(part)
    painter.setFont(font)
    painter.setPen(ink)
    room = box.right() - x + 2
    words = QFontMetrics(font).elidedText(part.words, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(x, box.y(), room + 2, box.height()), int(Qt.AlignmentFlag.AlignVCenter), words)


class _Head(QHeaderView):
    """The heads of the columns: small, strong, muted, in line with the cells below."""

    def __init__(self, columns: tuple[Column, ...], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.fillRect(rect, look.color("surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.color("control"))
        column = self._columns[logicalIndex]
        first, last = logicalIndex == 0, logicalIndex == len(self._columns) - 1
        box = rect.adjusted(look.px(14 if first else 6), 0, -look.px(14 if last else 6), 0)
        font = look.font(Size.SECONDARY, strong=True)
        painter.setFont(font)
        painter.setPen(look.color("muted"))
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        words = QFontMetrics(font).elidedText(column.head(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), words)


class RowsTable(QTableView):
    """Rows 36 high without vertical lines; one row is chosen, Enter opens it."""

    current_changed = Signal(object)
    opened = Signal(object)
    near_end = Signal()

    def __init__(self, columns: tuple[Column, ...], say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._silent = False
        self._model = RowsModel(columns, self)
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # the head cuts no row in two
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = _Head(columns, self)
        self.setHorizontalHeader(head)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(10)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._model.row(index.row())))
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        tell(self, self.setAccessibleName, say)
        tell(head, head.setAccessibleName, say)
        look.changed.connect(self._dress)
        look.language_changed.connect(self._retell)
        self._dress()

    def show_rows(self, rows: tuple[Any, ...], key: Callable[[Any], object], keep: object = None) -> None:
        """Show rows, keeping the chosen one (or ``keep``) and the scroll where they were when it is still there."""
        current = self._model.row(self.currentIndex().row())
        wanted = keep if keep is not None else (None if current is None else key(current))
        at = self.verticalScrollBar().value()
        self._silent = True
        self._model.set_rows(rows)
        self._share_width()
        place = next((n for n, row in enumerate(rows) if key(row) == wanted), 0 if rows else -1)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place, 0))
            self.verticalScrollBar().setValue(at if keep is None else self.verticalScrollBar().value())
        self._silent = False
        self.current_changed.emit(self._model.row(place))

    def current(self) -> Any:
        """The chosen row."""
        return self._model.row(self.currentIndex().row())

    def rows(self) -> tuple[Any, ...]:
        """All rows shown."""
        return self._model.rows()

    def choose(self, place: int) -> None:
        """Choose the row at a place."""
        self.setCurrentIndex(self._model.index(place, 0))

    def choose_nothing(self) -> None:
        """Let no row be chosen."""
        self.setCurrentIndex(QModelIndex())

    def focus_rect(self) -> QRect:
        """The chosen row, for the focus ring."""
        index = self.currentIndex()
        if not index.isValid():
            return self.rect()
        row = QRect(0, self.visualRect(index).y(), self.viewport().width(), self.rowHeight(index.row()) - 1)
        row &= self.viewport().rect()
        return QRect(self.viewport().mapTo(self, QPoint(row.x(), row.y())), row.size())

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        if not self._silent:
            self.current_changed.emit(self._model.row(now.row()))
        self.viewport().update()
        self._tell_ring()

    def _on_scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - NEAR_END_ROWS:
            self.near_end.emit()
        self._tell_ring()

    def _tell_ring(self) -> None:
        from liaison_desktop.ui.widgets.focus import FocusRing

        for ring in self.window().findChildren(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly):
            ring.follow_on()

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(look.px(36))
        head = self.horizontalHeader()
        head.setFixedHeight(look.px(38))
        self._share_width()
        self.viewport().update()

    def _share_width(self) -> None:
        least = [look.px(column.width) for column in self._columns]
        widths = [max(one, self._words_width(n)) if self._columns[n].fits else one for n, one in enumerate(least)]
        elastic = [place for place, column in enumerate(self._columns) if not column.width]
        kept = sum(look.px(self._columns[place].least) for place in elastic)
        over = sum(widths) + kept - self.viewport().width()
        spare = sum(widths) - sum(least)
        if over > 0 and spare:
            part = min(1.0, over / spare)
            widths = [width - round((width - one) * part) for width, one in zip(widths, least, strict=True)]
        left = max(0, self.viewport().width() - sum(widths))
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width or max(look.px(120), left // len(elastic)))

    def _words_width(self, column: int) -> int:
        """The widest cell of a column with the air around it."""
        cells = {self._columns[column].parts(row) for row in self._model.rows()}
        widest = max((sum(_width(part) + look.px(8) for part in parts) for parts in cells), default=0)
        ends = look.px(14 if column in (0, len(self._columns) - 1) else 6)
        return widest + look.px(6) + ends

    def _retell(self) -> None:
        self._model.retell()
        self._share_width()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._model.rowCount():
            self.choose(0 if event.key() == Qt.Key.Key_Home else self._model.rowCount() - 1)
            return
        super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and not self.currentIndex().isValid() and self._model.rowCount():
            self.choose(0)
        return super().event(event)
