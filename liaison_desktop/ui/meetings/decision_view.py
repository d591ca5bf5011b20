"""The desk's page of decisions: what was decided, who does it until when, and those that hold already."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.decision_presenter import DecidingShown, DecisionRow, Typed
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.chooser import Choice, Chooser
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Rule, Scroll, boxed, column, row
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

LETTERS_MOST = 2_000_000
ROWS_SEEN = 4


class DecidingPage(QWidget):
    """Emits what the desk wrote; Ctrl+Enter writes it down from every field."""

    asked = Signal(str)
    picked = Signal(object)
    left_out = Signal(str)
    due_typed = Signal(str)
    written = Signal(object)
    withdrawn = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.DECIDING)
        self._shown = DecidingShown()
        self.ky, self.ru = LineField(), LineField()
        self.executor = Chooser(
            icon="buildings",
            say=lambda: tr("Begin the name of an office"),
            empty=lambda: tr("Nothing found. Try a part of the word."),
        )
        self.executor.set_clear_words(lambda: tr("Clear"))
        self.due = LineField(figures=True, say=lambda: "10 / 14.12.2026")
        self.requests = LineField(figures=True, say=lambda: "ALA-26-A-00042")
        self.reason = LineField()
        self._fields = {
            "ky": Field(lambda: tr("Decided, in Kyrgyz"), self.ky),
            "ru": Field(lambda: tr("Decided, in Russian"), self.ru),
            "executors": Field(lambda: tr("Who carries it out"), self.executor),
            "due": Field(lambda: tr("Until when"), self.due),
            "requests": Field(lambda: tr("Requests"), self.requests, optional=lambda: tr("optional")),
            "reason": Field(lambda: tr("Why it is withdrawn"), self.reason),
        }
        for name, field in self._fields.items():
            field.control.setObjectName(names.DECIDING_FIELD.format(name=name))
            if isinstance(field.control, LineField):
                field.control.setMaxLength(LETTERS_MOST)
        self._chips = QWidget()
        self._chips.setLayout(Flow(6))
        self._item = Text("", Size.SECONDARY, tone="muted")
        self.write = Button(lambda: tr("Write the decision down"), Kind.PRIMARY, key="Ctrl+Enter")
        self.write.setObjectName(names.DECIDING_WRITE)
        self.list = RowsTable((Column("text", lambda: tr("Decided so far"), _parts, 0, least=160),), _say_list)
        self.list.setObjectName(names.DECIDING_LIST)
        self.withdraw = Button(lambda: tr("Withdraw the decision"), Kind.DANGER)
        self.withdraw.setObjectName(names.DECIDING_WITHDRAW)
        self._closed = Text(_say_closed, tone="muted", wrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        fields = self._fields
        when = row(fields["due"], fields["requests"], gap=8)
        when.setStretch(0, 1)
        when.setStretch(1, 1)
        self._form = boxed(
            column(
                fields["ky"],
                fields["ru"],
                fields["executors"],
                self._chips,
                boxed(when),
                boxed(row(self._item, 1, self.write)),
                gap=6,
            )
        )
        self._back = boxed(column(fields["reason"], boxed(row(1, self.withdraw)), gap=6))
        inner = column(self._closed, self._form, Rule(), self.list, self._back, 1, gap=8)
        inner.setContentsMargins(2, 2, 6, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(boxed(inner), self))

    def _connect(self) -> None:
        self.executor.asked.connect(self.asked)
        self.executor.picked.connect(self._on_picked)
        self.due.textEdited.connect(self.due_typed)
        self.write.clicked.connect(self._on_write)
        self.withdraw.clicked.connect(self._on_withdraw)
        self.list.current_changed.connect(lambda _row: self._show_back())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            key = QShortcut(QKeySequence(keys), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.setAutoRepeat(False)
            key.activated.connect(self._on_write)

    # what the person does

    def _on_picked(self, _code: str) -> None:
        choice = self.executor.choice()
        if choice is not None:
            self.executor.set_choice(None)
            self.picked.emit(choice)

    def _on_write(self) -> None:
        if self.write.is_live and not self._form.isHidden():
            self.written.emit(Typed(self.ky.text(), self.ru.text(), self.due.text(), self.requests.text()))

    def _on_withdraw(self) -> None:
        one = self.list.current()
        if isinstance(one, DecisionRow):
            self.withdrawn.emit(one.decision, self.reason.text())

    # what the presenter asks

    def show_deciding(self, shown: DecidingShown) -> None:
        """Show the decisions that hold, and whether one more can be written down."""
        before, self._shown = self._shown, shown
        self._form.setVisible(shown.can_write)
        self._closed.setVisible(not shown.can_write)
        self.write.set_busy(shown.is_busy)
        self.withdraw.set_busy(shown.is_busy)
        self._item.say(lambda: tr("item {number}", number=shown.item) if shown.item else tr("of no item"))
        if before.executors != shown.executors:
            self._show_chips(shown.executors)
        if [one.decision for one in before.rows] != [one.decision for one in shown.rows]:
            self.list.show_rows(shown.rows, lambda one: one.decision)
            self.reason.clear()
        self.list.setVisible(bool(shown.rows))
        self.list.setFixedHeight(look.px(40) + look.px(36) * min(max(len(shown.rows), 1), ROWS_SEEN))
        self._show_back()

    def say_wrong(self, field: str, say: Say | None) -> None:
        """Name what is wrong beside its field."""
        if say is None:
            self._fields[field].quiet()
        else:
            self._fields[field].say_error(say)

    def say_due(self, say: Say | None) -> None:
        """Say which day is meant."""
        if say is not None:
            self._fields["due"].say_warning(say)

    def offer(self, query: str, choices: tuple[Choice, ...]) -> None:
        """Offices to choose from."""
        self.executor.offer(query, choices)

    def forget_typed(self) -> None:
        """The decision is written down: the next one begins."""
        for field in (self.ky, self.ru, self.due, self.requests):
            field.clear()
        self._fields["due"].quiet()
        if self.isVisible():
            self.ky.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_keyboard(self) -> None:
        """Put the keyboard where a decision begins."""
        if not self._form.isHidden():
            self.ky.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_back(self) -> None:
        chosen = self.list.current()
        self._back.setVisible(self._shown.can_write and bool(self._shown.rows) and chosen is not None)

    def _show_chips(self, executors: tuple[Choice, ...]) -> None:
        flow = self._chips.layout()
        while flow is not None and (item := flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in executors:
            chip = Button(_say_chip(one.words), Kind.QUIET, icon="x")
            chip.setObjectName(f"deciding.executor.{one.code}")
            chip.clicked.connect(lambda _checked=False, code=one.code: self.left_out.emit(code))
            if flow is not None:
                flow.addWidget(chip)
        self._chips.setVisible(bool(executors))
        self._chips.updateGeometry()


def _say_chip(words: str) -> Say:
    return lambda: words.rpartition(" › ")[2]


def _say_closed() -> str:
    return tr("Decisions are written down while the meeting is open.")


def _say_list() -> str:
    return tr("Decided so far")


def _parts(one: DecisionRow) -> tuple[Part, ...]:
    return (Part(one.text), Part(one.about(), "muted", size=Size.SECONDARY, right=True))
