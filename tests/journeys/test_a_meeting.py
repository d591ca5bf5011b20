"""Two windows meet: planned at the centre, entered from the lobby, called to the stage, seen and heard, thanked."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.media.sources import colour_of
from liaison_desktop.meetings.messages import Heard
from liaison_desktop.services.enrolling import enrol_workplace
from liaison_desktop.services.opening import Place
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.sync import door
from liaison_desktop.ui.meetings.attending import Attending
from liaison_desktop.ui.paper import Tray
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
from tests.desktop.ui.hands import type_text

HALL, OFFICE = "KG-C", "KG-C-ALA"
PASSWORD = "алты-сан 77"
CHAIR, CLERK = 1, 2
"""What the cameras of the two draw."""
CHAIR_HZ, CLERK_HZ = 440, 1_000
SOON_MS = 60_000
INSIDE = ("You are watching", "You are on stage", "You are in the waiting", "Your office has the floor")
"""How the line begins that says how one stands in the room; whoever leads has the floor as soon as they are in."""

PLAN = f"""
from datetime import timedelta
from django.utils import timezone
from server_sync.contract.bodies import AgendaItem, Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.workflow import Role
from server_sync.meetings.acts import plan_meetings
from server_sync.workplaces.models import Person, RoleGrant, Site
made = {{}}
for login, role, site in (("chair", Role.CHAIR_ASSISTANT, "{HALL}"), ("clerk", Role.CLERK, "{OFFICE}")):
    made[login] = Person.objects.create_person(login, "{PASSWORD}", surname="Асанова", given_name="Айгүл")
    since = timezone.localdate() - timedelta(days=1)
    RoleGrant.objects.create(person=made[login], role=role, site=Site.objects.get(pk=site), from_on=since)
