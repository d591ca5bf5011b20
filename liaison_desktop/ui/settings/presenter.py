"""Decides what the Settings screen shows and what a change means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.passwords import trouble_with
from liaison_desktop.ui.settings.values import AppearanceShown, Fact, MediumShown, PersonShown, PrinterShown
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

Failed = Callable[[ContractError], None]


class SettingsView(Protocol):
    """What the presenter needs of the screen."""

    def show_person(self, person: PersonShown) -> None: ...
    def show_appearance(self, shown: AppearanceShown) -> None: ...
    def show_lock(self, minutes: int) -> None: ...
    def show_password_note(self, tone: str, say: Say) -> None: ...
    def empty_passwords(self) -> None: ...
    def show_printer(self, printer: PrinterShown | None) -> None: ...
    def offer_printers(self, query: str, printers: tuple[PrinterShown, ...]) -> None: ...
    def show_medium(self, medium: MediumShown) -> None: ...
    def show_workplace(self, facts: tuple[Fact, ...]) -> None: ...
    def show_about(self, lines: tuple[Say, ...]) -> None: ...
    def show_message(self, tone: str, icon: str, title: Say, body: Say) -> None: ...


@dataclass(frozen=True, slots=True)
class SettingsActs:
    """What the presenter may ask for."""

    person: Callable[[], PersonShown]
    appearance: Callable[[], AppearanceShown]
    set_language: Callable[[str], None]
    set_theme: Callable[[str], None]
    set_text_size: Callable[[int], None]
    lock_minutes: Callable[[], int]
    set_lock: Callable[[int], None]
    change_password: Callable[[str, str, Callable[[], None], Failed], None]
    printers: Callable[[], tuple[PrinterShown, ...]]
    printer: Callable[[], str]
    set_printer: Callable[[str], None]
    test_print: Callable[[Callable[[], None], Failed], None]
    medium: Callable[[], MediumShown]
    set_medium: Callable[[str | None, Callable[[], None], Failed], None]
    facts: Callable[[Callable[[tuple[Fact, ...]], None]], None]
    about: Callable[[], tuple[Say, ...]]


class SettingsPresenter:
    """Every change holds at once."""

    def __init__(self, view: SettingsView, acts: SettingsActs) -> None:
        self._view = view
        self._acts = acts

    def refresh(self) -> None:
        """Show everything as it stands."""
        self._view.show_person(self._acts.person())
        self._view.show_appearance(self._acts.appearance())
        self._view.show_lock(self._acts.lock_minutes())
        chosen = self._acts.printer()
        self._view.show_printer(PrinterShown(chosen, chosen) if chosen else None)
        self._view.show_medium(self._acts.medium())
        self._view.show_about(self._acts.about())
        self._acts.facts(self._view.show_workplace)

    def language(self, language: str) -> None:
        """Speak another language."""
        self._acts.set_language(language)

    def theme(self, theme: str) -> None:
        """Light or dark."""
        self._acts.set_theme(theme)

    def text_size(self, per_cent: int) -> None:
        """Another size of the text."""
        self._acts.set_text_size(per_cent)

    def lock(self, minutes: int) -> None:
        """Hide the citizen after so many minutes without a touch."""
        self._acts.set_lock(minutes)

    def password(self, old: str, new: str, again: str) -> None:
        """Change the own password."""
        trouble = trouble_with(new, again)
        if not old:
            self._view.show_password_note("danger", lambda: tr("Type the present password first."))
        elif trouble is not None:
            self._view.show_password_note("danger", trouble[1])
        else:
            self._view.show_password_note("muted", lambda: tr("The password is being changed"))
            self._acts.change_password(old, new, self._password_changed, self._password_refused)

    def ask_printers(self, query: str) -> None:
        """List the printers of this computer."""
        wanted = query.casefold()
        found = tuple(one for one in self._acts.printers() if wanted in one.words.casefold())
        self._view.offer_printers(query, found)

    def choose_printer(self, name: str) -> None:
        """Print receipts there from now on; nothing means to ask at every print."""
        self._acts.set_printer(name)

    def test_print(self) -> None:
        """Print a test receipt."""
        self._acts.test_print(
            lambda: self._view.show_message(
                "success", "printer", lambda: tr("The test receipt is at the printer."), lambda: ""
            ),
            self._failed,
        )

    def choose_medium(self, folder: str | None) -> None:
        """Keep every registration a second time in this folder, or nowhere."""
        self._acts.set_medium(folder, lambda: self._view.show_medium(self._acts.medium()), self._failed)

    def _password_changed(self) -> None:
        self._view.empty_passwords()
        self._view.show_password_note("success", lambda: tr("The password of this computer is changed."))

    def _password_refused(self, error: ContractError) -> None:
        self._view.show_password_note("danger", lambda: say_error(error))

    def _failed(self, error: ContractError) -> None:
        self._view.show_message("danger", "warning-circle", lambda: tr("Not done"), lambda: say_error(error))
