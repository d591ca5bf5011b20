"""A hall's screen in its window: meetings with nobody there, five keys, no way to a request, a password at the end."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QWidget

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.background import media_process
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.domain.people import PersonRole
from liaison_desktop.meetings.messages import Captioned
from liaison_desktop.services import walls
from liaison_desktop.ui import formats, names, walling
from liaison_desktop.ui.meetings.calling import Calling
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.shell.view import Shell
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.wall.view import WallView, text_size
from liaison_desktop.ui.wall.wall import Wall as BigScreen
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.workplace import words
from liaison_desktop.workplace.description import Description, DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.wall_key import keep_wall_key
from server_sync.contract.bodies import Words
from server_sync.contract.meetings import (
    NOBODY_THERE,
    Caption,
    CaptionLanguage,
    MeetingAct,
    MeetingCall,
    MeetingState,
    write_caption,
)
from server_sync.contract.workflow import Role
from tests.desktop.office import PASSWORD, SITE
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hall import HALL_SITE, OWN, Hall, PaperChild, invitation, other
from tests.desktop.ui.hands import Hands

SITES = (HALL_SITE, "KG-N", SITE, "KG-N-KOC", "KG-Y-TON", "KG-O")
BIG, NARYN = other(HALL_SITE), other("KG-N")
SIZES = ((1920, 1080), (1366, 768))
PICTURES = os.environ.get("LIAISON_PICTURES", "")


@dataclass
class StandInAutostart:
    command: tuple[str, ...] = ()
    turned: list[bool] = field(default_factory=list)

    def turn_on(self, command: Sequence[str]) -> None:
        self.command = tuple(command)
        self.turned.append(True)

    def turn_off(self) -> None:
        self.command = ()
        self.turned.append(False)


class OnWall:
    """A hall's computer that is switched on and off, and what its store knows."""

    def __init__(self, programs: Programs, hall: Hall, hands: Hands) -> None:
        self.programs, self.hall, self.hands = programs, hall, hands
        self.autostart = StandInAutostart()
        self.known: tuple[MeetingSeen, ...] = ()
        self._open: list[Desktop] = []
        formats.reckon_by(programs.clock.wall_ms)

    def be_wall(self, role: Role = Role.AKIM, *, is_on: bool = True) -> None:
        """What an enrolment by a code for a wall leaves behind, and somebody who switched it on."""
        home = Home.at(self.programs.folder)
        (key,) = self.programs.vault.kept.values()
        self.programs.vault.kept.clear()

        def wall(before: Description) -> Description:
            people = tuple(
                replace(one, person=replace(one.person, roles=(PersonRole(role, SITE),))) for one in before.people
            )
            return replace(before, enrolment=replace(before.enrolled(), is_wall=True), people=people)

        DescriptionFile(home.description).change(wall)
        if is_on:
            keep_wall_key(home.wall_key, key)

    def start(self, width: int = 1366, height: int = 768) -> Desktop:
        desktop = app.build(
            self.programs.folder,
            papers=Tray(self.programs.tray),
            vault=self.programs.vault,
            clock=self.programs.clock,
            machine=self.programs.machine,
            sync=False,
            autostart=self.autostart,
        )
        self._open.append(desktop)
        desktop.show()
        desktop.window.showNormal()
        desktop.window.resize(width, height)
        QApplication.processEvents()
        if desktop.walling is not None and desktop.walling.view is not None:
            desktop.walling.view.setFocus()
        return desktop

    def until(self, holds: Callable[[], bool]) -> None:
        self.hands.until(holds)

    def end(self) -> None:
        for desktop in self._open:
            desktop.close()


@pytest.fixture
def wall(programs: Programs, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnWall]:
    hall = Hall()
    monkeypatch.setattr(media_process, "MediaProcess", type("OfThisHall", (PaperChild,), {"hall": hall}))
    monkeypatch.setattr(Calling, "act", lambda _calling, *asked: hall.act(*asked))
    on = OnWall(programs, hall, hands)
    monkeypatch.setattr(walls, "coming", lambda _desk: on.known)
    hall.come(BIG, NARYN)
    hall.seat(BIG)
    yield on
    on.end()


