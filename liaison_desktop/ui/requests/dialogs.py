"""Small forms over the list: correct, add, withdraw, tell, check. Each makes one event; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid
from typing_extensions import override

from liaison_desktop.ui.reception.attachments import Attachments
from liaison_desktop.ui.reception.form import AppealForm
from liaison_desktop.ui.reception.form_scroll import FormScroll
from liaison_desktop.ui.reception.pins import pin_on_screen
from liaison_desktop.ui.reception.review import Look
from liaison_desktop.ui.reception.values import AttachedRow, FormValues, Remark
from liaison_desktop.ui.requests.correcting import LookedOver
from liaison_desktop.ui.requests.values import ActTyped, VerdictShown
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind, Segments
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.dialogs import ActDialog, Dialog
from liaison_desktop.ui.widgets.fields import Field, LineField, TextField
from liaison_desktop.ui.widgets.files import choose_file, choose_files
from liaison_desktop.ui.widgets.layout import boxed, column, row
from liaison_desktop.ui.widgets.letters import LetterButtons
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

LOW_BELOW = 600
"""Height of the window, in pixels of plain text, below which the form to be corrected needs all that can be spared."""

ANSWER_WAYS: tuple[tuple[str, Say], ...] = (
    ("letter", lambda: tr("by letter")),
    ("phone", lambda: tr("by telephone")),
    ("email", lambda: tr("by e-mail")),
    ("in_person", lambda: tr("in person")),
)


_Part = LineField | TextField | Segments


class TypedDialog(ActDialog):
    """An act in which something is typed, in parts by name; it tells every change, and shows what was typed before."""

    typed = Signal()
    _parts: Mapping[str, _Part]

    def as_typed(self) -> ActTyped:
        """Everything as it stands now."""
        return ActTyped(tuple((name, _said(part)) for name, part in self._parts.items()))

    def restore(self, typed: ActTyped) -> None:
        """Show what was typed before; nobody is told."""
        with QSignalBlocker(self):
            for name, part in self._parts.items():
                _put(part, typed.text(name))

    def _tell(self) -> None:
        if not self.signalsBlocked():
            self.typed.emit()

    def _listen(self, **parts: _Part) -> None:
        self.add_keeping()
        self._parts = parts
        for part in parts.values():
            changed = part.chosen if isinstance(part, Segments) else part.textChanged
            changed.connect(lambda *_: self._tell())


def _said(part: _Part) -> str:
    return part.value() if isinstance(part, Segments) else part.text()


def _put(part: _Part, text: str) -> None:
    """Show a text, and type on at its end; or make a choice."""
    match part:
        case Segments():
            part.set_value(text)
        case TextField():
            part.set_text(text)
            part.moveCursor(QTextCursor.MoveOperation.End)
        case LineField():
            part.setText(text)


class CorrectDialog(TypedDialog):
    """The fields as they stand, to be put right, and why. The original stays in the history."""

    asked = Signal(str, str, str)
    field_left = Signal()

    def __init__(self, parent: QWidget, number: str, values: FormValues) -> None:
        super().__init__(
            parent,
            lambda: tr("Correct the request {number}", number=number),
            lambda: tr("Write the correction"),
            name="correct",
            width=900,
        )
        self.form = AppealForm()
        self.form.show_values(values)
        self.form.pin.set_mask(pin_on_screen(values.pin))
        self.form.attachments.hide()
        self.form.setAcceptDrops(False)
        self.form.collective.setEnabled(False)
        self.form.signatories_count.setEnabled(False)
        self.form.signatories.setEnabled(False)
        self.form.form.setEnabled(False)
        self.form.language.setEnabled(False)
        self.form.asked.connect(self.asked)
        low = parent.window().height() < look.px(LOW_BELOW)
        self.reason = TextField(lines=1 if low else 2)
        self.reason.setMaximumHeight(look.px(64))
        self.reason.setObjectName("correct.reason")
        self._reason = Field(
            lambda: tr("Why it is corrected"),
            self.reason,
            hint=None
            if low
            else lambda: tr(
                "The first wording stays in the history; the correction goes to the centre as a new event."
            ),
        )
        if values.is_collective:
            self.body.addWidget(
                Text(
                    lambda: tr(
                        "How many signed, and who, stays as it was registered. A name that is missing or wrong goes as"
                        " an addition."
                    ),
                    Size.SECONDARY,
                    tone="muted",
                    wrap=True,
                )
            )
        held = column(self.form, gap=0)
        self._scroll = FormScroll(boxed(held), self.form, held)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._reason)
        self._listen(reason=self.reason)
        self.form.changed.connect(self._on_changed)
        self.form.field_left.connect(self._on_left)
        self.form.surname.setFocus()

    @override
    def as_typed(self) -> ActTyped:
        return replace(super().as_typed(), form=self.form.values())

    @override
    def restore(self, typed: ActTyped) -> None:
        super().restore(typed)
        if typed.form is not None:
            with QSignalBlocker(self):
                self.form.show_values(typed.form)
                self.form.pin.set_mask(pin_on_screen(typed.form.pin))

    def remark(self, remarks: tuple[Remark, ...]) -> None:
        """Show remarks on the fields; ``reason`` is the reason's own."""
        self.form.remark(remarks)
        self._reason.quiet()
        for name, _tone, say in remarks:
            if name == "reason":
                self._reason.say_error(say)
        self.go_on()
        self._lead_to(next((name for name, tone, _ in remarks if tone == "danger"), ""))

    def go_on(self) -> None:
        """It was not written yet: everything can be pressed again."""
        self.act.set_busy(False)

    def _on_changed(self, name: str) -> None:
        if name == "pin":
            self.form.pin.set_mask(pin_on_screen(self.form.pin.text()))
        self._tell()

    def _on_left(self, _name: str) -> None:
        if isValid(self) and self.isVisible():  # a window that goes takes the keyboard from its fields too
            self.field_left.emit()

    def _lead_to(self, name: str) -> None:
        """The keyboard goes to what is wrong: what is typed next must not fall into another field."""
        if name == "reason":
            self.reason.setFocus()
        elif name:
            self.form.focus_on(name)
            QTimer.singleShot(0, self, partial(self._bring_into_sight, name))  # when what is said has its place

    def _bring_into_sight(self, name: str) -> None:
        """The field with all that is said of it."""
        field = self.form.fields.get(name)
        if field is not None:
            self._scroll.ensureWidgetVisible(field, 0, look.px(8))

    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None:
        """Give a chooser its list."""
        self.form.offer(name, query, choices)


