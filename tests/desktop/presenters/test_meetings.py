"""What the Meetings screen says follows from what the media process told, and from nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from liaison_desktop.domain.delivery import LineState
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    Device,
    Devices,
    Level,
    Melody,
    Recording,
    RecordingStage,
    State,
    Wish,
)
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui.meetings import telling
from liaison_desktop.ui.meetings.presenter import FAILED_TIMES, LEVELS_KEPT, MeetingsActs, MeetingsPresenter
from liaison_desktop.ui.meetings.values import LineVerdict, NoPicture, Verdict
from liaison_desktop.workplace import words

QUIET, VOICE, SHOUT = Level(-700, -600), Level(-250, -120), Level(-60, 0)


@dataclass
class StandInView:
    """Keeps what it was last told."""

    devices: dict[Part, tuple[tuple[Device, ...], str]] = field(default_factory=dict)
    verdicts: dict[Part, Verdict] = field(default_factory=dict)
    instead: NoPicture | None = None
    level: float = -1
    ready: tuple[bool, bool] = (True, True)
    line: LineVerdict | None = None

    def show_devices(self, part: Part, devices: tuple[Device, ...], code: str) -> None:
        self.devices[part] = (devices, code)

    def show_verdict(self, part: Part, verdict: Verdict) -> None:
        self.verdicts[part] = verdict

    def show_no_picture(self, instead: NoPicture | None) -> None:
        self.instead = instead

    def show_level(self, part: float) -> None:
        self.level = part

    def show_ready(self, *, play: bool, record: bool) -> None:
        self.ready = (play, record)

    def show_line(self, line: LineVerdict) -> None:
        self.line = line


class Lobby:
    """A presenter, its screen, and what it asked for."""

    def __init__(self) -> None:
        words.set_language("en")
        self.view = StandInView()
        self.kept: dict[Part, str] = {}
        self.asked: list[object] = []

        def note(what: str) -> Callable[[], None]:
            return lambda: self.asked.append(what)

        self.presenter = MeetingsPresenter(
            self.view,
            MeetingsActs(
                want=self.asked.append,
                end=note("end"),
                play=note("play"),
                record=note("record"),
                begin_anew=note("anew"),
                chosen=lambda part: self.kept.get(part, ""),
                keep=self.kept.__setitem__,
            ),
        )

    def says(self, part: Part) -> str:
        return self.view.verdicts[part].say()

    def instead(self) -> NoPicture | None:
        return self.view.instead

    def works(self) -> None:
        self.presenter.open()
        for part in Part:
            self.presenter.heard(Devices(part, (Device("a", "A"), Device("b", "B"))))
            self.presenter.heard(State(part, "a"))


@pytest.fixture
def lobby() -> Lobby:
    return Lobby()


def test_opening_wishes_for_what_was_chosen_on_this_computer(lobby: Lobby) -> None:
    lobby.kept = {Part.CAMERA: "c", Part.SPEAKER: "s"}
    lobby.presenter.sized(565, 317)
    lobby.presenter.open()
    assert lobby.asked == [Wish("c", "", "s", 565, 317)]


def test_before_anything_is_known_it_says_what_is_being_done(lobby: Lobby) -> None:
    lobby.presenter.open()
    assert lobby.says(Part.CAMERA) == "The camera is being opened."
    assert lobby.instead() is telling.OPENS
    assert lobby.view.ready == (False, False)


def test_leaving_ends_everything_and_what_comes_late_is_not_shown(lobby: Lobby) -> None:
    lobby.works()
    lobby.presenter.leave()
    lobby.presenter.heard(State(Part.CAMERA, "a", Fault.CAMERA_GONE))
    assert lobby.asked[-1] == "end"
    assert lobby.says(Part.CAMERA) == "The camera works."


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_fault_has_words_in_every_language_that_say_what_to_do(lobby: Lobby, fault: Fault, language: str) -> None:
    lobby.works()
    part = next(one for one in Part if fault.value.startswith(one.value))
    lobby.presenter.heard(State(part, "a", fault))
    words.set_language("en")
    english = lobby.says(part)
    words.set_language(language)
    said = lobby.says(part)
    assert lobby.view.verdicts[part].tone == "warning"
    assert len(said) > 20
    assert language == "en" or said != english
    words.set_language("en")


@pytest.mark.parametrize("fault", [Fault.CAMERA_NONE, Fault.CAMERA_BUSY, Fault.CAMERA_GONE])
def test_without_a_picture_words_stand_in_its_place(lobby: Lobby, fault: Fault) -> None:
    lobby.works()
    assert lobby.instead() is None
    lobby.presenter.heard(State(Part.CAMERA, "a", fault))
    instead = lobby.instead()
    assert instead is not None
    assert instead.body()


@pytest.mark.parametrize("fault", [Fault.CAMERA_BLACK, Fault.CAMERA_FROZEN])
def test_a_bad_picture_is_shown_with_what_is_wrong_beside_it(lobby: Lobby, fault: Fault) -> None:
    lobby.works()
    lobby.presenter.heard(State(Part.CAMERA, "a", fault))
    assert lobby.instead() is None


def test_a_microphone_is_said_to_hear_only_who_spoke(lobby: Lobby) -> None:
    lobby.works()
    for _ in range(40):
        lobby.presenter.heard(QUIET)
    assert lobby.says(Part.MICROPHONE).startswith("Say a few words")
    lobby.presenter.heard(VOICE)
    assert lobby.says(Part.MICROPHONE).startswith("Say a few words"), "a click is no voice"
    for _ in range(10):
        lobby.presenter.heard(VOICE)
    assert lobby.says(Part.MICROPHONE) == "The microphone hears you."
    for _ in range(LEVELS_KEPT):
        lobby.presenter.heard(QUIET)
    assert lobby.says(Part.MICROPHONE).startswith("Say a few words")


def test_who_speaks_too_loudly_hears_of_it(lobby: Lobby) -> None:
    lobby.works()
    for _ in range(5):
        lobby.presenter.heard(SHOUT)
    assert "too loudly" in lobby.says(Part.MICROPHONE)


def test_the_bars_go_from_a_whisper_to_the_loudest(lobby: Lobby) -> None:
    lobby.works()
    for peak, part in ((-1_200, 0.0), (-600, 0.0), (-300, 0.5), (0, 1.0)):
        lobby.presenter.heard(Level(peak, peak))
        assert lobby.view.level == part


def test_another_choice_is_kept_and_wished_for_at_once(lobby: Lobby) -> None:
    lobby.works()
    lobby.presenter.choose(Part.MICROPHONE, "b")
    assert lobby.kept == {Part.MICROPHONE: "b"}
    assert lobby.asked[-1] == Wish(microphone="b")
    assert lobby.says(Part.MICROPHONE) == "The microphone is being opened."


def test_the_device_in_use_stands_in_its_field_also_when_another_was_wished(lobby: Lobby) -> None:
    lobby.kept = {Part.CAMERA: "sold"}
    lobby.works()
    assert lobby.view.devices[Part.CAMERA][1] == "a"


def test_the_melody_is_asked_for_once_and_then_it_is_said_what_to_do_when_it_was_not_heard(lobby: Lobby) -> None:
    lobby.works()
    assert lobby.says(Part.SPEAKER) == "Play the melody and listen."
    lobby.presenter.play()
    lobby.presenter.heard(Melody(playing=True))
    lobby.presenter.play()
    assert lobby.asked.count("play") == 1
    assert lobby.says(Part.SPEAKER) == "The melody plays now."
    lobby.presenter.heard(Melody(playing=False))
    assert lobby.says(Part.SPEAKER).startswith("If you heard nothing")


def test_while_a_sample_is_recorded_nothing_else_sounds(lobby: Lobby) -> None:
    lobby.works()
    lobby.presenter.record()
    lobby.presenter.heard(Recording(RecordingStage.RECORDING))
    assert lobby.says(Part.MICROPHONE).startswith("Speak now")
    lobby.presenter.record()
    lobby.presenter.play()
    assert lobby.asked[1:] == ["record"]
    lobby.presenter.heard(Recording(RecordingStage.PLAYING))
    assert lobby.says(Part.MICROPHONE) == "This is how others hear you."
    lobby.presenter.heard(Recording(RecordingStage.ENDED))
    assert lobby.view.ready == (True, True)


@pytest.mark.parametrize("fault", [Fault.MICROPHONE_NONE, Fault.MICROPHONE_GONE, Fault.MICROPHONE_BUSY])
def test_where_nothing_can_be_recorded_it_is_not_offered(lobby: Lobby, fault: Fault) -> None:
    lobby.works()
    lobby.presenter.heard(State(Part.MICROPHONE, "a", fault))
    assert lobby.view.ready == (True, False)
    lobby.presenter.record()
    assert "record" not in lobby.asked


def test_a_process_that_ended_is_told_of_as_coming_back_then_as_not_starting(lobby: Lobby) -> None:
    lobby.works()
    lobby.presenter.lost()
    assert lobby.instead() is telling.COMES_BACK
    for _ in range(FAILED_TIMES):
        lobby.presenter.lost()
    assert lobby.instead() is telling.DOES_NOT_START
    lobby.presenter.heard(State(Part.CAMERA, "a"))
    assert lobby.instead() is None
    lobby.presenter.lost()
    assert lobby.instead() is telling.COMES_BACK


def test_looking_again_begins_anew(lobby: Lobby) -> None:
    lobby.works()
    lobby.presenter.look_again()
    assert lobby.asked[-1] == "anew"
    assert lobby.says(Part.CAMERA) == "The camera is being opened."


@pytest.mark.parametrize("state", LineState)
def test_the_line_is_told_by_what_is_known_of_it(lobby: Lobby, state: LineState) -> None:
    lobby.presenter.line(LineNews(state, delivered_at=datetime(2026, 11, 30, 4, tzinfo=UTC)))
    assert lobby.view.line is not None
    assert lobby.view.line.title()
    assert "Last contact with the centre" in lobby.view.line.body()


def test_without_a_line_camera_and_sound_can_be_tried(lobby: Lobby) -> None:
    lobby.presenter.line(LineNews(LineState.OFFLINE))
    assert lobby.view.line is not None
    assert lobby.view.line.body() == "Camera and sound can be tried all the same."


def test_a_line_that_was_measured_before_the_first_exchange_is_there_and_not_untried(lobby: Lobby) -> None:
    def said() -> str:
        assert lobby.view.line is not None
        return lobby.view.line.title()

    lobby.presenter.line(LineNews(LineState.UNKNOWN))
    assert said() == "The line has not been tried yet"
    lobby.presenter.line_measured()
    assert said() == "The line is there"
    lobby.presenter.line(LineNews(LineState.OFFLINE))
    assert said() == "No line"
