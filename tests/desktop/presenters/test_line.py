"""When the line is measured before a meeting, what is said of it, and what is fixed by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.meetings.messages import Follows, LineWish
from liaison_desktop.meetings.profiles import ORDER, Profile
from liaison_desktop.sync.line_test import Measured
from liaison_desktop.ui.meetings import line_telling, room_line
from liaison_desktop.ui.meetings.line_presenter import LineActs, LinePresenter
from liaison_desktop.ui.meetings.room_telling import ON_STAGE, WATCHING
from liaison_desktop.ui.meetings.values import Verdict
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import mix_of

MEETING, OTHER = b"m" * 16, b"o" * 16


@dataclass
class Lobby:
    """A screen, a line that is measured when a test lets it, and this PC's settings."""

    verdict: Verdict | None = None
    may_measure: bool = False
    shown: str = ""
    kept: str = ""
    is_sending: bool = False
    stopped: int = 0
    changed: int = 0
    measured: int = 0
    open: list[tuple[bytes, Callable[[Measured], None], Callable[[ContractError], None]]] = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)

    def presenter(self) -> LinePresenter:
        words.set_language("en")
        return LinePresenter(
            self,
            LineActs(
                measure=lambda *asked: self.open.append(asked),
                stop=lambda: setattr(self, "stopped", self.stopped + 1),
                is_sending=lambda: self.is_sending,
                after=lambda _ms, act: self.waiting.append(act),
                chosen=lambda: self.kept,
                keep=lambda code: setattr(self, "kept", code),
                changed=lambda: setattr(self, "changed", self.changed + 1),
                measured=lambda: setattr(self, "measured", self.measured + 1),
            ),
        )

    def show_measured(self, verdict: Verdict | None, *, may_measure: bool) -> None:
        self.verdict, self.may_measure = verdict, may_measure

    def show_chosen(self, code: str) -> None:
        self.shown = code

    def said(self) -> str:
        return "" if self.verdict is None else self.verdict.say()


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


