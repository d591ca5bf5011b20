"""A screen is seen by the others only while somebody on stage has chosen it, and its sharer is told so."""

from dataclasses import dataclass, field, replace

import pytest

from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.meetings.messages import Display, Displays, Follows, InRoom, People, RoomStage, Shared
from liaison_desktop.ui.meetings.room_values import ScreenShown, Switch
from liaison_desktop.ui.meetings.sharing import ScreenSharing
from liaison_desktop.ui.meetings.tiles import Layout
from server_sync.contract.interpreting import Interpreter, Into
from server_sync.contract.meetings import Seat
from tests.desktop.presenters.test_room import HALL, NARYN, NOW_MS, OWN, STAGE, Room, seated, there

FIRST, SECOND = Display("1", 1920, 1080, ""), Display("2", 1366, 768, "")


@dataclass
class View:
    """Keeps what it was last told."""

    share: Switch = Switch.HIDDEN
    shown: ScreenShown = ScreenShown.NOT
    told_to_button: ScreenShown = ScreenShown.NOT
    is_open: bool = False
    displays: tuple[Display, ...] | None = None

    def show_share(self, switch: Switch, shown: ScreenShown) -> None:
        self.share, self.told_to_button = switch, shown

    def show_shared(self, shown: ScreenShown) -> None:
        self.shown = shown

    def open_choice(self) -> None:
        self.is_open, self.displays = True, None

    def show_choice(self, displays: Displays) -> None:
        self.displays = displays.displays

    def close_choice(self) -> None:
        self.is_open = False


@dataclass
class Sharer:
    room: Room = field(default_factory=Room)
    view: View = field(default_factory=View)
    asked: int = 0

    def __post_init__(self) -> None:
        self.sharing = ScreenSharing(self.view, self.room.presenter, self._ask)

    def _ask(self) -> None:
        self.asked += 1

    def hear(self, told: Displays | Shared | People | Follows) -> None:
        self.room.presenter.heard(told)
        self.sharing.heard(told)

    def wished(self) -> tuple[bool, str]:
        self.sharing.refresh()
        assert self.room.wish.room is not None
        return self.room.wish.room.screen, self.room.wish.room.display

    def shown(self) -> ScreenShown:
        return self.view.shown

    def offered(self) -> Switch:
        return self.view.share

    def share(self, display: Display = FIRST) -> None:
        self.room.on_stage()
        self.sharing.refresh()
        self.sharing.press()
        self.hear(Displays((FIRST, SECOND)))
        self.sharing.choose(display.code)
        self.sharing.put_away()


@pytest.fixture
def at() -> Sharer:
    return Sharer()


def test_only_who_is_on_stage_is_offered_to_share(at: Sharer) -> None:
    at.room.enter()
    at.sharing.refresh()
    assert at.view.share is Switch.HIDDEN
    at.sharing.press()
    assert (at.asked, at.view.is_open) == (0, False)
    at.room.says(seated())
    at.sharing.refresh()
    assert at.offered() is Switch.OFF


def test_nothing_is_shared_before_a_screen_was_chosen(at: Sharer) -> None:
    at.room.on_stage()
    at.sharing.press()
    assert (at.asked, at.view.is_open) == (1, True)
    at.hear(Displays((FIRST,)))
    assert at.view.displays == (FIRST,)
    assert at.wished() == (False, "")
    at.sharing.put_away()
    at.sharing.choose("1")
    assert at.wished() == (False, "")


def test_the_chosen_screen_is_shared_and_it_is_said_when_it_is_seen(at: Sharer) -> None:
    at.share(SECOND)
    assert at.wished() == (True, "2")
    assert (at.view.share, at.view.shown, at.view.is_open) == (Switch.ON, ScreenShown.COMING, False)
    at.hear(Shared(True))
    assert at.view.shown is ScreenShown.SEEN
    at.sharing.press()
    assert at.wished() == (False, "")
    assert (at.view.share, at.view.shown) == (Switch.OFF, ScreenShown.NOT)


@pytest.mark.parametrize("profile", ["stills", "sound"])
def test_a_screen_that_the_line_does_not_carry_is_said_to_be_seen_by_nobody(at: Sharer, profile: str) -> None:
    at.share()
    at.hear(Shared(True))
    at.hear(Follows(profile))
    at.hear(Shared(False))
    assert at.shown() is ScreenShown.WITHHELD
    assert at.room.sign().endswith("Your screen is not sent.")
    at.hear(Follows("small"))
    at.sharing.refresh()
    assert at.shown() is ScreenShown.COMING
    assert "screen" not in at.room.sign()
    at.hear(Shared(True))
    assert at.shown() is ScreenShown.SEEN


def test_whoever_is_thanked_shares_no_more_and_is_not_seen_when_called_again(at: Sharer) -> None:
    at.share()
    at.room.says(replace(STAGE, version=30))
    assert at.wished() == (False, "")
    assert at.view.share is Switch.HIDDEN
    at.room.says(replace(seated(), version=31))
    assert at.wished() == (False, "")


