"""Drafts as tabs: a citizen who comes back in an hour finds the form as it was left."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.values import DraftTab
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind, Painted
from liaison_desktop.ui.widgets.layout import clear
from liaison_desktop.ui.widgets.menus import MenuButton
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.workplace.words import tr

NARROWEST, WIDEST = 110, 260
"""How wide a tab may be, in pixels of plain text."""


class Tab(Painted):
    """One draft: whose it is, when it was saved, a cross."""

    closed = Signal(object)

    def __init__(self, draft: DraftTab, parent: QWidget | None = None) -> None:
        self.draft = draft
        self._needs_time = False
        super().__init__(draft.title, parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._cross = IconButton("x", lambda: tr("Close the draft"), tone="muted", side=26, size=14, parent=self)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.clicked.connect(lambda: self.closed.emit(self.draft.draft_id))

    def tell_saved(self, draft: DraftTab) -> None:
        """Show a newer title and time."""
        self.draft = draft
        self.say(draft.title)

    def set_needs_time(self, needs: bool) -> None:
        """Another draft is called the same: the time tells them apart."""
        if needs != self._needs_time:
            self._needs_time = needs
            self.updateGeometry()
            self.update()

    def least(self) -> int:
        """The width in which it can be told from the others: the whole name, as far as a tab may be wide."""
        words = QFontMetrics(look.font(strong=True)).horizontalAdvance(self.text()) + 4
        small = QFontMetrics(look.font(Size.SECONDARY, figures=True))
        time = small.horizontalAdvance(self._time()) + look.px(14) if self._needs_time else 0
        return min(look.px(WIDEST), max(look.px(NARROWEST), look.px(12) + words + time + look.px(34)))

    def _time(self) -> str:
        return formats.clock(self.draft.saved_at) if self.draft.saved_at else ""

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetrics(look.font(strong=True)).horizontalAdvance(self.text())
        time = QFontMetrics(look.font(Size.SECONDARY, figures=True)).horizontalAdvance(self._time())
        return QSize(min(look.px(WIDEST), look.px(40) + words + look.px(10) + time + look.px(38)), look.px(36))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self.least(), look.px(36))

    def _share(self, font: QFont, time: int) -> tuple[int, int, int]:
        """Where the name begins, its room and the time's; the time goes first, then the icon, last of all letters."""
        words = QFontMetrics(font).horizontalAdvance(self.text()) + 2
        cross, icon, edge = look.px(34), look.px(36), look.px(12)
        ways = ((icon, time), (edge, time)) if self._needs_time else ((icon, time), (icon, 0), (edge, 0))
        for x, time_room in ways:
            room = self.width() - x - cross - (time_room + look.px(14) if time_room else 0)
            if words <= room:
                return x, room, time_room
        x, time_room = ways[-1]
        return x, self.width() - x - cross - (time_room + look.px(14) if time_room else 0), time_room

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        side = look.px(26)
        self._cross.setGeometry(self.width() - side - 6, (self.height() - side) // 2, side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        width = 2 if chosen else 1
        painter.setPen(QPen(look.color("primary" if chosen else "control"), width))
        painter.setBrush(look.color("surface" if chosen else "neutral"))
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 6, 6)
        time = self._time()
        small = look.font(Size.SECONDARY, figures=True)
        x, room, time_room = self._share(look.font(strong=chosen), QFontMetrics(small).horizontalAdvance(time))
        if x > look.px(12):
            where = QRect(look.px(10), 0, look.px(20), self.height())
            icons.paint(painter, where, "note-pencil", look.color("primary" if chosen else "muted"), look.px(18))
        painter.setFont(look.font(strong=chosen))
        painter.setPen(look.color("text"))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(x, 0, room + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
        if time_room:
            painter.setFont(small)
            painter.setPen(look.color("muted"))
            at = QRect(self.width() - look.px(38) - time_room, 0, time_room + 2, self.height())
            painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), time)


class _Strip(QWidget):
    """The tabs side by side; however many they are, they ask for the room of one."""

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(NARROWEST), look.px(36))


class DraftTabs(QWidget):
    """All open drafts and the way to a new one; those for which there is no room stand in a menu."""

    chosen = Signal(object)
    closed = Signal(object)
    new_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: list[Tab] = []
        self._current: UUID | None = None
        self._strip = _Strip()
        self._row = QHBoxLayout(self._strip)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._others = MenuButton("note-pencil", "")
        self._others.setObjectName("reception.drafts.others")
        self._others.hide()
        self.new = Button(lambda: tr("New"), Kind.QUIET, key="F2")
        self.new.setObjectName(names.RECEPTION_NEW)
        self.new.clicked.connect(self.new_asked)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(8)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._strip)
        line.addWidget(self._others)
        line.addWidget(self.new)
        line.addStretch(1)
        line.addLayout(self.beside)

    def show_drafts(self, drafts: tuple[DraftTab, ...], current: UUID | None) -> None:
        """Show these tabs; those that stay keep their place and the keyboard."""
        if [tab.draft.draft_id for tab in self._tabs] == [draft.draft_id for draft in drafts]:
            for tab, draft in zip(self._tabs, drafts, strict=True):
                tab.tell_saved(draft)
        else:
            clear(self._row)
            self._tabs = []
            for place, draft in enumerate(drafts):
                tab = Tab(draft)
                tab.setObjectName(names.RECEPTION_DRAFT.format(place=place))
                tab.clicked.connect(lambda _checked=False, one=draft.draft_id: self.chosen.emit(one))
                tab.closed.connect(self.closed)
                self._tabs.append(tab)
                self._row.addWidget(tab)
        called = Counter(tab.text() for tab in self._tabs)
        for tab in self._tabs:
            tab.setChecked(tab.draft.draft_id == current)
            tab.set_needs_time(called[tab.text()] > 1)
        self._current = current
        self._fit()

    def _fit(self) -> None:
        """Show the current draft and the newest others that have room."""
        beside = self.beside.sizeHint().width() + self.new.sizeHint().width() + look.px(24)
        room = self.width() - beside
        if sum(tab.least() + 8 for tab in self._tabs) > room:
            room -= self._others.sizeHint().width() + 8
        others = [tab for tab in self._tabs if tab.draft.draft_id != self._current]
        room -= sum(tab.least() + 8 for tab in self._tabs if tab.draft.draft_id == self._current)
        away: list[Tab] = []
        for tab in reversed(others):  # the newest stay
            room -= tab.least() + 8
            if room < 0:
                away.insert(0, tab)
        for tab in self._tabs:
            tab.setVisible(tab not in away)
        self._others.clear_entries()
        for tab in away:
            self._others.add_entry(tab.draft.title, partial(self.chosen.emit, tab.draft.draft_id))
        self._others.say(fixed(f"+{len(away)}"))
        self._others.setVisible(bool(away))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
