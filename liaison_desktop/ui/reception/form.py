"""The form itself: one page of related groups, nothing decided here."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QPoint, QRegularExpression, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QRegularExpressionValidator,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.reception.attachments import Attachments
from liaison_desktop.ui.reception.room import GAP, LOOSE, FormRoom
from liaison_desktop.ui.reception.signed import Signed
from liaison_desktop.ui.reception.values import AttachedRow, FormValues, Remark
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.chooser import Choice, Chooser
from liaison_desktop.ui.widgets.fields import Field, FieldRow, LineField, MaskedField, TextField
from liaison_desktop.ui.widgets.files import choose_files
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Card, Rule, boxed, row
from liaison_desktop.ui.widgets.letters import LetterButtons
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.text import Link, Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.person import group_phone

CATEGORIES = 3
"""How many subjects one request may be given at the counter."""
NARROW_BELOW = 650
"""Width of the form, in pixels of plain text, below which what stands side by side stands one below the other."""


class AppealForm(Card):
    """Citizen above, request below; tells every change and shows remarks where they belong."""

    changed = Signal(str)
    field_left = Signal(str)
    asked = Signal(str, str, str)
    """Name of a field with a list, what is typed in it, and the place of the person as far as it is chosen."""
    files_chosen = Signal(list)
    file_dropped = Signal(str)
    returning_clicked = Signal()
    earlier_name_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=15, gap=LOOSE.gap, parent=parent)
        self.column.setContentsMargins(15, 8, 15, 10)
        self._showing = False
        self._narrow = False
        self._rows: list[FieldRow] = []
        self._category_rows = 1
        self.fields: dict[str, Field] = {}
        self._build_citizen()
        self.column.addWidget(Rule())
        self._build_request()
        self.column.addStretch(1)
        self._room = FormRoom(self.column, self.fields["text"], self.text, self.signatories, self.attachments)
        self.setAcceptDrops(True)
        self._tell_changes()
        self._lead_tab()

    # what stands in it

    def values(self) -> FormValues:
        """Everything as it stands now."""
        return FormValues(
            is_collective=self.collective.value() == "collective",
            signatories_count=self.signatories_count.text(),
            signatories=self.signatories.text(),
            pin=self.pin.text(),
            no_pin_reason=self.no_pin_reason.text(),
            birth_on=self.birth_on.text(),
            surname=self.surname.text(),
            given_name=self.given_name.text(),
            patronymic=self.patronymic.text(),
            phone=self.phone.text(),
            email=self.email.text(),
            document=self.document.text(),
            answer_by=self.answer_by.value(),
            territory=self.territory.choice(),
            settlement=self.settlement.text(),
            street=self.street.text(),
            kind=self.kind.value(),
            form=self.form.value(),
            language=self.language.value(),
            addressee=self.addressee.choice(),
            categories=tuple(choice for one in self.categories if (choice := one.choice()) is not None),
            subject=self.subject.text(),
            text=self.text.text(),
            as_typed=tuple((name, text) for name, one in self._choosers.items() if (text := one.typed())),
        )

    def show_values(self, values: FormValues) -> None:
        """Show a draft; nobody is told."""
        self._showing = True
        self.collective.set_value("collective" if values.is_collective else "individual")
        for control, text in (
            (self.signatories_count, values.signatories_count),
            (self.pin, values.pin),
            (self.no_pin_reason, values.no_pin_reason),
            (self.birth_on, values.birth_on),
            (self.surname, values.surname),
            (self.given_name, values.given_name),
            (self.patronymic, values.patronymic),
            (self.phone, values.phone),
            (self.email, values.email),
            (self.document, values.document),
            (self.settlement, values.settlement),
            (self.street, values.street),
            (self.subject, values.subject),
        ):
            if control.text() != text:
                control.setText(text)
                control.setCursorPosition(0)
        self.signatories.set_text(values.signatories)
        self.text.set_text(values.text)
        self.answer_by.set_value(values.answer_by)
        self.kind.set_value(values.kind)
        self.form.set_value(values.form)
        self.language.set_value(values.language)
        self.territory.set_choice(values.territory)
        self.addressee.set_choice(values.addressee)
        for place, chooser in enumerate(self.categories):
            chooser.set_choice(values.categories[place] if place < len(values.categories) else None)
        self._category_rows = max(1, len(values.categories) + self._show_typed(values))
        self._no_pin = bool(values.no_pin_reason or values.birth_on)
        self._showing = False
        self._fit_parts()

    def _show_typed(self, values: FormValues) -> int:
        """Show what was typed into lists and not chosen, categories in the places left; gives how many those are."""
        free = list(self.categories[len(values.categories) :])
        for name, text in values.as_typed:
            chooser = self._choosers.get(name)
            if chooser in self.categories:
                chooser = free.pop(0) if free else None
            if chooser is not None and chooser.choice() is None:
                chooser.show_typed(text)
        return len(self.categories) - len(values.categories) - len(free)

    def rename_choices(self, values: FormValues) -> None:
        """Say chosen things in another language; what was typed stays."""
        shown = replace(
            self.values(),
            territory=values.territory,
            addressee=values.addressee,
            categories=values.categories,
            language=values.language,
        )
        self.show_values(shown)

    def show_attachments(self, attached: tuple[AttachedRow, ...]) -> None:
        """List the files."""
        self.attachments.show_files(attached)

    def remark(self, remarks: tuple[Remark, ...]) -> None:
        """Show these remarks and no others."""
        spoken = {name for name, _, _ in remarks}
        for name, field in self.fields.items():
            if name not in spoken:
                field.quiet()
        for name, tone, say in remarks:
            field_of = self.fields.get(name)
            if field_of is None:
                continue
            if tone == "success":
                field_of.quiet()
                field_of.say_good(say)
            elif tone == "danger":
                field_of.say_error(say)
            else:
                field_of.say_warning(say)
        self._place_kind_words()

    def _place_kind_words(self) -> None:
        """Below the choice when there is the room, else as near to it as can be."""
        room = self.contentsRect().width() - 2 * self.column.contentsMargins().left()
        left = self.kind.mapTo(self, QPoint(0, 0)).x() - self.column.contentsMargins().left()
        self._kind_words.setContentsMargins(max(0, min(left, room - self.fields["kind"].message_width())), 0, 0, 0)

    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None:
        """Give a chooser its list."""
        chooser = self.chooser(name)
        if chooser is not None:
            elsewhere = self._chosen_beside(chooser)
            chooser.offer(query, tuple(one for one in choices if one.code not in elsewhere))

    def _chosen_beside(self, chooser: Chooser) -> frozenset[str]:
        """The codes of what is chosen in the other lists of the same kind: a matter is named once."""
        if chooser not in self.categories:
            return frozenset()
        others = (one.choice() for one in self.categories if one is not chooser)
        return frozenset(one.code for one in others if one is not None)

    def _place_code(self) -> str:
        place = self.territory.choice()
        return "" if place is None else place.code

    def chooser(self, name: str) -> Chooser | None:
        """The chooser of a field's name; further categories are ``category.2`` and ``category.3``."""
        return self._choosers.get(name)

    def show_returning(self, say: Say | None) -> None:
        """Offer to fill in what is known of a person who was here before, or nothing."""
        if say is not None:
            self.returning.say(say)
        self.returning.setVisible(say is not None)

    def show_earlier_name(self, may: bool) -> None:
        """Whether the name that this PIN had here can be taken."""
        self._earlier_name.setVisible(may)

    def focus_on(self, name: str) -> None:
        """Lead the keyboard to a field."""
        if name in ("no_pin_reason", "birth_on"):
            self._no_pin = True
            self._fit_parts()
        field = self.fields.get(name)
        if field is not None:
            target = field.control
            target.setFocus()

    def pick_out(self, name: str, sign: str) -> None:
        """Select a sign that cannot be kept in its field."""
        field = self.fields.get(name)
        if field is not None and isinstance(field.control, (LineField, TextField)):
            field.control.pick_out(sign)

    # building

    def _build_citizen(self) -> None:
        self.collective = self._segments(
            "collective",
            (("individual", lambda: tr("Individual")), ("collective", lambda: tr("Collective"))),
            lambda: tr("Individual or collective"),
            names.RECEPTION_COLLECTIVE,
        )
        self.collective.set_value("individual")
        self.returning = Button("", key="F3", icon="user-circle")
        self.returning.setObjectName(names.RECEPTION_RETURNING)
        self.returning.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.returning.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.returning.clicked.connect(self.returning_clicked)
        self.returning.hide()
        choices = Flow(12, from_right=True)
        choices.addWidget(self.returning)
        choices.addWidget(self.collective)
        self.column.addLayout(_head(lambda: tr("Citizen"), choices))
        self.pin = MaskedField()
        self.pin.set_eye_words(lambda: tr("Show or hide the PIN"))
        self.surname, self.given_name, self.patronymic = LineField(), LineField(), LineField()
        pin_field = self._field("pin", lambda: tr("PIN"), self.pin, names.RECEPTION_PIN)
        self._pin_link = Link(lambda: tr("no PIN"), Size.SECONDARY)
        self._pin_link.setObjectName(names.RECEPTION_NO_PIN)
        self._pin_link.clicked.connect(self._turn_no_pin)
        pin_field.add_to_label(self._pin_link)
        surname = self._field("surname", lambda: tr("Surname"), self.surname, names.RECEPTION_SURNAME)
        self._earlier_name = Link(lambda: tr("the earlier one"), Size.SECONDARY)
        self._earlier_name.setObjectName(names.RECEPTION_EARLIER_NAME)
        self._earlier_name.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Shift+F3 does it; Tab goes on to the given name
        self._earlier_name.clicked.connect(self.earlier_name_clicked)
        self._earlier_name.hide()
        surname.add_to_label(self._earlier_name)
        given = self._field("given_name", lambda: tr("Given name"), self.given_name, names.RECEPTION_GIVEN_NAME)
        patronymic = self._field("patronymic", lambda: tr("Patronymic"), self.patronymic, names.RECEPTION_PATRONYMIC)
        self._add_row((pin_field, 20), (surname, 18), (given, 18), (patronymic, 18), breaks=2)
        self.no_pin_reason = LineField(say=lambda: tr("for example: a citizen of another country"))
        self.birth_on = LineField(figures=True, say=lambda: tr("for example: 14.03.1988"))
        self._no_pin = False
        reason = self._field(
            "no_pin_reason", lambda: tr("Why there is no PIN"), self.no_pin_reason, names.RECEPTION_NO_PIN_REASON
        )
        birth = self._field(
            "birth_on",
            lambda: tr("Date of birth"),
            self.birth_on,
            names.RECEPTION_BIRTH_ON,
            optional=lambda: tr("optional"),
        )
        self._without_pin = FieldRow((reason, 3), (birth, 1))
        self.column.addWidget(self._without_pin)
        self._build_contacts()
        self._build_address()
        self._build_signatories()

    def _build_contacts(self) -> None:
        self.phone = LineField(figures=True, reads=group_phone)
        self.document = LineField(say=lambda: tr("ID…"), figures=True)
        self.email = LineField()
        self.answer_by = self._segments(
            "answer_by",
            (
                ("letter", lambda: tr("Letter")),
                ("phone", lambda: tr("Telephone")),
                ("email", lambda: tr("E-mail")),
                ("in_person", lambda: tr("Comes in person")),
            ),
            lambda: tr("How the answer is received"),
            names.RECEPTION_ANSWER_BY,
        )
        answer = Field(lambda: tr("How the answer is received"), self.answer_by)
        self.fields["answer_by"] = answer
        phone = self._field("phone", lambda: tr("Telephone number"), self.phone, names.RECEPTION_PHONE)
        document = self._field(
            "document",
            lambda: tr("Document"),
            self.document,
            names.RECEPTION_DOCUMENT,
            optional=lambda: tr("optional"),
        )
        self._add_row((phone, 5), (document, 4), (answer, 0), breaks=2)
        self.column.addWidget(self._field("email", lambda: tr("E-mail address"), self.email, names.RECEPTION_EMAIL))

    def _build_address(self) -> None:
        self.territory = self._new_chooser("territory", "map-pin", lambda: tr("district or city"))
        self.territory.setObjectName(names.RECEPTION_TERRITORY)
        self.settlement = LineField()
        self.street = LineField(say=lambda: tr("for example: Lenin, 27"))
        territory = self._field(
            "territory", lambda: tr("Address: region, district"), self.territory, names.RECEPTION_TERRITORY
        )
        settlement = self._field("settlement", lambda: tr("Village"), self.settlement, names.RECEPTION_SETTLEMENT)
        street = self._field("street", lambda: tr("Street, house, flat"), self.street, names.RECEPTION_STREET)
        self._add_row((territory, 21), (settlement, 7), (street, 11), breaks=1)

    def _build_signatories(self) -> None:
        self.signatories_count = LineField(figures=True)
        self.signatories_count.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,7}"), self))
        self.signatories = TextField(lines=LOOSE.signed, say=lambda: tr("one name a line"))
        count = self._field(
            "signatories_count",
            lambda: tr("How many signed"),
            self.signatories_count,
            names.RECEPTION_SIGNATORIES_COUNT,
        )
        written = self._field(
            "signatories",
            lambda: tr("Those who signed"),
            self.signatories,
            names.RECEPTION_SIGNATORIES,
            optional=lambda: tr("optional"),
        )
        self._signed = Signed(count, written, self.signatories)
        self.column.addWidget(self._signed)

    def _build_request(self) -> None:
        self.kind = self._segments(
            "kind",
            (
                ("proposal", lambda: tr("Proposal")),
                ("application", lambda: tr("Application")),
                ("complaint", lambda: tr("Complaint")),
                ("thanks", lambda: tr("Thanks")),
            ),
            lambda: tr("Kind of the request"),
            names.RECEPTION_KIND,
        )
        kind = self.fields["kind"] = Field(lambda: tr("Kind of the request"), self.kind)
        kind.hide()  # the choice stands in the title's line, its words below that line
        self._kind_words = kind.lend_message()
        self.form = self._segments(
            "form",
            (("written", lambda: tr("Written")), ("oral", lambda: tr("Oral"))),
            lambda: tr("Written or oral"),
            names.RECEPTION_FORM,
        )
        self.form.set_value("written")
        choices = Flow(8, from_right=True)
        choices.addWidget(self.kind)
        choices.addWidget(self.form)
        self._asked = _head(lambda: tr("Request"), choices)
        self.column.addLayout(self._asked)
        self.column.addWidget(self._kind_words)
        self.addressee = self._new_chooser("addressee", "user-circle", lambda: tr("position or body"))
        self._whom = QGridLayout()
        self._whom.setHorizontalSpacing(12)
        self._whom.setVerticalSpacing(8)
        self._whom.setColumnStretch(0, 6)
        self._whom.setColumnStretch(1, 5)
        self._whom.setRowStretch(1, 1)
        addressee = self._field("addressee", lambda: tr("To whom"), self.addressee, names.RECEPTION_ADDRESSEE)
        self._whom.addWidget(addressee, 0, 0)
        self.categories = [
            self._new_chooser("category" if n == 0 else f"category.{n + 1}", "tag", lambda: tr("what it is about"))
            for n in range(CATEGORIES)
        ]
        matter = QVBoxLayout()
        matter.setSpacing(6)
        for number, chooser in enumerate(self.categories):
            tell(chooser, chooser.setAccessibleName, lambda: tr("Matter"))
            chooser.setObjectName(
                names.RECEPTION_CATEGORY if number == 0 else f"{names.RECEPTION_CATEGORY}.{number + 1}"
            )
            matter.addWidget(chooser)
        self._matter = Field(lambda: tr("Matter"), boxed(matter), named=self.categories[0])
        self._matter.control = self.categories[0]
        self.fields["category"] = self._matter
        self._more = Link(lambda: tr("one more (F5)"), Size.SECONDARY)
        self._more.setObjectName("reception.category.more")
        self._more.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # on the way to the subject it would be pressed unawares
        self._more.clicked.connect(self.add_category)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.add_category)
        self._matter.add_to_label(self._more)
        self.subject = LineField()
        self._field("subject", lambda: tr("Subject"), self.subject, names.RECEPTION_SUBJECT)
        self._matters_beside = False
        self._place_subject()
        self.column.addLayout(self._whom)
        self._build_text()

    def _place_subject(self) -> None:
        """One matter leaves the line to the subject; several stand beside it, so that the text keeps its place."""
        lines = 2 if self._matters_beside else 1
        self._whom.addWidget(self._matter, 0, 1, lines, 1)
        self._whom.addWidget(self.fields["subject"], 1, 0, 1, 3 - lines)

    def _build_text(self) -> None:
        self.text = TextField(lines=LOOSE.lines)
        self.language = self._segments(
            "language",
            (("ky", "Кыргызча"), ("ru", "Русский")),
            lambda: tr("Language of the request"),
            names.RECEPTION_LANGUAGE,
            small=True,
        )
        self.language.set_value("ky")
        self.letters = LetterButtons(self.text)
        text = self._field("text", lambda: tr("Text"), self.text, names.RECEPTION_TEXT)
        text.add_to_label(self.language)
        text.add_to_label(self.letters)
        self.attachments = Attachments()
        self.attachments.add.clicked.connect(self.choose_files)
        self.attachments.removed.connect(self.file_dropped)
        self._written = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._written.setSpacing(GAP)
        self._written.addWidget(text, 5)
        self._written.addWidget(self.attachments, 3)
        self.column.addLayout(self._written, 10)

    def _add_row(self, *fields: tuple[Field, int], breaks: int) -> None:
        line = FieldRow(*fields, breaks=breaks)
        self._rows.append(line)
        self.column.addWidget(line)

    def _field(
        self, name: str, label: Say, control: QWidget, object_name: str, *, optional: Say | None = None
    ) -> Field:
        control.setObjectName(object_name)
        field = Field(label, control, optional=optional)
        self.fields[name] = field
        return field

    def _segments(
        self,
        name: str,
        choices: tuple[tuple[str, Say | str], ...],
        say: Say,
        object_name: str,
        *,
        small: bool = False,
    ) -> Segments:
        segments = Segments(choices, say, small=small)
        segments.setObjectName(object_name)
        segments.chosen.connect(lambda _value: self._on_changed(name))
        return segments

    def _new_chooser(self, name: str, icon: str, say: Say) -> Chooser:
        chooser = Chooser(icon=icon, say=say, empty=lambda: tr("Nothing found. Try a part of the word."))
        chooser.set_clear_words(lambda: tr("Take the choice away"))
        chooser.asked.connect(lambda query: self.asked.emit(name, query, self._place_code()))
        chooser.picked.connect(lambda _code: self._on_changed(name.partition(".")[0]))
        chooser.textEdited.connect(lambda _text: self._on_changed(f"{name}.typed"))
        chooser.left.connect(lambda: self._on_chooser_left(name.partition(".")[0]))
        self._choosers: dict[str, Chooser] = getattr(self, "_choosers", {})
        self._choosers[name] = chooser
        return chooser

    def _tell_changes(self) -> None:
        lines = {
            "pin": self.pin,
            "no_pin_reason": self.no_pin_reason,
            "birth_on": self.birth_on,
            "surname": self.surname,
            "given_name": self.given_name,
            "patronymic": self.patronymic,
            "phone": self.phone,
            "email": self.email,
            "document": self.document,
            "settlement": self.settlement,
            "street": self.street,
            "subject": self.subject,
            "signatories_count": self.signatories_count,
        }
        for name, line in lines.items():
            line.textChanged.connect(lambda _text, one=name: self._on_changed(one))
            line.left.connect(lambda one=name: self.field_left.emit(one))
        for name, area in (("text", self.text), ("signatories", self.signatories)):
            area.textChanged.connect(lambda one=name: self._on_changed(one))
            area.left.connect(lambda one=name: self.field_left.emit(one))
        self._fit_parts()

    def _on_changed(self, name: str) -> None:
        if self._showing:
            return
        self._fit_parts()
        self.changed.emit(name)

    def _turn_no_pin(self) -> None:
        self._no_pin = not self._no_pin
        self._fit_parts()
        (self.no_pin_reason if self._no_pin else self.pin).setFocus()

    def add_category(self) -> None:
        """Give the request one more matter; a place that is still empty is used."""
        empty = next((place for place, one in enumerate(self.categories) if not one.text()), None)
        if empty is None:
            return
        self._category_rows = empty + 1
        self._fit_parts()
        self.categories[empty].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chooser_left(self, name: str) -> None:
        if name == "category":
            QTimer.singleShot(0, self, self._close_gaps)
        self.field_left.emit(name)

    def _close_gaps(self) -> None:
        """A further matter that was left empty goes, once the keyboard is elsewhere."""
        if self.window().focusWidget() in self.categories:
            return
        filled = [(one.choice(), one.typed()) for one in self.categories if one.text()]
        self._category_rows = max(1, len(filled))
        now = [(one.choice(), one.typed()) for one in self.categories[: len(filled)]]
        for place, chooser in enumerate(self.categories):
            choice, typed = filled[place] if place < len(filled) else (None, "")
            if now != filled:
                chooser.set_choice(choice) if choice is not None else chooser.show_typed(typed)
        if now != filled:
            self._on_changed("category")
        self._fit_parts()

    def _lead_tab(self) -> None:
        """From the PIN, or the reason why there is none, to the names: the reason stands below them."""
        way = (
            *(self.pin, self._pin_link, self.no_pin_reason, self.birth_on),
            *(self.surname, self.given_name, self.patronymic, self.phone),
        )
        for before, after in pairwise(way):
            QWidget.setTabOrder(before, after)

    def _fit_parts(self) -> None:
        """Show the parts that this request needs, and those where something stands."""
        signed = self.signatories_count.text() or self.signatories.text()
        self._signed.setVisible(self.collective.value() == "collective" or bool(signed))
        without = self.no_pin_reason.text() or self.birth_on.text()
        self._without_pin.setVisible((self._no_pin and not self.pin.text()) or bool(without))
        self._pin_link.setVisible(not self.pin.text())
        self.fields["email"].setVisible(self.answer_by.value() == "email" or bool(self.email.text()))
        chosen = [bool(chooser.text()) for chooser in self.categories]
        rows = max(self._category_rows, max((n + 1 for n, one in enumerate(chosen) if one), default=1))
        for number, chooser in enumerate(self.categories):
            chooser.setVisible(number < rows)
        if self._matters_beside != (rows > 1):
            self._matters_beside = rows > 1
            for field in (self._matter, self.fields["subject"]):
                self._whom.removeWidget(field)
            self._place_subject()
        self._more.setVisible(all(chosen[:rows]) and rows < CATEGORIES)

    # the room there is

    def fit(self, width: int, height: int) -> None:
        """Stand in the room there is: one below the other where it is narrow for the letters, tight where it is low."""
        narrow = width < look.px(NARROW_BELOW)
        if narrow != self._narrow:
            self._narrow = narrow
            ways = QBoxLayout.Direction
            for line in self._rows:
                line.set_narrow(narrow)
            for part in (self._asked, self._written):
                part.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        wanted = self.heightForWidth(width)
        if wanted > 0:
            self._room.fit(wanted, height, is_narrow=narrow, is_collective=not self._signed.isHidden())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_kind_words()

    # files

    def choose_files(self) -> None:
        """Ask for files."""
        paths = choose_files(self, tr("Add files"))
        if paths:
            self.files_chosen.emit(paths)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_chosen.emit(paths)


def _head(say: Say, choices: Flow) -> QBoxLayout:
    """A title, and what is chosen at the right of it."""
    head = row(Text(say, Size.SECTION, strong=True), gap=12)
    head.addLayout(choices, 1)
    return head