plan = MeetingPlan(
    title=Words("Суу", "Вода", "Water"),
    starts_at_ms=int((timezone.now() + timedelta(minutes=30)).timestamp() * 1000),
    minutes=60,
    invited=(Invited("{HALL}", MeetingPart.CHAIR), Invited("{OFFICE}", MeetingPart.OFFICE)),
    agenda=(AgendaItem(Words("Суу", "Вода", "Water"), "{OFFICE}", 20),),
)
plan_meetings(made["chair"].id.bytes, bytes(range(16)), [plan])
"""


class InOffice:
    """A window of an office, with what its camera draws and its microphone hums."""

    def __init__(self, folder: Path, centre: Centre, site: str, login: str, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        home = Home.at(folder)
        place = Place(home, DescriptionFile(home.description), SystemClock(), ThisMachine(), NoVault())
        carrier = door.Centre(centre.address, program="test")
        enrolled = enrol_workplace(
            place,
            carrier,
            server=centre.address,
            typed_code=centre.enrolment_code(site),
            name="Терезе",
            versions={"program": "test"},
        )
        desk = enrolled.desk
        calls = door.open_transport(desk.store, centre.address, desk.enrolment.roots, place.clock, program="test")
        admit_person(place, desk, door.ask_person(calls, door.signer_of(desk.store), login, PASSWORD), PASSWORD)
        desk.store.close()
        place.file.set("recovery_given", "printed")
        self.heard: list[int] = []
        self.desktop: Desktop = app.build(folder, papers=Tray(folder / "tray"), vault=NoVault())
        self.desktop.show()
        self.desktop.window.showNormal()
        self.desktop.window.resize(1366, 768)
        self.desktop.set_language("en")
        self.sign_in()

    def sign_in(self) -> None:
        window = self.desktop.window
        field = window.findChild(QLineEdit, "signin.password")
        assert field is not None
        type_text(field, PASSWORD)
        self.click("signin.enter")
        self.until(lambda: self.desktop.counter is not None)
        assert self.desktop.counter is not None
        self.desktop.counter.corner.trying.told.connect(
            lambda told: self.heard.append(told.hz) if isinstance(told, Heard) else None
        )

    @property
    def attending(self) -> Attending:
        assert self.desktop.counter is not None
        return self.desktop.counter.corner.attending

    @property
    def sign(self) -> str:
        return self.attending.view.sign.text()

    def until(self, holds: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(holds, timeout=SOON_MS)

    def click(self, name: str) -> None:
        found = [one for one in self.desktop.window.findChildren(QAbstractButton, name) if one.isVisible()]
        assert found, name
        found[0].click()

    def open_meetings(self) -> None:
        """Open the lobby; the media process begins with what is in the surroundings now."""
        assert self.desktop.counter is not None
        counter = self.desktop.counter
        counter.shell.open("meetings")
        self.until(lambda: counter.corner.trying.process is not None)

    def enter(self) -> None:
        self.until(lambda: self.attending.way_in.button.isVisible())
        self.attending.way_in.press()
        self.until(lambda: self.sign.startswith(INSIDE))

    def sees(self, who: str, number: int) -> bool:
        """Whether the wall in somebody's picture has the colour of this camera."""
        canvas = self.attending.view.canvas
        cell = next((cell for cell in canvas.scene.cells if cell.who == who), None)
        if cell is None:
            return False
        image = canvas.grab().toImage()
        at = (cell.picture.x + cell.picture.width // 20, cell.picture.y + cell.picture.height // 8)
        if who == self.who:
            at = (cell.picture.x + cell.picture.width * 19 // 20, at[1])  # one sees oneself as in a mirror
        seen = QColor(image.pixel(*at))
        wanted = colour_of(number)
        return all(abs(a - b) < 30 for a, b in zip((seen.blue(), seen.green(), seen.red()), wanted, strict=True))

    @property
    def who(self) -> str:
        return self.attending.presenter.who

    def hears(self, hz: int) -> bool:
        return bool(self.heard) and abs(self.heard[-1] - hz) < 15

    def close(self) -> None:
        self.desktop.close()


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
        made.manage("shell", "--no-imports", "-c", PLAN)
        yield made
    finally:
        made.stop()
        for thread in set(threading.enumerate()) - threads:
            thread.join(5)


@pytest.fixture
def two(
    centre: Centre, tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[InOffice, InOffice]]:
    monkeypatch.setattr(attention, "seen_after_ms", 0)
    monkeypatch.setenv("LIAISON_SPEAKER", "synthetic")
    hall = InOffice(tmp_path / "hall", centre, HALL, "chair", qtbot)
    office = InOffice(tmp_path / "office", centre, OFFICE, "clerk", qtbot)
    for window, number, hz in ((hall, CHAIR, CHAIR_HZ), (office, CLERK, CLERK_HZ)):
        monkeypatch.setenv("LIAISON_CAMERA", f"synthetic:{number}:640x360")
        monkeypatch.setenv("LIAISON_MICROPHONE", f"tone:{hz}")
        window.open_meetings()
    yield hall, office
    hall.close()
    office.close()
    words.set_language("ky")


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_an_office_is_called_to_the_stage_seen_and_heard_and_thanked(two: tuple[InOffice, InOffice]) -> None:
    hall, office = two
    for window in two:
        window.enter()
    assert office.sign == "You are in the waiting room"
    hall.attending.presenter.do(MeetingAct.OPEN)
    office.until(lambda: office.sign.startswith("You are watching"))
    hall.until(lambda: hall.sign.startswith("Your office has the floor"))
    hall.attending.presenter.turn_camera()
    hall.attending.presenter.turn_microphone()
    office.until(lambda: office.sees(hall.who, CHAIR))
    office.until(lambda: office.hears(CHAIR_HZ))
    office.attending.presenter.turn_hand()
    office.until(lambda: office.attending.presenter.place == 1)
    hall.until(lambda: hall.attending.view.desk.next.isVisible())
    hall.attending.view.desk.press_next()
    office.until(lambda: office.sign == "You are on stage: you are seen and heard")
    hall.until(lambda: hall.sees(office.who, CLERK))
    office.until(lambda: office.sees(office.who, CLERK))
    hall.until(lambda: hall.hears(CLERK_HZ))
    hall.attending.view.desk.press_thank()
    office.until(lambda: office.sign.startswith("You are watching"))
    hall.until(lambda: [cell.who for cell in hall.attending.view.canvas.scene.cells] == [hall.who])
    hall.attending.presenter.do(MeetingAct.CLOSE)
    office.until(lambda: office.attending.view.canvas.words.startswith("The meeting has ended"))
