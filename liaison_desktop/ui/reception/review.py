"""The last look before the number: who, to whom, what, and by when the answer is due."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.values import DuePreview
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Kind
from liaison_desktop.ui.widgets.calendar import CountedDays, DueCalendar
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.keys import tell_by_f1
from liaison_desktop.ui.widgets.layout import Whole, boxed, column, row
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import ntr, tr

Facts = tuple[tuple[Say, Say], ...]


class Look(Dialog):
    """Everything that is about to be written, to be read to the citizen, and what is odd about it."""

    def __init__(
        self, parent: QWidget, title: Say, facts: Facts, text: str, warnings: tuple[Say, ...], *, back: str
    ) -> None:
        super().__init__(parent, title, width=640)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for number, (label, words) in enumerate(facts):
            grid.addWidget(Text(label, Size.SECONDARY, tone="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(words, wrap=True), number, 1)
        said = Text(text, wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignTop)
        told = Whole(boxed(column(grid, said, 1, gap=12)), self.width_in)
        self.body.addWidget(told, 1)
        for key, pages in (("PgDown", 1), ("PgUp", -1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=pages: told.turn(by))
        for warning in warnings:
            line = row(Glyph("warning", "warning", 16), Text(warning, Size.SECONDARY, tone="warning", wrap=True), gap=8)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        self.back = self.add_button(lambda: tr("Back to the form"), key="Esc", name=back)
        self.back.clicked.connect(self.reject)

    def _act_by_f9(self, act: Callable[[], None], say: Say) -> None:
        tell_by_f1(
            self,
            lambda: (
                ("F9", say),
                ("Esc", lambda: tr("Back to the form")),
                ("PgDn, PgUp", lambda: tr("Further down and up in what is read")),
            ),
        )
        key = QShortcut(QKeySequence("F9"), self)
        key.setAutoRepeat(False)
        key.activated.connect(act)


class Review(Look):
    """Read it to the citizen, then register. F9 registers what was seen; the button is dead from the first press on."""

    register_clicked = Signal()

    def __init__(self, parent: QWidget, facts: Facts, text: str, warnings: tuple[Say, ...]) -> None:
        super().__init__(parent, lambda: tr("Check with the citizen"), facts, text, warnings, back=names.REVIEW_BACK)
        self.setObjectName(names.REVIEW)
        self._message = MessageBar()
        self._message.hide()
        self.body.addWidget(self._message)
        self.register = self.add_button(
            lambda: tr("Register"), Kind.PRIMARY, key="F9", name=names.REVIEW_REGISTER, waits=True
        )
        self.register.clicked.connect(self._on_register)
        self._act_by_f9(self._on_register, lambda: tr("Register"))
        self.register.setFocus()

    def show_busy(self) -> None:
        """The number is being given: nothing can be pressed."""
        self.register.set_busy(True)
        self.register.setFocus()
        self.back.setEnabled(False)
        self.register.say(lambda: tr("Registering"))

    def show_moved(self, title: Say, body: Say) -> None:
        """What was read out before holds no more."""
        self._message.tell("warning", "warning", title, body)

    def show_error(self, say: Say) -> None:
        """It was not registered; the draft is whole."""
        self.register.set_busy(False)
        self.back.setEnabled(True)
        self.register.say(lambda: tr("Register"))
        self._message.tell("danger", "warning-circle", lambda: tr("Not registered"), say)

    def _on_register(self) -> None:
        if self.register.is_live:
            self.show_busy()
            self.register_clicked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.back.isEnabled():
            return
        super().keyPressEvent(event)


def due_words(due: DuePreview) -> str:
    """``14 сентября 2026, понедельник`` or that there is no term."""
    if due.due_on is None:
        return tr("no term: thanks are recorded and passed on")
    words = formats.day_in_words(due.due_on)
    return tr("{day} (provisional)", day=words) if due.provisional else words


def counting_lines(due: DuePreview) -> tuple[tuple[str, Say], ...]:
    """How a term was counted, as sentences with their icons."""
    if due.due_on is None or due.days is None:
        return ()
    first = due.days.counted[0]
    lines: list[tuple[str, Say]] = [
        (
            "calendar-check",
            lambda: tr(
                "{days}, counted from {day}",
                days=ntr("{n} working day", "{n} working days", due.working_days),
                day=formats.day_in_words(first, weekday=False, year=False),
            ),
        )
    ]
    weekend = [on for on in due.days.skipped if on.weekday() >= 5 and on not in dict(due.reasons)]
    if weekend:
        lines.append(("minus-circle", lambda: tr("Without days off: {days}", days=formats.day_runs(weekend))))
    for on, reason in due.reasons:
        lines.append(("flag", partial("{}: {}".format, formats.short_day(on), reason)))
    if due.article:
        lines.append(("scales", lambda: tr("Law No. {number}", number=due.article)))
    if due.provisional:
        lines.append(
            (
                "clock-clockwise",
                lambda: tr("The calendar of days off is not known so far ahead. The term will be counted again."),
            )
        )
    return tuple(lines)


def fill_calendar(calendar: DueCalendar, days: CountedDays) -> None:
    """Show a term in words of the present language."""
    counted = set(days.counted)
    sums = tuple(
        ntr("{n} day", "{n} days", sum(1 for on in week if on in counted)) if any(on in counted for on in week) else ""
        for week in DueCalendar.weeks(days)
    )
    total = ntr("{n} working day", "{n} working days", len(days.counted))
    calendar.show_term(days, formats.weekday_heads(), sums, total)


class HowCounted(Dialog):
    """The arithmetic of a due date, to be read to anybody who asks."""

    def __init__(self, parent: QWidget, due: DuePreview) -> None:
        super().__init__(parent, lambda: tr("How it is counted"), width=560)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("how_counted")
        self.body.addWidget(Text(lambda: tr("Answer due: {day}", day=due_words(due)), strong=True, wrap=True))
        for icon, say in counting_lines(due):
            line = row(Glyph(icon, "muted"), Text(say, wrap=True), gap=10)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        if due.days is not None:
            calendar = DueCalendar(lambda: tr("The days of the term"))
            fill_calendar(calendar, due.days)
            self.body.addWidget(calendar, 0, Qt.AlignmentFlag.AlignHCenter)
        self.add_close("how_counted.close")
