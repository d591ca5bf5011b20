"""The Reception screen: drafts, form and side column, or the request just registered."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.beside import Beside
from liaison_desktop.ui.reception.form import AppealForm
from liaison_desktop.ui.reception.form_scroll import FormScroll
from liaison_desktop.ui.reception.missing import Missing
from liaison_desktop.ui.reception.registered import Registered
from liaison_desktop.ui.reception.review import Facts, HowCounted, Review
from liaison_desktop.ui.reception.tabs import DraftTabs
from liaison_desktop.ui.reception.values import (
    AttachedRow,
    DraftTab,
    DuePreview,
    EarlierRow,
    FieldPlace,
    FormValues,
    Notice,
    Remark,
    TwinRow,
)
from liaison_desktop.ui.shell.view import Screen
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.drawer import Drawer
from liaison_desktop.ui.widgets.layout import ActionBar, Scroll
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.workplace.words import tr

TWO_COLUMNS_FROM = 1040
"""Width of the screen, in pixels, from which the side column stands beside the form."""
BARE_BELOW = 620
"""Width below which the buttons of the bar do without their keys' caps."""


class Reception(Screen):
    """Emits what the person did; shows what the presenter says."""

    form_changed = Signal(str)
    field_left = Signal(str)
    choices_asked = Signal(str, str, str)
    files_chosen = Signal(list)
    file_removed = Signal(str)
    new_clicked = Signal()
    later_clicked = Signal()
    draft_chosen = Signal(object)
    draft_closed = Signal(object)
    register_clicked = Signal()
    register_confirmed = Signal()
    compare_clicked = Signal(bytes)
    repeat_clicked = Signal(object)
    returning_clicked = Signal()
    earlier_name_clicked = Signal()
    form_asked = Signal()
    last_number_confirmed = Signal()
    last_number_denied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.RECEPTION)
        self.tabs = DraftTabs()
        self.form = AppealForm()
        self.beside = Beside()
        self.registered = Registered()
        self._review: Review | None = None
        self._message = MessageBar()
        self._message.hide()
        self._stack = QStackedWidget(self)
        self._entry = QWidget()
        self._stack.addWidget(self._entry)
        self._stack.addWidget(self.registered)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self._build_entry()
        self._connect()

    def _build_entry(self) -> None:
        column = QVBoxLayout(self._entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(24, 12, 24, 10)
        head.setSpacing(8)
        head.addWidget(self.tabs)
        self._last_number = self._build_last_number()
        head.addWidget(self._last_number)
        head.addWidget(self._message)
        column.addLayout(head)
        self._open_drawer = Button(lambda: tr("Person and law"), key="F7", icon="columns")
        self._open_drawer.setObjectName("reception.beside")
        self._open_drawer.clicked.connect(self._show_drawer)
        self.tabs.beside.addWidget(self._open_drawer)
        form = QWidget()
        self._form_margins = QVBoxLayout(form)
        self._form_margins.addWidget(self.form)
        self._form_scroll = FormScroll(form, self.form, self._form_margins, self._entry)
        self._side = QWidget(self._entry)
        self._beside_scroll = Scroll(self.beside, self._side)
        self._beside_place = QHBoxLayout(self._side)
        self._beside_place.setContentsMargins(0, 0, 24, 16)
        self._beside_place.addWidget(self._beside_scroll)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._form_scroll, 1)
        body.addWidget(self._side)
        column.addLayout(body, 1)
        column.addWidget(self._build_bar())
        self._drawer = Drawer(self, lambda: tr("Close"))
        self._in_drawer = False

    def _build_last_number(self) -> MessageBar:
        bar = MessageBar("warning", "warning-circle")
        bar.setObjectName(names.RECEPTION_LAST_NUMBER)
        same = bar.add_action(Button(lambda: tr("It is the same")))
        same.setObjectName(f"{names.RECEPTION_LAST_NUMBER}.same")
        later = bar.add_action(Button(lambda: tr("The paper has a later one")))
        later.setObjectName(f"{names.RECEPTION_LAST_NUMBER}.later")
        same.clicked.connect(self.last_number_confirmed)
        later.clicked.connect(self.last_number_denied)
        bar.hide()
        return bar

    def _build_bar(self) -> ActionBar:
        bar = ActionBar()
        self._saved_icon = Glyph("check-circle", "success")
        self._saved = Text("", figures=True)
        self._saved.setObjectName(names.RECEPTION_SAVED)
        self._comfort = Elided(
            lambda: tr("A power cut takes the last second at most"), Size.SECONDARY, tone="muted", least=0, whole=True
        )
        self._comfort_holds, self._missing_count = True, 0
        self._missing = Missing()
        self._missing.chosen.connect(self.focus_on)
        self.later = Button(lambda: tr("Later"), key="F8", tall=True)
        self.later.setObjectName(names.RECEPTION_LATER)
        self.register = Button(lambda: tr("Register"), Kind.PRIMARY, key="F9", tall=True, waits=True)
        self.register.setObjectName(names.RECEPTION_REGISTER)
        bar.row.addWidget(self._saved_icon)
        bar.row.addWidget(self._saved)
        bar.row.addWidget(self._comfort)
        bar.row.addWidget(self._missing, 1)
        bar.row.addWidget(self.later)
        bar.row.addWidget(self.register)
        return bar

    def _connect(self) -> None:
        self.form.changed.connect(self.form_changed)
        self.form.field_left.connect(self.field_left)
        self.form.asked.connect(self.choices_asked)
        self.form.files_chosen.connect(self.files_chosen)
        self.form.file_dropped.connect(self.file_removed)
        self.form.returning_clicked.connect(self.returning_clicked)
        self.form.earlier_name_clicked.connect(self.earlier_name_clicked)
        self.tabs.new_asked.connect(self.new_clicked)
        self.tabs.chosen.connect(self.draft_chosen)
        self.tabs.closed.connect(self.draft_closed)
        self.later.clicked.connect(self.later_clicked)
        self.register.clicked.connect(self._press_register)
        self.beside.twin.compare_clicked.connect(self.compare_clicked)
        self.beside.earlier.opened.connect(self.compare_clicked)
        self.beside.twin.link_clicked.connect(self.repeat_clicked)
        for key, act in (
            ("F2", self.new_clicked.emit),
            ("F3", self.form.returning.click),
            ("Shift+F3", self.form.earlier_name_clicked.emit),
            ("F6", self.form.choose_files),
            ("F7", self._show_drawer),
            ("F8", self.later_clicked.emit),
            ("F9", self._press_register),
        ):
            shortcut = QShortcut(QKeySequence(key), self._entry)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
        look.changed.connect(self._fit)

    # what the presenter asks

    def values(self) -> FormValues:
        """The form as it stands."""
        return self.form.values()

    def show_draft(self, values: FormValues, attached: tuple[AttachedRow, ...]) -> None:
        """Show a draft and lead the keyboard to its first field."""
        self.form.show_values(values)
        self.form.show_attachments(attached)
        self._stack.setCurrentWidget(self._entry)
        attention.turn()
        self.form.pin.setFocus()
        self._form_scroll.verticalScrollBar().setValue(0)

    def rename_choices(self, values: FormValues) -> None:
        """Say chosen things in the language now spoken."""
        self.form.rename_choices(values)

    def fill_in(self, values: FormValues) -> None:
        """Show what was filled in for the person; the keyboard stays."""
        self.form.show_values(values)

    def show_returning(self, say: Say | None) -> None:
        """Offer to fill in what is known of a person who was here before."""
        self.form.show_returning(say)

    def show_earlier_name(self, may: bool) -> None:
        """Whether the name that this PIN had here can be taken."""
        self.form.show_earlier_name(may)

    def set_pin_mask(self, masked: str) -> None:
        """What stands in the place of the PIN while it is not typed."""
        self.form.pin.set_mask(masked)

    def show_tabs(self, drafts: tuple[DraftTab, ...], current: UUID | None) -> None:
        """Show the drafts."""
        self.tabs.show_drafts(drafts, current)

    def show_saved(self, say: Say, tone: str, icon: str) -> None:
        """Say whether the draft is on the disk."""
        self._saved_icon.set_icon(icon, tone)
        self._saved.say(say)
        self._comfort_holds = tone != "danger"
        self._show_comfort()

    def show_remarks(self, remarks: tuple[Remark, ...]) -> None:
        """Show remarks where they belong."""
        self.form.remark(remarks)

    def show_missing(self, places: tuple[FieldPlace, ...]) -> None:
        """Name what is not filled in yet, as links that lead there."""
        self._missing.show_places(places)
        self._missing_count = len(places)
        self._show_comfort()

    def _show_comfort(self) -> None:
        """Words that need not be there give way to those that must."""
        roomy = self.width() >= look.px(TWO_COLUMNS_FROM) and self._missing_count < 2
        self._comfort.setVisible(self._comfort_holds and roomy)

    def focus_on(self, name: str) -> None:
        """Lead the keyboard to a field and bring it into sight."""
        self.form.focus_on(name)
        field = self.form.fields.get(name)
        if field is not None:
            self._form_scroll.ensureWidgetVisible(field, 24, 48)

    def show_sign(self, name: str, sign: str) -> None:
        """Show where in a field a sign stands that cannot be kept."""
        self.form.pick_out(name, sign)

    def show_attachments(self, attached: tuple[AttachedRow, ...]) -> None:
        """List the files."""
        self.form.show_attachments(attached)

    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None:
        """Give a chooser its list."""
        self.form.offer(name, query, choices)

    def show_earlier(self, rows: tuple[EarlierRow, ...]) -> None:
        """Earlier requests of the person."""
        self.beside.earlier.show_rows(rows)
        self._mark_drawer()

    def show_twin(self, twin: TwinRow | None) -> None:
        """A possible repeat."""
        self.beside.twin.show_twin(twin)
        self._mark_drawer()

    def show_law(self, notices: tuple[Notice, ...]) -> None:
        """What the law says."""
        self.beside.law.show_notices(notices)

    def show_message(self, tone: str, icon: str, title: Say, body: Say) -> None:
        """Say something above the form."""
        self._message.tell(tone, icon, title, body)

    def ask_last_number(self, number: str) -> None:
        """After an unclean start, let the clerk compare the last number given here with the paper."""
        self._last_number.tell(
            "warning",
            "warning-circle",
            lambda: tr("Last number given here: {number}", number=formats.unbroken(number)),
            lambda: tr(
                "The program was not closed last time. Compare with the last receipt on paper. If that has a later"
                " number, say so here: then the head of the office or two people at the centre look at it."
            ),
        )

    def hide_last_number(self) -> None:
        """It was compared."""
        self._last_number.hide()

    def hide_message(self) -> None:
        """Nothing to say above the form."""
        self._message.hide()

    def set_registering(self, possible: bool) -> None:
        """Whether *Register* can be pressed."""
        self.register.setEnabled(possible)

    def ask_review(self, facts: Facts, text: str, warnings: tuple[Say, ...]) -> None:
        """Show the last look before the number."""
        review = Review(self, facts, text, warnings)
        review.register_clicked.connect(self.register_confirmed)
        review.finished.connect(self._drop_review)
        self._review = review
        review.open()

    @property
    def shows_review(self) -> bool:
        """Whether the last look before the number is open."""
        return self._review is not None

    def show_moved(self, title: Say, body: Say) -> None:
        """The review stands there once more; say why."""
        if self._review is not None:
            self._review.show_moved(title, body)

    def show_registering(self) -> None:
        """The number is being given."""
        self.register.setEnabled(False)

    def show_refused(self, say: Say) -> None:
        """It was not registered; say why where the person looks."""
        self.register.setEnabled(True)
        if self._review is not None:
            self._review.show_error(say)
        else:
            self.show_message("danger", "warning-circle", lambda: tr("Not registered"), say)

    def close_review(self) -> None:
        """Back to the form."""
        self.register.setEnabled(True)
        if self._review is not None:
            self._review.reject()

    def show_registered_screen(self) -> None:
        """Turn to the request just registered."""
        if self._review is not None:
            self._review.accept()
        self.register.setEnabled(True)
        self._stack.setCurrentWidget(self.registered)
        attention.turn()
        self.registered.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_how_counted(self, due: DuePreview) -> None:
        """Show the arithmetic of a term."""
        HowCounted(self, due).open()

    @property
    def shows_registered(self) -> bool:
        """Whether the number's screen stands before the form."""
        return self._stack.currentWidget() is self.registered

    # inner

    def _press_register(self) -> None:
        if self.register.is_live and self._review is None:
            self.register_clicked.emit()

    def _drop_review(self) -> None:
        self._review = None

    def _mark_drawer(self) -> None:
        asks = not self.beside.twin.isHidden() or not self.beside.earlier.isHidden()
        self._open_drawer.set_icon("warning" if asks else "columns")

    def _show_drawer(self) -> None:
        if not self._in_drawer:
            return
        if self._drawer.isVisible():
            self._drawer.close_drawer()
            self.form.setFocus()
        else:
            self._drawer.open_drawer()

    def _fit(self) -> None:
        narrow = self.width() < look.px(TWO_COLUMNS_FROM)
        self._side.setFixedWidth(look.px(316) + 24)
        if narrow != self._in_drawer:
            self._in_drawer = narrow
            self._drawer.hide()
            if narrow:
                self._side.hide()
                self._drawer.hold(self._beside_scroll)
            else:
                self._drawer.give_back()
                self._beside_place.addWidget(self._beside_scroll)
                self._side.show()
        self._show_comfort()
        self._open_drawer.setVisible(narrow)
        self._open_drawer.set_narrow(narrow)
        for button in (self.later, self.register):
            button.set_bare(self.width() < look.px(BARE_BELOW))
        self._form_margins.setContentsMargins(24, 0, 24 if narrow else 16, 8)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def take_keyboard(self) -> None:
        if self.shows_registered:
            self.form_asked.emit()  # who comes here comes to write; the last paper is among the requests
            return
        last: QWidget | None = self._entry.focusWidget()
        if last is not None and self.form.isAncestorOf(last):
            last.setFocus()
        else:
            self.form.pin.setFocus()

    @override
    def keys(self) -> tuple[tuple[str, Say], ...]:
        if self.shows_registered:
            return (
                ("F9", lambda: tr("Print the receipt")),
                ("F2", lambda: tr("Next citizen")),
                ("Ctrl+S", lambda: tr("Save the receipt as PDF")),
            )
        return (
            ("F2", lambda: tr("A new draft")),
            ("F3", lambda: tr("Fill in what is known of a person who was here before")),
            ("Shift+F3", lambda: tr("Take the name that this PIN had here before")),
            ("F5", lambda: tr("One more matter")),
            ("F6", lambda: tr("Add files")),
            ("F7", lambda: tr("Earlier requests and what the law says")),
            ("F8", lambda: tr("Put this draft aside")),
            ("F9", lambda: tr("Check and register")),
            ("↓", lambda: tr("Open the list of a field")),
            ("Alt+Н, О, У", lambda: tr("The letters Ң, Ө, Ү: by these keys, with the Latin layout too")),
        )
