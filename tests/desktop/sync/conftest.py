from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from liaison_desktop.domain.appeals import ChangeSet, RegisteredAppeal
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.sync.exchanging import Exchanging
from liaison_desktop.sync.transport import Transport
from liaison_desktop.workplace import keys
from tests.desktop.office import CHEAP, Office, make_draft, open_office
from tests.desktop.sync.paper_centre import PaperCentre, PaperLine


class SyncingOffice:
    """An office with a line to a paper centre."""

    def __init__(self, office: Office, centre: PaperCentre) -> None:
        self.office = office
        self.centre = centre
        self.line = PaperLine(centre)
        self.changes: list[ChangeSet] = []
        centre.know(office.desk.enrolment.certificate)
        self.start()

    @property
    def store(self):
        return self.office.desk.store

    @property
    def clock(self):
        return self.office.clock

    @property
    def epoch(self) -> bytes:
        return self.office.desk.enrolment.epoch

    def start(self) -> None:
        """Begin as a program that was just started."""
        self.calls = Transport(self.line, self.office.desk.ring(), wall_ms=self.clock.wall_ms)
        self.exchanging = Exchanging(
            self.store,
            self.calls,
            self.clock,
            versions={"program": "test 1"},
            changed=self.changes.append,
            random=Random(7),
        )

    def register(self, **changes: object) -> RegisteredAppeal:
        return register_appeal(self.office.desk, make_draft(**changes))

    def exchange(self) -> None:
        """Let one run happen now."""
        self.exchanging.send_now()
        self.exchanging.step(self.clock.monotonic_ms())

    def wait(self) -> None:
        """Let time pass until the next run is due, and let it happen."""
        left_ms = self.exchanging.next_step.at_ms - self.clock.monotonic_ms()
        if left_ms > 0:
            self.clock.go_on(left_ms)
            self.centre.now_ms += left_ms
        self.exchanging.step(self.clock.monotonic_ms())

    def states(self) -> list[int]:
        """Delivery states of the own events, in order of seq."""
        rows = self.store.connection.execute("SELECT state FROM outbox ORDER BY epoch, seq")
        return [row[0] for row in rows]

    def told(self) -> list[str]:
        """Kinds of what Delivery tells of."""
        return [row[0] for row in self.store.connection.execute("SELECT kind FROM notices ORDER BY id")]


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COST", CHEAP)


@pytest.fixture
def centre() -> PaperCentre:
    return PaperCentre()


@pytest.fixture
def office(tmp_path: Path, centre: PaperCentre) -> Iterator[SyncingOffice]:
    opened = open_office(tmp_path / "home")
    yield SyncingOffice(opened, centre)
    opened.desk.store.close()
