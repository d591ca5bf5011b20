"""What the sign-in may do: open the store by a password, or ask the centre about a person who is new here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from liaison_desktop.background.runner import Runner
from liaison_desktop.domain.errors import SignInRefused
from liaison_desktop.domain.people import Person
from liaison_desktop.services import opening, signing_in
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.ui.version import PROGRAM
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import PersonReply

Failed = Callable[[ContractError], None]
AskPerson = Callable[[Desk, str, str, str, Callable[[PersonReply], None], Failed], None]
"""Ask the centre about a login and password over the line; the third text is what replaces a one-time password."""


class SignInActs:
    """Opens the desk, or uses the one that is open already."""

    def __init__(
        self,
        runner: Runner,
        place: Place,
        desk_of: Callable[[], Desk | None],
        taken: Callable[[Desk], None],
        signed_in: Callable[[Person], None],
        ask_person: AskPerson,
        owner: QObject,
    ) -> None:
        self._runner = runner
        self._place = place
        self._desk_of = desk_of
        self._taken = taken
        self._signed_in = signed_in
        self._ask_person = ask_person
        self._owner = owner

    def sign_in(self, login: str, password: str, done: Callable[[], None], failed: Failed) -> None:
        """Somebody who has worked here: no line is needed."""

        def job() -> tuple[Desk, Person]:
            key, person = signing_in.unlock(self._place, login, password)
            desk = self._desk_of() or opening.open_desk(self._place, key)
            desk.ensure_sound()
            return desk, signing_in.open_session(desk, person, PROGRAM).person

        self._runner.run(job, done=lambda found: self._enter(*found, done), failed=failed, owner=self._owner)

    def first_sign_in(
        self, login: str, password: str, new_password: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Somebody new on this computer: the centre checks the password, and changes a one-time one."""

        def open_store() -> Desk:
            desk = self._desk_of()
            if desk is not None:
                return desk
            key = opening.unattended_key(self._place)
            if key is None:
                raise SignInRefused("store_locked")
            return opening.open_desk(self._place, key)

        def ask(desk: Desk) -> None:
            self._taken(desk)
            self._ask_person(desk, login, password, new_password, lambda reply: admit(desk, reply), failed)

        def admit(desk: Desk, reply: PersonReply) -> None:
            def job() -> tuple[Desk, Person]:
                person = signing_in.admit_person(self._place, desk, reply, new_password or password)
                return desk, signing_in.open_session(desk, person, PROGRAM).person

            self._runner.run(job, done=lambda found: self._enter(*found, done), failed=failed, owner=self._owner)

        self._runner.run(open_store, done=ask, failed=failed, owner=self._owner)

    def set_password(self, login: str, recovery_key: str, new: str, done: Callable[[], None], failed: Failed) -> None:
        """A new password for somebody who has forgotten theirs: the recovery key opens the store's."""
        self._runner.run(
            lambda: signing_in.set_password_by_recovery(self._place, login, recovery_key, new),
            done=lambda _: done(),
            failed=failed,
            owner=self._owner,
        )

    def _enter(self, desk: Desk, person: Person, done: Callable[[], None]) -> None:
        self._taken(desk)
        done()
        self._signed_in(person)
