"""A new password for somebody who has forgotten theirs, with the recovery key from the office's safe."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from liaison_desktop.ui.widgets.dialogs import ActDialog
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class RecoveryDialog(ActDialog):
    """The key as it stands on the paper, and the new password twice."""

    asked = Signal(str, str, str)

    def __init__(self, parent: QWidget, name: str, given: Say) -> None:
        super().__init__(
            parent,
            lambda: tr("New password: {name}", name=name),
            lambda: tr("Set the new password"),
            name="recovery",
        )
        self.key, self.new, self.again = LineField(icon="key"), LineField(), LineField()
        for word, field in (("key", self.key), ("new", self.new), ("again", self.again)):
            field.setObjectName(f"recovery.{word}")
        for field in (self.new, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields = {
            "key": Field(
                lambda: tr("Recovery key"),
                self.key,
                hint=given,
            ),
            "new": Field(lambda: tr("New password"), self.new),
            "again": Field(lambda: tr("New password once more"), self.again),
        }
        for holder in self._fields.values():
            self.body.addWidget(holder)
        self.body.addWidget(
            Text(
                lambda: tr(
                    "It holds on this computer; no line is needed. The centre keeps its own password: who has forgotten"
                    " that one asks the administrator."
                ),
                tone="muted",
                wrap=True,
            )
        )
        self.act_clicked.connect(lambda: self.asked.emit(self.key.text(), self.new.text(), self.again.text()))
        self.key.returnPressed.connect(self.new.setFocus)
        self.new.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.act.click)
        self.key.setFocus()

    def show_trouble(self, field: str, say: Say) -> None:
        """Say at a field what is wrong with it; what was typed stays."""
        for holder in self._fields.values():
            holder.quiet()
        self._fields[field].say_error(say)
        self._fields[field].control.setFocus()
        self.act.set_busy(False)