class SecondLook(Look):
    """What a correction changes and what is odd about it; F9 writes it as it was seen, Esc goes back to its form."""

    def __init__(self, parent: QWidget, looked: LookedOver) -> None:
        super().__init__(
            parent,
            lambda: tr("Look once more before it is written"),
            looked.facts,
            looked.text,
            looked.odd,
            back="correct.look.back",
        )
        self.setObjectName("correct.look")
        self.write = self.add_button(
            lambda: tr("Write it as it stands"), Kind.PRIMARY, key="F9", name="correct.look.act", waits=True
        )
        self.write.clicked.connect(self._press)
        self._act_by_f9(self._press, lambda: tr("Write it as it stands"))
        self.write.setFocus()

    def _press(self) -> None:
        if self.write.is_live:
            self.accept()


class SupplementDialog(TypedDialog):
    """What the applicant brings later: words and files."""

    files_chosen = Signal(list)
    file_removed = Signal(str)

    def __init__(self, parent: QWidget, number: str) -> None:
        super().__init__(
            parent,
            lambda: tr("Add to the request {number}", number=number),
            lambda: tr("Add"),
            name="supplement",
            width=640,
        )
        self.text = TextField(lines=5)
        self.text.setObjectName("supplement.text")
        self._text = Field(lambda: tr("What the applicant adds"), self.text)
        self._text.add_to_label(LetterButtons(self.text))
        self.attachments = Attachments()
        self.attachments.setMinimumHeight(150)
        self.attachments.add.clicked.connect(self._choose)
        self.attachments.removed.connect(self.file_removed)
        self.body.addWidget(self._text)
        self.body.addWidget(self.attachments, 1)
        self.let_scroll()
        self._files: tuple[str, ...] = ()
        self._listen(text=self.text)
        self.text.setFocus()

    @override
    def as_typed(self) -> ActTyped:
        return replace(super().as_typed(), files=self._files)

    def show_files(self, files: tuple[AttachedRow, ...]) -> None:
        """List the files."""
        self.attachments.show_files(files)
        self._files = tuple(one.name for one in files)
        self._tell()

    def _choose(self) -> None:
        paths = choose_files(self, tr("Add files"))
        if paths:
            self.files_chosen.emit(paths)


