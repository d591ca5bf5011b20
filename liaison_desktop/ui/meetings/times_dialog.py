"""The desk's form of times, and the button that opens it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.times import TimesTyped
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.dialogs import ActDialog
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr


class TimesDialog(ActDialog):
    """How many minutes each speaker and the present item have."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget, typed: TimesTyped, *, has_item: bool) -> None:
        super().__init__(parent, lambda: tr("Times"), lambda: tr("Set the times"), name=names.TIMES_FORM, width=480)
        self.lines = {"speaker": LineField(figures=True), "item": LineField(figures=True)}
        for name, line in self.lines.items():
            line.setObjectName(f"{names.TIMES_FORM}.{name}")
            line.setText(getattr(typed, name))
        self.fields = {
            "speaker": Field(
                lambda: tr("Minutes for each speaker"),
                self.lines["speaker"],
                hint=lambda: tr("Nothing: as long as they speak. When the time is up all see it; nobody is cut off."),
            ),
            "item": Field(
                lambda: tr("Minutes for this item"),
                self.lines["item"],
                hint=lambda: tr("Nothing: as in the agenda."),
            ),
        }
        for field in self.fields.values():
            self.body.addWidget(field)
        self.fields["item"].setVisible(has_item)
        self.act_clicked.connect(lambda: self.wanted.emit(self.typed()))
        self.lines["speaker"].setFocus()

    def typed(self) -> TimesTyped:
        """What stands in the form."""
        for field in self.fields.values():
            field.quiet()
        return TimesTyped(self.lines["speaker"].text(), self.lines["item"].text())

    def show_wrong(self, field: str, say: Say) -> None:
        """Name the field that has to be put right."""
        self.act.set_busy(False)
        self.fields[field].say_error(say)
        self.lines[field].setFocus()


class TimesDeskPart(QObject):
    """The desk's button of times and what it opens; emits what the chair's assistant did."""

    pressed = Signal()
    wanted = Signal(object)

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self.button = Button(lambda: tr("Times"), key="F4")
        self.button.setObjectName(names.DESK_TIMES)
        self.button.clicked.connect(self.pressed)
        self.button.hide()
        self._dialog: TimesDialog | None = None
        key = QShortcut(QKeySequence("F4"), room)
        key.setAutoRepeat(False)
        key.activated.connect(lambda: None if self.button.isHidden() else self.pressed.emit())

    def show_times_button(self, shown: bool) -> None:
        """Offer it, or not."""
        self.button.setVisible(shown)

    def open_form(self, typed: TimesTyped, *, has_item: bool) -> None:
        """Open the form with what holds now."""
        if self._dialog is None:
            self._dialog = TimesDialog(self._room, typed, has_item=has_item)
            self._dialog.wanted.connect(self.wanted)
            self._dialog.finished.connect(self._closed)
            self._dialog.open()

    def show_wrong(self, field: str, say: Say) -> None:
        """Name the field that has to be put right."""
        if self._dialog is not None:
            self._dialog.show_wrong(field, say)

    def show_refused(self, say: Say) -> None:
        """Say why the centre did not set it; what was typed stays."""
        if self._dialog is not None:
            self._dialog.show_refused(say)

    def close_form(self) -> None:
        """The times are set."""
        if self._dialog is not None:
            self._dialog.show_done()

    def _closed(self) -> None:
        self._dialog = None
