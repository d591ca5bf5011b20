"""Decides what the sign-in says and when a password may be tried; without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_code, say_error
from liaison_desktop.ui.passwords import trouble_with
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.errors import ContractError
from server_sync.contract.passwords import CENTRE_LEAST


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of this workplace, as their card shows them; no citizen's data."""

    login: str
    surname: str
    given_name: str
    role: Say
    last_at: datetime | None

    @property
    def name(self) -> str:
        """Given name first, as people are called."""
        return " ".join(part for part in (self.given_name, self.surname) if part)

    @property
    def initials(self) -> str:
        """Two letters for the round sign."""
        return "".join(part[0].upper() for part in (self.given_name, self.surname) if part)


@dataclass(frozen=True, slots=True)
class WaitingHere:
    """What stands in this computer before anybody signs in."""

    requests: int
    oldest_at: datetime | None
    last_number: str
    unclean: bool
    is_disk_full: bool = False
    stopped_code: str = ""


class SignInView(Protocol):
    """What the presenter needs of the screen."""

    def show_people(self, people: tuple[KnownPerson, ...], chosen: str | None) -> None:
        """Show the cards; ``chosen`` is the login whose password is asked, None for another person."""

    def show_facts(self, facts: tuple[tuple[str, Say, Say], ...]) -> None:
        """Show icon, title and words of what is to be known before signing in."""

    def show_busy(self, say: Say | None) -> None:
        """Say what is being done, or that nothing is."""

    def show_error(self, say: Say | None) -> None:
        """Say what went wrong, or nothing."""

    def show_wait(self, seconds: int) -> None:
        """Let nobody try for so many seconds, and count them down."""

    def clear_password(self) -> None:
        """Empty the password and put the keyboard there."""

    def ask_recovery(self, name: str, given: Say) -> None:
        """Open the form for a new password of the person of this name; ``given`` says where the key stands."""

    def show_recovery_trouble(self, field: str, say: Say) -> None:
        """Say at a field of that form what is wrong: ``key``, ``new`` or ``again``."""

    def show_recovery_refused(self, say: Say) -> None:
        """Say in that form why the password was not set."""

    def show_recovered(self, say: Say) -> None:
        """Close that form and say what holds now."""

    def ask_first_password(self) -> None:
        """Open the form for the password that takes the place of the one-time one."""

    def show_first_trouble(self, field: str, say: Say) -> None:
        """Say at a field of it what is wrong: ``new`` or ``again``."""

    def show_first_refused(self, say: Say) -> None:
        """Say in it why the password was not taken; everything typed stays."""

    def close_first_password(self) -> None:
        """It is taken."""


TrySignIn = Callable[[str, str, Callable[[], None], Callable[[ContractError], None]], None]
"""Try login and password away from the window; then call the third, or the fourth with the refusal."""

FirstSignIn = Callable[[str, str, str, Callable[[], None], Callable[[ContractError], None]], None]
"""As TrySignIn, for somebody new here; the third text takes the place of a one-time password, or is empty."""

SetPassword = Callable[[str, str, str, Callable[[], None], Callable[[ContractError], None]], None]
"""Give a login a new password by the recovery key: login, key, password, then as TrySignIn."""


def where_key_stands(given: str) -> str:
    """Where the recovery key is, by how it was given at the enrolment: what the person has to look for."""
    how, _, name = given.partition(" ")
    match how:
        case "printed":
            return tr("25 letters and digits on the paper printed at the enrolment, kept in the safe.")
        case "saved":
            return tr("25 letters and digits in the file saved at the enrolment: {name}.", name=name)
        case _:
            return tr("25 letters and digits that were shown at the enrolment and written down.")


