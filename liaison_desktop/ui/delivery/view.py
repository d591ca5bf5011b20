"""The Delivery screen: the line, an exchange under way, what waits and why, what the centre confirmed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.delivery.bars import WeekBars
from liaison_desktop.ui.delivery.values import ConfirmedRow, DaySent, LineShown, ReturnedRow, RunningShown, WaitingRow
from liaison_desktop.ui.shell.view import Screen
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card, Scroll, boxed, clear, column, row
from liaison_desktop.ui.widgets.messages import EmptyState, MessageBar, ProgressBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import tr


def _what(one: WaitingRow) -> tuple[Part, ...]:
    return (Part(one.number, strong=True, spaced=True), Part("  " + one.what(), "muted", size=Size.SECONDARY))


def _why(one: WaitingRow) -> tuple[Part, ...]:
    return (Part(one.why(), one.tone, icon=one.icon),)


def _since(one: WaitingRow) -> tuple[Part, ...]:
    return (Part(formats.lately(one.since_at), right=True),)


def _size(one: WaitingRow) -> tuple[Part, ...]:
    return (Part(formats.size(one.size_bytes), right=True),)


UNBOUND = 16_777_215
"""Qt's width of what may be as wide as it likes."""

COLUMNS = (
    Column("what", lambda: tr("What"), _what, 0, least=240),
    Column("why", lambda: tr("Why it waits"), _why, 200, fits=True),
    Column("since", lambda: tr("Waits since"), _since, 112, right=True),
    Column("size", lambda: tr("Size"), _size, 72, right=True),
)


class LineCard(Card):
    """The exchange under way with its progress and a stop; otherwise the line in words and *Send now*."""

    def __init__(self) -> None:
        super().__init__(pad=16, gap=8)
        self.icon = Glyph("arrows-down-up", "primary", 22)
        self.title = Text("", Size.SECTION, strong=True, wrap=True)
        self.title.setObjectName(names.DELIVERY_STATE)
        self.send = Button(lambda: tr("Send now"), Kind.PRIMARY, key="F5")
        self.send.setObjectName(names.DELIVERY_SEND)
        self.stop = Button(lambda: tr("Pause"), Kind.SECONDARY, key="Esc")
        self.stop.setObjectName(names.DELIVERY_STOP)
        head = row(self.icon, self.title, self.send, self.stop, gap=10)
        head.setStretch(1, 1)
        self.progress = ProgressBar(lambda: tr("Progress of the exchange"))
        self._words = Text("", strong=True, figures=True)
        self._speed = Text("", tone="muted", figures=True)
        self._numbers = boxed(row(self._words, 1, self._speed))
        self._body = Text("", tone="muted", wrap=True)
        self.column.addLayout(head)
        self.column.addWidget(self.progress)
        self.column.addWidget(self._numbers)
        self.column.addWidget(self._body)

    def show_line(self, line: LineShown, may_send: bool) -> None:
        """No exchange runs: say how the line is."""
        self.icon.set_icon(line.icon, "primary")
        self.title.say(line.title)
        self._body.say(line.body)
        self._body.setVisible(bool(line.body()))
        self.progress.hide()
        self._numbers.hide()
        self.stop.hide()
        self.send.show()
        self.send.setEnabled(may_send)

    def show_running(self, running: RunningShown) -> None:
        """An exchange runs: no primary button here now."""
        self.icon.set_icon("arrows-down-up", "primary")
        self.title.say(lambda: tr("Exchange with the centre is under way"))
        self.progress.set_part(running.part)
        self._words.say(running.words)
        self._speed.say(running.speed)
        self._body.say(running.body)
        self._body.setVisible(bool(running.body()))
        self.progress.show()
        self._numbers.show()
        self.send.hide()
        self.stop.show()


class ReturnedBar(MessageBar):
    """A request the centre asks to put right, or about which people there decide."""

    correct_clicked = Signal(bytes)

    def __init__(self, one: ReturnedRow) -> None:
        super().__init__("warning", "warning-circle")
        icon = "warning-circle" if one.may_correct else "pause-circle"
        self.tell("warning", icon, one.title, one.body)
        if not one.may_correct:
            return
        fix = Button(lambda: tr("Put right"))
        fix.setObjectName(f"delivery.returned.{one.number}")
        fix.clicked.connect(lambda: self.correct_clicked.emit(one.appeal))
        self.add_action(fix)


