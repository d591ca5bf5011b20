"""The next meeting stands on the screen with its agenda and the office's own part, with no line and by keyboard."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_view import LobbyView
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract.bodies import (
    Body,
    DecisionTaken,
    DecisionWithdrawn,
    MeetingCancelled,
    MeetingChanged,
    MeetingClosed,
    MeetingOpened,
    MeetingPlanned,
    Words,
)
from tests.desktop.centre_says import WHY, hear, heating, soon
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

ALT = Qt.KeyboardModifier.AltModifier
NAME, OTHER = bytes(range(16)), bytes(16)


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_CAMERA", "synthetic")
    monkeypatch.setenv("LIAISON_MICROPHONE", "synthetic")
    monkeypatch.setenv("LIAISON_SPEAKER", "synthetic")


class Visit:
    """A signed-in person at the screen, and a centre that speaks."""

    def __init__(self, desktop: Desktop, hands: Hands) -> None:
        assert desktop.counter is not None
        self.desktop, self.hands, self.counter = desktop, hands, desktop.counter
        self.bench = desktop.counter._bench
        self.site = self.bench.desk.enrolment.site_code
        hands.press(desktop.window, Qt.Key.Key_4, modifier=ALT)
        hands.until(lambda: self.counter.corner.meetings.isVisible())

    @property
    def lobby(self) -> LobbyView:
        return self.counter.corner.meetings.lobby

    def hear(self, *bodies: Body) -> None:
        done: list[bool] = []
        self.bench.store(lambda desk: hear(desk, *bodies), lambda _: done.append(True))
        self.hands.until(lambda: bool(done))
        self.bench.announce(ChangeSet(meetings=True))
        self.hands.until(lambda: self.desktop.runner.is_idle)
        QApplication.processEvents()

    def plan(self, minutes: int = 25, **changes: object):
        return heating(self.site, soon(formats.now(), minutes), **changes)

    def words(self) -> str:
        texts = self.counter.corner.meetings.findChildren(Text)
        return "\n".join(one.text() for one in texts if one.isVisible())


@pytest.fixture
def visit(programs: Programs, signed_in: Callable[[], Desktop], hands: Hands):
    programs.clock.now_ms = milliseconds(formats.now())  # what is to come is told by the window's own clock
    made = Visit(signed_in(), hands)
    yield made
    made.desktop.close()


def test_without_meetings_the_screen_says_so_and_camera_and_sound_can_be_tried(visit: Visit) -> None:
    assert "No meeting is planned for this office" in visit.words()
    assert visit.counter.corner.meetings.play.isVisible()
    assert not visit.lobby.list.isVisible()


def test_the_next_meeting_is_shown_whole_with_the_own_part(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()))
    assert visit.lobby.head.title.text() == "The heating season 2026–2027"
    assert visit.lobby.head.state.text().startswith("Begins in")
    said = visit.words()
    assert "Repair of boiler houses" in said
    assert "Your office reports." in said
    assert "Picture and sound are recorded." in said
    assert not visit.lobby.word.isVisible()


def test_a_meeting_that_was_moved_says_from_when_and_why(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()), MeetingChanged(NAME, visit.plan(minutes=200), WHY))
    assert visit.lobby.word.text().startswith("Moved from")
    assert "The Prime Minister is in Osh then." in visit.lobby.word.text()


def test_a_cancelled_meeting_says_so_and_why(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()), MeetingCancelled(NAME, WHY))
    assert visit.lobby.word.text().startswith("The meeting is not held")
    assert visit.lobby.head.state.text() == "Cancelled"


def test_a_meeting_that_goes_on_stands_before_the_next_one(visit: Visit) -> None:
    visit.hear(
        MeetingPlanned(OTHER, visit.plan(minutes=-10, title=WHY)),
        MeetingPlanned(NAME, visit.plan(minutes=-30)),
        MeetingOpened(NAME),
    )
    assert visit.lobby.head.state.text() == "Goes on now"
    assert [line.meeting for line in visit.lobby.list.table.rows()] == [NAME, OTHER]


def test_another_meeting_is_chosen_with_the_arrow_keys_and_stays_when_news_come(visit: Visit, hands: Hands) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()), MeetingPlanned(OTHER, visit.plan(minutes=400, title=WHY)))
    table = visit.lobby.list.table
    table.setFocus()
    hands.press(visit.desktop.window, Qt.Key.Key_Down, "meetings.table")
    hands.until(lambda: visit.lobby.head.title.text() == WHY.en)
    visit.hear(MeetingPlanned(b"\x07" * 16, visit.plan(minutes=100)))
    assert visit.lobby.head.title.text() == WHY.en
    assert table.current().meeting == OTHER


def test_the_keyboard_begins_at_the_way_into_a_meeting_whose_door_is_open(visit: Visit, hands: Hands) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan(minutes=20)))
    hands.press(visit.desktop.window, Qt.Key.Key_1, modifier=ALT)
    hands.press(visit.desktop.window, Qt.Key.Key_4, modifier=ALT)
    hands.until(lambda: hands.find(visit.desktop.window, "meetings.enter", QWidget).hasFocus())


def test_the_keyboard_begins_at_the_way_to_all_meetings_while_none_can_be_entered(visit: Visit, hands: Hands) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan(minutes=1_500)))
    hands.press(visit.desktop.window, Qt.Key.Key_1, modifier=ALT)
    hands.press(visit.desktop.window, Qt.Key.Key_4, modifier=ALT)
    hands.until(visit.lobby.head.all.hasFocus)
    hands.press(visit.desktop.window, Qt.Key.Key_Return, "meetings.all")
    hands.until(visit.lobby.list.table.hasFocus)


def test_earlier_meetings_are_shown_when_they_are_asked_for(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()), MeetingPlanned(OTHER, visit.plan(minutes=-5_000)))
    assert len(visit.lobby.list.table.rows()) == 1
    visit.lobby.list.earlier.click()
    assert len(visit.lobby.list.table.rows()) == 2


def test_who_is_invited_is_told_by_part_when_it_is_asked_for(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()))
    assert "Leads:" not in visit.words()
    visit.lobby.about.who.click()
    assert "Leads:" in visit.words()
    assert "Take part:" in visit.words()


def test_time_that_passes_is_told_without_news(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan(minutes=2)))
    formats.go_by(formats.away() - timedelta(minutes=3))
    visit.counter.corner.lobbies.tick()
    assert visit.lobby.head.state.text() == "Is about to begin"


def test_the_way_in_stands_below_the_meeting_and_goes_again(visit: Visit) -> None:
    visit.hear(MeetingPlanned(NAME, visit.plan()))
    way_in = QPushButton("Join")
    visit.lobby.show_joinable(way_in)
    assert way_in.isVisible()
    visit.lobby.show_joinable(None)
    assert not way_in.isVisible()
    way_in.setParent(None)


@pytest.mark.parametrize(("width", "height", "text_size"), [(1366, 768, 100), (911, 512, 100), (1366, 768, 150)])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_a_meeting_has_its_room(
    visit: Visit, language: str, width: int, height: int, text_size: int
) -> None:
    visit.desktop.set_language(language)
    visit.desktop.set_text_size(text_size)
    visit.desktop.window.resize(width, height)
    changed = MeetingChanged(NAME, visit.plan(minutes=200), WHY)
    visit.hear(MeetingPlanned(NAME, visit.plan()), changed, MeetingPlanned(OTHER, visit.plan(minutes=-5_000)))
    visit.lobby.about.who.setChecked(True)
    for _ in range(5):
        QApplication.processEvents()
    cut = [
        one.text()
        for one in visit.counter.corner.meetings.findChildren(Text)
        if one.isVisible() and one.text() and one.height() < one.heightForWidth(one.width())
    ]
    assert cut == []
    screen = visit.counter.corner.meetings
    for part in (visit.lobby.head.state, visit.lobby.about.who, visit.lobby.list.earlier, screen.again):
        assert part.width() >= part.minimumSizeHint().width()
        assert part.mapTo(screen, part.rect().topRight()).x() < screen.width()


def decided(visit: Visit, name: int, due_in: int, *executors: str, meeting: bytes = OTHER) -> DecisionTaken:
    words = Words(
        "Мектептерге жана ооруканаларга көмүр толук жеткирилсин, ар бир район жума сайын отчёт берсин",
        "Подвезти уголь в школы и больницы, каждому району еженедельно отчитываться",
        "Bring coal to schools and hospitals, every district to report each week",
    )
    due_on = formats.today() + timedelta(days=due_in)
    return DecisionTaken(bytes([name]) * 16, meeting, words, executors, due_on, 1)


def held(visit: Visit) -> None:
    """A meeting that is over, what it decided, and what one without this office decided."""
    visit.hear(
        MeetingPlanned(OTHER, visit.plan(minutes=-5_000)),
        MeetingOpened(OTHER),
        decided(visit, 1, 20, "KG-N", "KG-O"),
        decided(visit, 2, -12, visit.site, "KG-N"),
        decided(visit, 3, 3, visit.site),
        DecisionWithdrawn(bytes([3]) * 16, OTHER, WHY),
        MeetingClosed(OTHER),
        decided(visit, 4, 0, visit.site, meeting=bytes([9]) * 16),
    )


def test_what_a_past_meeting_decided_is_read_with_no_line_the_own_first_and_overdue_in_words(visit: Visit) -> None:
    held(visit)
    visit.counter.corner.lobbies.choose(OTHER)
    visit.hands.until(lambda: visit.lobby.decisions.isVisible())
    told = [one.text() for one in visit.lobby.decisions.findChildren(Text) if one.isVisible()]
    overdue = next(n for n, words in enumerate(told) if "overdue by" in words)
    later = next(n for n, words in enumerate(told) if "working days left" in words)
    gone = next(n for n, words in enumerate(told) if words.startswith("Withdrawn:"))
    assert overdue < later < gone
    assert "2 decisions" in told


def test_what_a_meeting_without_this_office_asked_for_is_to_be_seen(visit: Visit) -> None:
    held(visit)
    visit.hands.until(lambda: visit.lobby.to_do.isVisible())
    assert "of a meeting that this office was not invited to" in visit.words()
    assert "today is the last day" in visit.words()


@pytest.mark.parametrize(("width", "height", "text_size"), [(1366, 768, 100), (911, 512, 100), (1366, 768, 150)])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_a_decision_has_its_room(
    visit: Visit, language: str, width: int, height: int, text_size: int
) -> None:
    visit.desktop.set_language(language)
    visit.desktop.set_text_size(text_size)
    visit.desktop.window.resize(width, height)
    held(visit)
    visit.counter.corner.lobbies.choose(OTHER)
    visit.hands.until(lambda: visit.lobby.decisions.isVisible())
    for _ in range(5):
        QApplication.processEvents()
    texts = [one for one in visit.counter.corner.meetings.findChildren(Text) if one.isVisible() and one.text()]
    assert [one.text() for one in texts if one.height() < one.heightForWidth(one.width())] == []
    screen = visit.counter.corner.meetings
    for part in (visit.lobby.decisions, visit.lobby.to_do):
        assert part.mapTo(screen, part.rect().topRight()).x() < screen.width()
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        visit.desktop.window.grab().save(str(Path(folder) / f"lobby-{language}-{width}-{text_size}.png"))
