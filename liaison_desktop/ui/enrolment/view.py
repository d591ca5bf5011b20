"""The screen of a computer that is no workplace yet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.enrolment.presenter import Enrolled
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.reception.registered import Preview
from liaison_desktop.ui.shell.topbar import LANGUAGES
from liaison_desktop.ui.signin.view import OfficePanel
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind, Segments
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.keys import Keys, tell_by_f1
from liaison_desktop.ui.widgets.layout import Card, Scroll, boxed, column, row
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.text import Glyph, NumberText, Text
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.errors import ContractError

HELD_MOST, SIDE, KEY_PAD, SCROLL_BAR = 720, 24, 14, 12
BARE_BELOW = 700
"""Width below which the button that prints does without its key's cap."""

FACTS: tuple[tuple[str, Say, Say], ...] = (
    (
        "ticket",
        lambda: tr("The code comes from the centre"),
        lambda: tr("The administrator makes it for this office. It works once and for a few days."),
    ),
    (
        "key",
        lambda: tr("The key is made here"),
        lambda: tr("The computer makes its own key; it never leaves this computer."),
    ),
    (
        "printer",
        lambda: tr("The end is a test receipt"),
        lambda: tr("When it is on paper, the workplace is ready to take requests, also without a line."),
    ),
)


class Enrolment(QWidget):
    """Two steps: the code, then the test receipt."""

    code_typed = Signal(str)
    begin_clicked = Signal(str, str, str)
    print_clicked = Signal()
    print_key_clicked = Signal()
    save_key_clicked = Signal()
    save_clicked = Signal()
    go_on_clicked = Signal()
    language_chosen = Signal(str)
    theme_turned = Signal()

    def __init__(self, server: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.ENROLMENT)
        self.panel = OfficePanel(
            lambda: tr("A new workplace"), lambda: tr("This computer joins the network of receptions."), lambda: ""
        )
        self.panel.show_facts(FACTS)
        self.languages = Segments(LANGUAGES, lambda: tr("Language"))
        self.languages.setObjectName("enrolment.language")
        tell(self.languages, self.languages.set_value, current)
        self.languages.chosen.connect(self.language_chosen)
        theme = IconButton("moon", lambda: tr("Light or dark"))
        theme.setObjectName("enrolment.theme")
        theme.clicked.connect(self.theme_turned)
        top = row(1, Glyph("globe", "muted"), self.languages, theme, gap=12)
        top.setContentsMargins(24, 0, 24, 0)
        self._steps = QStackedWidget()
        self._steps.addWidget(self._build_code(server, name))
        self._steps.addWidget(self._build_end())
        right = QVBoxLayout()
        right.setContentsMargins(0, 24, 0, 0)
        right.setSpacing(8)
        right.addLayout(top)
        right.addWidget(self._steps, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.panel)
        both.addLayout(right, 1)
        look.changed.connect(self._fit)
        tell_by_f1(self, self._keys)

    def _keys(self) -> Keys:
        act = ("Enter", lambda: tr("Enrol this computer"))
        if self._steps.currentIndex():
            act = ("F9", lambda: tr("Print the test receipt"))
        return (
            act,
            ("Tab", lambda: tr("To the next field")),
            ("Space", lambda: tr("Press the button that has the keyboard")),
            ("PgDn, PgUp", lambda: tr("Further down and up in what is read")),
        )

    def _build_code(self, server: str, name: str) -> QWidget:
        self.server = LineField(icon="globe", say=lambda: tr("for example: kattar.example"))
        self.server.setObjectName(names.ENROLMENT_SERVER)
        self.server.setText(server)
        self.code = LineField(icon="key", figures=True, say=lambda: "XXXXX-XXXXX-XXXXX-XXXXX")
        self.code.setObjectName(names.ENROLMENT_CODE)
        self.name = LineField(icon="desktop", say=lambda: tr("for example: first window"))
        self.name.setObjectName(names.ENROLMENT_NAME)
        self.name.setText(name)
        self._fields = {
            "server": Field(lambda: tr("Address of the centre"), self.server),
            "code": Field(lambda: tr("Enrolment code"), self.code),
        }
        self.begin = Button(lambda: tr("Enrol this computer"), Kind.PRIMARY, key="Enter", tall=True)
        self.begin.setObjectName(names.ENROLMENT_BEGIN)
        self.begin.clicked.connect(self._on_begin)
        self.code.textEdited.connect(self.code_typed)
        for field in (self.server, self.code, self.name):
            field.returnPressed.connect(self._on_begin)
        self.message = MessageBar()
        self.message.setObjectName(names.ENROLMENT_MESSAGE)
        self.message.hide()
        card = Card(pad=20, gap=14)
        card.column.addWidget(self._fields["server"])
        card.column.addWidget(self._fields["code"])
        card.column.addWidget(Field(lambda: tr("Name of this workplace"), self.name, optional=lambda: tr("optional")))
        card.column.addWidget(self.message)
        card.column.addLayout(row(1, self.begin))
        return self._centred(
            column(1, Text(lambda: tr("Enrol this computer"), Size.TITLE, strong=True), card, 2, gap=16)
        )

    def _build_end(self) -> QWidget:
        self._is_test_refused = False
        self._office = Text("", Size.TITLE, strong=True, wrap=True)
        self._end_note = MessageBar()
        self.preview = Preview()
        self.print = Button(lambda: tr("Print the test receipt"), Kind.PRIMARY, key="F9", tall=True, waits=True)
        self.print.setObjectName(names.ENROLMENT_PRINT)
        self.print.clicked.connect(self._press_print)
        self.save = Button(lambda: tr("Save the test receipt"), icon="file-pdf", tall=True)
        self.save.setObjectName(names.ENROLMENT_SAVE)
        self.save.clicked.connect(self.save_clicked)
        self.go_on = Button(lambda: tr("To the sign-in"), tall=True)
        self.go_on.setObjectName(names.ENROLMENT_GO_ON)
        self.go_on.clicked.connect(self.go_on_clicked)
        self.go_on.setEnabled(False)
        head = row(Glyph("check-circle", "success", 22), self._office, gap=10)
        head.setStretch(1, 1)
        self._key = NumberText(Size.SECTION)
        self._key.setObjectName("enrolment.recovery_key")
        key_card = Card(pad=KEY_PAD, gap=10)
        key_card.column.addLayout(
            row(Glyph("key", "warning"), Text(lambda: tr("Recovery key of this store"), strong=True), 1)
        )
        key_card.column.addWidget(self._key)
        key_card.column.addWidget(
            Text(
                lambda: tr(
                    "It is shown this once. With it the store can be opened when all passwords are forgotten. Print it"
                    " and put the paper into the safe, or save it as a file away from this computer; then it goes on."
                ),
                Size.SECONDARY,
                tone="muted",
                wrap=True,
            )
        )
        self.print_key = Button(lambda: tr("Print the recovery key"), icon="printer")
        self.print_key.setObjectName(names.ENROLMENT_PRINT_KEY)
        self.print_key.clicked.connect(self.print_key_clicked)
        self.save_key = Button(lambda: tr("Save the recovery key"), icon="file-pdf")
        self.save_key.setObjectName(names.ENROLMENT_SAVE_KEY)
        self.save_key.clicked.connect(self.save_key_clicked)
        self._key_note = Text("", Size.SECONDARY, tone="muted", wrap=True)
        self._key_note.hide()
        ways = Flow(12)
        ways.addWidget(self.print_key)
        ways.addWidget(self.save_key)
        key_card.column.addLayout(ways)
        key_card.column.addWidget(self._key_note)
        whole = column(head, self._end_note, key_card, row(self.save, 1), self.preview, gap=14)
        whole.setStretch(4, 1)
        step = QVBoxLayout()
        step.setContentsMargins(0, 0, 0, 0)
        step.setSpacing(0)
        step.addWidget(self._centred(whole), 1)
        step.addSpacing(8)  # what is scrolled ends above the buttons
        step.addWidget(self._held(column(row(1, self.go_on, self.print, gap=12))))
        holder = QWidget()
        holder.setLayout(step)
        key = QShortcut(QKeySequence("F9"), holder)
        key.setAutoRepeat(False)
        key.activated.connect(self._press_print)
        return holder

    def _centred(self, layout: QVBoxLayout) -> QWidget:
        return Scroll(self._held(layout))

    def _held(self, layout: QVBoxLayout) -> QWidget:
        inner = boxed(layout)
        inner.setMaximumWidth(HELD_MOST)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        holder = QWidget()
        holder.setLayout(middle)
        middle.setContentsMargins(SIDE, 0, SIDE, 20)
        return holder

    def hold(self, presenter: object, acts: object) -> None:
        """Own the presenter and its acts: Qt holds bound methods of plain objects weakly."""
        self._owned = (presenter, acts)

    # what the presenter asks

    def show_code(self, text: str) -> None:
        """Write the code in its groups."""
        self.code.setText(text)

    def show_busy(self, say: Say | None) -> None:
        """Say what is being done; the keyboard stays where it is."""
        for field in (self.server, self.code, self.name):
            field.setReadOnly(say is not None)
        self.begin.set_busy(say is not None)
        if say is None:
            self.message.hide()
        else:
            self.message.tell("primary", "hourglass", say)

    def show_error(self, field: str, say: Say) -> None:
        """Say what is wrong and where."""
        if field in self._fields:
            self._fields[field].say_error(say)
            self._fields[field].control.setFocus()
        else:
            self.message.tell("danger", "warning-circle", lambda: tr("The computer is not enrolled"), say)

    def quiet(self) -> None:
        """Take all remarks away."""
        self.message.hide()
        for holder in self._fields.values():
            holder.quiet()

    def show_enrolled(self, enrolled: Enrolled) -> None:
        """Turn to the end."""
        self._office.say(enrolled.office)
        self._key.show_number(enrolled.recovery_key)
        self._fit()
        self._end_note.tell(
            "success",
            "check-circle",
            lambda: tr("This computer is enrolled: {workplace}", workplace=enrolled.workplace()),
            lambda: tr("Print the test receipt and see that its code is sharp."),
        )
        self._steps.setCurrentIndex(1)
        attention.turn()
        self.print_key.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_preview(self, page: QImage) -> None:
        """Show the test receipt."""
        self.preview.show_page(page)

    def show_being_drawn(self) -> None:
        """Say that the paper comes in a moment."""
        self._end_note.tell(
            "neutral",
            "info",
            lambda: tr("The receipt is being prepared"),
            lambda: tr("It goes on by itself as soon as it is ready."),
        )

    def show_printed(self, tone: str, say: Say) -> None:
        """Say what came of printing: always two lines, so that nothing below them moves under the finger."""
        self._is_test_refused = tone != "success"
        if tone == "success":
            self._end_note.tell(tone, "check-circle", say, lambda: tr("Look whether the code in its corner is sharp."))
        else:
            self._end_note.tell(tone, "warning-circle", lambda: tr("Not done"), say)
        attention.turn()
        (self.go_on if self.go_on.isEnabled() else self.print_key).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_key_given(self, say: Say) -> None:
        """It can go on."""
        self._key_note.show()
        self._key_note.set_tone("success")
        self._key_note.say(say)
        self.go_on.setEnabled(True)
        if self._is_test_refused:
            self._end_note.tell(
                "neutral",
                "info",
                lambda: tr("It goes on without the test receipt"),
                lambda: tr("The recovery key is given. A test page is printed from Settings when there is a printer."),
            )

    def show_key_refused(self, say: Say) -> None:
        """Neither printed nor saved."""
        self._key_note.show()
        self._key_note.set_tone("danger")
        self._key_note.say(say)

    def show_refused(self, error: ContractError) -> None:
        """Say why the test receipt could not be made or saved."""
        self.show_printed("danger", lambda: say_error(error))

    def _press_print(self) -> None:
        if self.print.is_live:
            self.print_clicked.emit()

    def _on_begin(self) -> None:
        if self.begin.is_live:
            self.begin_clicked.emit(self.server.text(), self.code.text(), self.name.text())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The recovery key is whole in every window, however large the letters are."""
        self.panel.set_roomy(self.width() >= 1100)
        self.print.set_bare(self.width() < look.px(BARE_BELOW))
        self._key.fit(min(HELD_MOST, self.width() - self.panel.width() - 2 * SIDE) - 2 * KEY_PAD - SCROLL_BAR)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))
