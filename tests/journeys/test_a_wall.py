"""A hall's computer, enrolled and switched on once, is in the meeting by itself whenever it is started.

Real programs: a centre with its media server, an office's window, and the wall's desktop with nobody before it.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.services import walls
from liaison_desktop.services.enrolling import enrol_workplace
from liaison_desktop.services.opening import Place
from liaison_desktop.services.signing_in import admit_person, open_session
from liaison_desktop.sync import door
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.wall.view import WallView
from liaison_desktop.ui.wall.wall import Wall
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.workplace import words
from liaison_desktop.workplace.clock import SystemClock
from liaison_desktop.workplace.description import DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.machine import ThisMachine
from liaison_desktop.workplace.vault import NoVault
from proving.world import Centre
from server_sync.config.logs import configure_structlog
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings.media_server import build
from tests.journeys.test_a_meeting import CHAIR, CHAIR_HZ, HALL, OFFICE, PASSWORD, PLAN, SOON_MS, InOffice

AKIM = f"""
akim = Person.objects.create_person("akim", "{PASSWORD}", surname="Осмонов", given_name="Бакыт")
since = timezone.localdate() - timedelta(days=1)
RoleGrant.objects.create(person=akim, role=Role.CHAIR_ASSISTANT, site=Site.objects.get(pk="{OFFICE}"), from_on=since)
"""


class NoAutostart:
    """The system of a test begins nothing."""

    def turn_on(self, command: object) -> None:
        """Nothing is begun."""

    def turn_off(self) -> None:
        """Nothing was."""


class OnWall:
    """The computer of a hall: enrolled by a code for walls, switched on once by somebody with the right."""

    def __init__(self, folder: Path, centre: Centre, qtbot: QtBot) -> None:
        self._qtbot, self._folder = qtbot, folder
        self._desktop: Desktop | None = None
        self._ended: list[Desktop] = []
        home = Home.at(folder)
        place = Place(home, DescriptionFile(home.description), SystemClock(), ThisMachine(), NoVault())
        code = centre.manage("make_enrolment_code", "--site", OFFICE, "--wall").strip().splitlines()[-1]
        enrolled = enrol_workplace(
            place,
            door.Centre(centre.address, program="test"),
            server=centre.address,
            typed_code=code,
            name="Зал",
            versions={"program": "test"},
        )
        desk = enrolled.desk
        calls = door.open_transport(desk.store, centre.address, desk.enrolment.roots, place.clock, program="test")
        reply = door.ask_person(calls, door.signer_of(desk.store), "akim", PASSWORD)
        open_session(desk, admit_person(place, desk, reply, PASSWORD), "test")
        walls.turn_on(place, desk)
        desk.store.close()
        place.file.set("recovery_given", "printed")
        place.file.set(walls.WALL_LANGUAGE, "en")

    def switch_on(self) -> Desktop:
        """Start the program anew; whoever waits for it sees that it opened its store by itself."""
        tray = Tray(self._folder / "tray")
        desktop = self._desktop = app.build(self._folder, papers=tray, vault=NoVault(), autostart=NoAutostart())
        desktop.show()
        self.until(lambda: desktop.walling is not None and desktop.walling.wall is not None)
        return desktop

    def switch_off(self) -> None:
        """End the program, where it runs."""
        desktop, self._desktop = self._desktop, None
        if desktop is not None:
            desktop.close()
            self._ended.append(desktop)  # a process would end here: its widgets are not freed under the other window

    @property
    def room(self) -> Wall:
        """The wall of the program that runs."""
        assert self._desktop is not None
        assert self._desktop.walling is not None
        assert self._desktop.walling.wall is not None
        return self._desktop.walling.wall

    def until(self, holds: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(holds, timeout=SOON_MS)


def view_of(desktop: Desktop) -> WallView:
    assert desktop.walling is not None
    assert desktop.walling.view is not None
    return desktop.walling.view


def is_seen(window: InOffice, who: str) -> bool:
    """Whether somebody's picture comes to a window; one whose media process is started again hears of all anew."""
    person = window.attending.presenter.people.get(who)
    return person is not None and person.has_picture


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    configure_structlog()
    program = build.build(lambda _line: None)
    surroundings = {"DATABASE_URL": "", "LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    made = Centre(tmp_path_factory.mktemp("centre") / "home", environment=surroundings)
    made.prepare([OFFICE])
    threads = set(threading.enumerate())
    try:
        made.start()
        made.media_server()
        soon = PLAN.replace("timedelta(minutes=30)", "timedelta(minutes=5)")
        made.manage("shell", "--no-imports", "-c", soon + AKIM)
        yield made
    finally:
        made.stop()
        for thread in set(threading.enumerate()) - threads:
            thread.join(5)


@pytest.fixture
def chair(
    centre: Centre, tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InOffice]:
    """The office that leads, seen and heard in a meeting that has begun."""
    monkeypatch.setattr(attention, "seen_after_ms", 0)
    monkeypatch.setenv("LIAISON_SPEAKER", "synthetic")
    monkeypatch.setenv("LIAISON_CAMERA", f"synthetic:{CHAIR}:640x360")
    monkeypatch.setenv("LIAISON_MICROPHONE", f"tone:{CHAIR_HZ}")
    window = InOffice(tmp_path / "chair", centre, HALL, "chair", qtbot)
    try:
        window.open_meetings()
        window.enter()
        window.attending.presenter.do(MeetingAct.OPEN)
        window.until(lambda: window.sign.startswith("Your office has the floor"))
        window.attending.presenter.turn_camera()
        window.attending.presenter.turn_microphone()
        yield window
    finally:
        window.close()
        words.set_language("ky")


@pytest.fixture
def hall(centre: Centre, chair: InOffice, tmp_path: Path, qtbot: QtBot) -> Iterator[OnWall]:
    made = OnWall(tmp_path / "wall", centre, qtbot)
    yield made
    made.switch_off()


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_a_wall_that_is_started_anew_is_in_the_meeting_by_itself_sees_and_is_called(
    chair: InOffice, hall: OnWall
) -> None:
    for _ in range(2):  # switched off in the middle and on again
        _is_in_by_itself(chair, hall)
    wall = hall.switch_on()
    hall.until(lambda: view_of(wall).meeting.sign.text().startswith("This hall is watching"))
    who = hall.room.room.who
    chair.attending.presenter.do(MeetingAct.CALL, who=who)
    hall.until(lambda: view_of(wall).meeting.sign.text().startswith("This hall has the floor"))
    hall.room.presenter.press()
    hall.room.presenter.press()
    hall.until(lambda: view_of(wall).meeting.sign.text() == "This hall is seen and heard by all")
    chair.until(lambda: is_seen(chair, who))
    chair.attending.presenter.do(MeetingAct.CLOSE)
    hall.until(lambda: view_of(wall).meeting.canvas.words.startswith("The meeting has ended"))


def _is_in_by_itself(chair: InOffice, hall: OnWall) -> None:
    """Switch the computer on: it is in the room and has the picture of whoever speaks; then switch it off."""
    view, room = view_of(hall.switch_on()), hall.room
    hall.until(lambda: view.meeting.sign.text().startswith("This hall is watching"))
    hall.until(lambda: chair.who in [cell.who for cell in view.meeting.canvas.scene.cells])
    hall.until(lambda: room.trying.ring is not None and room.trying.ring.newest > 0)
    who = room.room.who
    chair.until(lambda: who in chair.attending.presenter.people)
    hall.switch_off()
    chair.until(lambda: who not in chair.attending.presenter.people)
