"""The Requests screen: search, filters, list and card, and what can be done with the chosen request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.values import AttachedRow, FormValues, Remark
from liaison_desktop.ui.requests.card import RequestCard
from liaison_desktop.ui.requests.correcting import LookedOver
from liaison_desktop.ui.requests.dialogs import (
    CheckDialog,
    CorrectDialog,
    SecondLook,
    SupplementDialog,
    TellDialog,
    TypedDialog,
    WithdrawDialog,
)
from liaison_desktop.ui.requests.reception_dialogs import AskReceptionDialog, NoteReceptionDialog, ReceptionDialog
from liaison_desktop.ui.requests.values import ActTyped, CardShown, FilterCount, ListRow, VerdictShown
from liaison_desktop.ui.shell.view import Screen
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button, Chip, Kind, paint_key_cap
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.dialogs import ActDialog, Dialog, Question
from liaison_desktop.ui.widgets.drawer import Drawer
from liaison_desktop.ui.widgets.fields import LineField
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import ActionBar, Card, boxed, column, row
from liaison_desktop.ui.widgets.messages import EmptyState
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Elided, Text
from liaison_desktop.workplace.words import tr

TWO_COLUMNS_FROM = 1000
BARE_BELOW = 620
"""Width below which the buttons of the bar do without their keys' caps."""
LOW_BELOW = 520
"""Height of the screen, in pixels of plain text, below which the list needs what the filters can spare."""