class WithdrawDialog(TypedDialog):
    """The applicant's wish not to go on, and how it was said."""

    def __init__(self, parent: QWidget, number: str) -> None:
        super().__init__(
            parent,
            lambda: tr("Withdraw the request {number}", number=number),
            lambda: tr("Withdraw the request"),
            name="withdraw",
            danger=True,
        )
        self.body.addWidget(
            Text(
                lambda: tr(
                    "Once withdrawn, the request is not considered any further. Its number and history stay. Withdraw"
                    " it only when the applicant asks for it."
                ),
                wrap=True,
            )
        )
        self.reason = TextField(lines=3)
        self.reason.setObjectName("withdraw.reason")
        self._reason = Field(lambda: tr("Why the applicant withdraws it"), self.reason)
        self.expressed = Segments(
            (("written", lambda: tr("Written")), ("oral", lambda: tr("Oral"))), lambda: tr("How the wish was expressed")
        )
        self.expressed.setObjectName("withdraw.expressed")
        self._expressed = Field(lambda: tr("How the wish was expressed"), self.expressed)
        self.body.addWidget(self._reason)
        self.body.addLayout(row(self._expressed, 1))
        self.let_scroll()
        self._listen(reason=self.reason, expressed=self.expressed)
        self.reason.setFocus()

    def remark(self, remarks: tuple[Remark, ...]) -> None:
        """Say at the fields what is missing; the keyboard goes to the first of them."""
        fields = {"reason": self._reason, "expressed": self._expressed}
        for field in fields.values():
            field.quiet()
        for name, _tone, say in reversed(remarks):
            fields[name].say_error(say)
            fields[name].control.setFocus()
        self.act.set_busy(False)


@dataclass(frozen=True, slots=True)
class Told:
    """How and when the answer was handed over."""

    how: str
    told_on: date
    note: str


class TellDialog(TypedDialog):
    """The answer has been handed over: how, and a note."""

    def __init__(self, parent: QWidget, number: str, wished: str, on: date) -> None:
        super().__init__(
            parent,
            lambda: tr("The applicant was told: {number}", number=number),
            lambda: tr("Mark as told"),
            name="tell",
        )
        self._on = on
        self.how = Segments(ANSWER_WAYS, lambda: tr("How the applicant was told"))
        self.how.setObjectName("tell.how")
        self.how.set_value(wished)
        self.note = LineField()
        self.note.setObjectName("tell.note")
        self.body.addLayout(row(Field(lambda: tr("How the applicant was told"), self.how), 1))
        self.body.addWidget(Field(lambda: tr("Note"), self.note, optional=lambda: tr("optional")))
        self.let_scroll()
        self._listen(how=self.how, note=self.note)
        self.note.returnPressed.connect(self.act.setFocus)
        self.how.setFocus()

    def told(self) -> Told:
        """What was marked."""
        return Told(self.how.value(), self._on, self.note.text())


class CheckDialog(Dialog):
    """Is this paper ours? By its number, by the code in its QR, or by a picture of it; works without a line."""

    text_checked = Signal(str)
    picture_chosen = Signal(str)
    open_clicked = Signal(bytes)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, lambda: tr("Check a receipt"), width=600)
        self.setObjectName("check")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._appeal: bytes | None = None
        self.text = LineField(icon="hash", figures=True, say=lambda: tr("for example: ALA-26-A-00042-7184"))
        self.text.setObjectName("check.text")
        go = Button(lambda: tr("Check"), Kind.PRIMARY, key="Enter")
        go.setObjectName("check.go")
        go.clicked.connect(lambda: self.text_checked.emit(self.text.text()))
        self.text.returnPressed.connect(lambda: self.text_checked.emit(self.text.text()))
        line = row(Field(lambda: tr("Number, or the text of the QR code"), self.text), gap=12)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        picture = Button(lambda: tr("Picture of the QR code"), icon="image")
        picture.setObjectName("check.picture")
        picture.clicked.connect(self._choose)
        self.body.addLayout(row(go, picture, 1, gap=12))
        self.verdict = MessageBar()
        self.verdict.setObjectName("check.verdict")
        self._open = self.verdict.add_action(Button(lambda: tr("Open"), Kind.LINK))
        self._open.setObjectName("check.open")
        self._open.clicked.connect(self._on_open)
        self.verdict.hide()
        self.body.addWidget(self.verdict)
        close = self.add_button(lambda: tr("Close"), key="Esc", name="check.close")
        close.clicked.connect(self.reject)
        self.setAcceptDrops(True)
        self.text.setFocus()

    def show_busy(self, say: Say) -> None:
        """It is being read."""
        self.verdict.tell("neutral", "hourglass", say)
        self._open.hide()

    def show_verdict(self, verdict: VerdictShown) -> None:
        """Say it in words."""
        self._appeal = verdict.appeal
        self._open.setVisible(verdict.appeal is not None)
        self.verdict.tell(verdict.tone, verdict.icon, verdict.say, verdict.body)

    def _choose(self) -> None:
        pictures = "*.png *.jpg *.jpeg *.jpe *.jfif"
        path = choose_file(self, tr("Picture of the QR code"), pictures)
        if path:
            self.picture_chosen.emit(path)

    def _on_open(self) -> None:
        if self._appeal is not None:
            self.open_clicked.emit(self._appeal)
            self.accept()
