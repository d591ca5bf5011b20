"""The rail at the left: the screens that work, how many things wait in each, and which one is open."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import IconButton, Painted
from liaison_desktop.ui.widgets.emblem import Emblem
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

WIDE, NARROW = 208, 64


@dataclass(frozen=True, slots=True)
class Place:
    """A screen as the rail shows it; ``foot`` puts it at the lower end."""

    name: str
    icon: str
    say: Say
    key: str
    foot: bool = False


class RailItem(Painted):
    """One screen: icon, word, count; the open one has a tint and a bar."""

    def __init__(self, place: Place, parent: QWidget) -> None:
        self.place, self._count, self._asks, self._narrow = place, 0, False, False
        super().__init__(place.say, parent)
        self.setObjectName(names.RAIL_ITEM.format(screen=place.name))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int, *, asks: bool = False) -> None:
        """Show how many things wait; ``asks`` when they wait for this person."""
        self._count, self._asks = count, asks
        self._name_it()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Icon alone, or icon and word."""
        self._narrow = narrow
        self._name_it()
        self.update()

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self._name_it()

    def focus_rect(self) -> QRect:
        """The tinted part, for the focus ring."""
        return self.rect().adjusted(8, 0, -8, 0)

    def _name_it(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._count}" if self._count else self.text())
        self.setToolTip(f"{self.text()} ({self.place.key})")

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(48), look.px(44))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        box = self.rect().adjusted(8, 0, -8, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or self.underMouse():
            ground = look.color("rail_chosen")
            ground.setAlphaF(1.0 if chosen else 0.5)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 6, 6)
        if chosen:
            painter.setBrush(look.color("rail_bar"))
            painter.drawRoundedRect(QRectF(0, look.px(6), 4, self.height() - look.px(12)), 2, 2)
        ink = look.color("on_primary" if chosen and not look.tokens.is_dark else "rail_text")
        if self._narrow:
            icons.paint(painter, box, self.place.icon, ink, look.px(22))
        else:
            where = QRect(box.x() + look.px(12), 0, look.px(20), self.height())
            icons.paint(painter, where, self.place.icon, ink, look.px(20))
            painter.setFont(look.font(strong=chosen))
            painter.setPen(ink)
            x = box.x() + look.px(44)
            room = box.right() - x - (look.px(40) if self._count else look.px(4))
            words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(x, 0, room + 4, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
        if self._count:
            self._paint_count(painter, box)

    def _paint_count(self, painter: QPainter, box: QRect) -> None:
        words = str(self._count) if self._count < 1000 else "999+"
        font = look.font(Size.SECONDARY, strong=True, figures=True)
        width = max(look.px(22), QFontMetrics(font).horizontalAdvance(words) + look.px(12))
        height = look.px(22 if not self._narrow else 18)
        if self._narrow:
            badge = QRect(box.right() - width + look.px(4), look.px(2), width, height)
        else:
            badge = QRect(box.right() - look.px(10) - width, (self.height() - height) // 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("attention" if self._asks else "rail_badge"))
        painter.drawRoundedRect(badge, 6, 6)
        painter.setFont(font)
        painter.setPen(look.color("attention_ink" if self._asks else "rail_text"))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), words)


class Rail(QWidget):
    """The column of screens; 208 wide with words, 64 with icons."""

    asked_for = Signal(str)
    folded = Signal(bool)

    def __init__(self, places: tuple[Place, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.RAIL)
        self._narrow = False
        self._items = {place.name: RailItem(place, self) for place in places}
        self._emblem = Emblem(32)
        self._name = Text(lambda: tr("Public reception"), Size.SECONDARY, strong=True, tone="rail_text", wrap=True)
        top = self._top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._emblem)
        top.addWidget(self._name, 1)
        self._fold = IconButton(
            "caret-double-left", lambda: tr("Fold or unfold the rail"), tone="rail_text", side=32, size=16
        )
        self._fold.setObjectName("rail.fold")
        self._fold.clicked.connect(lambda: self.folded.emit(not self._narrow))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(2)
        column.addLayout(top)
        column.addSpacing(4)
        for place in places:
            if not place.foot:
                column.addWidget(self._items[place.name])
        column.addStretch(1)
        for place in places:
            if place.foot:
                column.addWidget(self._items[place.name])
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.addWidget(self._fold)
        foot.addStretch(1)
        column.addLayout(foot)
        for item in self._items.values():
            item.clicked.connect(lambda _checked=False, name=item.place.name: self.asked_for.emit(name))
        look.changed.connect(self._dress)
        self.set_narrow(False)

    def item(self, name: str) -> RailItem:
        """The item of a screen."""
        return self._items[name]

    def set_current(self, name: str) -> None:
        """Mark the open screen."""
        self._items[name].setChecked(True)

    @property
    def is_narrow(self) -> bool:
        """Whether only icons are shown."""
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Fold to icons or unfold to words."""
        self._narrow = narrow
        self._name.setVisible(not narrow)
        self._fold.set_icon("caret-double-right" if narrow else "caret-double-left")
        for item in self._items.values():
            item.set_narrow(narrow)
        self._dress()

    def _dress(self) -> None:
        left = (NARROW - self._emblem.width()) // 2 if self._narrow else 18
        self._top.setContentsMargins(left, 10, 0 if self._narrow else 8, 10)
        self.setFixedWidth(NARROW if self._narrow else max(WIDE, look.px(WIDE)))
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("rail"))