def test_whoever_is_thanked_and_called_again_unseen_is_neither_seen_nor_heard_and_shares_nothing(at: Sharer) -> None:
    at.share()
    at.room.presenter.turn_microphone()
    at.room.presenter.turn_camera()
    at.hear(Shared(True))
    assert (at.wished(), at.room.published()) == ((True, "1"), (True, True))
    at.room.says(replace(STAGE, version=30, seats=(*STAGE.seats, Seat(OWN, NOW_MS, is_silenced=False))))
    assert (at.wished(), at.room.published()) == ((True, "1"), (True, True)), "the same seat, another word of it"
    at.room.says(replace(STAGE, version=40, seats=(*STAGE.seats, Seat(OWN, NOW_MS + 7_000))))
    assert (at.wished(), at.room.published()) == ((False, ""), (False, False))
    assert (at.view.share, at.view.shown) == (Switch.OFF, ScreenShown.NOT)


@pytest.mark.parametrize("told_by", ["the room", "the door"])
def test_whoever_is_put_out_shares_no_more_and_chooses_anew_when_let_in_and_called(at: Sharer, told_by: str) -> None:
    at.share()
    at.room.presenter.turn_microphone()
    at.room.presenter.turn_camera()
    at.hear(Shared(True))
    if told_by == "the room":
        at.room.presenter.heard(InRoom(RoomStage.REMOVED, "removed"))
    else:
        at.room.presenter.heard(InRoom(RoomStage.TOKEN_WANTED))
        at.room.fire("enter")
        at.room.refuse(MeetingRefused("put_out"))
    at.sharing.refresh()
    assert (at.view.share, at.view.shown) == (Switch.HIDDEN, ScreenShown.NOT)
    at.room.presenter.share("1")
    assert at.room.presenter.display is None, "nobody would see it now"
    at.room.fire("enter")
    at.room.answer(replace(seated(), version=30), url="ws://x", token="t2")
    assert (at.wished(), at.room.published()) == ((False, ""), (False, False))


def test_an_interpreter_who_was_put_out_is_not_heard_when_let_in(at: Sharer) -> None:
    interpreted = replace(STAGE, version=20, interpreters=(Interpreter(OWN, Into.RU),))
    at.room.enter(interpreted)
    at.room.presenter.turn_microphone()
    assert at.room.published() == (False, True)
    at.room.presenter.heard(InRoom(RoomStage.REMOVED, "removed"))
    at.room.fire("enter")
    at.room.answer(replace(interpreted, version=30), url="ws://x", token="t2")
    assert at.room.published() == (False, False)


def test_a_choice_that_stands_open_goes_with_the_seat(at: Sharer) -> None:
    at.room.on_stage()
    at.sharing.press()
    at.room.says(replace(STAGE, version=30))
    at.sharing.refresh()
    assert not at.view.is_open


def test_a_locked_window_shares_nothing(at: Sharer) -> None:
    at.share()
    at.room.presenter.lock()
    assert at.wished() == (False, "")


def test_a_system_that_shows_no_screen_is_said_and_shared_no_more(at: Sharer) -> None:
    at.share()
    at.hear(Shared(False, possible=False))
    assert at.wished() == (False, "")
    assert (
        at.room.sign()
        == "Your screen is not shared: this computer shows it to no program, or its screens are others now"
    )
    at.room.presenter.share("1")
    assert "not shared" not in at.room.sign()


def test_a_screen_that_is_shared_is_large_also_for_who_had_the_grid_and_while_others_speak(at: Sharer) -> None:
    at.room.enter()
    at.room.says(replace(seated(STAGE, NARYN), version=20))
    at.room.presenter.turn_layout()
    assert at.room.layout() is Layout.GRID
    at.hear(People((there(""), there(HALL, speaking=True), replace(there(NARYN), is_sharing=True))))
    assert at.room.layout() is Layout.SPEAKER
    assert [cell.who for cell in at.room.view.scene.cells if cell.is_large] == [NARYN]
    at.room.presenter.turn_layout()
    at.hear(People((there(""), there(HALL), replace(there(NARYN), is_sharing=True))))
    assert at.room.layout() is Layout.GRID, "who wants the grid all the same keeps it"
    at.room.presenter.turn_layout()
    at.room.says(replace(seated(STAGE, NARYN), version=40, shown=HALL))
    assert [cell.who for cell in at.room.view.scene.cells if cell.is_large] == [HALL], "the desk's word is stronger"


def test_the_own_screen_is_not_shown_large_to_oneself(at: Sharer) -> None:
    at.share()
    at.hear(People((replace(there(""), is_sharing=True), there(HALL))))
    assert [cell.who for cell in at.room.view.scene.cells if cell.is_large] == [HALL]
    assert OWN in [cell.who for cell in at.room.view.scene.cells]


def test_the_button_is_told_as_the_bar_whether_the_screen_is_seen_or_withheld() -> None:
    at = Sharer()
    told: list[tuple[ScreenShown, ScreenShown]] = []

    def look() -> None:
        at.sharing.refresh()
        told.append((at.view.told_to_button, at.view.shown))

    at.share()
    look()
    at.hear(Shared(True))
    look()
    at.hear(Shared(False))
    at.hear(Follows("sound", has_mix=False))
    look()
    assert told == [(one, one) for one in (ScreenShown.COMING, ScreenShown.SEEN, ScreenShown.WITHHELD)]
