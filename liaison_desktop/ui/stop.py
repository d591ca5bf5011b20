"""What is said where no numbers are given: before they are stopped, on every screen while they are, and to lift it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from liaison_desktop.store.epochs import Stop
from liaison_desktop.ui import formats, names
from liaison_desktop.ui.errors import say_code
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.dialogs import ActDialog, Question
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.passwords import PasswordField
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class StopBanner(MessageBar):
    """Stands over every screen while no numbers are given here."""

    lift_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("danger", "warning-circle", parent)
        self.setObjectName(names.STOPPED)
        self._lift = self.add_action(Button(lambda: tr("Ask the head of the office")))
        self._lift.setObjectName(names.STOPPED_LIFT)
        self._lift.clicked.connect(self.lift_clicked)
        self._stop: Stop | None = None
        self._is_kept = False
        self.hide()

    def show_stop(self, stop: Stop | None) -> None:
        """Say why, or nothing."""
        self._stop = stop
        if stop is None:
            self._is_kept = False
            self.hide()
            return
        code, is_kept = stop.code, self._is_kept

        def title() -> str:
            stopped = tr("No numbers are given on this computer")
            return ". ".join((stopped, tr("Not registered, kept as a draft"))) if is_kept else stopped

        self.tell("danger", "warning-circle", title, lambda: say_code(code))
        self._lift.setVisible(stop.is_liftable and bool(stop.last_number))

    def show_kept(self, kept: bool) -> None:
        """Whether what somebody wanted to register just now was kept as a draft; one bar says both."""
        if kept != self._is_kept:
            self._is_kept = kept
            self.show_stop(self._stop)


class StopQuestion(Question):
    """Says what a no to the last number leads to, before it does."""

    def __init__(self, parent: QWidget, number: str) -> None:
        super().__init__(
            parent,
            lambda: tr("Stop giving numbers on this computer?"),
            lambda: tr(
                "Only if the last receipt on paper has a later number than {number}: then this computer has lost"
                " requests, and numbers would repeat. Nobody can be registered here from then on, only drafts can be"
                " written, until the head of the office or two people of the centre have looked at the paper.",
                number=formats.unbroken(number),
            ),
            lambda: tr("Stop the numbers"),
            lambda: tr("Back, compare again"),
            danger=True,
        )
        self.setObjectName("stop")


class LiftDialog(ActDialog):
    """The head of the office types what stands on the last paper, and their own password."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, lambda: tr("Let the numbers go on"), lambda: tr("Let the numbers go on"), name="lift")
        self.number, self.login = LineField(figures=True), LineField(icon="user")
        self.password = PasswordField(icon="key")
        for word, field in (("number", self.number), ("login", self.login), ("password", self.password)):
            field.setObjectName(f"lift.{word}")
        self.body.addWidget(
            Text(
                lambda: tr(
                    "Take the last receipt on paper. If its number is the last one given here, the numbers go on, and"
                    " it is written down who said so. If it is a later one, call the centre: do not lift it."
                ),
                wrap=True,
            )
        )
        for holder in (
            Field(lambda: tr("Number on the last paper"), self.number),
            Field(
                lambda: tr("Login of the head of the office"),
                self.login,
                hint=lambda: tr("The first time on this computer the centre is asked, and the line is needed."),
            ),
            Field(lambda: tr("Password"), self.password),
        ):
            self.body.addWidget(holder)
        self.let_scroll()
        self.number.returnPressed.connect(self.login.setFocus)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.act.click)
        self.number.setFocus()

    def typed(self) -> tuple[str, str, str]:
        """Login, password and number."""
        return self.login.text().strip(), self.password.text(), self.number.text()

    def show_refused_at(self, field: str, say: Say) -> None:
        """Say why the numbers do not go on, and lead to the field that it is about: number, login or password."""
        self.show_refused(say)
        {"number": self.number, "login": self.login, "password": self.password}[field].setFocus()

    def show_asking(self) -> None:
        """The centre is asked who this is."""
        self._message.tell("neutral", "hourglass", lambda: tr("Asking the centre"))

    def take_password(self, password: str) -> None:
        """The one that holds from now on, in the place of the one-time one."""
        self.password.setText(password)
