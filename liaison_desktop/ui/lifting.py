"""Leads the head of the office from the last paper to numbers that are given again, also who never signed in here."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.services import stopping
from liaison_desktop.services.opening import Place
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.passwords import trouble_with
from liaison_desktop.ui.signin.acts import AskPerson
from liaison_desktop.ui.signin.first_password import FirstPasswordDialog
from liaison_desktop.ui.stop import LiftDialog
from liaison_desktop.ui.version import PROGRAM
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import PersonReply
from server_sync.contract.passwords import CENTRE_LEAST


class Lifting(QObject):
    """Lives as long as its dialog. Who is not known on this computer is asked about at the centre, over the line."""

    lifted = Signal()

    def __init__(self, bench: Workbench, place: Place, ask_person: AskPerson, window: QWidget) -> None:
        dialog = LiftDialog(window)
        super().__init__(dialog)
        self.dialog = dialog
        self._bench, self._place, self._ask_person, self._window = bench, place, ask_person, window
        self._first: FirstPasswordDialog | None = None
        self.dialog.act_clicked.connect(self._begin)

    def open(self) -> None:
        """Show it."""
        self.dialog.open()

    def _begin(self) -> None:
        login, password, _number = self.dialog.typed()
        if not login:
            self.dialog.show_refused_at("login", lambda: tr("Type your login: the name the administrator gave you."))
        elif not password:
            self.dialog.show_refused_at("password", lambda: tr("Type your password."))
        else:
            self._lift()

    def _lift(self) -> None:
        login, password, number = self.dialog.typed()
        self._bench.store(
            lambda desk: stopping.lift_by_supervisor(
                self._place, desk, login=login, password=password, number_on_paper=number, program=PROGRAM
            ),
            lambda _: self._done(),
            self._refused,
            owner=self.dialog,
        )

    def _done(self) -> None:
        self.dialog.show_done()
        self.lifted.emit()

    def _refused(self, error: ContractError) -> None:
        if error.code == "person_unknown_here":
            self.dialog.show_asking()
            self._ask("")
        else:
            self.dialog.show_refused_at(_field_of(error), lambda: say_error(error))

    # somebody who never signed in at this computer

    def _ask(self, new_password: str) -> None:
        login, password, _number = self.dialog.typed()
        self._ask_person(
            self._bench.desk,
            login,
            password,
            new_password,
            lambda reply: self._admit(reply, new_password or password),
            self._not_confirmed,
        )

    def _admit(self, reply: PersonReply, password: str) -> None:
        if not isValid(self.dialog):  # closed while the centre was asked
            return
        if self._first is not None:
            self._first.show_done()
        self.dialog.take_password(password)
        self._bench.store(
            lambda desk: stopping.admit_head(self._place, desk, reply, password),
            lambda _: self._lift(),
            self._not_confirmed,
            owner=self.dialog,
        )

    def _not_confirmed(self, error: ContractError) -> None:
        if not isValid(self.dialog):
            return
        if self._first is not None:
            self._say_in_first(self._first, error)
        elif error.code == "password_must_change":
            self._ask_first_password()
        else:
            self.dialog.show_refused(lambda: _say_asked(error))

    def _ask_first_password(self) -> None:
        first = self._first = FirstPasswordDialog(self._window, lambda: tr("Set it and go on"))
        self.dialog.hide()  # one question at a time: it comes back with what was typed in it
        first.asked.connect(self._set_first_password)
        first.accepted.connect(self._drop_first)
        first.rejected.connect(self._leave_first)
        first.open()

    def _set_first_password(self, new: str, again: str) -> None:
        trouble = trouble_with(new, again, least=CENTRE_LEAST)
        if trouble is None:
            self._ask(new)
        elif self._first is not None:
            self._first.show_trouble(*trouble)

    def _say_in_first(self, first: FirstPasswordDialog, error: ContractError) -> None:
        if error.code in ("password_weak", "password_same"):
            first.show_trouble("new", lambda: say_error(error))
        else:
            first.show_refused(lambda: say_error(error))

    def _drop_first(self) -> None:
        self._first = None
        self.dialog.open()
        self.dialog.password.setFocus()

    def _leave_first(self) -> None:
        self._drop_first()
        self.dialog.show_refused(lambda: tr("First put your own password in the place of the one-time one."))


def _field_of(error: ContractError) -> str:
    """Which field of the dialog a refusal is about."""
    if error.code.startswith("number_") or error.code == "paper_differs":
        return "number"
    return "login" if error.code == "supervisor_needed" else "password"


def _say_asked(error: ContractError) -> str:
    """Why the centre did not say who this is; without the line there is another way."""
    if error.code == "supervisor_needed":
        return say_error(error)
    said = tr(
        "Nobody with this login has worked on this computer yet, so the centre was asked. {reason}",
        reason=say_error(error),
    )
    other_way = tr("Without the line, call the centre: two people there lift it.")
    return f"{said} {other_way}" if isinstance(error, ExchangeFailed) else said
