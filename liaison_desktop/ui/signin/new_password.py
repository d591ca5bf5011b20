"""What the forms for a new password share: it is typed twice, and what is wrong is said at its field."""

from __future__ import annotations

from itertools import pairwise

from liaison_desktop.ui.widgets.dialogs import ActDialog
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.passwords import PasswordField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr


class NewPasswordDialog(ActDialog):
    """Enter leads from field to field, and from the last to the act."""

    def ask(self, **before: Field) -> None:
        """Add the fields: those that come before the password, by name, and the password twice."""
        self.new, self.again = PasswordField(), PasswordField()
        self._fields = {
            **before,
            "new": Field(lambda: tr("New password"), self.new),
            "again": Field(lambda: tr("New password once more"), self.again),
        }
        for word, holder in self._fields.items():
            holder.control.setObjectName(f"{self.objectName()}.{word}")
            self.body.addWidget(holder)
        self.let_scroll()
        lines = [one.control for one in self._fields.values() if isinstance(one.control, LineField)]
        for line, following in pairwise(lines):
            line.returnPressed.connect(following.setFocus)
        self.again.returnPressed.connect(self.act.click)
        lines[0].setFocus()

    def show_trouble(self, field: str, say: Say) -> None:
        """Say at a field what is wrong with it; what was typed stays."""
        for holder in self._fields.values():
            holder.quiet()
        self._fields[field].say_error(say)
        self._fields[field].control.setFocus()
        self.act.set_busy(False)