def test_it_is_measured_once_when_the_door_is_open_and_the_screen_is_seen(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.open()
    assert not lobby.open
    presenter.offer(MEETING)
    presenter.offer(MEETING)
    assert [meeting for meeting, *_ in lobby.open] == [MEETING]
    lobby.open.pop()[1](Measured(540, 300))
    presenter.leave()
    presenter.open()
    assert not lobby.open
    assert lobby.said() == (
        "Thin: the stage comes in one picture, the sound is whole: 540 kbit/s. Out of here: 300 kbit/s."
    )
    presenter.measure()
    assert lobby.open
    assert not lobby.may_measure


def test_nothing_is_measured_on_another_screen_or_for_no_meeting(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.offer(MEETING)
    assert not lobby.open
    presenter.offer(None)
    presenter.open()
    assert not lobby.open
    assert not lobby.may_measure


def test_nothing_is_measured_while_something_goes_to_the_centre(lobby: Lobby) -> None:
    lobby.is_sending = True
    presenter = lobby.presenter()
    presenter.open()
    presenter.offer(MEETING)
    assert not lobby.open
    lobby.waiting.pop()()
    assert not lobby.open
    lobby.is_sending = False
    lobby.waiting.pop()()
    assert lobby.open


def test_what_goes_to_the_centre_breaks_a_test_off_which_is_done_afterwards(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.open()
    presenter.offer(MEETING)
    presenter.line_is_used()
    assert lobby.stopped == 0
    lobby.is_sending = True
    presenter.line_is_used()
    assert lobby.stopped == 1
    lobby.open.pop()[2](ExchangeFailed("stopped_here"))
    assert lobby.said() == ""
    lobby.is_sending = False
    lobby.waiting.pop()()
    assert lobby.open


def test_going_into_the_meeting_ends_a_test(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.open()
    presenter.offer(MEETING)
    presenter.leave()
    assert lobby.stopped == 1
    lobby.open.pop()[2](ExchangeFailed("stopped_here"))
    assert not lobby.waiting


def test_a_line_that_fails_is_said_and_a_refusal_says_nothing_of_it(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.open()
    presenter.offer(MEETING)
    lobby.open.pop()[2](ExchangeFailed("no_answer"))
    assert lobby.said() == "The line could not be measured."
    assert lobby.may_measure
    presenter.measure()
    lobby.open.pop()[2](MeetingRefused("not_begun"))
    assert lobby.said() == ""


def test_a_meeting_begins_with_what_was_measured_or_with_what_was_fixed(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    assert presenter.wish == LineWish("", "all")
    presenter.open()
    presenter.offer(MEETING)
    lobby.open.pop()[1](Measured(260))
    assert presenter.wish == LineWish("", "small")
    presenter.choose("sound")
    assert presenter.wish == LineWish("sound", "small")
    assert (lobby.kept, lobby.shown, lobby.changed) == ("sound", "sound", 1)
    assert lobby.presenter().wish.fixed == "sound"


def test_a_setting_that_is_none_of_ours_follows_the_line(lobby: Lobby) -> None:
    lobby.kept = "nonsense"
    assert lobby.presenter().wish.fixed == ""


@pytest.mark.parametrize("profile", ORDER)
def test_each_profile_has_words_in_the_lobby_the_room_and_the_list(profile: Profile) -> None:
    words.set_language("en")
    assert room_line.CHOICES[profile.value]()
    assert room_line.LINE_OF[profile] in (Line.GOOD, Line.THIN, Line.SOUND)
    for has_mix in (False, True):
        said = room_line.given_up(Follows(profile.value, has_mix), is_fixed=False, is_seen=False)
        assert bool(said) is (profile is not Profile.ALL)


def test_the_order_of_giving_up_is_said_beside_how_the_office_stands() -> None:
    words.set_language("en")

    def said(profile: Profile, *, has_mix: bool = True, is_seen: bool = True) -> str:
        follows = Follows(profile.value, has_mix)
        return room_line.with_line(ON_STAGE, follows, is_fixed=False, is_seen=is_seen).say()

    assert said(Profile.ALL) == ON_STAGE.say()
    assert said(Profile.THREE) == (
        "You are on stage: you are seen and heard. The line is thin: four small pictures are shown."
        " Your camera is sent small."
    )
    assert said(Profile.MOSAIC).endswith(
        "The line is thin: others' cameras are off, the stage comes in one picture. Your camera is sent small."
    )
    assert said(Profile.STILLS).endswith("the stage comes as a still picture. Your camera is not sent.")
    assert said(Profile.SOUND, is_seen=False).endswith("all cameras are off, the sound comes.")
    shared = room_line.with_line(ON_STAGE, Follows("stills"), is_fixed=False, is_seen=True, is_shared=True).say()
    assert shared.endswith("all cameras are off, the sound comes. Your camera is not sent. Your screen is not sent.")
    assert (
        "screen"
        not in room_line.with_line(ON_STAGE, Follows("small"), is_fixed=False, is_seen=True, is_shared=True).say()
    )
    fixed = room_line.with_line(WATCHING, Follows("sound"), is_fixed=True, is_seen=False)
    assert fixed.say().endswith("As you chose: all cameras are off, the sound comes.")


def test_on_a_thin_line_the_stage_is_one_picture_beside_the_own_where_the_mix_is_there() -> None:
    people, own, mix = ("a-1", "b-2", "c-3"), "b-2", mix_of(MEETING)

    def shown(profile: Profile, *, has_mix: bool) -> tuple[str, ...]:
        return room_line.shown(people, own, MEETING, Follows(profile.value, has_mix))

    assert shown(Profile.THREE, has_mix=True) == people
    assert shown(Profile.MOSAIC, has_mix=True) == (mix, own)
    assert shown(Profile.MOSAIC, has_mix=False) == people
    assert shown(Profile.SOUND, has_mix=True) == people
    assert room_line.shown(people, "", MEETING, Follows("small", True)) == (mix,)
    assert room_line.shown(people, own, MEETING, None) == people
    assert room_line.shown((), own, MEETING, Follows("small", True)) == ()


def test_a_line_that_hardly_lets_the_own_picture_out_is_said() -> None:
    words.set_language("en")
    assert line_telling.measured(Measured(2_345, 90)).say() == (
        "Good for a meeting with seven pictures: 2300 kbit/s. Out of here: 90 kbit/s. The own picture may not go out."
    )
    assert line_telling.measured(Measured(90_000)).say().endswith("> 20000 kbit/s.")


def test_a_line_that_was_measured_is_told_of_and_one_that_could_not_be_is_not(lobby: Lobby) -> None:
    presenter = lobby.presenter()
    presenter.open()
    presenter.offer(MEETING)
    lobby.open.pop()[2](ExchangeFailed("no_answer"))
    assert lobby.measured == 0
    presenter.measure()
    lobby.open.pop()[1](Measured(900, 400))
    assert lobby.measured == 1