class SearchField(LineField):
    """Searches as one types; its key stands in it while it is empty."""

    def __init__(self) -> None:
        super().__init__(icon="magnifying-glass", say=lambda: tr("Number, surname or word, also without ң ө ү"))
        self.setObjectName(names.REQUESTS_SEARCH)
        tell(self, self.setAccessibleName, lambda: tr("Search in requests"))
        self.setClearButtonEnabled(False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
            return
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        if not self.text() and words <= self.width() - look.px(28 + 54 + 12):
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRect(self.width() - look.px(54), (self.height() - look.px(22)) // 2, look.px(46), look.px(22))
            paint_key_cap(painter, box, "Ctrl F", look.color("muted"))


def _number(one: ListRow) -> tuple[Part, ...]:
    return (Part(one.number_head, "muted", spaced=True), Part(one.number_tail, strong=True, spaced=True))


def _who(one: ListRow) -> tuple[Part, ...]:
    return (Part(one.who), Part(one.subject, "muted", size=Size.SECONDARY))


def _delivery(one: ListRow) -> tuple[Part, ...]:
    strong = one.delivery_tone in ("warning", "danger")
    return (Part(one.delivery(), one.delivery_tone, strong=strong, icon=one.delivery_icon),)


def _due(one: ListRow) -> tuple[Part, ...]:
    strong = one.due_tone in ("warning", "danger", "success")
    day = formats.short_day(one.due_on) if one.due_on else ""
    calm = one.due_tone == "text"  # what is far off is read last
    return (
        Part(day, one.due_tone, strong=strong, icon=one.due_icon),
        Part(
            one.due(),
            "muted" if calm else one.due_tone,
            strong=strong,
            size=Size.SECONDARY if calm else Size.BODY,
            right=True,
        ),
    )


COLUMNS = (
    Column("number", lambda: tr("Number"), _number, 160),
    Column("who", lambda: tr("Who and about what"), _who, 0),
    Column("delivery", lambda: tr("Delivery"), _delivery, 110, fits=True),
    Column("due", lambda: tr("Term, answer"), _due, 150, fits=True),
)

FILTERS: tuple[tuple[str, Say, str, str], ...] = (
    ("all", lambda: tr("All"), "", "text"),
    ("waiting", lambda: tr("Wait to be sent"), "hourglass", "warning"),
    ("answered", lambda: tr("Answer came"), "envelope-open", "success"),
    ("due_soon", lambda: tr("Due soon"), "clock", "warning"),
    ("overdue", lambda: tr("Overdue"), "warning-circle", "danger"),
)


class Requests(Screen):
    """Emits what the person did; shows what the presenter says."""

    query_changed = Signal(str)
    filter_chosen = Signal(str)
    row_chosen = Signal(object)
    more_asked = Signal()
    print_clicked = Signal()
    save_clicked = Signal()
    correct_clicked = Signal()
    supplement_clicked = Signal()
    withdraw_clicked = Signal()
    told_clicked = Signal()
    check_clicked = Signal()
    file_clicked = Signal(str)
    choices_asked = Signal(str, str, str)
    correction_left = Signal(object)
    correction_confirmed = Signal(object, str)
    correction_seen = Signal(object, str)
    supplement_files_chosen = Signal(list)
    supplement_file_removed = Signal(str)
    supplement_confirmed = Signal(str)
    withdrawal_confirmed = Signal(str, str)
    told_confirmed = Signal(object)
    receipt_text_checked = Signal(str)
    receipt_picture_chosen = Signal(str)
    receipt_opened = Signal(bytes)
    reception_clicked = Signal(str)
    reception_confirmed = Signal(object)
    act_typed = Signal(object)
    act_discarded = Signal()
    act_closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.REQUESTS)
        self._dialog: Dialog | None = None
        self._in_drawer = False
        self.search = SearchField()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(60)
        self._pause.timeout.connect(lambda: self.query_changed.emit(self.search.text()))
        self.search.textEdited.connect(lambda _text: self._pause.start())
        self._chips: dict[str, Chip] = {}
        self.table = RowsTable(COLUMNS, lambda: tr("Requests of this office"))
        self.table.setObjectName(names.REQUESTS_TABLE)
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.current_changed.connect(self.row_chosen)
        self.table.opened.connect(lambda _row: self._show_card_drawer())
        self.table.near_end.connect(self.more_asked)
        self.card = RequestCard()
        self.card.told_clicked.connect(self.told_clicked)
        self.card.file_clicked.connect(self.file_clicked)
        self.card.reception_clicked.connect(self.reception_clicked)
        self._empty = EmptyState("files", lambda: "", lambda: "")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.open_card = Button(lambda: tr("Card"), key="Enter", icon="columns")
        self.open_card.setObjectName(names.REQUESTS_OPEN_CARD)
        self.open_card.hide()  # until the window is too narrow for the card itself
        title = row(Text(lambda: tr("Requests"), Size.TITLE, strong=True), self.search, self.open_card, gap=20)
        title.setStretch(1, 1)
        chips = self._filters = Flow(6)
        group = QButtonGroup(self)
        for name, say, icon, tone in FILTERS:
            chip = Chip(say, name, icon=icon, tone=tone)
            chip.setObjectName(names.REQUESTS_FILTER.format(name=name))
            chip.setChecked(name == "all")
            chip.clicked.connect(lambda _checked=False, one=name: self.filter_chosen.emit(one))
            group.addButton(chip)
            self._chips[name] = chip
            chips.addWidget(chip)
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self._empty)
        frame = Card(pad=1, gap=0)
        frame.column.setContentsMargins(1, 6, 1, 6)
        frame.column.addWidget(self._list)
        left = boxed(column(title, chips, frame, gap=12))
        self._body = QHBoxLayout()
        self._body.setContentsMargins(24, 24, 24, 20)
        self._body.setSpacing(16)
        self._body.addWidget(left, 1)
        self._body.addWidget(self.card)
        self._drawer = Drawer(self, lambda: tr("Close"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._body, 1)
        whole.addWidget(self._build_bar())

    def _build_bar(self) -> ActionBar:
        bar = ActionBar()
        self._shown = Elided("", Size.SECONDARY, tone="muted", figures=True, least=0)
        self._fresh = Elided("", Size.SECONDARY, tone="muted", figures=True, least=0)
        self.check = self._button(lambda: tr("Check a receipt"), names.REQUESTS_CHECK, icon="qr-code")
        self.withdraw = self._button(lambda: tr("Withdraw"), names.REQUESTS_WITHDRAW, key="F7")
        self.supplement = self._button(lambda: tr("Add"), names.REQUESTS_SUPPLEMENT, key="F3")
        self.correct = self._button(lambda: tr("Correct"), names.REQUESTS_CORRECT, key="F4")
        self.save = self._button(lambda: tr("Save as PDF"), names.REQUESTS_SAVE, icon="file-pdf")
        self.save.set_narrow(True)
        self.print = self._button(lambda: tr("Print"), names.REQUESTS_PRINT, key="F9", kind=Kind.PRIMARY)
        bar.row.addWidget(self._shown, 2)
        bar.row.addWidget(self._fresh, 3)
        bar.row.addStretch(0)  # where nothing is said, the buttons stay together at the right
        for button in (self.check, self.withdraw, self.supplement, self.correct, self.save, self.print):
            bar.row.addWidget(button)
        return bar

    def _button(self, say: Say, name: str, *, key: str = "", icon: str = "", kind: Kind = Kind.SECONDARY) -> Button:
        button = Button(say, kind, key=key, icon=icon, tall=True, waits=name == names.REQUESTS_PRINT)
        button.setObjectName(name)
        return button

    def _connect(self) -> None:
        self.print.clicked.connect(self._press_print)
        self.save.clicked.connect(self._press_save)
        self.correct.clicked.connect(self.correct_clicked)
        self.supplement.clicked.connect(self.supplement_clicked)
        self.withdraw.clicked.connect(self.withdraw_clicked)
        self.check.clicked.connect(self.check_clicked)
        self.open_card.clicked.connect(self._show_card_drawer)
        for key, act in (
            ("Ctrl+F", self._to_search),
            ("F3", self.supplement.click),
            ("F4", self.correct.click),
            ("F7", self.withdraw.click),
            ("F8", self.told_clicked.emit),
            ("F9", self.print.click),
            ("Ctrl+S", self.save.click),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
        look.changed.connect(self._fit)
        look.language_changed.connect(self._fit_filters)

    # what the presenter asks

    def show_rows(self, rows: tuple[ListRow, ...], keep: bytes | None = None) -> None:
        """Show the list; the chosen row stays chosen while it is there."""
        self._list.setCurrentWidget(self.table if rows else self._empty)
        self.table.show_rows(rows, lambda one: one.appeal, keep)

    def show_empty(self, title: Say, body: Say) -> None:
        """Say why the list is empty and how something comes into it."""
        self._empty.say(title, body)

    def show_counts(self, counts: tuple[FilterCount, ...]) -> None:
        """Show how many rows each filter leaves."""
        for one in counts:
            self._chips[one.name].set_count(one.count)
        self._fit_filters()

    def show_filter(self, name: str) -> None:
        """Mark a filter as chosen."""
        self._chips[name].setChecked(True)

    def show_foot(self, shown: Say, fresh: Say) -> None:
        """Say how many rows are seen and how fresh they are."""
        self._shown.say(shown)
        self._fresh.say(fresh)

    def show_card(self, card: CardShown | None) -> None:
        """Show a request whole, and what can be done with it."""
        self.card.show_card(card)
        self.open_card.setEnabled(card is not None)
        self.correct.setEnabled(card is not None and card.may_correct)
        self.supplement.setEnabled(card is not None and card.may_supplement)
        self.withdraw.setEnabled(card is not None and card.may_withdraw)
        self.print.setEnabled(card is not None and card.may_print)
        self.save.setEnabled(card is not None and card.may_print)
        has_answer = card is not None and bool(card.answers)
        self.print.say((lambda: tr("Print the answer")) if has_answer else (lambda: tr("Print the receipt")))

    def choose(self, appeal: bytes) -> None:
        """Choose a request that is in the list."""
        for place, one in enumerate(self.table.rows()):
            if one.appeal == appeal:
                self.table.choose(place)
                return

    def set_query(self, query: str) -> None:
        """Write into the search field."""
        self.search.setText(query)

    # dialogs

    def ask_correction(self, number: str, values: FormValues) -> ActTyped:
        """Open the correction of a request; gives how it stands before anything is typed, as the next three do."""
        dialog = CorrectDialog(self, number, values)
        dialog.asked.connect(self.choices_asked)
        dialog.field_left.connect(lambda: self.correction_left.emit(dialog.form.values()))
        dialog.act_clicked.connect(lambda: self.correction_confirmed.emit(dialog.form.values(), dialog.reason.text()))
        return self._open_typed(dialog)

    def ask_supplement(self, number: str) -> ActTyped:
        """Open the addition to a request."""
        dialog = SupplementDialog(self, number)
        dialog.files_chosen.connect(self.supplement_files_chosen)
        dialog.file_removed.connect(self.supplement_file_removed)
        dialog.act_clicked.connect(lambda: self.supplement_confirmed.emit(dialog.text.text()))
        return self._open_typed(dialog)

    def ask_withdrawal(self, number: str) -> ActTyped:
        """Open the withdrawal of a request."""
        dialog = WithdrawDialog(self, number)
        dialog.act_clicked.connect(
            lambda: self.withdrawal_confirmed.emit(dialog.reason.text(), dialog.expressed.value())
        )
        return self._open_typed(dialog)

    def ask_told(self, number: str, wished: str) -> ActTyped:
        """Open the mark that the applicant was told."""
        dialog = TellDialog(self, number, wished, formats.today())
        dialog.act_clicked.connect(lambda: self.told_confirmed.emit(dialog.told()))
        return self._open_typed(dialog)

    def ask_reception(self, number: str) -> ActTyped:
        """Open the wish of a conversation."""
        return self._open_reception(AskReceptionDialog(self, number))

    def ask_outcome(self, number: str) -> ActTyped:
        """Open what came of a conversation."""
        return self._open_reception(NoteReceptionDialog(self, number))

    def ask_take_back(self, confirmed: Callable[[], None]) -> None:
        """Ask whether the citizen really does not wish the conversation any more."""
        question = Question(
            self,
            lambda: tr("Is the conversation not wanted any more?"),
            lambda: tr("The body is told. The request itself goes on as before."),
            lambda: tr("Not wanted any more"),
            lambda: tr("Back"),
            danger=True,
        )
        question.accepted.connect(confirmed)
        question.open()

    def _open_reception(self, dialog: ReceptionDialog) -> ActTyped:
        dialog.act_clicked.connect(lambda: self.reception_confirmed.emit(dialog.as_typed()))
        return self._open_typed(dialog)

    def restore_typed(self, typed: ActTyped, say: Say) -> None:
        """Show in the open dialog what was typed before, and say so."""
        if isinstance(self._dialog, TypedDialog):
            self._dialog.restore(typed)
            self._dialog.show_kept(say)

    def show_dialog_saved(self, say: Say, tone: str, icon: str) -> None:
        """Say in the open dialog whether what is typed is on the disk."""
        if isinstance(self._dialog, TypedDialog):
            self._dialog.show_saved(say, tone, icon)

    def _open_typed(self, dialog: TypedDialog) -> ActTyped:
        dialog.typed.connect(lambda: self.act_typed.emit(dialog.as_typed()))
        dialog.discard_clicked.connect(self.act_discarded)
        dialog.finished.connect(self.act_closed)
        self._open(dialog)
        return dialog.as_typed()

    def ask_receipt(self) -> None:
        """Open the check of a receipt."""
        dialog = CheckDialog(self)
        dialog.text_checked.connect(self.receipt_text_checked)
        dialog.picture_chosen.connect(self.receipt_picture_chosen)
        dialog.open_clicked.connect(self.receipt_opened)
        self._open(dialog)

    def show_dialog_files(self, files: tuple[AttachedRow, ...]) -> None:
        """List the files of the addition."""
        if isinstance(self._dialog, SupplementDialog):
            self._dialog.show_files(files)

    def show_dialog_refused(self, say: Say) -> None:
        """Say inside the open dialog why it was not done."""
        if isinstance(self._dialog, ActDialog):
            self._dialog.show_refused(say)

    def show_dialog_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Show remarks on the fields of the open dialog."""
        if isinstance(self._dialog, CorrectDialog | WithdrawDialog | ReceptionDialog):
            self._dialog.remark(remarks)

    def show_form_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Show remarks on the form of the open correction; the keyboard stays."""
        if isinstance(self._dialog, CorrectDialog):
            self._dialog.form.remark(remarks)

    def ask_second_look(self, looked: LookedOver) -> None:
        """Show once more what the open correction changes and what is odd about it."""
        dialog = self._dialog
        if not isinstance(dialog, CorrectDialog):
            return
        look_again = SecondLook(dialog, looked)
        look_again.accepted.connect(lambda: self.correction_seen.emit(dialog.form.values(), dialog.reason.text()))
        look_again.rejected.connect(dialog.go_on)
        look_again.open()

    def close_dialog(self) -> None:
        """It is done."""
        if self._dialog is not None:
            self._dialog.accept()

    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None:
        """Give a chooser of the correction its list."""
        if isinstance(self._dialog, CorrectDialog):
            self._dialog.offer(name, query, choices)

    def show_checking(self, say: Say) -> None:
        """A picture is being read."""
        if isinstance(self._dialog, CheckDialog):
            self._dialog.show_busy(say)

    def show_verdict(self, verdict: VerdictShown) -> None:
        """What is to be said of a receipt."""
        if isinstance(self._dialog, CheckDialog):
            self._dialog.show_verdict(verdict)

    def _open(self, dialog: Dialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None
        self.take_keyboard()

    def show_making_paper(self, busy: bool) -> None:
        """While a page is drawn and handed over; what comes after it has to be seen first."""
        self.print.set_busy(busy)
        self.save.set_busy(busy)
        if not busy:
            attention.turn()

    # inner

    def _press_print(self) -> None:
        if self.print.is_live:
            self.print_clicked.emit()

    def _press_save(self) -> None:
        if self.save.is_live:
            self.save_clicked.emit()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_card_drawer(self) -> None:
        if self._in_drawer:
            self._drawer.open_drawer()

    def _fit(self) -> None:
        narrow = self.width() < look.px(TWO_COLUMNS_FROM)
        if narrow != self._in_drawer:
            self._in_drawer = narrow
            self._drawer.hide()
            if narrow:
                self._drawer.hold(self.card)
            else:
                self._drawer.give_back()
                self._body.addWidget(self.card)
                self.card.show()
        if not narrow:
            self.card.setFixedWidth(min(look.px(400), self.width() * 29 // 100))
        else:
            self.card.setMinimumWidth(0)
            self.card.setMaximumWidth(16_777_215)
        self.open_card.setVisible(narrow)
        self.open_card.set_narrow(self.width() < look.px(BARE_BELOW))
        self._fit_filters()
        self._fresh.setVisible(self.width() > look.px(1280))
        self._shown.setVisible(self.width() > look.px(1200))
        for button in (self.withdraw, self.supplement, self.correct, self.print):
            button.set_bare(self.width() < look.px(BARE_BELOW))
        low = self.width() < look.px(980)
        self.check.set_narrow(low)
        self.withdraw.set_icon("x-circle" if low else "")
        self.withdraw.set_narrow(low)

    def _fit_filters(self) -> None:
        """In a low window the filters give their words to the list: of those not chosen icon and count stay."""
        low = self.height() < look.px(LOW_BELOW)
        self._body.setContentsMargins(24, 10 if low else 24, 24, 8 if low else 20)
        for chip in self._chips.values():
            chip.set_narrow(False)
        margins = self._body.contentsMargins()
        beside = 0 if self._in_drawer else self.card.width() + self._body.spacing()
        high = self._filters.heightForWidth(self.width() - margins.left() - margins.right() - beside)
        for chip in self._chips.values():
            chip.set_narrow(low and high > look.px(36))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def take_keyboard(self) -> None:
        self.table.setFocus() if self.table.rows() else self.search.setFocus()

    @override
    def keys(self) -> tuple[tuple[str, Say], ...]:
        to_the_card: tuple[tuple[str, Say], ...] = (("Enter", lambda: tr("Read its card")),) if self._in_drawer else ()
        return (
            ("Ctrl+F", lambda: tr("Search")),
            ("↑ ↓", lambda: tr("Choose a request")),
            *to_the_card,
            ("F3", lambda: tr("Add what the applicant brings later")),
            ("F4", lambda: tr("Correct what was written wrongly")),
            ("F7", lambda: tr("Withdraw the request")),
            ("F8", lambda: tr("Mark that the applicant was told")),
            ("F9", lambda: tr("Print the answer or the receipt")),
            ("Ctrl+S", lambda: tr("Save the answer or the receipt as PDF")),
            ("Home, End", lambda: tr("First and last in the list")),
        )
