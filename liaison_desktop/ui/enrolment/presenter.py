"""Leads from a fresh computer to an enrolled workplace; without Qt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

CODE_LETTERS = 20
GROUP = 5
_NOT_CODE = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the computer has become."""

    office: Say
    workplace: Say
    recovery_key: str


class EnrolmentView(Protocol):
    """What the presenter needs of the screen."""

    def show_code(self, text: str) -> None:
        """Write the code in its groups."""

    def show_busy(self, say: Say | None) -> None:
        """Say what is being done; nothing can be pressed meanwhile."""

    def show_error(self, field: str, say: Say) -> None:
        """Say what is wrong at ``server``, ``code`` or, with an empty name, in general."""

    def quiet(self) -> None:
        """Take all remarks away."""

    def show_enrolled(self, enrolled: Enrolled) -> None:
        """Turn to the end: the office and its test receipt."""

    def show_printed(self, tone: str, say: Say) -> None:
        """Say what came of printing."""

    def show_key_given(self, say: Say) -> None:
        """The recovery key is where it can be found again: it goes on from here."""

    def show_key_refused(self, say: Say) -> None:
        """The recovery key was neither printed nor saved."""


Failed = Callable[[ContractError], None]
Enrol = Callable[[str, str, str, Callable[[Enrolled], None], Failed], None]


class EnrolmentPresenter:
    """Formats the code as it is typed, enrols once, and ends with paper."""

    def __init__(
        self,
        view: EnrolmentView,
        *,
        enrol: Enrol,
        print_test: Callable[[Callable[[], None], Failed], None],
        print_key: Callable[[Callable[[], None], Failed], None],
        save_key: Callable[[Callable[[str], None], Failed], None],
        go_on: Callable[[], None],
    ) -> None:
        self._view = view
        self._enrol = enrol
        self._print_test = print_test
        self._print_key = print_key
        self._save_key = save_key
        self._go_on = go_on
        self._busy = False
        self._is_key_given = False

    def code_typed(self, text: str) -> None:
        """Show what was typed in groups of five."""
        formatted = grouped(text)
        if formatted != text:
            self._view.show_code(formatted)

    def begin(self, server: str, code: str, name: str) -> None:
        """Ask the centre; a second press while it is asked does nothing."""
        if self._busy:
            return
        self._view.quiet()
        address = server.strip()
        if not address:
            self._view.show_error(
                "server", lambda: tr("Type the address of the centre; it stands on the paper with the code.")
            )
            return
        if "://" not in address:
            address = f"https://{address}"
        if len(_NOT_CODE.sub("", code)) != CODE_LETTERS:
            self._view.show_error("code", lambda: tr("The code has 20 letters and figures in four groups."))
            return
        self._busy = True
        self._view.show_busy(lambda: tr("The centre is being asked. This takes a few seconds."))
        self._enrol(address, code, name.strip(), self.enrolled, self._refused)

    def print_test(self) -> None:
        """Print the test receipt."""
        self._print_test(
            lambda: self._view.show_printed("success", lambda: tr("The test receipt is at the printer.")),
            lambda error: self._view.show_printed("danger", lambda: say_error(error)),
        )

    def print_key(self) -> None:
        """Print the recovery key."""
        self._print_key(
            lambda: self._key_given(lambda: tr("The recovery key is at the printer. Put the paper into the safe.")),
            self._key_refused,
        )

    def save_key(self) -> None:
        """Save the recovery key as a file."""
        self._save_key(
            lambda name: self._key_given(
                lambda: tr("The recovery key is saved: {name}. Keep the file away from this computer.", name=name)
            ),
            self._key_refused,
        )

    def go_on(self) -> None:
        """To the sign-in, once the recovery key is on paper or in a file."""
        if self._is_key_given:
            self._go_on()

    def _key_given(self, say: Say) -> None:
        self._is_key_given = True
        self._view.show_key_given(say)

    def _key_refused(self, error: ContractError) -> None:
        self._view.show_key_refused(lambda: say_error(error))

    def enrolled(self, enrolled: Enrolled) -> None:
        """The computer is a workplace."""
        self._busy = False
        self._view.show_busy(None)
        self._view.show_enrolled(enrolled)

    def _refused(self, error: ContractError) -> None:
        self._busy = False
        self._view.show_busy(None)
        field = "code" if error.code.startswith("code_") or error.code.startswith("enrolment_code") else ""
        self._view.show_error(field, lambda: say_error(error))


def grouped(text: str) -> str:
    """``ABCDE-FGHJK-…``: what was typed, in capitals and groups of five."""
    letters = _NOT_CODE.sub("", text).upper()[:CODE_LETTERS]
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))