class Delivery(Screen):
    """Emits what the person did; shows what the presenter says."""

    send_clicked = Signal()
    stop_clicked = Signal()
    correct_clicked = Signal(bytes)
    row_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.DELIVERY)
        self.line = LineCard()
        self.line.send.clicked.connect(self.send_clicked)
        self.line.stop.clicked.connect(self.stop_clicked)
        self._notice = MessageBar()
        self._notice.hide()
        self._build_waiting()
        self._build_week()
        self._build_confirmed()
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.line)
        left.addWidget(self._notice)
        left.addWidget(self._waiting, 3)
        left.addWidget(self._week, 2)
        self._left = boxed(left)
        self._left.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setContentsMargins(24, 20, 24, 20)
        self._body.setSpacing(16)
        self._body.addWidget(self._left, 1)
        self._body.addWidget(self._confirmed)
        inner = QWidget()
        inner.setLayout(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(inner, self))
        QShortcut(QKeySequence("F5"), self).activated.connect(self.line.send.click)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.line.stop.click)

    def _build_waiting(self) -> None:
        self._waiting = Card(pad=16, gap=8)
        self._waiting.column.setContentsMargins(1, 12, 1, 6)
        self._waiting_title = Text("", Size.SECTION, strong=True, figures=True)
        self._oldest = Text("", tone="muted", figures=True)
        head = row(self._waiting_title, 1, self._oldest)
        head.setContentsMargins(16, 0, 16, 0)
        self._returned = QVBoxLayout()
        self._returned.setContentsMargins(16, 0, 16, 0)
        self._returned.setSpacing(8)
        self.table = RowsTable(COLUMNS, lambda: tr("What waits to be sent"))
        self.table.setObjectName(names.DELIVERY_TABLE)
        self.table.opened.connect(self.row_opened)
        self._nothing = EmptyState(
            "check-circle",
            lambda: tr("Everything is at the centre"),
            lambda: tr("What is registered here waits in this place until the centre has confirmed it."),
        )
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self._nothing)
        self._list.setMinimumHeight(look.px(132))
        self._waiting.column.addLayout(head)
        self._waiting.column.addLayout(self._returned)
        self._waiting.column.addWidget(self._list, 1)

    def _build_week(self) -> None:
        self._week = Card(pad=16, gap=6)
        self._sum = Text("", tone="muted", figures=True)
        self._week.column.addLayout(row(Text(lambda: tr("Last 7 days"), strong=True), 1, self._sum))
        self.bars = WeekBars()
        self._week.column.addWidget(self.bars, 1)
        self.witnesses = Text("", tone="muted", wrap=True, figures=True)
        self.witnesses.hide()
        self._week.column.addWidget(self.witnesses)

    def _build_confirmed(self) -> None:
        self._confirmed = Card(pad=16, gap=10)
        self._confirmed.column.addWidget(
            Text(lambda: tr("Confirmed by the centre"), Size.SECTION, strong=True, wrap=True)
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self._confirmed.column.addLayout(self._rows)
        self._none_yet = Text(
            lambda: tr("Confirmations stand here, with the centre's signature checked on this computer."),
            tone="muted",
            wrap=True,
        )
        self._confirmed.column.addWidget(self._none_yet)
        self._confirmed.column.addStretch(1)

    # what the presenter asks

    def show_line(self, line: LineShown, may_send: bool) -> None:
        """No exchange runs."""
        self.line.show_line(line, may_send)

    def show_running(self, running: RunningShown) -> None:
        """An exchange runs."""
        self.line.show_running(running)

    def show_notice(self, tone: str, icon: str, title: Say, body: Say) -> None:
        """Say something of weight between the line and the list."""
        self._notice.tell(tone, icon, title, body)

    def hide_notice(self) -> None:
        """Nothing of weight."""
        self._notice.hide()

    def show_waiting(self, title: Say, oldest: Say, rows: tuple[WaitingRow, ...]) -> None:
        """Show what waits and why."""
        self._waiting_title.say(title)
        self._oldest.say(oldest)
        self._list.setCurrentWidget(self.table if rows else self._nothing)
        self.table.show_rows(rows, lambda one: one.key)

    def show_returned(self, rows: tuple[ReturnedRow, ...]) -> None:
        """Show what the centre asks to put right, on top."""
        clear(self._returned)
        for one in rows:
            bar = ReturnedBar(one)
            bar.correct_clicked.connect(self.correct_clicked)
            self._returned.addWidget(bar)

    def show_confirmed(self, rows: tuple[ConfirmedRow, ...]) -> None:
        """Show the newest confirmations."""
        clear(self._rows)
        self._none_yet.setVisible(not rows)
        for one in rows:
            self._rows.addWidget(_Confirmed(one))

    def show_week(self, days: tuple[DaySent, ...], total: Say) -> None:
        """Show the bars."""
        self.bars.show_days(days)
        self._sum.say(total)

    def show_witnesses(self, say: Say, tone: str) -> None:
        """Say who else saw the public log."""
        self.witnesses.say(say)
        self.witnesses.set_tone(tone)
        self.witnesses.show()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.px(980)
        if narrow:  # what the centre confirmed stands below
            self._body.setDirection(QBoxLayout.Direction.TopToBottom)
            self._confirmed.setMinimumWidth(0)
            self._confirmed.setMaximumWidth(UNBOUND)
        else:
            self._body.setDirection(QBoxLayout.Direction.LeftToRight)
            self._confirmed.setFixedWidth(look.px(366 if self.width() > look.px(1120) else 300))

    @override
    def take_keyboard(self) -> None:
        if self.line.send.isVisible() and self.line.send.isEnabled():
            self.line.send.setFocus()
        elif self._list.currentWidget() is self.table:
            self.table.setFocus()
        else:  # nothing waits; the keyboard stays at nothing that Enter would open
            self.setFocus()

    @override
    def keys(self) -> tuple[tuple[str, Say], ...]:
        return (("F5", lambda: tr("Send now")), ("Esc", lambda: tr("Pause the exchange")))


class _Confirmed(QWidget):
    """One confirmation: what, and when."""

    def __init__(self, one: ConfirmedRow) -> None:
        super().__init__()
        icon = "check-circle" if one.tone == "success" else "warning-circle"
        # whole: what was cut is the number
        words = column(Text(one.say, wrap=True), Text(one.note, Size.SECONDARY, tone="muted", wrap=True), gap=1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Glyph(icon, one.tone), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(Text(lambda: formats.lately(one.at), tone="muted", figures=True), 0, Qt.AlignmentFlag.AlignTop)
