"""The Settings screen: groups one below the other; every change holds at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.settings.values import (
    LOCK_MINUTES,
    AppearanceShown,
    Fact,
    MediumShown,
    PersonShown,
    PrinterShown,
)
from liaison_desktop.ui.shell.topbar import LANGUAGES
from liaison_desktop.ui.shell.view import Screen
from liaison_desktop.ui.theme.look import TEXT_SIZES, Size, look
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.chooser import Choice, Chooser
from liaison_desktop.ui.widgets.fields import Field
from liaison_desktop.ui.widgets.files import choose_folder
from liaison_desktop.ui.widgets.layout import Card, Scroll, boxed, clear, row
from liaison_desktop.ui.widgets.messages import Badge, MessageBar
from liaison_desktop.ui.widgets.passwords import PasswordField
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class PasswordCard(Card):
    """The person and a new password; the old one is asked for."""

    change_clicked = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__(pad=16, gap=10)
        self.column.addWidget(Text(lambda: tr("Person"), Size.SECTION, strong=True))
        self._name = Text("", strong=True, wrap=True)
        self._role = Text("", tone="muted", wrap=True)
        self.column.addWidget(self._name)
        self.column.addWidget(self._role)
        self.old, self.new, self.again = (PasswordField() for _ in range(3))
        for name, field in (("old", self.old), ("new", self.new), ("again", self.again)):
            field.setObjectName(f"settings.password.{name}")
        fields = QGridLayout()
        fields.setSpacing(12)
        fields.addWidget(Field(lambda: tr("Present password"), self.old), 0, 0)
        fields.addWidget(Field(lambda: tr("New password"), self.new), 1, 0)
        fields.addWidget(Field(lambda: tr("New password once more"), self.again), 1, 1)
        for place in (0, 1):
            fields.setColumnStretch(place, 1)
        self.column.addLayout(fields)
        self.change = Button(lambda: tr("Change my password"))
        self.change.setObjectName("settings.password.change")
        self.change.clicked.connect(
            lambda: self.change_clicked.emit(self.old.text(), self.new.text(), self.again.text())
        )
        self.again.returnPressed.connect(self.change.click)
        self.note = Text(
            lambda: tr("It opens the store of this computer. The centre asks for it at a first sign-in elsewhere."),
            Size.SECONDARY,
            tone="muted",
            wrap=True,
        )
        line = row(self.change, self.note, gap=12)
        line.setStretch(1, 1)
        self.column.addLayout(line)
        self.lock = Segments(
            tuple((str(minutes), str(minutes)) for minutes in LOCK_MINUTES),
            lambda: tr("Lock after so many minutes without a touch"),
        )
        self.lock.setObjectName("settings.lock")
        self.column.addLayout(row(Field(lambda: tr("Lock after so many minutes without a touch"), self.lock), 1))

    def show_person(self, person: PersonShown) -> None:
        """Show who is signed in."""
        self._name.say(person.name)
        self._role.say(lambda: f"{person.role()} · {person.login}")

    def show_note(self, tone: str, say: Say) -> None:
        """Say what came of it."""
        self.note.set_tone(tone)
        self.note.say(say)

    def empty(self) -> None:
        """Forget what was typed."""
        for field in (self.old, self.new, self.again):
            field.forget()


class Settings(Screen):
    """Emits what the person did; shows what the presenter says."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    text_size_chosen = Signal(int)
    lock_chosen = Signal(int)
    password_clicked = Signal(str, str, str)
    printer_chosen = Signal(str)
    printers_asked = Signal(str)
    test_print_clicked = Signal()
    medium_chosen = Signal(str)
    medium_cleared = Signal()
    update_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.SETTINGS)
        self.person = PasswordCard()
        self.person.change_clicked.connect(self.password_clicked)
        self.person.lock.chosen.connect(lambda value: self.lock_chosen.emit(int(value)))
        left, right = QVBoxLayout(), QVBoxLayout()
        for box in (left, right):
            box.setSpacing(12)
        left.addWidget(self.person)
        left.addWidget(self._build_appearance())
        left.addWidget(self._build_printer())
        left.addWidget(self._build_medium())
        left.addStretch(1)
        right.addWidget(self._build_workplace())
        right.addWidget(self._build_about())
        right.addStretch(1)
        self._columns = QGridLayout()
        self._columns.setContentsMargins(24, 20, 24, 24)
        self._columns.setSpacing(16)
        self._left, self._right = boxed(left), boxed(right)
        self._columns.addWidget(self._left, 0, 0)
        self._columns.addWidget(self._right, 0, 1)
        self._columns.setColumnStretch(0, 6)
        self._columns.setColumnStretch(1, 5)
        inner = QWidget()
        inner.setLayout(self._columns)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(inner, self))

    def _build_appearance(self) -> Card:
        card = Card(pad=16, gap=12)
        card.column.addWidget(Text(lambda: tr("Language and appearance"), Size.SECTION, strong=True))
        self.language = Segments(LANGUAGES, lambda: tr("Language"))
        self.language.setObjectName("settings.language")
        self.theme = Segments((("light", lambda: tr("Light")), ("dark", lambda: tr("Dark"))), lambda: tr("Appearance"))
        self.theme.setObjectName("settings.theme")
        self.text_size = Segments(
            tuple((str(size), f"{size}\u00a0%") for size in TEXT_SIZES), lambda: tr("Size of the text")
        )
        self.text_size.setObjectName("settings.text_size")
        self.language.chosen.connect(self.language_chosen)
        self.theme.chosen.connect(self.theme_chosen)
        look.changed.connect(self._follow_theme)
        self.text_size.chosen.connect(lambda value: self.text_size_chosen.emit(int(value)))
        card.column.addLayout(row(Field(lambda: tr("Language"), self.language), 1))
        card.column.addLayout(
            row(
                Field(lambda: tr("Appearance"), self.theme),
                Field(lambda: tr("Size of the text"), self.text_size),
                1,
                gap=24,
            )
        )
        return card

    def _build_printer(self) -> Card:
        card = Card(pad=16, gap=12)
        card.column.addWidget(Text(lambda: tr("Printer of receipts"), Size.SECTION, strong=True))
        self.printer = Chooser(
            icon="printer", say=lambda: tr("ask at every print"), empty=lambda: tr("This computer has no printer.")
        )
        self.printer.set_clear_words(lambda: tr("Ask at every print"))
        self.printer.setObjectName("settings.printer")
        tell(self.printer, self.printer.setAccessibleName, lambda: tr("Printer of receipts"))
        self.printer.asked.connect(self.printers_asked)
        self.printer.picked.connect(self.printer_chosen)
        self.test_print = Button(lambda: tr("Print a test receipt"), icon="printer")
        self.test_print.setObjectName("settings.test_print")
        self.test_print.clicked.connect(self.test_print_clicked)
        line = row(self.printer, self.test_print, gap=12)
        line.setStretch(0, 1)
        card.column.addLayout(line)
        return card

    def _build_medium(self) -> Card:
        card = Card(pad=16, gap=10)
        title = Text(lambda: tr("Second medium"), Size.SECTION, strong=True)
        self._medium_state = Badge("", "neutral", "hard-drive")
        card.column.addLayout(row(title, 1, self._medium_state))
        card.column.addWidget(
            Text(
                lambda: tr(
                    "Every registration is also written, encrypted, to another disk or stick. When this computer's"
                    " store was put back to an older state, that is seen by it at the next start."
                ),
                Size.SECONDARY,
                tone="muted",
                wrap=True,
            )
        )
        self._medium = Text("", wrap=True)
        self._medium.setObjectName("settings.medium.folder")
        choose = Button(lambda: tr("Choose a folder"), icon="folder-open")
        choose.setObjectName("settings.medium.choose")
        choose.clicked.connect(self._choose_medium)
        self._no_medium = Button(lambda: tr("Without a second medium"))
        self._no_medium.setObjectName("settings.medium.clear")
        self._no_medium.clicked.connect(self.medium_cleared)
        card.column.addWidget(self._medium)
        card.column.addLayout(row(choose, self._no_medium, 1))
        return card

    def _build_workplace(self) -> Card:
        card = Card(pad=16, gap=10)
        card.column.addWidget(Text(lambda: tr("This workplace"), Size.SECTION, strong=True))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        card.column.addLayout(self._facts)
        return card

    def _build_about(self) -> Card:
        card = Card(pad=16, gap=10)
        card.column.addWidget(Text(lambda: tr("About the program"), Size.SECTION, strong=True))
        self._about = QVBoxLayout()
        self._about.setSpacing(6)
        card.column.addLayout(self._about)
        self.message = MessageBar()
        self.message.hide()
        card.column.addWidget(self.message)
        return card

    # what the presenter asks

    def show_person(self, person: PersonShown) -> None:
        """Who is signed in."""
        self.person.show_person(person)

    def show_appearance(self, shown: AppearanceShown) -> None:
        """What is chosen."""
        self.language.set_value(shown.language)
        self.theme.set_value(shown.theme)
        self.text_size.set_value(str(shown.text_size))

    def show_lock(self, minutes: int) -> None:
        """After how long the citizen is hidden."""
        self.person.lock.set_value(str(minutes))

    def show_password_note(self, tone: str, say: Say) -> None:
        """What came of changing the password."""
        self.person.show_note(tone, say)

    def empty_passwords(self) -> None:
        """Forget what was typed."""
        self.person.empty()

    def show_printer(self, printer: PrinterShown | None) -> None:
        """The chosen printer."""
        self.printer.set_choice(Choice(printer.name, printer.words) if printer else None)

    def offer_printers(self, query: str, printers: tuple[PrinterShown, ...]) -> None:
        """The list under the field."""
        self.printer.offer(query, tuple(Choice(one.name, one.words) for one in printers))

    def show_medium(self, medium: MediumShown) -> None:
        """The second medium."""
        self._medium.say(medium.folder)
        self._medium.setVisible(bool(medium.folder))
        self._no_medium.setVisible(bool(medium.folder))
        icon = {"success": "check", "warning": "warning", "danger": "warning-circle"}.get(medium.tone, "hard-drive")
        self._medium_state.show_state(medium.say, medium.tone, icon)

    def show_workplace(self, facts: tuple[Fact, ...]) -> None:
        """What this computer is."""
        clear(self._facts)
        for place, (label, words) in enumerate(facts):
            self._facts.addWidget(Text(label, Size.SECONDARY, tone="muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            value = Text(words, wrap=True, figures=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(value, place, 1)

    def show_about(self, lines: tuple[Say, ...]) -> None:
        """Versions, sources, licences."""
        clear(self._about)
        for place, line in enumerate(lines):
            tone = "text" if place == 0 else "muted"
            self._about.addWidget(Text(line, Size.BODY if place == 0 else Size.SECONDARY, tone=tone, wrap=True))

    def show_message(self, tone: str, icon: str, title: Say, body: Say) -> None:
        """Say what came of something."""
        self.message.tell(tone, icon, title, body)

    def _choose_medium(self) -> None:
        folder = choose_folder(self, tr("Second medium"))
        if folder:
            self.medium_chosen.emit(folder)

    def _follow_theme(self) -> None:
        """The top bar turns the theme too."""
        self.theme.set_value(look.tokens.name)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        one_column = self.width() < look.px(960)
        place = (1, 0) if one_column else (0, 1)
        self._columns.addWidget(self._right, *place)
        self._columns.setColumnStretch(1, 0 if one_column else 5)

    @override
    def take_keyboard(self) -> None:
        self.update_asked.emit()
        self.language.setFocus()

    def to_password(self) -> None:
        """Lead the keyboard to the change of password."""
        self.person.old.setFocus()
