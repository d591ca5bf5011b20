"""What the acts of every screen share: the runner, the open desk, the words of the book, who hears of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from liaison_desktop.background.delays import Delays
from liaison_desktop.background.runner import Lane, Runner
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.paper import Papers
from liaison_desktop.ui.reference_words import BookWords
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.errors import ContractError

T = TypeVar("T")
Failed = Callable[[ContractError], None]


class Notes(Protocol):
    """Says a short word that passes."""

    def __call__(self, say: Say, undo: Say | None = None, on_undo: Callable[[], None] | None = None) -> None: ...


class Workbench(QObject):
    """One for a signed-in person; the desk is touched on the store lane only."""

    def __init__(self, *, runner: Runner, desk: Desk, papers: Papers, note: Notes, parent: QObject) -> None:
        super().__init__(parent)
        self.runner = runner
        self.delays = Delays(self)
        self.papers = papers
        self.note = note
        self.words = BookWords(lambda: desk.book, desk.enrolment.site_code, formats.today)
        self._desk = desk
        self._listeners: list[Callable[[ChangeSet], None]] = []

    @property
    def desk(self) -> Desk:
        """The open desk; only jobs of the store lane work with it."""
        return self._desk

    def store(
        self,
        job: Callable[[Desk], T],
        done: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Do something with the desk on the store lane."""
        self.runner.run(lambda: job(self._desk), done=done, failed=failed or self._say, owner=owner or self)

    def work(
        self,
        job: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Do something that takes the processor's time, such as a paper."""
        self.runner.run(job, done=done, failed=failed or self._say, owner=owner or self, lane=Lane.WORK)

    def attempt(self, act: Callable[[], object], failed: Failed | None = None) -> None:
        """Do something in the window's thread that may be refused, such as printing."""
        try:
            act()
        except ContractError as error:
            (failed or self._say)(error)

    def on_change(self, listener: Callable[[ChangeSet], None]) -> None:
        """Hear of every change set."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[ChangeSet], None]) -> None:
        """Tell this one no more: what it showed is gone, and the bench lives on."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def announce(self, changes: ChangeSet) -> None:
        """Tell the screens what changed; each asks again for what it shows."""
        if changes.is_empty:
            return
        for listener in tuple(self._listeners):
            listener(changes)

    def _say(self, error: ContractError) -> None:
        self.note(lambda: say_error(error))
