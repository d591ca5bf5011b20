"""Decides what the screen of a registered request says and what its paper is: the first print, then copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.reception.values import DuePreview, RegisteredFacts
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.errors import ContractError

Failed = Callable[[ContractError], None]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the request is: whether it has reached the centre, what else waits, and whether there is a line."""

    is_delivered: bool
    waiting: int
    oldest_words: Say
    has_line: bool = False


class RegisteredView(Protocol):
    """What the presenter needs of the screen."""

    def show_registered(self, facts: RegisteredFacts, drafts_open: int) -> None: ...
    def show_notice(self, tone: str, icon: str, title: Say, body: Say) -> None: ...
    def show_printing(self, busy: bool) -> None: ...
    def say_print(self, say: Say) -> None: ...


@dataclass(frozen=True, slots=True)
class RegisteredActs:
    """What the presenter may ask for."""

    render: Callable[[bytes, str], None]
    """Make the receipt on a paper (``a5``, ``roll``) and show its picture when it is ready."""
    print: Callable[[bytes, str, Callable[[bool], None], Failed], None]
    """Print the receipt, or a copy when it has been printed before; answers whether it went to a printer."""
    save: Callable[[bytes, str, str, Callable[[Path], None], Failed], None]
    """Save the receipt as a PDF where the person says."""
    show_how: Callable[[DuePreview], None]
    say: Callable[[Say], None]
    next: Callable[[], None]


class RegisteredPresenter:
    """One request, its number and its paper."""

    def __init__(self, view: RegisteredView, acts: RegisteredActs) -> None:
        self._view = view
        self._acts = acts
        self._facts: RegisteredFacts | None = None
        self._paper = "a5"
        self._prints = 0
        self._busy = False

    @property
    def appeal(self) -> bytes | None:
        """The request that is shown."""
        return self._facts.appeal if self._facts else None

    def show(self, facts: RegisteredFacts, drafts_open: int) -> None:
        """A request was registered."""
        self._facts, self._prints, self._busy = facts, 0, False
        self._view.say_print(lambda: tr("Print the receipt"))
        self._view.show_registered(facts, drafts_open)
        self.stands(Stand(is_delivered=False, waiting=1, oldest_words=lambda: ""))
        self._acts.render(facts.appeal, self._paper)

    def stands(self, stand: Stand) -> None:
        """Say where the request is."""
        if self._facts is None:
            return
        if stand.is_delivered:
            self._view.show_notice(
                "success",
                "check-circle",
                lambda: tr("At the centre"),
                lambda: tr("The centre has confirmed the request with its signature. The number is final."),
            )
            return
        count = stand.waiting

        def body() -> str:
            words = tr("The number is final and will not change.")
            if stand.has_line:
                words += " " + tr("The request goes to the centre by itself.")
            else:
                words += " " + tr("The request goes to the centre by itself when the line is there.")
            if count > 1:
                words += " " + ntr("{n} request waits.", "{n} requests wait.", count)
                oldest = stand.oldest_words()
                if oldest:
                    words += f" {oldest[0].upper()}{oldest[1:]}."
            return words

        def title() -> str:
            return tr("Kept here, waits its turn") if stand.has_line else tr("Kept here, waiting for the line")

        self._view.show_notice("primary", "hard-drives", title, body)

    def choose_paper(self, paper: str) -> None:
        """A5 or the roll of 80 mm."""
        self._paper = paper
        if self._facts is not None:
            self._acts.render(self._facts.appeal, paper)

    def print(self) -> None:
        """Print; every paper after the first is marked as a copy."""
        if self._facts is None or self._busy:
            return
        self._busy = True
        self._view.show_printing(True)
        self._acts.print(self._facts.appeal, self._paper, self._printed, self._failed)

    def save(self) -> None:
        """Save as PDF under the number."""
        if self._facts is not None:
            self._acts.save(self._facts.appeal, self._paper, f"{self._facts.number}.pdf", self._saved, self._failed)

    def how_counted(self) -> None:
        """Show the arithmetic of the term."""
        if self._facts is not None:
            self._acts.show_how(self._facts.due)

    def next(self) -> None:
        """The next citizen."""
        if not self._busy:
            self._acts.next()

    def _printed(self, went: bool) -> None:
        self._busy = False
        self._view.show_printing(False)
        if went:
            self._prints += 1
            self._view.say_print(lambda: tr("Print a copy"))
            self._acts.say(lambda: tr("The receipt is at the printer."))

    def _saved(self, path: Path) -> None:
        self._acts.say(lambda: tr("Saved: {name}", name=path.name))

    def _failed(self, error: ContractError) -> None:
        self._busy = False
        self._view.show_printing(False)
        self._acts.say(lambda: say_error(error))
