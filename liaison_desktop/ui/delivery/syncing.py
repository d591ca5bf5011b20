"""Drives the exchanges from the window: each task on its lane, the next run when it is due, the line in the top bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from liaison_desktop.background.reachability import Reachability
from liaison_desktop.background.runner import Lane, Runner
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import SignInRefused
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.settings import server_time
from liaison_desktop.sync import tasks
from liaison_desktop.sync.door import failure_of
from liaison_desktop.sync.exchanging import Exchanging
from liaison_desktop.sync.line import Line
from liaison_desktop.sync.news import LineNews
from liaison_desktop.sync.outcomes import Answered
from liaison_desktop.sync.tasks import Task
from liaison_desktop.sync.transport import Signer, Transport
from liaison_desktop.ui.version import PROGRAM, VERSION
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import PersonReply, PersonRequest

LOOK_MS = 250
"""How often a run under way is looked at for its progress."""

LANES = {tasks.Lane.STORE: Lane.STORE, tasks.Lane.NETWORK: Lane.NETWORK}


class Syncing(QObject):
    """One for the program; begins when a desk is open and goes on while people sign in and out."""

    heard = Signal(object)
    """The line's news: LineNews."""
    changed = Signal(object)
    """A change set that came with an answer."""

    def __init__(self, runner: Runner, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._place = place
        self._desk: Desk | None = None
        self._transport: Transport | None = None
        self._exchanging: Exchanging | None = None
        self._busy = False
        self._held = False
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._begin_run)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._tell)
        self._reachability = Reachability(self)
        self._reachability.back.connect(self.line_is_back)

    @property
    def news(self) -> LineNews:
        """The line as it is known now."""
        return self._exchanging.news if self._exchanging is not None else LineNews()

    @property
    def is_busy(self) -> bool:
        """Whether a run is under way."""
        return self._busy

    def begin(self, desk: Desk, *, at_once: bool = True) -> None:
        """Begin to exchange with the centre of this desk; the same desk again changes nothing."""
        if self._transport is not None:
            return
        self._desk = desk
        self._reachability.start()

        def made(transport: Transport) -> None:
            if self._transport is None:
                self._transport = transport
                self._exchanging = Exchanging(
                    desk.store,
                    transport,
                    self._place.clock,
                    versions={"program": VERSION},
                    changed=self._on_changed,
                )
                if at_once and not self._held:
                    self._due.start(0)

        self._runner.run(lambda: self._make_transport(desk), done=made, failed=self._say_nothing, owner=self)

    def hold(self) -> None:
        """Begin no run by itself; a test or a demonstration decides when the line is there."""
        self._held = True
        self._due.stop()

    def release(self) -> None:
        """Go on by itself."""
        self._held = False
        self.send_now()

    def send_now(self) -> None:
        """A person wants to send now."""
        if self._exchanging is not None:
            self._exchanging.send_now()
            self._schedule()

    def something_waits(self) -> None:
        """An event was written here."""
        if self._exchanging is not None:
            self._exchanging.something_waits()
            self._schedule()

    def line_is_back(self) -> None:
        """The line is there, as the system says or an answer of the centre showed: do not wait for the next try."""
        if self._exchanging is not None:
            self._exchanging.line_is_back()
            self._schedule()

    def yield_line(self, wanted: bool) -> None:
        """Leave the line to a meeting, or take it again."""
        if self._exchanging is not None:
            self._exchanging.yield_line(wanted)
            self._schedule()

    def stop(self) -> None:
        """Break the run under way; what was sent is sent."""
        if self._exchanging is not None:
            self._exchanging.stop()

    def ask_person(
        self,
        desk: Desk,
        login: str,
        password: str,
        new_password: str,
        done: Callable[[PersonReply], None],
        failed: Callable[[ContractError], None],
    ) -> None:
        """Let the centre check a person's password, and put a new one in the place of a one-time one."""

        def prepare() -> tuple[Transport, Signer]:
            epoch = current_epoch(desk.store.connection)
            transport = self._transport or self._make_transport(desk)
            return transport, Signer(epoch.epoch, epoch.key)

        def ask(found: tuple[Transport, Signer]) -> None:
            transport, signer = found
            self._runner.run(
                lambda: _ask(transport, signer, PersonRequest(login, password, new_password)),
                done=done,
                failed=failed,
                owner=self,
                lane=Lane.NETWORK,
            )

        self._runner.run(prepare, done=ask, failed=failed, owner=self)

    def close(self) -> None:
        """End; a call under way is broken off."""
        self._held = True
        self._reachability.stop()
        self._due.stop()
        self._look.stop()
        self.stop()
        if self._transport is not None:
            self._transport.stop()
            self._transport.close()

    def _make_transport(self, desk: Desk) -> Transport:
        heard = server_time(desk.store)
        line = Line(desk.enrolment.server, program=PROGRAM)
        return Transport(line, desk.ring(), since_ms=heard.time_ms if heard is not None else 0)

    def _schedule(self) -> None:
        if self._exchanging is None or self._busy or self._held:
            return
        wait_ms = self._exchanging.next_step.at_ms - self._place.clock.monotonic_ms()
        self._due.start(max(0, min(wait_ms, 3_600_000)))

    def _begin_run(self) -> None:
        if self._exchanging is None or self._busy:
            return
        if self._place.clock.monotonic_ms() < self._exchanging.next_step.at_ms:
            self._schedule()
            return
        task = self._exchanging.begin()
        if task is not None:
            self._busy = True
            self._look.start()
            self._tell()
            self._hand_over(task)

    def _hand_over(self, task: Task | None) -> None:
        driven = self._exchanging
        if driven is None:
            return
        if task is None:
            self._busy = False
            self._look.stop()
            self._tell()
            self._schedule()
            return
        self._runner.run(
            task.run,
            done=lambda result: self._hand_over(driven.proceed(result)),
            failed=lambda error: self._hand_over(driven.failed(error)),
            owner=self,
            lane=LANES[task.lane],
        )

    def _on_changed(self, changes: ChangeSet) -> None:
        """Days were decreed or tables renewed: the desk takes them up before a screen asks, with nobody there too."""
        desk = self._desk
        if not changes.directory or desk is None:
            self.changed.emit(changes)
            return

        def tell(_: object) -> None:
            self.changed.emit(changes)

        self._runner.run(desk.renew_book, done=tell, failed=tell, owner=self)

    def _tell(self) -> None:
        self.heard.emit(self.news)

    def _say_nothing(self, _error: ContractError) -> None:
        """Without keys there is no exchange; the next start tries again and the line stays unknown."""


def _ask(transport: Transport, signer: Signer, request: PersonRequest) -> PersonReply:
    outcome = transport.ask_person(signer, request)
    if isinstance(outcome, Answered):
        return outcome.message
    raise failure_of(outcome, SignInRefused)