def view_of(desktop: Desktop) -> WallView:
    assert desktop.walling is not None
    assert desktop.walling.view is not None
    return desktop.walling.view


def sign_of(desktop: Desktop) -> str:
    return view_of(desktop).meeting.sign.text()


def press(desktop: Desktop, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view_of(desktop), key)
    QApplication.processEvents()


def in_meeting(wall: OnWall, **size: int) -> Desktop:
    wall.be_wall()
    wall.known = (invitation(sites=SITES),)
    desktop = wall.start(**size)
    wall.until(lambda: sign_of(desktop).startswith("This hall is watching"))
    return desktop


def test_a_computer_that_is_switched_on_is_in_the_meeting_with_nobody_there(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    assert wall.hall.acts()[:2] == [MeetingAct.ENTER, MeetingAct.HERE]
    assert {call.person for call in wall.hall.calls} == {NOBODY_THERE}
    assert view_of(desktop).is_in_meeting
    desktop.close()
    wall.hall.calls.clear()
    again = wall.start()
    wall.until(lambda: sign_of(again).startswith("This hall is watching"))
    assert wall.hall.acts()[:2] == [MeetingAct.ENTER, MeetingAct.HERE]


def test_it_goes_to_a_meeting_when_its_hour_comes(wall: OnWall) -> None:
    wall.be_wall()
    wall.known = (invitation(sites=SITES, opened=False, in_minutes=30),)
    desktop = wall.start()
    waiting = view_of(desktop).waiting
    wall.until(lambda: "The heating season" in waiting.text())
    assert waiting.clock.text() == formats.clock(formats.now())
    assert "No line yet" in waiting.text()
    assert not wall.hall.calls
    wall.programs.clock.go_on(21 * 60_000)
    wall.until(lambda: view_of(desktop).is_in_meeting)


def test_with_no_meeting_it_says_so(wall: OnWall) -> None:
    wall.be_wall()
    desktop = wall.start()
    wall.until(lambda: "No meeting is planned" in view_of(desktop).waiting.text())


def test_the_remote_control_raises_the_hand_and_brings_camera_and_microphone(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    presses = view_of(desktop).presses
    press(desktop, Qt.Key.Key_Return)
    assert presses.isVisible()
    assert presses.chosen == "Raise hand"
    press(desktop, Qt.Key.Key_Escape)
    assert not presses.isVisible()
    wall.hall.seat(OWN)
    wall.until(lambda: sign_of(desktop) == "This hall has the floor. To be seen and heard press Enter")
    press(desktop, Qt.Key.Key_Return)
    assert presses.chosen == "Be seen and heard"
    press(desktop, Qt.Key.Key_Return)
    wall.until(lambda: sign_of(desktop) == "This hall is seen and heard by all")
    wall.hall.thank(OWN)
    wall.until(lambda: sign_of(desktop).startswith("This hall is watching"))


def test_who_raised_the_hand_is_seen_and_heard_as_soon_as_called(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    press(desktop, Qt.Key.Key_Return, Qt.Key.Key_Return)
    wall.until(lambda: sign_of(desktop).startswith("Your hand is raised"))
    called = MeetingCall(b"m" * 16, bytes(16), MeetingAct.CALL, bytes(16), OWN)
    wall.hall.act(called, _nothing, _nothing, False)
    wall.until(lambda: sign_of(desktop) == "This hall is seen and heard by all")


def test_no_key_leads_to_the_register(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    view = view_of(desktop)
    for key, modifier in (
        (Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(view, key, modifier)
    QApplication.processEvents()
    assert desktop.counter is None
    assert not desktop.window.findChildren(Shell)
    assert desktop.window.stack.currentWidget() is view
    assert not [one for one in view.findChildren(QAbstractButton) if one.isVisible()]


def _nothing(_told: object) -> None:
    """The desk has its answer."""


def leave(wall: OnWall, desktop: Desktop) -> None:
    wall.until(lambda: desktop.walling is not None and desktop.walling.wall is not None)
    press(desktop, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Return)
    wall.until(lambda: desktop.sign_in is not None and desktop.sign_in.isVisible())


def sign_in(wall: OnWall, desktop: Desktop) -> None:
    wall.hands.type(desktop.window, "signin.password", PASSWORD)
    wall.hands.press(desktop.window, Qt.Key.Key_Return, "signin.password")


def test_leaving_asks_for_a_password_and_the_meeting_goes_on_until_it_is_given(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    view = view_of(desktop)
    leave(wall, desktop)
    assert MeetingAct.LEAVE not in wall.hall.acts()
    wall.hands.press(desktop.window, Qt.Key.Key_Escape)
    wall.until(lambda: desktop.window.stack.currentWidget() is view)
    assert desktop.sign_in is None
    leave(wall, desktop)
    sign_in(wall, desktop)
    wall.until(lambda: desktop.walling is not None and desktop.walling.care is not None)
    assert MeetingAct.LEAVE in wall.hall.acts()
    assert desktop.counter is None
    assert not desktop.window.findChildren(Shell)


def announce(shown: BigScreen) -> None:
    """What an exchange does that brought something of a meeting."""
    shown.bench.announce(ChangeSet(meetings=True))


def test_after_somebody_signed_in_and_went_back_a_change_is_heard_by_the_wall_that_is_there(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    leave(wall, desktop)
    care_of(wall, desktop)
    wall.hands.click(desktop.window, names.WALL_BACK)
    wall.until(lambda: sign_of(desktop).startswith("This hall is watching"))
    assert desktop.walling is not None
    assert desktop.walling.wall is not None
    announce(desktop.walling.wall)
    for _ in range(20):
        QApplication.processEvents()
    assert not [one for one in desktop.window.findChildren(QDialog) if one.isVisible()]
    assert sign_of(desktop).startswith("This hall is watching")


def test_what_was_asked_over_the_sign_in_goes_when_nobody_answers(
    wall: OnWall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walling, "BACK_MS", 1_500)
    desktop = in_meeting(wall)
    leave(wall, desktop)
    question = Dialog(desktop.window, lambda: "?")
    question.open()
    wall.until(lambda: desktop.window.stack.currentWidget() is view_of(desktop))
    assert not question.isVisible()


def test_a_sign_in_that_nobody_touches_gives_way_to_the_wall(wall: OnWall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walling, "BACK_MS", 1_500)
    desktop = in_meeting(wall)
    leave(wall, desktop)
    wall.until(lambda: desktop.window.stack.currentWidget() is view_of(desktop))


def test_the_window_of_a_wall_closes_for_the_system_alone(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    desktop.window.close()
    QApplication.processEvents()
    assert desktop.window.isVisible()
    assert desktop.sign_in is not None
    desktop.window.close()
    assert desktop.window.isVisible()
    desktop.end()
    assert not desktop.window.isVisible()
    assert MeetingAct.LEAVE in wall.hall.acts()


def care_of(wall: OnWall, desktop: Desktop) -> QWidget:
    sign_in(wall, desktop)
    wall.until(lambda: desktop.walling is not None and desktop.walling.care is not None)
    assert desktop.walling is not None
    assert desktop.walling.care is not None
    return desktop.walling.care.view


def answer(wall: OnWall, desktop: Desktop) -> None:
    wall.until(lambda: wall.hands.is_seen(desktop.window, "question.act"))
    wall.hands.click(desktop.window, "question.act")


def test_the_head_of_the_office_switches_room_mode_on_and_off_each_time_asked_back(wall: OnWall) -> None:
    wall.be_wall(is_on=False)
    wall.known = (invitation(sites=SITES),)
    desktop = wall.start()
    assert desktop.sign_in is not None
    care_of(wall, desktop)
    wall.hands.click(desktop.window, names.WALL_TURN)
    assert not walls.begins_by_itself(desktop.place)
    answer(wall, desktop)
    wall.until(lambda: desktop.walling is not None and desktop.walling.view is not None)
    wall.until(lambda: sign_of(desktop).startswith("This hall is watching"))
    assert wall.autostart.command[-1] == str(desktop.place.home.folder)
    leave(wall, desktop)
    care_of(wall, desktop)
    wall.hands.click(desktop.window, names.WALL_TURN)
    answer(wall, desktop)
    wall.until(lambda: not walls.begins_by_itself(desktop.place))
    wall.until(lambda: wall.autostart.turned == [True, False])
    wall.until(lambda: not wall.hands.is_seen(desktop.window, names.WALL_BACK))


def test_a_clerk_sees_the_page_and_no_switch(wall: OnWall) -> None:
    wall.be_wall(Role.CLERK)
    desktop = wall.start()
    leave(wall, desktop)
    care_of(wall, desktop)
    assert not wall.hands.is_seen(desktop.window, names.WALL_TURN)
    wall.hands.click(desktop.window, names.WALL_BACK)
    wall.until(lambda: desktop.window.stack.currentWidget() is view_of(desktop))


def test_the_wall_speaks_and_looks_as_was_chosen_for_it_whatever_its_people_chose(wall: OnWall) -> None:
    wall.be_wall()
    desktop = wall.start()
    desktop.place.file.set(walls.WALL_LANGUAGE, "ky")
    leave(wall, desktop)
    assert words.current() == "en"
    assert not look.tokens.is_dark
    wall.hands.press(desktop.window, Qt.Key.Key_Escape)
    wall.until(lambda: words.current() == "ky")
    assert look.tokens.is_dark


@pytest.mark.expects_log("store_")
def test_a_store_that_does_not_open_is_said_on_the_wall_and_one_press_leads_to_the_sign_in(wall: OnWall) -> None:
    wall.be_wall()
    keep_wall_key(wall.programs.folder / "wall.key", bytes(32))
    desktop = wall.start()
    wall.until(lambda: bool(view_of(desktop).waiting.trouble))
    press(desktop, Qt.Key.Key_Return)
    wall.until(lambda: desktop.sign_in is not None and desktop.sign_in.isVisible())


def test_the_word_of_the_end_stands_there_and_then_what_comes_next(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    wall.hall.change(state=MeetingState.CLOSED, seats=(), hands=())
    canvas = view_of(desktop).meeting.canvas
    wall.until(lambda: canvas.words.startswith("The meeting has ended"))
    wall.known = ()

    def a_minute_later() -> bool:
        wall.programs.clock.go_on(61_000)
        return not view_of(desktop).is_in_meeting

    wall.until(a_minute_later)
    assert "No meeting is planned" in view_of(desktop).waiting.text()


def test_a_vote_is_shown_and_nobody_votes_from_a_wall(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    wall.hall.ask(b"v" * 16, Words("Кабыл алынсынбы?", "Принять?", "Adopt it?"))
    vote = view_of(desktop).meeting.vote
    wall.until(lambda: "Adopt it?" in vote.text())
    assert not vote.findChildren(QAbstractButton)


def test_what_is_typed_of_what_is_spoken_stands_below_the_pictures(wall: OnWall) -> None:
    desktop = in_meeting(wall)
    caption = Caption(1, CaptionLanguage.RU, "Уголь завезён на сорок дней.", int(formats.now().timestamp() * 1000))
    wall.hall.children[-1].say(Captioned(write_caption(caption)))
    strip = view_of(desktop).meeting.captions
    wall.until(lambda: strip.isVisible())


def test_a_wall_s_text_grows_with_the_wall() -> None:
    assert text_size(1080) == 200
    assert text_size(2160) == 400
    assert text_size(768) == 142
    assert text_size(300) == 100


def test_programs_of_offices_load_nothing_of_it() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, liaison_desktop.app, liaison_desktop.ui.counter; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not [one for one in said if ".wall" in one and one != "liaison_desktop.workplace.wall_key"]
    assert "liaison_desktop.workplace.autostart" not in said


@pytest.mark.skipif(not PICTURES, reason="pictures are looked at by people")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_pictures(wall: OnWall, language: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(PICTURES)
    monkeypatch.setattr(walling, "text_size", lambda _high: text_size(size[1]))

    def keep(desktop: Desktop, name: str) -> None:
        for _ in range(8):
            QApplication.processEvents()
        desktop.window.grab().save(str(folder / f"wall-{name}-{language}-{size[0]}.png"))

    wall.be_wall()
    DescriptionFile(Home.at(wall.programs.folder).description).change(
        lambda before: replace(before, settings={**before.settings, walls.WALL_LANGUAGE: language}, language=language)
    )
    desktop = wall.start(*size)
    wall.until(lambda: desktop.walling is not None and desktop.walling.wall is not None)
    keep(desktop, "nothing")
    later = invitation(sites=SITES, opened=False, in_minutes=200)
    cancelled = replace(invitation(sites=SITES, in_minutes=400), state=MeetingState.CANCELLED, meeting=b"c" * 16)
    wall.known = (later, cancelled, replace(later, meeting=b"d" * 16))
    assert desktop.walling is not None
    assert desktop.walling.wall is not None
    desktop.walling.wall.presenter.refresh()
    keep(desktop, "next")
    press(desktop, Qt.Key.Key_Return)
    keep(desktop, "next-keys")
    press(desktop, Qt.Key.Key_Escape)
    wall.known = (invitation(sites=SITES),)
    desktop.walling.wall.presenter.refresh()
    wall.until(lambda: bool(sign_of(desktop)) and view_of(desktop).meeting.canvas.scene.cells != ())
    others = [other(f"KG-N-{n:03}") for n in range(18)]
    wall.hall.come(*others)
    wall.hall.seat(*others)
    wall.hall.speak(BIG)
    wall.until(lambda: len(view_of(desktop).meeting.canvas.scene.cells) > 5)
    keep(desktop, "speaker")
    wall.hall.ask(b"v" * 16, Words("Чечим кабыл алынсынбы?", "Принять решение?", "Adopt the decision?"))
    wall.until(lambda: view_of(desktop).meeting.vote.isVisible())
    keep(desktop, "vote")
    for number, text in ((1, "Уголь завезён на сорок дней."), (2, "Котельные готовы.")):
        line = Caption(number, CaptionLanguage(language if language != "en" else "ru"), text, 0)
        wall.hall.children[-1].say(Captioned(write_caption(line)))
    wall.until(lambda: view_of(desktop).meeting.captions.isVisible())
    keep(desktop, "captions")
    wall.hall.change(vote=None)
    desktop.walling.wall.room.turn_layout()
    keep(desktop, "grid")
    desktop.walling.wall.room.turn_layout()
    wall.hall.seat(OWN)
    wall.until(lambda: bool(desktop.walling and desktop.walling.wall and desktop.walling.wall.room.is_on_stage))
    press(desktop, Qt.Key.Key_Return)
    keep(desktop, "floor")
    wall.hall.change(state=MeetingState.CLOSED, seats=(), hands=())
    press(desktop, Qt.Key.Key_Escape)
    keep(desktop, "over")
    press(desktop, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Return)
    keep(desktop, "sign-in")
    field_of = desktop.window.findChild(QLineEdit, "signin.password")
    assert field_of is not None
    care_of(wall, desktop)
    keep(desktop, "care")