class SignInPresenter:
    """Leads from the cards to the open store."""

    def __init__(
        self,
        view: SignInView,
        *,
        people: Callable[[], tuple[KnownPerson, ...]],
        waiting: Callable[[], WaitingHere],
        sign_in: TrySignIn,
        first_sign_in: FirstSignIn,
        set_password: SetPassword,
        recovery_given: Callable[[], str] = str,
    ) -> None:
        self._view = view
        self._people = people
        self._waiting = waiting
        self._sign_in = sign_in
        self._first_sign_in = first_sign_in
        self._set_password = set_password
        self._recovery_given = recovery_given
        self._one_time: tuple[str, str] | None = None
        self._chosen: str | None = None
        self._busy = False

    def start(self) -> None:
        """Show who works here and what waits."""
        people = self._people()
        newest = max(people, key=lambda person: person.last_at.timestamp() if person.last_at else 0.0, default=None)
        self._chosen = newest.login if newest else None
        self._view.show_people(people, self._chosen)
        self._view.show_facts(self._facts(self._waiting()))

    def choose(self, login: str | None) -> None:
        """A card was pressed; None stands for another person."""
        if self._busy:
            return
        self._chosen = login
        self._view.show_people(self._people(), login)
        self._view.show_error(None)

    def enter(self, login: str, password: str) -> None:
        """Try to sign in; a second press while one is under way does nothing."""
        if self._busy:
            return
        name = self._chosen if self._chosen is not None else login.strip()
        if not name:
            self._view.show_error(lambda: tr("Type your login: the name the administrator gave you."))
            return
        if not password:
            self._view.show_error(lambda: tr("Type your password."))
            return
        self._busy = True
        self._view.show_error(None)
        if self._chosen is not None:
            self._view.show_busy(lambda: tr("Opening the store"))
            self._sign_in(name, password, self._signed_in, self._refused)
        else:
            self._view.show_busy(lambda: tr("Asking the centre"))
            self._one_time = (name, password)
            self._first_sign_in(name, password, "", self._signed_in, self._refused)

    def set_first_password(self, new: str, again: str) -> None:
        """Put the person's own password in the place of the one-time one, and sign in with it."""
        if self._one_time is None or self._busy:
            return
        login, password = self._one_time
        trouble = trouble_with(new, again, least=CENTRE_LEAST)
        if trouble is not None:
            self._view.show_first_trouble(*trouble)
            return
        self._busy = True
        self._first_sign_in(login, password, new, self._signed_in, self._first_refused)

    def _first_refused(self, error: ContractError) -> None:
        self._busy = False
        if error.code in ("password_weak", "password_same"):
            self._view.show_first_trouble("new", lambda: say_error(error))
        else:
            self._view.show_first_refused(lambda: say_error(error))

    def forgotten(self) -> None:
        """The chosen person has forgotten the password: ask for the recovery key."""
        person = next((one for one in self._people() if one.login == self._chosen), None)
        if person is not None and not self._busy:
            given = self._recovery_given()
            self._view.ask_recovery(person.name, lambda: where_key_stands(given))

    def recover(self, recovery_key: str, new: str, again: str) -> None:
        """Set the new password of the chosen person."""
        login = self._chosen
        if login is None:
            return
        trouble = trouble_with(new, again)
        if not recovery_key.strip():
            self._view.show_recovery_trouble("key", lambda: tr("Type the recovery key."))
        elif trouble is not None:
            self._view.show_recovery_trouble(*trouble)
        else:
            self._set_password(login, recovery_key, new, self._recovered, self._not_recovered)

    def _recovered(self) -> None:
        self._view.show_recovered(lambda: tr("The new password is set. Sign in with it."))
        self._view.clear_password()

    def _not_recovered(self, error: ContractError) -> None:
        if error.code.startswith("recovery_key_"):
            self._view.show_recovery_trouble("key", lambda: say_error(error))
        else:
            self._view.show_recovery_refused(lambda: say_error(error))

    def _signed_in(self) -> None:
        self._busy = False
        self._one_time = None
        self._view.close_first_password()
        self._view.show_busy(None)

    def _refused(self, error: ContractError) -> None:
        self._busy = False
        self._view.show_busy(None)
        if error.code == "password_must_change":
            self._view.ask_first_password()
            return
        self._one_time = None
        self._view.show_error(lambda: say_error(error))
        wait_s = error.params.get("wait_s", 0)
        if isinstance(wait_s, int) and wait_s > 0:
            self._view.show_wait(wait_s)
        self._view.clear_password()

    def _facts(self, waiting: WaitingHere) -> tuple[tuple[str, Say, Say], ...]:
        facts: list[tuple[str, Say, Say]] = []
        if waiting.is_disk_full:
            facts.append(
                (
                    "warning-circle",
                    lambda: tr("The disk of this computer is full"),
                    lambda: tr(
                        "You can sign in and read. Nothing can be registered or kept until there is room: empty the"
                        " trash, or call the administrator."
                    ),
                )
            )
        if waiting.stopped_code:
            code = waiting.stopped_code
            facts.append(
                ("warning-circle", lambda: tr("No numbers are given on this computer"), lambda: say_code(code))
            )
        if waiting.unclean and waiting.last_number:
            number = waiting.last_number
            facts.append(
                (
                    "warning-circle",
                    lambda: tr("Last number given here: {number}", number=number),
                    lambda: tr(
                        "The program was not closed last time. Take the last receipt on paper to hand: after the"
                        " sign-in the form asks about it."
                    ),
                )
            )
        facts.append(
            (
                "wifi-slash",
                lambda: tr("It works without a line too"),
                lambda: tr(
                    "Requests are registered here and get their number at once."
                    " They go by themselves when the line is back."
                ),
            )
        )
        if waiting.requests:
            count, oldest = waiting.requests, waiting.oldest_at
            facts.append(
                (
                    "tray",
                    lambda: ntr("{n} request waits here safely", "{n} requests wait here safely", count),
                    lambda: tr("The oldest since: {time}", time=formats.lately(oldest)) if oldest else "",
                )
            )
        return tuple(facts)
