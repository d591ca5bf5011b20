"""A new password for somebody who has forgotten theirs, with the recovery key from the office's safe."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui.signin.new_password import NewPasswordDialog
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class RecoveryDialog(NewPasswordDialog):
    """The key as it stands on the paper, and the new password twice."""

    asked = Signal(str, str, str)

    def __init__(self, parent: QWidget, name: str, given: Say) -> None:
        super().__init__(
            parent,
            lambda: tr("New password: {name}", name=name),
            lambda: tr("Set the new password"),
            name="recovery",
        )
        self.key = LineField(icon="key")
        self.ask(key=Field(lambda: tr("Recovery key"), self.key, hint=given))
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
