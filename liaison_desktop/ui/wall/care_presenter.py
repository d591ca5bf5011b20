"""Decides what a person may do who looks after a hall's screen: whether it begins by itself, how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from liaison_desktop.services.walls import WallLook
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError


@dataclass(frozen=True, slots=True)
class CareShown:
    """Whether the screen begins by itself, whether this person says so, and what is said of both."""

    is_on: bool
    may_turn: bool
    state: Say
    body: Say
    is_busy: bool = False


class CareView(Protocol):
    """What the presenter needs of the page."""

    def show_care(self, shown: CareShown) -> None: ...
    def show_look(self, wears: WallLook) -> None: ...
    def show_refused(self, say: Say) -> None: ...
    def ask(self, title: Say, body: Say, act: Say, done: Callable[[], None], *, danger: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class CareActs:
    """What the presenter may ask for."""

    turn_on: Callable[[Callable[[], None], Callable[[ContractError], None]], None]
    turn_off: Callable[[Callable[[], None], Callable[[ContractError], None]], None]
    keep: Callable[[str, str], None]
    to_wall: Callable[[], None]
    wears: Callable[[], WallLook]


class CarePresenter:
    """One for a signed-in person."""

    def __init__(self, view: CareView, acts: CareActs, *, is_on: bool, may_turn: bool) -> None:
        self._view, self._acts = view, acts
        self._is_on, self._may_turn, self._is_busy = is_on, may_turn, False
        self._view.show_look(acts.wears())
        self._show()

    def turn(self) -> None:
        """Ask back, then let the screen begin by itself, or no more."""
        if not self._may_turn or self._is_busy:
            return
        if self._is_on:
            self._view.ask(
                lambda: tr("Switch room mode off?"),
                lambda: tr(
                    "From then on this computer asks for a password when it is switched on, and goes to no meeting by "
                    "itself."
                ),
                lambda: tr("Switch off"),
                lambda: self._do(self._acts.turn_off, False),
                danger=True,
            )
            return
        self._view.ask(
            lambda: tr("Show meetings on this screen from now on?"),
            lambda: tr(
                "It goes to the meetings of this office by itself, also when it is switched on with nobody there. "
                "Whoever comes into the hall sees and hears them. Camera and microphone come on when somebody in the "
                "hall presses Enter, or raised the hand. A person's password ends it."
            ),
            lambda: tr("Show meetings here"),
            lambda: self._do(self._acts.turn_on, True),
            danger=False,
        )

    def back(self) -> None:
        """Show the wall again, where it begins by itself."""
        if self._is_on and not self._is_busy:
            self._acts.to_wall()

    def choose(self, name: str, value: str) -> None:
        """The wall speaks, or looks, so from now on."""
        self._acts.keep(name, value)

    def _do(self, act: Callable[[Callable[[], None], Callable[[ContractError], None]], None], wanted: bool) -> None:
        self._is_busy = True
        self._show()

        def done() -> None:
            self._is_busy, self._is_on = False, wanted
            self._show()
            if wanted:
                self._acts.to_wall()

        def failed(error: ContractError) -> None:
            self._is_busy = False
            self._show()
            self._view.show_refused(lambda: say_error(error))

        act(done, failed)

    def _show(self) -> None:
        self._view.show_care(
            CareShown(
                self._is_on,
                self._may_turn,
                _say_on if self._is_on else _say_off,
                _say_may if self._may_turn else _say_who_may,
                self._is_busy,
            )
        )


def _say_on() -> str:
    return tr("Room mode is on: this screen begins by itself")


def _say_off() -> str:
    return tr("Room mode is off: this screen shows nothing by itself")


def _say_may() -> str:
    return tr("This computer gets meetings alone from the centre, and never a citizen's request.")


def _say_who_may() -> str:
    return tr("The head of the office, the chair's assistant, the operator and the administrator switch it on and off.")
