"""The one-time password of a first sign-in gives way to the person's own, here, in one call to the centre."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.widgets.dialogs import ActDialog
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class FirstPasswordDialog(ActDialog):
    """The new password twice, and what is done with it then."""

    asked = Signal(str, str)

    def __init__(self, parent: QWidget, act: Say = lambda: tr("Set it and sign in")) -> None:
        super().__init__(
            parent,
            lambda: tr("Choose your own password"),
            act,
            name=names.SIGNIN_FIRST_PASSWORD,
        )
        self.body.addWidget(
            Text(
                lambda: tr(
                    "The password you were given works once. The one you choose holds at the centre and on this"
                    " computer. Take at least 10 letters, digits or signs, not a common word and not your name."
                ),
                wrap=True,
            )
        )
        self.new, self.again = LineField(), LineField()
        for word, field in (("new", self.new), ("again", self.again)):
            field.setObjectName(f"{names.SIGNIN_FIRST_PASSWORD}.{word}")
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields = {
            "new": Field(lambda: tr("New password"), self.new),
            "again": Field(lambda: tr("New password once more"), self.again),
        }
        for holder in self._fields.values():
            self.body.addWidget(holder)
        self.act_clicked.connect(lambda: self.asked.emit(self.new.text(), self.again.text()))
        self.new.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.act.click)
        self.new.setFocus()

    def show_trouble(self, field: str, say: Say) -> None:
        """Say at a field what is wrong with it; what was typed stays."""
        for holder in self._fields.values():
            holder.quiet()
        self._fields[field].say_error(say)
        self._fields[field].control.setFocus()
        self.act.set_busy(False)
