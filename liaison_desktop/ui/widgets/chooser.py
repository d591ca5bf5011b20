"""Choosing by typing: the list under the field follows what is typed, arrows and Enter choose, Esc leaves."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import IconButton
from liaison_desktop.ui.widgets.fields import LineField
from liaison_desktop.ui.widgets.saying import Say, nothing
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.workplace.words import tr


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list: its code, its words, and where it belongs in muted words."""

    code: str
    words: str
    belongs: str = ""
    guess: str = ""
    """Why it may not be meant, in words that stand above the list; empty for what fits as it was typed.

    Neither Tab nor Enter takes a guess unless an arrow, or an Enter before, went to it.
    """


_CHOICE = Qt.ItemDataRole.UserRole + 1
CLEAR = 30
"""Room of the cross that takes a choice away."""

STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 6,
    Qt.Key.Key_PageUp: -6,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}
"""How far a key goes in an open list."""


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints a choice: words at the left, where it belongs at the right."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, look.px(40))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice = index.data(_CHOICE)
        if not isinstance(choice, Choice):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("primary_tint"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        inner = box.adjusted(look.px(12), 0, -look.px(12), 0)
        small = look.font(Size.SECONDARY)
        words = look.font()
        belongs_room = self._belongs_room(choice, inner.width(), QFontMetrics(words), QFontMetrics(small))
        painter.setFont(words)
        painter.setPen(look.color("text"))
        room = inner.width() - belongs_room - look.px(12)
        text = QFontMetrics(words).elidedText(choice.words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(inner.x(), inner.y(), room, inner.height()), int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setFont(small)
        painter.setPen(look.color("muted"))
        painter.drawText(
            QRect(inner.right() - belongs_room, inner.y(), belongs_room + 1, inner.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            QFontMetrics(small).elidedText(choice.belongs, Qt.TextElideMode.ElideRight, belongs_room),
        )
        painter.restore()

    @staticmethod
    def _belongs_room(choice: Choice, room: int, words: QFontMetrics, small: QFontMetrics) -> int:
        """What its words leave, or two fifths of the line where both are long."""
        left = room - look.px(12) - words.horizontalAdvance(choice.words) - 1
        return min(small.horizontalAdvance(choice.belongs) + 1, max(left, room * 2 // 5))


class _List(QFrame):
    """The list below the field: a child of the window, so that the field keeps the keyboard."""

    picked = Signal(object)

    def __init__(self, field: QWidget, window: QWidget) -> None:
        super().__init__(window)
        self._field = field
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_ChoiceDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setMouseTracking(True)
        self.list.itemClicked.connect(lambda item: self.picked.emit(item.data(_CHOICE)))
        self.empty = Text("", Size.SECONDARY, tone="muted", wrap=True, parent=self)
        self._warned = QWidget(self)
        self.guess = Text("", Size.SECONDARY, tone="warning", strong=True)
        hint = Elided(
            lambda: tr("Enter goes to it, Enter again takes it"), Size.SECONDARY, tone="muted", least=0, whole=True
        )
        heading = QHBoxLayout(self._warned)
        heading.setContentsMargins(look.px(8), 2, look.px(8), 4)
        heading.addWidget(Glyph("warning", "warning", 16))
        heading.addWidget(self.guess)
        heading.addStretch(1)
        heading.addWidget(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(0)
        column.addWidget(self._warned)
        column.addWidget(self.empty)
        column.addWidget(self.list)

    def fill(self, choices: tuple[Choice, ...], empty: Say) -> None:
        """Show these choices, the first one ready for Enter unless they are guesses, which say so above them."""
        self.list.clear()
        for choice in choices:
            item = QListWidgetItem(choice.words)
            item.setData(_CHOICE, choice)
            self.list.addItem(item)
        self.list.setVisible(bool(choices))
        self.empty.setVisible(not choices)
        self.empty.setContentsMargins(8, 6, 8, 6)
        guess = choices[0].guess if choices else ""
        self._warned.setVisible(bool(guess))
        self.guess.say(guess)
        self.list.setAccessibleDescription(guess)
        if choices:
            self.list.setCurrentRow(-1 if guess else 0)
        else:
            self.empty.say(empty)

    def open_at_field(self) -> None:
        """Lie down below the field, or above it where there is more room."""
        window = self.parentWidget()
        if window is None:
            return
        rows = min(self.list.count(), 7)
        wanted = rows * look.px(40) + 14 if rows else self.empty.sizeHint().height() + 26
        if not self._warned.isHidden():
            wanted += self._warned.sizeHint().height()
        at = self._field.mapTo(window, QPoint(0, 0))
        below = window.height() - at.y() - self._field.height() - 12
        above = at.y() - 12
        width = max(self._field.width(), min(look.px(600), window.width() - 24))
        x = min(at.x(), window.width() - width - 12)
        if below >= min(wanted, look.px(140)) or below >= above:
            height = min(wanted, below)
            self.setGeometry(x, at.y() + self._field.height() + 4, width, height)
        else:
            height = min(wanted, above)
            self.setGeometry(x, at.y() - height - 4, width, height)
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("control"), 1))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class Chooser(LineField):
    """A field that holds one chosen thing; what is typed asks for choices, and nothing unlisted can be chosen.

    ``asked`` carries what is typed; the owner answers with ``offer``. ``picked`` carries the code, empty when cleared.
    """

    asked = Signal(str)
    picked = Signal(str)

    def __init__(
        self, *, icon: str = "", say: Say = nothing, empty: Say = nothing, parent: QWidget | None = None
    ) -> None:
        super().__init__(icon=icon, say=say, parent=parent)
        self._choice: Choice | None = None
        self._empty = empty
        self._popup: _List | None = None
        self._clear = IconButton("x", nothing, tone="muted", side=28, size=16, parent=self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self._let_go)
        self._clear.hide()
        self.textEdited.connect(self._on_edited)
        self.destroyed.connect(self._drop_popup)

    def set_clear_words(self, say: Say) -> None:
        """What the little cross says to a screen reader."""
        self._clear.say(say)

    def choice(self) -> Choice | None:
        """The chosen thing."""
        return self._choice

    def set_choice(self, choice: Choice | None) -> None:
        """Show a choice made elsewhere, without telling anybody."""
        self._choice = choice
        self.setText(choice.words if choice else "")
        self.setCursorPosition(0)
        self._lay_out()
        self.close_list()

    def typed(self) -> str:
        """What stands here and was not chosen."""
        return self.text() if self._choice is None else ""

    def show_typed(self, text: str) -> None:
        """Show what was typed before and not chosen, without telling anybody; choosing goes on from there."""
        self.set_choice(None)
        self.setText(text)
        self._lay_out()

    def offer(self, query: str, choices: tuple[Choice, ...]) -> None:
        """Show the choices for a query, unless something else has been typed meanwhile."""
        if query != self.text() or not self.hasFocus() or self._choice is not None:
            return
        popup = self._list()
        popup.fill(choices, self._empty)
        popup.open_at_field()

    def close_list(self) -> None:
        """Put the list away."""
        if self._popup is not None:
            self._popup.hide()

    @property
    def is_open(self) -> bool:
        """Whether the list is to be seen."""
        return self._popup is not None and self._popup.isVisible()

    def _list(self) -> _List:
        if self._popup is None:
            window = self.window()
            self._popup = _List(self, window)
            self._popup.picked.connect(self._take)
            window.installEventFilter(self)
        return self._popup

    def _drop_popup(self) -> None:
        self._popup = None

    def _take(self, choice: object) -> None:
        if isinstance(choice, Choice):
            self.set_choice(choice)
            self.picked.emit(choice.code)

    def _let_go(self) -> None:
        self.set_choice(None)
        self.picked.emit("")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asked.emit("")

    def _on_edited(self, _text: str) -> None:
        was_chosen = self._choice is not None
        self._choice = None
        self._lay_out()
        if was_chosen:
            self.picked.emit("")
        self.asked.emit(self.text())  # what was pasted stands here as one line

    def _lay_out(self) -> None:
        belongs = self._belongs_width()
        clear = look.px(CLEAR) if self.text() else 0
        self._clear.setVisible(bool(clear))
        self.keep_free(clear + (belongs + look.px(8) if belongs else 0))

    def _belongs_width(self) -> int:
        if self._choice is None or not self._choice.belongs:
            return 0
        wanted = QFontMetrics(look.font(Size.SECONDARY)).horizontalAdvance(self._choice.belongs)
        taken = self.width() - self._words_box().width() - self._trailing  # the icon and the edges
        free = self.width() - taken - look.px(CLEAR) - look.px(8)
        words = QFontMetrics(self.font()).horizontalAdvance(self._choice.words)
        return wanted if words + wanted <= free else 0  # the words come first: they are never cut for it

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.is_open:
            self.close_list()
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.is_open and self._popup is not None:
            rows = self._popup.list
            if key in STEPS:
                rows.setCurrentRow(max(0, min(rows.count() - 1, rows.currentRow() + STEPS[Qt.Key(key)])))
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and rows.currentItem() is not None:
                self._take(rows.currentItem().data(_CHOICE))
                if key == Qt.Key.Key_Tab:
                    super().keyPressEvent(event)
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and rows.count():
                if not event.isAutoRepeat():
                    rows.setCurrentRow(0)  # a guess is gone to first, and taken when it was seen
                return
            if key == Qt.Key.Key_Escape:
                self.close_list()
                return
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_F4) and self._choice is None:
            self.asked.emit(self.text())
            return
        elif key == Qt.Key.Key_Escape and self.typed():
            self._let_go()
            self.close_list()
            return
        super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
            and self.is_open
            and self._popup is not None
            and self.text()
            and self._popup.list.currentItem() is not None
        ):
            self._take(self._popup.list.currentItem().data(_CHOICE))
        return super().event(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.close_list()
            if self._choice is None and not self.text():
                self.set_tone("")

    @override
    def hideEvent(self, event: object) -> None:
        self.close_list()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = look.px(28)
        self._clear.setGeometry(self.width() - side - 4, (self.height() - side) // 2, side, side)
        if self.text():
            self._lay_out()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        belongs = self._belongs_width()
        if belongs and self._choice is not None:
            painter = QPainter(self)
            painter.setFont(look.font(Size.SECONDARY))
            painter.setPen(look.color("muted"))
            x = self.width() - look.px(34) - belongs
            painter.drawText(
                QRect(x, 0, belongs, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self._choice.belongs
            )
