"""The one-time password of a first sign-in gives way to the person's own, here, in one call to the centre."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.signin.new_password import NewPasswordDialog
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class FirstPasswordDialog(NewPasswordDialog):
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
        self.ask()
        self.act_clicked.connect(lambda: self.asked.emit(self.new.text(), self.again.text()))
