"""What the presenter of the line may ask for, made of the open desk, this PC's settings and the syncing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from liaison_desktop.background.runner import Lane
from liaison_desktop.domain.people import Person
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.sync.door import open_transport, signer_of
from liaison_desktop.sync.line_test import PATIENCE, LineTest, Measured
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.meetings.line_presenter import LineActs
from liaison_desktop.ui.version import PROGRAM
from liaison_desktop.ui.workbench import Workbench
from server_sync.contract.errors import ContractError

CHOSEN = "meeting_line"
"""Under this name this PC remembers what it takes of meetings."""


class Measuring(QObject):
    """Measures, one test at a time, on a connection of its own."""

    def __init__(self, bench: Workbench, person: Person, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._person = bench, person
        self._test: LineTest | None = None

    def measure(
        self, meeting: bytes, done: Callable[[Measured], None], failed: Callable[[ContractError], None]
    ) -> None:
        """Measure for this meeting."""

        def opened(test: LineTest) -> None:
            self._test = test
            self._bench.runner.run(
                lambda: test.measure(meeting, self._person.person.bytes),
                done=done,
                failed=failed,
                owner=self,
                lane=Lane.MEETING,
            )

        self._bench.store(_open, opened, failed, owner=self)

    def stop(self) -> None:
        """Measure no more."""
        if self._test is not None:
            self._test.stop()


def _open(desk: Desk) -> LineTest:
    enrolment = desk.enrolment
    calls = open_transport(
        desk.store, enrolment.server, enrolment.roots, desk.clock, program=PROGRAM, timeouts=PATIENCE
    )
    return LineTest(calls, signer_of(desk.store))


def line_acts(
    bench: Workbench,
    place: Place,
    syncing: Syncing,
    measuring: Measuring,
    changed: Callable[[], None],
    measured: Callable[[], None],
) -> LineActs:
    """Everything the presenter of the line may ask for; what was chosen belongs to the PC, as its devices do."""
    return LineActs(
        measure=measuring.measure,
        stop=measuring.stop,
        is_sending=lambda: syncing.is_busy,
        after=lambda ms, act: bench.delays.after("meeting.line", ms, act),
        chosen=lambda: place.file.read().settings.get(CHOSEN, ""),
        keep=lambda code: bench.store(lambda _: place.file.set(CHOSEN, code)),
        changed=changed,
        measured=measured,
    )
